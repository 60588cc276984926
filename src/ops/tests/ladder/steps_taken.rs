//! Steps as they are proposed, decided, taken back, and who may do so.

use super::{
    complete_all, confirm, confirm_all, decide, noon, owing, print, propose, steps, suspended,
};
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::ids::{LetterId, StepId};
use crate::domain::ladder::{
    LetterFormat, LetterRequest, ProviderStep, StepDecision, StepRequest, StepState, SuspensionKind,
};
use crate::domain::report::{GroupBy, TotalSort};
use crate::domain::user::Role;
use crate::domain::worklist::QueueView;
use crate::ops::testing::*;
use crate::ops::{LadderRun, OpsError};

#[test]
fn from_notice_to_suspension_and_its_lifting() {
    let h = owing();
    noon(&h, "2026-03-17");
    assert_eq!(propose(&h).proposed, 0);
    noon(&h, "2026-03-18");
    assert_eq!(propose(&h).proposed, 1);
    assert_eq!(propose(&h), LadderRun::default(), "the same run again");
    assert_eq!(confirm_all(&h), ["notice"]);
    noon(&h, "2026-04-01");
    propose(&h);
    assert_eq!(confirm_all(&h), ["warning"]);
    noon(&h, "2026-04-09");
    assert_eq!(propose(&h).proposed, 0);
    noon(&h, "2026-04-10");
    propose(&h);
    assert_eq!(confirm_all(&h), ["delinquent", "final_notice"]);
    noon(&h, "2026-04-16");
    assert_eq!(propose(&h).proposed, 0);
    noon(&h, "2026-04-17");
    propose(&h);
    assert_eq!(confirm_all(&h), ["suspension"]);
    let list = h.office.suspensions(&h.me).unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!(list[0].suspension, Some(SuspensionKind::Administrative));
    assert_eq!(list[0].items, 2);
    noon(&h, "2026-04-20");
    assert_eq!(propose(&h).proposed, 0, "still owing");
    complete_all(&h);
    assert_eq!(propose(&h).proposed, 1);
    assert_eq!(confirm_all(&h), ["lifting"]);
    assert!(h.office.suspensions(&h.me).unwrap().is_empty());
    assert_eq!(propose(&h), LadderRun::default());
    let standing = h.office.provider_standing(&h.me, list[0].provider).unwrap();
    assert_eq!(standing.open, 0);
    assert!(standing.suspended.is_none());
    // notice, warning, final notice, suspension, lifted; "delinquent" has no letter.
    assert_eq!(standing.letters.len(), 5);
    assert_eq!(standing.steps.len(), 6);
}

#[test]
fn a_proposal_follows_its_items_and_is_withdrawn_with_them() {
    let h = owing();
    noon(&h, "2026-03-18");
    propose(&h);
    let before = steps(&h, Some(StepState::Proposed)).remove(0);
    assert_eq!(before.items, 2);
    let row = h.queue(QueueView::All).rows.remove(0);
    h.act(Action::ChangeDeficiencies {
        items: vec![(row.id, row.version)],
        change: DeficiencyChange::Complete { comment: "".into() },
    })
    .unwrap();
    assert_eq!(propose(&h).updated, 1);
    // What the supervisor saw is no longer what is there.
    let outcome = decide(&h, &before, confirm());
    assert!(
        outcome.refused[0].1.contains("changed"),
        "{:?}",
        outcome.refused
    );
    assert_eq!(steps(&h, Some(StepState::Proposed))[0].items, 1);
    complete_all(&h);
    assert_eq!(propose(&h).withdrawn, 1);
    assert!(steps(&h, Some(StepState::Proposed)).is_empty());
    assert_eq!(steps(&h, Some(StepState::Withdrawn)).len(), 1);
}

#[test]
fn dismissing_needs_a_reason_and_is_not_proposed_again() {
    let h = owing();
    noon(&h, "2026-03-18");
    propose(&h);
    let step = steps(&h, Some(StepState::Proposed)).remove(0);
    let dismiss = |reason: &str| StepDecision::Dismiss {
        reason: reason.into(),
    };
    assert_eq!(decide(&h, &step, dismiss(" ")).done.len(), 0);
    assert_eq!(decide(&h, &step, dismiss("agreed by phone")).done.len(), 1);
    assert_eq!(propose(&h).proposed, 0);
    let detail = h.office.step(&h.me, step.id).unwrap();
    assert_eq!(detail.step.reason.raw(), "agreed by phone");
    assert_eq!(detail.history[0].action, "ladder.dismiss");
}

