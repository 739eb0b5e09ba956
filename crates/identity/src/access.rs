//! Tells streams and screens that somebody's rights or sessions changed.

use fengsui_events::{AccessChanged, Event};
use fengsui_kernel::id::UserId;
use fengsui_storage::Tx;

/// With the change itself: what is committed after it is judged by the new rights.
pub(crate) fn changed(tx: &mut Tx, user: &UserId) {
    tx.publish(Event::AccessChanged(AccessChanged { user: Some(user.to_string()) }));
}
