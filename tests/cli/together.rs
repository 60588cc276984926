//! Two processes at work in one data directory.

use crate::support::fhir::{self, Stay};
use crate::support::{PROGRAM, Place};
use std::collections::BTreeMap;
use std::process::Child;

/// Starts the program without waiting for it.
fn start(place: &Place, arguments: &[&str]) -> Child {
    let mut command = place.command(arguments);
    command.args(["--as", "ann"]);
    command.spawn().unwrap_or_else(|e| panic!("{PROGRAM}: {e}"))
}

#[test]
fn two_imports_at_once_take_everything_in_once() {
    let place = Place::new();
    let odd: Vec<Stay<'_>> = (1..600).step_by(2).map(Stay::new).collect();
    let all = place.file("all.ndjson", fhir::ndjson(&fhir::stays(600)));
    let odd = place.file("odd.ndjson", fhir::ndjson(&odd));
    let children = [
        start(&place, &["import", "--json", &all]),
        start(&place, &["import", "--json", &odd]),
    ];
    let mut new = 0;
    for child in children {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{said}");
        let out = String::from_utf8(output.stdout).unwrap();
        let summary: serde_json::Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
        new += summary["new"]["documents"].as_i64().unwrap();
    }
    assert_eq!(new, 600, "each document was new to one of them");
    assert_eq!(place.queue("all").len(), 600);
    assert_eq!(place.hits("pneumonia"), 600);
    place.is_well();
}

#[test]
fn one_item_is_completed_by_one_process() {
    let place = Place::new();
    let file = place.file("a.ndjson", fhir::ndjson(&fhir::stays(8)));
    place.import(&[&file]);
    let ids: Vec<String> = place
        .queue("all")
        .iter()
        .map(|r| r["id"].to_string())
        .collect();
    let mut done: BTreeMap<i64, usize> = BTreeMap::new();
    for pair in ids.chunks(2) {
        let mut arguments = vec!["deficiency", "complete", "--json"];
        arguments.extend(pair.iter().map(String::as_str));
        let children = [
            start(&place, &arguments),
            start(&place, &arguments),
            start(&place, &arguments),
        ];
        for child in children {
            let output = child.wait_with_output().unwrap();
            let code = output.status.code();
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(
                [Some(0), Some(1), Some(3)].contains(&code),
                "{code:?} {said}"
            );
            let outcome: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            let finished = outcome["done"].as_array().unwrap();
            let refused = outcome["refused"].as_array().unwrap();
            assert_eq!(
                finished.len() + refused.len(),
                pair.len(),
                "each is told: {outcome}"
            );
            assert!(
                refused
                    .iter()
                    .all(|r| !r["reason"].as_str().unwrap().is_empty())
            );
            for id in finished {
                *done.entry(id.as_i64().unwrap()).or_default() += 1;
            }
        }
    }
    assert_eq!(done.len(), 8);
    assert!(done.values().all(|n| *n == 1), "{done:?}");
    for id in &ids {
        let shown = place
            .run(&["deficiency", "show", "--json", id])
            .exits(0)
            .last();
        let history = shown["history"].as_array().unwrap();
        let completed = history
            .iter()
            .filter(|e| e["action"] == "deficiency.complete")
            .count();
        assert_eq!(completed, 1, "{shown}");
    }
    place.is_well();
}

#[test]
fn a_taken_chart_is_worked_by_its_holder_and_says_who_that_is() {
    let place = Place::new();
    let file = place.file("a.ndjson", fhir::ndjson(&fhir::stays(1)));
    place.import(&[&file]);
    place
        .run(&[
            "user", "add", "bea", "--name", "Bea Ruiz", "--roles", "analyst",
        ])
        .exits(0);
    let id = place.queue("all")[0]["id"].to_string();
    place.run(&["deficiency", "take", &id]).exits(0);
    let take = place.run(&["--as", "bea", "deficiency", "take", &id]);
    assert!([1, 3].contains(&take.code), "{}", take.err);
    assert!(take.err.contains("Ann Lee"), "{}", take.err);
    let complete = place.run(&["--as", "bea", "deficiency", "complete", &id]);
    assert!([1, 3].contains(&complete.code), "{}", complete.err);
    assert!(complete.err.contains("Ann Lee"), "{}", complete.err);
    assert_eq!(place.queue("all").len(), 1);
    place.run(&["deficiency", "release", &id]).exits(0);
    place
        .run(&["--as", "bea", "deficiency", "take", &id])
        .exits(0);
    place
        .run(&["--as", "bea", "deficiency", "complete", &id])
        .exits(0);
    place.is_well();
}
