//! The facts of one chart: who, when, which scenario, which measurements.
//!
//! Owns [`Story`] and what it combines from scenario and query-topic case; puts nothing into
//! words itself (`scene` does).

use super::measure::Course;
use super::people::Person;
use super::prose::Editor;
use super::readings::Readings;
use super::rng::Rng;
use super::scenario::{Dx, Med, Scenario};
use super::staff::{Cast, Roster, Staff};
use super::topics::Told;
use crate::domain::encounter::EncounterClass;
use crate::domain::time::Instant;
use jiff::tz::TimeZone;

/// When a stay began and how far its record goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stay {
    pub class: EncounterClass,
    pub admitted: Instant,
    /// Discharge; of a patient still in house, the expected one.
    pub leaves: Instant,
    /// The end of what is recorded: discharge, or now.
    pub until: Instant,
    pub now: Instant,
}

impl Stay {
    /// Whether the patient has left.
    pub fn ended(&self) -> bool {
        self.leaves.0 <= self.now.0
    }

    /// Length so far, in hours.
    pub fn hours(&self) -> i64 {
        self.until.hours_since(self.admitted)
    }
}

/// One chart's facts.
pub(super) struct Story<'a> {
    pub scenario: &'static Scenario,
    pub told: Option<Told>,
    pub person: Person,
    pub cast: Cast,
    pub roster: &'a Roster,
    pub editor: &'a Editor,
    pub rng: Rng,
    pub zone: &'a TimeZone,
    pub stay: Stay,
    pub readings: Readings,
    /// Long-standing conditions beside the scenario's own: words, drug, code.
    pub pool: Vec<&'static Condition>,
    /// The stay this visit follows.
    pub before: Option<(Stay, &'static Scenario)>,
    pub visit: String,
    pub mrn: String,
}

/// A common condition that changes nothing of the stay.
pub(super) struct Condition {
    pub words: &'static str,
    pub drug: &'static str,
    pub code: &'static str,
    pub text: &'static str,
}

/// Courses that hold for a stay: those of the case before those of the scenario.
pub(super) fn courses(scenario: &Scenario, told: Option<Told>) -> Vec<Course> {
    let mut all: Vec<Course> = told.map_or_else(Vec::new, |t| t.case.courses.to_vec());
    let own: Vec<&str> = all.iter().map(|c| c.test).collect();
    all.extend(scenario.courses.iter().filter(|c| !own.contains(&c.test)));
    all
}

impl Story<'_> {
    /// Coded diagnoses of the stay.
    pub fn diagnoses(&self) -> Vec<Dx> {
        let mut all = self.scenario.dx.to_vec();
        if let Some(version) = self.told.map(|t| t.version()) {
            all.retain(|d| !version.drop.contains(&d.code));
            if version.principal {
                all.splice(0..0, version.add.iter().copied());
            } else {
                all.extend(version.add);
            }
        }
        for condition in &self.pool {
            if all.iter().all(|d| d.code != condition.code) {
                all.push(super::scenario::dx(condition.code, condition.text));
            }
        }
        all
    }

    /// Medications of the stay.
    pub fn meds(&self) -> impl Iterator<Item = &'static Med> {
        let more = self.told.map_or(&[][..], |t| t.case.meds);
        self.scenario.meds.iter().chain(more)
    }

    /// A member of the staff.
    pub fn staff(&self, position: usize) -> &Staff {
        &self.roster.staff[position]
    }

    /// The template behind a word: the case's, else the scenario's.
    pub fn word(&self, name: &str) -> Option<&'static str> {
        let version = self.told.map_or(&[][..], |t| t.version().words);
        let found = version
            .iter()
            .chain(self.scenario.words)
            .find(|(n, _)| *n == name);
        found.map(|(_, template)| *template)
    }
}
