//! `list`: named lists and what stands on them.

use super::act::tell;
use super::args::{Lists, Place};
use super::named::visit;
use super::output::{Exit, Failure, Out, Result};
use super::session::{Session, new_id};
use crate::domain::action::Action;
use crate::domain::ids::{DocumentId, ListEntryId, RequestId};
use crate::domain::named_list::{ListAction, ListEntry, ListThing};
use crate::domain::user::Role;
use crate::ops::OpsError;
use crate::text::show;
use serde_json::json;

/// Runs `list`.
pub fn run(place: &Place, verb: &Lists) -> Result {
    let session = place.open()?;
    match verb {
        Lists::List(json) => list(&session, json.json),
        Lists::Show { name, all, json } => entries(&session, name, *all, json.json),
        Lists::Add {
            name,
            visits,
            documents,
            note,
            json,
        } => {
            let documents = documents
                .iter()
                .map(|id| ListThing::Document(DocumentId(*id)));
            let mut things: Vec<ListThing> = documents.collect();
            for number in visits {
                things.push(ListThing::Stay(visit(&session, number)?));
            }
            let action = ListAction::Add {
                list: name.clone(),
                things,
                note: note.as_str().into(),
            };
            act(&session, action, json.json)
        }
        Lists::Note {
            name,
            entry,
            text,
            json,
        } => {
            let seen = versions(&session, name, &[*entry])?;
            let Some(&(entry, version)) = seen.first() else {
                return Err(no_entry(*entry));
            };
            let note = text.join(" ").into();
            let action = ListAction::Note {
                entry,
                version,
                note,
            };
            act(&session, action, json.json)
        }
        Lists::Done {
            name,
            entries,
            json,
        } => tick(&session, name, entries, true, json.json),
        Lists::Reopen {
            name,
            entries,
            json,
        } => tick(&session, name, entries, false, json.json),
        Lists::Remove {
            name,
            entries,
            json,
        } => {
            let entries = versions(&session, name, entries)?;
            act(&session, ListAction::Remove { entries }, json.json)
        }
        Lists::Share { name, with, json } => {
            let (list, with) = (name.clone(), role(with.as_deref())?);
            act(&session, ListAction::Share { list, with }, json.json)
        }
        Lists::Rename { name, to, json } => {
            let (list, to) = (name.clone(), to.clone());
            act(&session, ListAction::Rename { list, to }, json.json)
        }
        Lists::Delete { name, json } => {
            let list = name.clone();
            act(&session, ListAction::Delete { list }, json.json)
        }
    }
}

fn tick(session: &Session, name: &str, entries: &[i64], done: bool, json: bool) -> Result {
    let entries = versions(session, name, entries)?;
    act(session, ListAction::Done { entries, done }, json)
}

fn role(name: Option<&str>) -> Result<Option<Role>> {
    let Some(name) = name else {
        return Ok(None);
    };
    let names: Vec<&str> = Role::ALL.iter().map(|r| r.name()).collect();
    let role = Role::from_name(name);
    let wrong = || Failure::Usage(format!("share with one of {}", names.join(", ")));
    role.map(Some).ok_or_else(wrong)
}

fn no_entry(id: i64) -> Failure {
    let what = "entry of this list with the number";
    let name = id.to_string();
    OpsError::NotFound { what, name }.into()
}

/// Entries with the row versions they have now.
fn versions(session: &Session, name: &str, ids: &[i64]) -> Result<Vec<(ListEntryId, i64)>> {
    let entries = session.office.list_entries(&session.actor, name)?;
    let version = |id: &i64| {
        let entry = entries.iter().find(|e| e.id.0 == *id);
        entry
            .map(|e| (e.id, e.version))
            .ok_or_else(|| no_entry(*id))
    };
    ids.iter().map(version).collect()
}

fn act(session: &Session, action: ListAction, json: bool) -> Result {
    let request = RequestId(new_id());
    let action = Action::List(action);
    let outcome = session.office.act(&session.actor, &request, &action)?;
    let mut out = Out::new(json);
    if json {
        out.object(&json!({
            "kind": "done", "request": request, "done": outcome.done, "refused": outcome.refused,
            "undoable": outcome.undoable
        }))?;
    } else {
        tell(&mut out, session, &action, &outcome)?;
    }
    out.done(Exit::of(
        !outcome.done.is_empty(),
        !outcome.refused.is_empty(),
    ))
}

fn list(session: &Session, json: bool) -> Result {
    let mut out = Out::new(json);
    for list in session.office.named_lists(&session.actor)? {
        let shared = list.shared.map(|role| role.name());
        if json {
            out.object(&json!({
                "kind": "list", "name": list.name, "owner": list.owner_name, "shared": shared,
                "entries": list.entries, "open": list.open
            }))?;
            continue;
        }
        let with = shared.map_or_else(String::new, |role| format!(", shared with {role}"));
        out.line(format_args!(
            "{}: {} open of {}  ({}{with})",
            show(&list.name.as_str().into()),
            list.open,
            list.entries,
            show(&list.owner_name)
        ))?;
    }
    out.or_say("no list yet; `list add NAME --visit NUMBER` makes one")?;
    out.done(Exit::Done)
}

fn entries(session: &Session, name: &str, all: bool, json: bool) -> Result {
    let mut out = Out::new(json);
    let zone = &session.office.zone;
    for entry in session.office.list_entries(&session.actor, name)? {
        if entry.done && !all {
            continue;
        }
        if json {
            out.object(&object(&entry))?;
            continue;
        }
        let mark = if entry.done { "x" } else { " " };
        let day = entry.at.map(|at| at.day(zone).to_string());
        let note = match entry.note.is_blank() {
            true => String::new(),
            false => format!("  {}", show(&entry.note)),
        };
        out.line(format_args!(
            "{mark} {}  {} {}  {}  {} {}{note}",
            entry.id,
            show(&entry.mrn),
            show(&entry.patient_name),
            show(&entry.visit),
            show(&entry.what),
            day.unwrap_or_default()
        ))?;
    }
    out.or_say(match all {
        true => "nothing stands on this list",
        false => "nothing on this list is open; --all shows what is done as well",
    })?;
    out.done(Exit::Done)
}

fn object(entry: &ListEntry) -> serde_json::Value {
    let document = match entry.thing {
        ListThing::Document(id) => Some(id),
        ListThing::Stay(_) => None,
    };
    json!({
        "kind": "list_entry", "entry": entry.id, "version": entry.version, "document": document,
        "visit": entry.visit, "mrn": entry.mrn, "patient": entry.patient_name,
        "what": entry.what, "at": entry.at.map(|m| m.at.rfc3339()), "note": entry.note,
        "done": entry.done, "added": entry.added.rfc3339(), "added_by": entry.added_by
    })
}
