//! Medication, MedicationRequest, MedicationAdministration and MedicationStatement.

use super::super::emit::Stop;
use super::clinical::{patient_of, visit};
use super::context::Context;
use super::reference::key_of;
use super::types::{Concept, Identifier, Period, Quantity, Reference, Text};
use crate::domain::clinical::{MedicationFacts, MedicationKind};
use crate::domain::code::Coding;
use crate::domain::record::{Extent, MedicationRecord, Record, RecordKind};
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;

fhir! {
    /// Medication.
    Medication {
        identifier: Vec<Identifier<'a>>,
        code: Option<Concept<'a>>,
        ingredient: Vec<Ingredient<'a>>,
    }
    /// Medication.ingredient.
    Ingredient {
        item_reference: Option<Reference<'a>>,
        item_codeable_concept: Option<Concept<'a>>,
    }
    /// MedicationRequest.
    MedicationRequest {
        identifier: Vec<Identifier<'a>>,
        status: Text<'a>,
        medication_codeable_concept: Option<Concept<'a>>,
        medication_reference: Option<Reference<'a>>,
        subject: Option<Reference<'a>>,
        encounter: Option<Reference<'a>>,
        authored_on: Text<'a>,
        dosage_instruction: Vec<Dosage<'a>>,
        dispense_request: Option<Dispense<'a>>,
    }
    /// MedicationAdministration and MedicationStatement.
    MedicationEvent {
        identifier: Vec<Identifier<'a>>,
        status: Text<'a>,
        medication_codeable_concept: Option<Concept<'a>>,
        medication_reference: Option<Reference<'a>>,
        subject: Option<Reference<'a>>,
        context: Option<Reference<'a>>,
        encounter: Option<Reference<'a>>,
        effective_date_time: Text<'a>,
        effective_period: Option<Period<'a>>,
        date_asserted: Text<'a>,
        dosage: OneOrMany<'a>,
    }
    /// MedicationRequest.dispenseRequest.
    Dispense {
        validity_period: Option<Period<'a>>,
    }
    /// Dosage, of an order, a statement or an administration.
    Dosage {
        text: Text<'a>,
        timing: Option<Timing<'a>>,
        route: Option<Concept<'a>>,
        dose_and_rate: Vec<DoseAndRate<'a>>,
        dose: Option<Quantity<'a>>,
    }
    /// Timing.
    Timing {
        repeat: Option<Repeat<'a>>,
    }
    /// Timing.repeat.
    Repeat {
        bounds_period: Option<Period<'a>>,
    }
    /// Dosage.doseAndRate.
    DoseAndRate {
        dose_quantity: Option<Quantity<'a>>,
    }
}

