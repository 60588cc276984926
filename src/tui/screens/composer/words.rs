//! The words in the composer's fields as one value, and back.

use super::Composer;
use super::field::Field;
use super::keep::Keep;
use crate::domain::query::{Query, QueryFormat, QueryText};
use crate::domain::untrusted::Untrusted;
use crate::text::show;
use crate::tui::desk::QueryRow;
use crate::tui::widgets::{Editor, LineInput};

/// An editor for a question that was just filled in: at its first place to fill, or else at its
/// beginning, where reading begins.
pub(super) fn question(text: &str) -> Editor {
    let mut editor = Editor::new(text);
    editor.go_to(text.find("{{").unwrap_or(0));
    editor
}

impl Composer {
    /// The words as they stand.
    pub(super) fn text(&self) -> QueryText {
        let options = self
            .options
            .iter()
            .filter(|_| self.format != QueryFormat::Open);
        QueryText {
            topic: self.topic.clone(),
            title: Untrusted::new(self.title.text()),
            format: self.format,
            indicators: self.indicators.clone(),
            body: Untrusted::new(self.body.text()),
            options: options
                .map(|o| o.text().trim())
                .filter(|o| !o.is_empty())
                .map(Untrusted::from)
                .collect(),
            template: self.origin.0.clone(),
            rule: self.origin.1.clone(),
        }
    }

    /// Whether something was typed that a template would replace.
    pub(super) fn has_words(&self) -> bool {
        !self.body.is_empty() || !self.title.is_empty()
    }

    pub(super) fn load(&mut self, row: &QueryRow) {
        let query: &Query = &row.query;
        self.put(&query.text);
        self.template = row.template.as_deref().cloned();
        self.provider = query.provider.map(|id| (id, show(&row.provider_name)));
        // It goes on where it was left off.
        self.body.go_to(usize::MAX);
        self.keep = Keep::of(query);
    }

    /// Puts words in place of those that stand.
    pub(super) fn put(&mut self, text: &QueryText) {
        self.format = text.format;
        self.topic.clone_from(&text.topic);
        self.origin = (text.template.clone(), text.rule.clone());
        self.title = LineInput::new(text.title.raw());
        self.indicators = text.indicators.clone();
        self.body = question(text.body.raw());
        let options = text.options.iter();
        self.options = options.map(|o| LineInput::new(o.raw())).collect();
        self.removed = None;
        self.focus = Field::Body;
    }
}
