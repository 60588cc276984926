//! `annotate`: texts in, what they say out. Needs no data directory.

use crate::support::Place;
use serde_json::{Value, json};

#[test]
fn a_concept_is_judged_line_by_line() {
    let place = Place::new();
    let input = concat!(
        "{\"id\":\"a\",\"text\":\"No fever or CHILLS.\",\"concept\":\"Chills\"}\n",
        "not json\n\n",
        "{\"id\":7,\"text\":\"Mother had GOUT.\",\"concept\":\"gout\"}\n",
        "{\"id\":8,\"text\":\"Cough.\",\"concept\":\"gout\"}",
    );
    let run = place.run_with(&["annotate", "--json"], input.as_bytes());
    assert_eq!(run.code, 1);
    assert!(run.err.contains("standard input:2:"), "{}", run.err);
    let lines: Vec<Value> = run
        .out
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    let short = |v: &Value| json!([v["id"], v["polarity"], v["time"], v["who"], v["trigger"]]);
    assert_eq!(
        short(&lines[0]),
        json!(["a", "negated", "current", "patient", "No"])
    );
    assert_eq!(
        short(&lines[1]),
        json!([7, "affirmed", "current", "other", "Mother"])
    );
    assert_eq!(
        short(&lines[2]),
        json!([8, "affirmed", "current", "patient", null])
    );
    assert_eq!(lines[0]["concept"], json!({ "start": 12, "end": 18 }));
    assert_eq!(lines[2]["concept"], Value::Null);
}

#[test]
fn a_note_has_sections_findings_and_values() {
    let place = Place::new();
    let text = "HPI: Denies fever.\nLABS: Cr 2.1 mg/dL";
    let input = json!({ "id": 1, "text": text }).to_string();
    let run = place.run_with(&["annotate", "--json"], input.as_bytes());
    assert_eq!(run.code, 0);
    let note: Value = serde_json::from_str(run.out.trim()).unwrap();
    assert_eq!(note["sections"][0]["kind"], "hpi");
    assert_eq!(
        note["sections"][1]["body"],
        json!({ "start": 25, "end": text.len() })
    );
    assert_eq!(note["findings"][0]["text"], "fever");
    assert_eq!(note["findings"][0]["polarity"], "negated");
    assert_eq!(note["values"][0]["analyte"], "creatinine");
    let stay = crate::support::fhir::Stay::new(1).note("11506-3", "Progress note", text, true);
    let records = place.file("one.ndjson", crate::support::fhir::ndjson(&[stay]));
    place.run(&["import", &records]).exits(0);
    let hit = place
        .run(&["search", "denies", "--json"])
        .kind("hit")
        .remove(0);
    let id = hit["document"].to_string();
    let shown = place.run(&["annotate", "--document", &id]).exits(0).out;
    assert!(shown.contains("fever  negated  (Denies)"), "{shown}");
    let file = place.file("note.txt", text);
    let shown = place.run(&["annotate", "--file", &file]).out;
    assert!(shown.contains("fever  negated  (Denies)"), "{shown}");
}
