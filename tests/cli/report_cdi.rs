//! `report cdi`: figures with both numbers, groups by name, the list behind a figure.

use super::query::{draft, place, save};
use crate::support::Place;
use serde_json::Value;

/// A query that Doe answered.
fn asked() -> (Place, String) {
    let place = place();
    let (_, id) = save(&place, &draft());
    place.run(&["query", "issue", &id, "--to", "Doe"]).exits(0);
    place
        .run(&["--as", "doe", "query", "answer", &id, "Hyponatremia"])
        .exits(0);
    (place, id)
}

fn figure(rows: &[Value], name: &str) -> Value {
    rows.iter().find(|r| r["figure"] == name).unwrap().clone()
}

#[test]
fn every_figure_comes_with_both_numbers_and_its_formula() {
    let (place, id) = asked();
    let rows = place.run(&["report", "cdi", "--json"]).exits(0).json();
    let response = figure(&rows, "response_rate");
    assert_eq!(
        (&response["numerator"], &response["denominator"]),
        (&1.into(), &1.into())
    );
    assert_eq!(response["value"], 100.0);
    assert!(response["formula"].as_str().unwrap().contains("withdrawn"));
    let text = place.run(&["report", "cdi"]).exits(0).out;
    assert!(text.contains("Response rate: queries issued"), "{text}");
    let csv = place
        .run(&["report", "cdi", "--by", "provider", "--format", "csv"])
        .exits(0)
        .out;
    assert!(csv.starts_with("key,name,review_rate_numerator,"), "{csv}");
    assert!(csv.contains("Doe"), "{csv}");
    let behind = place
        .run(&["report", "cdi", "--behind", "agree_rate", "--json"])
        .exits(0)
        .json();
    assert_eq!(behind.len(), 1);
    assert_eq!(behind[0]["query"].to_string(), id);
    assert_eq!(behind[0]["visit"], "V00001");
}

#[test]
fn a_provider_is_refused_and_mistakes_are_told() {
    let (place, _) = asked();
    for arguments in [
        &["--as", "doe", "report", "cdi"][..],
        &["--as", "doe", "report", "cdi", "--behind", "agree_rate"],
    ] {
        let run = place.run(arguments).exits(4);
        assert_eq!(run.out, "");
    }
    place
        .run(&["report", "cdi", "--behind", "sense"])
        .fails(2, "is no figure");
    place
        .run(&["report", "cdi", "--by", "type"])
        .fails(2, "cdi goes by");
    place
        .run(&["report", "delinquency", "--by", "topic"])
        .fails(2, "report cdi");
    place
        .run(&[
            "report",
            "cdi",
            "--from",
            "2026-02-01",
            "--date",
            "2026-01-01",
        ])
        .fails(3, "is after");
}
