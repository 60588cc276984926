//! The index finds exactly what a scan of the documents finds.

use super::*;
use crate::grammar::ast::{Field, Node, NodeKind, Value};
use crate::grammar::parse;
use crate::grammar::terms::folded;
use proptest::prelude::*;

/// Whether a document fits a query, found out by looking at it.
fn fits(node: &Node, document: &IndexedDocument) -> bool {
    match &node.kind {
        NodeKind::All(parts) => parts.iter().all(|part| fits(part, document)),
        NodeKind::Any(parts) => parts.iter().any(|part| fits(part, document)),
        NodeKind::Not(inner) => !fits(inner, document),
        NodeKind::Group(inner) => fits(inner, document),
        NodeKind::Word(text) | NodeKind::Phrase(text) => {
            has(document.text.raw(), text.raw(), false)
        }
        NodeKind::Prefix(text) => has(document.text.raw(), text.raw(), true),
        NodeKind::Near { .. } | NodeKind::Fuzzy { .. } => panic!("not generated"),
        NodeKind::Field { field, value, .. } => match (field, value) {
            (Field::Author, Value::Text(text)) => has(document.author.raw(), text.raw(), false),
            (Field::Author, Value::Prefix(text)) => has(document.author.raw(), text.raw(), true),
            (Field::Mrn, Value::Text(text)) => document.mrn.raw().eq_ignore_ascii_case(text.raw()),
            (Field::Date, Value::Days(days)) => document.at.is_some_and(|at| {
                let day = at.day(&TimeZone::get("America/New_York").unwrap());
                days.from.is_none_or(|from| from <= day) && days.to.is_none_or(|to| day <= to)
            }),
            other => panic!("{other:?} is not generated"),
        },
    }
}

/// Whether a text has these words one after the other, the last one perhaps unfinished.
fn has(text: &str, words: &str, open: bool) -> bool {
    let (text, words) = (folded(text), folded(words));
    text.windows(words.len()).any(|part| {
        let last = words.len() - 1;
        part[..last] == words[..last]
            && (part[last] == words[last] || open && part[last].starts_with(&words[last]))
    })
}

/// Documents of a few words in several commits, with deletes and replacements.
fn documents() -> Vec<IndexedDocument> {
    let words = ["heart", "failure", "he", "ab", "abc", "no", "x"];
    (1..=60i64)
        .map(|id| {
            // Any mixing will do, as long as it is the same every time.
            let mix = |n: i64| (id * 7919 + n * n * 104_729 + n * id * 31) as usize;
            let text: Vec<&str> = (0..id % 9)
                .map(|n| words[mix(n) / 3 % words.len()])
                .collect();
            let mut document = document(id, &text.join(["-", " ", ", "][mix(1) % 3]));
            document.author = ["SMITH,ADAM", "JONES,BEA", "SMITHERS,C"][mix(2) % 3].into();
            document.mrn = ["A-1", "a-1", "B-2"][mix(3) % 3].into();
            document.at = match mix(4) % 4 {
                0 => None,
                1 => Some(Moment::day_only(date(2026, 3, 1 + (id % 28) as i8))),
                _ => Some(Moment::at(
                    instant("2026-03-01T02:00:00Z").plus_hours(id * 11),
                )),
            };
            document
        })
        .collect()
}

/// An index that got these documents by detours: some were other documents first, some were
/// there and are gone.
fn detours(documents: &[IndexedDocument]) -> Place {
    let place = Place::new();
    let mut writer = place.writer();
    let before: Vec<_> = (1..=80)
        .map(|id| document(id, "heart failure x ab"))
        .collect();
    place.rebuild(&mut writer, before, 1);
    for (i, part) in documents.chunks(17).enumerate() {
        writer
            .apply(puts(part.to_vec()), place.at(2 + i as i64))
            .unwrap();
    }
    let gone = (61..=80).map(|id| Change::Remove(DocumentId(id)));
    writer.apply(gone.collect(), place.at(9)).unwrap();
    place
}

fn queryish() -> impl Strategy<Value = String> {
    let leaf = proptest::sample::select(vec![
        "heart",
        "failure",
        "he",
        "ab",
        "nothing",
        "he*",
        "ab*",
        "fail*",
        "x-h*",
        "ab-he*",
        "heart-fai*",
        "\"heart failure\"",
        "\"ab abc\"",
        "\"no heart\"",
        "heart-heart",
        "\"nothing heart\"",
        "x-ab",
        "author:smith",
        "author:smith*",
        "author:jones,b*",
        "mrn:a-1",
        "mrn:none",
        "date:2026-03-05",
        "date:2026-03-10..2026-03-20",
        "date:..T-15",
        "date:1999",
    ]);
    let leaf = (
        proptest::sample::select(vec!["", "", "", "-", "NOT "]),
        leaf,
    )
        .prop_map(|(sign, leaf)| format!("{sign}{leaf}"));
    leaf.prop_recursive(3, 12, 4, |inner| {
        let join = proptest::sample::select(vec![" ", " ", " OR "]);
        let sign = proptest::sample::select(vec!["", "", "-"]);
        (sign, join, proptest::collection::vec(inner, 1..4))
            .prop_map(|(sign, join, parts)| format!("{sign}({})", parts.join(join)))
    })
}

#[test]
fn searches_equal_a_scan() {
    let documents = documents();
    let place = detours(&documents);
    let reader = place.reader();
    proptest!(ProptestConfig::with_cases(500), |(text in queryish())| {
        let parsed = parse(&text, date(2026, 3, 31)).unwrap();
        let wanted: Vec<i64> = documents
            .iter()
            .filter(|document| fits(&parsed.root, document))
            .map(|document| document.document.0)
            .collect();
        for order in [SearchOrder::Best, SearchOrder::Newest] {
            let mut request = request(&text);
            request.order = order;
            request.limit = 100;
            let mut got = found(&reader, &request);
            got.sort_unstable();
            prop_assert_eq!(&got, &wanted, "{}", text);
        }
    });
}
