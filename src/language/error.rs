//! What can be wrong with a data file of this room.

use super::phrase::PhraseError;

/// A data file that cannot be used. No text of a chart is ever part of it.
#[derive(Debug, thiserror::Error)]
pub enum LanguageError {
    /// The file is not TOML of the expected shape: correct it where the message says.
    #[error("{file}: {message}")]
    Shape {
        /// Name of the file.
        file: String,
        /// What is wrong, with line and column.
        message: String,
    },
    /// An entry of the file makes no sense: correct that entry.
    #[error("{file}: `{id}`: {message}")]
    Entry {
        /// Name of the file.
        file: String,
        /// The entry.
        id: String,
        /// What is wrong.
        message: String,
    },
    /// All lists together are too large to be compiled.
    #[error("{file}: the lists are too large: {message}")]
    TooLarge {
        /// Name of the file.
        file: String,
        /// What the matcher says.
        message: String,
    },
}

impl LanguageError {
    /// An entry that makes no sense.
    pub(super) fn entry(file: &str, id: &str, message: impl Into<String>) -> Self {
        Self::Entry {
            file: file.to_owned(),
            id: id.to_owned(),
            message: message.into(),
        }
    }

    /// A phrase that cannot be read.
    pub(super) fn phrase(file: &str, id: &str, error: &PhraseError) -> Self {
        Self::entry(file, id, error.to_string())
    }
}

/// Reads one data file.
pub(super) fn parse<T: serde::de::DeserializeOwned>(
    file: &str,
    text: &str,
) -> Result<T, LanguageError> {
    toml::from_str(text).map_err(|error| LanguageError::Shape {
        file: file.to_owned(),
        message: error.to_string(),
    })
}
