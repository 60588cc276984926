//! A session on the local terminal.

use super::{Kept, Pace, Runner, Wake};
use crate::text::Shown;
use crate::tui::app::Start;
use crate::tui::desk::Desk;
use crate::tui::terminal::input::{Raw, read_bytes, watch_signals};
use crate::tui::terminal::{Charset, Guard, local_size};
use crate::tui::theme::Depth;
use std::io;
use std::sync::Arc;

/// What the environment says of the terminal, as values; reading it is the caller's business.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `TERM`.
    pub term: String,
    /// `COLORTERM`.
    pub colorterm: String,
    /// Whether `NO_COLOR` is set to anything.
    pub no_color: bool,
    /// `LC_ALL`, else `LC_CTYPE`, else `LANG`.
    pub locale: String,
    /// Whether the session came over SSH (`SSH_CONNECTION` is set).
    pub over_ssh: bool,
}

impl Environment {
    /// How many colours there are.
    pub fn depth(&self) -> Depth {
        Depth::of(&self.term, &self.colorterm, self.no_color)
    }

    /// UTF-8 if the locale says so.
    pub fn charset(&self) -> Charset {
        let locale = self.locale.to_ascii_lowercase();
        if locale.contains("utf-8") || locale.contains("utf8") {
            Charset::Unicode
        } else {
            Charset::Ascii
        }
    }
}

/// Runs a session on the local terminal until the user quits; the terminal is left as it was.
/// Gives what is to be said then, if anything.
///
/// # Errors
/// Standard input is no terminal, or the terminal cannot be written.
pub fn run_local(
    mut start: Start,
    desk: Arc<dyn Desk>,
    environment: &Environment,
    keep: Box<dyn FnMut(Kept) + Send>,
) -> io::Result<Option<Shown>> {
    let guard = Guard::enter()?;
    start.size = local_size();
    let pace = Pace::of(environment.over_ssh);
    let charset = environment.charset();
    let runner = Runner::new(start, desk, io::stdout(), charset, pace, keep)?;
    let wake = |raw| match raw {
        Raw::Bytes(bytes) => Wake::Bytes(bytes),
        Raw::Resized => Wake::Size(local_size()),
        Raw::Hangup => Wake::Hangup,
    };
    let bytes = runner.wakes();
    read_bytes(move |raw| bytes.send(wake(raw)).is_ok())?;
    let signals = runner.wakes();
    let handle = watch_signals(guard.modes(), move |raw| signals.send(wake(raw)).is_ok())?;
    let result = runner.run();
    handle.close();
    drop(guard);
    result
}
