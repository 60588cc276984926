//! Named lists: what stands on them, who sees what of it, and their changes.
//!
//! A list is its owner's, and everybody's with the role it is shared with. What stands on it is
//! shown to whom the chart is: an entry somebody may not see is not there for them, in no count
//! either.

mod act;
#[cfg(test)]
mod tests;

pub(super) use act::{KINDS, undo};

use super::Office;
use super::access::allowed;
use super::error::{OpsError, Result};
use crate::domain::ids::{EncounterId, ListId};
use crate::domain::named_list::{ListEntry, ListThing, ListedDocuments, NamedList};
use crate::domain::people::PatientFacts;
use crate::domain::permission::Permission;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::domain::worklist::Scope;
use crate::grammar::terms::is_named;
use crate::store::{AuditDraft, ListEntryRow, ListRow};
use crate::text::counted;
use std::collections::BTreeMap;

impl Office {
    /// The lists the actor has, their own first, with how much of each they see. Numbers of charts:
    /// one audit row, unless there are none.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn named_lists(&self, actor: &Actor) -> Result<Vec<NamedList>> {
        let rows = self.lists_of(actor)?;
        let names = self.user_names()?;
        let mut lists = Vec::with_capacity(rows.len());
        for row in rows {
            let seen = self.entries_seen(actor, row.id)?;
            lists.push(NamedList {
                id: row.id,
                version: row.version,
                owner: row.user,
                owner_name: names.get(&row.user.0).cloned().unwrap_or_default(),
                shared: row.shared,
                entries: seen.len() as i64,
                open: seen.iter().filter(|e| !e.row.done).count() as i64,
                name: row.name,
            });
        }
        if !lists.is_empty() {
            let told: Vec<_> = lists.iter().map(|l| (l.id.0, l.entries)).collect();
            self.disclose(
                actor,
                AuditDraft {
                    action: "list.counts".to_owned(),
                    object: counted(lists.len(), "list"),
                    detail: serde_json::json!({ "lists": told }).to_string(),
                    ..AuditDraft::default()
                },
            )?;
        }
        Ok(lists)
    }

    /// What stands on a list of the actor, in the order it was put there.
    ///
    /// # Errors
    /// Not permitted, no such list, or what the store says.
    pub fn list_entries(&self, actor: &Actor, name: &str) -> Result<Vec<ListEntry>> {
        let list = found(&self.lists_of(actor)?, name)?;
        let names = self.user_names()?;
        let mut entries = Vec::new();
        for seen in self.entries_seen(actor, list.id)? {
            entries.extend(self.entry(seen, &names)?);
        }
        let shown: Vec<_> = entries
            .iter()
            .map(|e| (e.id.0, e.patient.0, e.encounter.map_or(0, |id| id.0)))
            .collect();
        self.disclose(
            actor,
            AuditDraft {
                action: "list.open".to_owned(),
                object: format!("list {}", list.id),
                detail: serde_json::json!({ "shown": shown }).to_string(),
                ..AuditDraft::default()
            },
        )?;
        Ok(entries)
    }

    /// The names of the actor's lists.
    pub(super) fn list_names(&self, actor: &Actor) -> Result<Vec<String>> {
        Ok(self.lists_of(actor)?.into_iter().map(|l| l.name).collect())
    }

    /// What a query may ask for by `list:`: the documents of the actor's lists that are not done,
    /// those of stays included.
    pub(super) fn listed_documents(&self, actor: &Actor) -> Result<Vec<ListedDocuments>> {
        let mut lists = Vec::new();
        for list in self.lists_of(actor)? {
            let mut documents = Vec::new();
            for seen in self.open_entries(actor, list.id)? {
                match seen.row.thing {
                    ListThing::Document(id) => documents.push(id),
                    ListThing::Stay(id) => documents.extend(self.store.documents_of_stay(id)?),
                }
            }
            lists.push(ListedDocuments {
                name: list.name,
                documents,
            });
        }
        Ok(lists)
    }

    /// The stays of the lists whose name is meant, and of the documents on them, that are not done.
    pub(super) fn listed_stays(&self, actor: &Actor, typed: &str) -> Result<Vec<EncounterId>> {
        let mut stays = Vec::new();
        for list in self.lists_of(actor)? {
            if is_named(&list.name, typed) {
                let open = self.open_entries(actor, list.id)?;
                stays.extend(open.into_iter().filter_map(|seen| seen.encounter));
            }
        }
        Ok(stays)
    }

    fn lists_of(&self, actor: &Actor) -> Result<Vec<ListRow>> {
        allowed(actor, Permission::OpenChart)?;
        Ok(self.store.named_lists(actor.user.id, &actor.user.roles)?)
    }

    fn user_names(&self) -> Result<BTreeMap<i64, Untrusted>> {
        let users = self.store.users()?.into_iter();
        Ok(users.map(|u| (u.id.0, u.name)).collect())
    }

    fn open_entries(&self, actor: &Actor, list: ListId) -> Result<Vec<Seen>> {
        let mut seen = self.entries_seen(actor, list)?;
        seen.retain(|s| !s.row.done);
        Ok(seen)
    }

    /// The entries of a list whose charts the actor may see.
    fn entries_seen(&self, actor: &Actor, list: ListId) -> Result<Vec<Seen>> {
        let mut seen = Vec::new();
        for row in self.store.list_entries(list)? {
            if let Some(encounter) = self.may_see(actor, row.thing)? {
                seen.push(Seen { row, encounter });
            }
        }
        Ok(seen)
    }

    /// The stay of a thing, if the actor may see the thing.
    #[allow(clippy::option_option)]
    fn may_see(&self, actor: &Actor, thing: ListThing) -> Result<Option<Option<EncounterId>>> {
        let (checked, encounter) = match thing {
            ListThing::Document(id) => match self.store.document(id)? {
                Some(document) => (self.check_document(actor, &document), document.encounter),
                None => return Ok(None),
            },
            ListThing::Stay(id) => match self.store.encounter(id)? {
                Some(_) => (self.may_open_stay(actor, id), Some(id)),
                None => return Ok(None),
            },
        };
        match checked {
            Ok(()) => Ok(Some(encounter)),
            Err(OpsError::NotPermitted { .. } | OpsError::Refused(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    fn may_open_stay(&self, actor: &Actor, id: EncounterId) -> Result<()> {
        match allowed(actor, Permission::OpenChart)? {
            Scope::All => Ok(()),
            Scope::Provider(_) => self.may_open(actor, &self.store.chart(id, false)?),
        }
    }

    fn entry(&self, seen: Seen, names: &BTreeMap<i64, Untrusted>) -> Result<Option<ListEntry>> {
        let visit = match seen.encounter {
            Some(id) => self.store.encounter(id)?,
            None => None,
        };
        let (patient, what, at) = match seen.row.thing {
            ListThing::Document(id) => {
                let Some(document) = self.store.document(id)? else {
                    return Ok(None);
                };
                let facts = document.facts;
                let what = match facts.what.text.is_blank() {
                    true => facts.kind.title().into(),
                    false => facts.what.text,
                };
                (document.patient, what, facts.at)
            }
            ListThing::Stay(_) => {
                let Some(visit) = &visit else {
                    return Ok(None);
                };
                (visit.patient, "Stay".into(), visit.facts.admitted)
            }
        };
        let Some(person) = self.store.patient(patient)? else {
            return Ok(None);
        };
        Ok(Some(ListEntry {
            id: seen.row.id,
            version: seen.row.version,
            thing: seen.row.thing,
            encounter: seen.encounter,
            patient,
            patient_name: as_elsewhere(&person.facts),
            mrn: person.mrn,
            visit: visit.map(|v| v.facts.visit).unwrap_or_default(),
            what,
            at,
            note: seen.row.note,
            done: seen.row.done,
            added: Instant(seen.row.added),
            added_by: names.get(&seen.row.added_by.0).cloned().unwrap_or_default(),
        }))
    }
}

/// An entry whose chart the reader may see, and its stay.
struct Seen {
    row: ListEntryRow,
    encounter: Option<EncounterId>,
}

/// A patient's name as lists and charts write it.
fn as_elsewhere(facts: &PatientFacts) -> Untrusted {
    let name = format!("{},{}", facts.family.raw(), facts.given.raw());
    Untrusted::new(name.trim_end_matches(','))
}

fn found(lists: &[ListRow], name: &str) -> Result<ListRow> {
    let list = lists.iter().find(|l| l.name == name.trim());
    list.cloned().ok_or_else(|| not_found(name))
}

fn not_found(name: &str) -> OpsError {
    OpsError::NotFound {
        what: "list",
        name: name.to_owned(),
    }
}
