//! What can go wrong with the index, named for what the caller can do about it.

use crate::grammar::GrammarError;
use std::io;
use std::path::{Path, PathBuf};
use tantivy::TantivyError;
use tantivy::directory::error::{OpenReadError, OpenWriteError};

/// Why an index must be built anew from the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RebuildReason {
    /// There is none.
    #[error("there is no index yet")]
    Missing,
    /// It belongs to another store, or to this one before it was restored.
    #[error("the index belongs to another store")]
    Foreign,
    /// It cannot be read, or not with this key.
    #[error("the index is damaged")]
    Corrupt,
    /// Another version of Chartroom made it.
    #[error("the index was made by another version")]
    OtherSchema,
    /// A rebuild was not finished.
    #[error("the last rebuild was not finished")]
    Unfinished,
}

/// Errors of the index. None holds text of a document or of a query.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Another process writes: leave it to that one.
    #[error("another process writes the index")]
    Locked,
    /// The index must be rebuilt from the store.
    #[error("{0}; it is rebuilt from the store")]
    NeedsRebuild(RebuildReason),
    /// The query cannot be understood.
    #[error(transparent)]
    Query(#[from] GrammarError),
    /// Reading or writing failed for a reason outside the index (space, rights, limits).
    #[error("cannot use the index at {}: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The search library failed in a way it should not; nothing was changed.
    #[error("the search library failed")]
    Engine(#[source] Box<TantivyError>),
}

impl IndexError {
    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    /// An error while searching an index at `path`. A fault of ours is not called damage, or
    /// the same query would start one rebuild after the other.
    pub(super) fn searching(path: &Path, error: TantivyError) -> Self {
        use TantivyError::*;
        match error {
            InvalidArgument(_) | SchemaError(_) | InternalError(_) | FieldNotFound(_)
            | ErrorInThread(_) | Poisoned | SystemError(_) => Self::Engine(Box::new(error)),
            _ => Self::opening(path, error),
        }
    }

    /// An error while opening an index at `path`. The files authenticate themselves, so
    /// whatever is not the system's fault means that the index is damaged.
    pub(super) fn opening(path: &Path, error: TantivyError) -> Self {
        match system_error(&error) {
            Some(source) => Self::io(path, source),
            None => match error {
                TantivyError::LockFailure(..) => Self::Locked,
                _ => Self::NeedsRebuild(RebuildReason::Corrupt),
            },
        }
    }

    /// An error while writing an index at `path`.
    pub(super) fn writing(path: &Path, error: TantivyError) -> Self {
        match (system_error(&error), &error) {
            (Some(source), _) => Self::io(path, source),
            (None, TantivyError::LockFailure(..)) => Self::Locked,
            (None, TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, .. })) => {
                Self::io(path, clone_io(io_error))
            }
            (None, TantivyError::IoError(io_error)) => Self::io(path, clone_io(io_error)),
            (None, TantivyError::DataCorruption(_) | TantivyError::OpenReadError(_)) => {
                Self::NeedsRebuild(RebuildReason::Corrupt)
            }
            _ => Self::Engine(Box::new(error)),
        }
    }
}

/// The error of the operating system, if it is one that no rebuild would cure.
fn system_error(error: &TantivyError) -> Option<io::Error> {
    let io_error = match error {
        TantivyError::IoError(e) => e,
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. }) => io_error,
        TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, .. }) => io_error,
        _ => return None,
    };
    outside(io_error).then(|| clone_io(io_error))
}

/// Whether an error of the operating system has nothing to do with what a file holds: rights,
/// memory, open files, space.
pub(super) fn outside(error: &io::Error) -> bool {
    use io::ErrorKind::*;
    use rustix::io::Errno;
    let limits = [Errno::MFILE, Errno::NFILE, Errno::NOMEM, Errno::IO];
    let code = error.raw_os_error();
    matches!(
        error.kind(),
        PermissionDenied | OutOfMemory | StorageFull | QuotaExceeded | ReadOnlyFilesystem
    ) || limits.iter().any(|e| code == Some(e.raw_os_error()))
}

/// A copy of an error that tantivy shares.
fn clone_io(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => error.kind().into(),
    }
}
