//! Groups on the bench.

use super::*;
use crate::domain::user::Role;
use crate::tui::app::testing::{Bench, assert_screen, assert_state};
use ratatui::layout::Size;

fn groups() -> Reply {
    let group = |id, name: &str, open| Group {
        id,
        name: name.into(),
        open,
        late: open / 5,
    };
    Reply::Groups(vec![
        group(21, "SMITH,A", 1204),
        group(22, "JONES,B", 640),
        group(0, "", 77),
        group(23, "GARCIA LOPEZ,MARIA DEL CARMEN", 12),
        group(24, "EVIL\u{1b}[31m", 1),
    ])
}

fn open() -> Bench {
    let mut bench = Bench::new(crate::tui::screens::make);
    bench.asked();
    bench.keys("g p");
    bench
}

fn full() -> Bench {
    let mut bench = open();
    bench.reply(groups());
    bench
}

#[test]
fn every_state_looks_as_it_should() {
    let mut bench = open();
    assert_state("groups_busy", &mut bench);
    bench.fail("The store is busy");
    assert_state("groups_error", &mut bench);
    let mut bench = open();
    bench.reply(Reply::Groups(Vec::new()));
    assert_state("groups_empty", &mut bench);
    let mut bench = full();
    assert_state("groups_full", &mut bench);
    assert_screen("groups_tiny_10x4", &bench.screen_at(10, 4));
}

#[test]
fn enter_opens_the_queue_behind_a_group() {
    let mut bench = full();
    bench.keys("2 Enter");
    let asked = bench.asked();
    let found = asked.iter().find_map(|r| match r {
        Request::Queue { request, .. } => Some(request),
        _ => None,
    });
    assert_eq!(found.unwrap().filter.owner, Some(ProviderId(22)));
    assert!(bench.screen().contains("DEFICIENCIES JONES,B"));
}

#[test]
fn typing_narrows_and_sorting_turns() {
    let mut bench = full();
    bench.keys("/");
    bench.text("gar");
    assert!(bench.screen().contains("1/5"), "{}", bench.screen());
    bench.keys("Enter Enter");
    assert!(bench.screen().contains("GARCIA LOPEZ"));
    let mut bench = full();
    bench.keys("s s g g Enter");
    assert!(bench.screen().contains("DEFICIENCIES (nobody)"));
}

#[test]
fn every_keymap_reaches_the_groups() {
    for keymap in ["vim", "function", "emacs"] {
        let size = Size::new(80, 24);
        let mut bench = Bench::with(crate::tui::screens::make, size, keymap, &[Role::Analyst]);
        bench.keys("g r");
        assert!(bench.screen().contains("by service"), "{keymap}");
        bench.reply(groups());
        bench.keys("/");
        bench.text("smith");
        bench.keys("Enter x");
        let taken = bench.asked().into_iter().any(
            |r| matches!(r, Request::Act(_, action) if matches!(*action, Action::TakeNext { .. })),
        );
        assert!(taken, "{keymap}");
    }
}
