//! Making, opening and joining a hospital's data directory.

use super::access::allowed;
use super::error::{OpsError, Result};
use super::indexing::{CheckProgress, Checkup, Depth, Indexing};
use super::{Office, Settings, users};
use crate::domain::ids::UserId;
use crate::domain::permission::Permission;
use crate::domain::time::Clock;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::{Actor, Role, User};
use crate::store::{Meta, NewStore, Store, StoreError};
use crate::vault::{KeySource, Vault, files, random_bytes};
use jiff::tz::TimeZone;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// The roles of the user `init` makes: one person can start alone.
const FIRST_ROLES: &[Role] = &[
    Role::Analyst,
    Role::Cdi,
    Role::Coder,
    Role::Supervisor,
    Role::Admin,
];

/// A site's own files, laid over the embedded defaults.
#[derive(Clone, Debug, Default)]
pub struct SiteFiles {
    /// Deficiency rules: (file name, text).
    pub rules: Vec<(String, String)>,
    /// Opportunity rules and concepts of `opportunities/`: (file name, text).
    pub opportunities: Vec<(String, String)>,
    /// `review_priority.toml`: what comes first on the worklist of documentation integrity.
    pub review_priority: Option<String>,
    /// Words of `language/`: (file name, text).
    pub language: Vec<(String, String)>,
    /// `settings.toml`.
    pub settings: Option<String>,
    /// Letter templates: (file name, text).
    pub letters: Vec<(String, String)>,
    /// Query templates of `query-templates/`: (file name, text).
    pub query_templates: Vec<(String, String)>,
}

/// How to open a data directory.
pub struct Opening<'a> {
    /// The data directory.
    pub dir: &'a Path,
    /// The unlocked keys.
    pub vault: &'a Vault,
    /// This run of the program: audit chain and session.
    pub session: &'a str,
    /// Where "now" comes from.
    pub clock: Arc<dyn Clock>,
    /// The site's own files.
    pub site: &'a SiteFiles,
}

/// Hours by which the audit log may be ahead of the clock: clocks are set by small steps.
const CLOCKS_APART: i64 = 1;

impl Office {
    /// Makes a new data directory with its first user and opens it.
    ///
    /// # Errors
    /// The directory has a store already, the zone is unknown, the login is not valid, or what
    /// vault and store say.
    pub fn create(
        opening: &Opening<'_>,
        facility: &Untrusted,
        zone: &str,
        first: (&str, &Untrusted),
        os_user: &str,
    ) -> Result<Self> {
        zone_named(zone)?;
        files::create_private_dir(opening.dir).map_err(|source| OpsError::Io {
            path: opening.dir.to_owned(),
            source,
        })?;
        let id: [u8; 16] = random_bytes()?;
        let new = NewStore {
            id: &crate::store::hex(&id),
            facility: facility.raw(),
            zone,
            now: opening.clock.now(),
        };
        let key = opening.vault.store_key_hex();
        let store = Store::create(opening.dir, &key, opening.session, &new)?;
        let actor = first_actor(first.0, os_user, opening.session);
        let meta = Meta {
            actor: &actor,
            now: opening.clock.now(),
            request: None,
        };
        store.write(&meta, |tx| {
            users::insert(tx, first.0, first.1, FIRST_ROLES, None)
        })?;
        Self::over(opening, store)
    }

    /// Opens a data directory.
    ///
    /// # Errors
    /// What the store says, or a mistake in the site's files.
    pub fn open(opening: &Opening<'_>) -> Result<Self> {
        let key = opening.vault.store_key_hex();
        let store = Store::open(opening.dir, &key, opening.session)?;
        Self::over(opening, store)
    }

    fn over(opening: &Opening<'_>, store: Store) -> Result<Self> {
        let setting = |name| -> Result<String> {
            store
                .setting(name)?
                .ok_or(OpsError::Store(StoreError::Damaged {
                    path: store.path().to_owned(),
                    detail: format!("the setting {name} is missing"),
                }))
        };
        let zone = zone_named(&setting("zone")?)?;
        let facility = setting("facility")?.into();
        let index = Indexing::new(opening.dir, opening.vault.index_key(), &store);
        Ok(Self {
            index,
            site_rules: opening.site.rules.clone(),
            rules: OnceLock::new(),
            linter: OnceLock::new(),
            templates: OnceLock::new(),
            site_templates: opening.site.query_templates.clone(),
            documented: super::drafts::Documented::default(),
            ladder: OnceLock::new(),
            query_ladder: OnceLock::new(),
            site_letters: opening.site.letters.clone(),
            letters: OnceLock::new(),
            site_opportunities: opening.site.opportunities.clone(),
            opportunity_rules: OnceLock::new(),
            site_priority: opening.site.review_priority.clone(),
            review_priority: OnceLock::new(),
            site_language: opening.site.language.clone(),
            language: OnceLock::new(),
            settings: Settings::load(opening.site.settings.as_deref())?,
            clock: Arc::clone(&opening.clock),
            zone,
            facility,
            store,
        })
    }

    /// Unlocks the keys of a data directory.
    ///
    /// # Errors
    /// What the vault says.
    pub fn unlock(dir: &Path, source: &KeySource) -> Result<Vault> {
        Ok(Vault::open(dir, source)?)
    }

