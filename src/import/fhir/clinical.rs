//! Condition, Procedure and ServiceRequest.

use super::super::emit::Stop;
use super::context::Context;
use super::types::{Concept, Identifier, Period, Reference, Text};
use crate::domain::clinical::{
    DiagnosisFacts, DiagnosisKind, OrderFacts, ProcedureFacts, ProcedureSetting, Status,
};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::coding::{CodedBy, CodingFacts};
use crate::domain::record::{
    CodingRecord, DiagnosisRecord, Extent, Key, OrderRecord, ProcedureRecord, Record, RecordKind,
};

fhir! {
    /// Condition.
    Condition {
        identifier: Vec<Identifier<'a>>,
        clinical_status: Option<Concept<'a>>,
        verification_status: Option<Concept<'a>>,
        category: Vec<Concept<'a>>,
        code: Option<Concept<'a>>,
        subject: Option<Reference<'a>>,
        encounter: Option<Reference<'a>>,
        onset_date_time: Text<'a>,
        onset_period: Option<Period<'a>>,
        recorded_date: Text<'a>,
    }
    /// Procedure.
    Procedure {
        identifier: Vec<Identifier<'a>>,
        status: Text<'a>,
        category: Option<Concept<'a>>,
        code: Option<Concept<'a>>,
        subject: Option<Reference<'a>>,
        encounter: Option<Reference<'a>>,
        performed_date_time: Text<'a>,
        performed_period: Option<Period<'a>>,
        performer: Vec<Performer<'a>>,
    }
    /// Procedure.performer.
    Performer {
        function: Option<Concept<'a>>,
        actor: Option<Reference<'a>>,
    }
    /// ServiceRequest.
    ServiceRequest {
        identifier: Vec<Identifier<'a>>,
        status: Text<'a>,
        category: Vec<Concept<'a>>,
        code: Option<Concept<'a>>,
        subject: Option<Reference<'a>>,
        encounter: Option<Reference<'a>>,
        authored_on: Text<'a>,
        requester: Option<Reference<'a>>,
        performer_type: Option<Concept<'a>>,
        performer: Vec<Reference<'a>>,
    }
}

/// The patient, or a word why the record does not go in.
pub(super) fn patient_of(cx: &mut Context<'_, '_>, subject: Option<&Reference<'_>>) -> Option<Key> {
    match cx.patient(subject) {
        Ok(key) => Some(key),
        Err(true) => {
            cx.reject("subject: the record names no patient");
            None
        }
        Err(false) => None,
    }
}

/// The visit a record names.
pub(super) fn visit(cx: &Context<'_, '_>, reference: Option<&Reference<'_>>) -> Option<Key> {
    reference.and_then(|e| cx.key(e, RecordKind::Encounter))
}

pub(super) fn first_code<'r>(concept: Option<&'r Concept<'_>>) -> &'r str {
    concept.map_or("", |c| c.coding.first().map_or(&*c.text, |c| &*c.code))
}

/// Reads a Condition.
pub(super) fn condition(cx: &mut Context<'_, '_>, r: &Condition<'_>) -> Result<(), Stop> {
    let Some(patient) = patient_of(cx, r.subject.as_ref()) else {
        return Ok(());
    };
    let Some(concept) = &r.code else {
        cx.reject("code: the condition has no code and no words");
        return Ok(());
    };
    let what = cx.coding(concept, "diagnosis");
    let encounter = visit(cx, r.encounter.as_ref());
    let onset = r.onset_period.as_ref().map_or("", |p| &*p.start);
    let stated = [&*r.onset_date_time, onset, &*r.recorded_date];
    let at = stated.into_iter().find(|t| !t.is_empty());
    let at = at.and_then(|t| cx.moment(t, "onset"));
    let (kind, rank) = diagnosis_use(cx, r, &what, encounter.is_some());
    let status = match first_code(r.verification_status.as_ref()) {
        "entered-in-error" => Status::Retracted,
        "refuted" => Status::Cancelled,
        _ => match first_code(r.clinical_status.as_ref()) {
            "active" | "recurrence" | "relapse" => Status::Active,
            "inactive" | "remission" | "resolved" => Status::Completed,
            _ => Status::Unknown,
        },
    };
    let facts = DiagnosisFacts {
        what,
        kind,
        rank,
        poa: None,
        at,
        status,
    };
    let billed = encounter.clone().filter(|_| kind == DiagnosisKind::Final);
    let of = patient.clone();
    let record = Record::Diagnosis(Box::new(DiagnosisRecord {
        facts,
        patient,
        encounter,
    }));
    let (_, also) = cx.identifiers(&r.identifier, RecordKind::Diagnosis);
    let key = Key::local(RecordKind::Diagnosis, cx.id.as_str());
    cx.push(key, also, Extent::Whole, record)?;
    match billed {
        Some(stay) if !r.recorded_date.is_empty() => coded(cx, r, status, of, stay),
        _ => Ok(()),
    }
}

