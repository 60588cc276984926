//! Keymaps: which keys, pressed one after the other, mean which command where.
//!
//! A keymap is a trie for each scope, read from TOML (`keymaps/`), the user's file merged over
//! an embedded default node by node. [`Keymap::resolve`] sees pending keys and [`Facts`] and
//! nothing else. Conflicts refuse to load and name both places (`read.rs`).

mod check;
mod condition;
mod read;

pub use condition::Condition;
pub use read::KeymapError;

use super::keys::{Code, Key, sequence_text};
use crate::command::{Command, CommandSpec, Facts, Scope};
use std::collections::BTreeMap;

/// The keymaps in the program, first the default.
pub const BUNDLED: &[(&str, &str)] = &[
    ("vim", include_str!("../../../keymaps/vim.toml")),
    ("function", include_str!("../../../keymaps/function.toml")),
    ("emacs", include_str!("../../../keymaps/emacs.toml")),
];

/// What Esc is in a keymap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EscapeIs {
    /// A key like any other.
    #[default]
    Key,
    /// Meta for the key after it; twice, the key itself.
    Meta,
    /// Before a digit the function key of that number (0 is F10); else the key itself.
    Function,
}

/// Where a binding was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// File name, or `vim.toml (built in)`.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Whether it came with the program.
    pub bundled: bool,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A command bound to a key.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// The command.
    pub command: Command,
    /// Only while this holds.
    pub when: Option<Condition>,
    /// Where it was written.
    pub origin: Origin,
}

impl Binding {
    fn holds(&self, facts: &Facts) -> bool {
        self.when.as_ref().is_none_or(|c| c.holds(facts))
    }
}

/// A node of the trie.
#[derive(Clone, Debug, Default, PartialEq)]
struct Node {
    next: BTreeMap<Key, Node>,
    bindings: Vec<Binding>,
}

impl Node {
    fn at(&self, keys: &[Key]) -> Option<&Self> {
        keys.iter().try_fold(self, |node, key| node.next.get(key))
    }

    fn enabled(&self, facts: &Facts) -> Option<&Binding> {
        self.bindings.iter().find(|b| b.holds(facts))
    }

    /// Every binding at or below, with its keys.
    fn walk<'a>(&'a self, keys: &mut Vec<Key>, each: &mut dyn FnMut(&[Key], &'a Binding)) {
        for binding in &self.bindings {
            each(keys, binding);
        }
        for (key, node) in &self.next {
            keys.push(*key);
            node.walk(keys, each);
            keys.pop();
        }
    }
}

/// A keymap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keymap {
    /// Its name.
    pub name: String,
    /// What Esc is.
    pub escape: EscapeIs,
    scopes: BTreeMap<Scope, Node>,
}

/// What keys mean.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolution {
    /// This command.
    Command(Command),
    /// The beginning of longer sequences.
    Pending,
    /// Nothing.
    None,
}

/// A key that continues a pending sequence, for the which-key list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Continuation {
    /// The key.
    pub key: Key,
    /// The title of the command it runs, or how many keys it leads to.
    pub title: String,
    /// Whether the command can be run now.
    pub available: bool,
}

impl Keymap {
    /// A bundled keymap, with a user's file (name and text) merged over it.
    ///
    /// # Errors
    /// Everything wrong in the files, each with file and line.
    pub fn load(name: &str, user: Option<(&str, &str)>) -> Result<Self, Vec<KeymapError>> {
        read::load(name, user)
    }

    /// What `keys` mean where `facts` says the user stands.
    pub fn resolve(&self, facts: &Facts, keys: &[Key]) -> Resolution {
        let mut pending = false;
        for node in self.nodes(facts, keys) {
            if let Some(binding) = node.enabled(facts) {
                return Resolution::Command(binding.command.clone());
            }
            let mut below = false;
            node.walk(&mut Vec::new(), &mut |_, b| below |= b.holds(facts));
            pending |= below;
        }
        if pending {
            Resolution::Pending
        } else {
            Resolution::None
        }
    }

    fn nodes<'a>(&'a self, facts: &Facts, keys: &'a [Key]) -> impl Iterator<Item = &'a Node> {
        facts
            .scope
            .chain(facts.text)
            .iter()
            .filter_map(|scope| self.scopes.get(scope)?.at(keys))
    }

