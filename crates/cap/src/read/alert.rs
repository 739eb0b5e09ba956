//! The outermost block.

use super::elements::{ALERT, Context, cap_children, keep_first, keep_first_text, present};
use super::info::read_info;
use crate::error::{CapError, Limits};
use crate::finding::{Finding, Place, Report};
use crate::lists::{split_quoted, split_references};
use crate::model::Alert;
use crate::xml::{Node, Space, read_tree};

/// Reads decoded text.
pub(super) fn read(text: &str, limits: &Limits) -> Result<(Alert, Vec<Finding>), CapError> {
    let root = read_tree(text, limits)?;
    if root.name != "alert" {
        return Err(CapError::NotAnAlert { name: root.name });
    }
    let version = match root.space {
        Space::Cap(version) => version,
        Space::Domestic => return Err(unknown_namespace(crate::china::dialect::NAMESPACE)),
        Space::Signature => return Err(unknown_namespace("http://www.w3.org/2000/09/xmldsig#")),
        Space::Other(namespace) => return Err(unknown_namespace(&namespace)),
    };
    let mut context = Context { version, report: Report::default() };
    let alert = read_alert(&root, &mut context);
    Ok((alert, context.report.into_findings()))
}

fn unknown_namespace(namespace: &str) -> CapError {
    CapError::UnknownNamespace { namespace: namespace.to_owned() }
}

fn read_alert(node: &Node<'_>, context: &mut Context) -> Alert {
    let place = Place::ALERT;
    if !context.is_current() {
        let message = format!("message is of version {}", context.version);
        context.report.warning("older-version", &place, message);
    }
    context.check_sequence(node, ALERT, &place);
    check_signatures(node, context);
    let mut alert = Alert::default();
    for child in cap_children(node) {
        let here = place.child(&child.name);
        match child.name.as_str() {
            "sent" => keep_first(&mut alert.sent, context.time(child, &here)),
            "status" => keep_first(&mut alert.status, context.word(child, &here)),
            "msgType" => keep_first(&mut alert.message_type, context.word(child, &here)),
            "scope" => keep_first(&mut alert.scope, context.word(child, &here)),
            "info" => {
                let here = place.nth("info", alert.infos.len());
                alert.infos.push(read_info(child, &here, context));
            }
            _ => read_text(&mut alert, child, &here, context),
        }
    }
    alert
}

fn read_text(alert: &mut Alert, child: &Node<'_>, place: &Place<'_>, context: &mut Context) {
    let name = child.name.as_str();
    // The password of version 1.0 is dropped on purpose: nobody should keep it.
    if matches!(name, "password") || !ALERT.iter().any(|slot| slot.0 == name) {
        return;
    }
    let text = context.text(child, place);
    match name {
        "identifier" => keep_first_text(&mut alert.identifier, text),
        "sender" => keep_first_text(&mut alert.sender, text),
        "source" => keep_first(&mut alert.source, present(text)),
        "restriction" => keep_first(&mut alert.restriction, present(text)),
        "addresses" => alert.addresses.extend(split_quoted(&text)),
        "code" => alert.codes.extend(present(text)),
        "note" => keep_first(&mut alert.note, present(text)),
        "references" => alert.references.extend(split_references(&text)),
        "incidents" => alert.incidents.extend(split_quoted(&text)),
        _ => {}
    }
}

/// A signature must not get a warning refused, but whoever reads the findings should know that
/// nobody has checked it, and that writing the message again loses it.
fn check_signatures(node: &Node<'_>, context: &mut Context) {
    let is_signature = |child: &&Node<'_>| child.space == Space::Signature;
    let count = node.children.iter().filter(is_signature).count();
    if count > 0 {
        let message = format!("{count} signature(s) present, not checked");
        context.report.warning("signature-unchecked", &Place::ALERT, message);
    }
    let misplaced = node
        .children
        .iter()
        .skip_while(|child| child.space != Space::Signature)
        .any(|child| child.space != Space::Signature);
    if misplaced {
        let message = "signature comes before other elements";
        context.report.warning("signature-order", &Place::ALERT, message);
    }
}
