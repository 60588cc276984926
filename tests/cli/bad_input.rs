//! Bad input and bad places: one clear line, the right exit code, nothing lost.

use crate::support::fhir::{self, Stay};
use crate::support::{Place, Run};
use serde_json::Value;
use std::path::Path;

/// The one issue of an import of this file among good neighbours.
#[track_caller]
fn issue_of(name: &str, bytes: impl AsRef<[u8]>, kind: &str) -> Value {
    let place = Place::new();
    let good = place.file("good.ndjson", fhir::ndjson(&fhir::stays(2)));
    let bad = place.file(name, bytes);
    let run = place.run(&["import", "--json", &bad, &good]);
    let run = run.exits(if kind == "reject" { 1 } else { 0 });
    for visit in ["V00001", "V00002"] {
        place.run(&["chart", visit]).exits(0);
    }
    let issues = run.kind(kind);
    assert_eq!(issues.len(), 1, "{}", run.out);
    assert!(issues[0]["file"].as_str().unwrap().contains(name));
    issues[0].clone()
}

#[track_caller]
fn reason(issue: &Value, words: &str) {
    let text = issue["reason"].as_str().unwrap();
    assert!(text.contains(words), "{text:?} lacks {words:?}");
}

#[test]
fn what_was_typed_wrong_cannot_steer_the_terminal_either() {
    let place = Place::new();
    let run = place.run(&["rules", "who", "\u{1b}]0;x\u{7}"]).exits(0);
    assert!(run.out.contains("<ESC>"), "{:?}", run.out);
    let run = place.run(&["deficiency", "take", "\u{202e}12"]).exits(2);
    assert!(run.err.contains("<U+202E>"), "{:?}", run.err);
    for text in [run.out, run.err] {
        assert!(!text.contains(['\u{1b}', '\u{202e}']));
    }
}

#[test]
fn a_provider_without_a_name_is_refused_at_once() {
    let place = Place::new();
    let add = ["user", "add", "doe", "--roles", "provider"];
    place.run(&add).fails(2, "needs --provider NAME");
}

#[test]
fn an_empty_file_is_skipped() {
    reason(&issue_of("empty.json", "", "skip"), "empty");
    reason(&issue_of("blank.json", "\n\n  \n", "skip"), "empty");
}

#[test]
fn a_wrong_format_is_skipped_by_name() {
    reason(&issue_of("a.pdf", "%PDF-1.7 ...", "skip"), "PDF");
    reason(
        &issue_of("a.csv", "mrn,name\n1,2\n", "skip"),
        "neither FHIR nor HL7 v2",
    );
    reason(&issue_of("a.json", "{\"hello\": 1}", "skip"), "");
}

#[test]
fn truncated_json_is_rejected_with_its_line() {
    let text = fhir::ndjson(&[Stay::new(7)]);
    let cut = &text[..text.len() - 40];
    let issue = issue_of("cut.ndjson", cut, "reject");
    assert_eq!(issue["line"], 5);
    let bundle = fhir::bundle(Stay::new(7).resources());
    issue_of("cut.json", &bundle[..bundle.len() - 300], "reject");
}

#[test]
fn a_broken_archive_is_rejected_and_what_came_before_the_break_goes_in() {
    use std::io::Write;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let stays: Vec<Stay<'_>> = (100..400).map(Stay::new).collect();
    gzip.write_all(fhir::ndjson(&stays).as_bytes()).unwrap();
    let bytes = gzip.finish().unwrap();
    let place = Place::new();
    let cut = place.file("cut.ndjson.gz", &bytes[..bytes.len() * 3 / 4]);
    let run = place.run(&["import", "--json", &cut]).exits(1);
    assert!(!run.kind("reject").is_empty());
    assert!(run.last()["new"]["encounters"].as_i64().unwrap() > 0);

    let mut broken = bytes.clone();
    let middle = broken.len() / 2;
    broken[middle..middle + 64].fill(0xff);
    let broken = place.file("broken.ndjson.gz", &broken);
    let run = place.run(&["import", "--json", &broken]).exits(1);
    assert!(!run.kind("reject").is_empty());
    place.is_well();
}

/// An import of one line of this many bytes, without a line break.
fn long_line(mebibytes: usize) -> Run {
    let place = Place::new();
    let path = place.home().join("files/line.ndjson");
    write_line(&path, mebibytes);
    let good = place.file("z.ndjson", fhir::ndjson(&fhir::stays(1)));
    let run = place
        .run(&["import", "--json", path.to_str().unwrap(), &good])
        .exits(1);
    assert_eq!(run.last()["new"]["encounters"], 1);
    run
}

