//! tantivy's files, sealed: every file is encrypted in blocks, `meta.json` and `.managed.json`
//! included (the schema and the file names are in them). Reads decrypt blocks into the cache; a read
//! inside one block is a slice of it. Texts of documents are read at random and seldom twice: their
//! files have small blocks and pass the cache by. Of these as many are mapped as fit into
//! `sealed::MAX_MAPPED` together: one hit of a search reads two or three blocks, and a call for each is a
//! fifth of its time. All else is read: mapped pages count as the program's memory.
//!
//! Locks are locks of the operating system on empty files: they go with their process, so none
//! is ever deleted. `watch` never calls back (tantivy's would look for text in `meta.json`);
//! readers ask instead (`super::reader`).

use super::cache::BlockCache;
use super::sealed::{MAX_HELD, MapRoom, Sealed, SealedFile};
use super::texts;
use crate::vault::SealKey;
use crate::vault::files;
use crate::vault::seal::{
    BLOCK_BYTES, HEADER_BYTES, SealReader, SealWriter, open_bytes, seal_bytes,
};
use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tantivy::directory::error::{
    DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError,
};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, TerminatingWrite,
    WatchCallback, WatchHandle, WritePtr,
};

/// tantivy's name of the file that lists the segments of a commit.
pub(super) const META: &str = "meta.json";

/// How many blocks of a folder did not open so far: searches that read while they go through
/// documents cannot say so there and then.
#[derive(Clone, Debug, Default)]
pub(super) struct Damage(Arc<AtomicU64>);

impl Damage {
    pub(super) fn seen(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn see(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A folder of sealed files.
#[derive(Clone)]
pub(super) struct SealedDirectory {
    inner: Arc<Inner>,
}

struct Inner {
    files: MmapDirectory,
    root: PathBuf,
    /// Bound into every file, so that none can be moved to another generation.
    label: String,
    key: SealKey,
    cache: Arc<BlockCache>,
    /// Files that are open somewhere: opened again after a reload they keep their blocks.
    open: Mutex<HashMap<PathBuf, Weak<SealedFile>>>,
    /// Files written and not synced yet. Nobody needs them before the next `meta.json`, and
    /// syncing them one after the other costs much less than each by itself.
    unsynced: Arc<Unsynced>,
    damage: Damage,
    /// Bytes that are mapped.
    mapped: Arc<AtomicU64>,
}

type Unsynced = Mutex<HashMap<PathBuf, File>>;

impl std::fmt::Debug for SealedDirectory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SealedDirectory")
            .field(&self.inner.root)
            .finish()
    }
}

impl SealedDirectory {
    /// The folder `root`, which must exist.
    pub(super) fn open(
        root: &Path,
        label: &str,
        key: &SealKey,
        cache: &Arc<BlockCache>,
    ) -> Result<Self, OpenDirectoryError> {
        Ok(Self {
            inner: Arc::new(Inner {
                files: MmapDirectory::open(root)?,
                root: root.to_owned(),
                label: label.to_owned(),
                key: key.clone(),
                cache: cache.clone(),
                open: Mutex::new(HashMap::new()),
                unsynced: Arc::default(),
                damage: Damage::default(),
                mapped: Arc::default(),
            }),
        })
    }

    pub(super) fn damage(&self) -> Damage {
        self.inner.damage.clone()
    }

    /// The bytes of a file, and how many they are.
    fn sealed(&self, path: &Path) -> Result<(Sealed, u64), OpenReadError> {
        let wrap = |e: io::Error| OpenReadError::wrap_io_error(e, path.to_owned());
        let file = File::open(self.full(path)).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(path.to_owned()),
            _ => wrap(e),
        })?;
        let length = file.metadata().map_err(wrap)?.len();
        if length <= MAX_HELD {
            return Ok((Sealed::hold(&file, length).map_err(wrap)?, length));
        }
        let room = texts::is_text(path).then(|| MapRoom::take(&self.inner.mapped, length));
        let Some(room) = room.flatten() else {
            return Ok((Sealed::Open(file), length));
        };
        let mapped = self.inner.files.get_file_handle(path)?;
        let bytes = mapped.read_bytes(0..length as usize).map_err(wrap)?;
        Ok((Sealed::Mapped { bytes, _room: room }, length))
    }

    /// Makes everything written so far durable.
    fn sync(&self) -> io::Result<()> {
        let unsynced = std::mem::take(&mut *unsynced(&self.inner.unsynced));
        for file in unsynced.values() {
            file.sync_data()?;
        }
        files::sync_dir(&self.inner.root)
    }

    fn full(&self, path: &Path) -> PathBuf {
        self.inner.root.join(path)
    }

    fn name(&self, path: &Path) -> String {
        format!("{}/{}", self.inner.label, path.display())
    }
}

