//! Opening and creating the encrypted file, and the pool of connections to it.

use super::driver::{Conn, v};
use super::error::{Result, StoreError};
use super::log::Log;
use super::migrate;
use super::write::Chain;
use crate::domain::time::Instant;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Marks the file as ours (`CHRT`), so that another program's database is refused.
const APPLICATION_ID: i64 = 0x4348_5254;

/// Read connections kept open for the next read.
const IDLE_READERS: usize = 4;

/// The store: one writing connection, and as many reading ones as there are readers.
pub struct Store {
    path: PathBuf,
    key: zeroize::Zeroizing<String>,
    pub(super) writer: Mutex<Writer>,
    readers: Mutex<Vec<Conn>>,
    pub(super) log: Log,
    /// This store's identity, made at creation.
    pub id: String,
    /// Changes with every restore of a backup.
    pub epoch: i64,
}

/// The writing connection with the head of this process's audit chain.
pub(super) struct Writer {
    pub conn: Conn,
    pub chain: Chain,
}

/// What a new store is told of itself.
pub struct NewStore<'a> {
    /// Random identity.
    pub id: &'a str,
    /// Facility name.
    pub facility: &'a str,
    /// IANA time zone of the facility.
    pub zone: &'a str,
    /// Time of creation.
    pub now: Instant,
}

impl Store {
    /// The file's name in a data directory.
    pub const FILE: &'static str = "chartroom.db";

    /// Makes a new store in `dir`. `key` is 64 hexadecimal digits; `chain` names this process's
    /// audit chain.
    ///
    /// # Errors
    /// [`StoreError::Exists`] if there is one, else what the file system or engine says.
    pub fn create(dir: &Path, key: &str, chain: &str, new: &NewStore<'_>) -> Result<Self> {
        let path = dir.join(Self::FILE);
        create_private(&path)?;
        let conn = connect(&path, key)?;
        migrate::create(&conn, APPLICATION_ID)?;
        conn.immediate(|c| -> Result<()> {
            for (name, value) in [
                ("store_id", new.id),
                ("epoch", "1"),
                ("facility", new.facility),
                ("zone", new.zone),
            ] {
                c.run(
                    "INSERT INTO meta (key, value) VALUES ($1, $2)",
                    v![name, value],
                )?;
            }
            c.run(
                "INSERT INTO facility (id, name, zone, stub) VALUES (1, $1, $2, 0)",
                v![new.facility, new.zone],
            )?;
            Ok(())
        })?;
        sync_directory(dir)?;
        drop(conn);
        Self::open(dir, key, chain)
    }

    /// Opens the store in `dir`, bringing an older format up to date.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::WrongKey`], [`StoreError::Newer`],
    /// [`StoreError::Damaged`] or [`StoreError::ReadOnly`].
    pub fn open(dir: &Path, key: &str, chain: &str) -> Result<Self> {
        let path = dir.join(Self::FILE);
        if !path.exists() {
            return Err(StoreError::Missing(dir.to_owned()));
        }
        let mut conn = connect(&path, key)?;
        migrate::bring_up_to_date(&conn, &path, APPLICATION_ID)?;
        let log = Log::default();
        log.follow(&mut conn)?;
        let meta = |name: &str| {
            conn.one("SELECT value FROM meta WHERE key = $1", v![name], |r| {
                r.text(0)
            })
        };
        let id = meta("store_id")?.unwrap_or_default();
        let epoch = meta("epoch")?.and_then(|e| e.parse().ok()).unwrap_or(1);
        Ok(Self {
            path,
            key: zeroize::Zeroizing::new(key.to_owned()),
            writer: Mutex::new(Writer {
                conn,
                chain: Chain::new(chain),
            }),
            readers: Mutex::new(Vec::new()),
            log,
            id,
            epoch,
        })
    }