fn write_line(path: &Path, mebibytes: usize) {
    use std::io::Write;
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    file.write_all(b"{\"resourceType\":\"Patient\",\"id\":\"x\",\"text\":\"")
        .unwrap();
    let block = vec![b'a'; 1 << 20];
    for _ in 0..mebibytes {
        file.write_all(&block).unwrap();
    }
    file.flush().unwrap();
}

#[test]
fn a_line_longer_than_a_message_may_be_is_rejected() {
    let run = long_line(70);
    let reject = &run.kind("reject")[0];
    reason(reject, "64 MiB");
    assert_eq!(reject["line"], 1);
}

#[test]
#[ignore = "writes a file of 1 GiB"]
fn a_line_of_a_gibibyte_is_rejected() {
    reason(&long_line(1024).kind("reject")[0], "64 MiB");
}

#[test]
fn what_cannot_be_read_is_told() {
    let place = Place::new();
    let good = place.file("good.ndjson", fhir::ndjson(&fhir::stays(1)));
    // Not there; a link to itself cannot be read by anybody, not even by root.
    let missing = place.home().join("files/missing.ndjson");
    let circle = place.home().join("files/circle.ndjson");
    std::os::unix::fs::symlink(&circle, &circle).unwrap();
    for bad in [&missing, &circle] {
        let run = place.run(&["import", "--json", bad.to_str().unwrap(), &good]);
        assert!([1, 3].contains(&run.code), "{} {}", run.code, run.err);
        let said = format!("{}{}", run.out, run.err);
        let name = bad.file_name().unwrap().to_str().unwrap();
        assert!(said.contains(name) && !said.contains("panicked"), "{said}");
    }
    place.is_well();
}

#[test]
fn the_wrong_key_opens_nothing() {
    let place = Place::new();
    let other = Place::new();
    let run = |key: &Path| {
        let mut command = place.command(&["queue"]);
        let output = command.env("CHARTROOM_KEY_FILE", key).output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, said) = run(&other.key());
    assert_eq!(code, Some(3));
    assert!(said.contains("key") && said.lines().count() == 1, "{said}");
    let (code, said) = run(&place.home().join("no-such-key"));
    assert_eq!(code, Some(3));
    assert_eq!(said.lines().count(), 1, "{said}");
    // The keys of another directory beside this store.
    std::fs::copy(
        other.data().join("keys.toml"),
        place.data().join("keys.toml"),
    )
    .unwrap();
    let (code, said) = run(&other.key());
    assert_eq!(code, Some(3));
    assert!(said.contains("wrong key"), "{said}");
}

