//! Emergency plotting (应急标绘): what people draw on the map of an event, kept as a record so that
//! it has versions, permissions and a place among the events that others follow live.

use std::collections::HashSet;

use fengsui_kernel::{Fault, Problems, Text};
use fengsui_registry::kind::Geometry;
use fengsui_registry::{Kind, choices};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// Whether a drawing is about the world or about an exercise.
    pub enum PlotMode {
        Real = "real", "实战", "real";
        Drill = "drill", "演练", "drill";
    }
}

choices! {
    /// What a drawn element is.
    pub enum PlotShape {
        Point = "point", "点", "point";
        Line = "line", "线", "line";
        Arrow = "arrow", "箭头", "arrow";
        Area = "area", "面", "area";
        Circle = "circle", "圆", "circle";
        Text = "text", "文字", "text";
    }
}

choices! {
    /// The colour of an element: its meaning on emergency maps, not a grade.
    pub enum PlotColor {
        Red = "red", "红（危险）", "red (danger)";
        Orange = "orange", "橙（警戒）", "orange (cordon)";
        Blue = "blue", "蓝（我方力量）", "blue (own forces)";
        Green = "green", "绿（安全、疏散）", "green (safe, evacuation)";
        Violet = "violet", "紫（指挥）", "violet (command)";
        Black = "black", "黑（其他）", "black (other)";
    }
}

/// A corner, in CGCS2000 degrees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlotPoint {
    /// Degrees east.
    #[schemars(extend("minimum" = 73, "maximum" = 136))]
    pub lon: f64,
    /// Degrees north.
    #[schemars(extend("minimum" = 3, "maximum" = 54))]
    pub lat: f64,
}

/// One drawn thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlotElement {
    /// Its id within the drawing.
    #[schemars(extend("maxLength" = 40))]
    pub id: String,
    /// What it is.
    pub shape: PlotShape,
    /// The symbol, by its name in the console's symbol set.
    #[schemars(extend("maxLength" = 40))]
    pub symbol: String,
    /// Its colour.
    pub color: PlotColor,
    /// The words beside it.
    pub label: Option<String>,
    /// Its corners: one for points, texts and circles.
    #[schemars(extend("minItems" = 1, "maxItems" = 500))]
    pub points: Vec<PlotPoint>,
    /// Radius of a circle, metres.
    #[schemars(extend("minimum" = 1, "maximum" = 500_000))]
    pub radius_m: Option<f64>,
}

/// A drawing on the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plot {
    /// The incident it belongs to, by matter id; absent: free.
    #[schemars(extend("x-title" = ["所属事件", "Incident"], "x-flags" = "filterable", "maxLength" = 36))]
    pub incident: Option<String>,
    /// The world or an exercise.
    #[schemars(extend("x-title" = ["性质", "Mode"], "x-flags" = "filterable listed"))]
    pub mode: PlotMode,
    /// What it shows.
    #[schemars(extend("x-title" = ["说明", "Note"], "x-flags" = "searchable listed", "maxLength" = 500))]
    pub note: Option<String>,
    /// What is drawn.
    #[schemars(extend("x-title" = ["图元", "Elements"], "maxItems" = 300))]
    pub elements: Vec<PlotElement>,
}

/// How many corners a shape needs at least.
fn least(shape: PlotShape) -> usize {
    match shape {
        PlotShape::Point | PlotShape::Circle | PlotShape::Text => 1,
        PlotShape::Line | PlotShape::Arrow => 2,
        PlotShape::Area => 3,
    }
}

impl Kind for Plot {
    const NAME: &'static str = "plot";
    const TITLE: Text = Text::new("应急标绘", "Plot");
    const ICON: &'static str = "plot";
    const GEOMETRY: Geometry = Geometry::None;

    fn validate(&self, problems: &mut Problems) {
        let mut seen = HashSet::new();
        for (index, element) in self.elements.iter().enumerate() {
            let at = |name: &str| format!("attributes.elements.{index}.{name}");
            if !seen.insert(&element.id) {
                problems.push(Fault::field(&at("id"), "duplicate_item").with("value", &element.id));
            }
            if element.points.len() < least(element.shape) {
                let least = least(element.shape).to_string();
                problems.push(Fault::field(&at("points"), "too_few_items").with("min", &least));
            }
            if element.shape == PlotShape::Circle && element.radius_m.is_none() {
                problems.push(Fault::field(&at("radius_m"), "required"));
            }
            if element.shape == PlotShape::Text && element.label.is_none() {
                problems.push(Fault::field(&at("label"), "required"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use fengsui_kernel::Problems;
    use fengsui_registry::KindSpec;
    use serde_json::{Value, json};

    use super::Plot;

    #[allow(clippy::needless_pass_by_value, reason = "called with `json!`")]
    fn judged(elements: Value) -> Vec<String> {
        let plot = json!({"mode": "real", "elements": elements});
        let Problems(list) = KindSpec::of::<Plot>().check(plot).err().unwrap_or_default();
        list.into_iter().map(|problem| format!("{} {}", problem.field, problem.code)).collect()
    }

    #[test]
    fn takes_what_can_be_drawn_and_names_what_cannot() {
        let here = json!({"lon": 106.5, "lat": 38.1});
        let element = |shape: &str, points: Value| json!({"id": shape, "shape": shape, "symbol": "fire", "color": "red", "points": points});
        assert_eq!(judged(json!([element("point", json!([here])), element("line", json!([here, here]))])), [""; 0]);
        assert_eq!(
            judged(json!([
                element("area", json!([here])),
                element("circle", json!([here])),
                element("text", json!([here]))
            ])),
            [
                "attributes.elements.0.points too_few_items",
                "attributes.elements.1.radius_m required",
                "attributes.elements.2.label required"
            ]
        );
        let twice = json!([element("point", json!([here])), element("point", json!([here]))]);
        assert_eq!(judged(twice), ["attributes.elements.1.id duplicate_item"]);
        let swapped = json!([element("point", json!([{"lon": 38.1, "lat": 106.5}]))]);
        assert_eq!(
            judged(swapped),
            ["attributes.elements.0.points.0.lon too_small", "attributes.elements.0.points.0.lat too_great"]
        );
    }
}
