//! A morning's work on the deficiency queue.

use super::driver::Terminal;
use crate::support::Place;
use std::process::Output;

/// "Now" of the demo hospital in these tests.
const NOW: &str = "2026-03-22T14:00:00Z";

fn demo(columns: u16, rows: u16) -> Terminal {
    let mut terminal = Terminal::start(
        columns,
        rows,
        &["demo", "--charts", "60", "--now", NOW],
        &[],
    );
    terminal.see("WORKLISTS").see("All open");
    terminal
}

/// A demo hospital that is kept.
pub fn kept_demo() -> Place {
    let place = Place::empty();
    run(&place, &["demo", "--charts", "40", "--no-open"]);
    place
}

/// Runs a verb as the only user, or as whom the arguments name.
pub fn run(place: &Place, arguments: &[&str]) -> Output {
    let output = place.command(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// The workstation on a kept hospital, on a small terminal.
fn workstation(place: &Place, arguments: &[&str]) -> Terminal {
    workstation_at(place, 80, 24, arguments)
}

/// The workstation on a kept hospital.
pub fn workstation_at(place: &Place, columns: u16, rows: u16, arguments: &[&str]) -> Terminal {
    let (data, key, config) = (place.data(), place.key(), place.home().join("config"));
    let environment = [
        ("CHARTROOM_DATA_DIR", data.to_str().unwrap()),
        ("CHARTROOM_KEY_FILE", key.to_str().unwrap()),
        ("CHARTROOM_CONFIG_DIR", config.to_str().unwrap()),
    ];
    let mut terminal = Terminal::start(columns, rows, arguments, &environment);
    terminal.see("WORKLISTS").see("All open");
    terminal
}

/// The number of rows the queue's title gives.
fn total(screen: &str) -> Option<u32> {
    let title = screen.lines().next()?;
    title
        .split_whitespace()
        .find_map(|word| word.split('/').next()?.parse().ok())
}

/// Whether the message says this, on however many lines.
pub fn told(screen: &str, what: &str) -> bool {
    let words: Vec<&str> = screen.split_whitespace().collect();
    words.join(" ").contains(what)
}

fn total_of(terminal: &Terminal) -> u32 {
    total(&terminal.text()).unwrap()
}

#[test]
fn an_item_is_completed_from_the_queue_and_the_completion_undone() {
    let mut t = demo(80, 24);
    t.command("app.goto-queue")
        .see("DEFICIENCIES")
        .until("rows", |s| s.contains("> "));
    let before = total_of(&t);
    t.command("queue.complete")
        .until("it is told", |s| told(s, "completed;"));
    t.until("one row less", |s| total(s) == Some(before - 1));
    t.command("app.undo").see("OK: Undone: ");
    t.until("the row again", |s| total(s) == Some(before));
    t.command("app.quit");
    assert_eq!(t.ended(), 0);
}

#[test]
fn marks_make_a_change_of_many() {
    let mut t = demo(120, 40);
    t.command("app.goto-queue")
        .see("DEFICIENCIES")
        .until("rows", |s| s.contains("> "));
    t.command("list.mark")
        .see("1-marked")
        .command("list.down")
        .command("list.mark")
        .see("2-marked");
    t.command("queue.decline")
        .see("Decline: 2 marked items")
        .keys("\r")
        .keys("\r");
    t.see("OK: 2 items declined");
    t.command("app.quit");
    assert_eq!(t.ended(), 0);
}

#[test]
fn a_filter_narrows_the_queue_as_it_is_typed() {
    let mut t = demo(80, 24);
    t.command("app.goto-queue")
        .see("DEFICIENCIES")
        .until("rows", |s| s.contains("> "));
    let before = total_of(&t);
    t.command("list.filter").keys("type:sig");
    t.until("fewer rows", |s| {
        total(s).is_some_and(|n| n > 0 && n < before)
    });
    t.until("only SIG", |s| !s.contains("DS-M") && s.contains("SIG"));
    t.keys("\x1b")
        .until("all rows again", |s| total(s) == Some(before));
    t.command("app.quit");
    assert_eq!(t.ended(), 0);
}

#[test]
fn the_terminal_is_left_as_it_was() {
    let mut t = demo(80, 24);
    t.command("app.quit");
    assert_eq!(t.ended(), 0);
    let out = String::from_utf8_lossy(&t.bytes).into_owned();
    for (enter, leave) in [
        ("\x1b[?1049h", "\x1b[?1049l"),
        ("\x1b[?2004h", "\x1b[?2004l"),
        ("\x1b[?25l", "\x1b[?25h"),
    ] {
        let (entered, left) = (out.rfind(enter), out.rfind(leave));
        assert!(
            entered.is_some() && left > entered,
            "{enter:?} {entered:?}, {leave:?} {left:?}"
        );
    }
}

#[test]
fn a_dropped_line_ends_the_program_and_keeps_what_was_done() {
    let place = kept_demo();
    let mut t = workstation(&place, &[]);
    t.command("app.goto-queue")
        .see("DEFICIENCIES")
        .until("rows", |s| s.contains("> "));
    let before = total_of(&t);
    t.command("queue.complete")
        .until("it is told", |s| told(s, "completed;"));
    let mut child = t.hang_up();
    child.wait().unwrap();
    let rows = run(&place, &["queue", "--json", "--limit", "100000"]).stdout;
    assert_eq!(
        rows.iter().filter(|b| **b == b'\n').count() as u32,
        before - 1
    );
    run(&place, &["doctor"]);
}

/// Login name of the user the demo made: it depends on who runs the tests.
pub fn first_login(place: &Place) -> String {
    // The one administrator is the only user whose list of users is not refused.
    let logins = [
        "root".to_owned(),
        std::env::var("USER").unwrap_or_default(),
        "admin".to_owned(),
    ];
    let may_list = |login: &String| {
        let arguments = ["--as", login.as_str(), "user", "list"];
        !login.is_empty() && place.command(&arguments).output().unwrap().status.success()
    };
    logins.into_iter().find(may_list).unwrap()
}

#[test]
fn two_people_see_who_has_a_chart() {
    let place = kept_demo();
    run(&place, &["user", "add", "kim", "--roles", "analyst"]);
    let first = first_login(&place);
    run(
        &place,
        &["--as", &first, "user", "add", "lee", "--roles", "analyst"],
    );
    let mut kim = workstation(&place, &["--as", "kim"]);
    kim.command("app.goto-queue")
        .see("DEFICIENCIES")
        .until("rows", |s| s.contains("> "));
    kim.command("queue.take").see("OK: Chart taken until ");
    let mut lee = workstation(&place, &["--as", "lee"]);
    lee.command("app.goto-queue")
        .see("DEFICIENCIES")
        .until("rows", |s| s.contains("> "));
    lee.command("queue.take").see("kim has this chart");
    for t in [&mut kim, &mut lee] {
        t.command("app.quit");
        assert_eq!(t.ended(), 0);
    }
}

#[test]
fn rules_that_cannot_be_used_are_told_on_the_first_screen() {
    let place = Place::new();
    let rules = place.home().join("config").join("rules");
    std::fs::create_dir_all(&rules).unwrap();
    std::fs::write(rules.join("mine.toml"), "x = 3").unwrap();
    let mut t = workstation_at(&place, 120, 40, &[]);
    t.see("nothing is analysed").see("mine.toml:1");
    t.command("app.quit");
    assert_eq!(t.ended(), 0);
    place.run(&["doctor"]).exits(1);
}
