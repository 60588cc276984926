//! Keymap files: TOML to tries, user over default, every fault with file and line.
//!
//! ```toml
//! escape = "key"                       # or "meta", "function"
//! [queue]
//! "a" = "queue.assign"
//! "g 1" = "view.goto 1"                # a command with its argument
//! "/" = { run = "chart.find", when = "reading" }
//! "x" = false                          # takes a default binding away
//! ```

use super::condition::Condition;
use super::{BUNDLED, Binding, EscapeIs, Keymap, Node, Origin, check};
use crate::command::{Command, Scope, by_id, parse_line};
use crate::tui::keys::{Key, sequence_text};
use toml::de::{DeTable, DeValue};

/// What is wrong with a keymap.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// No keymap of this name is in the program.
    #[error("there is no keymap \"{name}\"; there are {known}")]
    NoSuchKeymap {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The file is not TOML, or not of the right form.
    #[error("{place}: {why}")]
    Malformed {
        /// Where.
        place: Origin,
        /// What the reader said.
        why: String,
    },
    /// A table is named for no scope.
    #[error("{place}: no scope \"{name}\"")]
    UnknownScope {
        /// Where.
        place: Origin,
        /// The name.
        name: String,
    },
    /// A key cannot be read, or no terminal can send it.
    #[error("{place}: \"{keys}\" is no key")]
    UnknownKey {
        /// Where.
        place: Origin,
        /// As written.
        keys: String,
    },
    /// A command does not exist or its argument is wrong.
    #[error("{place}: \"{keys}\": {why}")]
    UnknownCommand {
        /// Where.
        place: Origin,
        /// The key.
        keys: String,
        /// Why.
        why: String,
    },
    /// A condition does not exist.
    #[error("{place}: no condition \"{name}\"")]
    UnknownCondition {
        /// Where.
        place: Origin,
        /// The name.
        name: String,
    },
    /// Two bindings want the same key.
    #[error(
        "{place}: \"{keys}\" ({command}) clashes with \"{other_keys}\" ({other}) at {other_place}"
    )]
    Conflict {
        /// Where the one stands.
        place: Origin,
        /// Its keys.
        keys: String,
        /// Its command.
        command: &'static str,
        /// Where the other stands.
        other_place: Origin,
        /// Its keys.
        other_keys: String,
        /// Its command.
        other: &'static str,
    },
}

/// A binding as written, with the offset of each part for the reader's messages.
struct Written {
    run: String,
    when: Option<String>,
}

pub(super) fn load(name: &str, user: Option<(&str, &str)>) -> Result<Keymap, Vec<KeymapError>> {
    let Some((name, text)) = BUNDLED.iter().find(|(known, _)| *known == name) else {
        let known: Vec<_> = BUNDLED.iter().map(|(known, _)| *known).collect();
        return Err(vec![KeymapError::NoSuchKeymap {
            name: name.to_owned(),
            known: known.join(", "),
        }]);
    };
    let mut map = Keymap {
        name: (*name).to_owned(),
        ..Keymap::default()
    };
    let mut errors = Vec::new();
    let file = format!("{name}.toml (built in)");
    Reader::new(&file, text, true).read(&mut map, &mut errors);
    if let Some((file, text)) = user {
        Reader::new(file, text, false).read(&mut map, &mut errors);
    }
    errors.extend(check::conflicts(&map));
    if errors.is_empty() {
        Ok(map)
    } else {
        Err(errors)
    }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    bundled: bool,
}

impl<'a> Reader<'a> {
    fn new(file: &'a str, text: &'a str, bundled: bool) -> Self {
        Self {
            file,
            text,
            bundled,
        }
    }

    fn origin(&self, offset: usize) -> Origin {
        let before = self.text.get(..offset).unwrap_or(self.text);
        Origin {
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            bundled: self.bundled,
        }
    }

    fn read(&self, map: &mut Keymap, errors: &mut Vec<KeymapError>) {
        let table = match DeTable::parse(self.text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let offset = error.span().map_or(0, |s| s.start);
                errors.push(self.malformed(offset, error.message()));
                return;
            }
        };
        for (name, value) in &table {
            let offset = name.span().start;
            match value.get_ref() {
                DeValue::String(text) if name.get_ref() == "escape" => match text.as_ref() {
                    "key" => map.escape = EscapeIs::Key,
                    "meta" => map.escape = EscapeIs::Meta,
                    "function" => map.escape = EscapeIs::Function,
                    _ => errors.push(self.malformed(offset, "escape is key, meta or function")),
                },
                DeValue::Table(entries) => {
                    self.scope(map, name.get_ref(), offset, entries, errors);
                }
                _ => errors.push(self.malformed(offset, "expected a table of keys")),
            }
        }
    }

    fn malformed(&self, offset: usize, why: &str) -> KeymapError {
        KeymapError::Malformed {
            place: self.origin(offset),
            why: why.to_owned(),
        }
    }

    fn scope(
        &self,
        map: &mut Keymap,
        name: &str,
        offset: usize,
        entries: &DeTable<'_>,
        errors: &mut Vec<KeymapError>,
    ) {
        let Some(scope) = Scope::ALL.iter().find(|s| s.name() == name) else {
            errors.push(KeymapError::UnknownScope {
                place: self.origin(offset),
                name: name.to_owned(),
            });
            return;
        };
        let root = map.scopes.entry(*scope).or_default();
        for (keys, value) in entries {
            let offset = keys.span().start;
            match written(value.get_ref()) {
                Some(wanted) => {
                    self.entry(root, keys.get_ref(), wanted, self.origin(offset), errors);
                }
                None => errors.push(self.malformed(
                    offset,
                    "expected a command, { run, when }, a list of these, or false",
                )),
            }
        }
    }

    fn entry(
        &self,
        root: &mut Node,
        text: &str,
        wanted: Vec<Written>,
        place: Origin,
        errors: &mut Vec<KeymapError>,
    ) {
        let Some(keys) = Key::parse_sequence(text) else {
            errors.push(KeymapError::UnknownKey {
                place,
                keys: text.to_owned(),
            });
            return;
        };
        let mut bindings = Vec::new();
        for Written { run, when } in wanted {
            match binding(&run, when.as_deref(), &keys, &place) {
                Ok(binding) => bindings.push(binding),
                Err(error) => errors.push(*error),
            }
        }
        let node = keys
            .iter()
            .fold(root, |node, key| node.next.entry(*key).or_default());
        if !self.bundled && node.bindings.iter().any(|b| b.origin.bundled) {
            node.bindings.clear();
        }
        // Two spellings of one key in one file stay both here, for the check to find.
        node.bindings.extend(bindings);
    }
}

