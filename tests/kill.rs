//! `kill -9` at seeded points of import and of work.
//!
//! What was acknowledged (its line was printed) is there exactly once, nothing is half done,
//! store and audit chains are in order, and the index catches up by itself. A failing run prints
//! its seed. `cargo test kill -- --ignored` runs the full number.

use crate::support::fhir;
use crate::support::rng::Rng;
use crate::support::{Place, files_below};
use serde_json::Value;
use std::path::Path;
use std::process::{Child, Output};
use std::time::{Duration, Instant};

/// Nothing here takes longer, even on a busy machine.
const DEADLINE: Duration = Duration::from_secs(120);

/// Waits, looking again and again, until `reached`; then kills. Tells whether the kill was in
/// time, and what was printed before.
fn kill_when(mut child: Child, mut reached: impl FnMut() -> bool) -> (bool, Output) {
    let started = Instant::now();
    let mut ended = false;
    while !ended && !reached() {
        ended = child.try_wait().unwrap().is_some();
        assert!(started.elapsed() < DEADLINE, "the program hangs");
        std::thread::yield_now();
    }
    // Killing what has ended already is no error.
    let _ = child.kill();
    let output = child.wait_with_output().unwrap();
    (output.status.code().is_none(), output)
}

/// Bytes in all files below a folder; files come and go meanwhile.
fn size(folder: &Path) -> u64 {
    let mut bytes = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(m) if m.is_dir() => folders.push(entry.path()),
                Ok(m) => bytes += m.len(),
                Err(_) => {}
            }
        }
    }
    bytes
}

const STAYS: usize = 400;
/// Two physicians; patient, visit and note of each stay.
const RECORDS: i64 = 2 + 3 * STAYS as i64;
/// Records of one batch, which is one transaction.
const BATCH: i64 = 1_000;

/// Kills imports until so many were killed in time.
fn kill_imports(seed: u64, kills: usize) {
    let mut rng = Rng::new(seed);
    let template = Place::new();
    let text = fhir::ndjson(&fhir::stays(STAYS));
    let empty = size(&template.data());
    let whole = {
        let place = template.copy();
        let file = place.file("a.ndjson", &text);
        place.import(&[&file]);
        size(&place.data())
    };
    let mut killed = 0;
    for attempt in 0..kills * 3 {
        if killed == kills {
            return;
        }
        let place = template.copy();
        let file = place.file("a.ndjson", &text);
        let at = empty + rng.below(whole - empty);
        let child = place.command(&["import", "--json", &file]).spawn().unwrap();
        let (in_time, output) = kill_when(child, || size(&place.data()) >= at);
        killed += usize::from(in_time);
        let said = String::from_utf8_lossy(&output.stdout);
        let acknowledged = said.contains("\"summary\"") && said.ends_with('\n');
        let told = format!("seed {seed}, attempt {attempt}, at {at} of {empty}..{whole} bytes");
        after_killed_import(&place, &file, acknowledged, &told);
    }
    panic!("only {killed} of {kills} imports were killed in time (seed {seed})");
}

fn after_killed_import(place: &Place, file: &str, acknowledged: bool, told: &str) {
    place.is_well();
    let found = place.hits("pneumonia");
    let summary = place.import(&[file]);
    let sum = |part: &str| -> i64 {
        summary[part]
            .as_object()
            .unwrap()
            .values()
            .map(|v| v.as_i64().unwrap())
            .sum()
    };
    let there = sum("unchanged");
    assert!(
        [0, BATCH, RECORDS].contains(&there),
        "{there} records were there: half a batch; {told}"
    );
    assert_eq!(there + sum("new"), RECORDS, "{told}");
    assert_eq!(sum("updated"), 0, "{told}");
    assert!(
        !acknowledged || there == RECORDS,
        "an acknowledged import is gone; {told}"
    );
    // Every note that was committed was found before anything was imported again.
    let notes = summary["unchanged"]["documents"].as_i64().unwrap();
    assert_eq!(found, notes, "the index did not catch up; {told}");
    assert_eq!(place.hits("pneumonia"), STAYS as i64, "{told}");
    assert_eq!(place.queue("all").len(), STAYS, "{told}");
    place.is_well();
}

/// What the test knows of one item.
#[derive(Clone, Debug, PartialEq)]
struct Item {
    state: String,
    owner: String,
    held: bool,
    events: usize,
}

fn look(place: &Place, ids: &[String]) -> Vec<Item> {
    let mut arguments = vec!["deficiency", "show", "--json"];
    arguments.extend(ids.iter().map(String::as_str));
    let shown = place.run(&arguments).exits(0).json();
    assert_eq!(shown.len(), ids.len());
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    shown
        .iter()
        .map(|v| Item {
            state: text(&v["state"]),
            owner: text(&v["owner"]),
            held: v["held"].as_bool().unwrap(),
            events: v["history"].as_array().unwrap().len(),
        })
        .collect()
}

