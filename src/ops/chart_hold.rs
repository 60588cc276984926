//! Holds of a whole chart: one word for every item it has and will have.
//!
//! What such a hold excuses is the rule's to say, item by item; `holds` keeps the items' own holds in
//! step with it, as it does with absences.

use super::access::allowed;
use super::error::{OpsError, Result};
use super::holds::{Reckoner, covers_chart, settle};
use super::outcome::Outcome;
use crate::domain::deficiency::{ChartHold, HoldReason};
use crate::domain::ids::{ChartHoldId, EncounterId};
use crate::domain::permission::Permission;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::store::{AuditDraft, DeficiencyRow, Event, StoreError, Tx, UndoEvent};
use serde::{Deserialize, Serialize};

/// The kind of its events.
pub(super) const CHART_HOLD: &str = "chart_hold";

/// A hold as a person tells of it.
pub(super) struct NewChartHold<'a> {
    pub encounter: EncounterId,
    pub reason: HoldReason,
    pub until: Option<Instant>,
    pub comment: &'a Untrusted,
}

/// Puts a chart on hold. Items whose rule does not excuse it are told; the hold needs one that does.
pub(super) fn place(
    tx: &mut Tx<'_>,
    actor: &Actor,
    with: Reckoner<'_>,
    new: &NewChartHold<'_>,
) -> Result<Outcome> {
    allowed(actor, Permission::SuperviseDeficiency)?;
    may_touch(tx, actor, new.encounter)?;
    if !HoldReason::OF_CHART.contains(&new.reason) {
        let names: Vec<&str> = HoldReason::OF_CHART.iter().map(|r| r.name()).collect();
        return Err(OpsError::Refused(format!(
            "a chart is on hold for one of {}; what lies in the provider is an absence",
            names.join(", ")
        )));
    }
    if new.until.is_some_and(|u| u <= tx.now) {
        return Err(OpsError::Refused(
            "the hold would have ended already".into(),
        ));
    }
    if in_force(tx, new.encounter)?.is_some() {
        return Err(OpsError::Refused("the chart is on hold already".into()));
    }
    let hold = ChartHold {
        id: ChartHoldId(0),
        encounter: new.encounter,
        reason: new.reason,
        comment: new.comment.clone(),
        from: tx.now,
        until: new.until,
        removed: false,
        placed_by: actor.user.id,
    };
    let mut outcome = Outcome::default();
    for item in owed(tx, new.encounter)? {
        let facility = with.facility(tx, &item)?;
        let excuse = with.rules.excuse(&item.row.rule.id, facility.as_deref());
        if covers_chart(&hold, excuse) {
            outcome.done.push(item.row.id.0);
        } else {
            let why = format!(
                "its rule ({}) is not excused by {}: the clock runs on",
                item.row.rule.id,
                new.reason.name()
            );
            outcome.refused.push((item.row.id.0, why));
        }
    }
    if outcome.done.is_empty() {
        let why = match outcome.refused.is_empty() {
            true => "nothing is owed on this chart".to_owned(),
            false => format!(
                "no rule of an item of this chart is excused by {}",
                new.reason.name()
            ),
        };
        return Err(OpsError::Refused(why));
    }
    let id = tx.add_chart_hold(&hold)?;
    let removed = ChartHold {
        id,
        removed: true,
        ..hold
    };
    told(tx, "chart.hold", &by_hand(removed), new.comment)?;
    settle_all(tx, with, new.encounter)?;
    outcome.undoable = true;
    Ok(outcome)
}

/// Ends the hold of a chart.
pub(super) fn end(
    tx: &mut Tx<'_>,
    actor: &Actor,
    with: Reckoner<'_>,
    encounter: EncounterId,
    comment: &Untrusted,
) -> Result<Outcome> {
    allowed(actor, Permission::SuperviseDeficiency)?;
    may_touch(tx, actor, encounter)?;
    let old = in_force(tx, encounter)?
        .ok_or_else(|| OpsError::Refused("the chart is not on hold".into()))?;
    let new = ChartHold {
        until: Some(tx.now),
        ..old.clone()
    };
    tx.change_chart_hold(&new)?;
    told(tx, "chart.release_hold", &by_hand(old), comment)?;
    let items = owed(tx, encounter)?;
    settle_all(tx, with, encounter)?;
    Ok(Outcome {
        done: items.iter().map(|i| i.row.id.0).collect(),
        undoable: true,
        ..Outcome::default()
    })
}

