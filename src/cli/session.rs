//! Opening the data directory for a verb: place, keys, site files, acting user.

use super::args::Place;
use super::output::{Failure, Result};
use crate::domain::ids::RequestId;
use crate::domain::time::{Clock, Instant, SystemClock};
use crate::domain::user::Actor;
use crate::ops::{Office, Opening, OpsError, SiteFiles, login_of};
use crate::vault::{KeySource, Vault};
use anyhow::Context;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An opened hospital with who works in it.
pub struct Session {
    /// The hospital.
    pub office: Arc<Office>,
    /// Who works.
    pub actor: Actor,
}

impl Place {
    /// The data directory: as given, else the platform's.
    pub fn data_dir(&self) -> Result<PathBuf> {
        match &self.data_dir {
            Some(dir) => Ok(dir.clone()),
            None => Ok(platform()?.data_dir().to_owned()),
        }
    }

    /// The configuration directory: as given, else the platform's.
    pub fn config_dir(&self) -> Result<PathBuf> {
        match &self.config_dir {
            Some(dir) => Ok(dir.clone()),
            None => Ok(platform()?.config_dir().to_owned()),
        }
    }

    /// What unlocks the data: the options, else a prompt on the terminal.
    pub fn key_source(&self, confirm: bool) -> Result<KeySource> {
        if let Some(file) = &self.key_file {
            return Ok(KeySource::KeyFile(file.clone()));
        }
        if let Some(file) = &self.passphrase_file {
            let text = std::fs::read_to_string(file).with_context(|| {
                format!("the passphrase file {} cannot be read", file.display())
            })?;
            let line = text.lines().next().unwrap_or_default();
            if line.is_empty() {
                return Err(Failure::Usage(format!(
                    "{} has no passphrase in its first line",
                    file.display()
                )));
            }
            return Ok(KeySource::Passphrase(zeroize::Zeroizing::new(
                line.to_owned(),
            )));
        }
        super::passphrase::ask(confirm).map(KeySource::Passphrase)
    }

    /// The site's own files of the configuration directory, if there are any.
    pub fn site_files(&self) -> Result<SiteFiles> {
        let dir = self.config_dir()?;
        Ok(SiteFiles {
            rules: rule_files(&dir.join("rules"))?,
            opportunities: rule_files(&dir.join("opportunities"))?,
            review_priority: text_of(&dir.join(crate::cdi::worklist::PRIORITY_FILE))?,
            language: self.language_files()?,
            settings: text_of(&dir.join("settings.toml"))?,
            letters: files_of(&dir.join("templates"), &["txt", "html"])?,
            query_templates: rule_files(&dir.join("query-templates"))?,
        })
    }

    /// The site's words of `language/` in the configuration directory: (file name, text).
    pub fn language_files(&self) -> Result<Vec<(String, String)>> {
        let folder = self.config_dir()?.join("language");
        let mut site = Vec::new();
        for (name, _) in crate::language::FILES {
            let path = folder.join(name);
            match std::fs::read_to_string(&path) {
                Ok(text) => site.push((name.to_owned(), text)),
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => {
                    let what = format!("{} cannot be read", path.display());
                    return Err(anyhow::Error::from(e).context(what).into());
                }
            }
        }
        Ok(site)
    }

    /// Opens the data directory and signs the acting user in.
    pub fn open(&self) -> Result<Session> {
        let dir = self.data_dir()?;
        if !is_there(&dir.join("chartroom.db"))? && !is_there(&dir.join(crate::vault::KEYS_FILE))? {
            return Err(OpsError::Store(crate::ops::StoreError::Missing(dir)).into());
        }
        let vault = Office::unlock(&dir, &self.key_source(false)?)?;
        self.open_with(&dir, &vault, Arc::new(SystemClock))
    }

    /// Opens a data directory whose keys are unlocked.
    pub fn open_with(&self, dir: &Path, vault: &Vault, clock: Arc<dyn Clock>) -> Result<Session> {
        let session = new_id();
        let office = Office::open(&Opening {
            dir,
            vault,
            session: &session,
            clock,
            site: &self.site_files()?,
        })?;
        self.sign_in(office, &session)
    }

    /// Signs the acting user in: the one named, else the one called like the operating system's
    /// user, else the only one there is.
    pub fn sign_in(&self, office: Office, session: &str) -> Result<Session> {
        let os_user = os_user();
        let login = match &self.user {
            Some(login) => login.clone(),
            None => match office.only_user()? {
                Some(only) => only,
                None => login_of(&os_user.name),
            },
        };
        let actor = office
            .sign_in(&login, &os_user.told(), &terminal(), session)
            .map_err(|error| match error {
                OpsError::NotFound { what: "user", .. } if self.user.is_none() => {
                    Failure::Usage(format!("there are several users and none is called {login}: name yourself with --as"))
                }
                other => other.into(),
            })?;
        Ok(Session {
            office: Arc::new(office),
            actor,
        })
    }
}

