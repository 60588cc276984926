//! The answers, one for each question.

use super::{Acted, QueryDetail, QueryRow, StayOpportunities, TemplateText, VersionRow};
use crate::domain::absence::{Absence, Cover, CoverGroup};
use crate::domain::cdi_figures::{CdiPartRow, CdiReport};
use crate::domain::chart::{Chart, DocumentText};
use crate::domain::copied::{CopiedText, SimilarSearch};
use crate::domain::deficiency::DeficiencyDetail;
use crate::domain::encounter::Encounter;
use crate::domain::ids::{QueryId, ReviewId};
use crate::domain::ladder::{Letter, LetterRow, ProviderStanding, ProviderStep, StepDetail};
use crate::domain::named_list::{ListEntry, NamedList};
use crate::domain::opportunity::OpportunityPage;
use crate::domain::query::{LintFinding, QueryVersion};
use crate::domain::report::{AnalystWork, Dashboard, StayPage, TrendDay};
use crate::domain::review::StayReview;
use crate::domain::review_list::ReviewPage;
use crate::domain::saved_search::SearchList;
use crate::domain::search::SearchAnswer;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::{
    CatalogueEntry, Choice, Group, QueuePage, SavedView, WorklistCounts,
};
use crate::grammar::Completions;
use crate::ops::{Begun, Seen};

/// Answers, one for each [`Request`](super::Request).
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// To `Still`.
    Still,
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
        /// Absences that are not over, or were until lately.
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
        /// How many letters were printed.
        letters: usize,
        /// How many files were written.
        files: usize,
        /// The folder, or the file if all are in one.
        to: String,
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
    /// To `Stays`.
    Stays(StayPage),
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
    /// To `SaveJotting`: when it was on disk.
    JottingSaved(Instant),
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
