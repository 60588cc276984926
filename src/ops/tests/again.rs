//! Doing again what was taken back (redo): it works, or it is not offered.

use super::super::testing::*;
use crate::domain::action::Action;
use crate::domain::deficiency::HoldReason;
use crate::domain::ids::RequestId;
use crate::domain::review::{ListKind, ListedDiagnosis, Stage};
use crate::domain::review_action::ReviewAction;
use crate::domain::worklist::{QueueSort, QueueView, SavedView};

fn owing() -> Hospital {
    let h = Hospital::new();
    h.import(bare_stay());
    h.analyze();
    h
}

/// Does it, takes it back, and gives the request of that and whether it can be done again.
fn undone(h: &Hospital, action: &Action) -> (RequestId, bool) {
    let request = h.request();
    let done = h.office.act(&h.me, &request, action).unwrap();
    assert!(done.undoable, "{action:?}");
    undo(h, request)
}

fn undo(h: &Hospital, request: RequestId) -> (RequestId, bool) {
    let back = h.request();
    let undone = h.office.act(&h.me, &back, &Action::Undo { request });
    let undone = undone.unwrap();
    assert_eq!(undone.refused, [], "{back}");
    assert!(!undone.done.is_empty());
    (back, undone.undoable)
}

/// Done, taken back, done again, taken back: what `look` sees follows each time.
fn there_and_back<T: PartialEq + std::fmt::Debug>(
    h: &Hospital,
    action: &Action,
    look: impl Fn() -> T,
) {
    let before = look();
    let request = h.request();
    h.office.act(&h.me, &request, action).unwrap();
    let after = look();
    assert_ne!(before, after, "{action:?}");
    let mut last = request;
    for seen in [&before, &after, &before, &after] {
        let (next, again) = undo(h, last);
        assert!(again, "{action:?}");
        assert_eq!(&look(), seen, "{action:?}");
        last = next;
    }
}

fn view(name: &str, filter: &str) -> SavedView {
    SavedView {
        name: name.into(),
        view: QueueView::All,
        filter: filter.into(),
        sort: QueueSort::Due,
        reverse: false,
    }
}

#[test]
fn a_chart_held_and_released_goes_there_and_back() {
    let h = owing();
    let encounter = h.encounter("v1");
    let held = || h.queue(QueueView::OnHold).rows.len();
    let hold = Action::HoldChart {
        encounter,
        reason: HoldReason::Legal,
        until: None,
        comment: "".into(),
    };
    there_and_back(&h, &hold, held);
    assert!(held() > 0);
    let end = Action::EndChartHold {
        encounter,
        comment: "".into(),
    };
    there_and_back(&h, &end, held);
}

#[test]
fn an_undone_end_of_a_hold_is_not_done_again_after_another_end() {
    let h = owing();
    let encounter = h.encounter("v1");
    let comment = || "".into();
    h.act(Action::HoldChart {
        encounter,
        reason: HoldReason::Legal,
        until: None,
        comment: comment(),
    })
    .unwrap();
    let end = Action::EndChartHold {
        encounter,
        comment: comment(),
    };
    let (request, again) = undone(&h, &end);
    assert!(again);
    h.act(end).unwrap();
    let outcome = h.act(Action::Undo { request }).unwrap();
    assert!(outcome.done.is_empty());
    assert!(outcome.refused[0].1.contains("changed since"));
}

#[test]
fn a_stay_coded_goes_there_and_back_with_whose_turn_it_is() {
    let h = owing();
    let encounter = h.encounter("v1");
    let look = || {
        let stay = h.office.stay_review(&h.me, encounter).unwrap();
        let coded = h.office.coded_stays(&h.me, None, 9).unwrap().stays.len();
        (stay.stay.stage, coded)
    };
    let coded = Action::MarkCoded {
        encounter,
        at: None,
    };
    there_and_back(&h, &coded, look);
    assert_eq!(look(), (Stage::Final, 1));
    // To whose hand it went is said with the reason, and is not made up.
    let not = Action::MarkNotCoded {
        encounter,
        reason: "wrong stay".into(),
    };
    let (_, again) = undone(&h, &not);
    assert!(!again);
}

#[test]
fn diagnoses_go_there_and_back() {
    let h = owing();
    let encounter = h.encounter("v1");
    let look = || {
        let stay = h.office.stay_review(&h.me, encounter).unwrap();
        stay.list(ListKind::Working).entries.clone()
    };
    let set = Action::Review(ReviewAction::SetDiagnoses {
        encounter,
        list: ListKind::Working,
        version: 0,
        entries: vec![ListedDiagnosis {
            code: "N179".into(),
            words: "Acute kidney failure".into(),
            poa: None,
        }],
    });
    there_and_back(&h, &set, look);
}

#[test]
fn what_is_said_anew_is_not_offered_again() {
    let h = owing();
    let encounter = h.encounter("v1");
    let note = Action::NoteToCoder {
        encounter,
        words: "ask on Monday".into(),
    };
    let request = h.request();
    let noted = h.office.act(&h.me, &request, &note).unwrap();
    if noted.undoable {
        assert!(!undo(&h, request).1);
    }
    let hand = Action::Review(ReviewAction::HandOver {
        encounter,
        version: 0,
        to: Stage::Coder,
        reason: "ready".into(),
    });
    assert!(!undone(&h, &hand).1);
}

#[test]
fn views_saved_replaced_and_deleted_go_there_and_back() {
    let h = owing();
    let look = || h.office.saved_views(&h.me).unwrap();
    there_and_back(&h, &Action::SaveView(view("mine", "late")), look);
    there_and_back(&h, &Action::SaveView(view("mine", "type:DS-M")), look);
    let delete = Action::DeleteView {
        name: "mine".into(),
    };
    there_and_back(&h, &delete, look);
    assert_eq!(look(), []);
    let (request, _) = undone(&h, &Action::SaveView(view("late", "late")));
    h.act(Action::SaveView(view("late", "owner:Doe"))).unwrap();
    let outcome = h.act(Action::Undo { request }).unwrap();
    assert!(outcome.refused[0].1.contains("changed since"));
    assert_eq!(look(), [view("late", "owner:Doe")]);
}
