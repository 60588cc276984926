//! `user`: who works here, with which roles, and which provider of the records they are.

use super::act::tell;
use super::args::{Json, Place, User as UserVerb};
use super::named::provider;
use super::output::{Exit, Failure, Out, Result};
use super::session::{Session, new_request};
use crate::domain::action::Action;
use crate::domain::ids::ProviderId;
use crate::domain::user::Role;
use crate::ops::{Account, OpsError};
use crate::text::show;
use serde_json::{Value, json};

/// Runs a verb of `user`.
pub fn run(place: &Place, verb: &UserVerb) -> Result {
    let session = place.open()?;
    match verb {
        UserVerb::Add {
            login,
            name,
            roles: names,
            provider: who,
            json,
        } => {
            let roles = roles(names)?;
            let action = Action::AddUser {
                login: login.clone(),
                name: name.clone().unwrap_or_else(|| login.clone()).into(),
                provider: charts_of(&session, &roles, who.as_deref(), None)?,
                roles,
            };
            done(&session, login, &action, json)
        }
        UserVerb::List(json) => list(&session, json.json),
        UserVerb::Roles {
            login,
            roles: names,
            provider: who,
            json,
        } => {
            let account = find(&session, login)?;
            let roles = roles(names)?;
            let provider = charts_of(&session, &roles, who.as_deref(), account.user.provider)?;
            let change = changed(&account, roles, provider, account.user.active);
            done(&session, login, &change, json)
        }
        UserVerb::Off { login, json } => switch(&session, login, false, json),
        UserVerb::On { login, json } => switch(&session, login, true, json),
    }
}

fn roles(names: &[String]) -> Result<Vec<Role>> {
    names
        .iter()
        .map(|name| {
            Role::from_name(name.trim()).ok_or_else(|| {
                let all: Vec<&str> = Role::ALL.iter().map(|r| r.name()).collect();
                Failure::Usage(format!("{name} is no role: {}", all.join(", ")))
            })
        })
        .collect()
}

/// Whose charts are theirs: the provider named, else the one they are already.
fn charts_of(
    session: &Session,
    roles: &[Role],
    named: Option<&str>,
    already: Option<ProviderId>,
) -> Result<Option<ProviderId>> {
    let who = match named {
        Some(name) => Some(provider(session, name)?),
        None => already,
    };
    if roles.contains(&Role::Provider) && who.is_none() {
        return Err(Failure::Usage(
            "whose charts are theirs? the role provider needs --provider NAME".to_owned(),
        ));
    }
    Ok(who)
}

fn find(session: &Session, login: &str) -> Result<Account> {
    let accounts = session.office.accounts(&session.actor)?;
    let found = accounts.into_iter().find(|one| one.user.login == login);
    found.ok_or_else(|| {
        OpsError::NotFound {
            what: "user",
            name: login.to_owned(),
        }
        .into()
    })
}

fn changed(
    account: &Account,
    roles: Vec<Role>,
    provider: Option<ProviderId>,
    active: bool,
) -> Action {
    Action::ChangeUser {
        user: account.user.id,
        version: account.user.version,
        roles,
        provider,
        active,
    }
}

fn switch(session: &Session, login: &str, active: bool, json: &Json) -> Result {
    let account = find(session, login)?;
    let user = &account.user;
    let change = changed(&account, user.roles.clone(), user.provider, active);
    done(session, login, &change, json)
}

/// Does it, and tells the account as it is now.
fn done(session: &Session, login: &str, action: &Action, json: &Json) -> Result {
    let (office, actor) = (&session.office, &session.actor);
    let outcome = office.act(actor, &new_request(), action)?;
    let account = find(session, login)?;
    let mut out = Out::new(json.json);
    if out.json {
        out.object(&row(&account))?;
        return out.done(Exit::Done);
    }
    tell(&mut out, session, action, &outcome)?;
    if account.user.active {
        out.line(format_args!("they work with: chartroom --as {login}"))?;
    } else {
        out.line(format_args!(
            "they cannot work until: chartroom user on {login}"
        ))?;
    }
    out.done(Exit::Done)
}

/// The roles of an account, which provider it is, and whether it is off.
fn is(account: &Account) -> String {
    let names: Vec<&str> = account.user.roles.iter().map(|r| r.name()).collect();
    let who = account.provider.as_ref();
    let who = who.map_or_else(String::new, |name| format!(" = {}", show(name)));
    let state = if account.user.active { "" } else { "  (off)" };
    format!("{}{who}{state}", names.join(", "))
}

fn row(account: &Account) -> Value {
    let user = &account.user;
    let names: Vec<&str> = user.roles.iter().map(|r| r.name()).collect();
    json!({
        "login": user.login, "name": user.name, "roles": names, "active": user.active,
        "provider": account.provider
    })
}

fn list(session: &Session, json: bool) -> Result {
    let mut out = Out::new(json);
    for account in session.office.accounts(&session.actor)? {
        if out.json {
            out.object(&row(&account))?;
        } else {
            out.line(format_args!(
                "{:<16} {:<24} {}",
                account.user.login,
                show(&account.user.name),
                is(&account)
            ))?;
        }
    }
    out.done(Exit::Done)
}
