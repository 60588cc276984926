//! Reading our own sources: enough of Rust's grammar to tell code, comments and strings apart.

use std::path::{Path, PathBuf};

/// The package's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// One source file.
pub struct Source {
    /// Path from the package's folder, with `/`.
    pub path: String,
    /// The text.
    pub text: String,
    parts: Vec<(Part, usize, usize)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Code,
    Comment,
    Text,
}

/// Every Rust file below these folders, by path.
pub fn sources(folders: &[&str]) -> Vec<Source> {
    let mut paths = Vec::new();
    for folder in folders {
        walk(&root().join(folder), &mut |p| paths.push(p));
    }
    paths.retain(|p| p.extension().is_some_and(|e| e == "rs"));
    paths.sort();
    assert!(!paths.is_empty(), "no sources below {folders:?}");
    paths.iter().map(|p| Source::read(p)).collect()
}

/// Calls `found` with every file below a folder.
pub fn walk(folder: &Path, found: &mut dyn FnMut(PathBuf)) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else {
            found(path);
        }
    }
}

impl Source {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let path = path.strip_prefix(root()).unwrap();
        Self::new(path.to_string_lossy().into_owned(), text)
    }

    fn new(path: String, text: String) -> Self {
        let parts = split(&text);
        Self { path, text, parts }
    }

    /// The text with comments and the insides of strings blanked; lines stay where they are.
    pub fn code(&self) -> String {
        let mut out = String::with_capacity(self.text.len());
        for (part, from, to) in &self.parts {
            let text = &self.text[*from..*to];
            if *part == Part::Code {
                out.push_str(text);
            } else {
                out.extend(text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            }
        }
        out
    }

    /// [`Source::code`] up to the tests at the end of the file; empty for a file of tests.
    pub fn code_without_tests(&self) -> String {
        if self.is_test() {
            return String::new();
        }
        let code = self.code();
        let end = code.find("#[cfg(test)]\nmod tests {").unwrap_or(code.len());
        code[..end].to_owned()
    }

    /// Whether the file, or a folder it lies in, is declared as a module of tests only.
    pub fn is_test(&self) -> bool {
        let mut inside = self.path.trim_end_matches(".rs").trim_end_matches("/mod");
        while let Some((folder, name)) = inside.rsplit_once('/') {
            let declared = format!("mod {name};");
            let parents = [format!("{folder}/mod.rs"), format!("{folder}.rs")];
            let is = |p: &String| {
                let text = std::fs::read_to_string(root().join(p)).unwrap_or_default();
                let lines: Vec<&str> = text.lines().collect();
                // The line may say who else may use the module; the one before says when.
                lines
                    .windows(2)
                    .any(|w| w[0] == "#[cfg(test)]" && w[1].ends_with(&declared))
            };
            if parents.iter().any(is) {
                return true;
            }
            inside = folder;
        }
        false
    }

    /// String literals with their line.
    pub fn strings(&self) -> Vec<(usize, &str)> {
        let texts = self.parts.iter().filter(|(part, _, _)| *part == Part::Text);
        texts
            .map(|(_, from, to)| {
                let line = self.text[..*from].matches('\n').count() + 1;
                (
                    line,
                    self.text[*from..*to].trim_matches(['"', '#', 'r', 'b']),
                )
            })
            .collect()
    }
}

/// Splits Rust text into code, comments and strings.
fn split(text: &str) -> Vec<(Part, usize, usize)> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let (mut at, mut code_from) = (0, 0);
    while at < bytes.len() {
        let rest = &text[at..];
        let part = if rest.starts_with("//") {
            Some((Part::Comment, rest.find('\n').unwrap_or(rest.len())))
        } else if rest.starts_with("/*") {
            Some((Part::Comment, block_comment(rest)))
        } else if rest.starts_with('"') {
            Some((Part::Text, quoted(rest)))
        } else if rest.starts_with("r\"") || rest.starts_with("r#") {
            raw_string(rest).map(|length| (Part::Text, length))
        } else {
            None
        };
        match part {
            Some((part, length)) => {
                if code_from < at {
                    parts.push((Part::Code, code_from, at));
                }
                parts.push((part, at, at + length));
                at += length;
                code_from = at;
            }
            None => at += step(rest),
        }
    }
    if code_from < bytes.len() {
        parts.push((Part::Code, code_from, bytes.len()));
    }
    parts
}

/// Length of what stands at the start of code: a word (so that the `r` of `for` is not taken for
/// a raw string), a character literal, else one character.
fn step(rest: &str) -> usize {
    let word = rest
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(rest.len());
    if word > 0 {
        return word;
    }
    if let Some(inside) = rest.strip_prefix('\'') {
        // A character literal closes within a few characters; a lifetime does not close.
        if let Some(escaped) = inside.strip_prefix('\\') {
            let skip = escaped.chars().next().map_or(0, char::len_utf8);
            return 2 + skip + escaped[skip..].find('\'').map_or(0, |n| n + 1);
        }
        let first = inside.chars().next().map_or(0, char::len_utf8);
        if inside[first..].starts_with('\'') {
            return 2 + first;
        }
        return 1;
    }
    rest.chars().next().map_or(1, char::len_utf8)
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn raw_string(rest: &str) -> Option<usize> {
    let hashes = rest[1..].bytes().take_while(|b| *b == b'#').count();
    let open = 1 + hashes;
    if !rest[open..].starts_with('"') {
        return None;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let end = rest[open + 1..]
        .find(&close)
        .map_or(rest.len(), |n| open + 1 + n + close.len());
    Some(end)
}

#[test]
fn code_comments_and_strings_are_told_apart() {
    let text =
        "let a = 'x'; // \"no\"\nfor b in \"s'/*\" /* \" /* */ */ { r#\"q\"w\"# '\\'' \"t\" }";
    let source = Source::new("x.rs".to_owned(), text.to_owned());
    let found: Vec<(usize, &str)> = source.strings();
    assert_eq!(found, [(2, "s'/*"), (2, "q\"w"), (2, "t")]);
    let code = source.code();
    assert!(code.contains("let a = 'x';") && !code.contains("no") && !code.contains('q'));
    assert_eq!(code.matches('\n').count(), 1);
}

/// A file that is not on disk, for the tests of the tests.
pub fn made(path: &str, text: &str) -> Source {
    Source::new(path.to_owned(), text.to_owned())
}
