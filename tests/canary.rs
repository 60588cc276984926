//! Nothing of a patient stands readable on the disk, and nothing of a patient steers a terminal.

use crate::support::fhir::{self, PROGRESS, Stay};
use crate::support::{Place, files_below};
use base64::Engine;
use serde_json::json;

/// Written into every field that holds patient text.
const CANARY: &str = "ZZPHICANARY";

/// The canary as it may stand in a file: UTF-8, UTF-16 of both orders, base64 at each alignment.
fn disguises() -> Vec<(String, Vec<u8>)> {
    let mut all = vec![
        ("UTF-8".to_owned(), CANARY.as_bytes().to_vec()),
        ("lower case".to_owned(), CANARY.to_lowercase().into_bytes()),
        (
            "UTF-16LE".to_owned(),
            CANARY.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ),
        (
            "UTF-16BE".to_owned(),
            CANARY.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ),
    ];
    for before in 0..3 {
        let text = format!("{}{CANARY}", "x".repeat(before));
        let code = base64::engine::general_purpose::STANDARD_NO_PAD.encode(text);
        // The first and the last character depend on the neighbours.
        let from = (before * 8).div_ceil(6);
        all.push((
            format!("base64 at {before}"),
            code.as_bytes()[from..code.len() - 1].to_vec(),
        ));
    }
    all
}

