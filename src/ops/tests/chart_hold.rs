//! A whole chart on hold: one action for every item, released once; what excuses is the rule's.

use super::super::testing::*;
use crate::domain::action::{Action, DeficiencyChange as C};
use crate::domain::deficiency::{HoldReason, QueueRow};
use crate::domain::document::{DocumentKind as K, SignatureState as S};
use crate::domain::ids::RequestId;
use crate::domain::user::Role;
use crate::domain::worklist::QueueView;
use crate::ops::{OpsError, Outcome, Which};

const DAY: i64 = 86_400_000_000;

/// A stay that owes a history and a summary; a hold does not excuse the history.
fn owing() -> Hospital {
    let h = Hospital::with_rules(&[("hp_m.toml", &unexcused())]);
    h.import(bare_stay());
    h.analyze();
    h
}

fn unexcused() -> String {
    let files = crate::rules::RuleSet::embedded_files();
    let (_, text) = files.into_iter().find(|(n, _)| n == "hp_m.toml").unwrap();
    text.replacen("[owner]", "[excuse]\nholds = [\"legal\"]\n\n[owner]", 1)
}

fn row(h: &Hospital, kind: &str) -> QueueRow {
    let rows = h.queue(QueueView::All).rows;
    rows.into_iter().find(|r| r.kind == kind).unwrap()
}

fn hold(h: &Hospital, until: Option<&str>) -> Action {
    Action::HoldChart {
        encounter: h.encounter("v1"),
        reason: HoldReason::ChartUnavailable,
        until: until.map(at),
        comment: "off site".into(),
    }
}

fn release(h: &Hospital) -> crate::ops::Result<Outcome> {
    h.act(Action::EndChartHold {
        encounter: h.encounter("v1"),
        comment: "back".into(),
    })
}

fn explained(h: &Hospital, kind: &str) -> String {
    let detail = h.office.detail(&h.me, row(h, kind).id).unwrap();
    detail.explained.join(" ")
}

#[test]
fn one_action_holds_every_item_the_rules_excuse_and_one_releases_them() {
    let h = owing();
    let placed = h.act(hold(&h, None)).unwrap();
    assert_eq!(
        (placed.done.len(), placed.refused.len()),
        (1, 1),
        "{placed:?}"
    );
    assert!(placed.refused[0].1.contains("HP-M"), "{placed:?}");
    assert!(row(&h, "DS-M").held_since.is_some() && row(&h, "HP-M").held_since.is_none());
    assert!(explained(&h, "DS-M").contains("the whole chart on hold"));
    let why = explained(&h, "HP-M");
    assert!(
        why.contains("its rule does not excuse this reason"),
        "{why}"
    );
    assert!(h.act(hold(&h, None)).is_err(), "it is on hold already");
    // What it comes to owe later is on hold too.
    h.import(vec![note(
        "n1",
        "p1",
        "v1",
        K::Consult,
        S::Unsigned,
        "Seen.",
    )]);
    h.analyze();
    assert!(row(&h, "SIG").held_since.is_some());
    let seen = row(&h, "DS-M");
    let alone = h.act(Action::ChangeDeficiencies {
        items: vec![(seen.id, seen.version)],
        change: C::ReleaseHold { comment: "".into() },
    });
    assert!(alone.unwrap().refused[0].1.contains("whole chart"));
    h.clock.set(at("2026-03-25T14:00:00Z"));
    release(&h).unwrap();
    h.clock.set(at("2026-03-29T14:00:00Z"));
    let after = row(&h, "DS-M");
    assert_eq!((after.held_since, after.excused_micros), (None, 3 * DAY));
    assert_eq!(row(&h, "HP-M").excused_micros, 0);
    assert!(release(&h).is_err(), "it is not on hold");
}

#[test]
fn a_hold_with_an_end_runs_out_and_undo_takes_either_back() {
    let h = owing();
    let request = RequestId("hold".into());
    let action = hold(&h, Some("2026-03-24T14:00:00Z"));
    h.office.act(&h.me, &request, &action).unwrap();
    h.act(Action::Undo { request }).unwrap();
    let after = row(&h, "DS-M");
    assert_eq!((after.held_since, after.excused_micros), (None, 0));
    h.act(action).unwrap();
    h.clock.set(at("2026-03-28T14:00:00Z"));
    h.office
        .analyze(&h.me, &Which::Nightly, &mut |_| true)
        .unwrap();
    assert_eq!(row(&h, "DS-M").excused_micros, 2 * DAY);
    // Placed again, released, and the release taken back: on hold since the second time.
    h.act(hold(&h, None)).unwrap();
    h.clock.set(at("2026-03-29T14:00:00Z"));
    let request = RequestId("release".into());
    let action = Action::EndChartHold {
        encounter: h.encounter("v1"),
        comment: "".into(),
    };
    h.office.act(&h.me, &request, &action).unwrap();
    assert_eq!(row(&h, "DS-M").excused_micros, 3 * DAY);
    h.act(Action::Undo { request }).unwrap();
    let back = row(&h, "DS-M");
    assert_eq!(back.held_since, Some(at("2026-03-28T14:00:00Z")));
    assert_eq!(back.excused_micros, 2 * DAY);
}

#[test]
fn a_chart_is_held_for_reasons_that_lie_in_it_by_those_who_may() {
    let h = owing();
    let ill = Action::HoldChart {
        encounter: h.encounter("v1"),
        reason: HoldReason::Illness,
        until: None,
        comment: "".into(),
    };
    assert!(matches!(h.act(ill), Err(OpsError::Refused(why)) if why.contains("absence")));
    let awaiting = Action::HoldChart {
        encounter: h.encounter("v1"),
        reason: HoldReason::AwaitingOther,
        until: None,
        comment: "".into(),
    };
    let analyst = h.user("ana", &[Role::Analyst], None);
    let denied = h.office.act(&analyst, &h.request(), &awaiting);
    assert!(matches!(denied, Err(OpsError::NotPermitted { .. })));
    // An item completed while its chart is on hold and owed again is on hold again.
    h.act(awaiting).unwrap();
    let change = |change| {
        let seen = h.office.store.deficiencies_of(h.encounter("v1")).unwrap();
        let ds = seen.into_iter().find(|d| d.row.kind == "DS-M").unwrap();
        h.act(Action::ChangeDeficiencies {
            items: vec![(ds.row.id, ds.row.version)],
            change,
        })
        .unwrap()
    };
    change(C::Complete { comment: "".into() });
    h.clock.set(at("2026-03-23T14:00:00Z"));
    change(C::Reopen {
        reason: "it was another's".into(),
    });
    assert!(row(&h, "DS-M").held_since.is_some());
}
