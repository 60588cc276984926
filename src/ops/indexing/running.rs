//! The indexer of a process: a thread that becomes the writer of the index when it may and follows
//! the store until it is stopped.

use super::{ASK_EVERY, IndexProgress, LOOK_EVERY, Pace};
use crate::ops::Office;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant as Stopwatch};

/// Changes by which the index may be behind when the next batch of an import is taken in: that batch
/// and they are some hundred documents, half a second of reading and indexing.
const BEHIND: i64 = 400;
/// How often a process that takes records in looks how far the index is.
const FOLLOWED_EVERY: Duration = Duration::from_millis(10);
/// How long it waits for an index that does not move.
const PATIENCE: Duration = Duration::from_secs(5);

/// What an indexer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// To follow the store.
    Run,
    /// To end when all that is in the store now is in the index.
    CatchUp,
    /// To end as soon as it can.
    Stop,
}

impl Office {
    /// Starts an indexer beside what this process does: it becomes the writer when it may and keeps
    /// the index within a second of the store until the handle is dropped.
    pub fn start_indexer(self: &Arc<Self>) -> Indexer {
        let told = Arc::new(Mutex::new(Told::Run));
        let office = Arc::clone(self);
        let orders = Arc::clone(&told);
        let thread = std::thread::Builder::new()
            .name("indexer".to_owned())
            .spawn(move || office.run_indexer(&|| *heard(&orders)))
            .ok();
        Indexer {
            office: Arc::clone(self),
            told,
            thread,
        }
    }

    /// Reads the index ahead, so that the first searches do not wait for the disk, until it is done or
    /// told to stop.
    pub fn read_index_ahead(&self, goes_on: &dyn Fn() -> bool) {
        if let Ok(reader) = self.index.reader() {
            reader.read_ahead(goes_on);
        }
    }

    /// Has an indexer look at once what it is told.
    pub fn wake_indexer(&self) {
        self.index.wake();
    }

    /// Becomes the writer of the index when it may, and follows the store as long as it is told to.
    pub fn run_indexer(&self, told: &dyn Fn() -> Told) {
        let goes_on = || told() != Told::Stop;
        let runs = || told() == Told::Run;
        // The first screen comes first; then what the first search would wait for.
        self.index.wait(LOOK_EVERY);
        let _ = self.language();
        self.index.look_again();
        while goes_on() {
            // An index that cannot be written now (full disk) is tried again; search tells.
            if let Ok(Some(mut writer)) = self.index_writer() {
                while goes_on() {
                    let last = !runs();
                    let go_on = &mut |_: IndexProgress| goes_on();
                    match self.catch_up(&mut writer, Pace::Prompt, go_on) {
                        // Read now, it need not be read while somebody waits for hits.
                        Ok(done) if done.documents > 0 => self.index.look_again(),
                        Ok(_) => {}
                        Err(_) => break,
                    }
                    if last {
                        break;
                    }
                    self.rest();
                    self.index.wait(LOOK_EVERY);
                }
                let _ = writer.close();
            }
            if !runs() {
                return;
            }
            self.rest();
            self.index.wait(ASK_EVERY);
            self.index.look_again();
        }
    }

    /// What is done when nobody waits: the store's log of writes is emptied, so that no key has to.
    fn rest(&self) {
        // What does not work now (full disk) is tried again, and told by whoever writes.
        let _ = self.store.empty_log(Stopwatch::now());
    }

    /// Waits while the index is so far behind the store that what is taken in now would not be found
    /// within a second. Gives whether it is worth waiting another time: an index that is being built,
    /// or that does not move, is not waited for.
    pub fn let_index_follow(&self) -> bool {
        let reached = || self.index.reader().ok().and_then(|r| r.position());
        let Ok(store) = self.store.position() else {
            return false;
        };
        let (mut last, mut moved) = (None, Stopwatch::now());
        loop {
            match reached().map(|position| position.number) {
                // What is being built now is told so.
                None => return true,
                Some(number) if store.number - number <= BEHIND => return true,
                Some(number) if last != Some(number) => {
                    (last, moved) = (Some(number), Stopwatch::now());
                }
                Some(_) if moved.elapsed() > PATIENCE => return false,
                Some(_) => {}
            }
            std::thread::sleep(FOLLOWED_EVERY);
        }
    }
}

/// The running indexer; stops when dropped.
pub struct Indexer {
    office: Arc<Office>,
    told: Arc<Mutex<Told>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

fn heard(told: &Mutex<Told>) -> MutexGuard<'_, Told> {
    told.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Indexer {
    /// Waits until all that is in the store now is in the index, if this process is its writer, and
    /// stops.
    pub fn catch_up(mut self) {
        self.end(Told::CatchUp);
    }

    fn end(&mut self, how: Told) {
        if let Some(thread) = self.thread.take() {
            *heard(&self.told) = how;
            self.office.index.wake();
            // A panicked indexer has nothing more to say; the index mends itself next time.
            let _ = thread.join();
        }
    }
}

impl Drop for Indexer {
    fn drop(&mut self) {
        self.end(Told::Stop);
    }
}
