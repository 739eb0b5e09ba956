//! The share of a span of time in which a device was heard: pure, from its turns.
//!
//! Times are milliseconds. What was out of service (检修、停用) is taken out first, then what the platform itself did
//! not hear, then what lies before the device was first heard; only the rest is online or offline.

use std::ops::AddAssign;

/// What became of a span of time, in milliseconds; the parts add up to the span.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shares {
    /// Heard.
    pub online: i64,
    /// Silent for longer than is tolerated.
    pub offline: i64,
    /// Out of service with reason, person and end.
    pub out_of_service: i64,
    /// The platform itself did not listen.
    pub unknown: i64,
    /// Before it was first heard, or before the platform first listened.
    pub before: i64,
}

impl Shares {
    /// Online among online and offline; nothing where neither is known.
    pub fn rate(&self) -> Option<f64> {
        let known = self.online + self.offline;
        (known > 0).then(|| self.online as f64 / known as f64)
    }
}

impl AddAssign for Shares {
    fn add_assign(&mut self, other: Self) {
        self.online += other.online;
        self.offline += other.offline;
        self.out_of_service += other.out_of_service;
        self.unknown += other.unknown;
        self.before += other.before;
    }
}

/// Spans of time that do not overlap, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Spans(Vec<(i64, i64)>);

impl Spans {
    /// Spans in any order, joined where they overlap or touch; empty ones are left out.
    pub(crate) fn joined(mut spans: Vec<(i64, i64)>) -> Self {
        spans.retain(|(since, until)| since < until);
        spans.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::with_capacity(spans.len());
        for (since, until) in spans {
            match joined.last_mut() {
                Some(last) if since <= last.1 => last.1 = last.1.max(until),
                _ => joined.push((since, until)),
            }
        }
        Self(joined)
    }

    fn begin(&self) -> Option<i64> {
        self.0.first().map(|(since, _)| *since)
    }

    fn hold(&self, at: i64) -> bool {
        let behind = self.0.partition_point(|(since, _)| *since <= at);
        behind.checked_sub(1).and_then(|index| self.0.get(index)).is_some_and(|(_, until)| at < *until)
    }

    fn cuts(&self, (from, to): (i64, i64)) -> impl Iterator<Item = i64> {
        let first = self.0.partition_point(|(_, until)| *until <= from);
        let inside = self.0.iter().skip(first).take_while(move |(since, _)| *since < to);
        inside.flat_map(|(since, until)| [*since, *until])
    }
}