#[test]
fn a_passphrase_file_opens_what_it_made() {
    let place = Place::empty();
    let phrase = place.file("phrase", "correct horse battery\n");
    let wrong = place.file("wrong", "battery horse correct\n");
    let run = |arguments: &[&str], file: &str| {
        let mut command = place.command(arguments);
        command
            .env_remove("CHARTROOM_KEY_FILE")
            .env("CHARTROOM_PASSPHRASE_FILE", file);
        let output = command.output().unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    assert_eq!(
        run(&["init", "--facility", "X", "--time-zone", "UTC"], &phrase).0,
        0
    );
    assert_eq!(run(&["queue"], &phrase).0, 0);
    let (code, said) = run(&["queue"], &wrong);
    assert_eq!((code, said.lines().count()), (3, 1), "{said}");
}

#[test]
fn a_damaged_store_says_so() {
    let place = Place::new();
    let file = place.file("a.ndjson", fhir::ndjson(&fhir::stays(40)));
    place.import(&[&file]);
    let path = place.data().join("chartroom.db");
    let whole = std::fs::read(&path).unwrap();
    // The first page: nothing opens. A page inside: doctor finds it.
    let mut first = whole.clone();
    first[40..60].fill(0);
    std::fs::write(&path, &first).unwrap();
    place.run(&["queue"]).fails(3, "chartroom.db");
    let mut inside = whole.clone();
    let at = whole.len() / 2 / 4096 * 4096 + 100;
    inside[at] ^= 0x55;
    std::fs::write(&path, &inside).unwrap();
    let run = place.run(&["doctor"]);
    assert!(
        [1, 3].contains(&run.code),
        "{} {}{}",
        run.code,
        run.out,
        run.err
    );
    assert!(!run.err.contains("panicked"));
    // A file cut short.
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let run = place.run(&["doctor"]);
    assert!(
        [1, 3].contains(&run.code),
        "{} {}{}",
        run.code,
        run.out,
        run.err
    );
    std::fs::write(&path, &whole).unwrap();
    place.is_well();
}

#[test]
fn damaged_keys_say_so() {
    let place = Place::new();
    let path = place.data().join("keys.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    for bad in [
        "",
        "nonsense",
        &text.replace("version = 1", "version = 9"),
        &text[..text.len() / 2],
    ] {
        std::fs::write(&path, bad).unwrap();
        place.run(&["queue"]).fails(3, "keys.toml");
    }
    std::fs::remove_file(&path).unwrap();
    place.run(&["queue"]).fails(3, "");
    std::fs::write(&path, &text).unwrap();
    place.run(&["queue"]).exits(0);
}

#[test]
fn a_newer_store_is_refused_and_left_alone() {
    let place = Place::new();
    raise_format(&place);
    let before = std::fs::read(place.data().join("chartroom.db")).unwrap();
    place.run(&["queue"]).fails(3, "newer Chartroom");
    let file = place.file("a.ndjson", fhir::ndjson(&fhir::stays(1)));
    place.run(&["import", &file]).fails(3, "newer Chartroom");
    assert!(before == std::fs::read(place.data().join("chartroom.db")).unwrap());
}

/// Writes a format number of the future into a store.
fn raise_format(place: &Place) {
    use chartroom::vault::{KeySource, Vault};
    let vault = Vault::open(&place.data(), &KeySource::KeyFile(place.key())).unwrap();
    let store = rusqlite::Connection::open(place.data().join("chartroom.db")).unwrap();
    let key = vault.store_key_hex();
    store
        .execute_batch(&format!(
            "PRAGMA key = \"x'{}'\"; PRAGMA user_version = 999;",
            *key
        ))
        .unwrap();
}

#[test]
fn doctor_names_a_damaged_file_of_the_index_and_the_verb_that_mends_it() {
    let place = Place::new();
    place.run(&["doctor", "--json"]).exits(0);
    let file = place.file("a.ndjson", fhir::ndjson(&fhir::stays(5)));
    place.import(&[&file]);
    let well = place.run(&["doctor", "--deep"]).exits(0).out;
    assert!(well.contains("index: generation 1, 5 documents"), "{well}");
    let files = crate::support::files_below(&place.data().join("index"));
    let texts = files
        .iter()
        .find(|p| p.extension().is_some_and(|e| e == "text"));
    let texts = texts.unwrap();
    let mut bytes = std::fs::read(texts).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    std::fs::write(texts, bytes).unwrap();
    let told = place.run(&["doctor"]).exits(1).out;
    assert!(
        told.contains("`chartroom index rebuild` mends it"),
        "{told}"
    );
    place.run(&["index", "rebuild"]).exits(0);
    place.is_well();
}

#[test]
fn a_damaged_index_mends_itself() {
    let place = Place::new();
    let file = place.file("a.ndjson", fhir::ndjson(&fhir::stays(5)));
    place.import(&[&file]);
    let whole = crate::support::files_below(&place.data().join("index"));
    assert!(whole.len() > 5);
    for path in whole {
        // A rebuild leaves other files.
        let Ok(mut bytes) = std::fs::read(&path) else {
            continue;
        };
        let middle = bytes.len() / 2;
        if let Some(byte) = bytes.get_mut(middle) {
            *byte ^= 0x55;
        }
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(place.hits("pneumonia"), 5, "{}", path.display());
    }
    place.is_well();
}

#[test]
fn a_read_only_directory_is_told_and_nothing_is_lost() {
    // Root may write anywhere; a file where a folder must be stops root too.
    let place = Place::empty();
    std::fs::write(place.data(), "a file").unwrap();
    let run = place.run(&["init", "--facility", "X", "--time-zone", "UTC"]);
    assert_eq!(run.code, 3, "{}", run.err);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    if is_root() {
        return;
    }
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let file = place.file("a.ndjson", fhir::ndjson(&fhir::stays(1)));
    let mode = |mode| {
        let set = |path: &Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        set(&place.data().join("chartroom.db"), mode & 0o600);
        set(&place.data(), mode);
    };
    mode(0o500);
    let run = place.run(&["import", &file]);
    mode(0o700);
    assert_eq!(run.code, 3, "{}", run.err);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    place.import(&[&file]);
}

fn is_root() -> bool {
    rustix::process::getuid().is_root()
}

/// A file may not grow beyond this: what a full disk looks like from inside. The limit holds for
/// every file, so that the store, its log and the index all meet it.
fn run_with_limit(place: &Place, blocks: u64, arguments: &[&str]) -> Run {
    let mut command = std::process::Command::new("sh");
    place.prepare(&mut command);
    command
        .arg("-c")
        .arg(format!("ulimit -f {blocks}; exec \"$@\""))
        .arg("sh")
        .arg(crate::support::PROGRAM)
        .args(arguments)
        .args(["--as", "ann"]);
    let output = command.output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn a_full_disk_keeps_what_was_acknowledged() {
    let place = Place::new();
    let first = place.file("a.ndjson", fhir::ndjson(&fhir::stays(5)));
    place.import(&[&first]);
    let more: Vec<Stay<'_>> = (1000..3000).map(Stay::new).collect();
    let more = place.file("b.ndjson", fhir::ndjson(&more));
    let mut told = 0;
    for blocks in [1200, 2000, 3000] {
        let run = run_with_limit(&place, blocks, &["import", "--json", &more]);
        assert_eq!(run.code, 3, "{blocks}: {}{}", run.out, run.err);
        assert_eq!(run.err.trim_end().lines().count(), 1, "{}", run.err);
        assert!(
            run.err.contains("nothing of this change was kept"),
            "{}",
            run.err
        );
        // What earlier batches took in is told, and is there.
        if let Some(summary) = run.out.lines().last() {
            let summary: serde_json::Value = serde_json::from_str(summary).unwrap();
            assert_eq!(summary["complete"], false, "{summary}");
            let taken = summary["new"]["encounters"].as_u64().unwrap();
            assert!(taken > 0, "{summary}");
            told += 1;
        }
        place.is_well();
        assert!(place.queue("all").len() >= 5);
    }
    assert!(told > 0, "no import was cut off behind its first batch");
    // With room again the rest goes in, each record once.
    place.run(&["import", "--json", &more]).exits(0);
    assert_eq!(place.queue("all").len(), 2005);
    assert_eq!(place.hits("pneumonia"), 2005);
    place.is_well();
}

#[test]
fn a_folder_that_may_not_be_looked_into_is_not_called_empty() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let allow = |mode| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(place.data(), mode).unwrap();
    };
    allow(0o000);
    let looked = std::fs::read_dir(place.data()).is_ok();
    let run = place.run(&["queue"]);
    allow(0o700);
    if looked {
        println!("skipped: this account may look into everything");
        return;
    }
    run.fails(3, "cannot be looked at");
}

