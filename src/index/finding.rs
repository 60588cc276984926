//! Which documents a search finds: how many, and those asked for in their order.

use super::bound::{Bound, Look, SharedBound, Until};
use super::facets::{Grouped, Last};
use super::parts::words_at;
use super::schema::{DATE, DOCUMENT, Fields};
use super::sight::Sight;
use super::stretches::Stretches;
use super::view::View;
use crate::domain::search::{Grouping, SearchOrder, SearchRequest};
use crate::grammar::ast::{NodeKind, Query as Parsed};
use crate::grammar::terms::folded;
use std::collections::HashSet;
use tantivy::collector::sort_key::SortByStaticFastValue;
use tantivy::collector::{Collector, Count, TopDocs};
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::{DocAddress, Order, Score};

/// Hits up to which room is made before it is known how many there are.
const MAX_UNCOUNTED: usize = 10_000;

/// Documents with some words up to which the best of them are found in about a millisecond.
const SOON: u64 = 20_000;

/// Weight of two words side by side as typed, beside the words themselves.
const SIDE_BY_SIDE: f32 = 0.5;

/// A document found, its score, and how many stand behind it.
pub(super) type Found = (Score, DocAddress, usize);

/// What a search found.
pub(super) struct Finding {
    pub count: usize,
    pub groups: usize,
    pub found: Vec<Found>,
}

impl Finding {
    fn of(count: usize, found: impl IntoIterator<Item = (Score, DocAddress)>) -> Self {
        let found = found.into_iter().map(|(score, at)| (score, at, 1));
        Self {
            count,
            groups: count,
            found: found.collect(),
        }
    }
}

/// How a search goes about it.
#[derive(Clone, Copy)]
pub(super) struct Manner<'a> {
    /// What the searcher sees, if not everything.
    pub sight: Option<&'a Sight>,
    pub bound: &'a SharedBound,
    /// Whether documents are ordered by anything.
    pub scored: bool,
    /// Whether the query is plain words, of which tantivy finds the best without looking at all.
    pub plain: bool,
    /// Whether it is asked of all documents, without a condition of ours.
    pub whole: bool,
}

impl View {
    /// The count, and the documents asked for in their order: exact, unless the time was over.
    pub(super) fn find(
        &self,
        query: &dyn Query,
        request: &SearchRequest,
        manner: &Manner<'_>,
    ) -> tantivy::Result<Finding> {
        let (offset, limit) = (request.offset, request.limit);
        if request.grouping != Grouping::Document {
            return self.find_groups(query, request, manner);
        }
        if request.order == SearchOrder::Best && !manner.scored {
            let last = Last {
                limit: offset.saturating_add(limit),
                bound: manner.bound,
            };
            let (count, last) = self.searcher.search(query, &last)?;
            let found = last.into_iter().skip(offset).map(|at| (0.0, at));
            return Ok(Finding::of(count, found));
        }
        let searcher = &self.searcher;
        let best = request.order == SearchOrder::Best;
        let many = limit.saturating_add(offset) > MAX_UNCOUNTED;
        let quick = manner.plain && best && manner.whole;
        let quick = quick && (!manner.bound.is_timed() || self.is_soon(query)?);
        let mut count = None;
        if many || (manner.plain && !manner.bound.is_timed()) {
            count = Some(self.number(query, manner.bound)?);
        }
        // tantivy refuses a limit of nothing and makes room for whatever limit it is given.
        let all = usize::try_from(searcher.num_docs()).unwrap_or(usize::MAX);
        let limit = limit.min(count.unwrap_or(all).saturating_sub(offset));
        if limit == 0 {
            let count = count.map_or_else(|| self.number(query, manner.bound), Ok)?;
            return Ok(Finding::of(count, []));
        }
        let top = TopDocs::with_limit(limit).and_offset(offset);
        if quick && count.is_none() {
            // The best of plain words are found without looking at most documents; a single word
            // is counted without looking at any.
            let to_the_end = &Bound::none();
            let (top, sight) = (top.order_by_score(), manner.sight);
            let found = self.ordered(query, &top, sight, to_the_end, Look::Segments)?;
            let count = match query.is::<TermQuery>() {
                true => self.number(query, to_the_end)?,
                false => self.number(query, manner.bound)?,
            };
            return Ok(Finding::of(count.max(offset + found.len()), found));
        }
        if best {
            let (count, found) = self.collect(query, top.order_by_score(), count, manner)?;
            return Ok(Finding::of(count, found));
        }
        let by = |column: &str| SortByStaticFastValue::<i64>::for_field(column);
        let order = ((by(DATE), Order::Desc), (by(DOCUMENT), Order::Desc));
        let (count, found) = self.collect(query, top.order_by(order), count, manner)?;
        Ok(Finding::of(
            count,
            found.into_iter().map(|(_, at)| (0.0, at)),
        ))
    }

