//! `query …` and `lint`: from a draft to an answer.

use crate::support::Place;
use crate::support::fhir::{self, PROGRESS, Stay};
use serde_json::{Value, json};

/// A draft that the lint lets pass.
pub fn draft() -> Value {
    json!({
        "id": "d", "title": "Sodium and fluid restriction", "format": "multiple_choice",
        "body": "Please clarify the clinical significance of the sodium values listed above.",
        "options": ["Hyponatremia", "Expected finding without clinical significance", "Other (please specify)", "Unable to determine"],
        "indicators": [
            { "kind": "laboratory", "text": "Sodium 124 mmol/L", "date": "2026-01-06", "document": "Laboratory", "encounter": "current" },
            { "kind": "medication", "text": "Fluid restriction 1.2 L a day", "date": "2026-01-06", "document": "Orders", "encounter": "current" }
        ],
        "documented_diagnoses": []
    })
}

pub fn place() -> Place {
    let place = Place::new();
    let stay = Stay::new(1).note(PROGRESS, "Progress note", "Sodium 124.", true);
    let file = place.file("a.ndjson", fhir::ndjson(&[stay, Stay::new(2)]));
    place.import(&[&file]);
    place.provider("doe", "Doe");
    place.provider("roe", "Roe");
    place
}

pub fn save(place: &Place, draft: &Value) -> (i32, String) {
    let arguments = ["query", "draft", "V00001", "--json", "--as", "ann"];
    let run = place.run_with(&arguments, draft.to_string().as_bytes());
    let id = run.last()["id"].to_string();
    (run.code, id)
}

#[test]
fn a_query_is_drafted_issued_and_answered() {
    let place = place();
    let (code, id) = save(&place, &draft());
    assert_eq!(code, 0);
    place
        .run(&["query", "issue", &id, "--to", "Doe", "--json"])
        .exits(0);
    let shown = place.run(&["query", "show", "--json", &id]).exits(0).last();
    assert_eq!(shown["state"], "issued");
    assert!(shown["issued"].as_str().unwrap().ends_with('Z'), "{shown}");
    assert_eq!(shown["text"]["indicators"][0]["date"], "2026-01-06");

    place
        .run(&["--as", "roe", "query", "answer", &id, "no"])
        .exits(4);
    place
        .run(&["--as", "doe", "query", "answer", &id, "Hyponatremia"])
        .exits(0);
    let listed = place.run(&["query", "list", "--json"]).exits(0).last();
    assert_eq!(listed["visit"], "V00001");
    assert!(listed.get("topic").is_some());
    // The topic and what was overruled are the department's: whoever is asked is not led by them.
    let asked = place.run(&["--as", "doe", "query", "list", "--json"]);
    let asked = asked.exits(0).last();
    assert_eq!(asked["id"], listed["id"]);
    assert!(asked.get("topic").is_none() && asked.get("overruled").is_none());
    assert!(listed["answered"].is_string());
    assert_eq!(listed["answer"], "agree");
    let shown = place.run(&["query", "show", "--json", &id]).exits(0).last();
    assert_eq!(shown["response"]["option"], 0);
    assert_eq!(shown["answer"], "Hyponatremia");
    // An issued query cannot be issued again.
    assert_ne!(place.run(&["query", "issue", &id, "--to", "Doe"]).code, 0);
    place.is_well();
}

#[test]
fn the_lint_blocks_what_may_not_be_sent() {
    let place = place();
    let mut bad = draft();
    bad["body"] = "Documenting this would increase reimbursement.".into();
    bad["options"] = json!(["Hyponatremia"]);
    bad["indicators"] = json!([]);
    let (code, id) = save(&place, &bad);
    assert_eq!(code, 1, "saved, with findings");
    place
        .run(&["query", "issue", &id, "--to", "Doe"])
        .fails(3, "blocked by");
    let shown = place.run(&["query", "show", "--json", &id]).exits(0).last();
    assert_eq!(shown["state"], "draft");

    let lines = format!("{}\n{}\n", draft(), bad);
    let run = place.run_with(&["lint"], lines.as_bytes()).exits(1);
    let verdicts: Vec<Value> = run.json().iter().map(|o| o["verdict"].clone()).collect();
    assert_eq!(verdicts[1], "block");
    assert_ne!(verdicts[0], "block", "{}", run.out);
    let rules: Vec<Value> = run.json()[1]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["rule"].clone())
        .collect();
    for rule in ["L1", "L4", "L6"] {
        assert!(rules.contains(&json!(rule)), "{rule} is not in {rules:?}");
    }
    // A line that is none is told on standard error; the rest goes on.
    assert!(
        place
            .run_with(&["lint"], b"not json\n")
            .exits(1)
            .err
            .contains(":1:")
    );
}

