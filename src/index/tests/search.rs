//! What searches find, count and show.

use super::*;

#[test]
fn words_phrases_prefixes_and_signs() {
    let place = library();
    let reader = place.reader();
    for (query, wanted) in [
        ("heart", vec![1, 2, 3]),
        ("HEART failure", vec![1, 2, 3]),
        ("\"heart failure\"", vec![1, 2]),
        ("heart -pump", vec![1, 2]),
        ("heart NOT pump", vec![1, 2]),
        ("pump OR catheterization", vec![3, 4]),
        ("(pump OR echo) heart", vec![1, 3]),
        ("heart -(pump OR echo)", vec![2]),
        ("-heart", vec![4]),
        ("NOT NOT heart", vec![1, 2, 3]),
        ("card*", vec![4]),
        ("cath* OR imp*", vec![1, 4]),
        ("heart f*", vec![1, 2, 3]),
        ("x-ray", vec![2]),
        ("x-ra*", vec![2]),
        ("10:30", vec![2]),
        ("\"38.5 at\"", vec![2]),
        ("müller", vec![4]),
        ("nothing", vec![]),
        ("echo", vec![1]),
        ("zztest", vec![]),
    ] {
        assert_eq!(ids(&reader, query), wanted, "{query}");
    }
}

#[test]
fn fields() {
    let place = library();
    let reader = place.reader();
    for (query, wanted) in [
        ("type:imaging", vec![1]),
        ("type:lab", vec![3]),
        ("type:\"discharge summary\"", vec![2]),
        ("type:dis", vec![2]),
        ("type:echo", vec![1]),
        ("type:trans*", vec![1]),
        ("heart -type:lab", vec![1, 2]),
        ("type:secret", vec![]),
        ("author:jones", vec![1]),
        ("author:JONES,BEA", vec![1]),
        ("author:\"jones bea\"", vec![1]),
        ("author:jones,b*", vec![1]),
        ("author:jon*", vec![1]),
        ("author:bea,jones", vec![]),
        ("name:zzphi", vec![3]),
        ("mrn:a-0042", vec![3]),
        ("mrn:A-00*", vec![3]),
        ("mrn:0042", vec![]),
        ("mrn:00-17", vec![1, 2, 4]),
        ("visit:V9", vec![3]),
        ("service:cardio", vec![2]),
        ("service:\"heart card\"", vec![2]),
        ("service:surgery", vec![]),
        ("heart name:zztest author:smith", vec![2]),
    ] {
        assert_eq!(ids(&reader, query), wanted, "{query}");
    }
}

#[test]
fn dates_are_local_days_and_dates_without_a_time_stay_dates() {
    let place = library();
    let reader = place.reader();
    for (query, wanted) in [
        // 03:30 UTC on 1 March is the evening before in New York.
        ("date:2026-02-28", vec![1, 2]),
        ("date:2026-03-01", vec![]),
        ("date:2026-02", vec![1, 2]),
        ("date:2026", vec![1, 2]),
        ("date:2025", vec![3]),
        ("date:2025-01", vec![3]),
        ("date:2025..2026", vec![1, 2, 3]),
        ("date:T-31", vec![1, 2]),
        ("date:T-90..T", vec![1, 2]),
        ("date:..2025", vec![3]),
        ("date:2026-02-28..", vec![1, 2]),
        ("heart -date:2026", vec![3]),
    ] {
        assert_eq!(ids(&reader, query), wanted, "{query}");
    }
}

#[test]
fn orders_pages_and_limits() {
    let place = library();
    let reader = place.reader();
    let mut newest = request("-nothing");
    newest.order = SearchOrder::Newest;
    assert_eq!(found(&reader, &newest), [1, 2, 3, 4]);
    newest.limit = 2;
    newest.offset = 1;
    assert_eq!(found(&reader, &newest), [2, 3]);
    newest.offset = 3;
    assert_eq!(found(&reader, &newest), [4]);
    for (offset, limit) in [(4, 2), (usize::MAX, 2), (0, 0)] {
        (newest.offset, newest.limit) = (offset, limit);
        let answer = answer(&reader, &newest).unwrap();
        assert_eq!((answer.count, answer.hits.len()), (4, 0));
    }
    (newest.offset, newest.limit) = (0, usize::MAX);
    assert_eq!(found(&reader, &newest).len(), 4);
    let best = answer(&reader, &request("heart ef OR heart")).unwrap();
    assert_eq!(best.hits[0].document, DocumentId(1));
    assert!(best.hits[0].score >= best.hits[1].score && best.hits[1].score > 0.0);
    assert_eq!(best.position, 10);
    let mut visit = request("heart");
    visit.encounter = Some(EncounterId(300));
    assert_eq!(found(&reader, &visit), [3]);
}

#[test]
fn documents_of_one_instant_come_with_the_highest_id_first() {
    let place = Place::with((1..=5).map(|id| document(id, "same")).collect());
    let mut newest = request("same");
    newest.order = SearchOrder::Newest;
    assert_eq!(found(&place.reader(), &newest), [5, 4, 3, 2, 1]);
}

#[test]
fn hits_show_what_was_indexed_and_the_snippet_marks_it() {
    let place = library();
    let answer = answer(&place.reader(), &request("ef type:imaging")).unwrap();
    let hit = &answer.hits[0];
    assert_eq!(hit.document, DocumentId(1));
    assert_eq!(hit.encounter, Some(EncounterId(100)));
    assert_eq!(hit.patient, PatientId(10));
    assert_eq!(hit.kind, DocumentKind::Imaging);
    assert_eq!(hit.title.raw(), "Transthoracic echo report");
    assert_eq!(hit.author.raw(), "JONES,BEA");
    assert_eq!(hit.patient_name.raw(), "ZZTEST,ANN");
    assert_eq!((hit.mrn.raw(), hit.visit.raw()), ("00-17", "V1"));
    assert_eq!(hit.at, Some(Moment::at(instant("2026-03-01T03:30:00Z"))));
    let marked: Vec<&str> = hit
        .snippet
        .iter()
        .filter(|part| part.hit)
        .map(|part| part.text.raw())
        .collect();
    assert_eq!(marked, ["EF", "EF"]);
    assert_eq!(
        highlights("EF 30%, ef", "ef type:lab", date(2026, 3, 31)).unwrap(),
        [(0, 2), (8, 10)]
    );
}

#[test]
fn a_query_that_makes_no_sense_is_an_answer_with_a_place() {
    let place = library();
    match answer(&place.reader(), &request("heart OR")) {
        Err(IndexError::Query(e)) => assert_eq!((e.span.start, e.span.end), (6, 8)),
        other => panic!("{other:?}"),
    }
}

/// tantivy's phrases count on never being asked for a document before their own first one.
#[test]
fn a_phrase_that_comes_later_or_never_can_be_left_out() {
    let place = library();
    let reader = place.reader();
    assert_eq!(ids(&reader, "-heart(heart"), [1, 2, 3, 4]);
    assert_eq!(ids(&reader, "-\"heart pump\""), [1, 2, 4]);
    assert_eq!(ids(&reader, "heart -(\"heart pump\" failure)"), [1, 2]);
    assert_eq!(ids(&reader, "-cardiac-cath*"), [1, 2, 3]);
}