    fn find_groups(
        &self,
        query: &dyn Query,
        request: &SearchRequest,
        manner: &Manner<'_>,
    ) -> tantivy::Result<Finding> {
        let collector = Grouped {
            grouping: request.grouping,
            order: request.order,
        };
        let groups = self.ordered(query, &collector, manner.sight, manner.bound, Look::Blocks)?;
        let wanted = groups.iter().skip(request.offset).take(request.limit);
        let scored = request.order == SearchOrder::Best;
        let found = wanted.map(|group| {
            let score = if scored { group.score } else { 0.0 };
            (score, group.best, group.count)
        });
        Ok(Finding {
            count: groups.iter().map(|group| group.count).sum(),
            groups: groups.len(),
            found: found.collect(),
        })
    }

    /// Collects the top and, unless it is known, the count in the same pass.
    fn collect<T: Send + Sync + 'static>(
        &self,
        query: &dyn Query,
        top: impl Collector<Fruit = Vec<(T, DocAddress)>>,
        count: Option<usize>,
        manner: &Manner<'_>,
    ) -> tantivy::Result<(usize, Vec<(T, DocAddress)>)> {
        let (sight, bound) = (manner.sight, manner.bound);
        match count {
            Some(count) => {
                let look = Look::of(bound);
                Ok((count, self.ordered(query, &top, sight, bound, look)?))
            }
            None => self.ordered(query, &(Count, top), sight, bound, Look::Blocks),
        }
    }

    /// Collects documents whose scores, if they have any, count over what the searcher sees.
    fn ordered<C: Collector>(
        &self,
        query: &dyn Query,
        collector: &C,
        sight: Option<&Sight>,
        bound: &Bound,
        look: Look,
    ) -> tantivy::Result<C::Fruit> {
        let searcher = &self.searcher;
        let until = bound.is_set().then_some(Until {
            inner: collector,
            bound,
            look,
        });
        match (sight, &until) {
            (Some(sight), Some(until)) => {
                searcher.search_with_statistics_provider(query, until, sight)
            }
            (Some(sight), None) => {
                searcher.search_with_statistics_provider(query, collector, sight)
            }
            (None, Some(until)) => searcher.search(query, until),
            (None, None) => searcher.search(query, collector),
        }
    }

    /// Collects documents without a score, until the bound is met.
    pub(super) fn counted<C: Collector>(
        &self,
        query: &dyn Query,
        collector: &C,
        bound: &Bound,
    ) -> tantivy::Result<C::Fruit> {
        self.ordered(query, collector, None, bound, Look::Blocks)
    }

    /// How many documents there are, or those counted until the bound is met.
    fn number(&self, query: &dyn Query, bound: &Bound) -> tantivy::Result<usize> {
        self.ordered(query, &Count, None, bound, Look::of(bound))
    }

    /// Whether the best of plain words are found soon: a word alone, and words so rare, or one that
    /// all must have, that few documents are looked at.
    fn is_soon(&self, query: &dyn Query) -> tantivy::Result<bool> {
        let Some(clauses) = query.downcast_ref::<BooleanQuery>() else {
            return Ok(true);
        };
        let must = |(occur, _): &(Occur, Box<dyn Query>)| *occur == Occur::Must;
        let all_must = clauses.clauses().iter().all(must);
        let mut words = Vec::new();
        query.query_terms(&mut |word, _| words.push(word.clone()));
        let (mut rarest, mut together) = (u64::MAX, 0);
        for word in &words {
            let documents = self.searcher.doc_freq(word)?;
            rarest = rarest.min(documents);
            together += documents;
        }
        Ok(if all_must { rarest } else { together } <= SOON)
    }
}

/// Documents with some of the words of a query of plain words: the rarer the words, and the more
/// of them side by side as typed, the better.
pub(super) fn some_of(
    parsed: &Parsed,
    fields: &Fields,
    bound: &SharedBound,
) -> Option<Box<dyn Query>> {
    let NodeKind::All(parts) = &parsed.root.kind else {
        return None;
    };
    let mut words = Vec::new();
    for part in parts {
        match &part.kind {
            NodeKind::Word(word) => words.extend(folded(word.raw())),
            _ => return None,
        }
    }
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    let nowhere = Stretches::default();
    let mut seen = HashSet::new();
    for word in words.iter().filter(|word| seen.insert(*word)) {
        let word = words_at(fields.text, word, &nowhere, true, bound);
        clauses.push((Occur::Should, word));
    }
    for pair in words.windows(2) {
        let pair = words_at(fields.text, &pair.join(" "), &nowhere, true, bound);
        clauses.push((Occur::Should, Box::new(BoostQuery::new(pair, SIDE_BY_SIDE))));
    }
    Some(Box::new(BooleanQuery::new(clauses)))
}
