//! The demo hospital: what is planted is found, nothing else is, and it leaves nothing behind.

use crate::support::{Place, Run, files_below};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Deficiency types whose truth is complete in the manifest and whose rules run.
const BUILT: &[&str] = &[
    "HP-M", "OP-M", "DS-M", "CN-M", "SIG", "COS", "DTH", "ED-M", "TXT", "AUT", "ADD",
];

/// How often each (visit, type, owner) occurs.
type Counted = BTreeMap<(String, String, String), usize>;

fn count<'a>(rows: impl Iterator<Item = &'a Value>, fields: [&str; 3]) -> Counted {
    let mut counted = Counted::new();
    for row in rows {
        let [visit, kind, owner] = fields.map(|f| row[f].as_str().unwrap_or_default().to_owned());
        if BUILT.contains(&kind.as_str()) {
            *counted.entry((visit, kind, owner)).or_default() += 1;
        }
    }
    counted
}

/// Compares a demo's queue with its manifest.
#[track_caller]
fn agrees(arguments: &[&str]) {
    let place = Place::empty();
    let manifest = place.home().join("manifest");
    let mut all = vec![
        "demo",
        "--no-open",
        "--json",
        "--manifest",
        manifest.to_str().unwrap(),
    ];
    all.extend(arguments);
    let output = place.command(&all).output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let queue = place
        .command(&["queue", "--json", "--limit", "1000000"])
        .output()
        .unwrap();
    let opportunities = place
        .command(&["opportunities", "--json"])
        .output()
        .unwrap();
    let parse = |text: &str| -> Vec<Value> {
        text.lines()
            .map(|l| serde_json::from_str(l).unwrap())
            .collect()
    };
    let queue = parse(&String::from_utf8(queue.stdout).unwrap());
    let planted = parse(&std::fs::read_to_string(&manifest).unwrap());
    opportunities_agree(
        &parse(&String::from_utf8(opportunities.stdout).unwrap()),
        &planted,
    );
    queries_have_a_life(&place);
    let deficiencies = |expect: &'static str| {
        planted
            .iter()
            .filter(move |p| p["family"] == "deficiency" && p["expect"] == expect)
    };
    let wanted = count(deficiencies("must_find"), ["visit", "kind", "owner_name"]);
    let found = count(queue.iter(), ["visit", "type", "owner"]);
    let only_in = |a: &Counted, b: &Counted| -> Vec<String> {
        let more = a.iter().filter(|(key, n)| b.get(*key).unwrap_or(&0) < n);
        more.map(|(key, n)| format!("{key:?} {n}")).collect()
    };
    assert_eq!(
        only_in(&wanted, &found),
        Vec::<String>::new(),
        "planted and not found"
    );
    assert_eq!(
        only_in(&found, &wanted),
        Vec::<String>::new(),
        "found and not planted"
    );
    for kind in BUILT {
        assert!(
            wanted.keys().any(|(_, k, _)| k == kind),
            "no {kind} is planted: nothing was tested"
        );
    }
    for planted in deficiencies("must_not_find") {
        let there = found
            .keys()
            .any(|(visit, kind, _)| planted["visit"] == **visit && planted["kind"] == **kind);
        let both = wanted
            .keys()
            .any(|(visit, kind, _)| planted["visit"] == **visit && planted["kind"] == **kind);
        assert!(!there || both, "{planted}");
    }
    // Where the clock starts is told where the type leaves no choice.
    for planted in deficiencies("must_find").filter(|p| BUILT.iter().any(|k| p["kind"] == **k)) {
        let Some(start) = planted["start"].as_str() else {
            continue;
        };
        let same = |r: &&Value| r["visit"] == planted["visit"] && r["type"] == planted["kind"];
        assert!(
            queue.iter().filter(same).any(|r| r["start"] == start),
            "start of {planted}"
        );
    }
}

/// There is a query in every state, an answer of every kind, and one far up the ladder.
#[track_caller]
fn queries_have_a_life(place: &Place) {
    let listed = place
        .command(&["query", "list", "--json"])
        .output()
        .unwrap();
    let rows: Vec<Value> = String::from_utf8(listed.stdout)
        .unwrap()
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let named =
        |field: &str| -> BTreeSet<&str> { rows.iter().filter_map(|r| r[field].as_str()).collect() };
    let states = named("state");
    for state in [
        "draft",
        "issued",
        "responded",
        "reconciled",
        "closed",
        "withdrawn",
        "expired",
    ] {
        assert!(states.contains(state), "no query is {state}: {states:?}");
    }
    let answers = named("answer");
    for answer in ["agree", "other", "unable"] {
        assert!(
            answers.contains(answer),
            "no answer is {answer}: {answers:?}"
        );
    }
    assert!(rows.iter().any(|r| r["level"] == 4), "none is escalated");
    assert!(rows.iter().any(|r| r["redirects"] == 1));
    assert!(rows.iter().any(|r| r["format"] == "verbal"));
}

