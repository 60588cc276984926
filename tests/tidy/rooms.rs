//! Who may import whom, and which crate lives in which room.

use super::none;
use super::source::{Source, root, sources};

/// Room, and the rooms it may import (docs/ARCHITECTURE.md has the reasons). `cli` may import
/// all; every room may import itself.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("vault", &[]),
    ("config", &[]),
    ("text", &["domain"]),
    ("language", &["domain"]),
    ("grammar", &["domain"]),
    ("rules", &["domain"]),
    ("cdi", &["domain", "language", "rules"]),
    ("report", &["domain", "text"]),
    ("import", &["domain", "text"]),
    ("store", &["domain"]),
    ("index", &["domain", "vault", "language", "grammar"]),
    ("command", &["domain"]),
    ("demo", &["domain"]),
    (
        "ops",
        &[
            "domain", "vault", "text", "language", "grammar", "rules", "cdi", "report", "store",
            "index", "demo",
        ],
    ),
    ("tui", &["domain", "text", "grammar", "command", "ops"]),
];

/// Crates that only one room knows, so that each can be replaced there.
const HOMES: &[(&str, &str)] = &[
    ("rusqlite", "store"),
    ("tantivy", "index"),
    ("tantivy_fst", "index"),
    ("aws_lc_rs", "vault"),
    ("argon2", "vault"),
    ("ratatui", "tui"),
    ("crossterm", "tui"),
    ("termina", "tui"),
    ("nucleo_matcher", "tui"),
    ("clap", "cli"),
    ("clap_complete", "cli"),
    ("clap_mangen", "cli"),
    ("indicatif", "cli"),
    ("anyhow", "cli"),
    ("directories", "cli"),
    ("flate2", "import"),
    ("tar", "import"),
    ("zip", "import"),
    ("encoding_rs", "import"),
    ("minijinja", "report"),
];

/// The room a file belongs to; `None` for the crate's root files.
fn room(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/")?;
    match inside.split_once('/') {
        Some((room, _)) => Some(room),
        None => inside
            .strip_suffix(".rs")
            .filter(|n| !["lib", "main"].contains(n)),
    }
}

/// Rooms named in the code of one file, with the line.
fn imports(source: &Source) -> Vec<(usize, String)> {
    let code = source.code();
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let line = code[..at].matches('\n').count() + 1;
        if code[..at].ends_with("$") {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(first_names(group).into_iter().map(|n| (line, n))),
            None => found.push((line, name(rest))),
        }
    }
    found.extend(climbs_out(source, &code));
    found
}

fn name(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

/// The first names of the paths in `{a::b, c::{d, e}}`, after the opening brace.
fn first_names(group: &str) -> Vec<String> {
    let (mut names, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(name(group[start..at].trim_start()));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(name(group[start..at].trim_start()));
                start = at + 1;
            }
            _ => {}
        }
    }
    names.retain(|n| !n.is_empty());
    names
}

/// Rooms reached by `super::` from the top of a room.
fn climbs_out(source: &Source, code: &str) -> Vec<(usize, String)> {
    let inside = source
        .path
        .trim_start_matches("src/")
        .trim_end_matches(".rs");
    let depth = inside.trim_end_matches("/mod").split('/').count();
    let top = code.find("#[cfg(test)]\nmod ").unwrap_or(code.len());
    let chain = "super::".repeat(depth);
    code[..top]
        .match_indices(&chain)
        .filter(|(at, _)| !code[..*at].ends_with("super::"))
        .map(|(at, _)| {
            let line = code[..at].matches('\n').count() + 1;
            (line, name(&code[at + chain.len()..]))
        })
        .collect()
}

#[test]
fn rooms_import_only_what_the_table_allows() {
    let mut complaints = Vec::new();
    for s in sources(&["src"]) {
        let Some(room) = room(&s.path).filter(|r| *r != "cli") else {
            continue;
        };
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(r, _)| *r == room) else {
            complaints.push(format!("{}: the room {room} is not in MAY_IMPORT", s.path));
            continue;
        };
        for (line, import) in imports(&s) {
            if import != room && !allowed.contains(&import.as_str()) {
                complaints.push(format!("{}:{line}: {room} may not import {import}", s.path));
            }
        }
    }
    none(&complaints);
}

#[test]
fn the_table_allows_nothing_that_no_room_needs() {
    let all = sources(&["src"]);
    let mut complaints = Vec::new();
    for (of, allowed) in MAY_IMPORT {
        let inside = || all.iter().filter(|s| room(&s.path) == Some(*of));
        if inside().next().is_none() {
            complaints.push(format!("MAY_IMPORT: there is no room {of}"));
        }
        let used: Vec<String> = inside().flat_map(imports).map(|(_, name)| name).collect();
        for other in allowed.iter().filter(|a| !used.iter().any(|u| u == *a)) {
            complaints.push(format!("MAY_IMPORT: {of} needs nothing of {other}"));
        }
    }
    none(&complaints);
}

#[test]
fn the_table_of_rooms_stands_in_the_architecture() {
    let text = std::fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let table = text.split("\n## ").find(|part| part.starts_with("Rooms"));
    let rows = table.unwrap().lines().filter_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let room = cells.get(1)?.strip_prefix('`')?.strip_suffix('`')?;
        Some((room.to_owned(), (*cells.get(3)?).to_owned()))
    });
    let expected = MAY_IMPORT.iter().map(|(room, allowed)| {
        let words = match allowed.is_empty() {
            true => "nothing of ours".to_owned(),
            false => allowed.join(", "),
        };
        ((*room).to_owned(), words)
    });
    let cli = [("cli".to_owned(), "all".to_owned())];
    let expected: Vec<(String, String)> = expected.chain(cli).collect();
    assert_eq!(rows.collect::<Vec<_>>(), expected);
}

#[test]
fn crates_stay_in_the_room_that_knows_them() {
    let mut complaints = Vec::new();
    for s in sources(&["src"]) {
        let room = room(&s.path).unwrap_or("the crate's root");
        let code = s.code();
        for (krate, home) in HOMES.iter().filter(|(_, home)| *home != room) {
            let path = format!("{krate}::");
            for (at, _) in code.match_indices(&path) {
                if code[..at].ends_with(|c: char| c.is_alphanumeric() || "_:".contains(c)) {
                    continue;
                }
                let line = code[..at].matches('\n').count() + 1;
                complaints.push(format!("{}:{line}: {krate} belongs to {home}", s.path));
            }
        }
    }
    none(&complaints);
}

#[test]
fn imports_are_found_in_every_form() {
    let text = "use crate::store::Tx;\nuse crate::{text::show, domain::{a, b}, vault};\n\
                // crate::tui\nfn f() { crate::index::g(\"crate::cli\"); super::super::ops::h(); super::x(); }\n";
    let path = "src/rules/a.rs";
    let source = super::source::made(path, text);
    let names: Vec<String> = imports(&source).into_iter().map(|(_, n)| n).collect();
    assert_eq!(names, ["store", "text", "domain", "vault", "index", "ops"]);
    assert_eq!(room(path), Some("rules"));
    assert_eq!(room("src/main.rs"), None);
}
