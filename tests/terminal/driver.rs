//! The real program on a pseudo-terminal, seen through an emulator, driven by named commands.
//!
//! Nothing sleeps: [`Terminal::until`] waits for output until a condition on the screen holds,
//! or fails with the screen as it stood.

use crate::support::PROGRAM;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Longest wait for anything: a loaded machine is slow, a hang is longer.
const PATIENCE: Duration = Duration::from_secs(120);

/// The marks of a synchronized update.
const FRAME_BEGINS: &[u8] = b"\x1b[?2026h";
const FRAME_ENDS: &[u8] = b"\x1b[?2026l";

/// Where `mark` stands last.
fn last(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).rposition(|window| window == mark)
}

/// One run of the program.
pub struct Terminal {
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    /// The beginning of a frame whose end has not come yet.
    unfinished: Vec<u8>,
    /// Every byte that came out.
    pub bytes: Vec<u8>,
}

impl Terminal {
    /// Starts `chartroom` with arguments and environment on a terminal of this size.
    pub fn start(columns: u16, rows: u16, args: &[&str], environment: &[(&str, &str)]) -> Self {
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(PROGRAM);
        command.args(args);
        command.env_clear();
        command.cwd(std::env::temp_dir());
        for (name, value) in [
            ("TERM", "xterm-256color"),
            ("LANG", "C.UTF-8"),
            ("HOME", "/nonexistent"),
        ] {
            command.env(name, value);
        }
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 65536];
            while let Ok(n) = reader.read(&mut buffer) {
                if n == 0 || sender.send(buffer[..n].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            writer: pair.master.take_writer().unwrap(),
            master: Some(pair.master),
            child,
            output,
            screen: vt100::Parser::new(rows, columns, 0),
            unfinished: Vec::new(),
            bytes: Vec::new(),
        }
    }

    /// The screen as text.
    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// The program's process.
    pub fn process_id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Whether the program has the terminal's alternate screen.
    pub fn alternate(&self) -> bool {
        self.screen.screen().alternate_screen()
    }

    /// Waits until the screen satisfies `condition`.
    #[track_caller]
    pub fn until(&mut self, what: &str, condition: impl Fn(&str) -> bool) -> &mut Self {
        let deadline = Instant::now() + PATIENCE;
        while !condition(&self.text()) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) => panic!("never saw {what}:\n{}", self.text()),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("ended before {what}:\n{}", self.text())
                }
            }
        }
        self
    }

    /// Takes bytes in. A frame between the marks of a synchronized update is seen whole or not
    /// at all, as a terminal shows it; half a frame would be a screen that never was.
    fn take(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.unfinished.extend_from_slice(bytes);
        let begins = last(&self.unfinished, FRAME_BEGINS);
        let ends = last(&self.unfinished, FRAME_ENDS);
        let whole = match begins {
            Some(at) if ends.is_none_or(|end| end < at) => at,
            _ => self.unfinished.len(),
        };
        let whole: Vec<u8> = self.unfinished.drain(..whole).collect();
        self.screen.process(&whole);
    }

    /// Waits until the screen shows this text.
    #[track_caller]
    pub fn see(&mut self, text: &str) -> &mut Self {
        self.until(text, |screen| screen.contains(text))
    }

    /// Sends bytes as a keyboard would.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
        self
    }

    /// Gives a command by its name, on the command line.
    #[track_caller]
    pub fn command(&mut self, line: &str) -> &mut Self {
        self.keys(":").see("─ Command ─");
        self.keys(line).see(&format!(": {line}"));
        self.keys("\r").until("the command line closed", |screen| {
            !screen.contains("─ Command ─")
        })
    }

    /// Waits until the program has ended, and gives its exit code. That a signal ended it is a
    /// failure of its own: there is no code then, and 1 would be taken for one.
    #[track_caller]
    pub fn ended(&mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("does not end:\n{}", self.text()),
            }
        }
        let status = self.child.wait().unwrap();
        if let Some(signal) = status.signal() {
            panic!("ended by a signal: {signal}\n{}", self.text());
        }
        status.exit_code()
    }

    /// Kills the program at once.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Cuts the line: the terminal goes away as when a connection drops.
    pub fn hang_up(mut self) -> Box<dyn Child + Send + Sync> {
        drop(self.writer);
        drop(self.master.take());
        self.child
    }
}
