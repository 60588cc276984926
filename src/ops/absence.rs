//! Absences of providers, and bulk reassignment.

use super::Office;
use super::access::allowed;
use super::deficiency::{apply, assigned};
use super::error::{OpsError, Result};
use super::holds::{Reckoner, settle};
use super::outcome::Outcome;
use crate::domain::absence::Absence;
use crate::domain::deficiency::HoldReason;
use crate::domain::ids::{AbsenceId, ProviderId};
use crate::domain::permission::Permission;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::domain::worklist::Scope;
use crate::store::{AuditDraft, Event, Tx};

impl Office {
    /// Absences that count: those of one provider, or all that are not over. A provider is told
    /// their own.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn absences(&self, actor: &Actor, provider: Option<ProviderId>) -> Result<Vec<Absence>> {
        let provider = match allowed(actor, Permission::ViewSuspension)? {
            Scope::Provider(me) => Some(me),
            Scope::All => provider,
        };
        Ok(self.store.absences(provider, self.now())?)
    }
}

/// An absence as a person tells of it.
pub(super) struct NewAbsence<'a> {
    pub provider: ProviderId,
    pub reason: HoldReason,
    pub from: Instant,
    pub until: Option<Instant>,
    pub comment: &'a Untrusted,
}

/// Records an absence and excuses what the rules excuse.
pub(super) fn add(
    tx: &mut Tx<'_>,
    actor: &Actor,
    with: Reckoner<'_>,
    new: &NewAbsence<'_>,
) -> Result<Outcome> {
    allowed(actor, Permission::SuperviseDeficiency)?;
    known(tx, new.provider)?;
    if new.until.is_some_and(|until| until <= new.from) {
        return Err(OpsError::Refused(
            "the absence ends before it begins".into(),
        ));
    }
    if !HoldReason::AWAY.contains(&new.reason) {
        let names = HoldReason::AWAY.map(HoldReason::name);
        return Err(OpsError::Refused(format!(
            "an absence is one of {}",
            names.join(", ")
        )));
    }
    let overlaps = |a: &Absence| {
        let ends_before = |until: Option<Instant>, from: Instant| until.is_some_and(|u| u < from);
        !ends_before(a.until, new.from) && !ends_before(new.until, a.from)
    };
    if let Some(other) = tx.absences_of(new.provider)?.into_iter().find(overlaps) {
        return Err(OpsError::Refused(format!(
            "absence {} of this provider overlaps it",
            other.id
        )));
    }
    let begun = new.from <= tx.now;
    let absence = Absence {
        id: AbsenceId(0),
        version: 1,
        provider: new.provider,
        provider_name: Untrusted::default(),
        reason: new.reason,
        comment: new.comment.clone(),
        from: new.from,
        until: new.until,
        removed: false,
        placed_by: actor.user.id,
    };
    let id = tx.add_absence(&absence, begun)?;
    let removed = Absence {
        id,
        removed: true,
        ..absence
    };
    told(tx, "absence.add", id, &removed, new.comment)?;
    if begun {
        resettle(tx, with, id, new.provider)?;
    }
    Ok(Outcome {
        undoable: true,
        ..Outcome::one(id.0)
    })
}

/// Sets when an absence ends.
pub(super) fn end(
    tx: &mut Tx<'_>,
    actor: &Actor,
    with: Reckoner<'_>,
    id: AbsenceId,
    until: Instant,
) -> Result<Outcome> {
    allowed(actor, Permission::SuperviseDeficiency)?;
    let old = tx
        .absence(id)?
        .filter(|a| !a.removed)
        .ok_or_else(|| OpsError::NotFound {
            what: "absence",
            name: id.to_string(),
        })?;
    if until <= old.from {
        return Err(OpsError::Refused(
            "the absence ends before it begins".into(),
        ));
    }
    let new = Absence {
        until: Some(until),
        ..old.clone()
    };
    tx.change_absence(&old, &new)?;
    told(tx, "absence.end", id, &old, &Untrusted::default())?;
    resettle(tx, with, id, old.provider)?;
    Ok(Outcome {
        undoable: true,
        ..Outcome::one(id.0)
    })
}

