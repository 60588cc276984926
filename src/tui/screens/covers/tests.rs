//! Absences and cover on the bench.

use super::*;
use crate::domain::absence::{Absence, Cover, CoverGroup};
use crate::domain::action::Action;
use crate::domain::deficiency::HoldReason;
use crate::domain::ids::{AbsenceId, CoverId, ProviderId, UserId};
use crate::domain::time::Instant;
use crate::domain::user::Role;
use crate::domain::worklist::Choice;
use crate::tui::app::testing::{Bench, assert_screen, assert_state, now};
use ratatui::layout::Size;

const DAY: i64 = 86_400_000_000;

fn absence(id: i64, name: &str, from_days: i64) -> Absence {
    Absence {
        id: AbsenceId(id),
        version: 1,
        provider: ProviderId(20 + id),
        provider_name: name.into(),
        reason: HoldReason::Vacation,
        comment: "sailing".into(),
        from: Instant(now().0 + from_days * DAY),
        until: Some(Instant(now().0 + (from_days + 14) * DAY)),
        removed: false,
        placed_by: UserId(7),
    }
}

fn lists() -> Reply {
    let member = |id, name: &str| (ProviderId(id), name.into());
    Reply::Covers {
        absences: vec![
            absence(1, "SMITH,A", -2),
            absence(2, "EVIL\u{1b}[31m", -1),
            absence(3, "GARCIA LOPEZ,MARIA", 7),
            absence(5, "BROWN,T", -20),
        ],
        covers: vec![Cover {
            id: CoverId(4),
            provider: ProviderId(21),
            provider_name: "SMITH,A".into(),
            by: ProviderId(22),
            by_name: "JONES,B".into(),
            from: now(),
            until: None,
            reason: "on call".into(),
        }],
        groups: vec![CoverGroup {
            name: "surgeons".into(),
            members: vec![member(21, "SMITH,A"), member(22, "JONES,B")],
        }],
    }
}

fn nothing() -> Reply {
    Reply::Covers {
        absences: Vec::new(),
        covers: Vec::new(),
        groups: Vec::new(),
    }
}

fn open() -> Bench {
    let mut bench = Bench::new(crate::tui::screens::make);
    bench.asked();
    bench.keys("g y");
    bench
}

fn full() -> Bench {
    let mut bench = open();
    bench.reply(lists());
    bench.asked();
    bench
}

fn acts(bench: &mut Bench) -> Vec<Action> {
    let act = |r| match r {
        Request::Act(_, action) => Some(*action),
        _ => None,
    };
    bench.asked().into_iter().filter_map(act).collect()
}

/// Chooses the provider the desk offers.
fn choose(bench: &mut Bench, id: i64, name: &str) {
    bench.reply(Reply::Choices(vec![Choice {
        id,
        name: name.into(),
        note: "Surgery".into(),
    }]));
    bench.keys("Down Enter");
}

#[test]
fn every_state_looks_as_it_should() {
    let mut bench = open();
    assert_state("covers_busy", &mut bench);
    bench.fail("The store is busy");
    assert_state("covers_error", &mut bench);
    let mut bench = open();
    bench.reply(nothing());
    assert_state("covers_empty", &mut bench);
    let mut bench = full();
    assert_state("covers_full", &mut bench);
    bench.keys("Tab Tab");
    assert_screen("covers_standing_in_80x24", &bench.screen());
    bench.keys("Tab");
    assert_screen("covers_groups_80x24", &bench.screen());
    bench.keys("Tab");
    assert_screen("covers_over_80x24", &bench.screen());
    assert_screen("covers_tiny_10x4", &bench.screen_at(10, 4));
}

