//! The `:` line: text to command.

use super::{ALL, ArgumentError, Command, CommandSpec, by_id};

/// Why a typed line is no command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Nothing was typed.
    #[error("no command")]
    Empty,
    /// No command has this name.
    #[error("no command \"{0}\"")]
    Unknown(String),
    /// Several commands begin or end so.
    #[error("\"{0}\" could be {1}")]
    Ambiguous(String, String),
    /// The argument is wrong.
    #[error("{0} {1}")]
    Argument(&'static str, ArgumentError),
}

/// Reads a line: a full id, or a verb or beginning that only one command has, then its argument.
/// `q` quits, as everywhere.
///
/// # Errors
/// The line names no command, several, or its argument is wrong.
pub fn parse_line(line: &str) -> Result<Command, LineError> {
    let line = line.trim().trim_start_matches(':').trim_start();
    let (name, argument) = match line.split_once(char::is_whitespace) {
        Some((name, rest)) => (name, Some(rest)),
        None => (line, None),
    };
    if name.is_empty() {
        return Err(LineError::Empty);
    }
    let spec = find(name)?;
    spec.build(argument)
        .map_err(|why| LineError::Argument(spec.id, why))
}

fn find(name: &str) -> Result<&'static CommandSpec, LineError> {
    if let Some(spec) = by_id(name) {
        return Ok(spec);
    }
    // The table lists quitting first; the short form people type everywhere means it.
    if matches!(name, "q" | "q!" | "wq" | "exit")
        && let Some(quit) = ALL.first()
    {
        return Ok(quit);
    }
    let by_verb: Vec<_> = ALL
        .iter()
        .filter(|s| s.id.split('.').nth(1) == Some(name))
        .collect();
    let found = if by_verb.is_empty() {
        ALL.iter().filter(|s| s.id.starts_with(name)).collect()
    } else {
        by_verb
    };
    match found.as_slice() {
        [] => Err(LineError::Unknown(name.to_owned())),
        [one] => Ok(one),
        many => {
            let ids: Vec<_> = many.iter().take(4).map(|s| s.id).collect();
            Err(LineError::Ambiguous(name.to_owned(), ids.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::RowRange;

    #[test]
    fn a_line_is_read_by_id_verb_or_beginning() {
        assert_eq!(parse_line("app.quit"), Ok(Command::Quit));
        assert_eq!(parse_line(":q"), Ok(Command::Quit));
        assert_eq!(parse_line("undo"), Ok(Command::Undo));
        assert_eq!(
            parse_line(" theme  mono "),
            Ok(Command::Theme(Some("mono".into())))
        );
        assert_eq!(
            parse_line("list.select-rows 1-2"),
            Ok(Command::SelectRows(RowRange::parse("1-2").unwrap()))
        );
    }

    #[test]
    fn a_wrong_line_says_why() {
        assert_eq!(parse_line("  "), Err(LineError::Empty));
        assert_eq!(
            parse_line("fly").unwrap_err().to_string(),
            "no command \"fly\""
        );
        assert_eq!(
            parse_line("app.quit now").unwrap_err().to_string(),
            "app.quit takes no argument"
        );
        assert!(matches!(
            parse_line("next-match"),
            Err(LineError::Ambiguous(..))
        ));
    }
}
