//! Lines of CSV (RFC 4180) that no spreadsheet takes for more than text.

use super::Shown;

/// One line without its end. A cell that a spreadsheet would take for a formula gets an
/// apostrophe in front.
pub fn csv_line(cells: &[Shown]) -> String {
    let cells: Vec<String> = cells.iter().map(|c| cell(c.as_str())).collect();
    cells.join(",")
}

fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', '\n', '\r']) || text.starts_with(' ') || formula {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::untrusted::Untrusted;
    use crate::text::show;

    fn line(cells: &[&str]) -> String {
        let cells: Vec<Shown> = cells.iter().map(|c| show(&Untrusted::new(*c))).collect();
        csv_line(&cells)
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(
            line(&["a", "b,c", "say \"x\"", ""]),
            "a,\"b,c\",\"say \"\"x\"\"\","
        );
        assert_eq!(line(&["two\nlines", "Müller"]), "two lines,Müller");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for start in ["=", "+", "-", "@"] {
            let cell = line(&[&format!("{start}cmd|' /C calc'!A0")]);
            assert!(cell.starts_with("\"'"), "{cell}");
        }
        // A tab or carriage return at the start is a blank by then, and quoted.
        assert_eq!(line(&["\t=1"]), "\" =1\"");
        assert_eq!(line(&["\u{1b}[31m"]), "<ESC>[31m");
    }
}
