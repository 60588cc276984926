//! Working deficiencies: what each change does, what it refuses, how it is undone.

use super::access::allowed;
use super::error::Result;
use super::holds::{Reckoner, reckoned, settle};
use super::outcome::Outcome;
use crate::domain::action::DeficiencyChange;
use crate::domain::audit::owner_told;
use crate::domain::deficiency::Hold;
use crate::domain::ids::{DeficiencyId, DocumentId, HoldId};
use crate::domain::permission::Permission;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::domain::worklist::Scope;
use crate::store::{AuditDraft, DeficiencyRow, Event, Mutable, Tx};
use serde::{Deserialize, Serialize};

mod decide;

use decide::decide;
pub(super) use decide::{assigned, close};

/// What undo needs of one changed item.
#[derive(Serialize, Deserialize)]
pub(super) struct Undoable {
    /// What the change left; undo refuses if the item stands otherwise now. Not the row's
    /// version: that moves on when a later change is undone first.
    pub left: Mutable,
    /// What it was.
    pub was: Mutable,
    /// Whether the change placed (true) or released (false) a hold.
    pub hold: Option<bool>,
    /// A document a person decided about, and what had been decided before.
    #[serde(default)]
    pub answer: Option<(DocumentId, Option<bool>)>,
}

/// What a change needs.
fn permission(change: &DeficiencyChange) -> Permission {
    match change {
        DeficiencyChange::Complete { .. }
        | DeficiencyChange::Decline { .. }
        | DeficiencyChange::Answer { .. }
        | DeficiencyChange::NotAnswer { .. }
        | DeficiencyChange::Advance { .. } => Permission::CompleteDeficiency,
        DeficiencyChange::Assign { .. }
        | DeficiencyChange::Uphold { .. }
        | DeficiencyChange::Reopen { .. } => Permission::CreateDeficiency,
        DeficiencyChange::Void { .. }
        | DeficiencyChange::PlaceHold { .. }
        | DeficiencyChange::ReleaseHold { .. } => Permission::SuperviseDeficiency,
    }
}

/// Changes items, each refused on its own.
pub(super) fn change(
    tx: &mut Tx<'_>,
    actor: &Actor,
    items: &[(DeficiencyId, i64)],
    change: &DeficiencyChange,
    with: Reckoner<'_>,
    lease_minutes: i64,
) -> Result<Outcome> {
    let scope = allowed(actor, permission(change))?;
    let mut outcome = Outcome::default();
    for (id, version) in items {
        match change_one(tx, actor, scope, with, (*id, *version), change)? {
            Ok(()) => {
                outcome.done.push(id.0);
                renew(tx, actor, *id, lease_minutes)?;
            }
            Err(reason) => outcome.refused.push((id.0, reason)),
        }
    }
    outcome.undoable = !outcome.done.is_empty();
    let refused: Vec<i64> = outcome.refused.iter().map(|(id, _)| *id).collect();
    tx.audit(AuditDraft {
        action: change.name().to_owned(),
        object: "deficiency".to_owned(),
        detail: serde_json::json!({ "done": outcome.done, "refused": refused, "change": change })
            .to_string(),
        reason: reason_of(change).into_raw(),
        outcome: outcome.word(),
        ..AuditDraft::default()
    });
    Ok(outcome)
}

fn change_one(
    tx: &mut Tx<'_>,
    actor: &Actor,
    scope: Scope,
    with: Reckoner<'_>,
    (id, version): (DeficiencyId, i64),
    change: &DeficiencyChange,
) -> Result<std::result::Result<(), String>> {
    let Some(old) = tx.deficiency(id)? else {
        return Ok(Err(format!("no deficiency {id}")));
    };
    if let Err(reason) = may_touch(tx, actor, scope, &old, version)? {
        return Ok(Err(reason));
    }
    let new = match decide(tx, with, &old, change)? {
        Ok(new) => new,
        Err(reason) => return Ok(Err(reason)),
    };
    let (new, extra) = carry_out(tx, actor, &old, new, change)?;
    let reason = reason_of(change);
    apply_with(tx, &old, &new, change.name(), &reason, extra)?;
    let owner = old.mutable.owner != new.owner;
    if owner || (new.state.is_outstanding() && !old.mutable.state.is_outstanding()) {
        settle(tx, with, id, owner.then_some(tx.now))?;
    }
    Ok(Ok(()))
}

