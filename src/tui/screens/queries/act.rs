//! Withdrawing, answering and discarding from the list.

use super::Queries;
use crate::command::Command;
use crate::domain::action::Action;
use crate::domain::query::QueryState;
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Dialog, Level, Outcome};
use crate::tui::screens::answering::{Answering, who};
use crate::tui::widgets::{Field, Form};

const WITHDRAW: &str = "queries withdraw";
const DISCARD: &str = "queries discard";

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
            Command::AnswerQuery => Answering::dialog(row),
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

    pub(super) fn answered(&mut self, tag: &'static str, answer: Answer) -> Outcome {
        let Some(row) = self.row().cloned() else {
            return Outcome::done();
        };
        if let Some(outcome) = self.answering.answered(&row, tag, &answer) {
            return outcome;
        }
        if let Some(outcome) = self.exporting(tag, &answer) {
            return outcome;
        }
        let (query, version) = (row.query.id, row.query.version);
        match (tag, answer) {
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
