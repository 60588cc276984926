//! ADT: admissions, transfers, discharges, merges; with them diagnoses and procedures.

use super::super::emit::Stop;
use super::context::{Context, Made, is_blank};
use super::message::Segment;
use super::visit::{Happening, visit};
use super::{account, observation, patient};
use crate::domain::clinical::{
    DiagnosisFacts, DiagnosisKind, PresentOnAdmission, ProcedureFacts, ProcedureSetting, Status,
};
use crate::domain::code::Coding;
use crate::domain::encounter::EncounterStatus;
use crate::domain::record::{
    DiagnosisRecord, Extent, Key, ProcedureRecord, Record, RecordKind, Severity,
};
use crate::domain::untrusted::Untrusted;

/// What an ADT event is to us.
enum Event {
    /// Something about a visit.
    Visit(Happening),
    /// Only about the person.
    Person,
    /// Two patients are one.
    Merge,
    /// Visits or accounts change hands, which is not done yet.
    Moved,
    /// None of ours.
    Other,
}

fn event(code: &str) -> Event {
    let visit = |status| Happening {
        status,
        needs_visit: true,
        ..Happening::default()
    };
    Event::Visit(match code {
        "A01" | "A04" => Happening {
            admits: true,
            ..visit(Some(EncounterStatus::Active))
        },
        "A02" | "A06" | "A07" | "A09" | "A10" | "A12" | "A21" | "A22" | "A32" | "A33" => {
            visit(Some(EncounterStatus::Active))
        }
        "A03" => Happening {
            discharges: true,
            ..visit(Some(EncounterStatus::Finished))
        },
        "A13" => Happening {
            undoes_discharge: true,
            ..visit(Some(EncounterStatus::Active))
        },
        "A05" | "A14" => visit(Some(EncounterStatus::Planned)),
        "A11" | "A27" | "A38" => visit(Some(EncounterStatus::Cancelled)),
        "A23" => visit(Some(EncounterStatus::Retracted)),
        // An update may be about the person alone.
        "A08" | "A15" | "A16" | "A25" | "A26" | "A31" | "A54" | "A55" | "A61" | "A62" => {
            Happening::default()
        }
        "A28" => return Event::Person,
        "A18" | "A30" | "A34" | "A36" | "A39" | "A40" | "A46" | "A47" => return Event::Merge,
        "A35" | "A41" | "A42" | "A43" | "A44" | "A45" | "A49" | "A50" | "A51" => {
            return Event::Moved;
        }
        _ => return Event::Other,
    })
}

/// Reads an ADT message.
pub(super) fn read(cx: &mut Context<'_, '_>) -> Result<(), Stop> {
    let message = cx.message;
    let happening = match event(&cx.event) {
        Event::Other => return Ok(()),
        Event::Merge => return patient::merges(cx),
        Event::Moved => {
            let reason = "visits and accounts are not moved or merged; nothing was taken";
            cx.out
                .issue(Severity::Warning, message.line, "MSH-9", reason);
            return Ok(());
        }
        Event::Person => None,
        Event::Visit(happening) => Some(happening),
    };
    let Some(pid) = message.segment("PID") else {
        cx.missing(
            "PID",
            "the message names no patient; nothing of it was taken",
        );
        return Ok(());
    };
    let Some(patient) = patient::patient(cx, pid)? else {
        return Ok(());
    };
    let Some(happening) = happening else {
        return Ok(());
    };
    let encounter = visit(cx, &patient, happening)?;
    for segment in message.segments() {
        match segment.name {
            "DG1" => diagnosis(cx, segment, &patient, encounter.as_ref())?,
            "PR1" => procedure(cx, segment, &patient, encounter.as_ref())?,
            _ => {}
        }
    }
    account::coded(cx, &patient, encounter.as_ref(), false)?;
    observation::loose(cx, &patient, encounter.as_ref())
}

/// An id for something the message gives none: visit (or patient), and what tells it apart.
pub(super) fn derived(patient: &Key, encounter: Option<&Key>, parts: &[&str]) -> String {
    let of = encounter.unwrap_or(patient);
    let mut id = of.id.raw().to_owned();
    for part in parts {
        id.push('/');
        id.push_str(part);
    }
    id
}

