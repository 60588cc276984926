//! Writing a review on the bench.

use crate::command::Scope;
use crate::domain::action::Action;
use crate::domain::ids::ReviewId;
use crate::domain::review::{ReviewKind, ReviewOutcome};
use crate::domain::review_action::{ReviewAction, ReviewToSave};
use crate::domain::user::Role;
use crate::tui::app::testing::{Bench, assert_screen};
use crate::tui::desk::{Acted, Reply, Request};
use crate::tui::screens::review::Review;
use crate::tui::screens::samples;
use ratatui::layout::Size;

/// A specialist in the unfinished review of the sample stay, or in a new one.
fn writing(unfinished: bool) -> Bench {
    let size = Size::new(80, 24);
    let mut bench = Bench::with(crate::tui::screens::make, size, "vim", &[Role::Cdi]);
    bench.asked();
    bench.open(Box::new(Review::new(samples::VISIT)));
    let mut review = samples::stay_review();
    if !unfinished {
        review.reviews.retain(|r| r.signed.is_some());
    }
    bench.reply(Reply::StayReview(Box::new(review)));
    bench.keys("w");
    bench
}

fn saves(bench: &Bench) -> Vec<ReviewToSave> {
    let saved = |r: &&Request| match r {
        Request::SaveReview(review) => Some((**review).clone()),
        _ => None,
    };
    bench.waiting().iter().filter_map(saved).collect()
}

fn saved(bench: &mut Bench, review: i64, version: i64) {
    let at = bench.now;
    bench.reply(Reply::ReviewSaved {
        review: ReviewId(review),
        version,
        at,
    });
}

#[test]
fn what_is_typed_is_saved_within_a_second_and_goes_on_where_it_stopped() {
    let mut bench = writing(true);
    assert_screen("review_write_80x24", &bench.screen());
    assert_screen("review_write_120x40", &bench.screen_at(120, 40));
    assert_screen("review_write_small", &bench.screen_at(60, 15));
    bench.screen_at(80, 24);
    bench.keys("Enter");
    bench.text("Nephrology was asked.");
    assert!(saves(&bench).is_empty() && bench.screen().contains("not saved yet"));
    bench.wait(500);
    let first = saves(&bench).remove(0);
    assert_eq!(first.review, Some(ReviewId(32)));
    assert_eq!(
        first.words.findings.raw(),
        "Creatinine doubles on day 2\nNephrology was asked."
    );
    // An older text never comes after a newer one: the next waits for this one's answer.
    bench.text(" Twice.");
    bench.wait(2_000);
    assert_eq!(saves(&bench).len(), 1);
    saved(&mut bench, 32, 4);
    let second = saves(&bench).remove(0);
    assert!(second.words.findings.raw().ends_with("asked. Twice."));
    saved(&mut bench, 32, 5);
    assert!(bench.screen().contains("saved "), "{}", bench.screen());
    // Typing is taken back and done again; pasted lines are text and nothing else.
    bench.keys("C-x u");
    bench.paste("one\ntwo\n");
    bench.keys("Tab Space S-Tab");
    bench.keys("Esc");
    let last = saves(&bench).remove(0);
    assert!(last.words.findings.raw().ends_with("one\ntwo\n"));
    assert_ne!(last.words.outcome, first.words.outcome);
    saved(&mut bench, 32, 6);
    assert_eq!(bench.facts().scope, Scope::Review);
}

#[test]
fn a_save_that_fails_is_tried_again_and_the_screen_stays() {
    let mut bench = writing(false);
    bench.text("Sodium 128 without a diagnosis");
    bench.wait(500);
    assert_eq!(saves(&bench)[0].review, None);
    bench.fail("The store is busy");
    assert!(bench.screen().contains("NOT SAVED"), "{}", bench.screen());
    bench.keys("Esc");
    assert!(bench.message().unwrap().1.contains("not saved yet"));
    bench.wait(2_000);
    assert_eq!(saves(&bench).len(), 1, "tried again");
    saved(&mut bench, 40, 1);
    bench.keys("Esc");
    assert!(bench.message().unwrap().1.contains("is kept"));
}

#[test]
fn a_line_cut_in_mid_sentence_keeps_what_was_typed() {
    let mut bench = writing(false);
    bench.text("Sodium 128 on the 4th, and the");
    bench.send(crate::tui::app::Msg::Hangup);
    let kept = saves(&bench).pop().expect("a last save");
    assert_eq!(kept.words.findings.raw(), "Sodium 128 on the 4th, and the");
}

#[test]
fn signing_says_what_is_missing_and_waits_for_the_newest_words() {
    let mut bench = writing(false);
    bench.keys("C-x s");
    assert!(bench.message().unwrap().1.contains("what was found"));
    bench.text("Seen. ");
    bench.keys("Tab Tab Tab");
    bench.keys("C-u");
    bench.text("t-3");
    bench.keys("C-x s");
    assert!(bench.message().unwrap().1.contains("from today on"));
    bench.keys("C-u");
    bench.keys("C-x s");
    let sent = saves(&bench).remove(0);
    assert_eq!(sent.words.next, None);
    saved(&mut bench, 41, 1);
    assert!(
        bench.screen().contains("Sign the review?"),
        "{}",
        bench.screen()
    );
    bench.keys("y");
    let request = bench.waiting().into_iter().find_map(|r| match r {
        Request::Act(id, action) => Some((id.clone(), (**action).clone())),
        _ => None,
    });
    let (request, action) = request.expect("it is signed");
    let Action::Review(ReviewAction::Save {
        draft, words, sign, ..
    }) = action
    else {
        panic!("{action:?}");
    };
    assert_eq!((draft, sign), (Some((ReviewId(41), 1)), true));
    assert_eq!(
        (words.outcome, words.kind),
        (ReviewOutcome::NoQuery, ReviewKind::FollowUp)
    );
    bench.reply(Reply::Acted(Acted {
        request,
        deed: Box::new(crate::tui::desk::Deed::each(1, "review", "signed")),
        done: 1,
        refused: Vec::new(),
        undoable: false,
        taken: None,
    }));
    assert!(saves(&bench).is_empty(), "it is signed and not saved again");
    assert!(
        !bench.screen().contains("Next review  "),
        "{}",
        bench.screen()
    );
}
