//! Files, folders, archives, limits, and the sink.

use super::super::{Parsed, Progress, Sink, Stop, read_paths};
use super::*;
use crate::domain::record::Issue;
use std::io::Write;
use std::path::{Path, PathBuf};

const PATIENT: &str = r#"{"resourceType":"Patient","id":"ID"}"#;

fn patient(id: &str) -> Vec<u8> {
    PATIENT.replace("ID", id).into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_cksum();
        out.append_data(&mut header, name, *bytes).unwrap();
    }
    out.into_inner().unwrap()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        out.start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn read_with(options: &Options, path: &Path) -> Parsed {
    let mut parsed = Parsed::default();
    read_paths(
        &[path.to_path_buf()],
        &mut std::io::empty(),
        options,
        &mut parsed,
    )
    .unwrap();
    parsed
}

/// Puts bytes in a file and reads it.
fn read(bytes: &[u8]) -> Parsed {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("misleading.csv");
    std::fs::write(&path, bytes).unwrap();
    read_with(&options(), &path)
}

fn ids(parsed: &Parsed) -> Vec<&str> {
    parsed.arrivals.iter().map(|a| a.key.id.raw()).collect()
}

fn places(parsed: &Parsed) -> Vec<String> {
    let file = |a: &Arrival| {
        a.provenance
            .file
            .raw()
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned()
    };
    parsed.arrivals.iter().map(file).collect()
}

#[test]
fn archives_are_opened_by_content_and_named_by_path() {
    let (a, b) = (patient("a"), patient("b"));
    let tarred = tar(&[("x.ndjson", &a), ("y.json.gz", &gzip(&b))]);
    let zstd = zstd::encode_all(&tarred[..], 1).unwrap();
    for archive in [tarred.clone(), gzip(&tarred), zstd] {
        let parsed = read(&archive);
        assert_eq!(ids(&parsed), ["a", "b"], "{:?}", reasons(&parsed));
        assert_eq!(
            places(&parsed),
            ["misleading.csv!x.ndjson", "misleading.csv!y.json.gz"]
        );
    }
    let zipped = zip(&[
        ("x.ndjson", &a),
        ("__MACOSX/._x", b"junk"),
        ("inner.zip", &zip(&[("y", &b)])),
    ]);
    let parsed = read(&zipped);
    assert_eq!(ids(&parsed), ["a", "b"], "{:?}", reasons(&parsed));
    assert_eq!(
        places(&parsed),
        ["misleading.csv!x.ndjson", "misleading.csv!inner.zip!y"]
    );
    let mut parsed = Parsed::default();
    read_paths(
        &[PathBuf::from("-")],
        &mut &zipped[..],
        &options(),
        &mut parsed,
    )
    .unwrap();
    assert_eq!(ids(&parsed), ["a", "b"]);
    assert_eq!(parsed.arrivals[0].provenance.file.raw(), "-!x.ndjson");
}

#[test]
fn archives_are_opened_to_a_bounded_depth() {
    let mut bytes = patient("a");
    for _ in 0..3 {
        bytes = gzip(&bytes);
    }
    assert_eq!(read(&bytes).arrivals.len(), 1);
    let parsed = read(&gzip(&bytes));
    assert_eq!(
        reasons(&parsed),
        ["reject 0 : archives inside archives, more than 3 deep; not opened"]
    );
}

#[test]
fn bombs_are_refused_with_what_came_before_kept() {
    let mut text = patient("a");
    text.push(b'\n');
    text.extend(vec![b' '; 40 << 20]);
    for bytes in [
        gzip(&text),
        zip(&[("x", &text)]),
        zstd::encode_all(&text[..], 1).unwrap(),
    ] {
        let parsed = read(&bytes);
        assert_eq!(ids(&parsed), ["a"]);
        assert_eq!(
            reasons(&parsed),
            ["reject 2 : unpacks to more than 100 times its size; before it 1 line taken"]
        );
    }
}

#[test]
fn a_line_over_the_limit_costs_itself_alone() {
    let mut options = options();
    options.limits.message_bytes = 1 << 20;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    let long = format!(
        "{{\"resourceType\":\"Patient\",\"id\":\"{}\"}}",
        "x".repeat(2 << 20)
    );
    let text = [patient("a"), long.into_bytes(), patient("b")].join(&b'\n');
    std::fs::write(&path, text).unwrap();
    let parsed = read_with(&options, &path);
    assert_eq!(ids(&parsed), ["a", "b"]);
    assert_eq!(reasons(&parsed), ["reject 2 : a line longer than 1 MiB"]);
}