impl Directory for SealedDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let inner = &self.inner;
        let mut open = inner.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = open.get(path).and_then(Weak::upgrade) {
            return Ok(file);
        }
        let wrap = |e: io::Error| OpenReadError::wrap_io_error(e, path.to_owned());
        let (sealed, length) = self.sealed(path)?;
        let mut room = Vec::new();
        let header = 0..length.min(HEADER_BYTES as u64);
        let header = sealed.read(&header, &mut room).map_err(wrap)?;
        let seal = SealReader::new(&inner.key, &self.name(path), header, length)
            .map_err(|e| wrap(e.into()))?;
        let file = SealedFile {
            id: inner.cache.new_file(),
            sealed,
            seal,
            cache: inner.cache.clone(),
            damage: inner.damage.clone(),
        };
        // The last block tells whether the file is complete; tantivy reads its end next anyway.
        file.block(file.seal.blocks() - 1).map_err(wrap)?;
        let file = Arc::new(file);
        open.retain(|_, file| file.strong_count() > 0);
        open.insert(path.to_owned(), Arc::downgrade(&file));
        Ok(file)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        let mut open = self
            .inner
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        open.remove(path);
        unsynced(&self.inner.unsynced).remove(path);
        self.inner.files.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.files.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let wrap = |e: io::Error| OpenWriteError::wrap_io_error(e, path.to_owned());
        let file = files::create_private(&self.full(path)).map_err(|e| {
            if e.kind() == io::ErrorKind::AlreadyExists {
                OpenWriteError::FileAlreadyExists(path.to_owned())
            } else {
                wrap(e)
            }
        })?;
        let make = match texts::is_text(path) {
            true => SealWriter::small,
            false => SealWriter::new,
        };
        let writer = make(&self.inner.key, &self.name(path), file).map_err(wrap)?;
        let boxed: Box<dyn TerminatingWrite + Send + Sync> = Box::new(SealedWrite {
            writer: Some(writer),
            path: path.to_owned(),
            unsynced: self.inner.unsynced.clone(),
        });
        Ok(io::BufWriter::with_capacity(BLOCK_BYTES, boxed))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let wrap = |e: io::Error| OpenReadError::wrap_io_error(e, path.to_owned());
        let sealed = std::fs::read(self.full(path)).map_err(|e| {
            if e.kind() == io::ErrorKind::NotFound {
                OpenReadError::FileDoesNotExist(path.to_owned())
            } else {
                wrap(e)
            }
        })?;
        open_bytes(&self.inner.key, &self.name(path), &sealed).map_err(|e| wrap(e.into()))
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let sealed = seal_bytes(&self.inner.key, &self.name(path), data)?;
        let full = self.full(path);
        if path == Path::new(META) {
            self.sync()?;
            return files::replace(&full, &sealed);
        }
        // The list of files is rewritten for each file of a segment.
        let file = files::replace_unsynced(&full, &sealed)?;
        unsynced(&self.inner.unsynced).insert(path.to_owned(), file);
        Ok(())
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.sync()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        let path = self.full(&lock.filepath);
        let file = files::open_private(&path).map_err(LockError::wrap_io_error)?;
        if lock.is_blocking {
            file.lock().map_err(LockError::wrap_io_error)?;
        } else {
            file.try_lock().map_err(|e| match e {
                TryLockError::WouldBlock => LockError::LockBusy,
                TryLockError::Error(e) => LockError::wrap_io_error(e),
            })?;
        }
        Ok(DirectoryLock::from(Box::new(HeldLock { _file: file })))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

/// Closing the file frees the lock.
struct HeldLock {
    _file: File,
}

