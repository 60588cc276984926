//! The measurements of one stay: when they are taken and what they show.
//!
//! Owns the schedule (signs twice a day, blood daily for three days and then every other day)
//! and the values: the courses of the query-topic case, else of the scenario, else healthy.

use super::measure::{Course, DAILY, SIGNS, TESTS, limits, round, test, usual, vary};
use super::people::Person;
use super::rng::Rng;
use super::story::Stay;
use crate::domain::encounter::EncounterClass;
use crate::domain::people::Sex;
use crate::domain::time::Instant;
use jiff::tz::TimeZone;

/// Every measurement of a stay, by test, each in time order.
pub(super) struct Readings {
    by_test: Vec<Vec<(Instant, f64)>>,
    sex: Sex,
}

impl Readings {
    /// Takes the measurements of a stay, none after `stay.until`.
    pub fn take(
        stay: &Stay,
        person: &Person,
        courses: &[Course],
        rng: &Rng,
        zone: &TimeZone,
    ) -> Self {
        let mut rng = rng.fork("readings");
        let mut out = Self {
            by_test: vec![Vec::new(); TESTS.len()],
            sex: person.sex,
        };
        for at in sign_times(stay, zone, &mut rng) {
            for id in SIGNS {
                out.measure(id, at, stay, courses, &mut rng);
            }
            for course in courses
                .iter()
                .filter(|c| matches!(c.test, "FLOW" | "FIO2" | "GCS" | "MAP"))
            {
                out.measure(course.test, at, stay, courses, &mut rng);
            }
        }
        let draws = blood_times(stay, zone, &mut rng);
        for (number, at) in draws.iter().enumerate() {
            let special: Vec<&str> = courses
                .iter()
                .map(|c| c.test)
                .filter(|t| is_blood(t))
                .collect();
            if number < 3 || number % 2 == 0 {
                for id in DAILY.iter().filter(|t| !special.contains(*t)) {
                    out.measure(id, *at, stay, courses, &mut rng);
                }
            }
            for id in special {
                out.repeated(id, number, *at, stay, courses, &mut rng);
            }
        }
        out.body(stay, person, courses, &mut rng);
        out
    }

    /// A test with a course is repeated as long as the course goes on; a single point is a
    /// single measurement.
    fn repeated(
        &mut self,
        id: &'static str,
        number: usize,
        at: Instant,
        stay: &Stay,
        courses: &[Course],
        rng: &mut Rng,
    ) {
        let points = courses
            .iter()
            .find(|c| c.test == id)
            .map_or(0, |c| c.points.len());
        let daily = DAILY.contains(&id);
        if points > 1 || number == 0 || (daily && number < 4) {
            self.measure(id, at, stay, courses, rng);
        }
    }

    fn body(&mut self, stay: &Stay, person: &Person, courses: &[Course], rng: &mut Rng) {
        let first = stay.admitted.plus_seconds(1_500);
        let weight = person.weight_kg();
        self.put("HT", first, round(person.height_cm, 0));
        self.put(
            "WT",
            first,
            round(weight * course_on(courses, "WT", 0.0).unwrap_or(1.0), 1),
        );
        self.put("BMI", first, round(person.bmi, 1));
        let days = (stay.until.hours_since(stay.admitted) / 24).max(0);
        for day in 1..=days {
            let at = stay.admitted.plus_hours(24 * day);
            if courses.iter().any(|c| c.test == "WT") {
                let share = course_on(courses, "WT", day as f64).unwrap_or(1.0);
                self.put("WT", at, round(weight * share, 1));
            }
            if courses.iter().any(|c| c.test == "URINE") {
                self.measure("URINE", at, stay, courses, rng);
            }
        }
    }

    fn measure(&mut self, id: &str, at: Instant, stay: &Stay, courses: &[Course], rng: &mut Rng) {
        if at.0 > stay.until.0 {
            return;
        }
        let number = test(id);
        let day = at.seconds_since(stay.admitted) as f64 / 86_400.0;
        let value = match course_on(courses, id, day) {
            Some(value) => vary(&TESTS[number], value, rng),
            None => self.healthy(number, rng),
        };
        self.put(id, at, value);
    }

