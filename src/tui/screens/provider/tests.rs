//! The screen of a provider on the bench.

use super::*;
use crate::domain::deficiency::HoldReason;
use crate::domain::ids::{LetterId, StepId};
use crate::domain::ladder::{LetterRow, StepKind, StepState};
use crate::domain::report::Figures;
use crate::domain::time::Instant;
use crate::tui::app::testing::{Bench, assert_screen, assert_state, now};
use crate::tui::screens::suspension::tests::step;
use jiff::civil::date;

fn standing() -> ProviderStanding {
    let held = step(0, StepKind::Suspension, StepState::Confirmed);
    ProviderStanding {
        provider: ProviderId(22),
        name: "JONES,B".into(),
        service_name: "Surgery".into(),
        open: 12,
        late: 5,
        held: 1,
        charts: 9,
        oldest: Some(Instant(now().0 - 45 * 86_400_000_000)),
        kinds: vec![("DS-M".into(), 8), ("OP-M".into(), 4)],
        suspended: Some(held.clone()),
        steps: vec![held, step(1, StepKind::Notice, StepState::Confirmed)],
        letters: vec![LetterRow {
            id: LetterId(5),
            provider: ProviderId(22),
            provider_name: "JONES,B".into(),
            step: StepId(1),
            template: "notice".into(),
            subject: "Charts to complete".into(),
            made: now(),
            copies: 0,
            first_printed: None,
            withdrawn: false,
        }],
    }
}

fn trend() -> Vec<TrendDay> {
    let day = |n: i8| TrendDay {
        day: date(2026, 3, n),
        figures: Figures {
            open: 12 + i64::from(n),
            late: 5,
            completed: 10,
            on_time: 7,
            ..Figures::default()
        },
    };
    (15..22).map(day).collect()
}

fn answer(standing: ProviderStanding, trend: Vec<TrendDay>) -> Reply {
    let absences = if standing.open == 0 {
        Vec::new()
    } else {
        vec![Absence {
            id: crate::domain::ids::AbsenceId(4),
            version: 1,
            provider: ProviderId(22),
            provider_name: "JONES,B".into(),
            reason: HoldReason::Vacation,
            comment: "sailing".into(),
            from: now(),
            until: None,
            removed: false,
            placed_by: crate::domain::ids::UserId(7),
        }]
    };
    Reply::Standing {
        standing: Box::new(standing),
        trend,
        absences,
    }
}

fn acts(bench: &mut Bench) -> Vec<Action> {
    let act = |r| match r {
        Request::Act(_, action) => Some(*action),
        _ => None,
    };
    bench.asked().into_iter().filter_map(act).collect()
}

fn open() -> Bench {
    let mut bench = Bench::new(crate::tui::screens::make);
    bench.asked();
    bench.open(Box::new(Provider::new(ProviderId(22))));
    bench
}

fn full() -> Bench {
    let mut bench = open();
    bench.reply(answer(standing(), trend()));
    bench
}

#[test]
fn every_state_looks_as_it_should() {
    let mut bench = open();
    assert_state("provider_busy", &mut bench);
    bench.fail("The store is busy");
    assert_state("provider_error", &mut bench);
    let mut bench = open();
    let nothing = ProviderStanding {
        open: 0,
        late: 0,
        held: 0,
        charts: 0,
        oldest: None,
        kinds: Vec::new(),
        suspended: None,
        steps: Vec::new(),
        letters: Vec::new(),
        ..standing()
    };
    bench.reply(answer(nothing, Vec::new()));
    assert_state("provider_empty", &mut bench);
    let mut bench = full();
    assert_state("provider_full", &mut bench);
    bench.keys("Tab");
    assert_screen("provider_steps_80x24", &bench.screen());
    bench.keys("Tab");
    assert_screen("provider_letters_80x24", &bench.screen());
    bench.keys("Tab");
    assert_screen("provider_absences_80x24", &bench.screen());
    bench.keys("Tab");
    assert_screen("provider_trend_80x24", &bench.screen());
    assert_screen("provider_tiny_10x4", &bench.screen_at(10, 4));
}

