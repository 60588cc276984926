//! From commands to actions: what a change needs to know is asked in a form first.

use super::Queue;
use super::views::SAVE_VIEW;
use crate::command::Command;
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::deficiency::{DeclineReason, HoldReason, Subject};
use crate::domain::ids::{DeficiencyId, EncounterId, ProviderId};
use crate::domain::named_list::ListThing;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, counted, show};
use crate::tui::app::{Answer, Context, Dialog, FieldValue, Level, Outcome, Place, Step};
use crate::tui::desk::ChoiceKind;
use crate::tui::screens::figures::catalogue_items;
use crate::tui::screens::named_lists::add_or_ask;
use crate::tui::widgets::{Field, Form, Item};

const ASSIGN: &str = "queue assign";
const DECLINE: &str = "queue decline";
const VOID: &str = "queue void";
const HOLD: &str = "queue hold";
const END_HOLD: &str = "queue end hold";
const HOLD_CHART: &str = "queue hold chart";
const END_CHART: &str = "queue end hold of chart";
const REOPEN: &str = "queue reopen";
const ADD: &str = "queue add";
const CATALOGUE: &str = "queue catalogue";
const COMPLETE: &str = "queue complete";
const ANSWER: &str = "queue answer decline";
const UPHOLD: &str = "queue uphold";

/// The answers to a decline, and what each does.
const ANSWERS: [(&str, &str); 3] = [
    ("1 uphold", "the owner owes it"),
    ("2 reassign", "another owner owes it"),
    ("3 void", "nobody owes it (supervisor)"),
];

/// Whether something is asked before the item or its chart is changed.
fn asks_first(command: &Command) -> bool {
    matches!(
        command,
        Command::CompleteWith
            | Command::Assign
            | Command::Decline
            | Command::AnswerDecline
            | Command::Void
            | Command::Hold
            | Command::ReleaseHold
            | Command::HoldChart
            | Command::ReleaseChart
            | Command::Reopen
    )
}

impl Queue {
    pub(super) fn act_command(
        &mut self,
        command: &Command,
        context: &Context<'_>,
    ) -> Option<Outcome> {
        if asks_first(command)
            && let Some(refused) = self.had_by_another(context)
        {
            return Some(refused);
        }
        Some(match command {
            Command::Take => self.charts(|encounter| Action::Take { encounter }),
            Command::Release => self.charts(|encounter| Action::Release { encounter }),
            Command::Complete => self.change(DeficiencyChange::Complete {
                comment: Untrusted::default(),
            }),
            Command::TakeNext => Outcome::done().act(Action::TakeNext {
                from: self.work(),
                leave: None,
            }),
            Command::CompleteWith => {
                self.form(COMPLETE, "Complete", || vec![Field::text("Comment", true)])
            }
            Command::AnswerDecline => self.answers(),
            Command::OpenProvider => match self.row().and_then(|r| r.owner) {
                Some(owner) => Outcome::done().goto(Place::Provider(owner)),
                None => Outcome::done(),
            },
            Command::Assign => self.form(ASSIGN, "Assign", || {
                vec![
                    Field::remote("Owner", ChoiceKind::Providers, true),
                    Field::text("Reason", false),
                ]
            }),
            Command::Decline => self.form(DECLINE, "Decline", || {
                let reasons = DeclineReason::ALL.iter().map(|r| r.title());
                vec![
                    Field::choice("Reason", reasons),
                    Field::text("Comment", false),
                ]
            }),
            Command::Void => self.form(VOID, "Void", || vec![Field::text("Reason", true)]),
            Command::Hold => self.form(HOLD, "Hold", || {
                let reasons = HoldReason::ALL.iter().map(|r| r.title());
                vec![
                    Field::choice("Reason", reasons),
                    Field::date("Until", false),
                    Field::text("Comment", false),
                ]
            }),
            Command::ReleaseHold => {
                self.form(END_HOLD, "End hold", || vec![Field::text("Comment", false)])
            }
            Command::HoldChart => self.chart_form(HOLD_CHART, "Hold the whole chart", || {
                let reasons = HoldReason::OF_CHART.iter().map(|r| r.title());
                vec![
                    Field::choice("Reason", reasons),
                    Field::date("Until", false),
                    Field::text("Comment", false),
                ]
            }),
            Command::ReleaseChart => self.chart_form(END_CHART, "End hold of the chart", || {
                vec![Field::text("Comment", false)]
            }),
            Command::AddToList(list) => {
                let stays = self.stays_meant().into_iter().map(ListThing::Stay);
                add_or_ask(list.as_deref(), stays.collect())
            }
            Command::Reopen => self.form(REOPEN, "Reopen", || vec![Field::text("Reason", true)]),
            Command::Add => self.offer_catalogue(),
            Command::AddForm => self.add_form(),
            Command::Why => {
                self.wanted = self.row().map(|row| row.id);
                self.explain_wanted(context)
            }
            Command::ComposeQuery => match self.row() {
                Some(row) => Outcome::done().goto(Place::Composer {
                    encounter: row.encounter,
                    query: None,
                    indicator: None,
                }),
                None => Outcome::done(),
            },
            _ => return None,
        })
    }

