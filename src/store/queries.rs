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
use crate::domain::query_life::{Escalation, QueryStanding};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::Scope;

/// Columns of a query; those of a list follow from [`LAST`] on.
const QUERY: &str = "q.id, q.version, q.encounter, q.state, q.provider, q.author, q.words, q.saved,
    q.issued, q.due, q.answer, q.answered, q.asked, q.redirects, q.level, q.step, q.stepped,
    q.response, q.outcome, q.reconciled, q.ended, q.overruled";

/// Columns in [`QUERY`].
const LAST: usize = 22;

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
    /// Where it stands on the escalation ladder; filled in above the store.
    pub standing: QueryStanding,
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
        asked: instant_or_none(r.int(12)?),
        redirects: r.int(13)?,
        escalation: Escalation {
            level: r.int(14)?,
            step: r.text(15)?,
            taken: instant_or_none(r.int(16)?),
        },
        response: part(&r.text(17)?)?,
        outcome: part(&r.text(18)?)?,
        reconciled: instant_or_none(r.int(19)?),
        ended: instant_or_none(r.int(20)?),
        overruled: part(&r.text(21)?)?,
    })
}

/// A part kept as JSON; empty is none.
fn part<T: serde::de::DeserializeOwned>(text: &str) -> Result<Option<T>> {
    if text.is_empty() {
        return Ok(None);
    }
    Ok(Some(serde_json::from_str(text)?))
}

fn part_text<T: serde::Serialize>(part: Option<&T>) -> Result<String> {
    Ok(part
        .map(serde_json::to_string)
        .transpose()?
        .unwrap_or_default())
}

fn micros(at: Option<Instant>) -> i64 {
    at.map_or(0, |t| t.0)
}

fn row_select() -> String {
    format!(
        "SELECT {QUERY}, p.name, p.mrn, e.visit, coalesce(v.name, ''), coalesce(u.name, '')
         FROM query q JOIN encounter e ON e.id = q.encounter JOIN patient p ON p.id = e.patient
           LEFT JOIN provider v ON v.id = q.provider LEFT JOIN user u ON u.id = q.author"
    )
}

fn read_row(r: &Row<'_>) -> Result<QueryRow> {
    Ok(QueryRow {
        query: read_query(r)?,
        patient_name: r.untrusted(LAST)?,
        mrn: r.untrusted(LAST + 1)?,
        visit: r.untrusted(LAST + 2)?,
        provider_name: r.untrusted(LAST + 3)?,
        author_name: r.untrusted(LAST + 4)?,
        standing: QueryStanding::default(),
    })
}

fn of_visit(c: &Conn, encounter: EncounterId) -> Result<Vec<Query>> {
    c.all(
        &format!("SELECT {QUERY} FROM query q WHERE q.encounter = $1 ORDER BY q.id"),
        v![encounter],
        read_query,
    )
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
        self.read(|c| of_visit(c, encounter))
    }

    /// Queries, newest first: drafts only of `drafts_of` (all drafts if `None`); those of one
    /// provider if the scope says so.
    ///
    /// # Errors
    /// As any read.
    pub fn queries(
        &self,
        drafts_of: Option<UserId>,
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
                    "{ROW} WHERE (q.state <> 'draft' OR $1 = 0 OR q.author = $1)
                       AND ($2 = 0 OR (q.provider = $2 AND q.state <> 'draft'))
                       AND ($3 = 0 OR q.encounter = $3)
                     ORDER BY q.saved DESC, q.id DESC LIMIT $4",
                    ROW = row_select()
                ),
                v![
                    drafts_of.map_or(0, |u| u.0),
                    provider,
                    encounter.map_or(0, |e| e.0),
                    limit as i64
                ],
                read_row,
            )
        })
    }

    /// One query with the names beside it.
    ///
    /// # Errors
    /// As any read.
    pub fn query_row(&self, id: QueryId) -> Result<Option<QueryRow>> {
        self.read(|c| {
            c.one(
                &format!("{} WHERE q.id = $1", row_select()),
                v![id],
                read_row,
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
                    "INSERT INTO query (version, encounter, state, provider, author, words, saved, issued, due, answer, answered, topic)
                     VALUES (1, $1, 'draft', $2, $3, $4, $5, 0, 0, '', 0, $6)",
                    v![draft.encounter, draft.provider, author, &words, now, &draft.text.topic],
                )?;
                tally::add(c, "query", "draft", 1)?;
                keep(c, QueryId(id))?;
                Ok((QueryId(id), 1))
            }
            Some(id) => {
                let version = c.one(
                    "UPDATE query SET version = version + 1, provider = $3, words = $4, saved = $5, topic = $6
                     WHERE id = $1 AND author = $2 AND state = 'draft' RETURNING version",
                    v![id, author, draft.provider, &words, now, &draft.text.topic],
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

#[cfg(test)]
impl Store {
    /// Writes past everything that decides, as somebody with the file would.
    pub fn tamper_with_query(&self, id: QueryId, set: &str) -> Result<()> {
        let change = format!("UPDATE query SET {set} WHERE id = $1");
        self.writer().conn.run(&change, v![id])?;
        Ok(())
    }

    /// Deletes past everything that decides.
    pub fn delete_query_row(&self, id: QueryId) -> Result<()> {
        let delete = "DELETE FROM query WHERE id = $1";
        self.writer().conn.run(delete, v![id])?;
        Ok(())
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

    /// Queries of a visit, oldest first, drafts included.
    ///
    /// # Errors
    /// As any read.
    pub fn queries_of(&self, encounter: EncounterId) -> Result<Vec<Query>> {
        of_visit(self.conn, encounter)
    }

    /// Queries that wait for an answer, from row `after` on.
    ///
    /// # Errors
    /// As any read.
    pub fn waiting_queries(&self, after: QueryId, limit: usize) -> Result<Vec<Query>> {
        self.conn.all(
            &format!(
                "SELECT {QUERY} FROM query q WHERE q.state = 'issued' AND q.id > $1
                 ORDER BY q.id LIMIT $2"
            ),
            v![after, limit as i64],
            read_query,
        )
    }

    /// Changes a query's state and what goes with it; the words never change here.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if the row is no longer in version `old.version`.
    pub fn change_query(&mut self, old: &Query, new: &Query) -> Result<()> {
        let kind = new.response.as_ref().map_or("", |r| r.kind.name());
        let by = new.response.as_ref().map_or(0, |r| r.by.0);
        let rows = self.conn.run(
            "UPDATE query SET version = version + 1, state = $3, provider = $4, issued = $5, due = $6,
               answer = $7, answered = $8, saved = $9, asked = $10, redirects = $11, level = $12,
               step = $13, stepped = $14, answer_kind = $15, answered_by = $16, response = $17,
               outcome = $18, reconciled = $19, ended = $20, overruled = $21
             WHERE id = $1 AND version = $2",
            v![
                old.id,
                old.version,
                new.state.name(),
                new.provider,
                micros(new.issued),
                micros(new.due),
                &new.answer,
                micros(new.answered),
                self.now,
                micros(new.asked),
                new.redirects,
                new.escalation.level,
                &new.escalation.step,
                micros(new.escalation.taken),
                kind,
                by,
                part_text(new.response.as_ref())?,
                part_text(new.outcome.as_ref())?,
                micros(new.reconciled),
                micros(new.ended),
                part_text(new.overruled.as_ref())?
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
