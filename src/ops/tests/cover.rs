//! Covers and coverage groups: who may complete for whom, until when, and undo of all of it.

use super::super::testing::{Hospital, at, request};
use super::super::{Office, OpsError};
use super::worked;
use crate::domain::action::Action;
use crate::domain::ids::{CoverId, ProviderId, RequestId};
use crate::domain::user::Role;
use crate::domain::worklist::QueueView;

fn who(h: &Hospital, name: &str) -> ProviderId {
    ProviderId(h.office.providers(&h.me, name, 1).unwrap()[0].id)
}

/// Does something and gives the request, for undo.
fn act(h: &Hospital, action: &Action) -> RequestId {
    let request = h.request();
    let outcome = h.office.act(&h.me, &request, action).unwrap();
    assert!(outcome.undoable, "{action:?}");
    request
}

fn members(office: &Office, h: &Hospital) -> Vec<ProviderId> {
    let groups = office.covers(&h.me).unwrap().1;
    let group = groups.iter().find(|g| g.name == "surgeons");
    group.map_or_else(Vec::new, |g| g.members.iter().map(|m| m.0).collect())
}

#[test]
fn a_coverage_group_is_undone_done_again_and_left_alone_once_it_changed() {
    let h = worked();
    let (smith, jones) = (who(&h, "Smith"), who(&h, "Jones"));
    let group = |members: &[ProviderId]| Action::SetCoverGroup {
        name: "surgeons".into(),
        members: members.to_vec(),
    };
    let made = act(&h, &group(&[smith, jones]));
    let both = members(&h.office, &h);
    assert_eq!(both.len(), 2);
    let dissolved = act(&h, &group(&[]));
    assert!(members(&h.office, &h).is_empty());
    let back = act(
        &h,
        &Action::Undo {
            request: dissolved.clone(),
        },
    );
    assert_eq!(members(&h.office, &h), both);
    act(&h, &Action::Undo { request: back });
    assert!(members(&h.office, &h).is_empty(), "done again");
    let outcome = h.act(Action::Undo { request: made }).unwrap();
    assert_eq!((outcome.done.len(), outcome.refused.len()), (0, 1));
    assert!(matches!(h.act(group(&[])), Err(OpsError::NotFound { .. })));
}

#[test]
fn a_coverage_group_gets_another_name_and_the_old_one_back() {
    let h = worked();
    let (smith, jones) = (who(&h, "Smith"), who(&h, "Jones"));
    let set = |name: &str, members: &[ProviderId]| Action::SetCoverGroup {
        name: name.into(),
        members: members.to_vec(),
    };
    let rename = |name: &str, to: &str| Action::RenameCoverGroup {
        name: name.into(),
        to: to.into(),
    };
    let names = || {
        let groups = h.office.covers(&h.me).unwrap().1;
        groups
            .into_iter()
            .map(|g| (g.name, g.members.len()))
            .collect::<Vec<_>>()
    };
    let name = |name: &str, members| vec![(name.to_owned(), members)];
    act(&h, &set("surgeons", &[smith, jones]));
    let renamed = act(&h, &rename("surgeons", " theatre "));
    assert_eq!(names(), name("theatre", 2));
    let undone = act(&h, &Action::Undo { request: renamed });
    assert_eq!(names(), name("surgeons", 2));
    let again = act(&h, &Action::Undo { request: undone });
    assert_eq!(names(), name("theatre", 2));
    // Somebody else took the old name meanwhile.
    act(&h, &set("surgeons", &[smith]));
    let outcome = h.act(Action::Undo { request: again }).unwrap();
    assert_eq!((outcome.done.len(), outcome.refused.len()), (0, 1));
    for (from, to) in [("theatre", "surgeons"), ("theatre", " "), ("nobody", "x")] {
        assert!(h.act(rename(from, to)).is_err(), "{from} to {to}");
    }
    let bea = h.user("bea", &[Role::Analyst], None);
    let refused = h.office.act(&bea, &h.request(), &rename("theatre", "x"));
    assert!(matches!(refused, Err(OpsError::NotPermitted { .. })));
    let actions = h.office.store.audit_rows(50).unwrap();
    assert!(actions.iter().any(|r| r.action == "cover.rename"));
}

