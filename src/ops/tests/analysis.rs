//! What analysis finds missing, clears, and finds again.

use super::{change, complete, row, worked};
use crate::domain::document::{DocumentKind as K, SignatureState as S};
use crate::domain::record::Record;
use crate::domain::worklist::QueueView;
use crate::ops::Which;
use crate::ops::testing::{Hospital, bare_stay, note, surgery};

#[test]
fn a_stay_without_documents_owes_history_and_summary() {
    let h = worked();
    assert_eq!(h.open(), ["DS-M", "HP-M"]);
    let detail = h.office.detail(&h.me, row(&h, "DS-M").id).unwrap();
    assert!(
        !detail.why.is_empty() && !detail.clock_words.is_empty() && !detail.rule_source.is_empty()
    );
    assert_eq!(detail.row.owner_name.raw(), "Smith,Pat");
}

#[test]
fn importing_twice_changes_nothing() {
    let h = worked();
    let again = h.import(bare_stay());
    assert!(
        again.new.is_empty() && again.updated.is_empty(),
        "{again:?}"
    );
    assert_eq!(h.analyze().visits, 0);
}

#[test]
fn a_document_that_arrives_clears_what_was_missing() {
    let h = worked();
    h.import(vec![note(
        "n1",
        "p1",
        "v1",
        K::DischargeSummary,
        S::Unknown,
        "Hospital course …",
    )]);
    assert_eq!(h.analyze().cleared, 1);
    assert_eq!(h.open(), ["HP-M"]);
    assert_eq!(h.queue(QueueView::Closed).rows[0].kind, "DS-M");
}

#[test]
fn an_unsigned_document_clears_missing_and_opens_unsigned_until_it_is_signed() {
    let h = worked();
    h.import(vec![note(
        "n1",
        "p1",
        "v1",
        K::DischargeSummary,
        S::Unsigned,
        "Course",
    )]);
    h.analyze();
    assert_eq!(h.open(), ["HP-M", "SIG"]);
    h.import(vec![note(
        "n1",
        "p1",
        "v1",
        K::DischargeSummary,
        S::Authenticated,
        "Course",
    )]);
    h.analyze();
    assert_eq!(h.open(), ["HP-M"]);
}

#[test]
fn what_was_cleared_by_rule_comes_back_when_the_document_is_retracted() {
    let h = worked();
    let signed = note(
        "n1",
        "p1",
        "v1",
        K::DischargeSummary,
        S::Authenticated,
        "Course",
    );
    h.import(vec![signed.clone()]);
    h.analyze();
    let mut gone = signed;
    if let Record::Document(d) = &mut gone.record {
        d.facts.status = crate::domain::document::DocumentStatus::Retracted;
        d.facts.signature = S::Retracted;
    }
    h.import(vec![gone]);
    assert_eq!(h.analyze().reopened, 1);
    assert_eq!(h.open(), ["DS-M", "HP-M"]);
}

#[test]
fn what_a_person_completed_stays_completed() {
    let h = worked();
    h.act(change(&row(&h, "DS-M"), complete())).unwrap();
    h.office.analyze(&h.me, &Which::All, &mut |_| true).unwrap();
    assert_eq!(h.open(), ["HP-M"]);
}

#[test]
fn an_operation_owes_its_report_to_the_surgeon() {
    let h = Hospital::new();
    let mut all = bare_stay();
    all.push(surgery("s1", "p1", "v1"));
    h.import(all);
    h.analyze();
    assert_eq!(row(&h, "OP-M").owner_name.raw(), "Jones,Pat");
}
