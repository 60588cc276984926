//! What the desk answers, and whom it answers: late, overtaken, to an account that was changed.

use super::{bench, blank, counts};
use crate::command::Scope;
use crate::domain::user::Role;
use crate::tui::app::testing::{Bench, grants, now};
use crate::tui::app::*;
use crate::tui::desk::{Request, Turn};

#[test]
fn a_session_whose_account_is_off_keeps_drafts_shows_nothing_and_ends_with_a_word() {
    let mut bench = Bench::new(crate::tui::screens::make);
    let before = bench.screen();
    assert!(before.contains("WORKLISTS"));
    bench.turn(Turn::Off, "the account bea was switched off");
    assert!(bench.has_quit());
    let farewell = bench.farewell().unwrap();
    assert!(farewell.contains("switched off"), "{farewell}");
    assert_eq!(bench.screen().trim(), "");
    // Keys that were typed ahead do nothing any more.
    bench.keys("g b j");
    assert!(
        bench
            .asked()
            .iter()
            .all(|r| !matches!(r, Request::Dashboard))
    );
    assert_eq!(bench.screen().trim(), "");
}

#[test]
fn changed_roles_begin_at_the_first_screen_with_what_they_may() {
    let mut bench = Bench::new(crate::tui::screens::make);
    bench.keys("g b");
    assert_eq!(bench.facts().scope, Scope::Dashboard);
    let may = grants(&[Role::Auditor]);
    bench.turn(
        Turn::Roles(Box::new(may.clone())),
        "the roles of bea were changed",
    );
    let facts = bench.facts();
    assert_eq!(
        (facts.scope, facts.grants, facts.root),
        (Scope::Home, may, true)
    );
    assert_eq!(bench.message().unwrap().0, Level::Error);
    assert!(!bench.has_quit() && bench.waiting().contains(&&Request::Counts));
}

#[test]
fn a_session_that_asks_nothing_is_asked_after_its_user_once_a_minute() {
    let mut bench = Bench::new(blank);
    bench.asked();
    let begin = now();
    bench.send(Msg::Tick(begin.plus_seconds(59)));
    assert!(bench.asked().is_empty());
    bench.send(Msg::Tick(begin.plus_seconds(60)));
    assert_eq!(bench.asked(), [Request::Still]);
    bench.send(Msg::Tick(begin.plus_seconds(90)));
    assert!(bench.asked().is_empty());
    bench.send(Msg::Tick(begin.plus_seconds(120)));
    assert_eq!(bench.asked(), [Request::Still]);
}

#[test]
fn a_late_answer_is_dropped() {
    let mut bench = bench();
    bench.run(Command::Refresh);
    bench.run(Command::GotoHome);
    // Ask the same again: `returned` asks nothing here, so open a second probe instead.
    bench.keys("Enter");
    bench.reply(counts(2));
    assert!(bench.screen().contains("counts 2"));
    bench.keys("Esc");
    bench.reply_oldest(counts(1));
    assert!(bench.screen().contains("counts 1"));
}

#[test]
fn only_the_newest_question_of_a_slot_counts() {
    let mut bench = bench();
    let old = bench.app.latest.clone();
    let (screen, slot) = *old.keys().next().unwrap();
    bench.app.update(Msg::Tick(bench.now));
    let stale = Ticket {
        screen,
        slot,
        generation: 0,
    };
    bench.send(Msg::Done(stale, Ok(counts(9))));
    assert!(!bench.screen().contains("counts 9"));
}

#[test]
fn an_answer_for_a_closed_screen_is_dropped() {
    let mut bench = bench();
    bench.keys("Enter Esc");
    bench.reply(counts(5));
    assert!(!bench.screen().contains("counts 5"));
}

#[test]
fn every_request_has_an_id_of_its_own() {
    let mut bench = bench();
    bench.keys("t t t");
    let ids: std::collections::BTreeSet<_> = bench
        .waiting()
        .iter()
        .filter_map(|r| match r {
            Request::Act(id, _) => Some(id.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(ids.len(), 3);
}

#[test]
fn hangup_closes_the_screens_and_ends() {
    let mut bench = bench();
    bench.send(Msg::Hangup);
    assert_eq!(bench.effects, [Effect::Quit]);
}