/// Whether the actor may change this item now, or why not.
fn may_touch(
    tx: &Tx<'_>,
    actor: &Actor,
    scope: Scope,
    old: &DeficiencyRow,
    version: i64,
) -> Result<std::result::Result<(), String>> {
    if let Scope::Provider(me) = scope {
        let theirs = |owner| owner == me;
        let stands_in = |owner| Ok::<_, super::OpsError>(tx.covered(me)?.contains(&owner));
        let allowed = match old.mutable.owner {
            Some(owner) => theirs(owner) || stands_in(owner)?,
            None => false,
        };
        if !allowed {
            return Ok(Err("it is not yours".into()));
        }
    }
    if old.row.version != version {
        return Ok(Err(moved_on(tx, old)?));
    }
    // Leases keep analysts apart; a provider always gets at what they owe.
    if let Some(lease) = tx.lease(old.row.encounter)?
        && scope == Scope::All
        && lease.session != actor.session
        && lease.user != actor.user.id
    {
        return Ok(Err(format!(
            "{} has this chart for {} more min",
            crate::text::show(&lease.user_name),
            lease.expires.seconds_since(tx.now).max(0) / 60 + 1
        )));
    }
    Ok(Ok(()))
}

/// What goes with a change beside the row itself.
#[derive(Clone, Copy, Default)]
pub(super) struct Extra {
    /// Whether a hold was placed or released.
    pub hold: Option<bool>,
    /// A document decided about, and what had been decided before.
    pub answer: Option<(DocumentId, Option<bool>)>,
}

/// Writes holds and answers that go with a change; the row as it is to be, reckoned with them.
fn carry_out(
    tx: &mut Tx<'_>,
    actor: &Actor,
    old: &DeficiencyRow,
    new: Mutable,
    change: &DeficiencyChange,
) -> Result<(Mutable, Extra)> {
    let id = old.row.id;
    let mut extra = Extra::default();
    let mut new = new;
    match change {
        DeficiencyChange::PlaceHold {
            reason,
            comment,
            until,
        } => {
            let hold = Hold {
                id: HoldId(0),
                reason: *reason,
                comment: comment.clone(),
                from: tx.now,
                until: *until,
                placed_by: actor.user.id,
                absence: None,
                chart: None,
            };
            tx.open_hold(id, &hold)?;
            extra.hold = Some(true);
        }
        DeficiencyChange::ReleaseHold { .. } => {
            tx.close_placed_hold(id, tx.now)?;
            new = reckoned(tx, old)?;
            extra.hold = Some(false);
        }
        DeficiencyChange::Answer { document, .. } => {
            extra.answer = Some((*document, tx.set_answer(id, *document, Some(true))?));
            tx.needs_analysis(old.row.encounter)?;
        }
        DeficiencyChange::NotAnswer { document, .. } => {
            extra.answer = Some((*document, tx.set_answer(id, *document, Some(false))?));
            tx.needs_analysis(old.row.encounter)?;
        }
        DeficiencyChange::Advance { .. } => tx.needs_analysis(old.row.encounter)?,
        _ => {}
    }
    if !new.state.is_outstanding() && old.mutable.state.is_outstanding() {
        if tx.placed_hold(id)?.is_some() {
            extra.hold = Some(false);
        }
        tx.close_holds(id, tx.now)?;
    }
    Ok((new, extra))
}

/// Working a chart is the sign of life that keeps its lease.
fn renew(tx: &mut Tx<'_>, actor: &Actor, id: DeficiencyId, minutes: i64) -> Result<()> {
    let Some(row) = tx.deficiency(id)? else {
        return Ok(());
    };
    let encounter = row.row.encounter;
    if tx
        .lease(encounter)?
        .is_some_and(|lease| lease.session == actor.session)
    {
        let expires = tx.now.plus_seconds(minutes * 60);
        tx.grant_lease(encounter, actor.user.id, &actor.session, expires)?;
    }
    Ok(())
}

