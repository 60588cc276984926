//! Users: adding, changing, finding who acts.

use super::Office;
use super::access::allowed;
use super::error::{OpsError, Result};
use super::outcome::Outcome;
use crate::domain::ids::{ProviderId, UserId};
use crate::domain::people::Provider;
use crate::domain::permission::Permission;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::{Actor, Role, User};
use crate::store::{AuditDraft, StoreError, Tx};

/// Longest login name.
const LOGIN_LENGTH: usize = 32;

/// Whether a login name may be used: lower case letters, digits, `.`, `-`, `_`, a letter first.
pub fn login_is_valid(login: &str) -> bool {
    login.len() <= LOGIN_LENGTH
        && login.starts_with(|c: char| c.is_ascii_lowercase())
        && login
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_'))
}

/// A login name made of an operating system's user name.
pub fn login_of(os_user: &str) -> String {
    let cleaned: String = os_user
        .to_ascii_lowercase()
        .chars()
        .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_'))
        .take(LOGIN_LENGTH)
        .collect();
    if login_is_valid(&cleaned) {
        cleaned
    } else {
        "admin".to_owned()
    }
}

/// A user, and the name of the provider they are, `FAMILY,GIVEN`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The user.
    pub user: User,
    /// The provider's name, if they are one.
    pub provider: Option<Untrusted>,
}

impl Office {
    /// Every user.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn users(&self, actor: &Actor) -> Result<Vec<User>> {
        allowed(actor, Permission::ManageUsers)?;
        Ok(self.store.users()?)
    }

    /// Every user, by login name, and which provider each is.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn accounts(&self, actor: &Actor) -> Result<Vec<Account>> {
        let mut accounts = Vec::new();
        for user in self.users(actor)? {
            let provider = match user.provider {
                Some(id) => self.store.provider(id)?,
                None => None,
            };
            let name = |p: Provider| {
                let facts = p.facts;
                format!("{},{}", facts.family.raw(), facts.given.raw()).into()
            };
            accounts.push(Account {
                user,
                provider: provider.map(name),
            });
        }
        Ok(accounts)
    }

    /// The actor as their account stands now, for a session that goes on: whoever answers it asks
    /// this before every question. One row by its number.
    ///
    /// # Errors
    /// [`OpsError::SwitchedOff`] (which is recorded), or what the store says.
    pub fn still(&self, actor: &Actor) -> Result<Actor> {
        let row = self.store.user_by_id(actor.user.id)?;
        let user = row.unwrap_or_else(|| actor.user.clone());
        if !user.active {
            let error = OpsError::SwitchedOff(user.login);
            self.refused(actor, "session.end", &error);
            return Err(error);
        }
        Ok(Actor {
            user,
            ..actor.clone()
        })
    }
}

/// Adds a user.
pub(super) fn add(
    tx: &mut Tx<'_>,
    actor: &Actor,
    login: &str,
    name: &Untrusted,
    roles: &[Role],
    provider: Option<ProviderId>,
) -> Result<Outcome> {
    allowed(actor, Permission::ManageUsers)?;
    insert(tx, login, name, roles, provider)
}

/// Adds a user without asking anybody: only for the first one, whom `init` makes.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    login: &str,
    name: &Untrusted,
    roles: &[Role],
    provider: Option<ProviderId>,
) -> Result<Outcome> {
    if !login_is_valid(login) {
        return Err(OpsError::Refused(
            "a login name has lower case letters, digits, '.', '-' and '_', a letter first, at most 32".into(),
        ));
    }
    if tx.user_by_login(login)?.is_some() {
        return Err(OpsError::Refused(format!(
            "there is a user {login} already"
        )));
    }
    may_be(tx, roles, provider)?;
    let id = tx.add_user(&User {
        id: UserId(0),
        login: login.to_owned(),
        name: if name.is_blank() {
            login.into()
        } else {
            name.clone()
        },
        roles: roles.to_vec(),
        provider,
        active: true,
        version: 1,
    })?;
    let names: Vec<&str> = roles.iter().map(|r| r.name()).collect();
    tx.audit(AuditDraft {
        action: "user.add".to_owned(),
        object: format!("user {id}"),
        detail: serde_json::json!({ "login": login, "roles": names, "provider": provider })
            .to_string(),
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    });
    Ok(Outcome::one(id.0))
}

/// Whether somebody with these roles may be this provider: it must be one of the records, and who
/// sees their own charts only must be one.
fn may_be(tx: &Tx<'_>, roles: &[Role], provider: Option<ProviderId>) -> Result<()> {
    match provider {
        Some(provider) if tx.provider(provider)?.is_none() => Err(OpsError::NotFound {
            what: "provider",
            name: provider.to_string(),
        }),
        None if roles.contains(&Role::Provider) => Err(OpsError::Refused(
            "the role provider needs to know which provider it is".into(),
        )),
        _ => Ok(()),
    }
}

/// What an account is to be.
pub(super) struct Change<'a> {
    pub roles: &'a [Role],
    pub provider: Option<ProviderId>,
    pub active: bool,
}

/// Changes a user, seen in this version. The last active administrator stays one.
pub(super) fn change(
    tx: &mut Tx<'_>,
    office: &Office,
    actor: &Actor,
    (id, version): (UserId, i64),
    to: &Change<'_>,
) -> Result<Outcome> {
    allowed(actor, Permission::ManageUsers)?;
    let old = tx.user_row(id)?.ok_or_else(|| OpsError::NotFound {
        what: "user",
        name: id.to_string(),
    })?;
    if old.version != version {
        return Err(StoreError::Stale.into());
    }
    let stays_admin = to.active && to.roles.contains(&Role::Admin);
    let others = office
        .store
        .users()?
        .iter()
        .any(|u| u.id != id && u.active && u.roles.contains(&Role::Admin));
    if !stays_admin && !others {
        return Err(OpsError::Refused("this is the last administrator".into()));
    }
    if to.active {
        may_be(tx, to.roles, to.provider)?;
    }
    tx.change_user(&User {
        roles: to.roles.to_vec(),
        provider: to.provider,
        active: to.active,
        ..old
    })?;
    let names: Vec<&str> = to.roles.iter().map(|r| r.name()).collect();
    tx.audit(AuditDraft {
        action: "user.change".to_owned(),
        object: format!("user {id}"),
        detail: serde_json::json!({
            "roles": names, "provider": to.provider, "active": to.active
        })
        .to_string(),
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    });
    Ok(Outcome::one(id.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn login_names() {
        assert!(login_is_valid("ann.lee-2"));
        assert!(!login_is_valid("Ann"));
        assert!(!login_is_valid("2ann"));
        assert!(!login_is_valid(""));
        assert_eq!(login_of("Ann Lee"), "annlee");
        assert_eq!(login_of("123"), "admin");
    }
}