/// A change that all of these items allow: the arguments, and what it makes of an item.
fn choose(rng: &mut Rng, items: &[Item]) -> (Vec<&'static str>, fn(&mut Item)) {
    if items
        .iter()
        .any(|i| i.state == "completed" || i.state == "declined")
    {
        return (vec!["reopen", "--reason", "again"], |i| {
            i.state = "open".into()
        });
    }
    if items.iter().any(|i| i.held) {
        return (vec!["unhold"], |i| i.held = false);
    }
    match rng.below(4) {
        0 => (vec!["complete"], |i| i.state = "completed".into()),
        1 => (vec!["decline", "--reason", "not_required"], |i| {
            i.state = "declined".into()
        }),
        2 => (vec!["hold", "--reason", "illness"], |i| i.held = true),
        _ if items[0].owner == "Roe,Casey" => (vec!["assign", "--to", "Doe"], |i| {
            i.owner = "Doe,Jordan".into()
        }),
        _ => (vec!["assign", "--to", "Roe"], |i| {
            i.owner = "Roe,Casey".into()
        }),
    }
}

/// Kills verbs that change two items at once, until so many were killed in time.
fn kill_work(seed: u64, kills: usize) {
    let mut rng = Rng::new(seed);
    let place = Place::new();
    let file = place.file("a.ndjson", fhir::ndjson(&fhir::stays(6)));
    place.import(&[&file]);
    let ids: Vec<String> = place
        .queue("all")
        .iter()
        .map(|r| r["id"].to_string())
        .collect();
    // Items change in pairs that always stand alike.
    let pairs: Vec<Vec<String>> = ids.chunks(2).map(<[String]>::to_vec).collect();
    let mut known: Vec<Vec<Item>> = pairs.iter().map(|p| look(&place, p)).collect();
    let usual = {
        let started = Instant::now();
        look(&place, &pairs[0]);
        started.elapsed().as_micros() as u64
    };
    let (mut killed, mut acknowledged) = (0, 0);
    for attempt in 0..kills * 6 {
        if killed == kills {
            break;
        }
        let which = rng.below(pairs.len() as u64) as usize;
        let (change, effect) = choose(&mut rng, &known[which]);
        let mut arguments = vec!["deficiency", change[0], "--json"];
        arguments.extend(pairs[which].iter().map(String::as_str));
        arguments.extend(&change[1..]);
        let after = Duration::from_micros(rng.below(usual * 2));
        let started = Instant::now();
        let child = place.command(&arguments).spawn().unwrap();
        let (in_time, output) = kill_when(child, || started.elapsed() >= after);
        killed += usize::from(in_time);
        let told = format!("seed {seed}, attempt {attempt}: {arguments:?}");
        let wanted: Vec<Item> = known[which]
            .iter()
            .cloned()
            .map(|mut item| {
                effect(&mut item);
                item.events += 1;
                item
            })
            .collect();
        let now = look(&place, &pairs[which]);
        if output.stdout.ends_with(b"\n") {
            acknowledged += 1;
            assert_eq!(
                now, wanted,
                "an acknowledged change is gone or there twice; {told}"
            );
        } else {
            assert!(
                now == known[which] || now == wanted,
                "half done: {now:?}; {told}"
            );
        }
        known[which] = now;
    }
    assert_eq!(killed, kills, "too few were killed in time (seed {seed})");
    assert!(
        acknowledged > 0,
        "nothing was acknowledged; the instants are too early"
    );
    place.is_well();
    assert_eq!(place.hits("pneumonia"), 6);
}

#[test]
fn killed_imports_lose_nothing_and_do_nothing_twice() {
    kill_imports(1, 15);
}

#[test]
fn killed_work_loses_nothing_and_does_nothing_twice() {
    kill_work(2, 40);
}

#[test]
#[ignore = "takes many minutes: the full number before a release"]
fn five_hundred_kills() {
    for seed in 100..110 {
        kill_imports(seed, 10);
        kill_work(seed, 40);
    }
}

#[test]
fn a_killed_index_rebuild_is_made_good() {
    let template = Place::new();
    let file = template.file("a.ndjson", fhir::ndjson(&fhir::stays(300)));
    template.import(&[&file]);
    let mut rng = Rng::new(3);
    for attempt in 0..5 {
        let place = template.copy();
        let index = place.data().join("index");
        let files = files_below(&index).len() as u64;
        let at = rng.below(files + 4);
        let child = place.command(&["index", "rebuild"]).spawn().unwrap();
        let mut seen = std::collections::BTreeSet::new();
        kill_when(child, || {
            seen.extend(
                std::fs::read_dir(&index)
                    .into_iter()
                    .flatten()
                    .flatten()
                    .map(|e| e.path()),
            );
            seen.len() as u64 > at
        });
        assert_eq!(
            place.hits("pneumonia"),
            300,
            "attempt {attempt}, at {at} files"
        );
        place.is_well();
    }
}
