//! Saved searches as live worklists, and what each user searched for before.

use super::access::allowed;
use super::error::{OpsError, Result};
use super::outcome::Outcome;
use super::undo::own_event;
use super::{Office, SearchAsk};
use crate::domain::ids::SearchId;
use crate::domain::permission::Permission;
use crate::domain::saved_search::{SavedSearch, SearchCount, SearchList};
use crate::domain::search::{SearchAnswer, SearchRequest};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::store::{AuditDraft, SearchRow, StoreError, Tx, UndoEvent};
use crate::text::counted;
use serde::{Deserialize, Serialize};

/// Kind of these things in the history.
pub(super) const KIND: &str = "saved_search";

/// Letters of the longest name.
const LONGEST_NAME: usize = 60;

/// What undo puts back, and what it must find.
#[derive(Serialize, Deserialize)]
struct UndoableSearch {
    was: Option<SearchRow>,
    left: Option<SearchRow>,
}

impl Office {
    /// The actor's saved searches, by name, as worklists with their counts. Numbers only, but of
    /// queries as typed: one audit row, unless there are none.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn search_lists(&self, actor: &Actor) -> Result<Vec<SearchList>> {
        allowed(actor, Permission::Search)?;
        let mut lists = Vec::new();
        for row in self.store.saved_searches(actor.user.id)? {
            let looked = Instant(row.looked);
            // While the index is being built, or after the grammar changed, there is no count;
            // opening the search says why.
            let count = self.count_saved(actor, &row.search, looked).ok();
            lists.push(SearchList {
                search: row.search,
                looked,
                count,
            });
        }
        if !lists.is_empty() {
            let counted: Vec<_> = lists
                .iter()
                .map(|l| serde_json::json!({ "text": l.search.text.raw(), "hits": l.count.map(|c| c.all) }))
                .collect();
            self.disclose(
                actor,
                AuditDraft {
                    action: "search.counts".to_owned(),
                    object: format!("{} saved searches", lists.len()),
                    detail: serde_json::json!({ "searches": counted }).to_string(),
                    ..AuditDraft::default()
                },
            )?;
        }
        Ok(lists)
    }

    fn count_saved(
        &self,
        actor: &Actor,
        search: &SavedSearch,
        looked: Instant,
    ) -> Result<SearchCount> {
        let count = |taken_after| {
            let request = SearchRequest {
                text: search.text.clone(),
                widening: search.widening,
                taken_after,
                ..SearchRequest::default()
            };
            Ok::<_, OpsError>(self.searched(actor, &request)?.count)
        };
        Ok(SearchCount {
            all: count(None)?,
            new: count(Some(looked))?,
        })
    }

    /// The actor's saved search of this name, as it was looked at before.
    ///
    /// # Errors
    /// No such search, or what the store says.
    pub fn saved_search(&self, actor: &Actor, name: &str) -> Result<SearchList> {
        let row = self.store.saved_search(actor.user.id, name)?;
        let row = row.ok_or_else(|| not_found(name))?;
        Ok(SearchList {
            search: row.search,
            looked: Instant(row.looked),
            count: None,
        })
    }

    /// Whether a query can be understood, without asking the index.
    ///
    /// # Errors
    /// [`OpsError::Mistaken`] saying what is wrong and where.
    pub fn check_query(&self, text: &Untrusted) -> Result<()> {
        let today = self.now().day(&self.zone);
        let parsed = crate::grammar::parse(text.raw(), today);
        parsed.map_err(|e| OpsError::Mistaken(e.told(text.raw())))?;
        Ok(())
    }

    /// What the actor searched for before, the newest first.
    ///
    /// # Errors
    /// What the store says.
    pub fn search_history(&self, actor: &Actor) -> Result<Vec<Untrusted>> {
        Ok(self.store.search_history(actor.user.id)?)
    }

    /// Adds to the actor's history of searches.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn remember_search(&self, actor: &Actor, text: &Untrusted) -> Result<()> {
        allowed(actor, Permission::Search)?;
        self.write(actor, None, |tx| {
            tx.remember_search(text)?;
            tx.audit(row("search.remember", "one search"));
            Ok(())
        })?;
        Ok(())
    }

    /// Records a search before its answer is shown; in the same transaction it is remembered, and
    /// the saved search it came from counts as looked at. The beginning of a query that is being
    /// typed is recorded as one, and that is all.
    pub(super) fn disclose_search(
        &self,
        actor: &Actor,
        ask: &SearchAsk,
        answer: &SearchAnswer,
    ) -> Result<()> {
        let ids: Vec<i64> = answer.hits.iter().map(|h| h.document.0).collect();
        let mut detail = serde_json::json!({
            "text": ask.request.text.raw(), "hits": answer.count, "shown": ids
        });
        if answer.cut {
            // There are at least so many.
            detail["so_far"] = true.into();
        }
        let draft = AuditDraft {
            action: if ask.beginning {
                "search.typed"
            } else {
                "search"
            }
            .to_owned(),
            object: counted(answer.count, "hit"),
            encounter: ask.request.encounter.map_or(0, |e| e.0),
            detail: detail.to_string(),
            outcome: "ok".to_owned(),
            ..AuditDraft::default()
        };
        let saved = ask.saved.as_ref().filter(|_| !ask.beginning);
        let until = match saved {
            Some(_) => self.seen_until(answer.position)?,
            None => Instant(0),
        };
        self.write(actor, None, |tx| {
            if ask.remember && !ask.beginning {
                tx.remember_search(&ask.request.text)?;
            }
            if let Some(name) = saved {
                tx.looked_at_search(name, until)?;
            }
            tx.audit(draft);
            Ok(())
        })?;
        Ok(())
    }

    /// Up to when an answer holds everything: now, or just before the first change that the index
    /// had not reached.
    fn seen_until(&self, position: i64) -> Result<Instant> {
        let missed = self.store.first_change_after(position)?;
        let now = self.now();
        Ok(missed.map_or(now, |at| now.min(Instant(at.0 - 1))))
    }
}

