//! Everything that can change what is kept: one typed [`Action`] each.
//!
//! Screens, the command line and feeds build actions; `ops` decides them and `store` writes the
//! state rows, the event row, the audit row and the outbox row in one transaction. Saving a
//! draft that is being typed is the one exception (see `ops::drafts`).

use super::deficiency::{Finding, HoldReason, Subject};
pub use super::deficiency_change::DeficiencyChange;
use super::ids::{
    AbsenceId, CoverId, DeficiencyId, DocumentId, EncounterId, LetterId, ProviderId, QueryId,
    RequestId, StepId, UserId,
};
use super::ladder::{LetterFormat, StepDecision};
use super::named_list::ListAction;
use super::query::QueryText;
use super::query_life::{GivenAnswer, QueryChange, Verbal};
pub use super::record::ImportBatch;
use super::review_action::ReviewAction;
use super::saved_search::SavedSearch;
use super::time::Instant;
use super::untrusted::Untrusted;
use super::user::Role;
use super::worklist::{SavedView, WorkOrder};
use serde::{Deserialize, Serialize};

/// A change someone asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A batch of at most 1,000 records from a source.
    Import(ImportBatch),
    /// What the rules found for one visit: opens, updates and clears items.
    ApplyFindings {
        /// The visit analysed.
        encounter: EncounterId,
        /// Everything the rules found, complete.
        findings: Vec<Finding>,
        /// Rule ids that were run: only their items may be cleared.
        rules_run: Vec<String>,
    },
    /// Adds a deficiency by hand.
    AddDeficiency {
        /// The visit.
        encounter: EncounterId,
        /// Type code.
        kind: String,
        /// What it is about.
        subject: Subject,
        /// Who owes it.
        owner: Option<ProviderId>,
        /// When it is due.
        due: Instant,
        /// Why.
        comment: Untrusted,
    },
    /// Adds one deficiency by hand about each of several documents, as one change.
    AddForDocuments {
        /// The documents, each with its visit.
        documents: Vec<(EncounterId, DocumentId)>,
        /// Type code.
        kind: String,
        /// Who owes them.
        owner: Option<ProviderId>,
        /// When they are due.
        due: Instant,
        /// Why.
        comment: Untrusted,
    },
    /// Adds a deficiency of the catalogue with nothing to fill in: owner and due date are the
    /// department's defaults.
    AddFromCatalogue {
        /// The visit.
        encounter: EncounterId,
        /// Type code.
        kind: String,
        /// What it is about.
        subject: Subject,
    },
    /// Changes deficiencies, each refused on its own if it cannot be done.
    ChangeDeficiencies {
        /// Items with the row version the user saw.
        items: Vec<(DeficiencyId, i64)>,
        /// The change.
        change: DeficiencyChange,
    },
    /// Gives everything one provider owes to another, as when they leave.
    ReassignAll {
        /// Whose items.
        from: ProviderId,
        /// The new owner; `None` gives each to the attending of its visit.
        to: Option<ProviderId>,
        /// Why.
        reason: Untrusted,
    },
    /// Puts a whole chart on hold: what the rules excuse by the reason is not charged.
    HoldChart {
        /// The chart.
        encounter: EncounterId,
        /// Why.
        reason: HoldReason,
        /// Until when, if known.
        until: Option<Instant>,
        /// A comment.
        comment: Untrusted,
    },
    /// The hold of a whole chart ends.
    EndChartHold {
        /// The chart.
        encounter: EncounterId,
        /// A comment.
        comment: Untrusted,
    },
    /// A provider is away: what their rules excuse is not charged.
    AddAbsence {
        /// Who.
        provider: ProviderId,
        /// Why.
        reason: HoldReason,
        /// From.
        from: Instant,
        /// The last instant away, if known.
        until: Option<Instant>,
        /// A comment.
        comment: Untrusted,
    },
    /// A provider is back, or will be, at another time than was said.
    EndAbsence {
        /// Which absence.
        absence: AbsenceId,
        /// The last instant away.
        until: Instant,
    },
    /// An absence was recorded wrongly: what is told now counts, also for what it has excused.
    ChangeAbsence {
        /// Which absence.
        absence: AbsenceId,
        /// The row version the user saw.
        version: i64,
        /// Why.
        reason: HoldReason,
        /// From.
        from: Instant,
        /// The last instant away, if known.
        until: Option<Instant>,
        /// A comment.
        comment: Untrusted,
    },
    /// A provider stands in for another: may complete what the other owes.
    AddCover {
        /// For whom.
        provider: ProviderId,
        /// Who stands in.
        by: ProviderId,
        /// From.
        from: Instant,
        /// The last instant, if known.
        until: Option<Instant>,
        /// Why.
        reason: Untrusted,
    },
    /// Ends a cover, or says when it will end.
    EndCover {
        /// Which.
        cover: CoverId,
        /// The last instant; `None` ends it now.
        until: Option<Instant>,
    },
    /// Sets who belongs to a coverage group, each of whom may complete for the others; nobody
    /// dissolves it.
    SetCoverGroup {
        /// Name of the group.
        name: String,
        /// Everybody in it.
        members: Vec<ProviderId>,
    },
    /// Gives a coverage group another name.
    RenameCoverGroup {
        /// Its name.
        name: String,
        /// The new name.
        to: String,
    },
    /// Takes a chart: a lease with expiry, and its open items become the taker's.
    Take {
        /// The chart.
        encounter: EncounterId,
    },
    /// Takes the first chart of a list that nobody has, so that two people never get the same.
    TakeNext {
        /// The list.
        from: WorkOrder,
        /// The chart that is left; it is given back if nothing is owed on it any more.
        leave: Option<EncounterId>,
    },
    /// Gives a chart back.
    Release {
        /// The chart.
        encounter: EncounterId,
    },
    /// Issues a drafted query; from then on its text is immutable.
    IssueQuery {
        /// The draft.
        query: QueryId,
        /// The row version the author saw.
        version: i64,
        /// Whom to ask.
        provider: ProviderId,
        /// When the answer is due.
        due: Instant,
        /// Said on purpose although the same was asked before in this visit.
        again: bool,
        /// A supervisor's reason to overrule what the compliance check blocks.
        overrule: Option<Untrusted>,
    },
    /// Records a verbal query with its answer, from a draft of that form.
    RecordVerbal {
        /// The draft.
        query: QueryId,
        /// The row version the author saw.
        version: i64,
        /// Whom, when, and what was answered.
        verbal: Verbal,
        /// Said on purpose although the same was asked before in this visit.
        again: bool,
        /// A supervisor's reason to overrule what the compliance check blocks.
        overrule: Option<Untrusted>,
    },
    /// Changes an issued query.
    ChangeQuery {
        /// The query.
        query: QueryId,
        /// The row version seen.
        version: i64,
        /// The change.
        change: QueryChange,
    },
    /// The daily run of the ladder of queries: reminders, escalation, expiry.
    AdvanceQueries,
    /// Takes an issued query back.
    WithdrawQuery {
        /// The query.
        query: QueryId,
        /// The row version seen.
        version: i64,
        /// Why.
        reason: Untrusted,
    },
    /// Throws a draft away.
    DiscardDraft {
        /// The draft.
        query: QueryId,
    },
    /// Records a provider's answer.
    AnswerQuery {
        /// The query.
        query: QueryId,
        /// The row version seen.
        version: i64,
        /// The answer: an option, words, a comment.
        answer: GivenAnswer,
    },
    /// Sets a query opportunity aside, with a reason that is remembered.
    DismissOpportunity {
        /// The visit.
        encounter: EncounterId,
        /// The rule that found it.
        rule: String,
        /// Why.
        reason: Untrusted,
    },
    /// Adds a user.
    AddUser {
        /// Login name.
        login: String,
        /// Name shown.
        name: Untrusted,
        /// Roles.
        roles: Vec<Role>,
        /// The provider this user is.
        provider: Option<ProviderId>,
    },
    /// Changes a user's roles, which provider they are, or switches the account on or off.
    ChangeUser {
        /// The user.
        user: UserId,
        /// The row version seen.
        version: i64,
        /// New roles.
        roles: Vec<Role>,
        /// The provider this user is from now on.
        provider: Option<ProviderId>,
        /// Whether the account may be used.
        active: bool,
    },
    /// Saves a view of a worklist under a name; the same name again replaces it.
    SaveView(SavedView),
    /// Deletes a saved view.
    DeleteView {
        /// Its name.
        name: String,
    },
    /// Saves a search under a name; the same name again replaces it.
    SaveSearch(SavedSearch),
    /// Gives a saved search another name.
    RenameSearch {
        /// Its name.
        name: String,
        /// The new name.
        to: String,
    },
    /// Deletes a saved search.
    DeleteSearch {
        /// Its name.
        name: String,
    },
    /// Forgets what the acting user searched for before.
    ClearSearchHistory,
    /// Remembers a preference of the acting user (`theme`, `keymap`).
    Prefer {
        /// Which.
        key: String,
        /// Its value.
        value: String,
    },
    /// The daily run of the delinquency ladder: proposes steps, brings proposals up to date and
    /// withdraws those whose reason went away.
    ProposeSteps,
    /// Decides proposed steps, each refused on its own if it cannot be done.
    DecideSteps {
        /// Steps with the row version the supervisor saw.
        steps: Vec<(StepId, i64)>,
        /// The decision.
        decision: StepDecision,
    },
    /// Takes a provider off the suspension list by hand, before everything is completed.
    LiftSuspension {
        /// The suspension.
        step: StepId,
        /// The row version seen.
        version: i64,
        /// Why.
        reason: Untrusted,
    },
    /// Prints letters (or prints them again): who got what when is kept.
    PrintLetters {
        /// Which.
        letters: Vec<LetterId>,
        /// As what.
        format: LetterFormat,
    },
    /// Leaves a note to the coder of a stay.
    NoteToCoder {
        /// The stay.
        encounter: EncounterId,
        /// The note.
        words: Untrusted,
    },
    /// Says that a discharged stay is coded.
    MarkCoded {
        /// The stay.
        encounter: EncounterId,
        /// When it was coded; `None` for now.
        at: Option<Instant>,
    },
    /// Says that a stay is not coded after all, whatever a feed said.
    MarkNotCoded {
        /// The stay.
        encounter: EncounterId,
        /// Why.
        reason: Untrusted,
    },
    /// Changes the review of a stay.
    Review(ReviewAction),
    /// Changes named lists.
    List(ListAction),
    /// Undoes what a request did, where nothing has changed since.
    Undo {
        /// The request to undo.
        request: RequestId,
    },
}

/// A draft as the composer holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftToSave {
    /// The draft, once it has a row.
    pub query: Option<QueryId>,
    /// The visit.
    pub encounter: EncounterId,
    /// Whom to ask, if chosen.
    pub provider: Option<ProviderId>,
    /// The words.
    pub text: QueryText,
}
