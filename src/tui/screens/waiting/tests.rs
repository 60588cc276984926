//! The coder's list on the bench.

use super::*;
use crate::domain::coding::{Coded, CodedBy};
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::{DeficiencyId, EncounterId};
use crate::domain::report::{Awaited, CoderNote, StayPage};
use crate::domain::review::Stage;
use crate::domain::review_action::ReviewAction;
use crate::domain::time::{Instant, Moment};
use crate::domain::user::Role;
use crate::tui::app::testing::{Bench, assert_screen, assert_state, now};
use crate::tui::screens::samples;
use ratatui::layout::Size;

const DAY: i64 = 86_400_000_000;

fn stay(i: i64) -> WaitingStay {
    let awaited = |kind: &str, owner: &str, late| Awaited {
        deficiency: DeficiencyId(i),
        kind: kind.into(),
        title: "Discharge summary missing".into(),
        owner_name: owner.into(),
        due: Instant(now().0 - 2 * DAY),
        late,
        held: false,
    };
    WaitingStay {
        encounter: EncounterId(100 + i),
        visit: format!("V{i}").into(),
        mrn: format!("441012{i}").into(),
        patient_name: ["ZZTEST,ANN", "EVIL\u{1b}[31m"][(i % 2) as usize].into(),
        class: EncounterClass::Inpatient,
        service_name: "Cardiology".into(),
        discharged: Instant(now().0 - (20 - i) * DAY),
        age_days: 20 - i,
        waits_for: vec![
            awaited("DS-M", "SMITH,A", i == 0),
            awaited("OP-M", "", false),
        ],
        ready: None,
        lifted_by: None,
        coded: None,
        note: (i == 1).then(|| CoderNote {
            at: now(),
            user_name: "LEE".into(),
            words: "dictated, in transcription".into(),
        }),
        stage: Stage::Coder,
    }
}

/// Where the first page ends.
const END: StayCursor = StayCursor {
    at: 7,
    encounter: EncounterId(103),
};

fn stays(more: bool) -> Reply {
    Reply::Stays(StayPage {
        stays: (0..4).map(stay).collect(),
        next: more.then_some(END),
    })
}

fn open() -> Bench {
    let size = Size::new(80, 24);
    let mut bench = Bench::with(crate::tui::screens::make, size, "vim", &[Role::Coder]);
    bench.asked();
    bench.keys("g w");
    bench
}

fn full() -> Bench {
    let mut bench = open();
    bench.reply(stays(true));
    bench
}

#[test]
fn every_state_looks_as_it_should() {
    let mut bench = open();
    assert_state("waiting_busy", &mut bench);
    bench.fail("The store is busy");
    assert_state("waiting_error", &mut bench);
    let mut bench = open();
    bench.reply(Reply::Stays(StayPage::default()));
    assert_state("waiting_empty", &mut bench);
    let mut bench = full();
    bench.keys("j");
    assert_state("waiting_full", &mut bench);
    assert_screen("waiting_tiny_10x4", &bench.screen_at(10, 4));
}

#[test]
fn ready_stays_say_what_lifted_them() {
    let mut bench = full();
    bench.keys("Tab");
    assert!(
        bench
            .waiting()
            .contains(&&Request::Stays(StayList::Ready, None))
    );
    let ready = WaitingStay {
        waits_for: Vec::new(),
        ready: Some(now()),
        lifted_by: Some("DS-M".into()),
        ..stay(0)
    };
    bench.reply(Reply::Stays(StayPage {
        stays: vec![ready],
        next: None,
    }));
    assert_screen("waiting_ready_80x24", &bench.screen());
}

#[test]
fn a_stay_is_coded_with_a_key_and_taken_back_with_a_reason() {
    let mut bench = full();
    bench.keys("C");
    let coded = |r: &Request| {
        matches!(r, Request::Act(_, action)
            if matches!(&**action, Action::MarkCoded { encounter: EncounterId(100), at: None }))
    };
    assert!(bench.asked().iter().any(coded));
    bench.keys("S-Tab");
    assert!(
        bench
            .waiting()
            .contains(&&Request::Stays(StayList::Coded, None))
    );
    let by_claim = WaitingStay {
        waits_for: Vec::new(),
        coded: Some(Coded {
            by: CodedBy::Claim,
            at: Some(Moment::day_only(jiff::civil::date(2026, 3, 20))),
        }),
        ..stay(0)
    };
    bench.reply(Reply::Stays(StayPage {
        stays: vec![by_claim],
        next: None,
    }));
    assert_screen("waiting_coded_80x24", &bench.screen());
    bench.keys("N");
    bench.text("wrong visit");
    bench.keys("Enter");
    let taken_back = |r: &Request| {
        matches!(r, Request::Act(_, action)
            if matches!(&**action, Action::MarkNotCoded { reason, .. } if reason.raw() == "wrong visit"))
    };
    assert!(bench.asked().iter().any(taken_back));
}