/// The text of a file; none if there is no such file.
fn text_of(path: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(anyhow::Error::from(e)
            .context(path.display().to_string())
            .into()),
    }
}

/// The rule files of a folder, by name; none if there is no such folder.
pub fn rule_files(dir: &Path) -> Result<Vec<(String, String)>> {
    files_of(dir, &["toml"])
}

/// The files of a folder that end in one of these ways, by name; none if there is no such folder.
pub fn files_of(dir: &Path, endings: &[&str]) -> Result<Vec<(String, String)>> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => {
            return Err(anyhow::Error::from(e)
                .context(dir.display().to_string())
                .into());
        }
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let ending = path.extension().and_then(|e| e.to_str());
        if ending.is_some_and(|e| endings.contains(&e)) {
            let text =
                std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            files.push((name, text));
        }
    }
    files.sort();
    Ok(files)
}

fn platform() -> Result<directories::ProjectDirs> {
    directories::ProjectDirs::from("", "", "chartroom").ok_or_else(|| {
        Failure::Usage(
            "there is no home directory: name folders with --data-dir and --config-dir".to_owned(),
        )
    })
}

/// A new identity for a session or a request: ordered by time.
pub fn new_id() -> String {
    if clock_makes_sense(SystemClock.now()).is_err() {
        // Somebody set the clock back while we run; `now_v7` would end the program for it.
        return uuid::Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, 0, 0)).to_string();
    }
    uuid::Uuid::now_v7().to_string()
}

/// Refuses a clock that stands before 1970, as that of a machine whose battery is empty may: what is
/// dated by it would be wrong, and identities that are ordered by time cannot be made then.
///
/// # Errors
/// What the clock says, and what to do.
pub fn clock_makes_sense(now: Instant) -> Result<()> {
    if now >= Instant(0) {
        return Ok(());
    }
    let now = now.rfc3339();
    Err(Failure::Other(anyhow::anyhow!(
        "this machine's clock says {now}, which is before 1970: set it, then start again; nothing was read or changed"
    )))
}

/// Whether there is such a file. A folder that may not be looked into is not taken for an empty one.
fn is_there(path: &Path) -> Result<bool> {
    path.try_exists().map_err(|e| {
        let what = format!("{} cannot be looked at", path.display());
        anyhow::Error::from(e).context(what).into()
    })
}

/// A new request.
pub fn new_request() -> RequestId {
    RequestId(new_id())
}

/// The operating system's user.
pub struct OsUser {
    /// Name, `uid N` if it has none.
    pub name: String,
    uid: u32,
}

impl OsUser {
    /// As the audit row tells it: the name can be changed in a file, the number says who it was.
    pub fn told(&self) -> String {
        format!("{} (uid {})", self.name, self.uid)
    }
}

/// Asks the operating system who runs this process; environment variables are not asked.
pub fn os_user() -> OsUser {
    let uid = rustix::process::getuid().as_raw();
    let name = std::fs::read_to_string("/etc/passwd")
        .ok()
        .and_then(|text| {
            text.lines().find_map(|line| {
                let mut fields = line.split(':');
                let name = fields.next()?;
                (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
            })
        })
        .unwrap_or_else(|| format!("uid{uid}"));
    OsUser { name, uid }
}

/// Where the session sits: terminal, and the far end of an SSH connection if there is one.
fn terminal() -> String {
    let tty = rustix::termios::ttyname(std::io::stdin(), Vec::new())
        .ok()
        .and_then(|name| name.into_string().ok())
        .unwrap_or_else(|| "no terminal".to_owned());
    match std::env::var("SSH_CONNECTION")
        .ok()
        .and_then(|c| c.split(' ').next().map(str::to_owned))
    {
        Some(far) => format!("{tty} from {far}"),
        None => tty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_before_1970_is_refused_in_words() {
        assert!(clock_makes_sense(Instant(0)).is_ok());
        assert!(clock_makes_sense(SystemClock.now()).is_ok());
        let early = Instant::parse("1969-12-31T23:59:59Z").unwrap();
        let Err(Failure::Other(error)) = clock_makes_sense(early) else {
            panic!("a clock of 1969 was taken");
        };
        let told = error.to_string();
        assert!(
            told.contains("1969-12-31") && told.contains("set it"),
            "{told}"
        );
    }

    #[test]
    fn identities_come_in_the_order_of_time() {
        let (first, second) = (new_id(), new_id());
        assert!(first < second, "{first} {second}");
    }
}