/// Files below the place that hold the canary, without the files that were imported.
fn leaks(place: &Place) -> Vec<String> {
    let mut found = Vec::new();
    for path in files_below(place.home()) {
        if path.starts_with(place.home().join("files")) {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for (name, needle) in disguises() {
            if bytes.windows(needle.len()).any(|w| w == needle) {
                found.push(format!("{}: {name}", path.display()));
            }
        }
    }
    found
}

#[test]
fn the_canary_would_be_found() {
    let place = Place::empty();
    let path = place.home().join("tmp/leak");
    for (name, bytes) in disguises() {
        std::fs::write(&path, [b"....", bytes.as_slice(), b"...."].concat()).unwrap();
        assert!(!leaks(&place).is_empty(), "{name}");
    }
    let text = format!("a note about {CANARY} of today");
    for before in 0..3 {
        let text = format!("{}{text}", "y".repeat(before));
        std::fs::write(&path, fhir::base64(&text)).unwrap();
        assert!(!leaks(&place).is_empty(), "base64 of {text:?}");
    }
}

#[test]
fn no_patient_text_stands_readable_on_the_disk() {
    let place = Place::new();
    let stays: Vec<Stay<'_>> = (1..40)
        .map(|n| {
            let mut stay = Stay::new(n).note(
                PROGRESS,
                CANARY,
                &format!("{CANARY} was seen. {CANARY}"),
                false,
            );
            stay.family = CANARY;
            stay.given = CANARY;
            stay
        })
        .collect();
    let text = fhir::ndjson(&stays);
    let file = place.file("a.ndjson", &text);
    place.import(&[&file]);
    let cut = place.file("cut.ndjson", &text[..text.len() - 30]);
    place.run(&["import", &cut]).exits(1);
    assert_eq!(place.hits(CANARY), 39);
    place
        .run(&["search", &format!("\"{CANARY} was\"")])
        .exits(0);
    place.run(&["search", &format!("\"{CANARY}")]);
    place.run(&["queue", "--filter", CANARY]).exits(0);
    place.run(&["chart", "V00003"]).exits(0);
    place.run(&["chart", CANARY]).exits(3);
    let id = place.queue("all")[0]["id"].to_string();
    place
        .run(&["deficiency", "complete", &id, "--comment", CANARY])
        .exits(0);
    place
        .run(&["deficiency", "add", "V00004", "HP-M", "--comment", CANARY])
        .exits(0);
    let draft = json!({
        "id": 1, "title": CANARY, "body": CANARY, "format": "open", "options": [],
        "indicators": [], "documented_diagnoses": []
    });
    // Saved; the lint asks for indicators.
    place
        .run_with(&["query", "draft", "V00003"], draft.to_string().as_bytes())
        .exits(1);
    assert_eq!(leaks(&place), Vec::<String>::new());

    // A run that is killed at work cleans nothing up.
    let more: Vec<Stay<'_>> = (40..900)
        .map(|n| {
            let mut stay = Stay::new(n).note(PROGRESS, CANARY, CANARY, true);
            stay.family = CANARY;
            stay
        })
        .collect();
    let more = place.file("b.ndjson", fhir::ndjson(&more));
    let before = std::fs::metadata(place.data().join("chartroom.db"))
        .unwrap()
        .len();
    let mut child = place.command(&["import", &more]).spawn().unwrap();
    let log = place.data().join("chartroom.db-wal");
    let started = std::time::Instant::now();
    while std::fs::metadata(&log).map_or(0, |m| m.len()) < before / 4 {
        assert!(
            child.try_wait().unwrap().is_none(),
            "it ended before it could be killed"
        );
        assert!(started.elapsed().as_secs() < 60);
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(leaks(&place), Vec::<String>::new());
    place.is_well();
}

/// Text that steers a terminal, reorders what stands beside it or hides in it.
const HOSTILE: &[&str] = &[
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "\u{1b}]52;c;ZXZpbA==\u{7}",
    "\u{9b}31m\u{9d}0;x\u{9c}",
    "\u{202e}drowssap\u{202c}\u{2066}x\u{2069}",
    "a\u{200b}b\u{200f}c\u{feff}d",
    "\u{e0041}\u{e0042}",
    "x\u{8}\u{8}\u{7f}\rover",
    "\u{1b}Pq\u{1b}\\\u{85}\u{90}",
];

/// Bytes or characters that may not come out.
#[track_caller]
fn inert(what: &str, text: &str) {
    for c in text.chars() {
        let steers = (c.is_control() && c != '\n')
            || matches!(c as u32, 0x200b..=0x200f | 0x2028..=0x202e | 0x2066..=0x2069 | 0xfeff | 0xe0000..=0xe007f);
        assert!(!steers, "U+{:04X} in the output of {what}", c as u32);
    }
    // A program that reads JSON wants the text as it is.
    if text.starts_with('{') {
        return;
    }
    let mut marks = 0;
    for c in text.chars() {
        marks = if matches!(c as u32, 0x300..=0x36f) {
            marks + 1
        } else {
            0
        };
        assert!(
            marks <= 4,
            "{marks} marks on one character in the output of {what}"
        );
    }
}

#[test]
fn hostile_text_is_inert_in_every_output() {
    let marks = format!("e{}", "\u{301}".repeat(10_000));
    let mut hostile: Vec<&str> = HOSTILE.to_vec();
    hostile.push(&marks);
    let place = Place::new();
    let mut resources = fhir::physicians();
    for (n, text) in hostile.iter().enumerate() {
        let words = format!("findable {text} words");
        let mut stay = Stay::new(n + 1).note(PROGRESS, text, &words, false);
        stay.family = text;
        stay.given = text;
        let mut of_stay = stay.resources();
        of_stay[1]["reasonCode"] = json!([{ "text": text }]);
        of_stay[1]["serviceType"] = json!({ "text": text });
        of_stay.push(json!({
            "resourceType": "Condition", "id": format!("c{n}"),
            "code": { "text": text, "coding": [{ "system": text, "code": text, "display": text }] },
            "subject": { "reference": format!("Patient/p{}", n + 1) },
            "encounter": { "reference": format!("Encounter/e{}", n + 1) }
        }));
        // A record that is rejected, under a hostile name.
        of_stay.push(json!({ "resourceType": "Encounter", "id": text, "status": text, "class": { "code": text } }));
        resources.extend(of_stay);
    }
    let file = place.file("evil\u{1b}[31m\u{202e}.ndjson", fhir::lines(resources));
    let run = place.run(&["import", &file]).exits(1);
    inert("import", &run.out);
    inert("import (errors)", &run.err);
    let run = place.run(&["import", "--json", &file]).exits(1);
    inert("import --json", &run.out);
    let mut runs: Vec<Vec<String>> = [
        vec!["queue"],
        vec!["queue", "--json"],
        vec!["search", "findable"],
        vec!["search", "--json", "findable"],
        vec!["query", "list"],
    ]
    .iter()
    .map(|v| v.iter().map(ToString::to_string).collect())
    .collect();
    for n in 1..=hostile.len() {
        let visit = format!("V{n:05}");
        runs.push(vec!["chart".into(), visit.clone(), "--values".into()]);
        runs.push(vec!["chart".into(), visit.clone(), "--json".into()]);
    }
    for row in place.queue("all") {
        runs.push(vec![
            "deficiency".into(),
            "show".into(),
            row["id"].to_string(),
        ]);
    }
    for run in &runs {
        let arguments: Vec<&str> = run.iter().map(String::as_str).collect();
        let run = place.run(&arguments).exits(0);
        inert(&arguments.join(" "), &run.out);
        inert(&arguments.join(" "), &run.err);
    }
    // What a person types comes back inert, too.
    for text in HOSTILE {
        for arguments in [
            vec!["chart", text],
            vec!["queue", "--view", text],
            vec!["deficiency", "undo", text],
        ] {
            let run = place.run(&arguments);
            inert(arguments[0], &run.err);
        }
    }
}

/// Everything hostile at once, as one name or one sentence.
fn hostile() -> String {
    format!("Zq {} e{}", HOSTILE.join(" "), "\u{301}".repeat(1_000))
}

/// A place whose two providers, service, facility and patients have hostile names.
fn hostile_hospital(text: &str) -> Place {
    let place = Place::new();
    let mut resources = fhir::physicians();
    resources[0]["name"][0]["family"] = json!(text);
    resources[0]["name"][0]["suffix"] = json!([text]);
    for n in 1..=2 {
        let mut stay = Stay::new(n);
        stay.family = text;
        let mut of_stay = stay.resources();
        of_stay[1]["serviceType"] = json!({ "text": text });
        of_stay[1]["serviceProvider"] = json!({ "display": text, "reference": "Organization/o1" });
        resources.extend(of_stay);
    }
    let file = place.file("a.ndjson", fhir::lines(resources));
    place.import(&[&file]);
    place
}

/// Runs verbs that must succeed, and looks at all they say.
fn all_inert(place: &Place, runs: &[&[&str]]) {
    for arguments in runs {
        let run = place.run(arguments).exits(0);
        let what: Vec<String> = arguments
            .iter()
            .map(|a| a.escape_debug().to_string())
            .collect();
        inert(&what.join(" "), &run.out);
        inert(&what.join(" "), &run.err);
    }
}

#[test]
fn hostile_text_is_inert_in_the_supervisors_verbs() {
    let text = hostile();
    let text = text.as_str();
    let place = hostile_hospital(text);
    let folder = place.home().join("letters");
    let folder = folder.to_str().unwrap();
    all_inert(
        &place,
        &[
            &["daily"],
            &["daily", "--json"],
            &["ladder", "list"],
            &["ladder", "list", "--json"],
            &["ladder", "show", "1"],
            &["ladder", "show", "1", "--json"],
            &["letters", "preview", "2"],
            &["letters", "preview", "2", "--format", "html"],
            &["ladder", "dismiss", "1", "--reason", text],
            &["deficiency", "undo"],
            &["ladder", "confirm", "--all", "--comment", text],
            &["ladder", "show", "2"],
            &["letters", "list"],
            &["letters", "list", "--json"],
            &["letters", "show", "1"],
            &["letters", "show", "1", "--json"],
            &["letters", "print"],
            &["letters", "reprint", "1", "--format", "html"],
            &["letters", "reprint", "1", "--to", folder],
            &["ladder", "suspended"],
            &["ladder", "standing", "Zq"],
            &["ladder", "standing", "Zq", "--json"],
        ],
    );
    for path in files_below(std::path::Path::new(folder)) {
        inert("a printed letter", &std::fs::read_to_string(&path).unwrap());
    }
    for name in [
        "delinquency",
        "ageing",
        "on-time",
        "quarterly",
        "stages",
        "trend",
        "providers",
        "waiting",
        "ready",
        "coded",
        "productivity",
    ] {
        for by in ["provider", "facility", "service"] {
            for format in ["text", "csv", "json"] {
                all_inert(&place, &[&["report", name, "--by", by, "--format", format]]);
            }
        }
    }
    for format in ["text", "html", "csv", "json"] {
        all_inert(
            &place,
            &[&["report", "statement", "Zq", "--format", format]],
        );
    }
}

#[test]
fn hostile_text_is_inert_in_what_people_say_of_charts_and_people() {
    let text = hostile();
    let text = text.as_str();
    let place = hostile_hospital(text);
    let item = place.queue("all")[0]["id"].to_string();
    all_inert(
        &place,
        &[
            &["note", "V00001", text],
            &["note", "V00001"],
            &["note", "V00001", "--json"],
            &["report", "waiting"],
            &["coded", "V00001", "--now"],
            &["coded", "V00001", "--not", text],
            &[
                "deficiency",
                "hold",
                &item,
                "--reason",
                "legal",
                "--comment",
                text,
            ],
            &["deficiency", "hold-chart", "V00002", "--comment", text],
            &["deficiency", "unhold-chart", "V00002", "--comment", text],
            &["deficiency", "unhold", &item, "--comment", text],
            &["deficiency", "show", &item],
            &["deficiency", "show", &item, "--json"],
            &[
                "cover",
                "away",
                "Zq",
                "--reason",
                "illness",
                "--from",
                "T-3",
                "--comment",
                text,
            ],
            &["cover", "for", "Zq", "--by", "Roe", "--reason", text],
            &["cover", "list"],
            &["cover", "list", "--json"],
            &["cover", "back", "1"],
            &["deficiency", "show", &item],
            &["queue", "--by", "provider"],
            &["queue", "--by", "service"],
        ],
    );
    // A name has an end, so each hostile text is one of its own.
    for (n, text) in HOSTILE.iter().enumerate() {
        let name: String = format!("Zq {text}").chars().take(100).collect();
        let login = format!("zoe{n}");
        let add = ["user", "add", &login, "--name", &name, "--roles", "auditor"];
        all_inert(
            &place,
            &[
                &add,
                &["user", "list"],
                &["user", "list", "--json"],
                &["audit", "show", "--as", &login],
                &["audit", "show", "--json", "--as", &login],
            ],
        );
    }
    let add = ["user", "add", "zoe", "--name", text, "--roles", "auditor"];
    let refused = place.run(&add).exits(3);
    inert("user add", &refused.err);
    for arguments in [
        ["cover", "away", text, "--reason", "illness", "--from", "T"],
        ["cover", "for", "Zq", "--by", text, "--reason", "x"],
    ] {
        let run = place.run(&arguments);
        inert(arguments[1], &run.err);
    }
    for arguments in [
        ["report", "statement", text],
        ["ladder", "standing", text],
        ["user", "off", text],
        ["coded", text, "--now"],
    ] {
        let run = place.run(&arguments);
        inert(arguments[0], &run.err);
    }
}
