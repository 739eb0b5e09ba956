//! Areas and routes on the terminal: 8600 to 8608 and 0608 (tables 53 to 65).
//!
//! Attribute bits: 0 times follow, 1 speeds follow, 2 and 3 alarm on entering to driver and platform, 4 and 5 on
//! leaving, 6 southern latitudes, 7 western longitudes, 8 doors must stay shut, 14 no radio within, 15 satellite data
//! collected within. Latitudes and longitudes are magnitudes; bits 6 and 7 have their signs.

use super::decimal::Decimal;
use super::field::layout;
use super::groups::{Bit, Counted, Nested, Since2019, When};
use super::numbers::{Attributes, Degrees, numbered};
use super::texts::{Measured, MeasuredBytes};
use super::time::LocalTime;

/// Speed at night: since 2019, and only where speeds follow.
type Night = When<(Since2019, Bit<1>), u16>;

numbered! {
    /// What is done with areas sent.
    AreaAction {
        /// All areas of the kind are replaced.
        0 Update,
        /// These areas are added.
        1 Append,
        /// These areas are changed.
        2 Modify,
    }
}

layout! {
    /// A circle.
    Circle {
        /// Id of the area.
        id: u32,
        /// Attribute bits.
        attributes: u16 as Attributes<u16>,
        /// Latitude of the centre, degrees.
        lat: Decimal as Degrees,
        /// Longitude of the centre, degrees.
        lng: Decimal as Degrees,
        /// Radius, m.
        radius_m: u32,
        /// From when (attribute bit 0); without a date, every day.
        start: Option<LocalTime> as When<Bit<0>, LocalTime>,
        /// Until when (attribute bit 0).
        end: Option<LocalTime> as When<Bit<0>, LocalTime>,
        /// Speed limit, km/h (attribute bit 1).
        max_speed_kmh: Option<u16> as When<Bit<1>, u16>,
        /// How long the limit may be exceeded, s (attribute bit 1).
        overspeed_s: Option<u8> as When<Bit<1>, u8>,
        /// Speed limit at night, km/h (2019, attribute bit 1).
        night_speed_kmh: Option<u16> as Night,
        /// Name (2019).
        name: Option<String> as When<Since2019, Measured<u16>>,
    }
}

layout! {
    /// 8600: circles.
    CircleSetting {
        /// What is done with them.
        action: AreaAction,
        /// The circles.
        areas: Vec<Circle> as Counted<u8, Nested<Circle>>,
    }
}

layout! {
    /// A rectangle along the meridians.
    Rectangle {
        /// Id of the area.
        id: u32,
        /// Attribute bits.
        attributes: u16 as Attributes<u16>,
        /// Latitude of the upper left corner, degrees.
        upper_left_lat: Decimal as Degrees,
        /// Longitude of the upper left corner, degrees.
        upper_left_lng: Decimal as Degrees,
        /// Latitude of the lower right corner, degrees.
        lower_right_lat: Decimal as Degrees,
        /// Longitude of the lower right corner, degrees.
        lower_right_lng: Decimal as Degrees,
        /// From when (attribute bit 0).
        start: Option<LocalTime> as When<Bit<0>, LocalTime>,
        /// Until when (attribute bit 0).
        end: Option<LocalTime> as When<Bit<0>, LocalTime>,
        /// Speed limit, km/h (attribute bit 1).
        max_speed_kmh: Option<u16> as When<Bit<1>, u16>,
        /// How long the limit may be exceeded, s (attribute bit 1).
        overspeed_s: Option<u8> as When<Bit<1>, u8>,
        /// Speed limit at night, km/h (2019, attribute bit 1).
        night_speed_kmh: Option<u16> as Night,
        /// Name (2019).
        name: Option<String> as When<Since2019, Measured<u16>>,
    }
}

layout! {
    /// 8602: rectangles.
    RectangleSetting {
        /// What is done with them.
        action: AreaAction,
        /// The rectangles.
        areas: Vec<Rectangle> as Counted<u8, Nested<Rectangle>>,
    }
}

