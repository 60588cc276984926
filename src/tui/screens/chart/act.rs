//! What can be done from a chart: queries, citations, deficiencies, taking the chart.

use super::{ChartScreen, Tab, cite, opportunities, read, who};
use crate::command::Command;
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::deficiency::Subject;
use crate::domain::named_list::ListThing;
use crate::domain::query::Indicator;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::text::Shown;
use crate::tui::app::{Answer, Context, Dialog, Handed, Level, Outcome, Step};
use crate::tui::desk::{ChoiceKind, Request};
use crate::tui::screens::composer::Composer;
use crate::tui::screens::figures::catalogue_items;
use crate::tui::screens::named_lists::add_or_ask;
use crate::tui::widgets::{Field, Form};

const COMPLETE: &str = "chart complete";
const ADD: &str = "chart add";
const CATALOGUE: &str = "chart catalogue";

impl ChartScreen {
    pub(super) fn acting_command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        let encounter = self.encounter;
        match command {
            Command::ComposeQuery if self.citing.is_none() => {
                let cited = self.marked(context);
                self.compose(cited)
            }
            Command::Cite | Command::ComposeQuery => self.cite(context),
            Command::Take => Outcome::done().act(Action::Take { encounter }),
            Command::Release => Outcome::done().act(Action::Release { encounter }),
            Command::TakeNext => Outcome::done().act(Action::TakeNext {
                from: self.work.clone(),
                leave: Some(encounter),
            }),
            Command::AddToList(list) => {
                let document = self.open.map(|o| o.0).or(self.document_under_cursor());
                let thing = document.map_or(ListThing::Stay(encounter), ListThing::Document);
                add_or_ask(list.as_deref(), vec![thing])
            }
            Command::Complete => self.complete(Untrusted::default()),
            Command::CompleteWith => self.ask_complete(),
            Command::Add if !self.catalogue.is_empty() => self.offer_catalogue(),
            Command::Add | Command::AddForm => self.ask_add(),
            _ => Outcome::ignored(),
        }
    }

    fn compose(&mut self, cited: Vec<Indicator>) -> Outcome {
        Outcome::done().push(Box::new(Composer::new(self.encounter, cited)))
    }

    /// Cites what is marked, else what is under the cursor: to the composer below, or in a new
    /// query.
    fn cite(&mut self, context: &Context<'_>) -> Outcome {
        let mut cited = self.marked(context);
        if cited.is_empty() {
            cited = self.cited_facts();
        }
        if cited.is_empty() {
            cited.extend(self.under_cursor(context));
        }
        if cited.is_empty() {
            return Outcome::done().say(
                Level::Info,
                "open a document and go to the line to cite, or choose a value of the timeline",
            );
        }
        self.readers
            .values_mut()
            .for_each(super::Reader::clear_marks);
        if self.citing.is_none() {
            return self.compose(cited);
        }
        let hand =
            |outcome: Outcome, indicator| outcome.step(Step::Hand(Handed::Citation(indicator)));
        cited
            .into_iter()
            .fold(Outcome::done(), hand)
            .step(Step::Pop)
    }

    /// Every marked passage, in the order of the documents' identities.
    fn marked(&self, context: &Context<'_>) -> Vec<Indicator> {
        let Some(chart) = &self.chart else {
            return Vec::new();
        };
        let about = self.citing.unwrap_or(self.encounter);
        let zone = &context.session.zone;
        let mut cited = Vec::new();
        for ((id, _), reader) in &self.readers {
            let Some(document) = chart.document(*id) else {
                continue;
            };
            let texts = reader.marked_texts().into_iter();
            cited.extend(texts.map(|text| cite::of_passage(text, document, about, zone)));
        }
        cited
    }

    fn under_cursor(&self, context: &Context<'_>) -> Option<Indicator> {
        let about = self.citing.unwrap_or(self.encounter);
        if self.reading {
            let document = self.chart.as_ref()?.document(self.open?.0)?;
            let reader = self.reader()?;
            return Some(cite::of_passage(
                (reader.passage_line()?, reader.passage_text()?),
                document,
                about,
                &context.session.zone,
            ));
        }
        if self.tab == Tab::Timeline {
            let entry = self.entries.get(self.list().cursor)?;
            return cite::of_entry(entry, about != self.encounter);
        }
        None
    }

    /// Completes the item the chart stands at. What comes next is decided when it is done.
    fn complete(&mut self, comment: Untrusted) -> Outcome {
        let Some(row) = self.deficiency_row() else {
            return Outcome::done().say(Level::Info, "choose the item among the deficiencies");
        };
        let items = vec![(row.id, row.version)];
        self.completed = Some(row.id);
        Outcome::done().act(Action::ChangeDeficiencies {
            items,
            change: DeficiencyChange::Complete { comment },
        })
    }

    /// Goes on to the next item that is owed on this chart, once the list is read again after
    /// one was completed.
    pub(super) fn go_on(&mut self, context: &Context<'_>) -> Outcome {
        let Some(completed) = self.completed.take() else {
            return Outcome::done();
        };
        let rows = self.outstanding.as_deref().unwrap_or_default();
        if rows.iter().any(|r| r.id == completed) {
            return Outcome::done();
        }
        let Some(next) = rows.first().map(|r| r.id) else {
            self.deficiency = None;
            self.detail = None;
            self.notice = None;
            self.gap = None;
            self.rebuild();
            let (next, undo) = (
                (context.keys)(&Command::TakeNext),
                (context.keys)(&Command::Undo),
            );
            let text = format!(
                "Completed; nothing is left on the chart. {next} takes the next ({undo}=undo)"
            );
            return Outcome::done().say(Level::Done, text);
        };
        if self.tab == Tab::Deficiencies && !self.reading {
            return Outcome::done();
        }
        self.deficiency = Some(next);
        self.detail = None;
        Outcome::done().ask(Request::Detail(next))
    }

    fn offer_catalogue(&self) -> Outcome {
        let Some(chart) = &self.chart else {
            return Outcome::done();
        };
        let title = Shown::own(format!("Add an item: {}", who(chart)));
        let items = catalogue_items(&self.catalogue);
        Outcome::done().open(Dialog::pick(CATALOGUE, title, items))
    }

    /// What an added item is about: the document being read.
    fn subject(&self) -> Subject {
        Subject {
            document: self.open.filter(|_| self.reading).map(|o| o.0),
            ..Subject::default()
        }
    }

    fn ask_complete(&self) -> Outcome {
        let (Some(chart), Some(row)) = (&self.chart, self.deficiency_row()) else {
            return Outcome::done().say(Level::Info, "choose the item among the deficiencies");
        };
        let title = Shown::own(format!("Complete {}: {}", row.kind, who(chart)));
        let form = Form::new(vec![Field::text("Comment", false)]);
        Outcome::done().open(Dialog::form(COMPLETE, title, form))
    }

    fn ask_add(&self) -> Outcome {
        let Some(chart) = &self.chart else {
            return Outcome::done();
        };
        let title = Shown::own(format!("Add an item: {}", who(chart)));
        let form = Form::new(vec![
            Field::remote("Type", ChoiceKind::DeficiencyTypes, true),
            Field::remote("Owner", ChoiceKind::Providers, false),
            Field::date("Due", true).with_text("T+7"),
            Field::text("Why", true),
        ]);
        Outcome::done().open(Dialog::form(ADD, title, form))
    }

    pub(super) fn answered(
        &mut self,
        tag: &'static str,
        answer: Answer,
        context: &Context<'_>,
    ) -> Outcome {
        match (tag, answer) {
            (read::VERSIONS, Answer::Chosen(index)) => self.read_version(index),
            (opportunities::DISMISS, Answer::Fields(fields)) => {
                let reason = fields.into_iter().next().unwrap_or_default().text;
                self.dismiss(&reason)
            }
            (COMPLETE, Answer::Fields(fields)) => {
                let comment = fields.into_iter().next().unwrap_or_default().text;
                self.complete(comment.into())
            }
            (CATALOGUE, Answer::Chosen(index)) => match self.catalogue.get(index) {
                Some(entry) => Outcome::done().act(Action::AddFromCatalogue {
                    encounter: self.encounter,
                    kind: entry.kind.clone(),
                    subject: self.subject(),
                }),
                None => Outcome::done(),
            },
            (ADD, Answer::Fields(fields)) => {
                let [kind, owner, due, why] = fields.as_slice() else {
                    return Outcome::done();
                };
                let subject = self.subject();
                let day = due.day.unwrap_or_else(|| context.today());
                // The code stands first in the name that was chosen.
                let code = kind.text.split_whitespace().next().unwrap_or_default();
                Outcome::done().act(Action::AddDeficiency {
                    encounter: self.encounter,
                    kind: code.to_owned(),
                    subject,
                    owner: owner.number.map(crate::domain::ids::ProviderId),
                    due: Instant::end_of(day, &context.session.zone),
                    comment: Untrusted::new(why.text.as_str()),
                })
            }
            _ => Outcome::done(),
        }
    }

    /// The list below goes on to its next item; this chart closes.
    pub(super) fn neighbour(&self, forward: bool) -> Outcome {
        Outcome::done()
            .step(Step::Hand(Handed::Neighbour { forward }))
            .step(Step::Pop)
    }
}