#[test]
fn deep_json_is_refused() {
    let deep = format!(
        r#"{{"resourceType":"Patient","id":"x","extension":{}{}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let text = [patient("a"), deep.into_bytes(), patient("b")].join(&b'\n');
    let parsed = read(&text);
    assert_eq!(ids(&parsed), ["a", "b"]);
    assert_eq!(
        reasons(&parsed),
        ["reject 2 Patient: nested deeper than 128 levels; the record was not taken"]
    );
}

#[test]
fn broken_archives_give_what_came_before() {
    let lines: Vec<u8> = (0..20_000)
        .flat_map(|i| [patient(&format!("p{i}")), b"\n".to_vec()].concat())
        .collect();
    let whole = gzip(&lines);
    let parsed = read(&whole[..whole.len() / 2]);
    assert!(parsed.arrivals.len() > 1_000);
    assert_eq!(rejects(&parsed), 1);
    assert!(
        reasons(&parsed)[0].contains("the packed data ends early"),
        "{:?}",
        reasons(&parsed)
    );
    let zipped = zip(&[("x", &lines)]);
    assert_eq!(
        reasons(&read(&zipped[..zipped.len() / 2])),
        ["reject 0 : the ZIP archive is broken; nothing of it was taken"]
    );
    let tarred = tar(&[("x", &patient("a")), ("y", &lines)]);
    let parsed = read(&tarred[..tarred.len() / 2]);
    assert_eq!(parsed.arrivals[0].key.id.raw(), "a");
    let last = reasons(&parsed).pop().unwrap();
    assert!(last.contains("the entries before it were taken"), "{last}");
}

#[test]
fn files_of_a_folder_are_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    write(
        "1/encounter.json",
        br#"{"resourceType":"Encounter","id":"e","subject":{"reference":"Patient/p"}}"#,
    );
    write("2/patient.json", &patient("p"));
    write("broken.gz", b"\x1f\x8b\x08\x00broken");
    write("empty", b"");
    write("image", b"\xff\xd8\xff\xe0");
    write("table.csv", b"a,b\n1,2\n");
    write(
        "doc.xml",
        b"<?xml version=\"1.0\"?><ClinicalDocument xmlns=\"urn:hl7-org:v3\"/>",
    );
    let parsed = read_with(&options(), folder.path());
    assert_eq!(ids(&parsed), ["p", "e"]);
    let mut found: Vec<String> = parsed
        .issues
        .iter()
        .map(|i| {
            let file = i.provenance.file.raw().rsplit('/').next().unwrap();
            format!("{file}: {} {}", i.severity.name(), i.reason)
        })
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            "broken.gz: reject the packed data ends early",
            "doc.xml: skip a C-CDA document; import of C-CDA comes with a later version",
            "empty: skip an empty file",
            "image: skip a JPEG image",
            "table.csv: skip text that is neither FHIR nor HL7 v2; a table needs a mapping (--mapping)",
        ]
    );
    let absent = read_with(&options(), &folder.path().join("absent"));
    assert_eq!(reasons(&absent), ["reject 0 : there is no such file"]);
}

/// Counts what it is given and may stop.
#[derive(Default)]
struct Counter {
    batches: Vec<usize>,
    stop_after: usize,
    last: Option<Progress>,
}

impl Sink for Counter {
    fn arrivals(&mut self, batch: Vec<Arrival>) -> Result<(), Stop> {
        self.batches.push(batch.len());
        if self.batches.len() == self.stop_after {
            return Err(Stop);
        }
        Ok(())
    }
    fn issue(&mut self, _: Issue) {}
    fn progress(&mut self, progress: &Progress) {
        self.last = Some(progress.clone());
    }
}

#[test]
fn batches_are_bounded_and_a_sink_may_stop() {
    let lines: Vec<u8> = (0..2_500)
        .flat_map(|i| [patient(&format!("p{i}")), b"\n".to_vec()].concat())
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    std::fs::write(&path, &lines).unwrap();
    let paths = [path];
    let mut counter = Counter::default();
    read_paths(&paths, &mut std::io::empty(), &options(), &mut counter).unwrap();
    assert_eq!(counter.batches, [1000, 1000, 500]);
    let last = counter.last.unwrap();
    assert_eq!(
        (last.bytes_done, last.bytes_total, last.records),
        (lines.len() as u64, lines.len() as u64, 2500)
    );
    let mut counter = Counter {
        stop_after: 2,
        ..Counter::default()
    };
    let stopped = read_paths(&paths, &mut std::io::empty(), &options(), &mut counter);
    assert_eq!((stopped, counter.batches), (Err(Stop), vec![1000, 1000]));
}

#[test]
fn no_issue_carries_text_of_a_record() {
    let canary = "ZZPHI";
    let texts = [
        format!(
            r#"{{"resourceType":"Patient","id":"1","birthDate":"{canary}","name":"{canary}"}}"#
        ),
        format!(
            r#"{{"resourceType":"Encounter","id":"1","class":{{"code":"{canary}"}},"subject":{{"display":"{canary}"}}}}"#
        ),
        format!(
            "MSH|^~\\&|A|B|||x||ADT^A01|1|P|2.3\rPID|1||7||{canary}||{canary}\rPV1|1|{canary}|||||||||||||||||9|||||||||||||||||{canary}||||||||{canary}\r"
        ),
        format!(
            "MSH|^~\\&|A|B|||x||MDM^T02|1|P|2.3\rPID|1||7||{canary}\rTXA|1|{canary}|TX|{canary}|||||||||||||{canary}|||||{canary}\r"
        ),
    ];
    for text in texts {
        let parsed = parse(&text);
        assert!(!parsed.issues.is_empty(), "{text}");
        assert!(parsed.issues.iter().all(|i| !i.reason.contains(canary)));
        assert!(
            parsed
                .issues
                .iter()
                .all(|i| !i.provenance.place.raw().contains(canary))
        );
    }
}