#[test]
fn output_that_goes_nowhere_is_an_error_and_no_panic() {
    let place = Place::new();
    for verb in [&["completions", "bash"][..], &["man"], &["queue"]] {
        let mut command = place.command(verb);
        let full = std::fs::File::create("/dev/full").unwrap();
        let output = command.stdout(full).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "{verb:?}: {told}");
        assert_eq!(told.lines().count(), 1, "{verb:?}: {told}");
    }
}

#[test]
fn names_have_an_end() {
    let place = Place::new();
    place.import(&[&place.file("a.ndjson", fhir::ndjson(&fhir::stays(2)))]);
    let long = "x".repeat(10_000);
    let add = ["user", "add", "bea", "--name", &long, "--roles", "analyst"];
    place.run(&add).fails(3, "at most 100 letters");
    place
        .run(&["cover", "group", &long, "Doe", "Roe"])
        .fails(3, "at most 60 letters");
    let none = place.run(&["queue", "--limit", "0"]).exits(0);
    assert!(none.out.ends_with("0 of 2\n"), "{}", none.out);
}

#[test]
fn a_list_of_nothing_says_so_to_a_person_and_no_line_to_a_program() {
    let place = Place::new();
    place.import(&[&place.file("a.ndjson", fhir::ndjson(&fhir::stays(1)))]);
    let visit = place.queue("all")[0]["visit"].as_str().unwrap().to_owned();
    let verbs: [&[&str]; 8] = [
        &["query", "list"],
        &["query", "list", "--state", "draft"],
        &["list", "list"],
        &["searches", "list"],
        &["searches", "history"],
        &["cover", "list"],
        &["review", "codes", "Z99.99"],
        &["note", &visit],
    ];
    for verb in verbs {
        let text = place.run(verb).exits(0).out;
        assert_eq!(text.lines().count(), 1, "{verb:?}: {text}");
        assert!(text.starts_with("no"), "{verb:?}: {text}");
        let json = place.run(&[verb, &["--json"]].concat()).exits(0).out;
        assert_eq!(json, "", "{verb:?}");
    }
}

#[test]
fn a_draft_of_the_wrong_shape_is_told_in_words() {
    let place = Place::new();
    let run = place.run_with(&["lint"], b"{\"indicators\": [\"BNP 1240\"]}\n");
    assert!(
        run.err.contains("expected an indicator such as"),
        "{}",
        run.err
    );
    assert!(!run.err.contains("struct"), "{}", run.err);
}

#[test]
fn what_holds_nothing_is_told() {
    let place = Place::new();
    let bare = place.home().join("bare");
    std::fs::create_dir_all(&bare).unwrap();
    let import = |path: &str, code| place.run(&["import", path]).exits(code);
    let run = import(bare.to_str().unwrap(), 0);
    assert!(run.err.contains("a folder without files"), "{}", run.err);
    let run = import("/dev/null", 1);
    assert!(
        run.err.contains("neither a file nor a folder"),
        "{}",
        run.err
    );
}
