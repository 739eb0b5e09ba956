//! Statistical detection over one series ([`chart`]) and over groups of series ([`group`]): what is
//! usual is learned from the first readings, and what departs from it is told with its figures.
//!
//! Pure: state and reading in, finding out. No clock is read; time is that of the readings, in
//! milliseconds. A state is a plain value that can be stored and taken up again.
//!
//! Sources, quoted where they are used:
//! - Montgomery, *Introduction to Statistical Quality Control*: tabular CUSUM and EWMA charts
//!   (chapter 9), autocorrelated data (chapter 10), Hotelling T² and multivariate EWMA (chapter 11);
//! - Page, *Continuous Inspection Schemes*, Biometrika 41 (1954): cumulative sums;
//! - Roberts, *Control Chart Tests Based on Geometric Moving Averages*, Technometrics 1 (1959);
//! - Lucas and Saccucci, *Exponentially Weighted Moving Average Control Schemes*, Technometrics 32 (1990);
//! - Lowry, Woodall, Champ and Rigdon, *A Multivariate Exponentially Weighted Moving Average Control
//!   Chart*, Technometrics 34 (1992);
//! - Huber, *Robust Statistics* (1981): median, median absolute deviation, clipped residuals.

pub mod chart;
pub mod group;
mod matrix;
pub mod robust;

pub use chart::{Chart, ChartState, Finding, Method};
pub use group::{Baseline, Group, GroupFinding, GroupState, Leading};
