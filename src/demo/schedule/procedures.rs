//! Procedures, and everything written around them.
//!
//! Owns the order of consent, anaesthesia, brief note, report and pathology.

use crate::demo::chart::{Chart, Done, What, key};
use crate::demo::design::Plant;
use crate::demo::prose::{self, Operation};
use crate::demo::rng::Rng;
use crate::demo::scenario::Proc;
use crate::domain::clinical::{OrderKind, ProcedureFacts, ProcedureSetting, Status};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::document::DocumentKind as Kind;
use crate::domain::record::{ProcedureRecord, RecordKind};
use crate::domain::time::{Instant, Moment};

/// The procedures themselves.
pub(super) fn procedures(chart: &mut Chart, rng: &mut Rng) {
    let list: &'static [Proc] = chart.story.scenario.procedures;
    for proc in list {
        let stay = chart.story.stay;
        let start = stay
            .admitted
            .plus_seconds(rng.range(proc.hour.0 * 3_600, proc.hour.1 * 3_600));
        let end = start.plus_seconds(rng.range(proc.minutes.0, proc.minutes.1) * 60);
        if end.plus_seconds(1_800).0 > stay.until.0 {
            continue;
        }
        let own = proc.by.is_empty() || proc.by == chart.story.scenario.service;
        let surgeon = if own {
            chart.story.cast.surgeon
        } else {
            chart.story.roster.attending(proc.by, rng)
        };
        let operation = Operation {
            proc,
            start,
            end,
            surgeon,
            assistant: chart.story.cast.junior.filter(|_| own),
            anesthetist: chart.story.cast.anesthetist,
        };
        let record = record(chart, proc, &operation);
        let id = format!("{}-P{:02}", chart.visit_id(), chart.procedures.len() + 1);
        chart.procedures.push(Done {
            id,
            record,
            operation: Some(operation),
            surgeon,
        });
        chart.order(
            OrderKind::Procedure,
            proc.title,
            start.plus_seconds(-7_000),
            surgeon,
        );
    }
}

pub(super) fn record(chart: &Chart, proc: &Proc, operation: &Operation) -> ProcedureRecord {
    let system = if proc.cpt {
        CodeSystem::Cpt
    } else {
        CodeSystem::Icd10Pcs
    };
    ProcedureRecord {
        facts: ProcedureFacts {
            what: Coding::new(system, proc.code, proc.title),
            start: Some(Moment::at(operation.start)),
            end: Some(Moment::at(operation.end)),
            status: Status::Completed,
            setting: proc.setting,
            anesthesia: Some(!proc.anesthesia.is_empty()),
            emergency: Some(proc.emergency),
        },
        patient: chart.patient_key(),
        encounter: Some(chart.visit_key()),
        performer: Some(chart.provider(operation.surgeon)),
        anesthetist: (!proc.anesthesia.is_empty()).then(|| chart.provider(operation.anesthetist)),
    }
}

/// Everything written around the procedures.
pub(super) fn reports(chart: &mut Chart, rng: &mut Rng) {
    for number in 0..chart.procedures.len() {
        let Some(operation) = chart.procedures[number].operation.take() else {
            continue;
        };
        let first = chart.docs.len();
        if operation.proc.setting == ProcedureSetting::OperatingRoom {
            room(chart, number as u64, &operation, rng);
        } else {
            let at = operation.end.plus_seconds(rng.range(300, 1_500));
            let text = prose::procedure_note(
                &chart.scene(at, operation.surgeon),
                number as u64,
                &operation,
            );
            chart.document(
                What::new(Kind::ProcedureNote, "28570-0", "Procedure note"),
                at,
                operation.surgeon,
                None,
                text,
            );
        }
        let procedure = key(RecordKind::Procedure, &chart.procedures[number].id);
        for doc in &mut chart.docs[first..] {
            doc.record.procedure = Some(procedure.clone());
        }
        chart.procedures[number].operation = Some(operation);
    }
}

pub(super) fn room(chart: &mut Chart, number: u64, operation: &Operation, rng: &mut Rng) {
    let (start, end, surgeon) = (operation.start, operation.end, operation.surgeon);
    let consented = start.plus_seconds(-rng.range(2_400, 5_000));
    let text = prose::consent(&chart.scene(consented, surgeon), number, operation);
    chart.document(
        What::new(Kind::Consent, "59284-0", "Informed consent"),
        consented,
        surgeon,
        None,
        text,
    );
    if !operation.proc.anesthesia.is_empty() {
        anesthesia(chart, number, operation, rng);
    }
    let brief = [Plant::BriefMissing, Plant::BriefIncomplete];
    let late = brief.iter().any(|p| chart.design.has(*p)) || rng.chance(35);
    if late {
        let at = end.plus_seconds(rng.range(300, 900));
        let text = prose::brief_note(&chart.scene(at, surgeon), number, operation);
        chart.document(
            What::new(Kind::BriefOperativeNote, "", "Brief operative note"),
            at,
            surgeon,
            None,
            text,
        );
    }
    let at = end.plus_seconds(if late {
        rng.range(16_000, 50_000)
    } else {
        rng.range(1_200, 2_700)
    });
    let at = Instant(at.0.min(chart.story.stay.now.plus_seconds(-600).0));
    let text = prose::operative_report(&chart.scene(at, surgeon), number, operation);
    chart.document(
        What::new(Kind::OperativeReport, "11504-8", "Operative report"),
        at,
        surgeon,
        None,
        text,
    );
    if !operation.proc.pathology.is_empty() {
        let at = end.plus_hours(rng.range(26, 80));
        let author = chart.story.cast.pathologist;
        let text = prose::pathology(&chart.scene(at, author), number, operation);
        chart.document(
            What::new(Kind::Pathology, "11526-1", "Surgical pathology report"),
            at,
            author,
            None,
            text,
        );
    }
}

pub(super) fn anesthesia(chart: &mut Chart, number: u64, operation: &Operation, rng: &mut Rng) {
    let author = operation.anesthetist;
    let before = operation.start.plus_seconds(-rng.range(1_900, 2_600));
    let text = prose::anesthesia_before(&chart.scene(before, author), number, operation);
    chart.document(
        What::new(Kind::AnesthesiaPre, "", "Preanesthesia evaluation"),
        before,
        author,
        None,
        text,
    );
    let at = operation.end.plus_seconds(600);
    let text = prose::anesthesia_record(&chart.scene(at, author), number, operation);
    chart.document(
        What::new(Kind::AnesthesiaRecord, "11485-0", "Anesthesia record"),
        at,
        author,
        None,
        text,
    );
    let after = operation.end.plus_seconds(rng.range(2_000, 3_500));
    let text = prose::anesthesia_after(&chart.scene(after, author), number);
    chart.document(
        What::new(Kind::AnesthesiaPost, "", "Postanesthesia evaluation"),
        after,
        author,
        None,
        text,
    );
}
