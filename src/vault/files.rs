//! Private files: mode 0600 in folders of mode 0700, written so that a reader sees all or
//! nothing, whatever the process's umask.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use tempfile::{Builder, NamedTempFile};

/// Makes a folder and its missing parents with mode 0700; one that exists is left as it is.
///
/// # Errors
/// What the system says.
pub fn create_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Makes a file that must not exist yet, for writing, with mode 0600.
///
/// # Errors
/// `AlreadyExists`, or what the system says.
pub fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Opens a file for writing without changing it, made with mode 0600 if absent: for lock files.
///
/// # Errors
/// What the system says.
pub fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Replaces a file in one step, durably: a temporary file beside it is written, synced and
/// renamed, then the folder is synced.
///
/// # Errors
/// What the system says; the old content then stays.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    written(path, content)?.persist(path).map_err(|e| e.error)?;
    sync_dir(parent(path))
}

/// As [`replace`], but nothing is durable until the file given back is synced, and then the
/// folder ([`sync_dir`]).
///
/// # Errors
/// What the system says; the old content then stays.
pub fn replace_unsynced(path: &Path, content: &[u8]) -> io::Result<File> {
    unsynced(path, content)?.persist(path).map_err(|e| e.error)
}

/// Writes a file that must not exist yet, in one step and durably.
///
/// # Errors
/// `AlreadyExists`, or what the system says.
pub fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    written(path, content)?
        .persist_noclobber(path)
        .map_err(|e| e.error)?;
    sync_dir(parent(path))
}

/// Makes the names in a folder durable.
///
/// # Errors
/// What the system says.
pub fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// A synced temporary file (mode 0600) beside `path`.
fn written(path: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let file = unsynced(path, content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The same, not synced.
fn unsynced(path: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = Builder::new().prefix(".new-").tempfile_in(parent(path))?;
    file.write_all(content)?;
    Ok(file)
}

/// The folder a path lies in; `.` for a bare name.
pub(super) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    }
}