    /// Who else has the chart of the item under the cursor: told before anything is asked, as the
    /// change would be refused. With several marked each is told of by itself.
    fn had_by_another(&self, context: &Context<'_>) -> Option<Outcome> {
        let lease = self.detail()?.lease.as_ref()?;
        let another = Some(lease.user) != self.me && lease.expires > context.now;
        (another && self.marks.is_empty()).then(|| {
            let minutes = lease.expires.seconds_since(context.now) / 60 + 1;
            let who = show(&lease.user_name);
            let text = format!("{who} has this chart for {minutes} more min");
            Outcome::done().say(Level::Warning, text)
        })
    }

    /// Opens the explanation that was asked for, if it is there and the cursor still is.
    pub(super) fn explain_wanted(&mut self, context: &Context<'_>) -> Outcome {
        if self.wanted.is_none() || self.wanted != self.row().map(|row| row.id) {
            return Outcome::done();
        }
        let Some(pager) = self.explanation(context) else {
            return Outcome::done();
        };
        self.wanted = None;
        Outcome::done().open(Dialog::read(Shown::own("Why is it here"), pager))
    }

    /// What a change is for: the marked items, else the one under the cursor.
    fn targets(&self) -> Vec<(DeficiencyId, i64)> {
        if self.marks.is_empty() {
            return self.row().map(|r| (r.id, r.version)).into_iter().collect();
        }
        self.marks.iter().map(|(id, v)| (*id, *v)).collect()
    }

    fn change(&self, change: DeficiencyChange) -> Outcome {
        let items = self.targets();
        if items.is_empty() {
            return Outcome::done();
        }
        Outcome::done().act(Action::ChangeDeficiencies { items, change })
    }

    /// One action for each chart meant.
    /// The charts of the marked rows, else of the one under the cursor.
    fn stays_meant(&self) -> Vec<EncounterId> {
        let mut charts: Vec<EncounterId> = if self.marks.is_empty() {
            self.row().map(|r| r.encounter).into_iter().collect()
        } else {
            let rows = self.window.iter().map(|(_, row)| row);
            rows.filter(|r| self.marks.contains_key(&r.id))
                .map(|r| r.encounter)
                .collect()
        };
        charts.sort_unstable();
        charts.dedup();
        charts
    }

    fn charts(&self, action: impl Fn(EncounterId) -> Action) -> Outcome {
        self.stays_meant()
            .into_iter()
            .fold(Outcome::done(), |outcome, chart| outcome.act(action(chart)))
    }

    /// Opens a form; its title names what it is for: patient and MRN, or how many.
    fn form(&self, tag: &'static str, verb: &str, fields: impl FnOnce() -> Vec<Field>) -> Outcome {
        let title = match (self.marks.len(), self.row()) {
            (0, None) => return Outcome::done(),
            (0, Some(row)) => format!(
                "{verb}: {} {} {}",
                show(&Untrusted::new(row.kind.as_str())),
                show(&row.mrn),
                show(&row.patient_name)
            ),
            (1, _) => format!("{verb}: 1 marked item"),
            (n, _) => format!("{verb}: {}", counted(n, "marked item")),
        };
        Outcome::done().open(Dialog::form(tag, Shown::own(title), Form::new(fields())))
    }

    /// As [`Self::form`], about the whole chart of the item under the cursor, or of those marked.
    fn chart_form(
        &self,
        tag: &'static str,
        verb: &str,
        fields: impl FnOnce() -> Vec<Field>,
    ) -> Outcome {
        let title = match (self.marks.len(), self.row()) {
            (0, None) => return Outcome::done(),
            (0, Some(row)) => format!("{verb}: {} {}", show(&row.mrn), show(&row.patient_name)),
            _ => format!("{verb}: charts of the marked items"),
        };
        Outcome::done().open(Dialog::form(tag, Shown::own(title), Form::new(fields())))
    }

    /// HIM's answer to a decline (domain reference §4).
    fn answers(&self) -> Outcome {
        let title = match (self.marks.len(), self.row()) {
            (0, None) => return Outcome::done(),
            (0, Some(row)) => format!("Declined: {} {}", show(&row.mrn), show(&row.patient_name)),
            (n, _) => format!("Declined: {n} marked"),
        };
        let items = ANSWERS.map(|(label, note)| Item::new(Shown::own(label), Shown::own(note)));
        Outcome::done().open(Dialog::pick(ANSWER, Shown::own(title), items.to_vec()))
    }

