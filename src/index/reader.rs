//! Searching. A reader is shared by all threads of a process; it answers from one snapshot
//! until [`Reader::reload`] finds that the index has moved.

use super::bound::Bound;
use super::cache::{BlockCache, READER_CACHE_BYTES};
use super::directory::META;
use super::error::{IndexError, RebuildReason, outside};
use super::generation::{self, Number};
use super::marks::section_is_meant;
use super::needles::Highlighter;
use super::position::{Position, StoreIdentity};
use super::view::View;
use crate::domain::encounter::{Facility, Service};
use crate::domain::named_list::ListedDocuments;
use crate::domain::search::{SearchAccess, SearchAnswer, SearchRequest};
use crate::domain::untrusted::Untrusted;
use crate::grammar::ast::{Field, Node, NodeKind, Value};
use crate::grammar::{GrammarError, Problem, parse};
use crate::language::Language;
use crate::vault::SealKey;
use crate::vault::seal::HEADER_BYTES;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, TryLockError};
use std::time::Instant as Stopwatch;
use tantivy::{ReloadPolicy, TantivyError};

/// What a search needs to know beside the request.
#[derive(Clone, Copy, Debug)]
pub struct SearchContext<'a> {
    /// The day `T` means.
    pub today: Date,
    /// The time zone days are in.
    pub zone: &'a TimeZone,
    /// The services there are, for `service:`.
    pub services: &'a [Service],
    /// The facilities there are, for `facility:`.
    pub facilities: &'a [Facility],
    /// The searcher's named lists, for `list:`.
    pub lists: &'a [ListedDocuments],
    /// The word lists, for other names and sections; without them there are none.
    pub language: Option<&'a Language>,
}

/// A reader of the index in a folder. `Send + Sync`; all methods take `&self`.
pub struct Reader {
    dir: PathBuf,
    key: SealKey,
    store: StoreIdentity,
    cache: Arc<BlockCache>,
    state: RwLock<State>,
    /// Held while reloading, so that searches never wait for it.
    reloading: Mutex<()>,
}

/// What the reader answers from, and the look of the files it came from.
struct State {
    stamp: Option<Stamp>,
    view: Result<Arc<View>, RebuildReason>,
}

/// What changes with every commit and every swap: the generation that answers, and the header
/// of its `meta.json`, which holds a random salt, so that equal headers mean equal files.
#[derive(Clone, PartialEq, Eq)]
struct Stamp {
    generation: Option<Number>,
    meta: Option<[u8; HEADER_BYTES]>,
}

/// How often a reload tries again when the files change under it.
const MAX_TRIES: usize = 5;

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("dir", &self.dir).finish()
    }
}

impl Reader {
    /// A reader of the index in `dir` that follows `store`. An index that is missing or must be
    /// rebuilt is no error yet: searches say so until a reload finds a sound one.
    ///
    /// # Errors
    /// [`IndexError::Io`].
    pub fn open(dir: &Path, key: &SealKey, store: &StoreIdentity) -> Result<Self, IndexError> {
        let reader = Self {
            dir: dir.to_owned(),
            key: key.clone(),
            store: store.clone(),
            cache: Arc::new(BlockCache::new(READER_CACHE_BYTES)),
            state: RwLock::new(State {
                stamp: None,
                view: Err(RebuildReason::Missing),
            }),
            reloading: Mutex::new(()),
        };
        match reader.reload() {
            Ok(_) | Err(IndexError::NeedsRebuild(_)) => Ok(reader),
            Err(e) => Err(e),
        }
    }

