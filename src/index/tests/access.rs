//! Nothing typed gets out of what a searcher may see.

use super::*;
use proptest::prelude::*;

/// Documents of two providers, some sensitive, all with the words that queries are made of.
fn guarded(count: i64) -> Place {
    let mut documents = Vec::new();
    for id in 1..=count {
        let mut one = document(
            id,
            ["heart failure", "heart", "failure a1"][id as usize % 3],
        );
        one.providers = vec![ProviderId(1 + id % 2), ProviderId(9)];
        one.sensitivity = Sensitivity::ALL[id as usize % Sensitivity::ALL.len()];
        one.kind = DocumentKind::ALL[id as usize % 5];
        documents.push(one);
    }
    Place::with(documents)
}

fn queryish() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "heart",
        "failure",
        "a1",
        "he*",
        "-",
        "NOT ",
        " OR ",
        "(",
        ")",
        " ",
        " ",
        "\"",
        "type:lab",
        "type:h&p",
        "author:smith",
        "name:zz*",
        "mrn:00-17",
        "visit:v1",
        "date:2026",
        "date:..T",
        "service:c",
        "sensitivity:part2",
        "providers:2",
        "*",
        "-heart",
        "-type:consult",
        "NOT -",
    ]);
    proptest::collection::vec(piece, 1..12).prop_map(|pieces| pieces.concat())
}

/// Documents of charts in which somebody only owes something; some are in no index.
fn owed() -> impl Strategy<Value = Vec<DocumentId>> {
    let ids = proptest::collection::btree_set(0i64..30, 0..6);
    ids.prop_map(|ids| ids.into_iter().map(DocumentId).collect())
}

#[test]
fn what_is_owed_is_seen_however_it_is_found() {
    let place = guarded(400);
    let reader = place.reader();
    let sensitivity = |id: i64| Sensitivity::ALL[id as usize % Sensitivity::ALL.len()];
    // Few are looked up one by one; for many all documents are gone over.
    for count in [1, 2, 5, 7, 20, 399] {
        let owed: Vec<DocumentId> = (0..count)
            .map(|n| DocumentId(1 + n * 400 / count))
            .collect();
        for sensitive in [false, true] {
            let mut narrow = request("heart OR failure OR a1");
            narrow.limit = 400;
            let access = SearchAccess {
                only_provider: Some(ProviderId(2)),
                owed: owed.clone(),
                sensitive,
            };
            let mut got = found_by(&access, &reader, &narrow);
            got.sort_unstable();
            let theirs = |id: &i64| id % 2 == 1 || owed.contains(&DocumentId(*id));
            let open = |id: &i64| sensitive || sensitivity(*id) == Sensitivity::Normal;
            let wanted: Vec<i64> = (1..=400).filter(|id| theirs(id) && open(id)).collect();
            assert_eq!(got, wanted, "{count} {sensitive}");
        }
    }
}

#[test]
fn no_query_reaches_what_the_searcher_may_not_see() {
    let place = guarded(24);
    let reader = place.reader();
    let sensitivity = |id: i64| Sensitivity::ALL[id as usize % Sensitivity::ALL.len()];
    let understood = std::cell::Cell::new(0);
    proptest!(ProptestConfig::with_cases(400), |(text in queryish(), provider in 1i64..4, sensitive: bool, owed in owed())| {
        let all = match answer(&reader, &request(&text)) {
            Ok(answer) => answer,
            Err(IndexError::Query(_)) => return Ok(()),
            Err(e) => panic!("{e:?}"),
        };
        understood.set(understood.get() + 1);
        for only_provider in [None, Some(ProviderId(provider))] {
            let mut narrow = request(&text);
            let access = SearchAccess { only_provider, owed: owed.clone(), sensitive };
            let allowed = |id: i64| {
                (sensitive || sensitivity(id) == Sensitivity::Normal)
                    && (only_provider.is_none_or(|p| p.0 == 1 + id % 2) || owed.contains(&DocumentId(id)))
            };
            let mut wanted: Vec<i64> = all.hits.iter().map(|hit| hit.document.0).collect();
            wanted.retain(|&id| allowed(id));
            wanted.sort_unstable();
            for order in [SearchOrder::Best, SearchOrder::Newest] {
                narrow.order = order;
                let mut got = found_by(&access, &reader, &narrow);
                got.sort_unstable();
                prop_assert_eq!(&got, &wanted, "{}", text);
            }
        }
    });
    assert!(understood.get() > 50, "{}", understood.get());
}
