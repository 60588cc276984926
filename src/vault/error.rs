//! What can go wrong with keys, named for what the caller can do about it.

use std::path::{Path, PathBuf};

/// Errors of the vault. Each message is one line that says what to do; none holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The passphrase or key file does not fit any slot.
    #[error("wrong passphrase or key file: give the one this data directory was made with")]
    WrongKey,
    /// No slot takes this kind of key.
    #[error("this data directory is not unlocked by a {given}: give its {wanted} instead")]
    OtherKind {
        /// What was given.
        given: &'static str,
        /// What there is a slot for.
        wanted: &'static str,
    },
    /// The directory has no `keys.toml`.
    #[error("{} has no keys.toml: run `chartroom init` first, or choose another --data-dir", .0.display())]
    NoKeys(PathBuf),
    /// The directory already has keys; they are never overwritten.
    #[error("{} exists already: this data directory has keys, open it instead of making it anew", .0.display())]
    Exists(PathBuf),
    /// `keys.toml` cannot be read as one.
    #[error("{} is damaged: put back a copy from a backup", .0.display())]
    Damaged(PathBuf),
    /// `keys.toml` was written by a later version.
    #[error("keys.toml has version {0}, which is newer than this program: use a newer Chartroom")]
    Newer(u32),
    /// The key file lies inside the data directory, where a thief of one has both.
    #[error("the key file {} lies inside the data directory: keep it elsewhere", .0.display())]
    KeyFileInside(PathBuf),
    /// Others can read the key file.
    #[error("others may read the key file {}: run chmod 600 on it", .0.display())]
    KeyFileMode(PathBuf),
    /// There is no such key file.
    #[error("there is no key file {}: check the path, or mount the place it is kept", .0.display())]
    KeyFileMissing(PathBuf),
    /// The file given is no key file.
    #[error("{} is no key file: it should hold 64 hexadecimal digits", .0.display())]
    KeyFileFormat(PathBuf),
    /// A passphrase of no characters.
    #[error("the passphrase is empty: choose one of at least a few words")]
    EmptyPassphrase,
    /// Reading or writing failed.
    #[error("cannot use {}: check that it exists, its owner and the space on the disk", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The cipher library refused; not caused by any input.
    #[error("the cipher library failed: the machine may be out of memory or of random bytes")]
    Cipher,
}

impl VaultError {
    /// An input or output error at a path.
    pub(super) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

impl From<aws_lc_rs::error::Unspecified> for VaultError {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self::Cipher
    }
}
