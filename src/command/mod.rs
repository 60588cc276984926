//! The one command table and the typed [`Command`].
//!
//! Keys, the palette, footers, the help screen and `docs/commands.md` all read [`ALL`]; nothing
//! else contains a command's name, and no command is reachable by any other way. A command
//! says what is wanted; what becomes of it is decided by the screen it is given to. This room
//! performs nothing and knows no screen. Start reading at `table.rs`, then [`Facts`].

mod argument;
mod docs;
mod facts;
mod line;
mod table;

pub use argument::{Argument, ArgumentError, RowRange, Shape};
pub use docs::docs_markdown;
pub use facts::{CONDITIONS, Facts, Grants, Scope, Taken};
pub use line::{LineError, parse_line};
pub use table::{ALL, Command};

use crate::domain::permission::{Grant, Permission};
use std::borrow::Cow;

/// What a command belongs to in help and palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The program.
    Program,
    /// Moving and choosing.
    List,
    /// Fields and dialogs.
    Field,
    /// Saved and built-in views.
    View,
    /// The deficiency queue.
    Queue,
    /// Providers, the ladder, figures and coding.
    Provider,
    /// The chart viewer.
    Chart,
    /// Full-text search.
    Search,
    /// Queries to providers.
    Query,
    /// Reviews of stays.
    Review,
}

impl Group {
    /// Every group, in the order help shows them.
    pub const ALL: &'static [Self] = &[
        Self::Program,
        Self::List,
        Self::Field,
        Self::View,
        Self::Queue,
        Self::Provider,
        Self::Chart,
        Self::Search,
        Self::Query,
        Self::Review,
    ];

    /// The heading shown for it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Program => "Program",
            Self::List => "Moving and marking",
            Self::Field => "Fields and dialogs",
            Self::View => "Views",
            Self::Queue => "Deficiency queue",
            Self::Provider => "Providers, ladder, figures",
            Self::Chart => "Chart",
            Self::Search => "Search",
            Self::Query => "Queries",
            Self::Review => "Reviews of stays",
        }
    }
}

/// How much harm a command can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Danger {
    /// Changes nothing that is kept.
    None,
    /// Changes what is kept; undo takes it back.
    Reversible,
    /// Reaches somebody outside: asks for confirmation.
    Outward,
    /// Cannot be taken back: asks for a typed word.
    Irreversible,
}

impl Danger {
    /// The word for it in the manual.
    pub fn title(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Reversible => "can be undone",
            Self::Outward => "asks first: reaches others",
            Self::Irreversible => "asks for a typed word: final",
        }
    }
}

/// One row of the command table.
pub struct CommandSpec {
    /// Stable name, `noun.verb`.
    pub id: &'static str,
    /// Short title for footers and the palette; at most 24 characters.
    pub title: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// Where help lists it.
    pub group: Group,
    /// Where it means something.
    pub scopes: &'static [Scope],
    /// What argument it takes.
    pub shape: Shape,
    /// What permission it needs.
    pub permission: Option<Permission>,
    /// What permission does as well.
    pub or: Option<Permission>,
    /// How far the permission must reach: [`Grant::Yes`] where it is about everybody's work.
    pub reach: Grant,
    /// How much harm it can do.
    pub danger: Danger,
    /// Why it is unavailable now, apart from permission.
    check: fn(&Facts) -> Option<&'static str>,
    /// What more it needs of what is under the cursor, and what that is called.
    here: fn(&Facts) -> Option<(Permission, &'static str)>,
    /// Makes the command from its argument's text.
    build: fn(Option<&str>) -> Result<Command, ArgumentError>,
}

impl CommandSpec {
    /// Why the command cannot be run now, if it cannot: the user's roles first.
    pub fn unavailable(&self, facts: &Facts) -> Option<Cow<'static, str>> {
        self.refused(&facts.grants)
            .map(Cow::Owned)
            .or_else(|| (self.check)(facts).map(Cow::Borrowed))
            .or_else(|| self.refused_here(facts).map(Cow::Owned))
    }

