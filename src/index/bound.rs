//! How long a search may go on. The beginning of a query that is being typed is answered with
//! what was found when its time is over, so that no key waits for a million documents; a query
//! that is meant has no bound.
//!
//! The clock is looked at between blocks of documents, and by words whose places matter between
//! documents they are looked for in: those may go on long without finding any. What was found is
//! right, and counts are the least there are. What is left out of a search has no bound: stopping
//! there would find what must not be found.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Stopwatch};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::query::{Scorer, Weight};
use tantivy::schema::Schema;
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, SegmentOrdinal, SegmentReader, TERMINATED, TantivyError};

/// Scored documents between two looks at the clock.
const SCORED: usize = 256;

/// The end of a search's time, if there is one, and whether it was met.
#[derive(Debug, Default)]
pub(super) struct Bound {
    until: Option<Stopwatch>,
    met: AtomicBool,
}

/// A bound as all parts of a search hold it.
pub(super) type SharedBound = Arc<Bound>;

impl Bound {
    /// So long from `start`, or for ever.
    pub(super) fn from(start: Stopwatch, within: Option<Duration>) -> SharedBound {
        Arc::new(Self {
            until: within.and_then(|within| start.checked_add(within)),
            met: AtomicBool::new(false),
        })
    }

    /// No bound at all.
    pub(super) fn none() -> SharedBound {
        Arc::default()
    }

    /// Whether there is an end.
    pub(super) fn is_set(&self) -> bool {
        self.until.is_some()
    }

    /// Whether the time is over. Who asks stops then, and what it found is not all.
    pub(super) fn is_over(&self) -> bool {
        let over = self.until.is_some_and(|until| Stopwatch::now() >= until);
        if over {
            self.met.store(true, Ordering::Relaxed);
        }
        over
    }

    /// Whether something stopped.
    pub(super) fn was_met(&self) -> bool {
        self.met.load(Ordering::Relaxed)
    }
}

/// Collects until the time is over; something of the first segment in any case.
pub(super) struct Until<'a, C> {
    pub inner: &'a C,
    pub bound: &'a Bound,
}

impl<C: Collector> Collector for Until<'_, C> {
    type Fruit = C::Fruit;
    type Child = C::Child;

    fn check_schema(&self, schema: &Schema) -> Result<(), TantivyError> {
        self.inner.check_schema(schema)
    }

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<C::Child> {
        self.inner.for_segment(segment, reader)
    }

    fn requires_scoring(&self) -> bool {
        self.inner.requires_scoring()
    }

    fn merge_fruits(
        &self,
        fruits: Vec<<C::Child as SegmentCollector>::Fruit>,
    ) -> tantivy::Result<C::Fruit> {
        self.inner.merge_fruits(fruits)
    }

    fn collect_segment(
        &self,
        weight: &dyn Weight,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<<C::Child as SegmentCollector>::Fruit> {
        let mut child = self.inner.for_segment(segment, reader)?;
        if segment == 0 || !self.bound.is_over() {
            let mut scorer = weight.scorer(reader, 1.0)?;
            match self.inner.requires_scoring() {
                true => self.scored(scorer.as_mut(), reader, &mut child),
                false => self.unscored(scorer.as_mut(), reader, &mut child),
            }
        }
        Ok(child.harvest())
    }
}

impl<C: Collector> Until<'_, C> {
    fn scored(&self, scorer: &mut dyn Scorer, reader: &SegmentReader, child: &mut C::Child) {
        let alive = reader.alive_bitset();
        let mut seen = 0usize;
        let mut doc = scorer.doc();
        while doc != TERMINATED {
            if alive.is_none_or(|alive| alive.is_alive(doc)) {
                child.collect(doc, scorer.score());
            }
            seen += 1;
            if seen.is_multiple_of(SCORED) && self.bound.is_over() {
                return;
            }
            doc = scorer.advance();
        }
    }

    fn unscored(&self, scorer: &mut dyn Scorer, reader: &SegmentReader, child: &mut C::Child) {
        let alive = reader.alive_bitset();
        let mut docs = [0; COLLECT_BLOCK_BUFFER_LEN];
        loop {
            let count = scorer.fill_buffer(&mut docs);
            let docs = docs.get(..count).unwrap_or_default();
            match alive {
                Some(alive) => docs
                    .iter()
                    .filter(|doc| alive.is_alive(**doc))
                    .for_each(|doc| child.collect(*doc, 0.0)),
                None => child.collect_block(docs),
            }
            if count < COLLECT_BLOCK_BUFFER_LEN || self.bound.is_over() {
                return;
            }
        }
    }
}
