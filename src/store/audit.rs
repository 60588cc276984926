//! The audit log: one hash chain for each writing process, each tied to the one before it.
//!
//! A row's hash covers its chain, its number and the hash before it, so an edit, an insertion, a
//! deletion or a reordering shows. A new chain records the newest row of the chain opened before
//! it; what was cut off behind such a tie shows too.

use super::driver::{Conn, Row, v};
use super::error::{Result, StoreError};
use super::open::Store;
use super::write::{Chain, Meta};
use crate::domain::audit::AuditRow;
use crate::domain::time::Instant;
use sha2::{Digest, Sha256};

/// What an audit row says, before it has a place in the chain.
#[derive(Clone, Debug, Default)]
pub struct AuditDraft {
    /// What was done or shown.
    pub action: String,
    /// What it was done to.
    pub object: String,
    /// Patient row, 0 if none or many.
    pub patient: i64,
    /// Visit row, 0 if none or many.
    pub encounter: i64,
    /// Detail as JSON.
    pub detail: String,
    /// Reason given.
    pub reason: String,
    /// `ok`, `refused`, `failed`.
    pub outcome: String,
}

const COLUMNS: &str = "chain, seq, at, login, os_user, terminal, roles, action, object, patient,
    encounter, detail, reason, outcome, previous, hash";

pub(super) fn append(
    conn: &Conn,
    chain: &mut Chain,
    meta: &Meta<'_>,
    draft: AuditDraft,
) -> Result<()> {
    if chain.seq == 0 {
        open_chain(conn, chain, meta.now)?;
    }
    let actor = meta.actor;
    let roles: Vec<&str> = actor.user.roles.iter().map(|r| r.name()).collect();
    let mut row = AuditRow {
        chain: chain.id.clone(),
        seq: chain.seq + 1,
        at: meta.now,
        login: actor.user.login.clone(),
        os_user: actor.os_user.clone(),
        terminal: actor.terminal.clone(),
        roles: roles.join(","),
        action: draft.action,
        object: draft.object,
        patient: draft.patient,
        encounter: draft.encounter,
        detail: draft.detail,
        reason: draft.reason,
        outcome: draft.outcome,
        previous: chain.hash.clone(),
        hash: String::new(),
    };
    row.hash = hash_of(&row);
    conn.run(
        "INSERT INTO audit (chain, seq, at, login, os_user, terminal, roles, action, object,
           patient, encounter, detail, reason, outcome, previous, hash)
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)",
        v![
            &row.chain,
            row.seq,
            row.at,
            &row.login,
            &row.os_user,
            &row.terminal,
            &row.roles,
            &row.action,
            &row.object,
            row.patient,
            row.encounter,
            &row.detail,
            &row.reason,
            &row.outcome,
            &row.previous,
            &row.hash
        ],
    )?;
    chain.seq = row.seq;
    chain.hash = row.hash;
    Ok(())
}

/// Starts this process's chain, tied to the newest row of the chain opened last.
fn open_chain(conn: &Conn, chain: &mut Chain, now: Instant) -> Result<()> {
    let last = conn.one(
        "SELECT id, number FROM audit_chain ORDER BY number DESC LIMIT 1",
        v![],
        |r| Ok((r.text(0)?, r.int(1)?)),
    )?;
    let (tie, number) = match last {
        None => (None, 0),
        Some((id, number)) => (
            conn.one(
                "SELECT chain, seq, hash FROM audit WHERE chain = $1 ORDER BY seq DESC LIMIT 1",
                v![&id],
                |r| Ok((r.text(0)?, r.int(1)?, r.text(2)?)),
            )?,
            number,
        ),
    };
    let (ties_chain, ties_seq, ties_hash) = tie.unwrap_or_default();
    conn.run(
        "INSERT INTO audit_chain (id, opened, number, ties_chain, ties_seq, ties_hash)
         VALUES ($1, $2, $3, $4, $5, $6)",
        v![
            &chain.id,
            now,
            number + 1,
            &ties_chain,
            ties_seq,
            &ties_hash
        ],
    )?;
    // The tie is covered by the chain's first hash.
    chain.hash = first_previous(&chain.id, now, &ties_chain, ties_seq, &ties_hash);
    Ok(())
}

fn first_previous(id: &str, opened: Instant, chain: &str, seq: i64, hash: &str) -> String {
    digest(&[
        "chain",
        id,
        &opened.0.to_string(),
        chain,
        &seq.to_string(),
        hash,
    ])
}

