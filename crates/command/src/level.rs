//! The event level that casualties suggest. A suggestion: a person decides.
//!
//! Intervals are closed on the left (以上含本数), any one condition decides, the gravest counts.
//! Every kind of event has its own table: ten dead are 重大 at work and 较大 in an earthquake.

use fengsui_kernel::scale::EventLevel;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an event has done to people and property so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Casualties {
    /// Dead.
    pub deaths: u32,
    /// Missing; reported with the casualties, not counted as dead.
    pub missing: u32,
    /// Seriously injured, acute industrial poisoning included.
    pub serious_injuries: u32,
    /// Slightly injured.
    pub minor_injuries: u32,
    /// Trapped.
    pub trapped: u32,
    /// Direct economic loss in yuan, where estimated.
    pub direct_loss_yuan: Option<u64>,
}

/// Lower bounds of the three upper levels.
type Bounds<T> = [T; 3];

/// Thresholds of one kind of event.
struct Table {
    prefixes: &'static [&'static str],
    except: &'static [&'static str],
    deaths: Bounds<u32>,
    serious_injuries: Option<Bounds<u32>>,
    direct_loss_yuan: Option<Bounds<u64>>,
}

const TEN_THOUSAND: u64 = 10_000;

/// The law's own tables; more kinds wait for their published thresholds.
const TABLES: [Table; 3] = [
    // 国务院令493号 §3 (生产安全事故, 火灾同口径); §2 leaves out pollution and nuclear accidents.
    Table {
        prefixes: &["12"],
        except: &["12Q", "12T"],
        deaths: [30, 10, 3],
        serious_injuries: Some([100, 50, 10]),
        direct_loss_yuan: Some([10_000 * TEN_THOUSAND, 5_000 * TEN_THOUSAND, 1_000 * TEN_THOUSAND]),
    },
    // 地质灾害防治条例 §4, 灾情.
    Table {
        prefixes: &["11D"],
        except: &[],
        deaths: [30, 10, 3],
        serious_injuries: None,
        direct_loss_yuan: Some([1_000 * TEN_THOUSAND, 500 * TEN_THOUSAND, 100 * TEN_THOUSAND]),
    },
    // 森林防火条例 §40; the burnt area may put it higher.
    Table {
        prefixes: &["11G01"],
        except: &[],
        deaths: [30, 10, 3],
        serious_injuries: Some([100, 50, 10]),
        direct_loss_yuan: None,
    },
];

/// The level that the figures alone suggest; `None` where no table fits the type.
pub fn suggest_level(event_type: &str, casualties: &Casualties) -> Option<EventLevel> {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| event_type.starts_with(prefix));
    let table = TABLES.iter().find(|table| starts(table.prefixes) && !starts(table.except))?;
    let mut level = grade(casualties.deaths, table.deaths);
    if let Some(bounds) = table.serious_injuries {
        level = level.min(grade(casualties.serious_injuries, bounds));
    }
    if let (Some(bounds), Some(loss)) = (table.direct_loss_yuan, casualties.direct_loss_yuan) {
        level = level.min(grade(loss, bounds));
    }
    Some(level)
}

/// Graver levels order before milder ones.
fn grade<T: PartialOrd>(figure: T, [particularly, serious, relatively]: Bounds<T>) -> EventLevel {
    match figure {
        figure if figure >= particularly => EventLevel::ParticularlySerious,
        figure if figure >= serious => EventLevel::Serious,
        figure if figure >= relatively => EventLevel::RelativelySerious,
        _ => EventLevel::Ordinary,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use EventLevel::{Ordinary, ParticularlySerious, RelativelySerious, Serious};

    fn by_deaths(event_type: &str, deaths: u32) -> Option<EventLevel> {
        suggest_level(event_type, &Casualties { deaths, ..Casualties::default() })
    }

    #[test]
    fn deaths_at_every_boundary_of_order_493() {
        let cases = [(0, Ordinary), (2, Ordinary), (3, RelativelySerious), (9, RelativelySerious)];
        let graver = [(10, Serious), (29, Serious), (30, ParticularlySerious), (u32::MAX, ParticularlySerious)];
        for (deaths, level) in cases.into_iter().chain(graver) {
            assert_eq!(by_deaths("12D02", deaths), Some(level), "{deaths}");
            assert_eq!(by_deaths("12G", deaths), Some(level), "{deaths}");
        }
    }

    #[test]
    fn injuries_at_every_boundary_of_order_493() {
        let cases = [(9, Ordinary), (10, RelativelySerious), (49, RelativelySerious), (50, Serious), (99, Serious)];
        for (serious_injuries, level) in cases.into_iter().chain([(100, ParticularlySerious)]) {
            let casualties = Casualties { serious_injuries, ..Casualties::default() };
            assert_eq!(suggest_level("12A", &casualties), Some(level), "{serious_injuries}");
        }
    }

    #[test]
    fn losses_at_every_boundary_of_order_493() {
        let cases = [
            (9_999_999, Ordinary),
            (10_000_000, RelativelySerious),
            (49_999_999, RelativelySerious),
            (50_000_000, Serious),
            (99_999_999, Serious),
            (100_000_000, ParticularlySerious),
        ];
        for (loss, level) in cases {
            let casualties = Casualties { direct_loss_yuan: Some(loss), ..Casualties::default() };
            assert_eq!(suggest_level("12P", &casualties), Some(level), "{loss}");
        }
    }

    #[test]
    fn any_one_condition_decides_and_the_gravest_counts() {
        let mixed = Casualties { deaths: 1, serious_injuries: 50, direct_loss_yuan: Some(1), ..Casualties::default() };
        assert_eq!(suggest_level("12D", &mixed), Some(Serious));
        let missing = Casualties { missing: 40, ..Casualties::default() };
        assert_eq!(suggest_level("12D", &missing), Some(Ordinary));
    }

    #[test]
    fn every_kind_has_its_own_table() {
        let loss = Casualties { direct_loss_yuan: Some(10_000_000), ..Casualties::default() };
        assert_eq!(suggest_level("11D01", &loss), Some(ParticularlySerious));
        assert_eq!(suggest_level("11G01", &loss), Some(Ordinary));
        for without in ["12Q", "12T01", "11C02", "11B03", "13A", "14A", "", "1"] {
            assert_eq!(by_deaths(without, 50), None, "{without}");
        }
    }
}
