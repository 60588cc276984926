//! Moving about: what is read before it is needed, where the cursor goes, what stands beside it.

use super::{acts, detail, full, one_with_a_document, open, page, pages_asked, row};
use crate::domain::action::Action;
use crate::domain::deficiency::DeficiencyState;
use crate::domain::worklist::QueuePage;
use crate::tui::app::testing::assert_screen;
use crate::tui::desk::{Acted, Request};
use crate::tui::screens::queue::*;

#[test]
fn the_row_below_is_explained_before_it_is_reached() {
    let mut bench = open();
    bench.reply(page(0..3, 3));
    bench.reply(detail(0));
    bench.reply(detail(1));
    bench.asked();
    bench.keys("j");
    // Explained at once; asked for now is the one after it.
    let asked = bench.asked();
    assert!(bench.screen().contains("was found"), "{}", bench.screen());
    assert!(asked.contains(&Request::Detail(DeficiencyId(2))));
    assert!(!asked.contains(&Request::Detail(DeficiencyId(1))));
}

#[test]
fn an_explanation_asked_for_too_early_opens_when_it_has_come() {
    let mut bench = open();
    bench.reply(page(0..3, 3));
    bench.keys("i");
    assert!(!bench.screen().contains("Why is it here"));
    bench.reply(detail(0));
    assert!(bench.screen().contains("Why is it here"));
    assert!(bench.screen().contains("42 CFR 482.51"));
    // Who has moved on meanwhile is not interrupted.
    let mut bench = open();
    bench.reply(page(0..3, 3));
    bench.keys("i j");
    bench.reply(detail(1));
    bench.reply(detail(0));
    assert!(!bench.screen().contains("Why is it here"));
}

#[test]
fn the_cursor_follows_its_item_when_the_list_is_read_again() {
    let mut bench = full();
    bench.keys("j j j R");
    bench.reply(Reply::Queue(QueuePage {
        rows: [7, 8, 3, 9].map(row).to_vec(),
        total: 4,
        next: None,
        holders: Vec::new(),
        declines: Vec::new(),
    }));
    assert_eq!(bench.facts().state, Some(DeficiencyState::Declined));
    bench.keys("r");
    let acts = acts(&mut bench);
    assert!(matches!(&acts[..], [Action::ChangeDeficiencies { items, .. }] if items[0].0.0 == 3));
}

#[test]
fn the_cursor_goes_on_to_the_next_item_when_what_was_done_moves_its_own() {
    let mut bench = full();
    bench.keys("j j r");
    let request = bench.waiting().into_iter().find_map(|r| match r {
        Request::Act(id, _) => Some(id.clone()),
        _ => None,
    });
    bench.reply(Reply::Acted(Acted {
        request: request.unwrap(),
        deed: Box::new(crate::tui::desk::Deed::each(1, "item", "advanced")),
        done: 1,
        refused: Vec::new(),
        undoable: true,
        taken: None,
    }));
    bench.reply(Reply::Queue(QueuePage {
        rows: [0, 1, 3, 4, 5, 2].map(row).to_vec(),
        total: 6,
        next: None,
        holders: Vec::new(),
        declines: Vec::new(),
    }));
    assert_eq!(
        bench.facts().state,
        Some(DeficiencyState::Declined),
        "the item after it, which is the fourth"
    );
}

#[test]
fn rows_are_fetched_before_they_are_needed_from_both_ends() {
    let mut bench = full();
    bench.asked();
    bench.keys("G");
    assert_eq!(
        pages_asked(&bench),
        [(QueueView::All, String::new(), true, false)]
    );
    let rows: Vec<QueueRow> = (3980..4180).rev().map(row).collect();
    bench.reply(Reply::Queue(QueuePage {
        rows,
        total: 4180,
        next: None,
        holders: Vec::new(),
        declines: Vec::new(),
    }));
    assert!(bench.facts().at_end);
    assert!(bench.screen().contains(&row(4179).mrn.raw().to_owned()));
    bench.asked();
    bench.keys("g g");
    for _ in 0..12 {
        bench.keys("C-f");
    }
    assert_eq!(
        pages_asked(&bench),
        [(QueueView::All, String::new(), false, true)]
    );
}

#[test]
fn a_wide_screen_shows_the_document_once_the_cursor_rests() {
    let mut bench = open();
    bench.screen_at(120, 40);
    let mut signed = row(0);
    signed.subject.document = Some(crate::domain::ids::DocumentId(55));
    bench.reply(Reply::Queue(QueuePage {
        rows: vec![signed, row(1)],
        total: 2,
        next: None,
        holders: Vec::new(),
        declines: Vec::new(),
    }));
    bench.asked();
    bench.wait(100);
    assert!(bench.asked().is_empty(), "moving on reads nothing");
    bench.wait(400);
    let text = Request::Text(crate::domain::ids::DocumentId(55), None);
    assert_eq!(bench.waiting(), [&text]);
    bench.reply(Reply::Text(crate::domain::chart::DocumentText {
        document: crate::domain::ids::DocumentId(55),
        version: 1,
        text: "OPERATIVE NOTE\nGallbladder removed.".into(),
    }));
    let screen = bench.screen();
    assert!(screen.contains("Gallbladder removed."), "{screen}");
    assert_screen("queue_split_120x40", &screen);
    bench.keys("j");
    assert!(bench.screen().contains("Nothing to read"));
    bench.keys("p");
    assert!(!bench.screen().contains("Nothing to read"));
}

#[test]
fn a_small_screen_turns_from_list_to_detail_to_document() {
    let mut bench = one_with_a_document();
    bench.wait(1000);
    assert!(bench.asked().is_empty(), "there is no room to show it");
    bench.keys("Tab Tab");
    let text = Request::Text(crate::domain::ids::DocumentId(55), None);
    assert_eq!(bench.waiting(), [&text]);
    bench.reply(Reply::Text(crate::domain::chart::DocumentText {
        document: crate::domain::ids::DocumentId(55),
        version: 1,
        text: "OPERATIVE NOTE\nGallbladder removed.".into(),
    }));
    assert_screen("queue_document_80x24", &bench.screen());
    bench.keys("J");
    assert!(bench.screen().contains("Nothing to read"));
    bench.keys("Esc");
    assert!(bench.screen().contains("PATIENT"), "the list again");
}

#[test]
fn without_room_beside_the_list_the_document_stands_in_its_place() {
    let mut bench = one_with_a_document();
    bench.keys("p");
    let text = Request::Text(crate::domain::ids::DocumentId(55), None);
    assert_eq!(bench.waiting(), [&text]);
    bench.reply(Reply::Text(crate::domain::chart::DocumentText {
        document: crate::domain::ids::DocumentId(55),
        version: 1,
        text: "OPERATIVE NOTE".into(),
    }));
    assert!(bench.screen().contains("OPERATIVE NOTE"));
    bench.keys("p");
    let screen = bench.screen();
    assert!(screen.contains("PATIENT") && !screen.contains("OPERATIVE NOTE"));
    bench.keys("j p");
    assert!(bench.screen().contains("Nothing to read"));
    bench.keys("Esc");
    assert!(bench.screen().contains("PATIENT"));
}
