//! A thread that is waited for at the end.
//!
//! A process that ends takes its libraries down, and a thread that is still in one of them, be it
//! only to close the store because it was the last to hold it, takes the process down with it. So
//! whoever starts a thread waits for it: until everything it held is gone, not until its work is
//! done.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle, Thread};
use std::time::Duration;

/// A thread of this process.
pub struct Background {
    /// `None` when it has ended.
    handle: Option<JoinHandle<()>>,
    /// Nothing is ever sent: the other end goes when the thread has let go of everything.
    ended: Receiver<()>,
}

impl Background {
    /// Starts it. What `body` holds is gone before anybody is told that the thread has ended.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub fn start(name: &str, body: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let (told, ended) = channel();
        let handle = Builder::new().name(name.to_owned()).spawn(move || {
            // Dropped after the body with all it holds, whether that returns or panics.
            let _told: Sender<()> = told;
            body();
        })?;
        Ok(Self {
            handle: Some(handle),
            ended,
        })
    }

    /// The thread, to wake it; `None` when it has ended.
    pub fn thread(&self) -> Option<&Thread> {
        self.handle.as_ref().map(JoinHandle::thread)
    }

    /// Waits for the end of the thread, but not longer than so; gives whether it has ended.
    pub fn has_ended(&mut self, at_most: Duration) -> bool {
        if self.handle.is_none() {
            return true;
        }
        if self.ended.recv_timeout(at_most) == Err(RecvTimeoutError::Timeout) {
            return false;
        }
        if let Some(handle) = self.handle.take() {
            // Only the thread's own end is left to wait for. What a panic had to say was said.
            let _ = handle.join();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    /// Something whose end takes a while.
    struct Held(Arc<Mutex<bool>>);

    impl Drop for Held {
        fn drop(&mut self) {
            (0..1_000).for_each(|_| std::thread::yield_now());
            *self.0.lock().unwrap() = true;
        }
    }

    #[test]
    fn a_thread_has_ended_when_what_it_held_is_gone() {
        for panics in [false, true] {
            let gone = Arc::new(Mutex::new(false));
            let held = Held(Arc::clone(&gone));
            let mut thread = Background::start("held", move || {
                let _held = &held;
                if panics {
                    std::panic::panic_any("broken on purpose");
                }
            })
            .unwrap();
            assert!(thread.has_ended(Duration::from_secs(60)));
            assert!(*gone.lock().unwrap(), "{panics}");
            assert!(thread.has_ended(Duration::ZERO) && thread.thread().is_none());
        }
    }

    #[test]
    fn nobody_waits_longer_than_they_said() {
        let (go_on, may_go_on) = channel::<()>();
        let mut thread = Background::start("slow", move || {
            let _ = may_go_on.recv();
        })
        .unwrap();
        assert!(!thread.has_ended(Duration::ZERO));
        assert!(thread.thread().is_some());
        drop(go_on);
        assert!(thread.has_ended(Duration::from_secs(60)));
    }
}