    fn offer_catalogue(&self) -> Outcome {
        let Some(row) = self.row() else {
            return Outcome::done();
        };
        if self.catalogue.is_empty() {
            return self.add_form();
        }
        let title = format!("Add item: {} {}", show(&row.mrn), show(&row.patient_name));
        let items = catalogue_items(&self.catalogue);
        Outcome::done().open(Dialog::pick(CATALOGUE, Shown::own(title), items))
    }

    fn add_from_catalogue(&self, index: usize) -> Outcome {
        let (Some(row), Some(entry)) = (self.row(), self.catalogue.get(index)) else {
            return Outcome::done();
        };
        Outcome::done().act(Action::AddFromCatalogue {
            encounter: row.encounter,
            kind: entry.kind.clone(),
            subject: Subject::default(),
        })
    }

    fn add_form(&self) -> Outcome {
        let Some(row) = self.row() else {
            return Outcome::done();
        };
        let title = format!("Add item: {} {}", show(&row.mrn), show(&row.patient_name));
        let form = Form::new(vec![
            Field::remote("Type", ChoiceKind::DeficiencyTypes, true),
            Field::remote("Owner", ChoiceKind::Providers, false),
            Field::date("Due", true).with_text("T+7"),
            Field::text("Comment", true),
        ]);
        Outcome::done().open(Dialog::form(ADD, Shown::own(title), form))
    }

    /// A dialog of this screen was answered.
    pub(super) fn answered(
        &mut self,
        tag: &'static str,
        answer: &Answer,
        context: &Context<'_>,
    ) -> Outcome {
        match answer {
            Answer::Chosen(index) if tag == CATALOGUE => self.add_from_catalogue(*index),
            Answer::Chosen(0) if tag == ANSWER => {
                self.form(UPHOLD, "Uphold", || vec![Field::text("Reason", true)])
            }
            Answer::Chosen(1) if tag == ANSWER => Outcome::done().step(Step::Run(Command::Assign)),
            Answer::Chosen(_) if tag == ANSWER => Outcome::done().step(Step::Run(Command::Void)),
            Answer::Chosen(index) => self.chosen(tag, *index, context).unwrap_or_default(),
            Answer::Fields(fields) => self.filled_in(tag, fields, context),
            Answer::Yes => Outcome::done(),
        }
    }

    fn filled_in(
        &mut self,
        tag: &'static str,
        fields: &[FieldValue],
        context: &Context<'_>,
    ) -> Outcome {
        let text = |i: usize| fields.get(i).map(|f| f.text.clone()).unwrap_or_default();
        let said = |i: usize| Untrusted::new(text(i).trim());
        let number = |i: usize| fields.get(i).and_then(|f| f.number);
        let index = |i: usize| number(i).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let end_of = |i: usize| {
            let day = fields.get(i).and_then(|f| f.day)?;
            Some(Instant::end_of(day, &context.session.zone))
        };
        match tag {
            SAVE_VIEW => self.save(text(0).trim()),
            ADD => self.add(fields, context),
            ASSIGN => self.change(DeficiencyChange::Assign {
                owner: number(0).map(ProviderId),
                reason: said(1),
            }),
            DECLINE => self.change(DeficiencyChange::Decline {
                reason: *DeclineReason::ALL
                    .get(index(0))
                    .unwrap_or(&DeclineReason::Other),
                comment: said(1),
            }),
            COMPLETE => self.change(DeficiencyChange::Complete { comment: said(0) }),
            UPHOLD => self.change(DeficiencyChange::Uphold { reason: said(0) }),
            VOID => self.change(DeficiencyChange::Void { reason: said(0) }),
            HOLD => self.change(DeficiencyChange::PlaceHold {
                reason: *HoldReason::ALL.get(index(0)).unwrap_or(&HoldReason::Other),
                until: end_of(1),
                comment: said(2),
            }),
            HOLD_CHART => {
                let reasons = HoldReason::OF_CHART;
                let reason = *reasons.get(index(0)).unwrap_or(&HoldReason::Other);
                self.charts(|encounter| Action::HoldChart {
                    encounter,
                    reason,
                    until: end_of(1),
                    comment: said(2),
                })
            }
            END_CHART => self.charts(|encounter| Action::EndChartHold {
                encounter,
                comment: said(0),
            }),
            END_HOLD => self.change(DeficiencyChange::ReleaseHold { comment: said(0) }),
            REOPEN => self.change(DeficiencyChange::Reopen { reason: said(0) }),
            _ => Outcome::done(),
        }
    }

    fn add(&self, fields: &[FieldValue], context: &Context<'_>) -> Outcome {
        let (Some(row), [kind, owner, due, comment]) = (self.row(), fields) else {
            return Outcome::done();
        };
        let Some(day) = due.day else {
            return Outcome::done();
        };
        Outcome::done().act(Action::AddDeficiency {
            encounter: row.encounter,
            kind: kind.text.clone(),
            subject: Subject::default(),
            owner: owner.number.map(ProviderId),
            due: Instant::end_of(day, &context.session.zone),
            comment: Untrusted::new(comment.text.trim()),
        })
    }
}
