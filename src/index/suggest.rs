//! A better spelling for words that stand in no document the searcher may see.

use super::access::seen;
use super::schema::Fields;
use super::spelling;
use super::view::View;
use crate::domain::search::{SearchAccess, SearchRequest, Suggestion};
use crate::grammar::ast::{Node, NodeKind, Query as Parsed};
use crate::grammar::terms::{folded, terms};
use tantivy::collector::Count;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{Searcher, Term};

impl View {
    /// A better spelling of the words that stand in no document the searcher may see.
    pub(super) fn suggestion(
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
        is_seen(&self.searcher, &self.generation.fields, word, access)
    }
}

/// Whether a word stands in a document that the searcher may see.
pub(super) fn is_seen(
    searcher: &Searcher,
    fields: &Fields,
    word: &str,
    access: &SearchAccess,
) -> tantivy::Result<bool> {
    let term = Term::from_field_text(fields.text, word);
    let query = Box::new(TermQuery::new(term, IndexRecordOption::Basic));
    let query = seen(query, access, fields);
    Ok(searcher.search(query.as_ref(), &Count)? > 0)
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
