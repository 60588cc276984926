//! Working deficiencies: what each change does, what it refuses, how it is undone.

use super::access::allowed;
use super::error::{OpsError, Result};
use super::outcome::Outcome;
use crate::domain::action::DeficiencyChange;
use crate::domain::deficiency::{
    DeficiencyState, DueClock, Finding, Hold, RuleRef, StartEvent, Subject,
};
use crate::domain::ids::{DeficiencyId, EncounterId, HoldId, ProviderId};
use crate::domain::permission::Permission;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::domain::worklist::Scope;
use crate::store::{AuditDraft, DeficiencyRow, Event, Mutable, NewDeficiency, Tx};
use serde::{Deserialize, Serialize};

/// The rule id of items a person added.
pub const MANUAL: &str = "manual";

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
}

/// What a change needs.
fn permission(change: &DeficiencyChange) -> Permission {
    match change {
        DeficiencyChange::Complete { .. }
        | DeficiencyChange::Decline { .. }
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
    lease_minutes: i64,
) -> Result<Outcome> {
    let scope = allowed(actor, permission(change))?;
    let mut outcome = Outcome::default();
    for (id, version) in items {
        match change_one(tx, actor, scope, *id, *version, change)? {
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
        reason: reason_of(change).raw().to_owned(),
        outcome: if outcome.done.is_empty() {
            "refused"
        } else {
            "ok"
        }
        .to_owned(),
        ..AuditDraft::default()
    });
    Ok(outcome)
}

fn change_one(
    tx: &mut Tx<'_>,
    actor: &Actor,
    scope: Scope,
    id: DeficiencyId,
    version: i64,
    change: &DeficiencyChange,
) -> Result<std::result::Result<(), String>> {
    let Some(old) = tx.deficiency(id)? else {
        return Ok(Err(format!("no deficiency {id}")));
    };
    if let Scope::Provider(me) = scope
        && old.mutable.owner != Some(me)
    {
        return Ok(Err("it is not yours".into()));
    }
    if old.row.version != version {
        return Ok(Err(moved_on(tx, &old)?));
    }
    if let Some(lease) = tx.lease(old.row.encounter)?
        && lease.session != actor.session
        && lease.user != actor.user.id
    {
        return Ok(Err(format!(
            "{} has this chart until {}",
            crate::text::show(&lease.user_name),
            lease.expires.rfc3339()
        )));
    }
    let new = match decide(tx, &old, change)? {
        Ok(new) => new,
        Err(reason) => return Ok(Err(reason)),
    };
    let hold = match change {
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
            };
            tx.open_hold(id, &hold)?;
            Some(true)
        }
        _ if old.mutable.held_since.is_some() && new.held_since.is_none() => {
            tx.close_hold(id, tx.now)?;
            Some(false)
        }
        _ => None,
    };
    apply(tx, &old, &new, change.name(), reason_of(change), hold)?;
    Ok(Ok(()))
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

/// Writes a change with its history.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    old: &DeficiencyRow,
    new: &Mutable,
    action: &str,
    reason: &Untrusted,
    hold: Option<bool>,
) -> Result<()> {
    tx.change_deficiency(old, new)?;
    let undo = Undoable {
        left: new.clone(),
        was: old.mutable.clone(),
        hold,
    };
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
        before: serde_json::to_string(&undo).map_err(crate::store::StoreError::from)?,
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
        let name =
            |o: Option<ProviderId>| o.map_or("nobody".to_owned(), |p| format!("provider {p}"));
        return (name(old.mutable.owner), name(new.owner));
    }
    (
        old.mutable.state.name().to_owned(),
        new.state.name().to_owned(),
    )
}

