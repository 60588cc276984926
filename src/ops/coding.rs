//! Whether a stay is coded: what feeds and coders say, kept as evidence, and what follows from it.
//!
//! The deciding is in `domain::coding`; here evidence becomes what is known of a stay, in the
//! transaction that brought it. Start at [`settle`].

use super::access::allowed;
use super::error::{OpsError, Result};
use super::outcome::Outcome;
use crate::domain::clinical::Status;
use crate::domain::coding::{CodedBy, Coding, CodingFacts, decide};
use crate::domain::ids::{CodingId, EncounterId};
use crate::domain::permission::Permission;
use crate::domain::time::{Instant, Moment};
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::store::{AuditDraft, Belongs, Event, StoreError, Tx};
use jiff::tz::TimeZone;

/// The kind of the events of a coder's word.
pub(super) const CODING: &str = "coding";

/// What a department decides of it.
#[derive(Clone, Copy)]
pub(super) struct Coders<'a> {
    /// What of the feeds says that a stay is coded.
    pub accepted: &'a [CodedBy],
    /// The hospital's time zone.
    pub zone: &'a TimeZone,
}

/// Brings what is known of a stay up to what its evidence says.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    with: Coders<'_>,
    encounter: EncounterId,
) -> std::result::Result<bool, StoreError> {
    let evidence = tx.codings_of(encounter)?;
    if evidence.is_empty() {
        return Ok(false);
    }
    let discharged = tx.discharged(encounter)?;
    tx.set_coded(
        encounter,
        decide(&evidence, discharged, with.accepted, with.zone),
    )
}

/// A coder says that a stay is coded.
pub(super) fn mark(
    tx: &mut Tx<'_>,
    actor: &Actor,
    with: Coders<'_>,
    encounter: EncounterId,
    at: Option<Instant>,
) -> Result<Outcome> {
    allowed(actor, Permission::CodeStay)?;
    let left = left(tx, encounter)?;
    let at = at.unwrap_or(tx.now);
    if at > tx.now {
        return Err(OpsError::Refused("that time has not come yet".into()));
    }
    if at < left.earliest(with.zone) {
        return Err(OpsError::Refused(format!(
            "the stay ended after that, on {}",
            left.iso(with.zone)
        )));
    }
    if let Some(coded) = tx.coded(encounter)? {
        let when = coded
            .at
            .map_or(String::new(), |at| format!(" {}", at.iso(with.zone)));
        return Err(OpsError::Refused(format!(
            "it is coded already{when} ({})",
            coded.by.title()
        )));
    }
    let facts = CodingFacts {
        by: CodedBy::Hand,
        status: Status::Completed,
        at: Some(Moment::at(at)),
    };
    say(
        tx,
        with,
        encounter,
        facts,
        "coding.coded",
        &Untrusted::default(),
    )
}

/// A coder says that a stay is not coded after all.
pub(super) fn unmark(
    tx: &mut Tx<'_>,
    actor: &Actor,
    with: Coders<'_>,
    encounter: EncounterId,
    reason: &Untrusted,
) -> Result<Outcome> {
    allowed(actor, Permission::CodeStay)?;
    if reason.is_blank() {
        return Err(OpsError::Refused(
            "taking a coding back needs a reason".into(),
        ));
    }
    left(tx, encounter)?;
    if tx.coded(encounter)?.is_none() {
        return Err(OpsError::Refused("it is not coded".into()));
    }
    let facts = CodingFacts {
        by: CodedBy::Hand,
        status: Status::Cancelled,
        at: None,
    };
    say(tx, with, encounter, facts, "coding.not_coded", reason)
}

/// When the stay ended; one that has not is not coded.
fn left(tx: &Tx<'_>, encounter: EncounterId) -> Result<Moment> {
    if tx.encounter(encounter)?.is_none() {
        return Err(OpsError::NotFound {
            what: "visit",
            name: encounter.to_string(),
        });
    }
    tx.discharged(encounter)?
        .ok_or_else(|| OpsError::Refused("the stay has not ended".into()))
}

fn say(
    tx: &mut Tx<'_>,
    with: Coders<'_>,
    encounter: EncounterId,
    facts: CodingFacts,
    action: &str,
    reason: &Untrusted,
) -> Result<Outcome> {
    let patient = tx.encounter(encounter)?.map(|e| e.patient);
    let of = Belongs {
        patient: patient.unwrap_or(crate::domain::ids::PatientId(0)),
        encounter: Some(encounter),
    };
    let row = Coding {
        id: CodingId(0),
        facts,
    };
    let id = tx.save_coding(&row, of, false)?;
    settle(tx, with, encounter)?;
    told(tx, action, id, encounter, reason, "word")?;
    tx.audit(AuditDraft {
        action: action.to_owned(),
        object: format!("visit {encounter}"),
        encounter: encounter.0,
        reason: reason.raw().to_owned(),
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    });
    Ok(Outcome {
        undoable: true,
        ..Outcome::one(id.0)
    })
}

/// Undo: the word was never said. Nothing else of the stay changes.
pub(super) fn undo(
    tx: &mut Tx<'_>,
    actor: &Actor,
    with: Coders<'_>,
    id: i64,
) -> Result<std::result::Result<(), String>> {
    allowed(actor, Permission::CodeStay)?;
    let found = tx.coding(CodingId(id))?;
    let Some((mut row, of)) = found.filter(|(row, _)| row.facts.status != Status::Retracted) else {
        return Ok(Err("changed since; left as it is".to_owned()));
    };
    row.facts.status = Status::Retracted;
    tx.save_coding(&row, of, false)?;
    if let Some(encounter) = of.encounter {
        settle(tx, with, encounter)?;
        told(
            tx,
            "coding.undo",
            row.id,
            encounter,
            &Untrusted::default(),
            "",
        )?;
    }
    Ok(Ok(()))
}

fn told(
    tx: &mut Tx<'_>,
    action: &str,
    id: CodingId,
    encounter: EncounterId,
    reason: &Untrusted,
    before: &str,
) -> Result<()> {
    tx.event(&Event {
        action,
        kind: CODING,
        object: id.0,
        encounter: encounter.0,
        from: "",
        to: "",
        reason,
        detail: String::new(),
        before: before.to_owned(),
    })?;
    Ok(())
}
