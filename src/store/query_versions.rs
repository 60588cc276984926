//! Earlier versions of drafts: kept at saves that matter, to look at and to go back to.

use super::driver::{Conn, v};
use super::error::Result;
use super::open::Store;
use crate::domain::ids::{ProviderId, QueryId};
use crate::domain::query::QueryVersion;
use crate::domain::time::Instant;

/// How many versions are kept, and how far apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionsKept {
    /// At most so many for a draft; the oldest go.
    pub most: usize,
    /// Minutes of typing after which a save is kept although nothing marks it.
    pub minutes: i64,
    /// This save matters: it is kept whenever the last one was.
    pub matters: bool,
}

/// Keeps the words just saved as a version, if the save matters: it is said to, it is the first,
/// or the newest kept is long ago. The same words are never kept twice in a row.
pub(super) fn keep(
    c: &Conn,
    query: QueryId,
    (words, provider): (&str, Option<ProviderId>),
    now: Instant,
    kept: VersionsKept,
) -> Result<()> {
    let newest = c.one(
        "SELECT number, words, at FROM query_version WHERE query = $1 ORDER BY number DESC LIMIT 1",
        v![query],
        |r| Ok((r.int(0)?, r.text(1)?, r.int(2)?)),
    )?;
    let number = match newest {
        Some((_, before, _)) if before == words => return Ok(()),
        Some((number, _, at)) => {
            if !kept.matters && now.0 - at < kept.minutes * 60_000_000 {
                return Ok(());
            }
            number + 1
        }
        None => 1,
    };
    c.run(
        "INSERT INTO query_version (query, number, words, provider, at) VALUES ($1, $2, $3, $4, $5)",
        v![query, number, words, provider, now],
    )?;
    c.run(
        "DELETE FROM query_version WHERE query = $1 AND number <= $2",
        v![query, number - kept.most.max(1) as i64],
    )?;
    Ok(())
}

/// Forgets the versions of a draft that is thrown away.
pub(super) fn forget(c: &Conn, query: QueryId) -> Result<()> {
    c.run("DELETE FROM query_version WHERE query = $1", v![query])?;
    Ok(())
}

impl Store {
    /// The versions of a query, newest first.
    ///
    /// # Errors
    /// As any read.
    pub fn query_versions(&self, query: QueryId) -> Result<Vec<QueryVersion>> {
        self.read(|c| {
            c.all(
                "SELECT number, words, provider, at FROM query_version WHERE query = $1
                 ORDER BY number DESC",
                v![query],
                |r| {
                    Ok(QueryVersion {
                        number: r.int(0)?,
                        text: serde_json::from_str(&r.text(1)?)?,
                        provider: r.opt_int(2)?.map(ProviderId),
                        at: Instant(r.int(3)?),
                    })
                },
            )
        })
    }
}
