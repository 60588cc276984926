//! What a change makes of an item, or why it cannot be: no writing here.

use crate::domain::action::DeficiencyChange;
use crate::domain::deficiency::DeficiencyState;
use crate::domain::ids::ProviderId;
use crate::domain::time::Instant;
use crate::ops::error::Result;
use crate::ops::holds::Reckoner;
use crate::store::{DeficiencyRow, Mutable, Tx};

/// The new state of an item, or why it cannot be.
pub(super) fn decide(
    tx: &Tx<'_>,
    with: Reckoner<'_>,
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
        }
        _ if !outstanding => return Ok(Err(format!("it is {} already", new.state.name()))),
        DeficiencyChange::Complete { .. } => close(&mut new, S::Completed, tx.now),
        DeficiencyChange::Answer { document, .. } => match tx.document(*document)? {
            Some(d) if d.patient == old.row.patient => close(&mut new, S::Completed, tx.now),
            _ => return Ok(Err(format!("document {document} is not this patient's"))),
        },
        DeficiencyChange::NotAnswer { document, .. } => {
            if old.row.maybe != Some(*document) {
                return Ok(Err("nobody asks whether this document answers it".into()));
            }
        }
        DeficiencyChange::Void { reason } => {
            if reason.is_blank() {
                return Ok(Err("voiding needs a reason".into()));
            }
            close(&mut new, S::Voided, tx.now);
        }
        DeficiencyChange::Decline { .. } => {
            if new.state == S::Declined {
                return Ok(Err("it is declined already".into()));
            }
            new.state = S::Declined;
        }
        DeficiencyChange::Uphold { reason } => {
            if new.state != S::Declined {
                return Ok(Err("it is not declined".into()));
            }
            if reason.is_blank() {
                return Ok(Err("upholding needs a reason".into()));
            }
            new.state = S::Open;
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
            new = assigned(tx, with, old, *owner)?;
        }
        DeficiencyChange::PlaceHold { reason, until, .. } => {
            if tx.placed_hold(old.row.id)?.is_some() {
                return Ok(Err("it is on hold already".into()));
            }
            if until.is_some_and(|u| u <= tx.now) {
                return Ok(Err("the hold would have ended already".into()));
            }
            let facility = with.facility(tx, old)?;
            let excuse = with.rules.excuse(&old.row.rule.id, facility.as_deref());
            if !excuse.holds.contains(reason) {
                return Ok(Err(format!(
                    "its rule ({}) is not excused by {}: the clock would run on",
                    old.row.rule.id,
                    reason.name()
                )));
            }
            new.held_since = new.held_since.or(Some(tx.now));
        }
        DeficiencyChange::ReleaseHold { .. } => {
            if tx.placed_hold(old.row.id)?.is_none() {
                return Ok(Err(match new.held_since {
                    Some(_) if chart_holds(tx, old)? => {
                        "its whole chart is on hold: end that hold instead".into()
                    }
                    Some(_) => "its owner's absence excuses it: end the absence instead".into(),
                    None => "it is not on hold".into(),
                }));
            }
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

/// An item with another owner whom a person chose; its due date is kept or starts again, as its
/// rule says. A declined one is owed again.
pub(in crate::ops) fn assigned(
    tx: &Tx<'_>,
    with: Reckoner<'_>,
    old: &DeficiencyRow,
    owner: Option<ProviderId>,
) -> Result<Mutable> {
    let mut new = old.mutable.clone();
    new.owner = owner;
    new.owner_by_hand = true;
    if new.state == DeficiencyState::Declined {
        new.state = DeficiencyState::Open;
    }
    let facility = with.facility(tx, old)?;
    let place = (old.row.class, facility.as_deref());
    let again = with
        .rules
        .due_again(&old.row.rule.id, place, tx.now, with.zone);
    if let Some(due) = again
        && owner.is_some()
        && owner != old.mutable.owner
    {
        new.due = due;
        new.restarted = Some(tx.now);
    }
    Ok(new)
}

/// Whether a hold of the whole chart excuses an item now.
fn chart_holds(tx: &Tx<'_>, item: &DeficiencyRow) -> Result<bool> {
    let holds = tx.holds(item.row.id)?;
    Ok(holds
        .iter()
        .any(|h| h.chart.is_some() && h.until.is_none_or(|until| until > tx.now)))
}

/// Closes an item; a hold in force ends with it.
pub(in crate::ops) fn close(m: &mut Mutable, state: DeficiencyState, now: Instant) {
    release(m, now);
    m.state = state;
    m.closed = Some(now);
}

/// Ends the hold in force: its time is excused for good.
fn release(m: &mut Mutable, now: Instant) {
    if let Some(since) = m.held_since.take() {
        m.excused_micros += now.0.saturating_sub(since.0).max(0);
    }
}
