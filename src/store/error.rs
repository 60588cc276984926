//! What can go wrong in the store, by what the caller can do about it.

use std::path::PathBuf;

/// An error of the store. Messages name files and ids, never patient text.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no store at this place.
    #[error(
        "there is no Chartroom store at {0}: run `chartroom init`, or name its folder with --data-dir"
    )]
    Missing(PathBuf),
    /// There is a store already.
    #[error("{0} holds a Chartroom store already; nothing was changed")]
    Exists(PathBuf),
    /// The key does not open it, or it is no database.
    #[error("{0} does not open: wrong key, or not a Chartroom store")]
    WrongKey(PathBuf),
    /// The file is damaged.
    #[error("{path} is damaged ({detail}): restore a backup; what can be read stays readable")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the database engine said.
        detail: String,
    },
    /// The file was written by a newer version.
    #[error(
        "{path} was written by a newer Chartroom (format {found}, this one knows {known}): update Chartroom"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format number.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// Another process kept the store busy for longer than the busy timeout.
    #[error("the store is busy with another process; try again")]
    Busy,
    /// No space is left; nothing of this change was kept.
    #[error("the disk is full: nothing of this change was kept; free some space and repeat it")]
    Full,
    /// The operating system refused a write (a size limit, a failing disk); nothing of this
    /// change was kept.
    #[error(
        "the store could not be written ({0}): nothing of this change was kept; check the disk's space, limits and health"
    )]
    WriteFailed(String),
    /// The folder or file cannot be written; reading still works.
    #[error("the store cannot be written (read-only or no permission): {0}")]
    ReadOnly(String),
    /// A row changed since the caller read it.
    #[error("changed meanwhile")]
    Stale,
    /// The row does not exist.
    #[error("no {what} {id}")]
    NotFound {
        /// What kind of row.
        what: &'static str,
        /// Its identity.
        id: i64,
    },
    /// A file operation failed.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database engine refused a statement.
    #[error("the database refused a statement: {0}")]
    Sql(String),
}

impl StoreError {
    /// Sorts an engine error by what the caller can do.
    pub(crate) fn from_sql(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as C;
        let text = error.to_string();
        match error {
            rusqlite::Error::SqliteFailure(inner, _) if is_write(inner.extended_code) => {
                Self::WriteFailed(text)
            }
            rusqlite::Error::SqliteFailure(inner, _) => match inner.code {
                // The last one: another process mends the log after a crash and is not done yet.
                C::DatabaseBusy | C::DatabaseLocked | C::FileLockingProtocolFailed => Self::Busy,
                C::DiskFull => Self::Full,
                C::ReadOnly | C::CannotOpen | C::PermissionDenied => Self::ReadOnly(text),
                C::DatabaseCorrupt | C::NotADatabase | C::SystemIoFailure => Self::Damaged {
                    path: PathBuf::from("chartroom.db"),
                    detail: text,
                },
                _ => Self::Sql(text),
            },
            _ => Self::Sql(text),
        }
    }
}

/// Whether an engine's extended code tells of a write (or of making room for one) that failed:
/// that is no damage of what is there.
fn is_write(extended: std::ffi::c_int) -> bool {
    use rusqlite::ffi;
    matches!(
        extended,
        ffi::SQLITE_IOERR_WRITE
            | ffi::SQLITE_IOERR_FSYNC
            | ffi::SQLITE_IOERR_DIR_FSYNC
            | ffi::SQLITE_IOERR_TRUNCATE
            | ffi::SQLITE_IOERR_SHMSIZE
    )
}

/// Results of the store.
pub type Result<T> = std::result::Result<T, StoreError>;

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    #[test]
    fn a_store_that_another_process_holds_is_busy_not_broken() {
        for code in [
            ffi::SQLITE_BUSY,
            ffi::SQLITE_BUSY_RECOVERY,
            ffi::SQLITE_LOCKED,
            ffi::SQLITE_PROTOCOL,
        ] {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            let error = StoreError::from_sql(error);
            assert!(matches!(error, StoreError::Busy), "{code}: {error:?}");
        }
    }
}
