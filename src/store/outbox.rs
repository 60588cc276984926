//! The change feed: what changed, in commit order, read by any number of followers.
//!
//! A follower keeps its own [`Position`]; nobody but age removes rows. One that fell behind what
//! is still kept, or that followed another store or an earlier life of this one, must start over.
//! What the index makes of a change: `indexed`.

use super::driver::v;
use super::error::Result;
use super::open::Store;
use crate::domain::time::Instant;
use serde::{Deserialize, Serialize};

/// How far a follower has come. Opaque: only this room compares positions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The store followed.
    pub store: String,
    /// Its restore epoch.
    pub epoch: i64,
    /// The last row seen.
    pub number: i64,
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Kind of the object (`document`, `encounter`, `patient`, `provider`, `deficiency`, …).
    pub kind: String,
    /// Its row.
    pub object: i64,
}

/// A stretch of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changes {
    /// What came after the position, and the position behind it.
    Some(Vec<Change>, Position),
    /// The feed no longer reaches back that far, or it is another store's: start over from here.
    StartOver(Position),
}

impl Store {
    /// The end of the feed.
    ///
    /// # Errors
    /// As any read.
    pub fn position(&self) -> Result<Position> {
        let number = self.read(|c| {
            c.number(
                "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'outbox'",
                v![],
            )
        })?;
        Ok(self.at(number))
    }

    fn at(&self, number: i64) -> Position {
        Position {
            store: self.id.clone(),
            epoch: self.epoch,
            number,
        }
    }

    /// Changes after a position, at most `limit`.
    ///
    /// # Errors
    /// As any read.
    pub fn changes_since(&self, position: &Position, limit: usize) -> Result<Changes> {
        if position.store != self.id || position.epoch != self.epoch {
            return Ok(Changes::StartOver(self.position()?));
        }
        let (rows, oldest, newest) = self.read(|c| {
            let rows = c.all(
                "SELECT number, kind, object FROM outbox WHERE number > $1 ORDER BY number LIMIT $2",
                v![position.number, limit as i64],
                |r| Ok((r.int(0)?, Change { kind: r.text(1)?, object: r.int(2)? })),
            )?;
            let oldest = c.one("SELECT min(number) FROM outbox", v![], |r| r.opt_int(0))?.flatten();
            let newest = c.number("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'outbox'", v![])?;
            Ok((rows, oldest, newest))
        })?;
        let trimmed_past = match oldest {
            Some(oldest) => position.number + 1 < oldest,
            None => position.number < newest,
        };
        if trimmed_past || position.number > newest {
            return Ok(Changes::StartOver(self.at(newest)));
        }
        let last = rows.last().map_or(position.number, |(n, _)| *n);
        Ok(Changes::Some(
            rows.into_iter().map(|(_, change)| change).collect(),
            self.at(last),
        ))
    }

    /// Removes feed rows older than `before`.
    ///
    /// # Errors
    /// As any write.
    pub fn trim_outbox(&self, before: Instant) -> Result<()> {
        self.writer().conn.immediate(|c| {
            c.run("DELETE FROM outbox WHERE at < $1", v![before])?;
            Ok(())
        })
    }
}
