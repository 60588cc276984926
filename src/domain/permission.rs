//! Who may do what: one table, asked by `ops` for every action and every view.
//!
//! The table is that of the domain reference §10: product defaults, not law. Deny is the
//! default; `Own` means "only items, charts and queries of the provider the user is".

use super::named::named_enum;
use super::user::{Role, User};

named_enum! {
    /// What can be permitted.
    pub enum Permission {
        /// Open a chart, a worklist of charts or a document.
        OpenChart = "open_chart",
        /// Search the text of charts.
        Search = "search",
        /// Run the analysis, create and assign deficiencies, take charts.
        CreateDeficiency = "create_deficiency",
        /// Decline or complete a deficiency.
        CompleteDeficiency = "complete_deficiency",
        /// Void, bulk reassignment, holds.
        SuperviseDeficiency = "supervise_deficiency",
        /// See the suspension list.
        ViewSuspension = "view_suspension",
        /// Put providers on the suspension list or lift them.
        ManageSuspension = "manage_suspension",
        /// Draft and issue queries.
        WriteQuery = "write_query",
        /// Override a lint finding, with a reason.
        OverrideLint = "override_lint",
        /// Answer a query.
        AnswerQuery = "answer_query",
        /// See the worklist of documentation integrity and the reviews of stays.
        ViewReview = "view_review",
        /// Review stays: findings, working diagnoses, hand-over to the coder.
        WriteReview = "write_review",
        /// Code stays: final diagnoses, codes final, coded or not after all, hand back to the specialist.
        CodeStay = "code_stay",
        /// See the effect on payment groups.
        ViewImpact = "view_impact",
        /// See the figures of clinical documentation integrity.
        ViewCdiFigures = "view_cdi_figures",
        /// Release records.
        Release = "release",
        /// See 42 CFR Part 2 and other restricted documents.
        ViewSensitive = "view_sensitive",
        /// Open a chart beyond one's scope, with a reason.
        BreakGlass = "break_glass",
        /// Registry work.
        Registry = "registry",
        /// Propose or decide patient merges.
        Merge = "merge",
        /// Read the audit log.
        ReadAudit = "read_audit",
        /// Manage users.
        ManageUsers = "manage_users",
        /// Change rules.
        ManageRules = "manage_rules",
        /// Import records.
        Import = "import",
        /// Backup, restore, rekey, rebuild, doctor.
        Administer = "administer",
    }
}

/// What nobody who answers queries may see, whatever other roles they have: a person who knows
/// what an answer is worth, or how often others agreed, is not asked neutrally any more.
const NEVER_WITH_PROVIDER: &[Permission] = &[Permission::ViewImpact, Permission::ViewCdiFigures];

/// How far a permission reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grant {
    /// Not at all.
    No,
    /// Own items only.
    Own,
    /// All.
    Yes,
}

/// What one role may do.
fn role_grant(role: Role, permission: Permission) -> Grant {
    use Grant::{No, Own, Yes};
    use Permission as P;
    use Role as R;
    match permission {
        P::OpenChart | P::Search => match role {
            R::Provider => Own,
            R::Admin => No,
            _ => Yes,
        },
        P::CreateDeficiency => yes_if(matches!(role, R::Analyst | R::Coder | R::Supervisor)),
        P::CompleteDeficiency => match role {
            R::Analyst | R::Supervisor => Yes,
            R::Provider => Own,
            _ => No,
        },
        P::SuperviseDeficiency | P::ManageSuspension | P::OverrideLint => {
            yes_if(role == R::Supervisor)
        }
        P::ViewSuspension => match role {
            R::Analyst | R::Supervisor | R::Auditor => Yes,
            R::Provider => Own,
            _ => No,
        },
        P::WriteQuery => yes_if(matches!(role, R::Cdi | R::Coder | R::Supervisor)),
        P::AnswerQuery => match role {
            R::Provider => Own,
            _ => No,
        },
        P::ViewReview => yes_if(matches!(
            role,
            R::Cdi | R::Coder | R::Supervisor | R::Auditor
        )),
        P::WriteReview => yes_if(matches!(role, R::Cdi | R::Supervisor)),
        P::CodeStay => yes_if(matches!(role, R::Coder | R::Supervisor)),
        P::ViewImpact | P::ViewCdiFigures => yes_if(matches!(
            role,
            R::Cdi | R::Coder | R::Supervisor | R::Auditor
        )),
        P::Release => yes_if(matches!(
            role,
            R::Supervisor | R::Privacy | R::Release | R::Auditor
        )),
        P::ViewSensitive => match role {
            R::Privacy | R::Release => Yes,
            R::Provider => Own,
            _ => No,
        },
        P::BreakGlass => yes_if(matches!(
            role,
            R::Analyst | R::Cdi | R::Coder | R::Provider | R::Supervisor | R::Privacy
        )),
        P::Registry => yes_if(role == R::Registrar),
        P::Merge => yes_if(matches!(role, R::Analyst | R::Supervisor)),
        P::ReadAudit => yes_if(matches!(role, R::Privacy | R::Auditor)),
        P::ManageUsers | P::Administer => yes_if(role == R::Admin),
        P::ManageRules => yes_if(matches!(role, R::Supervisor | R::Admin)),
        P::Import => yes_if(matches!(role, R::Admin | R::Supervisor)),
    }
}

