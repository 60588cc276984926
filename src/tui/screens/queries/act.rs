//! What is done with a query from the list: forms, and the actions they make.

use super::Queries;
use crate::command::Command;
use crate::domain::action::Action;
use crate::domain::chart::Chart;
use crate::domain::ids::{DocumentId, ProviderId, QueryId};
use crate::domain::query::{QueryFormat, QueryState};
use crate::domain::query_life::{GivenAnswer, QueryChange, Reconciliation, Verbal};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Context, Dialog, FieldValue, Level, Outcome};
use crate::tui::desk::{ChoiceKind, QueryRow, Request};
use crate::tui::screens::answering::{Answering, who};
use crate::tui::widgets::{Field, Form, Item};
use jiff::tz::TimeZone;

const WITHDRAW: &str = "queries withdraw";
const DISCARD: &str = "queries discard";
const REDIRECT: &str = "queries redirect";
const ESCALATE: &str = "queries escalate";
const EXPIRE: &str = "queries expire";
const ADDENDUM: &str = "queries addendum";
const RECONCILE: &str = "queries reconcile";
const CLOSE: &str = "queries close";
const VERBAL: &str = "queries verbal";
const OVERRULE: &str = "queries overrule";

/// When another provider's answer is due unless said otherwise.
const DUE: &str = "T+7";

/// What to do if the same was asked before in the visit.
const AGAIN: [&str; 2] = ["stop if it was", "ask again on purpose"];

/// A form that waits for the chart's documents, and then its documents.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    query: QueryId,
    command: Command,
    documents: Vec<DocumentId>,
}

impl Queries {
    pub(super) fn act(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        let Some(row) = self.row() else {
            return Outcome::ignored();
        };
        let form = |tag, what: &str, fields| {
            let title = Shown::own(format!("{what} query {}: {}", row.query.id, who(row)));
            Dialog::form(tag, title, Form::new(fields))
        };
        let reason = || Field::text("Reason", true);
        let dialog = match command {
            Command::Withdraw => form(WITHDRAW, "Withdraw", vec![reason()]),
            Command::Escalate => form(ESCALATE, "Escalate", vec![reason()]),
            Command::Expire => form(EXPIRE, "Leave unanswered:", vec![reason()]),
            Command::CloseQuery => form(CLOSE, "Close", vec![Field::text("Comment", false)]),
            Command::Redirect => form(
                REDIRECT,
                "Redirect",
                vec![
                    Field::remote("To", ChoiceKind::Providers, true),
                    Field::date("Due", true).with_text(DUE),
                    reason(),
                ],
            ),
            Command::Overrule => form(
                OVERRULE,
                "Override and issue",
                vec![
                    Field::remote("To", ChoiceKind::Providers, true),
                    Field::date("Due", true).with_text(DUE),
                    reason(),
                    Field::choice("Asked before", AGAIN),
                ],
            ),
            Command::RecordVerbal => return self.verbal(row, context),
            Command::RequestAddendum | Command::Reconcile => {
                let (query, encounter) = (row.query.id, row.query.encounter);
                self.pending = Some(Pending {
                    query,
                    command: command.clone(),
                    documents: Vec::new(),
                });
                return Outcome::done().ask(Request::Chart(encounter));
            }
            Command::AnswerQuery => Answering::dialog(row),
            Command::Discard
                if row.query.state == QueryState::Draft
                    && row.query.author == context.session.user =>
            {
                let lines = vec![
                    who(row),
                    show(&row.query.text.title),
                    Shown::own("The draft is deleted. This cannot be undone."),
                ];
                let title = Shown::own(format!("Discard draft-{}?", row.query.id));
                Dialog::confirm_word(DISCARD, title, lines, "discard")
            }
            Command::Discard => {
                let why = match row.query.state {
                    QueryState::Draft => "this is another's draft: its author discards it",
                    _ => "only a draft can be discarded",
                };
                return Outcome::done().say(Level::Info, why);
            }
            _ => return Outcome::ignored(),
        };
        Outcome::done().open(dialog)
    }

