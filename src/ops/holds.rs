//! Time that is not charged: holds placed on an item, and those an absence of its owner brings.
//!
//! Owns the reckoning. What a hold or an absence excuses is the rule's to say ([`Excuse`]); here
//! the hold rows of an item become the two numbers its row carries, the time excused so far and
//! the start of the hold in force. Overlapping holds count once. Everything can be reckoned again
//! from the rows, however late the nightly run is.

use super::deficiency::tell;
use super::error::Result;
use crate::domain::absence::Absence;
use crate::domain::deficiency::{ChartHold, Hold};
use crate::domain::ids::{DeficiencyId, HoldId};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::rules::{Excuse, RuleSet};
use crate::store::{DeficiencyRow, Mutable, Tx};
use crate::text::counted;
use jiff::tz::TimeZone;

/// What reckoning needs beside the rows.
#[derive(Clone, Copy)]
pub(super) struct Reckoner<'a> {
    pub rules: &'a RuleSet,
    pub zone: &'a TimeZone,
}

impl Reckoner<'_> {
    /// Name of the facility of an item, where anything is otherwise at some facility.
    pub fn facility(&self, tx: &Tx<'_>, item: &DeficiencyRow) -> Result<Option<String>> {
        if !self.rules.differ_by_facility() {
            return Ok(None);
        }
        let Some(facility) = item.row.facility else {
            return Ok(None);
        };
        let found = tx.facility(facility)?;
        Ok(found.map(|f| f.name.raw().to_owned()))
    }
}

/// What a hold covers: from, and the first instant that is charged again.
type Span = (Instant, Option<Instant>);

/// Time excused before now, and the start of what is in force now, of holds on a clock that
/// started at `start`. Overlaps count once.
pub(super) fn reckon(holds: &[Span], start: Instant, now: Instant) -> (i64, Option<Instant>) {
    let mut spans: Vec<Span> = holds
        .iter()
        // A clock that has yet to start stands still from its start.
        .filter(|(from, _)| from.0 <= now.0)
        .map(|(from, until)| (Instant(from.0.max(start.0)), *until))
        .filter(|(from, until)| until.is_none_or(|u| u.0 > from.0))
        .collect();
    spans.sort_unstable_by_key(|(from, _)| *from);
    let mut merged: Vec<Span> = Vec::new();
    for (from, until) in spans {
        match merged.last_mut() {
            Some((_, end)) if end.is_none_or(|e| from.0 <= e.0) => {
                *end = end.zip(until).map(|(a, b)| Instant(a.0.max(b.0)));
            }
            _ => merged.push((from, until)),
        }
    }
    let mut excused = 0;
    let mut held = None;
    for (from, until) in merged {
        match until {
            Some(until) if until.0 <= now.0 => excused += until.0 - from.0,
            _ => held = Some(from),
        }
    }
    (excused, held)
}

/// What an absence excuses on an item, or why it does not.
pub(super) fn covers(
    absence: &Absence,
    excuse: &Excuse,
    item: &DeficiencyRow,
    excused_before: i64,
    zone: &TimeZone,
) -> std::result::Result<Span, String> {
    if !excuse.absences.contains(&absence.reason) {
        return Err(format!(
            "its rule does not excuse an absence for this reason ({})",
            absence.reason.title()
        ));
    }
    let days = absence
        .until
        .map(|until| until.days_since(absence.from, zone) + 1);
    if let Some(days) = days
        && days < excuse.minimum_days
    {
        return Err(format!(
            "its rule excuses no absence shorter than {}",
            counted(excuse.minimum_days, "day")
        ));
    }
    let late = absence.from.0 > item.mutable.due.0.saturating_add(excused_before);
    if late && !excuse.late_too {
        return Err("it was late already when the absence began".to_owned());
    }
    let back = absence.until.map(|until| {
        let day = until.day(zone);
        let span = jiff::Span::new().try_days(excuse.grace_days);
        let last = span.and_then(|s| day.checked_add(s)).unwrap_or(day);
        Instant(Instant::end_of(last, zone).0 + 1)
    });
    let until = match back {
        Some(back) if excuse.grace_days > 0 => Some(back),
        _ => absence.until,
    };
    Ok((absence.from, until))
}

