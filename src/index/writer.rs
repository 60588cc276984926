//! Taking changes in. One process writes at a time; every commit carries the outbox position,
//! and there is no way to commit without one.

use super::cache::{BlockCache, WRITER_CACHE_BYTES};
use super::error::{IndexError, RebuildReason};
use super::generation::{self, Number};
use super::live::{BUDGET_BYTES, Live, REBUILD_BUDGET_BYTES, highest, packer, writer};
use super::position::{Payload, Position, StoreIdentity};
use crate::domain::ids::DocumentId;
use crate::domain::search::IndexedDocument;
use crate::vault::SealKey;
use crate::vault::files;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Name of the file whose lock the writing process holds.
const LOCK: &str = "writer.lock";

/// A change of what the index holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The document is now this; one that was retracted is taken out.
    Put(Box<IndexedDocument>),
    /// The document is gone.
    Remove(DocumentId),
}

/// What an index needs before changes can be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: it follows its store.
    Nothing,
    /// Everything anew: [`Writer::wipe_and_create`], every document, then
    /// [`Writer::finish_rebuild`].
    Rebuild(RebuildReason),
}

/// The one writer of an index; holds its lock until dropped.
pub struct Writer {
    dir: PathBuf,
    key: SealKey,
    store: StoreIdentity,
    cache: Arc<BlockCache>,
    state: State,
    // Last, so that the lock is freed only after the index is closed.
    _lock: File,
}

enum State {
    Needs(RebuildReason),
    Following(Live),
    Building(Live),
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("dir", &self.dir).finish()
    }
}

