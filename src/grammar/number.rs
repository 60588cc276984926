//! Numbers as they are typed: `65`, `>65`, `>=65`, `<18`, `18..65`, `65..`, `..17`.

/// Whole numbers from one to another, both included; an open end is `None`. Never both open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// Least.
    pub from: Option<i64>,
    /// Most.
    pub to: Option<i64>,
}

/// Why a number was not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberProblem {
    /// None of the forms.
    #[error("not a number: write 65, >65, <=17, 18..65, 65.. or ..17")]
    NotANumber,
    /// A span that ends before it starts.
    #[error("the span ends before it starts: swap its ends")]
    Backwards,
}

/// How far from 0 a number may be: far beyond anything searched for.
const MOST: i64 = 1_000_000;

/// The numbers a person typed.
///
/// # Errors
/// A [`NumberProblem`] that says what to write.
pub fn parse_numbers(text: &str) -> Result<Numbers, NumberProblem> {
    let text = text.trim();
    let (from, to) = if let Some((from, to)) = text.split_once("..") {
        (end(from)?, end(to)?)
    } else if let Some(rest) = text.strip_prefix(">=") {
        (Some(number(rest)?), None)
    } else if let Some(rest) = text.strip_prefix("<=") {
        (None, Some(number(rest)?))
    } else if let Some(rest) = text.strip_prefix('>') {
        (Some(number(rest)? + 1), None)
    } else if let Some(rest) = text.strip_prefix('<') {
        (None, Some(number(rest)? - 1))
    } else {
        let only = number(text)?;
        (Some(only), Some(only))
    };
    match (from, to) {
        (None, None) => Err(NumberProblem::NotANumber),
        (Some(from), Some(to)) if from > to => Err(NumberProblem::Backwards),
        _ => Ok(Numbers { from, to }),
    }
}

fn end(text: &str) -> Result<Option<i64>, NumberProblem> {
    match text.trim() {
        "" => Ok(None),
        text => number(text).map(Some),
    }
}

fn number(text: &str) -> Result<i64, NumberProblem> {
    let text = text.trim();
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let value = text.parse().ok().filter(|value| *value <= MOST);
    value.filter(|_| digits).ok_or(NumberProblem::NotANumber)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_every_form() {
        let shown = |text: &str| {
            let numbers = parse_numbers(text).unwrap();
            let show = |n: Option<i64>| n.map_or("-".to_owned(), |n| n.to_string());
            format!("{} {}", show(numbers.from), show(numbers.to))
        };
        for (text, wanted) in [
            ("65", "65 65"),
            (">65", "66 -"),
            (">= 65", "65 -"),
            ("<18", "- 17"),
            ("<=17", "- 17"),
            ("18..65", "18 65"),
            ("65..", "65 -"),
            ("..17", "- 17"),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
        }
        for text in [
            "",
            "..",
            "x",
            "-5",
            "6 5",
            ">",
            "1..2..3",
            "99999999999999999999",
            "\u{665}",
        ] {
            assert_eq!(
                parse_numbers(text),
                Err(NumberProblem::NotANumber),
                "{text}"
            );
        }
        assert_eq!(parse_numbers("9..3"), Err(NumberProblem::Backwards));
    }
}
