//! Adding seconds to a time without overflow.

use fengsui_kernel::Timestamp;
use fengsui_kernel::clock::from_millis;

/// `at` and so many seconds; saturates at the end of time.
pub(crate) fn seconds(at: Timestamp, seconds: u32) -> Timestamp {
    from_millis(at.as_millisecond().saturating_add(i64::from(seconds) * 1000))
}