fn yes_if(condition: bool) -> Grant {
    if condition { Grant::Yes } else { Grant::No }
}

/// What a user may do: the widest grant of any of their roles; nothing when inactive, and nothing
/// of impact for whoever is a provider too.
pub fn grant(user: &User, permission: Permission) -> Grant {
    let answers = user.roles.contains(&Role::Provider);
    if !user.active || (answers && NEVER_WITH_PROVIDER.contains(&permission)) {
        return Grant::No;
    }
    let widest = user
        .roles
        .iter()
        .map(|role| role_grant(*role, permission))
        .max()
        .unwrap_or(Grant::No);
    match widest {
        Grant::Own if user.provider.is_none() => Grant::No,
        other => other,
    }
}

/// Why a user with these roles may not, or not as far as `reach`, in a sentence that says who may:
/// `only a supervisor may; you are a coder`.
///
/// Of several permissions any one would do.
pub fn refusal(roles: &[Role], permissions: &[Permission], reach: Grant) -> String {
    refused(roles, permissions, reach, "")
}

/// The same about one permission by its words, where nothing else names what was asked for:
/// `only a supervisor may void, hold or reassign everything; you are a coder`.
pub fn refusal_of(roles: &[Role], permission: Permission, reach: Grant) -> String {
    let what = format!(" {}", permission.words());
    refused(roles, &[permission], reach, &what)
}

fn refused(roles: &[Role], permissions: &[Permission], reach: Grant, what: &str) -> String {
    let widest = |role: Role| {
        let grants = permissions.iter().map(|p| role_grant(role, *p));
        grants.max().unwrap_or(Grant::No)
    };
    let you = match roles {
        [] => "you have no role".to_owned(),
        roles => format!("you are {}", people(roles, "and")),
    };
    let own = roles.iter().any(|r| widest(*r) == Grant::Own);
    let never = permissions.iter().all(|p| NEVER_WITH_PROVIDER.contains(p));
    if roles.contains(&Role::Provider) && never {
        return format!("a provider may never{what}; {you}");
    }
    if own && reach != Grant::Yes {
        return "your account is not tied to a provider: ask an administrator".to_owned();
    }
    if own {
        return format!("goes beyond your own; {you}");
    }
    let may = |role: &Role| widest(*role) >= reach.max(Grant::Own);
    let who: Vec<Role> = Role::ALL.iter().copied().filter(may).collect();
    // Who is asked queries hears nothing of audits (rule L1 of the compliance check).
    let hushed = roles.contains(&Role::Provider) && who.contains(&Role::Auditor);
    if hushed || who.len() > MOST_NAMED {
        return format!("your role may not{what}; {you}");
    }
    format!("only {} may{what}; {you}", people(&who, "or"))
}

/// People of some roles: `an analyst, coder or supervisor`.
fn people(roles: &[Role], word: &str) -> String {
    let bare = |r: &Role| r.person().split_once(' ').map_or("", |(_, bare)| bare);
    let [first, others @ ..] = roles else {
        return "nobody".to_owned();
    };
    let mut told = first.person().to_owned();
    for (n, role) in others.iter().enumerate() {
        let last = n + 1 == others.len();
        let between = if last {
            format!(" {word} ")
        } else {
            ", ".to_owned()
        };
        told.push_str(&between);
        told.push_str(bare(role));
    }
    told
}

impl Permission {
    /// What it permits, behind `may`.
    pub fn words(self) -> &'static str {
        match self {
            Self::OpenChart => "open charts",
            Self::Search => "search charts",
            Self::CreateDeficiency => "analyze charts, add, assign or take items",
            Self::CompleteDeficiency => "complete or decline items",
            Self::SuperviseDeficiency => "void, hold or reassign everything, or record absences",
            Self::ViewSuspension => "see the suspension list",
            Self::ManageSuspension => "decide steps of the ladder or print letters",
            Self::WriteQuery => "write queries",
            Self::OverrideLint => "overrule the compliance check",
            Self::AnswerQuery => "answer queries",
            Self::ViewReview => "see reviews of stays",
            Self::WriteReview => "review stays",
            Self::CodeStay => "code stays",
            Self::ViewImpact => "see the effect on payment groups",
            Self::ViewCdiFigures => "see the figures of documentation integrity",
            Self::Release => "release records",
            Self::ViewSensitive => "see restricted documents",
            Self::BreakGlass => "open charts beyond their scope",
            Self::Registry => "work the registry",
            Self::Merge => "merge patients",
            Self::ReadAudit => "read the log of what was done and shown",
            Self::ManageUsers => "manage users",
            Self::ManageRules => "change rules",
            Self::Import => "import records",
            Self::Administer => "back up, restore, rebuild or check the store",
        }
    }
}

