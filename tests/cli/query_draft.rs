//! `query draft` from opportunities and templates, versions, the worklist of opportunities.

use crate::support::{Place, Run};
use serde_json::Value;

/// A demo hospital, just large enough for some opportunities. Its only user acts.
fn demo() -> Place {
    let place = Place::empty();
    verb(&place, &["demo", "--charts", "100", "--no-open"]).exits(0);
    place
}

fn verb(place: &Place, arguments: &[&str]) -> Run {
    Run::of(place.command(arguments).output().unwrap())
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_query_begins_from_the_worklist_with_its_evidence_and_keeps_its_versions() {
    let place = demo();
    let rows = verb(&place, &["opportunities", "worklist", "--json"])
        .exits(0)
        .json();
    assert!(rows.len() > 3);
    // What is asked about already stands behind the rest.
    let open = rows.iter().filter(|r| r["query"].is_null());
    let ranks: Vec<i64> = open.filter_map(|r| r["rank"].as_i64()).collect();
    assert!(ranks.windows(2).all(|w| w[0] >= w[1]), "{ranks:?}");
    let (visit, rule) = (text(&rows[0], "visit"), text(&rows[0], "rule"));
    let topic = text(&rows[0], "topic");
    let of_topic = verb(
        &place,
        &["opportunities", "worklist", "--topic", &topic, "--json"],
    );
    assert!(
        of_topic
            .exits(0)
            .json()
            .iter()
            .all(|r| r["topic"] == topic.as_str())
    );

    let seen = verb(
        &place,
        &["opportunities", &visit, "--topic", &topic, "--json"],
    )
    .exits(0)
    .last();
    let evidence = seen["evidence"].as_array().unwrap();
    let begin = [
        "query",
        "draft",
        &visit,
        "--from-opportunity",
        &rule,
        "--json",
    ];
    let made = verb(&place, &begin).last();
    let findings = made["lint"]["findings"].as_array().unwrap();
    assert!(
        findings.iter().all(|f| f["level"] != "block"),
        "{findings:?}"
    );
    let id = made["id"].to_string();
    let query = verb(&place, &["query", "show", &id, "--json"])
        .exits(0)
        .last();
    assert_eq!(query["text"]["rule"], rule.as_str());
    assert!(made["provider"].is_i64(), "the attending is asked: {made}");
    let to = [
        "query",
        "draft",
        &visit,
        "--from-opportunity",
        &rule,
        "--to",
        "nobody of this name",
    ];
    verb(&place, &to).exits(3);
    let service = text(&rows[0], "service");
    let part = service.to_lowercase();
    let of_service = ["opportunities", "worklist", "--service", &part, "--json"];
    let of_service = verb(&place, &of_service).exits(0).json();
    assert!(!of_service.is_empty());
    assert!(of_service.iter().all(|r| r["service"] == service.as_str()));
    verb(
        &place,
        &["opportunities", "worklist", "--service", "no such"],
    )
    .exits(3);
    assert_eq!(
        query["text"]["indicators"].as_array().unwrap().len(),
        evidence.len()
    );

    let cited = evidence.iter().find(|e| e["line"].is_i64());
    if let Some(fact) = cited {
        let place_of = format!("{}:{}", fact["document"], fact["line"]);
        let made = verb(
            &place,
            &["query", "draft", &visit, "--cite", &place_of, "--json"],
        )
        .last();
        let shown = verb(
            &place,
            &["query", "show", &made["id"].to_string(), "--json"],
        )
        .last();
        let indicator = &shown["text"]["indicators"][0];
        assert_eq!(indicator["line"], fact["line"]);
        assert_eq!(indicator["document"], fact["document"]);
    }

    let other = r#"{"title":"Clinical clarification","body":"Please clarify.","format":"open","indicators":[]}"#;
    let edit = Run::of(with_input(&place, &["query", "edit", &id, "--json"], other));
    assert_eq!(edit.last()["id"].to_string(), id);
    let versions = verb(&place, &["query", "versions", &id, "--json"])
        .exits(0)
        .json();
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[0]["text"]["body"], "Please clarify.");
    verb(&place, &["query", "revert", &id, "1"]).exits(0);
    let back = verb(&place, &["query", "show", &id, "--json"])
        .exits(0)
        .last();
    assert_eq!(back["text"], query["text"]);
    verb(&place, &["query", "revert", &id, "99"]).fails(3, "no version 99");
}

fn with_input(place: &Place, arguments: &[&str], input: &str) -> std::process::Output {
    use std::io::Write;
    let mut command = place.command(arguments);
    command.stdin(std::process::Stdio::piped());
    command.stdout(std::process::Stdio::piped());
    command.stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn templates_are_listed_checked_copied_and_laid_over_by_the_site() {
    let place = demo();
    let listed = verb(&place, &["query", "templates", "--json"])
        .exits(0)
        .json();
    let ids: Vec<String> = listed.iter().map(|t| text(t, "id")).collect();
    assert!(ids.contains(&"kidney_cause".to_owned()), "{ids:?}");
    verb(&place, &["query", "templates", "--check"]).exits(0);
    let folder = place.home().join("config/query-templates");
    let copy = ["query", "templates", "copy", folder.to_str().unwrap()];
    verb(&place, &copy).exits(0);
    let file = folder.join("aki.toml");
    let ours = std::fs::read_to_string(&file).unwrap();
    let named = ours.replace("title = \"Change in kidney function\"", "title = \"AKI\"");
    std::fs::write(&file, named).unwrap();
    let check = verb(&place, &["query", "templates", "--check"]).exits(1);
    assert!(check.out.contains("aki: L2"), "{}", check.out);
    std::fs::write(&file, ours.replace("topic", "topics")).unwrap();
    let check = verb(&place, &["query", "templates", "--check"]).exits(1);
    assert!(check.out.contains("aki.toml"), "{}", check.out);
    std::fs::write(
        &file,
        ours.replace("name = \"Change", "name = \"Our change"),
    )
    .unwrap();
    let own = verb(&place, &["query", "templates", "--topic", "aki", "--json"])
        .exits(0)
        .json();
    assert_eq!(own.len(), 1);
    assert_eq!(own[0]["name"], "Our change in kidney function");
}
