//! Rows of named lists and of what stands on them.

use super::columns::named;
use super::driver::{Conn, Row, v};
use super::error::Result;
use super::open::Store;
use super::write::Tx;
use crate::domain::ids::{DocumentId, EncounterId, ListEntryId, ListId, UserId};
use crate::domain::named_list::ListThing;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Role;
use serde::{Deserialize, Serialize};

const LIST: &str = "id, version, user, name, shared, removed";
const ENTRY: &str = "id, version, list, document, encounter, note, done, removed, added, added_by";

/// A list as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRow {
    /// Row identity.
    pub id: ListId,
    /// Row version.
    pub version: i64,
    /// Whose.
    pub user: UserId,
    /// Its name.
    pub name: String,
    /// Who else has it.
    pub shared: Option<Role>,
    /// Whether it is gone.
    pub removed: bool,
}

/// An entry as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListEntryRow {
    /// Row identity.
    pub id: ListEntryId,
    /// Row version.
    pub version: i64,
    /// The list.
    pub list: ListId,
    /// What stands there.
    pub thing: ListThing,
    /// What was noted.
    pub note: Untrusted,
    /// Whether it is done.
    pub done: bool,
    /// Whether it is off the list.
    pub removed: bool,
    /// When it was put there, in microseconds.
    pub added: i64,
    /// By whom.
    pub added_by: UserId,
}

fn read_list(r: &Row<'_>) -> Result<ListRow> {
    let shared = r.text(4)?;
    Ok(ListRow {
        id: ListId(r.int(0)?),
        version: r.int(1)?,
        user: UserId(r.int(2)?),
        name: r.text(3)?,
        shared: match shared.is_empty() {
            true => None,
            false => Some(named(&shared, Role::from_name)?),
        },
        removed: r.int(5)? != 0,
    })
}

fn read_entry(r: &Row<'_>) -> Result<ListEntryRow> {
    let (document, encounter) = (r.int(3)?, r.int(4)?);
    Ok(ListEntryRow {
        id: ListEntryId(r.int(0)?),
        version: r.int(1)?,
        list: ListId(r.int(2)?),
        thing: match document {
            0 => ListThing::Stay(EncounterId(encounter)),
            id => ListThing::Document(DocumentId(id)),
        },
        note: r.untrusted(5)?,
        done: r.int(6)? != 0,
        removed: r.int(7)? != 0,
        added: r.int(8)?,
        added_by: UserId(r.int(9)?),
    })
}

/// The two columns of what stands on a list.
fn columns(thing: ListThing) -> (i64, i64) {
    match thing {
        ListThing::Document(id) => (id.0, 0),
        ListThing::Stay(id) => (0, id.0),
    }
}

fn shared(with: Option<Role>) -> &'static str {
    with.map_or("", |role| role.name())
}

/// The lists a user has, their own first: those of the user and those shared with one of the roles.
fn lists_of(c: &Conn, user: UserId, roles: &[Role]) -> Result<Vec<ListRow>> {
    let all = c.all(
        &format!("SELECT {LIST} FROM named_list WHERE removed = 0 ORDER BY user <> $1, name, id"),
        v![user],
        read_list,
    )?;
    let theirs = |l: &ListRow| l.user == user || l.shared.is_some_and(|role| roles.contains(&role));
    Ok(all.into_iter().filter(theirs).collect())
}

impl Store {
    /// The lists a user with these roles has, their own first.
    ///
    /// # Errors
    /// As any read.
    pub fn named_lists(&self, user: UserId, roles: &[Role]) -> Result<Vec<ListRow>> {
        self.read(|c| lists_of(c, user, roles))
    }

    /// What stands on a list, oldest first.
    ///
    /// # Errors
    /// As any read.
    pub fn list_entries(&self, list: ListId) -> Result<Vec<ListEntryRow>> {
        self.read(|c| {
            c.all(
                &format!(
                    "SELECT {ENTRY} FROM list_entry WHERE list = $1 AND removed = 0 ORDER BY id"
                ),
                v![list],
                read_entry,
            )
        })
    }

