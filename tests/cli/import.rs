//! `init`, `import`, `search`, `chart`: records in, and found again.

use crate::support::fhir::{self, HP, PROGRESS, SUMMARY, Stay};
use crate::support::{Place, hl7};
use serde_json::json;

#[test]
fn init_makes_private_files_and_refuses_a_second_time() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let mode =
        |path: std::path::PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(place.data()), 0o700);
    for file in ["chartroom.db", "keys.toml"] {
        assert_eq!(mode(place.data().join(file)), 0o600, "{file}");
    }
    assert_eq!(mode(place.key()), 0o600);
    place.init().fails(3, "holds a Chartroom store already");
    place.is_well();
}

#[test]
fn init_refuses_a_key_file_inside_the_data_directory() {
    let place = Place::empty();
    let inside = place.data().join("key");
    let mut command = place.command(&["init", "--facility", "X", "--time-zone", "Europe/Berlin"]);
    let output = command.env("CHARTROOM_KEY_FILE", &inside).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("lies inside the data directory"));
    assert!(!inside.exists());
}

#[test]
fn the_time_zone_must_be_one() {
    let place = Place::empty();
    place
        .run(&["init", "--facility", "X", "--time-zone", "Mars/Base"])
        .fails(2, "no time zone");
    assert!(!place.data().exists());
}

#[test]
fn a_second_import_reports_nothing_new() {
    let place = Place::new();
    let file = place.file("export.ndjson", fhir::ndjson(&fhir::stays(12)));
    let first = place.import(&[&file]);
    assert_eq!(first["new"]["patients"], 12);
    assert_eq!(first["new"]["encounters"], 12);
    assert_eq!(first["new"]["documents"], 12);
    assert_eq!(first["new"]["providers"], 2);
    assert_eq!(
        (&first["rejected"], &first["skipped"]),
        (&json!(0), &json!(0))
    );

    let second = place.import(&[&file]);
    let new: i64 = second["new"]
        .as_object()
        .unwrap()
        .values()
        .map(|v| v.as_i64().unwrap())
        .sum();
    assert_eq!(new, 0);
    assert_eq!(second["unchanged"]["documents"], 12);
    assert_eq!(place.queue("all").len(), 12);
    place.is_well();
}

/// A bill tells who pays for a stay: of a stay that came with it that is no second count, of one
/// that was there before it is a change.
#[test]
fn a_stay_that_came_with_its_bill_counts_once() {
    let stays = fhir::stays(12);
    let bill = |n: usize, payer: &str| {
        json!({
            "resourceType": "Claim", "id": format!("c{n}"), "status": "active", "use": "claim",
            "created": "2026-01-20",
            "type": { "coding": [{ "code": "institutional" }] },
            "patient": { "reference": format!("Patient/p{n}") },
            "item": [{ "encounter": [{ "reference": format!("Encounter/e{n}") }] }],
            "diagnosis": [{ "sequence": 1 }],
            "insurance": [{ "sequence": 1, "focal": true, "coverage": { "display": payer } }]
        })
    };
    let bills = |payer: &str| fhir::lines((1..=12).map(|n| bill(n, payer)));
    let place = Place::new();
    let both = place.file("both.ndjson", fhir::ndjson(&stays) + &bills("Medicare"));
    let counts = |summary: &serde_json::Value, kind: &str| {
        ["new", "updated", "unchanged"].map(|what| summary[what][kind].as_i64().unwrap())
    };
    let dry = place
        .run(&["import", "--dry-run", "--json", &both])
        .exits(0);
    let dry = dry.json().pop().unwrap();
    assert_eq!(dry["new"]["encounters"], 12);
    let first = place.import(&[&both]);
    assert_eq!(counts(&first, "encounters"), [12, 0, 0]);
    assert_eq!(counts(&first, "codings"), [12, 0, 0]);
    let again = place.import(&[&both]);
    assert_eq!(counts(&again, "encounters"), [0, 0, 12]);

    let later = place.file("later.ndjson", bills("Acme"));
    let later = place.import(&[&later]);
    assert_eq!(counts(&later, "encounters"), [0, 12, 0]);
}

#[test]
fn a_dry_run_changes_nothing() {
    let place = Place::new();
    let file = place.file("export.ndjson", fhir::ndjson(&fhir::stays(3)));
    let summary = place.import(&["--dry-run", &file]);
    assert_eq!(summary["new"]["patients"], 3);
    assert!(place.queue("all").is_empty());
    assert_eq!(place.import(&[&file])["new"]["patients"], 3);
}

#[test]
fn a_bundle_a_folder_an_archive_and_standard_input_are_read() {
    use std::io::Write;
    let place = Place::new();
    let mut stays = fhir::stays(4).into_iter();
    let mut next = || {
        let mut all = fhir::physicians();
        all.extend(stays.next().unwrap().resources());
        all
    };
    let bundle = place.file("bundle.json", fhir::bundle(next()));
    place.file("folder/deep/a.ndjson", fhir::lines(next()));
    let folder = place.home().join("files/folder");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(fhir::lines(next()).as_bytes()).unwrap();
    let archive = place.file("c.ndjson.gz", gzip.finish().unwrap());
    let summary = place.import(&[&bundle, folder.to_str().unwrap(), &archive]);
    assert_eq!(summary["new"]["encounters"], 3);

    let run = place.run_with(&["import", "--json", "-"], fhir::lines(next()).as_bytes());
    assert_eq!(run.exits(0).last()["new"]["encounters"], 1);
    assert_eq!(place.queue("all").len(), 4);
}

