//! Derivations over derivations: how deep they lie, and that none depends on itself.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::Derivation;
use crate::catalogue::Catalogue;

/// The deepest: a derivation of derivations of derivations.
pub(crate) const DEEPEST: u8 = 3;

/// What is wrong with a graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tangle {
    /// Each is computed from the next, the last from the first.
    Cycle(Vec<i64>),
    /// From the top down to what lies too deep.
    TooDeep(Vec<i64>),
}

/// How deep a series lies: 0 when it is measured.
fn depth(
    series: i64,
    inputs: &impl Fn(i64) -> Option<Vec<i64>>,
    above: &mut Vec<i64>,
    known: &mut FxHashMap<i64, u8>,
) -> Result<u8, Tangle> {
    if let Some(begin) = above.iter().position(|one| *one == series) {
        return Err(Tangle::Cycle(above[begin..].to_vec()));
    }
    if let Some(known) = known.get(&series) {
        return Ok(*known);
    }
    let Some(inputs_here) = inputs(series) else { return Ok(0) };
    above.push(series);
    let mut deepest = 0;
    for input in inputs_here {
        deepest = deepest.max(depth(input, inputs, above, known)?);
    }
    if deepest >= DEEPEST {
        return Err(Tangle::TooDeep(above.clone()));
    }
    above.pop();
    known.insert(series, deepest + 1);
    Ok(deepest + 1)
}

/// The depth of every derivation, if `series` were computed from `inputs`; 0 stands for a series not yet made.
pub(crate) fn depths(
    derivations: &FxHashMap<i64, Derivation>,
    series: i64,
    inputs: &[i64],
) -> Result<FxHashMap<i64, u8>, Tangle> {
    let inputs_of = |one: i64| {
        if one == series {
            return Some(inputs.to_vec());
        }
        Some(derivations.get(&one)?.inputs.iter().map(|input| input.number).collect())
    };
    let mut known = FxHashMap::default();
    // The one that changes first, then the others in a fixed order: always the same thing is told.
    let mut others: Vec<i64> = derivations.keys().copied().collect();
    others.sort_unstable();
    for one in std::iter::once(series).chain(others) {
        depth(one, &inputs_of, &mut Vec::new(), &mut known)?;
    }
    Ok(known)
}

impl Catalogue {
    /// Tells each series what is computed from it, and each derivation how deep it lies. After every change of either.
    pub(crate) fn wire(&mut self) {
        for number in std::mem::take(&mut self.fed) {
            self.feed(number, None);
        }
        let known = match depths(&self.derivations, i64::MIN, &[]) {
            Ok(known) => known,
            Err(tangle) => {
                // Cannot have been kept by this program; better nothing is computed than without end.
                tracing::error!(?tangle, "derived series depend on themselves: none is computed");
                return;
            }
        };
        let mut feeds: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for (number, derivation) in &mut self.derivations {
            derivation.depth = known.get(number).copied().unwrap_or(DEEPEST);
            for input in &derivation.inputs {
                feeds.entry(input.number).or_default().push(*number);
            }
        }
        for (number, mut fed) in feeds {
            fed.sort_unstable();
            fed.dedup();
            self.feed(number, Some(fed.into_boxed_slice()));
            self.fed.push(number);
        }
    }

    fn feed(&mut self, number: i64, feeds: Option<Box<[i64]>>) {
        let Some(series) = self.series.get_mut(&number) else { return };
        let feeding = feeds.is_some();
        series.feeds = feeds;
        if let Some(device) = self.devices.get_mut(&series.facts.device_id) {
            device.feeds = feeding;
        }
    }
}
