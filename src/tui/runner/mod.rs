//! The runner: performs effects and feeds messages, for one session on any byte stream.
//!
//! One thread owns the [`App`] and the painter; workers ask the [`Desk`]. The main loop never
//! waits for an answer, so a key is drawn at once whatever else goes on. The only clock is the
//! desk's. A local terminal, an SSH channel and a test differ in what feeds [`Wake`]s and what
//! the painter writes to.

mod background;
mod local;
mod workers;

pub use background::Background;
pub use local::{Environment, run_local};

use super::app::{App, Effect, Msg, Start, Ticket};
use super::desk::{Desk, Notice, Reply};
use super::keys::{Input, KeyDecoder};
use super::terminal::{Charset, Painter};
use crate::domain::time::Instant as Moment;
use crate::text::Shown;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ratatui::Terminal;
use ratatui::layout::Size;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};
use workers::Workers;

/// What wakes the main loop.
#[derive(Debug)]
pub enum Wake {
    /// Bytes from the terminal.
    Bytes(Vec<u8>),
    /// The terminal has this size now.
    Size(Size),
    /// The terminal is gone, or the program is asked to end.
    Hangup,
    /// The desk has answered.
    Done(Ticket, Result<Reply, Notice>),
}

/// What a user chose and wants to find again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// A theme.
    Theme(String),
    /// A keymap.
    Keymap(String),
}

/// How the session's line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How long after Esc the rest of a sequence may come.
    pub escape: Duration,
    /// Least time between frames that no key asked for.
    pub frame: Duration,
    /// How long the frame a key asked for waits for the answers to the key's own questions, so
    /// that cursor and detail come in one write.
    pub gather: Duration,
}

impl Pace {
    /// For a local terminal (50 ms, 30 frames a second) or over SSH (150 ms, 10 frames).
    pub fn of(over_ssh: bool) -> Self {
        let (escape, frame, gather) = if over_ssh { (150, 100, 8) } else { (50, 33, 4) };
        Self {
            escape: Duration::from_millis(escape),
            frame: Duration::from_millis(frame),
            gather: Duration::from_millis(gather),
        }
    }
}

/// How long after a key an answer still belongs to it and is drawn at once.
const BELONGS_TO_KEY: Duration = Duration::from_millis(500);

/// How long writes and questions under way may take at the end.
const LAST_WRITES: Duration = Duration::from_millis(900);

/// One session.
pub struct Runner<W: Write> {
    app: App,
    terminal: Terminal<Painter<W>>,
    desk: Arc<dyn Desk>,
    workers: Workers,
    wakes: Receiver<Wake>,
    sender: Sender<Wake>,
    decoder: KeyDecoder,
    pace: Pace,
    keep: Box<dyn FnMut(Kept) + Send>,
    escape_due: Option<Instant>,
    drawn: Option<Instant>,
    dirty: bool,
    urgent: bool,
    /// Questions without an answer.
    asked: usize,
    /// When the last key came; the start counts as one.
    keyed: Instant,
    first: Vec<Effect>,
    ended: bool,
    /// When the session began, by both clocks.
    began: Instant,
    began_at: Moment,
}

impl<W: Write> Runner<W> {
    /// A session that is ready to run.
    ///
    /// # Errors
    /// Worker threads cannot be started.
    pub fn new(
        start: Start,
        desk: Arc<dyn Desk>,
        out: W,
        charset: Charset,
        pace: Pace,
        keep: Box<dyn FnMut(Kept) + Send>,
    ) -> io::Result<Self> {
        let began_at = start.now;
        let painter = Painter::new(out, start.size, charset);
        let (sender, wakes) = channel();
        let workers = Workers::start(Arc::clone(&desk), sender.clone())?;
        let (app, first) = App::start(start);
        Ok(Self {
            app,
            terminal: Terminal::new(painter)?,
            desk,
            workers,
            wakes,
            sender,
            decoder: KeyDecoder::default(),
            pace,
            keep,
            escape_due: None,
            drawn: None,
            dirty: true,
            urgent: true,
            asked: 0,
            keyed: Instant::now(),
            first,
            ended: false,
            began: Instant::now(),
            began_at,
        })
    }

    /// Where to send what wakes the session.
    pub fn wakes(&self) -> Sender<Wake> {
        self.sender.clone()
    }

    /// Runs until the user quits or the terminal is gone. Gives what is to be said then, if
    /// anything.
    ///
    /// # Errors
    /// The terminal is there and cannot be written any more; drafts have been saved.
    pub fn run(mut self) -> io::Result<Option<Shown>> {
        let first = std::mem::take(&mut self.first);
        let mut result = self.perform(first);
        while result.is_ok() && !self.ended {
            result = self.turn();
        }
        if result.is_err() && !self.app.has_quit() {
            // Nobody sees the screen any more; what was typed must still be kept.
            let effects = self.app.update(Msg::Hangup);
            let _ = self.perform(effects);
        }
        self.workers.finish(LAST_WRITES);
        match result {
            Err(error) if !is_gone(&error) => Err(error),
            _ => Ok(self.app.farewell().cloned()),
        }
    }

