//! `ladder`, `letters`, `report`, `daily` and `note`: the supervisor's verbs.

use super::work::with_stays;
use serde_json::Value;

#[test]
fn a_night_and_a_morning_of_the_supervisor() {
    let place = with_stays(3);
    let night = place.run(&["daily", "--json"]).exits(0).last();
    // The stays are months old: delinquent, and a final notice, for the one provider.
    assert_eq!(night["ladder"]["proposed"], 2, "{night}");
    assert_eq!(night["snapshots"].as_array().unwrap().len(), 1);
    let again = place.run(&["daily", "--json"]).exits(0).last();
    assert_eq!(again["ladder"]["proposed"], 0);
    let steps = place.run(&["ladder", "list", "--json"]).exits(0).json();
    let kinds: Vec<&str> = steps.iter().map(|s| s["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["final_notice", "delinquent"]);
    let id = steps[0]["id"].to_string();
    let about = place
        .run(&["ladder", "show", &id, "--json"])
        .exits(0)
        .last();
    assert_eq!(about["about"].as_array().unwrap().len(), 3);
    let preview = place.run(&["letters", "preview", &id]).exits(0).out;
    assert!(preview.contains("Subject: Final notice"), "{preview}");
    assert!(preview.contains("Testperson,Alma"), "{preview}");
    place.run(&["ladder", "confirm", "--all"]).exits(0);
    // Decided is decided.
    place.run(&["ladder", "confirm", &id]).exits(3);
    let folder = place.home().join("letters");
    let folder = folder.to_str().unwrap();
    place
        .run(&["letters", "print", "--format", "html", "--to", folder])
        .exits(0);
    let letters = place.run(&["letters", "list", "--json"]).exits(0).json();
    assert_eq!(letters[0]["copies"], 1);
    // A person reads what the letter says it is, a script the template's name.
    let listed = place.run(&["letters", "list"]).exits(0).out;
    assert!(listed.contains("Final notice"), "{listed}");
    assert!(!listed.contains("final_notice"), "{listed}");
    assert_eq!(letters[0]["template"], "final_notice");
    let number = letters[0]["id"].to_string();
    let again = place.run(&["letters", "reprint", &number]).exits(0).out;
    assert!(again.contains("delinquent"), "{again}");
    let shown = place
        .run(&["letters", "show", &number, "--json"])
        .exits(0)
        .last();
    assert_eq!(shown["printed"].as_array().unwrap().len(), 2);
    // A step without a letter is taken back; one whose letter went out is left.
    place.run(&["deficiency", "undo"]).exits(1);
    place.is_well();
}

#[test]
fn what_was_dismissed_can_be_undone_and_needs_a_reason() {
    let place = with_stays(1);
    place.run(&["daily"]).exits(0);
    place
        .run(&["ladder", "dismiss", "1", "--reason", " "])
        .exits(3);
    place
        .run(&["ladder", "dismiss", "1", "--reason", "agreed"])
        .exits(0);
    place.run(&["deficiency", "undo"]).exits(0);
    let open = place.run(&["ladder", "list", "--json"]).exits(0).json();
    assert_eq!(open.len(), 2);
    place
        .run(&["ladder", "list", "--state", "sideways"])
        .fails(2, "no state sideways");
}

#[test]
fn every_report_comes_as_text_csv_and_json() {
    let place = with_stays(2);
    place.run(&["daily"]).exits(0);
    for name in [
        "delinquency",
        "ageing",
        "on-time",
        "quarterly",
        "stages",
        "trend",
        "providers",
        "waiting",
        "ready",
        "productivity",
    ] {
        let by = ["report", name, "--by", "service"];
        let text = place.run(&by).exits(0).out;
        assert!(text.lines().count() > 2, "{name}: {text}");
        let csv = place
            .run(&[&by[..], &["--format", "csv"]].concat())
            .exits(0)
            .out;
        let json = place.run(&[&by[..], &["--json"]].concat()).exits(0).json();
        assert_eq!(csv.lines().count(), json.len() + 1, "{name}");
    }
    let rows = place
        .run(&["report", "delinquency", "--json"])
        .exits(0)
        .json();
    assert_eq!(rows[0]["delinquent_charts"], 2);
    assert_eq!(rows[0]["open"], 2);
    // Before anything was known nothing was so.
    let rows = place
        .run(&["report", "delinquency", "--json", "--date", "2026-02-01"])
        .exits(0)
        .json();
    assert_eq!(rows[0]["open"], 0);
    assert_eq!(rows[0]["rate_of_month"], Value::Null);
    place
        .run(&["report", "ageing", "--date", "2999-01-01"])
        .fails(3, "has not come yet");
    place
        .run(&["report", "statement"])
        .fails(2, "whose statement?");
    let statement = place.run(&["report", "statement", "Doe"]).exits(0).out;
    assert!(statement.contains("You owe 2 items"), "{statement}");
    let page = place
        .run(&["report", "statement", "Doe", "--format", "html"])
        .exits(0)
        .out;
    assert!(page.starts_with("<!doctype html>"), "{page}");
}

#[test]
fn a_person_reads_words_and_a_script_the_stable_names() {
    let place = with_stays(1);
    let waiting = place.run(&["report", "waiting", "--json"]).exits(0).last();
    let id = waiting["waits_for"][0]["deficiency"].to_string();
    place.run(&["deficiency", "complete", &id]).exits(0);
    for (report, words, name, field) in [
        (
            "productivity",
            "items completed",
            "deficiency.complete",
            "action",
        ),
        ("stages", "ready to code", "ready_to_code", "to"),
    ] {
        let text = place.run(&["report", report]).exits(0).out;
        assert!(text.contains(words) && !text.contains(name), "{text}");
        let json = place.run(&["report", report, "--json"]).exits(0).json();
        assert!(json.iter().any(|row| row[field] == name), "{json:?}");
        let csv = place.run(&["report", report, "--format", "csv"]);
        let csv = csv.exits(0).out;
        assert!(csv.contains(name) && !csv.contains(words), "{csv}");
    }
}

#[test]
fn a_stay_waits_for_its_summary_and_is_ready_when_it_is_completed() {
    let place = with_stays(1);
    let waiting = place.run(&["report", "waiting", "--json"]).exits(0).last();
    assert_eq!(waiting["waits_for"][0]["type"], "DS-M");
    assert_eq!(waiting["waits_for"][0]["owner"], "Doe,Jordan");
    place
        .run(&["note", "V00001", "promised for Friday"])
        .exits(0);
    let id = waiting["waits_for"][0]["deficiency"].to_string();
    place.run(&["deficiency", "complete", &id]).exits(0);
    let ready = place.run(&["report", "ready", "--json"]).exits(0).last();
    assert_eq!(ready["visit"], "V00001");
    assert_eq!(ready["lifted_by"], "DS-M");
    assert_eq!(ready["note"]["words"], "promised for Friday");
    let none = place.run(&["report", "waiting", "--json"]).exits(0).json();
    assert!(none.is_empty());
}

#[test]
fn a_sites_ladder_and_letters_are_checked_and_used() {
    let place = with_stays(1);
    let rules = place.home().join("config/rules");
    let templates = place.home().join("config/templates");
    std::fs::create_dir_all(&rules).unwrap();
    std::fs::create_dir_all(&templates).unwrap();
    let copied = place.home().join("copied");
    place
        .run(&["rules", "copy", copied.to_str().unwrap()])
        .exits(0);
    let ladder = std::fs::read_to_string(copied.join("ladder.toml")).unwrap();
    let wrong = ladder.replace("after_days = 7\n", "after_days = 8\n");
    std::fs::write(rules.join("ladder.toml"), wrong).unwrap();
    let check = place.run(&["rules", "check"]).exits(1).out;
    assert!(check.contains("LADDER"), "{check}");
    let short = ladder.replace("letter = \"final_notice\"", "letter = \"ours\"");
    std::fs::write(rules.join("ladder.toml"), short).unwrap();
    std::fs::write(
        templates.join("ours.txt"),
        "Subject: Ours\nDear {{ provider.name }}, {{ count }}.",
    )
    .unwrap();
    std::fs::write(
        templates.join("ours.html"),
        "<p>{{ provider.name }}{{ nothing }}</p>",
    )
    .unwrap();
    let check = place.run(&["letters", "check"]).exits(1).out;
    assert!(check.contains("ours.html"), "{check}");
    std::fs::write(templates.join("ours.html"), "<p>{{ provider.name }}</p>").unwrap();
    place.run(&["letters", "check"]).exits(0);
    place.run(&["daily"]).exits(0);
    place.run(&["ladder", "confirm", "--all"]).exits(0);
    let letter = place.run(&["letters", "print"]).exits(0).out;
    assert!(letter.contains("Dear Jordan Doe, 1."), "{letter}");
}