/// What undo restores. A change of a hold leaves nothing but what it says; an undo says what it
/// left, so that it is taken back only while that stands.
#[derive(Serialize, Deserialize)]
struct Undoable {
    #[serde(flatten)]
    was: ChartHold,
    #[serde(default)]
    left: Option<ChartHold>,
}

/// Undo: the hold as it was, and what it excused with it.
pub(super) fn restore(
    tx: &mut Tx<'_>,
    actor: &Actor,
    with: Reckoner<'_>,
    event: &UndoEvent,
) -> Result<std::result::Result<(), String>> {
    allowed(actor, Permission::SuperviseDeficiency)?;
    let Undoable { was, left } = serde_json::from_str(&event.before).map_err(StoreError::from)?;
    let Some(now) = tx.chart_hold(was.id)? else {
        return Ok(Err("it is not there any more".to_owned()));
    };
    let another = in_force(tx, was.encounter)?.is_some_and(|h| h.id != was.id);
    if another && was.in_force(tx.now) {
        return Ok(Err("the chart is on hold again".to_owned()));
    }
    let as_left = left.map_or(!now.removed, |left| left == now);
    if !as_left {
        return Ok(Err("changed since; left as it is".to_owned()));
    }
    tx.change_chart_hold(&was)?;
    let undone = Undoable {
        was: now,
        left: Some(was.clone()),
    };
    told(tx, "chart.undo_hold", &undone, &Untrusted::default())?;
    settle_all(tx, with, was.encounter)?;
    Ok(Ok(()))
}

/// What undo restores of a change that somebody made.
fn by_hand(was: ChartHold) -> Undoable {
    Undoable { was, left: None }
}

fn in_force(tx: &Tx<'_>, encounter: EncounterId) -> Result<Option<ChartHold>> {
    let holds = tx.chart_holds(encounter)?;
    Ok(holds.into_iter().find(|h| h.in_force(tx.now)))
}

fn owed(tx: &Tx<'_>, encounter: EncounterId) -> Result<Vec<DeficiencyRow>> {
    let mut items = tx.deficiencies_of(encounter)?;
    items.retain(|i| i.mutable.state.is_outstanding());
    Ok(items)
}

fn settle_all(tx: &mut Tx<'_>, with: Reckoner<'_>, encounter: EncounterId) -> Result<()> {
    for item in owed(tx, encounter)? {
        settle(tx, with, item.row.id, None)?;
    }
    Ok(())
}

/// There is such a chart, and nobody else has it.
fn may_touch(tx: &Tx<'_>, actor: &Actor, encounter: EncounterId) -> Result<()> {
    if tx.encounter(encounter)?.is_none() {
        return Err(OpsError::NotFound {
            what: "visit",
            name: encounter.to_string(),
        });
    }
    match tx.lease(encounter)? {
        Some(lease) if lease.session != actor.session && lease.user != actor.user.id => {
            Err(OpsError::Refused(format!(
                "{} has this chart for {} more min",
                crate::text::show(&lease.user_name),
                lease.expires.seconds_since(tx.now).max(0) / 60 + 1
            )))
        }
        _ => Ok(()),
    }
}

/// History and audit.
fn told(tx: &mut Tx<'_>, action: &str, undoable: &Undoable, reason: &Untrusted) -> Result<()> {
    let before = serde_json::to_string(undoable).map_err(StoreError::from)?;
    let was = &undoable.was;
    tx.event(&Event {
        action,
        kind: CHART_HOLD,
        object: was.id.0,
        encounter: was.encounter.0,
        from: "",
        to: "",
        reason,
        detail: String::new(),
        before,
    })?;
    // What undo does has an audit row of its own.
    if undoable.left.is_none() {
        tx.audit(AuditDraft {
            action: action.to_owned(),
            object: format!("visit {}: {}", was.encounter, was.reason.name()),
            encounter: was.encounter.0,
            reason: reason.raw().to_owned(),
            outcome: "ok".to_owned(),
            ..AuditDraft::default()
        });
    }
    Ok(())
}
