//! Entering and leaving the local terminal. It is left clean on return, panic and signal.

use ratatui::layout::Size;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};
use std::io::{self, Write};
use std::sync::Arc;

/// Sent on entering: modes another program may have left on are reset, then the alternate
/// screen and bracketed paste.
pub const ENTER: &[u8] = b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1l\x1b>\
\x1b[?1049h\x1b[?2004h\x1b[?25l\x1b[m\x1b[2J\x1b[H";

/// Sent on leaving: the alternate screen is cleared, so that nothing stays in the terminal.
pub const LEAVE: &[u8] = b"\x1b[?2026l\x1b[m\x1b[?2004l\x1b[2J\x1b[H\x1b[?1049l\x1b[?25h";

type Hook = dyn Fn(&std::panic::PanicHookInfo<'_>) + Send + Sync;

/// The local terminal in raw mode on its alternate screen, until dropped.
pub struct Guard {
    modes: Modes,
    hook: Arc<Hook>,
}

/// How the terminal is set while the program has it, and how it was before.
#[derive(Clone)]
pub struct Modes {
    before: Termios,
    raw: Termios,
}

impl Modes {
    /// Takes the terminal.
    ///
    /// # Errors
    /// It cannot be set or written to.
    pub fn enter(&self) -> io::Result<()> {
        tcsetattr(io::stdin(), OptionalActions::Now, &self.raw)?;
        let mut out = io::stdout();
        out.write_all(ENTER)?;
        out.flush()
    }

    /// Leaves it; what cannot be written any more is not worth an error.
    pub fn leave(&self) {
        let mut out = io::stdout();
        let _ = out.write_all(LEAVE);
        let _ = out.flush();
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.before);
    }
}

impl Guard {
    /// Enters.
    ///
    /// # Errors
    /// Standard input is no terminal, or it cannot be set.
    pub fn enter() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut raw = before.clone();
        raw.make_raw();
        let modes = Modes { before, raw };
        let hook: Arc<Hook> = Arc::from(std::panic::take_hook());
        let (earlier, saved) = (Arc::clone(&hook), modes.clone());
        std::panic::set_hook(Box::new(move |info| {
            saved.leave();
            earlier(info);
        }));
        let guard = Self { modes, hook };
        guard.modes.enter()?;
        Ok(guard)
    }

    /// How to leave the terminal for a while, and to come back.
    pub fn modes(&self) -> Modes {
        self.modes.clone()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.modes.leave();
        // A hook cannot be changed while panicking.
        if !std::thread::panicking() {
            let hook = Arc::clone(&self.hook);
            std::panic::set_hook(Box::new(move |info| hook(info)));
        }
    }
}

/// The size of the local terminal; 80x24 if it does not say. At most 500x200.
pub fn local_size() -> Size {
    let Ok(size) = tcgetwinsize(io::stdout()) else {
        return Size::new(80, 24);
    };
    if size.ws_col == 0 || size.ws_row == 0 {
        return Size::new(80, 24);
    }
    Size::new(size.ws_col.min(500), size.ws_row.min(200))
}
