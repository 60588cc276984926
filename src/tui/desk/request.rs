//! Everything a screen may ask for.

use super::{ChoiceKind, QueriesAsk};
use crate::domain::action::{Action, DraftToSave};
use crate::domain::cdi_figures::{CdiAsk, CdiBy, CdiMeasure};
use crate::domain::ids::{
    DeficiencyId, DocumentId, EncounterId, LetterId, PatientId, ProviderId, QueryId, RequestId,
    StepId,
};
use crate::domain::ladder::{LetterFiles, LetterFormat, LetterRequest, StepRequest};
use crate::domain::opportunity::OpportunityFilter;
use crate::domain::report::{StayCursor, StayList};
use crate::domain::review::Jotting;
use crate::domain::review_action::ReviewToSave;
use crate::domain::review_list::ReviewView;
use crate::domain::search::SearchRequest;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::{GroupBy, QueueRequest};
use crate::ops::{ExportForm, Exported, QueryForm, SearchAsk};
use jiff::civil::Date;

/// Everything a screen may ask for.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Whether the user still is who they were; asked by a session that asks nothing else.
    Still,
    /// Counts for the first screen.
    Counts,
    /// Open items by provider, service or type.
    Groups(GroupBy),
    /// The deficiency types that can be added by hand.
    Catalogue,
    /// Everything the dashboard shows.
    Dashboard,
    /// What analysts did in the days the trends show.
    Productivity,
    /// Steps of the ladder.
    Steps(StepRequest),
    /// One step with what it is about.
    Step(StepId),
    /// What a provider owes, where they stand, and their trend.
    Standing(ProviderId),
    /// A provider's statement.
    Statement(ProviderId),
    /// Absences, who stands in for whom, coverage groups.
    Covers,
    /// Letters, newest first.
    Letters(LetterRequest),
    /// Prints letters to files in the folder for exports.
    PrintLetters {
        /// The same id twice prints nothing twice.
        request: RequestId,
        /// Which.
        letters: Vec<LetterId>,
        /// As what.
        format: LetterFormat,
        /// Into how many files.
        files: LetterFiles,
    },
    /// A letter as it went out.
    Letter(LetterId),
    /// The letter of a step as it would be.
    LetterPreview(StepId),
    /// A page of one of the coder's lists: from its beginning, or after where another ended.
    Stays(StayList, Option<StayCursor>),
    /// A view of the worklist of documentation integrity.
    Reviews(ReviewView),
    /// The review of a stay.
    StayReview(EncounterId),
    /// A page of the queue. The filter as typed is read by the desk.
    Queue {
        /// View, sort, cursor; `filter` holds only what did not come from typing.
        request: Box<QueueRequest>,
        /// The filter line as typed; empty for none.
        typed: String,
    },
    /// Detail of a deficiency.
    Detail(DeficiencyId),
    /// A chart with its documents.
    Chart(EncounterId),
    /// Visits of a patient.
    Encounters(PatientId),
    /// The text of a document; the newest version if none is named.
    Text(DocumentId, Option<i64>),
    /// Versions of a document, newest first.
    Versions(DocumentId),
    /// What of a document was copied from earlier notes.
    Copied(DocumentId),
    /// A search for documents like one.
    Similar(DocumentId),
    /// A search.
    Search(SearchAsk),
    /// The user's saved searches with what they find.
    SearchLists,
    /// The user's named lists with how much of each is open.
    NamedLists,
    /// What stands on a named list.
    ListEntries(String),
    /// What the user searched for before.
    SearchHistory,
    /// Adds a query to the user's history.
    RememberSearch(Untrusted),
    /// What could stand at a byte of a query being typed.
    CompleteSearch(String, usize),
    /// What could stand at a byte of a filter of the queue being typed.
    CompleteFilter(String, usize),
    /// Writes hits to a file in the folder for exports.
    Export {
        /// The search they are of.
        search: Box<SearchRequest>,
        /// Which of them.
        which: Exported,
        /// In which form.
        form: ExportForm,
        /// The file's name.
        name: String,
    },
    /// Figures of documentation integrity.
    CdiFigures {
        /// First and last day; the usual period if nobody chose one.
        period: Option<(Date, Date)>,
        /// How they are broken down.
        by: CdiBy,
    },
    /// What a figure is made of.
    CdiBehind {
        /// Period, and how it is broken down.
        ask: CdiAsk,
        /// Which figure.
        measure: CdiMeasure,
        /// Of which group; empty for the whole.
        key: String,
    },
    /// Writes an issued query and its answer to a file in the folder for exports.
    ExportQuery {
        /// Which.
        query: QueryId,
        /// In which form.
        form: QueryForm,
        /// The file's name.
        name: String,
    },
    /// What a pick list offers for a text.
    Choices(ChoiceKind, String),
    /// The content of a template, by its position in the list of templates.
    Template(i64),
    /// The user's saved views.
    Views,
    /// Queries.
    Queries(QueriesAsk),
    /// One query with its history.
    Query(QueryId),
    /// Saves a draft, within a second of a key.
    SaveDraft(Box<DraftToSave>),
    /// Saves a draft and keeps it as a version to go back to.
    SaveVersion(Box<DraftToSave>),
    /// Saves a review being written, within a second of a key.
    SaveReview(Box<ReviewToSave>),
    /// Saves an addition or a note being typed, within a second of a key.
    SaveJotting(Box<Jotting>),
    /// The versions of a draft.
    QueryVersions(QueryId),
    /// What is worth asking about in a visit.
    Opportunities(EncounterId),
    /// The worklist of opportunities.
    OpportunityList(OpportunityFilter),
    /// Looks at stays that changed, at most so many.
    SeeOpportunities(usize),
    /// A query about an opportunity: the visit, the rule, and the template if not the usual one.
    BeginQuery(EncounterId, String, Option<String>),
    /// Checks a draft for compliance.
    Lint(Box<DraftToSave>),
    /// Changes something. The same id twice changes nothing twice.
    Act(RequestId, Box<Action>),
}
