//! Qualities as the small numbers that are stored.

use fengsui_kernel::reading::Quality;

/// The stored number of each quality is its place here; new ones are added at the end, sixteen at most.
const STORED: [Quality; 9] = [
    Quality::Good,
    Quality::Uncertain,
    Quality::Bad,
    Quality::Missing,
    Quality::Maintenance,
    Quality::Calibration,
    Quality::OverRange,
    Quality::Fault,
    Quality::Manual,
];

/// The stored number.
pub(crate) fn number(quality: Quality) -> u8 {
    match quality {
        Quality::Good => 0,
        Quality::Uncertain => 1,
        Quality::Bad => 2,
        Quality::Missing => 3,
        Quality::Maintenance => 4,
        Quality::Calibration => 5,
        Quality::OverRange => 6,
        Quality::Fault => 7,
        Quality::Manual => 8,
    }
}

/// The quality of a stored number.
pub(crate) fn of(number: u8) -> Option<Quality> {
    STORED.get(usize::from(number)).copied()
}
