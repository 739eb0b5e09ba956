#!/usr/bin/env python3
"""Derive everything in this folder from the shared source data.

    python3 data/build.py --shared ../shared/data [--out data]

Standard library only; the same input gives the same bytes (gzip without
time stamp; zlib versions may differ in the compressed form, never in the content).
Any check that fails stops the build: no file is written that breaks a promise
made in the SOURCES.md files.
"""

import argparse
import csv
import gzip
import io
import json
import math
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import build_demo  # noqa: E402

LEVELS = ("province", "city", "county", "township", "village")
NINGXIA = "64"
# West, south, east, north: Ningxia with its neighbours, and the north drawn in detail.
NEIGHBOURS = (103.5, 34.8, 108.7, 40.2)
NORTH = (100.0, 33.0, 115.0, 43.0)


# ---------------------------------------------------------------- files


def read_text(path):
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")


def read_csv(path):
    return list(csv.DictReader(io.StringIO(read_text(path))))


def read_json(path):
    return json.loads(read_text(path))


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = text.encode("utf-8")
    assert b"\r" not in raw, path
    if path.suffix == ".gz":
        buffer = io.BytesIO()
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as z:
            z.write(raw)
        raw = buffer.getvalue()
    path.write_bytes(raw)


def write_csv(path, header, rows):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    write(path, out.getvalue())


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write_geojson(path, features):
    """One feature a line: small differences stay small in version control."""
    for f in features:
        check_geometry(f["geometry"])
    body = ",\n".join(compact(f) for f in features)
    write(path, '{"type":"FeatureCollection","features":[\n' + body + "\n]}\n")


def write_jsonl(path, records):
    write(path, "".join(compact(r) + "\n" for r in records))


# ---------------------------------------------------------------- geometry


def polygons(geometry):
    if geometry["type"] == "Polygon":
        return [geometry["coordinates"]]
    assert geometry["type"] == "MultiPolygon", geometry["type"]
    return geometry["coordinates"]


def lines(geometry):
    if geometry["type"] == "LineString":
        return [geometry["coordinates"]]
    assert geometry["type"] == "MultiLineString", geometry["type"]
    return geometry["coordinates"]


def oriented(ring, counter_clockwise):
    area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:]))
    return ring if (area > 0) == counter_clockwise else ring[::-1]


def polygon_geometry(polys):
    """Rings turned as RFC 7946 asks: outer counter-clockwise, holes clockwise."""
    polys = [[oriented(r, i == 0) for i, r in enumerate(poly)] for poly in polys]
    if len(polys) == 1:
        return {"type": "Polygon", "coordinates": polys[0]}
    return {"type": "MultiPolygon", "coordinates": polys}


def line_geometry(parts):
    if len(parts) == 1:
        return {"type": "LineString", "coordinates": parts[0]}
    return {"type": "MultiLineString", "coordinates": parts}


def check_position(p):
    assert len(p) == 2 and -180 <= p[0] <= 180 and -90 <= p[1] <= 90, p


def check_geometry(g):
    kind = g["type"]
    if kind == "Point":
        check_position(g["coordinates"])
    elif kind in ("LineString", "MultiLineString"):
        assert lines(g)
        for part in lines(g):
            assert len(part) >= 2
            for p in part:
                check_position(p)
    else:
        assert polygons(g)
        for poly in polygons(g):
            for ring in poly:
                assert len(ring) >= 4 and ring[0] == ring[-1]
                for p in ring:
                    check_position(p)


def in_ring(ring, x, y):
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def contains(geometry, lon, lat):
    for poly in polygons(geometry):
        if in_ring(poly[0], lon, lat) and not any(in_ring(h, lon, lat) for h in poly[1:]):
            return True
    return False


def border_distance_km(geometry, lon, lat):
    """Distance to the nearest border line (equirectangular, good to 1 % here)."""
    kx = 111.32 * math.cos(math.radians(lat))
    ky = 110.95
    best = math.inf
    for poly in polygons(geometry):
        for ring in poly:
            for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
                ax, ay = (x1 - lon) * kx, (y1 - lat) * ky
                bx, by = (x2 - lon) * kx, (y2 - lat) * ky
                dx, dy = bx - ax, by - ay
                length = dx * dx + dy * dy
                t = 0.0 if length == 0 else max(0.0, min(1.0, -(ax * dx + ay * dy) / length))
                best = min(best, math.hypot(ax + t * dx, ay + t * dy))
    return best


