//! How an object stands: a pure function of its open alarms and devices.

use std::collections::BTreeMap;

use fengsui_kernel::Timestamp;
use fengsui_kernel::scale::AlarmPriority;
use fengsui_series::DeviceTally;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::template::Criterion;

/// Why an object is where it is in the list, the weightiest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// Open alarms of one priority.
    Alarms {
        /// The priority.
        priority: AlarmPriority,
        /// How many.
        count: u32,
        /// How many of them nobody took note of.
        waiting: u32,
        /// Since when the one that waits longest waits.
        since: Option<Timestamp>,
    },
    /// Devices that fell silent.
    Silent {
        /// How many.
        count: u32,
        /// Of how many.
        of: u32,
    },
    /// Devices and series out of service.
    OutOfService {
        /// How many.
        count: u32,
    },
}

/// Open alarms of one priority.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Heap {
    count: u32,
    waiting: u32,
    since: Option<Timestamp>,
}

/// How an object stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    alarms: BTreeMap<usize, Heap>,
    devices: DeviceTally,
}

fn urgency(priority: AlarmPriority) -> usize {
    AlarmPriority::ALL.iter().position(|one| *one == priority).unwrap_or(AlarmPriority::ALL.len())
}

impl Standing {
    /// That of an object with these devices and no alarm yet.
    pub fn new(devices: DeviceTally) -> Self {
        Self { alarms: BTreeMap::new(), devices }
    }

    /// Counts an open alarm.
    pub fn alarm(&mut self, priority: AlarmPriority, acknowledged: bool, rung_at: Timestamp) {
        let heap = self.alarms.entry(urgency(priority)).or_default();
        heap.count += 1;
        if !acknowledged {
            heap.waiting += 1;
            heap.since = Some(heap.since.map_or(rung_at, |since| since.min(rung_at)));
        }
    }

    /// Whether anything is wrong with it.
    pub fn troubled(&self) -> bool {
        !self.alarms.is_empty() || self.devices.silent > 0 || self.devices.out_of_service > 0
    }

    /// Its devices.
    pub fn devices(&self) -> DeviceTally {
        self.devices
    }

    /// Open alarms by priority, without those of which there is none.
    pub fn by_priority(&self) -> BTreeMap<AlarmPriority, u64> {
        let named = |(index, heap): (&usize, &Heap)| Some((*AlarmPriority::ALL.get(*index)?, u64::from(heap.count)));
        self.alarms.iter().filter_map(named).collect()
    }

    /// Alarms that nobody took note of.
    pub fn unacknowledged(&self) -> u64 {
        self.alarms.values().map(|heap| u64::from(heap.waiting)).sum()
    }

    /// Why, the weightiest first.
    pub fn reasons(&self) -> Vec<Reason> {
        let mut reasons = Vec::new();
        for (index, heap) in &self.alarms {
            let Some(priority) = AlarmPriority::ALL.get(*index).copied() else { continue };
            reasons.push(Reason::Alarms { priority, count: heap.count, waiting: heap.waiting, since: heap.since });
        }
        if self.devices.silent > 0 {
            reasons.push(Reason::Silent { count: self.devices.silent, of: self.devices.total() });
        }
        if self.devices.out_of_service > 0 {
            reasons.push(Reason::OutOfService { count: self.devices.out_of_service });
        }
        reasons
    }

    /// By what objects are put in order: the smallest is the worst. `grave` is the place of the object's value in the
    /// closed list of the attribute that the board counts by, `risk` that of its risk index.
    pub fn key(&self, order: &[Criterion], grave: i64, risk: i64) -> Vec<i64> {
        let mut key = Vec::with_capacity(order.len() + 5);
        for criterion in order {
            match criterion {
                Criterion::Alarms => self.alarm_key(&mut key),
                Criterion::Silence => key.push(-i64::from(self.devices.silent)),
                Criterion::OutOfService => key.push(-i64::from(self.devices.out_of_service)),
                Criterion::Tally => key.push(grave),
                Criterion::Risk => key.push(risk),
            }
        }
        key
    }

    fn alarm_key(&self, key: &mut Vec<i64>) {
        let heap = |index: usize| self.alarms.get(&index).copied().unwrap_or_default();
        key.extend((0..AlarmPriority::ALL.len()).map(|index| -i64::from(heap(index).count)));
        let since = self.alarms.values().find_map(|heap| heap.since);
        key.push(since.map_or(i64::MAX, Timestamp::as_millisecond));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ORDER: [Criterion; 4] = [Criterion::Alarms, Criterion::Silence, Criterion::OutOfService, Criterion::Tally];

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    prop_compose! {
        fn standing()(
            alarms in prop::collection::vec((0_usize..4, any::<bool>(), 0_i64..100_000), 0..8),
            online in 0_u32..5, silent in 0_u32..5, never in 0_u32..5, out_of_service in 0_u32..3,
        ) -> Standing {
            let mut standing = Standing::new(DeviceTally { online, silent, never, out_of_service });
            for (priority, acknowledged, second) in alarms {
                standing.alarm(AlarmPriority::ALL[priority], acknowledged, at(second));
            }
            standing
        }
    }

    proptest! {
        /// One more urgent alarm is always worse, whatever stood before.
        #[test]
        fn one_more_urgent_alarm_is_worse(before in standing(), grave in 0_i64..5, acknowledged in any::<bool>()) {
            let mut after = before.clone();
            after.alarm(AlarmPriority::ALL[0], acknowledged, at(7));
            prop_assert!(after.key(&ORDER, grave, 0) < before.key(&ORDER, grave, 0));
        }

        /// Whatever stands high in the list says why, and whatever is well has nothing to say.
        #[test]
        fn trouble_and_reasons_go_together(one in standing()) {
            prop_assert_eq!(one.troubled(), !one.reasons().is_empty());
            let well = Standing::new(DeviceTally { online: 3, ..DeviceTally::default() });
            if one.troubled() {
                prop_assert!(one.key(&ORDER, 0, 0) < well.key(&ORDER, 0, 0));
            }
        }

        /// The reasons account for every alarm, the gravest priority first.
        #[test]
        fn reasons_account_for_every_alarm(one in standing()) {
            let told: Vec<(AlarmPriority, u32, u32)> = one.reasons().into_iter().filter_map(|reason| match reason {
                Reason::Alarms { priority, count, waiting, .. } => Some((priority, count, waiting)),
                _ => None,
            }).collect();
            prop_assert_eq!(told.iter().map(|one| u64::from(one.1)).sum::<u64>(), one.by_priority().values().sum::<u64>());
            prop_assert_eq!(told.iter().map(|one| u64::from(one.2)).sum::<u64>(), one.unacknowledged());
            prop_assert!(told.is_sorted_by_key(|one| urgency(one.0)));
        }
    }

    #[test]
    fn among_equals_the_one_that_waits_longest_is_worse() {
        let of = |second| {
            let mut standing = Standing::default();
            standing.alarm(AlarmPriority::ALL[1], false, at(second));
            standing.key(&ORDER, 0, 0)
        };
        assert!(of(100) < of(200));
    }
}