#[test]
fn a_decision_is_undone_until_its_letter_is_printed() {
    let h = owing();
    noon(&h, "2026-03-18");
    propose(&h);
    let step = steps(&h, Some(StepState::Proposed)).remove(0);
    let act = |h: &Hospital, step: &ProviderStep| {
        let request = h.request();
        let action = Action::DecideSteps {
            steps: vec![(step.id, step.version)],
            decision: confirm(),
        };
        h.office.act(&h.me, &request, &action).unwrap();
        request
    };
    let request = act(&h, &step);
    h.act(Action::Undo { request }).unwrap();
    let back = steps(&h, Some(StepState::Proposed)).remove(0);
    assert_eq!((back.state, back.letter), (StepState::Proposed, None));
    let request = act(&h, &back);
    let letter = steps(&h, Some(StepState::Confirmed))[0].letter.unwrap();
    print(&h, letter);
    let outcome = h.act(Action::Undo { request }).unwrap();
    assert!(outcome.refused[0].1.contains("printed"));
    let all = h
        .office
        .letters(
            &h.me,
            &LetterRequest {
                limit: 10,
                ..LetterRequest::default()
            },
        )
        .unwrap();
    // The one withdrawn and the one printed.
    assert_eq!(all.iter().filter(|l| l.withdrawn).count(), 1);
    assert_eq!(all.len(), 2);
}

#[test]
fn a_decision_that_was_taken_back_is_made_again_with_its_letter() {
    let h = owing();
    noon(&h, "2026-03-18");
    propose(&h);
    let act = |action: Action| {
        let request = h.request();
        let outcome = h.office.act(&h.me, &request, &action).unwrap();
        assert_eq!((outcome.refused.len(), outcome.undoable), (0, true));
        request
    };
    let step = steps(&h, Some(StepState::Proposed)).remove(0);
    let made = act(Action::DecideSteps {
        steps: vec![(step.id, step.version)],
        decision: confirm(),
    });
    let confirmed = || steps(&h, Some(StepState::Confirmed));
    let letter = confirmed()[0].letter.unwrap();
    let withdrawn = || h.office.letter(&h.me, letter).unwrap().row.withdrawn;
    let undone = act(Action::Undo { request: made });
    assert!(confirmed().is_empty() && withdrawn());
    let again = act(Action::Undo { request: undone });
    assert_eq!(confirmed()[0].letter, Some(letter));
    assert!(!withdrawn());
    let undone = act(Action::Undo { request: again });
    assert!(confirmed().is_empty() && withdrawn());
    // What was brought up to date since is decided anew, not again.
    let step = steps(&h, Some(StepState::Proposed)).remove(0);
    act(Action::DecideSteps {
        steps: vec![(step.id, step.version)],
        decision: StepDecision::Dismiss {
            reason: "by phone".into(),
        },
    });
    let outcome = h.act(Action::Undo { request: undone }).unwrap();
    assert!(outcome.refused[0].1.contains("changed since"));
}

#[test]
fn a_suspension_can_be_lifted_by_hand_with_a_reason() {
    let h = suspended();
    let list = h.office.suspensions(&h.me).unwrap();
    let lift = |reason: &str, version| {
        h.act(Action::LiftSuspension {
            step: list[0].id,
            version,
            reason: reason.into(),
        })
    };
    assert!(matches!(
        lift("", list[0].version),
        Err(OpsError::Refused(_))
    ));
    assert!(lift("chief of staff", list[0].version + 1).is_err());
    let request = h.request();
    let action = Action::LiftSuspension {
        step: list[0].id,
        version: list[0].version,
        reason: "chief of staff".into(),
    };
    h.office.act(&h.me, &request, &action).unwrap();
    assert!(h.office.suspensions(&h.me).unwrap().is_empty());
    // Taken back, the same suspension is in force again.
    h.act(Action::Undo { request }).unwrap();
    let again = h.office.suspensions(&h.me).unwrap();
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].id, list[0].id);
}

#[test]
fn a_lift_taken_back_leaves_nothing_to_confirm_and_can_be_done_again() {
    let h = suspended();
    let list = h.office.suspensions(&h.me).unwrap();
    let act = |action: Action| {
        let request = h.request();
        let outcome = h.office.act(&h.me, &request, &action).unwrap();
        assert_eq!((outcome.refused.len(), outcome.undoable), (0, true));
        request
    };
    let in_force = || h.office.suspensions(&h.me).unwrap().len();
    let lifting = || {
        let mut all = steps(&h, None);
        all.retain(|s| s.step == "lifting");
        assert_eq!(all.len(), 1, "one step, however often");
        all.remove(0)
    };
    let lifted = act(Action::LiftSuspension {
        step: list[0].id,
        version: list[0].version,
        reason: "chief of staff".into(),
    });
    assert_eq!(in_force(), 0);
    assert_eq!(lifting().reached, h.office.now(), "it is of no other day");
    let letter = lifting().letter.unwrap();
    let withdrawn = || h.office.letter(&h.me, letter).unwrap().row.withdrawn;
    let undone = act(Action::Undo { request: lifted });
    assert_eq!((in_force(), withdrawn()), (1, true));
    // Who confirms all that waits must not lift it again unasked.
    assert_eq!(steps(&h, Some(StepState::Proposed)), []);
    assert_eq!(lifting().state, StepState::Withdrawn);
    let again = act(Action::Undo { request: undone });
    assert_eq!((in_force(), withdrawn()), (0, false));
    assert_eq!(lifting().reason.raw(), "chief of staff");
    act(Action::Undo { request: again });
    assert_eq!((in_force(), withdrawn()), (1, true));
    assert_eq!(steps(&h, Some(StepState::Proposed)), []);
}

