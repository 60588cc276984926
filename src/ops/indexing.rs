//! Keeping the index in step with the store, and searching it.
//!
//! The index follows the store's change feed. Whoever holds the writer's lock indexes for every
//! process on the data directory; when that process ends, another takes over. A missing,
//! foreign or damaged index is rebuilt while everything else works.

mod checking;
mod feeding;
mod running;

pub use checking::{CheckProgress, Checkup, Depth};
pub use running::{Indexer, Told};

use super::Office;
use super::access::allowed;
use super::error::{OpsError, Result};
use crate::domain::ids::DocumentId;
use crate::domain::permission::Permission;
use crate::domain::search::{SearchAccess, SearchAnswer, SearchRequest};
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::grammar::ast::Field;
use crate::index::{
    Change, IndexError, Needs, Position as IndexPosition, Reader, SearchContext, StoreIdentity,
    Writer,
};
use crate::store::{Changes, Position, Store};
use crate::vault::SealKey;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Changes read from the feed at once; where somebody is waiting, so many that they are in the index
/// before the next commit is due.
const CHANGES_AT_ONCE: usize = 5_000;
const CHANGES_WAITED_FOR: usize = 500;

/// Documents read at once.
const DOCUMENTS_AT_ONCE: usize = 500;

/// Documents added before a commit while there is more to do: a commit costs as much as
/// thousands of additions, and nobody waits for the middle of a long catch-up.
const DOCUMENTS_PER_COMMIT: i64 = 20_000;

/// Microseconds after which what was added is committed while there is more to do, where somebody
/// is waiting: another process may take records in for longer than they would wait for one.
const COMMIT_EVERY: i64 = 300_000;

/// How often the feed is looked at for changes of other processes. A document must be found
/// within a second of its commit.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// How often a process that is not the writer asks whether it may become it.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// The folder of the index in the data directory.
pub const FOLDER: &str = "index";

/// What commits are made for while there is more to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    /// Getting everything in: few of them.
    Thorough,
    /// Somebody looks for what just came.
    Prompt,
}

/// How far indexing has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IndexProgress {
    /// Documents taken in by this run.
    pub documents: i64,
    /// Whether the index is being rebuilt from the start.
    pub rebuilding: bool,
}

/// The index of an office.
pub struct Indexing {
    dir: PathBuf,
    key: SealKey,
    identity: StoreIdentity,
    reader: Mutex<Option<Arc<Reader>>>,
    woken: Mutex<bool>,
    bell: Condvar,
}

impl Indexing {
    pub(super) fn new(data_dir: &Path, key: SealKey, store: &Store) -> Self {
        Self {
            dir: data_dir.join(FOLDER),
            key,
            identity: StoreIdentity {
                store_id: store.id.clone(),
                epoch: store.epoch,
            },
            reader: Mutex::new(None),
            woken: Mutex::new(false),
            bell: Condvar::new(),
        }
    }

    /// Tells the indexer of this process that there is something to do.
    pub(super) fn wake(&self) {
        *self.woken.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.bell.notify_all();
    }

    /// Waits for [`Indexing::wake`], at most `limit`.
    fn wait(&self, limit: Duration) {
        let woken = self.woken.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut woken, _) = self
            .bell
            .wait_timeout_while(woken, limit, |woken| !*woken)
            .unwrap_or_else(PoisonError::into_inner);
        *woken = false;
    }

    fn reader(&self) -> Result<Arc<Reader>> {
        let lock = || self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody waits for the slot while somebody else reads what has moved.
        let known = lock().clone();
        if let Some(reader) = known.filter(|reader| reader.reload().is_ok()) {
            return Ok(reader);
        }
        let mut slot = lock();
        let reader =
            Arc::new(Reader::open(&self.dir, &self.key, &self.identity).map_err(not_ready)?);
        *slot = Some(Arc::clone(&reader));
        Ok(reader)
    }

    /// Answers from what the index is now; where it cannot be read, the next search says so.
    fn look_again(&self) {
        let _ = self.reader();
    }

    pub(super) fn search(
        &self,
        request: &SearchRequest,
        access: &SearchAccess,
        context: &SearchContext<'_>,
    ) -> Result<SearchAnswer> {
        self.reader()?
            .search(request, access, context)
            .map_err(|e| match e {
                IndexError::Query(mistake) => OpsError::Mistaken(mistake.told(request.text.raw())),
                other => not_ready(other),
            })
    }

    pub(super) fn values(
        &self,
        field: Field,
        typed: &str,
        access: &SearchAccess,
        context: &SearchContext<'_>,
    ) -> Result<Vec<Untrusted>> {
        self.reader()?
            .values(field, typed, access, context)
            .map_err(not_ready)
    }

    fn position(&self, position: &Position) -> IndexPosition {
        IndexPosition::new(&self.identity, position.number)
    }
}

/// The place in the store's feed that an index says it has reached.
fn in_store(position: &IndexPosition) -> Position {
    Position {
        store: position.store_id.clone(),
        epoch: position.epoch,
        number: position.number,
    }
}

fn not_ready(error: IndexError) -> OpsError {
    match error {
        IndexError::NeedsRebuild(_) => OpsError::Building,
        other => OpsError::Index(other),
    }
}

