//! Changes of named lists, and taking them back.

use super::not_found;
use crate::domain::ids::{ListEntryId, ListId};
use crate::domain::named_list::{ListAction, ListThing};
use crate::domain::permission::Permission;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::ops::Office;
use crate::ops::access::{allowed, denied};
use crate::ops::error::{OpsError, Result};
use crate::ops::outcome::Outcome;
use crate::ops::undo::own_event;
use crate::store::{AuditDraft, ListEntryRow, ListRow, StoreError, Tx, UndoEvent};
use crate::text::counted;
use serde::{Deserialize, Serialize};

/// Kinds of these things in the history.
pub(in crate::ops) const KINDS: &[&str] = &[LIST, ENTRY];

const LIST: &str = "named_list";
const ENTRY: &str = "list_entry";

/// Letters of the longest name.
const LONGEST_NAME: usize = 60;

/// Things on one list at the most: it is to be worked through by hand.
const MOST_ENTRIES: i64 = 5_000;

/// What undo puts back, and what it must find.
#[derive(Serialize, Deserialize)]
struct Undoable<T> {
    was: T,
    left: T,
}

impl Office {
    /// Changes lists.
    pub(in crate::ops) fn act_on_list(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        action: &ListAction,
    ) -> Result<Outcome> {
        allowed(actor, Permission::OpenChart)?;
        match action {
            ListAction::Add { list, things, note } => self.add(tx, actor, list, things, note),
            ListAction::Note {
                entry,
                version,
                note,
            } => self.each(tx, actor, action, &[(*entry, *version)], |row| {
                row.note = note.clone();
            }),
            ListAction::Done { entries, done } => {
                self.each(tx, actor, action, entries, |row| row.done = *done)
            }
            ListAction::Remove { entries } => {
                self.each(tx, actor, action, entries, |row| row.removed = true)
            }
            ListAction::Share { list, with } => {
                change_list(tx, actor, action, list, |row| row.shared = *with)
            }
            ListAction::Rename { list, to } => {
                let to = named(to)?;
                if own(tx, actor, &to)?.is_some() {
                    return Err(OpsError::Refused("another list has this name".into()));
                }
                change_list(tx, actor, action, list, |row| row.name.clone_from(&to))
            }
            ListAction::Delete { list } => {
                change_list(tx, actor, action, list, |row| row.removed = true)
            }
        }
    }

    /// Puts things on a list, each that stands there already left as it is.
    fn add(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        name: &str,
        things: &[ListThing],
        note: &Untrusted,
    ) -> Result<Outcome> {
        let name = named(name)?;
        let lists = tx.named_lists(actor.user.id, &actor.user.roles)?;
        let (list, made) = match lists.iter().find(|l| l.name == name) {
            Some(list) => (list.id, false),
            None => (make(tx, &name)?, true),
        };
        let room = MOST_ENTRIES - tx.entries_on_list(list)?;
        if things.len() as i64 > room {
            return Err(OpsError::Refused(format!(
                "a list has at most {MOST_ENTRIES} entries"
            )));
        }
        let mut outcome = Outcome::default();
        for thing in things {
            if self.may_see(actor, *thing)?.is_none() {
                return Err(denied(actor, Permission::OpenChart));
            }
            self.put(tx, actor, list, *thing, note, &mut outcome)?;
        }
        let put: Vec<_> = things.iter().map(|t| serde_json::json!(t)).collect();
        tx.audit(row(
            "list.add",
            format!("list {list}"),
            serde_json::json!({ "things": put }),
        ));
        if things.is_empty() {
            outcome.done.push(list.0);
        }
        outcome.undoable = made || !outcome.done.is_empty();
        Ok(outcome)
    }

    fn put(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        list: ListId,
        thing: ListThing,
        note: &Untrusted,
        outcome: &mut Outcome,
    ) -> Result<()> {
        let was = match tx.entry_of(list, thing)? {
            Some(entry) if !entry.removed => {
                let why = "stands on the list already".to_owned();
                outcome.refused.push((entry.id.0, why));
                return Ok(());
            }
            Some(gone) => {
                tx.set_entry(&ListEntryRow {
                    note: note.clone(),
                    done: false,
                    removed: false,
                    added: tx.now.0,
                    added_by: actor.user.id,
                    ..gone.clone()
                })?;
                Some(gone)
            }
            None => {
                tx.make_entry(list, thing, note)?;
                None
            }
        };
        let Some(left) = tx.entry_of(list, thing)? else {
            return Ok(());
        };
        let was = was.unwrap_or_else(|| ListEntryRow {
            removed: true,
            ..left.clone()
        });
        let id = left.id.0;
        own_event(tx, "list.add", ENTRY, id, &Undoable { was, left })?;
        outcome.done.push(id);
        Ok(())
    }

