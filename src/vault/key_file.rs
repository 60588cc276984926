//! Key files: 32 random bytes as hexadecimal text, mode 0600, outside the data directory.

use super::digest::{from_hex, random_bytes, to_hex};
use super::error::VaultError;
use super::files;
use super::key::KEY_BYTES;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Makes the key file if there is none. `data_dir` must exist.
pub(super) fn create_if_absent(path: &Path, data_dir: &Path) -> Result<(), VaultError> {
    let folder = files::parent(path);
    refuse_inside(path, data_dir)?;
    files::create_private_dir(folder).map_err(|e| VaultError::io(folder, e))?;
    // Again, now that every folder on the way exists: `new/../data` shows only then.
    refuse_inside(path, data_dir)?;
    match std::fs::symlink_metadata(path) {
        Ok(_) => return Ok(()),
        Err(e) if e.kind() == ErrorKind::NotFound => {}
        Err(e) => return Err(VaultError::io(path, e)),
    }
    let key = Zeroizing::new(random_bytes::<KEY_BYTES>()?);
    let text = Zeroizing::new(to_hex(key.as_slice()) + "\n");
    match files::write_new(path, text.as_bytes()) {
        // Another process was quicker: its file is as good.
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other.map_err(|e| VaultError::io(path, e)),
    }
}

/// Reads the key file, after checking where it lies and who may read it.
pub(super) fn read(path: &Path, data_dir: &Path) -> Result<Zeroizing<[u8; KEY_BYTES]>, VaultError> {
    refuse_inside(path, data_dir)?;
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(e) if e.kind() == ErrorKind::NotFound => {
            return Err(VaultError::KeyFileMissing(path.to_owned()));
        }
        Err(e) => return Err(VaultError::io(path, e)),
    };
    if !metadata.is_file() {
        return Err(VaultError::KeyFileFormat(path.to_owned()));
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0 {
        return Err(VaultError::KeyFileMode(path.to_owned()));
    }
    // A huge file is not read: 64 digits, a line end and some white space are enough.
    if metadata.len() > 256 {
        return Err(VaultError::KeyFileFormat(path.to_owned()));
    }
    let bytes = Zeroizing::new(std::fs::read(path).map_err(|e| VaultError::io(path, e))?);
    std::str::from_utf8(&bytes)
        .ok()
        .and_then(|text| from_hex(text.trim()))
        .map(Zeroizing::new)
        .ok_or_else(|| VaultError::KeyFileFormat(path.to_owned()))
}

/// Refuses a key file in the data directory: whoever takes the one would have both. Both the
/// name given and what it links to are looked at.
fn refuse_inside(path: &Path, data_dir: &Path) -> Result<(), VaultError> {
    let inside = |candidate: std::io::Result<PathBuf>| -> bool {
        match (candidate, data_dir.canonicalize()) {
            (Ok(file), Ok(dir)) => file.starts_with(dir),
            // What does not exist lies nowhere; reading it will say so.
            _ => false,
        }
    };
    let existing = path.ancestors().skip(1).find_map(|p| match p {
        p if p.as_os_str().is_empty() => Path::new(".").canonicalize().ok(),
        p => p.canonicalize().ok(),
    });
    let named = existing.ok_or_else(|| ErrorKind::NotFound.into());
    if inside(named) || inside(path.canonicalize()) {
        return Err(VaultError::KeyFileInside(path.to_owned()));
    }
    Ok(())
}