/// A sealed file being written; its end is sealed when tantivy terminates it, and it is synced
/// before the next `meta.json` is written.
struct SealedWrite {
    /// `None` once it is terminated.
    writer: Option<SealWriter<File>>,
    path: PathBuf,
    unsynced: Arc<Unsynced>,
}

impl SealedWrite {
    fn writer(&mut self) -> io::Result<&mut SealWriter<File>> {
        let ended = || io::Error::other("the file is terminated");
        self.writer.as_mut().ok_or_else(ended)
    }
}

impl Write for SealedWrite {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer()?.flush()
    }
}

impl TerminatingWrite for SealedWrite {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.writer()?.finish()?;
        if let Some(writer) = self.writer.take() {
            let file = writer.into_inner();
            unsynced(&self.unsynced).insert(self.path.clone(), file);
        }
        Ok(())
    }
}

fn unsynced(files: &Unsynced) -> std::sync::MutexGuard<'_, HashMap<PathBuf, File>> {
    // Every change of the list is one step.
    files.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::Vault;
    use tantivy::HasLen;

    fn directory() -> (tempfile::TempDir, SealedDirectory) {
        let root = tempfile::tempdir().unwrap();
        let key = Vault::in_memory().unwrap().index_key();
        let cache = Arc::new(BlockCache::new(1 << 20));
        let directory = SealedDirectory::open(root.path(), "gen", &key, &cache).unwrap();
        (root, directory)
    }

    fn write(directory: &SealedDirectory, name: &str, text: &[u8]) {
        let mut file = directory.open_write(Path::new(name)).unwrap();
        file.write_all(text).unwrap();
        file.terminate().unwrap();
    }

    #[test]
    fn every_range_comes_back() {
        let (_root, directory) = directory();
        let text: Vec<u8> = (0..12 * BLOCK_BYTES + 5).map(|i| (i % 253) as u8).collect();
        write(&directory, "a", &text);
        let file = directory.open_read(Path::new("a")).unwrap();
        assert_eq!(file.len(), text.len());
        let edges: Vec<usize> = (0..=12)
            .flat_map(|n| [n * BLOCK_BYTES, n * BLOCK_BYTES + 3])
            .collect();
        for &from in &edges {
            for &to in edges.iter().filter(|&&to| to >= from) {
                let bytes = file.read_bytes_slice(from..to).unwrap();
                assert_eq!(bytes.as_slice(), &text[from..to], "{from}..{to}");
            }
        }
        assert!(
            directory
                .get_file_handle(Path::new("a"))
                .unwrap()
                .read_bytes(0..text.len() + 1)
                .is_err()
        );
    }

    #[test]
    fn files_are_private_named_and_written_once() {
        use std::os::unix::fs::PermissionsExt;
        let (root, directory) = directory();
        write(&directory, "a", b"x");
        directory.atomic_write(Path::new("m"), b"one").unwrap();
        directory.atomic_write(Path::new("m"), b"two").unwrap();
        assert_eq!(directory.atomic_read(Path::new("m")).unwrap(), b"two");
        assert!(directory.open_write(Path::new("a")).is_err());
        for name in ["a", "m"] {
            let mode = std::fs::metadata(root.path().join(name))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::rename(root.path().join("a"), root.path().join("b")).unwrap();
        assert!(directory.open_read(Path::new("b")).is_err());
        assert!(matches!(
            directory.open_read(Path::new("none")),
            Err(OpenReadError::FileDoesNotExist(_))
        ));
    }

    #[test]
    fn a_file_without_its_end_does_not_open() {
        let (_root, directory) = directory();
        let mut file = directory.open_write(Path::new("a")).unwrap();
        file.write_all(&[1; 2 * BLOCK_BYTES]).unwrap();
        file.flush().unwrap();
        drop(file);
        assert!(directory.open_read(Path::new("a")).is_err());
    }

    #[test]
    fn a_lock_is_held_once_and_freed_with_its_holder() {
        let (_root, directory) = directory();
        let lock = Lock {
            filepath: PathBuf::from(".lock"),
            is_blocking: false,
        };
        let held = directory.acquire_lock(&lock).unwrap();
        assert!(directory.acquire_lock(&lock).is_err());
        drop(held);
        assert!(directory.acquire_lock(&lock).is_ok());
    }
}
