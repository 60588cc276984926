//! The data key and the keys derived from it.

use super::digest::random_bytes;
use super::error::VaultError;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use zeroize::Zeroizing;

/// Length of every key in bytes.
pub(super) const KEY_BYTES: usize = 32;

/// The random key everything else of a data directory is derived from. Wiped when dropped.
pub struct DataKey(Zeroizing<[u8; KEY_BYTES]>);

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DataKey")
    }
}

impl DataKey {
    /// A new random key.
    pub(super) fn generate() -> Result<Self, VaultError> {
        Ok(Self(Zeroizing::new(random_bytes()?)))
    }

    /// A key from its bytes.
    pub(super) fn from_bytes(bytes: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        Self(bytes)
    }

    /// The bytes, to be wrapped by a slot.
    pub(super) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    /// The key for one purpose: HKDF-SHA256 with the purpose in the info.
    pub(super) fn derive(&self, purpose: &str) -> Result<SealKey, VaultError> {
        let info = [b"chartroom data key\0", purpose.as_bytes()];
        Ok(SealKey(expand(&[], self.0.as_slice(), &info)?))
    }
}

/// A key that seals files (see [`super::seal`]). Wiped when dropped.
#[derive(Clone)]
pub struct SealKey(Zeroizing<[u8; KEY_BYTES]>);

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey")
    }
}

impl SealKey {
    /// The bytes of the key.
    pub(super) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

/// HKDF-SHA256: extracts from `secret` with `salt`, expands with `info` (concatenated).
pub(super) fn expand(
    salt: &[u8],
    secret: &[u8],
    info: &[&[u8]],
) -> Result<Zeroizing<[u8; KEY_BYTES]>, Unspecified> {
    let mut out = Zeroizing::new([0u8; KEY_BYTES]);
    Salt::new(HKDF_SHA256, salt)
        .extract(secret)
        .expand(info, HKDF_SHA256)?
        .fill(out.as_mut_slice())?;
    Ok(out)
}
