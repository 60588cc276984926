//! `analyze`, `rules`, `audit`, `index`, usage: keeping the house.

use super::work::{ids, with_stays};
use crate::support::Place;
use serde_json::json;

#[test]
fn analysis_again_changes_nothing_and_can_be_tried() {
    let place = with_stays(3);
    let again = place.run(&["analyze", "--all", "--json"]).exits(0).last();
    assert_eq!(
        (&again["opened"], &again["cleared"]),
        (&json!(0), &json!(0))
    );

    let rules = place.home().join("trial");
    std::fs::create_dir(&rules).unwrap();
    std::fs::write(rules.join("off.toml"), "id = \"DS-M\"\nenabled = false\n").unwrap();
    let trial = rules.to_str().unwrap();
    let run = place
        .run(&["analyze", "--all", "--what-if", "--rules", trial, "--json"])
        .exits(0);
    assert_eq!(run.last()["open"], 0);
    assert_eq!(place.queue("all").len(), 3);
}

#[test]
fn rules_are_listed_checked_and_copied() {
    let place = Place::empty();
    let listed = place.run(&["rules", "list", "--json"]).exits(0).json();
    assert!(
        listed
            .iter()
            .any(|r| r["id"] == "HP-M" && r["enabled"] == true)
    );
    let checked = place.run(&["rules", "check", "--json"]).exits(0).json();
    assert!(checked.len() > 50 && checked.iter().all(|c| c["failure"].is_null()));

    let folder = place.home().join("config/rules");
    place
        .run(&["rules", "copy", folder.to_str().unwrap()])
        .exits(0);
    let file = folder.join("ds_m.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("due_days = 30 ", "due_days = 14 ")).unwrap();
    let run = place.run(&["rules", "check"]).exits(1);
    assert!(run.out.contains("ds_m.toml:"), "{}", run.out);
    std::fs::write(&file, "id = \"DS-M\"\nnonsense = 1\n").unwrap();
    let run = place.run(&["rules", "check"]).exits(1);
    assert!(run.out.contains("ds_m.toml"), "{}", run.out);
}

#[test]
fn rules_tell_where_everything_is_published() {
    let place = Place::empty();
    let site = place.home().join("config/language");
    std::fs::create_dir_all(&site).unwrap();
    std::fs::write(site.join("units.toml"), "source = \"Our laboratory\"\n").unwrap();
    let said = place.run(&["rules", "sources", "--json"]).exits(0).json();
    let told = |kind: &str, name: &str, words: &str| {
        let of = said
            .iter()
            .filter(|s| s["kind"] == kind && s["name"] == name);
        let mut found = of.filter(|s| s["source"].as_str().unwrap().contains(words));
        assert!(found.next().is_some(), "{kind} {name}: {words}");
    };
    told("deficiency", "DS-M", "");
    told("opportunity", "aki-kdigo", "KDIGO 2012");
    told("concepts", "kdigo.toml", "Kidney Int Suppl 2012");
    told("concepts", "kdigo.toml [ckd_epi]", "Inker");
    told("concepts", "measures.toml", "LOINC");
    told("language", "units.toml", "Our laboratory");
    told("lint", "L1", "AHIMA/ACDIS");
    told("mapping", "mimic", "MIMIC-IV");
}

#[test]
fn every_view_and_change_is_in_the_audit_log() {
    let place = with_stays(1);
    let id = ids(&place)[0].clone();
    place.run(&["chart", "V00001"]).exits(0);
    place.run(&["search", "pneumonia"]).exits(0);
    place.run(&["deficiency", "complete", &id]).exits(0);
    place
        .run(&["user", "add", "paula", "--roles", "privacy"])
        .exits(0);
    let rows = place
        .run(&["--as", "paula", "audit", "show", "--json", "--limit", "200"])
        .exits(0)
        .json();
    let actions: Vec<&str> = rows.iter().map(|r| r["action"].as_str().unwrap()).collect();
    for wanted in [
        "import.batch",
        "chart.open",
        "search",
        "deficiency.complete",
        "user.add",
    ] {
        assert!(
            actions.iter().any(|a| a.starts_with(wanted)),
            "{wanted} is not in {actions:?}"
        );
    }
    let row = rows
        .iter()
        .find(|r| r["action"] == "deficiency.complete")
        .unwrap();
    assert_eq!(row["login"], "ann");
    assert!(row["at"].as_str().unwrap().ends_with('Z'), "{row}");
    assert!(row["os_user"].as_str().unwrap().contains("uid"));
}

#[test]
fn the_index_is_rebuilt_when_it_is_gone() {
    let place = with_stays(3);
    assert_eq!(place.hits("pneumonia"), 3);
    std::fs::remove_dir_all(place.data().join("index")).unwrap();
    assert_eq!(place.hits("pneumonia"), 3);
    place.run(&["index", "rebuild"]).exits(0);
    assert_eq!(place.hits("pneumonia"), 3);
    place.is_well();
}

#[test]
fn usage_mistakes_exit_with_two() {
    let place = Place::empty();
    for arguments in [
        &["no-such-verb"][..],
        &["queue", "--limit", "many"],
        &["import"],
        &["init"],
    ] {
        place.run(arguments).exits(2);
    }
    let run = place.run(&["--help"]).exits(0);
    assert!(run.out.contains("Usage: chartroom"));
    place.run(&["--version"]).exits(0);
    place.run(&["completions", "bash"]).exits(0);
    assert!(place.run(&["man"]).exits(0).out.contains(".TH"));
}

#[test]
fn without_data_the_program_says_what_to_do() {
    let place = Place::empty();
    let run = place.run(&[]).exits(0);
    assert!(run.out.contains("chartroom demo") && run.out.contains("chartroom init"));
    place.run(&["queue"]).fails(3, "chartroom init");
}
