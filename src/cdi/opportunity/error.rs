//! Mistakes in opportunity files.

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// File.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// Files that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", told(.0))]
pub struct EngineError(pub Vec<Mistake>);

fn told(mistakes: &[Mistake]) -> String {
    let line = |m: &Mistake| format!("{}:{}: {}", m.file, m.line, m.what);
    mistakes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The line of a byte offset, from 1.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).matches('\n').count() + 1
}
