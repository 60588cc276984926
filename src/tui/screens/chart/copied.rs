//! Copied-forward text in the reader: marked passages, where they come from, and going there.

use super::{ChartScreen, Reading};
use crate::command::Command;
use crate::domain::copied::{CopiedPassage, CopiedSource, CopiedText, SimilarSearch};
use crate::domain::ids::DocumentId;
use crate::text::{Shown, show};
use crate::tui::app::{Context, Level, Outcome};
use crate::tui::desk::Request;
use crate::tui::screens::banner::day;
use crate::tui::screens::search::{Search, Within};

/// A place of a document to go to once its text is there: its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PlaceOf {
    pub document: DocumentId,
    pub start: usize,
    pub end: usize,
}

impl ChartScreen {
    /// A chart at a passage of a document.
    pub(super) fn at_passage(encounter: crate::domain::ids::EncounterId, place: PlaceOf) -> Self {
        Self {
            passage: Some(place),
            ..Self::at_document(encounter, place.document, Vec::new())
        }
    }

    pub(super) fn copied_command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        let document = self.open.map(|o| o.0).or(self.document_under_cursor());
        match (command, document) {
            (Command::Copied, Some(_)) if self.shown_copied().is_some() => self.hide(context),
            (Command::Copied, Some(document)) => {
                let reading = if self.reading {
                    Outcome::done()
                } else {
                    self.read(document, context)
                };
                // Passages are places of the newest text.
                let newest = self.show_document((document, None));
                reading.and(newest).ask(Request::Copied(document))
            }
            (Command::CopiedSource, Some(_)) => self.go_to_source(context),
            (Command::Similar, Some(document)) => Outcome::done().ask(Request::Similar(document)),
            _ => Outcome::ignored(),
        }
    }

    /// What was copied, while it is marked in the document that is open.
    pub(super) fn shown_copied(&self) -> Option<&CopiedText> {
        let (document, version) = self.open?;
        let copied = self.copied.as_deref()?;
        (copied.document == document && version.is_none()).then_some(copied)
    }

    fn hide(&mut self, context: &Context<'_>) -> Outcome {
        self.copied = None;
        let highlight = self.highlight.clone();
        let height = self.areas(context.body).text.height;
        if let Some(reader) = self.reader_mut() {
            super::read::mark(reader, &highlight, height);
        }
        Outcome::done()
    }

    pub(super) fn copied_arrived(
        &mut self,
        copied: Box<CopiedText>,
        context: &Context<'_>,
    ) -> Outcome {
        if self.open != Some((copied.document, None)) {
            return Outcome::done();
        }
        let text = match (copied.passages.len(), copied.compared) {
            (_, 0) => "there is no earlier note of this patient to compare with".to_owned(),
            (0, n) => format!("nothing of this note stands in the {n} earlier ones"),
            _ => String::new(),
        };
        if !text.is_empty() {
            return Outcome::done().say(Level::Info, text);
        }
        self.copied = Some(copied);
        self.mark_copied(context);
        Outcome::done()
    }

    /// Marks the passages once both they and the text are there.
    pub(super) fn mark_copied(&mut self, context: &Context<'_>) {
        let Some(copied) = self.shown_copied() else {
            return;
        };
        let spans: Vec<(usize, usize)> = copied.passages.iter().map(|p| (p.start, p.end)).collect();
        let text = copied.text.clone();
        let height = self.areas(context.body).text.height;
        if let Some(reader) = self.reader_mut() {
            reader.mark_passages(&text, &spans, height);
        }
    }

    /// The passage under the cursor, else the one gone to last.
    fn passage(&self) -> Option<(&CopiedPassage, &CopiedText)> {
        let copied = self.shown_copied()?;
        let at = self.reader()?.passage_at_cursor()?;
        Some((copied.passages.get(at)?, copied))
    }

    pub(super) fn go_to_source(&mut self, context: &Context<'_>) -> Outcome {
        let Some((passage, copied)) = self.passage() else {
            let key = (context.keys)(&Command::Copied);
            return Outcome::done().say(
                Level::Info,
                format!("no copied passage here; {key} marks them"),
            );
        };
        let Some(source) = copied.sources.get(passage.source) else {
            return Outcome::done();
        };
        let place = PlaceOf {
            document: source.document,
            start: passage.source_start,
            end: passage.source_end,
        };
        let here = self
            .chart
            .as_ref()
            .is_some_and(|c| c.document(source.document).is_some());
        if here {
            self.came_from = self.open;
            self.passage = Some(place);
            let outcome = self.read(place.document, context);
            self.show_passage(context);
            return outcome;
        }
        match source.encounter {
            Some(encounter) => Outcome::done().push(Box::new(Self::at_passage(encounter, place))),
            None => Outcome::done().say(
                Level::Warning,
                "the earlier note belongs to no visit: find it by its date in the search",
            ),
        }
    }

    /// Goes to the passage the document was opened for, once its text is there.
    pub(super) fn show_passage(&mut self, context: &Context<'_>) {
        let Some(place) = self.passage else {
            return;
        };
        if self.open != Some((place.document, None)) || self.reader().is_none() {
            return;
        }
        self.passage = None;
        let height = self.areas(context.body).text.height;
        if let Some(reader) = self.reader_mut() {
            reader.mark_bytes(&[(place.start, place.end)], height);
        }
    }

    /// Back from a source to the note it was copied into.
    pub(super) fn back_to_copy(&mut self) -> bool {
        let Some(note) = self.came_from.take() else {
            return false;
        };
        let known: Option<&Reading> = self.readers.keys().find(|r| **r == note);
        let known = known.copied();
        if let Some(note) = known {
            self.open = Some(note);
            self.text_failed = false;
        }
        known.is_some()
    }

    /// One line about the document and the passage under the cursor.
    pub(super) fn copied_line(&self, context: &Context<'_>) -> Option<Shown> {
        let copied = self.shown_copied()?;
        let all = format!("= {} % copied", copied.percent());
        let Some((passage, _)) = self.passage() else {
            let notes = copied.sources.len();
            let notes = if notes == 1 {
                "an earlier note".to_owned()
            } else {
                format!("{notes} earlier notes")
            };
            return Some(Shown::own(format!("{all}, from {notes}")));
        };
        let from = copied.sources.get(passage.source)?;
        let first = copied.sources.get(passage.first)?;
        let mut text = format!("{all}; from {}", source(from, context));
        if first.document != from.document {
            text = format!("{text}; first {}", day(first.at, &context.session.zone));
        }
        Some(Shown::own(text))
    }
}

fn source(source: &CopiedSource, context: &Context<'_>) -> String {
    let title = if source.title.is_blank() {
        Shown::own(source.kind.title())
    } else {
        show(&source.title)
    };
    let day = day(source.at, &context.session.zone);
    format!("{title} {day} {}", show(&source.author))
        .trim_end()
        .to_owned()
}

/// Opens a search made of a note's most telling words.
pub(in crate::tui::screens) fn open_similar(similar: &SimilarSearch) -> Outcome {
    // A blank ends the last word: it is not the beginning of a longer one.
    let query = format!("{} ", similar.query);
    Outcome::done()
        .push(Box::new(Search::new(Within::All, &query)))
        .say(
            Level::Info,
            "these words tell the note from others, the most telling first: edit them",
        )
}
