//! Which document answers which item, and what follows its signature.

use super::{act_on, row, worked};
use crate::domain::action::{Action, DeficiencyChange as C};
use crate::domain::deficiency::{DeficiencyState, QueueRow};
use crate::domain::document::{DocumentKind as K, SignatureState as S};
use crate::domain::record::Record;
use crate::domain::worklist::QueueView;
use crate::ops::Which;
use crate::ops::testing::{Hospital, bare_stay, note, surgery};

/// Two operations and a report that may be of either.
fn two_operations() -> Hospital {
    let h = worked();
    let mut second = surgery("op2", "p1", "v1");
    if let Record::Procedure(p) = &mut second.record {
        p.facts.start = crate::ops::testing::moment("2026-03-05T10:00:00Z");
        p.facts.end = crate::ops::testing::moment("2026-03-05T11:00:00Z");
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
        d.facts.at = crate::ops::testing::moment("2026-03-06T11:00:00Z");
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
    act_on(
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
    let stale = act_on(
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
    act_on(
        &h,
        &row(&h, "SIG"),
        C::Advance {
            to: DeficiencyState::Reviewed,
        },
    );
    assert_eq!(h.open(), ["HP-M"]);
}