/// Time excused by other holds than those of absences that begin at or after `at`.
fn excused_before(holds: &[Hold], start: Instant, at: Instant) -> i64 {
    let spans: Vec<Span> = holds
        .iter()
        .filter(|h| h.from < at)
        .map(|h| (h.from, h.until))
        .collect();
    let (excused, held) = reckon(&spans, start, at);
    excused + held.map_or(0, |since| at.0 - since.0)
}

/// Brings the holds an item has from absences, and what its row carries, up to what its rule and
/// its owner's absences say. Gives whether anything changed.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    with: Reckoner<'_>,
    id: DeficiencyId,
    since: Option<Instant>,
) -> Result<bool> {
    let Some(row) = tx.deficiency(id)? else {
        return Ok(false);
    };
    if !row.mutable.state.is_outstanding() {
        return Ok(false);
    }
    let absences = match row.mutable.owner {
        Some(owner) => tx.absences_of(owner)?,
        None => Vec::new(),
    };
    let holds = tx.holds(id)?;
    let charts = tx.chart_holds(row.row.encounter)?;
    if absences.is_empty() && holds.is_empty() && charts.is_empty() {
        return Ok(false);
    }
    let facility = with.facility(tx, &row)?;
    let excuse = with.rules.excuse(&row.row.rule.id, facility.as_deref());
    let now = tx.now;
    for absence in absences.iter().filter(|a| a.from.0 <= now.0) {
        let before = excused_before(&holds, row.row.start, absence.from);
        let wanted = covers(absence, excuse, &row, before, with.zone).ok();
        let later = |from: Instant| since.map_or(from, |since| Instant(since.0.max(from.0)));
        let wanted = wanted.map(|(from, until)| (later(from), until));
        let old = holds.iter().find(|h| h.absence == Some(absence.id));
        set(tx, id, old, of_absence(absence), wanted)?;
    }
    for chart in &charts {
        let wanted = covers_chart(chart, excuse).then_some((chart.from, chart.until));
        let old = holds.iter().find(|h| h.chart == Some(chart.id));
        set(tx, id, old, of_chart(chart), wanted)?;
    }
    for hold in &holds {
        let gone = |of| !charts.iter().any(|c| c.id == of);
        if hold.chart.is_some_and(gone) {
            tx.set_hold(hold.id, hold.from, Some(hold.from), true)?;
        }
        let Some(of) = hold
            .absence
            .filter(|of| !absences.iter().any(|a| a.id == *of))
        else {
            continue;
        };
        if tx.absence(of)?.is_none_or(|a| a.removed) {
            tx.set_hold(hold.id, hold.from, Some(hold.from), true)?;
        } else {
            // The owner it had then: time already excused stays excused.
            let until = hold.until.map_or(tx.now.0, |u| u.0.min(tx.now.0));
            tx.detach_hold(hold.id, Instant(until.max(hold.from.0)))?;
        }
    }
    let new = reckoned(tx, &row)?;
    if new == row.mutable {
        return Ok(false);
    }
    let (action, reason) = match (row.mutable.held_since, new.held_since) {
        (None, Some(_)) if charts.iter().any(|c| c.in_force(now)) => {
            ("deficiency.hold", "the chart is on hold")
        }
        (None, Some(_)) => ("deficiency.hold", "the owner is away"),
        (Some(_), None) => ("deficiency.hold_ended", "nothing excuses it any more"),
        _ => ("deficiency.hold_changed", "reckoned again"),
    };
    tell(tx, &row, &new, action, &reason.into())?;
    Ok(true)
}

/// Whether a hold of a whole chart excuses the items of a rule.
pub(super) fn covers_chart(chart: &ChartHold, excuse: &Excuse) -> bool {
    excuse.holds.contains(&chart.reason)
}

fn of_absence(absence: &Absence) -> Hold {
    Hold {
        id: HoldId(0),
        reason: absence.reason,
        comment: absence.comment.clone(),
        from: absence.from,
        until: absence.until,
        placed_by: absence.placed_by,
        absence: Some(absence.id),
        chart: None,
    }
}