/// A dosage is one object in an administration and a list in a statement.
#[derive(Clone, serde::Deserialize)]
#[serde(untagged, bound(deserialize = "'de: 'a"))]
pub(super) enum OneOrMany<'a> {
    Many(Vec<Dosage<'a>>),
    One(Box<Dosage<'a>>),
}

impl Default for OneOrMany<'_> {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

/// Remembers a Medication for the orders and doses that refer to it.
pub(super) fn medication(cx: &mut Context<'_, '_>, r: &Medication<'_>) {
    let coding = medication_coding(cx, r);
    let id = cx.id.clone();
    cx.session.medications.put(&id, coding);
}

fn medication_coding(cx: &Context<'_, '_>, r: &Medication<'_>) -> Coding {
    let mut coding = match &r.code {
        Some(concept) => cx.coding(concept, "medication"),
        None => Coding::text_only(""),
    };
    if coding.text.is_blank() {
        coding.text = medication_words(cx, r);
    }
    coding
}

/// Words for a medication whose code has none: its ingredients, else an identifier that reads
/// like a name rather than a number.
fn medication_words(cx: &Context<'_, '_>, r: &Medication<'_>) -> Untrusted {
    let mut names = Vec::new();
    for ingredient in &r.ingredient {
        if let Some(concept) = &ingredient.item_codeable_concept {
            names.push(concept.words().to_owned());
        } else if let Some(reference) = &ingredient.item_reference {
            let known = cx.resource(reference).map(|(_, id)| id);
            let known = known.and_then(|id| cx.session.medications.get(id));
            names.push(match known {
                Some(coding) => coding.text.raw().to_owned(),
                None => reference.display.trim().to_owned(),
            });
        }
    }
    names.retain(|n| !n.trim().is_empty());
    if !names.is_empty() {
        return Untrusted::new(names.join(" / "));
    }
    let named = r.identifier.iter().filter(|i| i.system.ends_with("name"));
    let other = r
        .identifier
        .iter()
        .filter(|i| i.value.chars().any(char::is_alphabetic));
    Untrusted::new(named.chain(other).next().map_or("", |i| i.value.trim()))
}

/// The drug of an order or a dose.
fn drug(
    cx: &mut Context<'_, '_>,
    concept: Option<&Concept<'_>>,
    reference: Option<&Reference<'_>>,
) -> Coding {
    if let Some(concept) = concept {
        return cx.coding(concept, "medication");
    }
    let Some(reference) = reference else {
        return Coding::text_only("");
    };
    let display = reference.display.trim();
    if let Some((_, raw)) = cx.contained_resource(reference)
        && let Ok(inner) = serde_json::from_slice::<Medication>(raw)
    {
        return medication_coding(cx, &inner);
    }
    let known = cx.resource(reference).map(|(_, id)| id.to_owned());
    match known.and_then(|id| cx.session.medications.get(&id)) {
        Some(coding) => coding.clone(),
        None if display.is_empty() => {
            cx.warn("medicationReference: the medication has not come; kept without its name");
            Coding::text_only("")
        }
        None => Coding::text_only(display),
    }
}

/// Dose, route and bounds of the first dosage.
struct Given {
    dose: Untrusted,
    route: Untrusted,
    start: Option<Moment>,
    end: Option<Moment>,
}

fn given(cx: &mut Context<'_, '_>, dosages: &[Dosage<'_>]) -> Given {
    let first = dosages.first();
    let quantity = first.and_then(|d| {
        let rated = d
            .dose_and_rate
            .iter()
            .find_map(|r| r.dose_quantity.as_ref());
        d.dose.as_ref().or(rated)
    });
    let amount = quantity.map_or(String::new(), |q| {
        let unit = if q.unit.is_empty() { &q.code } else { &q.unit };
        format!("{} {}", &*q.value, &**unit).trim().to_owned()
    });
    // An amount alone ("1") says less than the words beside it.
    let bare = quantity.is_none_or(|q| q.unit.is_empty() && q.code.is_empty());
    let words = first.map_or("", |d| d.text.trim());
    let dose = if words.is_empty() || !bare {
        amount
    } else {
        words.to_owned()
    };
    let route = first
        .and_then(|d| d.route.as_ref())
        .map_or("", Concept::words);
    let bounds = first
        .and_then(|d| d.timing.as_ref())
        .and_then(|t| t.repeat.as_ref())
        .and_then(|r| r.bounds_period.as_ref());
    Given {
        dose: Untrusted::new(dose),
        route: Untrusted::new(route),
        start: bounds.and_then(|p| cx.moment(&p.start, "timing.repeat.boundsPeriod")),
        end: bounds.and_then(|p| cx.moment(&p.end, "timing.repeat.boundsPeriod")),
    }
}

/// Reads a MedicationRequest.
pub(super) fn request(cx: &mut Context<'_, '_>, r: &MedicationRequest<'_>) -> Result<(), Stop> {
    let Some(patient) = patient_of(cx, r.subject.as_ref()) else {
        return Ok(());
    };
    let what = drug(
        cx,
        r.medication_codeable_concept.as_ref(),
        r.medication_reference.as_ref(),
    );
    let given = given(cx, &r.dosage_instruction);
    let valid = r
        .dispense_request
        .as_ref()
        .and_then(|d| d.validity_period.as_ref());
    let mut start = given.start;
    if start.is_none() {
        start = valid.and_then(|p| cx.moment(&p.start, "dispenseRequest.validityPeriod"));
    }
    if start.is_none() {
        start = cx.moment(&r.authored_on, "authoredOn");
    }
    let mut end = given.end;
    if end.is_none() {
        end = valid.and_then(|p| cx.moment(&p.end, "dispenseRequest.validityPeriod"));
    }
    let facts = MedicationFacts {
        kind: MedicationKind::Order,
        what,
        dose: given.dose,
        route: given.route,
        start,
        end,
        status: cx.maps.status(&r.status),
    };
    let record = Record::Medication(Box::new(MedicationRecord {
        facts,
        patient,
        encounter: visit(cx, r.encounter.as_ref()),
    }));
    let (_, also) = cx.identifiers(&r.identifier, RecordKind::Medication);
    match key_of("MedicationRequest", &cx.id) {
        Some(key) => cx.push(key, also, Extent::Whole, record),
        None => Ok(()),
    }
}

/// Reads a MedicationAdministration (a dose) or a MedicationStatement (what the patient takes).
pub(super) fn event(
    cx: &mut Context<'_, '_>,
    r: &MedicationEvent<'_>,
    resource: &str,
    kind: MedicationKind,
) -> Result<(), Stop> {
    let Some(patient) = patient_of(cx, r.subject.as_ref()) else {
        return Ok(());
    };
    let what = drug(
        cx,
        r.medication_codeable_concept.as_ref(),
        r.medication_reference.as_ref(),
    );
    let dosages = match &r.dosage {
        OneOrMany::Many(list) => list.as_slice(),
        OneOrMany::One(one) => std::slice::from_ref(&**one),
    };
    let given = given(cx, dosages);
    let (mut start, end) = match &r.effective_period {
        Some(period) => (
            cx.moment(&period.start, "effectivePeriod.start"),
            cx.moment(&period.end, "effectivePeriod.end"),
        ),
        None => (cx.moment(&r.effective_date_time, "effectiveDateTime"), None),
    };
    if start.is_none() {
        start = given
            .start
            .or_else(|| cx.moment(&r.date_asserted, "dateAsserted"));
    }
    let facts = MedicationFacts {
        kind,
        what,
        dose: given.dose,
        route: given.route,
        start,
        end: end.or(given.end),
        status: cx.maps.status(&r.status),
    };
    let record = Record::Medication(Box::new(MedicationRecord {
        facts,
        patient,
        encounter: visit(cx, r.context.as_ref().or(r.encounter.as_ref())),
    }));
    let (_, also) = cx.identifiers(&r.identifier, RecordKind::Medication);
    match key_of(resource, &cx.id) {
        Some(key) => cx.push(key, also, Extent::Whole, record),
        None => Ok(()),
    }
}