def rounded(points, digits):
    """Rounded positions without repeats."""
    out = []
    for x, y in points:
        p = [round(x, digits), round(y, digits)]
        if not out or out[-1] != p:
            out.append(p)
    return out


def simplify(points, tolerance):
    """Douglas–Peucker, tolerance in degrees, ends kept."""
    if len(points) < 3:
        return points
    keep = [False] * len(points)
    keep[0] = keep[-1] = True
    stack = [(0, len(points) - 1)]
    while stack:
        a, b = stack.pop()
        (ax, ay), (bx, by) = points[a], points[b]
        dx, dy = bx - ax, by - ay
        length = math.hypot(dx, dy)
        worst, at = tolerance, None
        for i in range(a + 1, b):
            px, py = points[i][0] - ax, points[i][1] - ay
            d = math.hypot(px, py) if length == 0 else abs(px * dy - py * dx) / length
            if d > worst:
                worst, at = d, i
        if at is not None:
            keep[at] = True
            stack += [(a, at), (at, b)]
    return [p for p, k in zip(points, keep) if k]


def simplify_ring(ring, tolerance, digits):
    """A closed ring, cut at its farthest vertex so that both halves have a base line."""
    x0, y0 = ring[0]
    far = max(range(len(ring)), key=lambda i: (ring[i][0] - x0) ** 2 + (ring[i][1] - y0) ** 2)
    if far in (0, len(ring) - 1):
        return []
    out = simplify(ring[: far + 1], tolerance)[:-1] + simplify(ring[far:], tolerance)
    return clean_ring(out, digits)


def clean_ring(ring, digits):
    out = rounded(ring, digits)
    if out and out[0] != out[-1]:
        out.append(out[0])
    return out if len(out) >= 4 else []


def clean_polygons(polys, digits, tolerance=None):
    out = []
    for poly in polys:
        rings = [
            clean_ring(r, digits) if tolerance is None else simplify_ring(r, tolerance, digits)
            for r in poly
        ]
        if rings[0]:
            out.append([rings[0]] + [r for r in rings[1:] if r])
    return out


def inside_box(box, p):
    return box[0] <= p[0] <= box[2] and box[1] <= p[1] <= box[3]


def decode_topology(topology):
    """Yield (layer, properties, polygons) from a quantised TopoJSON."""
    sx, sy = topology["transform"]["scale"]
    tx, ty = topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)

    def ring(indices):
        points = []
        for i in indices:
            part = arcs[i] if i >= 0 else arcs[~i][::-1]
            points += part if not points else part[1:]
        return points

    for layer, collection in topology["objects"].items():
        for g in collection["geometries"]:
            polys = [g["arcs"]] if g["type"] == "Polygon" else g["arcs"]
            yield layer, g["properties"], [[ring(r) for r in poly] for poly in polys]


# ---------------------------------------------------------------- divisions


