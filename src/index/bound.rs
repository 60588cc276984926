//! How long a search may go on. The beginning of a query that is being typed is answered with
//! what was found when its time is over, so that no key waits for a million documents; a query
//! that is meant has no bound, but for one: when nobody waits for its answer any more, it ends.
//!
//! The clock is looked at between blocks of documents; between documents looked at, too, where many
//! may be looked at before one is found (words whose places matter, days and ages), and between the
//! words of a dictionary that is searched for spellings. What was found is right, and counts are the
//! least there are. What is left out of a search has no bound: stopping there would find what must
//! not be found.

use crate::domain::awaited::Awaited;
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
    awaited: Awaited,
    met: AtomicBool,
}

/// A bound as all parts of a search hold it.
pub(super) type SharedBound = Arc<Bound>;

impl Bound {
    /// So long from `start`, or for ever, while somebody waits.
    pub(super) fn from(
        start: Stopwatch,
        within: Option<Duration>,
        awaited: Awaited,
    ) -> SharedBound {
        Arc::new(Self {
            until: within.and_then(|within| start.checked_add(within)),
            awaited,
            met: AtomicBool::new(false),
        })
    }

    /// No bound at all.
    pub(super) fn none() -> SharedBound {
        Arc::default()
    }

    /// Whether it may end before all was looked at.
    pub(super) fn is_set(&self) -> bool {
        self.is_timed() || self.awaited.may_end()
    }

    /// Whether there is a time when it ends.
    pub(super) fn is_timed(&self) -> bool {
        self.until.is_some()
    }

    /// Whether the time is over or nobody waits. Who asks stops then, and what it found is not all.
    pub(super) fn is_over(&self) -> bool {
        let late = |until| Stopwatch::now() >= until;
        let over = self.awaited.is_over() || self.until.is_some_and(late);
        if over {
            self.cut_short();
        }
        over
    }

    /// Something is left out to keep to the time: what is found is not all.
    pub(super) fn cut_short(&self) {
        self.met.store(true, Ordering::Relaxed);
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
    pub look: Look,
}

/// When the clock is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Between segments only: each is gone through in the collector's own way, which may pass most
    /// of its documents over.
    Segments,
    /// Between blocks of documents.
    Blocks,
}

impl Look {
    /// As often as a bound is worth: nobody sits waiting for the end of a search that nobody waits
    /// for.
    pub(super) fn of(bound: &Bound) -> Self {
        match bound.is_timed() {
            true => Self::Blocks,
            false => Self::Segments,
        }
    }
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
        let late = segment > 0 && self.bound.is_over();
        if self.look == Look::Segments && !late {
            return self.inner.collect_segment(weight, segment, reader);
        }
        let mut child = self.inner.for_segment(segment, reader)?;
        if !late {
            let mut scorer = weight.scorer(reader, 1.0)?;
            match self.inner.requires_scoring() {
                true => self.scored(scorer.as_mut(), reader, &mut child),
                false => gather(scorer.as_mut(), reader, &mut child, self.bound),
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
}

/// Collects documents without a score until the bound is met.
pub(super) fn gather<C: SegmentCollector>(
    scorer: &mut dyn Scorer,
    reader: &SegmentReader,
    child: &mut C,
    bound: &Bound,
) {
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
        if count < COLLECT_BLOCK_BUFFER_LEN || bound.is_over() {
            return;
        }
    }
}