    /// The keys that may follow `keys`, in key order.
    pub fn continuations(&self, facts: &Facts, keys: &[Key]) -> Vec<Continuation> {
        let mut found: BTreeMap<Key, Continuation> = BTreeMap::new();
        for node in self.nodes(facts, keys) {
            for (key, next) in &node.next {
                let (title, available) = match next.enabled(facts) {
                    Some(binding) if !permits(binding, facts) => continue,
                    Some(binding) => {
                        let spec = binding.command.spec();
                        (title(&binding.command), spec.unavailable(facts).is_none())
                    }
                    None => {
                        let mut count = 0;
                        next.walk(&mut Vec::new(), &mut |_, b| {
                            count += usize::from(b.holds(facts) && permits(b, facts));
                        });
                        if count == 0 {
                            continue;
                        }
                        (format!("{count} more"), true)
                    }
                };
                found.entry(*key).or_insert(Continuation {
                    key: *key,
                    title,
                    available,
                });
            }
        }
        found.into_values().collect()
    }

    /// The keys that run a command here, if some do: of several those of the innermost scope,
    /// then the user's own, then those written first.
    pub fn key_for(&self, facts: &Facts, command: &Command) -> Option<String> {
        for scope in facts.scope.chain(facts.text) {
            let Some(node) = self.scopes.get(scope) else {
                continue;
            };
            let mut best: Option<(bool, usize, Vec<Key>)> = None;
            node.walk(&mut Vec::new(), &mut |keys, binding| {
                let rank = (binding.origin.bundled, binding.origin.line, keys.to_vec());
                let better = best.as_ref().is_none_or(|b| rank < *b);
                if means(binding, command) && binding.holds(facts) && better {
                    best = Some(rank);
                }
            });
            if let Some((_, _, keys)) = best {
                return Some(short_text(&keys));
            }
        }
        None
    }

    /// The same for any command of a row of the table.
    pub fn key_for_spec(&self, facts: &Facts, spec: &CommandSpec) -> Option<String> {
        let command = spec.build(spec.shape.example()).ok()?;
        self.key_for(facts, &command)
    }

    /// Every binding that works in a scope's own table: keys as text, command.
    pub fn bindings(&self, scope: Scope) -> Vec<(String, &Binding)> {
        let mut all = Vec::new();
        if let Some(node) = self.scopes.get(&scope) {
            node.walk(&mut Vec::new(), &mut |keys, binding| {
                all.push((sequence_text(keys), binding));
            });
        }
        all
    }

    /// Whether some key in some scope runs the command with this id.
    pub fn binds(&self, id: &str) -> bool {
        Scope::ALL.iter().any(|scope| {
            self.bindings(*scope)
                .iter()
                .any(|(_, b)| b.command.spec().id == id)
        })
    }
}

/// Keys as a footer writes them: `gg`, but `C-x s`.
pub fn short_text(keys: &[Key]) -> String {
    let plain = |k: &Key| matches!(k.code, Code::Char(c) if c != ' ' && !k.ctrl && !k.meta);
    if keys.len() > 1 && keys.iter().all(plain) {
        keys.iter().map(Key::to_string).collect()
    } else {
        sequence_text(keys)
    }
}

/// Whether the user's roles permit what a binding runs.
fn permits(binding: &Binding, facts: &Facts) -> bool {
    binding.command.spec().permitted(&facts.grants)
}

/// Whether a binding runs a command; a view is named by its number.
fn means(binding: &Binding, command: &Command) -> bool {
    match command {
        Command::GotoView(_) => binding.command == *command,
        other => binding.command.spec().id == other.spec().id,
    }
}

