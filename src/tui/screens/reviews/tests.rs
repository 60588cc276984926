//! The worklist of documentation integrity on the bench.

use super::*;
use crate::domain::action::Action;
use crate::domain::review::Stage;
use crate::domain::review_list::ReviewPage;
use crate::domain::user::Role;
use crate::ops::Seen;
use crate::tui::app::testing::{Bench, assert_screen, assert_state};
use crate::tui::screens::samples;
use ratatui::layout::Size;

fn open(roles: &[Role]) -> Bench {
    let size = Size::new(80, 24);
    let mut bench = Bench::with(crate::tui::screens::make, size, "vim", roles);
    bench.asked();
    bench.keys("g x");
    bench
}

fn page(rows: Vec<ReviewStay>, unlooked: usize) -> Reply {
    Reply::Reviews(Box::new(ReviewPage {
        counts: ReviewView::ALL
            .iter()
            .copied()
            .zip([4, 37, 12, 3, 2, 5, 6, 9])
            .collect(),
        total: rows.len(),
        rows,
        unlooked,
    }))
}

fn full() -> Bench {
    let mut bench = open(&[Role::Cdi]);
    bench.reply(page(samples::stays_to_review(), 0));
    bench
}

#[test]
fn every_state_looks_as_it_should() {
    let mut bench = open(&[Role::Cdi]);
    assert_state("reviews_busy", &mut bench);
    bench.fail("The store is busy");
    assert_state("reviews_error", &mut bench);
    let mut bench = open(&[Role::Cdi]);
    bench.reply(page(Vec::new(), 0));
    assert_state("reviews_empty", &mut bench);
    let mut bench = full();
    bench.keys("j");
    assert_screen("reviews_full_80x24", &bench.screen());
    assert_screen("reviews_full_120x40", &bench.screen_at(120, 40));
    assert_screen("reviews_tiny", &bench.screen_at(40, 8));
}

#[test]
fn the_filter_speaks_the_language_of_the_worklist() {
    let mut bench = full();
    bench.keys("/");
    bench.text("payer:medicare los:>5");
    assert!(
        bench.screen().contains("in house 1/4"),
        "{}",
        bench.screen()
    );
    bench.keys("Enter Esc /");
    bench.text("los:many");
    bench.keys("Enter");
    assert!(
        bench.message().unwrap().1.contains("number"),
        "{:?}",
        bench.message()
    );
}

#[test]
fn a_view_is_read_when_it_is_opened_and_stays_are_looked_at_meanwhile() {
    let mut bench = open(&[Role::Cdi]);
    bench.reply(page(samples::stays_to_review(), 3));
    assert!(bench.waiting().contains(&&Request::SeeOpportunities(LOOK)));
    bench.reply(Reply::Seen(Seen { done: 3, left: 0 }));
    assert!(
        bench
            .waiting()
            .contains(&&Request::Reviews(ReviewView::InHouse))
    );
    bench.reply(page(samples::stays_to_review(), 0));
    bench.keys("Tab");
    assert_eq!(bench.waiting(), [&Request::Reviews(ReviewView::Discharged)]);
    // Keys typed meanwhile wait for the rows.
    bench.keys("Tab");
    bench.reply(page(Vec::new(), 0));
    assert_eq!(bench.waiting(), [&Request::Reviews(ReviewView::New)]);
}

#[test]
fn a_stay_is_opened_taken_and_handed_over_with_the_version_seen() {
    let mut bench = full();
    bench.asked();
    bench.keys("Enter");
    let first = samples::stays_to_review()[0].encounter;
    assert!(bench.waiting().contains(&&Request::StayReview(first)));
    let mut bench = full();
    bench.keys("t h");
    bench.reply(Reply::StayReview(Box::new(samples::stay_review())));
    bench.keys("Enter");
    bench.text("ready");
    bench.keys("Enter");
    let acts: Vec<Action> = bench
        .asked()
        .into_iter()
        .filter_map(|r| match r {
            Request::Act(_, action) => Some(*action),
            _ => None,
        })
        .collect();
    assert_eq!(
        acts,
        [
            Action::Review(ReviewAction::Take { encounter: first }),
            Action::Review(ReviewAction::HandOver {
                encounter: first,
                version: 3,
                to: Stage::Coder,
                reason: "ready".into(),
            })
        ]
    );
}

#[test]
fn who_reviews_nothing_has_no_such_list() {
    let bench = open(&[Role::Analyst]);
    assert!(
        bench
            .message()
            .unwrap()
            .1
            .contains("only a CDI specialist, coder")
    );
    assert!(!bench.screen().contains("STAYS TO REVIEW"));
}

#[test]
fn the_filter_is_the_one_language_with_errors_at_the_character_and_offers() {
    let mut bench = full();
    let shown = |bench: &Bench, name: &str| bench.screen().contains(name);
    bench.keys("/");
    bench.text("(payer:medicaid OR los:>10)");
    assert!(shown(&bench, "ZZTEST,ANN") && shown(&bench, "ZZTEST,BOB"));
    assert!(!shown(&bench, "ZZTEST,CY"), "{}", bench.screen());
    // What is not understood points at its place and leaves the rows as they are.
    bench.text("(");
    assert!(shown(&bench, "ZZTEST,ANN") && !shown(&bench, "ZZTEST,CY"));
    bench.keys("Backspace");
    bench.text(" los:many");
    assert_screen("reviews_mistake_80x24", &bench.screen());
    bench.keys("Enter");
    assert!(
        bench.message().unwrap().1.contains("number"),
        "{:?}",
        bench.message()
    );
    bench.keys("C-u");
    bench.text("pay");
    assert!(shown(&bench, "Tab: payer:"), "{}", bench.screen());
    bench.keys("Tab");
    bench.text("medicai");
    assert!(shown(&bench, "Tab: Medicaid"), "{}", bench.screen());
    bench.keys("Tab Enter");
    assert!(shown(&bench, "ZZTEST,BOB") && !shown(&bench, "ZZTEST,ANN"));
    assert!(shown(&bench, "Filter: payer:Medicaid"));
    bench.keys("Esc");
    assert!(shown(&bench, "ZZTEST,ANN") && shown(&bench, "ZZTEST,CY"));
}