def build_divisions(shared, out, tianditu):
    folder = shared / "divisions"
    population = {
        r["code"].ljust(12, "0"): (r["resident_population"], r["kind"], r["as_of"])
        for r in read_csv(folder / "population_seed_regions.csv")
        if r["code"]
    }
    labels = {adcode: f["properties"]["label"] for adcode, f in tianditu["county"].items()}
    labels.update({a: f["properties"]["label"] for a, f in tianditu["city"].items()})
    labels.update({a: f["properties"]["label"] for a, f in tianditu["province"].items()})

    points = {}
    for r in read_csv(folder / "township_points_seed_geonames.csv"):
        points.setdefault(r["geonameid"], []).append(r)
    # One GeoNames point that would serve two townships proves neither, unless one name is exact.
    township_points = {}
    for rows in points.values():
        exact = [r for r in rows if r["match"] == "exact"]
        chosen = rows if len(rows) == 1 else exact if len(exact) == 1 else []
        for r in chosen:
            township_points[r["code"]] = r

    source_rows = read_csv(folder / "divisions_l1_l4_nbs2023.csv.gz")
    rows = [r for r in source_rows if r["level"] in LEVELS[:3]]
    assert len(rows) == 3351, len(rows)
    # 东莞, 中山 and 儋州 have no counties: the list repeats the city as its own child. A tree cannot.
    own_child = [r["name"] for r in rows if r["code"] == r["parent"]]
    assert own_child == ["东莞市", "中山市", "儋州市"], own_child
    rows = [r for r in rows if r["code"] != r["parent"]]
    rows += [r for r in source_rows if r["level"] == "township" and r["code"].startswith(NINGXIA)]
    rows += read_csv(folder / "villages_64_ningxia_nbs2023.csv.gz")

    table = []
    for r in rows:
        code, sources = r["code"], ["nbs2023"]
        lon = lat = people = ""
        if r["level"] in LEVELS[:3] and code[:6] in labels:
            lon, lat = labels[code[:6]]
            sources.append("tianditu")
        elif r["level"] == "township" and code in township_points:
            p = township_points[code]
            lon, lat = p["lon"], p["lat"]
            sources.append(f"geonames:{p['geonameid']}:{p['match']}")
        if code in population:
            people, kind, as_of = population[code]
            sources.append(f"{kind}:{as_of}")
        table.append([code, r["name"], r["level"], r["parent"], people, lon, lat, ";".join(sources)])
    # The NBS list leaves these out; the national division does not.
    for adcode in ("710000", "810000", "820000"):
        p = tianditu["province"][adcode]["properties"]
        table.append([adcode + "000000", p["name"], "province", "", "", *p["label"], "tianditu"])

    table.sort(key=lambda t: (LEVELS.index(t[2]), t[0]))
    codes = {t[0] for t in table}
    assert len(codes) == len(table)
    assert all(len(c) == 12 and c.isdigit() for c in codes)
    assert all((t[3] in codes) if t[2] != "province" else t[3] == "" for t in table)
    header = ["code", "name", "level", "parent", "population", "lon", "lat", "source"]
    write_csv(out / "divisions/divisions.csv.gz", header, table)

    counts = {level: sum(t[2] == level for t in table) for level in LEVELS}
    ningxia = {lv: sum(t[2] == lv and t[0].startswith(NINGXIA) for t in table) for lv in LEVELS}
    assert ningxia == {"province": 1, "city": 5, "county": 22, "township": 259, "village": 2912}
    return {
        "rows": len(table),
        "counts": counts,
        "ningxia": ningxia,
        "with_population": sum(bool(t[4]) for t in table),
        "with_point": {lv: sum(t[2] == lv and t[5] != "" for t in table) for lv in LEVELS},
        "names": {t[0]: t[1] for t in table},
    }


# ---------------------------------------------------------------- boundaries


def load_tianditu(shared):
    layers = {}
    for level in LEVELS[:3]:
        collection = read_json(shared / f"boundaries/cn_{level}_tianditu.geojson.gz")
        layers[level] = {f["properties"]["adcode"]: f for f in collection["features"]}
    assert {k: len(v) for k, v in layers.items()} == {"province": 34, "city": 375, "county": 2891}
    return layers


def boundary_properties(properties, level):
    return {
        "adcode": properties["adcode"],
        "code": properties["adcode"] + "000000",
        "name": properties["name"],
        "level": level,
    }


def build_boundaries(shared, out, tianditu):
    ningxia = []
    for level in LEVELS[:3]:
        for adcode, f in sorted(tianditu[level].items()):
            if adcode.startswith(NINGXIA):
                props = boundary_properties(f["properties"], level)
                props["parent"] = f["properties"]["parent"] if level != "province" else ""
                props["label"] = f["properties"]["label"]
                shape = polygon_geometry(clean_polygons(polygons(f["geometry"]), 4))
                assert contains(shape, *props["label"])
                ningxia.append({"type": "Feature", "properties": props, "geometry": shape})
    assert len(ningxia) == 28
    write_geojson(out / "boundaries/ningxia.geojson", ningxia)

    national, dropped, label_misses = [], 0, []
    topology = read_json(shared / "boundaries/cn_simplified_tianditu.topojson")
    for level, properties, polys in decode_topology(topology):
        cleaned = clean_polygons(polys, 3)
        dropped += len(polys) - len(cleaned)
        assert cleaned, properties
        full = tianditu[level][properties["adcode"]]
        props = boundary_properties(properties, level)
        props["parent"] = properties["parent"] if level != "province" else ""
        props["label"] = full["properties"]["label"]
        shape = polygon_geometry(cleaned)
        if not contains(shape, *props["label"]):
            label_misses.append(f"{props['adcode']} {props['name']}")
        national.append({"type": "Feature", "properties": props, "geometry": shape})
    order = {lv: i for i, lv in enumerate(LEVELS)}
    national.sort(key=lambda f: (order[f["properties"]["level"]], f["properties"]["adcode"]))
    assert len(national) == 34 + 375 + 2891
    write_geojson(out / "boundaries/china_county.geojson.gz", national)
    return {
        "ningxia": ningxia,
        "national": national,
        "dropped_specks": dropped,
        "label_misses": label_misses,
    }


