//! Arguments of commands: what shapes there are and how their text is read.

/// What argument a command takes; the palette completes by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// None.
    None,
    /// Free text, required.
    Text,
    /// Free text; without it the screen asks.
    MaybeText,
    /// A number from 1.
    Number,
    /// Rows: `1-3,7`.
    Rows,
    /// The name of a theme; without it a list is offered.
    Theme,
    /// The name of a keymap; without it a list is offered.
    Keymap,
    /// The name of a view; without it a list is offered.
    View,
    /// The name of a view that somebody saved; without it a list is offered.
    SavedView,
    /// The name of a saved search; without it a list is offered.
    SavedSearch,
    /// The name of a named list; without it a list is offered.
    NamedList,
    /// A sort key; without it a list is offered.
    Sort,
}

impl Shape {
    /// How the argument is written in the manual.
    pub fn usage(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Text => "TEXT",
            Self::MaybeText => "[TEXT]",
            Self::Number => "N",
            Self::Rows => "ROWS",
            Self::Theme => "[THEME]",
            Self::Keymap => "[KEYMAP]",
            Self::View | Self::SavedView => "[VIEW]",
            Self::SavedSearch | Self::NamedList => "[NAME]",
            Self::Sort => "[COLUMN]",
        }
    }

    /// Whether the command cannot be built without it.
    pub fn required(self) -> bool {
        matches!(self, Self::Text | Self::Number | Self::Rows)
    }

    /// An argument that is certain to be accepted.
    pub fn example(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Number => Some("1"),
            Self::Rows => Some("1-3,7"),
            _ => Some("x"),
        }
    }
}

/// Why an argument was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentError {
    /// It is required.
    #[error("needs {0}")]
    Missing(&'static str),
    /// The command takes none.
    #[error("takes no argument")]
    Unwanted,
    /// It is not a number from 1 to 9999.
    #[error("needs a number from 1")]
    NotANumber,
    /// It is not a list of rows.
    #[error("needs rows such as 1-3,7")]
    NotRows,
}

/// A typed argument.
pub trait Argument: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// It is missing or malformed.
    fn read(text: Option<&str>) -> Result<Self, ArgumentError>;
}

impl Argument for String {
    fn read(text: Option<&str>) -> Result<Self, ArgumentError> {
        text.map(str::to_owned)
            .ok_or(ArgumentError::Missing("a text"))
    }
}

impl Argument for Option<String> {
    fn read(text: Option<&str>) -> Result<Self, ArgumentError> {
        Ok(text.map(str::to_owned))
    }
}

impl Argument for u16 {
    fn read(text: Option<&str>) -> Result<Self, ArgumentError> {
        text.ok_or(ArgumentError::Missing("a number"))?
            .parse()
            .ok()
            .filter(|n| (1..=9999).contains(n))
            .ok_or(ArgumentError::NotANumber)
    }
}

/// Rows as a person counts them: from 1, both ends included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowRange(Vec<(usize, usize)>);

impl RowRange {
    /// Reads `1-3,7`; the ends of a range may come in either order.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        for part in text.split(',').filter(|p| !p.trim().is_empty()) {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let from: usize = from.trim().parse().ok()?;
            let to: usize = to.trim().parse().ok()?;
            if from == 0 || to == 0 {
                return None;
            }
            parts.push((from.min(to), from.max(to)));
        }
        (!parts.is_empty()).then_some(Self(parts))
    }

    /// The rows, counted from 0, below `len`, each once and in order.
    pub fn rows(&self, len: usize) -> Vec<usize> {
        let mut rows: Vec<usize> = self
            .0
            .iter()
            .flat_map(|(from, to)| (from - 1)..(*to).min(len))
            .collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// The only row meant, counted from 0, if it is one.
    pub fn single(&self) -> Option<usize> {
        match self.0.as_slice() {
            [(from, to)] if from == to => Some(from - 1),
            _ => None,
        }
    }
}

impl Argument for RowRange {
    fn read(text: Option<&str>) -> Result<Self, ArgumentError> {
        Self::parse(text.ok_or(ArgumentError::Missing("rows"))?).ok_or(ArgumentError::NotRows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_in_any_order_and_cut_at_the_end_of_the_list() {
        let rows = |text: &str, len| RowRange::parse(text).map(|r| r.rows(len));
        assert_eq!(rows("1-3,7", 10), Some(vec![0, 1, 2, 6]));
        assert_eq!(rows("3-1,2", 10), Some(vec![0, 1, 2]));
        assert_eq!(rows("5-4000000000", 6), Some(vec![4, 5]));
        assert_eq!(rows("9", 3), Some(vec![]));
        for bad in ["", "0", "a", "1-", "-3", "1--2", "0-4"] {
            assert_eq!(rows(bad, 10), None, "{bad}");
        }
    }
}
