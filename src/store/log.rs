//! When the engine's write-ahead log is emptied into the file.
//!
//! A commit appends to the log; its pages are copied into the file later, and the log begins anew.
//! Left to itself the engine does that within the commit that makes the log too long: thousands of
//! pages all over the file and two syncs, for which whoever committed waits. In a session that is a
//! person at a key, whose every view is a commit. So the log is emptied by a thread nobody waits for
//! as soon as nobody writes; a commit does it only where there is no such thread or no rest (an
//! import, a verb).

use super::driver::{Conn, v};
use super::error::Result;
use super::open::Store;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant as Stopwatch};

/// Pages (4 KiB) from which on a commit empties the log itself.
const LONG: i32 = 4_000;
/// Pages from which on it is emptied when nobody writes.
const WORTH_IT: i32 = 500;
/// How long nobody must have written: longer than between two keys.
const REST: Duration = Duration::from_secs(2);

/// How long the log is, as far as this process knows.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// After its last commit; 0 once it was emptied.
    pages: Arc<AtomicI32>,
    /// What was seen last, and since when that stands.
    seen: Mutex<Option<(i32, Stopwatch)>>,
}

impl Log {
    /// Follows the commits of the writing connection, in place of the engine's own rule.
    pub fn follow(&self, conn: &mut Conn) -> Result<()> {
        let pages = Arc::clone(&self.pages);
        conn.after_commits(move |log, now| {
            pages.store(now, Ordering::Relaxed);
            if now >= LONG {
                // What cannot be copied now stays in the log, where it is as safe, and is with the next
                // commit.
                let _ = log.checkpoint();
            }
            Ok(())
        })
    }

    /// How many pages to empty: none unless they are worth it and nobody has written for a while.
    fn due(&self, now: Stopwatch) -> Option<i32> {
        let pages = self.pages.load(Ordering::Relaxed);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let since = match *seen {
            Some((before, since)) if before == pages => since,
            _ => seen.insert((pages, now)).1,
        };
        (pages >= WORTH_IT && now.duration_since(since) >= REST).then_some(pages)
    }
}

impl Store {
    /// Empties the log of writes into the file if it is long and nobody has written for a while; gives
    /// whether it did. To be called now and then by a thread nobody waits for.
    ///
    /// # Errors
    /// As any write.
    pub fn empty_log(&self, now: Stopwatch) -> Result<bool> {
        let Some(pages) = self.log.due(now) else {
            return Ok(false);
        };
        self.on_reader(|conn| conn.one("PRAGMA wal_checkpoint(PASSIVE)", v![], |_| Ok(())))?;
        // Whoever committed meanwhile has told a number of their own.
        let emptied = Ordering::Relaxed;
        let _ = self.log.pages.compare_exchange(pages, 0, emptied, emptied);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Instant;
    use crate::store::NewStore;

    fn store(dir: &std::path::Path) -> Store {
        let new = NewStore {
            id: "s",
            facility: "General",
            zone: "UTC",
            now: Instant(0),
        };
        Store::create(dir, &"0".repeat(64), "chain", &new).unwrap()
    }

    /// Commits at least so many pages; the engine passes over what is the same as before.
    fn write(store: &Store, pages: i32) {
        let next = store.log.pages.load(Ordering::Relaxed) + 1;
        let text = format!("{next:04000}");
        let writer = store.writer();
        writer
            .conn
            .immediate(|c| -> Result<()> {
                for n in 0..pages {
                    let key = format!("{n}");
                    c.run(
                        "INSERT OR REPLACE INTO meta (key, value) VALUES ($1, $2)",
                        v![key, &text],
                    )?;
                }
                Ok(())
            })
            .unwrap();
    }

    /// Pages of the log, and how many of them are in the file, as the engine says.
    fn engine(store: &Store) -> (i64, i64) {
        let ask = |c: &Conn| {
            c.one("PRAGMA wal_checkpoint(PASSIVE)", v![], |r| {
                Ok((r.int(1)?, r.int(2)?))
            })
        };
        store.on_reader(ask).unwrap().unwrap()
    }

    #[test]
    fn a_long_log_is_emptied_when_nobody_writes() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path());
        let file = || std::fs::metadata(store.path()).unwrap().len();
        let start = Stopwatch::now();
        let later = |rests: u32| start + REST * rests;
        write(&store, WORTH_IT + 50);
        let before = file();
        assert!(!store.empty_log(later(0)).unwrap(), "just written");
        write(&store, 1);
        assert!(!store.empty_log(later(1)).unwrap(), "written meanwhile");
        assert_eq!(file(), before);
        assert!(store.empty_log(later(2)).unwrap());
        assert!(file() > before + 4_000 * u64::from(WORTH_IT.unsigned_abs()));
        assert!(!store.empty_log(later(4)).unwrap(), "it is empty");
        // The log begins anew.
        write(&store, 1);
        assert!(store.log.pages.load(Ordering::Relaxed) < 10);
        assert!(!store.empty_log(later(4)).unwrap());
        assert!(!store.empty_log(later(6)).unwrap(), "not worth it");
    }

    #[test]
    fn a_commit_that_makes_the_log_too_long_empties_it() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path());
        write(&store, LONG + 50);
        write(&store, 1);
        assert!(store.log.pages.load(Ordering::Relaxed) < 10);
        let (pages, copied) = engine(&store);
        assert_eq!(pages, copied);
    }
}