/// Most roles a refusal names.
const MOST_NAMED: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{ProviderId, UserId};
    use crate::domain::untrusted::Untrusted;

    fn user(roles: &[Role]) -> User {
        User {
            id: UserId(1),
            login: "t".into(),
            name: Untrusted::new("T"),
            roles: roles.to_vec(),
            provider: Some(ProviderId(7)),
            active: true,
            version: 1,
        }
    }

    #[test]
    fn nobody_may_anything_without_a_role_or_when_inactive() {
        for permission in Permission::ALL {
            assert_eq!(grant(&user(&[]), *permission), Grant::No);
            let mut gone = user(Role::ALL);
            gone.active = false;
            assert_eq!(grant(&gone, *permission), Grant::No);
        }
    }

    /// Every set of roles with the provider's in it: no other role brings impact back.
    #[test]
    fn impact_is_never_a_providers() {
        let mut seen = 0;
        for set in 0_u32..1 << Role::ALL.len() {
            let chosen = Role::ALL.iter().enumerate();
            let roles: Vec<Role> = chosen
                .filter(|(n, _)| set & (1 << n) != 0)
                .map(|(_, r)| *r)
                .collect();
            let provider = roles.contains(&Role::Provider);
            for permission in [Permission::ViewImpact, Permission::ViewCdiFigures] {
                let granted = grant(&user(&roles), permission);
                assert!(!provider || granted == Grant::No, "{roles:?}");
                seen += usize::from(granted == Grant::Yes);
            }
        }
        assert!(seen > 0, "somebody may see it");
    }

    /// Nobody is told of a permission by the name it has in code.
    #[test]
    fn a_refusal_is_said_in_words() {
        assert_eq!(
            refusal_of(&[Role::Analyst], Permission::Administer, Grant::Own),
            "only an administrator may back up, restore, rebuild or check the store; \
             you are an analyst"
        );
        assert_eq!(
            refusal_of(&[Role::Admin], Permission::OpenChart, Grant::Own),
            "your role may not open charts; you are an administrator"
        );
        for role in Role::ALL {
            for permission in Permission::ALL {
                let said = refusal_of(&[*role], *permission, Grant::Yes);
                assert!(!said.contains('_'), "{said}");
            }
        }
    }

    #[test]
    fn a_refusal_names_who_may_and_who_asked() {
        let says = |roles: &[Role], permission, reach| refusal(roles, &[permission], reach);
        let void = Permission::SuperviseDeficiency;
        assert_eq!(
            says(&[Role::Coder], void, Grant::Own),
            "only a supervisor may; you are a coder"
        );
        assert_eq!(
            says(&[], void, Grant::Own),
            "only a supervisor may; you have no role"
        );
        assert_eq!(
            says(
                &[Role::Cdi, Role::Coder],
                Permission::CompleteDeficiency,
                Grant::Own
            ),
            "only an analyst, provider or supervisor may; you are a CDI specialist and coder"
        );
        assert_eq!(
            says(&[Role::Admin], Permission::OpenChart, Grant::Own),
            "your role may not; you are an administrator"
        );
        assert_eq!(
            says(&[Role::Provider], Permission::ViewReview, Grant::Own),
            "your role may not; you are a provider"
        );
        assert_eq!(
            says(&[Role::Provider], Permission::OpenChart, Grant::Yes),
            "goes beyond your own; you are a provider"
        );
        assert_eq!(
            says(&[Role::Provider], Permission::OpenChart, Grant::Own),
            "your account is not tied to a provider: ask an administrator"
        );
        assert_eq!(
            says(
                &[Role::Cdi, Role::Provider],
                Permission::ViewCdiFigures,
                Grant::Own
            ),
            "a provider may never; you are a CDI specialist and provider"
        );
    }

    #[test]
    fn the_table_holds_where_it_matters_most() {
        assert_eq!(
            grant(&user(&[Role::Analyst]), Permission::SuperviseDeficiency),
            Grant::No
        );
        assert_eq!(
            grant(&user(&[Role::Provider]), Permission::OpenChart),
            Grant::Own
        );
        assert_eq!(
            grant(&user(&[Role::Admin]), Permission::OpenChart),
            Grant::No
        );
        assert_eq!(
            grant(&user(&[Role::Supervisor]), Permission::ReadAudit),
            Grant::No
        );
        let mut nobody = user(&[Role::Provider]);
        nobody.provider = None;
        assert_eq!(grant(&nobody, Permission::OpenChart), Grant::No);
    }
}
