//! Signals from outside: the terminal is left clean by whatever ends or stops the program.

use super::driver::Terminal;
use super::work::workstation_at;
use crate::support::Place;
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

fn pid(t: &Terminal) -> Pid {
    let pid = t.process_id().try_into().unwrap();
    Pid::from_raw(pid).unwrap()
}

#[test]
fn whatever_asks_it_to_end_the_terminal_is_left_clean() {
    let place = Place::new();
    for signal in [Signal::TERM, Signal::HUP, Signal::QUIT, Signal::INT] {
        let mut t = workstation_at(&place, 80, 24, &[]);
        kill_process(pid(&t), signal).unwrap();
        assert_eq!(t.ended(), 0, "{signal:?}");
        assert!(!t.alternate(), "{signal:?}");
    }
}

#[test]
fn stopped_it_leaves_the_terminal_and_going_on_it_takes_it_again() {
    let place = Place::new();
    let mut t = workstation_at(&place, 80, 24, &[]);
    let pid = pid(&t);
    kill_process(pid, Signal::TSTP).unwrap();
    let stopped = waitpid(Some(pid), WaitOptions::UNTRACED).unwrap().unwrap();
    assert!(stopped.1.stopped());
    t.until("the terminal was left", |screen| {
        !screen.contains("WORKLISTS")
    });
    assert!(!t.alternate());
    kill_process(pid, Signal::CONT).unwrap();
    t.see("WORKLISTS");
    assert!(t.alternate());
    t.command("app.quit");
    assert_eq!(t.ended(), 0);
}

#[test]
fn a_terminal_that_cannot_place_its_cursor_is_refused() {
    let mut t = Terminal::start(80, 24, &["demo"], &[("TERM", "dumb")]);
    t.see("TERM is dumb");
    assert_eq!(t.ended(), 2);
}
