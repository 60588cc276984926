//! Undoing: a compensating action, where nothing has changed since.

use super::access::{allowed, denied};
use super::coding::{self, Coders};
use super::deficiency::{Undoable, apply};
use super::error::{OpsError, Result};
use super::holds::{Reckoner, settle};
use super::outcome::Outcome;
use super::{absence, chart_hold, cover, named_lists, review, saved_views, searches, taking};
use crate::domain::absence::Absence;
use crate::domain::happened::UNDO_OF;
use crate::domain::ids::{DeficiencyId, EncounterId, RequestId};
use crate::domain::permission::Permission;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::store::{AuditDraft, Event, Mutable, StoreError, Tx, UndoEvent};
use serde::Serialize;

/// Adds a line of history about something of the user's own (a view, a search, a list), with what
/// undo needs to put it back.
pub(super) fn own_event(
    tx: &mut Tx<'_>,
    action: &str,
    kind: &str,
    object: i64,
    undoable: &impl Serialize,
) -> Result<()> {
    let before = serde_json::to_string(undoable).map_err(StoreError::from)?;
    tx.event(&Event {
        action,
        kind,
        object,
        encounter: 0,
        from: "",
        to: "",
        reason: &Untrusted::default(),
        detail: String::new(),
        before,
    })?;
    Ok(())
}

/// Undoes what a request did; items that have moved on since are left and told.
pub(super) fn undo(
    tx: &mut Tx<'_>,
    actor: &Actor,
    with: Reckoner<'_>,
    coders: Coders<'_>,
    request: &RequestId,
    lease_minutes: i64,
) -> Result<Outcome> {
    let done = tx.request(request)?.ok_or_else(|| OpsError::NotFound {
        what: "request",
        name: request.to_string(),
    })?;
    if done.user != actor.user.id && allowed(actor, Permission::SuperviseDeficiency).is_err() {
        return Err(denied(actor, Permission::SuperviseDeficiency));
    }
    if done.undone {
        return Err(OpsError::Refused("that was undone already".into()));
    }
    let mut outcome = Outcome::default();
    let kept = tx.reversible();
    for event in done.events.iter().filter(|e| !e.before.is_empty()) {
        match event.kind.as_str() {
            searches::KIND => {
                let undone = searches::undo(tx, event)?;
                told(&mut outcome, event, as_left(undone));
            }
            // Views are known by their name, and each user's are their own.
            saved_views::KIND => {
                let undone = done.user == actor.user.id && saved_views::undo(tx, event)?;
                told(&mut outcome, event, as_left(undone));
            }
            super::ladder::STEP => {
                allowed(actor, Permission::ManageSuspension)?;
                let undone = super::ladder::undo(tx, event.object, &event.before, &event.action)?;
                told(&mut outcome, event, undone);
            }
            super::opportunities::DISMISSAL => {
                let undone = super::opportunities::undo(tx, event.object)?;
                told(&mut outcome, event, undone);
            }
            chart_hold::CHART_HOLD => {
                let undone = chart_hold::restore(tx, actor, with, event)?;
                told(&mut outcome, event, undone);
            }
            coding::CODING => {
                let undone = coding::undo(tx, actor, coders, event)?;
                told(&mut outcome, event, undone);
            }
            kind if named_lists::KINDS.contains(&kind) => {
                told(&mut outcome, event, named_lists::undo(tx, event)?);
            }
            kind if review::KINDS.contains(&kind) => {
                let visit = EncounterId(event.encounter);
                let undone = review::undo(tx, actor, event, visit)?;
                told(&mut outcome, event, undone);
            }
            "absence" => {
                let was: Absence = serde_json::from_str(&event.before).map_err(StoreError::from)?;
                told(&mut outcome, event, absence::restore(tx, with, &was)?);
            }
            cover::COVER => told(&mut outcome, event, cover::undo(tx, event)?),
            cover::GROUP_NAME => told(&mut outcome, event, cover::undo_name(tx, event)?),
            cover::GROUP => told(&mut outcome, event, cover::undo_group(tx, event)?),
            _ => item(tx, actor, with, event, lease_minutes, &mut outcome)?,
        }
    }
    if outcome.done.is_empty() && outcome.refused.is_empty() {
        return Err(OpsError::Refused("there is nothing to undo in that".into()));
    }
    if !outcome.done.is_empty() {
        tx.mark_undone(request)?;
        // What wrote down how to take it back can be done again (redo).
        let again = tx.reversible() - kept;
        let mut undone = done.events.iter().filter(|e| !e.before.is_empty());
        outcome.undoable = again >= outcome.done.len() && undone.all(can_be_redone);
    }
    tx.audit(AuditDraft {
        action: "undo".to_owned(),
        object: format!("request {request}"),
        detail: serde_json::json!({ "done": outcome.done }).to_string(),
        outcome: outcome.word(),
        ..AuditDraft::default()
    });
    Ok(outcome)
}