/// Every planted query opportunity is found once, none is invented, look-alikes stay silent.
#[track_caller]
fn opportunities_agree(found: &[Value], planted: &[Value]) {
    let planted = |expect: &str| -> BTreeSet<(String, String)> {
        planted
            .iter()
            .filter(|p| p["family"] == "opportunity" && p["expect"] == expect)
            .map(|p| pair(p, "kind"))
            .collect()
    };
    let (wanted, silent) = (planted("must_find"), planted("must_not_find"));
    let told: BTreeSet<(String, String)> = found.iter().map(|f| pair(f, "topic")).collect();
    let less = |a: &BTreeSet<_>, b: &BTreeSet<_>| -> Vec<(String, String)> {
        a.difference(b).cloned().collect()
    };
    let none = Vec::<(String, String)>::new();
    assert_eq!(less(&wanted, &told), none, "planted and not found");
    assert_eq!(less(&told, &wanted), none, "found and not planted");
    assert!(silent.iter().all(|s| !told.contains(s)));
    let topics: BTreeSet<&String> = wanted.iter().map(|w| &w.1).collect();
    assert_eq!(topics.len(), 30, "a topic without a plant was not tested");
    assert!(!silent.is_empty());
    for one in found {
        let evidence = one["evidence"].as_array().unwrap();
        assert!(!evidence.is_empty(), "{one}");
        assert!(one["source"].as_array().is_some_and(|s| !s.is_empty()));
    }
}

fn pair(value: &Value, kind: &str) -> (String, String) {
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    (text("visit"), text(kind))
}

#[test]
fn what_is_planted_is_found_and_nothing_else() {
    agrees(&["--now", "2026-03-22T14:00:00Z"]);
}

#[test]
fn another_seed_and_the_change_to_winter_time_agree_too() {
    agrees(&["--now", "2025-11-02T06:30:00Z", "--seed", "77"]);
}

#[test]
fn a_demo_without_a_directory_leaves_nothing_behind() {
    let place = Place::empty();
    let mut command = place.command(&["demo", "--no-open", "--charts", "3"]);
    let output = command
        .env_remove("CHARTROOM_DATA_DIR")
        .env_remove("CHARTROOM_KEY_FILE")
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(files_below(place.home()), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_kept_demo_is_an_ordinary_data_directory() {
    let place = Place::empty();
    let demo = ["demo", "--no-open", "--charts", "12"];
    assert_eq!(
        place.command(&demo).output().unwrap().status.code(),
        Some(0)
    );
    let run = |arguments: &[&str]| place.command(arguments).output().unwrap();
    assert_eq!(run(&["doctor"]).status.code(), Some(0));
    assert_eq!(run(&["audit", "verify"]).status.code(), Some(0));
    assert_eq!(run(&["search", "patient"]).status.code(), Some(0));
    // A second one does not touch it.
    let again = run(&demo);
    assert_eq!(again.status.code(), Some(3));
    assert_eq!(String::from_utf8_lossy(&again.stderr).lines().count(), 1);
    assert_eq!(run(&["doctor"]).status.code(), Some(0));
}

#[test]
fn a_bar_of_a_day_counts_what_its_queue_lists() {
    let place = Place::empty();
    // As the demo's own user.
    let run = |arguments: &[&str]| Run::of(place.command(arguments).output().unwrap()).exits(0);
    let json = |arguments: &[&str]| run(&[arguments, &["--json"]].concat()).json();
    run(&["demo", "--no-open", "--charts", "60"]);
    let open = json(&["queue"]);
    let ids: Vec<String> = open.iter().take(5).map(|r| r["id"].to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    run(&[&["deficiency", "complete"], &ids[..]].concat());
    run(&["deficiency", "reopen", ids[0]]);
    let listed = |view: &str, filter: String| {
        let asked = ["queue", "--view", view, "--limit", "1000", "--filter"];
        json(&[&asked[..], &[filter.as_str()]].concat()).len()
    };
    let mut seen = (0, 0);
    for day in json(&["report", "flow", "--days", "3"]) {
        let date = day["day"].as_str().unwrap();
        let found = (
            listed("every", format!("opened:{date}")),
            listed("closed", format!("closed:{date}")),
            listed("closed", format!("closed:{date} late")),
        );
        let count = |field: &str| usize::try_from(day[field].as_i64().unwrap()).unwrap();
        let bars = (count("opened"), count("closed"), count("closed_late"));
        assert_eq!(found, bars, "{date}");
        seen = (seen.0 + found.0, seen.1 + found.1);
    }
    // All came today; one of the five that were completed is open again.
    assert_eq!(seen, (open.len(), 4));
    assert_eq!(listed("every", "owed:T".to_owned()), open.len() - 4);
}
