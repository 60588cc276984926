//! Dictionaries: what a code of a column means, written in the mapping or read from a file.

use super::super::limits::Limits;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// Dictionaries of a mapping by name.
pub(super) type Dictionaries = BTreeMap<String, Dictionary>;

/// One of them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dictionary {
    /// Entries written in the mapping.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// What everything else means; blank if it means nothing.
    #[serde(default)]
    pub otherwise: String,
    /// Name of the file that holds more entries, with `*` for any text.
    pub file: Option<String>,
    /// Its column of keys.
    pub key: Option<String>,
    /// Its column of values.
    pub value: Option<String>,
    /// Whether upper and lower case are the same.
    #[serde(default)]
    pub ignore_case: bool,
}

/// Entries read from files.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    entries: HashMap<String, HashMap<String, String>>,
    count: usize,
}

impl Loaded {
    /// Takes an entry; false if there is no room for more.
    pub(super) fn add(&mut self, name: &str, key: &str, value: &str, limits: &Limits) -> bool {
        if key.is_empty() || value.is_empty() {
            return true;
        }
        if self.count >= limits.remembered {
            return false;
        }
        self.count += 1;
        let entries = self.entries.entry(name.to_owned()).or_default();
        entries.insert(key.to_owned(), value.to_owned());
        true
    }

    /// The meaning of a key.
    pub(super) fn look(&self, all: &Dictionaries, name: &str, key: &str) -> Option<String> {
        let dictionary = all.get(name)?;
        let folded;
        let key = if dictionary.ignore_case {
            folded = key.to_lowercase();
            &folded
        } else {
            key
        };
        let written = dictionary.values.get(key);
        let read = || self.entries.get(name).and_then(|e| e.get(key));
        let otherwise = || Some(&dictionary.otherwise).filter(|o| !o.is_empty());
        written.or_else(read).or_else(otherwise).cloned()
    }
}
