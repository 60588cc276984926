//! The inbox on the bench: what it shows, and how many keys each answer takes.

use super::*;
use crate::domain::query::QueryState;
use crate::tui::app::testing::{Bench, assert_screen, assert_state};
use crate::tui::desk::Acted;
use crate::tui::screens::samples;

fn open() -> Bench {
    let mut bench = Bench::as_provider(crate::tui::screens::make, 21);
    bench.asked();
    bench.keys("g m");
    bench
}

fn full() -> Bench {
    let mut bench = open();
    bench.reply(Reply::Queue(samples::queue_page()));
    bench.reply(Reply::Queries(vec![samples::query(31, QueryState::Issued)]));
    bench.reply(Reply::Catalogue(vec![CatalogueEntry {
        kind: "OP-M".into(),
        title: "Operative report missing".into(),
    }]));
    bench
}

fn acts(bench: &mut Bench) -> Vec<Action> {
    let act = |r| match r {
        Request::Act(_, action) => Some(*action),
        _ => None,
    };
    bench.asked().into_iter().filter_map(act).collect()
}

#[test]
fn every_state_looks_as_it_should() {
    let mut bench = open();
    assert_state("inbox_busy", &mut bench);
    bench.fail("The store is busy");
    assert_state("inbox_error", &mut bench);
    let mut bench = open();
    bench.reply(Reply::Queue(samples::no_rows()));
    bench.reply(Reply::Queries(Vec::new()));
    assert_state("inbox_empty", &mut bench);
    let mut bench = full();
    assert_state("inbox_full", &mut bench);
    bench.keys("G");
    assert_screen("inbox_query_80x24", &bench.screen());
    assert_screen("inbox_tiny_10x4", &bench.screen_at(10, 4));
}

/// The line of the item with this type, from 1.
fn line_of(bench: &Bench, what: &str) -> usize {
    let screen = bench.screen();
    let at = screen.lines().position(|l| l.contains(what)).unwrap();
    at - 1
}

#[test]
fn an_item_is_completed_with_one_key() {
    let mut bench = full();
    let line = line_of(&bench, "SIG");
    bench.keys(&format!("{line} r"));
    let acts = acts(&mut bench);
    assert!(
        matches!(&acts[..], [Action::ChangeDeficiencies { items, change: DeficiencyChange::Complete { .. } }]
        if items[0].0 == DeficiencyId(502))
    );
}

#[test]
fn an_item_is_declined_with_three_keys_and_words_only_where_they_are_needed() {
    let mut bench = full();
    let line = line_of(&bench, "SIG");
    bench.keys(&format!("{line} d 1 Enter"));
    assert!(matches!(
        &acts(&mut bench)[..],
        [Action::ChangeDeficiencies {
            change: DeficiencyChange::Decline {
                reason: DeclineReason::NotMyPatient,
                ..
            },
            ..
        }]
    ));
    bench.keys("d 3 Enter");
    bench.text("in the ED note");
    bench.keys("Enter");
    assert!(matches!(&acts(&mut bench)[..],
        [Action::ChangeDeficiencies { change: DeficiencyChange::Decline { reason: DeclineReason::AlreadyDocumented, comment }, .. }]
        if comment.raw() == "in the ED note"));
}

#[test]
fn a_query_is_answered_with_four_keys() {
    let mut bench = full();
    let line = line_of(&bench, "query:");
    bench.keys(&format!("{line} Down"));
    bench.keys(&format!("{line} Up"));
    bench.keys("g g");
    for _ in 1..line {
        bench.keys("j");
    }
    bench.keys("a 2 Enter Enter");
    assert!(matches!(&acts(&mut bench)[..],
        [Action::AnswerQuery { answer, .. }] if answer.option == Some(1)));
}

#[test]
fn what_was_done_leaves_the_list() {
    let mut bench = full();
    bench.keys("r");
    let id = bench.waiting().into_iter().find_map(|r| match r {
        Request::Act(id, _) => Some(id.clone()),
        _ => None,
    });
    bench.reply(Reply::Acted(Acted {
        request: id.unwrap(),
        deed: Box::new(crate::tui::desk::Deed::each(1, "item", "completed")),
        done: 1,
        refused: Vec::new(),
        undoable: true,
        taken: None,
    }));
    bench.reply(Reply::Queue(samples::no_rows()));
    bench.reply(Reply::Queries(Vec::new()));
    assert!(bench.screen().contains("You owe nothing."));
    assert!(bench.screen().contains("0 items (0 late), 0 queries"));
}

#[test]
fn who_owes_nothing_has_no_inbox() {
    let mut bench = Bench::new(crate::tui::screens::make);
    bench.asked();
    bench.keys("g m");
    assert!(bench.message().unwrap().1.starts_with("My inbox: "));
}

#[test]
fn the_item_of_an_overdue_answer_is_answered_where_it_stands() {
    let mut bench = open();
    let mut page = samples::queue_page();
    page.rows.truncate(1);
    page.rows[0].kind = "QRY".into();
    page.rows[0].subject.query = Some(crate::domain::ids::QueryId(31));
    bench.reply(Reply::Queue(page));
    bench.reply(Reply::Queries(vec![samples::query(31, QueryState::Issued)]));
    let line = line_of(&bench, "QRY");
    assert_eq!(line, 1, "due first");
    bench.keys("a 4 Enter Enter");
    assert!(matches!(&acts(&mut bench)[..],
        [Action::AnswerQuery { query, answer, .. }] if query.0 == 31 && answer.option == Some(3)));
}

#[test]
fn what_is_owed_for_somebody_else_says_for_whom() {
    let mut page = samples::queue_page();
    let row = page.rows.first_mut().unwrap();
    row.owner = Some(crate::domain::ids::ProviderId(22));
    row.owner_name = "JONES,B".into();
    let what = format!("{} for JONES,B", row.kind);
    let mut bench = open();
    bench.reply(Reply::Queue(page));
    bench.reply(Reply::Queries(Vec::new()));
    let screen = bench.screen();
    assert!(screen.contains(&what), "{screen}");
    assert!(!screen.contains("for SMITH"), "{screen}");
}
