//! Condition, Procedure, ServiceRequest and Observation.

use super::super::emit::Stop;
use super::context::Context;
use super::types::{Concept, Identifier, Period, Quantity, Ratio, Reference, Text, ValueRange};
use crate::domain::clinical::{
    DiagnosisFacts, DiagnosisKind, ObservationCategory, ObservationFacts, OrderFacts,
    ProcedureFacts, ProcedureSetting, Status,
};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::record::{
    DiagnosisRecord, Extent, Key, ObservationRecord, OrderRecord, ProcedureRecord, Record,
    RecordKind,
};
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;

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
    /// Observation.
    Observation {
        identifier: Vec<Identifier<'a>>,
        status: Text<'a>,
        category: Vec<Concept<'a>>,
        code: Option<Concept<'a>>,
        subject: Option<Reference<'a>>,
        encounter: Option<Reference<'a>>,
        effective_date_time: Text<'a>,
        effective_instant: Text<'a>,
        effective_period: Option<Period<'a>>,
        issued: Text<'a>,
        value_quantity: Option<Quantity<'a>>,
        value_codeable_concept: Option<Concept<'a>>,
        value_string: Text<'a>,
        value_boolean: Text<'a>,
        value_integer: Text<'a>,
        value_date_time: Text<'a>,
        value_time: Text<'a>,
        value_range: Option<ValueRange<'a>>,
        value_ratio: Option<Ratio<'a>>,
        interpretation: Vec<Concept<'a>>,
        reference_range: Vec<ValueRange<'a>>,
        component: Vec<Component<'a>>,
    }
    /// Observation.component.
    Component {
        code: Option<Concept<'a>>,
        value_quantity: Option<Quantity<'a>>,
        value_codeable_concept: Option<Concept<'a>>,
        value_string: Text<'a>,
        value_boolean: Text<'a>,
        value_integer: Text<'a>,
        value_date_time: Text<'a>,
        value_time: Text<'a>,
        value_range: Option<ValueRange<'a>>,
        value_ratio: Option<Ratio<'a>>,
        interpretation: Vec<Concept<'a>>,
        reference_range: Vec<ValueRange<'a>>,
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

fn first_code<'r>(concept: Option<&'r Concept<'_>>) -> &'r str {
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
    let record = Record::Diagnosis(Box::new(DiagnosisRecord {
        facts,
        patient,
        encounter,
    }));
    let (_, also) = cx.identifiers(&r.identifier, RecordKind::Diagnosis);
    let key = Key::local(RecordKind::Diagnosis, cx.id.as_str());
    cx.push(key, also, Extent::Whole, record)
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

/// The value part that observations and their components share.
struct Value<'r, 'a> {
    quantity: Option<&'r Quantity<'a>>,
    concept: Option<&'r Concept<'a>>,
    texts: [&'r str; 5],
    range: Option<&'r ValueRange<'a>>,
    ratio: Option<&'r Ratio<'a>>,
    interpretation: &'r [Concept<'a>],
    reference: &'r [ValueRange<'a>],
}

macro_rules! value_of {
    ($r:expr) => {
        Value {
            quantity: $r.value_quantity.as_ref(),
            concept: $r.value_codeable_concept.as_ref(),
            texts: [
                &$r.value_string,
                &$r.value_integer,
                &$r.value_boolean,
                &$r.value_date_time,
                &$r.value_time,
            ],
            range: $r.value_range.as_ref(),
            ratio: $r.value_ratio.as_ref(),
            interpretation: &$r.interpretation,
            reference: &$r.reference_range,
        }
    };
}

fn quantity_text(q: Option<&Quantity<'_>>) -> String {
    q.map_or(String::new(), |q| {
        format!("{}{}", &*q.comparator, &*q.value)
    })
}

fn unit(q: &Quantity<'_>) -> Untrusted {
    Untrusted::new(if q.unit.is_empty() {
        &*q.code
    } else {
        &*q.unit
    })
}

impl Value<'_, '_> {
    fn is_absent(&self) -> bool {
        self.quantity.is_none()
            && self.concept.is_none()
            && self.range.is_none()
            && self.ratio.is_none()
            && self.texts.iter().all(|t| t.is_empty())
    }

    /// Number, text and unit.
    fn read(&self) -> (Option<f64>, String, Untrusted) {
        if let Some(q) = self.quantity {
            // A value with a comparator (`<0.01`) is a bound, no number.
            let number = if q.comparator.is_empty() {
                number(&q.value)
            } else {
                None
            };
            return (number, quantity_text(self.quantity), unit(q));
        }
        if let Some(concept) = self.concept {
            return (None, concept.words().to_owned(), Untrusted::default());
        }
        if let Some(range) = self.range {
            let low = quantity_text(range.low.as_ref());
            let high = quantity_text(range.high.as_ref());
            let unit_of = range.low.as_ref().or(range.high.as_ref());
            return (
                None,
                format!("{low}-{high}"),
                unit_of.map(unit).unwrap_or_default(),
            );
        }
        if let Some(ratio) = self.ratio {
            let over = quantity_text(ratio.numerator.as_ref());
            let under = quantity_text(ratio.denominator.as_ref());
            let unit_of = ratio.numerator.as_ref();
            return (
                None,
                format!("{over}:{under}"),
                unit_of.map(unit).unwrap_or_default(),
            );
        }
        let text = self
            .texts
            .iter()
            .find(|t| !t.is_empty())
            .copied()
            .unwrap_or("");
        (number(text), text.to_owned(), Untrusted::default())
    }

    fn flag(&self) -> Untrusted {
        let codes = self.interpretation.iter().map(|c| {
            let code = c.coding.iter().map(|c| &*c.code).find(|c| !c.is_empty());
            code.unwrap_or(&*c.text)
        });
        Untrusted::new(codes.into_iter().find(|c| !c.is_empty()).unwrap_or(""))
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|n| n.is_finite())
}

/// Reads an Observation: its value, and each component as an observation of its own.
pub(super) fn observation(cx: &mut Context<'_, '_>, r: &Observation<'_>) -> Result<(), Stop> {
    let Some(patient) = patient_of(cx, r.subject.as_ref()) else {
        return Ok(());
    };
    let encounter = visit(cx, r.encounter.as_ref());
    let period = r.effective_period.as_ref().map_or("", |p| &*p.start);
    let stated = [
        &*r.effective_date_time,
        &*r.effective_instant,
        period,
        &*r.issued,
    ];
    let at = stated.into_iter().find(|t| !t.is_empty());
    let at = at.and_then(|t| cx.moment(t, "effective"));
    let status = cx.maps.status(&r.status);
    let codes = r
        .category
        .iter()
        .flat_map(|c| c.coding.iter().map(|c| &*c.code).chain([&*c.text]));
    let category = codes.filter_map(|c| cx.maps.observation_category(c)).next();
    let (_, also) = cx.identifiers(&r.identifier, RecordKind::Observation);
    let value = value_of!(r);
    let id = cx.id.clone();
    let shared = Shared {
        patient,
        encounter,
        at,
        status,
        category,
    };
    if !value.is_absent() || r.component.is_empty() {
        let key = Key::local(RecordKind::Observation, id.as_str());
        let record = shared.record(cx, r.code.as_ref(), &value);
        cx.push(key, also, Extent::Whole, record)?;
    }
    let mut seen: Vec<String> = Vec::new();
    for (index, component) in r.component.iter().enumerate() {
        // The code names the component; a second one of the same code is told apart by place.
        let mut suffix = first_code(component.code.as_ref()).to_owned();
        if suffix.is_empty() || seen.contains(&suffix) {
            suffix = format!("{suffix}.{}", index + 1);
        }
        let key = Key::local(RecordKind::Observation, format!("{id}#{suffix}"));
        seen.push(suffix);
        let record = shared.record(cx, component.code.as_ref(), &value_of!(component));
        cx.push(key, Vec::new(), Extent::Whole, record)?;
    }
    Ok(())
}

/// What all parts of an observation have in common.
struct Shared {
    patient: Key,
    encounter: Option<Key>,
    at: Option<Moment>,
    status: Status,
    category: Option<ObservationCategory>,
}

impl Shared {
    fn record(
        &self,
        cx: &Context<'_, '_>,
        code: Option<&Concept<'_>>,
        value: &Value<'_, '_>,
    ) -> Record {
        let what = match code {
            Some(concept) => cx.coding(concept, "observation"),
            None => Coding::text_only(""),
        };
        let category = self.category.unwrap_or(if cx.maps.is_vital(&what) {
            ObservationCategory::VitalSign
        } else {
            ObservationCategory::Other
        });
        let (number_value, text, unit) = value.read();
        let limits = value.reference.first();
        let limit = |q: Option<&Quantity<'_>>| q.and_then(|q| number(&q.value));
        let facts = ObservationFacts {
            category,
            what,
            value: number_value,
            text: Untrusted::new(text),
            unit,
            low: limits.and_then(|l| limit(l.low.as_ref())),
            high: limits.and_then(|l| limit(l.high.as_ref())),
            flag: value.flag(),
            at: self.at,
            status: self.status,
        };
        Record::Observation(Box::new(ObservationRecord {
            facts,
            patient: self.patient.clone(),
            encounter: self.encounter.clone(),
        }))
    }
}
