//! A small store of every format there has been, opened by today's program.
//!
//! The first is made by `cargo test make_format_fixture -- --ignored` and then kept as it is:
//! what a hospital wrote with an older version must open for ever.

use crate::support::fhir::{self, PROGRESS, Stay};
use crate::support::{Place, hl7};
use chartroom::store::FORMAT;
use serde_json::json;
use std::path::{Path, PathBuf};

/// What is kept of a data directory; the index is made again.
const FILES: &[&str] = &["chartroom.db", "keys.toml"];

fn folder(format: i64) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/format-{format}"))
}

/// A place with a copy of a kept store.
fn kept(format: i64) -> Place {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::empty();
    std::fs::create_dir(place.data()).unwrap();
    let copy = |from: PathBuf, to: PathBuf| {
        std::fs::copy(&from, &to).unwrap_or_else(|e| panic!("{}: {e}", from.display()));
        std::fs::set_permissions(&to, std::fs::Permissions::from_mode(0o600)).unwrap();
    };
    for file in FILES {
        copy(folder(format).join(file), place.data().join(file));
    }
    copy(folder(format).join("key"), place.key());
    std::fs::set_permissions(place.data(), std::fs::Permissions::from_mode(0o700)).unwrap();
    place
}

#[test]
#[ignore = "makes the fixture of the present format; run it once, when the format is final"]
fn make_format_fixture() {
    let place = Place::new();
    let stays = [
        Stay::new(1).note(
            PROGRESS,
            "Progress note",
            "Bilbyterm was seen today.",
            false,
        ),
        Stay::new(2),
        Stay::new(3),
    ];
    let file = place.file("a.ndjson", fhir::ndjson(&stays));
    place.import(&[&file]);
    let again = Stay::new(1).note(
        PROGRESS,
        "Progress note",
        "Bilbyterm was seen again.",
        false,
    );
    let file = place.file("b.ndjson", fhir::ndjson(&[again]));
    place.import(&[&file]);
    let file = place.file(
        "c.hl7",
        hl7::admit(9, "Testperson") + &hl7::discharge(9, "Testperson"),
    );
    place.import(&["--source", "adt", &file]);
    let id = |visit: &str, kind: &str| {
        let queue = place.queue("all");
        let row = queue
            .iter()
            .find(|r| r["visit"] == visit && r["type"] == kind);
        row.unwrap()["id"].to_string()
    };
    place
        .run(&[
            "deficiency",
            "hold",
            &id("V00003", "DS-M"),
            "--reason",
            "illness",
        ])
        .exits(0);
    place
        .run(&[
            "deficiency",
            "assign",
            &id("V00001", "DS-M"),
            "--to",
            "Roe",
            "--reason",
            "covers",
        ])
        .exits(0);
    place
        .run(&[
            "deficiency",
            "complete",
            &id("V00002", "DS-M"),
            "--comment",
            "on paper",
        ])
        .exits(0);
    place
        .run(&[
            "user", "add", "bea", "--name", "Bea Ruiz", "--roles", "auditor",
        ])
        .exits(0);
    let draft = json!({
        "id": 1, "title": "Sodium", "body": "Please clarify.", "format": "open", "options": [],
        "indicators": [], "documented_diagnoses": []
    });
    place.run_with(
        &["query", "draft", "V00002", "--as", "ann"],
        draft.to_string().as_bytes(),
    );
    let to = folder(FORMAT);
    std::fs::create_dir_all(&to).unwrap();
    for file in FILES {
        std::fs::copy(place.data().join(file), to.join(file)).unwrap();
    }
    std::fs::copy(place.key(), to.join("key")).unwrap();
}

#[test]
fn a_store_of_every_format_is_kept_and_opens() {
    // A format that no release wrote has no fixture yet: no hospital has such a file.
    let formats: Vec<i64> = (1..=FORMAT).filter(|f| folder(*f).exists()).collect();
    assert_eq!(formats.first(), Some(&1));
    for format in formats {
        let place = kept(format);
        place.is_well();
        let mut queue: Vec<(String, String, String)> = place
            .queue("all")
            .iter()
            .map(|r| {
                let text = |field: &str| r[field].as_str().unwrap().to_owned();
                (text("visit"), text("type"), text("owner"))
            })
            .collect();
        queue.sort();
        let row = |v: &str, t: &str, o: &str| (v.to_owned(), t.to_owned(), o.to_owned());
        let wanted = [
            row("V00001", "DS-M", "Roe,Casey"),
            row("V00001", "SIG", "Doe,Jordan"),
            row("V00003", "DS-M", "Doe,Jordan"),
            row("V00009", "DS-M", "Doe,Jordan"),
            row("V00009", "HP-M", "Doe,Jordan"),
        ];
        assert_eq!(queue, wanted, "format {format}");
        assert_eq!(place.queue("hold").len(), 1);
        assert_eq!(place.queue("closed")[0]["visit"], "V00002");
        // The newest text is found, the older version is still there.
        assert_eq!(place.hits("bilbyterm again"), 1);
        let documents = place
            .run(&["chart", "--json", "V00001"])
            .exits(0)
            .kind("document");
        assert!(documents.iter().any(|d| d["version"] == 2), "{documents:?}");
        let users = place.run(&["user", "list", "--json"]).exits(0).json();
        assert!(
            users
                .iter()
                .any(|u| u["login"] == "bea" && u["roles"] == json!(["auditor"]))
        );
        let queries = place.run(&["query", "list", "--json"]).exits(0).json();
        assert_eq!(queries[0]["title"], "Sodium");
        // Work goes on where it stopped.
        place.run(&["deficiency", "undo"]).exits(0);
        assert!(place.queue("all").iter().any(|r| r["visit"] == "V00002"));
        let file = place.file("a.ndjson", fhir::ndjson(&[Stay::new(2), Stay::new(4)]));
        let summary = place.import(&[&file]);
        assert_eq!(summary["new"]["encounters"], 1, "{summary}");
        place.is_well();
    }
}
