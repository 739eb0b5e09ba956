//! Points, lines and areas in degrees (CRS84), flat: what GeoJSON and WKT write, and how they lie to each other.
//!
//! Distances and lengths are in degrees, the unit of the coordinates, as the reference implementation has them.
//! Areas are simple polygons with holes; shapes across the date line are not known.

use serde_json::Value as Json;

/// Longitude and latitude in degrees.
pub type Position = [f64; 2];

/// The most positions that one shape may have.
const MOST_POSITIONS: usize = 5_000;

/// A shape.
#[derive(Debug, Clone, PartialEq)]
pub enum Geometry {
    /// A point.
    Point(Position),
    /// A line of at least two points.
    Line(Vec<Position>),
    /// Rings, the outer one first; the first point of a ring is its last.
    Area(Vec<Vec<Position>>),
}

fn position(json: &Json) -> Option<Position> {
    let pair = json.as_array().filter(|list| (2..=3).contains(&list.len()))?;
    Some([pair[0].as_f64()?, pair[1].as_f64()?])
}

fn positions(json: &Json) -> Option<Vec<Position>> {
    json.as_array().filter(|list| list.len() <= MOST_POSITIONS)?.iter().map(position).collect()
}

fn area(rings: Vec<Vec<Position>>) -> Option<Geometry> {
    let closed = |ring: &Vec<Position>| ring.len() >= 4 && ring.first() == ring.last();
    (!rings.is_empty() && rings.iter().all(closed)).then_some(Geometry::Area(rings))
}

fn line(points: Vec<Position>) -> Option<Geometry> {
    (points.len() >= 2).then_some(Geometry::Line(points))
}

impl Geometry {
    /// A shape of GeoJSON.
    pub fn from_geojson(json: &Json) -> Option<Self> {
        let coordinates = json.get("coordinates")?;
        match json.get("type")?.as_str()? {
            "Point" => position(coordinates).map(Self::Point),
            "LineString" => line(positions(coordinates)?),
            "Polygon" => area(coordinates.as_array()?.iter().map(positions).collect::<Option<_>>()?),
            _ => None,
        }
    }

    /// A shape of well-known text: `POINT (106.6 38.1)`, `LINESTRING (…)`, `POLYGON ((…))`.
    pub fn from_wkt(text: &str) -> Option<Self> {
        let text = text.trim();
        // Some write the reference system before it; only degrees are known.
        let text = text.strip_prefix("SRID=4326;").unwrap_or(text);
        let (kind, rest) = text.split_at(text.find('(')?);
        let inner = rest.trim().strip_prefix('(')?.strip_suffix(')')?;
        if inner.matches(',').count() > MOST_POSITIONS {
            return None;
        }
        match kind.trim().to_ascii_uppercase().as_str() {
            "POINT" => match wkt_positions(inner)?.as_slice() {
                [only] => Some(Self::Point(*only)),
                _ => None,
            },
            "LINESTRING" => line(wkt_positions(inner)?),
            "POLYGON" => area(wkt_rings(inner)?),
            _ => None,
        }
    }

    fn points(&self) -> Vec<Position> {
        match self {
            Self::Point(at) => vec![*at],
            Self::Line(points) => points.clone(),
            Self::Area(rings) => rings.concat(),
        }
    }

    fn edges(&self) -> Vec<(Position, Position)> {
        let of = |points: &Vec<Position>| points.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>();
        match self {
            Self::Point(at) => vec![(*at, *at)],
            Self::Line(points) => of(points),
            Self::Area(rings) => rings.iter().flat_map(of).collect(),
        }
    }

    /// Whether a point lies in it or on its edge.
    fn covers(&self, point: Position) -> bool {
        let on_edge = self.edges().iter().any(|edge| distance_to_edge(point, *edge) < 1e-12);
        let Self::Area(rings) = self else { return on_edge };
        on_edge || rings.iter().map(|ring| crossings(ring, point)).sum::<usize>() % 2 == 1
    }

    /// Whether the two have a point in common.
    pub fn intersects(&self, other: &Self) -> bool {
        let meets = |one: &(Position, Position)| other.edges().iter().any(|two| edges_meet(*one, *two));
        self.points().iter().any(|point| other.covers(*point))
            || other.points().iter().any(|point| self.covers(*point))
            || self.edges().iter().any(meets)
    }

    /// Whether it lies in the other, edges included. Exact for points; a line or an area lies in another if all its
    /// corners do and no edge crosses the other's edges.
    pub fn within(&self, other: &Self) -> bool {
        let crosses = |one: &(Position, Position)| other.edges().iter().any(|two| edges_cross(*one, *two));
        self.points().iter().all(|point| other.covers(*point)) && !self.edges().iter().any(crosses)
    }

