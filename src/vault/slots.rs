//! `keys.toml`: key slots that wrap the data key.
//!
//! Each slot holds the data key sealed with AES-256-GCM under a key made from a passphrase
//! (Argon2id) or a key file (HKDF). Everything else in the slot is bound as associated data, so
//! that no parameter can be weakened unnoticed. Cost parameters are data in the slot: new slots
//! may use others without a new format.

use super::digest::{digest_hex, from_hex, random_bytes, to_hex};
use super::error::VaultError;
use super::key::{DataKey, KEY_BYTES, expand};
use super::{KEYS_FILE, KeySource, key_file};
use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use std::path::Path;
use zeroize::Zeroizing;

/// Version of the file's form.
const VERSION: u32 = 1;
/// Length of the authentication tag in bytes.
const TAG_BYTES: usize = 16;
/// Most memory a slot may ask for, so that a changed file cannot exhaust the machine: 1 GiB.
const MAX_MEMORY_KIB: u32 = 1 << 20;
/// Most passes a slot may ask for.
const MAX_PASSES: u32 = 64;

/// Argon2id's cost for new slots: 64 MiB and three passes in one lane, RFC 9106 §4's second
/// recommended choice with one lane instead of four.
const DEFAULT_COST: Cost = Cost {
    memory_kib: 65_536,
    passes: 3,
    lanes: 1,
};

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeysFile {
    version: u32,
    /// SHA-256 over the slots as bound: tells damage from a wrong key.
    digest: String,
    slot: Vec<Slot>,
}

/// Only what every version has.
#[derive(Deserialize)]
struct AnyVersion {
    version: u32,
}

/// One way to unlock.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Slot {
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    argon2id: Option<Cost>,
    salt: String,
    nonce: String,
    wrapped: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Passphrase,
    KeyFile,
}

impl Kind {
    fn of(source: &KeySource) -> Self {
        match source {
            KeySource::Passphrase(_) => Self::Passphrase,
            KeySource::KeyFile(_) => Self::KeyFile,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Passphrase => "passphrase",
            Self::KeyFile => "key file",
        }
    }
}

/// Argon2id's cost.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// The text of a new `keys.toml` with one slot.
pub(super) fn wrap_new(
    key: &DataKey,
    source: &KeySource,
    data_dir: &Path,
) -> Result<String, VaultError> {
    let kind = Kind::of(source);
    let mut slot = Slot {
        kind,
        argon2id: (kind == Kind::Passphrase).then_some(DEFAULT_COST),
        salt: to_hex(&random_bytes::<32>()?),
        nonce: to_hex(&random_bytes::<NONCE_LEN>()?),
        wrapped: String::new(),
    };
    let path = data_dir.join(KEYS_FILE);
    let damaged = || VaultError::Damaged(path.clone());
    let cipher = slot.cipher(source, data_dir)?.ok_or_else(damaged)?;
    let nonce = slot.nonce().ok_or_else(damaged)?;
    let mut wrapped = Zeroizing::new(key.bytes().to_vec());
    // Room for the tag first: growing later would leave an unwiped copy of the key behind.
    wrapped.reserve_exact(TAG_BYTES);
    let tag = cipher.seal_in_place_separate_tag(nonce, Aad::from(slot.bound()), &mut wrapped)?;
    wrapped.extend_from_slice(tag.as_ref());
    slot.wrapped = to_hex(&wrapped);
    let file = KeysFile {
        version: VERSION,
        digest: digest(std::slice::from_ref(&slot)),
        slot: vec![slot],
    };
    let body = toml::to_string(&file).map_err(|_| damaged())?;
    Ok(format!(
        "# The data key of this directory, wrapped. Without its passphrase or key file it is\n\
         # useless; without this file the data are lost. Keep a copy with the backups.\n{body}"
    ))
}

/// The data key from the text of a `keys.toml`.
pub(super) fn unwrap(
    text: &str,
    source: &KeySource,
    data_dir: &Path,
) -> Result<DataKey, VaultError> {
    let damaged = || VaultError::Damaged(data_dir.join(KEYS_FILE));
    let any: AnyVersion = toml::from_str(text).map_err(|_| damaged())?;
    if any.version > VERSION {
        return Err(VaultError::Newer(any.version));
    }
    let file: KeysFile = toml::from_str(text).map_err(|_| damaged())?;
    let first = file.slot.first().ok_or_else(damaged)?;
    if file.digest != digest(&file.slot) {
        return Err(damaged());
    }
    let given = Kind::of(source);
    if !file.slot.iter().any(|slot| slot.kind == given) {
        return Err(VaultError::OtherKind {
            given: given.words(),
            wanted: first.kind.words(),
        });
    }
    for slot in file.slot.iter().filter(|slot| slot.kind == given) {
        let cipher = slot.cipher(source, data_dir)?.ok_or_else(damaged)?;
        let nonce = slot.nonce().ok_or_else(damaged)?;
        let mut wrapped = Zeroizing::new(
            from_hex::<{ KEY_BYTES + TAG_BYTES }>(&slot.wrapped).ok_or_else(damaged)?,
        );
        let aad = Aad::from(slot.bound());
        if let Ok(plain) = cipher.open_in_place(nonce, aad, wrapped.as_mut_slice()) {
            let mut key = Zeroizing::new([0u8; KEY_BYTES]);
            key.copy_from_slice(plain);
            return Ok(DataKey::from_bytes(key));
        }
    }
    Err(VaultError::WrongKey)
}

