//! The indexer of an open workstation: a thread that becomes the writer of the index when it may
//! and follows the store until it is stopped.

use super::{ASK_EVERY, IndexProgress, LOOK_EVERY, Pace};
use crate::ops::Office;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

impl Office {
    /// Starts the indexer of this process: it becomes the writer when it may and keeps the index
    /// within a second of the store until the handle is dropped.
    pub fn start_indexer(self: &Arc<Self>) -> Indexer {
        let stop = Arc::new(AtomicBool::new(false));
        let office = Arc::clone(self);
        let flag = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name("indexer".to_owned())
            .spawn(move || office.run_indexer(&flag))
            .ok();
        Indexer {
            office: Arc::clone(self),
            stop,
            thread,
        }
    }

    fn run_indexer(&self, stop: &AtomicBool) {
        // The first screen comes first.
        self.index.wait(LOOK_EVERY);
        while !stop.load(Ordering::SeqCst) {
            // An index that cannot be written now (full disk) is tried again; search tells.
            if let Ok(Some(mut writer)) = self.index_writer() {
                while !stop.load(Ordering::SeqCst) {
                    let go_on = &mut |_: IndexProgress| !stop.load(Ordering::SeqCst);
                    if self.catch_up(&mut writer, Pace::Prompt, go_on).is_err() {
                        break;
                    }
                    self.index.wait(LOOK_EVERY);
                }
                let _ = writer.close();
            }
            if !stop.load(Ordering::SeqCst) {
                self.index.wait(ASK_EVERY);
            }
        }
    }
}

/// The running indexer; stops when dropped.
pub struct Indexer {
    office: Arc<Office>,
    stop: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Indexer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        self.office.index.wake();
        if let Some(thread) = self.thread.take() {
            // A panicked indexer has nothing more to say; the index mends itself next time.
            let _ = thread.join();
        }
    }
}
