//! Whether a chart crosses a query threshold that was not planted.

use super::{hospital, see};
use crate::demo::*;
use crate::domain::encounter::{EncounterClass, EncounterStatus};
use crate::domain::record::Record;
use std::collections::HashMap;

/// Measured thresholds of the query topics with the codes that answer them.
fn unanswered(bundle: &ChartBundle) -> Vec<&'static str> {
    let mut values: HashMap<String, Vec<f64>> = HashMap::new();
    let mut codes: Vec<String> = Vec::new();
    let mut male = false;
    for arrival in &bundle.arrivals {
        match &arrival.record {
            Record::Patient(p) => male = p.facts.sex == crate::domain::people::Sex::Male,
            Record::Observation(o) => values
                .entry(o.facts.what.code.raw().to_owned())
                .or_default()
                .push(o.facts.value.unwrap()),
            Record::Diagnosis(d) => codes.push(d.facts.what.code.raw().to_owned()),
            _ => {}
        }
    }
    let of = |loinc: &str| values.get(loinc).cloned().unwrap_or_default();
    let peak = |loinc: &str| of(loinc).into_iter().fold(f64::MIN, f64::max);
    let low = |loinc: &str| of(loinc).into_iter().fold(f64::MAX, f64::min);
    let coded = |list: &str| {
        list.split(' ')
            .any(|c| codes.iter().any(|code| code.starts_with(c)))
    };
    let anemic = if male { 13.0 } else { 12.0 };
    let creatinine = of("2160-0");
    let rise = creatinine
        .iter()
        .enumerate()
        .any(|(n, c)| creatinine[..n].iter().any(|b| c - b >= 0.3 || c / b >= 1.5));
    let signs = [
        peak("8310-5") > 38.0,
        peak("8867-4") > 90.0,
        peak("9279-1") > 20.0,
        peak("6690-2") > 12.0,
    ];
    let infected = coded("A08 J13 J18 N10 L03 L02 J69");
    let mut out = Vec::new();
    for (found, answers, topic) in [
        (rise, "N17", "aki"),
        (low("2951-2") < 135.0, "E87.1 E11.00", "hyponatremia"),
        (peak("2951-2") > 145.0, "E87.0", "electrolytes"),
        (
            low("2823-3") < 3.5 || peak("2823-3") > 5.0,
            "E87.6 E87.5",
            "electrolytes",
        ),
        (low("777-3") < 150.0, "D69", "thrombocytopenia"),
        (low("718-7") < anemic, "D62 D64 D63", "anemia-blood-loss"),
        (low("59408-5") < 91.0, "J96 I46", "resp-failure-hypoxic"),
        (peak("2019-8") > 50.0, "J96.02", "resp-failure-hypercapnic"),
        (
            peak("2524-7") > 4.0,
            "E87.2 R57.1 R65.21 I46",
            "lactic-acidosis",
        ),
        (peak("89579-7") > 34.0, "I21 I5A", "mi-type"),
        (peak("6301-6") > 1.5, "D68", "coagulopathy"),
        (peak("2345-7") >= 200.0, "E10 E11", "diabetes"),
        (peak("39156-5") >= 30.0, "E66", "obesity"),
        (low("39156-5") < 20.0, "E43 E44 R63.6", "malnutrition-glim"),
        (
            infected && signs.iter().filter(|s| **s).count() > 1,
            "A40 A41",
            "sepsis-2",
        ),
    ] {
        if found && !coded(answers) {
            out.push(topic);
        }
    }
    out
}

#[test]
fn no_adult_inpatient_crosses_a_threshold_unless_planted() {
    for bundle in hospital(1, 500).skip(1) {
        let seen = see(&bundle).unwrap();
        let open = bundle
            .truth
            .iter()
            .any(|t| t.family == Family::Opportunity && t.expect == Expect::MustFind);
        let denied = bundle
            .truth
            .iter()
            .any(|t| t.why.starts_with("weighed and excluded"));
        let child = seen
            .visit
            .service
            .as_ref()
            .is_some_and(|s| s.id.raw() == "PEDS");
        if seen.visit.facts.class == EncounterClass::Inpatient
            && !open
            && !denied
            && !child
            && seen.visit.facts.status != EncounterStatus::Retracted
        {
            assert_eq!(
                unanswered(&bundle),
                Vec::<&str>::new(),
                "{} {}",
                seen.id,
                seen.visit.facts.reason.raw()
            );
        }
    }
}
