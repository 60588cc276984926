//! The help screen, made from the live keymap and the command table.

use crate::command::{ALL, Facts, Group};
use crate::text::Shown;
use crate::tui::keymap::{EscapeIs, Keymap};
use crate::tui::widgets::{Pager, Span};

/// Keys and commands that mean something here, then what holds everywhere.
pub fn help(facts: &Facts, keymap: &Keymap) -> Pager {
    let chain = facts.scope.chain(facts.text);
    let mut lines: Vec<Vec<Span>> = Vec::new();
    for group in Group::ALL {
        let specs: Vec<_> = ALL
            .iter()
            .filter(|s| s.group == *group && s.lives_in(chain) && s.permitted(&facts.grants))
            .collect();
        if specs.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Vec::new());
        }
        lines.push(vec![span(group.title(), "popup.title")]);
        for spec in specs {
            let key = keymap.key_for_spec(facts, spec).unwrap_or_default();
            let mut line = vec![
                span(format!("  {key:<10} "), "footer.key"),
                span(format!("{:<22} ", spec.title), "text"),
                span(spec.doc.trim(), "dim"),
            ];
            if let Some(reason) = spec.unavailable(facts) {
                line.push(span(format!(" Not now: {reason}."), "popup.disabled"));
            }
            lines.push(line);
        }
    }
    lines.push(Vec::new());
    lines.push(vec![span("Everywhere", "popup.title")]);
    for text in [
        "  4          type a row number, then Enter opens it",
        "  1-3,7      several: Enter marks them, another key acts on them",
        "  readline   text fields: C-a C-e C-b C-f C-w C-u C-k C-y C-_",
    ] {
        lines.push(vec![span(text, "text")]);
    }
    let escape = match keymap.escape {
        EscapeIs::Key => "  Esc        goes back; C-g does too",
        EscapeIs::Meta => "  Esc x      is M-x: no Alt key is needed; Esc Esc goes back",
        EscapeIs::Function => "  Esc 1      is F1 and so on, Esc 0 is F10; Esc Esc goes back",
    };
    lines.push(vec![span(escape, "text")]);
    let name = format!("  keymap     {}; app.keymap changes it", keymap.name);
    lines.push(vec![span(name, "text")]);
    Pager::of_spans(lines).hanging(HANG)
}

/// Columns of key and title.
const HANG: u16 = 36;

fn span(text: impl Into<String>, meaning: &'static str) -> Span {
    Span {
        text: Shown::own(text),
        meaning,
    }
}