    /// The shortest way between the two, in degrees.
    pub fn distance(&self, other: &Self) -> f64 {
        if self.intersects(other) {
            return 0.0;
        }
        let nearest = |one: &Self, two: &Self| {
            let edges = two.edges();
            let points = one.points().into_iter();
            points
                .flat_map(|point| edges.iter().map(move |edge| distance_to_edge(point, *edge)))
                .fold(f64::INFINITY, f64::min)
        };
        nearest(self, other).min(nearest(other, self))
    }

    /// How long a line is, in degrees; nothing for other shapes.
    pub fn length(&self) -> Option<f64> {
        match self {
            Self::Line(points) => Some(points.windows(2).map(|pair| span(pair[0], pair[1])).sum()),
            _ => None,
        }
    }
}

fn wkt_positions(text: &str) -> Option<Vec<Position>> {
    let pair = |text: &str| {
        let mut numbers = text.split_whitespace().map(|word| word.parse::<f64>().ok().filter(|it| it.is_finite()));
        let pair = [numbers.next()??, numbers.next()??];
        numbers.next().is_none().then_some(pair)
    };
    text.split(',').map(pair).collect()
}

fn wkt_rings(text: &str) -> Option<Vec<Vec<Position>>> {
    let mut rings = Vec::new();
    let mut rest = text.trim();
    loop {
        let (ring, after) = rest.strip_prefix('(')?.split_once(')')?;
        rings.push(wkt_positions(ring)?);
        rest = after.trim();
        if rest.is_empty() {
            return Some(rings);
        }
        rest = rest.strip_prefix(',')?.trim();
    }
}

fn span(one: Position, two: Position) -> f64 {
    (one[0] - two[0]).hypot(one[1] - two[1])
}

fn distance_to_edge(point: Position, (from, to): (Position, Position)) -> f64 {
    let along = [to[0] - from[0], to[1] - from[1]];
    let squared = along[0].mul_add(along[0], along[1] * along[1]);
    if squared == 0.0 {
        return span(point, from);
    }
    let share = ((point[0] - from[0]) * along[0] + (point[1] - from[1]) * along[1]) / squared;
    let share = share.clamp(0.0, 1.0);
    span(point, [share.mul_add(along[0], from[0]), share.mul_add(along[1], from[1])])
}

/// How often a ray to the east meets the ring.
fn crossings(ring: &[Position], point: Position) -> usize {
    let crosses = |pair: &&[Position]| {
        let (from, to) = (pair[0], pair[1]);
        (from[1] > point[1]) != (to[1] > point[1])
            && point[0] < (to[0] - from[0]) * (point[1] - from[1]) / (to[1] - from[1]) + from[0]
    };
    ring.windows(2).filter(crosses).count()
}

/// On which side of a line a point lies.
fn side((from, to): (Position, Position), point: Position) -> f64 {
    (to[0] - from[0]) * (point[1] - from[1]) - (to[1] - from[1]) * (point[0] - from[0])
}

/// Whether each passes through the other, ends not counted.
fn edges_cross(one: (Position, Position), two: (Position, Position)) -> bool {
    side(one, two.0) * side(one, two.1) < 0.0 && side(two, one.0) * side(two, one.1) < 0.0
}

fn edges_meet(one: (Position, Position), two: (Position, Position)) -> bool {
    edges_cross(one, two)
        || distance_to_edge(one.0, two) < 1e-12
        || distance_to_edge(one.1, two) < 1e-12
        || distance_to_edge(two.0, one) < 1e-12
        || distance_to_edge(two.1, one) < 1e-12
}

#[cfg(test)]
mod tests {
    use super::Geometry;

    fn wkt(text: &str) -> Geometry {
        Geometry::from_wkt(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn tells_inside_from_outside() {
        let field = wkt("POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (4 4, 6 4, 6 6, 4 6, 4 4))");
        assert!(wkt("POINT (1 1)").within(&field) && wkt("POINT (10 5)").within(&field), "edges count");
        assert!(!wkt("POINT (5 5)").within(&field), "the hole is outside");
        assert!(!wkt("POINT(11 5)").within(&field) && !wkt("POINT (11 5)").intersects(&field));
        assert!(wkt("LINESTRING (-1 2, 11 2)").intersects(&field) && !wkt("LINESTRING (-1 2, 11 2)").within(&field));
    }

    #[test]
    fn measures_in_degrees() {
        assert!((wkt("POINT (0 0)").distance(&wkt("POINT (3 4)")) - 5.0).abs() < 1e-9);
        assert!((wkt("POINT (5 2)").distance(&wkt("LINESTRING (0 0, 10 0)")) - 2.0).abs() < 1e-9);
        assert_eq!(wkt("LINESTRING (0 0, 3 4, 3 5)").length(), Some(6.0));
    }

    #[test]
    fn refuses_what_is_no_shape() {
        for text in
            ["", "POINT", "POINT ()", "POINT (1)", "POINT (1 2, 3 4)", "POLYGON ((0 0, 1 1, 0 0))", "CIRCLE (1 2)"]
        {
            assert_eq!(Geometry::from_wkt(text), None, "{text}");
        }
    }
}