/// A code of a field, with the text of the field beside it.
fn coded(cx: &Context<'_, '_>, segment: Segment<'_>, code: usize, text: usize) -> Coding {
    let mut coding = cx.coding(segment.field(code));
    if coding.text.is_blank() {
        coding.text = Untrusted::new(segment.field(text).trimmed());
    }
    if matches!(&coding.system, crate::domain::code::CodeSystem::Other(name) if name.is_empty()) {
        // Before version 2.5 the coding method stood in a field of its own.
        coding.system = cx.maps.code_system(&segment.field(2).value(1));
    }
    coding
}

/// Reads a DG1.
pub(super) fn diagnosis(
    cx: &mut Context<'_, '_>,
    dg1: Segment<'_>,
    patient: &Key,
    encounter: Option<&Key>,
) -> Result<(), Stop> {
    let what = coded(cx, dg1, 3, 4);
    if is_blank(&what) {
        cx.issue(
            Severity::Reject,
            dg1,
            3,
            "the diagnosis has no code and no words",
        );
        return Ok(());
    }
    let kind = cx.maps.diagnosis_kind(&dg1.field(6).value(1));
    let kind = kind.unwrap_or(DiagnosisKind::Working);
    let poa = PresentOnAdmission::from_name(&dg1.field(26).value(1).to_ascii_uppercase());
    let deleted = dg1.field(21).value(1) == "D";
    let rank = dg1.field(15).value(1).parse::<i64>().unwrap_or(0).max(0);
    let stated = cx.entity(RecordKind::Diagnosis, dg1.field(20));
    let word = if what.code.is_blank() {
        what.text.raw()
    } else {
        what.code.raw()
    };
    let id = derived(patient, encounter, &[kind.name(), word]);
    let key = stated.unwrap_or_else(|| Key::local(RecordKind::Diagnosis, id));
    let facts = DiagnosisFacts {
        kind,
        rank,
        poa,
        at: cx.moment(dg1, 5),
        status: if deleted {
            Status::Retracted
        } else {
            Status::Active
        },
        what,
    };
    let record = DiagnosisRecord {
        facts,
        patient: patient.clone(),
        encounter: encounter.cloned(),
    };
    let made = Made {
        key,
        also: Vec::new(),
        extent: Extent::Part,
        cleared: Vec::new(),
        record: Record::Diagnosis(Box::new(record)),
    };
    cx.push(dg1, made)
}

/// Reads a PR1.
pub(super) fn procedure(
    cx: &mut Context<'_, '_>,
    pr1: Segment<'_>,
    patient: &Key,
    encounter: Option<&Key>,
) -> Result<(), Stop> {
    let what = coded(cx, pr1, 3, 4);
    if is_blank(&what) {
        cx.issue(
            Severity::Reject,
            pr1,
            3,
            "the procedure has no code and no words",
        );
        return Ok(());
    }
    let start = cx.moment(pr1, 5);
    let minutes = pr1.field(7).value(1).parse::<i64>().ok().filter(|m| *m > 0);
    let end = start
        .filter(|s| s.is_exact())
        .zip(minutes)
        .map(|(start, minutes)| {
            crate::domain::time::Moment::at(start.at.plus_seconds(minutes.saturating_mul(60)))
        });
    let anesthetist = cx.first_provider(pr1.field(8))?;
    let mut performer = cx.first_provider(pr1.field(11))?;
    if performer.is_none() {
        performer = cx.first_provider(pr1.field(12))?;
    }
    let anesthesia = anesthetist.is_some() || !pr1.field(9).is_empty() || !pr1.field(10).is_empty();
    let deleted = pr1.field(20).value(1) == "D";
    let word = if what.code.is_blank() {
        what.text.raw()
    } else {
        what.code.raw()
    };
    let id = derived(patient, encounter, &[word, &pr1.field(5).value(1)]);
    let stated = cx.entity(RecordKind::Procedure, pr1.field(19));
    let facts = ProcedureFacts {
        what,
        start,
        end,
        status: if deleted {
            Status::Retracted
        } else {
            Status::Completed
        },
        setting: ProcedureSetting::Unknown,
        anesthesia: anesthesia.then_some(true),
        emergency: None,
    };
    let record = ProcedureRecord {
        facts,
        patient: patient.clone(),
        encounter: encounter.cloned(),
        performer,
        anesthetist,
    };
    let made = Made {
        key: stated.unwrap_or_else(|| Key::local(RecordKind::Procedure, id)),
        also: Vec::new(),
        extent: Extent::Part,
        cleared: Vec::new(),
        record: Record::Procedure(Box::new(record)),
    };
    cx.push(pr1, made)
}