impl Writer {
    /// Becomes the writer of the index in `dir` (made if absent) that follows `store`. `None`
    /// when another process is it. Look at [`Writer::needs`] next.
    ///
    /// # Errors
    /// [`IndexError::Io`], [`IndexError::Engine`].
    pub fn try_open(
        dir: &Path,
        key: &SealKey,
        store: &StoreIdentity,
    ) -> Result<Option<Self>, IndexError> {
        files::create_private_dir(dir).map_err(|e| IndexError::io(dir, e))?;
        let path = dir.join(LOCK);
        let lock = files::open_private(&path).map_err(|e| IndexError::io(&path, e))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(e)) => return Err(IndexError::io(&path, e)),
        }
        let cache = Arc::new(BlockCache::new(WRITER_CACHE_BYTES));
        let state = match Self::open_current(dir, key, store, &cache) {
            Ok(live) => State::Following(live),
            Err(IndexError::NeedsRebuild(reason)) => State::Needs(reason),
            Err(e) => return Err(e),
        };
        if let State::Following(live) = &state {
            // What an unfinished rebuild left behind.
            generation::remove_others(dir, &[live.generation.number])?;
        }
        Ok(Some(Self {
            dir: dir.to_owned(),
            key: key.clone(),
            store: store.clone(),
            cache,
            state,
            _lock: lock,
        }))
    }

    fn open_current(
        dir: &Path,
        key: &SealKey,
        store: &StoreIdentity,
        cache: &Arc<BlockCache>,
    ) -> Result<Live, IndexError> {
        let number = generation::read_current(dir, key)?
            .ok_or(IndexError::NeedsRebuild(RebuildReason::Missing))?;
        let (generation, payload) = generation::open(dir, number, key, store, cache)?;
        if !payload.complete {
            return Err(IndexError::NeedsRebuild(RebuildReason::Unfinished));
        }
        let highest = highest(&generation)?;
        let packer = packer(&generation, key)?;
        let writer = writer(&generation, BUDGET_BYTES)
            .map_err(|e| IndexError::opening(&generation.path, e))?;
        Ok(Live {
            generation,
            writer,
            payload,
            published: true,
            highest,
            packer,
            waiting: Vec::new(),
        })
    }

    /// What must be done before changes can be applied.
    pub fn needs(&self) -> Needs {
        match &self.state {
            State::Needs(reason) => Needs::Rebuild(*reason),
            State::Following(_) | State::Building(_) => Needs::Nothing,
        }
    }

    /// Whether a rebuild is going on.
    pub fn is_building(&self) -> bool {
        matches!(self.state, State::Building(_))
    }

    /// The position the index has durably reached; `None` when it needs a rebuild or is being
    /// rebuilt.
    pub fn position(&self) -> Option<&Position> {
        match &self.state {
            State::Following(live) => Some(&live.payload.position),
            State::Needs(_) | State::Building(_) => None,
        }
    }

    /// Starts a rebuild: a new, empty generation takes all changes from here on. An old one
    /// that is sound keeps answering searches until [`Writer::finish_rebuild`]; otherwise the
    /// new one answers at once with what it has.
    ///
    /// # Errors
    /// [`IndexError::Io`], [`IndexError::Engine`]; the index then needs a rebuild still.
    pub fn wipe_and_create(&mut self) -> Result<(), IndexError> {
        let reason = match &self.state {
            State::Needs(reason) => *reason,
            State::Following(_) | State::Building(_) => RebuildReason::Unfinished,
        };
        let old = match std::mem::replace(&mut self.state, State::Needs(reason)) {
            State::Following(live) => Some(live.generation.number),
            // Of a rebuild that starts over, what answered before it answers on.
            State::Building(live) if !live.published => {
                generation::read_current(&self.dir, &self.key)?
            }
            State::Building(_) | State::Needs(_) => None,
        };
        let kept: Vec<Number> = old.into_iter().collect();
        let last = generation::all(&self.dir)?.into_iter().max();
        let number = Number(last.map_or(1, |number| number.0.saturating_add(1)));
        if old.is_none() {
            // Nothing may answer from what is damaged or foreign, not even until we are done.
            generation::remove_others(&self.dir, &[])?;
        }
        let generation = generation::create(&self.dir, number, &self.key, &self.cache)?;
        let writer = writer(&generation, REBUILD_BUDGET_BYTES)
            .map_err(|e| IndexError::writing(&generation.path, e))?;
        let mut live = Live {
            packer: packer(&generation, &self.key)?,
            generation,
            writer,
            payload: Payload {
                position: Position::new(&self.store, 0),
                complete: false,
            },
            published: false,
            highest: i64::MIN,
            waiting: Vec::new(),
        };
        live.commit(Position::new(&self.store, 0), false)?;
        if old.is_none() {
            generation::write_current(&self.dir, &self.key, number)?;
            live.published = true;
        }
        let mut keep = kept;
        keep.push(number);
        generation::remove_others(&self.dir, &keep)?;
        self.state = State::Building(live);
        Ok(())
    }

    /// Applies changes and commits them with the position they bring the index to.
    ///
    /// # Errors
    /// [`IndexError::NeedsRebuild`] when a rebuild must be started first; [`IndexError::Io`] or
    /// [`IndexError::Engine`] when nothing of this was kept.
    pub fn apply(&mut self, changes: Vec<Change>, position: Position) -> Result<(), IndexError> {
        self.add(changes)?;
        self.commit(position)
    }

    /// Takes changes in without committing them: for many at once. They count only after
    /// [`Writer::commit`]; dropping the writer forgets them.
    ///
    /// # Errors
    /// As [`Writer::apply`]; everything since the last commit is then forgotten.
    pub fn add(&mut self, changes: Vec<Change>) -> Result<(), IndexError> {
        let key = self.key.clone();
        self.live()?.add(&key, changes)
    }

    /// Makes what was added durable, together with the position it brings the index to. While
    /// a rebuild goes on the position counts for nothing: a crash starts the rebuild over.
    ///
    /// # Errors
    /// As [`Writer::apply`].
    pub fn commit(&mut self, position: Position) -> Result<(), IndexError> {
        let complete = !self.is_building();
        let key = self.key.clone();
        let live = self.live()?;
        live.add_waiting(&key)?;
        live.commit(position, complete)
    }

    /// Ends a rebuild: commits, merges what was written into one segment, and lets the new
    /// generation answer from now on.
    ///
    /// # Errors
    /// As [`Writer::apply`].
    pub fn finish_rebuild(&mut self, position: Position) -> Result<(), IndexError> {
        let key = self.key.clone();
        let live = self.live()?;
        live.add_waiting(&key)?;
        live.commit(position, true)?;
        live.merge_all()?;
        let unfinished = State::Needs(RebuildReason::Unfinished);
        match std::mem::replace(&mut self.state, unfinished) {
            State::Building(mut live) => {
                if !live.published {
                    generation::write_current(&self.dir, &self.key, live.generation.number)?;
                    live.published = true;
                }
                generation::remove_others(&self.dir, &[live.generation.number])?;
                self.state = State::Following(live);
            }
            other => self.state = other,
        }
        Ok(())
    }

    /// Merges all segments into one.
    ///
    /// # Errors
    /// As [`Writer::apply`]; what was committed stays.
    pub fn merge_everything(&mut self) -> Result<(), IndexError> {
        self.live()?.merge_all()
    }

    /// Ends the writer after letting merges under way finish. Dropping it abandons them.
    ///
    /// # Errors
    /// [`IndexError::Io`], [`IndexError::Engine`]; what was committed stays.
    pub fn close(self) -> Result<(), IndexError> {
        match self.state {
            State::Following(live) | State::Building(live) => live
                .writer
                .wait_merging_threads()
                .map_err(|e| IndexError::writing(&live.generation.path, e)),
            State::Needs(_) => Ok(()),
        }
    }

    fn live(&mut self) -> Result<&mut Live, IndexError> {
        match &mut self.state {
            State::Needs(reason) => Err(IndexError::NeedsRebuild(*reason)),
            State::Following(live) | State::Building(live) => Ok(live),
        }
    }
}
