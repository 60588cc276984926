//! From a query to its answer, over one snapshot of the index.
//!
//! The access filter is put around the user's part before anything runs, so count, hits, groups,
//! facets, suggestions and values for completion all see the same documents.

use super::access::{narrow, seen, unscored};
use super::compile::{Compiled, Ground, compile, finds_best_without_all, is_named, said_of};
use super::facets::{ByColumn, Counts, Grouped, Last};
use super::needles::Highlighter;
use super::reader::{SearchContext, View};
use super::schema::{DATE, DOCUMENT};
use super::snippet::snippet;
use super::spelling;
use super::stored::Unpacker;
use crate::domain::annotation::Said;
use crate::domain::document::DocumentKind;
use crate::domain::search::{
    Facet, FacetKind, FacetValue, Grouping, MAX_FACET_VALUES, SearchAccess, SearchAnswer,
    SearchHit, SearchOrder, SearchRequest, Suggestion,
};
use crate::domain::untrusted::Untrusted;
use crate::grammar::ast::{Field, Node, NodeKind, Query as Parsed};
use crate::grammar::terms::{folded, terms};
use std::collections::BTreeMap;
use tantivy::collector::sort_key::SortByStaticFastValue;
use tantivy::collector::{Collector, Count, TopDocs};
use tantivy::query::{AllQuery, BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, Order, Score, Term};

