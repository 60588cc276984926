//! A query draft survives whatever happens to the line.

use super::driver::Terminal;
use super::work::{kept_demo, run, workstation_at};
use crate::support::Place;

/// The words of every draft, as the store has them.
fn drafts(place: &Place) -> String {
    String::from_utf8(run(place, &["query", "list", "--json"]).stdout).unwrap()
}

fn draft_body(place: &Place) -> String {
    let list = drafts(place);
    let line = list.lines().next().unwrap_or_default();
    let value: serde_json::Value = serde_json::from_str(line).unwrap();
    let id = value["id"].to_string();
    String::from_utf8(run(place, &["query", "show", &id, "--json"]).stdout).unwrap()
}

fn composer(place: &Place) -> Terminal {
    let mut t = workstation_at(place, 80, 24, &[]);
    t.command("app.goto-queue")
        .see("DEFICIENCIES")
        .until("rows", |s| s.contains("> "));
    t.command("queue.open-chart").see("CHART");
    t.command("query.compose").see("QUERY").see("Question");
    t
}

/// Moves to the title and types there. The composer opens at the template, three fields before
/// the title; keys are kept in order, so one wait is enough.
fn type_title(t: &mut Terminal, words: &str) {
    t.see(">Template").keys("\t\t\t").see(">Title");
    t.keys(words).see(words);
}

#[test]
fn a_draft_is_saved_while_it_is_typed_and_survives_a_kill() {
    let place = kept_demo();
    let mut t = composer(&place);
    type_title(&mut t, "Renal function");
    t.see("saved ");
    t.kill();
    assert!(draft_body(&place).contains("Renal function"));
}

#[test]
fn a_draft_survives_a_dropped_line_in_mid_sentence() {
    let place = kept_demo();
    let mut t = composer(&place);
    type_title(&mut t, "Cut off here");
    // Without waiting for the save: the hang-up itself saves.
    let mut child = t.hang_up();
    child.wait().unwrap();
    assert!(draft_body(&place).contains("Cut off here"));
}

/// Control-X, the prefix of the composer's keys.
const PREFIX: &str = "\u{18}";

#[test]
fn from_the_best_opportunity_to_a_sent_query_takes_six_keys() {
    // Just large enough for some opportunities.
    let place = Place::empty();
    run(&place, &["demo", "--charts", "100", "--no-open"]);
    let mut t = workstation_at(&place, 80, 24, &[]);
    t.keys("gQ").see("OPPORTUNITIES");
    t.until("the best row with its evidence", |s| {
        s.contains("> ") && s.contains("Criterion:")
    });
    t.keys("Q").see("QUERY").see("Question");
    t.until("checked", |s| {
        s.contains("COMPLIANCE passed") || s.contains("to look at")
    });
    t.keys(&format!("{PREFIX}s")).see("Send this query?");
    // The row goes behind those that are not asked yet; the cursor goes on to the next.
    t.keys("y").see("OPPORTUNITIES").see("OK: Sent to ");
    let list = drafts(&place);
    let value: serde_json::Value = serde_json::from_str(list.lines().next().unwrap()).unwrap();
    assert_eq!(value["state"], "issued", "{list}");
    let body = draft_body(&place);
    let query: serde_json::Value = serde_json::from_str(body.trim()).unwrap();
    assert_ne!(query["text"]["rule"], "");
    // The worklist marks what is asked: this one, and those the demo was made with.
    let worklist = run(&place, &["opportunities", "worklist", "--json"]).stdout;
    let worklist = String::from_utf8(worklist).unwrap();
    let rows = worklist.lines().map(|l| serde_json::from_str(l).unwrap());
    let asked = rows.filter(|r: &serde_json::Value| r["query"].is_string());
    assert!(asked.count() > 1, "{worklist}");
    let cited = query["text"]["indicators"].as_array().unwrap();
    assert!(!cited.is_empty());
}
