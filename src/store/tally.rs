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

/// Microseconds in the width of a bucket of what flows in and out.
const QUARTER_HOUR: i64 = 900_000_000;

/// Widths in days of the buckets in which late items of one owner, service or type are kept: with
/// two of them a sum over months reads few rows.
const WIDTHS: [i64; 2] = [1, 16];

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
    pub closed: i64,
}

/// Moves the counts from what a row was to what it is; what stays the same is not touched.
pub(super) fn shift(c: &Conn, old: Option<&Counted>, new: Option<&Counted>) -> Result<()> {
    if old == new {
        return Ok(());
    }
    let was = old.map(contributions).unwrap_or_default();
    let is = new.map(contributions).unwrap_or_default();
    for (gone, by) in [(&was, -1i64), (&is, 1)] {
        let other = if by < 0 { &is } else { &was };
        for (dim, key, num) in gone.iter().filter(|x| !other.contains(x)) {
            c.run(
                "INSERT INTO tally (dim, key, num, n) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (dim, key, num) DO UPDATE SET n = tally.n + excluded.n",
                v![*dim, *key, *num, by],
            )?;
        }
    }
    let was = old.map(late_contributions).unwrap_or_default();
    let is = new.map(late_contributions).unwrap_or_default();
    for (gone, by) in [(&was, -1i64), (&is, 1)] {
        let other = if by < 0 { &is } else { &was };
        for (dim, key, late_at) in gone.iter().filter(|x| !other.contains(x)) {
            for width in WIDTHS {
                c.run(
                    "INSERT INTO late_tally (dim, key, width, bucket, n) VALUES ($1, $2, $3, $4, $5)
                     ON CONFLICT (dim, width, bucket, key) DO UPDATE SET n = late_tally.n + excluded.n",
                    v![*dim, key, width, late_at.div_euclid(DAY * width), by],
                )?;
            }
        }
    }
    for (row, by) in [(old, -1i64), (new, 1)] {
        let Some(row) = row.filter(|r| r.state.is_outstanding()) else {
            continue;
        };
        let stays = old.zip(new).is_some_and(|(o, n)| {
            o.encounter == n.encounter && o.state.is_outstanding() && n.state.is_outstanding()
        });
        if !stays {
            charts(c, row.encounter, by)?;
        }
    }
    Ok(())
}

/// What of a row is counted by the time it becomes late: a held one never does.
fn late_contributions(row: &Counted) -> Vec<(&'static str, String, i64)> {
    if !row.state.is_outstanding() || row.late_at == i64::MAX {
        return Vec::new();
    }
    vec![
        ("owner", row.owner.to_string(), row.late_at),
        ("service", row.service.to_string(), row.late_at),
        ("kind", row.kind.clone(), row.late_at),
    ]
}

/// Counts an item that was found or added at `at`.
pub(super) fn opened(c: &Conn, at: Instant) -> Result<()> {
    c.run(
        "INSERT INTO tally (dim, key, num, n) VALUES ('opened', '', $1, 1)
         ON CONFLICT (dim, key, num) DO UPDATE SET n = tally.n + 1",
        v![at.0.div_euclid(QUARTER_HOUR)],
    )?;
    Ok(())
}

/// Items by when they were opened and when they were closed the last time, from one instant up to
/// (not including) another: (opened, closed, closed late). Both must be whole quarters of an hour,
/// as every midnight of every time zone is.
pub(super) fn flowed(c: &Conn, from: Instant, to: Instant) -> Result<(i64, i64, i64)> {
    let of = |dim: &str| {
        c.number(
            "SELECT coalesce(sum(n), 0) FROM tally WHERE dim = $1 AND key = '' AND num >= $2 AND num < $3",
            v![dim, from.0.div_euclid(QUARTER_HOUR), to.0.div_euclid(QUARTER_HOUR)],
        )
    };
    Ok((of("opened")?, of("closed_at")?, of("closed_late")?))
}

/// Late items of every key of a dimension (`owner`, `service`, `kind`), from the buckets. `column`
/// is the dimension's column in `deficiency`: the rest of the day of `now` comes from the index.
pub(super) fn late_by(
    c: &Conn,
    dim: &str,
    column: &str,
    now: Instant,
) -> Result<std::collections::HashMap<String, i64>> {
    let mut late = std::collections::HashMap::new();
    let day = now.0.div_euclid(DAY);
    let wide = day.div_euclid(WIDTHS[1]);
    let mut add = |rows: Vec<(String, i64)>| {
        for (key, n) in rows {
            *late.entry(key).or_insert(0) += n;
        }
    };
    let read = |r: &super::driver::Row<'_>| Ok((r.text(0)?, r.int(1)?));
    add(c.all(
        "SELECT key, sum(n) FROM late_tally WHERE dim = $1 AND width = $2 AND bucket < $3 GROUP BY key",
        v![dim, WIDTHS[1], wide],
        read,
    )?);
    add(c.all(
        "SELECT key, sum(n) FROM late_tally WHERE dim = $1 AND width = $2 AND bucket >= $3
           AND bucket < $4 GROUP BY key",
        v![dim, WIDTHS[0], wide * WIDTHS[1], day],
        read,
    )?);
    add(c.all(
        &format!(
            "SELECT CAST(coalesce({column}, 0) AS TEXT), count(*) FROM deficiency
             WHERE outstanding = 1 AND late_at >= $1 AND late_at < $2 GROUP BY 1"
        ),
        v![day * DAY, now],
        read,
    )?);
    Ok(late)
}

fn contributions(row: &Counted) -> Vec<(&'static str, &str, i64)> {
    if !row.state.is_outstanding() {
        let quarter = row.closed.div_euclid(QUARTER_HOUR);
        let mut out = vec![("closed", "", 0), ("closed_at", "", quarter)];
        if row.late_at < row.closed {
            out.push(("closed_late", "", quarter));
        }
        return out;
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