    /// Looks whether the index has moved, and if so answers from the new state from now on.
    /// Cheap when it has not: two small reads. While another thread looks, what is known answers.
    /// Returns whether it had moved.
    ///
    /// # Errors
    /// [`IndexError::NeedsRebuild`] when what is there now cannot be read (a sound snapshot read
    /// before is kept, unless the index turned out to be another store's), [`IndexError::Io`].
    pub fn reload(&self) -> Result<bool, IndexError> {
        let _one = match self.reloading.try_lock() {
            Ok(one) => one,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) if self.view().is_ok() => return Ok(false),
            // There is nothing to answer from yet.
            Err(TryLockError::WouldBlock) => self
                .reloading
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        };
        let (known, old) = {
            let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
            (state.stamp.clone(), state.view.clone().ok())
        };
        let mut stamp = match self.stamp() {
            Err(IndexError::NeedsRebuild(reason)) if old.is_none() => {
                let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
                state.view = Err(reason);
                return Err(IndexError::NeedsRebuild(reason));
            }
            other => other?,
        };
        if known.as_ref() == Some(&stamp) {
            return Ok(false);
        }
        let mut loaded = self.load(stamp.generation, old.as_deref());
        for _ in 0..MAX_TRIES {
            let now = match &loaded {
                Err(IndexError::NeedsRebuild(_)) => self.stamp()?,
                _ => break,
            };
            if now == stamp {
                break;
            }
            // The files changed while they were being read.
            stamp = now;
            loaded = self.load(stamp.generation, old.as_deref());
        }
        let (view, outcome) = match loaded {
            Ok(view) => (Ok(Arc::new(view)), Ok(true)),
            Err(IndexError::NeedsRebuild(reason)) => {
                let kept = old.filter(|_| reason == RebuildReason::Corrupt);
                (kept.ok_or(reason), Err(IndexError::NeedsRebuild(reason)))
            }
            Err(e) => return Err(e),
        };
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        // The stamp was taken before the files were read: what was committed in between is
        // found by the next reload.
        *state = State {
            stamp: Some(stamp),
            view,
        };
        outcome
    }

    /// How far the index has come that this reader answers from; `None` when there is none, or
    /// while it is being rebuilt.
    pub fn position(&self) -> Option<Position> {
        let view = self.view().ok()?;
        view.payload.complete.then(|| view.payload.position.clone())
    }

    /// Whether answers are incomplete because the index is being rebuilt from nothing.
    pub fn is_building(&self) -> bool {
        self.view().is_ok_and(|view| !view.payload.complete)
    }

    /// How many documents are indexed, whoever may see them.
    ///
    /// # Errors
    /// [`IndexError::NeedsRebuild`].
    pub fn documents(&self) -> Result<u64, IndexError> {
        Ok(self.view()?.searcher.num_docs())
    }

    /// Searches. Only what `access` grants is found, counted or scored by.
    ///
    /// # Errors
    /// [`IndexError::Query`] when the text cannot be understood, [`IndexError::NeedsRebuild`],
    /// [`IndexError::Io`].
    pub fn search(
        &self,
        request: &SearchRequest,
        access: &SearchAccess,
        context: &SearchContext<'_>,
    ) -> Result<SearchAnswer, IndexError> {
        let started = Stopwatch::now();
        let view = self.view()?;
        let parsed = parse(request.text.raw(), context.today)?;
        check_sections(&parsed.root, context)?;
        let damage = view.damage();
        let bound = Bound::from(started, request.within, request.awaited.clone());
        let mut answer = view
            .answer(request, access, context, &parsed, &bound)
            .map_err(|e| IndexError::searching(&view.generation.path, e))?;
        view.is_sound_since(damage)?;
        answer.micros = i64::try_from(started.elapsed().as_micros()).unwrap_or(i64::MAX);
        answer.building = !view.payload.complete;
        if view.payload.complete {
            answer.position = view.payload.position.number;
        }
        Ok(answer)
    }

    /// Values of a field that begin like `typed`, most frequent first, and only of documents
    /// that `access` grants: for completion. Empty for fields whose values are not offered.
    ///
    /// # Errors
    /// As [`Reader::search`].
    pub fn values(
        &self,
        field: Field,
        typed: &str,
        access: &SearchAccess,
        context: &SearchContext<'_>,
    ) -> Result<Vec<Untrusted>, IndexError> {
        let view = self.view()?;
        let damage = view.damage();
        let values = view
            .values(field, typed, access, context)
            .map_err(|e| IndexError::searching(&view.generation.path, e))?;
        view.is_sound_since(damage)?;
        Ok(values)
    }

    pub(super) fn view(&self) -> Result<Arc<View>, IndexError> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.view.clone().map_err(IndexError::NeedsRebuild)
    }

    fn stamp(&self) -> Result<Stamp, IndexError> {
        let generation = generation::read_current(&self.dir, &self.key)?;
        let meta = match generation {
            Some(number) => header(&number.path(&self.dir).join(META))?,
            None => None,
        };
        Ok(Stamp { generation, meta })
    }

    fn load(&self, number: Option<Number>, old: Option<&View>) -> Result<View, IndexError> {
        let number = number.ok_or(IndexError::NeedsRebuild(RebuildReason::Missing))?;
        if let Some(old) = old.filter(|old| old.generation.number == number) {
            return self.refresh(old);
        }
        let (generation, payload) =
            generation::open(&self.dir, number, &self.key, &self.store, &self.cache)?;
        let reader = generation
            .index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(|e: TantivyError| IndexError::opening(&generation.path, e))?;
        let words = generation::words(&generation, &self.key)?;
        let path = generation.path.clone();
        View::over(Arc::new(generation), reader, payload, words, old)
            .map_err(|e| IndexError::opening(&path, e))
    }

    /// The next snapshot of the generation that is open already.
    fn refresh(&self, old: &View) -> Result<View, IndexError> {
        // The position is read first: it may lag behind what is found, never run ahead.
        let payload = generation::reread(&old.generation, &self.store)?;
        old.reader
            .reload()
            .map_err(|e| IndexError::opening(&old.generation.path, e))?;
        // Learnt before the first document that needs it was committed.
        let words = match &old.words {
            Some(words) => Some(words.clone()),
            None => generation::words(&old.generation, &self.key)?,
        };
        let (generation, reader) = (old.generation.clone(), old.reader.clone());
        View::over(generation, reader, payload, words, Some(old))
            .map_err(|e| IndexError::opening(&old.generation.path, e))
    }
}

