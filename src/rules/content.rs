//! What a text must hold: elements, each known by the words it begins with.
//!
//! Owns the search for an element. It is there if one of its words begins a line, or stands
//! behind a full stop, and is followed by a colon, a dash or an equals sign and then by something
//! that is not a blank. Decides nothing about what the text means.

/// The elements, of those wanted, that the text lacks, in their order.
pub(super) fn lacking<'a>(text: &str, wanted: &'a [(String, Vec<String>)]) -> Vec<&'a str> {
    let lines: Vec<String> = text.lines().map(|l| l.trim().to_lowercase()).collect();
    wanted
        .iter()
        .filter(|(_, words)| !holds(&lines, words))
        .map(|(element, _)| element.as_str())
        .collect()
}

fn holds(lines: &[String], words: &[String]) -> bool {
    lines.iter().enumerate().any(|(number, line)| {
        let pieces = std::iter::once(line.as_str()).chain(line.split(". ").skip(1));
        pieces.into_iter().any(|piece| {
            words
                .iter()
                .filter_map(|word| said_after(piece, word))
                .any(|said| {
                    // A heading may stand alone, with what it says on the next line.
                    let next = || lines.get(number + 1).map_or("", String::as_str);
                    is_said(said) || (said.is_empty() && is_said(next()) && !is_heading(next()))
                })
        })
    })
}

/// What stands behind `word` and its colon at the beginning of a piece.
fn said_after<'a>(piece: &'a str, word: &str) -> Option<&'a str> {
    let rest = piece.strip_prefix(word)?;
    let rest = rest.strip_prefix("(s)").unwrap_or(rest).trim_start();
    let rest = rest.strip_prefix([':', '=', '-', '\u{2013}'])?;
    Some(rest.trim())
}

/// Whether something is said: a letter or a digit, and not the blanks a template leaves.
fn is_said(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric) && !text.starts_with("___") && !text.starts_with("***")
}

fn is_heading(line: &str) -> bool {
    line.ends_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_is_there_if_its_word_begins_a_line_and_something_follows() {
        let wanted = vec![
            ("surgeon".to_owned(), vec!["surgeon".to_owned()]),
            (
                "blood loss".to_owned(),
                vec!["ebl".to_owned(), "estimated blood loss".to_owned()],
            ),
        ];
        let check = |text: &str, expected: &[&str]| assert_eq!(lacking(text, &wanted), expected);
        check("Surgeon: Adams\nEBL: 50 mL", &[]);
        check("SURGEON(S): Adams. EBL: minimal", &[]);
        check("Surgeon:\nAdams\nEstimated blood loss - none", &[]);
        check(
            "The surgeon was Adams.\nEBL: ____",
            &["surgeon", "blood loss"],
        );
        check("Surgeon: ***\nEBL:\nSpecimens:", &["surgeon", "blood loss"]);
        check("", &["surgeon", "blood loss"]);
    }
}
