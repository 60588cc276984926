//! What goes on beside the workstation: nobody waits for it, and at the end not for long.

use super::session::Session;
use crate::ops::{Told, Which};
use crate::tui::runner::Background;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Stopwatch};

/// How long it waits for the first screen.
const AFTER_FIRST_SCREEN: Duration = Duration::from_millis(300);
/// How long the end of the program waits for it.
const LAST_WORK: Duration = Duration::from_millis(900);

/// Threads beside a session. When dropped they are told to stop, and waited for a while.
pub struct Beside {
    /// Has the threads look at once whether they may go on.
    wake: Box<dyn Fn()>,
    stop: Arc<AtomicBool>,
    threads: Vec<Background>,
    at_most: Duration,
}

impl Beside {
    /// Keeps the index near, reads it ahead, and analyses what an import that was cut off left behind;
    /// one that is under way does its own.
    pub fn of(session: &Session) -> Self {
        let office = Arc::clone(&session.office);
        let mut beside = Self::new(LAST_WORK, move || office.wake_indexer());
        let office = Arc::clone(&session.office);
        beside.start("indexer", move |goes_on| {
            office.run_indexer(&|| match goes_on() {
                true => Told::Run,
                false => Told::Stop,
            });
        });
        let office = Arc::clone(&session.office);
        beside.start("read-ahead", move |goes_on| {
            std::thread::park_timeout(AFTER_FIRST_SCREEN);
            office.read_index_ahead(goes_on);
        });
        // Who may not analyse leaves it to who may; a store that is busy is tried at the next start.
        let (office, actor) = (Arc::clone(&session.office), session.actor.clone());
        beside.start("analysis", move |goes_on| {
            std::thread::park_timeout(AFTER_FIRST_SCREEN);
            if let Some(_turn) = office.take_over()
                && goes_on()
            {
                let _ = office.analyze(&actor, &Which::Changed, &mut |_| goes_on());
            }
        });
        beside
    }

    fn new(at_most: Duration, wake: impl Fn() + 'static) -> Self {
        Self {
            wake: Box::new(wake),
            stop: Arc::default(),
            threads: Vec::new(),
            at_most,
        }
    }

    /// Starts a thread that ends soon when it may not go on. One that cannot be started is done
    /// without: the next session does what it would have done.
    fn start(&mut self, name: &str, body: impl FnOnce(&dyn Fn() -> bool) + Send + 'static) {
        let stop = Arc::clone(&self.stop);
        let thread = Background::start(name, move || body(&|| !stop.load(Ordering::SeqCst)));
        self.threads.extend(thread);
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        (self.wake)();
        for thread in self.threads.iter().filter_map(Background::thread) {
            thread.unpark();
        }
        let start = Stopwatch::now();
        for thread in &mut self.threads {
            thread.has_ended(self.at_most.saturating_sub(start.elapsed()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn the_end_waits_for_what_stops_and_not_for_what_does_not() {
        let woken = Arc::new(AtomicBool::new(false));
        let bell = Arc::clone(&woken);
        let wake = move || bell.store(true, Ordering::SeqCst);
        let mut beside = Beside::new(Duration::from_secs(60), wake);
        let held = Arc::new(());
        let holds = Arc::clone(&held);
        beside.start("stops", move |goes_on| {
            let _holds = holds;
            while goes_on() {
                std::thread::park();
            }
        });
        drop(beside);
        assert_eq!(Arc::strong_count(&held), 1, "it has let go of everything");
        assert!(woken.load(Ordering::SeqCst));

        let (go_on, stuck) = channel::<()>();
        let mut beside = Beside::new(Duration::ZERO, || ());
        let holds = Arc::clone(&held);
        beside.start("stuck", move |_| {
            let _holds = holds;
            let _ = stuck.recv();
        });
        drop(beside);
        // The end of the process sees that somebody is at work.
        assert_eq!(Arc::strong_count(&held), 2);
        drop(go_on);
    }
}
