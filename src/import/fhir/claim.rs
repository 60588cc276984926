//! Claim and ExplanationOfBenefit: that the codes of a stay went out with its bill, and to whom.
//!
//! Nothing of the money is taken. Start at [`claim`].

use super::super::emit::Stop;
use super::clinical::{first_code, patient_of, visit};
use super::context::Context;
use super::coverage;
use super::types::{Concept, Reference, Text};
use crate::domain::clinical::Status;
use crate::domain::coding::{CodedBy, CodingFacts};
use crate::domain::record::{CodingRecord, Extent, Key, Record, RecordKind};

fhir! {
    /// Claim, ExplanationOfBenefit.
    Claim {
        status: Text<'a>,
        r#type: Option<Concept<'a>>,
        r#use: Text<'a>,
        patient: Option<Reference<'a>>,
        created: Text<'a>,
        diagnosis: Vec<Billed<'a>>,
        insurance: Vec<Insurance<'a>>,
        item: Vec<Item<'a>>,
    }
    /// Claim.diagnosis.
    Billed {
        sequence: Text<'a>,
    }
    /// Claim.insurance.
    Insurance {
        sequence: Text<'a>,
        focal: Text<'a>,
        coverage: Option<Reference<'a>>,
    }
    /// Claim.item.
    Item {
        encounter: Vec<Reference<'a>>,
    }
}

/// Reads a Claim or an ExplanationOfBenefit.
pub(super) fn claim(cx: &mut Context<'_, '_>, r: &Claim<'_>) -> Result<(), Stop> {
    let stays = billed(cx, r);
    if stays.is_empty() || (r.diagnosis.is_empty() && r.insurance.is_empty()) {
        return Ok(());
    }
    let Some(patient) = patient_of(cx, r.patient.as_ref()) else {
        return Ok(());
    };
    if counts(r) {
        let payer = coverage::insured_by(cx, &r.insurance);
        for stay in &stays {
            coverage::billed_to(cx, &patient, stay, payer.clone())?;
        }
    }
    if r.diagnosis.is_empty() {
        return Ok(());
    }
    let status = match &*r.status {
        "active" => Status::Completed,
        "entered-in-error" => Status::Retracted,
        "cancelled" => Status::Cancelled,
        _ => Status::Active,
    };
    let at = cx.moment(&r.created, "created");
    for (n, encounter) in stays.into_iter().enumerate() {
        let id = format!("{}/{}", cx.place, n + 1);
        let facts = CodingFacts {
            by: CodedBy::Claim,
            status,
            at,
        };
        let record = CodingRecord {
            facts,
            patient: patient.clone(),
            encounter,
        };
        let key = Key::local(RecordKind::Coding, id);
        let record = Record::Coding(Box::new(record));
        cx.push(key, Vec::new(), Extent::Whole, record)?;
    }
    Ok(())
}

/// Learns who pays for the stays of a bill, and hands on nothing.
pub(super) fn learn(cx: &mut Context<'_, '_>, r: &Claim<'_>) {
    if !counts(r) {
        return;
    }
    let payer = coverage::insured_by(cx, &r.insurance);
    if payer.is_blank() {
        return;
    }
    for stay in billed(cx, r) {
        cx.session.payers.bill(&stay, payer.clone());
    }
}

/// Whether a bill went out and stands.
fn counts(r: &Claim<'_>) -> bool {
    matches!(&*r.status, "" | "active")
}

/// The stays of a bill, if it is the hospital's.
fn billed(cx: &Context<'_, '_>, r: &Claim<'_>) -> Vec<Key> {
    let bills = r.r#use.is_empty() || &*r.r#use == "claim";
    let kind = first_code(r.r#type.as_ref());
    let mut stays: Vec<Key> = Vec::new();
    if !bills || !cx.maps.is_facility_claim(kind) {
        return stays;
    }
    for reference in r.item.iter().flat_map(|i| i.encounter.iter()) {
        if let Some(stay) = visit(cx, Some(reference))
            && !stays.contains(&stay)
        {
            stays.push(stay);
        }
    }
    stays
}
