//! Fences of vehicles (电子围栏): areas and routes that they must keep to, or keep out of, and the speed inside.

use fengsui_kernel::{Fault, Problems, Text};
use fengsui_registry::kind::Geometry;
use fengsui_registry::{Kind, choices};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::VehicleClass;

choices! {
    /// The shape of a fence.
    pub enum FenceShape {
        Area = "area", "区域（多边形）", "area";
        Circle = "circle", "圆形区域", "circle";
        Route = "route", "路线", "route";
    }
}

choices! {
    /// What vehicles must do about it.
    pub enum FenceSense {
        KeepIn = "keep_in", "不得驶出", "keep inside";
        KeepOut = "keep_out", "禁止驶入", "keep out";
        SpeedOnly = "speed_only", "仅限速", "speed only";
    }
}

choices! {
    /// How urgent its alarms are.
    pub enum FencePriority {
        Urgent = "urgent", "紧急", "urgent";
        High = "high", "高", "high";
        Medium = "medium", "中", "medium";
        Low = "low", "低", "low";
    }
}

choices! {
    /// A day of the week.
    pub enum Weekday {
        Monday = "monday", "周一", "Monday";
        Tuesday = "tuesday", "周二", "Tuesday";
        Wednesday = "wednesday", "周三", "Wednesday";
        Thursday = "thursday", "周四", "Thursday";
        Friday = "friday", "周五", "Friday";
        Saturday = "saturday", "周六", "Saturday";
        Sunday = "sunday", "周日", "Sunday";
    }
}

/// A corner of a fence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FenceCorner {
    /// Degrees east.
    #[schemars(extend("x-title" = ["经度", "Longitude"], "minimum" = 73, "maximum" = 136))]
    pub lon: f64,
    /// Degrees north.
    #[schemars(extend("x-title" = ["纬度", "Latitude"], "minimum" = 3, "maximum" = 54))]
    pub lat: f64,
}

/// A fence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fence {
    /// Its shape.
    #[schemars(extend("x-title" = ["形状", "Shape"], "x-flags" = "filterable listed"))]
    pub shape: FenceShape,
    /// Its corners: of a circle its middle.
    #[schemars(extend("x-title" = ["顶点（圆形填圆心）", "Corners (of a circle its middle)"], "x-picker" = "fence", "minItems" = 1, "maxItems" = 300))]
    pub corners: Vec<FenceCorner>,
    /// Radius of a circle.
    #[schemars(range(min = 20, max = 200_000), extend("x-title" = ["半径", "Radius"], "x-unit" = "m"))]
    pub radius_m: Option<f64>,
    /// Whole width of a route.
    #[schemars(range(min = 20, max = 20_000), extend("x-title" = ["路线宽度", "Width of the route"], "x-unit" = "m"))]
    pub width_m: Option<f64>,
    /// What vehicles must do about it.
    #[schemars(extend("x-title" = ["要求", "Demand"], "x-flags" = "filterable listed"))]
    pub sense: FenceSense,
    /// Greatest speed inside.
    #[schemars(range(min = 5, max = 120), extend("x-title" = ["围栏内限速", "Speed limit inside"], "x-flags" = "filterable listed", "x-unit" = "km/h"))]
    pub speed_limit_kmh: Option<u32>,
    /// Positions jitter: an alarm begins so far beyond the edge and ends so far on the other side of it; 20 if absent.
    #[schemars(range(min = 0, max = 1_000), extend("x-title" = ["边界容差", "Tolerance at the edge"], "x-unit" = "m"))]
    pub tolerance_m: Option<f64>,
    /// It must last so long; 20 if absent.
    #[schemars(range(min = 0, max = 3_600), extend("x-title" = ["持续多久才报警", "Must last"], "x-unit" = "s"))]
    pub confirm_seconds: Option<u32>,
    /// Vehicles that it is for, by code of their terminal; if none, all of the class and enterprise below.
    #[serde(default)]
    #[schemars(extend("x-title" = ["指定车辆", "Vehicles"], "x-reference" = "device", "maxItems" = 500))]
    pub vehicles: Vec<String>,
    /// Only vehicles of this class.
    #[schemars(extend("x-title" = ["车辆类别", "Vehicle class"], "x-flags" = "filterable"))]
    pub vehicle_class: Option<VehicleClass>,
    /// Days on which it holds; all if none.
    #[serde(default)]
    #[schemars(extend("x-title" = ["生效日", "Days"], "maxItems" = 7))]
    pub weekdays: Vec<Weekday>,
    /// From this time of day on, `HH:MM`.
    #[schemars(extend("x-title" = ["生效时刻起（HH:MM）", "From (HH:MM)"], "maxLength" = 5))]
    pub hours_from: Option<String>,
    /// Up to this time of day; not later than `hours_from`: on the next day.
    #[schemars(extend("x-title" = ["生效时刻止（HH:MM）", "To (HH:MM)"], "maxLength" = 5))]
    pub hours_to: Option<String>,
    /// First day of its season, `MM-DD`.
    #[schemars(extend("x-title" = ["季节起（MM-DD）", "Season from (MM-DD)"], "maxLength" = 5))]
    pub season_from: Option<String>,
    /// Last day of its season.
    #[schemars(extend("x-title" = ["季节止（MM-DD）", "Season to (MM-DD)"], "maxLength" = 5))]
    pub season_to: Option<String>,
    /// How urgent its alarms are.
    #[schemars(extend("x-title" = ["报警级别", "Priority"], "x-flags" = "filterable listed"))]
    pub priority: FencePriority,
    /// What is to be done.
    #[schemars(extend("x-title" = ["处置提示", "Instruction"], "x-flags" = "searchable", "maxLength" = 1000))]
    pub instruction: Option<String>,
    /// Whether it is suspended.
    #[serde(default)]
    #[schemars(extend("x-title" = ["暂停", "Suspended"], "x-flags" = "filterable listed"))]
    pub suspended: bool,
}

