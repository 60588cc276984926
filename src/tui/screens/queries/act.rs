//! Withdrawing, answering and discarding from the list.

use super::Queries;
use crate::command::Command;
use crate::domain::action::Action;
use crate::domain::query::{QueryFormat, QueryState};
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Dialog, Level, Outcome};
use crate::tui::desk::QueryRow;
use crate::tui::widgets::{Field, Form, Item};

const WITHDRAW: &str = "queries withdraw";
const CHOOSE: &str = "queries choose";
const ANSWER: &str = "queries answer";
const DISCARD: &str = "queries discard";

/// Patient and second identifier.
fn who(row: &QueryRow) -> Shown {
    Shown::own(format!(
        "{}  MRN {}  visit {}",
        show(&row.patient_name),
        show(&row.mrn),
        show(&row.visit)
    ))
}

impl Queries {
    pub(super) fn act(&mut self, command: &Command) -> Outcome {
        let Some(row) = self.row() else {
            return Outcome::ignored();
        };
        let dialog = match command {
            Command::Withdraw => {
                let title = Shown::own(format!("Withdraw query {}: {}", row.query.id, who(row)));
                let form = Form::new(vec![Field::text("Reason", true)]);
                Dialog::form(WITHDRAW, title, form)
            }
            Command::AnswerQuery => self.answer_dialog(row),
            Command::Discard if row.query.state == QueryState::Draft => {
                let lines = vec![
                    who(row),
                    show(&row.query.text.title),
                    Shown::own("The draft is deleted. This cannot be undone."),
                ];
                let title = Shown::own(format!("Discard draft-{}?", row.query.id));
                Dialog::confirm_word(DISCARD, title, lines, "discard")
            }
            Command::Discard => {
                return Outcome::done().say(Level::Info, "only a draft can be discarded");
            }
            _ => return Outcome::ignored(),
        };
        Outcome::done().open(dialog)
    }

    fn answer_dialog(&self, row: &QueryRow) -> Dialog {
        let title = Shown::own(format!("Answer query {}: {}", row.query.id, who(row)));
        if row.query.text.format == QueryFormat::Open || row.query.text.options.is_empty() {
            return Dialog::form(ANSWER, title, Form::new(vec![Field::text("Answer", true)]));
        }
        let item = |o: &Untrusted| Item::new(show(o), Shown::default());
        let items = row.query.text.options.iter().map(item).collect();
        Dialog::pick(CHOOSE, title, items)
    }

    pub(super) fn answered(&mut self, tag: &'static str, answer: Answer) -> Outcome {
        let Some(row) = self.row().cloned() else {
            return Outcome::done();
        };
        let (query, version) = (row.query.id, row.query.version);
        match (tag, answer) {
            (CHOOSE, Answer::Chosen(index)) => {
                let Some(option) = row.query.text.options.get(index) else {
                    return Outcome::done();
                };
                let option = option.raw().to_owned();
                let open = option.contains("__") || option.to_lowercase().starts_with("other");
                let title = Shown::own(format!("{}: {}", who(&row), show(&option.as_str().into())));
                self.chosen = Some(option);
                let label = if open { "Which" } else { "Comment" };
                let form = Form::new(vec![Field::text(label, open)]);
                Outcome::done().open(Dialog::form(ANSWER, title, form))
            }
            (ANSWER, Answer::Fields(fields)) => {
                let words = fields.into_iter().next().unwrap_or_default().text;
                let answer = joined(self.chosen.take(), words.trim());
                Outcome::done().act(Action::AnswerQuery {
                    query,
                    version,
                    answer: Untrusted::new(answer),
                })
            }
            (WITHDRAW, Answer::Fields(fields)) => {
                let reason = fields.into_iter().next().unwrap_or_default().text;
                Outcome::done().act(Action::WithdrawQuery {
                    query,
                    version,
                    reason: Untrusted::new(reason),
                })
            }
            (DISCARD, Answer::Yes) => Outcome::done().act(Action::DiscardDraft { query }),
            _ => Outcome::done(),
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