    /// A value of the store's own settings (`facility`, `zone`).
    ///
    /// # Errors
    /// As any read.
    pub fn setting(&self, name: &str) -> Result<Option<String>> {
        self.read(|c| {
            c.one("SELECT value FROM meta WHERE key = $1", v![name], |r| {
                r.text(0)
            })
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `body` on a reading connection, against one snapshot.
    pub(crate) fn read<T>(&self, body: impl FnOnce(&Conn) -> Result<T>) -> Result<T> {
        self.on_reader(|conn| conn.snapshot(body))
    }

    /// Runs `body` on a reading connection, outside any transaction.
    pub(super) fn on_reader<T>(&self, body: impl FnOnce(&Conn) -> Result<T>) -> Result<T> {
        let conn = match lock(&self.readers).pop() {
            Some(conn) => conn,
            None => connect(&self.path, &self.key)?,
        };
        let out = body(&conn);
        let mut idle = lock(&self.readers);
        if idle.len() < IDLE_READERS {
            idle.push(conn);
        }
        out
    }

    pub(super) fn writer(&self) -> MutexGuard<'_, Writer> {
        lock(&self.writer)
    }

    /// Makes every write fail, as a full disk would, until it is allowed again.
    #[cfg(test)]
    pub fn refuse_writes_for_tests(&self, refuse: bool) {
        let on = if refuse { "ON" } else { "OFF" };
        self.writer()
            .conn
            .script(&format!("PRAGMA query_only = {on}"))
            .unwrap();
    }

    /// Checks the whole file: the engine's structure check and every page's authentication.
    ///
    /// # Errors
    /// As any read.
    pub fn check(&self) -> Result<Vec<String>> {
        self.read(|c| {
            let mut problems = c.all("PRAGMA cipher_integrity_check", v![], |r| r.text(0))?;
            problems.extend(
                c.all("PRAGMA integrity_check(20)", v![], |r| r.text(0))?
                    .into_iter()
                    .filter(|line| line != "ok"),
            );
            Ok(problems)
        })
    }
}

/// A mutex whose holder panicked still guards consistent data: transactions roll back on unwind.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Creates an empty file only its owner can read, refusing one that is there.
fn create_private(path: &Path) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(StoreError::Exists(path.to_owned()))
        }
        Err(source) => Err(StoreError::Io {
            path: path.to_owned(),
            source,
        }),
    }
}

/// Makes the new file's name durable.
fn sync_directory(dir: &Path) -> Result<()> {
    std::fs::File::open(dir)
        .and_then(|d| d.sync_all())
        .map_err(|source| StoreError::Io {
            path: dir.to_owned(),
            source,
        })
}

/// How often a writer looks whether its turn has come, and how often it does before it gives up:
/// ten seconds.
const LOOK_EVERY: std::time::Duration = std::time::Duration::from_millis(2);
const LOOKS: i32 = 5_000;

/// Waits for another writer. The engine's own waiting looks ten times a second in the end; an import,
/// which leaves off for a few milliseconds between two batches, would never let anybody in.
fn wait(looked: i32) -> bool {
    std::thread::sleep(LOOK_EVERY);
    looked < LOOKS
}

/// Opens a connection: the key first, then a probe that tells a wrong key, then our settings.
fn connect(path: &Path, key: &str) -> Result<Conn> {
    use rusqlite::OpenFlags;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mut inner =
        rusqlite::Connection::open_with_flags(path, flags).map_err(StoreError::from_sql)?;
    inner
        .busy_handler(Some(wait))
        .map_err(StoreError::from_sql)?;
    let conn = Conn::new(inner);
    // The engine would write its own lines on standard error: across a screen, and beside the one
    // line that tells what is wrong.
    conn.script("PRAGMA cipher_log_level = NONE")?;
    conn.script(&format!("PRAGMA key = \"x'{key}'\""))?;
    let probe = conn.number("SELECT count(*) FROM sqlite_schema", v![]);
    if let Err(error) = probe {
        return Err(match error {
            StoreError::Damaged { .. } | StoreError::Sql(_) => {
                StoreError::WrongKey(path.to_owned())
            }
            other => other,
        });
    }
    // synchronous=FULL: what is acknowledged survives a power loss. temp_store=MEMORY: the
    // engine's temporary files would be plaintext.
    conn.script(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;",
    )?;
    Ok(conn)
}
