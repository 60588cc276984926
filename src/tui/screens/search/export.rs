//! Exporting hits to a file, after a question that says what leaves the program.

use super::Search;
use crate::domain::search::SearchRequest;
use crate::ops::{ExportForm, Exported, MOST_EXPORTED};
use crate::text::{Shown, counted, show};
use crate::tui::app::{Answer, Context, Dialog, Level, Outcome};
use crate::tui::desk::Request;
use crate::tui::widgets::{Field, Form};

/// Tags of the form and of the question.
const FORM: &str = "search export";
const CONFIRM: &str = "search export confirm";

/// What is to be exported once it is confirmed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wanted {
    name: String,
    form: ExportForm,
}

impl Search {
    /// Asks for form and file.
    pub(super) fn ask_export(&self, context: &Context<'_>) -> Outcome {
        if self.list.len == 0 && self.marks.is_empty() {
            return Outcome::done().say(Level::Info, "there are no hits to export");
        }
        if !self.same_query() && self.marks.is_empty() {
            return Outcome::done()
                .say(Level::Info, "search first: these hits are of another line");
        }
        let name = format!("search-{}.csv", context.today());
        let form = Form::new(vec![
            Field::text("File", true).with_text(&name),
            Field::choice("Form", ExportForm::ALL.iter().map(|f| f.name())),
        ]);
        let title = Shown::own(format!("Export {}", self.exported()));
        Outcome::done().open(Dialog::form(FORM, title, form))
    }

    /// What is exported, in words.
    fn exported(&self) -> String {
        match (self.marks.len(), &self.found) {
            (0, Some(found)) => counted(found.groups.min(MOST_EXPORTED), "hit"),
            (0, None) => "nothing".to_owned(),
            (n, _) => counted(n, "marked hit"),
        }
    }

    pub(super) fn exporting(&mut self, tag: &'static str, answer: &Answer) -> Option<Outcome> {
        match (tag, answer) {
            (FORM, Answer::Fields(fields)) => {
                let [name, form] = fields.as_slice() else {
                    return Some(Outcome::done());
                };
                let form = ExportForm::from_name(&form.text).unwrap_or(ExportForm::Csv);
                let name = name.text.trim().to_owned();
                let lines = vec![
                    Shown::own(format!("{} as {},", self.exported(), form.name())),
                    Shown::own("with names, numbers and passages of the notes, readable by"),
                    Shown::own("whoever can read the file:"),
                    show(&name.as_str().into()),
                ];
                self.export = Some(Wanted { name, form });
                let title = Shown::own("Export patient data out of Chartroom?");
                Some(Outcome::done().open(Dialog::confirm(CONFIRM, title, lines)))
            }
            (CONFIRM, Answer::Yes) => {
                let wanted = self.export.take()?;
                let which = if self.marks.is_empty() {
                    Exported::All
                } else {
                    Exported::These(self.marks.iter().map(|h| h.document).collect())
                };
                let search = SearchRequest {
                    facets: false,
                    ..self.wanted(0, MOST_EXPORTED)
                };
                Some(Outcome::done().ask(Request::Export {
                    search: Box::new(search),
                    which,
                    form: wanted.form,
                    name: wanted.name,
                }))
            }
            _ => None,
        }
    }
}