#[test]
fn a_note_is_left_and_a_filter_finds_whom_a_stay_waits_for() {
    let mut bench = full();
    bench.keys("n");
    bench.text("called the ward");
    bench.keys("Enter");
    let asked = bench.asked();
    assert!(asked.iter().any(|r| {
        matches!(r, Request::Act(_, action)
            if matches!(&**action, Action::NoteToCoder { encounter: EncounterId(100), words }
                if words.raw() == "called the ward"))
    }));
    bench.keys("/");
    bench.text("smith");
    assert!(bench.screen().contains("4/4+"), "{}", bench.screen());
    bench.text("x");
    assert!(bench.screen().contains("Nothing matches."));
    bench.keys("Esc Enter");
    assert_eq!(bench.facts().scope, Scope::Chart);
}

#[test]
fn what_follows_is_read_before_the_cursor_is_there() {
    let mut bench = full();
    let following = Request::Stays(StayList::Waiting, Some(END));
    assert_eq!(bench.waiting(), [&following]);
    bench.reply(Reply::Stays(StayPage {
        stays: (4..6).map(stay).collect(),
        next: None,
    }));
    assert!(bench.screen().contains("6/6 "), "{}", bench.screen());
    bench.keys("G");
    assert!(bench.screen().contains("> 4410125") || bench.screen().contains("4410125"));
    assert!(bench.waiting().is_empty());
    // Another list begins anew.
    bench.keys("Tab");
    assert_eq!(bench.waiting(), [&Request::Stays(StayList::Ready, None)]);
}

#[test]
fn a_view_that_is_not_the_users_is_passed_over() {
    let size = ratatui::layout::Size::new(80, 24);
    let mut bench = Bench::with(crate::tui::screens::make, size, "vim", &[Role::Analyst]);
    bench.asked();
    bench.keys("g w");
    assert!(
        !bench.screen().contains("Handed over"),
        "{}",
        bench.screen()
    );
    bench.reply(stays(false));
    let mut turned = |key: &str| {
        bench.keys(key);
        let asked = bench.waiting().into_iter().cloned().collect::<Vec<_>>();
        bench.reply(stays(false));
        asked
    };
    let list = |l: StayList| [Request::Stays(l, None)];
    assert_eq!(turned("Tab"), list(StayList::Ready));
    assert_eq!(turned("Tab"), list(StayList::Coded));
    assert_eq!(turned("S-Tab"), list(StayList::Ready));
    let coder = open();
    assert!(coder.screen().contains("Handed over"));
}

#[test]
fn a_stay_that_was_handed_over_is_handed_back_with_the_same_key() {
    for keymap in ["vim", "function", "emacs"] {
        let size = Size::new(80, 24);
        let mut bench = Bench::with(crate::tui::screens::make, size, keymap, &[Role::Coder]);
        bench.run(Command::GotoWaiting);
        bench.reply(stays(false));
        bench.keys("Tab");
        bench.reply(stays(false));
        bench.keys("Tab");
        let mut review = samples::stay_review();
        review.stay.stage = Stage::Coder;
        let handed = WaitingStay {
            encounter: review.stay.encounter,
            ready: Some(now()),
            ..stay(1)
        };
        bench.reply(Reply::Stays(StayPage {
            stays: vec![handed],
            next: None,
        }));
        assert!(bench.screen().contains("h=hand over"), "{}", bench.screen());
        bench.asked();
        let (encounter, version) = (review.stay.encounter, review.version);
        bench.keys("h");
        assert_eq!(bench.waiting(), [&Request::StayReview(encounter)]);
        bench.reply(Reply::StayReview(Box::new(review)));
        bench.text("back");
        bench.keys("Enter");
        bench.text("no diagnosis");
        bench.keys("Enter");
        let back = Action::Review(ReviewAction::HandOver {
            encounter,
            version,
            to: Stage::Cdi,
            reason: "no diagnosis".into(),
        });
        let asked = bench.asked();
        let acts = |r: &Request| matches!(r, Request::Act(_, action) if **action == back);
        assert!(asked.iter().any(acts), "{keymap}: {asked:?}");
    }
}
