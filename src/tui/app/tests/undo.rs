//! What was done, taken back and done again.

use super::{acted, bench};
use crate::domain::action::Action;
use crate::domain::ids::EncounterId;
use crate::tui::app::*;
use crate::tui::desk::Request;

#[test]
fn what_was_done_can_be_undone_and_done_again() {
    let mut bench = bench();
    bench.keys("t");
    let reply = acted(&mut bench);
    bench.reply(reply);
    assert_eq!(
        bench.message(),
        Some((Level::Done, "1 chart taken (u=undo)".into()))
    );
    bench.keys("u");
    assert!(matches!(
        bench.waiting().last(),
        Some(Request::Act(_, action)) if matches!(**action, Action::Undo { .. })
    ));
    let reply = acted(&mut bench);
    bench.reply(reply);
    assert!(bench.facts().redo && !bench.facts().undo);
    bench.keys("C-r");
    let reply = acted(&mut bench);
    bench.reply(reply);
    assert!(bench.facts().undo && !bench.facts().redo);
    assert_eq!(
        bench.message(),
        Some((Level::Done, "Done again: 1 chart taken (u=undo)".into()))
    );
}

#[test]
fn what_was_sent_together_is_taken_back_together() {
    let mut bench = bench();
    bench.asked();
    let take = |n| Action::Take {
        encounter: EncounterId(n),
    };
    let id = bench.app.open.last().unwrap().id;
    let together = crate::tui::app::Outcome::done()
        .act(take(1))
        .act(take(2))
        .act(take(3));
    bench.app.carry_out_for(id, together);
    bench.send(Msg::Tick(bench.now));
    for _ in 0..3 {
        let reply = acted(&mut bench);
        bench.reply_oldest(reply);
    }
    assert_eq!(
        bench.message(),
        Some((Level::Done, "3 charts taken (u=undo)".into()))
    );
    bench.keys("u");
    let undone = bench.waiting().len();
    assert_eq!(undone, 3, "three requests are taken back with one key");
    let reply = acted(&mut bench);
    bench.reply_oldest(reply);
    bench.fail("The store is busy");
    let reply = acted(&mut bench);
    bench.reply_oldest(reply);
    assert!(bench.facts().redo && bench.facts().undo);
    bench.keys("u");
    assert_eq!(bench.waiting().len(), 1, "only what was not taken back");
}

#[test]
fn an_undo_that_failed_can_be_tried_again() {
    let mut bench = bench();
    bench.keys("t");
    let reply = acted(&mut bench);
    bench.reply(reply);
    bench.keys("u");
    assert!(!bench.facts().undo);
    bench.fail("The store is busy");
    assert!(bench.facts().undo);
}