# ---------------------------------------------------------------- base map

# Names are ours, added only where the Natural Earth name is unambiguous inside the box.
WATER_ZH = {
    "Huang": "黄河", "Chang Jiang": "长江", "Yangtze": "长江", "Jinsha": "金沙江", "Tongtian": "通天河",
    "Tuotuo": "沱沱河", "Lancang": "澜沧江", "Yarlung": "雅鲁藏布江", "Nu": "怒江", "Heilong Jiang": "黑龙江",
    "Songhua": "松花江", "Di’er Songhua": "第二松花江", "Nen": "嫩江", "Liao": "辽河", "Xiliao": "西辽河",
    "Huai": "淮河", "Xi": "西江", "Wei": "渭河", "Jing": "泾河", "Fen": "汾河", "Wuding": "无定河",
    "Yongding": "永定河", "Sanggan": "桑干河", "Luan": "滦河", "Wujia": "乌加河", "Huan": "环江",
    "Gan": "赣江", "Xiang": "湘江", "Jialing": "嘉陵江", "Yalong": "雅砻江", "Dadu": "大渡河",
    "Tarim": "塔里木河", "Qinghai Hu": "青海湖", "Poyang Hu": "鄱阳湖", "Dongting Hu": "洞庭湖",
    "Tai Hu": "太湖", "Hongze Hu": "洪泽湖", "Chao Hu": "巢湖", "Hulun Nuur": "呼伦湖", "Nam Co": "纳木错",
    "Siling Co": "色林错", "Bosten Hu": "博斯腾湖", "Lop Nur": "罗布泊", "Ulansuhai Nur": "乌梁素海",
    "Gyaring Hu": "扎陵湖", "Ngoring Hu": "鄂陵湖", "Danjiangkou Shuiku": "丹江口水库",
    "Guanting Shuiku": "官厅水库", "Weishan Hu": "微山湖", "Lake Khanka": "兴凯湖",
}  # fmt: skip

PROVINCE_SEATS = (
    "北京 天津 石家庄 太原 呼和浩特 沈阳 长春 哈尔滨 上海 南京 杭州 合肥 福州 南昌 济南 郑州 武汉 长沙 "
    "广州 南宁 海口 重庆 成都 贵阳 昆明 拉萨 西安 兰州 西宁 银川 乌鲁木齐"
).split()

# Ningxia places without a Chinese name in the GeoNames extract: romanised names matched by
# hand to township names of the NBS list in the same county.
NINGXIA_ZH = {
    "1790938": "梧桐树乡", "1794971": "石炭井街道", "1799922": "南梁农场", "1803448": "灵武农场", "1805576": "金贵镇",
    "1807137": "黄羊滩农场", "1808829": "郝家桥镇", "1813344": "大武口", "1814882": "崇兴镇", "1815494": "常信乡",
    "12324549": "立岗镇", "12324551": "白土岗乡", "12324552": "宁东镇", "12324553": "望远镇",
    "12324554": "闽宁镇", "12324555": "李俊镇",
}  # fmt: skip

# Variant characters left in GeoNames names that have no plain-simplified alternative there.
SIMPLER = str.maketrans("崑紹恵長貴陽仏東樂縣門鎮區瑪聖", "昆绍惠长贵阳佛东乐县门镇区玛圣")
# GeoNames points that fall into a county of another name far away.
MISPLACED = {"Changzhi"}


