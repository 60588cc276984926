//! Rows of holds: the time an item is not charged, placed on it or come from an absence or from a
//! hold of its whole chart.

use super::columns::{instant_or_none, named};
use super::driver::{Conn, Row, v};
use super::error::Result;
use super::open::Store;
use super::write::Tx;
use crate::domain::deficiency::{ChartHold, Hold, HoldReason};
use crate::domain::ids::{AbsenceId, ChartHoldId, DeficiencyId, EncounterId, HoldId, UserId};
use crate::domain::time::Instant;

const CHART_HOLD: &str =
    "SELECT id, encounter, reason, comment, from_at, until, removed, placed_by FROM chart_hold";

fn read_chart_hold(r: &Row<'_>) -> Result<ChartHold> {
    Ok(ChartHold {
        id: ChartHoldId(r.int(0)?),
        encounter: EncounterId(r.int(1)?),
        reason: named(&r.text(2)?, HoldReason::from_name)?,
        comment: r.untrusted(3)?,
        from: Instant(r.int(4)?),
        until: instant_or_none(r.int(5)?),
        removed: r.flag(6)?,
        placed_by: UserId(r.int(7)?),
    })
}

fn chart_holds(c: &Conn, encounter: EncounterId) -> Result<Vec<ChartHold>> {
    c.all(
        &format!("{CHART_HOLD} WHERE encounter = $1 AND removed = 0 ORDER BY from_at, id"),
        v![encounter],
        read_chart_hold,
    )
}

/// The hold in force that was placed on the item itself, if there is one.
pub(super) fn placed_hold(c: &Conn, of: DeficiencyId) -> Result<Option<HoldId>> {
    c.one(
        "SELECT id FROM hold WHERE deficiency = $1 AND released = 0 AND absence = 0 AND chart = 0
         ORDER BY id DESC LIMIT 1",
        v![of],
        |r| Ok(HoldId(r.int(0)?)),
    )
}

/// Whether a whole chart is on hold.
pub(super) fn chart_held(c: &Conn, encounter: EncounterId, now: Instant) -> Result<bool> {
    Ok(chart_holds(c, encounter)?.iter().any(|h| h.in_force(now)))
}

impl Store {
    /// Holds of a whole chart that count, oldest first.
    ///
    /// # Errors
    /// As any read.
    pub fn chart_holds(&self, encounter: EncounterId) -> Result<Vec<ChartHold>> {
        self.read(|c| chart_holds(c, encounter))
    }
}

