//! Searches whose time is over before every document was looked at.

use super::*;
use std::time::Duration;

/// Documents of which every one has `alpha`, `beta` and `gamma`, and every third the three in this
/// order.
const ALL: i64 = 3_000;

fn many() -> Place {
    let each = |id: i64| {
        let text = match id % 3 {
            0 => "Alpha beta gamma.",
            _ => "Gamma beta alpha.",
        };
        IndexedDocument {
            providers: vec![ProviderId(1 + id % 2)],
            ..document(id, text)
        }
    };
    Place::with((1..=ALL).map(each).collect())
}

fn within(text: &str, time: Duration) -> SearchRequest {
    SearchRequest {
        within: Some(time),
        facets: true,
        ..request(text)
    }
}

#[test]
fn what_is_found_in_time_is_right_and_said_to_be_a_part() {
    let place = many();
    let reader = place.reader();
    for query in [
        "\"alpha beta\"",
        "alpha-be*",
        "\"alpha gamma\"~5 \"beta gamma\"",
        "alpha \"beta gamma\"",
        "\"alpha beta\" OR \"beta gamma\"",
        "alpha -\"beta alpha\"",
    ] {
        let exact = answer(&reader, &request(query)).unwrap();
        assert_eq!((exact.count as i64, exact.cut), (ALL / 3, false), "{query}");
        let part = answer(&reader, &within(query, Duration::ZERO)).unwrap();
        assert!(part.cut && part.facets.is_empty(), "{query}");
        assert!(part.count < exact.count, "{query}: {}", part.count);
        let theirs = |hit: &crate::domain::search::SearchHit| hit.document.0 % 3 == 0;
        assert!(part.hits.iter().all(theirs), "{query}");
    }
    let none = answer(&reader, &within("\"beta alpha gamma\"", Duration::ZERO)).unwrap();
    assert!(none.cut && none.count == 0 && none.suggestion.is_none());
}

#[test]
fn words_alone_are_counted_and_the_best_found_in_no_time() {
    let place = many();
    let reader = place.reader();
    let one = answer(&reader, &within("alpha", Duration::ZERO)).unwrap();
    assert_eq!(
        (one.count as i64, one.cut, one.hits.len()),
        (ALL, false, 50)
    );
    // Two are not counted without looking, but the best are those of the exact answer.
    let two = answer(&reader, &within("alpha gamma", Duration::ZERO)).unwrap();
    let exact = answer(&reader, &request("alpha gamma")).unwrap();
    assert!(two.cut && (50..ALL as usize).contains(&two.count));
    let scores =
        |answer: &SearchAnswer| -> Vec<f32> { answer.hits.iter().map(|hit| hit.score).collect() };
    assert_eq!(scores(&two), scores(&exact));
}

#[test]
fn with_time_enough_nothing_is_missing() {
    let place = many();
    let reader = place.reader();
    for query in [
        "alpha",
        "alpha beta",
        "\"alpha beta\"",
        "al*",
        "type:progress",
    ] {
        let mut long = within(query, Duration::from_secs(3_600));
        for grouping in [Grouping::Document, Grouping::Patient] {
            long.grouping = grouping;
            let whole = SearchRequest {
                within: None,
                ..long.clone()
            };
            let mut wanted = answer(&reader, &whole).unwrap();
            let mut got = answer(&reader, &long).unwrap();
            (wanted.micros, got.micros) = (0, 0);
            assert_eq!(got, wanted, "{query}");
        }
    }
}

#[test]
fn a_part_holds_only_what_the_searcher_may_see() {
    let place = many();
    let reader = place.reader();
    for query in [
        "alpha",
        "alpha beta",
        "\"alpha beta\"",
        "al*",
        "-\"beta alpha\"",
    ] {
        let theirs = within(query, Duration::ZERO);
        let part = answer_to(&only_of(1), &reader, &theirs).unwrap();
        assert!(part.count as i64 <= ALL / 2, "{query}");
        let seen = |hit: &crate::domain::search::SearchHit| hit.document.0 % 2 == 0;
        assert!(part.hits.iter().all(seen), "{query}");
    }
}

#[test]
fn a_search_nobody_waits_for_ends_and_one_somebody_waits_for_is_whole() {
    let place = many();
    let reader = place.reader();
    for (query, order) in [
        ("alpha", SearchOrder::Best),
        ("alpha beta", SearchOrder::Newest),
        ("\"alpha beta\"", SearchOrder::Best),
        ("alpha OR \"beta gamma\"", SearchOrder::Best),
        ("type:progress", SearchOrder::Best),
        ("nowhere", SearchOrder::Best),
    ] {
        let exact = SearchRequest {
            facets: true,
            order,
            ..request(query)
        };
        let awaited = SearchRequest {
            awaited: Awaited::until_told(),
            ..exact.clone()
        };
        let mut wanted = answer(&reader, &exact).unwrap();
        let mut got = answer(&reader, &awaited).unwrap();
        (wanted.micros, got.micros) = (0, 0);
        assert_eq!(got, wanted, "{query}");
        awaited.awaited.no_longer();
        let left = answer(&reader, &awaited).unwrap();
        // A word alone and the best of few are found before anybody looks.
        assert!(left.facets.is_empty(), "{query}");
        assert!(left.count <= wanted.count, "{query}");
        if query.contains('"') || query.contains(':') {
            assert!(
                left.cut && left.count < wanted.count,
                "{query}: {}",
                left.count
            );
        }
    }
}

/// Every second document has the words, and the last alone fits the day, or the age.
#[test]
fn common_words_of_few_days_end_in_time() {
    let each = |id: i64| {
        let day = if id == ALL {
            "2026-03-25"
        } else {
            "2026-03-20"
        };
        IndexedDocument {
            at: Some(Moment::at(instant(&format!("{day}T12:00:00Z")))),
            birth: Some(Moment::at(instant(match id {
                ALL => "1970-06-01T12:00:00Z",
                _ => "1950-06-01T12:00:00Z",
            }))),
            ..document(id, ["Alpha beta.", "Gamma."][id as usize % 2])
        }
    };
    let place = Place::with((1..=ALL).map(each).collect());
    let reader = place.reader();
    for query in ["alpha date:2026-03-25", "alpha age:<60", "date:2026-03-25"] {
        let exact = answer(&reader, &request(query)).unwrap();
        assert_eq!((exact.count, exact.cut), (1, false), "{query}");
        let part = answer(&reader, &within(query, Duration::ZERO)).unwrap();
        assert_eq!((part.count, part.cut), (0, true), "{query}");
    }
    // What is left out has no bound.
    let rest = answer(
        &reader,
        &within("beta -date:2026-03-20", Duration::from_secs(3_600)),
    );
    assert_eq!(rest.unwrap().count, 1);
}

/// More words are spelt alike than are looked for in a moment: the nearest are.
#[test]
fn spellings_of_a_moment_are_the_nearest_ones() {
    let each = |id: i64| {
        let letter = |n: i64| char::from(b'a' + (n % 26) as u8);
        let text = match id {
            1 => "Stenosis.".to_owned(),
            id => format!("Stenos{}{}.", letter(id), letter(id / 26)),
        };
        document(id, &text)
    };
    let place = Place::with((1..=100).map(each).collect());
    let reader = place.reader();
    let exact = answer(&reader, &request("stenosis~")).unwrap();
    let part = answer(&reader, &within("stenosis~", Duration::from_secs(3_600))).unwrap();
    assert_eq!((exact.count, exact.cut), (100, false));
    assert_eq!((part.count, part.cut), (16, true));
    assert_eq!(part.hits[0].document, DocumentId(1));
}
