//! Letters on the bench.

use super::*;
use crate::domain::ids::StepId;
use crate::domain::ladder::LetterCopy;
use crate::domain::time::Instant;
use crate::domain::user::Role;
use crate::tui::app::testing::{Bench, assert_screen, assert_state, now};
use ratatui::layout::Size;

const DAY: i64 = 86_400_000_000;

fn row(id: i64, copies: i64) -> LetterRow {
    let names = ["SMITH,A", "JONES,B", "EVIL\u{1b}[31m", "GARCIA LOPEZ,M"];
    LetterRow {
        id: LetterId(id),
        provider: ProviderId(20 + id),
        provider_name: names[(id as usize) % names.len()].into(),
        step: StepId(id),
        template: "notice".into(),
        subject: "Charts to complete".into(),
        made: Instant(now().0 - id * DAY),
        copies,
        first_printed: (copies > 0).then(now),
        withdrawn: id == 4,
    }
}

fn letter(id: i64, copies: i64) -> Reply {
    let copy = |number| LetterCopy {
        number,
        at: now(),
        user_name: "LEE".into(),
        format: LetterFormat::Html,
    };
    Reply::Letter(Box::new(Letter {
        row: row(id, copies),
        text: "Dear Dr Smith,\n\nyou owe 3 items.".into(),
        html: "<p>Dear Dr Smith</p>".into(),
        copies: (1..=copies).map(copy).collect(),
    }))
}

fn unprinted() -> Reply {
    Reply::Letters((0..3).map(|id| row(id, 0)).collect())
}

fn open() -> Bench {
    let mut bench = Bench::new(crate::tui::screens::make);
    bench.asked();
    bench.keys("g n");
    bench
}

fn full() -> Bench {
    let mut bench = open();
    bench.reply(unprinted());
    bench.reply(letter(0, 0));
    bench
}

fn printed(bench: &mut Bench) -> Vec<(Vec<LetterId>, LetterFormat, LetterFiles)> {
    let print = |r| match r {
        Request::PrintLetters {
            letters,
            format,
            files,
            ..
        } => Some((letters, format, files)),
        _ => None,
    };
    bench.asked().into_iter().filter_map(print).collect()
}

#[test]
fn every_state_looks_as_it_should() {
    let mut bench = open();
    assert_state("letters_busy", &mut bench);
    bench.fail("The store is busy");
    assert_state("letters_error", &mut bench);
    let mut bench = open();
    bench.reply(Reply::Letters(Vec::new()));
    assert_state("letters_empty", &mut bench);
    let mut bench = full();
    assert_state("letters_full", &mut bench);
    bench.keys("Tab");
    bench.reply(Reply::Letters(
        (0..5).map(|id| row(id, (id - 1).max(0))).collect(),
    ));
    bench.keys("G k");
    bench.reply(letter(3, 2));
    assert_screen("letters_copies_80x24", &bench.screen());
    bench.keys("P Enter");
    assert_screen("letters_confirm_80x24", &bench.screen());
    bench.keys("Esc");
    assert_screen("letters_tiny_10x4", &bench.screen_at(10, 4));
}

#[test]
fn a_batch_is_printed_oldest_first_after_a_question() {
    let mut bench = full();
    bench.keys("V P Down Enter");
    assert!(printed(&mut bench).is_empty(), "not before it is confirmed");
    bench.keys("y");
    let wanted = (0..3).map(LetterId).collect();
    let each = LetterFiles::Each;
    assert_eq!(printed(&mut bench), [(wanted, LetterFormat::Html, each)]);
}

#[test]
fn each_way_to_print_several_letters_has_a_name_of_its_own() {
    let mut bench = full();
    bench.keys("V P");
    let screen = bench.screen();
    for way in [
        "text, a file for each",
        "html, a file for each",
        "text, one file for all",
        "html, one file for all",
    ] {
        assert_eq!(screen.matches(way).count(), 1, "{way}: {screen}");
    }
}

#[test]
fn several_letters_go_into_one_file_when_that_is_wished() {
    let mut bench = full();
    bench.keys("V P Down Down Enter");
    assert!(bench.screen().contains("in one file"), "{}", bench.screen());
    bench.keys("y");
    let wanted = (0..3).map(LetterId).collect();
    let together = LetterFiles::Together;
    assert_eq!(
        printed(&mut bench),
        [(wanted, LetterFormat::Text, together)]
    );
    bench.keys("P Down Down Enter y");
    bench.reply(Reply::Printed {
        letters: 3,
        files: 1,
        to: "/srv/letters/all.txt".into(),
        refused: Vec::new(),
    });
    let message = bench.message().unwrap().1;
    assert_eq!(message, "3 letters written to /srv/letters/all.txt");
}

#[test]
fn what_was_not_printed_stays_marked_and_is_told() {
    let mut bench = full();
    bench.keys("V P Enter y");
    bench.reply(Reply::Printed {
        letters: 2,
        files: 2,
        to: "/srv/letters".into(),
        refused: vec![(1, "it was withdrawn".into())],
    });
    let message = bench.message().unwrap().1;
    assert_eq!(
        message,
        "2 letters written to /srv/letters; letter 1 not: it was withdrawn"
    );
    bench.reply(Reply::Letters(vec![row(1, 0)]));
    assert!(bench.screen().contains("1-marked"), "{}", bench.screen());
}

#[test]
fn the_letters_of_one_provider_are_all_of_them() {
    let mut bench = Bench::new(crate::tui::screens::make);
    bench.asked();
    bench.open(Box::new(Letters::new(Some(ProviderId(22)))));
    let asked = bench.asked();
    assert!(matches!(&asked[..],
        [Request::Letters(ask)] if ask.provider == Some(ProviderId(22)) && !ask.unprinted));
}

#[test]
fn an_analyst_reads_letters_and_prints_none() {
    for keymap in ["vim", "function", "emacs"] {
        let size = Size::new(80, 24);
        let mut bench = Bench::with(crate::tui::screens::make, size, keymap, &[Role::Analyst]);
        bench.asked();
        bench.keys("g n");
        bench.reply(unprinted());
        bench.reply(letter(0, 0));
        bench.keys("P");
        let message = bench.message().unwrap().1;
        assert!(
            message.contains("only a supervisor may; you are an analyst"),
            "{keymap}: {message}"
        );
        bench.keys("Enter");
        assert!(bench.screen().contains("you owe 3 items"), "{keymap}");
    }
}
