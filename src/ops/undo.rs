//! Undoing: a compensating action, where nothing has changed since.

use super::access::{allowed, denied};
use super::deficiency::{Undoable, apply};
use super::error::{OpsError, Result};
use super::outcome::Outcome;
use super::taking;
use crate::domain::ids::{DeficiencyId, RequestId};
use crate::domain::permission::Permission;
use crate::domain::user::Actor;
use crate::store::{AuditDraft, StoreError, Tx};

/// Undoes what a request did; items that have moved on since are left and told.
pub(super) fn undo(
    tx: &mut Tx<'_>,
    actor: &Actor,
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
        if event.kind == super::ladder::STEP {
            match super::ladder::undo(tx, event.object, &event.before, &event.action)? {
                Ok(()) => outcome.done.push(event.object),
                Err(why) => outcome.refused.push((event.object, why)),
            }
            continue;
        }
        if event.kind == super::opportunities::DISMISSAL {
            match super::opportunities::undo(tx, event.object)? {
                Ok(()) => outcome.done.push(event.object),
                Err(why) => outcome.refused.push((event.object, why)),
            }
            continue;
        }
        let undoable: Undoable = serde_json::from_str(&event.before).map_err(StoreError::from)?;
        let Some(row) = tx.deficiency(DeficiencyId(event.object))? else {
            continue;
        };
        if row.mutable != undoable.left {
            outcome
                .refused
                .push((event.object, "changed since; left as it is".into()));
            continue;
        }
        if let Some(placed) = undoable.hold {
            tx.undo_hold(DeficiencyId(event.object), placed)?;
        }
        let reason = format!("undo of {}", event.action).into();
        apply(
            tx,
            &row,
            &undoable.was,
            "deficiency.undo",
            &reason,
            undoable.hold.map(|p| !p),
        )?;
        if matches!(event.action.as_str(), taking::TAKE | taking::RELEASE) {
            let analyst = undoable.was.analyst;
            taking::undo(tx, actor, row.row.encounter, analyst, lease_minutes)?;
        }
        outcome.done.push(event.object);
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
