//! PV1 and PV2: the visit, as far as the message says anything of it.

use super::super::emit::Stop;
use super::context::{Context, Made};
use super::message::{Part, Segment};
use crate::domain::encounter::{Disposition, EncounterClass, EncounterFacts, EncounterStatus};
use crate::domain::record::{EncounterRecord, Extent, Key, Record, RecordKind, Severity};
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;

/// What an event says of the visit beyond its fields.
#[derive(Clone, Copy, Default)]
pub(super) struct Happening {
    /// Status the event gives, if any.
    pub status: Option<EncounterStatus>,
    /// The event is the admission or discharge itself, so its time stands in for a missing one.
    pub admits: bool,
    /// See `admits`.
    pub discharges: bool,
    /// The discharge did not take place.
    pub undoes_discharge: bool,
    /// A message about a visit must name it.
    pub needs_visit: bool,
}

/// Reads the visit: hands it on and gives its key. `None` if the message names none.
pub(super) fn visit(
    cx: &mut Context<'_, '_>,
    patient: &Key,
    happening: Happening,
) -> Result<Option<Key>, Stop> {
    let Some(pv1) = cx.message.segment("PV1") else {
        if happening.needs_visit {
            cx.missing(
                "PV1",
                "the message names no visit; only the patient was taken",
            );
        }
        return Ok(None);
    };
    let Some((key, number)) = key(cx, pv1, patient) else {
        if happening.needs_visit {
            let reason =
                "no visit number, account number or admission time; only the patient was taken";
            cx.issue(Severity::Reject, pv1, 19, reason);
        }
        return Ok(None);
    };
    let mut cleared = Vec::new();
    let record = record(cx, pv1, patient, number, happening, &mut cleared)?;
    let made = Made {
        also: other_numbers(cx, pv1, &key),
        key: key.clone(),
        extent: Extent::Part,
        cleared,
        record: Record::Encounter(Box::new(record)),
    };
    cx.push(pv1, made)?;
    Ok(Some(key))
}

/// Key and printed number of the visit: PV1-19, the alternate number PV1-50, the account PID-18;
/// a visit without any of them is known by its patient and admission time.
fn key(cx: &Context<'_, '_>, pv1: Segment<'_>, patient: &Key) -> Option<(Key, Untrusted)> {
    let account = cx.message.segment("PID").map(|pid| pid.field(18));
    let fields = [Some(pv1.field(19)), Some(pv1.field(50)), account];
    for field in fields.into_iter().flatten() {
        if let Some((identifier, key)) = cx.identifier(RecordKind::Encounter, field) {
            return Some((key, identifier.value));
        }
    }
    let admitted = pv1.field(44).value(1);
    if admitted.is_empty() {
        return None;
    }
    let id = format!("{}@{admitted}", patient.id.raw());
    let key = cx.named(RecordKind::Encounter, patient.authority.clone(), id.clone())?;
    Some((key, Untrusted::new(id)))
}

/// Other visit numbers of the message, by which other messages may name the visit.
fn other_numbers(cx: &Context<'_, '_>, pv1: Segment<'_>, key: &Key) -> Vec<Key> {
    let account = cx.message.segment("PID").map(|pid| pid.field(18));
    [Some(pv1.field(50)), account]
        .into_iter()
        .flatten()
        .filter_map(|field| cx.identifier(RecordKind::Encounter, field))
        .filter(|(i, other)| i.kind == "VN" && !other.authority.is_empty() && other != key)
        .map(|(_, other)| other)
        .collect()
}