    fn turn(&mut self) -> io::Result<()> {
        if self.dirty
            && if self.urgent {
                self.gathered()
            } else {
                self.frame_due()
            }
        {
            self.draw()?;
        }
        let wake = self.wakes.recv_timeout(self.patience());
        let now = self.now();
        self.send(Msg::Tick(now))?;
        match wake {
            Ok(wake) => {
                self.take(wake)?;
                while !self.ended
                    && let Ok(wake) = self.wakes.try_recv()
                {
                    self.take(wake)?;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => self.send(Msg::Hangup)?,
        }
        if self.escape_due.is_some_and(|due| due <= Instant::now()) {
            self.escape_due = None;
            let inputs = self.decoder.timeout();
            self.inputs(inputs)?;
        }
        Ok(())
    }

    /// Time for the program: the desk's clock, but never standing still (a demo's may) and never
    /// going back, so that pauses and autosaves come whatever the clock does.
    fn now(&self) -> Moment {
        let since = i64::try_from(self.began.elapsed().as_micros()).unwrap_or(i64::MAX);
        let least = Moment(self.began_at.0.saturating_add(since));
        self.desk.now().max(least)
    }

    /// Whether the frame a key asked for is complete, or has waited long enough.
    fn gathered(&self) -> bool {
        self.asked == 0 || self.keyed.elapsed() >= self.pace.gather
    }

    fn frame_due(&self) -> bool {
        self.drawn.is_none_or(|at| at.elapsed() >= self.pace.frame)
    }

    /// How long the loop may sleep.
    fn patience(&self) -> Duration {
        let micros = self.app.wake_at().0.saturating_sub(self.now().0);
        let mut wait = Duration::from_micros(u64::try_from(micros).unwrap_or(0));
        if let Some(due) = self.escape_due {
            wait = wait.min(due.saturating_duration_since(Instant::now()));
        }
        if self.dirty && self.urgent {
            wait = wait.min(self.pace.gather.saturating_sub(self.keyed.elapsed()));
        } else if self.dirty {
            let since = self.drawn.map_or(self.pace.frame, |at| at.elapsed());
            wait = wait.min(self.pace.frame.saturating_sub(since));
        }
        wait.min(Duration::from_secs(60))
    }

    fn take(&mut self, wake: Wake) -> io::Result<()> {
        match wake {
            Wake::Bytes(bytes) => {
                let inputs = self.decoder.feed(&bytes);
                self.escape_due = self
                    .decoder
                    .pending()
                    .then(|| Instant::now() + self.pace.escape);
                self.inputs(inputs)
            }
            Wake::Size(size) => {
                let size = Size::new(size.width.clamp(1, 500), size.height.clamp(1, 200));
                self.terminal.backend_mut().resize(size);
                self.urgent = true;
                self.send(Msg::Resize(size))
            }
            Wake::Hangup => self.send(Msg::Hangup),
            Wake::Done(ticket, result) => {
                if ticket.slot.is_waited_for() {
                    self.asked = self.asked.saturating_sub(1);
                    self.urgent |= self.keyed.elapsed() < BELONGS_TO_KEY;
                }
                self.send(Msg::Done(ticket, result))
            }
        }
    }

    fn inputs(&mut self, inputs: Vec<Input>) -> io::Result<()> {
        for input in inputs {
            self.urgent = true;
            self.keyed = Instant::now();
            self.send(input.into())?;
        }
        Ok(())
    }

    fn send(&mut self, msg: Msg) -> io::Result<()> {
        if self.ended {
            return Ok(());
        }
        self.dirty = true;
        let effects = self.app.update(msg);
        self.perform(effects)
    }

    fn perform(&mut self, effects: Vec<Effect>) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::Ask(ticket, request) => {
                    let waited_for = ticket.slot.is_waited_for();
                    let replaced = self.workers.ask(ticket, request);
                    // A slot is waited for or not: what was replaced counted as this does.
                    if waited_for {
                        self.asked = (self.asked + 1).saturating_sub(replaced);
                    }
                }
                Effect::Copy(text) => {
                    let code = format!("\x1b]52;c;{}\x07", STANDARD.encode(text.as_str()));
                    let out = self.terminal.backend_mut().writer();
                    out.write_all(code.as_bytes())?;
                    out.flush()?;
                }
                Effect::Redraw => {
                    self.terminal.backend_mut().forget();
                    self.urgent = true;
                }
                Effect::KeepTheme(name) => (self.keep)(Kept::Theme(name)),
                Effect::KeepKeymap(name) => (self.keep)(Kept::Keymap(name)),
                Effect::Quit => self.ended = true,
            }
        }
        Ok(())
    }

    fn draw(&mut self) -> io::Result<()> {
        let app = &self.app;
        self.terminal.draw(|frame| app.render(frame))?;
        self.drawn = Some(Instant::now());
        self.dirty = false;
        self.urgent = false;
        Ok(())
    }
}

/// Whether the terminal went away, which is how a session ends when its line drops: the signal that
/// says so may come later than the first write that finds nobody there.
fn is_gone(error: &io::Error) -> bool {
    let hung_up = [rustix::io::Errno::IO, rustix::io::Errno::NXIO];
    let said = rustix::io::Errno::from_io_error(error);
    error.kind() == io::ErrorKind::BrokenPipe || said.is_some_and(|said| hung_up.contains(&said))
}

#[cfg(test)]
mod pty;
#[cfg(test)]
mod tests;
