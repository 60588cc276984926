//! How the queue looks, in any size, and what drawing it costs.

use super::{DAY, catalogue, detail, full, held, open, page, row};
use crate::domain::audit::HistoryEntry;
use crate::domain::ids::EventId;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::{Choice, QueuePage};
use crate::tui::app::testing::{assert_screen, assert_state, now};
use crate::tui::screens::queue::*;

#[test]
fn every_state_looks_as_it_should() {
    let mut bench = open();
    assert_state("queue_busy", &mut bench);
    bench.fail("The store is busy");
    bench.fail("The store is busy");
    assert_state("queue_error", &mut bench);
    let mut bench = open();
    bench.reply(page(0..0, 0));
    assert_state("queue_empty", &mut bench);
    let mut bench = full();
    bench.keys("Space Space");
    bench.reply(detail(2));
    assert_screen("queue_full_80x24", &bench.screen());
    assert_screen("queue_full_120x40", &bench.screen_at(120, 40));
    assert_screen("queue_full_60x15", &bench.screen_at(60, 15));
    assert_screen("queue_tiny_10x4", &bench.screen_at(10, 4));
}

#[test]
fn dialogs_look_as_they_should() {
    let mut bench = full();
    bench.keys("h");
    assert_screen("queue_hold_80x24", &bench.screen());
    bench.keys("Esc i");
    assert_screen("queue_why_80x24", &bench.screen());
    bench.keys("Esc a");
    bench.reply(Reply::Choices(vec![Choice {
        id: 42,
        name: Untrusted::new("SMITH,A"),
        note: Untrusted::new("Surgery"),
    }]));
    assert_screen("queue_assign_80x24", &bench.screen());
}

#[test]
fn hostile_text_is_shown_and_never_obeyed() {
    let mut bench = open();
    let mut bad = row(0);
    bad.patient_name = Untrusted::new("EVIL\u{1b}]52;c;x\u{7}\u{202e}");
    bad.owner_name = Untrusted::new("A\nB");
    bench.reply(Reply::Queue(QueuePage {
        rows: vec![bad],
        total: 1,
        next: None,
        holders: Vec::new(),
        declines: Vec::new(),
    }));
    let screen = bench.screen_at(200, 24);
    assert!(
        screen.contains("EVIL<ESC>]52;c;x<U+0007><U+202E>"),
        "{screen}"
    );
}

#[test]
fn drawing_stays_within_the_budgets() {
    let mut bench = full();
    let whole = bench.frame_bytes();
    assert!(whole <= 6 * 1024, "full screen: {whole}");
    let mut worst = 0;
    for i in 1..12 {
        bench.keys("j");
        bench.reply(detail(i));
        worst = worst.max(bench.frame_bytes());
    }
    assert!(worst <= 400, "cursor with detail: {worst}");
    bench.keys("/");
    bench.frame_bytes();
    bench.text("x");
    let typed = bench.frame_bytes();
    assert!(typed <= 100, "typed key: {typed}");
    bench.keys("Esc");
    bench.screen_at(120, 40);
    let whole = bench.frame_bytes();
    assert!(whole <= 14 * 1024, "full screen at 120x40: {whole}");
    bench.keys("j");
    bench.reply(detail(12));
    let moved = bench.frame_bytes();
    assert!(moved <= 700, "cursor with detail at 120x40: {moved}");
}

#[test]
fn any_size_is_drawn() {
    let mut bench = full();
    for (w, h) in [
        (1, 1),
        (60, 15),
        (61, 17),
        (109, 20),
        (110, 15),
        (500, 200),
        (80, 16),
    ] {
        bench.screen_at(w, h);
        bench.keys("j C-f");
        bench.asked();
    }
}

#[test]
fn the_list_says_who_has_which_chart() {
    let mut bench = open();
    bench.reply(held());
    bench.reply(detail(0));
    let screen = bench.screen();
    let line = |mrn: i64| {
        let mrn = (4_410_123 + mrn * 37).to_string();
        screen
            .lines()
            .find(|l| l.contains(&mrn))
            .unwrap()
            .to_owned()
    };
    assert!(line(0).ends_with("@KIM"), "{screen}");
    assert!(line(3).ends_with("@me"), "{screen}");
    assert_screen("queue_held_80x24", &screen);
}

#[test]
fn the_catalogue_looks_as_it_should() {
    let mut bench = full();
    bench.reply(catalogue());
    bench.keys("A");
    assert_screen("queue_catalogue_80x24", &bench.screen());
}

#[test]
fn why_an_item_was_declined_stands_in_its_row_and_its_detail() {
    let mut bench = full();
    bench.run(Command::OpenView(Some("declined".into())));
    let why = "already documented: see the letter";
    let mut of_declined = page(3..4, 1);
    if let Reply::Queue(page) = &mut of_declined {
        page.declines = vec![(DeficiencyId(3), why.into())];
    }
    bench.reply(of_declined);
    let mut explained = detail(3);
    if let Reply::Detail(detail) = &mut explained {
        detail.history.insert(
            0,
            HistoryEntry {
                id: EventId(2),
                at: Instant(now().0 - DAY),
                user_name: Untrusted::new("SMITH,A"),
                action: "deficiency.decline".into(),
                from: "open".into(),
                to: "declined".into(),
                reason: why.into(),
                owners: None,
            },
        );
    }
    bench.reply(explained);
    let screen = bench.screen();
    assert!(screen.contains("already documen"), "{screen}");
    let detail = screen.lines().find(|l| l.contains("Declined SMITH,A"));
    assert!(detail.is_some_and(|l| l.contains(why)), "{screen}");
    assert_screen("queue_declined_80x24", &screen);
    assert_screen("queue_declined_120x40", &bench.screen_at(120, 40));
}

#[test]
fn numbers_of_rows_cover_nothing_and_move_only_what_names_the_row() {
    let mut bench = full();
    let before = bench.screen();
    bench.frame_bytes();
    bench.keys("1");
    let typed = bench.frame_bytes();
    assert!(typed <= 1_500, "the first digit: {typed}");
    let screen = bench.screen();
    for (at, (was, is)) in before
        .lines()
        .zip(screen.lines())
        .enumerate()
        .skip(1)
        .take(14)
    {
        let tail = |line: &str| line.chars().skip(50).collect::<String>();
        assert_eq!(tail(was), tail(is), "line {at}\n{screen}");
    }
    assert!(screen.contains("\n1    !!  45d"), "{screen}");
    assert!(screen.contains("\n5    H   41d"), "{screen}");
}