/// Hits up to which room is made before it is known how many there are.
const MAX_UNCOUNTED: usize = 10_000;
/// Values given to complete a field.
const MAX_VALUES: usize = 20;

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
        let ground = Ground {
            fields: &self.generation.fields,
            context,
            searcher: &self.searcher,
            heads: &self.heads,
            widening: request.widening,
        };
        let compiled = compile(parsed, &ground)?;
        let needles = Highlighter::of(parsed, &compiled.marked);
        let plain = compiled.marked.is_empty() && finds_best_without_all(parsed);
        let Compiled {
            query,
            expansions,
            scored,
            ..
        } = compiled;
        let query = narrow(query, request, &self.generation.fields);
        let finding = self.find(query.as_ref(), request, scored, plain)?;
        let facets = match request.facets {
            true => self.facets(query.as_ref(), context, parsed)?,
            false => Vec::new(),
        };
        let suggestion = match finding.count {
            0 => self.suggestion(request, parsed)?,
            _ => None,
        };
        Ok(SearchAnswer {
            count: finding.count,
            groups: finding.groups,
            hits: self.hits(&finding.found, &needles)?,
            facets,
            expansions,
            suggestion,
            marks: needles.marks(),
            micros: 0,
            position: 0,
        })
    }

    /// The exact count, and the documents asked for in their order.
    fn find(
        &self,
        query: &dyn Query,
        request: &SearchRequest,
        scored: bool,
        plain: bool,
    ) -> tantivy::Result<Finding> {
        let (offset, limit) = (request.offset, request.limit);
        if request.grouping != Grouping::Document {
            return self.find_groups(query, request);
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
            SearchOrder::Best => self.collect(query, top.order_by_score(), count)?,
            SearchOrder::Newest => {
                let by = |column: &str| SortByStaticFastValue::<i64>::for_field(column);
                let order = ((by(DATE), Order::Desc), (by(DOCUMENT), Order::Desc));
                let (count, found) = self.collect(query, top.order_by(order), count)?;
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

    fn find_groups(&self, query: &dyn Query, request: &SearchRequest) -> tantivy::Result<Finding> {
        let collector = Grouped {
            grouping: request.grouping,
            order: request.order,
        };
        let groups = self.searcher.search(query, &collector)?;
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
    ) -> tantivy::Result<(usize, Vec<(T, DocAddress)>)> {
        match count {
            Some(count) => Ok((count, self.searcher.search(query, &top)?)),
            None => self.searcher.search(query, &(Count, top)),
        }
    }

    fn hits(&self, found: &[Found], needles: &Highlighter) -> tantivy::Result<Vec<SearchHit>> {
        let mut unpacker = self.unpacker()?;
        let mut hits = Vec::with_capacity(found.len());
        for &(score, at, in_group) in found {
            hits.push(self.hit(&mut unpacker, score, at, in_group, needles)?);
        }
        self.give_back(unpacker);
        Ok(hits)
    }

    fn hit(
        &self,
        unpacker: &mut Unpacker,
        score: Score,
        at: DocAddress,
        in_group: usize,
        needles: &Highlighter,
    ) -> tantivy::Result<SearchHit> {
        let packed = self.packed(at)?;
        let stored = unpacker.unpack(&packed)?;
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
            snippet: snippet(stored.text, needles),
        })
    }

    /// Counts of what was found, by every property that has values.
    fn facets(
        &self,
        query: &dyn Query,
        context: &SearchContext<'_>,
        parsed: &Parsed,
    ) -> tantivy::Result<Vec<Facet>> {
        let counts = self.searcher.search(query, &ByColumn::new(context.zone))?;
        let mut facets = Vec::new();
        for (kind, counts) in ByColumn::KINDS.into_iter().zip(counts) {
            let values = self.values_of(kind, counts, context)?;
            facets.extend(facet(kind, values));
        }
        if let Some(subject) = subject(parsed, context) {
            let mut values = Vec::new();
            let every = Said::ALL.iter().map(|said| Some(*said));
            for said in std::iter::once(None).chain(every) {
                let there = said_of(&subject, said, &self.generation.fields);
                let both = vec![
                    (Occur::Must, query.box_clone()),
                    (Occur::Must, unscored(there)),
                ];
                let count = self.searcher.search(&BooleanQuery::new(both), &Count)?;
                let name = said.map_or(Field::Affirmed.name(), Said::name);
                if count > 0 {
                    values.push(FacetValue {
                        label: name.into(),
                        query: Untrusted::new(format!("{name}:{}", quoted(&subject))),
                        count,
                    });
                }
            }
            facets.extend(facet(FacetKind::Assertion, values));
        }
        Ok(facets)
    }

    /// The values of a property with their names, in the order shown.
    fn values_of(
        &self,
        kind: FacetKind,
        counts: Counts,
        context: &SearchContext<'_>,
    ) -> tantivy::Result<Vec<FacetValue>> {
        let value = |label: &str, query: String, count| FacetValue {
            label: Untrusted::new(label),
            query: Untrusted::new(query),
            count,
        };
        let exact = |field: Field, name: &str| {
            let name = name.replace(is_quote, " ");
            format!("{}:\"={name}\"", field.name())
        };
        let mut values = Vec::new();
        match kind {
            FacetKind::Type => {
                for (place, (count, _)) in counts {
                    let kinds = usize::try_from(place).ok();
                    if let Some(kind) = kinds.and_then(|place| DocumentKind::ALL.get(place)) {
                        values.push(value(kind.title(), format!("type:={}", kind.name()), count));
                    }
                }
            }
            FacetKind::Service => {
                for service in context.services {
                    if let Some((count, _)) = counts.get(&service.id.0) {
                        let name = service.name.raw();
                        values.push(value(name, exact(Field::Service, name), *count));
                    }
                }
            }
            FacetKind::Facility => {
                for facility in context.facilities {
                    if let Some((count, _)) = counts.get(&facility.id.0) {
                        let name = facility.name.raw();
                        values.push(value(name, exact(Field::Facility, name), *count));
                    }
                }
            }
            FacetKind::Author => {
                for (name, count) in self.authors(counts)? {
                    let query = format!("author:{}", quoted(&name));
                    values.push(value(&name, query, count));
                }
            }
            FacetKind::Year => {
                for (year, (count, _)) in counts {
                    values.push(value(&year.to_string(), format!("date:{year}"), count));
                }
                values.sort_by(|a, b| b.label.raw().cmp(a.label.raw()));
                return Ok(values);
            }
            FacetKind::Assertion => {}
        }
        let order = |a: &FacetValue, b: &FacetValue| {
            let names = || a.label.raw().cmp(b.label.raw());
            b.count.cmp(&a.count).then_with(names)
        };
        values.sort_by(order);
        Ok(values)
    }

    /// Authors by name: each name stands in a document of its own.
    fn authors(&self, counts: Counts) -> tantivy::Result<BTreeMap<String, usize>> {
        let mut unpacker = self.unpacker()?;
        let mut names = BTreeMap::new();
        for (count, at) in counts.into_values() {
            let packed = self.packed(at)?;
            let name = unpacker.unpack(&packed)?.author.trim().to_owned();
            if !folded(&name).is_empty() {
                *names.entry(name).or_insert(0) += count;
            }
        }
        self.give_back(unpacker);
        Ok(names)
    }

    /// A better spelling of the words that stand in no document the searcher may see.
    fn suggestion(
        &self,
        request: &SearchRequest,
        parsed: &Parsed,
    ) -> tantivy::Result<Option<Suggestion>> {
        let mut words = Vec::new();
        single_words(&parsed.root, &mut words);
        let mut query = request.text.raw().to_owned();
        let mut first = None;
        // From the end, so that the places of earlier words stay what they are.
        for (node, word) in words.into_iter().rev() {
            if self.is_seen(&word, &request.access)? {
                continue;
            }
            let Some(meant) = self.meant(&word, &request.access)? else {
                continue;
            };
            let typed = node.span.of(request.text.raw()).to_owned();
            if query.get(node.span.start..node.span.end).is_some() {
                query.replace_range(node.span.start..node.span.end, &meant);
                first = Some((typed, meant));
            }
        }
        Ok(first.map(|(typed, meant)| Suggestion {
            query: query.into(),
            typed: typed.into(),
            meant: meant.into(),
        }))
    }

    /// The word that is spelt most alike among those the searcher may see.
    fn meant(&self, word: &str, access: &SearchAccess) -> tantivy::Result<Option<String>> {
        let edits = spelling::usual_edits(word);
        let field = self.generation.fields.text;
        for alike in spelling::alike(&self.searcher, field, word, edits)? {
            if self.is_seen(&alike.word, access)? {
                return Ok(Some(alike.word));
            }
        }
        Ok(None)
    }

    fn is_seen(&self, word: &str, access: &SearchAccess) -> tantivy::Result<bool> {
        let fields = &self.generation.fields;
        let term = Term::from_field_text(fields.text, word);
        let query = Box::new(TermQuery::new(term, IndexRecordOption::Basic));
        let query = seen(query, access, fields);
        Ok(self.searcher.search(query.as_ref(), &Count)? > 0)
    }

    /// Values of an open field that begin like this, most frequent first, of what the searcher
    /// may see.
    pub(super) fn values(
        &self,
        field: Field,
        typed: &str,
        access: &SearchAccess,
        context: &SearchContext<'_>,
    ) -> tantivy::Result<Vec<Untrusted>> {
        let fields = &self.generation.fields;
        let kind = match field {
            Field::Author => FacetKind::Author,
            Field::Service => FacetKind::Service,
            Field::Facility => FacetKind::Facility,
            Field::Section | Field::In => {
                let kinds = context.language.into_iter().flat_map(|l| l.section_kinds());
                let fits = kinds.filter(|kind| kind.starts_with(&typed.to_lowercase()));
                return Ok(fits.take(MAX_VALUES).map(Untrusted::new).collect());
            }
            _ => return Ok(Vec::new()),
        };
        let all = seen(Box::new(AllQuery), access, fields);
        let counts = self
            .searcher
            .search(all.as_ref(), &ByColumn::new(context.zone))?;
        let place = ByColumn::KINDS.iter().position(|of| *of == kind);
        let counts = place.and_then(|place| counts.into_iter().nth(place));
        let mut values = self.values_of(kind, counts.unwrap_or_default(), context)?;
        values.retain(|value| is_named(value.label.raw(), typed));
        values.truncate(MAX_VALUES);
        Ok(values.into_iter().map(|value| value.label).collect())
    }
}