#[test]
fn a_query_lives_from_issue_to_close_by_verbs() {
    let place = place();
    let (_, id) = save(&place, &draft());
    let run = |arguments: &[&str]| place.run(arguments).exits(0);
    run(&["query", "issue", &id, "--to", "Doe", "--json"]);
    // The same again is told, and goes out only on purpose.
    let (_, second) = save(&place, &draft());
    place
        .run(&["query", "issue", &second, "--to", "Doe"])
        .fails(3, "asked before");
    run(&["query", "issue", &second, "--to", "Doe", "--again"]);
    run(&["query", "withdraw", &second, "--reason", "asked twice"]);
    run(&["query", "escalate", &id, "--reason", "no answer by phone"]);
    let escalated = run(&["query", "list", "--state", "escalated", "--json"]).last();
    assert_eq!(escalated["step"], "reminder");
    assert_eq!(escalated["next"]["title"], "Second reminder");
    place
        .run(&["--as", "doe", "query", "answer", &id, "--option", "3"])
        .fails(3, "needs words");
    run(&[
        "--as",
        "doe",
        "query",
        "answer",
        &id,
        "--option",
        "3",
        "dilutional",
    ]);
    let money = ["--effect", "a higher DRG weight"];
    place
        .run(&[&["query", "reconcile", id.as_str()], &money[..]].concat())
        .fails(3, "L1");
    let effect = ["--codes", "E87.1", "--effect", "sodium explained"];
    run(&[&["query", "reconcile", id.as_str()], &effect[..]].concat());
    run(&["query", "close", &id]);
    let shown = run(&["query", "show", "--json", &id]).last();
    assert_eq!(shown["state"], "closed");
    assert_eq!(shown["response"]["kind"], "other");
    assert_eq!(shown["answer"], "Other: dilutional");
    let history: Vec<&str> = shown["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|h| h["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        history,
        [
            "query.issue",
            "query.remind",
            "query.answer",
            "query.reconcile",
            "query.close"
        ]
    );
    let theirs = place.run(&["--as", "doe", "query", "show", "--json", &id]);
    assert!(theirs.exits(0).last()["outcome"].is_null());
    let printed = run(&["query", "show", &id]).out;
    assert!(printed.contains("codes E87.1"), "{printed}");
    place.is_well();
}

#[test]
fn the_ladder_of_queries_is_shown_run_and_replaced_by_the_site() {
    let place = place();
    let (_, id) = save(&place, &draft());
    place.run(&["query", "issue", &id, "--to", "Doe"]).exits(0);
    let steps = place.run(&["query", "ladder", "--json"]).exits(0).json();
    assert_eq!(steps.len(), 5);
    let run = place.run(&["query", "advance", "--json"]).exits(0).last();
    assert_eq!((&run["waiting"], &run["reminded"]), (&json!(1), &json!(0)));
    // A site's own ladder reminds at once.
    let rules = place.home().join("config/rules");
    let copied = place.home().join("copied");
    place
        .run(&["rules", "copy", copied.to_str().unwrap()])
        .exits(0);
    std::fs::create_dir_all(&rules).unwrap();
    let ladder = std::fs::read_to_string(copied.join("query_ladder.toml")).unwrap();
    let at_once = ladder.replacen("after_days = 2\n", "after_days = 0\n", 1);
    std::fs::write(rules.join("query_ladder.toml"), at_once).unwrap();
    let daily = place.run(&["daily", "--json"]).exits(0).last();
    assert_eq!(daily["queries"]["reminded"], 1);
    let daily = place.run(&["daily", "--json"]).exits(0).last();
    assert_eq!(daily["queries"]["reminded"], 0);
}
