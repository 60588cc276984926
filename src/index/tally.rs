//! Exact counts of what was found, by property.
//!
//! Collectors see only what the access filter let through, so nothing here can count what the
//! searcher may not see.

use super::schema::{AUTHOR, DAY, FACILITY, INSTANT, KIND, SERVICE};
use crate::domain::search::FacetKind;
use crate::domain::time::Instant;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use std::collections::HashMap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

/// Years told apart; a document of another has none.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

/// How many documents have a value, and one of them.
pub(super) type Counts = HashMap<i64, (usize, DocAddress)>;

/// Values that lie in a range up to this long are counted by place, others by looking them up.
const MAX_PLACES: u64 = 1 << 16;

/// Counts by the properties that are columns.
pub(super) struct ByColumn {
    /// Where each year begins by the facility's clock, and as a day.
    instants: Years,
    days: Years,
}

impl ByColumn {
    /// The properties counted, in the order of the answer.
    pub(super) const KINDS: [FacetKind; 5] = [
        FacetKind::Type,
        FacetKind::Service,
        FacetKind::Author,
        FacetKind::Facility,
        FacetKind::Year,
    ];

    pub(super) fn new(zone: &TimeZone) -> Self {
        Self {
            instants: Years::new(|day| Instant::start_of(day, zone).0),
            days: Years::new(super::schema::day_number),
        }
    }
}

/// Years, and where each begins on a scale.
struct Years {
    first: i64,
    /// The last one ends the last year.
    begins: Vec<i64>,
}

impl Years {
    fn new(begin: impl Fn(Date) -> i64) -> Self {
        let years = YEARS.chain([YEARS.end() + 1]);
        Self {
            first: i64::from(*YEARS.start()),
            begins: years.map(|year| begin(date(year, 1, 1))).collect(),
        }
    }

    /// Those that a column's values can lie in.
    fn of(&self, column: &Column<i64>) -> Self {
        let after = |value| self.begins.partition_point(|begin| *begin <= value);
        let from = after(column.min_value()).saturating_sub(1);
        let to = self.begins.len().min(after(column.max_value()) + 1);
        Self {
            first: self.first + from as i64,
            begins: self.begins.get(from..to).unwrap_or_default().to_vec(),
        }
    }

    /// The year of a value; before the first and after the last there is none.
    fn year(&self, value: i64) -> Option<i64> {
        let after = self.begins.partition_point(|begin| *begin <= value);
        let known = after > 0 && after < self.begins.len();
        known.then(|| self.first + after as i64 - 1)
    }
}

/// The counts of one property in one segment, and the first document of each value.
enum Tally {
    Places {
        first: i64,
        counts: Vec<(u32, DocId)>,
    },
    Values(HashMap<i64, (u32, DocId)>),
}

impl Tally {
    /// For values from `first` to `last`.
    fn new(first: i64, last: i64) -> Self {
        match last.abs_diff(first) {
            span if first <= last && span < MAX_PLACES => Self::Places {
                first,
                counts: vec![(0, 0); span as usize + 1],
            },
            _ => Self::Values(HashMap::new()),
        }
    }

    fn add(&mut self, value: i64, doc: DocId) {
        let slot = match self {
            Self::Places { first, counts } => {
                let place = usize::try_from(value.wrapping_sub(*first)).ok();
                match place.and_then(|place| counts.get_mut(place)) {
                    Some(slot) => slot,
                    None => return,
                }
            }
            Self::Values(counts) => counts.entry(value).or_insert((0, doc)),
        };
        if slot.0 == 0 {
            slot.1 = doc;
        }
        slot.0 += 1;
    }

    fn harvest(self, segment: SegmentOrdinal) -> Counts {
        let counted = |(value, (count, doc)): (i64, (u32, DocId))| {
            (value, (count as usize, DocAddress::new(segment, doc)))
        };
        match self {
            Self::Places { first, counts } => (first..)
                .zip(counts)
                .filter(|(_, (count, _))| *count > 0)
                .map(counted)
                .collect(),
            Self::Values(counts) => counts.into_iter().map(counted).collect(),
        }
    }
}

