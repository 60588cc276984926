//! The filter, marks under it, and views that are saved.

use super::{acts, full, page, pages_asked};
use crate::domain::action::{Action, DeficiencyChange};
use crate::tui::app::testing::{Bench, assert_screen};
use crate::tui::desk::Request;
use crate::tui::screens::queue::*;

#[test]
fn a_filter_that_finds_nothing_says_so() {
    let mut bench = full();
    bench.keys("/");
    bench.text("smth");
    bench.reply(page(0..0, 0));
    assert_screen("queue_filtered_empty_80x24", &bench.screen());
    bench.keys("Esc");
    assert!(!bench.facts().text && !bench.facts().filtering);
}

#[test]
fn an_empty_list_names_the_filter_it_is_of_not_the_one_that_is_wrong() {
    let mut bench = full();
    bench.keys("/");
    bench.text("section");
    bench.reply(page(0..0, 0));
    bench.text(":plan");
    let screen = bench.screen();
    assert!(!screen.contains("matches \"section:plan\""), "{screen}");
    assert!(screen.contains("still that of \"section\""), "{screen}");
}

#[test]
fn every_letter_of_the_filter_asks_and_only_the_last_counts() {
    let mut bench = full();
    bench.asked();
    bench.keys("/");
    bench.text("sm");
    let typed: Vec<_> = pages_asked(&bench).into_iter().map(|p| p.1).collect();
    assert_eq!(typed, ["s", "sm"]);
    bench.reply_oldest(page(0..1, 1));
    assert!(
        bench.screen().contains("4,180"),
        "the answer to \"s\" came too late"
    );
    bench.reply(page(0..3, 3));
    assert!(bench.screen().contains("3/4,180"));
    bench.keys("Enter j");
    assert!(!bench.facts().text && bench.facts().filtering);
}

#[test]
fn marks_survive_the_filter_and_the_header_counts_hidden_ones() {
    let mut bench = full();
    bench.keys("Space Space Space / x");
    bench.reply(page(2..3, 1));
    assert!(
        bench.screen().contains("3-marked (2 hidden)"),
        "{}",
        bench.screen()
    );
    bench.keys("Enter r");
    let acts = acts(&mut bench);
    assert!(
        matches!(&acts[..], [Action::ChangeDeficiencies { items, change: DeficiencyChange::Complete { .. } }]
        if items.iter().map(|(id, _)| id.0).collect::<Vec<_>>() == [0, 1, 2])
    );
}

#[test]
fn a_view_is_saved_with_what_is_shown() {
    let mut bench = full();
    bench.keys("/");
    bench.text("cardio");
    bench.keys("Enter S w");
    bench.text("Mine-late");
    bench.keys("Enter");
    let acts = acts(&mut bench);
    assert!(matches!(&acts[..], [Action::SaveView(view)]
        if view.name == "Mine-late" && view.filter == "cardio" && view.reverse));
}

#[test]
fn a_saved_view_that_was_changed_says_so() {
    let mut bench = full();
    bench.reply(Reply::Views(vec![SavedView {
        name: "Cardio late".into(),
        view: QueueView::Late,
        filter: "cardio".into(),
        sort: QueueSort::Age,
        reverse: false,
    }]));
    let head = |bench: &mut Bench| {
        bench.reply(page(0..3, 3));
        bench.screen().lines().next().unwrap_or_default().to_owned()
    };
    bench.run(Command::OpenView(Some("Cardio late".into())));
    let as_saved = head(&mut bench);
    assert!(as_saved.contains("Cardio late 3"), "{as_saved}");
    bench.keys("S");
    assert!(head(&mut bench).contains("Cardio late (changed) 3"));
    bench.keys("S");
    assert_eq!(head(&mut bench), as_saved);
    bench.keys("Esc");
    let cleared = head(&mut bench);
    assert!(cleared.contains("Cardio late (changed) 3"), "{cleared}");
    bench.run(Command::SaveView(Some("All late".into())));
    let saved = bench.screen();
    assert!(saved.contains("All late 3"), "{saved}");
}

#[test]
fn a_mistake_in_the_filter_is_pointed_at_and_the_rows_stay() {
    let mut bench = full();
    bench.asked();
    bench.keys("/");
    bench.text("late in:plan");
    let typed: Vec<_> = pages_asked(&bench).into_iter().map(|p| p.1).collect();
    assert!(!typed.iter().any(|t| t.contains("in:")), "{typed:?}");
    bench.reply(page(0..3, 3));
    let screen = bench.screen();
    assert_screen("queue_filter_mistake_80x24", &screen);
    // Enter does not leave a filter that is not understood.
    bench.keys("Enter");
    assert!(bench.facts().text);
    bench.keys("Esc");
    assert!(!bench.facts().text && !bench.screen().contains("no meaning here"));
}

#[test]
fn fields_and_values_of_the_filter_are_completed() {
    let mut bench = full();
    bench.keys("/");
    bench.text("ow");
    assert!(bench.screen().contains("owner:"), "{}", bench.screen());
    bench.keys("Tab");
    assert!(
        bench.screen().contains("Filter: owner:"),
        "{}",
        bench.screen()
    );
    bench.text("smi");
    let wanted = Request::CompleteFilter("owner:smi".into(), 9);
    assert!(bench.waiting().contains(&&wanted));
    bench.reply(page(0..3, 3));
    bench.reply(Reply::Completions(crate::grammar::Completions {
        span: crate::grammar::Span::new(6, 9),
        items: vec![crate::grammar::Completion {
            insert: "SMITH,ADAM ".into(),
            label: "SMITH,ADAM".into(),
            note: "",
        }],
    }));
    // Offers about what stood there before change nothing.
    bench.text("t");
    bench.text(" la");
    bench.reply(Reply::Completions(crate::grammar::Completions {
        span: crate::grammar::Span::new(6, 10),
        items: Vec::new(),
    }));
    assert!(bench.screen().contains("late:"), "{}", bench.screen());
    bench.keys("Backspace Backspace Backspace Backspace");
    bench.reply(Reply::Completions(crate::grammar::Completions {
        span: crate::grammar::Span::new(6, 9),
        items: vec![crate::grammar::Completion {
            insert: "SMITH,ADAM ".into(),
            label: "SMITH,ADAM".into(),
            note: "",
        }],
    }));
    bench.keys("F4 Enter");
    assert!(
        bench.screen().contains("Filter: owner:SMITH,ADAM"),
        "{}",
        bench.screen()
    );
}
