//! Hits gathered by patient or stay, and those taken in last.
//!
//! Collectors see only what the access filter let through, so nothing here can count what the
//! searcher may not see.

use super::bound::{Bound, gather};
use super::heads::DocumentsScorer;
use super::schema::{DATE, ENCOUNTER, PATIENT};
use crate::domain::search::{Grouping, SearchOrder};
use std::collections::HashMap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::query::Weight;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

/// The best document of a group, and how many there are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    /// What groups are ordered by: relevance, or date and identity.
    pub score: Score,
    pub date: i64,
    pub best: DocAddress,
    pub count: usize,
}

impl Group {
    fn beats(&self, other: &Self, order: SearchOrder) -> bool {
        let earlier = self.best < other.best;
        match order {
            SearchOrder::Best => {
                (self.score, self.date, earlier) > (other.score, other.date, !earlier)
            }
            SearchOrder::Newest => (self.date, !earlier) > (other.date, earlier),
        }
    }
}

/// Gathers documents by patient or stay; gives groups in order.
pub(super) struct Grouped {
    pub grouping: Grouping,
    pub order: SearchOrder,
}

impl Collector for Grouped {
    type Fruit = Vec<Group>;
    type Child = SegmentGrouped;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentGrouped> {
        let columns = reader.fast_fields();
        Ok(SegmentGrouped {
            segment,
            patient: columns.i64(PATIENT)?,
            encounter: columns.i64(ENCOUNTER)?,
            date: columns.i64(DATE)?,
            stays: self.grouping == Grouping::Stay,
            order: self.order,
            groups: HashMap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.order == SearchOrder::Best
    }

    fn merge_fruits(
        &self,
        fruits: Vec<HashMap<(bool, i64), Group>>,
    ) -> tantivy::Result<Vec<Group>> {
        let mut all: HashMap<(bool, i64), Group> = HashMap::new();
        for (key, group) in fruits.into_iter().flatten() {
            add(&mut all, key, group, self.order);
        }
        let mut out: Vec<Group> = all.into_values().collect();
        out.sort_by(
            |a, b| match (a.beats(b, self.order), b.beats(a, self.order)) {
                (true, false) => std::cmp::Ordering::Less,
                (false, true) => std::cmp::Ordering::Greater,
                _ => a.best.cmp(&b.best),
            },
        );
        Ok(out)
    }
}

fn add(
    groups: &mut HashMap<(bool, i64), Group>,
    key: (bool, i64),
    group: Group,
    order: SearchOrder,
) {
    match groups.entry(key) {
        std::collections::hash_map::Entry::Vacant(slot) => {
            slot.insert(group);
        }
        std::collections::hash_map::Entry::Occupied(mut slot) => {
            let old = slot.get_mut();
            let count = old.count + group.count;
            if group.beats(old, order) {
                *old = group;
            }
            old.count = count;
        }
    }
}

pub(super) struct SegmentGrouped {
    segment: SegmentOrdinal,
    patient: Column<i64>,
    encounter: Column<i64>,
    date: Column<i64>,
    stays: bool,
    order: SearchOrder,
    groups: HashMap<(bool, i64), Group>,
}

impl SegmentCollector for SegmentGrouped {
    type Fruit = HashMap<(bool, i64), Group>;

    fn collect(&mut self, doc: DocId, score: Score) {
        let stay = self.encounter.first(doc).filter(|_| self.stays);
        let key = match stay {
            Some(stay) => (true, stay),
            None => (false, self.patient.first(doc).unwrap_or_default()),
        };
        let group = Group {
            score,
            date: self.date.first(doc).unwrap_or(i64::MIN),
            best: DocAddress::new(self.segment, doc),
            count: 1,
        };
        add(&mut self.groups, key, group, self.order);
    }

    fn harvest(self) -> HashMap<(bool, i64), Group> {
        self.groups
    }
}

/// Counts documents that nothing orders, and keeps those taken in last.
pub(super) struct Last<'a> {
    pub limit: usize,
    pub bound: &'a Bound,
}

impl Collector for Last<'_> {
    type Fruit = (usize, Vec<DocAddress>);
    type Child = SegmentLast;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        _: &SegmentReader,
    ) -> tantivy::Result<SegmentLast> {
        Ok(SegmentLast {
            segment,
            count: 0,
            limit: self.limit,
            ring: Vec::new(),
        })
    }

    /// A set knows how many it has and which come last; other documents are gone through.
    fn collect_segment(
        &self,
        weight: &dyn Weight,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<(usize, Vec<DocAddress>)> {
        if segment > 0 && self.bound.is_over() {
            return Ok((0, Vec::new()));
        }
        let mut scorer = weight.scorer(reader, 1.0)?;
        let alive = reader.alive_bitset();
        if let (Some(set), None) = (scorer.downcast_ref::<DocumentsScorer>(), alive) {
            let documents = set.documents();
            let last = documents.last(self.limit).into_iter();
            let address = |doc| DocAddress::new(segment, doc);
            return Ok((documents.count() as usize, last.map(address).collect()));
        }
        let mut last = self.for_segment(segment, reader)?;
        gather(scorer.as_mut(), reader, &mut last, self.bound);
        Ok(last.harvest())
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(
        &self,
        fruits: Vec<(usize, Vec<DocAddress>)>,
    ) -> tantivy::Result<(usize, Vec<DocAddress>)> {
        let mut count = 0;
        let mut all = Vec::new();
        for (some, last) in fruits {
            count += some;
            all.extend(last);
        }
        all.sort_unstable_by(|a, b| b.cmp(a));
        all.truncate(self.limit);
        Ok((count, all))
    }
}

pub(super) struct SegmentLast {
    segment: SegmentOrdinal,
    count: usize,
    limit: usize,
    /// The last documents; the next one takes the place of the first of them.
    ring: Vec<DocId>,
}

impl SegmentLast {
    fn take(&mut self, doc: DocId) {
        if self.limit == 0 {
        } else if self.ring.len() < self.limit {
            self.ring.push(doc);
        } else {
            let at = self.count % self.limit;
            self.ring[at] = doc;
        }
        self.count += 1;
    }
}

impl SegmentCollector for SegmentLast {
    type Fruit = (usize, Vec<DocAddress>);

    fn collect(&mut self, doc: DocId, _: Score) {
        self.take(doc);
    }

    fn collect_block(&mut self, docs: &[DocId]) {
        docs.iter().for_each(|&doc| self.take(doc));
    }

    fn harvest(self) -> (usize, Vec<DocAddress>) {
        let address = |doc: &DocId| DocAddress::new(self.segment, *doc);
        (self.count, self.ring.iter().map(address).collect())
    }
}
