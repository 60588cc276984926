//! The synthetic hospital: charts made from a seed, with the truth of what was planted in them.
//!
//! Owns everything invented: people, stays, measurements, notes, and the manifest. Makes
//! [`Arrival`]s exactly as an importer would (source name `demo`) and nothing else: it never
//! opens a store, and the product's rules never read its truth. Start at [`Hospital`]; a chart
//! goes through `design` (what it is to be), `schedule` (a complete chart), `plant` (what is
//! taken away, recorded in `truth`) and `emit`.
//!
//! Chart number `i` depends on the seed and `i` alone, so a larger hospital begins with the
//! charts of a smaller one, and nothing is remembered between charts.

mod chart;
mod cover;
mod design;
mod emit;
mod measure;
mod names;
mod people;
mod plant;
mod prose;
mod readings;
pub mod reviewing;
mod rng;
mod scenario;
mod scene;
mod schedule;
mod staff;
mod story;
mod template;
mod topics;
mod truth;

#[cfg(test)]
mod tests;

use crate::domain::record::Arrival;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use jiff::tz::TimeZone;

pub use topics::TOPICS;
pub use truth::{Act, Expect, FIRST_LIGHT, Family, Planted};

/// The source name under which demo records are kept.
pub const SOURCE: &str = "demo";

/// How many charts the demo hospital has unless asked otherwise.
pub const DEFAULT_CHARTS: u64 = 200;

/// What to make.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Seed: the same seed and `now` give the same hospital.
    pub seed: u64,
    /// Number of charts.
    pub charts: u64,
    /// The present; every date is relative to it.
    pub now: Instant,
    /// The hospital's time zone.
    pub zone: TimeZone,
    /// The hospital's name.
    pub facility: Untrusted,
}

/// One chart's records, or the hospital's own in the first bundle.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartBundle {
    /// Records in an order in which every key named has been sent before.
    pub arrivals: Vec<Arrival>,
    /// What was planted in this chart.
    pub truth: Vec<Planted>,
}

/// The hospital: an iterator over its bundles. The first holds facility, services and
/// providers; each of the `charts` that follow holds one chart.
pub struct Hospital {
    plan: Plan,
    roster: staff::Roster,
    editor: prose::Editor,
    next: u64,
}

impl Hospital {
    /// A hospital to this plan. Makes nothing yet but the roster.
    pub fn new(plan: Plan) -> Self {
        let roster = staff::Roster::new(plan.seed);
        Self {
            plan,
            roster,
            editor: prose::Editor::new(),
            next: 0,
        }
    }

    fn chart(&self, index: u64) -> ChartBundle {
        let rng = design::Design::rng(self.plan.seed, index);
        let design = design::Design::new(self.plan.seed, index);
        let mut chart = chart::Chart::new(
            &design,
            &self.roster,
            &self.editor,
            self.plan.seed,
            &rng,
            self.plan.now,
            &self.plan.zone,
        );
        schedule::fill(&mut chart);
        plant::apply(&mut chart);
        emit::chart(chart)
    }
}

impl Iterator for Hospital {
    type Item = ChartBundle;

    fn next(&mut self) -> Option<ChartBundle> {
        let index = self.next;
        if index > self.plan.charts {
            return None;
        }
        self.next += 1;
        Some(match index.checked_sub(1) {
            None => emit::hospital(&self.plan, &self.roster),
            Some(number) => self.chart(number),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.plan.charts + 1 - self.next.min(self.plan.charts + 1))
            .unwrap_or(usize::MAX);
        (left, Some(left))
    }
}
