//! What comes with time alone: queries that are overdue, and what the nightly run looks at.

use super::{nightly, row, who, worked};
use crate::domain::action::{Action, DraftToSave};
use crate::domain::deficiency::StartEvent;
use crate::domain::people::ProviderRole;
use crate::domain::query_life::GivenAnswer;
use crate::domain::record::Record;
use crate::domain::user::Role;
use crate::ops::testing::{Hospital, at, provider};

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
                text: crate::ops::testing::fair_query(),
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
    let mut stay = crate::ops::testing::stay("v1", "p1");
    if let Record::Encounter(e) = &mut stay.record {
        e.facts.discharged = None;
        e.facts.status = crate::domain::encounter::EncounterStatus::Active;
        e.facts.admitted = crate::ops::testing::moment("2026-03-22T10:00:00Z");
    }
    h.import(vec![
        provider("dr1", "Smith", ProviderRole::Attending),
        crate::ops::testing::patient("p1", "Zztest"),
        stay,
    ]);
    h.analyze();
    assert_eq!(h.analyze().visits, 0);
    assert_eq!(nightly(&h).visits, 1, "in house");
    let h = worked();
    assert_eq!(nightly(&h).visits, 0, "left eleven days ago");
}
