//! The desk: everything screens ask for, as values, and the one place that answers.
//!
//! A [`Request`] goes out as an effect, a [`Reply`] or a [`Notice`] comes back as a message.
//! Whoever implements [`Desk`] knows the acting user, checks permissions and writes audit rows;
//! screens never do. Nothing here does any work.

use crate::domain::absence::{Absence, Cover, CoverGroup};
use crate::domain::action::{Action, DraftToSave};
use crate::domain::audit::HistoryEntry;
use crate::domain::cdi_figures::{CdiAsk, CdiBy, CdiMeasure, CdiPartRow, CdiReport};
use crate::domain::chart::{Chart, DocumentText};
use crate::domain::copied::{CopiedText, SimilarSearch};
use crate::domain::deficiency::DeficiencyDetail;
use crate::domain::encounter::Encounter;
use crate::domain::ids::{
    DeficiencyId, DocumentId, EncounterId, LetterId, PatientId, ProviderId, QueryId, RequestId,
    ReviewId, StepId,
};
use crate::domain::ladder::{
    Letter, LetterFormat, LetterRequest, LetterRow, ProviderStanding, ProviderStep, StepDetail,
    StepRequest,
};
use crate::domain::named_list::{ListEntry, NamedList};
use crate::domain::opportunity::{Dismissal, Opportunity, OpportunityFilter, OpportunityPage};
use crate::domain::query::{LintFinding, Query, QueryFormat, QueryState, QueryVersion};
use crate::domain::query_life::QueryStanding;
use crate::domain::report::{AnalystWork, Dashboard, TrendDay, WaitingStay};
use crate::domain::review::StayReview;
use crate::domain::review_action::ReviewToSave;
use crate::domain::review_list::{ReviewPage, ReviewView};
use crate::domain::saved_search::SearchList;
use crate::domain::search::SearchAnswer;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::{
    CatalogueEntry, Choice, Group, GroupBy, QueuePage, QueueRequest, SavedView, Taken,
    WorklistCounts,
};

use crate::grammar::Completions;
/// A search asked for. What the searcher may see is added by the desk.
pub use crate::ops::SearchAsk;
use crate::ops::{AddendumAsked, Begun, ExportForm, Exported, QueryForm, Seen};
use jiff::civil::Date;

/// Text of our own for the user: what happened, what was kept, what to do next. No patient text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub what: String,
    /// What was kept; empty if nothing was at stake.
    pub kept: String,
    /// What to do; empty if nothing helps.
    pub next: String,
    /// The same will be answered in a moment: whoever asked asks again by itself.
    pub soon: bool,
}

impl Notice {
    /// A notice that only says what happened.
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            kept: String::new(),
            next: String::new(),
            soon: false,
        }
    }

    /// The sentences, one after the other.
    pub fn text(&self) -> String {
        let parts = [&self.what, &self.kept, &self.next];
        let parts: Vec<&str> = parts
            .into_iter()
            .map(|p| p.trim())
            .filter(|p| !p.is_empty())
            .collect();
        parts.join(". ")
    }
}

/// What a pick list can be filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceKind {
    /// Providers, by name.
    Providers,
    /// Users, by name.
    Users,
    /// Deficiency types; the number is the position in the type table.
    DeficiencyTypes,
    /// Query templates; the number is the position in the list of templates.
    Templates,
}

/// Queries asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueriesAsk {
    /// Only in this state.
    pub state: Option<QueryState>,
    /// Only by this user.
    pub mine: bool,
    /// Only about this visit.
    pub encounter: Option<EncounterId>,
    /// Words that must occur in title, patient, MRN or provider.
    pub words: Vec<String>,
    /// At most so many rows.
    pub limit: usize,
}

/// A row of the list of queries.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryRow {
    /// The query.
    pub query: Query,
    /// Patient's name.
    pub patient_name: Untrusted,
    /// Medical record number.
    pub mrn: Untrusted,
    /// Visit number.
    pub visit: Untrusted,
    /// Who is asked; empty if nobody yet.
    pub provider_name: Untrusted,
    /// Who asks.
    pub author_name: Untrusted,
    /// Where it stands on the ladder of escalation.
    pub standing: QueryStanding,
}

/// A query with everything that happened to it.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryDetail {
    /// The query with names and standing.
    pub row: QueryRow,
    /// What happened, oldest first.
    pub history: Vec<HistoryEntry>,
    /// Addenda asked for after the answer.
    pub addenda: Vec<AddendumAsked>,
}

/// A query template as the composer fills it in; `{{name}}` is for the author to replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateText {
    /// Its id.
    pub id: String,
    /// What it is about (`aki`).
    pub topic: String,
    /// What it is called.
    pub name: String,
    /// Form of the query.
    pub format: QueryFormat,
    /// Title.
    pub title: String,
    /// Question.
    pub body: String,
    /// Options.
    pub options: Vec<String>,
    /// Kinds of evidence to look for in the chart.
    pub cite: Vec<String>,
}

/// What is worth asking about in a visit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StayOpportunities {
    /// Best first.
    pub open: Vec<Opportunity>,
    /// What was set aside, with its reason, where the rules still find it.
    pub aside: Vec<(Opportunity, Dismissal)>,
}

/// A version of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow {
    /// Version, from 1.
    pub version: i64,
    /// When it came.
    pub received: Instant,
    /// Length of its text in bytes.
    pub bytes: i64,
}

/// Everything a screen may ask for.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
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
    },
    /// A letter as it went out.
    Letter(LetterId),
    /// The letter of a step as it would be.
    LetterPreview(StepId),
    /// Stays that wait for documents before they can be coded.
    Waiting,
    /// Stays that became ready to code.
    Ready,
    /// Stays coded lately.
    CodedStays,
    /// Stays that specialists handed over to the coder.
    HandedOver,
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
        ask: Box<SearchAsk>,
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

