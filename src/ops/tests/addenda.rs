//! Addenda: asked for, and what answers the request.

use super::{act_on, who, worked};
use crate::domain::action::{Action, DeficiencyChange as C};
use crate::domain::deficiency::{QueueRow, Subject};
use crate::domain::document::{DocumentKind as K, SignatureState as S};
use crate::domain::record::{Key, Record, RecordKind};
use crate::domain::worklist::QueueView;
use crate::ops::testing::{Hospital, at, note};
use crate::ops::{OpsError, Which};

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
        d.facts.at = crate::ops::testing::moment("2026-03-23T11:00:00Z");
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
        d.facts.at = crate::ops::testing::moment(&format!("{day}T11:00:00Z"));
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
    act_on(&h, &first.unwrap(), answers);
    let left = requests_open(&h);
    assert_eq!(
        (left.len(), left[0].id, left[0].maybe),
        (1, asked[1].id, None)
    );
    // A second one can only be the other.
    h.import(vec![loose_addendum("a2", "2026-03-24", "dr1")]);
    assert_eq!(h.analyze().cleared, 1);
}
