//! What is made of an earthquake or a fire pixel that another service reports: pure judgements, each with its reason
//! in words, so that nobody has to trust a number that nobody explains.

use fengsui_kernel::Timestamp;
use jiff::SignedDuration;

/// Distance within which the heat of a plant masks a fire pixel: 201 of 1,255 pixels (16 %) in China lie within 3 km
/// of a listed power, steel or cement plant (NASA FIRMS MODIS against the plant lists of 2022).
pub const MASK_KM: f64 = 3.0;

/// When an earthquake raises something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuakeConditions {
    /// From this magnitude on.
    pub magnitude: f64,
    /// Not older than this many hours: a catalogue that is read for the first time raises nothing of last week.
    pub within_hours: u32,
}

/// When a fire pixel raises something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FireConditions {
    /// From this confidence on, 0 to 100.
    pub confidence: u8,
    /// Not older than this many hours.
    pub within_hours: u32,
    /// A heat source within this distance masks it, in km.
    pub mask_km: f64,
}

/// The heat source nearest to a pixel.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatSource {
    /// The enterprise, by record id.
    pub enterprise: String,
    /// Its name.
    pub name: String,
    /// Metres.
    pub distance_m: f64,
}

/// What is made of something.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Whether a person must look at it.
    pub raises: bool,
    /// The heat source that masks it.
    pub masked_by: Option<HeatSource>,
    /// Why, for people.
    pub explanation: String,
}

fn kept(explanation: String) -> Judged {
    Judged { raises: false, masked_by: None, explanation }
}

/// Judges an earthquake.
pub fn judge_quake(magnitude: f64, at: Timestamp, withdrawn: bool, now: Timestamp, when: &QuakeConditions) -> Judged {
    if withdrawn {
        return kept("发布单位已撤销，仅记录".to_owned());
    }
    if magnitude < when.magnitude {
        return kept(format!("震级 {magnitude:.1} 低于 {:.1}，仅记录", when.magnitude));
    }
    if is_old(at, now, when.within_hours) {
        return kept(format!("发震距收到已超过 {} 小时，仅记录", when.within_hours));
    }
    let explanation = format!("震级 {magnitude:.1} 不低于 {:.1}，发震在 {} 小时内", when.magnitude, when.within_hours);
    Judged { raises: true, masked_by: None, explanation }
}

/// Judges a fire pixel; `heat` is the nearest heat source of the ledger, wherever it is.
pub fn judge_fire(
    confidence: u8,
    at: Timestamp,
    heat: Option<HeatSource>,
    now: Timestamp,
    when: &FireConditions,
) -> Judged {
    // First, so that the share that is masked is that of all pixels.
    if let Some(heat) = heat.filter(|heat| when.mask_km > 0.0 && heat.distance_m <= when.mask_km * 1000.0) {
        let explanation = format!(
            "距固定热源“{}” {:.1} km（不超过 {:.1} km），按已知热源屏蔽",
            heat.name,
            heat.distance_m / 1000.0,
            when.mask_km
        );
        return Judged { raises: false, masked_by: Some(heat), explanation };
    }
    if confidence < when.confidence {
        return kept(format!("置信度 {confidence}% 低于 {}%，仅记录", when.confidence));
    }
    if is_old(at, now, when.within_hours) {
        return kept(format!("观测距收到已超过 {} 小时，仅记录", when.within_hours));
    }
    let nearby =
        if when.mask_km > 0.0 { format!("，{:.1} km 内无已知固定热源", when.mask_km) } else { String::new() };
    let explanation =
        format!("置信度 {confidence}% 不低于 {}%，观测在 {} 小时内{nearby}", when.confidence, when.within_hours);
    Judged { raises: true, masked_by: None, explanation }
}

fn is_old(at: Timestamp, now: Timestamp, hours: u32) -> bool {
    now.duration_since(at) > SignedDuration::from_hours(hours.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    const QUAKE: QuakeConditions = QuakeConditions { magnitude: 4.5, within_hours: 24 };
    const FIRE: FireConditions = FireConditions { confidence: 60, within_hours: 12, mask_km: MASK_KM };

    #[test]
    fn only_strong_and_fresh_earthquakes_raise() {
        let now = at("2026-07-02T00:00:00Z");
        let raises = |magnitude, when, withdrawn| judge_quake(magnitude, at(when), withdrawn, now, &QUAKE).raises;
        assert!(raises(4.5, "2026-07-01T00:00:00Z", false));
        assert!(!raises(4.4, "2026-07-01T23:00:00Z", false) && !raises(8.0, "2026-06-30T23:59:59Z", false));
        assert!(!raises(8.0, "2026-07-01T23:00:00Z", true));
    }

    #[test]
    fn known_heat_masks_whatever_the_confidence_and_says_by_what() {
        let now = at("2026-07-01T06:00:00Z");
        let heat =
            |metres| Some(HeatSource { enterprise: "e".into(), name: "宁东电厂".into(), distance_m: metres });
        let judged =
            |heat, conditions: &FireConditions| judge_fire(95, at("2026-07-01T03:00:00Z"), heat, now, conditions);
        let masked = judged(heat(1240.0), &FIRE);
        assert!(!masked.raises && masked.masked_by.is_some());
        assert!(masked.explanation.contains("宁东电厂” 1.2 km"), "{}", masked.explanation);
        assert!(judged(heat(3001.0), &FIRE).raises && judged(None, &FIRE).raises);
        let off = FireConditions { mask_km: 0.0, ..FIRE };
        assert!(judged(heat(1240.0), &off).raises, "the mask can be switched off");
        assert!(!judge_fire(59, at("2026-07-01T03:00:00Z"), None, now, &FIRE).raises);
        assert!(!judge_fire(99, at("2026-06-30T03:00:00Z"), None, now, &FIRE).raises);
    }
}
