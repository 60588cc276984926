//! The manual page of commands, made from the table.

use super::{ALL, Danger, Group};
use crate::domain::permission::Grant;
use std::fmt::Write as _;

/// The text of `docs/commands.md`.
pub fn docs_markdown() -> String {
    let mut out = String::from(
        "# Commands\n\nMade from the command table (`src/command/table.rs`); do not edit by hand.\n\
         Type `:` (F2, Esc x) and a command's name, or press its key: `?` lists the keys of the\n\
         keymap in use.\n",
    );
    for group in Group::ALL {
        let _ = write!(
            out,
            "\n## {}\n\n| command | what it does | where | note |\n|-|-|-|-|\n",
            group.title()
        );
        for spec in ALL.iter().filter(|s| s.group == *group) {
            let usage = spec.shape.usage();
            let space = if usage.is_empty() { "" } else { " " };
            let scopes: Vec<_> = spec.scopes.iter().map(|s| s.name()).collect();
            let mut notes = Vec::new();
            if let Some(permission) = spec.permission {
                let whole = if spec.reach == Grant::Yes {
                    " of all"
                } else {
                    ""
                };
                let or = spec
                    .or
                    .map_or(String::new(), |p| format!(" or `{}`", p.name()));
                notes.push(format!("needs `{}`{or}{whole}", permission.name()));
            }
            if spec.danger > Danger::None {
                notes.push(spec.danger.title().to_owned());
            }
            let _ = writeln!(
                out,
                "| `{}{space}{usage}` | {} | {} | {} |",
                spec.id,
                spec.doc.trim(),
                scopes.join(", "),
                notes.join("; ")
            );
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `CHARTROOM_WRITE_DOCS=1 cargo test` writes the page anew.
    #[test]
    fn every_command_is_in_the_manual_once() {
        let text = docs_markdown();
        for spec in ALL {
            let once = text
                .lines()
                .filter(|l| {
                    l.starts_with(&format!("| `{}`", spec.id))
                        || l.starts_with(&format!("| `{} ", spec.id))
                })
                .count();
            assert_eq!(once, 1, "{}", spec.id);
        }
    }
}
