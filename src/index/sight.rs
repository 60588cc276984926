//! What a searcher sees of the index: which documents, and how often words stand in them.
//!
//! Documents of others must not show in the order of what is found either: a word that is rare
//! among the documents a searcher sees is rare for them, however many others have it. So scores,
//! spellings and suggestions count over what is seen, exactly as an index without the rest would.

use super::access::{hidden, seen};
use super::heads::{Documents, DocumentsScorer};
use super::schema::{DOCUMENT, Fields};
use crate::domain::ids::DocumentId;
use crate::domain::search::SearchAccess;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::query::{
    AllQuery, Bm25StatisticsProvider, EmptyScorer, EnableScoring, Explanation, Query, Scorer,
    Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Score, Searcher, SegmentOrdinal, SegmentReader, TERMINATED, Term};

/// Sights kept for the next search of the same people.
const MAX_KEPT: usize = 16;

/// The documents a searcher sees, none of them deleted.
pub(super) struct Sight {
    searcher: Searcher,
    segments: Vec<Arc<Documents>>,
    documents: u64,
    /// Words of their texts, and the field those stand in.
    words: u64,
    text: Field,
}

impl std::fmt::Debug for Sight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sight")
            .field("documents", &self.documents)
            .finish()
    }
}

impl Sight {
    fn of(searcher: &Searcher, access: &SearchAccess, fields: &Fields) -> tantivy::Result<Self> {
        let segments = match many_owed(access, searcher.num_docs()) {
            false => searcher.search(seen(Box::new(AllQuery), access, fields).as_ref(), &Set)?,
            true => with_owed(searcher, access, fields)?,
        };
        let (mut documents, mut words) = (0, 0);
        for (reader, set) in searcher.segment_readers().iter().zip(&segments) {
            let lengths = reader.get_fieldnorms_reader(fields.text)?;
            let mut doc = set.next_from(0);
            while doc != TERMINATED {
                documents += 1;
                words += u64::from(lengths.fieldnorm(doc));
                doc = set.next_from(doc + 1);
            }
        }
        Ok(Self {
            searcher: searcher.clone(),
            segments: segments.into_iter().map(Arc::new).collect(),
            documents,
            words,
            text: fields.text,
        })
    }

    /// How many of the documents seen have a term.
    pub(super) fn documents_with(&self, term: &Term) -> tantivy::Result<u64> {
        let mut count = 0;
        for (reader, set) in self.searcher.segment_readers().iter().zip(&self.segments) {
            let inverted = reader.inverted_index(term.field())?;
            let Some(mut block) = inverted.read_block_postings(term, IndexRecordOption::Basic)?
            else {
                continue;
            };
            while !block.docs().is_empty() {
                count += block.docs().iter().filter(|doc| set.has(**doc)).count() as u64;
                block.advance();
            }
        }
        Ok(count)
    }
}

/// Looking one document up by its term costs as much as going over so many in their column.
const LOOK_UP: u64 = 64;

/// Whether so much is owed in charts of others that going over all documents is quicker.
fn many_owed(access: &SearchAccess, documents: u64) -> bool {
    access.owed.len() as u64 * LOOK_UP > documents
}

/// What `access` grants, with what is owed found by going over the column of all documents.
fn with_owed(
    searcher: &Searcher,
    access: &SearchAccess,
    fields: &Fields,
) -> tantivy::Result<Vec<Documents>> {
    let own = SearchAccess {
        owed: Vec::new(),
        ..access.clone()
    };
    let query = seen(Box::new(AllQuery), &own, fields);
    let mut segments = searcher.search(query.as_ref(), &Set)?;
    for (reader, set) in searcher.segment_readers().iter().zip(&mut segments) {
        let closed = match access.sensitive {
            true => Documents::none(reader.max_doc()),
            false => sensitive_ones(reader, fields)?,
        };
        let ids = reader.fast_fields().i64(DOCUMENT)?;
        for doc in reader.doc_ids_alive().filter(|doc| !closed.has(*doc)) {
            let id = ids.first(doc).map(DocumentId);
            if id.is_some_and(|id| access.owed.binary_search(&id).is_ok()) {
                set.insert(doc);
            }
        }
    }
    Ok(segments)
}

/// The sensitive documents of a segment.
fn sensitive_ones(reader: &SegmentReader, fields: &Fields) -> tantivy::Result<Documents> {
    let mut out = Documents::none(reader.max_doc());
    for term in hidden(fields) {
        let inverted = reader.inverted_index(term.field())?;
        let block = inverted.read_block_postings(&term, IndexRecordOption::Basic)?;
        let Some(mut block) = block else { continue };
        while !block.docs().is_empty() {
            block.docs().iter().for_each(|&doc| out.insert(doc));
            block.advance();
        }
    }
    Ok(out)
}

/// Nothing but what somebody sees, as a condition: asked of one set, however many documents and charts
/// it was put together from.
#[derive(Clone, Debug)]
pub(super) struct InSight(pub Arc<Sight>);

impl Query for InSight {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }

    fn query_terms<'a>(&'a self, _: &mut dyn FnMut(&'a Term, bool)) {}
}

impl Weight for InSight {
    fn scorer(&self, reader: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let segments = self.0.searcher.segment_readers().iter();
        let id = reader.segment_id();
        let set = segments.zip(&self.0.segments);
        let mut set = set.filter_map(|(segment, set)| (segment.segment_id() == id).then_some(set));
        // A segment that the sight does not know is not seen.
        Ok(match set.next() {
            Some(set) => Box::new(DocumentsScorer::of(set.clone())),
            None => Box::new(EmptyScorer),
        })
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("what is seen", 0.0))
    }
}

impl Bm25StatisticsProvider for Sight {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        // Only texts are scored; other fields keep no lengths.
        Ok(if field == self.text {
            self.words
        } else {
            self.documents
        })
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.documents)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.documents_with(term)
    }
}

/// Gathers documents as sets, one for each segment.
struct Set;

impl Collector for Set {
    type Fruit = Vec<Documents>;
    type Child = SegmentSet;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentSet> {
        Ok(SegmentSet(Documents::none(reader.max_doc())))
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Documents>) -> tantivy::Result<Vec<Documents>> {
        Ok(fruits)
    }
}

struct SegmentSet(Documents);

impl SegmentCollector for SegmentSet {
    type Fruit = Documents;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.0.insert(doc);
    }

    fn harvest(self) -> Documents {
        self.0
    }
}

/// The sights of one snapshot, for as many kinds of searchers as ask at a time.
#[derive(Default)]
pub(super) struct Sights(Mutex<HashMap<SearchAccess, Arc<Sight>>>);

impl Sights {
    /// What somebody sees; `None` for who sees everything.
    pub(super) fn of(
        &self,
        searcher: &Searcher,
        access: &SearchAccess,
        fields: &Fields,
    ) -> tantivy::Result<Option<Arc<Sight>>> {
        if access.sensitive && access.only_provider.is_none() {
            return Ok(None);
        }
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sight) = kept().get(access) {
            return Ok(Some(sight.clone()));
        }
        let sight = Arc::new(Sight::of(searcher, access, fields)?);
        let mut kept = kept();
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(access.clone(), sight.clone());
        Ok(Some(sight))
    }
}

/// How many documents have a term, of those seen, or of all.
pub(super) fn documents_with(
    searcher: &Searcher,
    sight: Option<&Sight>,
    term: &Term,
) -> tantivy::Result<u64> {
    match sight {
        Some(sight) => sight.documents_with(term),
        None => searcher.doc_freq(term),
    }
}
