//! The patient of a chart: name, age, body, numbers.
//!
//! Owns how record numbers are dealt (a permutation of the chart number, so that no two charts
//! share one and nothing needs to be remembered).

use super::names::{FAMILIES, MEN, OUTSIDE, WOMEN};
use super::rng::Rng;
use super::scenario::Scenario;
use crate::domain::people::Sex;
use crate::domain::time::Instant;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A patient of the demo hospital.
#[derive(Clone)]
pub(super) struct Person {
    /// Medical record number, 7 digits.
    pub mrn: u64,
    pub family: &'static str,
    pub given: &'static str,
    pub middle: char,
    pub sex: Sex,
    pub birth: Date,
    /// Completed years on admission.
    pub age: i64,
    pub height_cm: f64,
    pub bmi: f64,
    /// Family doctor outside the hospital.
    pub outside: &'static str,
}

impl Person {
    /// The patient of chart `index`, fit for its scenario.
    pub fn new(
        rng: &Rng,
        seed: u64,
        index: u64,
        scenario: &Scenario,
        admitted: Instant,
        zone: &TimeZone,
    ) -> Self {
        let mut rng = rng.fork("person");
        let sex = scenario.sex.unwrap_or(if rng.chance(52) {
            Sex::Female
        } else {
            Sex::Male
        });
        let given = rng.pick(if sex == Sex::Female { WOMEN } else { MEN });
        let age = rng.range(scenario.ages.0, scenario.ages.1);
        let days = age * 365 + age / 4 + rng.range(2, 362);
        let birth = admitted.plus_days(-days, zone).day(zone);
        let adult = age >= 18;
        let height_cm = match (adult, sex) {
            (true, Sex::Female) => rng.range(152, 176) as f64,
            (true, _) => rng.range(164, 191) as f64,
            // Half-way growth: good enough at first sight from two to seventeen years.
            (false, _) => 78.0 + 6.1 * age as f64 + rng.range(-4, 4) as f64,
        };
        // Adults stay clear of the thresholds for obesity and malnutrition unless planted.
        let bmi = if adult {
            rng.float(23.0, 28.9)
        } else {
            rng.float(14.8, 18.2)
        };
        Self {
            mrn: number(seed, index, 7919, 1_000_000, 9_000_000),
            family: rng.pick(FAMILIES),
            given,
            middle: (b'A' + rng.below(23) as u8) as char,
            sex,
            birth,
            age,
            height_cm,
            bmi,
            outside: rng.pick(OUTSIDE),
        }
    }

    /// Weight in kilograms.
    pub fn weight_kg(&self) -> f64 {
        self.bmi * self.height_cm * self.height_cm / 10_000.0
    }
}

/// The visit number of chart `index`: 9 digits.
pub(super) fn visit_number(seed: u64, index: u64) -> u64 {
    number(seed, index, 104_729, 100_000_000, 900_000_000)
}

/// Deals numbers without repetition: `step` is a prime that does not divide `span`.
fn number(seed: u64, index: u64, step: u64, first: u64, span: u64) -> u64 {
    let offset = Rng::new(seed, 0).fork("numbers").bits() % span;
    let turned = u128::from(index) * u128::from(step) + u128::from(offset);
    first + (turned % u128::from(span)) as u64
}