    /// The documents of a stay.
    ///
    /// # Errors
    /// As any read.
    pub fn documents_of_stay(&self, encounter: EncounterId) -> Result<Vec<DocumentId>> {
        self.read(|c| {
            c.all(
                "SELECT id FROM document WHERE encounter = $1 AND stub = 0 ORDER BY id",
                v![encounter],
                |r| Ok(DocumentId(r.int(0)?)),
            )
        })
    }
}

impl Tx<'_> {
    /// The lists a user with these roles has, their own first.
    ///
    /// # Errors
    /// As any read.
    pub fn named_lists(&self, user: UserId, roles: &[Role]) -> Result<Vec<ListRow>> {
        lists_of(self.conn, user, roles)
    }

    /// A list by row, also one that is gone.
    ///
    /// # Errors
    /// As any read.
    pub fn list_row(&self, id: ListId) -> Result<Option<ListRow>> {
        let sql = format!("SELECT {LIST} FROM named_list WHERE id = $1");
        self.conn.one(&sql, v![id], read_list)
    }

    /// Makes an empty list of the acting user.
    ///
    /// # Errors
    /// As any write; the name may be taken.
    pub fn make_list(&mut self, name: &str) -> Result<ListId> {
        let id = self.conn.insert(
            "INSERT INTO named_list (version, user, name, shared, removed) VALUES (1, $1, $2, '', 0)",
            v![self.user, name],
        )?;
        Ok(ListId(id))
    }

    /// Writes a list as it is to be; its version grows by one.
    ///
    /// # Errors
    /// As any write; the name may be taken.
    pub fn set_list(&mut self, row: &ListRow) -> Result<()> {
        self.conn.run(
            "UPDATE named_list SET version = version + 1, name = $2, shared = $3, removed = $4 WHERE id = $1",
            v![row.id, &row.name, shared(row.shared), row.removed],
        )?;
        Ok(())
    }

    /// Things on a list.
    ///
    /// # Errors
    /// As any read.
    pub fn entries_on_list(&self, list: ListId) -> Result<i64> {
        self.conn.number(
            "SELECT count(*) FROM list_entry WHERE list = $1 AND removed = 0",
            v![list],
        )
    }

    /// An entry by row, also one that is gone.
    ///
    /// # Errors
    /// As any read.
    pub fn list_entry(&self, id: ListEntryId) -> Result<Option<ListEntryRow>> {
        let sql = format!("SELECT {ENTRY} FROM list_entry WHERE id = $1");
        self.conn.one(&sql, v![id], read_entry)
    }

    /// The entry of a thing, also one that is gone.
    ///
    /// # Errors
    /// As any read.
    pub fn entry_of(&self, list: ListId, thing: ListThing) -> Result<Option<ListEntryRow>> {
        let (document, encounter) = columns(thing);
        self.conn.one(
            &format!(
                "SELECT {ENTRY} FROM list_entry WHERE list = $1 AND document = $2 AND encounter = $3"
            ),
            v![list, document, encounter],
            read_entry,
        )
    }

    /// Puts a thing on a list that never stood there.
    ///
    /// # Errors
    /// As any write.
    pub fn make_entry(
        &mut self,
        list: ListId,
        thing: ListThing,
        note: &Untrusted,
    ) -> Result<ListEntryId> {
        let (document, encounter) = columns(thing);
        let id = self.conn.insert(
            "INSERT INTO list_entry (version, list, document, encounter, note, done, removed, added, added_by)
             VALUES (1, $1, $2, $3, $4, 0, 0, $5, $6)",
            v![list, document, encounter, note, self.now, self.user],
        )?;
        Ok(ListEntryId(id))
    }

    /// Writes an entry as it is to be; its version grows by one.
    ///
    /// # Errors
    /// As any write.
    pub fn set_entry(&mut self, row: &ListEntryRow) -> Result<()> {
        self.conn.run(
            "UPDATE list_entry SET version = version + 1, note = $2, done = $3, removed = $4, added = $5,
               added_by = $6 WHERE id = $1",
            v![row.id, &row.note, row.done, row.removed, row.added, row.added_by],
        )?;
        Ok(())
    }
}
