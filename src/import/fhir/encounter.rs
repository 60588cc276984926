//! Encounter: class, times, disposition, who and where.

use super::super::emit::Stop;
use super::context::Context;
use super::coverage;
use super::payers::Stay as Paid;
use super::types::{Coding, Concept, Identifier, Period, Reference, Text};
use crate::domain::clinical::DiagnosisKind;
use crate::domain::encounter::{Disposition, EncounterClass, EncounterFacts, EncounterStatus};
use crate::domain::people;
use crate::domain::record::{EncounterRecord, Extent, Key, Record, RecordKind};
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;

fhir! {
    /// Encounter.
    Encounter {
        identifier: Vec<Identifier<'a>>,
        status: Text<'a>,
        class: Option<Coding<'a>>,
        r#type: Vec<Concept<'a>>,
        service_type: Option<Concept<'a>>,
        subject: Option<Reference<'a>>,
        participant: Vec<Participant<'a>>,
        period: Option<Period<'a>>,
        reason_code: Vec<Concept<'a>>,
        diagnosis: Vec<Listed<'a>>,
        account: Vec<Reference<'a>>,
        hospitalization: Option<Hospitalization<'a>>,
        location: Vec<Stay<'a>>,
        service_provider: Option<Reference<'a>>,
    }
    /// Encounter.participant.
    Participant {
        r#type: Vec<Concept<'a>>,
        individual: Option<Reference<'a>>,
        period: Option<Period<'a>>,
    }
    /// Encounter.diagnosis.
    Listed {
        condition: Option<Reference<'a>>,
        r#use: Option<Concept<'a>>,
        rank: Text<'a>,
    }
    /// Encounter.hospitalization.
    Hospitalization {
        discharge_disposition: Option<Concept<'a>>,
    }
    /// Encounter.location.
    Stay {
        location: Option<Reference<'a>>,
        status: Text<'a>,
        period: Option<Period<'a>>,
    }
}

/// Reads an Encounter.
pub(super) fn encounter(cx: &mut Context<'_, '_>, r: &Encounter<'_>) -> Result<(), Stop> {
    let patient = match cx.patient(r.subject.as_ref()) {
        Ok(patient) => patient,
        Err(true) => {
            cx.reject("subject: the visit names no patient");
            return Ok(());
        }
        Err(false) => return Ok(()),
    };
    learn_diagnoses(cx, r);
    let (identifiers, also) = cx.identifiers(&r.identifier, RecordKind::Encounter);
    let period = r.period.as_ref();
    let admitted = period.and_then(|p| cx.moment(&p.start, "period.start"));
    let discharged = period.and_then(|p| cx.moment(&p.end, "period.end"));
    let (location, at_place) = where_is(cx, r, discharged.is_some())?;
    let facility = match &r.service_provider {
        Some(reference) => cx.facility(reference)?,
        None => at_place,
    };
    let service = match &r.service_type {
        Some(concept) => cx.service(concept)?,
        None => None,
    };
    let (attending, admitting) = who(cx, r, discharged)?;
    let key = Key::local(RecordKind::Encounter, cx.id.as_str());
    let accounts = r.account.iter().filter_map(|a| cx.resource(a));
    let paid = Paid {
        key: key.clone(),
        patient: patient.clone(),
        from: admitted,
        to: discharged,
        accounts: accounts.map(|(_, id)| id.to_owned()).collect(),
        told: Untrusted::default(),
    };
    let facts = EncounterFacts {
        visit: visit_number(&identifiers, &cx.id),
        class: class(cx, r),
        status: status(cx, r, discharged),
        admitted,
        discharged,
        disposition: disposition(cx, r),
        reason: Untrusted::new(r.reason_code.first().map_or("", Concept::words)),
        location,
        payer: coverage::payer_of(cx, paid),
    };
    let record = Record::Encounter(Box::new(EncounterRecord {
        facts,
        patient,
        facility,
        service,
        attending,
        admitting,
    }));
    cx.push(key, also, Extent::Whole, record)
}

/// The visit number: an identifier of type VN, else the id of the record.
fn visit_number(identifiers: &[people::Identifier], id: &str) -> Untrusted {
    identifiers
        .iter()
        .find(|i| i.kind == "VN")
        .map_or_else(|| Untrusted::new(id), |i| i.value.clone())
}

fn class(cx: &mut Context<'_, '_>, r: &Encounter<'_>) -> EncounterClass {
    let Some(coding) = &r.class else {
        return EncounterClass::Unknown;
    };
    let class = match cx.maps.class_fhir(&coding.code) {
        EncounterClass::Unknown => cx.maps.class_fhir(&coding.display),
        class => class,
    };
    if class == EncounterClass::Unknown && !coding.code.is_empty() {
        cx.warn("class: not a class Chartroom knows; kept as unknown");
    }
    class
}

/// A visit that has ended by its status has ended; one with an end and no status too.
fn status(cx: &Context<'_, '_>, r: &Encounter<'_>, end: Option<Moment>) -> EncounterStatus {
    match cx.maps.encounter_status(&r.status) {
        EncounterStatus::Unknown if end.is_some() => EncounterStatus::Finished,
        status => status,
    }
}

