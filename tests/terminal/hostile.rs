//! Hostile text on every screen: the emulator sees only our own sequences, and the payload is
//! visible.

use super::driver::Terminal;
use super::work::workstation_at;
use crate::support::Place;
use crate::support::fhir::{self, PROGRESS, Stay};

/// Steers a terminal (title, clipboard, colours, C1), reorders, hides, and piles up marks.
fn payload() -> String {
    format!(
        "\u{1b}]0;owned\u{7}\u{1b}]52;c;ZXZpbA==\u{7}\u{1b}[31;7m\u{9b}5m\u{202e}bidi\u{200b}\u{e0041}\u{1b}Pq e{}",
        "\u{301}".repeat(10_000)
    )
}

/// What may follow an escape in our output: control sequences with these endings.
const OURS: &str = "mHABCDGKJXhlrdSTL@PMf`Gst";

/// Fails on any byte sequence that is not ours (a backspace is how the painter steps left).
#[track_caller]
fn inert(screen: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut chars = text.chars().peekable();
    let mut marks = 0;
    while let Some(c) = chars.next() {
        marks = if matches!(c as u32, 0x300..=0x36f) {
            marks + 1
        } else {
            0
        };
        assert!(marks <= 4, "{marks} marks on a character on {screen}");
        if c == '\u{1b}' {
            // Keypad modes, character sets and moving a line down are ours as well.
            match chars.next() {
                Some('[') => {}
                Some('>' | '=' | '7' | '8' | 'M') => continue,
                Some('(' | ')') => {
                    chars.next();
                    continue;
                }
                other => panic!("escape {other:?} on {screen}"),
            }
            let end = chars.by_ref().find(|c| matches!(*c as u32, 0x40..=0x7e));
            assert!(
                end.is_some_and(|e| OURS.contains(e)),
                "sequence ending in {end:?} on {screen}"
            );
            continue;
        }
        let hidden = (c.is_control() && !matches!(c, '\r' | '\n' | '\u{8}'))
            || matches!(c as u32, 0x200b..=0x200f | 0x2028..=0x202e | 0x2066..=0x2069 | 0xfeff | 0xe0000..=0xe007f);
        assert!(!hidden, "U+{:04X} on {screen}", c as u32);
    }
}

/// Checks what came out so far, and that the payload is there to be seen.
#[track_caller]
fn check(screen: &str, t: &mut Terminal) {
    t.see("<ESC>");
    let bytes = std::mem::take(&mut t.bytes);
    inert(screen, &bytes);
}

#[test]
fn hostile_text_is_inert_on_every_screen() {
    let text = payload();
    let place = Place::new();
    let note = format!("findable {text} words\n{text}");
    let mut stay = Stay::new(1).note(PROGRESS, &text, &note, false);
    stay.family = &text;
    stay.given = &text;
    let file = place.file("evil.ndjson", fhir::ndjson(&[stay]));
    place.run(&["import", &file]).exits(0);

    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut t = workstation_at(&place, columns, rows, &["--as", "ann"]);
        t.command("app.goto-queue").see("DEFICIENCIES");
        check("the queue", &mut t);
        t.command("queue.why").see("Rule");
        check("why", &mut t);
        t.keys("\x1b")
            .until("the queue again", |s| s.contains("DEFICIENCIES"));
        t.command("queue.open-chart").see("CHART");
        check("the chart", &mut t);
        t.command("chart.timeline");
        check("the timeline", &mut t);
        t.command("query.compose").see("QUERY");
        check("the composer", &mut t);
        t.keys("\x1b").see("CHART");
        t.command("app.goto-search")
            .see("SEARCH")
            .keys("findable")
            .see("1/1 hit");
        check("search", &mut t);
        t.keys("\r").command("app.goto-home").see("WORKLISTS");
        t.command("app.quit");
        assert_eq!(t.ended(), 0);
        inert("the end", &t.bytes);
    }
}
