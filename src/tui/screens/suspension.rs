//! The suspension list: steps the daily run proposes, suspensions in force, what was decided.
//!
//! A supervisor confirms or dismisses; lifting comes by itself on completion, or by hand. Start
//! reading at [`Suspension`].

mod draw;
#[cfg(test)]
pub(super) mod tests;

use super::listing::{Listed, Listing, OfProvider, Plan, Sort, Split, View};
use crate::command::{Command, Facts, Scope};
use crate::domain::action::Action;
use crate::domain::ids::StepId;
use crate::domain::ladder::{
    ProviderStep, StepDecision, StepDetail, StepKind, StepRequest, StepState, SuspensionKind,
};
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, counted, show};
use crate::tui::app::{
    Answer, Context, Dialog, FieldValue, Level, Outcome, Place, Screen, SharedList, Slot,
};
use crate::tui::desk::{Reply, Request};
use crate::tui::widgets::{Canvas, Field, Form, Pager};
use ratatui::layout::Rect;
use std::collections::BTreeMap;

pub(super) use draw::standing;

/// Steps read at a time; the daily run keeps proposals fewer than this.
const MOST: usize = 500;

const CONFIRM: &str = "suspension confirm";
const DISMISS: &str = "suspension dismiss";
const LIFT: &str = "suspension lift";

/// Steps that wait for a decision: the first view.
const PROPOSED: usize = 0;
/// Suspensions in force: the second view.
const IN_FORCE: usize = 1;

static PLAN: Plan<ProviderStep> = Plan {
    what: "steps",
    views: &[
        View {
            title: "Proposed",
            holds: None,
        },
        View {
            title: "Suspended",
            holds: None,
        },
        View {
            title: "All steps",
            holds: None,
        },
    ],
    sorts: &[
        Sort::as_read("newest"),
        Sort::PROVIDER,
        Sort::by("oldest", |a, b| b.oldest_days.cmp(&a.oldest_days)),
        Sort::by("items", |a, b| b.items.cmp(&a.items)),
    ],
    marks: true,
    split: Split::of(46, 7),
};

impl OfProvider for ProviderStep {
    fn provider(&self) -> &Untrusted {
        &self.provider_name
    }
}

impl Listed for ProviderStep {
    type Key = StepId;

    fn key(&self) -> StepId {
        self.id
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn haystack(&self) -> String {
        format!(
            "{} {} {}",
            show(&self.provider_name),
            self.kind.title(),
            standing(self).0
        )
    }
}

/// The suspension list.
pub struct Suspension {
    list: Listing<ProviderStep>,
    details: BTreeMap<StepId, StepDetail>,
}

impl Default for Suspension {
    fn default() -> Self {
        Self {
            list: Listing::new(&PLAN),
            details: BTreeMap::new(),
        }
    }
}

impl Suspension {
    fn load(&self) -> Outcome {
        let view = self.list.view();
        Outcome::done().ask(Request::Steps(StepRequest {
            state: (view == PROPOSED).then_some(StepState::Proposed),
            in_force: view == IN_FORCE,
            limit: MOST,
            ..StepRequest::default()
        }))
    }

    fn step(&self) -> Option<&ProviderStep> {
        self.list.row()
    }

    /// The cursor stands somewhere: what the step is about is read.
    fn arrived(&self) -> Outcome {
        match self.step().map(|s| s.id) {
            Some(id) if !self.details.contains_key(&id) => Outcome::done().ask(Request::Step(id)),
            _ => Outcome::done(),
        }
    }

    fn targets(&self) -> Vec<&ProviderStep> {
        self.list.targets()
    }

    /// Names what a decision is about: the provider, or how many.
    fn about(&self, verb: &str) -> Shown {
        Shown::own(match self.targets().as_slice() {
            [one] => format!(
                "{verb}: {} of {}",
                one.kind.title(),
                show(&one.provider_name)
            ),
            several => format!("{verb}: {}", counted(several.len(), "step")),
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
        self.list.facts(facts);
        facts.provider = self.step().is_some();
        facts.proposed = self.step().is_some_and(|s| s.state == StepState::Proposed);
        facts.suspended = self.step().is_some_and(|s| {
            s.kind == StepKind::Suspension && s.state == StepState::Confirmed && s.ended.is_none()
        });
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        let view = PLAN.views[self.list.view()].title;
        Shown::own(format!("SUSPENSION {view} {}", self.list.numbers()))
    }

    fn hints(&self) -> Vec<Command> {
        self.list.hints().unwrap_or_else(|| match self.list.view() {
            PROPOSED => vec![
                Command::ConfirmStep,
                Command::DismissStep,
                Command::StepLetter,
                Command::Mark,
                Command::Open,
                Command::NextPane,
            ],
            _ => vec![
                Command::Open,
                Command::LiftSuspension,
                Command::StepLetter,
                Command::NextPane,
                Command::ProposeSteps,
            ],
        })
    }

    fn shared(&self) -> Option<&dyn SharedList> {
        Some(&self.list)
    }

    fn shared_mut(&mut self) -> Option<&mut dyn SharedList> {
        Some(&mut self.list)
    }

    fn moved(&mut self, _: &Context<'_>) -> Outcome {
        self.arrived()
    }

    fn opened(&mut self, _: &Context<'_>) -> Outcome {
        self.load()
    }

    fn returned(&mut self, _: &Context<'_>, _: bool) -> Outcome {
        self.details.clear();
        self.load()
    }

    fn own(&mut self, command: &Command, _: &Context<'_>) -> Outcome {
        match command {
            Command::Open | Command::OpenProvider => match self.step() {
                Some(step) => Outcome::done().goto(Place::Provider(step.provider)),
                None => Outcome::done(),
            },
            Command::ConfirmStep => self.confirm(),
            Command::DismissStep => self.reason(DISMISS, "Dismiss"),
            Command::LiftSuspension => self.reason(LIFT, "Lift"),
            Command::StepLetter => self.letter(),
            Command::ListLetters => Outcome::done().goto(Place::Letters(None)),
            Command::ProposeSteps => Outcome::done().act(Action::ProposeSteps),
            _ => Outcome::ignored(),
        }
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Steps(steps) => {
                let more = steps.len() == MOST;
                self.list.arrived(steps, more, context.body);
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
                self.list
                    .unmark(|id| acted.refused.iter().any(|(refused, _)| *refused == id.0));
                self.details.clear();
                self.load()
            }
            _ => Outcome::done(),
        }
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, _: &Context<'_>) -> Outcome {
        match answer {
            Answer::Fields(fields) => self.filled_in(tag, &fields),
            Answer::Yes | Answer::Chosen(_) => Outcome::done(),
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