    /// Why the user's roles do not permit it with what is under the cursor.
    fn refused_here(&self, facts: &Facts) -> Option<String> {
        let (needed, what) = (self.here)(facts)?;
        let why = facts.grants.refuse(&[needed], Grant::Yes)?;
        Some(format!("{what}: {why}"))
    }

    /// Whether the user's roles permit it, wherever they stand. What they do not permit is left
    /// out of help, palette and footers; asked for all the same, it says who may.
    pub fn permitted(&self, grants: &Grants) -> bool {
        self.refused(grants).is_none()
    }

    fn refused(&self, grants: &Grants) -> Option<String> {
        let needed: Vec<Permission> = self.permission.into_iter().chain(self.or).collect();
        if needed.is_empty() {
            return None;
        }
        grants.refuse(&needed, self.reach)
    }

    /// The command with an argument as typed.
    ///
    /// # Errors
    /// The argument is missing, unwanted or malformed.
    pub fn build(&self, argument: Option<&str>) -> Result<Command, ArgumentError> {
        (self.build)(argument.map(str::trim).filter(|a| !a.is_empty()))
    }

    /// Whether the command means something on a screen with this scope chain.
    pub fn lives_in(&self, chain: &[Scope]) -> bool {
        self.scopes.iter().any(|scope| chain.contains(scope))
    }
}

impl Command {
    /// The table row of this command.
    pub fn spec(&self) -> &'static CommandSpec {
        &ALL[self.index()]
    }
}

/// The table row with this id.
pub fn by_id(id: &str) -> Option<&'static CommandSpec> {
    ALL.iter().find(|spec| spec.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_id_and_no_title_occurs_twice() {
        let ids: BTreeSet<_> = ALL.iter().map(|s| s.id).collect();
        assert_eq!(ids.len(), ALL.len());
        let titles: BTreeSet<_> = ALL.iter().map(|s| s.title).collect();
        assert_eq!(titles.len(), ALL.len());
    }

    #[test]
    fn every_id_is_noun_dot_verb() {
        for spec in ALL {
            let parts: Vec<_> = spec.id.split('.').collect();
            assert_eq!(parts.len(), 2, "{}", spec.id);
            for part in parts {
                assert!(
                    part.starts_with(|c: char| c.is_ascii_lowercase())
                        && !part.ends_with('-')
                        && part.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
                    "{}",
                    spec.id
                );
            }
        }
    }

    #[test]
    fn every_command_has_a_scope_a_short_title_and_one_sentence() {
        for spec in ALL {
            assert!(!spec.scopes.is_empty(), "{}", spec.id);
            assert!((2..=24).contains(&spec.title.len()), "{}", spec.id);
            let doc = spec.doc.trim();
            assert!(doc.ends_with('.'), "{}", spec.id);
            assert_eq!(doc.matches(". ").count(), 0, "{}: {doc}", spec.id);
        }
    }

    #[test]
    fn every_command_leads_back_to_its_own_row() {
        for spec in ALL {
            let argument = spec.shape.example();
            let command = spec.build(argument).unwrap();
            assert_eq!(command.spec().id, spec.id);
        }
    }

    #[test]
    fn what_changes_something_needs_a_permission() {
        for spec in ALL {
            let own = ["app.", "view.", "query.discard"];
            if spec.danger > Danger::None && !own.iter().any(|o| spec.id.starts_with(o)) {
                assert!(spec.permission.is_some(), "{}", spec.id);
            }
        }
    }

    #[test]
    fn a_refusal_by_role_comes_before_every_other_reason() {
        let facts = Facts::default();
        let void = by_id("queue.void").unwrap();
        assert_eq!(
            void.unavailable(&facts).as_deref(),
            Some("only a supervisor may; you have no role")
        );
        assert!(!void.permitted(&facts.grants));
    }
}
