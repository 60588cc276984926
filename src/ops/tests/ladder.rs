//! The ladder at work. What its tests share stands here.

mod figures;
mod letters;
mod steps_taken;

use super::super::testing::*;
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::ids::LetterId;
use crate::domain::ladder::{LetterFormat, ProviderStep, StepDecision, StepRequest, StepState};
use crate::domain::worklist::QueueView;
use crate::ops::LadderRun;

fn steps(h: &Hospital, state: Option<StepState>) -> Vec<ProviderStep> {
    let ask = StepRequest {
        state,
        limit: 100,
        ..StepRequest::default()
    };
    h.office.steps(&h.me, &ask).unwrap()
}

fn propose(h: &Hospital) -> LadderRun {
    h.act(Action::ProposeSteps).unwrap().ladder.unwrap()
}

fn confirm() -> StepDecision {
    StepDecision::Confirm {
        suspension: None,
        comment: "".into(),
    }
}

fn decide(h: &Hospital, step: &ProviderStep, decision: StepDecision) -> super::super::Outcome {
    h.act(Action::DecideSteps {
        steps: vec![(step.id, step.version)],
        decision,
    })
    .unwrap()
}

fn confirm_all(h: &Hospital) -> Vec<String> {
    let proposed = steps(h, Some(StepState::Proposed));
    for step in &proposed {
        let outcome = decide(h, step, confirm());
        assert!(outcome.refused.is_empty(), "{:?}", outcome.refused);
    }
    let mut names: Vec<String> = proposed.into_iter().map(|s| s.step).collect();
    names.sort();
    names
}

/// A stay discharged on 11 March at 11:00 local that owes a history and a summary to Smith.
fn owing() -> Hospital {
    let h = Hospital::new();
    h.import(bare_stay());
    h.analyze();
    h
}

/// Local noon of a day.
fn noon(h: &Hospital, day: &str) {
    h.clock.set(at(&format!("{day}T16:00:00Z")));
}

fn complete_all(h: &Hospital) {
    let rows = h.queue(QueueView::All).rows;
    let items = rows.iter().map(|r| (r.id, r.version)).collect();
    h.act(Action::ChangeDeficiencies {
        items,
        change: DeficiencyChange::Complete { comment: "".into() },
    })
    .unwrap();
}

fn print(h: &Hospital, letter: LetterId) {
    let outcome = h
        .act(Action::PrintLetters {
            letters: vec![letter],
            format: LetterFormat::Html,
        })
        .unwrap();
    assert_eq!(outcome.done, [letter.0]);
}

/// Smith is suspended.
fn suspended() -> Hospital {
    let h = owing();
    for day in ["2026-04-10", "2026-04-17"] {
        noon(&h, day);
        propose(&h);
        confirm_all(&h);
    }
    assert_eq!(h.office.suspensions(&h.me).unwrap().len(), 1);
    h
}
