//! A column of differences: plain numbers, or numbers with runs of zeros where zeros abound.

use crate::damage::{Damage, Flaw};
use crate::varint::{Cursor, fold, put, unfold};

/// Every number as it is.
const PLAIN: u8 = 0;
/// A zero is followed by a byte that says how many more follow.
const ZERO_RUNS: u8 = 1;
/// The most zeros of one run.
const LONGEST: usize = 256;

/// Writes the differences in the shorter of the two ways.
pub(super) fn write(steps: &[i64]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(steps.len() * 2 + 16);
    if zeros_abound(steps) {
        bytes.push(ZERO_RUNS);
        write_runs(steps, &mut bytes);
    } else {
        bytes.push(PLAIN);
        for step in steps {
            put(fold(*step), &mut bytes);
        }
    }
    bytes
}

/// Whether two bytes a run cost less than a byte a zero.
fn zeros_abound(steps: &[i64]) -> bool {
    let (mut zeros, mut runs, mut before) = (0_usize, 0_usize, 1);
    for step in steps {
        zeros += usize::from(*step == 0);
        runs += usize::from(*step == 0 && before != 0);
        before = *step;
    }
    2 * (runs + zeros / LONGEST) < zeros
}

fn write_runs(steps: &[i64], bytes: &mut Vec<u8>) {
    let mut left = steps;
    while let [step, rest @ ..] = left {
        put(fold(*step), bytes);
        left = rest;
        if *step == 0 {
            let more = rest.iter().take(LONGEST - 1).take_while(|step| **step == 0).count();
            bytes.push(more as u8);
            left = &rest[more..];
        }
    }
}

/// Reads such a column.
pub(super) struct Steps<'a> {
    cursor: Cursor<'a>,
    runs: bool,
    zeros: u8,
}

impl<'a> Steps<'a> {
    pub(super) fn new(mut cursor: Cursor<'a>) -> Result<Self, Damage> {
        let runs = match cursor.byte()? {
            PLAIN => false,
            ZERO_RUNS => true,
            _ => return Err(cursor.damage(Flaw::Field("kind of column"))),
        };
        Ok(Self { cursor, runs, zeros: 0 })
    }

    #[inline]
    pub(super) fn next(&mut self) -> Result<i64, Damage> {
        if self.zeros > 0 {
            self.zeros -= 1;
            return Ok(0);
        }
        let step = self.cursor.number()?;
        if self.runs && step == 0 {
            self.zeros = self.cursor.byte()?;
        }
        Ok(unfold(step))
    }

    pub(super) fn finish(&self) -> Result<(), Damage> {
        if self.zeros > 0 {
            return Err(self.cursor.damage(Flaw::Excess));
        }
        self.cursor.finish()
    }
}
