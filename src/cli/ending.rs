//! The end of the process.
//!
//! Whoever starts a thread waits for it, for a while ([`crate::tui::runner::Background`]). What then
//! still reads the store would be in the middle of a library that takes itself down when the process
//! ends in the usual way, and the process would end with a signal in place of its exit code. So it
//! ends at once: everything is said by then, and what was done is on disk, as when it is killed.

use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a thread is at work that nobody waits for any more.
static AT_WORK: AtomicBool = AtomicBool::new(false);

/// Has the process end without taking its libraries down: a thread is still in them.
pub fn at_once() {
    AT_WORK.store(true, Ordering::SeqCst);
}

/// Ends the process with an exit code: when its `main` returns this, or now.
pub fn leave(code: u8) -> ExitCode {
    if AT_WORK.load(Ordering::SeqCst) {
        // Nothing is left to say it to if this fails.
        let _ = std::io::stdout().flush();
        signal_hook::low_level::exit(code.into());
    }
    ExitCode::from(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    /// Set for the child: whether a thread is left at work.
    const CHILD: &str = "CHARTROOM_TEST_ENDING_CHILD";

    /// Not a test by itself: the child of the test below.
    #[test]
    fn child() {
        match std::env::var(CHILD).as_deref() {
            Ok("at work") => at_once(),
            Ok(_) => {}
            Err(_) => return,
        }
        assert_eq!(leave(7), ExitCode::from(7));
    }

    #[test]
    fn the_process_ends_at_once_where_a_thread_is_at_work() {
        let code = |mode: &str| {
            let mut child = Command::new(std::env::current_exe().unwrap());
            child
                .args(["cli::ending::tests::child", "--exact"])
                .env(CHILD, mode);
            child.output().unwrap().status.code()
        };
        assert_eq!(code("at work"), Some(7));
        // The code is given to whoever ends the process: here that is the test, which passed.
        assert_eq!(code("nobody"), Some(0));
    }
}
