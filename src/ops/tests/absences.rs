//! Absences and holds: what is not charged, how long, and to whom.

use super::{act_on, away, explained, nightly, row, who, worked};
use crate::domain::absence::Absence;
use crate::domain::action::{Action, DeficiencyChange as C};
use crate::domain::deficiency::HoldReason;
use crate::domain::ids::AbsenceId;
use crate::domain::worklist::QueueView;
use crate::ops::OpsError;
use crate::ops::testing::{Hospital, at, bare_stay};

// The summary of the stay is due on 10 April; now is 22 March.

#[test]
fn an_absence_is_not_charged_nor_are_three_days_after_the_return() {
    let h = worked();
    away(
        &h,
        "Smith",
        "2026-03-22T04:00:00Z",
        Some("2026-03-27T03:59:59Z"),
    );
    let held = row(&h, "DS-M");
    assert!(held.held_since.is_some());
    assert_eq!(h.queue(QueueView::OnHold).total, 1, "HP-M was late already");
    h.clock.set(at("2026-04-05T14:00:00Z"));
    assert_eq!(nightly(&h).holds_ended, 1);
    let after = row(&h, "DS-M");
    // 22 to 26 March, and 27, 28, 29 March.
    assert_eq!(after.excused_micros, 8 * 86_400_000_000);
    assert_eq!(after.held_since, None);
    let ages = after.ages(h.office.now());
    assert_eq!((ages.calendar_days, ages.chargeable_days), (24, 16));
    let said = explained(&h, after.id);
    assert!(
        said.contains("Not charged: 2026-03-22 00:00 to 2026-03-30 00:00"),
        "{said}"
    );
    assert!(
        said.contains("24 days by the calendar and 16 days charged"),
        "{said}"
    );
    assert!(said.contains("becomes late after 2026-04-18"), "{said}");
    let late = explained(&h, row(&h, "HP-M").id);
    assert!(
        late.contains("late already when the absence began"),
        "{late}"
    );
}

#[test]
fn a_short_absence_excuses_nothing_and_an_early_return_takes_it_back() {
    let h = worked();
    let short = away(
        &h,
        "Smith",
        "2026-03-22T04:00:00Z",
        Some("2026-03-24T03:59:59Z"),
    );
    assert_eq!(row(&h, "DS-M").held_since, None);
    assert!(explained(&h, row(&h, "DS-M").id).contains("shorter than 3 days"));
    h.act(Action::EndAbsence {
        absence: short,
        until: at("2026-03-29T03:59:59Z"),
    })
    .unwrap();
    assert!(
        row(&h, "DS-M").held_since.is_some(),
        "it became long enough"
    );
    h.act(Action::EndAbsence {
        absence: short,
        until: at("2026-03-23T03:59:59Z"),
    })
    .unwrap();
    let back = row(&h, "DS-M");
    assert_eq!((back.held_since, back.excused_micros), (None, 0));
}

#[test]
fn an_absence_that_lies_ahead_begins_by_itself_and_one_told_late_counts_too() {
    let h = worked();
    away(&h, "Smith", "2026-03-24T04:00:00Z", None);
    assert_eq!(row(&h, "DS-M").held_since, None);
    // The run of that night did not take place; the next one reckons from the day itself.
    h.clock.set(at("2026-03-26T10:00:00Z"));
    assert_eq!(nightly(&h).absences_begun, 1);
    assert_eq!(row(&h, "DS-M").held_since, Some(at("2026-03-24T04:00:00Z")));
    assert_eq!(nightly(&h).absences_begun, 0);

    let h = worked();
    away(
        &h,
        "Smith",
        "2026-03-12T04:00:00Z",
        Some("2026-03-16T03:59:59Z"),
    );
    // 12 to 15 March, and 16, 17, 18: over, before anybody said so.
    assert_eq!(row(&h, "DS-M").excused_micros, 7 * 86_400_000_000);
}

/// An absence as it is, with something told anew.
fn changed(h: &Hospital, id: AbsenceId, tell: impl FnOnce(&mut Absence)) -> Action {
    let mut absence = h.office.absence(&h.me, id).unwrap();
    tell(&mut absence);
    Action::ChangeAbsence {
        absence: id,
        version: absence.version,
        reason: absence.reason,
        from: absence.from,
        until: absence.until,
        comment: absence.comment,
    }
}

