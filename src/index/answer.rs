//! From a query to its answer, over one snapshot of the index.
//!
//! The access filter is put around the user's part before anything runs, so count, hits, groups,
//! facets, suggestions and values for completion all see the same documents.

use super::access::{among, narrow};
use super::compile::{Compiled, Ground, compile, finds_best_without_all};
use super::facets::{Grouped, Last};
use super::needles::Highlighter;
use super::parts::words_at;
use super::reader::SearchContext;
use super::schema::Fields;
use super::schema::{DATE, DOCUMENT};
use super::sight::Sight;
use super::snippet::{snippet, snippet_at, snippet_of_part};
use super::stored::Unpacker;
use super::stretches::Stretches;
use super::view::View;
use crate::domain::search::{Grouping, SearchAnswer, SearchHit, SearchOrder, SearchRequest};
use crate::domain::untrusted::Untrusted;
use crate::grammar::ast::{NodeKind, Query as Parsed};
use crate::grammar::terms::folded;
use std::collections::HashSet;
use tantivy::collector::sort_key::SortByStaticFastValue;
use tantivy::collector::{Collector, Count, TopDocs};
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query};
use tantivy::{DocAddress, Order, Score};

/// Hits up to which room is made before it is known how many there are.
const MAX_UNCOUNTED: usize = 10_000;

/// Bytes of a text unpacked at first when its first match is all that is wanted, and then each time.
const FIRST_PART: usize = 512;
const NEXT_PART: usize = 512;

/// Weight of two words side by side as typed, beside the words themselves.
const SIDE_BY_SIDE: f32 = 0.5;

/// A document found, its score, and how many stand behind it.
type Found = (Score, DocAddress, usize);

/// What a search found.
struct Finding {
    count: usize,
    groups: usize,
    found: Vec<Found>,
}

impl View {
    /// The answer to a request; time and position are the caller's to fill in.
    pub(super) fn answer(
        &self,
        request: &SearchRequest,
        context: &SearchContext<'_>,
        parsed: &Parsed,
    ) -> tantivy::Result<SearchAnswer> {
        let request = &SearchRequest {
            access: among(&self.searcher, &request.access, &self.generation.fields)?,
            ..request.clone()
        };
        let sight = self.sight(&request.access)?;
        let sight = sight.as_deref();
        let ground = Ground {
            fields: &self.generation.fields,
            context,
            searcher: &self.searcher,
            heads: &self.heads,
            widening: request.widening,
            sight,
        };
        let compiled = compile(parsed, &ground)?;
        let needles = Highlighter::of(parsed, &compiled.marked);
        let plain = compiled.marked.is_empty() && finds_best_without_all(parsed);
        let Compiled {
            query,
            expansions,
            scored,
            confinement,
            ..
        } = compiled;
        let places = confinement.of(&needles);
        let query = narrow(query, request, &self.generation.fields);
        let mut finding = self.find(query.as_ref(), request, sight, scored, plain)?;
        let some = match (finding.count, request.lenient) {
            (0, true) => some_of(parsed, &self.generation.fields),
            _ => None,
        };
        let partial = some.is_some();
        let query = match some {
            Some(some) => {
                let query = narrow(some, request, &self.generation.fields);
                finding = self.find(query.as_ref(), request, sight, true, false)?;
                query
            }
            None => query,
        };
        let facets = match request.facets {
            true => self.facets(query.as_ref(), finding.count, context, parsed)?,
            false => Vec::new(),
        };
        let suggestion = match finding.count {
            _ if partial => self.suggestion(request, parsed, sight)?,
            0 => self.suggestion(request, parsed, sight)?,
            _ => None,
        };
        Ok(SearchAnswer {
            count: finding.count,
            groups: finding.groups,
            hits: self.hits(&finding.found, &needles, places.as_deref())?,
            facets,
            expansions,
            partial: partial && finding.count > 0,
            suggestion,
            marks: needles.marks(),
            micros: 0,
            position: 0,
            building: false,
        })
    }

