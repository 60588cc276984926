//! The suspension list on the bench.

use super::*;
use crate::domain::deficiency::RuleRef;
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::{DeficiencyId, EncounterId, LetterId, ProviderId, UserId};
use crate::domain::ladder::StepItem;
use crate::domain::time::Instant;
use crate::domain::user::Role;
use crate::tui::app::testing::{Bench, assert_screen, assert_state, now};
use crate::tui::desk::Acted;
use ratatui::layout::Size;

const DAY: i64 = 86_400_000_000;

/// Step `i` of the ladder.
pub fn step(i: i64, kind: StepKind, state: StepState) -> ProviderStep {
    let names = ["SMITH,A", "JONES,B", "EVIL\u{1b}[31m", "GARCIA LOPEZ,M"];
    let decided = state != StepState::Proposed;
    ProviderStep {
        id: StepId(i),
        version: 1,
        provider: ProviderId(20 + i),
        provider_name: names[(i as usize) % names.len()].into(),
        step: kind.name().into(),
        kind,
        title: kind.title().into(),
        rule: RuleRef {
            id: "ladder".into(),
            version: 2,
        },
        state,
        reached: Instant(now().0 - i * DAY),
        proposed: now(),
        decided: decided.then(now),
        decided_by: decided.then_some(UserId(7)),
        decided_by_name: if decided { "LEE".into() } else { "".into() },
        ended: None,
        suspension: (kind == StepKind::Suspension).then_some(SuspensionKind::Administrative),
        items: 3 + i,
        oldest_days: 30 + i,
        letter: decided.then_some(LetterId(i)),
        reason: "".into(),
    }
}

fn proposed() -> Reply {
    use StepKind as K;
    let kinds = [K::Suspension, K::Notice, K::Warning, K::FinalNotice];
    let steps = kinds.iter().zip(0..);
    Reply::Steps(
        steps
            .map(|(kind, i)| step(i, *kind, StepState::Proposed))
            .collect(),
    )
}

fn detail(i: i64) -> Reply {
    Reply::Step(Box::new(StepDetail {
        step: step(i, StepKind::Suspension, StepState::Proposed),
        items: (0..3)
            .map(|n| StepItem {
                deficiency: DeficiencyId(n),
                kind: "DS-M".into(),
                encounter: EncounterId(n),
                visit: format!("V{n}").into(),
                mrn: format!("44101{n}").into(),
                patient_name: "ZZTEST,ANN".into(),
                class: EncounterClass::Inpatient,
                reached: now(),
                open: n != 1,
            })
            .collect(),
        history: Vec::new(),
    }))
}

fn open() -> Bench {
    let mut bench = Bench::new(crate::tui::screens::make);
    bench.asked();
    bench.keys("g u");
    bench
}

fn full() -> Bench {
    let mut bench = open();
    bench.reply(proposed());
    bench.reply(detail(0));
    bench
}

fn acts(bench: &mut Bench) -> Vec<Action> {
    let act = |r| match r {
        Request::Act(_, action) => Some(*action),
        _ => None,
    };
    bench.asked().into_iter().filter_map(act).collect()
}

#[test]
fn every_state_looks_as_it_should() {
    let mut bench = open();
    assert_state("suspension_busy", &mut bench);
    bench.fail("The store is busy");
    assert_state("suspension_error", &mut bench);
    let mut bench = open();
    bench.reply(Reply::Steps(Vec::new()));
    assert_state("suspension_empty", &mut bench);
    let mut bench = full();
    assert_state("suspension_full", &mut bench);
    bench.keys("C");
    assert_screen("suspension_confirm_80x24", &bench.screen());
    bench.keys("Esc");
    assert_screen("suspension_tiny_10x4", &bench.screen_at(10, 4));
}

#[test]
fn a_suspension_is_confirmed_with_its_kind() {
    let mut bench = full();
    bench.keys("C Down Enter Enter");
    let acts = acts(&mut bench);
    assert!(
        matches!(&acts[..], [Action::DecideSteps { steps, decision: StepDecision::Confirm { suspension, .. } }]
        if *steps == [(StepId(0), 1)] && *suspension == Some(SuspensionKind::ProfessionalReview)),
        "{acts:?}"
    );
}

#[test]
fn marked_steps_are_decided_together_and_refused_ones_stay_marked() {
    let mut bench = full();
    bench.keys("2 - 3 X");
    assert!(
        bench.screen().contains("Dismiss: 2 steps"),
        "{}",
        bench.screen()
    );
    bench.text("covered");
    bench.keys("Enter");
    let id = bench.waiting().into_iter().find_map(|r| match r {
        Request::Act(id, action) => Some((id.clone(), (**action).clone())),
        _ => None,
    });
    let (id, action) = id.unwrap();
    assert!(
        matches!(&action, Action::DecideSteps { steps, decision: StepDecision::Dismiss { reason } }
        if steps.len() == 2 && reason.raw() == "covered")
    );
    bench.reply(Reply::Acted(Acted {
        request: id,
        deed: Box::new(crate::tui::desk::Deed::each(1, "step", "decided")),
        done: 1,
        refused: vec![(2, "changed meanwhile".into())],
        undoable: true,
        taken: None,
    }));
    assert_eq!(bench.facts().marks, 1);
}

#[test]
fn only_a_suspension_in_force_is_lifted() {
    let mut bench = full();
    bench.keys("L");
    assert_eq!(
        bench.message().unwrap().1,
        "Lift suspension: no suspension is in force there"
    );
    bench.keys("Tab");
    let held = step(0, StepKind::Suspension, StepState::Confirmed);
    bench.reply(Reply::Steps(vec![held]));
    assert_state("suspension_in_force", &mut bench);
    bench.keys("L");
    bench.text("all on paper");
    bench.keys("Enter");
    assert!(matches!(
        &acts(&mut bench)[..],
        [Action::LiftSuspension { .. }]
    ));
}

#[test]
fn a_letter_that_was_not_sent_is_for_who_decides() {
    let size = Size::new(80, 24);
    let mut bench = Bench::with(crate::tui::screens::make, size, "vim", &[Role::Analyst]);
    bench.keys("g u");
    bench.reply(proposed());
    bench.asked();
    assert!(!bench.screen().contains("p=letter"));
    bench.keys("p");
    assert!(bench.message().unwrap().1.contains("sent no letter yet"));
    assert!(bench.asked().is_empty());
}

#[test]
fn the_provider_of_a_step_is_one_key_away() {
    let mut bench = full();
    assert!(bench.facts().provider);
    bench.asked();
    bench.keys("o");
    let asked = bench.asked();
    assert!(
        asked.iter().any(|r| matches!(r, Request::Standing(_))),
        "{asked:?}"
    );
}

#[test]
fn an_analyst_sees_the_list_and_decides_nothing() {
    for keymap in ["vim", "function", "emacs"] {
        let size = Size::new(80, 24);
        let mut bench = Bench::with(crate::tui::screens::make, size, keymap, &[Role::Analyst]);
        bench.keys("g u");
        bench.reply(proposed());
        bench.asked();
        bench.keys("C");
        assert!(
            bench.message().unwrap().1.starts_with("Confirm step: "),
            "{keymap}"
        );
        bench.keys("P");
        assert!(acts(&mut bench).is_empty(), "{keymap}");
        bench.keys("Enter");
        assert_eq!(bench.facts().scope, Scope::Provider, "{keymap}");
    }
}