#[test]
fn an_absence_told_anew_after_it_was_over_changes_what_is_excused() {
    const DAY: i64 = 86_400_000_000;
    let h = worked();
    let id = away(
        &h,
        "Smith",
        "2026-03-12T04:00:00Z",
        Some("2026-03-16T03:59:59Z"),
    );
    let excused = || row(&h, "DS-M").excused_micros / DAY;
    let told = || explained(&h, row(&h, "DS-M").id);
    assert_eq!(excused(), 7, "12 to 15 March and three days of grace");
    let act = |action: Action| {
        let request = h.request();
        let outcome = h.office.act(&h.me, &request, &action).unwrap();
        assert!(outcome.undoable);
        request
    };
    // It began a day later, and went on for two days more.
    let longer = act(changed(&h, id, |a| {
        a.from = at("2026-03-13T04:00:00Z");
        a.until = Some(at("2026-03-18T03:59:59Z"));
    }));
    assert_eq!(excused(), 8, "13 to 17 March and three days of grace");
    assert!(
        told().contains("Not charged: 2026-03-13 00:00 to 2026-03-21 00:00"),
        "{}",
        told()
    );
    // It began earlier than was said at first: from the discharge on, which starts the clock.
    act(changed(&h, id, |a| a.from = at("2026-03-11T04:00:00Z")));
    assert_eq!(excused(), 9);
    // Too short for the rule to excuse.
    let short = act(changed(&h, id, |a| {
        a.until = Some(at("2026-03-12T03:59:59Z"));
    }));
    assert_eq!(excused(), 0);
    assert!(told().contains("shorter than 3 days"), "{}", told());
    act(Action::Undo { request: short });
    assert_eq!(excused(), 9);
    // Another reason stands in the explanation.
    act(changed(&h, id, |a| a.reason = HoldReason::Illness));
    assert_eq!(excused(), 9);
    assert!(told().contains("provider ill"), "{}", told());
    // The item is held again where the absence is open, and waits where it lies ahead.
    act(changed(&h, id, |a| a.until = None));
    assert!(row(&h, "DS-M").held_since.is_some());
    act(changed(&h, id, |a| a.from = at("2026-03-24T04:00:00Z")));
    assert_eq!((excused(), row(&h, "DS-M").held_since), (0, None));
    h.clock.set(at("2026-03-25T10:00:00Z"));
    assert_eq!(nightly(&h).absences_begun, 1);
    assert_eq!(row(&h, "DS-M").held_since, Some(at("2026-03-24T04:00:00Z")));
    // What changed since the user looked is refused, and so is an end before the beginning.
    let mut stale = changed(&h, id, |a| a.reason = HoldReason::Leave);
    if let Action::ChangeAbsence { version, .. } = &mut stale {
        *version -= 1;
    }
    assert!(matches!(h.act(stale), Err(OpsError::Store(_))));
    let back = changed(&h, id, |a| a.until = Some(at("2026-03-01T04:00:00Z")));
    assert!(matches!(h.act(back), Err(OpsError::Refused(_))));
    assert!(matches!(
        h.act(changed(&h, id, |_| ())),
        Err(OpsError::Refused(_))
    ));
    // What was told long ago is not taken back against what was told since.
    let outcome = h.act(Action::Undo { request: longer }).unwrap();
    assert!(
        outcome.refused[0].1.contains("changed since"),
        "{outcome:?}"
    );
    assert_eq!(
        h.office.absence(&h.me, id).unwrap().from,
        at("2026-03-24T04:00:00Z")
    );
    let rows = h.office.store.audit_rows(100).unwrap();
    assert!(rows.iter().any(|r| r.action == "absence.change"));
}

