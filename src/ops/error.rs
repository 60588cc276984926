//! What can go wrong in a use case, and how it is told.

use crate::domain::permission::Permission;
use crate::store::StoreError;

/// An error of a use case.
#[derive(Debug, thiserror::Error)]
pub enum OpsError {
    /// The user may not do that.
    #[error("not permitted: {why}")]
    NotPermitted {
        /// What was needed.
        permission: Permission,
        /// Who may, and who asked.
        why: String,
    },
    /// The account was switched off while its session went on.
    #[error("the account {0} was switched off")]
    SwitchedOff(String),
    /// The roles of the account were changed while its session went on: ask again as the user
    /// is now.
    #[error("the roles of {0} were changed")]
    RolesChanged(String),
    /// It cannot be done as asked; nothing was changed.
    #[error("{0}")]
    Refused(String),
    /// What was typed cannot be understood: what is wrong, and where.
    #[error("{0}")]
    Mistaken(String),
    /// The index is not there yet; what was asked can be asked again.
    #[error("the index is being built")]
    Building,
    /// Nobody waits for the answer any more: nothing was shown, and nothing is told.
    #[error("something else was asked meanwhile")]
    Overtaken,
    /// There is no such thing.
    #[error("no {what} {name}")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
        /// What was asked for.
        name: String,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index.
    #[error(transparent)]
    Index(#[from] crate::index::IndexError),
    /// The rules.
    #[error(transparent)]
    Rules(#[from] crate::rules::RulesError),
    /// The compliance rules of queries.
    #[error(transparent)]
    Lint(#[from] crate::cdi::lint::LintError),
    /// The query templates.
    #[error(transparent)]
    Template(#[from] crate::cdi::template::TemplateError),
    /// The letter templates.
    #[error(transparent)]
    Letter(#[from] crate::report::letters::LetterError),
    /// Keys.
    #[error(transparent)]
    Vault(#[from] crate::vault::VaultError),
    /// A settings file.
    #[error("settings: {0}")]
    Settings(String),
    /// A file operation.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl OpsError {
    /// Of a file that should have been made: what the system says, in words where it is the
    /// user's to mend.
    pub(crate) fn making(path: &std::path::Path, source: std::io::Error) -> Self {
        if source.kind() != std::io::ErrorKind::AlreadyExists {
            return Self::Io {
                path: path.to_owned(),
                source,
            };
        }
        let name = path.file_name().unwrap_or(path.as_os_str());
        Self::Refused(format!(
            "there is a file {} already; give another name",
            crate::text::show(&name.to_string_lossy().into_owned().into())
        ))
    }
}

/// Results of use cases.
pub type Result<T> = std::result::Result<T, OpsError>;

/// What a screen tells of an error: what happened, what was kept, what to press next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub what: String,
    /// What was kept.
    pub kept: String,
    /// What to do next.
    pub next: String,
}

impl From<&OpsError> for Notice {
    fn from(error: &OpsError) -> Self {
        let (kept, next) = match error {
            OpsError::NotPermitted { .. } => ("nothing was changed", "ask someone with the role"),
            // The words say why it cannot be done: nothing was begun.
            OpsError::Refused(_) | OpsError::Mistaken(_) => ("", ""),
            OpsError::SwitchedOff(_) => ("what was typed is kept", "ask your administrator"),
            OpsError::RolesChanged(_) => ("what was typed is kept", "do it again if you still may"),
            OpsError::NotFound { .. } => ("nothing was changed", "refresh"),
            OpsError::Store(StoreError::Stale) => {
                ("your change was not made", "refresh and look again")
            }
            OpsError::Store(StoreError::Busy) => ("nothing was changed", "try again"),
            OpsError::Store(StoreError::Full) => (
                "nothing of this change was kept",
                "free some space and repeat it",
            ),
            OpsError::Store(StoreError::ReadOnly(_)) => {
                ("reading still works", "ask your administrator")
            }
            OpsError::Building => (
                "charts and work are not affected",
                "search again in a moment",
            ),
            OpsError::Index(_) => (
                "charts and work are not affected",
                "try again; the index mends itself",
            ),
            _ => ("nothing was changed", "run `chartroom doctor`"),
        };
        Self {
            what: error.to_string(),
            kept: kept.to_owned(),
            next: next.to_owned(),
        }
    }
}
