//! The house rules that the compiler does not check: who may import whom, where SQL may stand,
//! what every file begins with, and that the documents are true.
//!
//! Each test names the file and the line. The tables are data: change them together with the
//! decision that allows it.

mod generated;
mod papers;
mod rooms;
mod source;

use source::{Source, sources};

/// Files with more than [`LINES`] lines that are right as they are, with the reason. Tests at the
/// end of a file and modules of tests do not count.
const LONG: &[(&str, &str)] = &[
    ("src/cdi/lint/checks.rs", "one check after another"),
    ("src/command/table.rs", "a table: one entry a command"),
    ("src/demo/chart.rs", "the chart every planter changes"),
    ("src/demo/names.rs", "a table of names"),
    (
        "src/import/fhir/mod.rs",
        "the table of resource types and the loop over them",
    ),
    (
        "src/tui/terminal/painter.rs",
        "the byte budget needs the painter in one place",
    ),
];

/// Lines a file may have without standing in [`LONG`].
const LINES: usize = 400;

/// Where a screen or verb needs text as it came: file, how often, reason. Shown text must pass
/// `text::show`.
const RAW_TEXT: &[(&str, usize, &str)] = &[
    (
        "src/tui/screens/queue/filter.rs",
        1,
        "fills the line; the field shows",
    ),
    (
        "src/tui/screens/opportunities/narrow.rs",
        2,
        "compares with the words typed",
    ),
    (
        "src/tui/screens/reviews/filter.rs",
        2,
        "fills the line; the field shows",
    ),
    (
        "src/tui/screens/review/jotter.rs",
        1,
        "fills the editor; the editor shows",
    ),
    (
        "src/tui/screens/review/writing.rs",
        1,
        "fills fields; fields show",
    ),
    (
        "src/tui/screens/composer/edit.rs",
        1,
        "counts bytes to the findings' places",
    ),
    (
        "src/tui/screens/composer/words.rs",
        3,
        "fills fields; fields show",
    ),
    ("src/tui/office/seat.rs", 1, "filters with the words typed"),
    ("src/cli/annotate.rs", 1, "offsets of the text as it came"),
    ("src/cli/chart.rs", 2, "compares with the argument"),
    (
        "src/cli/chart/copied.rs",
        1,
        "cuts passages, which are shown",
    ),
    (
        "src/cli/demo/queries.rs",
        2,
        "makes logins, and weighs options",
    ),
    ("src/cli/named.rs", 2, "compares with the argument"),
    ("src/cli/query/life.rs", 1, "compares with the argument"),
    (
        "src/tui/screens/composer/draw.rs",
        1,
        "counts bytes to the findings' places",
    ),
    (
        "src/tui/screens/composer/pick.rs",
        3,
        "fills fields; fields show",
    ),
    (
        "src/tui/screens/composer/preview.rs",
        1,
        "counts bytes to the findings' places",
    ),
    (
        "src/tui/screens/needles.rs",
        4,
        "compares with the text searched",
    ),
    (
        "src/tui/screens/reader.rs",
        1,
        "cuts the text before a place, which is shown",
    ),
    ("src/tui/screens/answering.rs", 1, "the answer sent"),
    (
        "src/tui/screens/groups.rs",
        1,
        "the type code the queue is narrowed to",
    ),
    (
        "src/tui/screens/named_lists/entries.rs",
        1,
        "fills the field of a note; the field shows",
    ),
    (
        "src/tui/screens/search.rs",
        2,
        "fills the line; the field shows",
    ),
    (
        "src/tui/screens/search/facets.rs",
        2,
        "what a facet adds to the query",
    ),
    (
        "src/tui/screens/search/keep.rs",
        2,
        "fills the line; the field shows",
    ),
    (
        "src/tui/screens/search/offers.rs",
        1,
        "fills the line; the field shows",
    ),
    (
        "src/tui/screens/search/screen.rs",
        1,
        "fills the line; the field shows",
    ),
];

/// Fails with every complaint on a line of its own.
#[track_caller]
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn every_file_says_what_it_owns() {
    let complaints: Vec<String> = sources(&["src", "tests"])
        .iter()
        .filter(|s| !s.text.trim_start().starts_with("//! "))
        .map(|s| format!("{}:1: begins without a `//!` header", s.path))
        .collect();
    none(&complaints);
}

#[test]
fn long_files_have_a_reason() {
    let all = sources(&["src"]);
    let mut complaints = Vec::new();
    for s in &all {
        let lines = s.code_without_tests().lines().count();
        if lines > LINES && !LONG.iter().any(|(path, _)| *path == s.path) {
            complaints.push(format!(
                "{}: {lines} lines; split it, or say in LONG why not",
                s.path
            ));
        }
    }
    for (path, reason) in LONG {
        let there = all.iter().find(|s| s.path == *path);
        match there.map(|s| s.code_without_tests().lines().count()) {
            None => complaints.push(format!("LONG names {path}, which is not there ({reason})")),
            Some(lines) if lines <= LINES => {
                complaints.push(format!("LONG names {path}, which has {lines} lines"));
            }
            Some(_) => {}
        }
    }
    none(&complaints);
}

