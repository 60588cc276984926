//! Documents with a value from one to another: days, instants, ages.
//!
//! tantivy's own range goes over all documents of a common word in one breath when few of them
//! fit. This one looks at the clock on the way, and takes a moment's two columns (its instant,
//! or its day) as one.

use super::bound::SharedBound;
use std::ops::RangeInclusive;
use tantivy::columnar::Column;
use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED, Term};

/// Documents looked at in one go at first, and at most.
const FIRST_GO: u32 = 128;
const LONGEST_GO: u32 = 16_384;
/// Single documents asked for between two looks at the clock.
const PATIENCE: u32 = 1_024;

/// Values of a column, the ends included.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub column: Field,
    pub values: RangeInclusive<i64>,
}

/// Documents with a value in one of these spans; unscored.
#[derive(Clone, Debug)]
pub(super) struct Spans {
    pub spans: Vec<Span>,
    pub bound: SharedBound,
}

impl Query for Spans {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }

    fn query_terms<'a>(&'a self, _: &mut dyn FnMut(&'a Term, bool)) {}
}

impl Weight for Spans {
    fn scorer(&self, reader: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut columns = Vec::with_capacity(self.spans.len());
        for span in &self.spans {
            let name = reader.schema().get_field_name(span.column);
            let Some(column) = reader.fast_fields().column_opt::<i64>(name)? else {
                continue;
            };
            let (least, most) = (column.min_value(), column.max_value());
            if column.num_docs() > 0 && *span.values.start() <= most && *span.values.end() >= least
            {
                columns.push((column, span.values.clone()));
            }
        }
        if columns.is_empty() {
            return Ok(Box::new(EmptyScorer));
        }
        let mut scorer = SpansScorer {
            columns,
            max_doc: reader.max_doc(),
            doc: TERMINATED,
            ahead: Vec::new(),
            at: 0,
            room: Vec::new(),
            next: 0,
            go: FIRST_GO,
            bound: self.bound.clone(),
            looked: 0,
        };
        scorer.look();
        Ok(Box::new(scorer))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("a value within", 0.0))
    }
}

struct SpansScorer {
    columns: Vec<(Column<i64>, RangeInclusive<i64>)>,
    max_doc: DocId,
    doc: DocId,
    /// Documents found in the last go, in order, and where `doc` stands among them.
    ahead: Vec<DocId>,
    at: usize,
    /// Room for the documents of one column.
    room: Vec<DocId>,
    /// The first document that was not looked at.
    next: DocId,
    go: u32,
    bound: SharedBound,
    looked: u32,
}

impl SpansScorer {
    /// Looks for the next document from where it stands.
    fn look(&mut self) -> DocId {
        while self.next < self.max_doc {
            let end = self.next.saturating_add(self.go).min(self.max_doc);
            self.ahead.clear();
            for (column, values) in &self.columns {
                self.room.clear();
                let docs = self.next..end;
                column.get_docids_for_value_range(values.clone(), docs, &mut self.room);
                self.ahead.append(&mut self.room);
            }
            if self.columns.len() > 1 {
                self.ahead.sort_unstable();
                self.ahead.dedup();
            }
            (self.at, self.next) = (0, end);
            self.go = self.go.saturating_mul(2).min(LONGEST_GO);
            if let Some(&doc) = self.ahead.first() {
                self.doc = doc;
                return doc;
            }
            if self.bound.is_over() {
                break;
            }
        }
        self.end()
    }

    fn end(&mut self) -> DocId {
        self.ahead.clear();
        (self.at, self.next, self.doc) = (0, self.max_doc, TERMINATED);
        TERMINATED
    }

    fn has(&self, doc: DocId) -> bool {
        let fits = |(column, values): &(Column<i64>, RangeInclusive<i64>)| {
            let value = column.first(doc);
            value.is_some_and(|value| values.contains(&value))
        };
        self.columns.iter().any(fits)
    }
}

impl DocSet for SpansScorer {
    fn advance(&mut self) -> DocId {
        self.at += 1;
        match self.ahead.get(self.at) {
            Some(&doc) => {
                self.doc = doc;
                doc
            }
            None => self.look(),
        }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        if target >= self.next {
            // A far jump: what lies ahead may be jumped over as well.
            if target - self.next >= FIRST_GO {
                self.go = FIRST_GO;
            }
            self.next = target;
            return self.look();
        }
        let rest = self.ahead.get(self.at..).unwrap_or_default();
        self.at += rest.partition_point(|&doc| doc < target);
        match self.ahead.get(self.at) {
            Some(&doc) => {
                self.doc = doc;
                doc
            }
            None => self.look(),
        }
    }

    /// Asks for one document. When it is not among them, only asking for a later one is allowed
    /// until one is, so nothing is moved.
    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        self.looked = self.looked.wrapping_add(1);
        let late = self.looked.is_multiple_of(PATIENCE) && self.bound.is_over();
        if target >= self.max_doc || late {
            return SeekDangerResult::SeekLowerBound(self.end());
        }
        if !self.has(target) {
            return SeekDangerResult::SeekLowerBound(target + 1);
        }
        self.ahead.clear();
        self.ahead.push(target);
        (self.at, self.next, self.doc) = (0, target + 1, target);
        SeekDangerResult::Found
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.max_doc / 10
    }

    fn cost(&self) -> u64 {
        // As tantivy's: columns are gone over many documents at a time.
        u64::from(self.max_doc) * 4 / 5
    }
}

