//! The delinquency ladder at work: a daily run proposes, a supervisor decides.

mod look;
mod undo;
mod views;

pub(super) use look::Looked;

pub(super) use undo::undo;

use super::Office;
use super::access::allowed;
use super::error::{OpsError, Result};
use super::outcome::{LadderRun, Outcome};
use crate::domain::ids::{DeficiencyId, ProviderId, StepId};
use crate::domain::ladder::{ProviderStep, StepDecision, StepKind, StepState};
use crate::domain::permission::Permission;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::rules::ladder::{Ladder, Proposal};
use crate::store::{AuditDraft, Event, NewStep, StoreError, Tx};
use crate::text::counted;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Kind of a step in the event history.
pub(super) const STEP: &str = "provider_step";

/// The id under which the lifting of a suspension stands among the steps.
const LIFTING: &str = "lifting";

/// What a step that waited for its decision is again when the decision is taken back.
const PROPOSED: StepState = StepState::Proposed;

/// What undo needs of one decided step.
#[derive(Serialize, Deserialize)]
struct UndoableStep {
    /// The version the decision left.
    version: i64,
    /// The row before it.
    was: ProviderStep,
    /// The suspension that a lifting ended.
    ended: Option<StepId>,
    /// The change took a decision back: to undo it is to decide so again.
    #[serde(default)]
    taken_back: bool,
}

impl Office {
    /// The daily run: proposes what is due, brings proposals up to date, withdraws those whose
    /// reason went away. The same run again changes nothing.
    pub(super) fn propose_steps(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        looked: Looked,
    ) -> Result<Outcome> {
        allowed(actor, Permission::ManageSuspension)?;
        let ladder = self.ladder()?;
        let found = looked.brought_up_to_date(tx, ladder, &self.zone)?;
        let mut wanted = found.steps;
        wanted.extend(found.lift.iter().map(|p| lifting(*p)));
        let mut run = LadderRun::default();
        let mut outcome = Outcome::default();
        let mut waiting: BTreeMap<(ProviderId, String), ProviderStep> = tx
            .proposed_steps()?
            .into_iter()
            .map(|s| ((s.provider, s.step.clone()), s))
            .collect();
        for proposal in &wanted {
            let new = new_step(proposal, ladder);
            match waiting.remove(&(proposal.provider, proposal.step.clone())) {
                Some(old) => run.updated += i64::from(refresh(tx, &old, &new)?),
                None => {
                    let id = tx.add_step(&new)?;
                    history(
                        tx,
                        id,
                        "ladder.propose",
                        ("", "proposed"),
                        &Untrusted::default(),
                        None,
                    )?;
                    run.proposed += 1;
                    outcome.done.push(id.0);
                }
            }
        }
        for old in waiting.into_values() {
            let mut gone = old.clone();
            gone.state = StepState::Withdrawn;
            gone.decided = Some(tx.now);
            tx.save_step(&gone)?;
            history(
                tx,
                old.id,
                "ladder.withdraw",
                ("proposed", "withdrawn"),
                &"its reason went away".into(),
                None,
            )?;
            run.withdrawn += 1;
        }
        if ladder.lifts_at_once() {
            run.lifted = self.lift_at_once(tx, actor)?;
        }
        tx.audit(AuditDraft {
            action: "ladder.propose".to_owned(),
            object: format!("{} proposed", run.proposed),
            detail: serde_json::to_string(&run).map_err(StoreError::from)?,
            outcome: "ok".to_owned(),
            ..AuditDraft::default()
        });
        outcome.ladder = Some(run);
        Ok(outcome)
    }

