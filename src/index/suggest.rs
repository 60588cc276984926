//! A better spelling for words that stand in no document the searcher may see.

use super::bound::Bound;
use super::sight::{Sight, documents_with};
use super::spelling;
use super::view::View;
use crate::domain::search::{SearchRequest, Suggestion};
use crate::grammar::ast::{Node, NodeKind, Query as Parsed};
use crate::grammar::terms::{folded, terms};
use tantivy::Term;
use tantivy::collector::Count;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;

impl View {
    /// A better spelling of the words that stand in no document the searcher may see.
    pub(super) fn suggestion(
        &self,
        request: &SearchRequest,
        parsed: &Parsed,
        sight: Option<&Sight>,
        bound: &Bound,
    ) -> tantivy::Result<Option<Suggestion>> {
        let mut words = Vec::new();
        single_words(&parsed.root, &mut words);
        let mut query = request.text.raw().to_owned();
        let mut first = None;
        // From the end, so that the places of earlier words stay what they are.
        for (node, word) in words.into_iter().rev() {
            if self.is_seen(&word, sight)? {
                continue;
            }
            let Some(meant) = self.meant(&word, sight, bound)? else {
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
    fn meant(
        &self,
        word: &str,
        sight: Option<&Sight>,
        bound: &Bound,
    ) -> tantivy::Result<Option<String>> {
        let edits = spelling::usual_edits(word);
        let field = self.generation.fields.text;
        for alike in spelling::alike(&self.searcher, sight, field, word, edits, bound)? {
            // Without a sight the words of deleted documents are among them.
            if self.is_seen(&alike.word, sight)? {
                return Ok(Some(alike.word));
            }
        }
        Ok(None)
    }

    /// Whether a word stands in a document that the searcher may see.
    fn is_seen(&self, word: &str, sight: Option<&Sight>) -> tantivy::Result<bool> {
        let term = Term::from_field_text(self.generation.fields.text, word);
        if sight.is_some() {
            return Ok(documents_with(&self.searcher, sight, &term)? > 0);
        }
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        Ok(self.searcher.search(&query, &Count)? > 0)
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