    /// A healthy value near this patient's last one.
    fn healthy(&self, number: usize, rng: &mut Rng) -> f64 {
        let test = &TESTS[number];
        let (low, high) = usual(test, self.sex);
        let value = match self.by_test[number].last() {
            Some((_, before)) => vary(test, *before, rng).clamp(low, high),
            None => rng.float(low, high),
        };
        round(value, test.digits)
    }

    fn put(&mut self, id: &str, at: Instant, value: f64) {
        self.by_test[test(id)].push((at, value));
    }

    /// All values of a test.
    pub fn of(&self, id: &str) -> &[(Instant, f64)] {
        &self.by_test[test(id)]
    }

    /// Values up to an instant.
    pub fn until(&self, id: &str, at: Instant) -> &[(Instant, f64)] {
        let all = self.of(id);
        let end = all.iter().take_while(|(when, _)| when.0 <= at.0).count();
        // A note may be written before the first result is back: it then quotes the first.
        &all[..end.max(1).min(all.len())]
    }

    /// Every value: test number, time, value, and abnormal flag.
    pub fn all(&self) -> impl Iterator<Item = (usize, Instant, f64, &'static str)> {
        self.by_test
            .iter()
            .enumerate()
            .flat_map(move |(number, values)| {
                values.iter().map(move |(at, value)| {
                    let (low, high) = limits(&TESTS[number], self.sex);
                    let flag = match (low, high) {
                        (Some(low), _) if *value < low => "L",
                        (_, Some(high)) if *value > high => "H",
                        _ => "",
                    };
                    (number, *at, *value, flag)
                })
            })
    }
}

fn is_blood(id: &str) -> bool {
    !SIGNS.contains(&id)
        && !matches!(
            id,
            "FLOW" | "FIO2" | "GCS" | "MAP" | "WT" | "HT" | "BMI" | "URINE"
        )
}

fn course_on(courses: &[Course], id: &str, day: f64) -> Option<f64> {
    courses.iter().find(|c| c.test == id).map(|c| c.on(day))
}

/// On arrival, then at eight in the morning and in the evening.
fn sign_times(stay: &Stay, zone: &TimeZone, rng: &mut Rng) -> Vec<Instant> {
    let mut times = vec![stay.admitted.plus_seconds(rng.range(240, 900))];
    match stay.class {
        EncounterClass::Inpatient | EncounterClass::Observation => {
            for day in 0..40 {
                let midnight =
                    Instant::start_of(stay.admitted.plus_days(day, zone).day(zone), zone);
                for hour in [8, 20] {
                    let at = midnight.plus_seconds(hour * 3_600 + rng.range(-900, 2_400));
                    if at.0 > stay.admitted.0 + 4 * 3_600_000_000 && at.0 < stay.until.0 {
                        times.push(at);
                    }
                }
                if midnight.0 > stay.until.0 {
                    break;
                }
            }
        }
        EncounterClass::Emergency | EncounterClass::DaySurgery => {
            times.push(stay.until.plus_seconds(-rng.range(900, 1_800)));
        }
        _ => {}
    }
    times
}

/// On arrival, a few hours later, then early every morning.
fn blood_times(stay: &Stay, zone: &TimeZone, rng: &mut Rng) -> Vec<Instant> {
    let first = stay.admitted.plus_seconds(rng.range(900, 2_700));
    match stay.class {
        EncounterClass::Inpatient | EncounterClass::Observation => {
            let mut times = vec![first, first.plus_seconds(rng.range(18_000, 25_000))];
            for day in 1..40 {
                let midnight =
                    Instant::start_of(stay.admitted.plus_days(day, zone).day(zone), zone);
                let at = midnight.plus_seconds(5 * 3_600 + rng.range(0, 3_000));
                if at.0 > stay.until.0 {
                    break;
                }
                if at.0 > times[1].0 + 2 * 3_600_000_000 {
                    times.push(at);
                }
            }
            times
        }
        EncounterClass::Emergency => vec![first, first.plus_seconds(7_200)],
        _ => vec![first],
    }
}
