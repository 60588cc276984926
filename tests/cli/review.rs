//! `review …`: from the worklist to the hand-over, and who sees what.

use crate::support::Place;
use crate::support::fhir::{self, Stay};

/// A stay in house, and one that ended long ago; a specialist, a coder, an analyst.
fn place() -> Place {
    let place = Place::new();
    let mut here = Stay::new(1);
    here.discharged = false;
    let file = place.file("a.ndjson", fhir::ndjson(&[here, Stay::new(2)]));
    place.import(&[&file]);
    for (login, roles) in [("cora", "cdi"), ("cody", "coder"), ("ana", "analyst")] {
        place.user(login, roles);
    }
    place
}

#[test]
fn a_stay_is_reviewed_its_diagnoses_listed_and_handed_over() {
    let place = place();
    let as_cora = |arguments: &[&str]| {
        let mut all = vec!["--as", "cora", "review"];
        all.extend(arguments);
        place.run(&all)
    };
    let listed = as_cora(&["list", "--json"]).exits(0).json();
    assert_eq!(listed.len(), 1, "only who is in house or left lately");
    assert_eq!(listed[0]["visit"], "V00001");
    assert_eq!(listed[0]["reviews"], 0);
    as_cora(&["write", "V00001", "--findings", "begun"]).exits(0);
    as_cora(&[
        "write",
        "V00001",
        "--sign",
        "--findings",
        "done",
        "--outcome",
        "no_query",
    ])
    .exits(0);
    as_cora(&["write", "V00001", "--kind", "pre_bill", "--findings", "x"])
        .fails(3, "the patient is in house");
    let stay = as_cora(&["list", "--view", "mine", "--json"])
        .exits(0)
        .last();
    assert_eq!(stay["last_review"]["outcome"], "no_query");
    assert!(stay["next_review"].is_string(), "{stay}");

    let diagnoses = ["diagnoses", "V00001", "working"];
    let change = |more: &[&str]| {
        let mut all = diagnoses.to_vec();
        all.extend(more);
        as_cora(&all)
    };
    change(&["--add", "j189 Y Pneumonia", "--add", "fever, cause unclear"]).exits(0);
    change(&["--principal", "2", "--poa", "1=U"]).exits(0);
    change(&["--remove", "7"]).fails(3, "no line 7");
    let now = change(&["--json"]).exits(0).last();
    assert_eq!(now["entries"][1]["code"], "J18.9");
    assert_eq!(now["entries"][1]["poa"], "U");
    assert_eq!(change(&["--history", "--json"]).exits(0).json().len(), 2);

    as_cora(&[
        "hand-over",
        "V00001",
        "--to",
        "coder",
        "--reason",
        "look at the fever",
    ])
    .exits(0);
    let handed = place
        .run(&[
            "--as", "cody", "review", "list", "--view", "coding", "--json",
        ])
        .exits(0)
        .last();
    assert_eq!(handed["stage_reason"], "look at the fever");
    let to = |to: &str| place.run(&["--as", "cody", "review", "hand-over", "V00001", "--to", to]);
    to("final").fails(3, "the patient is in house");
    to("cdi").fails(3, "needs a reason");
    place
        .run(&[
            "--as",
            "cody",
            "review",
            "write",
            "V00001",
            "--findings",
            "x",
        ])
        .exits(4);
    let counts = as_cora(&["list", "--counts", "--json"]).exits(0).json();
    let coding = counts.iter().find(|c| c["view"] == "coding").unwrap();
    assert_eq!(coding["stays"], 1);
    as_cora(&["priority"]).exits(0);
    place.is_well();
}

#[test]
fn a_note_to_oneself_is_printed_to_its_author_alone() {
    let place = place();
    let note = [
        "--as",
        "cora",
        "review",
        "note",
        "V00001",
        "ZZPRIVATE words",
        "--private",
    ];
    place.run(&note).exits(0);
    let shown = |login: &str| {
        place
            .run(&["--as", login, "review", "show", "V00001"])
            .exits(0)
            .out
    };
    assert!(shown("cora").contains("ZZPRIVATE"));
    assert!(!shown("cody").contains("ZZPRIVATE"));
    place.run(&["--as", "ana", "review", "list"]).exits(4);
    place
        .run(&["--as", "ana", "review", "show", "V00001"])
        .exits(4);
}

#[test]
fn a_site_changes_the_priority_and_is_told_of_a_case_that_fails() {
    let place = place();
    let config = place.home().join("config");
    std::fs::create_dir_all(&config).unwrap();
    let own = "[[part]]\nmeasure = \"never_reviewed\"\npoints = 7\nmost = 7\n\
               [[case]]\nname = \"ours\"\nmeasures = { never_reviewed = 1 }\npriority = 8\n";
    std::fs::write(config.join("review_priority.toml"), own).unwrap();
    let dir = config.to_str().unwrap();
    let run = place
        .run(&["--config-dir", dir, "review", "priority", "--json"])
        .exits(1);
    assert_eq!(run.last()["failures"].as_array().unwrap().len(), 1);
    std::fs::write(config.join("review_priority.toml"), "[[part]]\n").unwrap();
    place
        .run(&["--config-dir", dir, "review", "list"])
        .fails(3, "review_priority.toml");
}
