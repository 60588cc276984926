//! What is measured: laboratory tests, vital signs and nursing measurements with LOINC codes,
//! units, reference limits and the range a healthy patient's values lie in.
//!
//! Owns the table and the small maths of a course over days. Table values stay clear of every
//! threshold of the query topics, so that only a planted course crosses one.

use super::rng::Rng;
use crate::domain::clinical::ObservationCategory;
use crate::domain::people::Sex;

/// One thing that can be measured.
pub(super) struct Test {
    /// Name in the tables of this room.
    pub id: &'static str,
    pub loinc: &'static str,
    pub name: &'static str,
    pub unit: &'static str,
    /// Reference limits; `None` where none is printed.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Digits behind the point.
    pub digits: usize,
    /// Where a healthy patient's values lie.
    pub usual: (f64, f64),
    /// Relative spread of repeated values of a course.
    pub spread: f64,
    pub category: ObservationCategory,
}

#[rustfmt::skip]
#[expect(clippy::too_many_arguments, reason = "one row of the table")]
const fn lab(id: &'static str, loinc: &'static str, name: &'static str, unit: &'static str, low: f64, high: f64, digits: usize, usual: (f64, f64), spread: f64) -> Test {
    Test { id, loinc, name, unit, low: Some(low), high: Some(high), digits, usual, spread, category: ObservationCategory::Laboratory }
}

#[rustfmt::skip]
const fn sign(id: &'static str, loinc: &'static str, name: &'static str, unit: &'static str, digits: usize, usual: (f64, f64), spread: f64) -> Test {
    Test { id, loinc, name, unit, low: None, high: None, digits, usual, spread, category: ObservationCategory::VitalSign }
}