impl Tx<'_> {
    /// Holds of a whole chart that count, oldest first.
    ///
    /// # Errors
    /// As any read.
    pub fn chart_holds(&self, encounter: EncounterId) -> Result<Vec<ChartHold>> {
        chart_holds(self.conn, encounter)
    }

    /// A hold of a whole chart, taken back or not.
    ///
    /// # Errors
    /// As any read.
    pub fn chart_hold(&self, id: ChartHoldId) -> Result<Option<ChartHold>> {
        self.conn.one(
            &format!("{CHART_HOLD} WHERE id = $1"),
            v![id],
            read_chart_hold,
        )
    }

    /// Keeps a new hold of a whole chart.
    ///
    /// # Errors
    /// As any write.
    pub fn add_chart_hold(&mut self, new: &ChartHold) -> Result<ChartHoldId> {
        let id = self.conn.insert(
            "INSERT INTO chart_hold (encounter, reason, comment, from_at, until, removed, placed_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            v![
                new.encounter,
                new.reason.name(),
                &new.comment,
                new.from,
                new.until.map_or(0, |t| t.0),
                new.removed,
                new.placed_by
            ],
        )?;
        Ok(ChartHoldId(id))
    }

    /// Sets when a hold of a whole chart ends, and whether it was taken back.
    ///
    /// # Errors
    /// As any write.
    pub fn change_chart_hold(&mut self, new: &ChartHold) -> Result<()> {
        self.conn.run(
            "UPDATE chart_hold SET until = $2, removed = $3 WHERE id = $1",
            v![new.id, new.until.map_or(0, |t| t.0), new.removed],
        )?;
        Ok(())
    }

    /// Opens a hold.
    ///
    /// # Errors
    /// As any write.
    pub fn open_hold(&mut self, of: DeficiencyId, hold: &Hold) -> Result<HoldId> {
        let id = self.conn.insert(
            "INSERT INTO hold (deficiency, reason, comment, from_at, until, released, placed_by, absence, chart)
             VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8)",
            v![
                of,
                hold.reason.name(),
                &hold.comment,
                hold.from,
                hold.until.map_or(0, |t| t.0),
                hold.placed_by,
                hold.absence.map_or(0, |a| a.0),
                hold.chart.map_or(0, |c| c.0)
            ],
        )?;
        Ok(HoldId(id))
    }

    /// Every hold of an item, newest first.
    ///
    /// # Errors
    /// As any read.
    pub fn holds(&self, of: DeficiencyId) -> Result<Vec<Hold>> {
        holds(self.conn, of)
    }

    /// The hold in force that was placed on the item itself, if there is one.
    ///
    /// # Errors
    /// As any read.
    pub fn placed_hold(&self, of: DeficiencyId) -> Result<Option<HoldId>> {
        placed_hold(self.conn, of)
    }

    /// Ends the hold that was placed on the item itself.
    ///
    /// # Errors
    /// As any write.
    pub fn close_placed_hold(&mut self, of: DeficiencyId, at: Instant) -> Result<()> {
        self.conn.run(
            "UPDATE hold SET released = 1, until = $2
             WHERE deficiency = $1 AND released = 0 AND absence = 0 AND chart = 0",
            v![of, at],
        )?;
        Ok(())
    }

    /// Ends every hold in force.
    ///
    /// # Errors
    /// As any write.
    pub fn close_holds(&mut self, of: DeficiencyId, at: Instant) -> Result<()> {
        self.conn.run(
            "UPDATE hold SET released = 1, until = max(from_at, $2) WHERE deficiency = $1 AND released = 0",
            v![of, at],
        )?;
        Ok(())
    }

    /// Sets what a hold that comes from an absence covers; `until` `None` is open.
    ///
    /// # Errors
    /// As any write.
    pub fn set_hold(
        &mut self,
        id: HoldId,
        from: Instant,
        until: Option<Instant>,
        released: bool,
    ) -> Result<()> {
        self.conn.run(
            "UPDATE hold SET from_at = $2, until = $3, released = $4 WHERE id = $1",
            v![id, from, until.map_or(0, |t| t.0), released],
        )?;
        Ok(())
    }

    /// Ends a hold of an absence because the item has another owner now: it stays as it is,
    /// whatever becomes of the absence.
    ///
    /// # Errors
    /// As any write.
    pub fn detach_hold(&mut self, id: HoldId, until: Instant) -> Result<()> {
        self.conn.run(
            "UPDATE hold SET released = 1, until = $2, absence = -absence WHERE id = $1",
            v![id, until],
        )?;
        Ok(())
    }

    /// Takes the hold placed last back, or puts the one released last in force again (undo).
    ///
    /// # Errors
    /// As any write.
    pub fn undo_hold(&mut self, of: DeficiencyId, placed: bool) -> Result<()> {
        if placed {
            self.conn.run(
                "UPDATE hold SET released = 1, until = from_at
                 WHERE deficiency = $1 AND released = 0 AND absence = 0 AND chart = 0",
                v![of],
            )?;
        } else {
            self.conn.run(
                "UPDATE hold SET released = 0, until = 0 WHERE id =
                   (SELECT id FROM hold WHERE deficiency = $1 AND absence = 0 AND chart = 0 ORDER BY id DESC LIMIT 1)",
                v![of],
            )?;
        }
        Ok(())
    }

    /// Items with a hold that has run out by `now`.
    ///
    /// # Errors
    /// As any read.
    pub fn expired_holds(&self, now: Instant, limit: usize) -> Result<Vec<(HoldId, DeficiencyId)>> {
        self.conn.all(
            "SELECT id, deficiency FROM hold WHERE released = 0 AND until > 0 AND until <= $1
             ORDER BY until, id LIMIT $2",
            v![now, limit as i64],
            |r| Ok((HoldId(r.int(0)?), DeficiencyId(r.int(1)?))),
        )
    }

    /// Marks a hold as over; its end stays as it was set.
    ///
    /// # Errors
    /// As any write.
    pub fn hold_is_over(&mut self, id: HoldId) -> Result<()> {
        self.conn
            .run("UPDATE hold SET released = 1 WHERE id = $1", v![id])?;
        Ok(())
    }

    /// Items that have a hold from an absence, in force or not.
    ///
    /// # Errors
    /// As any read.
    pub fn held_by_absence(&self, id: AbsenceId) -> Result<Vec<DeficiencyId>> {
        self.conn.all(
            "SELECT DISTINCT deficiency FROM hold WHERE absence = $1 AND absence > 0 ORDER BY deficiency",
            v![id],
            |r| Ok(DeficiencyId(r.int(0)?)),
        )
    }
}

pub(super) fn holds(c: &Conn, of: DeficiencyId) -> Result<Vec<Hold>> {
    c.all(
        "SELECT id, reason, comment, from_at, until, placed_by, absence, chart FROM hold
         WHERE deficiency = $1 ORDER BY from_at DESC, id DESC",
        v![of],
        |r| {
            Ok(Hold {
                id: HoldId(r.int(0)?),
                reason: named(&r.text(1)?, HoldReason::from_name)?,
                comment: r.untrusted(2)?,
                from: Instant(r.int(3)?),
                until: instant_or_none(r.int(4)?),
                placed_by: UserId(r.int(5)?),
                absence: Some(r.int(6)?).filter(|a| *a > 0).map(AbsenceId),
                chart: Some(r.int(7)?).filter(|c| *c > 0).map(ChartHoldId),
            })
        },
    )
}
