//! Around procedures: reports, consent, anaesthesia, autopsy, and procedures that owe nothing.
//!
//! Owns the plants whose subject is a procedure.

use crate::demo::chart::{Chart, What, key};
use crate::demo::design::Plant;
use crate::demo::prose;
use crate::demo::scenario::CARDIOVERSION;
use crate::demo::truth::Expect::{MustFind, MustNotFind};
use crate::domain::clinical::{ProcedureFacts, ProcedureSetting, Status};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::document::DocumentKind as Kind;
use crate::domain::record::{ProcedureRecord, RecordKind};
use crate::domain::time::{Instant, Moment};

pub(super) fn procedure(chart: &mut Chart, plant: Plant) {
    if plant == Plant::SmallProcedures {
        small(chart);
        return;
    }
    let Some(done) = chart.procedures.first() else {
        return;
    };
    let (id, surgeon, end) = (
        done.id.clone(),
        done.surgeon,
        done.record.facts.end.map(|m| m.at),
    );
    let start = done.record.facts.start.map(|m| m.at);
    let emergency = done.record.facts.emergency == Some(true);
    let subject = Some(id);
    let anesthetist = chart.story.cast.anesthetist;
    match plant {
        Plant::ReportMissing => {
            if chart.remove(Kind::OperativeReport).is_some() {
                chart.plant(
                    MustFind,
                    "OP-M",
                    Some(surgeon),
                    subject,
                    end,
                    "operating room procedure without operative report",
                );
                if chart.first(Kind::BriefOperativeNote).is_none() {
                    chart.plant(
                        MustFind,
                        "OP-B",
                        Some(surgeon),
                        Some(chart.procedures[0].id.clone()),
                        end,
                        "neither report nor brief note",
                    );
                }
            }
        }
        Plant::ReportUnlinked => {
            if let Some(report) = chart.first(Kind::OperativeReport) {
                chart.docs[report].record.procedure = None;
                chart.plant(
                    MustNotFind,
                    "OP-M",
                    Some(surgeon),
                    subject,
                    None,
                    "the report names no procedure, but there is only one",
                );
            }
        }
        Plant::BriefMissing => missing(
            chart,
            Kind::BriefOperativeNote,
            "OP-B",
            surgeon,
            end,
            "full report hours later and no brief note",
        ),
        Plant::BriefIncomplete => brief_incomplete(chart),
        Plant::ConsentMissing if emergency => {
            if chart.remove(Kind::Consent).is_some() {
                let why = "an emergency needs no consent";
                chart.plant(MustNotFind, "CON", Some(surgeon), subject, None, why);
            }
        }
        Plant::ConsentMissing => missing(
            chart,
            Kind::Consent,
            "CON",
            surgeon,
            start,
            "procedure without consent",
        ),
        Plant::ProcedureNoteMissing => missing(
            chart,
            Kind::ProcedureNote,
            "PR-M",
            surgeon,
            end,
            "bedside procedure without note",
        ),
        Plant::AnesthesiaBeforeMissing => missing(
            chart,
            Kind::AnesthesiaPre,
            "AN-PRE",
            anesthetist,
            start,
            "no preanesthesia evaluation",
        ),
        Plant::AnesthesiaRecordMissing => missing(
            chart,
            Kind::AnesthesiaRecord,
            "AN-REC",
            anesthetist,
            end,
            "no anesthesia record",
        ),
        _ => missing(
            chart,
            Kind::AnesthesiaPost,
            "AN-POST",
            anesthetist,
            end,
            "no postanesthesia evaluation",
        ),
    }
}

/// A brief note that says nothing of blood loss and specimens.
fn brief_incomplete(chart: &mut Chart) {
    let Some(doc) = chart.first(Kind::BriefOperativeNote) else {
        return;
    };
    let doc = &mut chart.docs[doc];
    let left_out = |line: &&str| {
        let line = line.trim_start().to_lowercase();
        !line.starts_with("ebl") && !line.starts_with("specimen")
    };
    let text: Vec<&str> = doc.record.text.raw().lines().filter(left_out).collect();
    doc.record.text = text.join("\n").into();
    let (id, author) = (doc.id.clone(), doc.author);
    let at = doc.record.facts.at.map(|m| m.at);
    let why = "brief note without blood loss and specimens";
    chart.plant(MustFind, "OP-B", Some(author), Some(id), at, why);
}

pub(super) fn missing(
    chart: &mut Chart,
    kind: Kind,
    code: &str,
    owner: usize,
    start: Option<Instant>,
    why: &str,
) {
    let subject = chart.procedures.first().map(|p| p.id.clone());
    if chart.remove(kind).is_some() {
        chart.plant(MustFind, code, Some(owner), subject, start, why);
    }
}