    /// Changes entries of lists the actor has; each that moved on is left and told.
    fn each(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        action: &ListAction,
        entries: &[(ListEntryId, i64)],
        change: impl Fn(&mut ListEntryRow),
    ) -> Result<Outcome> {
        let lists = tx.named_lists(actor.user.id, &actor.user.roles)?;
        let mut outcome = Outcome::default();
        for &(id, version) in entries {
            let known = tx
                .list_entry(id)?
                .filter(|e| !e.removed && lists.iter().any(|l| l.id == e.list));
            // What one may not see is not there.
            let was = match known {
                Some(entry) if self.may_see(actor, entry.thing)?.is_some() => entry,
                _ => {
                    return Err(OpsError::NotFound {
                        what: "entry of a list",
                        name: id.to_string(),
                    });
                }
            };
            if was.version != version {
                let why = "changed since; look again".to_owned();
                outcome.refused.push((id.0, why));
                continue;
            }
            let mut left = was.clone();
            change(&mut left);
            tx.set_entry(&left)?;
            left.version += 1;
            own_event(tx, action.name(), ENTRY, id.0, &Undoable { was, left })?;
            outcome.done.push(id.0);
        }
        let detail = serde_json::json!({ "entries": outcome.done });
        tx.audit(row(
            action.name(),
            counted(outcome.done.len(), "entry"),
            detail,
        ));
        outcome.undoable = !outcome.done.is_empty();
        Ok(outcome)
    }
}

fn own(tx: &Tx<'_>, actor: &Actor, name: &str) -> Result<Option<ListRow>> {
    let lists = tx.named_lists(actor.user.id, &[])?;
    Ok(lists.into_iter().find(|l| l.name == name.trim()))
}

/// Makes an empty list. Told before what is put on it: undo goes backwards, so that the entries are
/// off before the list goes.
fn make(tx: &mut Tx<'_>, name: &str) -> Result<ListId> {
    let id = tx.make_list(name)?;
    let left = tx.list_row(id)?.ok_or_else(|| not_found(name))?;
    let was = ListRow {
        removed: true,
        ..left.clone()
    };
    own_event(tx, "list.make", LIST, id.0, &Undoable { was, left })?;
    Ok(id)
}

/// Changes a list of the actor: what is shared is changed by its owner alone.
fn change_list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    action: &ListAction,
    name: &str,
    change: impl Fn(&mut ListRow),
) -> Result<Outcome> {
    let was = own(tx, actor, name)?.ok_or_else(|| not_found(name))?;
    let mut left = was.clone();
    change(&mut left);
    tx.set_list(&left)?;
    left.version += 1;
    let id = was.id.0;
    own_event(tx, action.name(), LIST, id, &Undoable { was, left })?;
    tx.audit(row(
        action.name(),
        format!("list {id}"),
        serde_json::json!({}),
    ));
    Ok(Outcome {
        undoable: true,
        ..Outcome::one(id)
    })
}

fn named(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(OpsError::Refused(format!(
            "a name has 1 to {LONGEST_NAME} letters"
        )));
    }
    Ok(name.to_owned())
}

fn row(action: &str, object: String, detail: serde_json::Value) -> AuditDraft {
    AuditDraft {
        action: action.to_owned(),
        object,
        detail: detail.to_string(),
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    }
}

/// Takes back what an event did to a list or an entry; says why if it cannot.
pub(in crate::ops) fn undo(
    tx: &mut Tx<'_>,
    event: &UndoEvent,
) -> Result<std::result::Result<(), String>> {
    match event.kind.as_str() {
        ENTRY => undo_entry(tx, event),
        _ => undo_list(tx, event),
    }
}

fn undo_entry(tx: &mut Tx<'_>, event: &UndoEvent) -> Result<std::result::Result<(), String>> {
    let undoable: Undoable<ListEntryRow> =
        serde_json::from_str(&event.before).map_err(StoreError::from)?;
    let now = tx.list_entry(ListEntryId(event.object))?;
    let Some(now) = now.filter(|now| *now == undoable.left) else {
        return Ok(Err("changed since; left as it is".to_owned()));
    };
    tx.set_entry(&undoable.was)?;
    let left = ListEntryRow {
        version: now.version + 1,
        ..undoable.was
    };
    own_event(
        tx,
        "list.undo",
        ENTRY,
        event.object,
        &Undoable { was: now, left },
    )?;
    Ok(Ok(()))
}

fn undo_list(tx: &mut Tx<'_>, event: &UndoEvent) -> Result<std::result::Result<(), String>> {
    let undoable: Undoable<ListRow> =
        serde_json::from_str(&event.before).map_err(StoreError::from)?;
    let id = ListId(event.object);
    let now = tx.list_row(id)?;
    let Some(now) = now.filter(|now| *now == undoable.left) else {
        return Ok(Err("changed since; left as it is".to_owned()));
    };
    let was = undoable.was;
    if was.removed && tx.entries_on_list(id)? > 0 && event.action == "list.make" {
        return Ok(Err("something was put on the list since".to_owned()));
    }
    let lists = tx.named_lists(was.user, &[])?;
    if !was.removed && lists.iter().any(|l| l.name == was.name && l.id != id) {
        return Ok(Err("another list has this name now".to_owned()));
    }
    tx.set_list(&was)?;
    let left = ListRow {
        version: now.version + 1,
        ..was
    };
    own_event(
        tx,
        "list.undo",
        LIST,
        event.object,
        &Undoable { was: now, left },
    )?;
    Ok(Ok(()))
}