    /// The exact count, and the documents asked for in their order.
    fn find(
        &self,
        query: &dyn Query,
        request: &SearchRequest,
        sight: Option<&Sight>,
        scored: bool,
        plain: bool,
    ) -> tantivy::Result<Finding> {
        let (offset, limit) = (request.offset, request.limit);
        if request.grouping != Grouping::Document {
            return self.find_groups(query, request, sight);
        }
        if request.order == SearchOrder::Best && !scored {
            let most = offset.saturating_add(limit);
            let (count, last) = self.searcher.search(query, &Last { limit: most })?;
            let found = last.into_iter().skip(offset);
            return Ok(Finding {
                count,
                groups: count,
                found: found.map(|at| (0.0, at, 1)).collect(),
            });
        }
        let searcher = &self.searcher;
        let all = usize::try_from(searcher.num_docs()).unwrap_or(usize::MAX);
        let (mut count, mut room) = (None, all);
        if plain || limit.saturating_add(offset) > MAX_UNCOUNTED {
            room = searcher.search(query, &Count)?;
            count = Some(room);
        }
        // tantivy refuses a limit of nothing and makes room for whatever limit it is given.
        let limit = limit.min(room.saturating_sub(offset));
        if limit == 0 {
            let count = count.map_or_else(|| searcher.search(query, &Count), Ok)?;
            return Ok(Finding {
                count,
                groups: count,
                found: Vec::new(),
            });
        }
        let top = TopDocs::with_limit(limit).and_offset(offset);
        let (count, found) = match request.order {
            SearchOrder::Best => self.collect(query, top.order_by_score(), count, sight)?,
            SearchOrder::Newest => {
                let by = |column: &str| SortByStaticFastValue::<i64>::for_field(column);
                let order = ((by(DATE), Order::Desc), (by(DOCUMENT), Order::Desc));
                let (count, found) = self.collect(query, top.order_by(order), count, sight)?;
                let unscored = found.into_iter().map(|(_, at)| (0.0, at));
                (count, unscored.collect())
            }
        };
        Ok(Finding {
            count,
            groups: count,
            found: found
                .into_iter()
                .map(|(score, at)| (score, at, 1))
                .collect(),
        })
    }

    fn find_groups(
        &self,
        query: &dyn Query,
        request: &SearchRequest,
        sight: Option<&Sight>,
    ) -> tantivy::Result<Finding> {
        let collector = Grouped {
            grouping: request.grouping,
            order: request.order,
        };
        let groups = self.ordered(query, &collector, sight)?;
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
        sight: Option<&Sight>,
    ) -> tantivy::Result<(usize, Vec<(T, DocAddress)>)> {
        match count {
            Some(count) => Ok((count, self.ordered(query, &top, sight)?)),
            None => self.ordered(query, &(Count, top), sight),
        }
    }

    /// Collects documents whose scores, if they have any, count over what the searcher sees.
    fn ordered<C: Collector>(
        &self,
        query: &dyn Query,
        collector: &C,
        sight: Option<&Sight>,
    ) -> tantivy::Result<C::Fruit> {
        let searcher = &self.searcher;
        match sight {
            Some(sight) => searcher.search_with_statistics_provider(query, collector, sight),
            None => searcher.search(query, collector),
        }
    }

    fn hits(
        &self,
        found: &[Found],
        needles: &Highlighter,
        places: Option<&[Option<&[Stretches]>]>,
    ) -> tantivy::Result<Vec<SearchHit>> {
        let mut unpacker = self.unpacker()?;
        let mut hits = Vec::with_capacity(found.len());
        for found in found {
            hits.push(self.hit(&mut unpacker, found, needles, places)?);
        }
        self.give_back(unpacker);
        Ok(hits)
    }

    fn hit(
        &self,
        unpacker: &mut Unpacker,
        &(score, at, in_group): &Found,
        needles: &Highlighter,
        places: Option<&[Option<&[Stretches]>]>,
    ) -> tantivy::Result<SearchHit> {
        let packed = self.packed(at)?;
        let mut opened = unpacker.open(&packed)?;
        let mut snippet_early = None;
        if places.is_none() && needles.count() < 2 {
            // The first match is the one shown: what lies far behind it is not even unpacked.
            let (mut bytes, mut seen) = (FIRST_PART, 0);
            while snippet_early.is_none() {
                let (stored, all) = opened.part(bytes)?;
                if all {
                    break;
                }
                snippet_early = snippet_of_part(stored.text, needles, seen);
                seen = stored.text.len();
                bytes = seen + NEXT_PART;
            }
        }
        let (stored, snippet) = match snippet_early {
            Some(snippet) => (opened.part(0)?.0, snippet),
            None => {
                let stored = opened.whole()?;
                let snippet = match places {
                    Some(places) => {
                        let allowed = self.allowed(at, stored.text, places)?;
                        snippet_at(stored.text, needles, &allowed)
                    }
                    None => snippet(stored.text, needles),
                };
                (stored, snippet)
            }
        };
        Ok(SearchHit {
            document: stored.document,
            encounter: stored.encounter,
            patient: stored.patient,
            kind: stored.kind,
            title: Untrusted::new(stored.title),
            author: Untrusted::new(stored.author),
            patient_name: Untrusted::new(stored.name),
            mrn: Untrusted::new(stored.mrn),
            visit: Untrusted::new(stored.visit),
            at: stored.at,
            score,
            in_group,
            snippet,
        })
    }
}

/// Documents with some of the words of a query of plain words: the rarer the words, and the more
/// of them side by side as typed, the better.
fn some_of(parsed: &Parsed, fields: &Fields) -> Option<Box<dyn Query>> {
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
        clauses.push((Occur::Should, words_at(fields.text, word, &nowhere, true)));
    }
    for pair in words.windows(2) {
        let pair = words_at(fields.text, &pair.join(" "), &nowhere, true);
        clauses.push((Occur::Should, Box::new(BoostQuery::new(pair, SIDE_BY_SIDE))));
    }
    Some(Box::new(BooleanQuery::new(clauses)))
}