/// Undo: an absence as it was, and what it excused with it.
pub(super) fn restore(tx: &mut Tx<'_>, with: Reckoner<'_>, was: &Absence) -> Result<()> {
    let Some(now) = tx.absence(was.id)? else {
        return Ok(());
    };
    tx.change_absence(&now, was)?;
    told(tx, "absence.undo", was.id, &now, &Untrusted::default())?;
    resettle(tx, with, was.id, was.provider)
}

fn resettle(
    tx: &mut Tx<'_>,
    with: Reckoner<'_>,
    id: AbsenceId,
    provider: ProviderId,
) -> Result<()> {
    let mut items = tx.held_by_absence(id)?;
    items.extend(tx.outstanding_of(provider)?.iter().map(|r| r.row.id));
    items.sort_unstable();
    items.dedup();
    for item in items {
        settle(tx, with, item, None)?;
    }
    Ok(())
}

pub(super) fn known(tx: &Tx<'_>, provider: ProviderId) -> Result<()> {
    if tx.provider(provider)?.is_none() {
        return Err(OpsError::NotFound {
            what: "provider",
            name: provider.to_string(),
        });
    }
    Ok(())
}

/// History and audit of an absence; `was` is what undo restores.
fn told(
    tx: &mut Tx<'_>,
    action: &str,
    id: AbsenceId,
    was: &Absence,
    reason: &Untrusted,
) -> Result<()> {
    tx.event(&Event {
        action,
        kind: "absence",
        object: id.0,
        encounter: 0,
        from: "",
        to: "",
        reason,
        detail: String::new(),
        before: serde_json::to_string(was).map_err(crate::store::StoreError::from)?,
    })?;
    audit(
        tx,
        action,
        &format!("absence {id} of provider {}", was.provider),
        reason,
    );
    Ok(())
}

pub(super) fn audit(tx: &mut Tx<'_>, action: &str, object: &str, reason: &Untrusted) {
    tx.audit(AuditDraft {
        action: action.to_owned(),
        object: object.to_owned(),
        reason: reason.raw().to_owned(),
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    });
}

/// Gives everything a provider owes to another, or each item to the attending of its visit.
pub(super) fn reassign_all(
    tx: &mut Tx<'_>,
    actor: &Actor,
    with: Reckoner<'_>,
    from: ProviderId,
    to: Option<ProviderId>,
    reason: &Untrusted,
) -> Result<Outcome> {
    allowed(actor, Permission::SuperviseDeficiency)?;
    known(tx, from)?;
    if let Some(to) = to {
        known(tx, to)?;
        if to == from {
            return Err(OpsError::Refused("that is the same provider".into()));
        }
    }
    if reason.is_blank() {
        return Err(OpsError::Refused(
            "reassigning everything needs a reason".into(),
        ));
    }
    let mut outcome = Outcome::default();
    for row in tx.outstanding_of(from)? {
        let owner = match to {
            Some(to) => Some(to),
            None => tx
                .encounter(row.row.encounter)?
                .and_then(|e| e.attending)
                .filter(|a| *a != from),
        };
        let Some(owner) = owner else {
            let why = "its visit has no other attending".to_owned();
            outcome.refused.push((row.row.id.0, why));
            continue;
        };
        let new = assigned(tx, with, &row, Some(owner))?;
        apply(tx, &row, &new, "deficiency.assign", reason, None)?;
        settle(tx, with, row.row.id, Some(tx.now))?;
        outcome.done.push(row.row.id.0);
    }
    outcome.undoable = !outcome.done.is_empty();
    tx.audit(AuditDraft {
        action: "deficiency.reassign_all".to_owned(),
        object: format!("{} deficiencies of provider {from}", outcome.done.len()),
        detail: serde_json::json!({ "from": from, "to": to, "done": outcome.done }).to_string(),
        reason: reason.raw().to_owned(),
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    });
    Ok(outcome)
}