#[test]
fn an_absence_is_recorded_changed_and_ended() {
    let mut bench = full();
    bench.keys("a");
    choose(&mut bench, 42, "ADAMS,C");
    bench.text("ill");
    bench.keys("Enter Enter");
    bench.text("T+3");
    bench.keys("Enter Enter");
    assert!(matches!(
        &acts(&mut bench)[..],
        [Action::AddAbsence {
            provider: ProviderId(42),
            reason: HoldReason::Illness,
            until: Some(_),
            ..
        }]
    ));
    bench.keys("e");
    assert_screen("covers_change_80x24", &bench.screen());
    bench.keys("Tab Tab C-u");
    bench.text("2026-04-05");
    bench.keys("Enter Enter");
    let changed = acts(&mut bench);
    let [
        Action::ChangeAbsence {
            absence,
            version,
            reason,
            from,
            until,
            ..
        },
    ] = &changed[..]
    else {
        panic!("{changed:?}");
    };
    let Reply::Covers { absences, .. } = lists() else {
        unreachable!();
    };
    let old = &absences[0];
    assert_eq!(
        (*absence, *version, *reason, *from),
        (old.id, old.version, old.reason, old.from)
    );
    assert!(*until > old.until, "{until:?}");
    bench.keys("X Enter");
    assert!(matches!(&acts(&mut bench)[..], [Action::EndAbsence { .. }]));
}

#[test]
fn somebody_stands_in_until_a_day_or_until_now() {
    let mut bench = full();
    bench.keys("Tab Tab a");
    choose(&mut bench, 42, "ADAMS,C");
    choose(&mut bench, 43, "BAKER,D");
    bench.keys("Enter Enter Enter");
    assert!(matches!(
        &acts(&mut bench)[..],
        [Action::AddCover {
            provider: ProviderId(42),
            by: ProviderId(43),
            until: None,
            ..
        }]
    ));
    bench.keys("e");
    bench.text("+7");
    bench.keys("Enter");
    assert!(matches!(
        &acts(&mut bench)[..],
        [Action::EndCover {
            cover: CoverId(4),
            until: Some(_)
        }]
    ));
    bench.keys("X");
    assert!(matches!(
        &acts(&mut bench)[..],
        [Action::EndCover {
            cover: CoverId(4),
            until: None
        }]
    ));
}

#[test]
fn members_join_and_leave_a_group_and_a_name_is_not_taken_twice() {
    let mut bench = full();
    bench.keys("S-Tab S-Tab e Enter");
    choose(&mut bench, 42, "ADAMS,C");
    assert!(matches!(&acts(&mut bench)[..],
        [Action::SetCoverGroup { name, members }]
        if name == "surgeons" && members.len() == 3 && members[2] == ProviderId(42)));
    bench.keys("e Down Down Enter");
    assert!(matches!(&acts(&mut bench)[..],
        [Action::SetCoverGroup { members, .. }] if *members == [ProviderId(22)]));
    bench.keys("e Down Enter C-u");
    bench.text("theatre");
    bench.keys("Enter");
    assert!(matches!(&acts(&mut bench)[..],
        [Action::RenameCoverGroup { name, to }] if name == "surgeons" && to == "theatre"));
    bench.keys("X");
    assert!(matches!(&acts(&mut bench)[..],
        [Action::SetCoverGroup { members, .. }] if members.is_empty()));
    for (name, taken) in [("surgeons", true), ("ward 4", false)] {
        bench.keys("a");
        bench.text(name);
        bench.keys("Enter");
        choose(&mut bench, 42, "ADAMS,C");
        choose(&mut bench, 43, "BAKER,D");
        assert_eq!(acts(&mut bench).is_empty(), taken, "{name}");
    }
}

#[test]
fn whoever_sees_the_ladder_may_look_and_only_a_supervisor_changes() {
    for keymap in ["vim", "function", "emacs"] {
        let size = Size::new(80, 24);
        let mut bench = Bench::with(crate::tui::screens::make, size, keymap, &[Role::Analyst]);
        bench.asked();
        bench.keys("g y");
        bench.reply(lists());
        bench.keys("a");
        let message = bench.message().unwrap().1;
        assert!(
            message.contains("only a supervisor may; you are an analyst"),
            "{keymap}: {message}"
        );
        bench.keys("X");
        assert!(acts(&mut bench).is_empty(), "{keymap}");
        bench.keys("Enter");
        assert_eq!(bench.facts().scope, Scope::Provider, "{keymap}");
    }
}
