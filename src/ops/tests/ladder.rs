//! The ladder at work: proposals, decisions, letters, suspension and its lifting, statistics.

use super::super::testing::*;
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::ids::{LetterId, ProviderId, StepId};
use crate::domain::ladder::{
    LetterFiles, LetterFormat, LetterRequest, ProviderStep, StepDecision, StepRequest, StepState,
    SuspensionKind,
};
use crate::domain::report::{GroupBy, TotalSort};
use crate::domain::user::Role;
use crate::domain::worklist::QueueView;
use crate::ops::{LadderRun, OpsError};

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
fn a_batch_of_letters_is_printed_into_one_file_and_each_is_recorded() {
    let h = owing();
    let mut letters = Vec::new();
    // The notice, and the warning two weeks later.
    for day in ["2026-03-18", "2026-04-01"] {
        noon(&h, day);
        propose(&h);
        for step in steps(&h, Some(StepState::Proposed)) {
            decide(&h, &step, confirm());
        }
    }
    letters.extend(
        steps(&h, Some(StepState::Confirmed))
            .iter()
            .filter_map(|s| s.letter),
    );
    letters.sort_unstable();
    assert!(letters.len() > 1, "{letters:?}");
    let folder = tempfile::tempdir().unwrap();
    let print = |format| {
        let how = (format, LetterFiles::Together);
        let asked = [letters.clone(), vec![LetterId(99)]].concat();
        let printed = h
            .office
            .print_letters(&h.me, &h.request(), asked, how, folder.path())
            .unwrap();
        assert_eq!((printed.letters, printed.files.len()), (letters.len(), 1));
        assert_eq!(printed.refused, [(99, "no letter 99".to_owned())]);
        std::fs::read_to_string(&printed.files[0]).unwrap()
    };
    let kept: Vec<_> = letters
        .iter()
        .map(|id| h.office.letter(&h.me, *id).unwrap())
        .collect();
    let text = print(LetterFormat::Text);
    let pages: Vec<&str> = text.split('\u{c}').collect();
    assert_eq!(pages.len(), letters.len());
    for (page, letter) in pages.iter().zip(&kept) {
        assert!(page.starts_with(letter.row.subject.raw()), "{page}");
    }
    let html = print(LetterFormat::Html);
    assert_eq!(
        html.matches("<div class=\"letter\">").count(),
        letters.len()
    );
    assert_eq!(html.matches("<!doctype html>").count(), 1);
    // The same second again makes another file.
    print(LetterFormat::Html);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    for id in &letters {
        assert_eq!(h.office.letter(&h.me, *id).unwrap().row.copies, 3);
        let rows = h.office.store.audit_rows(200).unwrap();
        let of = |action: &str| {
            let of = |r: &&crate::domain::audit::AuditRow| {
                r.action == action && r.object == format!("letter {id}")
            };
            rows.iter().filter(of).count()
        };
        assert_eq!((of("letter.print"), of("letter.reprint")), (1, 2));
    }
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

#[test]
fn a_letter_is_kept_as_it_went_out_with_every_copy() {
    let h = owing();
    noon(&h, "2026-03-18");
    propose(&h);
    let step = steps(&h, Some(StepState::Proposed)).remove(0);
    let preview = h.office.letter_preview(&h.me, step.id).unwrap().unwrap();
    confirm_all(&h);
    let unprinted = LetterRequest {
        unprinted: true,
        limit: 10,
        ..LetterRequest::default()
    };
    let waiting = h.office.letters(&h.me, &unprinted).unwrap();
    assert_eq!(waiting.len(), 1);
    print(&h, waiting[0].id);
    noon(&h, "2026-03-20");
    // The patient's name changes; the letter does not.
    h.import(vec![patient("p1", "Renamed")]);
    print(&h, waiting[0].id);
    let letter = h.office.letter(&h.me, waiting[0].id).unwrap();
    assert_eq!(letter.text.raw(), preview.text);
    assert!(letter.text.raw().contains("Zztest,Ann"));
    assert!(letter.html.contains("<td>Zztest,Ann</td>"));
    let copies: Vec<i64> = letter.copies.iter().map(|c| c.number).collect();
    assert_eq!(copies, [1, 2]);
    assert!(h.office.letters(&h.me, &unprinted).unwrap().is_empty());
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
fn a_statement_is_one_page_oldest_first() {
    let h = owing();
    noon(&h, "2026-04-20");
    let smith = ProviderId(h.office.providers(&h.me, "Smith", 1).unwrap()[0].id);
    let statement = h.office.statement(&h.me, smith).unwrap();
    assert_eq!((statement.total, statement.late), (2, 2));
    let kinds: Vec<&str> = statement.lines.iter().map(|l| l.kind.as_str()).collect();
    assert_eq!(kinds, ["HP-M", "DS-M"]);
    assert!(
        statement
            .text
            .raw()
            .contains("You owe 2 items, 2 of them late")
    );
    assert!(statement.text.raw().lines().count() < 60);
}

#[test]
fn a_stay_waits_until_its_documents_are_there_and_is_ready_then() {
    let h = owing();
    noon(&h, "2026-03-18");
    let page = h.office.waiting(&h.me, None, 10).unwrap();
    assert_eq!(page.stays.len(), 1);
    let stay = &page.stays[0];
    assert_eq!(stay.age_days, 7);
    let kinds: Vec<&str> = stay.waits_for.iter().map(|a| a.kind.as_str()).collect();
    assert_eq!(kinds, ["HP-M", "DS-M"]);
    assert_eq!(stay.waits_for[1].owner_name.raw(), "Smith,Pat");
    h.act(Action::NoteToCoder {
        encounter: stay.encounter,
        words: "summary promised for Friday".into(),
    })
    .unwrap();
    let page = h.office.waiting(&h.me, None, 10).unwrap();
    let note = page.stays[0].note.as_ref().unwrap();
    assert_eq!(note.words.raw(), "summary promised for Friday");
    assert!(
        h.office
            .ready_to_code(&h.me, None, 10)
            .unwrap()
            .stays
            .is_empty()
    );
    noon(&h, "2026-03-20");
    complete_all(&h);
    assert!(h.office.waiting(&h.me, None, 10).unwrap().stays.is_empty());
    let ready = h.office.ready_to_code(&h.me, None, 10).unwrap().stays;
    assert_eq!(ready.len(), 1);
    assert_eq!(ready[0].age_days, 0);
    assert_eq!(ready[0].ready, Some(h.office.now()));
    noon(&h, "2026-03-23");
    let later = h.office.ready_to_code(&h.me, None, 10).unwrap().stays;
    assert_eq!(later[0].age_days, 3, "since it became ready");
}

#[test]
fn figures_of_a_day_are_stored_once_and_come_out_again_from_the_past() {
    let h = owing();
    noon(&h, "2026-04-20");
    let run = h.office.take_snapshots(&h.me).unwrap();
    assert_eq!(run.days, ["2026-04-19"]);
    assert!(h.office.take_snapshots(&h.me).unwrap().days.is_empty());
    complete_all(&h);
    noon(&h, "2026-04-23");
    let run = h.office.take_snapshots(&h.me).unwrap();
    assert_eq!(run.days, ["2026-04-20", "2026-04-21", "2026-04-22"]);
    for day in ["2026-04-19", "2026-04-20", "2026-04-22"] {
        for by in GroupBy::ALL {
            let day = day.parse().unwrap();
            let stored = h
                .office
                .stored_statistics(&h.me, day, *by)
                .unwrap()
                .unwrap();
            let again = h.office.statistics(&h.me, day, *by).unwrap();
            assert_eq!(stored, again, "{day} {by:?}");
        }
    }
    let total = |day: &str| {
        let day = day.parse().unwrap();
        h.office
            .statistics(&h.me, day, GroupBy::Total)
            .unwrap()
            .total
    };
    let before = total("2026-04-19");
    assert_eq!((before.open, before.late, before.over_limit), (2, 2, 2));
    assert_eq!((before.incomplete_charts, before.delinquent_charts), (1, 1));
    assert_eq!((before.discharges_year, before.discharges_quarter), (1, 0));
    let after = total("2026-04-20");
    assert_eq!((after.open, after.closed), (0, 2));
    assert_eq!((after.completed, after.on_time), (2, 0));
    assert!(
        h.office
            .statistics(&h.me, "2026-04-24".parse().unwrap(), GroupBy::Total)
            .is_err()
    );
    let trend = h.office.trend(&h.me, GroupBy::Total, "", 30).unwrap();
    assert_eq!(trend.len(), 4);
    let dashboard = h.office.dashboard(&h.me).unwrap();
    let flow = dashboard
        .flow
        .iter()
        .find(|f| f.0.to_string() == "2026-04-20")
        .unwrap();
    assert_eq!((flow.1, flow.2, flow.3), (0, 2, 2));
    let work = h
        .office
        .productivity(&h.me, "2026-04-20".parse().unwrap(), h.office.today())
        .unwrap();
    assert_eq!(work[0].actions, [("deficiency.complete".to_owned(), 2)]);
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

#[test]
fn letters_are_recorded_and_then_written_each_to_a_new_file() {
    let h = owing();
    noon(&h, "2026-03-18");
    propose(&h);
    let step = steps(&h, Some(StepState::Proposed)).remove(0);
    decide(&h, &step, confirm());
    let letter = steps(&h, Some(StepState::Confirmed))[0].letter.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let print = || {
        let letters = vec![letter, LetterId(99)];
        h.office
            .print_letters(
                &h.me,
                &h.request(),
                letters,
                (LetterFormat::Text, LetterFiles::Each),
                folder.path(),
            )
            .unwrap()
    };
    let printed = print();
    assert_eq!(printed.refused, [(99, "no letter 99".to_owned())]);
    let file = &printed.files[0];
    assert!(file.ends_with(format!("letter-{letter}-copy-1.txt")));
    let text = std::fs::read_to_string(file).unwrap();
    let kept = h.office.letter(&h.me, letter).unwrap();
    assert!(text.starts_with(kept.row.subject.raw()), "{text}");
    // A file that is in the way is left alone, and the letter told of.
    std::fs::write(
        folder.path().join(format!("letter-{letter}-copy-2.txt")),
        "mine",
    )
    .unwrap();
    let printed = print();
    assert!(printed.files.is_empty());
    assert!(
        printed.refused[1].1.contains("print it again"),
        "{:?}",
        printed.refused
    );
    assert_eq!(h.office.letter(&h.me, letter).unwrap().copies.len(), 2);
}
