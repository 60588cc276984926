//! The review of a stay on the bench.

use super::*;
use crate::domain::action::Action;
use crate::domain::review_action::ReviewAction;
use crate::domain::user::Role;
use crate::tui::app::testing::{Bench, assert_screen, assert_state};
use crate::tui::screens::samples;
use ratatui::layout::Size;

fn open(roles: &[Role]) -> Bench {
    let mut bench = Bench::with(crate::tui::screens::make, Size::new(80, 24), "vim", roles);
    bench.asked();
    bench.open(Box::new(Review::new(samples::VISIT)));
    bench
}

fn full() -> Bench {
    let mut bench = open(&[Role::Cdi, Role::Coder]);
    bench.reply(Reply::StayReview(Box::new(samples::stay_review())));
    bench
}

fn action(bench: &mut Bench) -> Option<ReviewAction> {
    bench.asked().into_iter().find_map(|r| match r {
        Request::Act(_, action) => match *action {
            Action::Review(action) => Some(action),
            _ => None,
        },
        _ => None,
    })
}

#[test]
fn every_state_looks_as_it_should() {
    let mut bench = open(&[Role::Cdi]);
    assert_state("review_busy", &mut bench);
    bench.fail("The review could not be read");
    assert_state("review_error", &mut bench);
    let mut bench = open(&[Role::Cdi]);
    let mut empty = samples::stay_review();
    empty.reviews.clear();
    empty.lists.clear();
    empty.notes.clear();
    empty.steps.clear();
    empty.opportunities.clear();
    empty.queries.clear();
    bench.reply(Reply::StayReview(Box::new(empty)));
    assert_state("review_empty", &mut bench);
    let mut bench = full();
    assert_screen("review_full_80x24", &bench.screen());
    bench.keys("Tab");
    assert_screen("review_full_120x40", &bench.screen_at(120, 40));
    assert_screen("review_tiny", &bench.screen_at(40, 8));
}

#[test]
fn an_unfinished_review_is_signed_as_it_stands() {
    let mut bench = full();
    bench.keys("W");
    assert!(
        bench.screen().contains("never changes"),
        "{}",
        bench.screen()
    );
    bench.keys("y");
    assert!(matches!(
        action(&mut bench),
        Some(ReviewAction::Save { sign: true, .. })
    ));
}

#[test]
fn diagnoses_are_added_moved_and_said_to_be_present_on_admission() {
    let mut bench = full();
    bench.keys("Tab A");
    bench.text("e87.1 Hyponatremia");
    bench.keys("Enter Down Enter");
    let codes = |action: Option<ReviewAction>| match action {
        Some(ReviewAction::SetDiagnoses {
            list,
            version,
            entries,
            ..
        }) => {
            let codes: Vec<String> = entries
                .iter()
                .map(|e| format!("{}{}", e.code.raw(), e.poa.map_or("", |p| p.name())))
                .collect();
            format!("{} {version} {}", list.name(), codes.join(" "))
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(codes(action(&mut bench)), "working 2 N17.9Y I50.9 E87.1Y");
    let mut bench = full();
    bench.keys("Tab j P");
    assert_eq!(codes(action(&mut bench)), "working 2 I50.9 N17.9Y");
    let mut bench = full();
    bench.keys("Tab p Down Enter");
    assert_eq!(codes(action(&mut bench)), "working 2 N17.9N I50.9");
    let mut bench = full();
    bench.keys("Tab Tab X");
    assert_eq!(codes(action(&mut bench)), "final 1 ");
    let mut bench = full();
    bench.keys("Tab Tab C Down Enter");
    assert_eq!(codes(action(&mut bench)), "final 1 N17.9Y I50.9");
}

fn kept(bench: &Bench) -> Vec<crate::domain::review::Jotting> {
    let saved = |r: &&Request| match r {
        Request::SaveJotting(jotting) => Some((**jotting).clone()),
        _ => None,
    };
    bench.waiting().iter().filter_map(saved).collect()
}

#[test]
fn additions_and_notes_are_written_in_an_editor_and_kept_within_a_second() {
    let mut bench = full();
    bench.keys("j a");
    assert_screen("review_addition_80x24", &bench.screen());
    bench.text("Second line follows.");
    bench.keys("Enter");
    bench.text("Echo has come.");
    assert!(kept(&bench).is_empty() && bench.screen().contains("not saved yet"));
    bench.wait(500);
    let saved = kept(&bench).remove(0);
    assert_eq!(saved.words.raw(), "Second line follows.\nEcho has come.");
    assert_eq!(saved.review, Some(crate::domain::ids::ReviewId(31)));
    let at = bench.now;
    bench.reply(Reply::JottingSaved(at));
    assert!(bench.screen().contains("saved "), "{}", bench.screen());
    assert_screen("review_addition_120x40", &bench.screen_at(120, 40));
    bench.screen_at(80, 24);
    // It goes on where it stopped.
    bench.keys("Esc");
    let mut review = samples::stay_review();
    review.jottings = vec![saved];
    bench.reply(Reply::StayReview(Box::new(review)));
    assert!(bench.screen().contains("1 addition of yours unfinished"));
    bench.keys("a");
    assert!(bench.screen().contains("Echo has come."));
    bench.keys("F10 y");
    assert_eq!(
        action(&mut bench),
        Some(ReviewAction::Add {
            review: crate::domain::ids::ReviewId(31),
            words: "Second line follows.\nEcho has come.".into(),
        })
    );
}

#[test]
fn a_note_goes_on_record_only_after_a_save_that_is_under_way() {
    let mut bench = full();
    bench.keys("n");
    bench.keys("F10");
    assert!(bench.message().unwrap().1.contains("nothing is written"));
    bench.text("ask Smith");
    bench.wait(500);
    assert_eq!(kept(&bench).len(), 1);
    bench.keys("F10");
    let acts = |bench: &Bench| {
        let note =
            |a: &Action| matches!(a, Action::Review(ReviewAction::Note { private: false, .. }));
        let is = |r: &&&Request| matches!(r, Request::Act(_, action) if note(action));
        bench.waiting().iter().filter(is).count()
    };
    assert_eq!(acts(&bench), 0);
    let at = bench.now;
    bench.reply(Reply::JottingSaved(at));
    assert_eq!(acts(&bench), 1);
    // Refused: the words are kept.
    bench.fail("The chart is taken");
    bench.wait(500);
    assert_eq!(kept(&bench).len(), 1);
}

#[test]
fn notes_to_oneself_are_asked_for_apart() {
    let mut bench = full();
    bench.keys("N");
    bench.text("ask Smith");
    bench.keys("F10");
    assert_eq!(
        action(&mut bench),
        Some(ReviewAction::Note {
            encounter: samples::VISIT,
            words: "ask Smith".into(),
            private: true,
        })
    );
}

#[test]
fn what_needs_a_review_or_a_diagnosis_says_so() {
    let mut bench = full();
    bench.keys("Tab a");
    assert!(bench.message().unwrap().1.contains("no signed review"));
    bench.keys("S-Tab X");
    assert!(bench.message().unwrap().1.contains("no diagnosis"));
    let mut bench = open(&[Role::Coder]);
    bench.reply(Reply::StayReview(Box::new(samples::stay_review())));
    bench.keys("w");
    assert!(
        bench
            .message()
            .unwrap()
            .1
            .contains("only a CDI specialist or supervisor may")
    );
}