layout! {
    /// A corner of a polygon.
    Corner {
        /// Latitude, degrees.
        lat: Decimal as Degrees,
        /// Longitude, degrees.
        lng: Decimal as Degrees,
    }
}

layout! {
    /// 8604: one polygon.
    PolygonSetting {
        /// Id of the area.
        id: u32,
        /// Attribute bits.
        attributes: u16 as Attributes<u16>,
        /// From when (attribute bit 0).
        start: Option<LocalTime> as When<Bit<0>, LocalTime>,
        /// Until when (attribute bit 0).
        end: Option<LocalTime> as When<Bit<0>, LocalTime>,
        /// Speed limit, km/h (attribute bit 1).
        max_speed_kmh: Option<u16> as When<Bit<1>, u16>,
        /// How long the limit may be exceeded, s (attribute bit 1).
        overspeed_s: Option<u8> as When<Bit<1>, u8>,
        /// The corners in order.
        points: Vec<Corner> as Counted<u16, Nested<Corner>>,
        /// Speed limit at night, km/h (2019, attribute bit 1).
        night_speed_kmh: Option<u16> as Night,
        /// Name (2019).
        name: Option<String> as When<Since2019, Measured<u16>>,
    }
}

layout! {
    /// A turning point of a route and the section that begins there.
    TurningPoint {
        /// Id of the point.
        id: u32,
        /// Id of the section.
        section_id: u32,
        /// Latitude, degrees.
        lat: Decimal as Degrees,
        /// Longitude, degrees.
        lng: Decimal as Degrees,
        /// Width of the section, m.
        width_m: u8,
        /// Bits: 0 driving times follow, 1 speeds follow, 2 southern latitude, 3 western longitude.
        attributes: u8 as Attributes<u8>,
        /// More time than this is too much, s (attribute bit 0).
        longest_s: Option<u16> as When<Bit<0>, u16>,
        /// Less time than this is too little, s (attribute bit 0).
        shortest_s: Option<u16> as When<Bit<0>, u16>,
        /// Speed limit, km/h (attribute bit 1).
        max_speed_kmh: Option<u16> as When<Bit<1>, u16>,
        /// How long the limit may be exceeded, s (attribute bit 1).
        overspeed_s: Option<u8> as When<Bit<1>, u8>,
        /// Speed limit at night, km/h (2019, attribute bit 1).
        night_speed_kmh: Option<u16> as Night,
    }
}

layout! {
    /// 8606: one route.
    RouteSetting {
        /// Id of the route.
        id: u32,
        /// Attribute bits.
        attributes: u16 as Attributes<u16>,
        /// From when (attribute bit 0).
        start: Option<LocalTime> as When<Bit<0>, LocalTime>,
        /// Until when (attribute bit 0).
        end: Option<LocalTime> as When<Bit<0>, LocalTime>,
        /// The turning points in order.
        points: Vec<TurningPoint> as Counted<u16, Nested<TurningPoint>>,
        /// Name (2019).
        name: Option<String> as When<Since2019, Measured<u16>>,
    }
}

layout! {
    /// 8601, 8603, 8605 and 8607: delete areas or routes.
    AreaDeletion {
        /// Their ids; none deletes all.
        ids: Vec<u32> as Counted<u8, u32>,
    }
}

layout! {
    /// 8608 (2019): ask for areas or routes.
    AreaQuery {
        /// 1 circles, 2 rectangles, 3 polygons, 4 routes.
        kind: u8,
        /// Their ids; none asks for all.
        ids: Vec<u32> as Counted<u32, u32>,
    }
}

layout! {
    /// 0608 (2019): areas or routes in answer to 8608.
    AreaAnswer {
        /// As in 8608.
        kind: u8,
        /// The areas in the layout of the order that set them.
        data: Vec<u8> as MeasuredBytes<u32>,
    }
}

/// Attribute bit 0.
pub const TIMES_FOLLOW: u16 = 1;
/// Attribute bit 1.
pub const SPEEDS_FOLLOW: u16 = 1 << 1;
/// Attribute bits 2 to 5: alarms on entering and leaving, to driver and platform.
pub const ALARM_ALWAYS: u16 = 0b11_1100;