#[test]
fn a_cover_ends_on_a_day_or_now_and_undo_gives_it_its_end_back() {
    let h = worked();
    let cover = Action::AddCover {
        provider: who(&h, "Smith"),
        by: who(&h, "Jones"),
        from: at("2026-03-20T00:00:00Z"),
        until: None,
        reason: "on call".into(),
    };
    let id = CoverId(h.act(cover).unwrap().done[0]);
    let until = || {
        let covers = h.office.covers(&h.me).unwrap().0;
        covers.first().map(|c| c.until)
    };
    let day = at("2027-01-01T00:00:00Z");
    let end = |until| Action::EndCover { cover: id, until };
    let said = act(&h, &end(Some(day)));
    assert_eq!(until(), Some(Some(day)));
    let ended = act(&h, &end(None));
    assert_eq!(until(), None);
    act(&h, &Action::Undo { request: ended });
    assert_eq!(until(), Some(Some(day)));
    act(&h, &Action::Undo { request: said });
    assert_eq!(until(), Some(None));
    let before = h.act(end(Some(at("2026-03-01T00:00:00Z"))));
    assert!(matches!(before, Err(OpsError::Refused(_))));
}

#[test]
fn a_provider_is_told_only_of_absences_and_cover_of_their_own() {
    let h = worked();
    let smith = who(&h, "Smith");
    h.act(Action::AddAbsence {
        provider: smith,
        reason: crate::domain::deficiency::HoldReason::Vacation,
        from: at("2026-03-20T00:00:00Z"),
        until: None,
        comment: "".into(),
    })
    .unwrap();
    h.act(Action::SetCoverGroup {
        name: "surgeons".into(),
        members: vec![smith],
    })
    .unwrap();
    let other = h.user("jones", &[Role::Provider], Some("Jones"));
    assert!(h.office.absences(&other, Some(smith)).unwrap().is_empty());
    assert_eq!(h.office.covers(&other).unwrap(), Default::default());
    let own = h.user("smith", &[Role::Provider], Some("Smith"));
    assert_eq!(h.office.absences(&own, None).unwrap().len(), 1);
    assert_eq!(h.office.covers(&own).unwrap().1.len(), 1);
}

#[test]
fn what_was_undone_can_be_done_again() {
    let h = worked();
    let all = Action::ReassignAll {
        from: who(&h, "Smith"),
        to: Some(who(&h, "Jones")),
        reason: "left staff".into(),
    };
    let owned = |name| {
        let rows = h
            .office
            .queue(&h.me, &request(QueueView::All))
            .unwrap()
            .rows;
        let owner = Some(who(&h, name));
        rows.iter().filter(|r| r.owner == owner).count()
    };
    let done = act(&h, &all);
    let undone = act(&h, &Action::Undo { request: done });
    assert_eq!((owned("Smith"), owned("Jones")), (2, 0));
    let again = act(&h, &Action::Undo { request: undone });
    assert_eq!((owned("Smith"), owned("Jones")), (0, 2));
    assert_eq!(h.office.last_undoable(&h.me).unwrap(), None);
    act(&h, &Action::Undo { request: again });
    assert_eq!(owned("Smith"), 2);
}

#[test]
fn a_provider_sees_the_ages_of_their_own_items() {
    let h = worked();
    let smith = h.user("smith", &[Role::Provider], Some("Smith"));
    let counts = h.office.counts(&smith).unwrap();
    let mut all = request(QueueView::All);
    all.limit = 1000;
    let rows = h.office.queue(&smith, &all).unwrap().rows;
    assert!(!rows.is_empty());
    let now = h.office.now();
    let wanted: Vec<_> = h.office.counts(&h.me).unwrap().bands;
    assert_eq!(
        counts.bands.len(),
        wanted.len(),
        "the same bands as for everybody"
    );
    for (first, last, n) in counts.bands {
        let inside = rows.iter().filter(|r| {
            let age = r.ages(now).calendar_days;
            age >= first && last.is_none_or(|l| age <= l)
        });
        assert_eq!(n, inside.count() as i64, "band {first}");
    }
}
