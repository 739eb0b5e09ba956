//! Lists of others, fetched at regular intervals: what they hold becomes records on the map and, where the declared
//! conditions are met, an incident for the duty post to verify.
//!
//! An entry is known by its id at the source and is taken again only when the source changed it. What vanishes from a
//! list stays: a list that shows the last hour takes nothing back. The mark of a list (`ETag`) is noted only after all
//! its entries are durable, so a program that ends in between takes them again.

mod fires;
mod place;
mod quakes;
mod source;

use std::time::Duration;

use fengsui_gateway::Fetching;
use fengsui_kernel::Point;
use fengsui_monitoring::hazards::{FireConditions, QuakeConditions};
use fengsui_server::app::{App, PullInfo};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Which entries concern this node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Area {
    /// Those in its own division.
    Own,
    /// Those around a place.
    Circle {
        /// The place.
        center: Point,
        /// Metres.
        radius_m: f64,
    },
}

/// What a list holds, and what is made of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// Earthquakes.
    Earthquakes {
        /// Weaker ones are passed over.
        keep_magnitude: f64,
        /// When one raises something.
        when: QuakeConditions,
    },
    /// Fire pixels.
    Hotspots {
        /// When one raises something.
        when: FireConditions,
        /// Pixels within this distance belong to the same fire, in km.
        same_fire_km: f64,
    },
}

/// A list that is fetched.
#[derive(Clone, PartialEq)]
pub struct Pull {
    /// Its name.
    pub name: String,
    /// Where it is, and within which limits.
    pub fetching: Fetching,
    /// From one fetch to the next.
    pub interval: Duration,
    /// What is older is passed over.
    pub keep_days: u32,
    /// Which entries concern this node.
    pub area: Area,
    /// What it holds.
    pub reading: Reading,
    /// The settings as text, without the key: with others everything is fetched anew.
    pub settings: String,
}

impl Pull {
    /// As screens name it.
    pub fn info(&self) -> PullInfo {
        let host = fengsui_server::base_maps::host(&self.fetching.url).unwrap_or_default();
        let format = match self.reading {
            Reading::Earthquakes { .. } => "earthquakes",
            Reading::Hotspots { .. } => "hotspots",
        };
        PullInfo { name: self.name.clone(), format, host, interval_seconds: self.interval.as_secs() }
    }
}

/// Entries of one list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    entries: u32,
    kept: u64,
    raised: u64,
    masked: u64,
    wrong: usize,
}

/// Starts a task for each list.
pub fn start(pulls: Vec<Pull>, app: &App, stopped: &watch::Receiver<bool>, tasks: &mut JoinSet<()>) {
    for pull in pulls {
        tasks.spawn(source::run(pull, app.clone(), stopped.clone()));
    }
}
