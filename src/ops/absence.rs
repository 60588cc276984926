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
use crate::store::{AuditDraft, Event, StoreError, Tx};

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

    /// Absences that count: all that are not over, and those that were over within the period of
    /// the figures. A provider is told their own.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn absences_lately(&self, actor: &Actor) -> Result<Vec<Absence>> {
        let scope = allowed(actor, Permission::ViewSuspension)?;
        let since = self
            .now()
            .plus_hours(-24 * self.settings.period_days.max(1));
        let mut absences = self.store.absences(None, since)?;
        if let Scope::Provider(me) = scope {
            absences.retain(|a| a.provider == me);
        }
        Ok(absences)
    }

    /// One absence that counts, over or not. A provider is told their own.
    ///
    /// # Errors
    /// Not permitted, there is none, or what the store says.
    pub fn absence(&self, actor: &Actor, id: AbsenceId) -> Result<Absence> {
        let scope = allowed(actor, Permission::ViewSuspension)?;
        let found = self.store.absence(id)?;
        let own = |a: &Absence| scope == Scope::All || scope == Scope::Provider(a.provider);
        found.filter(own).ok_or_else(|| none(id))
    }
}

fn none(id: AbsenceId) -> OpsError {
    OpsError::NotFound {
        what: "absence",
        name: id.to_string(),
    }
}

/// An absence as a person tells of it.
pub(super) struct Told<'a> {
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
    provider: ProviderId,
    new: &Told<'_>,
) -> Result<Outcome> {
    allowed(actor, Permission::SuperviseDeficiency)?;
    known(tx, provider)?;
    let begun = new.from <= tx.now;
    let absence = Absence {
        id: AbsenceId(0),
        version: 1,
        provider,
        provider_name: Untrusted::default(),
        reason: new.reason,
        comment: new.comment.clone(),
        from: new.from,
        until: new.until,
        removed: false,
        placed_by: actor.user.id,
    };
    makes_sense(tx, with, &absence)?;
    let id = tx.add_absence(&absence, begun)?;
    let removed = Absence {
        id,
        removed: true,
        ..absence
    };
    told(tx, "absence.add", id, &removed, new.comment)?;
    if begun {
        resettle(tx, with, id, provider)?;
    }
    Ok(Outcome {
        undoable: true,
        ..Outcome::one(id.0)
    })
}

/// Whether an absence ends after it begins, has a reason of its own, and is apart from the others.
fn makes_sense(tx: &Tx<'_>, with: Reckoner<'_>, new: &Absence) -> Result<()> {
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
        a.id != new.id && !ends_before(a.until, new.from) && !ends_before(new.until, a.from)
    };
    if let Some(other) = tx.absences_of(new.provider)?.into_iter().find(overlaps) {
        let until = other.until.map_or_else(
            || "with an open end".to_owned(),
            |until| format!("to {}", until.day(with.zone)),
        );
        return Err(OpsError::Refused(format!(
            "it overlaps the provider's absence {} from {} {until}",
            other.id,
            other.from.day(with.zone)
        )));
    }
    Ok(())
}

/// Tells an absence anew: clocks of everything it has to do with are reckoned again.
pub(super) fn change(
    tx: &mut Tx<'_>,
    actor: &Actor,
    with: Reckoner<'_>,
    (id, version): (AbsenceId, i64),
    told_now: &Told<'_>,
) -> Result<Outcome> {
    allowed(actor, Permission::SuperviseDeficiency)?;
    let old = tx
        .absence(id)?
        .filter(|a| !a.removed)
        .ok_or_else(|| none(id))?;
    if old.version != version {
        return Err(StoreError::Stale.into());
    }
    let new = Absence {
        reason: told_now.reason,
        from: told_now.from,
        until: told_now.until,
        comment: told_now.comment.clone(),
        ..old.clone()
    };
    if new == old {
        return Err(OpsError::Refused("nothing of the absence is new".into()));
    }
    makes_sense(tx, with, &new)?;
    tx.change_absence(&old, &new)?;
    told(tx, "absence.change", id, &old, told_now.comment)?;
    resettle(tx, with, id, old.provider)?;
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
        .ok_or_else(|| none(id))?;
    let new = Absence {
        until: Some(until),
        ..old.clone()
    };
    makes_sense(tx, with, &new)?;
    tx.change_absence(&old, &new)?;
    told(tx, "absence.end", id, &old, &Untrusted::default())?;
    resettle(tx, with, id, old.provider)?;
    Ok(Outcome {
        undoable: true,
        ..Outcome::one(id.0)
    })
}

/// Undo: an absence as it was, and what it excused with it, if nothing was told of it since.
pub(super) fn restore(
    tx: &mut Tx<'_>,
    with: Reckoner<'_>,
    was: &Absence,
) -> Result<std::result::Result<(), String>> {
    let Some(now) = tx.absence(was.id)? else {
        return Ok(Err(format!("no absence {}", was.id)));
    };
    // A new absence has no version before its first.
    let left = if was.removed && now.version == 1 {
        1
    } else {
        was.version + 1
    };
    if now.version != left {
        return Ok(Err("changed since; left as it is".into()));
    }
    tx.change_absence(&now, was)?;
    told(tx, "absence.undo", was.id, &now, &Untrusted::default())?;
    resettle(tx, with, was.id, was.provider)?;
    Ok(Ok(()))
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
