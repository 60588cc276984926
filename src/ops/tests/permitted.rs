//! Who may what, and what the audit log holds of it.

use super::{change, row, worked};
use crate::domain::action::DeficiencyChange;
use crate::domain::document::{DocumentKind as K, SignatureState as S};
use crate::domain::record::{Arrival, Record};
use crate::domain::search::SearchRequest;
use crate::domain::user::Role;
use crate::domain::worklist::QueueView;
use crate::ops::OpsError;
use crate::ops::testing::{note, patient, request, stay};

fn stay_of_nobody(id: &str, patient: &str) -> Arrival {
    let mut a = stay(id, patient);
    if let Record::Encounter(e) = &mut a.record {
        e.attending = None;
        e.admitting = None;
    }
    a
}

#[test]
fn roles_hold() {
    let h = worked();
    h.import(vec![patient("p2", "Other"), stay_of_nobody("v2", "p2")]);
    h.analyze();
    let analyst = h.user("kim", &[Role::Analyst], None);
    let void = DeficiencyChange::Void {
        reason: "test".into(),
    };
    let refused = h
        .office
        .act(&analyst, &h.request(), &change(&row(&h, "DS-M"), void));
    assert!(matches!(refused, Err(OpsError::NotPermitted { .. })));
    let admin = h.user("root", &[Role::Admin], None);
    assert!(matches!(
        h.office.queue(&admin, &request(QueueView::All)),
        Err(OpsError::NotPermitted { .. })
    ));
    let smith = h.user("smith", &[Role::Provider], Some("Smith"));
    let own = h.office.queue(&smith, &request(QueueView::All)).unwrap();
    assert!(!own.rows.is_empty() && own.rows.iter().all(|r| r.owner_name.raw() == "Smith,Pat"));
    assert!(h.office.chart(&smith, h.encounter("v1"), false).is_ok());
    assert!(h.office.chart(&smith, h.encounter("v2"), false).is_err());
    let coder = h.user("cody", &[Role::Coder], None);
    let figures = h.office.dashboard(&coder).unwrap();
    assert!(figures.open > 0 && figures.ladder.is_none() && figures.trend.is_empty());
    assert!(h.office.dashboard(&analyst).unwrap().ladder.is_some());
    let refusals = h.office.store.audit_rows(100).unwrap();
    assert!(
        refusals
            .iter()
            .any(|r| r.outcome == "refused" && r.action == "deficiency.void")
    );
}

#[test]
fn no_audit_no_view() {
    let h = worked();
    h.office.store.refuse_writes_for_tests(true);
    assert!(h.office.queue(&h.me, &request(QueueView::All)).is_err());
    assert!(h.office.chart(&h.me, h.encounter("v1"), false).is_err());
    h.office.store.refuse_writes_for_tests(false);
    assert!(h.office.queue(&h.me, &request(QueueView::All)).is_ok());
}

#[test]
fn every_change_and_every_view_leaves_an_intact_audit_trail() {
    let h = worked();
    h.queue(QueueView::All);
    h.office.chart(&h.me, h.encounter("v1"), false).unwrap();
    let second = h.second_process("session-9");
    second.queue(&h.me, &request(QueueView::All)).unwrap();
    let check = h.office.audit_verify().unwrap();
    assert_eq!((check.chains, check.problems), (2, vec![]));
    let actions: Vec<String> = h
        .office
        .store
        .audit_rows(100)
        .unwrap()
        .into_iter()
        .map(|r| r.action)
        .collect();
    for action in [
        "user.add",
        "session.start",
        "import.batch",
        "analysis.run",
        "queue.page",
        "chart.open",
    ] {
        assert!(
            actions.iter().any(|a| a == action),
            "{action} is not in {actions:?}"
        );
    }
}

#[test]
fn a_document_is_found_after_the_index_caught_up_and_only_by_who_may() {
    let h = worked();
    h.import(vec![note(
        "n1",
        "p1",
        "v1",
        K::Progress,
        S::Unknown,
        "Quixotic zebra sign was seen.",
    )]);
    h.office.index_now(&mut |_| true).unwrap();
    let ask = |text: &str| SearchRequest::new(text.into(), 10).into();
    assert_eq!(
        h.office
            .search(&h.me, &ask("quixotic zebra"))
            .unwrap()
            .count,
        1
    );
    let jones = h.user("jones", &[Role::Provider], Some("Jones"));
    assert_eq!(
        h.office
            .search(&jones, &ask("quixotic OR zebra"))
            .unwrap()
            .count,
        0
    );
    h.import(vec![patient("p1", "Renamed")]);
    h.office.index_now(&mut |_| true).unwrap();
    assert_eq!(
        h.office.search(&h.me, &ask("zebra")).unwrap().hits[0]
            .patient_name
            .raw(),
        "Renamed,Ann"
    );
}
