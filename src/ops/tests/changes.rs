//! What a person changes: once, taken back, refused when it is stale, told; charts that are taken.

use super::{change, complete, row, worked};
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::deficiency::{DeclineReason, DeficiencyState, HoldReason};
use crate::domain::user::Role;
use crate::domain::worklist::QueueView;
use crate::ops::OpsError;
use crate::ops::testing::at;

#[test]
fn undo_restores_and_refuses_what_moved_on() {
    let h = worked();
    let request = h.request();
    h.office
        .act(&h.me, &request, &change(&row(&h, "DS-M"), complete()))
        .unwrap();
    assert_eq!(
        h.office.last_undoable(&h.me).unwrap(),
        Some(request.clone())
    );
    h.act(Action::Undo {
        request: request.clone(),
    })
    .unwrap();
    assert_eq!(h.open(), ["DS-M", "HP-M"]);
    assert!(
        matches!(h.act(Action::Undo { request }), Err(OpsError::Refused(_))),
        "twice"
    );

    let request = h.request();
    let decline = DeficiencyChange::Decline {
        reason: DeclineReason::NotMyPatient,
        comment: "".into(),
    };
    h.office
        .act(&h.me, &request, &change(&row(&h, "DS-M"), decline))
        .unwrap();
    h.act(change(&row(&h, "DS-M"), complete())).unwrap();
    let outcome = h.act(Action::Undo { request }).unwrap();
    assert_eq!((outcome.done.len(), outcome.refused.len()), (0, 1));
    assert_eq!(h.open(), ["HP-M"]);
}

#[test]
fn the_same_request_twice_has_one_effect() {
    let h = worked();
    let request = h.request();
    let action = change(&row(&h, "DS-M"), complete());
    let first = h.office.act(&h.me, &request, &action).unwrap();
    let second = h.office.act(&h.me, &request, &action).unwrap();
    assert_eq!(first, second);
    let history = h.office.store.history("deficiency", first.done[0]).unwrap();
    assert_eq!(
        history
            .iter()
            .filter(|e| e.action == "deficiency.complete")
            .count(),
        1
    );
}

#[test]
fn a_stale_change_is_refused_and_told() {
    let h = worked();
    let seen = row(&h, "DS-M");
    h.act(change(
        &seen,
        DeficiencyChange::Assign {
            owner: None,
            reason: "".into(),
        },
    ))
    .unwrap();
    let outcome = h.act(change(&seen, complete())).unwrap();
    assert!(outcome.done.is_empty());
    assert!(
        outcome.refused[0]
            .1
            .contains("changed meanwhile: reassigned by Lee"),
        "{:?}",
        outcome.refused
    );
    assert_eq!(row(&h, "DS-M").state, DeficiencyState::Open);
}

#[test]
fn time_on_hold_is_not_charged() {
    let h = worked();
    let due = row(&h, "HP-M");
    assert!(due.ages(h.office.now()).late);
    let before = due.ages(h.office.now());
    let hold = DeficiencyChange::PlaceHold {
        reason: HoldReason::Illness,
        comment: "".into(),
        until: Some(at("2026-03-25T14:00:00Z")),
    };
    h.act(change(&due, hold)).unwrap();
    assert_eq!(h.queue(QueueView::OnHold).total, 1);
    h.clock.set(at("2026-03-30T14:00:00Z"));
    assert_eq!(h.office.end_holds(&h.me).unwrap(), 1);
    let after = row(&h, "HP-M").ages(h.office.now());
    assert_eq!(after.calendar_days, before.calendar_days + 8);
    assert_eq!(
        after.chargeable_days,
        before.chargeable_days + 5,
        "three of the eight days were on hold"
    );
    assert_eq!(h.queue(QueueView::OnHold).total, 0);
}

#[test]
fn a_chart_taken_by_one_is_refused_to_another_until_the_lease_ends() {
    let h = worked();
    let other = h.user("kim", &[Role::Analyst], None);
    let encounter = h.encounter("v1");
    h.act(Action::Take { encounter }).unwrap();
    assert_eq!(h.queue(QueueView::Mine).total, 2);
    let refused = h
        .office
        .act(&other, &h.request(), &Action::Take { encounter });
    assert!(matches!(refused, Err(OpsError::Refused(why)) if why.contains("Lee has this chart")));
    let outcome = h
        .office
        .act(&other, &h.request(), &change(&row(&h, "DS-M"), complete()))
        .unwrap();
    assert!(outcome.refused[0].1.contains("Lee has this chart"));
    h.clock.set(at("2026-03-22T14:16:00Z"));
    h.office
        .act(&other, &h.request(), &Action::Take { encounter })
        .unwrap();
    assert_eq!(h.queue(QueueView::Mine).total, 0);
}

#[test]
fn working_a_chart_keeps_its_lease() {
    let h = worked();
    let encounter = h.encounter("v1");
    h.act(Action::Take { encounter }).unwrap();
    h.clock.set(at("2026-03-22T14:10:00Z"));
    h.act(change(&row(&h, "DS-M"), complete())).unwrap();
    h.clock.set(at("2026-03-22T14:20:00Z"));
    let other = h.user("kim", &[Role::Analyst], None);
    let refused = h
        .office
        .act(&other, &h.request(), &Action::Take { encounter });
    assert!(matches!(refused, Err(OpsError::Refused(_))));
}

#[test]
fn the_list_of_what_was_declined_says_why_in_the_words_given_last() {
    let h = worked();
    let decline = |comment: &str| {
        let change = DeficiencyChange::Decline {
            reason: DeclineReason::AlreadyDocumented,
            comment: comment.into(),
        };
        h.act(self::change(&row(&h, "DS-M"), change)).unwrap();
    };
    let uphold = || {
        let reason = "it is not".into();
        let change = DeficiencyChange::Uphold { reason };
        h.act(self::change(&row(&h, "DS-M"), change)).unwrap();
    };
    decline("see the letter of 11 March");
    uphold();
    assert_eq!(h.queue(QueueView::Declined).declines, []);
    decline("page 3");
    let page = h.queue(QueueView::Declined);
    let told = (page.rows[0].id, "already documented: page 3".into());
    assert_eq!(page.declines, [told]);
}
