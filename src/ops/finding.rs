//! What a rule found, as a row: which row it is next time, and what changes of an old one.

use super::deficiency::tell;
use super::error::Result;
use super::holds::{Reckoner, settle};
use crate::domain::deficiency::{DeficiencyState, DueClock, Finding, StartEvent, Subject};
use crate::domain::ids::EncounterId;
use crate::store::{DeficiencyRow, NewDeficiency, Tx};

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
        stage: finding.stage,
        owner_by_hand: false,
    }
}

/// What makes a finding the same one next time: rule and subject, and the day of a daily one.
pub(super) fn finding_key(finding: &Finding) -> String {
    let Subject {
        document,
        procedure,
        order,
        query,
    } = finding.subject;
    let mut key = finding.rule.id.clone();
    for (mark, id) in [
        ('d', document.map(|i| i.0)),
        ('p', procedure.map(|i| i.0)),
        ('o', order.map(|i| i.0)),
        ('q', query.map(|i| i.0)),
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

/// The stages in their order.
const LADDER: [DeficiencyState; 5] = [
    DeficiencyState::Open,
    DeficiencyState::Dictated,
    DeficiencyState::Transcribed,
    DeficiencyState::Signed,
    DeficiencyState::Reviewed,
];

/// The state an outstanding item is in once its document has come to `stage`: it only moves on.
pub(super) fn moved(state: DeficiencyState, stage: Option<DeficiencyState>) -> DeficiencyState {
    let at = |s: DeficiencyState| LADDER.iter().position(|l| *l == s);
    match (at(state), stage.and_then(at), stage) {
        (Some(from), Some(to), Some(stage)) if to > from => stage,
        _ => state,
    }
}

/// Brings an outstanding item up to what the rules say now: clock, words, stage, and the owner
/// unless a person chose one. Gives whether anything a list shows changed.
pub(super) fn refresh(
    tx: &mut Tx<'_>,
    with: Reckoner<'_>,
    old: &DeficiencyRow,
    new: &NewDeficiency,
) -> Result<bool> {
    let mut changed = tx.refresh_deficiency(old, new)?;
    let Some(row) = tx.deficiency(old.row.id)? else {
        return Ok(changed);
    };
    let mut next = row.mutable.clone();
    next.state = moved(next.state, new.stage);
    if next.state != row.mutable.state {
        tell(
            tx,
            &row,
            &next,
            "deficiency.advance",
            &"the document has come so far".into(),
        )?;
        changed = true;
    }
    let follows = !row.mutable.owner_by_hand && next.state != DeficiencyState::Declined;
    if follows && new.owner.is_some() && new.owner != row.mutable.owner {
        let Some(row) = tx.deficiency(old.row.id)? else {
            return Ok(changed);
        };
        let mut next = row.mutable.clone();
        next.owner = new.owner;
        let reason = if row.mutable.owner.is_none() {
            "the rule now knows the owner"
        } else {
            "the record now names another owner"
        };
        tell(tx, &row, &next, "deficiency.assign", &reason.into())?;
        changed = true;
    }
    if changed {
        settle(tx, with, old.row.id, None)?;
    }
    Ok(changed)
}