/// Everything that is measured. Limits are those of common adult reference tables.
#[rustfmt::skip]
pub(super) const TESTS: &[Test] = &[
    lab("NA", "2951-2", "Sodium", "mmol/L", 135.0, 145.0, 0, (137.0, 142.0), 0.003),
    lab("K", "2823-3", "Potassium", "mmol/L", 3.5, 5.0, 1, (3.8, 4.6), 0.02),
    lab("CL", "2075-0", "Chloride", "mmol/L", 98.0, 107.0, 0, (100.0, 105.0), 0.006),
    lab("CO2", "2028-9", "Carbon dioxide, total", "mmol/L", 22.0, 29.0, 0, (23.0, 27.0), 0.02),
    lab("BUN", "3094-0", "Urea nitrogen", "mg/dL", 7.0, 20.0, 0, (10.0, 18.0), 0.05),
    lab("CREAT", "2160-0", "Creatinine", "mg/dL", 0.6, 1.2, 2, (0.72, 1.02), 0.02),
    lab("GLU", "2345-7", "Glucose", "mg/dL", 70.0, 99.0, 0, (88.0, 128.0), 0.06),
    lab("CA", "17861-6", "Calcium", "mg/dL", 8.6, 10.2, 1, (8.9, 9.8), 0.01),
    lab("MG", "19123-9", "Magnesium", "mg/dL", 1.7, 2.2, 1, (1.8, 2.1), 0.02),
    lab("PHOS", "2777-1", "Phosphate", "mg/dL", 2.5, 4.5, 1, (2.9, 4.0), 0.03),
    lab("WBC", "6690-2", "Leukocytes", "10*9/L", 4.0, 11.0, 1, (5.6, 9.4), 0.04),
    lab("HGB", "718-7", "Hemoglobin", "g/dL", 12.0, 16.0, 1, (12.6, 14.4), 0.012),
    lab("HCT", "4544-3", "Hematocrit", "%", 36.0, 48.0, 1, (37.5, 43.0), 0.012),
    lab("PLT", "777-3", "Platelets", "10*9/L", 150.0, 400.0, 0, (186.0, 330.0), 0.03),
    lab("BANDS", "764-1", "Band form neutrophils/100 leukocytes", "%", 0.0, 10.0, 0, (1.0, 5.0), 0.05),
    lab("INR", "6301-6", "INR", "{INR}", 0.9, 1.1, 1, (0.9, 1.1), 0.02),
    lab("PT", "5902-2", "Prothrombin time", "s", 11.0, 13.5, 1, (11.4, 13.0), 0.01),
    lab("PTT", "14979-9", "aPTT", "s", 25.0, 35.0, 0, (26.0, 33.0), 0.02),
    lab("FIB", "3255-7", "Fibrinogen", "mg/dL", 200.0, 400.0, 0, (240.0, 360.0), 0.03),
    lab("DDIMER", "48065-7", "D-dimer FEU", "ng/mL", 0.0, 500.0, 0, (180.0, 420.0), 0.03),
    lab("LACT", "2524-7", "Lactate", "mmol/L", 0.5, 2.0, 1, (0.8, 1.5), 0.03),
    lab("TROP", "89579-7", "Troponin I, high sensitivity", "ng/L", 0.0, 34.0, 0, (4.0, 14.0), 0.03),
    lab("NTBNP", "33762-6", "NT-proBNP", "pg/mL", 0.0, 450.0, 0, (60.0, 240.0), 0.03),
    lab("PH", "2744-1", "pH of arterial blood", "[pH]", 7.35, 7.45, 2, (7.38, 7.43), 0.0006),
    lab("PO2", "2703-7", "Oxygen partial pressure, arterial", "mm[Hg]", 80.0, 100.0, 0, (84.0, 96.0), 0.01),
    lab("PCO2", "2019-8", "CO2 partial pressure, arterial", "mm[Hg]", 35.0, 45.0, 0, (37.0, 43.0), 0.01),
    lab("HCO3", "1960-4", "Bicarbonate, arterial", "mmol/L", 22.0, 26.0, 0, (23.0, 26.0), 0.01),
    lab("BHB", "6873-4", "Beta-hydroxybutyrate", "mmol/L", 0.0, 0.3, 1, (0.1, 0.2), 0.03),
    lab("OSM", "2692-2", "Osmolality", "mosm/kg", 275.0, 295.0, 0, (280.0, 292.0), 0.003),
    lab("A1C", "4548-4", "Hemoglobin A1c", "%", 4.0, 5.6, 1, (5.1, 5.5), 0.0),
    lab("LIPASE", "3040-3", "Lipase", "U/L", 13.0, 60.0, 0, (20.0, 48.0), 0.04),
    lab("AST", "1920-8", "AST", "U/L", 10.0, 40.0, 0, (16.0, 34.0), 0.05),
    lab("ALT", "1742-6", "ALT", "U/L", 7.0, 56.0, 0, (14.0, 42.0), 0.05),
    lab("TBILI", "1975-2", "Bilirubin, total", "mg/dL", 0.1, 1.2, 1, (0.4, 0.9), 0.03),
    lab("ALP", "6768-6", "Alkaline phosphatase", "U/L", 44.0, 147.0, 0, (58.0, 112.0), 0.03),
    lab("ALB", "1751-7", "Albumin", "g/dL", 3.5, 5.0, 1, (3.7, 4.4), 0.01),
    lab("EGFR", "98979-8", "eGFR (CKD-EPI 2021)", "mL/min/{1.73_m2}", 60.0, 120.0, 0, (78.0, 102.0), 0.02),
    lab("PROCAL", "33959-8", "Procalcitonin", "ng/mL", 0.0, 0.1, 2, (0.03, 0.08), 0.05),
    lab("CRP", "1988-5", "C reactive protein", "mg/L", 0.0, 5.0, 1, (1.0, 4.0), 0.05),
    lab("TSH", "3016-3", "TSH", "m[IU]/L", 0.4, 4.5, 2, (0.9, 3.2), 0.0),
    sign("TEMP", "8310-5", "Body temperature", "Cel", 1, (36.5, 37.1), 0.0015),
    sign("HR", "8867-4", "Heart rate", "/min", 0, (64.0, 84.0), 0.02),
    sign("RR", "9279-1", "Respiratory rate", "/min", 0, (14.0, 18.0), 0.0),
    sign("SBP", "8480-6", "Systolic blood pressure", "mm[Hg]", 0, (112.0, 138.0), 0.015),
    sign("DBP", "8462-4", "Diastolic blood pressure", "mm[Hg]", 0, (66.0, 82.0), 0.015),
    sign("MAP", "8478-0", "Mean arterial pressure", "mm[Hg]", 0, (80.0, 98.0), 0.01),
    sign("SPO2", "59408-5", "Oxygen saturation by pulse oximetry", "%", 0, (95.0, 99.0), 0.0),
    sign("FLOW", "3151-8", "Inhaled oxygen flow rate", "L/min", 0, (0.0, 0.0), 0.0),
    sign("FIO2", "3150-6", "Inhaled oxygen concentration", "%", 0, (21.0, 21.0), 0.0),
    sign("WT", "29463-7", "Body weight", "kg", 1, (70.0, 70.0), 0.002),
    sign("HT", "8302-2", "Body height", "cm", 0, (170.0, 170.0), 0.0),
    sign("BMI", "39156-5", "Body mass index", "kg/m2", 1, (25.0, 25.0), 0.0),
    sign("GCS", "9269-2", "Glasgow coma score total", "{score}", 0, (15.0, 15.0), 0.0),
    sign("URINE", "9192-6", "Urine output 24 hour", "mL", 0, (1300.0, 2200.0), 0.05),
];

