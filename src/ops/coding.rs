//! Whether a stay is coded: what feeds and coders say, kept as evidence, and what follows from it.
//!
//! The deciding is in `domain::coding`; here evidence becomes what is known of a stay, in the
//! transaction that brought it. That is the one truth of it: whose turn the stay is in its review
//! follows ("codes final" while it is coded, whoever said so). Start at [`settle`].

use super::access::allowed;
use super::error::{OpsError, Result};
use super::outcome::Outcome;
use super::review::STAGE;
use crate::domain::clinical::Status;
use crate::domain::coding::{Coded, CodedBy, Coding, CodingFacts, decide};
use crate::domain::ids::{CodingId, EncounterId};
use crate::domain::permission::Permission;
use crate::domain::review::Stage;
use crate::domain::time::{Instant, Moment};
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::store::{AuditDraft, Belongs, Event, StoreError, Tx, UndoEvent};
use jiff::tz::TimeZone;

/// The kind of the events of a coder's word.
pub(super) const CODING: &str = "coding";

/// The event of a word that was taken back.
const UNDO: &str = "coding.undo";

/// What a department decides of it.
#[derive(Clone, Copy)]
pub(super) struct Coders<'a> {
    /// What of the feeds says that a stay is coded.
    pub accepted: &'a [CodedBy],
    /// The hospital's time zone.
    pub zone: &'a TimeZone,
}

/// Why what is known of a stay changes.
#[derive(Clone, Copy)]
pub(super) enum Because<'a> {
    /// A feed brought evidence.
    Told,
    /// A coder said so, in these words; a stay that is not coded after all goes to this hand, or
    /// back to the one that had it.
    Said(&'a Untrusted, Option<Stage>),
    /// A coder's word was taken back.
    Undone,
}

/// Brings what is known of a stay, and whose turn it is, up to what its evidence says.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    with: Coders<'_>,
    encounter: EncounterId,
    because: Because<'_>,
) -> std::result::Result<bool, StoreError> {
    let evidence = tx.codings_of(encounter)?;
    let was = tx.coded(encounter)?;
    if evidence.is_empty() && was.is_none() {
        return Ok(false);
    }
    let discharged = tx.discharged(encounter)?;
    let is = decide(&evidence, discharged, with.accepted, with.zone);
    let changed = tx.set_coded(encounter, is)?;
    if was.is_some() != is.is_some() {
        follow(tx, with, encounter, is, because)?;
    }
    Ok(changed)
}

/// The stay's stage follows: codes are final, or the stay is back with whoever has the turn.
fn follow(
    tx: &mut Tx<'_>,
    with: Coders<'_>,
    encounter: EncounterId,
    is: Option<Coded>,
    because: Because<'_>,
) -> std::result::Result<(), StoreError> {
    let (_, from) = tx.stage(encounter)?;
    let agrees = |stage: Stage| (stage == Stage::Final) == is.is_some();
    if let Because::Undone = because {
        let steps = tx.newest_steps(encounter)?;
        let to = steps.get(1).map_or(Stage::Cdi, |s| s.1);
        if let Some((step, _)) = steps.first().filter(|_| agrees(to)) {
            tx.undo_stage(encounter, *step)?;
            return stepped(tx, encounter, *step, (from, to), &"undo".into());
        }
    }
    let to = match (is, because) {
        (Some(_), _) => Stage::Final,
        (None, Because::Said(_, Some(hand))) => hand,
        (None, _) => tx.hand_before_final(encounter)?,
    };
    let told = is.map_or(
        "the record says no longer that it is coded".to_owned(),
        |c| {
            let when =
                c.at.map_or(String::new(), |at| format!(", {}", at.iso(with.zone)));
            format!("{}{when}", c.by.title())
        },
    );
    let reason = match because {
        Because::Said(words, _) if !words.is_blank() => words.clone(),
        Because::Said(..) | Because::Told => told.into(),
        Because::Undone => "undo".into(),
    };
    let step = tx.set_stage(encounter, to, &reason)?;
    stepped(tx, encounter, step, (from, to), &reason)
}

/// The line of history of a step, and of the change feed. It is undone with what made it.
fn stepped(
    tx: &mut Tx<'_>,
    encounter: EncounterId,
    step: i64,
    (from, to): (Stage, Stage),
    reason: &Untrusted,
) -> std::result::Result<(), StoreError> {
    tx.event(&Event {
        action: "review.hand_over",
        kind: STAGE,
        object: step,
        encounter: encounter.0,
        from: from.name(),
        to: to.name(),
        reason,
        detail: serde_json::json!({ "to": to.name() }).to_string(),
        before: String::new(),
    })?;
    tx.changed("review", encounter.0)
}

/// A coder says that a stay is coded, with a remark if there is one to make.
pub(super) fn mark(
    tx: &mut Tx<'_>,
    actor: &Actor,
    with: Coders<'_>,
    encounter: EncounterId,
    at: Option<Instant>,
    remark: &Untrusted,
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
    say(tx, with, encounter, facts, remark, None)
}

/// A coder says that a stay is not coded after all: it goes to the hand named, or back to the one
/// that had it.
pub(super) fn unmark(
    tx: &mut Tx<'_>,
    actor: &Actor,
    with: Coders<'_>,
    encounter: EncounterId,
    reason: &Untrusted,
    hand: Option<Stage>,
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
    say(tx, with, encounter, facts, reason, hand)
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
    reason: &Untrusted,
    hand: Option<Stage>,
) -> Result<Outcome> {
    let action = match facts.status {
        Status::Completed => "coding.coded",
        _ => "coding.not_coded",
    };
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
    settle(tx, with, encounter, Because::Said(reason, hand))?;
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

/// Undo: the word was never said; undo of that: it was. Nothing else of the stay changes. That a
/// stay is not coded after all is not said again: to whose hand it went would be lost.
pub(super) fn undo(
    tx: &mut Tx<'_>,
    actor: &Actor,
    with: Coders<'_>,
    event: &UndoEvent,
) -> Result<std::result::Result<(), String>> {
    allowed(actor, Permission::CodeStay)?;
    let again = event.action == UNDO;
    let found = tx.coding(CodingId(event.object))?;
    let Some((mut row, of)) =
        found.filter(|(row, _)| again == (row.facts.status == Status::Retracted))
    else {
        return Ok(Err("changed since; left as it is".to_owned()));
    };
    let was = row.facts.status;
    row.facts.status = match again {
        true => Status::Completed,
        false => Status::Retracted,
    };
    tx.save_coding(&row, of, false)?;
    let Some(encounter) = of.encounter else {
        return Ok(Ok(()));
    };
    let nothing = Untrusted::default();
    let because = match again {
        true => Because::Said(&nothing, None),
        false => Because::Undone,
    };
    settle(tx, with, encounter, because)?;
    let (action, before) = match (again, was) {
        (true, _) => ("coding.coded", "word"),
        (false, Status::Completed) => (UNDO, "word"),
        (false, _) => (UNDO, ""),
    };
    told(tx, action, row.id, encounter, &nothing, before)?;
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
