//! The sample data that lies beside the checkout (or where `CHARTROOM_TEST_DATA` says). Skipped,
//! with a word, where it is absent.

#![allow(clippy::print_stdout)]

use super::super::{Parsed, read_paths};
use super::options;
use crate::domain::record::{Extent, Record, RecordKind, Severity};
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

/// Files and folders of a data set, if it is there.
fn set(names: &[&str]) -> Option<Vec<PathBuf>> {
    let root = std::env::var_os("CHARTROOM_TEST_DATA")
        .map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let paths: Vec<PathBuf> = names.iter().map(|n| root.join(n)).collect();
    if paths.iter().all(|p| p.exists()) {
        return Some(paths);
    }
    println!("skipped: no {names:?} beside the checkout");
    None
}

fn read(paths: &[PathBuf]) -> Parsed {
    let mut parsed = Parsed::default();
    read_paths(paths, &mut std::io::empty(), &options(), &mut parsed).unwrap();
    parsed
}

/// Distinct things of a kind, mentions not counted.
fn count(parsed: &Parsed, kind: RecordKind) -> usize {
    let keys: HashSet<_> = parsed
        .arrivals
        .iter()
        .filter(|a| a.extent != Extent::Mention && a.record.kind() == kind)
        .map(|a| &a.key)
        .collect();
    keys.len()
}

fn summary(name: &str, parsed: &Parsed) {
    let mut counts = BTreeMap::new();
    for arrival in &parsed.arrivals {
        let kind = match (&arrival.record, arrival.extent) {
            (Record::Merge(_), _) => "merges".to_owned(),
            (r, Extent::Mention) => format!("({} mentioned)", r.kind().plural()),
            (r, _) => r.kind().plural().to_owned(),
        };
        *counts.entry(kind).or_insert(0) += 1;
    }
    println!("{name}: {counts:?}");
    let mut reasons = BTreeMap::new();
    for issue in &parsed.issues {
        let at = reasons
            .entry((issue.severity, issue.reason.clone()))
            .or_insert((0, issue.provenance.clone()));
        at.0 += 1;
    }
    for ((severity, reason), (n, at)) in reasons {
        let file = at.file.raw().rsplit('/').next().unwrap_or("");
        println!(
            "  {n} x {} {reason} [{file}:{} {}]",
            severity.name(),
            at.line,
            at.place.raw()
        );
    }
}

#[test]
fn synthea_bulk() {
    let Some(paths) = set(&["fhir/synthea-bulk-10"]) else {
        return;
    };
    let parsed = read(&paths);
    summary("synthea-bulk-10", &parsed);
    assert_eq!(count(&parsed, RecordKind::Patient), 10);
    assert_eq!(count(&parsed, RecordKind::Encounter), 1043);
    assert_eq!(count(&parsed, RecordKind::Procedure), 1857);
    assert_eq!(count(&parsed, RecordKind::Medication), 1581);
    assert_eq!(count(&parsed, RecordKind::Diagnosis), 437);
    let texts = parsed.arrivals.iter().filter(
        |a| matches!(&a.record, Record::Document(d) if !d.text.is_blank() && d.encounter.is_some()),
    );
    assert_eq!(texts.count(), 1043);
    let rejects = parsed
        .issues
        .iter()
        .filter(|i| i.severity == Severity::Reject);
    assert_eq!(rejects.count(), 0);
}

#[test]
fn synthea_bundles() {
    let Some(paths) = set(&["fhir/synthea-bundles-r4-2019.tar.zst"]) else {
        return;
    };
    let parsed = read(&paths);
    summary("synthea-bundles", &parsed);
    assert_eq!(count(&parsed, RecordKind::Patient), 60);
    assert_eq!(count(&parsed, RecordKind::Encounter), 1989);
    assert!(parsed.issues.is_empty());
}

#[test]
fn us_core() {
    let Some(paths) = set(&["fhir/us-core"]) else {
        return;
    };
    let parsed = read(&paths);
    summary("us-core", &parsed);
    assert_eq!(count(&parsed, RecordKind::Patient), 3);
    assert_eq!(count(&parsed, RecordKind::Encounter), 67);
}

#[test]
fn mimic() {
    let Some(paths) = set(&["fhir/mimic-iv-demo"]) else {
        return;
    };
    let parsed = read(&paths);
    summary("mimic-iv-demo", &parsed);
    assert_eq!(count(&parsed, RecordKind::Patient), 33);
    assert_eq!(count(&parsed, RecordKind::Encounter), 88 + 74 + 47);
    assert_eq!(count(&parsed, RecordKind::Diagnosis), 1435 + 208);
}

#[test]
fn simhospital() {
    let Some(paths) = set(&["hl7v2/simhospital/messages.out"]) else {
        return;
    };
    let parsed = read(&paths);
    summary("simhospital", &parsed);
    assert_eq!(parsed.issues.len(), 0);
}

#[test]
fn hl7v2() {
    for name in [
        "simhospital",
        "fhir-converter",
        "mirth-connect",
        "hapi",
        "ipf",
        "linuxforhealth",
        "hl7-dotnetcore",
        "cdc-reportstream",
        "cdc-dex",
    ] {
        if let Some(paths) = set(&[&format!("hl7v2/{name}")]) {
            let parsed = read(&paths);
            summary(name, &parsed);
            assert!(!parsed.arrivals.is_empty());
        }
    }
}

#[test]
fn everything_else_is_no_ground_for_panic() {
    for name in [
        "ccda",
        "codes",
        "mtsamples",
        "negex",
        "mts-dialog",
        "msdrg",
        "mimic-demo",
    ] {
        if let Some(paths) = set(&[name]) {
            let parsed = read(&paths);
            assert!(parsed.issues.iter().all(|i| !i.reason.is_empty()));
            println!(
                "{name}: {} arrivals, {} issues",
                parsed.arrivals.len(),
                parsed.issues.len()
            );
        }
    }
}

/// Prints what was made of a path; for looking at, not for checking.
#[test]
#[ignore = "prints one data set: CHARTROOM_LOOK=path"]
fn look() {
    let Some(path) = std::env::var_os("CHARTROOM_LOOK") else {
        return;
    };
    let parsed = read(&[PathBuf::from(path)]);
    for arrival in &parsed.arrivals {
        println!("{}", serde_json::to_string(arrival).unwrap());
    }
    for issue in &parsed.issues {
        println!("{}", serde_json::to_string(issue).unwrap());
    }
}

#[test]
#[ignore = "measures: CHARTROOM_LOOK=path"]
fn speed() {
    let Some(path) = std::env::var_os("CHARTROOM_LOOK") else {
        return;
    };
    let path = PathBuf::from(path);
    struct Nothing(usize);
    impl super::super::Sink for Nothing {
        fn arrivals(
            &mut self,
            batch: Vec<crate::domain::record::Arrival>,
        ) -> Result<(), super::super::Stop> {
            self.0 += batch.len();
            Ok(())
        }
        fn issue(&mut self, _: crate::domain::record::Issue) {}
        fn progress(&mut self, _: &super::super::Progress) {}
    }
    let mut sink = Nothing(0);
    let start = std::time::Instant::now();
    read_paths(
        std::slice::from_ref(&path),
        &mut std::io::empty(),
        &options(),
        &mut sink,
    )
    .unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let bytes = path.metadata().unwrap().len() as f64;
    println!("{} arrivals, {:.1} MB/s", sink.0, bytes / 1e6 / seconds);
}