fn of_chart(chart: &ChartHold) -> Hold {
    Hold {
        id: HoldId(0),
        reason: chart.reason,
        comment: chart.comment.clone(),
        from: chart.from,
        until: chart.until,
        placed_by: chart.placed_by,
        absence: None,
        chart: Some(chart.id),
    }
}

/// Writes what an absence or a hold of the chart excuses as a hold of the item; one that no longer
/// excuses covers nothing.
fn set(
    tx: &mut Tx<'_>,
    id: DeficiencyId,
    old: Option<&Hold>,
    new: Hold,
    wanted: Option<Span>,
) -> Result<()> {
    match (old, wanted) {
        (None, None) => {}
        (None, Some((from, until))) => {
            let hold = Hold { from, until, ..new };
            tx.open_hold(id, &hold)?;
        }
        (Some(hold), Some((from, until))) => {
            let over = until.is_some_and(|u| u.0 <= tx.now.0);
            // An item that came to this owner during the absence keeps the moment it came.
            let from = Instant(hold.from.0.max(from.0));
            if (hold.from, hold.until) != (from, until) {
                tx.set_hold(hold.id, from, until, over)?;
            }
        }
        (Some(hold), None) => tx.set_hold(hold.id, hold.from, Some(hold.from), true)?,
    }
    Ok(())
}

/// The row's own numbers, reckoned from its holds as they are now.
pub(super) fn reckoned(tx: &Tx<'_>, row: &DeficiencyRow) -> Result<Mutable> {
    let spans: Vec<Span> = tx
        .holds(row.row.id)?
        .iter()
        .map(|h| (h.from, h.until))
        .collect();
    let mut new = row.mutable.clone();
    let (excused, held) = reckon(&spans, row.row.start, tx.now);
    new.excused_micros = excused;
    new.held_since = held;
    Ok(new)
}

/// Ends holds that have run out by now: the excused time ends when the hold did, however late
/// this runs.
pub(super) fn end_expired(tx: &mut Tx<'_>, limit: usize) -> Result<i64> {
    let expired = tx.expired_holds(tx.now, limit)?;
    for (hold, id) in &expired {
        tx.hold_is_over(*hold)?;
        let Some(row) = tx.deficiency(*id)? else {
            continue;
        };
        if !row.mutable.state.is_outstanding() {
            continue;
        }
        let new = reckoned(tx, &row)?;
        if new != row.mutable {
            let reason = Untrusted::default();
            tell(tx, &row, &new, "deficiency.hold_ended", &reason)?;
        }
    }
    Ok(expired.len() as i64)
}

/// Writes absences that have begun to the items they excuse.
pub(super) fn begin_absences(tx: &mut Tx<'_>, with: Reckoner<'_>, limit: usize) -> Result<i64> {
    let beginning = tx.beginning_absences(limit)?;
    for absence in &beginning {
        for row in tx.outstanding_of(absence.provider)? {
            settle(tx, with, row.row.id, None)?;
        }
        tx.absence_begun(absence.id)?;
    }
    Ok(beginning.len() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_that_overlap_count_once_and_nothing_before_the_clock_counts() {
        let check = |holds: &[(i64, i64)], start, now, expected| {
            let spans: Vec<Span> = holds
                .iter()
                .map(|(from, until)| (Instant(*from), (*until != 0).then_some(Instant(*until))))
                .collect();
            let (excused, held) = reckon(&spans, Instant(start), Instant(now));
            assert_eq!((excused, held.map_or(0, |h| h.0)), expected, "{holds:?}");
        };
        check(&[], 10, 100, (0, 0));
        check(&[(20, 30)], 10, 100, (10, 0));
        check(&[(20, 30), (25, 40), (40, 50)], 10, 100, (30, 0));
        check(&[(5, 30)], 10, 100, (20, 0));
        check(&[(1, 9)], 10, 100, (0, 0));
        check(&[(20, 30), (60, 0)], 10, 100, (10, 60));
        check(&[(60, 120), (50, 70)], 10, 100, (0, 50));
        check(&[(120, 0)], 10, 100, (0, 0));
        check(&[(60, 60)], 10, 100, (0, 0));
        check(&[(20, 0)], 150, 100, (0, 150));
    }
}
