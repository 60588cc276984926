//! The suspension list: steps the daily run proposes, suspensions in force, what was decided.
//!
//! A supervisor confirms or dismisses; lifting comes by itself on completion, or by hand. Start
//! reading at [`Suspension`].

mod draw;
#[cfg(test)]
pub(super) mod tests;

use super::moving::moved;
use crate::command::{Command, Facts, Scope};
use crate::domain::action::Action;
use crate::domain::ids::StepId;
use crate::domain::ladder::{
    ProviderStep, StepDecision, StepDetail, StepKind, StepRequest, StepState, SuspensionKind,
};
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Context, Dialog, FieldValue, Level, Outcome, Place, Screen, Slot};
use crate::tui::desk::{Notice, Reply, Request};
use crate::tui::widgets::{Canvas, Field, Form, List, Pager};
use ratatui::layout::Rect;
use std::collections::BTreeMap;

pub(super) use draw::standing;

/// Steps read at a time; the daily run keeps proposals fewer than this.
const MOST: usize = 500;

const CONFIRM: &str = "suspension confirm";
const DISMISS: &str = "suspension dismiss";
const LIFT: &str = "suspension lift";

/// Which steps are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum View {
    /// Proposed, to be decided.
    #[default]
    Proposed,
    /// Suspensions in force.
    InForce,
    /// Everything, newest first.
    All,
}

impl View {
    const ALL: [Self; 3] = [Self::Proposed, Self::InForce, Self::All];

    fn title(self) -> &'static str {
        match self {
            Self::Proposed => "Proposed",
            Self::InForce => "Suspended",
            Self::All => "All steps",
        }
    }

    fn request(self) -> StepRequest {
        StepRequest {
            state: (self == Self::Proposed).then_some(StepState::Proposed),
            in_force: self == Self::InForce,
            limit: MOST,
            ..StepRequest::default()
        }
    }
}

/// The suspension list.
#[derive(Default)]
pub struct Suspension {
    view: View,
    steps: Option<Vec<ProviderStep>>,
    list: List,
    /// Marked steps with the row version seen.
    marks: BTreeMap<StepId, i64>,
    details: BTreeMap<StepId, StepDetail>,
    failed: bool,
}

impl Suspension {
    fn load(&self) -> Outcome {
        Outcome::done().ask(Request::Steps(self.view.request()))
    }

    fn step(&self) -> Option<&ProviderStep> {
        self.steps.as_ref()?.get(self.list.cursor)
    }

    /// The cursor stands somewhere: what the step is about is read.
    fn arrived(&self) -> Outcome {
        match self.step().map(|s| s.id) {
            Some(id) if !self.details.contains_key(&id) => Outcome::done().ask(Request::Step(id)),
            _ => Outcome::done(),
        }
    }

    fn turn(&mut self, forward: bool) -> Outcome {
        let step = if forward { 1 } else { View::ALL.len() - 1 };
        self.view = View::ALL[(self.view as usize + step) % View::ALL.len()];
        self.steps = None;
        self.list = List::default();
        self.marks.clear();
        self.load()
    }

    /// What a decision is for: the marked steps, else the one under the cursor.
    fn targets(&self) -> Vec<&ProviderStep> {
        let steps = self.steps.as_deref().unwrap_or_default();
        if self.marks.is_empty() {
            return self.step().into_iter().collect();
        }
        let marked = |s: &&ProviderStep| self.marks.contains_key(&s.id);
        steps.iter().filter(marked).collect()
    }

    /// Names what a decision is about: the provider, or how many.
    fn about(&self, verb: &str) -> Shown {
        Shown::own(match self.targets().as_slice() {
            [one] => format!(
                "{verb}: {} of {}",
                one.kind.title(),
                show(&one.provider_name)
            ),
            several => format!("{verb}: {} steps", several.len()),
        })
    }

    fn confirm(&self) -> Outcome {
        let targets = self.targets();
        let suspends = targets.iter().any(|s| s.kind == StepKind::Suspension);
        let mut fields = Vec::new();
        if suspends {
            let kinds = SuspensionKind::ALL.iter().map(|k| k.title());
            fields.push(Field::choice("Kind", kinds));
        }
        fields.push(Field::text("Comment", false));
        let form = Form::new(fields);
        Outcome::done().open(Dialog::form(CONFIRM, self.about("Confirm"), form))
    }

    fn reason(&self, tag: &'static str, verb: &str) -> Outcome {
        let form = Form::new(vec![Field::text("Reason", true)]);
        Outcome::done().open(Dialog::form(tag, self.about(verb), form))
    }

    fn decide(&self, decision: StepDecision) -> Outcome {
        let steps: Vec<(StepId, i64)> = self.targets().iter().map(|s| (s.id, s.version)).collect();
        if steps.is_empty() {
            return Outcome::done();
        }
        Outcome::done().act(Action::DecideSteps { steps, decision })
    }

    fn filled_in(&self, tag: &'static str, fields: &[FieldValue]) -> Outcome {
        let last = fields.last().cloned().unwrap_or_default();
        let words = Untrusted::new(last.text.trim());
        match tag {
            CONFIRM => {
                let kind = (fields.len() > 1)
                    .then(|| fields.first().and_then(|f| f.number))
                    .flatten()
                    .and_then(|n| usize::try_from(n).ok())
                    .and_then(|n| SuspensionKind::ALL.get(n).copied());
                self.decide(StepDecision::Confirm {
                    suspension: kind,
                    comment: words,
                })
            }
            DISMISS => self.decide(StepDecision::Dismiss { reason: words }),
            LIFT => match self.step() {
                Some(step) => Outcome::done().act(Action::LiftSuspension {
                    step: step.id,
                    version: step.version,
                    reason: words,
                }),
                None => Outcome::done(),
            },
            _ => Outcome::done(),
        }
    }

