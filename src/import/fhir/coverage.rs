//! Who pays for a stay: Coverage, Account, and the insurance a bill names.
//!
//! Nothing of the money is taken, only a name. The stay's own account comes before its bill, and
//! both come before whatever else covered the patient at the stay's dates; what is first in order
//! comes before what is second. Start at [`Payers::of`].

use super::super::emit::Stop;
use super::claim::Insurance;
use super::context::Context;
use super::payers::{Cover, Stay};
use super::types::{Concept, Period, Reference, Text};
use crate::domain::encounter::{Disposition, EncounterClass, EncounterFacts, EncounterStatus};
use crate::domain::record::{EncounterRecord, Extent, Key, Record, RecordKind};
use crate::domain::untrusted::Untrusted;

fhir! {
    /// Coverage.
    Coverage {
        status: Text<'a>,
        r#type: Option<Concept<'a>>,
        beneficiary: Option<Reference<'a>>,
        period: Option<Period<'a>>,
        payor: Vec<Reference<'a>>,
        class: Vec<Class<'a>>,
        order: Text<'a>,
    }
    /// Coverage.class.
    Class {
        r#type: Option<Concept<'a>>,
        value: Text<'a>,
        name: Text<'a>,
    }
    /// Account.
    Account {
        status: Text<'a>,
        subject: Vec<Reference<'a>>,
        coverage: Vec<Accounted<'a>>,
    }
    /// Account.coverage.
    Accounted {
        coverage: Option<Reference<'a>>,
        priority: Text<'a>,
    }
    /// What is read of a contained Organization.
    Insurer {
        name: Text<'a>,
    }
}

/// Reads a Coverage: remembers it for the stays that follow, and tells of those that came before.
pub(super) fn coverage(cx: &mut Context<'_, '_>, r: &Coverage<'_>) -> Result<(), Stop> {
    let ended = r.period.as_ref().is_some_and(|p| !p.end.is_empty());
    let void = match &*r.status {
        "entered-in-error" | "draft" => true,
        // What was cancelled covered something only if it says until when.
        "cancelled" => !ended,
        _ => false,
    };
    let payer = covered_by(cx, r);
    if void || payer.is_blank() {
        return Ok(());
    }
    let period = r.period.as_ref();
    let cover = Cover {
        id: cx.id.clone(),
        payer,
        from: period.and_then(|p| cx.moment(&p.start, "period.start")),
        to: period.and_then(|p| cx.moment(&p.end, "period.end")),
        order: place_in_order(&r.order),
    };
    let beneficiary = r.beneficiary.as_ref();
    let patient = beneficiary.and_then(|b| cx.key(b, RecordKind::Patient));
    cx.session.payers.cover(patient.as_ref(), cover);
    match patient {
        Some(patient) => tell(cx, &patient),
        None => Ok(()),
    }
}

/// Reads an Account: which coverages its stays are charged to, in which order.
pub(super) fn account(cx: &mut Context<'_, '_>, r: &Account<'_>) -> Result<(), Stop> {
    if &*r.status == "entered-in-error" {
        return Ok(());
    }
    let mut covers: Vec<(i64, String)> = Vec::new();
    for one in &r.coverage {
        let Some(reference) = &one.coverage else {
            continue;
        };
        let order = place_in_order(&one.priority);
        if let Some((kind, raw)) = cx.contained_resource(reference) {
            if kind == "Coverage"
                && let Ok(inner) = serde_json::from_slice::<Coverage<'_>>(raw)
            {
                let id = format!("{}#{}", cx.place, covers.len());
                let cover = Cover {
                    id: id.clone(),
                    payer: covered_by(cx, &inner),
                    from: None,
                    to: None,
                    order,
                };
                cx.session.payers.cover(None, cover);
                covers.push((order, id));
            }
        } else if let Some((_, id)) = cx.resource(reference) {
            covers.push((order, id.to_owned()));
        }
    }
    covers.sort_by_key(|c| c.0);
    let id = cx.id.clone();
    let covers = covers.into_iter().map(|c| c.1).collect();
    cx.session.payers.account(&id, covers);
    let patients: Vec<Key> = r
        .subject
        .iter()
        .filter_map(|s| cx.key(s, RecordKind::Patient))
        .collect();
    patients.iter().try_for_each(|p| tell(cx, p))
}

/// Who pays for a stay that is being read, by what came so far; it is remembered for what is
/// still to come.
pub(super) fn payer_of(cx: &mut Context<'_, '_>, mut stay: Stay) -> Untrusted {
    stay.told = cx.session.payers.of(&stay, cx.zone);
    let told = stay.told.clone();
    cx.session.payers.remember(stay);
    told
}

