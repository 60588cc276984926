//! Real coded stays: the MIMIC-IV demo tables by the mapping that comes with the program. Skipped,
//! with a word, where they do not lie beside the checkout (or where `CHARTROOM_TEST_DATA` says).

#![allow(clippy::print_stdout)]

use crate::support::Place;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The tables, if they are there.
fn tables() -> Option<PathBuf> {
    let root = std::env::var_os("CHARTROOM_TEST_DATA")
        .map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let folder = root.join("mimic-demo");
    if folder.join("labs.csv.gz").exists() {
        // The program runs somewhere else: the path must be a whole one.
        return folder.canonicalize().ok();
    }
    println!("skipped: no mimic-demo beside the checkout");
    None
}

/// Rows of a packed table as (column, cell).
fn rows(folder: &Path, name: &str) -> Vec<BTreeMap<String, String>> {
    let file = std::fs::File::open(folder.join(name)).unwrap();
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(file)
        .read_to_string(&mut text)
        .unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines
        .map(|line| {
            let cells = header.iter().zip(line.split(','));
            cells
                .map(|(h, c)| ((*h).to_owned(), c.to_owned()))
                .collect()
        })
        .collect()
}

/// A data directory with the tables in it.
fn imported(folder: &Path, zone: &str) -> Place {
    let place = Place::empty();
    let path = folder.to_str().unwrap();
    let init = ["init", "--facility", "T", "--time-zone", zone];
    let run = |arguments: &[&str]| {
        let output = place.command(arguments).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{told}");
        String::from_utf8(output.stdout).unwrap()
    };
    run(&init);
    let import = ["import", path, "--mapping", "mimic", "--json"];
    let summary = run(&import);
    let last: Value = serde_json::from_str(summary.lines().last().unwrap()).unwrap();
    assert_eq!(last["rejected"], 0);
    assert_eq!(last["new"]["encounters"], 88);
    // The same tables again change nothing.
    let again = run(&import);
    let last: Value = serde_json::from_str(again.lines().last().unwrap()).unwrap();
    for what in ["new", "updated"] {
        let counts = last[what].as_object().unwrap();
        assert!(counts.values().all(|n| n == 0), "{last}");
    }
    place
}