impl Scorer for SpansScorer {
    fn score(&mut self) -> Score {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::awaited::Awaited;
    use crate::index::bound::Bound;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};
    use tantivy::schema::{FAST, Schema};
    use tantivy::{Index, Searcher, TantivyDocument};

    /// An index of documents that have values of two columns, or of one, or none.
    fn index(values: &[(Option<i64>, Option<i64>)]) -> (Searcher, [Field; 2]) {
        let mut schema = Schema::builder();
        let columns = [
            schema.add_i64_field("a", FAST),
            schema.add_i64_field("b", FAST),
        ];
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 15_000_000).unwrap();
        for (a, b) in values {
            let mut document = TantivyDocument::new();
            for (column, value) in columns.iter().zip([a, b]) {
                if let Some(value) = value {
                    document.add_i64(*column, *value);
                }
            }
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        (index.reader().unwrap().searcher(), columns)
    }

    fn spans(columns: [Field; 2], values: RangeInclusive<i64>, bound: SharedBound) -> Spans {
        let span = |column| Span {
            column,
            values: values.clone(),
        };
        Spans {
            spans: columns.map(span).to_vec(),
            bound,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// However they are gone through, the documents are those with a value.
        #[test]
        fn documents_with_a_value_are_found_in_any_way(
            values in proptest::collection::vec((proptest::option::of(0i64..9), proptest::option::of(0i64..9)), 1..900),
            from in 0i64..9,
            width in 0i64..4,
            jumps in proptest::collection::vec((0u8..3, 1u32..300), 1..60),
        ) {
            let within = from..=from + width;
            let (searcher, columns) = index(&values);
            let query = spans(columns, within.clone(), Bound::none());
            let reader = &searcher.segment_readers()[0];
            let fits = |value: Option<i64>| value.is_some_and(|value| within.contains(&value));
            let wanted: Vec<DocId> = (0u32..)
                .zip(&values)
                .filter_map(|(doc, (a, b))| (fits(*a) || fits(*b)).then_some(doc))
                .collect();
            let next = |target: DocId| {
                let next = wanted.iter().find(|doc| **doc >= target);
                next.copied().unwrap_or(TERMINATED)
            };
            let mut scorer = query.scorer(reader, 1.0).unwrap();
            let mut all = Vec::new();
            while scorer.doc() != TERMINATED {
                all.push(scorer.doc());
                scorer.advance();
            }
            prop_assert_eq!(&all, &wanted);

            let mut scorer = query.scorer(reader, 1.0).unwrap();
            let (mut asked, mut moved) = (scorer.doc(), true);
            for (way, by) in jumps {
                if asked == TERMINATED {
                    break;
                }
                let target = asked + by;
                match way {
                    0 if moved => asked = scorer.advance(),
                    1 if moved => {
                        asked = scorer.seek(target);
                        prop_assert_eq!(asked, next(target));
                    }
                    _ => {
                        let got = scorer.seek_danger(target);
                        moved = got == SeekDangerResult::Found;
                        prop_assert_eq!(moved, wanted.contains(&target));
                        asked = match got {
                            SeekDangerResult::Found => target,
                            SeekDangerResult::SeekLowerBound(least) => {
                                prop_assert!(least > target && least <= next(target));
                                if least == TERMINATED { TERMINATED } else { target }
                            }
                        };
                    }
                }
                prop_assert!(!moved || scorer.doc() == asked);
            }
        }
    }

    #[test]
    fn when_the_time_is_over_none_is_looked_for() {
        let mut values = vec![(Some(0), None); 5_000];
        values.push((Some(5), None));
        let (searcher, columns) = index(&values);
        let reader = &searcher.segment_readers()[0];
        let bound = |time| Bound::from(Instant::now(), Some(time), Awaited::default());
        let scorer = |time| {
            let query = spans(columns, 4..=6, bound(time));
            query.scorer(reader, 1.0).unwrap()
        };
        assert_eq!(scorer(Duration::from_secs(3_600)).doc(), 5_000);
        assert_eq!(scorer(Duration::ZERO).doc(), TERMINATED);

        values[0] = (Some(5), None);
        let (searcher, columns) = index(&values);
        let over = bound(Duration::ZERO);
        let query = spans(columns, 4..=6, over.clone());
        let mut scorer = query.scorer(&searcher.segment_readers()[0], 1.0).unwrap();
        assert_eq!((scorer.doc(), over.was_met()), (0, false));
        let end = (1..5_000)
            .find(|doc| scorer.seek_danger(*doc) == SeekDangerResult::SeekLowerBound(TERMINATED));
        assert_eq!((end, over.was_met()), (Some(PATIENCE), true));
        assert_eq!((scorer.doc(), scorer.advance()), (TERMINATED, TERMINATED));
    }
}