#[test]
fn what_is_in_base64_is_found_by_search() {
    let place = Place::new();
    let stay = Stay::new(1).note(
        PROGRESS,
        "Progress note",
        "Saw the patient. Quokkaline rash resolved.",
        true,
    );
    let file = place.file("a.ndjson", fhir::ndjson(&[stay, Stay::new(2)]));
    place.import(&[&file]);

    let run = place.run(&["search", "--json", "quokkaline"]).exits(0);
    assert_eq!(run.json()[0]["count"], 1);
    let hit = &run.kind("hit")[0];
    assert_eq!(
        (&hit["visit"], &hit["mrn"]),
        (&json!("V00001"), &json!("M00001"))
    );
    assert!(hit["snippet"].as_str().unwrap().contains("Quokkaline"));
    assert_eq!(place.hits("\"quokkaline rash\""), 1);
    assert_eq!(place.hits("quokka*"), 1);
    assert_eq!(place.hits("quokkaline mrn:M00002"), 0);
    assert_eq!(place.hits("number2"), 1);
    place.run(&["search", "\"open"]).fails(2, "closing");
}

#[test]
fn a_chart_shows_its_visit_and_documents() {
    let place = Place::new();
    let file = place.file("a.ndjson", fhir::ndjson(&fhir::stays(2)));
    place.import(&[&file]);
    for number in ["M00002", "V00002"] {
        let run = place.run(&["chart", "--json", number]).exits(0);
        assert_eq!(run.kind("patient")[0]["mrn"], "M00002");
        assert_eq!(run.kind("visit")[0]["discharged"], "2026-01-09 15:00");
        let document = &run.kind("document")[0];
        assert_eq!(document["signature"], "authenticated");
        let id = document["id"].to_string();
        let text = place
            .run(&["chart", number, "--document", &id])
            .exits(0)
            .out;
        assert!(text.contains("HISTORY AND PHYSICAL") && text.contains("number2"));
    }
    place
        .run(&["chart", "nobody"])
        .fails(3, "no MRN or visit nobody");
}

#[test]
fn a_summary_that_arrives_clears_what_was_missing() {
    let place = Place::new();
    let file = place.file("a.ndjson", fhir::ndjson(&[Stay::new(1)]));
    place.import(&[&file]);
    let queue = place.queue("all");
    assert_eq!(queue.len(), 1);
    assert_eq!(
        (&queue[0]["type"], &queue[0]["visit"]),
        (&json!("DS-M"), &json!("V00001"))
    );
    assert_eq!(queue[0]["owner"], "Doe,Jordan");

    let stay = Stay::new(1).note(
        SUMMARY,
        "Discharge summary",
        "DISCHARGE SUMMARY\nWent home.",
        false,
    );
    let late = place.file("b.ndjson", fhir::ndjson(&[stay]));
    assert_eq!(place.import(&[&late])["new"]["documents"], 1);
    // Missing no more, but unsigned.
    let types: Vec<String> = place
        .queue("all")
        .iter()
        .map(|r| r["type"].to_string())
        .collect();
    assert_eq!(types, ["\"SIG\""]);
    assert_eq!(place.queue("closed")[0]["type"], "DS-M");
}

#[test]
fn a_changed_note_is_a_new_version() {
    let place = Place::new();
    let mut stay = Stay::new(1);
    stay.notes = vec![(HP, "History and physical", "first words".to_owned(), true)];
    let file = place.file("a.ndjson", fhir::ndjson(&[stay]));
    place.import(&[&file]);
    let mut stay = Stay::new(1);
    stay.notes = vec![(HP, "History and physical", "second words".to_owned(), true)];
    let file = place.file("b.ndjson", fhir::ndjson(&[stay]));
    let summary = place.import(&[&file]);
    assert_eq!(summary["updated"]["documents"], 1);
    assert_eq!((place.hits("first"), place.hits("second")), (0, 1));
    assert_eq!(
        place.run(&["chart", "--json", "V00001"]).kind("document")[0]["version"],
        2
    );
}

#[test]
fn hl7_messages_are_read_with_any_line_ending() {
    let place = Place::new();
    let all: String = (1..4)
        .map(|n| hl7::admit(n, "Testperson") + &hl7::discharge(n, "Testperson"))
        .collect();
    let crlf = place.file("a.hl7", all.replace('\r', "\r\n"));
    let summary = place.import(&[&crlf]);
    assert_eq!(summary["new"]["patients"], 3);
    assert_eq!(summary["new"]["encounters"], 3);
    let shown = place.run(&["chart", "--json", "V00002"]).exits(0);
    assert_eq!(shown.kind("visit")[0]["discharged"], "2026-01-09 15:00");
    assert_eq!(shown.kind("visit")[0]["class"], "IP");
    // A stay without any note owes a history and a summary.
    let mut types: Vec<String> = place
        .queue("all")
        .iter()
        .filter(|r| r["visit"] == "V00002")
        .map(|r| r["type"].as_str().unwrap().to_owned())
        .collect();
    types.sort();
    assert_eq!(types, ["DS-M", "HP-M"]);
    // The same messages again, with other line endings.
    let cr = place.file("b.hl7", all);
    let again = place.import(&[&cr]);
    let new: i64 = again["new"]
        .as_object()
        .unwrap()
        .values()
        .map(|v| v.as_i64().unwrap())
        .sum();
    assert_eq!(new, 0, "{again}");
    place.is_well();
}