/// What became of a span. `turns` are in order of time: when the device came (`true`) or fell silent.
pub(crate) fn account(turns: &[(i64, bool)], listening: &Spans, out: &Spans, (from, to): (i64, i64)) -> Shares {
    let mut shares = Shares::default();
    if from >= to {
        return shares;
    }
    let span = (from, to);
    let mut cuts: Vec<i64> =
        turns.iter().map(|(at, _)| *at).chain(listening.cuts(span)).chain(out.cuts(span)).collect();
    cuts.retain(|at| from < *at && *at < to);
    cuts.push(from);
    cuts.push(to);
    cuts.sort_unstable();
    cuts.dedup();
    for pair in cuts.windows(2) {
        let &[since, until] = pair else { continue };
        let turned = turns.partition_point(|(at, _)| *at <= since);
        let state = turned.checked_sub(1).and_then(|index| turns.get(index)).map(|(_, online)| *online);
        let part = match state {
            _ if out.hold(since) => &mut shares.out_of_service,
            _ if listening.begin().is_none_or(|begin| since < begin) => &mut shares.before,
            _ if !listening.hold(since) => &mut shares.unknown,
            None => &mut shares.before,
            Some(true) => &mut shares.online,
            Some(false) => &mut shares.offline,
        };
        *part += until - since;
    }
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn always() -> Spans {
        Spans::joined(vec![(0, 1_000)])
    }

    #[test]
    fn a_quarter_silent_is_three_quarters_online() {
        let shares = account(&[(0, true), (500, false), (750, true)], &always(), &Spans::default(), (0, 1_000));
        assert_eq!((shares.online, shares.offline, shares.rate()), (750, 250, Some(0.75)));
    }

    #[test]
    fn the_state_before_the_span_holds_until_the_first_turn_in_it() {
        let shares = account(&[(10, true), (20, false)], &always(), &Spans::default(), (500, 600));
        assert_eq!((shares.offline, shares.rate()), (100, Some(0.0)));
    }

    #[test]
    fn the_platforms_own_downtime_is_nobodys_silence() {
        let listening = Spans::joined(vec![(0, 400), (600, 1_000)]);
        let shares = account(&[(0, true), (300, false), (700, true)], &listening, &Spans::default(), (0, 1_000));
        assert_eq!((shares.online, shares.offline, shares.unknown), (600, 200, 200));
    }

    #[test]
    fn out_of_service_is_taken_out_and_never_counted_as_silence() {
        let out = Spans::joined(vec![(500, 1_000), (400, 600)]);
        let shares = account(&[(0, true), (500, false)], &always(), &out, (0, 1_000));
        assert_eq!((shares.online, shares.offline, shares.out_of_service, shares.rate()), (400, 0, 600, Some(1.0)));
    }

    #[test]
    fn a_device_counts_from_when_it_was_first_heard() {
        let shares = account(&[(600, true)], &always(), &Spans::default(), (0, 1_000));
        assert_eq!((shares.before, shares.rate()), (600, Some(1.0)));
        assert_eq!(account(&[], &always(), &Spans::default(), (0, 1_000)).rate(), None);
    }

    fn spans() -> impl Strategy<Value = Vec<(i64, i64)>> {
        prop::collection::vec((0_i64..1_000, 0_i64..300).prop_map(|(since, length)| (since, since + length)), 0..6)
    }

    fn turns() -> impl Strategy<Value = Vec<(i64, bool)>> {
        prop::collection::vec((0_i64..1_000, any::<bool>()), 0..12).prop_map(|mut turns| {
            turns.sort_unstable_by_key(|(at, _)| *at);
            turns
        })
    }

    proptest! {
        #[test]
        fn the_parts_add_up_to_the_span_and_agree_with_a_look_at_each_moment(
            turns in turns(), listening in spans(), out in spans(), from in 0_i64..1_000, length in 0_i64..1_000,
        ) {
            let to = from + length;
            let shares = account(&turns, &Spans::joined(listening.clone()), &Spans::joined(out.clone()), (from, to));
            let mut slow = Shares::default();
            let begin = listening.iter().filter(|(since, until)| since < until).map(|(since, _)| *since).min();
            let within = |spans: &[(i64, i64)], at: i64| spans.iter().any(|(since, until)| *since <= at && at < *until);
            for at in from..to {
                let state = turns.iter().rev().find(|(turned, _)| *turned <= at).map(|(_, online)| *online);
                let part = match state {
                    _ if within(&out, at) => &mut slow.out_of_service,
                    _ if begin.is_none_or(|begin| at < begin) => &mut slow.before,
                    _ if !within(&listening, at) => &mut slow.unknown,
                    None => &mut slow.before,
                    Some(true) => &mut slow.online,
                    Some(false) => &mut slow.offline,
                };
                *part += 1;
            }
            prop_assert_eq!(shares, slow);
        }

        #[test]
        fn two_halves_make_the_whole(turns in turns(), listening in spans(), out in spans(), cut in 0_i64..1_000) {
            let (listening, out) = (Spans::joined(listening), Spans::joined(out));
            let mut sum = account(&turns, &listening, &out, (0, cut));
            sum += account(&turns, &listening, &out, (cut, 1_000));
            prop_assert_eq!(sum, account(&turns, &listening, &out, (0, 1_000)));
        }
    }
}