def stem(name):
    return name[:-1] if len(name) > 2 and name[-1] in "市县区镇乡旗" else name


def build_water(shared, out):
    features = []

    def add(kind, properties, detail, geometry):
        props = {"kind": kind, "detail": detail, "rank": int(properties["scalerank"])}
        if properties["name"]:
            props["name"] = properties["name"]
            if properties["name"] in WATER_ZH:
                props["name_zh"] = WATER_ZH[properties["name"]]
        features.append({"type": "Feature", "properties": props, "geometry": geometry})

    for f in read_json(shared / "basemap/ne10m_rivers_china.geojson.gz")["features"]:
        runs = {"north": [], "national": []}
        for part in lines(f["geometry"]):
            run, where = [part[0]], inside_box(NORTH, part[0])
            for p in part[1:]:
                run.append(p)
                if inside_box(NORTH, p) != where:
                    runs["north" if where else "national"].append(run)
                    run, where = [p], not where
            runs["north" if where else "national"].append(run)
        if f["properties"]["scalerank"] > 7:
            runs["national"] = []
        for detail, tolerance, digits in (("north", 0.002, 3), ("national", 0.015, 2)):
            parts = [rounded(simplify(r, tolerance), digits) for r in runs[detail]]
            parts = [p for p in parts if len(p) > 1]
            if parts:
                add("river", f["properties"], detail, line_geometry(parts))
    for f in read_json(shared / "basemap/ne10m_lakes_china.geojson.gz")["features"]:
        north = any(inside_box(NORTH, p) for poly in polygons(f["geometry"]) for p in poly[0])
        if not north and f["properties"]["scalerank"] > 7:
            continue
        polys = clean_polygons(polygons(f["geometry"]), 3, 0.001 if north else 0.01)
        if polys:
            add("lake", f["properties"], "north" if north else "national", polygon_geometry(polys))
    write_geojson(out / "basemap/water.geojson", features)
    return {
        "rivers": sum(f["properties"]["kind"] == "river" for f in features),
        "lakes": sum(f["properties"]["kind"] == "lake" for f in features),
    }


