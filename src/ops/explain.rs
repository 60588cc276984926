//! The clock of an item in words: start, limit, holds, absences, both ages.
//!
//! Owns the sentences the "why" of a screen and `deficiency show` print. Names and texts of
//! records never come in.

use super::error::Result;
use super::holds::{covers, covers_chart};
use super::{MANUAL, Office};
use crate::domain::absence::Absence;
use crate::domain::deficiency::{ChartHold, DeficiencyDetail, Hold};
use crate::domain::time::{Instant, Moment};
use crate::rules::Excuse;
use crate::store::DeficiencyRow;
use crate::text::{capital, counted};

/// Microseconds in a day of 24 hours.
const DAY_MICROS: i64 = 86_400_000_000;

impl Office {
    /// The clock of an item, one sentence each.
    ///
    /// # Errors
    /// What the store says.
    pub(super) fn explain(&self, detail: &DeficiencyDetail) -> Result<Vec<String>> {
        let row = &detail.row;
        let mut said = vec![format!(
            "The clock started {} with {}.",
            self.iso(row.start),
            detail.start_event.title()
        )];
        let full = self.store.deficiency(row.id)?;
        match full.as_ref().and_then(|f| f.mutable.restarted) {
            Some(again) => said.push(format!(
                "It was given to somebody else on {} and started again: due {}.",
                self.iso(again),
                self.iso(row.due)
            )),
            None if row.rule.id == MANUAL => {
                said.push(format!("Due {}, as set by hand.", self.iso(row.due)));
            }
            None => said.push(format!(
                "Due {}: {}.",
                self.iso(row.due),
                detail.clock_words
            )),
        }
        for hold in detail.holds.iter().rev() {
            said.extend(self.hold(hold));
        }
        if let Some(full) = &full {
            let facility = self.facility_of(full)?;
            let excuse = self.rules()?.excuse(&row.rule.id, facility.as_deref());
            said.extend(self.not_excused(full, excuse, &detail.holds)?);
            said.extend(self.charts_not_excused(full, excuse)?);
        }
        let ages = row.ages(self.now());
        let days = |n: i64| counted(n, "day");
        let until = if row.closed.is_some() {
            "at its end"
        } else {
            "now"
        };
        said.push(format!(
            "{until}, {} by the calendar and {} charged.",
            days(ages.calendar_days),
            days(ages.chargeable_days)
        ));
        said.push(self.verdict(detail));
        Ok(said.iter().map(|s| capital(s)).collect())
    }

    fn iso(&self, at: Instant) -> String {
        Moment::at(at).iso(&self.zone)
    }

    fn hold(&self, hold: &Hold) -> Option<String> {
        let why = hold.reason.title();
        let whose = match (hold.absence, hold.chart) {
            (Some(id), _) => format!("absence {id} of the owner, {why}"),
            (_, Some(_)) => format!("the whole chart on hold, {why}"),
            _ => why.to_owned(),
        };
        let from = self.iso(hold.from);
        match hold.until {
            Some(until) if until.0 <= hold.from.0 => None,
            Some(until) if until.0 <= self.now().0 => Some(format!(
                "Not charged: {from} to {} ({whose}), {}.",
                self.iso(until),
                length(until.0 - hold.from.0)
            )),
            Some(until) => Some(format!(
                "Not charged since {from}, until {} ({whose}).",
                self.iso(until)
            )),
            None => Some(format!("Not charged since {from}, no end set ({whose}).")),
        }
    }

    /// Absences of the owner during the clock that excuse nothing, and why.
    fn not_excused(
        &self,
        row: &DeficiencyRow,
        excuse: &Excuse,
        holds: &[Hold],
    ) -> Result<Vec<String>> {
        let Some(owner) = row.mutable.owner else {
            return Ok(Vec::new());
        };
        let end = row.row.closed.unwrap_or(self.now());
        let within = |a: &Absence| {
            a.from.0 <= end.0 && a.until.is_none_or(|until| until.0 >= row.row.start.0)
        };
        let counted = |a: &Absence| {
            let of = |h: &&Hold| h.absence == Some(a.id);
            holds
                .iter()
                .find(of)
                .is_some_and(|h| h.until != Some(h.from))
        };
        let mut said = Vec::new();
        for absence in self.store.absences(Some(owner), self.now())? {
            if !within(&absence) || counted(&absence) {
                continue;
            }
            if let Err(why) = covers(
                &absence,
                excuse,
                row,
                row.mutable.excused_micros,
                &self.zone,
            ) {
                let until = absence.until.map_or("open".to_owned(), |u| self.iso(u));
                said.push(format!(
                    "Charged although the owner was away {} to {until}: {why}.",
                    self.iso(absence.from)
                ));
            }
        }
        Ok(said)
    }

    /// Holds of the whole chart during the clock that its rule does not excuse.
    fn charts_not_excused(&self, row: &DeficiencyRow, excuse: &Excuse) -> Result<Vec<String>> {
        let end = row.row.closed.unwrap_or(self.now());
        let charts = self.store.chart_holds(row.row.encounter)?;
        let charged = |c: &&ChartHold| {
            !covers_chart(c, excuse)
                && c.from <= end
                && c.until.is_none_or(|until| until >= row.row.start)
        };
        let told = charts.iter().filter(charged).map(|c| {
            format!(
                "Charged although the chart was on hold {} to {}: its rule does not excuse this reason ({}).",
                self.iso(c.from),
                c.until.map_or("open".to_owned(), |u| self.iso(u)),
                c.reason.title()
            )
        });
        Ok(told.collect())
    }

    /// Name of the facility of an item, where anything is otherwise at some facility.
    fn facility_of(&self, row: &DeficiencyRow) -> Result<Option<String>> {
        match row.row.facility {
            Some(facility) if self.rules()?.differ_by_facility() => {
                Ok(self.store.facility_name(facility)?)
            }
            _ => Ok(None),
        }
    }

    fn verdict(&self, detail: &DeficiencyDetail) -> String {
        let row = &detail.row;
        let late = row.ages(self.now()).late;
        let moved = row.due.0.saturating_add(row.excused_micros);
        let due = self.iso(Instant(moved));
        match (row.closed, row.held_since, late) {
            (Some(_), _, true) => "It was closed late.".to_owned(),
            (Some(_), _, false) => "It was closed in time.".to_owned(),
            (None, Some(_), false) => "It is not late while its clock stands still.".to_owned(),
            (None, _, true) => format!("It is late since {due}."),
            (None, None, false) if row.excused_micros > 0 => {
                format!("With the time not charged it becomes late after {due}.")
            }
            (None, None, false) => format!("It becomes late after {due}."),
        }
    }
}

/// A length of time: days and hours.
fn length(micros: i64) -> String {
    let (days, hours) = (micros / DAY_MICROS, micros % DAY_MICROS / (DAY_MICROS / 24));
    match (days, hours) {
        (0, h) => format!("{h} h"),
        (d, 0) => format!("{d} d"),
        (d, h) => format!("{d} d {h} h"),
    }
}
