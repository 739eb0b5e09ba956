//! How many mutated frames a test reads and from which seed: the same each time in `make test`, new ones in `make fuzz`.

/// Frames to read: `FENGSUI_FUZZ_FRAMES`, a quarter of a million without it.
pub fn rounds() -> usize {
    number("FENGSUI_FUZZ_FRAMES").and_then(|frames| usize::try_from(frames).ok()).unwrap_or(250_000)
}

/// The generator's first state: the test's own, changed by `FENGSUI_FUZZ_SEED`; never zero.
pub fn seed(own: u64) -> u64 {
    (own ^ number("FENGSUI_FUZZ_SEED").unwrap_or_default().wrapping_mul(0x9E37_79B9_7F4A_7C15)).max(1)
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}
