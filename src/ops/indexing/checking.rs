//! Whether the index holds what the store holds, for `doctor`.
//!
//! The snapshot of the index is taken first: what came later stands in the change feed behind its
//! position, and waits, which is not wrong. Nothing is locked and nothing is written.

use super::{CHANGES_AT_ONCE, DOCUMENTS_AT_ONCE, in_store, not_ready};
use crate::domain::ids::DocumentId;
use crate::index::{IndexError, Inventory, Reader, RebuildReason};
use crate::ops::Office;
use crate::ops::error::{OpsError, Result};
use crate::store::{Changes, Position};
use crate::text::{count, counted};
use std::collections::BTreeSet;

/// Documents whose words are compared, unless all are asked for.
const SAMPLE: usize = 500;

/// Numbers of documents named in a sentence.
const NAMED: usize = 8;

const REBUILD: &str = "`chartroom index rebuild` mends it";
const UPDATE: &str = "`chartroom index update` does it now";

/// How thoroughly the index is compared with the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// Every file, the ids of all documents, and the words of a sample: another one each day.
    #[default]
    Sample,
    /// The words of every document, too.
    Every,
}

/// How far a check has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckProgress {
    /// What is being looked at.
    pub what: &'static str,
    /// How much of it was looked at.
    pub done: u64,
    /// How much there is.
    pub all: u64,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkup {
    /// What is wrong.
    pub problems: Vec<String>,
    /// What is as it should be and still worth saying.
    pub notes: Vec<String>,
}

impl Office {
    /// Compares the index with the store.
    ///
    /// # Errors
    /// What the store says. What the index says is a problem found.
    pub(in crate::ops) fn check_index(
        &self,
        depth: Depth,
        progress: &mut dyn FnMut(CheckProgress),
        found: &mut Checkup,
    ) -> Result<()> {
        let (dir, key) = (&self.index.dir, &self.index.key);
        let inventory =
            Reader::open(dir, key, &self.index.identity).and_then(|reader| reader.inventory());
        let wanted = self.store.documents_for_index()?;
        let held = match inventory {
            Ok(held) => held,
            Err(error) => {
                tell_unusable(error, wanted.len(), found);
                return Ok(());
            }
        };
        let Some(position) = held.position() else {
            found.notes.push(format!(
                "the index is being made and has {} of {}; {UPDATE} if no process does",
                count(held.documents().count()),
                counted(wanted.len(), "document")
            ));
            return Ok(());
        };
        let damaged = held
            .damaged_files(&mut |done, all| {
                let what = "bytes of the index";
                progress(CheckProgress { what, done, all });
                true
            })
            .map_err(not_ready)?;
        if !damaged.is_empty() {
            let files = named(&damaged);
            found
                .problems
                .push(format!("damaged files of the index: {files}; {REBUILD}"));
            return Ok(());
        }
        let Some(waiting) = self.waiting_since(in_store(position))? else {
            found.notes.push(format!(
                "the index is older than the change feed and is made anew when it is next brought up to date; {UPDATE}"
            ));
            return Ok(());
        };
        if !waiting.is_empty() {
            let waiting = counted(waiting.len(), "document");
            found
                .notes
                .push(format!("to be indexed: {waiting}; {UPDATE}"));
        }
        let before = found.problems.len();
        compare_ids(&held, &wanted, &waiting, found);
        let compared = self.compare_words(&held, &wanted, &waiting, depth, progress, found)?;
        if found.problems.len() == before {
            found.notes.push(format!(
                "index: generation {}, {} as in the store, the words of {} compared",
                held.generation(),
                counted(held.documents().count(), "document"),
                count(compared),
            ));
        }
        Ok(())
    }

    /// The documents that changed since; `None` when the feed does not reach back that far.
    fn waiting_since(&self, mut position: Position) -> Result<Option<BTreeSet<DocumentId>>> {
        let mut waiting = BTreeSet::new();
        loop {
            match self.store.changes_since(&position, CHANGES_AT_ONCE)? {
                Changes::StartOver(_) => return Ok(None),
                Changes::Some(changes, _) if changes.is_empty() => return Ok(Some(waiting)),
                Changes::Some(changes, next) => {
                    waiting.extend(self.documents_of(&changes)?);
                    position = next;
                }
            }
        }
    }

