//! Searching. A reader is shared by all threads of a process; it answers from one snapshot
//! until [`Reader::reload`] finds that the index has moved.

use super::access::narrow;
use super::cache::{BlockCache, READER_CACHE_BYTES};
use super::compile::{compile, finds_best_without_all};
use super::directory::META;
use super::error::{IndexError, RebuildReason, outside};
use super::generation::{self, Generation, Number};
use super::needles::Highlighter;
use super::position::{Payload, Position, StoreIdentity};
use super::schema::{DATE, DOCUMENT, Record};
use super::snippet::snippet;
use crate::domain::encounter::Service;
use crate::domain::search::{SearchAnswer, SearchHit, SearchOrder, SearchRequest};
use crate::grammar::{GrammarError, parse};
use crate::vault::SealKey;
use crate::vault::seal::HEADER_BYTES;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Instant as Stopwatch;
use tantivy::collector::sort_key::SortByStaticFastValue;
use tantivy::collector::{Collector, Count, TopDocs};
use tantivy::query::Query;
use tantivy::schema::Value;
use tantivy::{
    DocAddress, IndexReader, Order, ReloadPolicy, Searcher, TantivyDocument, TantivyError,
};

/// What a search needs to know beside the request.
#[derive(Clone, Copy, Debug)]
pub struct SearchContext<'a> {
    /// The day `T` means.
    pub today: Date,
    /// The time zone days are in.
    pub zone: &'a TimeZone,
    /// The services there are, for `service:`.
    pub services: &'a [Service],
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

/// One snapshot of the index.
struct View {
    generation: Arc<Generation>,
    reader: IndexReader,
    searcher: Searcher,
    payload: Payload,
}

/// What changes with every commit and every swap: the generation that answers, and the header
/// of its `meta.json`, which holds a random salt, so that equal headers mean equal files.
#[derive(Clone, PartialEq, Eq)]
struct Stamp {
    generation: Option<Number>,
    meta: Option<[u8; HEADER_BYTES]>,
}

/// Hits up to which room is made before it is known how many there are.
const MAX_UNCOUNTED: usize = 10_000;
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
    /// Cheap when it has not: two small reads. Returns whether it had moved.
    ///
    /// # Errors
    /// [`IndexError::NeedsRebuild`] when what is there now cannot be read (a sound snapshot read
    /// before is kept, unless the index turned out to be another store's), [`IndexError::Io`].
    pub fn reload(&self) -> Result<bool, IndexError> {
        let _one = self
            .reloading
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
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

    /// Searches. Only what `request.access` grants is found, counted or scored by.
    ///
    /// # Errors
    /// [`IndexError::Query`] when the text cannot be understood, [`IndexError::NeedsRebuild`],
    /// [`IndexError::Io`].
    pub fn search(
        &self,
        request: &SearchRequest,
        context: &SearchContext<'_>,
    ) -> Result<SearchAnswer, IndexError> {
        let started = Stopwatch::now();
        let view = self.view()?;
        let parsed = parse(request.text.raw(), context.today)?;
        let query = compile(&parsed, &view.generation.fields, context);
        let query = narrow(
            query,
            &request.access,
            request.encounter,
            &view.generation.fields,
        );
        let needles = Highlighter::of(&parsed);
        let two_passes = request.order == SearchOrder::Best && finds_best_without_all(&parsed);
        let (count, hits) = view
            .run(query.as_ref(), request, &needles, two_passes)
            .map_err(|e| IndexError::searching(&view.generation.path, e))?;
        let position = match view.payload.complete {
            true => view.payload.position.number,
            false => 0,
        };
        Ok(SearchAnswer {
            count,
            groups: count,
            hits,
            facets: Vec::new(),
            expansions: Vec::new(),
            suggestion: None,
            marks: Vec::new(),
            micros: i64::try_from(started.elapsed().as_micros()).unwrap_or(i64::MAX),
            position,
        })
    }

    fn view(&self) -> Result<Arc<View>, IndexError> {
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
        Ok(View {
            searcher: reader.searcher(),
            generation: Arc::new(generation),
            reader,
            payload,
        })
    }

    /// The next snapshot of the generation that is open already.
    fn refresh(&self, old: &View) -> Result<View, IndexError> {
        // The position is read first: it may lag behind what is found, never run ahead.
        let payload = generation::reread(&old.generation, &self.store)?;
        old.reader
            .reload()
            .map_err(|e| IndexError::opening(&old.generation.path, e))?;
        Ok(View {
            searcher: old.reader.searcher(),
            generation: old.generation.clone(),
            reader: old.reader.clone(),
            payload,
        })
    }
}