fn record(
    cx: &mut Context<'_, '_>,
    pv1: Segment<'_>,
    patient: &Key,
    number: Untrusted,
    happening: Happening,
    cleared: &mut Vec<String>,
) -> Result<EncounterRecord, Stop> {
    let mut admitted = cx.moment(pv1, 44);
    if admitted.is_none() && happening.admits && !pv1.field(44).is_delete() {
        admitted = event_time(cx);
    }
    let mut discharged = cx.moment(pv1, 45);
    if discharged.is_none() && happening.discharges {
        discharged = event_time(cx);
    }
    if happening.undoes_discharge {
        discharged = None;
        cleared.extend(["discharged".to_owned(), "disposition".to_owned()]);
    }
    for (position, field) in [
        (44, "admitted"),
        (45, "discharged"),
        (36, "disposition"),
        (3, "location"),
    ] {
        if pv1.field(position).is_delete() && !cleared.iter().any(|c| c == field) {
            cleared.push(field.to_owned());
        }
    }
    let status = match (happening.status, discharged) {
        (Some(EncounterStatus::Active), Some(_)) | (None, Some(_)) => EncounterStatus::Finished,
        (Some(status), _) => status,
        (None, None) => EncounterStatus::Unknown,
    };
    let pv2 = cx.message.segment("PV2");
    let reason = pv2.map_or_else(String::new, |pv2| words(pv2.field(3)));
    if pv2.is_some_and(|pv2| pv2.field(3).is_delete()) {
        cleared.push("reason".to_owned());
    }
    let payer = cx
        .message
        .segment("IN1")
        .map_or_else(String::new, |in1| in1.field(4).value(1));
    let code = pv1.field(10).value(1);
    let name = cx.maps.service_name(&code).unwrap_or("").to_owned();
    let facts = EncounterFacts {
        visit: number,
        class: class(cx, pv1),
        status,
        admitted,
        discharged,
        disposition: disposition(cx, pv1, happening),
        reason: Untrusted::new(reason),
        location: Untrusted::new(location(pv1.field(3))),
        payer: cx.maps.payer(&payer),
    };
    Ok(EncounterRecord {
        facts,
        patient: patient.clone(),
        facility: facility(cx, pv1)?,
        service: cx.place(RecordKind::Service, &code, &name)?,
        attending: cx.first_provider(pv1.field(7))?,
        admitting: cx.first_provider(pv1.field(17))?,
    })
}

/// When the event took place: EVN-6, else when it was recorded, EVN-2.
fn event_time(cx: &mut Context<'_, '_>) -> Option<Moment> {
    let evn = cx.message.segment("EVN")?;
    cx.moment(evn, 6).or_else(|| cx.moment(evn, 2))
}

fn class(cx: &mut Context<'_, '_>, pv1: Segment<'_>) -> EncounterClass {
    let code = pv1.field(2).value(1);
    let class = cx.maps.class_v2(&code);
    // P (preadmit), N (not applicable) and U (unknown) say nothing of the class.
    let silent = matches!(code.as_str(), "" | "P" | "N" | "U");
    if class == EncounterClass::Unknown && !silent {
        let reason = "not a patient class Chartroom knows; left as it was";
        cx.issue(Severity::Warning, pv1, 2, reason);
    }
    class
}

fn disposition(cx: &mut Context<'_, '_>, pv1: Segment<'_>, happening: Happening) -> Disposition {
    let field = pv1.field(36);
    let stated = [field.value(1), field.component(2).trimmed()];
    if happening.undoes_discharge || stated.iter().all(String::is_empty) {
        return Disposition::Unknown;
    }
    let known = stated.iter().find_map(|t| cx.maps.disposition(t));
    known.unwrap_or_else(|| {
        let reason = "not a disposition Chartroom knows; kept as other";
        cx.issue(Severity::Warning, pv1, 36, reason);
        Disposition::Other
    })
}

/// Unit, room and bed.
fn location(pl: Part<'_>) -> String {
    let parts = [pl.value(1), pl.value(2), pl.value(3)];
    let parts: Vec<&str> = parts
        .iter()
        .map(String::as_str)
        .filter(|p| !p.is_empty())
        .collect();
    if parts.is_empty() {
        return pl.component(9).trimmed();
    }
    parts.join(" ")
}

/// The hospital: servicing facility (PV1-39), facility of the location (PV1-3.4), and for
/// admissions and the like the sender's (MSH-4).
fn facility(cx: &mut Context<'_, '_>, pv1: Segment<'_>) -> Result<Option<Key>, Stop> {
    let mut name = pv1.field(39).value(1);
    if name.is_empty() {
        name = pv1.field(3).value(4);
    }
    if name.is_empty() && cx.kind == "ADT" {
        name = cx
            .message
            .segment("MSH")
            .map_or_else(String::new, |msh| msh.field(4).value(1));
    }
    cx.place(RecordKind::Facility, &name, "")
}

/// The words of a CWE, else its code.
pub(super) fn words(cwe: Part<'_>) -> String {
    let text = cwe.component(2).trimmed();
    if text.is_empty() { cwe.value(1) } else { text }
}

/// The code of a CWE, else its words: for units.
pub(super) fn words_or_code(cwe: Part<'_>) -> String {
    let code = cwe.value(1);
    if code.is_empty() {
        cwe.component(2).trimmed()
    } else {
        code
    }
}