impl Kind for Fence {
    const NAME: &'static str = "fence";
    const TITLE: Text = Text::new("电子围栏", "Fence");
    const ICON: &'static str = "fence";
    const GEOMETRY: Geometry = Geometry::None;

    fn validate(&self, problems: &mut Problems) {
        let least = match self.shape {
            FenceShape::Circle => 1,
            FenceShape::Route => 2,
            FenceShape::Area => 3,
        };
        if self.corners.len() < least {
            problems.push(Fault::field("attributes.corners", "too_few_items").with("min", &least.to_string()));
        }
        let required = [
            ("attributes.radius_m", self.shape == FenceShape::Circle && self.radius_m.is_none()),
            ("attributes.width_m", self.shape == FenceShape::Route && self.width_m.is_none()),
            ("attributes.speed_limit_kmh", self.sense == FenceSense::SpeedOnly && self.speed_limit_kmh.is_none()),
            ("attributes.hours_to", self.hours_from.is_some() && self.hours_to.is_none()),
            ("attributes.hours_from", self.hours_to.is_some() && self.hours_from.is_none()),
            ("attributes.season_to", self.season_from.is_some() && self.season_to.is_none()),
            ("attributes.season_from", self.season_to.is_some() && self.season_from.is_none()),
        ];
        for (field, missing) in required {
            if missing {
                problems.push(Fault::field(field, "required"));
            }
        }
        if let Some(schedule) = crate::fences::schedule(self) {
            let mut found = Problems::default();
            schedule.check(&mut found);
            for problem in found.0 {
                let field = match problem.field.rsplit_once('.').map(|(front, last)| (front.contains("seasons"), last))
                {
                    Some((true, "to")) => "attributes.season_to",
                    Some((true, _)) => "attributes.season_from",
                    Some((false, "to")) => "attributes.hours_to",
                    Some((false, _)) => "attributes.hours_from",
                    None => "attributes.weekdays",
                };
                problems.push(fengsui_kernel::Problem { field: field.to_owned(), ..problem });
            }
        }
    }
}
