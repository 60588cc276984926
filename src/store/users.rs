//! Rows of users, their saved views and preferences.

use super::columns::named;
use super::driver::{Conn, Row, v};
use super::error::{Result, StoreError};
use super::open::Store;
use super::write::Tx;
use crate::domain::ids::{ProviderId, UserId, ViewId};
use crate::domain::user::{Role, User};
use crate::domain::worklist::{QueueSort, QueueView, SavedView};

const USER: &str = "id, login, name, roles, provider, active, version";

/// `name, view, filter, sort, reversed`.
fn view_row(r: &Row<'_>) -> Result<SavedView> {
    Ok(SavedView {
        name: r.text(0)?,
        view: named(&r.text(1)?, QueueView::from_name)?,
        filter: r.text(2)?,
        sort: named(&r.text(3)?, QueueSort::from_name)?,
        reverse: r.flag(4)?,
    })
}

fn read_user(r: &Row<'_>) -> Result<User> {
    let roles = r.text(3)?;
    Ok(User {
        id: UserId(r.int(0)?),
        login: r.text(1)?,
        name: r.untrusted(2)?,
        roles: roles
            .split(',')
            .filter(|n| !n.is_empty())
            .map(|n| named(n, Role::from_name))
            .collect::<Result<_>>()?,
        provider: r.opt_int(4)?.map(ProviderId),
        active: r.flag(5)?,
        version: r.int(6)?,
    })
}

fn by_login(c: &Conn, login: &str) -> Result<Option<User>> {
    c.one(
        &format!("SELECT {USER} FROM user WHERE login = $1"),
        v![login],
        read_user,
    )
}

fn by_id(c: &Conn, id: UserId) -> Result<Option<User>> {
    c.one(
        &format!("SELECT {USER} FROM user WHERE id = $1"),
        v![id],
        read_user,
    )
}

fn role_names(roles: &[Role]) -> String {
    let names: Vec<&str> = roles.iter().map(|r| r.name()).collect();
    names.join(",")
}

impl Store {
    /// The user with this login name.
    ///
    /// # Errors
    /// As any read.
    pub fn user(&self, login: &str) -> Result<Option<User>> {
        self.read(|c| by_login(c, login))
    }

    /// The user of this row as it stands now.
    ///
    /// # Errors
    /// As any read.
    pub fn user_by_id(&self, id: UserId) -> Result<Option<User>> {
        self.read(|c| by_id(c, id))
    }

    /// Every user, by login name.
    ///
    /// # Errors
    /// As any read.
    pub fn users(&self) -> Result<Vec<User>> {
        self.read(|c| {
            c.all(
                &format!("SELECT {USER} FROM user ORDER BY login"),
                v![],
                read_user,
            )
        })
    }

    /// A user's saved views, by name.
    ///
    /// # Errors
    /// As any read.
    pub fn saved_views(&self, user: UserId) -> Result<Vec<SavedView>> {
        self.read(|c| {
            c.all(
                "SELECT name, view, filter, sort, reversed FROM saved_view WHERE user = $1 ORDER BY name",
                v![user],
                view_row,
            )
        })
    }

    /// A preference of a user (`theme`, `keymap`).
    ///
    /// # Errors
    /// As any read.
    pub fn preference(&self, user: UserId, key: &str) -> Result<Option<String>> {
        self.read(|c| {
            c.one(
                "SELECT value FROM preference WHERE user = $1 AND key = $2",
                v![user, key],
                |r| r.text(0),
            )
        })
    }
}

impl Tx<'_> {
    /// A user by row.
    ///
    /// # Errors
    /// As any read.
    pub fn user_row(&self, id: UserId) -> Result<Option<User>> {
        by_id(self.conn, id)
    }

    /// A user by login name.
    ///
    /// # Errors
    /// As any read.
    pub fn user_by_login(&self, login: &str) -> Result<Option<User>> {
        by_login(self.conn, login)
    }

    /// Adds a user (id and version of `user` are ignored).
    ///
    /// # Errors
    /// As any write.
    pub fn add_user(&mut self, user: &User) -> Result<UserId> {
        let id = self.conn.insert(
            "INSERT INTO user (version, login, name, roles, provider, active) VALUES (1, $1, $2, $3, $4, $5)",
            v![&user.login, &user.name, role_names(&user.roles), user.provider, user.active],
        )?;
        Ok(UserId(id))
    }

    /// Changes a user's roles, provider and whether the account is on, to those of `user`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if the row is no longer in that version.
    pub fn change_user(&mut self, user: &User) -> Result<()> {
        let rows = self.conn.run(
            "UPDATE user SET version = version + 1, roles = $3, provider = $4, active = $5
             WHERE id = $1 AND version = $2",
            v![
                user.id,
                user.version,
                role_names(&user.roles),
                user.provider,
                user.active
            ],
        )?;
        if rows == 0 {
            Err(StoreError::Stale)
        } else {
            Ok(())
        }
    }

    /// Saves a view; the same name again replaces it.
    ///
    /// # Errors
    /// As any write.
    pub fn save_view(&mut self, view: &SavedView) -> Result<ViewId> {
        let id = self.conn.one(
            "INSERT INTO saved_view (user, name, view, filter, sort, reversed) VALUES ($1,$2,$3,$4,$5,$6)
             ON CONFLICT (user, name) DO UPDATE SET view = excluded.view, filter = excluded.filter,
               sort = excluded.sort, reversed = excluded.reversed RETURNING id",
            v![self.user, &view.name, view.view.name(), &view.filter, view.sort.name(), view.reverse],
            |r| r.int(0),
        )?;
        Ok(ViewId(id.unwrap_or(0)))
    }

    /// Remembers a preference of the acting user.
    ///
    /// # Errors
    /// As any write.
    pub fn prefer(&mut self, key: &str, value: &str) -> Result<()> {
        self.conn.run(
            "INSERT INTO preference (user, key, value) VALUES ($1, $2, $3)
             ON CONFLICT (user, key) DO UPDATE SET value = excluded.value",
            v![self.user, key, value],
        )?;
        Ok(())
    }

    /// The acting user's saved view of this name.
    ///
    /// # Errors
    /// As any read.
    pub fn saved_view(&self, name: &str) -> Result<Option<SavedView>> {
        self.conn.one(
            "SELECT name, view, filter, sort, reversed FROM saved_view
             WHERE user = $1 AND name = $2",
            v![self.user, name],
            view_row,
        )
    }

    /// Deletes a saved view; gives the row it had, none if there was none.
    ///
    /// # Errors
    /// As any write.
    pub fn delete_view(&mut self, name: &str) -> Result<Option<ViewId>> {
        self.conn.one(
            "DELETE FROM saved_view WHERE user = $1 AND name = $2 RETURNING id",
            v![self.user, name],
            |r| Ok(ViewId(r.int(0)?)),
        )
    }
}