    /// When and whom, and what was answered.
    fn verbal(&self, row: &QueryRow, context: &Context<'_>) -> Outcome {
        if row.query.text.format != QueryFormat::Verbal {
            let why = "the draft is not of the form `verbal`: choose that form while writing it";
            return Outcome::done().say(Level::Info, why);
        }
        let now = crate::domain::time::Moment::at(context.now).iso(&context.session.zone);
        let mut fields = vec![
            Field::remote("To", ChoiceKind::Providers, true),
            Field::text("Asked", true).with_text(&now),
        ];
        let options = &row.query.text.options;
        if !options.is_empty() {
            let item = |o: &Untrusted| Item::new(show(o), Shown::default());
            fields.push(Field::items(
                "Answer",
                options.iter().map(item).collect(),
                true,
            ));
        }
        fields.push(Field::text("Words", options.is_empty()));
        fields.push(Field::choice("Asked before", AGAIN));
        let title = Shown::own(format!("Verbal query {}: {}", row.query.id, who(row)));
        Outcome::done().open(Dialog::form(VERBAL, title, Form::new(fields)))
    }

    /// The documents are there: one is chosen, newest first.
    pub(super) fn chart_arrived(&mut self, chart: &Chart, context: &Context<'_>) -> Outcome {
        let Some(mut pending) = self.pending.take() else {
            return Outcome::done();
        };
        let Some(row) = self.row().filter(|r| r.query.id == pending.query) else {
            return Outcome::done();
        };
        let zone = &context.session.zone;
        let addendum = pending.command == Command::RequestAddendum;
        let mut documents: Vec<_> = chart
            .documents
            .iter()
            .filter(|d| !addendum || d.author == row.query.provider)
            .collect();
        documents.sort_by_key(|d| std::cmp::Reverse((d.facts.at, d.id)));
        let mut items: Vec<Item> = Vec::new();
        for d in &documents {
            let date = d.facts.at.map(|m| m.iso(zone)).unwrap_or_default();
            let author = d.author.and_then(|p| chart.provider(p));
            let author = author.map(crate::tui::screens::banner::provider_name);
            let label = format!("{date} {}", d.facts.kind.title());
            items.push(Item::new(Shown::own(label), author.unwrap_or_default()));
        }
        pending.documents = documents.iter().map(|d| d.id).collect();
        let (tag, what, fields) = if addendum {
            let fields = vec![
                Field::items("Document", items, true),
                Field::text("What to add", true),
            ];
            (ADDENDUM, "Addendum to", fields)
        } else {
            let nothing = Shown::own("nothing had to be documented");
            items.push(Item::new(nothing, Shown::default()));
            let fields = vec![
                Field::items("Documented in", items, true),
                Field::text("Final codes", false),
                Field::text("Effect on the record", true),
            ];
            (RECONCILE, "Reconcile", fields)
        };
        let title = Shown::own(format!("{what} query {}: {}", row.query.id, who(row)));
        self.pending = Some(pending);
        Outcome::done().open(Dialog::form(tag, title, Form::new(fields)))
    }