/// What became of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acted {
    /// The request.
    pub request: RequestId,
    /// In words of our own: "completed".
    pub words: String,
    /// How many things it was done to.
    pub done: usize,
    /// What was refused, and why, in words of our own ("changed by another analyst 20 s ago").
    pub refused: Vec<(i64, String)>,
    /// Whether it can be undone.
    pub undoable: bool,
    /// The chart that was taken, when the action chose it.
    pub taken: Option<Taken>,
}

/// Answers, one for each [`Request`].
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// To `Counts`.
    Counts(WorklistCounts),
    /// To `Groups`: most first.
    Groups(Vec<Group>),
    /// To `Catalogue`: most used first.
    Catalogue(Vec<CatalogueEntry>),
    /// To `Dashboard`.
    Dashboard(Box<Dashboard>),
    /// To `Productivity`: by name.
    Productivity(Vec<AnalystWork>),
    /// To `Steps`: newest first.
    Steps(Vec<ProviderStep>),
    /// To `Step`.
    Step(Box<StepDetail>),
    /// To `Standing`.
    Standing {
        /// What they owe, and where they stand.
        standing: Box<ProviderStanding>,
        /// Figures by day, oldest first.
        trend: Vec<TrendDay>,
        /// Absences.
        absences: Vec<Absence>,
    },
    /// To `Statement`: one page of text.
    Statement(Untrusted),
    /// To `Covers`.
    Covers {
        /// Absences that are not over.
        absences: Vec<Absence>,
        /// Covers that are not over.
        covers: Vec<Cover>,
        /// Coverage groups.
        groups: Vec<CoverGroup>,
    },
    /// To `Letters`.
    Letters(Vec<LetterRow>),
    /// To `PrintLetters`.
    Printed {
        /// How many files were written.
        files: usize,
        /// Where.
        folder: String,
        /// Letters that were not printed, and why.
        refused: Vec<(i64, String)>,
    },
    /// To `Letter`.
    Letter(Box<Letter>),
    /// To `LetterPreview`: subject and text, if the step has a letter.
    LetterPreview(Option<(Untrusted, Untrusted)>),
    /// To `Reviews`: highest priority first.
    Reviews(Box<ReviewPage>),
    /// To `StayReview`.
    StayReview(Box<StayReview>),
    /// To `Waiting`, `Ready`, `HandedOver` and `CodedStays`.
    Stays {
        /// The stays.
        stays: Vec<WaitingStay>,
        /// Whether there are more.
        more: bool,
    },
    /// To `Queue`.
    Queue(QueuePage),
    /// To `Detail`.
    Detail(Box<DeficiencyDetail>),
    /// To `Chart`.
    Chart(Box<Chart>),
    /// To `Encounters`: newest first.
    Encounters(Vec<Encounter>),
    /// To `Text`.
    Text(DocumentText),
    /// To `Versions`.
    Versions(Vec<VersionRow>),
    /// To `Copied`.
    Copied(Box<CopiedText>),
    /// To `Similar`.
    Similar(Box<SimilarSearch>),
    /// To `Search`.
    Search(Box<SearchAnswer>),
    /// To `SearchLists`: by name.
    SearchLists(Vec<SearchList>),
    /// To `NamedLists`: the user's own first.
    NamedLists(Vec<NamedList>),
    /// To `ListEntries`: in the order they were put there.
    ListEntries(Vec<ListEntry>),
    /// To `SearchHistory`: newest first.
    SearchHistory(Vec<Untrusted>),
    /// To `RememberSearch`.
    Remembered,
    /// To `CompleteSearch` and `CompleteFilter`.
    Completions(Completions),
    /// To `Export`.
    Exported {
        /// The file.
        path: String,
        /// How many hits it holds.
        hits: usize,
    },
    /// To `CdiFigures`.
    CdiFigures(Box<CdiReport>),
    /// To `CdiBehind`: in the order of time.
    CdiBehind(Vec<CdiPartRow>),
    /// To `ExportQuery`: the file.
    QueryExported(String),
    /// To `Choices`.
    Choices(Vec<Choice>),
    /// To `Template`.
    Template(Box<TemplateText>),
    /// To `Views`.
    Views(Vec<SavedView>),
    /// To `Queries`.
    Queries(Vec<QueryRow>),
    /// To `Query`.
    Query(Box<QueryDetail>),
    /// To `SaveReview`: its row and when it was on disk.
    ReviewSaved {
        /// Which.
        review: ReviewId,
        /// Its row version now.
        version: i64,
        /// When.
        at: Instant,
    },
    /// To `SaveDraft` and `SaveVersion`: its row and when it was on disk.
    Saved {
        /// The draft's row.
        query: QueryId,
        /// Its row version.
        version: i64,
        /// When.
        at: Instant,
    },
    /// To `QueryVersions`: newest first.
    QueryVersions(Vec<QueryVersion>),
    /// To `Opportunities`.
    Opportunities(Box<StayOpportunities>),
    /// To `OpportunityList`.
    OpportunityList(Box<OpportunityPage>),
    /// To `SeeOpportunities`.
    Seen(Seen),
    /// To `BeginQuery`.
    Begun(Box<Begun>),
    /// To `Lint`.
    Lint(Vec<LintFinding>),
    /// To `Act`.
    Acted(Acted),
}

/// Whoever answers. Called from worker threads, several at once.
pub trait Desk: Send + Sync {
    /// Answers one request.
    ///
    /// # Errors
    /// A notice that can be shown as it is.
    fn answer(&self, request: Request) -> Result<Reply, Notice>;

    /// The present, for ticks and the clock in the header.
    fn now(&self) -> Instant;
}