fn hash_of(row: &AuditRow) -> String {
    digest(&[
        "row",
        &row.chain,
        &row.seq.to_string(),
        &row.at.0.to_string(),
        &row.login,
        &row.os_user,
        &row.terminal,
        &row.roles,
        &row.action,
        &row.object,
        &row.patient.to_string(),
        &row.encounter.to_string(),
        &row.detail,
        &row.reason,
        &row.outcome,
        &row.previous,
    ])
}

/// SHA-256 over length-prefixed parts, hexadecimal.
fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    super::hex(&hasher.finalize())
}

fn read_row(r: &Row<'_>) -> Result<AuditRow> {
    Ok(AuditRow {
        chain: r.text(0)?,
        seq: r.int(1)?,
        at: Instant(r.int(2)?),
        login: r.text(3)?,
        os_user: r.text(4)?,
        terminal: r.text(5)?,
        roles: r.text(6)?,
        action: r.text(7)?,
        object: r.text(8)?,
        patient: r.int(9)?,
        encounter: r.int(10)?,
        detail: r.text(11)?,
        reason: r.text(12)?,
        outcome: r.text(13)?,
        previous: r.text(14)?,
        hash: r.text(15)?,
    })
}

/// What `audit verify` found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditCheck {
    /// Chains read.
    pub chains: i64,
    /// Rows read.
    pub rows: i64,
    /// What is wrong, the first bad entry of each chain; empty when all is well.
    pub problems: Vec<String>,
}

impl Store {
    /// The newest audit rows, newest first, at most `limit`.
    ///
    /// # Errors
    /// As any read.
    pub fn audit_rows(&self, limit: usize) -> Result<Vec<AuditRow>> {
        self.read(|c| {
            c.all(
                &format!("SELECT {COLUMNS} FROM audit ORDER BY at DESC, chain, seq DESC LIMIT $1"),
                v![limit as i64],
                read_row,
            )
        })
    }

    /// Recomputes every chain and every tie between chains.
    ///
    /// # Errors
    /// As any read.
    pub fn audit_verify(&self) -> Result<AuditCheck> {
        self.read(verify)
    }
}

fn verify(c: &Conn) -> Result<AuditCheck> {
    let mut check = AuditCheck::default();
    let chains = c.all(
        "SELECT id, opened, number, ties_chain, ties_seq, ties_hash FROM audit_chain ORDER BY number",
        v![],
        |r| Ok((r.text(0)?, Instant(r.int(1)?), r.int(2)?, r.text(3)?, r.int(4)?, r.text(5)?)),
    )?;
    let orphans = c.number(
        "SELECT count(*) FROM audit WHERE chain NOT IN (SELECT id FROM audit_chain)",
        v![],
    )?;
    if orphans > 0 {
        check
            .problems
            .push(format!("rows of a chain that is not recorded: {orphans}"));
    }
    for (expected, (id, opened, number, ties_chain, ties_seq, ties_hash)) in (1..).zip(&chains) {
        check.chains += 1;
        if *number != expected {
            check.problems.push(format!(
                "chain {id}: number {number} where {expected} was expected: a chain is missing"
            ));
        }
        if !ties_chain.is_empty() {
            let tied = c.one(
                "SELECT hash FROM audit WHERE chain = $1 AND seq = $2",
                v![ties_chain, *ties_seq],
                |r| r.text(0),
            )?;
            if tied.as_ref() != Some(ties_hash) {
                check.problems.push(format!(
                    "chain {ties_chain}: row {ties_seq} is not the one that chain {id} was tied to"
                ));
            }
        }
        let first = first_previous(id, *opened, ties_chain, *ties_seq, ties_hash);
        check.rows += verify_chain(c, id, first, &mut check.problems)?;
    }
    Ok(check)
}

fn verify_chain(c: &Conn, id: &str, first: String, problems: &mut Vec<String>) -> Result<i64> {
    let mut previous = first;
    let mut seq = 0;
    let mut bad: Option<String> = None;
    c.all(
        &format!("SELECT {COLUMNS} FROM audit WHERE chain = $1 ORDER BY seq"),
        v![id],
        |r| {
            let row = read_row(r)?;
            seq += 1;
            if bad.is_none() {
                if row.seq != seq {
                    bad = Some(format!("chain {id}: row {seq} is missing"));
                } else if row.previous != previous || hash_of(&row) != row.hash {
                    bad = Some(format!("chain {id}: row {seq} was changed"));
                }
            }
            previous = row.hash;
            Ok(())
        },
    )?;
    if seq == 0 {
        problems.push(format!("chain {id}: all its rows are missing"));
    }
    problems.extend(bad);
    Ok(seq)
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Sql(format!("a stored value does not read: {error}"))
    }
}
