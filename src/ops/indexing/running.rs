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
        // The first screen comes first; then what the first search would wait for.
        self.index.wait(LOOK_EVERY);
        let _ = self.language();
        self.index.look_again();
        while !stop.load(Ordering::SeqCst) {
            // An index that cannot be written now (full disk) is tried again; search tells.
            if let Ok(Some(mut writer)) = self.index_writer() {
                while !stop.load(Ordering::SeqCst) {
                    let go_on = &mut |_: IndexProgress| !stop.load(Ordering::SeqCst);
                    match self.catch_up(&mut writer, Pace::Prompt, go_on) {
                        // Read now, it need not be read while somebody waits for hits.
                        Ok(done) if done.documents > 0 => self.index.look_again(),
                        Ok(_) => {}
                        Err(_) => break,
                    }
                    self.index.wait(LOOK_EVERY);
                }
                let _ = writer.close();
            }
            if !stop.load(Ordering::SeqCst) {
                self.index.wait(ASK_EVERY);
                self.index.look_again();
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
