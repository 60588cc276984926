//! Counts kept beside the rows, so that a screen of counts costs nothing.
//!
//! Every write of a deficiency row goes through [`shift`], which takes the row's old
//! contribution away and adds the new one in the same transaction.

use super::driver::{Conn, v};
use super::error::Result;
use crate::domain::deficiency::DeficiencyState;
use crate::domain::time::Instant;

/// Microseconds in a UTC day, the width of a day bucket.
const DAY: i64 = 86_400_000_000;

/// What of a row is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    pub kind: String,
    pub state: DeficiencyState,
    pub owner: i64,
    pub analyst: i64,
    pub service: i64,
    pub start: i64,
    pub late_at: i64,
    pub held: bool,
    pub encounter: i64,
}

/// Moves the counts from what a row was to what it is.
pub(super) fn shift(c: &Conn, old: Option<&Counted>, new: Option<&Counted>) -> Result<()> {
    if old == new {
        return Ok(());
    }
    for (row, by) in [(old, -1i64), (new, 1i64)] {
        let Some(row) = row else { continue };
        for (dim, key, num) in contributions(row) {
            c.run(
                "INSERT INTO tally (dim, key, num, n) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (dim, key, num) DO UPDATE SET n = tally.n + excluded.n",
                v![dim, key, num, by],
            )?;
        }
        if row.state.is_outstanding() {
            charts(c, row.encounter, by)?;
        }
    }
    Ok(())
}

fn contributions(row: &Counted) -> Vec<(&'static str, &str, i64)> {
    if !row.state.is_outstanding() {
        return vec![("closed", "", 0)];
    }
    let mut out = vec![
        ("open", "", 0),
        ("kind", row.kind.as_str(), 0),
        ("state", row.state.name(), 0),
        ("owner", "", row.owner),
        ("analyst", "", row.analyst),
        ("service", "", row.service),
        ("start", "", row.start.div_euclid(DAY)),
        ("late", "", row.late_at.div_euclid(DAY)),
    ];
    if row.held {
        out.push(("held", "", 0));
    }
    out
}

/// Keeps the number of charts with something outstanding.
fn charts(c: &Conn, encounter: i64, by: i64) -> Result<()> {
    c.run(
        "UPDATE encounter SET open_items = open_items + $2 WHERE id = $1",
        v![encounter, by],
    )?;
    let now = c.number(
        "SELECT open_items FROM encounter WHERE id = $1",
        v![encounter],
    )?;
    let change = match (by, now) {
        (1, 1) => 1,
        (-1, 0) => -1,
        _ => return Ok(()),
    };
    c.run(
        "INSERT INTO tally (dim, key, num, n) VALUES ('charts', '', 0, $1)
         ON CONFLICT (dim, key, num) DO UPDATE SET n = tally.n + excluded.n",
        v![change],
    )?;
    Ok(())
}

/// Adds to a count of its own.
pub(super) fn add(c: &Conn, dim: &str, key: &str, by: i64) -> Result<()> {
    c.run(
        "INSERT INTO tally (dim, key, num, n) VALUES ($1, $2, 0, $3)
         ON CONFLICT (dim, key, num) DO UPDATE SET n = tally.n + excluded.n",
        v![dim, key, by],
    )?;
    Ok(())
}

/// One count.
pub(super) fn count(c: &Conn, dim: &str, key: &str, num: i64) -> Result<i64> {
    c.number(
        "SELECT n FROM tally WHERE dim = $1 AND key = $2 AND num = $3",
        v![dim, key, num],
    )
}

/// Outstanding rows whose `column` (`start`, `late_at`) lies before `limit`: whole days from the
/// buckets, the day of `limit` from the index.
pub(super) fn before(c: &Conn, dim: &str, column: &str, limit: Instant) -> Result<i64> {
    let day = limit.0.div_euclid(DAY);
    let whole = c.number(
        "SELECT coalesce(sum(n), 0) FROM tally WHERE dim = $1 AND key = '' AND num < $2",
        v![dim, day],
    )?;
    let part = c.number(
        &format!("SELECT count(*) FROM deficiency WHERE outstanding = 1 AND {column} >= $1 AND {column} < $2"),
        v![day * DAY, limit],
    )?;
    Ok(whole + part)
}
