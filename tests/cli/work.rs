//! `queue` and `deficiency …`: the day's work.

use crate::support::Place;
use crate::support::fhir;
use serde_json::{Value, json};

/// A place with stays that each owe a discharge summary.
pub(super) fn with_stays(count: usize) -> Place {
    let place = Place::new();
    let file = place.file("a.ndjson", fhir::ndjson(&fhir::stays(count)));
    place.import(&[&file]);
    place
}

/// Ids in the queue.
pub(super) fn ids(place: &Place) -> Vec<String> {
    place
        .queue("all")
        .iter()
        .map(|r| r["id"].to_string())
        .collect()
}

fn state(place: &Place, id: &str) -> Value {
    place
        .run(&["deficiency", "show", "--json", id])
        .exits(0)
        .last()["state"]
        .clone()
}

#[test]
fn a_queue_row_has_what_other_programs_rely_on() {
    let place = with_stays(1);
    let row = &place.queue("all")[0];
    for field in [
        "id",
        "type",
        "rule",
        "visit",
        "mrn",
        "patient",
        "class",
        "service",
        "owner",
        "state",
        "due",
        "age_days",
        "chargeable_days",
        "late",
        "document",
    ] {
        assert!(row.get(field).is_some(), "{field} is missing: {row}");
    }
    assert_eq!(row["patient"], "Testperson,Alma");
    assert_eq!(row["due"], "2026-02-08T20:00:00Z");
    assert_eq!(row["class"], "IP");
}

