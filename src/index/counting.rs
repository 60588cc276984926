//! What was found, counted by property; and the values a field can be completed with.
//!
//! Everything here counts over a query that the access filter narrows already.

use super::access::{among, unscored};
use super::bound::{Bound, SharedBound};
use super::compile::said_of;
use super::reader::SearchContext;
use super::sight::InSight;
use super::tally::{ByColumn, Counts};
use super::view::View;
use crate::domain::annotation::Said;
use crate::domain::document::DocumentKind;
use crate::domain::search::{Facet, FacetKind, FacetValue, MAX_FACET_VALUES, SearchAccess};
use crate::domain::untrusted::Untrusted;
use crate::grammar::ast::{Field, NodeKind, Query as Parsed};
use crate::grammar::terms::folded;
use crate::grammar::terms::is_named;
use std::collections::BTreeMap;
use tantivy::collector::Count;
use tantivy::query::{AllQuery, BooleanQuery, Occur, Query};

/// Values given to complete a field.
const MAX_VALUES: usize = 20;

/// Documents found up to which it is counted in how many the words are affirmed, negated and so on:
/// for that the place of every word is read.
const MAX_ASSERTED: usize = 20_000;

impl View {
    /// Counts of what was found (`found` documents), by every property that has values; by assertion
    /// up to [`MAX_ASSERTED`]. None when the time is over before all are counted.
    pub(super) fn facets(
        &self,
        query: &dyn Query,
        found: usize,
        context: &SearchContext<'_>,
        parsed: &Parsed,
        bound: &SharedBound,
    ) -> tantivy::Result<Vec<Facet>> {
        let counts = self.counted(query, &ByColumn::new(context.zone), bound)?;
        let mut facets = Vec::new();
        for (kind, counts) in ByColumn::KINDS.into_iter().zip(counts) {
            if bound.is_over() {
                break;
            }
            let values = self.values_of(kind, counts, context, bound)?;
            facets.extend(facet(kind, values));
        }
        let subject = subject(parsed, context).filter(|_| found <= MAX_ASSERTED);
        if let Some(subject) = subject {
            let mut values = Vec::new();
            let every = Said::ALL.iter().map(|said| Some(*said));
            for said in std::iter::once(None).chain(every) {
                if bound.is_over() {
                    break;
                }
                let there = said_of(&subject, said, &self.generation.fields, bound);
                let both = vec![
                    (Occur::Must, query.box_clone()),
                    (Occur::Must, unscored(there)),
                ];
                let count = self.counted(&BooleanQuery::new(both), &Count, bound)?;
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
        // What was counted in part is not told: it would look like all.
        if bound.was_met() {
            facets.clear();
        }
        Ok(facets)
    }

    /// The values of a property with their names, in the order shown.
    fn values_of(
        &self,
        kind: FacetKind,
        counts: Counts,
        context: &SearchContext<'_>,
        bound: &Bound,
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
                for (name, count) in self.authors(counts, bound)? {
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

    /// Authors by name, until the time is over: each name stands in a document of its own, which is
    /// unpacked for it.
    fn authors(&self, counts: Counts, bound: &Bound) -> tantivy::Result<BTreeMap<String, usize>> {
        let mut unpacker = self.unpacker()?;
        let mut names = BTreeMap::new();
        for (count, at) in counts.into_values() {
            if bound.is_over() {
                break;
            }
            let packed = self.packed(at)?;
            let mut opened = unpacker.open(&packed)?;
            let name = opened.part(0)?.0.author.trim().to_owned();
            if !folded(&name).is_empty() {
                *names.entry(name).or_insert(0) += count;
            }
        }
        self.give_back(unpacker);
        Ok(names)
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
        let access = among(&self.searcher, access, fields)?;
        let all: Box<dyn Query> = match self.sight(&access)? {
            Some(sight) => Box::new(InSight(sight)),
            None => Box::new(AllQuery),
        };
        let counts = self
            .searcher
            .search(all.as_ref(), &ByColumn::new(context.zone))?;
        let place = ByColumn::KINDS.iter().position(|of| *of == kind);
        let counts = place.and_then(|place| counts.into_iter().nth(place));
        let counts = counts.unwrap_or_default();
        let mut values = self.values_of(kind, counts, context, &Bound::default())?;
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
