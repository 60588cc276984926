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
