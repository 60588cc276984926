//! Formats of the store, forward only.
//!
//! `PRAGMA user_version` holds the format. Each step runs in its own transaction, so an
//! interrupted migration resumes at the step that did not commit. A newer file is refused.

use super::driver::{Conn, v};
use super::error::{Result, StoreError};
use std::path::Path;

/// The steps: step `n` (from 1) brings format `n - 1` to `n`.
const STEPS: &[&str] = &[
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002.sql"),
    include_str!("migrations/0003.sql"),
    include_str!("migrations/0004.sql"),
    include_str!("migrations/0005.sql"),
    include_str!("migrations/0006.sql"),
    include_str!("migrations/0007.sql"),
    include_str!("migrations/0008.sql"),
    include_str!("migrations/0009.sql"),
    include_str!("migrations/0010.sql"),
    include_str!("migrations/0011.sql"),
    include_str!("migrations/0012.sql"),
    include_str!("migrations/0013.sql"),
    include_str!("migrations/0014.sql"),
];

/// The format this program writes.
pub const FORMAT: i64 = STEPS.len() as i64;

/// Makes the first tables in an empty file.
pub(super) fn create(conn: &Conn, application_id: i64) -> Result<()> {
    conn.script(&format!("PRAGMA application_id = {application_id}"))?;
    apply_from(conn, 0)
}

/// Brings an older file up to date.
pub(super) fn bring_up_to_date(conn: &Conn, path: &Path, application_id: i64) -> Result<()> {
    if conn.number("PRAGMA application_id", v![])? != application_id {
        return Err(StoreError::WrongKey(path.to_owned()));
    }
    let found = conn.number("PRAGMA user_version", v![])?;
    if found > FORMAT {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known: FORMAT,
        });
    }
    apply_from(conn, found)
}

fn apply_from(conn: &Conn, found: i64) -> Result<()> {
    for (index, step) in STEPS.iter().enumerate().skip(found.max(0) as usize) {
        let format = index as i64 + 1;
        conn.immediate(|c| -> Result<()> {
            // Another process may have taken this step while we waited for the lock.
            if c.number("PRAGMA user_version", v![])? >= format {
                return Ok(());
            }
            c.script(step)?;
            c.script(&format!("PRAGMA user_version = {format}"))
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(conn: &Conn, from: usize, to: usize) {
        for step in &STEPS[from..to] {
            conn.script(step).unwrap();
        }
    }

    /// What the review alone called final is a coder's word afterwards, and what was coded
    /// elsewhere is final in the review.
    #[test]
    fn format_12_makes_final_in_the_review_and_coded_one_thing() {
        const BEFORE: usize = 11;
        let conn = Conn::new(rusqlite::Connection::open_in_memory().unwrap());
        steps(&conn, 0, BEFORE);
        let still = i64::MAX;
        // Stay 1: final at 50, opened again at 60, final at 70. Stay 2: coded by a claim. Stay 3:
        // handed over to the coder, coded by hand. Stay 4: with the coder.
        conn.script(&format!(
            "INSERT INTO stay_stage (encounter, at, user, stage, reason, undone) VALUES
               (1, 40, 7, 'coder', '', 0), (1, 50, 7, 'final', '', 0), (1, 60, 7, 'coder', 'why', 0),
               (1, 70, 7, 'final', '', 0), (3, 41, 7, 'coder', 'ready', 0), (4, 42, 7, 'coder', '', 0);
             INSERT INTO cdi_stay (encounter, version, stage, stage_at, stage_by, stage_reason, reviews,
               last, next) VALUES (1, 4, 'final', 70, 7, '', 1, 1, 0), (3, 1, 'coder', 41, 7, '', 0, 0, 0),
               (4, 1, 'coder', 42, 7, '', 0, 0, 0);
             INSERT INTO coded_span (encounter, at, until, evidence, coded, coded_precision) VALUES
               (2, 30, {still}, 'claim', 20, 2), (3, 45, {still}, 'hand', 44, 3);"
        ))
        .unwrap();
        steps(&conn, BEFORE, STEPS.len());
        let rows = |sql: &str| {
            conn.all(sql, v![], |r| {
                Ok((r.int(0)?, r.int(1)?, r.int(2)?, r.text(3)?))
            })
            .unwrap()
        };
        let spans =
            rows("SELECT encounter, at, until, evidence FROM coded_span ORDER BY encounter, at");
        let row = |a, b, c, d: &str| (a, b, c, d.to_owned());
        assert_eq!(
            spans,
            [
                row(1, 50, 60, "hand"),
                row(1, 70, still, "hand"),
                row(2, 30, still, "claim"),
                row(3, 45, still, "hand"),
            ]
        );
        let stays =
            rows("SELECT encounter, version, stage_at, stage FROM cdi_stay ORDER BY encounter");
        assert_eq!(
            stays,
            [
                row(1, 4, 70, "final"),
                row(2, 1, 30, "final"),
                row(3, 2, 45, "final"),
                row(4, 1, 42, "coder"),
            ]
        );
        let newest = rows(
            "SELECT encounter, max(id), 0, stage FROM stay_stage GROUP BY encounter ORDER BY encounter",
        );
        let stages: Vec<&str> = newest.iter().map(|r| r.3.as_str()).collect();
        assert_eq!(stages, ["final", "final", "final", "coder"]);
    }
}
