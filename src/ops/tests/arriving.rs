//! Records as they arrive: before what they name, twice, changed, in parts.

use super::{row, worked};
use crate::domain::document::{DocumentKind as K, SignatureState as S};
use crate::domain::people::ProviderRole;
use crate::domain::record::{Extent, Key, Record, RecordKind};
use crate::ops::Which;
use crate::ops::testing::{Hospital, bare_stay, note, patient, provider, stay};

#[test]
fn a_reference_may_come_before_what_it_names() {
    let h = Hospital::new();
    let mut all = bare_stay();
    all.push(note(
        "n1",
        "p1",
        "v1",
        K::HistoryAndPhysical,
        S::Unknown,
        "HPI",
    ));
    all.reverse();
    let intake = h.import(all);
    assert_eq!(intake.new.values().sum::<i64>(), 5);
    h.analyze();
    assert_eq!(h.open(), ["DS-M"]);
    assert_eq!(row(&h, "DS-M").patient_name.raw(), "Zztest,Ann");
}

#[test]
fn a_placeholder_named_by_identifier_is_the_record_that_carries_it() {
    let h = Hospital::new();
    let mut visit = stay("v1", "p1");
    if let Record::Encounter(e) = &mut visit.record {
        e.patient = Key::of(RecordKind::Patient, "urn:mrn", "Mp1");
        e.attending = Some(Key::of(RecordKind::Provider, "npi", "999"));
    }
    h.import(vec![visit]);
    let mut dr = provider("dr1", "Smith", ProviderRole::Attending);
    dr.also.push(Key::of(RecordKind::Provider, "npi", "999"));
    let intake = h.import(vec![patient("p1", "Zztest"), dr]);
    assert_eq!(intake.new.get(&RecordKind::Patient), Some(&1));
    h.analyze();
    assert_eq!(row(&h, "DS-M").owner_name.raw(), "Smith,Pat");
    assert_eq!(h.office.store.patients_by_mrn("Mp1").unwrap().len(), 1);
}

#[test]
fn the_same_note_twice_is_one_document_with_two_origins() {
    let h = Hospital::new();
    h.import(bare_stay());
    let first = note(
        "n1",
        "p1",
        "v1",
        K::HistoryAndPhysical,
        S::Unknown,
        "The very same words",
    );
    let mut second = first.clone();
    second.key = Key::local(RecordKind::Document, "report-7");
    let intake = h.import(vec![first, second]);
    assert_eq!(intake.new.get(&RecordKind::Document), Some(&1));
    let chart = h.office.chart(&h.me, h.encounter("v1"), false).unwrap();
    assert_eq!(chart.documents.len(), 1);
}

#[test]
fn a_changed_document_is_a_new_version_and_the_old_one_stays() {
    let h = Hospital::new();
    h.import(bare_stay());
    h.import(vec![note(
        "n1",
        "p1",
        "v1",
        K::Progress,
        S::Unsigned,
        "first words",
    )]);
    let intake = h.import(vec![note(
        "n1",
        "p1",
        "v1",
        K::Progress,
        S::Authenticated,
        "second words",
    )]);
    assert_eq!(intake.updated.get(&RecordKind::Document), Some(&1));
    let chart = h.office.chart(&h.me, h.encounter("v1"), false).unwrap();
    let id = chart.documents[0].id;
    assert_eq!(
        h.office.document(&h.me, id, None).unwrap().text.text.raw(),
        "second words"
    );
    assert_eq!(
        h.office
            .document(&h.me, id, Some(1))
            .unwrap()
            .text
            .text
            .raw(),
        "first words"
    );
    assert_eq!(h.office.document_versions(&h.me, id).unwrap().len(), 2);
}

#[test]
fn a_partial_record_changes_only_what_it_says() {
    let h = worked();
    let mut part = stay("v1", "p1");
    part.extent = Extent::Part;
    if let Record::Encounter(e) = &mut part.record {
        e.facts.reason = "".into();
        e.facts.discharged = None;
        e.attending = Some(Key::local(RecordKind::Provider, "dr2"));
        e.admitting = None;
    }
    h.import(vec![part.clone()]);
    let chart = h.office.chart(&h.me, h.encounter("v1"), false).unwrap();
    assert_eq!(chart.encounter.facts.reason.raw(), "chest pain");
    assert!(chart.encounter.facts.discharged.is_some());
    assert_ne!(chart.encounter.attending, chart.encounter.admitting);
    let again = h.import(vec![part]);
    assert!(
        again.updated.is_empty(),
        "the same message again changes nothing"
    );
}

#[test]
fn a_whole_and_a_partial_record_of_one_key_do_not_undo_each_other() {
    let h = worked();
    let whole = stay("v1", "p1");
    let mut part = whole.clone();
    part.extent = Extent::Part;
    if let Record::Encounter(e) = &mut part.record {
        e.facts.reason = "shortness of breath".into();
    }
    let reason = || {
        let chart = h.office.chart(&h.me, h.encounter("v1"), false).unwrap();
        chart.encounter.facts.reason.raw().to_owned()
    };
    h.import(vec![part.clone()]);
    assert_eq!(reason(), "shortness of breath");
    // Both files once more, in either order: nothing is new in them.
    for again in [vec![whole.clone()], vec![part.clone()], vec![part, whole]] {
        let intake = h.import(again);
        assert!(intake.updated.is_empty(), "{intake:?}");
        assert_eq!(reason(), "shortness of breath");
    }
}

/// An import analyses what it changed, not what another that is under way has yet to analyse.
#[test]
fn each_import_analyses_its_own_visits() {
    let h = Hospital::new();
    let theirs = h.import(bare_stay());
    let ours = h.import(vec![patient("p2", "Zzother"), stay("v2", "p2")]);
    let analyse = |which: &Which| {
        let summary = h.office.analyze(&h.me, which, &mut |_| true);
        summary.unwrap().visits
    };
    assert_eq!(ours.visits, [h.encounter("v2")].into());
    assert_eq!(analyse(&Which::ChangedOf(ours.visits.clone())), 1);
    assert_eq!(row(&h, "DS-M").patient_name.raw(), "Zzother,Ann");
    assert_eq!(analyse(&Which::ChangedOf(ours.visits)), 0);
    assert_eq!(analyse(&Which::Changed), theirs.visits.len() as i64);

    // A patient's new name changes every visit of theirs.
    let renamed = h.import(vec![patient("p2", "Zzlater")]);
    assert_eq!(renamed.visits, [h.encounter("v2")].into());
}

/// What was left is for who finds that nobody takes records in.
#[test]
fn what_others_left_is_taken_over_while_nobody_takes_records_in() {
    let h = Hospital::new();
    let other = h.second_process("session-1");
    let (one, two) = (h.office.take_in(), other.take_in());
    assert!(one.is_some() && two.is_some() && h.office.take_over().is_none());
    drop(one);
    assert!(h.office.take_over().is_none());
    drop(two);
    let rest = other.take_over();
    assert!(rest.is_some());
    assert!(h.office.take_over().is_none() && h.office.take_in().is_none());
    drop(rest);
    assert!(h.office.take_in().is_some());
}