/// SHA-256 over the slots.
fn digest(slots: &[Slot]) -> String {
    let mut all = String::new();
    for slot in slots {
        all.push_str(&slot.bound());
        all.push_str(&slot.wrapped);
        all.push('\n');
    }
    digest_hex(all.as_bytes())
}

impl Slot {
    /// Everything of the slot but the wrapped key, as bound to it.
    fn bound(&self) -> String {
        let cost = self.argon2id.map_or_else(String::new, |cost| {
            format!("{},{},{}", cost.memory_kib, cost.passes, cost.lanes)
        });
        format!(
            "chartroom key slot\n{VERSION}\n{}\n{cost}\n{}\n{}\n",
            self.kind.words(),
            self.salt,
            self.nonce
        )
    }

    fn nonce(&self) -> Option<Nonce> {
        from_hex::<NONCE_LEN>(&self.nonce).map(Nonce::assume_unique_for_key)
    }

    /// The cipher that wraps; `None` when the slot itself makes no sense.
    fn cipher(
        &self,
        source: &KeySource,
        data_dir: &Path,
    ) -> Result<Option<LessSafeKey>, VaultError> {
        let Some(salt) = from_hex::<32>(&self.salt) else {
            return Ok(None);
        };
        let key = match source {
            KeySource::Passphrase(words) => {
                if words.is_empty() {
                    return Err(VaultError::EmptyPassphrase);
                }
                let Some(argon) = self.argon2id.and_then(Cost::argon2) else {
                    return Ok(None);
                };
                let mut key = Zeroizing::new([0u8; KEY_BYTES]);
                argon
                    .hash_password_into(words.as_bytes(), &salt, key.as_mut_slice())
                    .map_err(|_| VaultError::Cipher)?;
                key
            }
            KeySource::KeyFile(path) => {
                let secret = key_file::read(path, data_dir)?;
                expand(&salt, secret.as_slice(), &[b"chartroom key file slot"])?
            }
        };
        let unbound = UnboundKey::new(&AES_256_GCM, key.as_slice())?;
        Ok(Some(LessSafeKey::new(unbound)))
    }
}

impl Cost {
    fn argon2(self) -> Option<Argon2<'static>> {
        if self.memory_kib > MAX_MEMORY_KIB || self.passes > MAX_PASSES {
            return None;
        }
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(KEY_BYTES)).ok()?;
        Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::files;

    /// A slot changed by someone who knows the format: the digest fits, the binding does not.
    #[test]
    fn a_slot_changed_with_a_fitting_digest_opens_nothing() {
        let root = tempfile::tempdir().unwrap();
        let data = root.path().join("data");
        files::create_private_dir(&data).unwrap();
        let source = KeySource::Passphrase(Zeroizing::new("three small owls".to_owned()));
        let text = wrap_new(&DataKey::generate().unwrap(), &source, &data).unwrap();
        assert!(unwrap(&text, &source, &data).is_ok());
        let changes: [fn(&mut Slot); 3] = [
            |slot| slot.argon2id.as_mut().unwrap().passes = 1,
            |slot| slot.salt = "00".repeat(32),
            |slot| slot.nonce = "00".repeat(NONCE_LEN),
        ];
        for change in changes {
            let mut file: KeysFile = toml::from_str(&text).unwrap();
            change(&mut file.slot[0]);
            file.digest = digest(&file.slot);
            let changed = toml::to_string(&file).unwrap();
            let error = unwrap(&changed, &source, &data).unwrap_err();
            assert!(matches!(error, VaultError::WrongKey));
        }
    }

    #[test]
    fn a_slot_that_asks_for_all_memory_is_damaged() {
        let cost = Cost {
            memory_kib: u32::MAX,
            passes: 1,
            lanes: 1,
        };
        assert!(cost.argon2().is_none());
    }
}