def build_places(shared, out, tianditu):
    plain = set()
    for r in read_csv(shared / "divisions/villages_all_nbs2023.csv.gz"):
        plain.update(r["name"])
    for r in read_csv(shared / "divisions/divisions_l1_l4_nbs2023.csv.gz"):
        plain.update(r["name"])
    rows = read_csv(shared / "basemap/geonames_places_china.csv.gz")
    counties, cities = tianditu["county"], tianditu["city"]
    biggest = {}
    for r in rows:
        r["population"] = int(r["population"] or 0)
        a = r["county_adcode"]
        if a and r["population"] > biggest.get(a, (0, ""))[0]:
            biggest[a] = (r["population"], r["geonameid"])

    chosen, unnamed = [], 0
    for r in rows:
        lon, lat, people, adcode = float(r["lon"]), float(r["lat"]), r["population"], r["county_adcode"]
        if r["name"] in MISPLACED and not r["name_zh"]:
            continue
        near = adcode.startswith(NINGXIA) or inside_box(NEIGHBOURS, (lon, lat))
        county = counties[adcode]["properties"] if adcode in counties else None
        city = cities.get(county["parent"]) if county else None
        variants = [v for v in [r["name_zh"], *r["names_zh_all"].split("|")] if v]
        stems = {stem(v.translate(SIMPLER)) for v in variants}
        rank, name, how = 5, None, "geonames"
        seat = next((s for s in PROVINCE_SEATS if s in stems or ("中国" + s) in stems), None)
        municipality = seat in ("北京", "上海", "天津", "重庆")
        if seat and people > 100_000 and (municipality or (city and stem(city["properties"]["name"]) == seat)):
            rank, name = 1, seat
        elif city and city["properties"]["name"].endswith("市") and stem(city["properties"]["name"]) in stems:
            rank, name = 2, city["properties"]["name"]
        elif county and stem(county["name"]) in stems:
            rank, name = 3, county["name"]
        elif people > 100_000:
            rank = 3
        elif people >= 10_000:
            rank = 4
        if not (near or people > 100_000 or rank <= 2):
            continue
        if name is None:
            name = next((v for v in variants if set(v) <= plain), None)
        if name is None and variants:
            name, how = variants[0].translate(SIMPLER), "geonames_simplified"
        if name is None and r["geonameid"] in NINGXIA_ZH:
            name, how = NINGXIA_ZH[r["geonameid"]], "fengsui"
        if name is None and county and county["name"][-1] in "市县旗" and biggest[adcode][1] == r["geonameid"]:
            name, how, rank = county["name"], "county", min(rank, 3)
        if name is None:
            unnamed += 1
            continue
        chosen.append(
            {
                "name_zh": name, "name": r["name"], "population": people or None, "rank": rank,
                "adcode": adcode or None, "name_source": how, "source": f"geonames:{r['geonameid']}",
                "at": [round(lon, 4), round(lat, 4)],
            }
        )  # fmt: skip
    # The GeoNames extract covers country code CN only.
    for layer, adcode, name in (("county", "710009", "台北"), ("province", "810000", "香港"), ("province", "820000", "澳门")):
        p = tianditu[layer][adcode]["properties"]
        chosen.append(
            {
                "name_zh": name, "name": name, "population": None, "rank": 1, "adcode": adcode,
                "name_source": "tianditu", "source": "tianditu", "at": [round(c, 4) for c in p["label"]],
            }
        )  # fmt: skip

    # One seat a name and city: of several points with the same seat name the most populous stands.
    chosen.sort(key=lambda p: (p["rank"], -(p["population"] or 0), p["source"]))
    seen, kept = set(), []
    for p in chosen:
        keys = {(stem(p["name_zh"]), (p["adcode"] or "")[:n]) for n in ((4, 6) if p["rank"] < 3 else (6,))}
        if p["rank"] <= 3 and keys & seen:
            continue
        seen |= keys
        kept.append(p)
    seats = {p["name_zh"] for p in kept if p["rank"] == 1}
    assert seats >= set(PROVINCE_SEATS), set(PROVINCE_SEATS) - seats
    write_geojson(
        out / "basemap/places.geojson",
        [
            {
                "type": "Feature",
                "properties": {k: v for k, v in p.items() if k != "at" and v is not None},
                "geometry": {"type": "Point", "coordinates": p["at"]},
            }
            for p in kept
        ],
    )
    return {
        "places": len(kept),
        "by_rank": {k: sum(p["rank"] == k for p in kept) for k in range(1, 6)},
        "ningxia": sum((p["adcode"] or "").startswith(NINGXIA) for p in kept),
        "unnamed_left_out": unnamed,
        "odd_characters": sorted({c for p in kept for c in p["name_zh"] if c not in plain}),
    }


def build_basemap(shared, out, tianditu, boundaries):
    write_geojson(
        out / "basemap/provinces.geojson",
        [f for f in boundaries["national"] if f["properties"]["level"] == "province"],
    )
    line_features = []
    for f in read_json(shared / "boundaries/cn_lines_tianditu.geojson")["features"]:
        parts = [rounded(p, 4) for p in lines(f["geometry"])]
        line_features.append(
            {"type": "Feature", "properties": {"name": f["properties"]["name"]}, "geometry": line_geometry(parts)}
        )
    assert {f["properties"]["name"] for f in line_features} >= {"九段线", "未定国界", "省界"}
    write_geojson(out / "basemap/lines.geojson", line_features)
    write_geojson(
        out / "basemap/ningxia_counties.geojson",
        [f for f in boundaries["ningxia"] if f["properties"]["level"] == "county"],
    )
    write_geojson(
        out / "basemap/ningxia_labels.geojson",
        [
            {
                "type": "Feature",
                "properties": {k: v for k, v in f["properties"].items() if k != "label"},
                "geometry": {"type": "Point", "coordinates": f["properties"]["label"]},
            }
            for f in boundaries["ningxia"]
        ],
    )
    return {"water": build_water(shared, out), "places": build_places(shared, out, tianditu)}


# ---------------------------------------------------------------- telemetry

FAULT_RUN, NORMAL_RUN, ONSET = "d06_te", "d00_te", 160


def series_code(column):
    kind, number = column.split("_")
    return f"{kind}_{int(number):02d}"


