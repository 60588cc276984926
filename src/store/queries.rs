//! Rows of queries to providers, drafts included.

use super::columns::{instant_or_none, named};
use super::driver::{Conn, Row, v};
use super::error::{Result, StoreError};
use super::open::Store;
use super::query_versions::{self, VersionsKept};
use super::tally;
use super::write::Tx;
use crate::domain::action::DraftToSave;
use crate::domain::ids::{EncounterId, ProviderId, QueryId, UserId};
use crate::domain::query::{Query, QueryState};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::Scope;

const QUERY: &str = "q.id, q.version, q.encounter, q.state, q.provider, q.author, q.words, q.saved,
    q.issued, q.due, q.answer, q.answered";

/// A query in a list, with the names beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryRow {
    /// The query.
    pub query: Query,
    /// Patient's name.
    pub patient_name: Untrusted,
    /// Medical record number.
    pub mrn: Untrusted,
    /// Visit number.
    pub visit: Untrusted,
    /// Who is asked.
    pub provider_name: Untrusted,
    /// Who asks.
    pub author_name: Untrusted,
}

fn read_query(r: &Row<'_>) -> Result<Query> {
    Ok(Query {
        id: QueryId(r.int(0)?),
        version: r.int(1)?,
        encounter: EncounterId(r.int(2)?),
        state: named(&r.text(3)?, QueryState::from_name)?,
        provider: r.opt_int(4)?.map(ProviderId),
        author: UserId(r.int(5)?),
        text: serde_json::from_str(&r.text(6)?)?,
        saved: Instant(r.int(7)?),
        issued: instant_or_none(r.int(8)?),
        due: instant_or_none(r.int(9)?),
        answer: r.untrusted(10)?,
        answered: instant_or_none(r.int(11)?),
    })
}

fn query(c: &Conn, id: QueryId) -> Result<Option<Query>> {
    c.one(
        &format!("SELECT {QUERY} FROM query q WHERE q.id = $1"),
        v![id],
        read_query,
    )
}

impl Store {
    /// A query.
    ///
    /// # Errors
    /// As any read.
    pub fn query(&self, id: QueryId) -> Result<Option<Query>> {
        self.read(|c| query(c, id))
    }

    /// Queries of a visit, oldest first, drafts included.
    ///
    /// # Errors
    /// As any read.
    pub fn queries_of(&self, encounter: EncounterId) -> Result<Vec<Query>> {
        self.read(|c| {
            c.all(
                &format!("SELECT {QUERY} FROM query q WHERE q.encounter = $1 ORDER BY q.id"),
                v![encounter],
                read_query,
            )
        })
    }

    /// Queries, newest first: drafts only of `author`; those of one provider if the scope says so.
    ///
    /// # Errors
    /// As any read.
    pub fn queries(
        &self,
        author: UserId,
        scope: Scope,
        encounter: Option<EncounterId>,
        limit: usize,
    ) -> Result<Vec<QueryRow>> {
        let provider = match scope {
            Scope::All => 0,
            Scope::Provider(p) => p.0,
        };
        self.read(|c| {
            c.all(
                &format!(
                    "SELECT {QUERY}, p.name, p.mrn, e.visit, coalesce(v.name, ''), coalesce(u.name, '')
                     FROM query q JOIN encounter e ON e.id = q.encounter JOIN patient p ON p.id = e.patient
                       LEFT JOIN provider v ON v.id = q.provider LEFT JOIN user u ON u.id = q.author
                     WHERE (q.state <> 'draft' OR q.author = $1) AND ($2 = 0 OR (q.provider = $2 AND q.state <> 'draft'))
                       AND ($3 = 0 OR q.encounter = $3)
                     ORDER BY q.saved DESC, q.id DESC LIMIT $4"
                ),
                v![author, provider, encounter.map_or(0, |e| e.0), limit as i64],
                |r| {
                    Ok(QueryRow {
                        query: read_query(r)?,
                        patient_name: r.untrusted(12)?,
                        mrn: r.untrusted(13)?,
                        visit: r.untrusted(14)?,
                        provider_name: r.untrusted(15)?,
                        author_name: r.untrusted(16)?,
                    })
                },
            )
        })
    }

    /// Saves a draft that is being typed: a small write of its own, without audit until it is
    /// issued. Gives the draft's row and its new version.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if the draft was issued or discarded meanwhile.
    pub fn save_draft(
        &self,
        author: UserId,
        draft: &DraftToSave,
        now: Instant,
        kept: VersionsKept,
    ) -> Result<(QueryId, i64)> {
        let words = serde_json::to_string(&draft.text)?;
        let writer = self.writer();
        let keep = |c: &Conn, id| query_versions::keep(c, id, (&words, draft.provider), now, kept);
        writer.conn.immediate(|c| match draft.query {
            None => {
                let id = c.insert(
                    "INSERT INTO query (version, encounter, state, provider, author, words, saved, issued, due, answer, answered)
                     VALUES (1, $1, 'draft', $2, $3, $4, $5, 0, 0, '', 0)",
                    v![draft.encounter, draft.provider, author, &words, now],
                )?;
                tally::add(c, "query", "draft", 1)?;
                keep(c, QueryId(id))?;
                Ok((QueryId(id), 1))
            }
            Some(id) => {
                let version = c.one(
                    "UPDATE query SET version = version + 1, provider = $3, words = $4, saved = $5
                     WHERE id = $1 AND author = $2 AND state = 'draft' RETURNING version",
                    v![id, author, draft.provider, &words, now],
                    |r| r.int(0),
                )?;
                let version = version.ok_or(StoreError::NotFound {
                    what: "draft",
                    id: id.0,
                })?;
                keep(c, id)?;
                Ok((id, version))
            }
        })
    }
}

impl Tx<'_> {
    /// A query.
    ///
    /// # Errors
    /// As any read.
    pub fn query(&self, id: QueryId) -> Result<Option<Query>> {
        query(self.conn, id)
    }

    /// Changes a query's state and what goes with it; the words never change here.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if the row is no longer in version `old.version`.
    pub fn change_query(&mut self, old: &Query, new: &Query) -> Result<()> {
        let rows = self.conn.run(
            "UPDATE query SET version = version + 1, state = $3, provider = $4, issued = $5, due = $6,
               answer = $7, answered = $8, saved = $9 WHERE id = $1 AND version = $2",
            v![
                old.id, old.version, new.state.name(), new.provider, new.issued.map_or(0, |t| t.0),
                new.due.map_or(0, |t| t.0), &new.answer, new.answered.map_or(0, |t| t.0), self.now
            ],
        )?;
        if rows == 0 {
            return Err(StoreError::Stale);
        }
        tally::add(self.conn, "query", old.state.name(), -1)?;
        tally::add(self.conn, "query", new.state.name(), 1)
    }

    /// Deletes a draft; an issued query is never deleted.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such draft of this user.
    pub fn delete_draft(&mut self, id: QueryId) -> Result<()> {
        // Somebody else's draft keeps its versions: the transaction is given up below.
        query_versions::forget(self.conn, id)?;
        let rows = self.conn.run(
            "DELETE FROM query WHERE id = $1 AND author = $2 AND state = 'draft'",
            v![id, self.user],
        )?;
        if rows == 0 {
            return Err(StoreError::NotFound {
                what: "draft",
                id: id.0,
            });
        }
        tally::add(self.conn, "query", "draft", -1)
    }
}
