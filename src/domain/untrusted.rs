//! Text from outside is a type.
//!
//! Whatever came from a record, a feed or a person is [`Untrusted`] until `text::show` has made
//! it displayable. It has no `Display`, and its `Debug` prints a placeholder, so that patient
//! text cannot reach a screen, a log or a panic by accident.

use compact_str::CompactString;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Text exactly as it came from outside. Most of it is short (names, numbers), and short text
/// lies in the value itself: a page of the queue is read with few allocations.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Untrusted(CompactString);

impl Untrusted {
    /// Wraps text from outside.
    pub fn new(text: impl Into<String>) -> Self {
        Self(CompactString::from(text.into()))
    }

    /// The text as it came: to parse, compare, store or index, never to show.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// The text as it came, by value.
    pub fn into_raw(self) -> String {
        self.0.into_string()
    }

    /// Whether there is nothing but white space.
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl std::fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{} bytes]", self.0.len())
    }
}

impl From<&str> for Untrusted {
    fn from(text: &str) -> Self {
        Self(CompactString::from(text))
    }
}

impl From<String> for Untrusted {
    fn from(text: String) -> Self {
        Self(CompactString::from(text))
    }
}

impl Serialize for Untrusted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Untrusted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_prints_the_text() {
        let name = Untrusted::new("ZZPHI,ANN");
        assert!(!format!("{name:?}").contains("ZZPHI"));
    }
}
