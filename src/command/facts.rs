//! Facts: a small plain snapshot of where the user stands, for conditions and reasons.
//!
//! Keymap conditions and [`super::CommandSpec::unavailable`] see this and never the program
//! itself, so that both can be tested with a literal.

use crate::domain::deficiency::DeficiencyState;
use crate::domain::ids::ProviderId;
use crate::domain::permission::{Grant, Permission, grant, refusal};
use crate::domain::review::{ListKind, Stage};
use crate::domain::user::{Role, User};

/// Where keys and commands live. A screen sees the scopes of its chain, innermost first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Everywhere outside text fields.
    #[default]
    Global,
    /// Wherever lines are moved through.
    List,
    /// In a text field.
    Text,
    /// In a dialog without a text field.
    Dialog,
    /// The first screen.
    Home,
    /// The deficiency queue.
    Queue,
    /// The chart viewer.
    Chart,
    /// Search.
    Search,
    /// The list of queries.
    Queries,
    /// The query composer.
    Composer,
    /// Open items by provider or service.
    Groups,
    /// What a provider owes.
    Inbox,
    /// The dashboard.
    Dashboard,
    /// The suspension list.
    Suspension,
    /// One provider.
    Provider,
    /// The coder's list.
    Waiting,
    /// Absences and cover.
    Covers,
    /// Letters.
    Letters,
    /// The worklist of documentation integrity.
    Reviews,
    /// Figures of documentation integrity.
    CdiFigures,
    /// The review of a stay.
    Review,
    /// A review being written.
    ReviewWords,
    /// The worklist of query opportunities.
    Opportunities,
    /// Named lists.
    Lists,
}

impl Scope {
    /// Every scope.
    pub const ALL: &'static [Self] = &[
        Self::Global,
        Self::List,
        Self::Text,
        Self::Dialog,
        Self::Home,
        Self::Queue,
        Self::Chart,
        Self::Search,
        Self::Queries,
        Self::Composer,
        Self::Groups,
        Self::Inbox,
        Self::Dashboard,
        Self::Suspension,
        Self::Provider,
        Self::Waiting,
        Self::Covers,
        Self::Letters,
        Self::Reviews,
        Self::CdiFigures,
        Self::Review,
        Self::ReviewWords,
        Self::Opportunities,
        Self::Lists,
    ];

    /// Its name in keymap files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::List => "list",
            Self::Text => "text",
            Self::Dialog => "dialog",
            Self::Home => "home",
            Self::Queue => "queue",
            Self::Chart => "chart",
            Self::Search => "search",
            Self::Queries => "queries",
            Self::Composer => "composer",
            Self::Groups => "groups",
            Self::Inbox => "inbox",
            Self::Dashboard => "dashboard",
            Self::Suspension => "suspension",
            Self::Provider => "provider",
            Self::Waiting => "waiting",
            Self::Covers => "covers",
            Self::Letters => "letters",
            Self::Reviews => "reviews",
            Self::CdiFigures => "cdi-figures",
            Self::Review => "review",
            Self::ReviewWords => "review-words",
            Self::Opportunities => "opportunities",
            Self::Lists => "lists",
        }
    }

    /// The scopes whose keys work here, innermost first.
    ///
    /// In a text field only keys that type nothing may have a meaning, so the screen's own
    /// scope is left out unless its keys are known to be safe (those of what is composed are).
    pub fn chain(self, text: bool) -> &'static [Self] {
        match (self, text) {
            (Self::Composer, true) => &[Self::Composer, Self::Text],
            (Self::ReviewWords, true) => &[Self::ReviewWords, Self::Text],
            (_, true) => &[Self::Text],
            (Self::Home, _) => &[Self::Home, Self::List, Self::Global],
            (Self::Queue, _) => &[Self::Queue, Self::List, Self::Global],
            (Self::Chart, _) => &[Self::Chart, Self::List, Self::Global],
            (Self::Search, _) => &[Self::Search, Self::List, Self::Global],
            (Self::Queries, _) => &[Self::Queries, Self::List, Self::Global],
            (Self::Composer, _) => &[Self::Composer, Self::List, Self::Global],
            (Self::Groups, _) => &[Self::Groups, Self::List, Self::Global],
            (Self::Inbox, _) => &[Self::Inbox, Self::List, Self::Global],
            (Self::Dashboard, _) => &[Self::Dashboard, Self::List, Self::Global],
            (Self::Suspension, _) => &[Self::Suspension, Self::List, Self::Global],
            (Self::Provider, _) => &[Self::Provider, Self::List, Self::Global],
            (Self::Waiting, _) => &[Self::Waiting, Self::List, Self::Global],
            (Self::Covers, _) => &[Self::Covers, Self::List, Self::Global],
            (Self::Letters, _) => &[Self::Letters, Self::List, Self::Global],
            (Self::Reviews, _) => &[Self::Reviews, Self::List, Self::Global],
            (Self::CdiFigures, _) => &[Self::CdiFigures, Self::List, Self::Global],
            (Self::Review, _) => &[Self::Review, Self::List, Self::Global],
            (Self::ReviewWords, _) => &[Self::ReviewWords, Self::List, Self::Global],
            (Self::Opportunities, _) => &[Self::Opportunities, Self::List, Self::Global],
            (Self::Lists, _) => &[Self::Lists, Self::List, Self::Global],
            (Self::Dialog, _) => &[Self::Dialog, Self::List],
            (Self::Global | Self::List | Self::Text, _) => &[Self::List, Self::Global],
        }
    }
}

/// Who works the chart under the cursor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Taken {
    /// Nobody, or it is not known.
    #[default]
    Nobody,
    /// This user.
    Me,
    /// Somebody else.
    Other,
}

