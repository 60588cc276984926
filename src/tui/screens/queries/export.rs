//! Exporting the query under the cursor to a file, after a question that says what leaves.

use super::Queries;
use crate::ops::QueryForm;
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Dialog, Level, Outcome};
use crate::tui::desk::Request;
use crate::tui::screens::answering::who;
use crate::tui::widgets::{Field, Form};

/// Tags of the form and of the question.
const FORM: &str = "query export";
const CONFIRM: &str = "query export confirm";

/// What is to be exported once it is confirmed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wanted {
    name: String,
    form: QueryForm,
}

impl Queries {
    /// Asks for form and file. A name without an ending gets the form's own.
    pub(super) fn ask_export(&self) -> Outcome {
        let Some(row) = self.row() else {
            return Outcome::done();
        };
        let form = Form::new(vec![
            Field::choice("Form", QueryForm::ALL.iter().map(|f| f.name())),
            Field::text("File", true).with_text(&format!("query-{}", row.query.id)),
        ]);
        let title = Shown::own(format!("Export query {}: {}", row.query.id, who(row)));
        Outcome::done().open(Dialog::form(FORM, title, form))
    }

    /// A dialog was answered; `None` if it was another one's.
    pub(super) fn exporting(&mut self, tag: &'static str, answer: &Answer) -> Option<Outcome> {
        match (tag, answer) {
            (FORM, Answer::Fields(fields)) => {
                let [form, name] = fields.as_slice() else {
                    return Some(Outcome::done());
                };
                let form = QueryForm::from_name(&form.text).unwrap_or(QueryForm::Text);
                let mut name = name.text.trim().to_owned();
                if !name.contains('.') {
                    name = format!("{name}.{}", form.ending());
                }
                let row = self.row()?;
                let lines = vec![
                    who(row),
                    Shown::own(format!("The query and its answer as {},", form.name())),
                    Shown::own("readable by whoever can read the file:"),
                    show(&name.as_str().into()),
                ];
                self.export = Some(Wanted { name, form });
                let title = Shown::own("Export patient data out of Chartroom?");
                Some(Outcome::done().open(Dialog::confirm(CONFIRM, title, lines)))
            }
            (CONFIRM, Answer::Yes) => {
                let wanted = self.export.take()?;
                Some(Outcome::done().ask(Request::ExportQuery {
                    query: self.row()?.query.id,
                    form: wanted.form,
                    name: wanted.name,
                }))
            }
            _ => None,
        }
    }

    /// The file is written.
    pub(super) fn exported(path: &str) -> Outcome {
        Outcome::done().say(Level::Done, format!("written to {}", show(&path.into())))
    }
}