/// A final diagnosis says when its stay was coded: when it was recorded.
fn coded(
    cx: &mut Context<'_, '_>,
    r: &Condition<'_>,
    status: Status,
    patient: Key,
    encounter: Key,
) -> Result<(), Stop> {
    let facts = CodingFacts {
        by: CodedBy::FinalDiagnosis,
        status: match status {
            Status::Retracted | Status::Cancelled => Status::Retracted,
            _ => Status::Completed,
        },
        at: cx.moment(&r.recorded_date, "recordedDate"),
    };
    let record = Record::Coding(Box::new(CodingRecord {
        facts,
        patient,
        encounter,
    }));
    let key = Key::local(RecordKind::Coding, cx.place.as_str());
    cx.push(key, Vec::new(), Extent::Whole, record)
}

/// What a condition is for: what its visit says, else its category. A diagnosis of a visit in
/// ICD is one for billing; in another system it is a working diagnosis.
fn diagnosis_use(
    cx: &Context<'_, '_>,
    r: &Condition<'_>,
    what: &Coding,
    of_visit: bool,
) -> (DiagnosisKind, i64) {
    if let Some(listed) = cx.session.diagnoses.get(&cx.id) {
        return *listed;
    }
    let codes = r.category.iter().flat_map(|c| c.coding.iter());
    let kind = codes.filter_map(|c| cx.maps.diagnosis_kind(&c.code)).next();
    let icd = matches!(what.system, CodeSystem::Icd10Cm | CodeSystem::Icd9Cm);
    let kind = match kind {
        Some(DiagnosisKind::Working) if icd => DiagnosisKind::Final,
        Some(kind) => kind,
        None if of_visit && icd => DiagnosisKind::Final,
        None if of_visit => DiagnosisKind::Working,
        None => DiagnosisKind::Problem,
    };
    (kind, 0)
}

/// Reads a Procedure.
pub(super) fn procedure(cx: &mut Context<'_, '_>, r: &Procedure<'_>) -> Result<(), Stop> {
    let Some(patient) = patient_of(cx, r.subject.as_ref()) else {
        return Ok(());
    };
    let what = match &r.code {
        Some(concept) => cx.coding(concept, "procedure"),
        None => Coding::text_only(""),
    };
    let (start, end) = match &r.performed_period {
        Some(period) => (
            cx.moment(&period.start, "performedPeriod.start"),
            cx.moment(&period.end, "performedPeriod.end"),
        ),
        None => (cx.moment(&r.performed_date_time, "performedDateTime"), None),
    };
    let mut performer = None;
    let mut anesthetist = None;
    for entry in &r.performer {
        let Some(actor) = &entry.actor else { continue };
        let Some(key) = cx.provider(actor)? else {
            continue;
        };
        let function = entry.function.as_ref();
        let words = function.map_or("", Concept::words);
        if cx.maps.gives_anesthesia(first_code(function), words) {
            anesthetist = anesthetist.or(Some(key));
        } else {
            performer = performer.or(Some(key));
        }
    }
    let category = r.category.iter().flat_map(|c| c.coding.iter());
    let setting = category
        .filter_map(|c| cx.maps.procedure_setting(&c.code))
        .next();
    let facts = ProcedureFacts {
        what,
        start,
        end,
        status: cx.maps.status(&r.status),
        setting: setting.unwrap_or(ProcedureSetting::Unknown),
        anesthesia: anesthetist.is_some().then_some(true),
        emergency: None,
    };
    let record = Record::Procedure(Box::new(ProcedureRecord {
        facts,
        patient,
        encounter: visit(cx, r.encounter.as_ref()),
        performer,
        anesthetist,
    }));
    let (_, also) = cx.identifiers(&r.identifier, RecordKind::Procedure);
    let key = Key::local(RecordKind::Procedure, cx.id.as_str());
    cx.push(key, also, Extent::Whole, record)
}

/// Reads a ServiceRequest.
pub(super) fn service_request(
    cx: &mut Context<'_, '_>,
    r: &ServiceRequest<'_>,
) -> Result<(), Stop> {
    let Some(patient) = patient_of(cx, r.subject.as_ref()) else {
        return Ok(());
    };
    let concepts = || r.category.iter().chain(&r.code);
    let codes: Vec<&str> = concepts()
        .flat_map(|c| c.coding.iter().map(|c| &*c.code))
        .collect();
    let words: Vec<&str> = concepts()
        .flat_map(|c| c.coding.iter().map(|c| &*c.display).chain([&*c.text]))
        .collect();
    let kind = cx.maps.order_kind(&codes, "", &words.join(" / "));
    let what = match &r.code {
        Some(concept) => cx.coding(concept, "order"),
        None => Coding::text_only(""),
    };
    let at = cx.moment(&r.authored_on, "authoredOn");
    let ordered_by = match &r.requester {
        Some(reference) => cx.provider(reference)?,
        None => None,
    };
    let performer = cx.first_provider(&r.performer)?;
    let to_service = match &r.performer_type {
        Some(concept) => cx.service(concept)?,
        None => None,
    };
    let facts = OrderFacts {
        kind,
        status: cx.maps.status(&r.status),
        what,
        at,
        verbal: false,
        signed: None,
    };
    let record = Record::Order(Box::new(OrderRecord {
        facts,
        patient,
        encounter: visit(cx, r.encounter.as_ref()),
        ordered_by,
        performer,
        to_service,
    }));
    let (_, also) = cx.identifiers(&r.identifier, RecordKind::Order);
    let key = Key::local(RecordKind::Order, cx.id.as_str());
    cx.push(key, also, Extent::Whole, record)
}
