//! The area block.

use super::elements::{AREA, Context, cap_children, keep_first, keep_first_text};
use super::info::read_named_value;
use crate::finding::{Place, excerpt};
use crate::geometry::{Circle, Polygon, decimal, salvage_ring};
use crate::model::Area;
use crate::xml::Node;

pub(super) fn read_area(node: &Node<'_>, place: &Place<'_>, context: &mut Context) -> Area {
    context.check_sequence(node, AREA, place);
    let mut area = Area::default();
    for child in cap_children(node) {
        let here = place.child(&child.name);
        match child.name.as_str() {
            "areaDesc" => keep_first_text(&mut area.description, context.text(child, &here)),
            "polygon" => {
                let here = place.nth("polygon", area.polygons.len());
                area.polygons.extend(read_polygon(child, &here, context));
            }
            "circle" => {
                let here = place.nth("circle", area.circles.len());
                area.circles.extend(read_circle(child, &here, context));
            }
            "geocode" => {
                let here = place.nth("geocode", area.geocodes.len());
                area.geocodes.push(read_named_value(child, &here, context));
            }
            "altitude" => keep_first(&mut area.altitude, read_decimal(child, &here, context)),
            "ceiling" => keep_first(&mut area.ceiling, read_decimal(child, &here, context)),
            _ => {}
        }
    }
    area
}

/// Keeps the pairs that can be read: most of a danger area is better than none of it. A text
/// without a single pair is no polygon at all.
fn read_polygon(node: &Node<'_>, place: &Place<'_>, context: &mut Context) -> Option<Polygon> {
    let text = context.text(node, place);
    let (ring, spoiled) = salvage_ring(&text);
    if let Some(first) = spoiled.first() {
        let message = format!("{} item(s) such as {:?} are no pair", spoiled.len(), excerpt(first));
        context.report.error("polygon-coordinate", place, message);
    }
    let unreadable = ring.is_empty() && !spoiled.is_empty();
    (!unreadable).then_some(Polygon { ring })
}

fn read_circle(node: &Node<'_>, place: &Place<'_>, context: &mut Context) -> Option<Circle> {
    let text = context.text(node, place);
    if let Ok(circle) = Circle::parse(&text) {
        Some(circle)
    } else {
        let message = format!("{:?} is not of the form lat,lon radius", excerpt(&text));
        context.report.error("circle-format", place, message);
        None
    }
}

fn read_decimal(node: &Node<'_>, place: &Place<'_>, context: &mut Context) -> Option<f64> {
    let text = context.text(node, place);
    let number = decimal(&text);
    if number.is_none() {
        let message = format!("{:?} is no decimal number", excerpt(&text));
        context.report.error(format!("{}-format", node.name), place, message);
    }
    number
}