/// The new state of an item, or why it cannot be.
fn decide(
    tx: &Tx<'_>,
    old: &DeficiencyRow,
    change: &DeficiencyChange,
) -> Result<std::result::Result<Mutable, String>> {
    use DeficiencyState as S;
    let mut new = old.mutable.clone();
    let outstanding = new.state.is_outstanding();
    match change {
        DeficiencyChange::Reopen { .. } => {
            if outstanding && new.state != S::Declined {
                return Ok(Err("it is open already".into()));
            }
            new.state = S::Open;
            new.closed = None;
            new.closed_by_rule = false;
            return Ok(Ok(new));
        }
        _ if !outstanding => return Ok(Err(format!("it is {} already", new.state.name()))),
        DeficiencyChange::Complete { .. } => close(&mut new, S::Completed, tx.now),
        DeficiencyChange::Void { reason } => {
            if reason.is_blank() {
                return Ok(Err("voiding needs a reason".into()));
            }
            close(&mut new, S::Voided, tx.now);
        }
        DeficiencyChange::Uphold { .. } => {
            if new.state != S::Declined {
                return Ok(Err("it was not declined".into()));
            }
            new.state = S::Open;
        }
        DeficiencyChange::Decline { .. } => {
            if new.state == S::Declined {
                return Ok(Err("it is declined already".into()));
            }
            new.state = S::Declined;
        }
        DeficiencyChange::Assign { owner, .. } => {
            if let Some(owner) = owner
                && tx.provider(*owner)?.is_none()
            {
                return Ok(Err(format!("no provider {owner}")));
            }
            if new.owner == *owner && new.state != S::Declined {
                return Ok(Err("it is theirs already".into()));
            }
            new.owner = *owner;
            // A declined item that gets a new owner is owed again.
            if new.state == S::Declined {
                new.state = S::Open;
            }
        }
        DeficiencyChange::PlaceHold { until, .. } => {
            if new.held_since.is_some() {
                return Ok(Err("it is on hold already".into()));
            }
            if until.is_some_and(|u| u <= tx.now) {
                return Ok(Err("the hold would have ended already".into()));
            }
            new.held_since = Some(tx.now);
        }
        DeficiencyChange::ReleaseHold { .. } => {
            if new.held_since.is_none() {
                return Ok(Err("it is not on hold".into()));
            }
            release(&mut new, tx.now);
        }
        DeficiencyChange::Advance { to } => {
            let ladder = [S::Open, S::Dictated, S::Transcribed, S::Signed, S::Reviewed];
            let at = |s: S| ladder.iter().position(|l| *l == s);
            match (at(new.state), at(*to)) {
                (Some(from), Some(next)) if next > from => new.state = *to,
                _ => {
                    return Ok(Err(format!(
                        "it cannot go from {} to {}",
                        new.state.name(),
                        to.name()
                    )));
                }
            }
        }
    }
    Ok(Ok(new))
}

/// Closes an item; a hold in force ends with it.
pub(super) fn close(m: &mut Mutable, state: DeficiencyState, now: Instant) {
    release(m, now);
    m.state = state;
    m.closed = Some(now);
}

/// Ends the hold in force: its time is excused for good.
pub(super) fn release(m: &mut Mutable, now: Instant) {
    if let Some(since) = m.held_since.take() {
        m.excused_micros += now.0.saturating_sub(since.0).max(0);
    }
}

fn reason_of(change: &DeficiencyChange) -> &Untrusted {
    match change {
        DeficiencyChange::Complete { comment }
        | DeficiencyChange::Decline { comment, .. }
        | DeficiencyChange::PlaceHold { comment, .. }
        | DeficiencyChange::ReleaseHold { comment } => comment,
        DeficiencyChange::Assign { reason, .. }
        | DeficiencyChange::Uphold { reason }
        | DeficiencyChange::Void { reason }
        | DeficiencyChange::Reopen { reason } => reason,
        DeficiencyChange::Advance { .. } => &NO_REASON,
    }
}

static NO_REASON: std::sync::LazyLock<Untrusted> = std::sync::LazyLock::new(Untrusted::default);

/// Who changed an item meanwhile, for the message of a refused change.
fn moved_on(tx: &Tx<'_>, row: &DeficiencyRow) -> Result<String> {
    Ok(match tx.last_event("deficiency", row.row.id.0)? {
        Some(event) => format!(
            "changed meanwhile: {} by {} {} s ago",
            event.action,
            crate::text::show(&event.user_name),
            tx.now.seconds_since(event.at).max(0)
        ),
        None => "changed meanwhile".to_owned(),
    })
}

/// What a person adds by hand.
pub(super) struct ByHand<'a> {
    pub encounter: EncounterId,
    pub kind: &'a str,
    pub subject: Subject,
    pub owner: Option<ProviderId>,
    pub due: Instant,
    pub comment: &'a Untrusted,
}

