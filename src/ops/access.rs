//! The question every action and every view asks first.

use super::Office;
use super::error::{OpsError, Result};
use crate::domain::chart::Chart;
use crate::domain::document::{Document, Sensitivity};
use crate::domain::encounter::Encounter;
use crate::domain::ids::ProviderId;
use crate::domain::permission::{Grant, Permission, grant, refusal_of};
use crate::domain::search::SearchAccess;
use crate::domain::user::{Actor, User};
use crate::domain::worklist::{Reader, Scope};

/// How far the actor may; an error if not at all.
pub(super) fn allowed(actor: &Actor, permission: Permission) -> Result<Scope> {
    match (grant(&actor.user, permission), actor.user.provider) {
        (Grant::Yes, _) => Ok(Scope::All),
        (Grant::Own, Some(provider)) => Ok(Scope::Provider(provider)),
        _ => Err(denied(actor, permission)),
    }
}

/// Whether the actor may about everybody's work; an error that says who may if not.
pub(super) fn allowed_for_all(actor: &Actor, permission: Permission) -> Result<()> {
    match grant(&actor.user, permission) {
        Grant::Yes => Ok(()),
        _ if !actor.user.active => Err(denied(actor, permission)),
        _ => Err(OpsError::NotPermitted {
            permission,
            why: refusal_of(&actor.user.roles, permission, Grant::Yes),
        }),
    }
}

pub(super) fn denied(actor: &Actor, permission: Permission) -> OpsError {
    let roles = &actor.user.roles;
    let why = match grant(&actor.user, permission) {
        _ if !actor.user.active => "the account is switched off".to_owned(),
        Grant::No => refusal_of(roles, permission, Grant::Own),
        // Whoever is granted their own was refused what is somebody else's.
        Grant::Own | Grant::Yes => "only your own charts and items are open to you".to_owned(),
    };
    OpsError::NotPermitted { permission, why }
}

/// Whether the account still stands as the actor has it.
pub(super) fn stands(actor: &Actor, row: &User) -> Result<()> {
    if !row.active {
        return Err(OpsError::SwitchedOff(row.login.clone()));
    }
    if row.version != actor.user.version {
        return Err(OpsError::RolesChanged(row.login.clone()));
    }
    Ok(())
}

/// Who reads a worklist.
pub(super) fn reader(actor: &Actor) -> Result<Reader> {
    Ok(Reader {
        user: actor.user.id,
        scope: allowed(actor, Permission::OpenChart)?,
        all_drafts: all_drafts(actor),
    })
}

/// Who may overrule the lint must be able to read what it blocked, whoever wrote it.
pub(super) fn all_drafts(actor: &Actor) -> bool {
    grant(&actor.user, Permission::OverrideLint) == Grant::Yes
}

/// Whether the actor may open this chart; `covered` are those a provider stands in for.
pub(super) fn may_open(actor: &Actor, chart: &Chart, covered: &[ProviderId]) -> Result<()> {
    match allowed(actor, Permission::OpenChart)? {
        Scope::All => Ok(()),
        Scope::Provider(me) if responsible(chart, me) => Ok(()),
        Scope::Provider(_) if covered.iter().any(|p| responsible(chart, *p)) => Ok(()),
        Scope::Provider(_) => Err(denied(actor, Permission::OpenChart)),
    }
}

/// Whether a provider takes part in a chart.
pub(super) fn responsible(chart: &Chart, me: ProviderId) -> bool {
    let e = &chart.encounter;
    e.attending == Some(me) || e.admitting == Some(me) || chart.providers.iter().any(|p| p.id == me)
}

/// Whether the actor may see this document of a chart they may open.
pub(super) fn may_read(actor: &Actor, document: &Document) -> bool {
    document.facts.sensitivity == Sensitivity::Normal
        || match grant(&actor.user, Permission::ViewSensitive) {
            Grant::Yes => true,
            Grant::Own => actor.user.provider.is_some_and(|me| {
                [
                    document.author,
                    document.authenticator,
                    document.assigned,
                    document.cosigner,
                ]
                .contains(&Some(me))
            }),
            Grant::No => false,
        }
}

impl Office {
    /// The provider and those they stand in for now.
    pub(super) fn acting_for(&self, me: ProviderId) -> Result<Vec<ProviderId>> {
        let mut who = self.store.covered(me, self.now())?;
        who.push(me);
        Ok(who)
    }

    /// Keeps of visits those whose charts are the reader's: led by the provider, or by one they
    /// stand in for, or with something that either owes.
    pub(super) fn keep_theirs<T>(
        &self,
        scope: Scope,
        found: Vec<T>,
        visit: impl Fn(&T) -> &Encounter,
    ) -> Result<Vec<T>> {
        let Scope::Provider(me) = scope else {
            return Ok(found);
        };
        let who = self.acting_for(me)?;
        let mut theirs = Vec::new();
        for one in found {
            let e = visit(&one);
            let mut leading = [e.attending, e.admitting].into_iter().flatten();
            if leading.any(|p| who.contains(&p)) || self.store.owes(e.id, &who)? {
                theirs.push(one);
            }
        }
        Ok(theirs)
    }

    /// The access filter of a search.
    pub(super) fn search_access(&self, actor: &Actor) -> Result<SearchAccess> {
        let (only_provider, owed) = match allowed(actor, Permission::Search)? {
            Scope::All => (None, Vec::new()),
            Scope::Provider(me) => {
                let who = self.acting_for(me)?;
                (Some(me), self.store.documents_owed(me, &who)?)
            }
        };
        Ok(SearchAccess {
            only_provider,
            owed,
            sensitive: grant(&actor.user, Permission::ViewSensitive) == Grant::Yes,
        })
    }
}
