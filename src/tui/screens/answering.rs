//! Answering a query, on every screen that shows one: an option is chosen, then a comment may be
//! written; an open question is answered in words.

use crate::domain::action::Action;
use crate::domain::query::QueryFormat;
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Dialog, Outcome};
use crate::tui::desk::QueryRow;
use crate::tui::widgets::{Field, Form, Item};

const CHOOSE: &str = "query choose";
const ANSWER: &str = "query answer";

/// Patient and second identifier.
pub fn who(row: &QueryRow) -> Shown {
    Shown::own(format!(
        "{}  MRN {}  visit {}",
        show(&row.patient_name),
        show(&row.mrn),
        show(&row.visit)
    ))
}

/// An answer being given.
#[derive(Default)]
pub struct Answering {
    /// The option chosen, while its comment is asked for.
    chosen: Option<String>,
}

impl Answering {
    /// The first question.
    pub fn dialog(row: &QueryRow) -> Dialog {
        let title = Shown::own(format!("Answer query {}: {}", row.query.id, who(row)));
        if row.query.text.format == QueryFormat::Open || row.query.text.options.is_empty() {
            return Dialog::form(ANSWER, title, Form::new(vec![Field::text("Answer", true)]));
        }
        let item = |o: &Untrusted| Item::new(show(o), Shown::default());
        let items = row.query.text.options.iter().map(item).collect();
        Dialog::pick(CHOOSE, title, items)
    }

    /// A dialog was answered; `None` if it was another one's.
    pub fn answered(
        &mut self,
        row: &QueryRow,
        tag: &'static str,
        answer: &Answer,
    ) -> Option<Outcome> {
        match (tag, answer) {
            (CHOOSE, Answer::Chosen(index)) => {
                let option = row.query.text.options.get(*index)?.raw().to_owned();
                let open = option.contains("__") || option.to_lowercase().starts_with("other");
                let title = Shown::own(format!("{}: {}", who(row), show(&option.as_str().into())));
                self.chosen = Some(option);
                let label = if open { "Which" } else { "Comment" };
                let form = Form::new(vec![Field::text(label, open)]);
                Some(Outcome::done().open(Dialog::form(ANSWER, title, form)))
            }
            (ANSWER, Answer::Fields(fields)) => {
                let words = fields.first().map(|f| f.text.clone()).unwrap_or_default();
                let answer = joined(self.chosen.take(), words.trim());
                Some(Outcome::done().act(Action::AnswerQuery {
                    query: row.query.id,
                    version: row.query.version,
                    answer: Untrusted::new(answer),
                }))
            }
            _ => None,
        }
    }
}

/// The option chosen with what was written beside it: blanks are filled, comments follow.
fn joined(chosen: Option<String>, words: &str) -> String {
    match chosen {
        None => words.to_owned(),
        Some(option) if words.is_empty() => option,
        Some(option) => {
            let begin = option.trim_end_matches(['_', ' ', ':', '.']);
            if option.contains("__") {
                format!("{begin}: {words}")
            } else {
                format!("{option}. {words}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_keeps_option_and_words() {
        assert_eq!(joined(None, "words"), "words");
        assert_eq!(
            joined(Some("Other: ____".into()), "anemia"),
            "Other: anemia"
        );
        assert_eq!(joined(Some("Yes".into()), ""), "Yes");
        assert_eq!(joined(Some("Yes".into()), "see note"), "Yes. see note");
    }
}