fn facet(kind: FacetKind, mut values: Vec<FacetValue>) -> Option<Facet> {
    if values.is_empty() {
        return None;
    }
    let more = values.len().saturating_sub(MAX_FACET_VALUES);
    values.truncate(MAX_FACET_VALUES);
    Some(Facet { kind, values, more })
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}')
}

/// A value as it is typed in a query.
fn quoted(value: &str) -> String {
    let plain = value
        .chars()
        .all(|c| c.is_alphanumeric() || "-_.,/".contains(c));
    match plain {
        true => value.to_owned(),
        false => format!("\"{}\"", value.replace(is_quote, " ")),
    }
}

/// The words of a query that assertion is counted for: its first phrase, or its first words, as
/// many as are one term.
fn subject(parsed: &Parsed, context: &SearchContext<'_>) -> Option<String> {
    let parts = match &parsed.root.kind {
        NodeKind::All(parts) => parts.as_slice(),
        _ => std::slice::from_ref(&parsed.root),
    };
    let words: Vec<&str> = parts
        .iter()
        .map_while(|part| match &part.kind {
            NodeKind::Word(word) => Some(word.raw()),
            _ => None,
        })
        .collect();
    let known = |length: &usize| {
        let term = words[..*length].join(" ");
        context
            .language
            .is_some_and(|l| !l.expand(&term).is_empty())
    };
    match (words.len(), parts.first().map(|part| &part.kind)) {
        (0, Some(NodeKind::Phrase(phrase))) => Some(phrase.raw().to_owned()),
        (0, _) => None,
        (all, _) => {
            let length = (2..=all.min(5)).rev().find(known).unwrap_or(1);
            Some(words[..length].join(" "))
        }
    }
}

/// Words of one term that are asked for, not excluded.
fn single_words<'a>(node: &'a Node, out: &mut Vec<(&'a Node, String)>) {
    match &node.kind {
        NodeKind::All(parts) | NodeKind::Any(parts) => {
            parts.iter().for_each(|part| single_words(part, out));
        }
        NodeKind::Group(inner) => single_words(inner, out),
        NodeKind::Word(word) if terms(word.raw()).nth(1).is_none() => {
            out.extend(folded(word.raw()).pop().map(|word| (node, word)));
        }
        _ => {}
    }
}