/// A bedside procedure with its note, and one that owes no report at all.
pub(super) fn small(chart: &mut Chart) {
    let attending = chart.story.cast.attending;
    let at = chart.story.stay.admitted.plus_hours(9);
    let small = [
        (
            ProcedureSetting::Bedside,
            CARDIOVERSION.code,
            CARDIOVERSION.title,
        ),
        (
            ProcedureSetting::None,
            "4A12X45",
            "Ambulatory cardiac monitoring",
        ),
    ];
    for (setting, code, title) in small {
        let id = format!("{}-P{:02}", chart.visit_id(), chart.procedures.len() + 1);
        let record = ProcedureRecord {
            facts: ProcedureFacts {
                what: Coding::new(CodeSystem::Icd10Pcs, code, title),
                start: Some(Moment::at(at)),
                end: Some(Moment::at(at.plus_seconds(900))),
                status: Status::Completed,
                setting,
                anesthesia: Some(false),
                emergency: Some(false),
            },
            patient: chart.patient_key(),
            encounter: Some(chart.visit_key()),
            performer: Some(chart.provider(attending)),
            anesthetist: None,
        };
        if setting == ProcedureSetting::Bedside {
            let operation = prose::Operation {
                proc: &CARDIOVERSION,
                start: at,
                end: at.plus_seconds(900),
                surgeon: attending,
                assistant: None,
                anesthetist: attending,
            };
            let text = prose::procedure_note(
                &chart.scene(at.plus_seconds(1_800), attending),
                0,
                &operation,
            );
            if let Some(made) = chart.document(
                What::new(Kind::ProcedureNote, "28570-0", "Procedure note"),
                at.plus_seconds(1_800),
                attending,
                None,
                text,
            ) {
                chart.docs[made].record.procedure = Some(key(RecordKind::Procedure, &id));
            }
        }
        chart.plant(
            MustNotFind,
            "OP-M",
            Some(attending),
            Some(id.clone()),
            None,
            "not done in an operating room: no operative report is owed",
        );
        chart.procedures.push(crate::demo::chart::Done {
            id,
            record,
            operation: None,
            surgeon: attending,
        });
    }
}

pub(super) fn autopsy(chart: &mut Chart, plant: Plant) {
    let Some(died) = chart.left() else { return };
    let pathologist = chart.story.cast.pathologist;
    let at = died.plus_hours(20);
    let id = format!("{}-P{:02}", chart.visit_id(), chart.procedures.len() + 1);
    let record = ProcedureRecord {
        facts: ProcedureFacts {
            what: Coding::text_only("Autopsy, complete"),
            start: Some(Moment::at(at)),
            end: Some(Moment::at(at.plus_hours(3))),
            status: Status::Completed,
            setting: ProcedureSetting::None,
            anesthesia: Some(false),
            emergency: Some(false),
        },
        patient: chart.patient_key(),
        encounter: Some(chart.visit_key()),
        performer: Some(chart.provider(pathologist)),
        anesthetist: None,
    };
    chart.procedures.push(crate::demo::chart::Done {
        id: id.clone(),
        record,
        operation: None,
        surgeon: pathologist,
    });
    let ended = at.plus_hours(3);
    let reported = match plant {
        Plant::AutopsyDone => Some(died.plus_days(30, chart.story.zone)),
        Plant::AutopsyProvisional => Some(died.plus_days(2, chart.story.zone)),
        _ => None,
    };
    let made = reported.and_then(|at| {
        let text = prose::autopsy(&chart.scene(at, pathologist), 0);
        let what = What::new(Kind::Autopsy, "18743-5", "Autopsy report");
        chart.document(what, at, pathologist, None, text)
    });
    if let Some(made) = made {
        let record = &mut chart.docs[made].record;
        record.procedure = Some(key(RecordKind::Procedure, &id));
        record.facts.preliminary = plant == Plant::AutopsyProvisional;
    }
    let owner = Some(pathologist);
    let (start, subject) = (Some(ended), Some(id));
    if ended.0 > chart.story.stay.now.0 {
        return;
    }
    match (made, plant) {
        (Some(_), Plant::AutopsyDone) => {
            let why = "autopsy with its report";
            chart.plant(MustNotFind, "AUT", owner, subject, None, why);
        }
        (Some(_), _) => {
            let why = "autopsy with a provisional report only";
            chart.plant(MustFind, "AUT", owner, subject, start, why);
        }
        (None, _) => {
            let why = "autopsy without report, provisional or final";
            chart.plant(MustFind, "AUT", owner, subject.clone(), start, why);
            chart.plant(MustFind, "AUT", owner, subject, start, why);
        }
    }
}
