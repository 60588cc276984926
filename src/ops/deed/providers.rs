//! What was done about providers: absences, covers, the ladder, letters.

use super::{Deed, parts, past};
use crate::domain::action::Action;
use crate::domain::ids::{LetterId, ProviderId, StepId};
use crate::domain::ladder::{StepDecision, StepKind, StepState};
use crate::domain::time::Instant;
use crate::ops::Office;
use crate::ops::outcome::Outcome;
use crate::text::{counted, show};

impl Office {
    pub(super) fn deed_to_provider(&self, action: &Action) -> Deed {
        let called = |provider: ProviderId| self.provider_called(Some(provider));
        let own = |text: &str| show(&text.into());
        let told = match action {
            Action::AddAbsence {
                provider,
                from,
                until,
                ..
            } => {
                let span = self.span(*from, *until);
                format!("Absence of {} recorded, {span}", called(*provider))
            }
            Action::ChangeAbsence {
                absence,
                from,
                until,
                ..
            } => {
                let who = self.store.absence(*absence).ok().flatten();
                let who = who.map_or_else(String::new, |a| format!(" of {}", called(a.provider)));
                format!("Absence{who} changed, {}", self.span(*from, *until))
            }
            Action::EndAbsence { absence, until } => {
                let who = self.store.absence(*absence).ok().flatten();
                let who = who.map_or_else(String::new, |a| format!(" of {}", called(a.provider)));
                format!("Absence{who} ends {}", self.by_day(*until))
            }
            Action::AddCover { .. } | Action::EndCover { .. } => self.cover_told(action),
            Action::SetCoverGroup { name, members } if members.is_empty() => {
                format!("Coverage group {} dissolved", own(name))
            }
            Action::SetCoverGroup { name, members } => format!(
                "Coverage group {}: {} complete for each other",
                own(name.trim()),
                counted(members.len(), "provider")
            ),
            Action::RenameCoverGroup { name, to } => format!(
                "Coverage group {} renamed to {}",
                own(name.trim()),
                own(to.trim())
            ),
            other => past(other).to_owned(),
        };
        Deed::whole(told)
    }

    fn cover_told(&self, action: &Action) -> String {
        let called = |provider: ProviderId| self.provider_called(Some(provider));
        match action {
            Action::AddCover {
                provider,
                by,
                from,
                until,
                ..
            } => format!(
                "{} stands in for {}, {}",
                called(*by),
                called(*provider),
                self.span(*from, *until)
            ),
            Action::EndCover { cover, until } => {
                let ends = match until {
                    Some(until) => format!("until {}", self.by_day(*until)),
                    None => "no longer".to_owned(),
                };
                match self.store.cover(*cover).ok().flatten() {
                    Some(c) => format!(
                        "{} stands in for {} {ends}",
                        called(c.by),
                        called(c.provider)
                    ),
                    None => "Cover ended".to_owned(),
                }
            }
            other => past(other).to_owned(),
        }
    }

    fn span(&self, from: Instant, until: Option<Instant>) -> String {
        let from = from.day(&self.zone);
        match until {
            Some(until) => format!("{from} to {}", self.by_day(until)),
            None => format!("from {from} on"),
        }
    }

    pub(super) fn deed_on_ladder(&self, action: &Action, outcome: &Outcome) -> Deed {
        let n = outcome.done.len();
        match action {
            Action::ProposeSteps => {
                let run = outcome.ladder.clone().unwrap_or_default();
                let told = parts(&[
                    (run.proposed, "step", "proposed"),
                    (run.updated, "", "brought up to date"),
                    (run.withdrawn, "", "withdrawn"),
                    (run.lifted, "suspension", "lifted"),
                ]);
                match (told.is_empty(), run.proposed) {
                    (true, _) => Deed::whole("Ladder run: no step is due"),
                    (false, 0) => Deed::whole(told),
                    (false, 1) => Deed::whole(told).then("it waits for a supervisor"),
                    (false, _) => Deed::whole(told).then("they wait for a supervisor"),
                }
            }
            Action::DecideSteps { decision, .. } => self.decided(decision, outcome),
            Action::LiftSuspension { .. } => {
                let step = outcome.done.first().map(|id| StepId(*id));
                let step = step.and_then(|id| self.store.step_detail(id).ok());
                let who = step.map_or_else(String::new, |d| {
                    format!(" of {}", self.provider_called(Some(d.step.provider)))
                });
                Deed::whole(format!("Suspension{who} lifted"))
            }
            _ => {
                let deed = Deed::each(n, "letter", "printed");
                let one = match outcome.done.as_slice() {
                    [id] => self.store.letter(LetterId(*id)).ok().flatten(),
                    _ => None,
                };
                match one {
                    Some(letter) => deed.one(format!(
                        "Letter to {} printed",
                        self.provider_called(Some(letter.row.provider))
                    )),
                    None => deed,
                }
            }
        }
    }

    /// Steps that were decided.
    fn decided(&self, decision: &StepDecision, outcome: &Outcome) -> Deed {
        let confirmed = matches!(decision, StepDecision::Confirm { .. });
        let past = if confirmed { "confirmed" } else { "dismissed" };
        let deed = Deed::each(outcome.done.len(), "step", past);
        let deed = match confirmed {
            true => deed.then_all("their letters wait to be printed"),
            false => deed,
        };
        self.named_step(deed, outcome)
    }

    /// The same of one step, by its title and whose it is.
    pub(super) fn named_step(&self, deed: Deed, outcome: &Outcome) -> Deed {
        let [id] = outcome.done.as_slice() else {
            return deed;
        };
        let Ok(detail) = self.store.step_detail(StepId(*id)) else {
            return deed;
        };
        let step = detail.step;
        let title = show(&step.title.as_str().into());
        let who = self.provider_called(Some(step.provider));
        let confirmed = step.state == StepState::Confirmed;
        let follows = match (confirmed, step.letter, step.kind) {
            (true, Some(_), _) => "its letter waits to be printed",
            (true, None, StepKind::Suspension) => "the suspension is in force",
            _ => "",
        };
        // The title of a lifting is a sentence already.
        let said = match step.kind {
            StepKind::Lifting if confirmed => format!("{title}: {who}"),
            _ => format!("{title} of {who} {}", deed.past),
        };
        deed.one(said).then(follows)
    }
}
