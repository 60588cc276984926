//! Configuration: what a person or a site chooses for the program itself.
//!
//! Owns `config.toml` of the configuration directory and finds the files beside it
//! (`keymap.toml`, `themes/NAME.toml`). It never holds anything about patients, and never keys.

use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What can be wrong with a configuration file.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file has a mistake.
    #[error("{path}: {reason}")]
    Mistake {
        /// The file.
        path: PathBuf,
        /// What and where.
        reason: String,
    },
}

/// `config.toml`. Every entry may be left out; an unknown one is a mistake.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Theme.
    pub theme: Option<String>,
    /// Keymap: `vim`, `function` or `emacs`.
    pub keymap: Option<String>,
    /// ASCII lines even where UTF-8 works.
    pub ascii: bool,
    /// Whether `y` may write the terminal's clipboard (OSC 52): patient text then leaves the
    /// program.
    pub clipboard: bool,
    /// Milliseconds a search waits between the keys of a query: each key's hits are a screenful, which
    /// a slow line may not carry. Nothing by default.
    pub search_pause_ms: u16,
    /// Folder for exports from the workstation. Without it they go to the folder the program was
    /// started in, and over SSH nowhere.
    pub exports: Option<PathBuf>,
}

impl Config {
    /// Reads `config.toml` of a configuration directory; the defaults if there is none.
    ///
    /// # Errors
    /// The file cannot be read or has a mistake; the message names line and column.
    pub fn load(dir: &Path) -> Result<Self, ConfigError> {
        match optional(&dir.join("config.toml"))? {
            None => Ok(Self::default()),
            Some((path, text)) => toml::from_str(&text).map_err(|e| ConfigError::Mistake {
                path,
                reason: e.to_string(),
            }),
        }
    }
}

/// The user's own keymap, laid over the chosen one: (file, text).
///
/// # Errors
/// The file is there and cannot be read.
pub fn user_keymap(dir: &Path) -> Result<Option<(PathBuf, String)>, ConfigError> {
    optional(&dir.join("keymap.toml"))
}

/// The user's own theme of this name: (file, text).
///
/// # Errors
/// The file is there and cannot be read.
pub fn user_theme(dir: &Path, name: &str) -> Result<Option<(PathBuf, String)>, ConfigError> {
    // A name is a name, not a path.
    if !name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    {
        return Ok(None);
    }
    optional(&dir.join("themes").join(format!("{name}.toml")))
}

fn optional(path: &Path) -> Result<Option<(PathBuf, String)>, ConfigError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some((path.to_owned(), text))),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ConfigError::Io {
            path: path.to_owned(),
            source,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_the_defaults_and_a_mistake_names_its_line() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Config::load(dir.path()).unwrap(), Config::default());
        std::fs::write(
            dir.path().join("config.toml"),
            "theme = \"mono\"\nkeymop = \"vim\"\n",
        )
        .unwrap();
        let error = Config::load(dir.path()).unwrap_err().to_string();
        assert!(error.contains("line 2"), "{error}");
    }

    #[test]
    fn a_theme_name_is_not_a_path() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("config.toml"), "").unwrap();
        assert!(
            user_theme(&dir.path().join("x"), "../config")
                .unwrap()
                .is_none()
        );
    }
}
