//! `query export`: text, HTML and FHIR, and the FHIR bundle back through our own importer.

use super::query::{draft, place, save};
use crate::support::Place;
use serde_json::Value;

/// A query of the first stay, answered by Doe.
fn answered() -> (Place, String) {
    let place = place();
    let (_, id) = save(&place, &draft());
    place.run(&["query", "issue", &id, "--to", "Doe"]).exits(0);
    place
        .run(&["--as", "doe", "query", "answer", &id, "Hyponatremia"])
        .exits(0);
    (place, id)
}

fn export(place: &Place, id: &str, form: &str) -> String {
    place
        .run(&["query", "export", id, "--format", form])
        .exits(0)
        .out
}

#[test]
fn an_export_says_what_was_asked_and_answered() {
    let (place, id) = answered();
    let text = export(&place, &id, "text");
    for words in [
        "Sodium and fluid restriction",
        "Testperson",
        "MRN M00001",
        "Sodium 124 mmol/L, 2026-01-06 (Laboratory)",
        "(x) Hyponatremia",
        "( ) Unable to determine",
        "Doe",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
    assert!(text.lines().all(|l| l.chars().count() <= 80), "{text}");
    let html = export(&place, &id, "html");
    assert!(html.starts_with("<!doctype html>") && !html.contains("<script"));
    assert!(html.contains("<style>") && !html.contains("src=") && !html.contains("href="));
    assert_eq!(export(&place, &id, "fhir"), export(&place, &id, "fhir"));
}

#[test]
fn a_file_is_made_anew_and_a_stranger_gets_none() {
    let (place, id) = answered();
    let path = place.home().join("q.txt");
    let path = path.to_str().unwrap();
    let arguments = ["query", "export", &id, "--out", path];
    place.run(&arguments).exits(0);
    assert!(
        std::fs::read_to_string(path)
            .unwrap()
            .contains("Hyponatremia")
    );
    place.run(&arguments).exits(3);
    let run = place.run(&["--as", "roe", "query", "export", &id]).exits(4);
    assert_eq!(run.out, "");
    assert!(export_as(&place, "doe", &id).contains("Hyponatremia"));
    let (_, draft_id) = save(&place, &draft());
    place
        .run(&["query", "export", &draft_id])
        .fails(3, "is a draft");
}

fn export_as(place: &Place, login: &str, id: &str) -> String {
    place
        .run(&["--as", login, "query", "export", id])
        .exits(0)
        .out
}

/// Types of the documents of a visit.
fn documents(place: &Place, visit: &str) -> Vec<String> {
    let run = place.run(&["chart", visit, "--json"]).exits(0);
    let kind = |d: &Value| d["type"].as_str().unwrap().to_owned();
    run.kind("document").iter().map(kind).collect()
}

#[test]
fn the_bundle_comes_in_again_and_makes_nobody_twice() {
    let (place, id) = answered();
    let before = documents(&place, "V00001");
    let owed = place.queue("all").len();
    let file = place.file("query.json", export(&place, &id, "fhir"));
    // From the source the charts came from, from another one, and once more.
    for (source, documents) in [("import", 1), ("ehr", 0), ("ehr", 0)] {
        let run = place
            .run(&["import", "--json", "--source", source, &file])
            .exits(0);
        let summary = run.last();
        assert_eq!(run.json().len(), 1, "issues: {}", run.out);
        assert_eq!(summary["rejected"], 0, "{summary}");
        let new = summary["new"].as_object().unwrap();
        assert_eq!(new["documents"], documents, "{summary}");
        let others = new.iter().filter(|(kind, _)| *kind != "documents");
        assert!(others.into_iter().all(|(_, n)| n == 0), "{summary}");
    }
    // One document more in the same visit, taken for no report, and nothing owed because of it.
    let mut after = documents(&place, "V00001");
    assert_eq!(
        after.iter().filter(|k| *k == "query").count(),
        1,
        "{after:?}"
    );
    after.retain(|k| k != "query");
    assert_eq!(after, before);
    assert_eq!(place.queue("all").len(), owed);
    place.is_well();
}
