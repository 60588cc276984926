//! BAR and DFT: accounts and charges, of which the codes are taken; and what of any message says that
//! a stay was coded.
//!
//! Charges and amounts are none of ours. Start at [`read`].

use super::super::emit::Stop;
use super::adt::{derived, diagnosis, procedure};
use super::context::{Context, Made};
use super::message::Segment;
use super::patient;
use super::visit::{Happening, visit};
use crate::domain::clinical::{DiagnosisKind, Status};
use crate::domain::coding::{CodedBy, CodingFacts};
use crate::domain::record::{CodingRecord, Extent, Key, Record, RecordKind};
use crate::domain::time::Moment;

/// Reads an account or charge message. A purged account (P02) says nothing of its stay.
pub(super) fn read(cx: &mut Context<'_, '_>) -> Result<(), Stop> {
    if cx.event == "P02" {
        return Ok(());
    }
    let message = cx.message;
    let Some(pid) = message.segment("PID") else {
        cx.missing("PID", "the account names no patient; nothing was taken");
        return Ok(());
    };
    let Some(patient) = patient::patient(cx, pid)? else {
        return Ok(());
    };
    let encounter = visit(cx, &patient, Happening::default())?;
    for segment in message.segments() {
        match segment.name {
            "DG1" => diagnosis(cx, segment, &patient, encounter.as_ref())?,
            "PR1" => procedure(cx, segment, &patient, encounter.as_ref())?,
            _ => {}
        }
    }
    coded(cx, &patient, encounter.as_ref(), true)
}

/// Hands on what the message says of the coding of its stay. In a message that is not about the
/// bill (`billed`), only what is attested or approved says something: codes of a stay in house are
/// working codes.
pub(super) fn coded(
    cx: &mut Context<'_, '_>,
    patient: &Key,
    encounter: Option<&Key>,
    billed: bool,
) -> Result<(), Stop> {
    let Some(encounter) = encounter else {
        return Ok(());
    };
    let message = cx.message;
    let mut last: Option<(Segment<'_>, Option<Moment>)> = None;
    for dg1 in message.segments().filter(|s| s.name == "DG1") {
        let kind = cx.maps.diagnosis_kind(&dg1.field(6).value(1));
        if kind != Some(DiagnosisKind::Final) || dg1.field(21).value(1) == "D" {
            continue;
        }
        let attested = cx.moment(dg1, 19);
        let later = last.is_none_or(|(_, before)| attested.map(|m| m.at) > before.map(|m| m.at));
        if (billed || attested.is_some()) && later {
            last = Some((dg1, attested));
        }
    }
    if let Some((dg1, attested)) = last {
        let by = CodedBy::FinalDiagnosis;
        evidence(cx, dg1, (patient, encounter), by, attested)?;
    }
    for drg in message.segments().filter(|s| s.name == "DRG") {
        let approved = drg.field(3).value(1).eq_ignore_ascii_case("Y");
        let assigned = cx.moment(drg, 2);
        if !drg.field(1).value(1).is_empty() && (billed || approved) {
            evidence(cx, drg, (patient, encounter), CodedBy::Drg, assigned)?;
        }
    }
    Ok(())
}

/// Hands on one word of the message; one without a time is of the time of the message.
fn evidence(
    cx: &mut Context<'_, '_>,
    segment: Segment<'_>,
    (patient, encounter): (&Key, &Key),
    by: CodedBy,
    at: Option<Moment>,
) -> Result<(), Stop> {
    let at = at.or_else(|| sent(cx));
    let stated = at.map_or_else(String::new, |at| at.at.0.to_string());
    let parts = [by.name(), cx.control.as_str(), stated.as_str()];
    let id = derived(patient, Some(encounter), &parts);
    let facts = CodingFacts {
        by,
        status: Status::Completed,
        at,
    };
    let made = Made {
        key: Key::local(RecordKind::Coding, id),
        also: Vec::new(),
        extent: Extent::Part,
        cleared: Vec::new(),
        record: Record::Coding(Box::new(CodingRecord {
            facts,
            patient: patient.clone(),
            encounter: encounter.clone(),
        })),
    };
    cx.push(segment, made)
}

/// When what the message tells was recorded (EVN-2), else when it was sent (MSH-7).
fn sent(cx: &mut Context<'_, '_>) -> Option<Moment> {
    let message = cx.message;
    let recorded = message.segment("EVN").and_then(|evn| cx.moment(evn, 2));
    recorded.or_else(|| message.segment("MSH").and_then(|msh| cx.moment(msh, 7)))
}