/// Restores one item, if it stands as the change left it. Time excused goes its own way: it
/// follows the holds, whoever owes the item.
fn item(
    tx: &mut Tx<'_>,
    actor: &Actor,
    with: Reckoner<'_>,
    event: &UndoEvent,
    lease_minutes: i64,
    outcome: &mut Outcome,
) -> Result<()> {
    let undoable: Undoable = serde_json::from_str(&event.before).map_err(StoreError::from)?;
    let id = DeficiencyId(event.object);
    let Some(row) = tx.deficiency(id)? else {
        return Ok(());
    };
    let own_clock = undoable.hold.is_some() || !row.mutable.state.is_outstanding();
    let as_left = if own_clock {
        row.mutable == undoable.left
    } else {
        row.mutable == with_clock_of(&undoable.left, &row.mutable)
    };
    if !as_left {
        let why = "changed since; left as it is".to_owned();
        outcome.refused.push((event.object, why));
        return Ok(());
    }
    if let Some(placed) = undoable.hold {
        tx.undo_hold(id, placed)?;
    }
    if let Some((document, before)) = undoable.answer {
        tx.set_answer(id, document, before)?;
        tx.needs_analysis(row.row.encounter)?;
    }
    let was = if own_clock {
        undoable.was
    } else {
        with_clock_of(&undoable.was, &row.mutable)
    };
    let reason = format!("{UNDO_OF}{}", event.action).into();
    let hold = undoable.hold.map(|p| !p);
    // What takes a taking back is a giving back: it can be done again with the lease.
    let action = match event.action.as_str() {
        taking::TAKE => taking::RELEASE,
        taking::RELEASE => taking::TAKE,
        _ => "deficiency.undo",
    };
    apply(tx, &row, &was, action, &reason, hold)?;
    settle(tx, with, id, None)?;
    if matches!(action, taking::TAKE | taking::RELEASE) {
        taking::undo(tx, actor, row.row.encounter, was.analyst, lease_minutes)?;
    }
    outcome.done.push(event.object);
    Ok(())
}

fn with_clock_of(state: &Mutable, clock: &Mutable) -> Mutable {
    Mutable {
        excused_micros: clock.excused_micros,
        held_since: clock.held_since,
        ..state.clone()
    }
}

/// What became of undoing one thing.
fn told(outcome: &mut Outcome, event: &UndoEvent, undone: std::result::Result<(), String>) {
    match undone {
        Ok(()) => outcome.done.push(event.object),
        Err(why) => outcome.refused.push((event.object, why)),
    }
}

/// Whether what undo did may be taken back (redo). A decision about a document is not given back
/// that way.
fn can_be_redone(event: &UndoEvent) -> bool {
    event.kind != "deficiency"
        || !serde_json::from_str(&event.before).is_ok_and(|u: Undoable| u.answer.is_some())
}

fn as_left(undone: bool) -> std::result::Result<(), String> {
    match undone {
        true => Ok(()),
        false => Err("changed since; left as it is".to_owned()),
    }
}
