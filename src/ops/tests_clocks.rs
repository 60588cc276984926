//! Clocks, absences, stages and responsibility end to end: real store, real rules, fixed clock.

use super::testing::{Hospital, at, bare_stay, note, provider, request, surgery};
use super::{OpsError, Which};
use crate::domain::absence::Absence;
use crate::domain::action::{Action, DeficiencyChange as C, DraftToSave};
use crate::domain::deficiency::{
    DeclineReason, DeficiencyState, HoldReason, QueueRow, StartEvent, Subject,
};
use crate::domain::document::{DocumentKind as K, SignatureState as S};
use crate::domain::ids::{AbsenceId, CoverId, DeficiencyId, ProviderId};
use crate::domain::people::ProviderRole;
use crate::domain::query_life::GivenAnswer;
use crate::domain::record::{Key, Record, RecordKind};
use crate::domain::user::Role;
use crate::domain::worklist::QueueView;

fn worked() -> Hospital {
    let h = Hospital::new();
    h.import(bare_stay());
    h.analyze();
    h
}

fn row(h: &Hospital, kind: &str) -> QueueRow {
    let rows = h.queue(QueueView::All).rows;
    let found = rows.into_iter().find(|r| r.kind == kind);
    found.unwrap_or_else(|| panic!("no open {kind}"))
}

fn change(h: &Hospital, row: &QueueRow, change: C) -> super::Outcome {
    h.act(Action::ChangeDeficiencies {
        items: vec![(row.id, row.version)],
        change,
    })
    .unwrap()
}

fn who(h: &Hospital, name: &str) -> ProviderId {
    ProviderId(h.office.providers(&h.me, name, 2).unwrap()[0].id)
}

fn away(h: &Hospital, name: &str, from: &str, until: Option<&str>) -> AbsenceId {
    let action = Action::AddAbsence {
        provider: who(h, name),
        reason: HoldReason::Vacation,
        from: at(from),
        until: until.map(at),
        comment: "told in time".into(),
    };
    AbsenceId(h.act(action).unwrap().done[0])
}

fn nightly(h: &Hospital) -> super::AnalysisSummary {
    h.office
        .analyze(&h.me, &Which::Nightly, &mut |_| true)
        .unwrap()
}

