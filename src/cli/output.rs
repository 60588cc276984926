//! Printing: lines for people, JSON lines for programs, errors to standard error, exit codes.

use crate::ops::{OpsError, StoreError};
pub use crate::text::column;
use crate::text::{is_hidden, show_lines};
use serde::Serialize;
use serde_json::json;
use std::io::{BufWriter, IsTerminal, Stdout, Write};

/// How a verb ended ([`super::args::EXIT_CODES`] says what the process ends with).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything that was asked for. Nothing found, and nothing there that waits, is that, too.
    Done,
    /// Done, but something that was named was left as it is, or a check found something.
    Found,
    /// Of what was named everything was left as it is; why was told.
    Left,
}

impl Exit {
    /// How a change ended by what was done and what was left as it is.
    pub fn of(done: bool, left: bool) -> Self {
        match (done, left) {
            (_, false) => Self::Done,
            (true, true) => Self::Found,
            (false, true) => Self::Left,
        }
    }

    /// How a verb of several parts ended: as all its parts did, else with something left.
    pub fn of_all(parts: impl IntoIterator<Item = Self>) -> Self {
        let parts = parts.into_iter();
        let both = |a, b| if a == b { a } else { Self::Found };
        parts.reduce(both).unwrap_or(Self::Done)
    }
}

/// A verb's error with its exit code.
#[derive(Debug)]
pub enum Failure {
    /// The arguments do not make sense.
    Usage(String),
    /// A use case failed.
    Ops(OpsError),
    /// Something around it failed.
    Other(anyhow::Error),
    /// Whoever read our output went away: nothing more to say.
    Hangup,
}

impl From<OpsError> for Failure {
    fn from(error: OpsError) -> Self {
        Self::Ops(error)
    }
}
impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Ops(error.into())
    }
}
impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast_ref::<std::io::Error>() {
            Some(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Self::Hangup,
            _ => Self::Other(error),
        }
    }
}
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        anyhow::Error::from(error).into()
    }
}
impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        if error.is_io() {
            std::io::Error::from(error).into()
        } else {
            Self::Other(error.into())
        }
    }
}

/// Results of verbs.
pub type Result<T = Exit> = std::result::Result<T, Failure>;

/// Tells how a verb ended, and gives what the process is to end with.
pub fn finish(result: Result) -> u8 {
    match result {
        Ok(Exit::Done) | Err(Failure::Hangup) => 0,
        Ok(Exit::Found) => 1,
        Ok(Exit::Left) => 3,
        Err(Failure::Usage(text)) => {
            complain(&text);
            2
        }
        Err(Failure::Ops(error)) => {
            complain(&error.to_string());
            match error {
                OpsError::Mistaken(_) => 2,
                OpsError::NotPermitted { .. } => 4,
                _ => 3,
            }
        }
        Err(Failure::Other(error)) => {
            complain(&format!("{error:#}"));
            3
        }
    }
}

/// An error on standard error. It may name what was typed or stood in a script.
pub fn complain(text: &str) {
    note(&format!("chartroom: {text}"));
}

/// A note on standard error that is not an error.
pub fn note(text: &str) {
    for line in show_lines(&text.into()) {
        // Standard error may be closed; there is nowhere left to say so.
        let _ = writeln!(std::io::stderr(), "{line}");
    }
}

/// Whether standard error is a terminal (progress is drawn only there).
pub fn stderr_is_terminal() -> bool {
    std::io::stderr().is_terminal()
}

/// Standard output, as text or JSON lines.
pub struct Out {
    inner: BufWriter<Stdout>,
    /// Whether to print JSON lines.
    pub json: bool,
    /// Whether anything was printed.
    wrote: bool,
}

impl Out {
    /// Standard output.
    pub fn new(json: bool) -> Self {
        Self {
            inner: BufWriter::new(std::io::stdout()),
            json,
            wrote: false,
        }
    }

    /// A JSON object on a line of its own. Characters that steer a terminal or hide in it are
    /// written as `\uXXXX`: the value is the same, and a person may look at it.
    pub fn object(&mut self, value: &impl Serialize) -> Result<()> {
        self.wrote = true;
        let text = serde_json::to_string(value)?;
        let mut rest = text.as_str();
        while let Some(at) = rest.find(is_hidden) {
            let (plain, tail) = rest.split_at(at);
            self.inner.write_all(plain.as_bytes())?;
            let hidden = tail.chars().next().unwrap_or_default();
            for unit in hidden.encode_utf16(&mut [0; 2]) {
                write!(self.inner, "\\u{unit:04x}")?;
            }
            rest = &tail[hidden.len_utf8()..];
        }
        self.inner.write_all(rest.as_bytes())?;
        self.inner.write_all(b"\n")?;
        Ok(())
    }

    /// Something a check found: a line, or an object of the kind `problem`.
    pub fn problem(&mut self, reason: impl std::fmt::Display) -> Result<()> {
        if self.json {
            return self.object(&json!({ "kind": "problem", "reason": reason.to_string() }));
        }
        self.line(reason)
    }

    /// A line of text.
    pub fn line(&mut self, text: impl std::fmt::Display) -> Result<()> {
        self.wrote = true;
        writeln!(self.inner, "{text}")?;
        Ok(())
    }

    /// Says why nothing was printed, to a person only: silence looks like a failure, and to a
    /// program no line is the answer.
    pub fn or_say(&mut self, why: impl std::fmt::Display) -> Result<()> {
        if self.wrote || self.json {
            return Ok(());
        }
        self.line(why)
    }

    /// Makes sure that everything is out.
    pub fn done(mut self, exit: Exit) -> Result {
        self.inner.flush()?;
        Ok(exit)
    }
}

/// The same for an identifier: one that has no room is cut in its middle, so that those which begin
/// alike are told apart.
pub fn identifier(text: &str, width: usize) -> String {
    use unicode_width::UnicodeWidthStr;
    if text.width() <= width {
        return column(text, width);
    }
    let (begin, end) = crate::text::ends(text, width);
    column(&format!("{begin}…{end}"), width)
}