fn disposition(cx: &mut Context<'_, '_>, r: &Encounter<'_>) -> Disposition {
    let concept = r
        .hospitalization
        .as_ref()
        .and_then(|h| h.discharge_disposition.as_ref());
    let Some(concept) = concept else {
        return Disposition::Unknown;
    };
    let codes = concept.coding.iter().flat_map(|c| [&*c.code, &*c.display]);
    let stated: Vec<&str> = codes
        .chain([&*concept.text])
        .filter(|t| !t.is_empty())
        .collect();
    if stated.is_empty() {
        return Disposition::Unknown;
    }
    let known = stated.iter().find_map(|t| cx.maps.disposition(t));
    known.unwrap_or_else(|| {
        cx.warn("dischargeDisposition: not a disposition Chartroom knows; kept as other");
        Disposition::Other
    })
}

/// Attending and admitting provider. The attending of record is the last one of a stay; where
/// nobody is called attending it is the primary performer, and a lone participant without a
/// type is taken for that.
fn who(
    cx: &mut Context<'_, '_>,
    r: &Encounter<'_>,
    end: Option<Moment>,
) -> Result<(Option<Key>, Option<Key>), Stop> {
    let mut attending: Option<(String, Key)> = None;
    let mut admitting = None;
    let mut primary = None;
    let mut untyped = Vec::new();
    for participant in &r.participant {
        let Some(individual) = &participant.individual else {
            continue;
        };
        let Some(key) = cx.provider(individual)? else {
            continue;
        };
        let codes: Vec<&str> = participant
            .r#type
            .iter()
            .flat_map(|t| t.coding.iter().map(|c| &*c.code).chain([&*t.text]))
            .collect();
        let is = |wanted: &[&str]| {
            codes
                .iter()
                .any(|c| wanted.iter().any(|w| c.eq_ignore_ascii_case(w)))
        };
        if is(&["ATND", "attender", "attending"]) {
            let start = participant.period.as_ref().map_or("", |p| &*p.start);
            // With an end the last attending is of record; equal or no times keep the first.
            let later = attending.as_ref().is_none_or(|(s, _)| start > s.as_str());
            if attending.is_none() || (later && end.is_some()) {
                attending = Some((start.to_owned(), key.clone()));
            }
        }
        if is(&["ADM", "admitter", "admitting"]) && admitting.is_none() {
            admitting = Some(key.clone());
        }
        if is(&["PPRF", "primary performer"]) && primary.is_none() {
            primary = Some(key.clone());
        }
        if codes.iter().all(|c| c.is_empty()) {
            untyped.push(key);
        }
    }
    let lone = (untyped.len() == 1).then(|| untyped.remove(0));
    Ok((
        attending.map(|(_, key)| key).or(primary).or(lone),
        admitting,
    ))
}

/// Text of the current or last location, and the organization that runs it.
fn where_is(
    cx: &mut Context<'_, '_>,
    r: &Encounter<'_>,
    ended: bool,
) -> Result<(Untrusted, Option<Key>), Stop> {
    let active = r.location.iter().rfind(|s| &*s.status == "active");
    let last = r
        .location
        .iter()
        .max_by_key(|s| s.period.as_ref().map_or("", |p| &*p.start));
    let stay = if ended { last } else { active.or(last) };
    let Some(reference) = stay.and_then(|s| s.location.as_ref()) else {
        return Ok((Untrusted::default(), None));
    };
    let key = cx.key(reference, RecordKind::Facility);
    let place = cx
        .resource(reference)
        .map(|(_, id)| id.to_owned())
        .or_else(|| {
            key.as_ref()
                .map(|k| format!("{}|{}", k.authority, k.id.raw()))
        })
        .and_then(|id| cx.session.places.get(&id));
    let name = place.map(|p| p.name.clone()).filter(|n| !n.is_blank());
    let name = name.unwrap_or_else(|| Untrusted::new(reference.display.trim()));
    match place {
        Some(place) => Ok((name, place.managed_by.clone().or(key))),
        None if reference.display.is_empty() => Ok((name, None)),
        None => {
            let facility = if r.service_provider.is_none() {
                cx.facility(reference)?
            } else {
                None
            };
            Ok((name, facility))
        }
    }
}

/// Remembers use and rank of the diagnoses the visit lists, for the conditions that follow.
fn learn_diagnoses(cx: &mut Context<'_, '_>, r: &Encounter<'_>) {
    for listed in &r.diagnosis {
        let Some(reference) = &listed.condition else {
            continue;
        };
        let codes = listed.r#use.iter().flat_map(|u| u.coding.iter());
        let kind = codes
            .filter_map(|c| cx.maps.diagnosis_kind(&c.code))
            .next()
            .unwrap_or(DiagnosisKind::Final);
        let rank = listed.rank.parse::<i64>().unwrap_or(0).max(0);
        if let Some(id) = cx.resource(reference).map(|(_, id)| id.to_owned()) {
            cx.session.diagnoses.put(&id, (kind, rank));
        }
    }
}
