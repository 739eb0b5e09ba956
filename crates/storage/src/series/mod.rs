//! Series, observations, rules, alarms, devices as they are heard, and the quarantine.

pub mod alarm_facts;
pub mod alarms;
pub mod chunks;
pub mod derivations;
pub mod device_orders;
pub mod devices;
pub mod escalating;
pub mod frames;
pub mod journal;
pub mod observations;
pub mod open_alarms;
pub mod out_of_service;
pub mod presence;
pub mod quarantine;
pub mod rule_templates;
pub mod rules;
pub mod shelving;

mod conditions;
mod facts;

pub use conditions::Conditions;
pub use facts::{
    SeriesFacts, SeriesFilter, SeriesRow, after, find, get, insert, list, rename_device, rename_place, retire,
    retire_any, update,
};

/// `VALUES` lists for statements with many rows, in few sizes so that prepared statements are found again.
fn value_lists(rows: usize, columns: usize) -> String {
    let mut text = String::with_capacity(rows * columns * 6);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            let number = row * columns + column + 1;
            if column > 0 {
                text.push(',');
            }
            text.push('$');
            text.push_str(&number.to_string());
        }
        text.push(')');
    }
    text
}

/// Cuts rows into pieces of 16, 4 and 1: SQLite finds an argument by going through all before it, so that a
/// statement of thousands costs their square.
fn pieces<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = [16, 4, 1].into_iter().find(|size| rows.len() >= *size)?;
        let (piece, rest) = rows.split_at(size);
        rows = rest;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_arguments_row_by_row() {
        assert_eq!(super::value_lists(2, 2), "($1,$2), ($3,$4)");
        let sizes: Vec<usize> = super::pieces(&[0; 43]).map(<[i32]>::len).collect();
        assert_eq!(sizes, [16, 16, 4, 4, 1, 1, 1]);
    }
}