#[test]
fn a_day_of_the_trend_leads_to_what_was_owed_at_its_end() {
    let mut bench = full();
    bench.keys("S-Tab Enter");
    let asked = bench.asked();
    let typed = asked.iter().find_map(|r| match r {
        Request::Queue { request, .. } => request.filter.typed.clone(),
        _ => None,
    });
    let last = trend().pop().unwrap().day;
    let zone = jiff::tz::TimeZone::get("America/New_York").unwrap();
    let owed = crate::domain::worklist::Condition::Owed {
        at: Instant::end_of(last, &zone),
        by: Some(ProviderId(22)),
    };
    assert_eq!(typed, Some(owed));
}

#[test]
fn a_type_leads_to_its_queue_and_a_letter_to_its_words() {
    let mut bench = full();
    bench.keys("2 Enter");
    let asked = bench.asked();
    let filter = asked.iter().find_map(|r| match r {
        Request::Queue { request, .. } => Some(request.filter.clone()),
        _ => None,
    });
    let filter = filter.unwrap();
    assert_eq!(filter.owner, Some(ProviderId(22)));
    assert_eq!(filter.kinds, ["OP-M"]);
    let mut bench = full();
    bench.asked();
    bench.keys("G Enter");
    let held = bench.asked().into_iter().any(|r| {
        matches!(r, Request::Queue { request, .. }
            if request.view == crate::domain::worklist::QueueView::OnHold
                && request.filter.owner == Some(ProviderId(22)))
    });
    assert!(held, "the last line is what is on hold");
    let mut bench = full();
    bench.keys("Tab Tab Enter");
    assert!(bench.waiting().contains(&&Request::Letter(LetterId(5))));
    bench.keys("t");
    assert!(
        bench
            .waiting()
            .contains(&&Request::Statement(ProviderId(22)))
    );
    bench.reply(Reply::Statement("You owe\n 1 DS-M".into()));
    assert!(bench.screen().contains(" 1 DS-M"));
}

#[test]
fn everything_a_leaving_provider_owes_is_reassigned_at_once() {
    let mut bench = full();
    bench.asked();
    bench.keys("a");
    bench.reply(Reply::Choices(vec![crate::domain::worklist::Choice {
        id: 42,
        name: "SMITH,A".into(),
        note: "Surgery".into(),
    }]));
    assert_screen("provider_reassign_80x24", &bench.screen());
    bench.keys("Down Enter");
    bench.text("left");
    bench.keys("Enter");
    assert!(matches!(&acts(&mut bench)[..],
        [Action::ReassignAll { from: ProviderId(22), to: Some(ProviderId(42)), reason }]
        if reason.raw() == "left"));
}

#[test]
fn nobody_named_means_the_attendings_and_is_asked_about() {
    let mut bench = full();
    bench.asked();
    bench.keys("a");
    bench.reply(Reply::Choices(vec![crate::domain::worklist::Choice {
        id: 42,
        name: "SMITH,A".into(),
        note: "Surgery".into(),
    }]));
    bench.keys("Enter");
    bench.text("left");
    bench.keys("Enter");
    assert!(
        bench.screen().contains("goes to the attending"),
        "{}",
        bench.screen()
    );
    bench.keys("Enter");
    assert!(acts(&mut bench).is_empty(), "Enter is no");
    bench.keys("a Enter");
    bench.text("left");
    bench.keys("Enter y");
    assert!(matches!(&acts(&mut bench)[..],
        [Action::ReassignAll { to: None, reason, .. }] if reason.raw() == "left"));
}

#[test]
fn an_absence_is_recorded_and_its_end_said() {
    let mut bench = full();
    bench.asked();
    bench.keys("h");
    bench.text("vacation");
    bench.keys("Enter Enter");
    bench.text("T+14");
    bench.keys("Enter Enter");
    assert!(matches!(
        &acts(&mut bench)[..],
        [Action::AddAbsence {
            provider: ProviderId(22),
            reason: HoldReason::Vacation,
            until: Some(_),
            ..
        }]
    ));
    bench.keys("H");
    assert_eq!(
        bench.message().unwrap().1,
        "End absence: no absence is under the cursor"
    );
    bench.keys("Tab Tab Tab H Enter");
    assert!(matches!(&acts(&mut bench)[..], [Action::EndAbsence { .. }]));
}