/// Refuses a section there is none of: it would find nothing and not say why.
fn check_sections(node: &Node, context: &SearchContext<'_>) -> Result<(), GrammarError> {
    match &node.kind {
        NodeKind::All(parts) | NodeKind::Any(parts) => parts
            .iter()
            .try_for_each(|part| check_sections(part, context)),
        NodeKind::Not(inner) | NodeKind::Group(inner) => check_sections(inner, context),
        NodeKind::Field {
            field: field @ (Field::In | Field::Section),
            value_span,
            value: Value::Text(typed) | Value::Prefix(typed),
        } => {
            let Some(language) = context.language else {
                return Ok(());
            };
            let mut kinds = language.section_kinds();
            if kinds.any(|kind| section_is_meant(kind, typed.raw())) {
                return Ok(());
            }
            let expected: Vec<&str> = language.section_kinds().collect();
            Err(GrammarError {
                problem: Problem::BadValue {
                    field: *field,
                    expected: expected.join(", "),
                },
                span: *value_span,
            })
        }
        _ => Ok(()),
    }
}

/// The header of a sealed file; `None` when there is no such file or it is too short.
fn header(path: &Path) -> Result<Option<[u8; HEADER_BYTES]>, IndexError> {
    let mut header = [0u8; HEADER_BYTES];
    match File::open(path).and_then(|mut file| file.read_exact(&mut header)) {
        Ok(()) => Ok(Some(header)),
        Err(e) if outside(&e) => Err(IndexError::io(path, e)),
        Err(_) => Ok(None),
    }
}

/// The bytes of every match of a query's words in a text, in order, without overlaps.
///
/// # Errors
/// A [`GrammarError`] when the query cannot be understood.
pub fn highlights(
    text: &str,
    query: &str,
    today: Date,
) -> Result<Vec<(usize, usize)>, GrammarError> {
    Ok(Highlighter::new(query, today)?.ranges(text))
}
