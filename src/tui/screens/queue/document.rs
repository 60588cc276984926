//! The document an item is about, read beside the list once the cursor has come to rest.
//!
//! Every text fetched is a disclosure with its audit row, so moving through the list fetches
//! nothing: the cursor must rest, or the pane must be entered.

use super::{Pane, Queue, draw};
use crate::domain::chart::DocumentText;
use crate::domain::ids::DocumentId;
use crate::domain::time::Instant;
use crate::text::{Shown, show, show_lines};
use crate::tui::app::{Context, Outcome};
use crate::tui::desk::Request;
use crate::tui::widgets::{Canvas, Pager};
use ratatui::layout::Rect;
use std::collections::BTreeMap;

/// Microseconds the cursor must rest before the document under it is read.
const REST: i64 = 300_000;

/// Texts kept, so that going back and forth asks nothing.
const KEPT: usize = 16;

/// The documents read so far.
pub(super) struct Documents {
    /// The document stands below the list where there is room.
    pub split: bool,
    texts: BTreeMap<DocumentId, Pager>,
    /// When the document under the cursor is read.
    at: Option<Instant>,
    failed: bool,
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            split: true,
            texts: BTreeMap::new(),
            at: None,
            failed: false,
        }
    }
}

impl Documents {
    pub fn wake_at(&self) -> Option<Instant> {
        self.at
    }

    pub fn pager(&mut self, wanted: Option<DocumentId>) -> Option<&mut Pager> {
        self.texts.get_mut(&wanted?)
    }

    pub fn failed(&mut self) {
        self.failed = true;
    }

    pub fn arrived(&mut self, text: &DocumentText, area: Rect) {
        if self.texts.len() >= KEPT {
            self.texts.clear();
        }
        let mut pager = Pager::new(show_lines(&text.text));
        pager.set_width(area.width);
        self.texts.insert(text.document, pager);
        self.failed = false;
    }

    pub fn set_area(&mut self, area: Rect) {
        for pager in self.texts.values_mut() {
            pager.set_width(area.width);
        }
    }
}

impl Queue {
    /// The document the item under the cursor is about, or that may answer it.
    pub(super) fn subject_document(&self) -> Option<DocumentId> {
        let row = self.row()?;
        row.subject
            .document
            .or_else(|| self.detail().and_then(|d| d.maybe))
    }

    /// Where the text of the document stands.
    pub(super) fn document_area(&self, body: Rect) -> Rect {
        let pane = draw::document_area(body, self.split());
        Rect::new(
            pane.x,
            pane.y + 1.min(pane.height),
            pane.width,
            pane.height.saturating_sub(1),
        )
    }

    /// Whether list and document share the left side.
    pub(super) fn split(&self) -> bool {
        self.documents.split
    }

    /// The next pane: list, detail, document.
    pub(super) fn turn(&mut self, forward: bool, context: &Context<'_>) -> Outcome {
        const ROUND: [Pane; 3] = [Pane::List, Pane::Detail, Pane::Document];
        let at = ROUND.iter().position(|p| *p == self.pane).unwrap_or(0);
        let step = if forward { 1 } else { ROUND.len() - 1 };
        self.pane = ROUND[(at + step) % ROUND.len()];
        self.rest(context)
    }

    /// The cursor has come to rest somewhere, or the document is to be shown.
    pub(super) fn rest(&mut self, context: &Context<'_>) -> Outcome {
        self.documents.at = None;
        let shown = self.pane == Pane::Document
            || (self.split() && draw::has_room_for_document(context.body));
        let Some(wanted) = self.subject_document().filter(|_| shown) else {
            return Outcome::done();
        };
        if self.documents.texts.contains_key(&wanted) {
            return Outcome::done();
        }
        if self.pane == Pane::Document {
            self.documents.failed = false;
            return Outcome::done().ask(Request::Text(wanted, None));
        }
        self.documents.at = Some(Instant(context.now.0 + REST));
        Outcome::done()
    }

    /// Time has passed: the document under the cursor is read.
    pub(super) fn rested(&mut self, context: &Context<'_>) -> Outcome {
        if self.documents.at.is_none_or(|at| at > context.now) {
            return Outcome::done();
        }
        self.documents.at = None;
        match self.subject_document() {
            Some(wanted) if !self.documents.texts.contains_key(&wanted) => {
                self.documents.failed = false;
                Outcome::done().ask(Request::Text(wanted, None))
            }
            _ => Outcome::done(),
        }
    }

    /// The document with its heading, or why there is none.
    pub(super) fn draw_document(&self, canvas: &mut Canvas<'_>, pane: Rect, text: Rect) {
        let title = self.detail().map(|d| show(&d.subject_title));
        let title = title.filter(|t| !t.as_str().is_empty());
        let heading = match (self.subject_document(), self.row(), title) {
            (Some(_), Some(row), title) => {
                let maybe = row.subject.document.is_none();
                let what = if maybe {
                    "May answer it".to_owned()
                } else {
                    title.map_or("Document".to_owned(), |t| t.as_str().to_owned())
                };
                format!("{what}  {} {}", show(&row.mrn), show(&row.patient_name))
            }
            _ => "Document".to_owned(),
        };
        canvas.write(pane, pane.x, pane.y, Shown::own(heading), "list.head");
        let pager = self
            .subject_document()
            .and_then(|id| self.documents.texts.get(&id));
        match (self.subject_document(), pager) {
            (_, Some(pager)) if pager.is_empty() => {
                canvas.write(text, text.x, text.y, "The document has no text.", "dim");
            }
            (_, Some(pager)) => pager.render(canvas, text),
            (None, None) => {
                let why = "Nothing to read: what is owed is not there yet.";
                canvas.write(text, text.x, text.y, why, "dim");
            }
            (Some(_), None) if self.documents.failed => {
                let why = "The document could not be read.";
                canvas.write(text, text.x, text.y, why, "dim");
            }
            (Some(_), None) => {
                canvas.write(text, text.x, text.y, "…", "dim");
            }
        }
    }
}
