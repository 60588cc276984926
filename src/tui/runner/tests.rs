//! A whole session over a channel: bytes in, bytes out, an emulator to look at them.

use super::*;
use crate::domain::ids::UserId;
use crate::domain::worklist::WorklistCounts;
use crate::text::Shown;
use crate::tui::app::Session;
use crate::tui::app::testing::{grants, now};
use crate::tui::desk::Request;
use crate::tui::keymap::Keymap;
use crate::tui::theme::{Depth, Theme};
use std::sync::{Mutex, PoisonError};
use std::thread;

#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output {
    fn screen(&self) -> String {
        let mut parser = vt100::Parser::new(24, 80, 0);
        parser.process(&self.0.lock().unwrap());
        parser.screen().contents()
    }

    /// Waits until the screen shows a text; a test that hangs here has failed.
    fn shows(&self, text: &str) {
        let until = Instant::now() + Duration::from_secs(20);
        while !self.screen().contains(text) {
            assert!(Instant::now() < until, "no {text:?} on\n{}", self.screen());
            thread::yield_now();
        }
    }
}

pub(super) struct FakeDesk;

impl Desk for FakeDesk {
    fn answer(&self, request: Request) -> Result<Reply, Notice> {
        match request {
            Request::Counts => Ok(Reply::Counts(WorklistCounts::default())),
            _ => std::panic::panic_any("a broken desk"),
        }
    }
    fn now(&self) -> crate::domain::time::Instant {
        now()
    }
}

/// What a session starts with.
pub(super) fn start() -> Start {
    Start {
        session: Session {
            user: UserId(1),
            user_name: Shown::own("LEE"),
            place: Shown::own("SSH"),
            zone: jiff::tz::TimeZone::UTC,
            grants: grants(crate::domain::user::Role::ALL),
            may_copy: false,
            search_pause: 0,
            name: "s".into(),
        },
        now: now(),
        size: Size::new(80, 24),
        keymap: Keymap::load("vim", None).unwrap(),
        theme: Theme::bundled("dark", Depth::Sixteen).unwrap(),
        depth: Depth::Sixteen,
        user_keymap: None,
        warning: None,
        make: crate::tui::app::tests::blank,
    }
}

struct Running {
    output: Output,
    wakes: Sender<Wake>,
    session: thread::JoinHandle<io::Result<Option<Shown>>>,
}

fn session() -> Running {
    let output = Output::default();
    let out = output.clone();
    let (hand, take) = channel();
    let session = thread::spawn(move || {
        let pace = Pace::of(false);
        let keep = Box::new(|_| ());
        let runner = Runner::new(
            start(),
            Arc::new(FakeDesk),
            out,
            Charset::Unicode,
            pace,
            keep,
        )
        .unwrap();
        hand.send(runner.wakes()).unwrap();
        runner.run()
    });
    Running {
        output,
        wakes: take.recv().unwrap(),
        session,
    }
}

#[test]
fn a_session_draws_takes_keys_and_ends() {
    let running = session();
    running.output.shows("PROBE");
    running.output.shows("counts 0");
    // An arrow in two pieces, then the command line.
    running.wakes.send(Wake::Bytes(b"\x1b[".to_vec())).unwrap();
    running.wakes.send(Wake::Bytes(b"B".to_vec())).unwrap();
    running.output.shows("list.down");
    running.wakes.send(Wake::Bytes(b":q\r".to_vec())).unwrap();
    running.session.join().unwrap().unwrap();
}

#[test]
fn a_broken_answer_is_a_notice_and_the_session_goes_on() {
    let running = session();
    running.output.shows("PROBE");
    running.wakes.send(Wake::Bytes(b"t".to_vec())).unwrap();
    running.output.shows("Something in the program broke");
    running.wakes.send(Wake::Bytes(b"j".to_vec())).unwrap();
    running.output.shows("list.down");
    running.wakes.send(Wake::Hangup).unwrap();
    running.session.join().unwrap().unwrap();
}

#[test]
fn pauses_come_even_when_the_desk_clock_stands_still() {
    let running = session();
    running.output.shows("PROBE");
    running.wakes.send(Wake::Bytes(b"g".to_vec())).unwrap();
    running.output.shows("View 1");
    running.wakes.send(Wake::Hangup).unwrap();
    running.session.join().unwrap().unwrap();
}

#[test]
fn a_lone_escape_is_decided_by_the_pause() {
    let running = session();
    running.wakes.send(Wake::Bytes(b":".to_vec())).unwrap();
    running.output.shows("app.quit");
    running.wakes.send(Wake::Bytes(b"\x1b".to_vec())).unwrap();
    running.output.shows("PROBE");
    let until = Instant::now() + Duration::from_secs(20);
    while running.output.screen().contains("app.quit") {
        assert!(Instant::now() < until);
        thread::yield_now();
    }
    running.wakes.send(Wake::Size(Size::new(0, 9999))).unwrap();
    running.wakes.send(Wake::Hangup).unwrap();
    running.session.join().unwrap().unwrap();
}

/// A terminal that cannot be written, and why.
struct Broken(fn() -> io::Error);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0())
    }
    fn flush(&mut self) -> io::Result<()> {
        Err(self.0())
    }
}

#[test]
fn a_terminal_that_is_gone_ends_the_session_and_is_no_failure() {
    let ended = |why| {
        let (out, keep) = (Broken(why), Box::new(|_| ()));
        let desk = Arc::new(FakeDesk);
        let pace = Pace::of(false);
        Runner::new(start(), desk, out, Charset::Unicode, pace, keep)
            .unwrap()
            .run()
    };
    for gone in [
        || rustix::io::Errno::IO.into(),
        || io::ErrorKind::BrokenPipe.into(),
    ] {
        assert!(ended(gone).is_ok(), "{}", gone());
    }
    let full = ended(|| io::ErrorKind::StorageFull.into()).unwrap_err();
    assert_eq!(full.kind(), io::ErrorKind::StorageFull);
}