    fn lift_at_once(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<i64> {
        let confirm = StepDecision::Confirm {
            suspension: None,
            comment: "as the ladder says".into(),
        };
        let mut lifted = 0;
        for step in tx.proposed_steps()? {
            if step.kind == StepKind::Lifting {
                lifted += i64::from(
                    self.decide_one(tx, actor, (step.id, step.version), &confirm, PROPOSED)?
                        .is_ok(),
                );
            }
        }
        Ok(lifted)
    }

    /// Decides proposed steps, each refused on its own.
    pub(super) fn decide_steps(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        steps: &[(StepId, i64)],
        decision: &StepDecision,
    ) -> Result<Outcome> {
        allowed(actor, Permission::ManageSuspension)?;
        let mut outcome = Outcome::default();
        for (id, version) in steps {
            match self.decide_one(tx, actor, (*id, *version), decision, PROPOSED)? {
                Ok(()) => outcome.done.push(id.0),
                Err(reason) => outcome.refused.push((id.0, reason)),
            }
        }
        outcome.undoable = !outcome.done.is_empty();
        let refused: Vec<i64> = outcome.refused.iter().map(|(id, _)| *id).collect();
        tx.audit(AuditDraft {
            action: decision.name().to_owned(),
            object: "provider steps".to_owned(),
            detail: serde_json::json!({ "done": outcome.done, "refused": refused, "decision": decision })
                .to_string(),
            reason: reason_of(decision).raw().to_owned(),
            outcome: outcome.word(),
            ..AuditDraft::default()
        });
        Ok(outcome)
    }

    /// Decides a proposed step. `taken_back` is what the step is when the decision is undone.
    fn decide_one(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (id, version): (StepId, i64),
        decision: &StepDecision,
        taken_back: StepState,
    ) -> Result<std::result::Result<(), String>> {
        let Some(old) = tx.step(id)? else {
            return Ok(Err(format!("no step {id}")));
        };
        if old.state != StepState::Proposed {
            return Ok(Err(format!("it is {} already", old.state.name())));
        }
        if old.version != version {
            return Ok(Err("its items changed meanwhile: look again".into()));
        }
        let mut new = old.clone();
        new.decided = Some(tx.now);
        new.decided_by = Some(actor.user.id);
        new.reason = reason_of(decision).clone();
        let mut ended = None;
        match decision {
            StepDecision::Dismiss { reason } if reason.is_blank() => {
                return Ok(Err("dismissing needs a reason".into()));
            }
            StepDecision::Dismiss { .. } => new.state = StepState::Dismissed,
            StepDecision::Confirm { suspension, .. } => {
                new.state = StepState::Confirmed;
                if old.kind == StepKind::Suspension {
                    new.suspension = suspension.or(old.suspension);
                } else if suspension.is_some() {
                    return Ok(Err("it is no suspension".into()));
                }
                if old.kind == StepKind::Lifting {
                    ended = end_suspension(tx, old.provider)?;
                    if ended.is_none() {
                        return Ok(Err("no suspension is in force".into()));
                    }
                }
                new.letter = self.make_letter(tx, &new)?;
            }
        }
        tx.save_step(&new)?;
        let undo = UndoableStep {
            version: old.version + 1,
            was: ProviderStep {
                state: taken_back,
                ..old.clone()
            },
            ended,
            taken_back: false,
        };
        history(
            tx,
            id,
            decision.name(),
            (old.state.name(), new.state.name()),
            reason_of(decision),
            Some(&undo),
        )?;
        Ok(Ok(()))
    }

    /// Lifts a suspension before everything is completed.
    pub(super) fn lift_suspension(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        id: StepId,
        version: i64,
        reason: &Untrusted,
    ) -> Result<Outcome> {
        allowed(actor, Permission::ManageSuspension)?;
        let missing = || OpsError::NotFound {
            what: "suspension",
            name: id.to_string(),
        };
        let suspension = tx.step(id)?.ok_or_else(missing)?;
        let in_force = suspension.kind == StepKind::Suspension
            && suspension.state == StepState::Confirmed
            && suspension.ended.is_none();
        if !in_force {
            return Err(OpsError::Refused("that suspension is not in force".into()));
        }
        if suspension.version != version {
            return Err(StoreError::Stale.into());
        }
        if reason.is_blank() {
            return Err(OpsError::Refused("lifting needs a reason".into()));
        }
        let proposed = tx
            .proposed_steps()?
            .into_iter()
            .find(|s| s.provider == suspension.provider && s.kind == StepKind::Lifting);
        let (step, seen, taken_back) = match proposed {
            Some(step) => (step.id, step.version, PROPOSED),
            None => {
                let proposal = lifting(suspension.provider);
                let id = tx.add_step(&new_step(&proposal, self.ladder()?))?;
                history(
                    tx,
                    id,
                    "ladder.propose",
                    ("", "proposed"),
                    &Untrusted::default(),
                    None,
                )?;
                // Nobody had proposed it: taken back it must not wait to be confirmed.
                (id, 1, StepState::Withdrawn)
            }
        };
        let confirm = StepDecision::Confirm {
            suspension: None,
            comment: reason.clone(),
        };
        if let Err(why) = self.decide_one(tx, actor, (step, seen), &confirm, taken_back)? {
            return Err(OpsError::Refused(why));
        }
        tx.audit(AuditDraft {
            action: "ladder.lift".to_owned(),
            object: format!("step {id}"),
            reason: reason.raw().to_owned(),
            outcome: "ok".to_owned(),
            ..AuditDraft::default()
        });
        Ok(Outcome {
            undoable: true,
            ..Outcome::one(step.0)
        })
    }
}

/// Ends the suspension of a provider that is in force, if one is.
fn end_suspension(tx: &mut Tx<'_>, provider: ProviderId) -> Result<Option<StepId>> {
    let found = tx
        .suspensions()?
        .into_iter()
        .find(|s| s.provider == provider);
    let Some(mut suspension) = found else {
        return Ok(None);
    };
    suspension.ended = Some(tx.now);
    tx.save_step(&suspension)?;
    history(
        tx,
        suspension.id,
        "ladder.end",
        ("in force", "ended"),
        &Untrusted::default(),
        None,
    )?;
    Ok(Some(suspension.id))
}

fn lifting(provider: ProviderId) -> Proposal {
    Proposal {
        provider,
        step: LIFTING.to_owned(),
        kind: StepKind::Lifting,
        title: "Suspension lifted".to_owned(),
        suspension: None,
        items: Vec::<(DeficiencyId, Instant)>::new(),
        oldest_days: 0,
    }
}

fn new_step<'a>(proposal: &'a Proposal, ladder: &'a Ladder) -> NewStep<'a> {
    NewStep {
        provider: proposal.provider,
        step: &proposal.step,
        kind: proposal.kind,
        title: &proposal.title,
        rule: ladder.rule(),
        suspension: proposal.suspension,
        items: &proposal.items,
        oldest_days: proposal.oldest_days,
    }
}

fn refresh(tx: &mut Tx<'_>, old: &ProviderStep, new: &NewStep<'_>) -> Result<bool> {
    if !tx.refresh_step(old, new)? {
        return Ok(false);
    }
    let words = counted(old.items, "item");
    let is = counted(new.items.len(), "item");
    history(
        tx,
        old.id,
        "ladder.update",
        (&words, &is),
        &Untrusted::default(),
        None,
    )?;
    Ok(true)
}

fn history(
    tx: &mut Tx<'_>,
    id: StepId,
    action: &str,
    (from, to): (&str, &str),
    reason: &Untrusted,
    undo: Option<&UndoableStep>,
) -> Result<()> {
    tx.event(&Event {
        action,
        kind: STEP,
        object: id.0,
        encounter: 0,
        from,
        to,
        reason,
        detail: String::new(),
        before: undo
            .map(serde_json::to_string)
            .transpose()
            .map_err(StoreError::from)?
            .unwrap_or_default(),
    })?;
    tx.changed(STEP, id.0)?;
    Ok(())
}

fn reason_of(decision: &StepDecision) -> &Untrusted {
    match decision {
        StepDecision::Confirm { comment, .. } => comment,
        StepDecision::Dismiss { reason } => reason,
    }
}
