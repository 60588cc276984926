//! Reading: opening documents, finding words, versions, next and previous.

use super::documents::DocumentRow;
use super::{ChartScreen, Highlight, Reading, Tab};
use crate::command::Command;
use crate::domain::chart::DocumentText;
use crate::domain::ids::DocumentId;
use crate::domain::untrusted::Untrusted;
use crate::text::Shown;
use crate::tui::app::{Context, Dialog, Level, Outcome, Step};
use crate::tui::desk::{Request, VersionRow};
use crate::tui::screens::banner::when;
use crate::tui::screens::reader::Reader;
use crate::tui::widgets::{Item, LineInput};

/// Texts kept while the chart is open, with the place in each.
const KEPT: usize = 40;
/// Tag of the list of versions.
pub(super) const VERSIONS: &str = "chart versions";

impl ChartScreen {
    pub(super) fn reader(&self) -> Option<&Reader> {
        self.readers.get(&self.open?)
    }

    pub(super) fn reader_mut(&mut self) -> Option<&mut Reader> {
        self.readers.get_mut(&self.open?)
    }

    /// Opens a document in the reader and moves the list's cursor to it.
    pub(super) fn read(&mut self, document: DocumentId, context: &Context<'_>) -> Outcome {
        self.reading = true;
        self.preview_at = None;
        let row = self.row_of(document);
        let height = self.areas(context.body).rows();
        if let Some(row) = row {
            self.lists[Tab::Documents as usize].go(row, height);
        }
        self.show_document((document, None))
    }

    fn row_of(&self, document: DocumentId) -> Option<usize> {
        let chart = self.chart.as_ref()?;
        self.rows.iter().position(|row| match row {
            DocumentRow::Document(i) => chart.documents[*i].id == document,
            DocumentRow::Gap => false,
        })
    }

    /// Shows a document; asks for its text unless it is still here.
    pub(super) fn show_document(&mut self, wanted: Reading) -> Outcome {
        self.open = Some(wanted);
        self.text_failed = false;
        if self.readers.contains_key(&wanted) {
            return Outcome::done();
        }
        Outcome::done().ask(Request::Text(wanted.0, wanted.1))
    }

    pub(super) fn text_arrived(&mut self, text: &DocumentText, context: &Context<'_>) -> Outcome {
        let Some(wanted) = self.open.filter(|(document, _)| *document == text.document) else {
            return Outcome::done();
        };
        let area = self.areas(context.body).text;
        let mut reader = Reader::new(&text.text, area.width);
        mark(&mut reader, &self.highlight, area.height);
        if self.readers.len() >= KEPT {
            self.readers.retain(|_, r| r.marked() > 0);
        }
        self.readers.insert(wanted, reader);
        self.mark_copied(context);
        self.show_passage(context);
        Outcome::done()
    }