    fn mark(&mut self, height: u16) -> Outcome {
        if let Some(step) = self.step() {
            let (id, version) = (step.id, step.version);
            if self.marks.remove(&id).is_none() {
                self.marks.insert(id, version);
            }
        }
        self.list.down(1, height);
        self.arrived()
    }

    fn mark_rows(&mut self, rows: &[usize]) {
        let steps = self.steps.as_deref().unwrap_or_default();
        let found = rows.iter().filter_map(|i| steps.get(*i));
        self.marks.extend(found.map(|s| (s.id, s.version)));
    }

    fn letter(&self) -> Outcome {
        match self.step() {
            Some(step) => Outcome::done().ask(match step.letter {
                Some(letter) => Request::Letter(letter),
                None => Request::LetterPreview(step.id),
            }),
            None => Outcome::done(),
        }
    }
}

impl Screen for Suspension {
    fn scope(&self) -> Scope {
        Scope::Suspension
    }

    fn facts(&self, facts: &mut Facts) {
        facts.rows = self.list.len > 0;
        facts.at_start = self.list.at_start();
        facts.at_end = self.list.at_end();
        facts.marks = self.marks.len();
        facts.proposed = self.step().is_some_and(|s| s.state == StepState::Proposed);
        facts.suspended = self.step().is_some_and(|s| {
            s.kind == StepKind::Suspension && s.state == StepState::Confirmed && s.ended.is_none()
        });
        facts.busy = self.waits();
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        let marks = match self.marks.len() {
            0 => String::new(),
            n => format!(" {n}-marked"),
        };
        Shown::own(format!("SUSPENSION {}{marks}", self.view.title()))
    }

    fn hints(&self) -> Vec<Command> {
        match self.view {
            View::Proposed => vec![
                Command::ConfirmStep,
                Command::DismissStep,
                Command::StepLetter,
                Command::Mark,
                Command::Open,
                Command::NextPane,
            ],
            View::InForce | View::All => vec![
                Command::Open,
                Command::LiftSuspension,
                Command::StepLetter,
                Command::NextPane,
                Command::ProposeSteps,
            ],
        }
    }

    fn opened(&mut self, _: &Context<'_>) -> Outcome {
        self.load()
    }

    fn returned(&mut self, _: &Context<'_>, _: bool) -> Outcome {
        self.details.clear();
        self.load()
    }

    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        let height = draw::rows_shown(context.body);
        if let Command::SelectRows(rows) = command
            && rows.single().is_none()
        {
            self.mark_rows(&rows.rows(self.list.len));
            return Outcome::done();
        }
        if moved(&mut self.list, command, height) {
            return self.arrived();
        }
        match command {
            Command::Mark => self.mark(height),
            Command::MarkAll => {
                let all: Vec<usize> = (0..self.list.len).collect();
                self.mark_rows(&all);
                Outcome::done()
            }
            Command::ClearMarks => {
                self.marks.clear();
                Outcome::done()
            }
            Command::NextPane => self.turn(true),
            Command::PreviousPane => self.turn(false),
            Command::Open | Command::OpenProvider => match self.step() {
                Some(step) => Outcome::done().goto(Place::Provider(step.provider)),
                None => Outcome::done(),
            },
            Command::ConfirmStep => self.confirm(),
            Command::DismissStep => self.reason(DISMISS, "Dismiss"),
            Command::LiftSuspension => self.reason(LIFT, "Lift"),
            Command::StepLetter => self.letter(),
            Command::ProposeSteps => Outcome::done().act(Action::ProposeSteps),
            _ => Outcome::ignored(),
        }
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Steps(steps) => {
                self.list.set_len(steps.len());
                self.steps = Some(steps);
                self.failed = false;
                let cursor = self.list.cursor;
                self.list.go(cursor, draw::rows_shown(context.body));
                self.arrived()
            }
            Reply::Step(detail) => {
                self.details.insert(detail.step.id, *detail);
                Outcome::done()
            }
            Reply::Letter(letter) => {
                let title = show(&letter.row.subject);
                let pager = Pager::new(crate::text::show_lines(&letter.text));
                Outcome::done().open(Dialog::read(title, pager))
            }
            Reply::LetterPreview(Some((subject, text))) => {
                let title = Shown::own(format!("As it would be: {}", show(&subject)));
                let pager = Pager::new(crate::text::show_lines(&text));
                Outcome::done().open(Dialog::read(title, pager))
            }
            Reply::LetterPreview(None) => {
                Outcome::done().say(Level::Info, "this step has no letter")
            }
            Reply::Acted(acted) => {
                let refused = |id: i64| acted.refused.iter().any(|(r, _)| *r == id);
                self.marks.retain(|id, _| refused(id.0));
                self.details.clear();
                self.load()
            }
            _ => Outcome::done(),
        }
    }

    fn failed(&mut self, slot: Slot, _: &Notice, _: &Context<'_>) -> Outcome {
        self.failed |= slot == Slot::Rows;
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, _: &Context<'_>) -> Outcome {
        match answer {
            Answer::Fields(fields) => self.filled_in(tag, &fields),
            Answer::Yes | Answer::Chosen(_) => Outcome::done(),
        }
    }

    fn waits(&self) -> bool {
        self.steps.is_none() && !self.failed
    }

    fn resized(&mut self, context: &Context<'_>) {
        let cursor = self.list.cursor;
        self.list.go(cursor, draw::rows_shown(context.body));
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