    pub(super) fn answered(
        &mut self,
        tag: &'static str,
        answer: Answer,
        context: &Context<'_>,
    ) -> Outcome {
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
            (WITHDRAW, Answer::Fields(fields)) => Outcome::done().act(Action::WithdrawQuery {
                query,
                version,
                reason: words(&fields, 0),
            }),
            (DISCARD, Answer::Yes) => Outcome::done().act(Action::DiscardDraft { query }),
            (OVERRULE, Answer::Fields(fields)) => match asked(&fields, context) {
                Some((provider, due)) => Outcome::done().act(Action::IssueQuery {
                    query,
                    version,
                    provider,
                    due,
                    again: on_purpose(&fields, 3),
                    overrule: Some(words(&fields, 2)),
                }),
                None => Outcome::done(),
            },
            (VERBAL, Answer::Fields(fields)) => verbal_of(&row, &fields, context),
            (_, Answer::Fields(fields)) => match self.change(tag, &fields, context) {
                Some(change) => Outcome::done().act(Action::ChangeQuery {
                    query,
                    version,
                    change,
                }),
                None => Outcome::done(),
            },
            _ => Outcome::done(),
        }
    }

    fn change(
        &mut self,
        tag: &'static str,
        fields: &[FieldValue],
        context: &Context<'_>,
    ) -> Option<QueryChange> {
        let reason = words(fields, 0);
        Some(match tag {
            ESCALATE => QueryChange::Escalate { reason },
            EXPIRE => QueryChange::Expire { reason },
            CLOSE => QueryChange::Close { comment: reason },
            REDIRECT => {
                let (provider, due) = asked(fields, context)?;
                QueryChange::Redirect {
                    provider,
                    due,
                    reason: words(fields, 2),
                }
            }
            ADDENDUM => QueryChange::RequestAddendum {
                document: self.document(fields),
                comment: words(fields, 1),
            },
            RECONCILE => QueryChange::Reconcile(Reconciliation {
                document: self.document(fields),
                codes: words(fields, 1),
                effect: words(fields, 2),
            }),
            _ => return None,
        })
    }

    /// The document chosen in the first field.
    fn document(&mut self, fields: &[FieldValue]) -> Option<DocumentId> {
        let pending = self.pending.take()?;
        let index = usize::try_from(fields.first()?.number?).ok()?;
        pending.documents.get(index).copied()
    }
}

/// Whether the same may be asked again.
fn on_purpose(fields: &[FieldValue], at: usize) -> bool {
    fields.get(at).and_then(|f| f.number) == Some(1)
}

fn words(fields: &[FieldValue], at: usize) -> Untrusted {
    let text = fields.get(at).map(|f| f.text.trim()).unwrap_or_default();
    Untrusted::new(text)
}

/// Whom and until when: the first two fields.
fn asked(fields: &[FieldValue], context: &Context<'_>) -> Option<(ProviderId, Instant)> {
    let provider = ProviderId(fields.first()?.number?);
    let day = fields.get(1)?.day?;
    Some((provider, Instant::end_of(day, &context.session.zone)))
}

fn verbal_of(row: &QueryRow, fields: &[FieldValue], context: &Context<'_>) -> Outcome {
    let provider = fields.first().and_then(|f| f.number).map(ProviderId);
    let asked = fields.get(1).map(|f| f.text.as_str()).unwrap_or_default();
    let (Some(provider), Some(asked)) = (provider, local(asked, &context.session.zone)) else {
        return Outcome::done().say(
            Level::Warning,
            "not recorded: the time is written like 2026-03-22 14:00",
        );
    };
    let (option, at) = if row.query.text.options.is_empty() {
        (None, 2)
    } else {
        (fields.get(2).and_then(|f| f.number), 3)
    };
    let answer = GivenAnswer {
        option: option.and_then(|n| usize::try_from(n).ok()),
        words: words(fields, at),
        comment: Untrusted::default(),
    };
    Outcome::done().act(Action::RecordVerbal {
        query: row.query.id,
        version: row.query.version,
        verbal: Verbal {
            provider,
            asked,
            answer,
        },
        again: on_purpose(fields, at + 1),
        overrule: None,
    })
}

/// Local time as people write it.
fn local(text: &str, zone: &TimeZone) -> Option<Instant> {
    let text = text.trim().replacen(' ', "T", 1);
    let local: jiff::civil::DateTime = text.parse().ok()?;
    let zoned = local.to_zoned(zone.clone()).ok()?;
    Some(Instant::from_timestamp(zoned.timestamp()))
}