impl Collector for ByColumn {
    type Fruit = Vec<Counts>;
    type Child = SegmentByColumn;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentByColumn> {
        let columns = reader.fast_fields();
        let mut counted = Vec::new();
        for name in [KIND, SERVICE, AUTHOR, FACILITY] {
            let column = columns.i64(name)?;
            let tally = Tally::new(column.min_value(), column.max_value());
            counted.push((column, tally));
        }
        let (instant, day) = (columns.i64(INSTANT)?, columns.i64(DAY)?);
        Ok(SegmentByColumn {
            segment,
            counted,
            years: (self.instants.of(&instant), self.days.of(&day)),
            by_year: Tally::new(
                YEARS.start().to_owned().into(),
                YEARS.end().to_owned().into(),
            ),
            instant,
            day,
            values: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Vec<Counts>>) -> tantivy::Result<Vec<Counts>> {
        let mut all = vec![Counts::new(); Self::KINDS.len()];
        for (into, from) in fruits.into_iter().flat_map(|fruit| {
            let places = 0..Self::KINDS.len();
            places.zip(fruit)
        }) {
            for (value, (count, at)) in from {
                all[into].entry(value).or_insert((0, at)).0 += count;
            }
        }
        Ok(all)
    }
}

pub(super) struct SegmentByColumn {
    segment: SegmentOrdinal,
    counted: Vec<(Column<i64>, Tally)>,
    instant: Column<i64>,
    day: Column<i64>,
    years: (Years, Years),
    by_year: Tally,
    /// The values of a block of documents.
    values: Vec<Option<i64>>,
}

impl SegmentByColumn {
    /// Counts the years of documents: by the instant, else by the day.
    fn count_years(&mut self, docs: &[DocId]) {
        read(&self.instant, docs, &mut self.values);
        for (&doc, instant) in docs.iter().zip(&self.values) {
            let year = match instant {
                Some(instant) => self.years.0.year(*instant),
                None => self.day.first(doc).and_then(|day| self.years.1.year(day)),
            };
            if let Some(year) = year {
                self.by_year.add(year, doc);
            }
        }
    }
}

/// The value of each document, or none.
fn read(column: &Column<i64>, docs: &[DocId], values: &mut Vec<Option<i64>>) {
    values.clear();
    values.resize(docs.len(), None);
    column.first_vals(docs, values);
}

impl SegmentCollector for SegmentByColumn {
    type Fruit = Vec<Counts>;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.collect_block(&[doc]);
    }

    fn collect_block(&mut self, docs: &[DocId]) {
        for (column, tally) in &mut self.counted {
            read(column, docs, &mut self.values);
            for (&doc, value) in docs.iter().zip(&self.values) {
                if let Some(value) = value {
                    tally.add(*value, doc);
                }
            }
        }
        self.count_years(docs);
    }

    fn harvest(self) -> Vec<Counts> {
        let tallies = self.counted.into_iter().map(|(_, tally)| tally);
        let tallies = tallies.chain([self.by_year]);
        tallies.map(|tally| tally.harvest(self.segment)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_alike_by_place_and_by_looking_up() {
        let values = [7, -3, 7, 90, -3, 7];
        let (mut near, mut far) = (Tally::new(-3, 90), Tally::new(i64::MIN, i64::MAX));
        assert!(matches!(near, Tally::Places { .. }) && matches!(far, Tally::Values(_)));
        for (doc, value) in (0..).zip(values) {
            near.add(value, doc);
            far.add(value, doc);
        }
        let at = |doc| DocAddress::new(4, doc);
        let expected = HashMap::from([(7, (3, at(0))), (-3, (2, at(1))), (90, (1, at(3)))]);
        assert_eq!(near.harvest(4), expected);
        assert_eq!(far.harvest(4), expected);
    }

    #[test]
    fn a_column_without_values_counts_nothing() {
        let mut tally = Tally::new(5, 4);
        tally.add(5, 0);
        assert!(matches!(tally, Tally::Values(_)));
        let mut one = Tally::new(5, 5);
        one.add(4, 0);
        one.add(6, 1);
        assert!(
            one.harvest(0).is_empty(),
            "what lies outside is not counted"
        );
    }

    #[test]
    fn a_year_begins_with_its_first_day() {
        let years = Years::new(super::super::schema::day_number);
        let day = |year, month, day| super::super::schema::day_number(date(year, month, day));
        assert_eq!(years.year(day(2024, 12, 31)), Some(2024));
        assert_eq!(years.year(day(2025, 1, 1)), Some(2025));
        assert_eq!(years.year(day(1899, 12, 31)), None);
        assert_eq!(years.year(day(1900, 1, 1)), Some(1900));
        assert_eq!(years.year(day(2200, 12, 31)), Some(2200));
        assert_eq!(years.year(day(2201, 1, 1)), None);
    }
}
