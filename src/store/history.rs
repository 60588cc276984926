//! The event history: what happened to a thing, what a request did, and undoing it.

use super::driver::{Conn, v};
use super::error::Result;
use super::open::Store;
use super::write::Tx;
use crate::domain::audit::{HistoryEntry, NOBODY, owner_told, told_owner};
use crate::domain::ids::{EventId, ProviderId, RequestId, UserId};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use std::collections::BTreeMap;

/// An event as undo needs it.
#[derive(Clone, Debug)]
pub struct UndoEvent {
    /// What was done.
    pub action: String,
    /// Kind of the object.
    pub kind: String,
    /// Its row.
    pub object: i64,
    /// The visit it belongs to, 0 if none.
    pub encounter: i64,
    /// What it was before, as JSON; empty if it cannot be undone.
    pub before: String,
}

/// A request as undo needs it.
#[derive(Clone, Debug)]
pub struct UndoRequest {
    /// Who sent it.
    pub user: UserId,
    /// Whether it was undone already.
    pub undone: bool,
    /// What it did, in order.
    pub events: Vec<UndoEvent>,
}

pub(super) fn of(c: &Conn, kind: &str, object: i64) -> Result<Vec<HistoryEntry>> {
    let mut entries = entries(c, kind, object)?;
    let mut names = BTreeMap::new();
    for entry in &mut entries {
        let told = (told_owner(&entry.from), told_owner(&entry.to));
        if let (Some(from), Some(to)) = told {
            let before = name_of(c, &mut names, from)?;
            entry.owners = Some((before, name_of(c, &mut names, to)?));
        }
    }
    Ok(entries)
}

/// A provider's name as it is now, read once; what history keeps of one there is not any more.
fn name_of(
    c: &Conn,
    names: &mut BTreeMap<ProviderId, Untrusted>,
    owner: Option<ProviderId>,
) -> Result<Untrusted> {
    let Some(id) = owner else {
        return Ok(NOBODY.into());
    };
    if let Some(name) = names.get(&id) {
        return Ok(name.clone());
    }
    let read = c.one("SELECT name FROM provider WHERE id = $1", v![id], |r| {
        r.untrusted(0)
    })?;
    let known = read.filter(|name| !name.is_blank());
    let name = known.unwrap_or_else(|| owner_told(owner).into());
    names.insert(id, name.clone());
    Ok(name)
}

fn entries(c: &Conn, kind: &str, object: i64) -> Result<Vec<HistoryEntry>> {
    c.all(
        "SELECT e.id, e.at, coalesce(u.name, ''), e.action, e.from_state, e.to_state, e.reason
         FROM event e LEFT JOIN user u ON u.id = e.user
         WHERE e.kind = $1 AND e.object = $2 ORDER BY e.id DESC LIMIT 200",
        v![kind, object],
        |r| {
            Ok(HistoryEntry {
                id: EventId(r.int(0)?),
                at: Instant(r.int(1)?),
                user_name: r.untrusted(2)?,
                action: r.text(3)?,
                from: r.text(4)?,
                to: r.text(5)?,
                reason: r.untrusted(6)?,
                owners: None,
            })
        },
    )
}

fn request(c: &Conn, id: &RequestId) -> Result<Option<UndoRequest>> {
    let head = c.one(
        "SELECT user, undone FROM request WHERE id = $1",
        v![&id.0],
        |r| Ok((UserId(r.int(0)?), r.flag(1)?)),
    )?;
    let Some((user, undone)) = head else {
        return Ok(None);
    };
    let events = c.all(
        "SELECT action, kind, object, before, encounter FROM event WHERE request = $1 ORDER BY id DESC",
        v![&id.0],
        |r| {
            Ok(UndoEvent {
                action: r.text(0)?,
                kind: r.text(1)?,
                object: r.int(2)?,
                before: r.text(3)?,
                encounter: r.int(4)?,
            })
        },
    )?;
    Ok(Some(UndoRequest {
        user,
        undone,
        events,
    }))
}

impl Store {
    /// What a request did, if it is known.
    ///
    /// # Errors
    /// As any read.
    pub fn request(&self, id: &RequestId) -> Result<Option<UndoRequest>> {
        self.read(|c| request(c, id))
    }

    /// The history of a thing, newest first.
    ///
    /// # Errors
    /// As any read.
    pub fn history(&self, kind: &str, object: i64) -> Result<Vec<HistoryEntry>> {
        self.read(|c| of(c, kind, object))
    }

    /// The newest request of a user that can still be undone.
    ///
    /// # Errors
    /// As any read.
    pub fn last_undoable(&self, user: UserId) -> Result<Option<RequestId>> {
        self.read(|c| {
            c.one(
                "SELECT r.id FROM request r JOIN event e ON e.request = r.id
                 WHERE r.user = $1 AND r.undone = 0 AND e.before <> ''
                 AND e.action NOT LIKE '%.undo' ORDER BY e.id DESC LIMIT 1",
                v![user],
                |r| Ok(RequestId(r.text(0)?)),
            )
        })
    }
}

impl Tx<'_> {
    /// What a request did, if it is known.
    ///
    /// # Errors
    /// As any read.
    pub fn request(&self, id: &RequestId) -> Result<Option<UndoRequest>> {
        request(self.conn, id)
    }

    /// The newest event of a thing.
    ///
    /// # Errors
    /// As any read.
    pub fn last_event(&self, kind: &str, object: i64) -> Result<Option<HistoryEntry>> {
        Ok(of(self.conn, kind, object)?.into_iter().next())
    }

    /// Marks a request as undone.
    ///
    /// # Errors
    /// As any write.
    pub fn mark_undone(&mut self, id: &RequestId) -> Result<()> {
        self.conn
            .run("UPDATE request SET undone = 1 WHERE id = $1", v![&id.0])?;
        Ok(())
    }
}