/// The order of basic chemistry and blood count on a daily draw.
pub(super) const DAILY: &[&str] = &[
    "NA", "K", "CL", "CO2", "BUN", "CREAT", "GLU", "WBC", "HGB", "HCT", "PLT",
];

/// Taken with every set of vital signs.
pub(super) const SIGNS: &[&str] = &["TEMP", "HR", "RR", "SBP", "DBP", "SPO2"];

/// Position of a test in [`TESTS`].
pub(super) fn test(id: &str) -> usize {
    TESTS.iter().position(|t| t.id == id).unwrap_or(0)
}

/// Reference limits as printed for this sex: only red cells differ here.
pub(super) fn limits(test: &Test, sex: Sex) -> (Option<f64>, Option<f64>) {
    match (test.id, sex) {
        ("HGB", Sex::Male) => (Some(13.5), Some(17.5)),
        ("HCT", Sex::Male) => (Some(40.0), Some(52.0)),
        _ => (test.low, test.high),
    }
}

/// Where this patient's healthy values lie.
pub(super) fn usual(test: &Test, sex: Sex) -> (f64, f64) {
    match (test.id, sex) {
        ("HGB", Sex::Male) => (13.9, 15.6),
        ("HCT", Sex::Male) => (41.5, 47.0),
        ("CREAT", Sex::Male) => (0.84, 1.12),
        _ => test.usual,
    }
}

/// A course of one measurement over the days of a stay: `(day, value)`, straight in between.
#[derive(Clone, Copy)]
pub(super) struct Course {
    pub test: &'static str,
    pub points: &'static [(f64, f64)],
}

/// Shorthand of the scenario tables.
pub(super) const fn c(test: &'static str, points: &'static [(f64, f64)]) -> Course {
    Course { test, points }
}

impl Course {
    /// The value on a day, before the patient's own variation.
    pub fn on(&self, day: f64) -> f64 {
        let Some(first) = self.points.first() else {
            return 0.0;
        };
        let mut before = *first;
        for point in self.points {
            if point.0 >= day {
                let span = point.0 - before.0;
                if span <= 0.0 {
                    return point.1;
                }
                return before.1 + (point.1 - before.1) * (day - before.0) / span;
            }
            before = *point;
        }
        before.1
    }
}

/// A value with the spread of its test, rounded as it is printed.
pub(super) fn vary(test: &Test, value: f64, rng: &mut Rng) -> f64 {
    round(
        value * (1.0 + rng.float(-test.spread, test.spread)),
        test.digits,
    )
}

/// Rounds to the digits a test is printed with.
pub(super) fn round(value: f64, digits: usize) -> f64 {
    let scale = [1.0, 10.0, 100.0, 1000.0][digits.min(3)];
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_runs_straight_between_its_points() {
        let course = c("CREAT", &[(0.0, 1.0), (2.0, 2.0), (4.0, 1.0)]);
        assert_eq!(course.on(-1.0), 1.0);
        assert_eq!(course.on(1.0), 1.5);
        assert_eq!(course.on(3.0), 1.5);
        assert_eq!(course.on(9.0), 1.0);
    }

    #[test]
    fn test_names_and_codes_are_unique() {
        let mut ids: Vec<&str> = TESTS
            .iter()
            .map(|t| t.id)
            .chain(TESTS.iter().map(|t| t.loinc))
            .collect();
        let before = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), before);
    }
}
