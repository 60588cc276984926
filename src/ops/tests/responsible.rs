//! Who is responsible: standing in, declining, leaving, and the attending of record.

use super::{act_on, explained, row, who, worked};
use crate::domain::action::{Action, DeficiencyChange as C};
use crate::domain::deficiency::{DeclineReason, DeficiencyState};
use crate::domain::ids::{CoverId, ProviderId};
use crate::domain::record::{Key, Record, RecordKind};
use crate::domain::user::Role;
use crate::domain::worklist::QueueView;
use crate::ops::testing::{Hospital, at, bare_stay, request};
use crate::ops::{OpsError, Which};

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
        act_on(
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
    let blank = act_on(&h, &row(&h, "DS-M"), C::Uphold { reason: "".into() });
    assert_eq!(blank.refused.len(), 1);
    act_on(
        &h,
        &row(&h, "DS-M"),
        C::Uphold {
            reason: "attending of record".into(),
        },
    );
    assert_eq!(row(&h, "DS-M").state, DeficiencyState::Open);
    let twice = act_on(
        &h,
        &row(&h, "DS-M"),
        C::Uphold {
            reason: "again".into(),
        },
    );
    assert!(twice.refused[0].1.contains("not declined"));
    decline(&h);
    act_on(
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
fn the_reason_beside_an_owner_is_that_of_this_owner() {
    let h = worked();
    let why = || {
        let detail = h.office.detail(&h.me, row(&h, "DS-M").id).unwrap();
        detail.owner_why.into_raw()
    };
    assert_eq!(why(), "attending of record at discharge");
    let given = |reason: &str| C::Assign {
        owner: Some(who(&h, "Jones")),
        reason: reason.into(),
    };
    act_on(&h, &row(&h, "DS-M"), given("covering"));
    assert_eq!(why(), "reassigned by Lee, covering");
    h.office.analyze(&h.me, &Which::All, &mut |_| true).unwrap();
    assert_eq!(why(), "reassigned by Lee, covering");
    let nobody = C::Assign {
        owner: None,
        reason: "".into(),
    };
    act_on(&h, &row(&h, "DS-M"), nobody);
    assert_eq!(why(), "reassigned by Lee");
}

#[test]
fn history_names_the_owners_before_and_after() {
    let h = worked();
    for owner in [Some(who(&h, "Jones")), None] {
        let reason = "covering".into();
        act_on(&h, &row(&h, "DS-M"), C::Assign { owner, reason });
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
    act_on(
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
    let mut stay = crate::ops::testing::stay("v1", "p1");
    if let Record::Encounter(e) = &mut stay.record {
        e.attending = Some(Key::local(RecordKind::Provider, "dr2"));
    }
    h.import(vec![stay]);
    h.analyze();
    assert_eq!(row(&h, "DS-M").owner, Some(who(&h, "Jones")));
    assert_eq!(row(&h, "HP-M").owner, Some(who(&h, "Smith")), "admitting");
}