impl View {
    /// The exact count, and the hits asked for in their order.
    fn run(
        &self,
        query: &dyn Query,
        request: &SearchRequest,
        needles: &Highlighter,
        two_passes: bool,
    ) -> tantivy::Result<(usize, Vec<SearchHit>)> {
        let searcher = &self.searcher;
        let all = usize::try_from(searcher.num_docs()).unwrap_or(usize::MAX);
        let (mut count, mut room) = (None, all);
        if two_passes || request.limit.saturating_add(request.offset) > MAX_UNCOUNTED {
            room = searcher.search(query, &Count)?;
            count = Some(room);
        }
        // tantivy refuses a limit of nothing and makes room for whatever limit it is given.
        let limit = request.limit.min(room.saturating_sub(request.offset));
        if limit == 0 {
            let count = count.map_or_else(|| searcher.search(query, &Count), Ok)?;
            return Ok((count, Vec::new()));
        }
        let top = TopDocs::with_limit(limit).and_offset(request.offset);
        let (count, found) = match request.order {
            SearchOrder::Best => self.collect(query, top.order_by_score(), count)?,
            SearchOrder::Newest => {
                let by = |column: &str| SortByStaticFastValue::<i64>::for_field(column);
                let order = ((by(DATE), Order::Desc), (by(DOCUMENT), Order::Desc));
                let (count, found) = self.collect(query, top.order_by(order), count)?;
                let unscored = found.into_iter().map(|(_, at)| (0.0, at));
                (count, unscored.collect())
            }
        };
        Ok((count, self.hits(&found, needles)?))
    }

    /// Collects the top and, unless it is known, the count in the same pass.
    fn collect<T: Send + Sync + 'static>(
        &self,
        query: &dyn Query,
        top: impl Collector<Fruit = Vec<(T, DocAddress)>>,
        count: Option<usize>,
    ) -> tantivy::Result<(usize, Vec<(T, DocAddress)>)> {
        match count {
            Some(count) => Ok((count, self.searcher.search(query, &top)?)),
            None => self.searcher.search(query, &(Count, top)),
        }
    }

    fn hits(
        &self,
        found: &[(f32, DocAddress)],
        needles: &Highlighter,
    ) -> tantivy::Result<Vec<SearchHit>> {
        // Read in the order they are stored, so that neighbours share a block.
        let mut reading: Vec<usize> = (0..found.len()).collect();
        reading.sort_unstable_by_key(|&i| found[i].1);
        let mut hits: Vec<Option<SearchHit>> = vec![None; found.len()];
        for i in reading {
            let (score, at) = found[i];
            hits[i] = Some(self.hit(score, at, needles)?);
        }
        Ok(hits.into_iter().flatten().collect())
    }

    fn hit(&self, score: f32, at: DocAddress, needles: &Highlighter) -> tantivy::Result<SearchHit> {
        let fields = &self.generation.fields;
        let document: TantivyDocument = self.searcher.doc(at)?;
        let text = document.get_first(fields.text).and_then(|v| v.as_str());
        let record: Record<'_> = document
            .get_first(fields.record)
            .and_then(|v| v.as_bytes())
            .and_then(|bytes| serde_json::from_slice(bytes).ok())
            .ok_or_else(|| TantivyError::InternalError("record".to_owned()))?;
        Ok(SearchHit {
            document: record.document,
            encounter: record.encounter,
            patient: record.patient,
            kind: record.kind,
            title: record.title.into_owned().into(),
            author: record.author.into_owned().into(),
            patient_name: record.name.into_owned().into(),
            mrn: record.mrn.into_owned().into(),
            visit: record.visit.into_owned().into(),
            at: record.at,
            score,
            in_group: 1,
            snippet: snippet(text.unwrap_or_default(), needles),
        })
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