/// A command's title with its argument's number, where it has one.
fn title(command: &Command) -> String {
    match command {
        Command::GotoView(n) => format!("View {n}"),
        other => other.spec().title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{ALL, Grants};
    use crate::domain::ids::UserId;
    use crate::domain::user::{Role, User};

    fn facts(scope: Scope) -> Facts {
        Facts {
            scope,
            rows: true,
            ..Facts::default()
        }
    }

    fn resolve(map: &Keymap, facts: &Facts, keys: &str) -> Resolution {
        map.resolve(facts, &Key::parse_sequence(keys).unwrap())
    }

    #[test]
    fn the_defaults_load_without_a_conflict() {
        for (name, _) in BUNDLED {
            let map = Keymap::load(name, None);
            assert!(map.is_ok(), "{name}: {:#?}", map.err());
        }
    }

    #[test]
    fn the_defaults_bind_what_people_do_all_day() {
        // Every command is in the palette; these must have a key of their own as well.
        let rare = [
            "app.redraw",
            "app.theme",
            "app.keymap",
            "list.columns",
            "list.select-rows",
            "view.delete",
            "view.open",
            "list.clear-filter",
            "list.clear-marks",
            "query.template",
            "query.discard",
            "query.withdraw",
            "chart.deficiencies",
            "chart.search",
            "query.remove-line",
            "app.redo",
            "queue.previous-chart",
            "app.refresh",
            "search.clear-history",
        ];
        for (name, _) in BUNDLED {
            let map = Keymap::load(name, None).unwrap();
            assert!(map.binds("app.palette"), "{name}");
            for spec in ALL.iter().filter(|s| !rare.contains(&s.id)) {
                assert!(map.binds(spec.id), "{name} has no key for {}", spec.id);
            }
        }
    }

    #[test]
    fn the_defaults_need_only_keys_that_every_terminal_sends() {
        for (name, _) in BUNDLED {
            let map = Keymap::load(name, None).unwrap();
            for scope in Scope::ALL {
                for (keys, binding) in map.bindings(*scope) {
                    let easy = |text: &str| {
                        Key::parse_sequence(text).unwrap().iter().all(|k| {
                            // Esc stands for Meta in the emacs map.
                            let meta = k.meta && map.escape != EscapeIs::Meta;
                            let taken = k.ctrl && matches!(k.code, Code::Char('s' | 'q'));
                            let ctrl_shift = k.ctrl && k.shift;
                            let special = k.ctrl && !matches!(k.code, Code::Char(_));
                            !meta && !taken && !ctrl_shift && !special && k.code != Code::F(11)
                        })
                    };
                    let id = binding.command.spec().id;
                    let other = map
                        .bindings(*scope)
                        .iter()
                        .any(|(k, b)| b.command.spec().id == id && easy(k));
                    assert!(other, "{name}: {id} only has {keys}");
                }
            }
        }
    }

    #[test]
    fn sequences_pend_and_resolve() {
        let map = Keymap::load("vim", None).unwrap();
        let queue = Facts {
            grants: Grants::of_user(&User {
                id: UserId(1),
                login: "ann".into(),
                name: "Ann".into(),
                roles: vec![Role::Analyst],
                provider: None,
                active: true,
                version: 1,
            }),
            ..facts(Scope::Queue)
        };
        assert_eq!(
            resolve(&map, &queue, "j"),
            Resolution::Command(Command::Down)
        );
        assert_eq!(resolve(&map, &queue, "g"), Resolution::Pending);
        assert_eq!(
            resolve(&map, &queue, "g g"),
            Resolution::Command(Command::Top)
        );
        assert_eq!(
            resolve(&map, &queue, "g 3"),
            Resolution::Command(Command::GotoView(3))
        );
        assert_eq!(resolve(&map, &queue, "g ~"), Resolution::None);
        let titles: Vec<_> = map
            .continuations(&queue, &Key::parse_sequence("g").unwrap())
            .into_iter()
            .map(|c| format!("{} {}", c.key, c.title))
            .collect();
        assert!(titles.contains(&"g Top".to_owned()), "{titles:?}");
        assert!(titles.contains(&"1 View 1".to_owned()), "{titles:?}");
        assert!(
            !titles.contains(&"m My inbox".to_owned()),
            "what the role does not permit is not offered: {titles:?}"
        );
    }

    #[test]
    fn no_letter_means_a_command_in_a_text_field() {
        for (name, _) in BUNDLED {
            let map = Keymap::load(name, None).unwrap();
            for scope in [Scope::Text, Scope::Composer] {
                for (keys, _) in map.bindings(scope) {
                    let first = Key::parse_sequence(&keys).unwrap()[0];
                    assert_eq!(first.typed(), None, "{name} {}: {keys}", scope.name());
                }
            }
        }
    }

    #[test]
    fn a_condition_decides_between_two_meanings() {
        let map = Keymap::load("vim", None).unwrap();
        let mut chart = facts(Scope::Chart);
        assert_eq!(
            resolve(&map, &chart, "/"),
            Resolution::Command(Command::Filter)
        );
        chart.reading = true;
        assert_eq!(
            resolve(&map, &chart, "/"),
            Resolution::Command(Command::Find)
        );
    }
}
