//! Answering a query, on every screen that shows one: an option is chosen, then words are written
//! where the option asks for them, or a comment; an open question is answered in words.

use crate::domain::action::Action;
use crate::domain::query::QueryFormat;
use crate::domain::query_life::GivenAnswer;
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

/// Whether an option leaves a blank for words.
pub fn asks_for_words(option: &str) -> bool {
    option.contains("__") || option.to_lowercase().starts_with("other")
}

/// An answer being given.
#[derive(Default)]
pub struct Answering {
    /// The option chosen, while its words or comment are asked for: place, and whether it leaves
    /// a blank.
    chosen: Option<(usize, bool)>,
}

impl Answering {
    /// The first question.
    pub fn dialog(row: &QueryRow) -> Dialog {
        let title = Shown::own(format!("Answer query {}: {}", row.query.id, who(row)));
        if row.query.text.format == QueryFormat::Open || row.query.text.options.is_empty() {
            return Dialog::form(ANSWER, title, Form::new(vec![Field::text("Answer", true)]));
        }
        // Its number chooses an option, so that every one is as near as the first.
        let item = |(at, o): (usize, &Untrusted)| {
            let label = format!("{} {}", at + 1, show(o));
            Item::new(Shown::own(label), Shown::default())
        };
        let options = row.query.text.options.iter().enumerate();
        Dialog::pick(CHOOSE, title, options.map(item).collect())
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
                let option = row.query.text.options.get(*index)?;
                let open = asks_for_words(option.raw());
                let title = Shown::own(format!("{}: {}", who(row), show(option)));
                self.chosen = Some((*index, open));
                let label = if open { "Which" } else { "Comment" };
                let form = Form::new(vec![Field::text(label, open)]);
                Some(Outcome::done().open(Dialog::form(ANSWER, title, form)))
            }
            (ANSWER, Answer::Fields(fields)) => {
                let words = fields.first().map(|f| f.text.clone()).unwrap_or_default();
                let words = Untrusted::new(words.trim());
                let given = match self.chosen.take() {
                    Some((option, false)) => GivenAnswer {
                        option: Some(option),
                        comment: words,
                        ..GivenAnswer::default()
                    },
                    chosen => GivenAnswer {
                        option: chosen.map(|(option, _)| option),
                        words,
                        ..GivenAnswer::default()
                    },
                };
                Some(Outcome::done().act(Action::AnswerQuery {
                    query: row.query.id,
                    version: row.query.version,
                    answer: given,
                }))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_with_a_blank_ask_for_words() {
        assert!(asks_for_words("Other (please specify)"));
        assert!(asks_for_words("Stage: ____"));
        assert!(!asks_for_words("Unable to determine"));
    }
}