#[test]
fn sql_stands_in_the_store_only() {
    const STATEMENTS: &[&str] = &[
        "SELECT ",
        "INSERT INTO ",
        "UPDATE ",
        "DELETE FROM ",
        "CREATE TABLE ",
        "CREATE INDEX ",
        "DROP TABLE ",
        "ALTER TABLE ",
        "PRAGMA ",
    ];
    let mut complaints = Vec::new();
    for s in sources(&["src"])
        .iter()
        .filter(|s| !s.path.starts_with("src/store/"))
    {
        for (line, literal) in s.strings() {
            let start = literal.trim_start();
            if STATEMENTS.iter().any(|word| start.starts_with(word)) {
                complaints.push(format!("{}:{line}: SQL belongs in src/store", s.path));
            }
        }
    }
    none(&complaints);
}

#[test]
fn screens_and_verbs_show_only_what_passed_the_sanitiser() {
    let mut complaints = Vec::new();
    for s in sources(&["src/tui", "src/cli"]) {
        let code = s.code_without_tests();
        let words = [".raw()", ".into_raw()", "Untrusted::raw"];
        let uses = |line: &str| words.iter().map(|w| line.matches(w).count()).sum::<usize>();
        let found: usize = code.lines().map(uses).sum();
        let listed = RAW_TEXT.iter().find(|(path, ..)| *path == s.path);
        if found == listed.map_or(0, |(_, times, _)| *times) {
            continue;
        }
        if found == 0 {
            complaints.push(format!("RAW_TEXT names {}, which takes none", s.path));
        }
        for (number, _) in code.lines().enumerate().filter(|(_, l)| uses(l) > 0) {
            complaints.push(format!(
                "{}:{}: takes text as it came; show it with text::show, or correct RAW_TEXT",
                s.path,
                number + 1
            ));
        }
    }
    none(&complaints);
}

/// Texts with a number before a noun in the plural that are right as they are, by what follows or
/// precedes the number: limits above one, and `1` told apart where it stands.
const NEVER_ONE: &[&str] = &[
    "at most {",
    "1 to {",
    "hold {} entries at the most",
    "over {}",
    "{}-{last}",
    "{from}-{to}",
    "older than {",
    "in the {period_days} days",
    "counted for {limit_days} days or more",
    "{several} days",
    "{edits} letters",
    "after {:>3} days",
    "{key} marks them",
    "+ {cite} cites",
    "{} lists every field",
    "{} reviews are switched off",
    "{0} holds a Chartroom",
];

/// A number and what it counts are written by the helper that knows `1 chart` from `2 charts`.
#[test]
fn what_is_counted_is_named_by_the_helper_that_counts() {
    let counted = regex::Regex::new(
        r"\{[^{}]*\} (charts|items|keys|steps|queries|letters|hits|documents|visits|days|rows|pages|notes|stays|patients|providers|people|users|hours|reviews|cases|opportunities|searches|views|holds|lists|records|lines|files|messages|errors|warnings|results|findings|words|versions|members|rules|answers|marks|groups|entries|codes|chains|additions|marked items|marked hits)\b",
    )
    .unwrap();
    let mut complaints = Vec::new();
    let mut read = 0;
    for s in sources(&["src"]) {
        if s.is_test() || s.path.starts_with("src/demo/") || s.path.ends_with("bench.rs") {
            continue;
        }
        for (line, text) in s.strings() {
            read += 1;
            if counted.is_match(text) && !NEVER_ONE.iter().any(|known| text.contains(known)) {
                complaints.push(format!("{}:{line}: use text::counted: {text}", s.path));
            }
        }
    }
    assert!(read > 1_000, "{read}");
    none(&complaints);
}

#[test]
fn the_clock_is_read_in_one_place() {
    const CLOCKS: &[&str] = &["SystemTime::now", "Timestamp::now", "Zoned::now"];
    find_outside(
        "src/domain/time.rs",
        CLOCKS,
        "reads the clock; take the time as an argument",
    );
}

#[test]
fn the_environment_is_read_by_the_command_line_only() {
    const READS: &[&str] = &["env::var(", "env::var_os(", "env::vars(", "env::args("];
    find_outside(
        "src/cli/",
        READS,
        "reads the environment; take it as an argument",
    );
}

fn find_outside(home: &str, words: &[&str], complaint: &str) {
    let mut complaints = Vec::new();
    for s in sources(&["src"])
        .iter()
        .filter(|s| !s.path.starts_with(home))
    {
        for (number, line) in s.code_without_tests().lines().enumerate() {
            if words.iter().any(|w| line.contains(w)) {
                complaints.push(format!("{}:{}: {complaint}", s.path, number + 1));
            }
        }
    }
    none(&complaints);
}

#[test]
fn nothing_is_left_for_later() {
    let words = ["TO", "FIX"].map(|w| format!("{w}{}", if w == "TO" { "DO" } else { "ME" }));
    let mut complaints = Vec::new();
    for s in sources(&["src", "tests"]) {
        for (number, line) in s.text.lines().enumerate() {
            if words.iter().any(|w| line.contains(w.as_str())) {
                complaints.push(format!(
                    "{}:{}: do it, or open an issue",
                    s.path,
                    number + 1
                ));
            }
        }
    }
    none(&complaints);
}

/// Test functions of the whole tree, for documents that name one.
fn has_test(all: &[Source], name: &str) -> bool {
    let wanted = format!("fn {name}(");
    all.iter().any(|s| s.text.contains(&wanted))
}
