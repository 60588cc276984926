//! Saved views of the queue: each user's own, by name; saving and deleting can be taken back.

use super::access::allowed;
use super::error::{OpsError, Result};
use super::outcome::Outcome;
use super::undo::own_event;
use crate::domain::permission::Permission;
use crate::domain::user::Actor;
use crate::domain::worklist::SavedView;
use crate::store::{AuditDraft, StoreError, Tx, UndoEvent};
use serde::{Deserialize, Serialize};

/// Kind of these things in the history.
pub(super) const KIND: &str = "saved_view";

/// What undo puts back, and what it must find.
#[derive(Serialize, Deserialize)]
struct UndoableView {
    name: String,
    was: Option<SavedView>,
    left: Option<SavedView>,
}

/// Saves a view; the same name again replaces it.
pub(super) fn save(tx: &mut Tx<'_>, actor: &Actor, view: &SavedView) -> Result<Outcome> {
    allowed(actor, Permission::OpenChart)?;
    let was = tx.saved_view(&view.name)?;
    let id = tx.save_view(view)?;
    let undoable = UndoableView {
        name: view.name.clone(),
        was,
        left: Some(view.clone()),
    };
    changed(tx, "view.save", id.0, &undoable)
}

/// Deletes a saved view.
pub(super) fn delete(tx: &mut Tx<'_>, actor: &Actor, name: &str) -> Result<Outcome> {
    allowed(actor, Permission::OpenChart)?;
    let Some(was) = tx.saved_view(name)? else {
        return Err(OpsError::NotFound {
            what: "saved view",
            name: name.to_owned(),
        });
    };
    let id = tx.delete_view(name)?;
    let undoable = UndoableView {
        name: name.to_owned(),
        was: Some(was),
        left: None,
    };
    changed(tx, "view.delete", id.map_or(0, |id| id.0), &undoable)
}

/// Takes back what an event did to a saved view; `false` if it has changed since.
pub(super) fn undo(tx: &mut Tx<'_>, event: &UndoEvent) -> Result<bool> {
    let undoable: UndoableView = serde_json::from_str(&event.before).map_err(StoreError::from)?;
    let name = undoable.name.as_str();
    let now = tx.saved_view(name)?;
    if now != undoable.left {
        return Ok(false);
    }
    let id = match &undoable.was {
        Some(was) => tx.save_view(was)?.0,
        None => tx.delete_view(name)?.map_or(0, |id| id.0),
    };
    let undone = UndoableView {
        name: name.to_owned(),
        was: now,
        left: undoable.was.clone(),
    };
    changed(tx, "view.undo", id, &undone)?;
    Ok(true)
}

/// History, audit and undo of a change.
fn changed(tx: &mut Tx<'_>, action: &str, id: i64, undoable: &UndoableView) -> Result<Outcome> {
    own_event(tx, action, KIND, id, undoable)?;
    tx.audit(AuditDraft {
        action: action.to_owned(),
        object: format!("saved view {id}"),
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    });
    Ok(Outcome {
        undoable: true,
        ..Outcome::one(id)
    })
}
