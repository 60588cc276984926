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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Scope;
    use crate::domain::user::Role;
    use crate::tui::app::palette::Palette;
    use crate::tui::app::testing::grants;

    #[test]
    fn help_and_palette_hold_what_the_role_permits_and_nothing_else() {
        let keymap = Keymap::load("vim", None).unwrap();
        for role in Role::ALL {
            for scope in Scope::ALL {
                let facts = Facts {
                    scope: *scope,
                    grants: grants(&[*role]),
                    ..Facts::default()
                };
                let pager = help(&facts, &keymap);
                let lines = (0..pager.len()).filter_map(|n| pager.line(n));
                let text: Vec<String> = lines.map(Shown::into_string).collect();
                let palette = Palette::new(&facts, &keymap, |_| Vec::new()).lines();
                for spec in ALL.iter().filter(|s| s.lives_in(scope.chain(false))) {
                    let may = spec.permitted(&facts.grants);
                    let told = text.iter().any(|l| l.contains(spec.doc.trim()));
                    assert_eq!(told, may, "{role:?} {scope:?}: help, {}", spec.id);
                    let offered = palette.iter().any(|l| l == spec.id);
                    assert_eq!(offered, may, "{role:?} {scope:?}: palette, {}", spec.id);
                }
            }
        }
    }
}
