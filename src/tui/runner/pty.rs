//! The local session on a real pty: this test binary starts itself as the child.

use super::tests::{FakeDesk, start};
use super::*;
use crate::tui::terminal::{ENTER, LEAVE};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use std::io::Read;

/// Set for the child: which session to run.
const CHILD: &str = "CHARTROOM_TEST_PTY_CHILD";

/// Not a test by itself: the child of the tests below.
#[test]
fn child() {
    match std::env::var(CHILD).as_deref() {
        Ok("run") => {
            let environment = Environment {
                term: "xterm".into(),
                locale: "C.UTF-8".into(),
                ..Environment::default()
            };
            run_local(start(), Arc::new(FakeDesk), &environment, Box::new(|_| ())).unwrap();
        }
        Ok("panic") => {
            let _guard = crate::tui::terminal::Guard::enter().unwrap();
            std::panic::panic_any("broken on purpose");
        }
        _ => {}
    }
}

/// Runs a child, types when the screen shows a text, and returns everything it wrote.
fn run(mode: &str, when: &str, keys: &[u8]) -> Vec<u8> {
    let size = PtySize {
        rows: 24,
        cols: 80,
        pixel_width: 0,
        pixel_height: 0,
    };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["tui::runner::pty::child", "--exact", "--nocapture"]);
    command.env(CHILD, mode);
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut writer = pair.master.take_writer().unwrap();
    let mut all = Vec::new();
    let mut typed = false;
    let mut buffer = [0; 4096];
    while let Ok(n) = reader.read(&mut buffer)
        && n > 0
    {
        all.extend_from_slice(&buffer[..n]);
        let mut screen = vt100::Parser::new(24, 80, 0);
        screen.process(&all);
        if !typed && screen.screen().contents().contains(when) {
            writer.write_all(keys).unwrap();
            typed = true;
        }
    }
    child.wait().unwrap();
    all
}

fn position(all: &[u8], part: &[u8]) -> Option<usize> {
    all.windows(part.len()).position(|w| w == part)
}

#[test]
fn the_local_terminal_is_entered_and_left() {
    let all = run("run", "PROBE", b":q\r");
    let (entered, left) = (position(&all, ENTER), position(&all, LEAVE));
    assert!(entered.is_some() && entered < left, "{entered:?} {left:?}");
    let mut screen = vt100::Parser::new(24, 80, 0);
    screen.process(&all);
    assert!(!screen.screen().alternate_screen());
    assert!(!screen.screen().hide_cursor());
    assert!(!screen.screen().bracketed_paste());
}

#[test]
fn a_panic_leaves_the_terminal_first() {
    let all = run("panic", "never", b"");
    let (left, said) = (position(&all, LEAVE), position(&all, b"panicked"));
    assert!(left.is_some() && left < said, "{left:?} {said:?}");
}