fn json(place: &Place, arguments: &[&str]) -> Vec<Value> {
    let output = place.command(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

#[test]
fn kdigo_stages_equal_the_reference_on_every_creatinine() {
    let Some(folder) = tables() else { return };
    let place = imported(&folder, "America/New_York");
    let traced = json(
        &place,
        &["opportunities", "--topic", "aki", "--trace", "--json"],
    );
    let mut stages: BTreeMap<(String, String), i64> = BTreeMap::new();
    for point in traced.iter().filter(|p| !p["stage"].is_null()) {
        let mrn = point["mrn"].as_str().unwrap().to_owned();
        let time = point["time"].as_str().unwrap()[..19].replace('T', " ");
        let before = stages.insert((mrn, time), point["stage"].as_i64().unwrap());
        assert_eq!(before, None, "told twice: {point}");
    }
    let reference = rows(&folder, "oracle_kdigo_creatinine.csv.gz");
    let mismatches: Vec<String> = reference
        .iter()
        .filter_map(|r| {
            let key = (r["subject_id"].clone(), r["charttime"].clone());
            let ours = stages.get(&key).copied();
            let theirs = r["aki_stage_creat"].parse::<i64>().ok();
            (ours != theirs).then(|| format!("{key:?}: ours {ours:?}, reference {theirs:?}"))
        })
        .collect();
    println!(
        "{} reference values, {} traced, {} mismatches",
        reference.len(),
        stages.len(),
        mismatches.len()
    );
    assert!(mismatches.is_empty(), "{}", mismatches.join("\n"));
    assert!(reference.len() > 100, "the reference is empty");
    table(&place, &folder);
}

/// For each laboratory rule: the codes that count, by their beginnings without dots.
const CODES: &[(&str, &str)] = &[
    ("aki-kdigo", "N17 584"),
    ("hyponatremia", "E871 2761"),
    ("hypernatremia", "E870 2760"),
    ("hyperkalemia", "E875 2767"),
    ("hypokalemia", "E876 2768"),
    ("hypomagnesemia", "E8342 2752"),
    ("hypophosphatemia", "E8339 2753"),
    ("hypocalcemia", "E8351 27541"),
    ("lactic-acidosis", "E872 2762"),
    ("thrombocytopenia", "D696 D695 2874 2875"),
    ("pancytopenia", "D6181 2841"),
    ("anemia-blood-loss", "D62 2851"),
    ("coagulopathy", "D68 286"),
    ("dic", "D65 2866"),
    ("mi-type", "I21 I22 I5A 410"),
    ("resp-failure-hypoxic", "J960 J962 51881 51884"),
    ("resp-failure-hypercapnic", "J9602 J9622 51881"),
    ("sepsis-2", "A40 A41 R652 038 9959"),
    ("sepsis-3", "A40 A41 R652 038 9959"),
    ("septic-shock", "R6521 78552"),
    ("shock-type", "R570 R571 R6521 78551 78552 78559"),
    (
        "ckd-stage",
        "N181 N182 N183 N184 N185 N186 5851 5852 5853 5854 5855 5856",
    ),
    ("dka", "E101 E111 E131 2501"),
    ("hhs", "E1100 E1101 E1300 E1301 2502"),
];

/// The rules that are judged by the aim: at least 90 % of what the published criterion and the coders
/// agree on is kept, and what is asked without a code is halved.
const JUDGED: &[&str] = &[
    "aki-kdigo",
    "hyponatremia",
    "hypernatremia",
    "hyperkalemia",
    "hypokalemia",
    "hypomagnesemia",
    "hypophosphatemia",
    "lactic-acidosis",
    "thrombocytopenia",
    "pancytopenia",
    "anemia-blood-loss",
    "coagulopathy",
    "mi-type",
    "resp-failure-hypoxic",
    "resp-failure-hypercapnic",
    "sepsis-2",
    "sepsis-3",
];

/// The two that miss it, with exactly what they do: kept of both, and uncoded of those of the
/// published criterion. Why, is in docs/findings-cdi.md and below.
const MISSED: &[(&str, [usize; 4])] = &[
    // The ninth is low by glucose alone.
    ("hyponatremia", [8, 9, 7, 20]),
    // One stay cannot be halved; its troponin falls by a third.
    ("mi-type", [2, 2, 1, 1]),
];

/// Half A was looked at when conditions were chosen, half B when they were judged: by patient, so
/// that nobody is in both.
fn half(patient: &str) -> char {
    let digest = chartroom::vault::digest_hex(format!("opportunity-half:{patient}").as_bytes());
    let low = digest[1..2].chars().next().and_then(|c| c.to_digit(16));
    if low.is_some_and(|d| d % 2 == 0) {
        'A'
    } else {
        'B'
    }
}

/// Prints the table of docs/findings-cdi.md: the published criterion beside ours.
fn table(place: &Place, folder: &Path) {
    let mut coded: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut halves: BTreeMap<String, char> = BTreeMap::new();
    for row in rows(folder, "diagnoses_icd.csv.gz") {
        let code = row["icd_code"].clone();
        coded.entry(row["hadm_id"].clone()).or_default().push(code);
        halves.insert(row["hadm_id"].clone(), half(&row["subject_id"]));
    }
    let judged = json(place, &["opportunities", "--trace", "--json"]);
    let mut missed = Vec::new();
    println!("| rule | half | coded | plain: both | plain: uncoded | ours: both | ours: uncoded |");
    for (rule, codes) in CODES {
        let is_coded = |visit: &str| {
            coded.get(visit).is_some_and(|all| {
                all.iter()
                    .any(|c| codes.split(' ').any(|begin| c.starts_with(begin)))
            })
        };
        for wanted in ["A", "B", "A+B"] {
            let here = |visit: &str| halves.get(visit).is_some_and(|h| wanted.contains(*h));
            let visits = |wanted: &dyn Fn(&Value) -> bool| -> BTreeSet<&str> {
                let of_rule = judged
                    .iter()
                    .filter(|j| j["kind"] == "judged" && j["rule"] == *rule);
                let found = of_rule.filter(|j| wanted(j));
                let found = found.filter_map(|j| j["visit"].as_str());
                found.filter(|v| here(v)).collect()
            };
            let plain = visits(&|j| j["plain"] == true);
            let met = visits(&|j| j["met"] == true);
            let open = visits(&|j| j["met"] == true && j["answered"] == "");
            let both = |set: &BTreeSet<&str>| set.iter().filter(|v| is_coded(v)).count();
            let kept = met
                .iter()
                .filter(|v| plain.contains(*v) && is_coded(v))
                .count();
            let of = [
                kept,
                both(&plain),
                open.len() - both(&open),
                plain.len() - both(&plain),
            ];
            let aim = of[0] * 10 >= of[1] * 9 && of[2] * 2 <= of[3];
            if wanted == "A+B" && JUDGED.contains(rule) && !aim {
                missed.push((*rule, of));
            }
            if wanted == "A+B" && *rule == "hyponatremia" {
                let lost = plain.iter().filter(|v| is_coded(v) && !met.contains(*v));
                lost.for_each(|visit| assert!(low_by_glucose(folder, visit), "{visit}"));
            }
            let all = coded.keys().filter(|v| here(v) && is_coded(v)).count();
            println!(
                "| `{rule}` | {wanted} | {all} | {} | {} | {} | {} |",
                both(&plain),
                plain.len() - both(&plain),
                both(&met),
                open.len() - both(&open)
            );
        }
    }
    assert_eq!(missed, MISSED, "rules that miss the aim");
}

/// Whether every low sodium of a stay is low by glucose alone: 135 or more once it is corrected by
/// 1.6 mmol/L for each 100 mg/dL that the glucose within two hours lies above 100.
fn low_by_glucose(folder: &Path, visit: &str) -> bool {
    let labs = rows(folder, "labs.csv.gz");
    let of = |items: &[&str]| -> Vec<(jiff::civil::DateTime, f64)> {
        let here = labs.iter().filter(|r| r["hadm_id"] == visit);
        here.filter(|r| items.contains(&r["itemid"].as_str()))
            .map(|r| {
                (
                    r["charttime"].parse().unwrap(),
                    r["valuenum"].parse().unwrap(),
                )
            })
            .collect()
    };
    let glucose = of(&["50931", "50809"]);
    let low = of(&["50983", "50824"]).into_iter().filter(|s| s.1 < 135.0);
    let corrected = |(at, sodium): (jiff::civil::DateTime, f64)| {
        let near = glucose.iter().map(|(t, g)| {
            let apart = at.duration_since(*t).abs();
            let minutes = apart.as_secs() as f64 / 60.0;
            (minutes, *g)
        });
        let near = near
            .filter(|n| n.0 <= 120.0)
            .min_by(|a, b| a.0.total_cmp(&b.0));
        sodium + 0.016 * (near.map_or(100.0, |n| n.1) - 100.0).max(0.0)
    };
    let mut low = low.map(corrected).peekable();
    low.peek().is_some() && low.all(|c| c >= 135.0)
}