/// Adds an item by hand.
pub(super) fn add(
    tx: &mut Tx<'_>,
    actor: &Actor,
    known_kinds: &[String],
    new: &ByHand<'_>,
) -> Result<Outcome> {
    allowed(actor, Permission::CreateDeficiency)?;
    if !known_kinds.iter().any(|k| k == new.kind) {
        return Err(OpsError::NotFound {
            what: "deficiency type",
            name: new.kind.to_owned(),
        });
    }
    let taken = tx.deficiencies_of(new.encounter)?;
    let row = NewDeficiency {
        kind: new.kind.to_owned(),
        rule: RuleRef {
            id: MANUAL.to_owned(),
            version: 1,
        },
        finding: format!("{MANUAL}|{}|{}", new.kind, taken.len() + 1),
        encounter: new.encounter,
        subject: new.subject,
        owner: new.owner,
        start_event: StartEvent::Assigned,
        start: tx.now,
        due: new.due,
        clock: "from the day it was added, due as set by hand".to_owned(),
        why: "added by hand".to_owned(),
        owner_why: "named by hand".to_owned(),
        maybe: None,
    };
    let id = tx.add_deficiency(&row)?;
    opened(tx, id, new.encounter, "deficiency.add", new.comment)?;
    tx.audit(AuditDraft {
        action: "deficiency.add".to_owned(),
        object: format!("deficiency {id}"),
        encounter: new.encounter.0,
        reason: new.comment.raw().to_owned(),
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    });
    Ok(Outcome {
        undoable: true,
        ..Outcome::one(id.0)
    })
}

/// The history line of a new item. Undoing it voids the item: nothing is ever deleted.
pub(super) fn opened(
    tx: &mut Tx<'_>,
    id: DeficiencyId,
    encounter: EncounterId,
    action: &str,
    reason: &Untrusted,
) -> Result<()> {
    let row = tx
        .deficiency(id)?
        .ok_or(crate::store::StoreError::NotFound {
            what: "deficiency",
            id: id.0,
        })?;
    let mut was = row.mutable.clone();
    close(&mut was, DeficiencyState::Voided, tx.now);
    let undo = Undoable {
        left: row.mutable.clone(),
        was,
        hold: None,
    };
    let by_hand = action == "deficiency.add";
    tx.event(&Event {
        action,
        kind: "deficiency",
        object: id.0,
        encounter: encounter.0,
        from: "",
        to: DeficiencyState::Open.name(),
        reason,
        detail: String::new(),
        before: if by_hand {
            serde_json::to_string(&undo).map_err(crate::store::StoreError::from)?
        } else {
            String::new()
        },
    })?;
    tx.changed("deficiency", id.0)?;
    Ok(())
}

/// Ends holds that have run out by now: the excused time ends when the hold did, however late
/// this runs.
pub(super) fn end_expired_holds(tx: &mut Tx<'_>, limit: usize) -> Result<i64> {
    let expired = tx.expired_holds(tx.now, limit)?;
    for (id, until) in &expired {
        tx.close_hold(*id, *until)?;
        let Some(row) = tx.deficiency(*id)? else {
            continue;
        };
        if row.mutable.held_since.is_none() {
            continue;
        }
        let mut new = row.mutable.clone();
        release(&mut new, *until);
        apply(
            tx,
            &row,
            &new,
            "deficiency.hold_ended",
            &NO_REASON,
            Some(false),
        )?;
    }
    Ok(expired.len() as i64)
}

/// A rule's finding as a row.
pub(super) fn from_finding(encounter: EncounterId, finding: &Finding) -> NewDeficiency {
    let DueClock {
        event,
        start,
        due,
        words,
    } = finding.clock.clone();
    NewDeficiency {
        kind: finding.kind.clone(),
        rule: finding.rule.clone(),
        finding: finding_key(finding),
        encounter,
        subject: finding.subject,
        owner: finding.owner,
        start_event: event,
        start,
        due,
        clock: words,
        why: finding.why.clone(),
        owner_why: finding.owner_why.clone(),
        maybe: finding.maybe,
    }
}

/// What makes a finding the same one next time: rule and subject, and the day of a daily one.
pub(super) fn finding_key(finding: &Finding) -> String {
    let Subject {
        document,
        procedure,
        order,
    } = finding.subject;
    let mut key = finding.rule.id.clone();
    for (mark, id) in [
        ('d', document.map(|i| i.0)),
        ('p', procedure.map(|i| i.0)),
        ('o', order.map(|i| i.0)),
    ] {
        if let Some(id) = id {
            key.push_str(&format!("|{mark}{id}"));
        }
    }
    if finding.clock.event == StartEvent::DayMissed {
        key.push_str(&format!("|s{}", finding.clock.start.0));
    }
    key
}
