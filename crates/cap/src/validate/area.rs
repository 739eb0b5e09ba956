//! Rules of the area block.

use super::crossing::Budget;
use super::{check_names, require};
use crate::finding::{Place, Report};
use crate::geometry::{Circle, Polygon};
use crate::model::Area;

pub(super) fn check(area: &Area, place: &Place<'_>, crossings: &mut Budget, report: &mut Report) {
    require(!area.description.trim().is_empty(), "areaDesc", place, report);
    for (index, polygon) in area.polygons.iter().enumerate() {
        check_polygon(polygon, &place.nth("polygon", index), crossings, report);
    }
    for (index, circle) in area.circles.iter().enumerate() {
        check_circle(circle, &place.nth("circle", index), report);
    }
    check_names(&area.geocodes, "geocode", place, report);
    check_heights(area, place, report);
    if !area.has_geometry() {
        let message = "no polygon, circle or geocode: no machine can find it";
        report.warning("area-without-geometry", place, message);
    }
}

fn check_polygon(polygon: &Polygon, place: &Place<'_>, crossings: &mut Budget, report: &mut Report) {
    let ring = &polygon.ring;
    if ring.len() < 4 {
        let message = format!("{} pair(s), 4 or more are needed", ring.len());
        report.error("polygon-fewer-than-4-pairs", place, message);
    }
    if !polygon.is_closed() {
        let message = "the last pair does not repeat the first";
        report.error("polygon-not-closed", place, message);
    }
    match ring.iter().find(|point| !point.is_on_globe()) {
        Some(point) => {
            let message = format!("{},{} is not on the globe", point.latitude, point.longitude);
            report.error("polygon-coordinate", place, message);
        }
        None if crossings.crosses_itself(ring) => {
            report.warning("polygon-self-intersection", place, "the outline crosses itself");
        }
        None => {}
    }
}

fn check_circle(circle: &Circle, place: &Place<'_>, report: &mut Report) {
    if !circle.center.is_on_globe() {
        report.error("circle-format", place, "the centre is not on the globe");
    }
    let radius = circle.radius_kilometers;
    if !radius.is_finite() || radius < 0.0 {
        let message = format!("radius {radius} is no length");
        report.error("circle-format", place, message);
    }
}

fn check_heights(area: &Area, place: &Place<'_>, report: &mut Report) {
    for (height, element) in [(area.altitude, "altitude"), (area.ceiling, "ceiling")] {
        if height.is_some_and(|height| !height.is_finite()) {
            let message = format!("<{element}> is no number");
            report.error(format!("{element}-format"), place, message);
        }
    }
    match (area.altitude, area.ceiling) {
        (None, Some(_)) => {
            report.error("ceiling-without-altitude", place, "a ceiling needs an altitude");
        }
        (Some(altitude), Some(ceiling)) if ceiling < altitude => {
            let message = format!("ceiling {ceiling} is below altitude {altitude}");
            report.error("ceiling-below-altitude", place, message);
        }
        _ => {}
    }
}