def load_runs(shared):
    """Runs as lists of {series code: decimal text}, in sample order."""
    runs = {}
    for r in read_csv(shared / "telemetry/tep/tep_d00_d01_d06.csv.gz"):
        values = {series_code(k): v for k, v in r.items() if k.startswith("X")}
        assert len(values) == 52
        runs.setdefault(r["run"], []).append((int(r["sample"]), values))
    for run in runs.values():
        assert [s for s, _ in run] == list(range(1, 961))
    return {k: [v for _, v in run] for k, run in runs.items()}


def build_telemetry(shared, out):
    runs = load_runs(shared)
    codes = [f"XMEAS_{i:02d}" for i in range(1, 42)] + [f"XMV_{i:02d}" for i in range(1, 12)]
    for name, run in (("tep_demo", FAULT_RUN), ("tep_normal", NORMAL_RUN)):
        write_csv(
            out / f"telemetry/{name}.csv.gz",
            ["sample", "minute", *codes],
            ([i, i * 3, *(row[c] for c in codes)] for i, row in enumerate(runs[run], 1)),
        )
    measured = [f"XMEAS_{i:02d}" for i in range(1, 42)]
    fault = runs[FAULT_RUN]
    frozen = next(
        i for i in range(ONSET, 960) if all(fault[i][c] == fault[959][c] for c in measured[:22])
    )
    write(out / "telemetry/LICENSE.tep", build_demo.TEP_LICENCE)
    return {"runs": runs, "frozen_sample": frozen + 1}


# ---------------------------------------------------------------- main


def main():
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True, help="folder of the shared source data")
    parser.add_argument("--out", type=Path, default=here)
    args = parser.parse_args()
    shared, out = args.shared, args.out

    tianditu = load_tianditu(shared)
    divisions = build_divisions(shared, out, tianditu)
    boundaries = build_boundaries(shared, out, tianditu)
    basemap = build_basemap(shared, out, tianditu, boundaries)
    telemetry = build_telemetry(shared, out)

    counties = {
        f["properties"]["adcode"]: f["geometry"]
        for f in boundaries["ningxia"]
        if f["properties"]["level"] == "county"
    }
    thresholds = {}
    for r in read_csv(shared / "facilities/gb18218_2018_table1.csv"):
        for cas in re.findall(r"\d+-\d\d-\d", r["cas"]):
            thresholds.setdefault(cas, float(r["threshold_t"]))
    demo = build_demo.build(
        names=divisions["names"],
        contains=lambda adcode, lon, lat: contains(counties[adcode], lon, lat),
        border_km=lambda adcode, lon, lat: border_distance_km(counties[adcode], lon, lat),
        labels={f["properties"]["adcode"]: f["properties"]["label"] for f in boundaries["ningxia"]},
        thresholds=thresholds,
        runs=telemetry["runs"],
        fault_run=FAULT_RUN,
        normal_run=NORMAL_RUN,
        onset=ONSET,
    )
    for name, records in demo["files"].items():
        write_jsonl(out / f"demo/{name}", records)
    write(out / "demo/users.json", "[\n" + ",\n".join(compact(u) for u in demo["users"]) + "\n]\n")
    write(out / "demo/hj212_frames.txt", "".join(f + "\n" for f in demo["frames"]))

    facts = {"divisions": divisions, "boundaries": boundaries, "basemap": basemap, "telemetry": telemetry, "demo": demo}
    for name, text in build_demo.documents(facts).items():
        write(out / name, text)

    total = 0
    for path in sorted(out.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            size = path.stat().st_size
            total += size
            print(f"{size:>9,}  {path.relative_to(out)}")
            if path.suffix in (".json", ".geojson"):
                read_json(path)
            if path.suffix == ".jsonl":
                for line in read_text(path).splitlines():
                    json.loads(line)
    print(f"{total:>9,}  total")
    assert total < 8_000_000
    for group in ("divisions", "boundaries", "basemap"):
        print(group, {k: v for k, v in facts[group].items() if k not in ("names", "ningxia", "national") or group == "divisions" and k == "ningxia"})
    print("frozen from sample", telemetry["frozen_sample"])
    print("demo", demo["counts"])
    for line in demo["alarms"]:
        print("alarm", line)


if __name__ == "__main__":
    main()