#[test]
fn overlapping_absences_are_refused_and_undo_takes_one_back() {
    let h = worked();
    let before = row(&h, "DS-M");
    let request = h.request();
    let action = Action::AddAbsence {
        provider: who(&h, "Smith"),
        reason: HoldReason::Illness,
        from: at("2026-03-20T04:00:00Z"),
        until: None,
        comment: "".into(),
    };
    h.office.act(&h.me, &request, &action).unwrap();
    assert!(
        matches!(h.act(action), Err(OpsError::Refused(why)) if why.contains("overlaps the provider's absence"))
    );
    assert!(row(&h, "DS-M").held_since.is_some());
    h.act(Action::Undo { request }).unwrap();
    let after = row(&h, "DS-M");
    assert_eq!((after.held_since, after.excused_micros), (None, 0));
    assert_eq!(after.due, before.due);
    assert!(h.office.absences(&h.me, None).unwrap().is_empty());
}

#[test]
fn a_hold_and_an_absence_that_overlap_count_once() {
    let h = worked();
    act_on(
        &h,
        &row(&h, "DS-M"),
        C::PlaceHold {
            reason: HoldReason::ChartUnavailable,
            comment: "".into(),
            until: Some(at("2026-03-26T14:00:00Z")),
        },
    );
    h.clock.set(at("2026-03-24T14:00:00Z"));
    away(
        &h,
        "Smith",
        "2026-03-24T14:00:00Z",
        Some("2026-03-28T03:59:59Z"),
    );
    let refused = act_on(
        &h,
        &row(&h, "DS-M"),
        C::PlaceHold {
            reason: HoldReason::Legal,
            comment: "".into(),
            until: None,
        },
    );
    assert!(
        refused.refused[0].1.contains("on hold already"),
        "{refused:?}"
    );
    h.clock.set(at("2026-04-02T14:00:00Z"));
    nightly(&h);
    // 22 March 10:00 to the end of 30 March: eight days and fourteen hours.
    assert_eq!(
        row(&h, "DS-M").excused_micros,
        (8 * 24 + 14) * 3_600_000_000
    );
}

#[test]
fn releasing_a_hold_leaves_what_an_absence_excuses() {
    let h = worked();
    away(&h, "Smith", "2026-03-22T04:00:00Z", None);
    let refused = act_on(&h, &row(&h, "DS-M"), C::ReleaseHold { comment: "".into() });
    assert!(refused.refused[0].1.contains("absence"), "{refused:?}");
    act_on(
        &h,
        &row(&h, "DS-M"),
        C::PlaceHold {
            reason: HoldReason::ChartUnavailable,
            comment: "".into(),
            until: None,
        },
    );
    act_on(&h, &row(&h, "DS-M"), C::ReleaseHold { comment: "".into() });
    assert_eq!(row(&h, "DS-M").held_since, Some(at("2026-03-22T04:00:00Z")));
}

#[test]
fn another_owner_is_charged_while_the_first_is_away() {
    let h = worked();
    away(&h, "Smith", "2026-03-20T04:00:00Z", None);
    let request = h.request();
    let seen = row(&h, "DS-M");
    let assign = Action::ChangeDeficiencies {
        items: vec![(seen.id, seen.version)],
        change: C::Assign {
            owner: Some(who(&h, "Jones")),
            reason: "away".into(),
        },
    };
    h.office.act(&h.me, &request, &assign).unwrap();
    let theirs = row(&h, "DS-M");
    assert_eq!(theirs.held_since, None);
    // From the day it began until it was given away.
    assert_eq!(theirs.excused_micros, (2 * 24 + 10) * 3_600_000_000);
    h.act(Action::Undo { request }).unwrap();
    let back = row(&h, "DS-M");
    assert_eq!(back.owner, Some(who(&h, "Smith")));
    assert!(back.held_since.is_some());
}

#[test]
fn what_a_rule_does_not_excuse_is_refused() {
    let h = Hospital::with_rules(&[("settings.toml", "[excuse]\nholds = [\"illness\"]\n")]);
    h.import(bare_stay());
    h.analyze();
    let refused = act_on(
        &h,
        &row(&h, "DS-M"),
        C::PlaceHold {
            reason: HoldReason::Legal,
            comment: "".into(),
            until: None,
        },
    );
    assert!(
        refused.refused[0].1.contains("not excused by legal"),
        "{refused:?}"
    );
}