/// The payer that the insurance of a bill names: the first in order, else the one it goes to.
pub(super) fn insured_by(cx: &Context<'_, '_>, insurance: &[Insurance<'_>]) -> Untrusted {
    let mut all: Vec<(i64, bool, &Insurance<'_>)> = insurance
        .iter()
        .map(|i| (place_in_order(&i.sequence), &*i.focal != "true", i))
        .collect();
    all.sort_by_key(|i| (i.0, i.1));
    let named = all.into_iter().map(|(_, _, one)| {
        let Some(reference) = &one.coverage else {
            return Untrusted::default();
        };
        if let Some((_, raw)) = cx.contained_resource(reference)
            && let Ok(inner) = serde_json::from_slice::<Coverage<'_>>(raw)
        {
            return covered_by(cx, &inner);
        }
        let known = cx.resource(reference);
        match known.and_then(|(_, id)| cx.session.payers.payer_of_cover(id)) {
            Some(payer) => payer,
            None => cx.maps.payer(&reference.display),
        }
    });
    named
        .into_iter()
        .find(|p| !p.is_blank())
        .unwrap_or_default()
}

/// Hands on what a bill says of who pays for one stay. A stay that this run has not seen may be
/// known from an earlier one.
pub(super) fn billed_to(
    cx: &mut Context<'_, '_>,
    patient: &Key,
    encounter: &Key,
    payer: Untrusted,
) -> Result<(), Stop> {
    if payer.is_blank() {
        return Ok(());
    }
    cx.session.payers.bill(encounter, payer.clone());
    if cx.session.payers.knows(patient, encounter) {
        return tell(cx, patient);
    }
    push(cx, patient, encounter, payer)
}

/// Tells of every stay of a patient whose payer is another one by what is known now.
fn tell(cx: &mut Context<'_, '_>, patient: &Key) -> Result<(), Stop> {
    for (encounter, payer) in cx.session.payers.changed(patient, cx.zone) {
        push(cx, patient, &encounter, payer)?;
    }
    Ok(())
}

/// A part of a visit that names its payer alone.
fn push(
    cx: &mut Context<'_, '_>,
    patient: &Key,
    encounter: &Key,
    payer: Untrusted,
) -> Result<(), Stop> {
    let facts = EncounterFacts {
        visit: Untrusted::default(),
        class: EncounterClass::Unknown,
        status: EncounterStatus::Unknown,
        admitted: None,
        discharged: None,
        disposition: Disposition::Unknown,
        reason: Untrusted::default(),
        location: Untrusted::default(),
        payer,
    };
    let record = EncounterRecord {
        facts,
        patient: patient.clone(),
        facility: None,
        service: None,
        attending: None,
        admitting: None,
    };
    let record = Record::Encounter(Box::new(record));
    cx.push(encounter.clone(), Vec::new(), Extent::Part, record)
}

/// The name of who pays by a coverage: the payor's, else the plan's, else that of the kind.
fn covered_by(cx: &Context<'_, '_>, r: &Coverage<'_>) -> Untrusted {
    let kind = r.r#type.as_ref();
    let codes = kind.into_iter().flat_map(|t| t.coding.iter());
    if codes.into_iter().any(|c| cx.maps.is_self_pay(&c.code)) {
        return cx.maps.payer(cx.maps.self_pay());
    }
    let named = r.payor.iter().map(|p| payor(cx, p));
    if let Some(payer) = named.into_iter().find(|p| !p.is_blank()) {
        return payer;
    }
    let is_plan = |c: &&Class<'_>| {
        let codes = c.r#type.iter().flat_map(|t| t.coding.iter());
        codes.into_iter().any(|c| &*c.code == "plan")
    };
    let plan = r.class.iter().find(is_plan);
    let plan = plan.map_or("", |p| if p.name.is_empty() { &p.value } else { &p.name });
    if !plan.trim().is_empty() {
        return cx.maps.payer(plan);
    }
    cx.maps.payer(kind.map_or("", Concept::words))
}

/// The name of a payor: the organization's own, else the words beside the reference. A patient or
/// a relative pays without insurance.
fn payor(cx: &Context<'_, '_>, reference: &Reference<'_>) -> Untrusted {
    if let Some((kind, raw)) = cx.contained_resource(reference) {
        let inner = serde_json::from_slice::<Insurer<'_>>(raw).ok();
        return match inner.filter(|_| kind == "Organization") {
            Some(inner) if !inner.name.trim().is_empty() => cx.maps.payer(&inner.name),
            _ => cx.maps.payer(&reference.display),
        };
    }
    let resource = cx.resource(reference);
    if matches!(resource, Some(("Patient" | "RelatedPerson", _))) {
        return cx.maps.payer(cx.maps.self_pay());
    }
    let by_id = resource.and_then(|(_, id)| cx.session.payers.organization(id));
    let by_number = || {
        let key = cx.key(reference, RecordKind::Facility)?;
        cx.session
            .payers
            .organization(&format!("{}|{}", key.authority, key.id.raw()))
    };
    match by_id.or_else(by_number) {
        Some(name) => cx.maps.payer(name.raw()),
        None => cx.maps.payer(&reference.display),
    }
}

/// A place in an order, from 1; what says none comes last.
fn place_in_order(text: &str) -> i64 {
    let stated = text.trim().parse::<i64>().ok();
    stated.filter(|n| *n > 0).unwrap_or(i64::MAX)
}
