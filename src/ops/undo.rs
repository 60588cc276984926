//! Undoing: a compensating action, where nothing has changed since.

use super::absence;
use super::access::{allowed, denied};
use super::deficiency::{Undoable, apply};
use super::error::{OpsError, Result};
use super::holds::{Reckoner, settle};
use super::outcome::Outcome;
use super::{review, searches, taking};
use crate::domain::absence::Absence;
use crate::domain::ids::{CoverId, DeficiencyId, EncounterId, RequestId};
use crate::domain::permission::Permission;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::store::{AuditDraft, Event, Mutable, StoreError, Tx, UndoEvent};

/// Undoes what a request did; items that have moved on since are left and told.
pub(super) fn undo(
    tx: &mut Tx<'_>,
    actor: &Actor,
    with: Reckoner<'_>,
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
    for event in done.events.iter().filter(|e| !e.before.is_empty()) {
        match event.kind.as_str() {
            searches::KIND => match searches::undo(tx, event)? {
                true => outcome.done.push(event.object),
                false => {
                    let why = "changed since; left as it is".to_owned();
                    outcome.refused.push((event.object, why));
                }
            },
            super::ladder::STEP => {
                allowed(actor, Permission::ManageSuspension)?;
                match super::ladder::undo(tx, event.object, &event.before, &event.action)? {
                    Ok(()) => outcome.done.push(event.object),
                    Err(why) => outcome.refused.push((event.object, why)),
                }
            }
            super::opportunities::DISMISSAL => {
                match super::opportunities::undo(tx, event.object)? {
                    Ok(()) => outcome.done.push(event.object),
                    Err(why) => outcome.refused.push((event.object, why)),
                }
            }
            kind if review::KINDS.contains(&kind) => {
                let visit = EncounterId(event.encounter);
                match review::undo(tx, actor, event, visit)? {
                    Ok(()) => outcome.done.push(event.object),
                    Err(why) => outcome.refused.push((event.object, why)),
                }
            }
            "absence" => {
                let was: Absence = serde_json::from_str(&event.before).map_err(StoreError::from)?;
                absence::restore(tx, with, &was)?;
                outcome.done.push(event.object);
            }
            "cover" => {
                tx.set_cover_ended(CoverId(event.object), event.before == "true")?;
                cover_told(tx, event)?;
                outcome.done.push(event.object);
            }
            _ => item(tx, actor, with, event, lease_minutes, &mut outcome)?,
        }
    }
    if outcome.done.is_empty() && outcome.refused.is_empty() {
        return Err(OpsError::Refused("there is nothing to undo in that".into()));
    }
    if !outcome.done.is_empty() {
        tx.mark_undone(request)?;
    }
    tx.audit(AuditDraft {
        action: "undo".to_owned(),
        object: format!("request {request}"),
        detail: serde_json::json!({ "done": outcome.done }).to_string(),
        outcome: if outcome.done.is_empty() {
            "refused"
        } else {
            "ok"
        }
        .to_owned(),
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
    let reason = format!("undo of {}", event.action).into();
    let hold = undoable.hold.map(|p| !p);
    apply(tx, &row, &was, "deficiency.undo", &reason, hold)?;
    settle(tx, with, id, None)?;
    if matches!(event.action.as_str(), taking::TAKE | taking::RELEASE) {
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

fn cover_told(tx: &mut Tx<'_>, event: &UndoEvent) -> Result<()> {
    tx.event(&Event {
        action: "cover.undo",
        kind: "cover",
        object: event.object,
        encounter: 0,
        from: "",
        to: "",
        reason: &Untrusted::default(),
        detail: String::new(),
        before: String::new(),
    })?;
    Ok(())
}
