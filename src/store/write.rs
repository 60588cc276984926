//! The one way to write: a transaction that carries its own history.
//!
//! [`Store::write`] runs a closure in an immediate transaction and, before it commits, adds the
//! event rows, audit rows and outbox rows the closure declared. A closure that changed rows
//! without declaring anything is refused. A request id that was seen before changes nothing and
//! gives the first outcome again.

use super::audit::AuditDraft;
use super::driver::{Conn, v};
use super::error::{Result, StoreError};
use super::open::Store;
use crate::domain::ids::{EncounterId, RequestId, UserId};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeSet;

/// The head of this process's audit chain.
#[derive(Clone)]
pub(super) struct Chain {
    pub id: String,
    pub seq: i64,
    pub hash: String,
}

impl Chain {
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            seq: 0,
            hash: String::new(),
        }
    }
}

/// Who writes, when, under which request id.
pub struct Meta<'a> {
    /// Who acts.
    pub actor: &'a Actor,
    /// When.
    pub now: Instant,
    /// The request, when a retry must change nothing twice.
    pub request: Option<&'a RequestId>,
}

/// A line of history a transaction declares.
pub struct Event<'a> {
    /// `deficiency.complete`, `import.update`, …
    pub action: &'a str,
    /// Kind of the object (`deficiency`, `document`, …).
    pub kind: &'a str,
    /// Its row.
    pub object: i64,
    /// The visit it belongs to, 0 if none.
    pub encounter: i64,
    /// State before, empty for a creation.
    pub from: &'a str,
    /// State after.
    pub to: &'a str,
    /// Reason.
    pub reason: &'a Untrusted,
    /// Further detail, as JSON: what a changed record said before.
    pub detail: String,
    /// What undo needs to restore, as JSON; empty if it cannot be undone.
    pub before: String,
}

/// An open write transaction.
pub struct Tx<'c> {
    pub(super) conn: &'c Conn,
    /// The transaction's time.
    pub now: Instant,
    /// The acting user.
    pub user: UserId,
    request: String,
    declared: usize,
    reversible: usize,
    audits: Vec<AuditDraft>,
    /// Visits that are to be analysed again for what was done here.
    to_analyse: BTreeSet<EncounterId>,
}

/// The outcome of a write.
#[derive(Debug)]
pub enum Written<T> {
    /// It was done now.
    Done(T),
    /// The same request was done before; this is what it gave.
    Before(T),
}

impl<T> Written<T> {
    /// The outcome, whenever it was done.
    pub fn into_inner(self) -> T {
        match self {
            Self::Done(t) | Self::Before(t) => t,
        }
    }
}

impl Store {
    /// Runs `body` in one transaction. See the module's documentation.
    ///
    /// # Errors
    /// What `body` gives, or what the engine says; in both cases nothing was changed.
    pub fn write<T, E>(
        &self,
        meta: &Meta<'_>,
        body: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<Written<T>, E>
    where
        T: Serialize + DeserializeOwned,
        E: From<StoreError>,
    {
        let mut writer = self.writer();
        let mut chain = writer.chain.clone();
        let out = writer.conn.immediate(|conn| {
            if let Some(earlier) = earlier_outcome(conn, meta.request)? {
                return Ok(Written::Before(earlier));
            }
            let mut tx = Tx {
                conn,
                now: meta.now,
                user: meta.actor.user.id,
                request: meta.request.map(|r| r.0.clone()).unwrap_or_default(),
                declared: 0,
                reversible: 0,
                audits: Vec::new(),
                to_analyse: BTreeSet::new(),
            };
            let changes = conn.raw().total_changes();
            let value = body(&mut tx)?;
            tx.finish(meta, &mut chain, changes, &value)?;
            Ok(Written::Done(value))
        });
        if out.is_ok() {
            writer.chain = chain;
        }
        out
    }
}

fn earlier_outcome<T: DeserializeOwned>(
    conn: &Conn,
    request: Option<&RequestId>,
) -> Result<Option<T>> {
    let Some(request) = request else {
        return Ok(None);
    };
    let text = conn.one(
        "SELECT outcome FROM request WHERE id = $1",
        v![&request.0],
        |row| row.text(0),
    )?;
    text.map(|t| serde_json::from_str(&t).map_err(|e| StoreError::Sql(e.to_string())))
        .transpose()
}

impl Tx<'_> {
    /// The visits that are to be analysed again for what was done so far.
    pub fn to_analyse(&self) -> &BTreeSet<EncounterId> {
        &self.to_analyse
    }

    pub(super) fn add_to_analyse(&mut self, visits: impl IntoIterator<Item = EncounterId>) {
        self.to_analyse.extend(visits);
    }

    /// Adds a line of history.
    ///
    /// # Errors
    /// As any write.
    pub fn event(&mut self, event: &Event<'_>) -> Result<i64> {
        self.declared += 1;
        self.reversible += usize::from(!event.before.is_empty());
        self.conn.insert(
            "INSERT INTO event (request, at, user, action, kind, object, encounter, from_state,
               to_state, reason, detail, before) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)",
            v![
                &self.request,
                self.now,
                self.user,
                event.action,
                event.kind,
                event.object,
                event.encounter,
                event.from,
                event.to,
                event.reason,
                &event.detail,
                &event.before
            ],
        )
    }

    /// How many events of this transaction say what undo needs to restore.
    pub fn reversible(&self) -> usize {
        self.reversible
    }

    /// Adds an audit row.
    pub fn audit(&mut self, draft: AuditDraft) {
        self.audits.push(draft);
    }

    /// Tells readers that follow the outbox that something changed.
    ///
    /// # Errors
    /// As any write.
    pub fn changed(&mut self, kind: &str, object: i64) -> Result<()> {
        self.conn.run(
            "INSERT INTO outbox (kind, object, at) VALUES ($1, $2, $3)",
            v![kind, object, self.now],
        )?;
        Ok(())
    }

    /// Counts a record that is new (patients, visits, documents are shown as totals).
    ///
    /// # Errors
    /// As any write.
    pub fn count_record(&mut self, kind: crate::domain::record::RecordKind) -> Result<()> {
        super::tally::add(self.conn, "record", kind.name(), 1)
    }

    /// Runs `body` so that its failure undoes only what it did.
    ///
    /// # Errors
    /// What `body` gives.
    pub fn nested<T, E: From<StoreError>>(
        &mut self,
        body: impl FnOnce(&mut Self) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.conn.script("SAVEPOINT one")?;
        let out = body(self);
        match &out {
            Ok(_) => self.conn.script("RELEASE one")?,
            Err(_) => self.conn.script("ROLLBACK TO one; RELEASE one")?,
        }
        out
    }

    fn finish<T: Serialize>(
        &mut self,
        meta: &Meta<'_>,
        chain: &mut Chain,
        changes_before: u64,
        value: &T,
    ) -> Result<()> {
        let changed = self.conn.raw().total_changes() != changes_before;
        if changed && self.audits.is_empty() {
            return Err(StoreError::Sql("a change without its audit row".into()));
        }
        for draft in std::mem::take(&mut self.audits) {
            super::audit::append(self.conn, chain, meta, draft)?;
        }
        if let Some(request) = meta.request {
            let outcome =
                serde_json::to_string(value).map_err(|e| StoreError::Sql(e.to_string()))?;
            self.conn.run(
                "INSERT INTO request (id, at, user, undone, outcome) VALUES ($1, $2, $3, 0, $4)",
                v![&request.0, meta.now, meta.actor.user.id, outcome],
            )?;
        }
        Ok(())
    }
}