    /// Compares what the index says of documents with what the store says; gives of how many.
    fn compare_words(
        &self,
        held: &Inventory,
        wanted: &[DocumentId],
        waiting: &BTreeSet<DocumentId>,
        depth: Depth,
        progress: &mut dyn FnMut(CheckProgress),
        found: &mut Checkup,
    ) -> Result<usize> {
        let step = match depth {
            Depth::Sample => wanted.len().div_ceil(SAMPLE).max(1),
            Depth::Every => 1,
        };
        // Night after night the sample moves on, so that in time every document is looked at.
        let first = self.today().day_of_year().unsigned_abs() as usize % step;
        let chosen: Vec<DocumentId> = wanted.iter().skip(first).step_by(step).copied().collect();
        let edition = self.language()?.edition();
        let (mut differ, mut done) = (Vec::new(), 0);
        for ids in chosen.chunks(DOCUMENTS_AT_ONCE) {
            for id in ids.iter().filter(|id| !waiting.contains(id)) {
                let Some(document) = self.store.document_to_index(*id, edition)? else {
                    continue;
                };
                match held.agrees(&document) {
                    Ok(true) => {}
                    Ok(false) | Err(IndexError::NeedsRebuild(_)) => differ.push(*id),
                    Err(error) => return Err(OpsError::Index(error)),
                }
            }
            done += ids.len();
            progress(CheckProgress {
                what: "documents",
                done: done as u64,
                all: chosen.len() as u64,
            });
        }
        // What changed while they were read stands in the feed by now.
        if !differ.is_empty()
            && let Some(position) = held.position()
        {
            let waiting = self.waiting_since(in_store(position))?.unwrap_or_default();
            differ.retain(|id| !waiting.contains(id));
        }
        if !differ.is_empty() {
            found.problems.push(format!(
                "the index says something else than the store of {} of {} compared: {}; {REBUILD}",
                count(differ.len()),
                counted(done, "document"),
                named(&differ)
            ));
        }
        Ok(done)
    }
}

/// Says why an index cannot be looked into. One that is not there yet, or not of this version, is made by
/// whoever searches next.
fn tell_unusable(error: IndexError, documents: usize, found: &mut Checkup) {
    match error {
        IndexError::NeedsRebuild(RebuildReason::Missing) if documents == 0 => {}
        IndexError::NeedsRebuild(
            reason @ (RebuildReason::Missing
            | RebuildReason::OtherSchema
            | RebuildReason::Unfinished),
        ) => found.notes.push(format!(
            "{reason}: it is made when it is next needed, of {}; {UPDATE}",
            counted(documents, "document")
        )),
        IndexError::NeedsRebuild(reason) => found.problems.push(format!("{reason}; {REBUILD}")),
        other => found.problems.push(other.to_string()),
    }
}

/// Compares which documents there are.
fn compare_ids(
    held: &Inventory,
    wanted: &[DocumentId],
    waiting: &BTreeSet<DocumentId>,
    found: &mut Checkup,
) {
    let there: BTreeSet<DocumentId> = held.documents().collect();
    let all = counted(wanted.len(), "document");
    let settled = |id: &DocumentId| !waiting.contains(id);
    let lacking: Vec<DocumentId> = wanted
        .iter()
        .copied()
        .filter(|id| !there.contains(id) && settled(id))
        .collect();
    if !lacking.is_empty() {
        found.problems.push(format!(
            "the index lacks {} of {all}: {}; {REBUILD}",
            count(lacking.len()),
            named(&lacking)
        ));
    }
    let surplus: Vec<DocumentId> = there
        .iter()
        .copied()
        .filter(|id| wanted.binary_search(id).is_err() && settled(id))
        .collect();
    if !surplus.is_empty() {
        found.problems.push(format!(
            "the index has {} that the store has not: {}; {REBUILD}",
            counted(surplus.len(), "document"),
            named(&surplus)
        ));
    }
    let twice = held.documents().count() - there.len();
    if twice > 0 {
        let twice = counted(twice, "document");
        found
            .problems
            .push(format!("the index has {twice} twice; {REBUILD}"));
    }
}

/// The first of several, and how many more there are.
fn named(all: &[impl ToString]) -> String {
    let first: Vec<String> = all.iter().take(NAMED).map(ToString::to_string).collect();
    let more = all.len().saturating_sub(NAMED);
    match more {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}