    pub(super) fn reading_command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        let height = self.areas(context.body).text.height;
        match command {
            Command::Next | Command::NextDocument => self.next_document(true, context),
            Command::Previous | Command::PreviousDocument => self.next_document(false, context),
            Command::NextMatch | Command::PreviousMatch => {
                let forward = matches!(command, Command::NextMatch);
                if let Some(reader) = self.reader_mut() {
                    reader.step_match(forward, height);
                }
                Outcome::done()
            }
            Command::Find => {
                let outcome = match self.open.map(|o| o.0).or(self.document_under_cursor()) {
                    Some(document) if !self.reading => self.read(document, context),
                    _ => Outcome::done(),
                };
                self.find = Some(LineInput::default());
                outcome
            }
            Command::Versions => match self.open.map(|o| o.0).or(self.document_under_cursor()) {
                Some(document) => Outcome::done().ask(Request::Versions(document)),
                None => Outcome::done(),
            },
            Command::Mark if self.reading => {
                let marked = self.reader_mut().is_some_and(Reader::toggle_mark);
                if !marked {
                    return Outcome::done().say(Level::Info, "there is nothing in this line");
                }
                if let Some(reader) = self.reader_mut() {
                    reader.list().down(1, height);
                }
                Outcome::done()
            }
            Command::ClearMarks => {
                self.readers.values_mut().for_each(Reader::clear_marks);
                Outcome::done()
            }
            Command::Copy => match self.reader().and_then(Reader::passage_text) {
                Some(text) if self.reading => {
                    Outcome::done().step(Step::Copy(crate::text::show(&Untrusted::new(text))))
                }
                _ => Outcome::done().say(Level::Info, "open a document to copy a line of it"),
            },
            _ => Outcome::ignored(),
        }
    }

    /// The next document of the list, without going back to it.
    fn next_document(&mut self, forward: bool, context: &Context<'_>) -> Outcome {
        let at = self.lists[Tab::Documents as usize].cursor;
        let at = self.open.and_then(|o| self.row_of(o.0)).unwrap_or(at);
        let chart = self.chart.as_ref();
        let id = |row: &DocumentRow| match row {
            DocumentRow::Document(i) => chart.and_then(|c| c.documents.get(*i)).map(|d| d.id),
            DocumentRow::Gap => None,
        };
        let next = if forward {
            self.rows.iter().skip(at + 1).find_map(id)
        } else {
            self.rows.iter().take(at).rev().find_map(id)
        };
        match next {
            Some(document) => self.read(document, context),
            None if forward => Outcome::done().say(Level::Info, "this is the last document"),
            None => Outcome::done().say(Level::Info, "this is the first document"),
        }
    }

    /// Find searches at every key; Enter keeps the matches.
    pub(super) fn find_key(
        &mut self,
        edit: impl FnOnce(&mut LineInput) -> bool,
        context: &Context<'_>,
    ) -> Outcome {
        let Some(find) = &mut self.find else {
            return Outcome::ignored();
        };
        if !edit(find) {
            return Outcome::ignored();
        }
        let text = find.text().to_owned();
        let height = self.areas(context.body).text.height;
        if let Some(reader) = self.reader_mut() {
            reader.find(&text, height);
        }
        Outcome::done()
    }

    pub(super) fn accept_find(&mut self) -> Outcome {
        let text = self.find.take().unwrap_or_default().text().to_owned();
        if text.trim().is_empty() {
            self.highlight = Highlight::None;
            return Outcome::done();
        }
        self.highlight = Highlight::Typed(text);
        match self.reader().map(Reader::matched) {
            Some(None) => Outcome::done().say(Level::Info, "not found in this document"),
            _ => Outcome::done(),
        }
    }

    pub(super) fn offer_versions(
        &mut self,
        versions: Vec<VersionRow>,
        context: &Context<'_>,
    ) -> Outcome {
        let zone = &context.session.zone;
        let items = versions.iter().map(|v| {
            let at = when(Some(crate::domain::time::Moment::at(v.received)), zone);
            let note = format!("received {at}, {} bytes", v.bytes);
            Item::new(
                Shown::own(format!("version {}", v.version)),
                Shown::own(note),
            )
        });
        let dialog = Dialog::pick(
            VERSIONS,
            Shown::own("Versions, newest first"),
            items.collect(),
        );
        self.versions = versions;
        Outcome::done().open(dialog)
    }

    /// A version was chosen.
    pub(super) fn read_version(&mut self, index: usize) -> Outcome {
        let document = self.open.map(|o| o.0).or(self.document_under_cursor());
        let (Some(version), Some(document)) = (self.versions.get(index), document) else {
            return Outcome::done();
        };
        self.reading = true;
        let version = (index > 0).then_some(version.version);
        self.show_document((document, version))
    }
}

/// Highlights in a text what is highlighted in every one.
pub(super) fn mark(reader: &mut Reader, highlight: &Highlight, height: u16) {
    match highlight {
        Highlight::None => reader.highlight(&[], height),
        Highlight::Needles(words) => reader.highlight(words, height),
        Highlight::Typed(text) => reader.find(text, height),
    };
}