/// What the user may do, by permission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    grants: Vec<Grant>,
    roles: Vec<Role>,
    provider: Option<ProviderId>,
}

impl Grants {
    /// The grants of a user.
    pub fn of_user(user: &User) -> Self {
        Self {
            grants: Permission::ALL.iter().map(|p| grant(user, *p)).collect(),
            roles: user.roles.clone(),
            provider: user.provider,
        }
    }

    /// The provider the user is, if they are one.
    pub fn provider(&self) -> Option<ProviderId> {
        self.provider
    }

    /// How far a permission reaches; not at all by default.
    pub fn of(&self, permission: Permission) -> Grant {
        let at = Permission::ALL.iter().position(|p| *p == permission);
        at.and_then(|i| self.grants.get(i).copied())
            .unwrap_or(Grant::No)
    }

    /// Why none of some permissions reaches as far as `reach`, in words; `None` if one does.
    pub fn refuse(&self, permissions: &[Permission], reach: Grant) -> Option<String> {
        let granted = permissions.iter().any(|p| self.of(*p) >= reach);
        (!granted).then(|| refusal(&self.roles, permissions, reach))
    }
}

/// Where the user stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The screen or dialog.
    pub scope: Scope,
    /// A text field has the keys.
    pub text: bool,
    /// The text field has several lines.
    pub multiline: bool,
    /// A pager of text has the keys.
    pub reading: bool,
    /// There is a list with at least one row.
    pub rows: bool,
    /// The cursor is on the first row.
    pub at_start: bool,
    /// The cursor is on the last row.
    pub at_end: bool,
    /// Number of marked rows.
    pub marks: usize,
    /// A filter hides rows.
    pub filtering: bool,
    /// The state of the deficiency under the cursor.
    pub state: Option<DeficiencyState>,
    /// Whether that deficiency is on hold.
    pub held: bool,
    /// Whether a hold of the item itself is in force, where that is known.
    pub hold_placed: Option<bool>,
    /// Whether its whole chart is on hold, where that is known.
    pub chart_held: Option<bool>,
    /// Who has taken its chart.
    pub taken: Taken,
    /// A chart is under the cursor or open.
    pub chart: bool,
    /// The stay under the cursor is coded.
    pub coded: bool,
    /// A document is under the cursor or open.
    pub document: bool,
    /// There are matches to go to.
    pub matches: bool,
    /// There is something to undo.
    pub undo: bool,
    /// There is something to redo.
    pub redo: bool,
    /// A draft is being written.
    pub draft: bool,
    /// A query opportunity is under the cursor.
    pub opportunity: bool,
    /// A composer below this screen waits for a citation.
    pub citing: bool,
    /// The lint has findings.
    pub findings: bool,
    /// A query that has been issued and not answered is under the cursor.
    pub issued: bool,
    /// An answered query that is not reconciled is under the cursor.
    pub answered: bool,
    /// A reconciled query is under the cursor.
    pub reconciled: bool,
    /// A provider is under the cursor, or it is the screen of one.
    pub provider: bool,
    /// An absence is under the cursor.
    pub absence: bool,
    /// A proposed step of the ladder is under the cursor.
    pub proposed: bool,
    /// A suspension in force is under the cursor.
    pub suspended: bool,
    /// An entry of a named list is under the cursor.
    pub entry: bool,
    /// Whose turn the stay under the cursor is, where that is known.
    pub stage: Option<Stage>,
    /// The list of diagnoses the cursor is in, or else the one the user keeps.
    pub list: Option<ListKind>,
    /// A diagnosis of a list is under the cursor.
    pub diagnosis: bool,
    /// The user has an unfinished review of the stay.
    pub unfinished: bool,
    /// A signed review is under the cursor.
    pub signed: bool,
    /// This is the first screen.
    pub root: bool,
    /// An answer is awaited.
    pub busy: bool,
    /// The user may copy to the terminal's clipboard.
    pub may_copy: bool,
    /// What the user may do.
    pub grants: Grants,
}

/// A condition's name in keymap files and its test.
pub type Condition = (&'static str, fn(&Facts) -> bool);

/// The conditions a keymap may name.
pub const CONDITIONS: &[Condition] = &[
    ("list-at-start", |f| f.at_start),
    ("list-at-end", |f| f.at_end),
    ("list-empty", |f| !f.rows),
    ("marked", |f| f.marks > 0),
    ("filtering", |f| f.filtering),
    ("multiline", |f| f.multiline),
    ("reading", |f| f.reading),
    ("root", |f| f.root),
    ("unfinished", |f| f.unfinished),
    ("busy", |f| f.busy),
    ("chart-taken", |f| f.taken == Taken::Me),
    ("on-hold", |f| f.held),
    ("citing", |f| f.citing),
    ("draft", |f| f.draft),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::UserId;
    use crate::domain::untrusted::Untrusted;
    use crate::domain::user::Role;

    #[test]
    fn grants_follow_the_permission_table() {
        let user = User {
            id: UserId(1),
            login: "a".into(),
            name: Untrusted::new("A"),
            roles: vec![Role::Analyst],
            provider: None,
            active: true,
            version: 1,
        };
        let grants = Grants::of_user(&user);
        assert_eq!(grants.of(Permission::CreateDeficiency), Grant::Yes);
        assert_eq!(grants.of(Permission::SuperviseDeficiency), Grant::No);
        assert_eq!(
            Grants::default().of(Permission::OpenChart),
            Grant::No,
            "deny is the default"
        );
    }

    #[test]
    fn a_text_field_sees_only_scopes_that_type_nothing() {
        for scope in Scope::ALL {
            let chain = scope.chain(true);
            assert!(!chain.contains(&Scope::List) && !chain.contains(&Scope::Global));
        }
    }
}