impl Office {
    /// Brings the index up to date if no other process is doing so. Gives what was done, `None`
    /// if another process is the writer.
    ///
    /// # Errors
    /// What store or index say; the next run resumes.
    pub fn index_now(
        &self,
        progress: &mut dyn FnMut(IndexProgress) -> bool,
    ) -> Result<Option<IndexProgress>> {
        let Some(mut writer) = self.index_writer()? else {
            return Ok(None);
        };
        let done = self.catch_up(&mut writer, Pace::Thorough, progress)?;
        writer.close()?;
        Ok(Some(done))
    }

    /// Builds the index anew; the old one answers until the new one is there.
    ///
    /// # Errors
    /// Not permitted; [`OpsError::Refused`] when another process is the writer; what store or
    /// index say.
    pub fn index_rebuild(
        &self,
        actor: &Actor,
        progress: &mut dyn FnMut(IndexProgress) -> bool,
    ) -> Result<IndexProgress> {
        allowed(actor, Permission::Administer)?;
        let Some(mut writer) = self.index_writer()? else {
            return Err(OpsError::Refused(
                "another Chartroom process is the writer of this index; close it or let it do this"
                    .to_owned(),
            ));
        };
        let done = self.rebuild(&mut writer, progress)?;
        writer.close()?;
        Ok(done)
    }

    fn index_writer(&self) -> Result<Option<Writer>> {
        Ok(Writer::try_open(
            &self.index.dir,
            &self.index.key,
            &self.index.identity,
        )?)
    }

    fn catch_up(
        &self,
        writer: &mut Writer,
        pace: Pace,
        progress: &mut dyn FnMut(IndexProgress) -> bool,
    ) -> Result<IndexProgress> {
        let position = match (writer.needs(), writer.position()) {
            (Needs::Nothing, Some(position)) => in_store(position),
            _ => return self.rebuild(writer, progress),
        };
        self.follow(writer, position, pace, progress)
    }

    fn follow(
        &self,
        writer: &mut Writer,
        mut position: Position,
        pace: Pace,
        progress: &mut dyn FnMut(IndexProgress) -> bool,
    ) -> Result<IndexProgress> {
        let mut done = IndexProgress::default();
        let mut uncommitted = 0;
        let mut committed_at = self.now();
        let at_once = match pace {
            Pace::Thorough => CHANGES_AT_ONCE,
            Pace::Prompt => CHANGES_WAITED_FOR,
        };
        loop {
            let (changes, next) = match self.store.changes_since(&position, at_once)? {
                Changes::StartOver(_) => return self.rebuild(writer, progress),
                Changes::Some(changes, next) => (changes, next),
            };
            let last = changes.is_empty();
            for ids in self.documents_of(&changes)?.chunks(DOCUMENTS_AT_ONCE) {
                let changes = self.changes_of(ids)?;
                uncommitted += changes.len() as i64;
                done.documents += changes.len() as i64;
                writer.add(changes)?;
                let waited = self.now().0 - committed_at.0;
                if pace == Pace::Prompt && waited >= COMMIT_EVERY {
                    // Of these changes more is to come: after a crash they are followed again.
                    writer.commit(self.index.position(&position))?;
                    (uncommitted, committed_at) = (0, self.now());
                }
                if !progress(done) {
                    if uncommitted > 0 {
                        writer.commit(self.index.position(&position))?;
                    }
                    return Ok(done);
                }
            }
            let moved = next.number != position.number;
            position = next;
            let due = pace == Pace::Prompt
                && uncommitted > 0
                && self.now().0 - committed_at.0 >= COMMIT_EVERY;
            if (last && (uncommitted > 0 || moved)) || due || uncommitted >= DOCUMENTS_PER_COMMIT {
                writer.commit(self.index.position(&position))?;
                (uncommitted, committed_at) = (0, self.now());
            }
            if last || !progress(done) {
                // What is not committed is done again next time.
                if uncommitted > 0 {
                    writer.commit(self.index.position(&position))?;
                }
                // A feed that moved without touching documents still moves the watermark.
                let at = writer.position().map_or(0, |p| p.number);
                if last && at < position.number {
                    writer.commit(self.index.position(&position))?;
                }
                return Ok(done);
            }
        }
    }

    fn rebuild(
        &self,
        writer: &mut Writer,
        progress: &mut dyn FnMut(IndexProgress) -> bool,
    ) -> Result<IndexProgress> {
        // Taken before the scan: what changes during it is followed afterwards.
        let position = self.store.position()?;
        let mut done = IndexProgress {
            documents: 0,
            rebuilding: true,
        };
        writer.wipe_and_create()?;
        let mut after = DocumentId(0);
        let mut uncommitted = 0;
        loop {
            let edition = self.language()?.edition();
            let mut documents = self
                .store
                .documents_to_index(after, DOCUMENTS_AT_ONCE, edition)?;
            self.annotate(&mut documents)?;
            let Some(last) = documents.last() else { break };
            after = last.document;
            done.documents += documents.len() as i64;
            uncommitted += documents.len() as i64;
            writer.add(
                documents
                    .into_iter()
                    .map(|d| Change::Put(Box::new(d)))
                    .collect(),
            )?;
            if uncommitted >= DOCUMENTS_PER_COMMIT {
                writer.commit(self.index.position(&position))?;
                uncommitted = 0;
            }
            if !progress(done) {
                return Ok(done);
            }
        }
        writer.finish_rebuild(self.index.position(&position))?;
        let followed = self.follow(writer, position, Pace::Thorough, progress)?;
        done.documents += followed.documents;
        Ok(done)
    }
}

#[cfg(test)]
mod tests;