    /// The acting user: an active account by its login name.
    ///
    /// # Errors
    /// [`OpsError::NotFound`] when there is none, [`OpsError::Refused`] when it is switched off.
    pub fn sign_in(
        &self,
        login: &str,
        os_user: &str,
        terminal: &str,
        session: &str,
    ) -> Result<Actor> {
        let user = self.store.user(login)?.ok_or_else(|| OpsError::NotFound {
            what: "user",
            name: login.to_owned(),
        })?;
        let actor = Actor {
            user,
            os_user: os_user.to_owned(),
            terminal: terminal.to_owned(),
            session: session.to_owned(),
        };
        if !actor.user.active {
            let error = OpsError::Refused(format!("the account {login} is switched off"));
            self.refused(&actor, "session.start", &error);
            return Err(error);
        }
        self.disclose(
            &actor,
            crate::store::AuditDraft {
                action: "session.start".to_owned(),
                object: format!("user {}", actor.user.id),
                ..Default::default()
            },
        )?;
        Ok(actor)
    }

    /// The only active user, when there is just one.
    ///
    /// # Errors
    /// What the store says.
    pub fn only_user(&self) -> Result<Option<String>> {
        let mut active = self.store.users()?.into_iter().filter(|u| u.active);
        Ok(match (active.next(), active.next()) {
            (Some(user), None) => Some(user.login),
            _ => None,
        })
    }

    /// What of the site's rules cannot be used: while there is a mistake nothing is analysed and no
    /// step is proposed. Nothing is read where the site has none of its own.
    pub fn rule_mistakes(&self) -> Vec<String> {
        if self.site_rules.is_empty() {
            return Vec::new();
        }
        let rules = self.rules().err();
        let ladders = [self.ladder().err(), self.query_ladder().err()];
        told_once(rules.into_iter().chain(ladders.into_iter().flatten()))
    }

    /// What of all the site's files cannot be used.
    fn mistakes(&self) -> Vec<String> {
        let others = [
            self.letter_templates().err(),
            self.query_templates().err(),
            self.opportunity_rules().err(),
            self.review_priority().err(),
            self.language().err(),
        ];
        let mut mistakes = self.rule_mistakes();
        mistakes.extend(told_once(others.into_iter().flatten()));
        mistakes
    }

    /// Checks the store file, the audit chains, the site's files, the clock and the index; gives what is
    /// wrong, nothing when all is well, and what is worth saying besides.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn doctor(
        &self,
        actor: &Actor,
        depth: Depth,
        progress: &mut dyn FnMut(CheckProgress),
    ) -> Result<Checkup> {
        allowed(actor, Permission::Administer)?;
        let mut found = Checkup {
            problems: self.store.check()?,
            notes: Vec::new(),
        };
        found.problems.extend(self.store.audit_verify()?.problems);
        found.problems.extend(self.mistakes());
        self.check_clock(&mut found)?;
        // Before the feed is trimmed: what the index has not followed yet stands there.
        if let Err(error) = self.check_index(depth, progress, &mut found) {
            let told = error.to_string();
            if !found.problems.contains(&told) {
                found.problems.push(told);
            }
        }
        let before = self.now().plus_hours(-24 * self.settings.outbox_days);
        self.store.trim_outbox(before)?;
        Ok(found)
    }

    fn check_clock(&self, found: &mut Checkup) -> Result<()> {
        let newest = self.store.audit_rows(1)?;
        if let Some(row) = newest.first()
            && row.at > self.now().plus_hours(CLOCKS_APART)
        {
            found.problems.push(format!(
                "the clock says {}, and the newest entry of the audit log is of {}: the clock is wrong now, or was then",
                self.now().rfc3339(),
                row.at.rfc3339()
            ));
        }
        Ok(())
    }
}

/// Each mistake once: several readers may stumble over one.
fn told_once(mistakes: impl Iterator<Item = OpsError>) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for mistake in mistakes.map(|mistake| mistake.to_string()) {
        if !told.contains(&mistake) {
            told.push(mistake);
        }
    }
    told
}

/// A time zone by its IANA name.
///
/// # Errors
/// [`OpsError::Refused`] when there is none of that name.
pub fn zone_named(name: &str) -> Result<TimeZone> {
    // The built-in database alone: the same zones on every machine, and no walk through the
    // system's.
    jiff::tz::TimeZoneDatabase::bundled()
        .get(name)
        .map_err(|_| {
            OpsError::Refused(format!(
                "{name} is no time zone: name one like America/New_York"
            ))
        })
}

/// The one who makes the first user, before there is any.
fn first_actor(login: &str, os_user: &str, session: &str) -> Actor {
    Actor {
        user: User {
            id: UserId(0),
            login: login.to_owned(),
            name: Untrusted::default(),
            roles: Vec::new(),
            provider: None,
            active: true,
            version: 0,
        },
        os_user: os_user.to_owned(),
        terminal: String::new(),
        session: session.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Hospital, at};
    use super::Depth;

    fn problems(h: &Hospital) -> Vec<String> {
        let found = h.office.doctor(&h.me, Depth::Sample, &mut |_| {});
        found.unwrap().problems
    }

    #[test]
    fn doctor_tells_of_files_that_cannot_be_used_and_of_a_clock_that_is_behind() {
        let h = Hospital::new();
        assert_eq!(problems(&h), [""; 0]);
        assert_eq!(h.office.rule_mistakes(), [""; 0]);
        h.clock.set(at("2025-01-01T00:00:00Z"));
        let told = problems(&h);
        assert!(told[0].contains("the clock is wrong"), "{told:?}");

        let h = Hospital::with_rules(&[("mine.toml", "x = 3")]);
        let told = problems(&h);
        assert_eq!(told, h.office.rule_mistakes());
        assert!(told[0].contains("mine.toml:1"), "{told:?}");
    }
}