#[test]
fn a_deficiency_explains_itself() {
    let place = with_stays(1);
    let id = &ids(&place)[0];
    let shown = place
        .run(&["deficiency", "show", "--json", id])
        .exits(0)
        .last();
    assert_eq!(shown["rule"], "DS-M");
    assert!(shown["clock"].as_str().unwrap().contains("30 days"));
    assert!(shown["source"][0].as_str().unwrap().contains("482.24"));
    assert!(!shown["why"].as_str().unwrap().is_empty());
    assert!(!shown["owner_why"].as_str().unwrap().is_empty());
    assert_eq!(shown["history"].as_array().unwrap().len(), 1);
    assert!(shown["history"][0]["at"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn every_change_can_be_made_and_undone() {
    let place = with_stays(1);
    let id = ids(&place)[0].clone();
    let before = state(&place, &id);
    let changes: &[(&[&str], &str)] = &[
        (
            &["complete", &id, "--comment", "seen on paper"],
            "completed",
        ),
        (&["decline", &id, "--reason", "not_my_patient"], "declined"),
        (&["void", &id, "--reason", "opened by mistake"], "voided"),
    ];
    for (arguments, after) in changes {
        let mut all = vec!["deficiency"];
        all.extend(*arguments);
        all.push("--json");
        let outcome = place.run(&all).exits(0).last();
        assert_eq!(outcome["kind"], "outcome");
        assert_eq!(outcome["done"], json!([id.parse::<i64>().unwrap()]));
        assert_eq!(outcome["undoable"], true);
        assert_eq!(state(&place, &id), *after);
        place.run(&["deficiency", "undo", "--json"]).exits(0);
        assert_eq!(state(&place, &id), before, "after undo of {after}");
    }
    place
        .run(&["deficiency", "undo"])
        .fails(3, "nothing of yours to undo");
    place.is_well();
}

#[test]
fn several_changes_to_one_item_are_undone_one_after_the_other() {
    let place = with_stays(1);
    let id = ids(&place)[0].clone();
    let owner = || place.queue("all")[0]["owner"].clone();
    place
        .run(&[
            "deficiency",
            "assign",
            &id,
            "--to",
            "Roe",
            "--reason",
            "covers",
        ])
        .exits(0);
    place.run(&["deficiency", "complete", &id]).exits(0);
    place.run(&["deficiency", "undo"]).exits(0);
    assert_eq!(owner(), "Roe,Casey");
    place.run(&["deficiency", "undo"]).exits(0);
    assert_eq!(owner(), "Doe,Jordan");
    place
        .run(&["deficiency", "undo"])
        .fails(3, "nothing of yours to undo");
}

#[test]
fn an_undo_names_the_request_it_takes_back() {
    let place = with_stays(2);
    let all = ids(&place);
    let first = place
        .run(&["deficiency", "complete", &all[0], "--json"])
        .exits(0)
        .last();
    place
        .run(&["deficiency", "complete", &all[1], "--json"])
        .exits(0);
    let request = first["request"].as_str().unwrap();
    place.run(&["deficiency", "undo", request]).exits(0);
    assert_eq!(ids(&place), [all[0].clone()]);
    place.run(&["deficiency", "undo", request]).exits(3);
}

#[test]
fn assign_hold_and_release_leave_their_history() {
    let place = with_stays(1);
    let id = ids(&place)[0].clone();
    place
        .run(&[
            "deficiency",
            "assign",
            &id,
            "--to",
            "Roe",
            "--reason",
            "covers the ward",
        ])
        .exits(0);
    assert_eq!(place.queue("all")[0]["owner"], "Roe,Casey");
    place
        .run(&[
            "deficiency",
            "hold",
            &id,
            "--reason",
            "illness",
            "--until",
            "T+7",
        ])
        .exits(0);
    assert_eq!(place.queue("hold").len(), 1);
    place.run(&["deficiency", "unhold", &id]).exits(0);
    assert!(place.queue("hold").is_empty());
    let shown = place
        .run(&["deficiency", "show", "--json", &id])
        .exits(0)
        .last();
    let actions: Vec<&str> = shown["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["action"].as_str().unwrap())
        .collect();
    assert!(
        actions.contains(&"deficiency.assign") && actions.contains(&"deficiency.hold"),
        "{actions:?}"
    );
    place
        .run(&["deficiency", "assign", &id, "--to", "oe"])
        .fails(2, "may be");
    place
        .run(&["deficiency", "assign", &id, "--to", "Nobody"])
        .exits(3);
    place
        .run(&["deficiency", "hold", &id, "--reason", "bored"])
        .fails(2, "is none of illness");
}

#[test]
fn several_are_changed_at_once() {
    let place = with_stays(5);
    let all = ids(&place);
    let mut arguments = vec!["deficiency", "complete", "--json"];
    arguments.extend(all.iter().take(3).map(String::as_str));
    let outcome = place.run(&arguments).exits(0).last();
    assert_eq!(outcome["done"].as_array().unwrap().len(), 3);
    // One that is closed already is told, the open one is done.
    let run = place
        .run(&["deficiency", "complete", "--json", &all[0], &all[3]])
        .exits(1);
    let outcome = run.last();
    assert_eq!(outcome["done"], json!([all[3].parse::<i64>().unwrap()]));
    assert_eq!(outcome["refused"][0]["id"], all[0].parse::<i64>().unwrap());
    assert_eq!(ids(&place), [all[4].clone()]);
}

#[test]
fn one_is_added_by_hand() {
    let place = with_stays(1);
    place
        .run(&[
            "deficiency",
            "add",
            "V00001",
            "HP-M",
            "--owner",
            "Roe",
            "--due",
            "2026-03-31",
            "--json",
        ])
        .exits(0);
    let row = place
        .queue("all")
        .into_iter()
        .find(|r| r["type"] == "HP-M")
        .unwrap();
    assert_eq!(
        (&row["owner"], &row["due"]),
        (&json!("Roe,Casey"), &json!("2026-04-01T03:59:59.999999Z"))
    );
    // The analysis does not take back what a person added.
    place.run(&["analyze", "--all"]).exits(0);
    assert_eq!(place.queue("all").len(), 2);
    place
        .run(&["deficiency", "add", "V00001", "NO-SUCH"])
        .exits(3);
    place
        .run(&["deficiency", "add", "V99999", "HP-M"])
        .fails(3, "no visit V99999");
}

#[test]
fn the_queue_filters_sorts_and_pages() {
    let place = with_stays(7);
    let filtered = place
        .run(&["queue", "--json", "--filter", "visit:V00003"])
        .exits(0)
        .json();
    assert_eq!(filtered.len(), 1);
    assert_eq!(
        place
            .run(&["queue", "--json", "--limit", "4"])
            .exits(0)
            .json()
            .len(),
        4
    );
    let by_patient = place
        .run(&["queue", "--json", "--sort", "patient"])
        .exits(0)
        .json();
    assert_eq!(by_patient.len(), 7);
    assert_eq!(
        place
            .run(&["queue", "--json", "--view", "late"])
            .exits(0)
            .json()
            .len(),
        7
    );
    let text = place.run(&["queue"]).exits(0).out;
    assert!(text.ends_with("7 of 7\n"), "{text}");
    place
        .run(&["queue", "--view", "none-such"])
        .fails(2, "no view none-such");
    place
        .run(&["queue", "--sort", "colour"])
        .fails(2, "no sort order");
}