fn explained(h: &Hospital, id: DeficiencyId) -> String {
    h.office.detail(&h.me, id).unwrap().explained.join(" ")
}

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
    change(
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
    let refused = change(
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
    let refused = change(&h, &row(&h, "DS-M"), C::ReleaseHold { comment: "".into() });
    assert!(refused.refused[0].1.contains("absence"), "{refused:?}");
    change(
        &h,
        &row(&h, "DS-M"),
        C::PlaceHold {
            reason: HoldReason::ChartUnavailable,
            comment: "".into(),
            until: None,
        },
    );
    change(&h, &row(&h, "DS-M"), C::ReleaseHold { comment: "".into() });
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
    let refused = change(
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

#[test]
fn a_provider_completes_for_those_they_stand_in_for_and_for_nobody_else() {
    let h = worked();
    let jones = h.user("jones", &[Role::Provider], Some("Jones"));
    let complete = |h: &Hospital| {
        let seen = row(h, "DS-M");
        let action = Action::ChangeDeficiencies {
            items: vec![(seen.id, seen.version)],
            change: C::Complete { comment: "".into() },
        };
        h.office.act(&jones, &h.request(), &action).unwrap()
    };
    assert!(complete(&h).refused[0].1.contains("not yours"));
    assert!(h.office.detail(&jones, row(&h, "DS-M").id).is_err());
    let cover = Action::AddCover {
        provider: who(&h, "Smith"),
        by: who(&h, "Jones"),
        from: at("2026-03-22T00:00:00Z"),
        until: Some(at("2026-03-23T00:00:00Z")),
        reason: "on call".into(),
    };
    let id = CoverId(h.act(cover).unwrap().done[0]);
    assert_eq!(
        h.office
            .queue(&jones, &request(QueueView::All))
            .unwrap()
            .total,
        2
    );
    assert!(h.office.detail(&jones, row(&h, "DS-M").id).is_ok());
    assert!(h.office.chart(&jones, h.encounter("v1"), false).is_ok());
    assert_eq!(complete(&h).done.len(), 1);
    h.act(Action::EndCover {
        cover: id,
        until: None,
    })
    .unwrap();
    assert_eq!(
        h.office
            .queue(&jones, &request(QueueView::All))
            .unwrap()
            .total,
        0
    );
    let members = vec![who(&h, "Smith"), who(&h, "Jones")];
    h.act(Action::SetCoverGroup {
        name: "surgeons".into(),
        members,
    })
    .unwrap();
    assert_eq!(
        h.office
            .queue(&jones, &request(QueueView::All))
            .unwrap()
            .total,
        1
    );
    h.act(Action::SetCoverGroup {
        name: "surgeons".into(),
        members: Vec::new(),
    })
    .unwrap();
    assert_eq!(
        h.office
            .queue(&jones, &request(QueueView::All))
            .unwrap()
            .total,
        0
    );
}

#[test]
fn a_decline_keeps_its_reason_and_is_upheld_or_given_on() {
    let h = worked();
    let decline = |h: &Hospital| {
        change(
            h,
            &row(h, "DS-M"),
            C::Decline {
                reason: DeclineReason::NotMyPatient,
                comment: "ask Jones".into(),
            },
        )
    };
    decline(&h);
    let detail = h.office.detail(&h.me, row(&h, "DS-M").id).unwrap();
    assert_eq!(detail.history[0].reason.raw(), "not my patient: ask Jones");
    let blank = change(&h, &row(&h, "DS-M"), C::Uphold { reason: "".into() });
    assert_eq!(blank.refused.len(), 1);
    change(
        &h,
        &row(&h, "DS-M"),
        C::Uphold {
            reason: "attending of record".into(),
        },
    );
    assert_eq!(row(&h, "DS-M").state, DeficiencyState::Open);
    let twice = change(
        &h,
        &row(&h, "DS-M"),
        C::Uphold {
            reason: "again".into(),
        },
    );
    assert!(twice.refused[0].1.contains("not declined"));
    decline(&h);
    change(
        &h,
        &row(&h, "DS-M"),
        C::Assign {
            owner: Some(who(&h, "Jones")),
            reason: "".into(),
        },
    );
    let given = row(&h, "DS-M");
    assert_eq!(
        (given.state, given.owner),
        (DeficiencyState::Open, Some(who(&h, "Jones")))
    );
    h.office.analyze(&h.me, &Which::All, &mut |_| true).unwrap();
    assert_eq!(
        row(&h, "DS-M").owner,
        Some(who(&h, "Jones")),
        "the rule does not take it back"
    );
}

#[test]
fn history_names_the_owners_before_and_after() {
    let h = worked();
    for owner in [Some(who(&h, "Jones")), None] {
        let reason = "covering".into();
        change(&h, &row(&h, "DS-M"), C::Assign { owner, reason });
    }
    let detail = h.office.detail(&h.me, row(&h, "DS-M").id).unwrap();
    let told: Vec<String> = detail.history.iter().map(|e| e.line().into_raw()).collect();
    assert_eq!(told[0], "reassigned, Jones,Pat to nobody; covering");
    assert_eq!(told[1], "reassigned, Smith,Pat to Jones,Pat; covering");
    // What scripts read stays a number.
    let jones = who(&h, "Jones");
    assert_eq!(detail.history[0].from, format!("provider {jones}"));
}

#[test]
fn a_rule_may_start_the_clock_again_for_a_new_owner() {
    let (_, ds) = crate::rules::RuleSet::embedded_files()
        .into_iter()
        .find(|(name, _)| name == "ds_m.toml")
        .unwrap();
    let again = ds.replace("[owner]", "[owner]\nreassigned = \"restart\"");
    let h = Hospital::with_rules(&[("ds_m.toml", &again)]);
    h.import(bare_stay());
    h.analyze();
    let before = row(&h, "DS-M");
    change(
        &h,
        &before,
        C::Assign {
            owner: Some(who(&h, "Jones")),
            reason: "".into(),
        },
    );
    assert_eq!(row(&h, "DS-M").due, at("2026-04-21T14:00:00Z"));
    h.office.analyze(&h.me, &Which::All, &mut |_| true).unwrap();
    assert_eq!(
        row(&h, "DS-M").due,
        at("2026-04-21T14:00:00Z"),
        "the rule does not set it back"
    );
    assert!(explained(&h, before.id).contains("started again"));
    assert_eq!(row(&h, "DS-M").start, before.start, "its age goes on");
}

#[test]
fn everything_of_a_provider_who_leaves_goes_to_another_and_can_come_back() {
    let h = worked();
    let request = h.request();
    let all = Action::ReassignAll {
        from: who(&h, "Smith"),
        to: Some(who(&h, "Jones")),
        reason: "left staff".into(),
    };
    assert_eq!(h.office.act(&h.me, &request, &all).unwrap().done.len(), 2);
    let owners = |h: &Hospital| -> Vec<ProviderId> {
        h.queue(QueueView::All)
            .rows
            .iter()
            .filter_map(|r| r.owner)
            .collect()
    };
    assert_eq!(owners(&h), vec![who(&h, "Jones"); 2]);
    h.act(Action::Undo { request }).unwrap();
    assert_eq!(owners(&h), vec![who(&h, "Smith"); 2]);
    let to_attending = Action::ReassignAll {
        from: who(&h, "Smith"),
        to: None,
        reason: "left staff".into(),
    };
    let outcome = h.act(to_attending).unwrap();
    assert_eq!(
        (outcome.done.len(), outcome.refused.len()),
        (0, 2),
        "Smith is the attending"
    );
    let analyst = h.user("kim", &[Role::Analyst], None);
    let refused = h.office.act(&analyst, &h.request(), &all);
    assert!(matches!(refused, Err(OpsError::NotPermitted { .. })));
}

#[test]
fn the_rule_follows_the_attending_of_record_unless_a_person_chose() {
    let h = worked();
    let mut stay = super::testing::stay("v1", "p1");
    if let Record::Encounter(e) = &mut stay.record {
        e.attending = Some(Key::local(RecordKind::Provider, "dr2"));
    }
    h.import(vec![stay]);
    h.analyze();
    assert_eq!(row(&h, "DS-M").owner, Some(who(&h, "Jones")));
    assert_eq!(row(&h, "HP-M").owner, Some(who(&h, "Smith")), "admitting");
}

/// Two operations and a report that may be of either.
fn two_operations() -> Hospital {
    let h = worked();
    let mut second = surgery("op2", "p1", "v1");
    if let Record::Procedure(p) = &mut second.record {
        p.facts.start = super::testing::moment("2026-03-05T10:00:00Z");
        p.facts.end = super::testing::moment("2026-03-05T11:00:00Z");
    }
    let mut report = note(
        "r1",
        "p1",
        "v1",
        K::OperativeReport,
        S::Authenticated,
        "Done.",
    );
    if let Record::Document(d) = &mut report.record {
        d.facts.at = super::testing::moment("2026-03-06T11:00:00Z");
    }
    h.import(vec![surgery("op1", "p1", "v1"), second, report]);
    h.analyze();
    h
}

fn operations(h: &Hospital) -> Vec<QueueRow> {
    let rows = h.queue(QueueView::All).rows;
    rows.into_iter().filter(|r| r.kind == "OP-M").collect()
}

#[test]
fn where_two_items_match_a_person_says_which_the_document_answers() {
    let h = two_operations();
    let asked = operations(&h);
    assert_eq!(asked.len(), 2);
    assert!(asked.iter().all(|r| r.maybe.is_some()));
    let request = h.request();
    let answer = Action::ChangeDeficiencies {
        items: vec![(asked[0].id, asked[0].version)],
        change: C::Answer {
            document: asked[0].maybe.unwrap(),
            comment: "".into(),
        },
    };
    h.office.act(&h.me, &request, &answer).unwrap();
    let left = operations(&h);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].maybe, None, "the other is not asked about any more");
    h.act(Action::Undo { request }).unwrap();
    assert_eq!(
        operations(&h).iter().filter(|r| r.maybe.is_some()).count(),
        2
    );
}

#[test]
fn a_document_that_answers_not_the_one_answers_the_other() {
    let h = two_operations();
    let asked = operations(&h);
    change(
        &h,
        &asked[0],
        C::NotAnswer {
            document: asked[0].maybe.unwrap(),
            comment: "".into(),
        },
    );
    let left = operations(&h);
    assert_eq!(
        (left.len(), left[0].id, left[0].maybe),
        (1, asked[0].id, None)
    );
    let stale = change(
        &h,
        &left[0],
        C::NotAnswer {
            document: asked[0].maybe.unwrap(),
            comment: "".into(),
        },
    );
    assert!(stale.refused[0].1.contains("nobody asks"));
}

#[test]
fn an_item_moves_along_with_its_document() {
    let h = worked();
    let summary = |state: S, text: &str| {
        h.import(vec![note(
            "n1",
            "p1",
            "v1",
            K::DischargeSummary,
            state,
            text,
        )]);
        h.analyze();
        let rows = h.queue(QueueView::All).rows;
        let of = |r: &QueueRow| r.subject.document.map(|_| (r.kind.clone(), r.state));
        rows.iter().filter_map(of).collect::<Vec<_>>()
    };
    let is = |kind: &str, state| vec![(kind.to_owned(), state)];
    assert_eq!(
        summary(S::Dictated, ""),
        is("TXT", DeficiencyState::Dictated)
    );
    assert_eq!(
        summary(S::Unsigned, "Course"),
        is("SIG", DeficiencyState::Transcribed)
    );
    assert_eq!(summary(S::Authenticated, "Course"), Vec::new());
}

#[test]
fn where_the_site_reviews_what_is_signed_waits_for_the_review() {
    let h = Hospital::with_rules(&[("settings.toml", "[stages]\nreview = true\n")]);
    h.import(bare_stay());
    h.import(vec![note(
        "n1",
        "p1",
        "v1",
        K::DischargeSummary,
        S::Unsigned,
        "Course",
    )]);
    h.analyze();
    h.import(vec![note(
        "n1",
        "p1",
        "v1",
        K::DischargeSummary,
        S::Authenticated,
        "Course",
    )]);
    h.analyze();
    let waiting = row(&h, "SIG");
    assert_eq!(
        (waiting.state, waiting.owner),
        (DeficiencyState::Signed, None)
    );
    h.office.analyze(&h.me, &Which::All, &mut |_| true).unwrap();
    change(
        &h,
        &row(&h, "SIG"),
        C::Advance {
            to: DeficiencyState::Reviewed,
        },
    );
    assert_eq!(h.open(), ["HP-M"]);
}

#[test]
fn an_addendum_is_asked_for_and_clears_its_request() {
    let h = worked();
    h.import(vec![note(
        "n1",
        "p1",
        "v1",
        K::DischargeSummary,
        S::Authenticated,
        "Course",
    )]);
    h.analyze();
    let chart = h.office.chart(&h.me, h.encounter("v1"), false).unwrap();
    let ask = |document| Action::AddDeficiency {
        encounter: h.encounter("v1"),
        kind: "ADD".into(),
        subject: Subject {
            document,
            ..Subject::default()
        },
        owner: Some(who(&h, "Smith")),
        due: at("2026-03-29T14:00:00Z"),
        comment: "which side?".into(),
    };
    assert!(matches!(h.act(ask(None)), Err(OpsError::Refused(_))));
    h.act(ask(Some(chart.documents[0].id))).unwrap();
    h.office.analyze(&h.me, &Which::All, &mut |_| true).unwrap();
    assert_eq!(h.open(), ["ADD", "HP-M"]);
    h.clock.set(at("2026-03-24T14:00:00Z"));
    let mut addendum = note("n2", "p1", "v1", K::Addendum, S::Authenticated, "The left.");
    if let Record::Document(d) = &mut addendum.record {
        d.facts.at = super::testing::moment("2026-03-23T11:00:00Z");
        d.parent = Some(Key::local(RecordKind::Document, "n1"));
    }
    h.import(vec![addendum]);
    assert_eq!(h.analyze().cleared, 1);
    assert_eq!(h.open(), ["HP-M"]);
}

/// An addendum that does not say what it adds to.
fn loose_addendum(id: &str, day: &str, by: &str) -> crate::domain::record::Arrival {
    let mut addendum = note(id, "p1", "v1", K::Addendum, S::Authenticated, "The left.");
    if let Record::Document(d) = &mut addendum.record {
        d.facts.at = super::testing::moment(&format!("{day}T11:00:00Z"));
        d.author = Some(Key::local(RecordKind::Provider, by));
    }
    addendum
}

/// A stay whose two documents Smith was asked to add to, as many times as said.
fn asked_for_addenda(requests: usize) -> Hospital {
    let h = worked();
    let kinds = [K::DischargeSummary, K::HistoryAndPhysical];
    let notes = kinds.iter().enumerate().map(|(i, kind)| {
        let id = format!("n{i}");
        let text = format!("Course {i}");
        note(&id, "p1", "v1", *kind, S::Authenticated, &text)
    });
    h.import(notes.collect());
    h.analyze();
    for _ in 0..requests {
        ask_for_addendum(&h);
    }
    h.office.analyze(&h.me, &Which::All, &mut |_| true).unwrap();
    h
}

fn ask_for_addendum(h: &Hospital) {
    let chart = h.office.chart(&h.me, h.encounter("v1"), false).unwrap();
    let at = requests_open(h).len();
    h.act(Action::AddDeficiency {
        encounter: h.encounter("v1"),
        kind: "ADD".into(),
        subject: Subject {
            document: Some(chart.documents[at % 2].id),
            ..Subject::default()
        },
        owner: Some(who(h, "Smith")),
        due: h.office.now().plus_hours(24 * 7),
        comment: "which side?".into(),
    })
    .unwrap();
}

fn requests_open(h: &Hospital) -> Vec<QueueRow> {
    let rows = h.queue(QueueView::All).rows;
    rows.into_iter().filter(|r| r.kind == "ADD").collect()
}

#[test]
fn an_addendum_that_names_nothing_answers_the_only_request_its_author_has() {
    let h = asked_for_addenda(1);
    h.clock.set(at("2026-03-24T14:00:00Z"));
    let strangers = [
        loose_addendum("a1", "2026-03-20", "dr1"),
        loose_addendum("a2", "2026-03-23", "dr2"),
    ];
    h.import(strangers.to_vec());
    assert_eq!(h.analyze().cleared, 0, "before it was asked, or by another");
    assert_eq!(requests_open(&h)[0].maybe, None);
    h.import(vec![loose_addendum("a3", "2026-03-23", "dr1")]);
    assert_eq!(h.analyze().cleared, 1);
    assert!(requests_open(&h).is_empty());
    // What is asked for later does not open it again, and the old one does not answer that.
    ask_for_addendum(&h);
    let run = h.office.analyze(&h.me, &Which::All, &mut |_| true).unwrap();
    assert_eq!((run.reopened, run.cleared), (0, 0));
    assert_eq!(requests_open(&h).len(), 1);
    assert_eq!(requests_open(&h)[0].maybe, None);
}

#[test]
fn of_two_requests_to_one_author_a_person_says_which_an_addendum_answers() {
    let h = asked_for_addenda(2);
    h.clock.set(at("2026-03-24T14:00:00Z"));
    h.import(vec![loose_addendum("a1", "2026-03-23", "dr1")]);
    assert_eq!(h.analyze().cleared, 0);
    let asked = requests_open(&h);
    assert_eq!(asked.len(), 2);
    let addendum = asked[0].maybe.unwrap();
    assert_eq!(asked[1].maybe, Some(addendum));
    // Whoever completes one by hand has not said that it is the other.
    let by_hand = h.request();
    let complete = Action::ChangeDeficiencies {
        items: vec![(asked[0].id, asked[0].version)],
        change: C::Complete { comment: "".into() },
    };
    h.office.act(&h.me, &by_hand, &complete).unwrap();
    let run = h.office.analyze(&h.me, &Which::All, &mut |_| true).unwrap();
    assert_eq!(run.cleared, 0);
    assert_eq!(requests_open(&h)[0].maybe, Some(addendum));
    h.act(Action::Undo { request: by_hand }).unwrap();
    let first = requests_open(&h).into_iter().find(|r| r.id == asked[0].id);
    let answers = C::Answer {
        document: addendum,
        comment: "".into(),
    };
    change(&h, &first.unwrap(), answers);
    let left = requests_open(&h);
    assert_eq!(
        (left.len(), left[0].id, left[0].maybe),
        (1, asked[1].id, None)
    );
    // A second one can only be the other.
    h.import(vec![loose_addendum("a2", "2026-03-24", "dr1")]);
    assert_eq!(h.analyze().cleared, 1);
}

#[test]
fn a_query_that_is_overdue_is_owed_until_it_is_answered() {
    let h = worked();
    let (query, version) = h
        .office
        .save_draft(
            &h.me,
            &DraftToSave {
                query: None,
                encounter: h.encounter("v1"),
                provider: Some(who(&h, "Smith")),
                text: super::testing::fair_query(),
            },
        )
        .unwrap();
    h.act(Action::IssueQuery {
        query,
        version,
        provider: who(&h, "Smith"),
        due: at("2026-03-25T14:00:00Z"),
        again: false,
        overrule: None,
    })
    .unwrap();
    nightly(&h);
    assert_eq!(h.open(), ["DS-M", "HP-M"]);
    h.clock.set(at("2026-03-26T14:00:00Z"));
    nightly(&h);
    assert_eq!(h.open(), ["DS-M", "HP-M", "QRY"]);
    let item = row(&h, "QRY");
    assert_eq!(item.owner, Some(who(&h, "Smith")));
    assert_eq!(item.subject.query, Some(query));
    assert!(item.ages(h.office.now()).late);
    let detail = h.office.detail(&h.me, item.id).unwrap();
    assert_eq!(detail.start_event, StartEvent::QueryIssued);
    let smith = h.user("smith", &[Role::Provider], Some("Smith"));
    let answer = Action::AnswerQuery {
        query,
        version: h.office.query(&h.me, query).unwrap().version,
        answer: GivenAnswer {
            option: Some(0),
            ..GivenAnswer::default()
        },
    };
    h.office.act(&smith, &h.request(), &answer).unwrap();
    assert_eq!(h.open(), ["DS-M", "HP-M"]);
}

#[test]
fn the_nightly_run_looks_at_patients_in_house_and_at_what_ended_not_long_ago() {
    let h = Hospital::new();
    let mut stay = super::testing::stay("v1", "p1");
    if let Record::Encounter(e) = &mut stay.record {
        e.facts.discharged = None;
        e.facts.status = crate::domain::encounter::EncounterStatus::Active;
        e.facts.admitted = super::testing::moment("2026-03-22T10:00:00Z");
    }
    h.import(vec![
        provider("dr1", "Smith", ProviderRole::Attending),
        super::testing::patient("p1", "Zztest"),
        stay,
    ]);
    h.analyze();
    assert_eq!(h.analyze().visits, 0);
    assert_eq!(nightly(&h).visits, 1, "in house");
    let h = worked();
    assert_eq!(nightly(&h).visits, 0, "left eleven days ago");
}
