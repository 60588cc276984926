//! Rows of saved searches and of what each user searched for before.

use super::columns::named;
use super::driver::{Conn, Row, v};
use super::error::Result;
use super::open::Store;
use super::write::Tx;
use crate::domain::ids::{SearchId, UserId};
use crate::domain::saved_search::SavedSearch;
use crate::domain::search::{Grouping, SearchOrder, Widening};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

/// Searches kept in a user's history.
const HISTORY: i64 = 200;

const SEARCH: &str = "id, user, name, text, sort, grouping, widening, looked";

/// A saved search as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchRow {
    /// Row identity.
    pub id: SearchId,
    /// Whose.
    pub user: UserId,
    /// The search.
    pub search: SavedSearch,
    /// When its owner looked last, in microseconds.
    pub looked: i64,
}

impl SearchRow {
    /// Whether another state is the same but for when it was looked at.
    pub fn says_the_same(&self, other: &Self) -> bool {
        (self.id, self.user, &self.search) == (other.id, other.user, &other.search)
    }
}

fn read_search(r: &Row<'_>) -> Result<SearchRow> {
    Ok(SearchRow {
        id: SearchId(r.int(0)?),
        user: UserId(r.int(1)?),
        search: SavedSearch {
            name: r.text(2)?,
            text: r.untrusted(3)?,
            order: named(&r.text(4)?, SearchOrder::from_name)?,
            grouping: named(&r.text(5)?, Grouping::from_name)?,
            widening: named(&r.text(6)?, Widening::from_name)?,
        },
        looked: r.int(7)?,
    })
}

fn by_name(c: &Conn, user: UserId, name: &str) -> Result<Option<SearchRow>> {
    c.one(
        &format!("SELECT {SEARCH} FROM saved_search WHERE user = $1 AND name = $2"),
        v![user, name],
        read_search,
    )
}

impl Store {
    /// A user's saved searches, by name.
    ///
    /// # Errors
    /// As any read.
    pub fn saved_searches(&self, user: UserId) -> Result<Vec<SearchRow>> {
        self.read(|c| {
            c.all(
                &format!("SELECT {SEARCH} FROM saved_search WHERE user = $1 ORDER BY name"),
                v![user],
                read_search,
            )
        })
    }

    /// A user's saved search of this name.
    ///
    /// # Errors
    /// As any read.
    pub fn saved_search(&self, user: UserId, name: &str) -> Result<Option<SearchRow>> {
        self.read(|c| by_name(c, user, name))
    }

    /// What a user searched for before, the newest first.
    ///
    /// # Errors
    /// As any read.
    pub fn search_history(&self, user: UserId) -> Result<Vec<Untrusted>> {
        self.read(|c| {
            c.all(
                "SELECT text FROM search_history WHERE user = $1 ORDER BY at DESC, text LIMIT $2",
                v![user, HISTORY],
                |r| r.untrusted(0),
            )
        })
    }

    /// When the oldest change behind a position of the feed was made; `None` if there is none.
    ///
    /// # Errors
    /// As any read.
    pub fn first_change_after(&self, number: i64) -> Result<Option<Instant>> {
        self.read(|c| {
            c.one(
                "SELECT at FROM outbox WHERE number > $1 ORDER BY number LIMIT 1",
                v![number],
                |r| Ok(Instant(r.int(0)?)),
            )
        })
    }
}

impl Tx<'_> {
    /// The acting user's saved search of this name.
    ///
    /// # Errors
    /// As any read.
    pub fn saved_search(&self, name: &str) -> Result<Option<SearchRow>> {
        by_name(self.conn, self.user, name)
    }

    /// A saved search by row.
    ///
    /// # Errors
    /// As any read.
    pub fn saved_search_row(&self, id: SearchId) -> Result<Option<SearchRow>> {
        self.conn.one(
            &format!("SELECT {SEARCH} FROM saved_search WHERE id = $1"),
            v![id],
            read_search,
        )
    }

    /// Saves a search of the acting user; the same name again replaces it. It counts as looked
    /// at now.
    ///
    /// # Errors
    /// As any write.
    pub fn save_search(&mut self, search: &SavedSearch) -> Result<SearchId> {
        let id = self.conn.one(
            "INSERT INTO saved_search (user, name, text, sort, grouping, widening, looked)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (user, name) DO UPDATE SET text = excluded.text, sort = excluded.sort,
               grouping = excluded.grouping, widening = excluded.widening, looked = excluded.looked
             RETURNING id",
            v![
                self.user,
                &search.name,
                &search.text,
                search.order.name(),
                search.grouping.name(),
                search.widening.name(),
                self.now
            ],
            |r| r.int(0),
        )?;
        Ok(SearchId(id.unwrap_or(0)))
    }

    /// Gives a saved search another name.
    ///
    /// # Errors
    /// As any write.
    pub fn rename_search(&mut self, id: SearchId, name: &str) -> Result<()> {
        self.conn.run(
            "UPDATE saved_search SET name = $2 WHERE id = $1",
            v![id, name],
        )?;
        Ok(())
    }

    /// Deletes a saved search.
    ///
    /// # Errors
    /// As any write.
    pub fn delete_search(&mut self, id: SearchId) -> Result<()> {
        self.conn
            .run("DELETE FROM saved_search WHERE id = $1", v![id])?;
        Ok(())
    }

    /// Puts a saved search back as it was.
    ///
    /// # Errors
    /// As any write; the name may have been taken meanwhile.
    pub fn restore_search(&mut self, row: &SearchRow) -> Result<()> {
        let s = &row.search;
        self.conn.run(
            "INSERT INTO saved_search (id, user, name, text, sort, grouping, widening, looked)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, text = excluded.text,
               sort = excluded.sort, grouping = excluded.grouping, widening = excluded.widening",
            v![
                row.id,
                row.user,
                &s.name,
                &s.text,
                s.order.name(),
                s.grouping.name(),
                s.widening.name(),
                row.looked
            ],
        )?;
        Ok(())
    }

    /// The acting user has looked at a saved search.
    ///
    /// # Errors
    /// As any write.
    pub fn looked_at_search(&mut self, name: &str, until: Instant) -> Result<()> {
        self.conn.run(
            "UPDATE saved_search SET looked = max(looked, $3) WHERE user = $1 AND name = $2",
            v![self.user, name, until],
        )?;
        Ok(())
    }

    /// Adds to the acting user's history of searches; the oldest go.
    ///
    /// # Errors
    /// As any write.
    pub fn remember_search(&mut self, text: &Untrusted) -> Result<()> {
        self.conn.run(
            "INSERT INTO search_history (user, text, at) VALUES ($1, $2, $3)
             ON CONFLICT (user, text) DO UPDATE SET at = excluded.at",
            v![self.user, text, self.now],
        )?;
        self.conn.run(
            "DELETE FROM search_history WHERE user = $1 AND text IN (
               SELECT text FROM search_history WHERE user = $1 ORDER BY at DESC, text LIMIT -1 OFFSET $2)",
            v![self.user, HISTORY],
        )?;
        Ok(())
    }

    /// Forgets the acting user's history of searches; gives how many there were.
    ///
    /// # Errors
    /// As any write.
    pub fn forget_searches(&mut self) -> Result<usize> {
        self.conn
            .run("DELETE FROM search_history WHERE user = $1", v![self.user])
    }
}