#[test]
fn who_may_do_what_on_the_ladder() {
    let h = suspended();
    let smith = h.user("smith", &[Role::Provider], Some("Smith"));
    let jones = h.user("jones", &[Role::Provider], Some("Jones"));
    let analyst = h.user("ann", &[Role::Analyst], None);
    let coder = h.user("cody", &[Role::Coder], None);
    let all = StepRequest {
        limit: 100,
        ..StepRequest::default()
    };
    let count = |who| h.office.steps(who, &all).map(|s| s.len());
    assert_eq!(count(&h.me).unwrap(), 3);
    assert_eq!(count(&analyst).unwrap(), 3);
    assert_eq!(count(&smith).unwrap(), 3);
    assert_eq!(count(&jones).unwrap(), 0);
    assert!(count(&coder).is_err());
    let step = steps(&h, None)[0].clone();
    assert!(h.office.step(&jones, step.id).is_err());
    assert!(h.office.letter(&jones, step.letter.unwrap()).is_err());
    assert!(h.office.letter(&smith, step.letter.unwrap()).is_ok());
    assert!(h.office.statement(&smith, step.provider).is_ok());
    assert!(h.office.statement(&jones, step.provider).is_err());
    assert!(
        h.office
            .statistics(&smith, h.office.today(), GroupBy::Total)
            .is_err()
    );
    assert!(
        h.office
            .provider_totals(&smith, TotalSort::Late, 9)
            .is_err()
    );
    assert!(h.office.waiting(&coder, None, 10).is_ok());
    assert!(h.office.waiting(&smith, None, 10).is_err());
    for who in [&analyst, &coder, &smith] {
        for action in [
            Action::ProposeSteps,
            Action::DecideSteps {
                steps: vec![(StepId(1), 1)],
                decision: confirm(),
            },
            Action::PrintLetters {
                letters: vec![LetterId(1)],
                format: LetterFormat::Text,
            },
        ] {
            let denied = h.office.act(who, &h.request(), &action);
            assert!(
                matches!(denied, Err(OpsError::NotPermitted { .. })),
                "{action:?}"
            );
        }
    }
    let check = h.office.audit_verify().unwrap();
    assert!(check.problems.is_empty());
}

#[test]
fn what_changes_between_looking_and_proposing_is_looked_at_again() {
    use crate::domain::record::{Key, Record, RecordKind};
    let h = owing();
    let mut second = stay("v2", "p2");
    if let Record::Encounter(e) = &mut second.record {
        e.attending = Some(Key::local(RecordKind::Provider, "dr2"));
        e.admitting.clone_from(&e.attending);
    }
    h.import(vec![patient("p2", "Other"), second]);
    h.analyze();
    noon(&h, "2026-03-18");
    let looked = h.office.look_at_ladder(&h.me).unwrap();
    // Meanwhile everything of Jones is completed, and a third stay comes in and is analysed.
    let rows = h.queue(QueueView::All).rows;
    let theirs = rows.iter().filter(|r| r.owner_name.raw() == "Jones,Pat");
    h.act(Action::ChangeDeficiencies {
        items: theirs.map(|r| (r.id, r.version)).collect(),
        change: DeficiencyChange::Complete { comment: "".into() },
    })
    .unwrap();
    h.import(vec![patient("p3", "Third"), stay("v3", "p3")]);
    h.analyze();
    let outcome = h
        .office
        .write(&h.me, None, |tx| h.office.propose_steps(tx, &h.me, looked))
        .unwrap()
        .into_inner();
    assert_eq!(outcome.ladder.unwrap().proposed, 1);
    let proposed = steps(&h, Some(StepState::Proposed));
    assert_eq!(proposed[0].provider_name.raw(), "Smith,Pat");
    assert_eq!(proposed[0].items, 4, "the third stay is Smith's too");
    assert_eq!(
        propose(&h),
        LadderRun::default(),
        "as a run that reads everything inside"
    );
}
