//! Conflicts: two bindings of one key that could both be meant.

use super::{Binding, Keymap, KeymapError};
use crate::command::Scope;
use crate::tui::keys::{Key, sequence_text};

type Bound<'a> = (Vec<Key>, &'a Binding);

/// Every pair of bindings that clash: within one scope, or in two scopes that are active
/// together. A condition resolves a clash when the other binding's condition excludes it.
pub(super) fn conflicts(map: &Keymap) -> Vec<KeymapError> {
    let mut found = Vec::new();
    let all = |scope: &Scope| -> Vec<Bound<'_>> {
        let mut all = Vec::new();
        if let Some(node) = map.scopes.get(scope) {
            node.walk(&mut Vec::new(), &mut |keys, binding| {
                all.push((keys.to_vec(), binding));
            });
        }
        all
    };
    for scope in Scope::ALL {
        let own = all(scope);
        for (i, one) in own.iter().enumerate() {
            for other in &own[i + 1..] {
                found.extend(clash(one, other));
            }
        }
        for outer in outer_scopes(*scope) {
            for other in &all(&outer) {
                for one in &own {
                    found.extend(clash(one, other));
                }
            }
        }
    }
    found.dedup();
    found
}

/// The scopes that stand behind `scope` in some chain.
fn outer_scopes(scope: Scope) -> Vec<Scope> {
    let mut outer = Vec::new();
    for screen in Scope::ALL {
        for text in [false, true] {
            let chain = screen.chain(text);
            if let Some(at) = chain.iter().position(|s| *s == scope) {
                outer.extend(chain[at + 1..].iter().copied());
            }
        }
    }
    outer.sort_unstable();
    outer.dedup();
    outer
}

fn clash(one: &Bound<'_>, other: &Bound<'_>) -> Option<KeymapError> {
    let ((keys, binding), (other_keys, other)) = (one, other);
    if !keys.starts_with(other_keys) && !other_keys.starts_with(keys) {
        return None;
    }
    if keys == other_keys && binding.command == other.command {
        return None;
    }
    if let (Some(a), Some(b)) = (&binding.when, &other.when)
        && a.excludes(b)
    {
        return None;
    }
    Some(KeymapError::Conflict {
        place: binding.origin.clone(),
        keys: sequence_text(keys),
        command: binding.command.spec().id,
        other_place: other.origin.clone(),
        other_keys: sequence_text(other_keys),
        other: other.command.spec().id,
    })
}
