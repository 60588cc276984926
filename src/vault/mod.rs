//! Keys and ciphers: the only room that knows them.
//!
//! Owns the data key of a data directory, the key slots in `keys.toml` that wrap it, the keys
//! derived from it for each purpose, the sealed file format of everything encrypted outside the
//! database, random bytes and SHA-256. It must never write a key or a passphrase anywhere, nor
//! put one into an error, a log or a `Debug`.
//!
//! Start reading at [`Vault`], then `slots` (how `keys.toml` wraps the data key) and [`seal`]
//! (the file format).

mod digest;
mod error;
pub mod files;
mod key;
mod key_file;
pub mod seal;
mod slots;

pub use digest::{digest_hex, random_bytes};
pub use error::VaultError;
pub use key::{DataKey, SealKey};

use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Name of the file in the data directory that holds the key slots.
pub const KEYS_FILE: &str = "keys.toml";

/// What unlocks a data directory.
#[derive(Clone)]
pub enum KeySource {
    /// A passphrase, stretched with Argon2id.
    Passphrase(Zeroizing<String>),
    /// A file with 32 random bytes as hexadecimal text, outside the data directory.
    KeyFile(PathBuf),
}

impl std::fmt::Debug for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Passphrase(_) => f.write_str("Passphrase"),
            Self::KeyFile(path) => f.debug_tuple("KeyFile").field(path).finish(),
        }
    }
}

/// The unlocked keys of one data directory. Wiped from memory when dropped.
#[derive(Clone)]
pub struct Vault {
    store: Zeroizing<String>,
    index: SealKey,
    files: SealKey,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// Makes a new data key and `keys.toml` with one slot for `source`; `dir` and the key file
    /// are made if absent.
    ///
    /// # Errors
    /// [`VaultError::Exists`] when the directory already has keys (they are never overwritten),
    /// the key file's errors, [`VaultError::Io`].
    pub fn create(dir: &Path, source: &KeySource) -> Result<Self, VaultError> {
        files::create_private_dir(dir).map_err(|e| VaultError::io(dir, e))?;
        let path = dir.join(KEYS_FILE);
        if path.try_exists().map_err(|e| VaultError::io(&path, e))? {
            return Err(VaultError::Exists(path));
        }
        if let KeySource::KeyFile(file) = source {
            key_file::create_if_absent(file, dir)?;
        }
        let key = DataKey::generate()?;
        let text = slots::wrap_new(&key, source, dir)?;
        files::write_new(&path, text.as_bytes()).map_err(|e| {
            if e.kind() == std::io::ErrorKind::AlreadyExists {
                VaultError::Exists(path.clone())
            } else {
                VaultError::io(&path, e)
            }
        })?;
        Self::from_key(&key)
    }

    /// Unlocks the data directory `dir`.
    ///
    /// # Errors
    /// [`VaultError::NoKeys`] when it has no `keys.toml`, [`VaultError::WrongKey`],
    /// [`VaultError::OtherKind`], [`VaultError::Damaged`], [`VaultError::Newer`], and the key
    /// file's errors.
    pub fn open(dir: &Path, source: &KeySource) -> Result<Self, VaultError> {
        let path = dir.join(KEYS_FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Err(VaultError::NoKeys(dir.to_owned()));
            }
            Err(e) if e.kind() == std::io::ErrorKind::InvalidData => {
                return Err(VaultError::Damaged(path));
            }
            Err(e) => return Err(VaultError::io(&path, e)),
        };
        Self::from_key(&slots::unwrap(&text, source, dir)?)
    }

    /// A vault with a random key that is written nowhere: for the demonstration hospital.
    ///
    /// # Errors
    /// [`VaultError::Cipher`] when the machine has no random bytes.
    pub fn in_memory() -> Result<Self, VaultError> {
        Self::from_key(&DataKey::generate()?)
    }

    fn from_key(key: &DataKey) -> Result<Self, VaultError> {
        let store = key.derive("store")?;
        Ok(Self {
            store: Zeroizing::new(digest::to_hex(store.bytes())),
            index: key.derive("index")?,
            files: key.derive("files")?,
        })
    }

    /// The database's key as 64 hexadecimal digits, for the raw form `PRAGMA key = "x'…'"`.
    pub fn store_key_hex(&self) -> Zeroizing<String> {
        self.store.clone()
    }

    /// The key of the search index.
    pub fn index_key(&self) -> SealKey {
        self.index.clone()
    }

    /// The key of every other small file that is sealed (see [`seal::seal_bytes`]).
    pub fn files_key(&self) -> SealKey {
        self.files.clone()
    }
}

#[cfg(test)]
mod tests;