/// Writes a change with its history; undo can take it back.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    old: &DeficiencyRow,
    new: &Mutable,
    action: &str,
    reason: &Untrusted,
    hold: Option<bool>,
) -> Result<()> {
    let extra = Extra { hold, answer: None };
    apply_with(tx, old, new, action, reason, extra)
}

/// As [`apply`], with an answer about a document.
fn apply_with(
    tx: &mut Tx<'_>,
    old: &DeficiencyRow,
    new: &Mutable,
    action: &str,
    reason: &Untrusted,
    extra: Extra,
) -> Result<()> {
    let undo = Undoable {
        left: new.clone(),
        was: old.mutable.clone(),
        hold: extra.hold,
        answer: extra.answer,
    };
    let before = serde_json::to_string(&undo).map_err(crate::store::StoreError::from)?;
    write(tx, old, new, action, reason, before)
}

/// Writes a change that follows from another or from time: undo leaves it alone.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    old: &DeficiencyRow,
    new: &Mutable,
    action: &str,
    reason: &Untrusted,
) -> Result<()> {
    write(tx, old, new, action, reason, String::new())
}

fn write(
    tx: &mut Tx<'_>,
    old: &DeficiencyRow,
    new: &Mutable,
    action: &str,
    reason: &Untrusted,
    before: String,
) -> Result<()> {
    tx.change_deficiency(old, new)?;
    let (from, to) = told_states(old, new);
    tx.event(&Event {
        action,
        kind: "deficiency",
        object: old.row.id.0,
        encounter: old.row.encounter.0,
        from: &from,
        to: &to,
        reason,
        detail: String::new(),
        before,
    })?;
    tx.changed("deficiency", old.row.id.0)?;
    Ok(())
}

/// From and to as history tells them: states, or owners when only the owner changed.
fn told_states(old: &DeficiencyRow, new: &Mutable) -> (String, String) {
    if old.mutable.held_since.is_some() != new.held_since.is_some() {
        let word = |held: bool| if held { "on hold" } else { "running" }.to_owned();
        return (
            word(old.mutable.held_since.is_some()),
            word(new.held_since.is_some()),
        );
    }
    if old.mutable.owner != new.owner && old.mutable.state == new.state {
        return (owner_told(old.mutable.owner), owner_told(new.owner));
    }
    (
        old.mutable.state.name().to_owned(),
        new.state.name().to_owned(),
    )
}

/// The reason of a change as history keeps it.
fn reason_of(change: &DeficiencyChange) -> Untrusted {
    match change {
        DeficiencyChange::Decline { reason, comment } => {
            let said = comment.raw();
            let between = if comment.is_blank() { "" } else { ": " };
            format!("{}{between}{said}", reason.title()).into()
        }
        DeficiencyChange::Complete { comment }
        | DeficiencyChange::Answer { comment, .. }
        | DeficiencyChange::NotAnswer { comment, .. }
        | DeficiencyChange::PlaceHold { comment, .. }
        | DeficiencyChange::ReleaseHold { comment } => comment.clone(),
        DeficiencyChange::Assign { reason, .. }
        | DeficiencyChange::Uphold { reason }
        | DeficiencyChange::Void { reason }
        | DeficiencyChange::Reopen { reason } => reason.clone(),
        DeficiencyChange::Advance { .. } => Untrusted::default(),
    }
}

/// Who changed an item meanwhile, for the message of a refused change.
fn moved_on(tx: &Tx<'_>, row: &DeficiencyRow) -> Result<String> {
    Ok(match tx.last_event("deficiency", row.row.id.0)? {
        Some(event) => format!(
            "changed meanwhile: {} by {} {} s ago",
            event.happened(),
            crate::text::show(&event.user_name),
            tx.now.seconds_since(event.at).max(0)
        ),
        None => "changed meanwhile".to_owned(),
    })
}