/// What a value binds; `None` if it has a wrong form.
fn written(value: &DeValue<'_>) -> Option<Vec<Written>> {
    match value {
        DeValue::Boolean(false) => Some(Vec::new()),
        DeValue::String(run) => Some(vec![Written {
            run: run.to_string(),
            when: None,
        }]),
        DeValue::Table(table) => {
            let text = |value: &DeValue<'_>| value.as_str().map(str::to_owned);
            let known = |name: &str| matches!(name, "run" | "when");
            if !table.keys().all(|k| known(k.get_ref())) {
                return None;
            }
            let when = match table.get("when") {
                Some(value) => Some(text(value.get_ref())?),
                None => None,
            };
            let run = text(table.get("run")?.get_ref())?;
            Some(vec![Written { run, when }])
        }
        DeValue::Array(several) => {
            let all: Option<Vec<_>> = several.iter().map(|v| written(v.get_ref())).collect();
            all.map(|v| v.into_iter().flatten().collect())
        }
        _ => None,
    }
}

fn binding(
    run: &str,
    when: Option<&str>,
    keys: &[Key],
    place: &Origin,
) -> Result<Binding, Box<KeymapError>> {
    // In a file a command is named in full: a short form could become ambiguous later.
    let id = run.split_whitespace().next().unwrap_or_default();
    let command: Result<Command, String> = match by_id(id) {
        None => Err(format!("no command \"{id}\"")),
        Some(_) => parse_line(run).map_err(|why| why.to_string()),
    };
    let command = command.map_err(|why| {
        Box::new(KeymapError::UnknownCommand {
            place: place.clone(),
            keys: sequence_text(keys),
            why,
        })
    })?;
    let when =
        when.map(Condition::parse)
            .transpose()
            .map_err(|name| KeymapError::UnknownCondition {
                place: place.clone(),
                name,
            })?;
    Ok(Binding {
        command,
        when,
        origin: place.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Facts;
    use crate::tui::keymap::Resolution;

    fn errors(user: &str) -> Vec<String> {
        load("vim", Some(("keymap.toml", user)))
            .err()
            .unwrap_or_default()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_user_file_replaces_and_removes_single_bindings() {
        let user = "[list]\n\"j\" = \"list.page-down\"\n\"k\" = false\n";
        let map = load("vim", Some(("keymap.toml", user))).unwrap();
        let facts = Facts::default();
        let resolve = |key| map.resolve(&facts, &[Key::char(key)]);
        assert_eq!(resolve('j'), Resolution::Command(Command::PageDown));
        assert_eq!(resolve('k'), Resolution::None);
        assert_eq!(resolve('G'), Resolution::Command(Command::End));
    }

    #[test]
    fn every_fault_is_named_with_file_and_line() {
        assert_eq!(
            errors("[list]\n\n\"j\" = \"list.fly\"\n"),
            ["keymap.toml:3: \"j\": no command \"list.fly\""]
        );
        assert_eq!(
            errors("[lst]\n\"j\" = \"list.down\"\n"),
            ["keymap.toml:1: no scope \"lst\""]
        );
        assert_eq!(
            errors("[list]\n\"C-m\" = \"list.down\"\n"),
            ["keymap.toml:2: \"C-m\" is no key"]
        );
        assert_eq!(
            errors("[list]\n\"j\" = { run = \"list.down\", when = \"rainy\" }\n"),
            ["keymap.toml:2: no condition \"rainy\""]
        );
        assert!(errors("[list\n")[0].starts_with("keymap.toml:1: "));
    }

    #[test]
    fn a_conflict_names_both_places() {
        let errors = errors("[list]\n\"g\" = \"list.down\"\n");
        let one = errors.iter().find(|e| e.contains("list.top")).unwrap();
        assert!(
            one.contains("keymap.toml:2") && one.contains("vim.toml (built in):"),
            "{one}"
        );
    }

    #[test]
    fn a_key_in_an_inner_scope_may_not_hide_one_outside_unseen() {
        let found = errors("[queue]\n\"j\" = \"queue.assign\"\n");
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].contains("queue.assign") && found[0].contains("list.down"));
        let both = "[queue]\n\"j\" = \"queue.assign\"\n[list]\n\"j\" = false\n";
        assert_eq!(errors(both), Vec::<String>::new());
    }
}
