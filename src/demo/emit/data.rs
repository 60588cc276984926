//! Coded diagnoses, measurements and medications as arrivals.
//!
//! Owns their numbering within the visit.

use super::arrival;
use crate::demo::chart::Chart;
use crate::demo::measure::{TESTS, limits};
use crate::demo::scenario::{Dx, Med};
use crate::domain::clinical::{
    DiagnosisFacts, DiagnosisKind, MedicationFacts, MedicationKind, ObservationFacts, Status,
};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::encounter::EncounterClass;
use crate::domain::record::{
    Arrival, DiagnosisRecord, MedicationRecord, ObservationRecord, Record,
};
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;

pub(super) fn diagnoses(chart: &Chart, line: u64, out: &mut Vec<Arrival>) {
    let story = &chart.story;
    let coded = chart
        .left()
        .is_some_and(|left| story.stay.now.0 - left.0 > 3 * 86_400_000_000);
    let kind = if coded {
        DiagnosisKind::Final
    } else {
        DiagnosisKind::Working
    };
    for (position, dx) in story.diagnoses().iter().enumerate() {
        out.push(diagnosis(chart, line, position, dx, kind));
    }
}

pub(super) fn diagnosis(
    chart: &Chart,
    line: u64,
    position: usize,
    dx: &Dx,
    kind: DiagnosisKind,
) -> Arrival {
    let inpatient = chart.story.stay.class == EncounterClass::Inpatient;
    let facts = DiagnosisFacts {
        what: Coding::new(CodeSystem::Icd10Cm, dx.code, dx.text),
        kind,
        rank: position as i64 + 1,
        poa: inpatient.then_some(dx.poa),
        at: Some(Moment::at(if kind == DiagnosisKind::Final {
            chart.story.stay.until
        } else {
            chart.story.stay.admitted
        })),
        status: Status::Active,
    };
    let record = DiagnosisRecord {
        facts,
        patient: chart.patient_key(),
        encounter: Some(chart.visit_key()),
    };
    arrival(
        &format!("{}-X{:02}", chart.visit_id(), position + 1),
        line,
        Record::Diagnosis(Box::new(record)),
    )
}

pub(super) fn observations(chart: &Chart, line: u64, out: &mut Vec<Arrival>) {
    let visit = chart.visit_id();
    for (position, (number, at, value, flag)) in chart.story.readings.all().enumerate() {
        let test = &TESTS[number];
        let (low, high) = limits(test, chart.story.person.sex);
        let digits = test.digits;
        let facts = ObservationFacts {
            category: test.category,
            what: Coding::new(CodeSystem::Loinc, test.loinc, test.name),
            value: Some(value),
            text: Untrusted::new(format!("{value:.digits$}")),
            unit: Untrusted::new(test.unit),
            low,
            high,
            flag: Untrusted::new(flag),
            at: Some(Moment::at(at)),
            status: Status::Completed,
        };
        let record = ObservationRecord {
            facts,
            patient: chart.patient_key(),
            encounter: Some(chart.visit_key()),
        };
        out.push(arrival(
            &format!("{visit}-L{:03}", position + 1),
            line,
            Record::Observation(Box::new(record)),
        ));
    }
}

/// Orders, and the doses of the first days.
pub(super) fn medications(chart: &Chart, line: u64, out: &mut Vec<Arrival>) {
    let stay = &chart.story.stay;
    let mut rng = chart.story.rng.fork("medications");
    let meds: Vec<&Med> = chart.story.meds().collect();
    for (position, med) in meds.into_iter().enumerate() {
        let from = stay
            .admitted
            .plus_seconds(med.days.0 * 86_400 + rng.range(1_500, 5_400));
        if from.0 >= stay.until.0 {
            continue;
        }
        let to = stay.admitted.plus_seconds((med.days.1 + 1) * 86_400);
        let over = to.0 <= stay.until.0 || stay.ended();
        let id = format!("{}-M{:02}", chart.visit_id(), position + 1);
        let end = over.then_some(crate::domain::time::Instant(to.0.min(stay.until.0)));
        out.push(medication(
            chart,
            line,
            &id,
            med,
            MedicationKind::Order,
            from,
            end,
            if over {
                Status::Completed
            } else {
                Status::Active
            },
        ));
        for dose in 0..(med.days.1 - med.days.0 + 1).min(3) {
            let at = from.plus_seconds(dose * 86_400 + rng.range(900, 3_600));
            if at.0 < stay.until.0 {
                let id = format!("{id}-A{}", dose + 1);
                out.push(medication(
                    chart,
                    line,
                    &id,
                    med,
                    MedicationKind::Administration,
                    at,
                    Some(at),
                    Status::Completed,
                ));
            }
        }
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "order and dose differ in these only"
)]
pub(super) fn medication(
    chart: &Chart,
    line: u64,
    id: &str,
    med: &Med,
    kind: MedicationKind,
    start: crate::domain::time::Instant,
    end: Option<crate::domain::time::Instant>,
    status: Status,
) -> Arrival {
    let dose = if kind == MedicationKind::Order {
        format!("{} {}", med.dose, med.often)
    } else {
        med.dose.to_owned()
    };
    let facts = MedicationFacts {
        kind,
        what: Coding::text_only(med.drug),
        dose: Untrusted::new(dose),
        route: Untrusted::new(med.route),
        start: Some(Moment::at(start)),
        end: end.map(Moment::at),
        status,
    };
    let record = MedicationRecord {
        facts,
        patient: chart.patient_key(),
        encounter: Some(chart.visit_key()),
    };
    arrival(id, line, Record::Medication(Box::new(record)))
}
