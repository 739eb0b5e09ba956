//! Computing what readings moved, inside the plan of the batch that brought them.

use std::sync::Arc;

use fengsui_kernel::Timestamp;

use super::{Given, MadeOf};
use crate::last::Last;
use crate::plan::Planner;

fn given(last: &Last) -> Given {
    Given { at: last.observed_at, value: last.value(), quality: last.quality }
}

impl Planner<'_> {
    /// Marks what is computed from a series that has a new newest live reading.
    pub(crate) fn moved(&mut self, feeds: &[i64]) {
        for number in feeds {
            if let Some(derivation) = self.catalogue.derivations.get(number) {
                self.plan.moved.insert((derivation.depth, *number));
            }
        }
    }

    /// Computes what was marked, the inputs of others before them.
    pub(crate) fn derive(&mut self, received_at: Timestamp) {
        while let Some((_, number)) = self.plan.moved.pop_first() {
            let Some(derivation) = self.catalogue.derivations.get(&number) else { continue };
            let newest: Vec<Option<Given>> =
                derivation.inputs.iter().map(|input| self.newest(input.number).map(given)).collect();
            let Some(computed) = derivation.compute(&newest) else { continue };
            let point = computed.point(received_at);
            let text = point.figure.to_string();
            self.store(number, point, &text);
        }
    }

    /// The newest value of a series as this plan has it.
    fn newest(&self, number: i64) -> Option<&Last> {
        self.plan.lasts.get(&number).or_else(|| self.catalogue.last(number))
    }

    /// What a derived series is made of now; nothing for one that is measured.
    pub(crate) fn made_of(&self, number: i64) -> Option<Arc<MadeOf>> {
        let derivation = self.catalogue.derivations.get(&number)?;
        Some(Arc::new(MadeOf::of(derivation, |input| {
            let series = self.catalogue.series.get(&input.number)?;
            Some((series, self.newest(input.number)?))
        })))
    }
}