fn not_found(name: &str) -> OpsError {
    OpsError::NotFound {
        what: "saved search",
        name: name.to_owned(),
    }
}

fn row(action: &str, object: impl Into<String>) -> AuditDraft {
    AuditDraft {
        action: action.to_owned(),
        object: object.into(),
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    }
}

/// Saves a search.
pub(super) fn save(tx: &mut Tx<'_>, actor: &Actor, search: &SavedSearch) -> Result<Outcome> {
    allowed(actor, Permission::Search)?;
    let search = SavedSearch {
        name: named(&search.name)?,
        ..search.clone()
    };
    if search.text.is_blank() {
        return Err(OpsError::Refused("there is no search to save".into()));
    }
    let was = tx.saved_search(&search.name)?;
    let id = tx.save_search(&search)?;
    changed(tx, "search.save", id, was)
}

/// Gives a saved search another name.
pub(super) fn rename(tx: &mut Tx<'_>, actor: &Actor, name: &str, to: &str) -> Result<Outcome> {
    allowed(actor, Permission::Search)?;
    let to = named(to)?;
    let was = tx.saved_search(name)?.ok_or_else(|| not_found(name))?;
    if tx.saved_search(&to)?.is_some() {
        return Err(OpsError::Refused(
            "another saved search has this name".into(),
        ));
    }
    tx.rename_search(was.id, &to)?;
    changed(tx, "search.rename", was.id, Some(was))
}

/// Deletes a saved search.
pub(super) fn delete(tx: &mut Tx<'_>, actor: &Actor, name: &str) -> Result<Outcome> {
    allowed(actor, Permission::Search)?;
    let was = tx.saved_search(name)?.ok_or_else(|| not_found(name))?;
    tx.delete_search(was.id)?;
    changed(tx, "search.delete", was.id, Some(was))
}

/// Forgets the actor's history of searches.
pub(super) fn forget(tx: &mut Tx<'_>) -> Result<Outcome> {
    let forgotten = tx.forget_searches()?;
    tx.audit(row("search.clear_history", counted(forgotten, "search")));
    Ok(Outcome::default())
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

/// History, audit and undo of a change.
fn changed(tx: &mut Tx<'_>, action: &str, id: SearchId, was: Option<SearchRow>) -> Result<Outcome> {
    let left = tx.saved_search_row(id)?;
    own_event(tx, action, KIND, id.0, &UndoableSearch { was, left })?;
    tx.audit(row(action, format!("saved search {id}")));
    Ok(Outcome {
        undoable: true,
        ..Outcome::one(id.0)
    })
}

/// Takes back what an event did to a saved search; `false` if it has changed since.
pub(super) fn undo(tx: &mut Tx<'_>, event: &UndoEvent) -> Result<bool> {
    let undoable: UndoableSearch = serde_json::from_str(&event.before).map_err(StoreError::from)?;
    let id = SearchId(event.object);
    let now = tx.saved_search_row(id)?;
    let same = match (&now, &undoable.left) {
        (None, None) => true,
        (Some(now), Some(left)) => now.says_the_same(left),
        _ => false,
    };
    if !same {
        return Ok(false);
    }
    match &undoable.was {
        Some(was) => tx.restore_search(was)?,
        None => tx.delete_search(id)?,
    }
    changed(tx, "search.undo", id, now)?;
    Ok(true)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_owed;
