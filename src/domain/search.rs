//! What goes into the index and what comes out of it.

use super::annotation::Annotation;
use super::awaited::Awaited;
use super::document::{DocumentKind, Sensitivity, SignatureState};
use super::encounter::EncounterClass;
use super::ids::{DocumentId, EncounterId, FacilityId, PatientId, ProviderId, ServiceId};
use super::named::named_enum;
use super::people::Sex;
use super::time::{Instant, Moment};
use super::untrusted::Untrusted;
use std::time::Duration;

/// A document as the index takes it in.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexedDocument {
    /// Row identity.
    pub document: DocumentId,
    /// Version of its text.
    pub version: i64,
    /// Patient.
    pub patient: PatientId,
    /// Visit, if it names one.
    pub encounter: Option<EncounterId>,
    /// Facility, if known: for the access filter.
    pub facility: Option<FacilityId>,
    /// Service, if known.
    pub service: Option<ServiceId>,
    /// Providers responsible for the chart (attending, admitting, author): for the access filter.
    pub providers: Vec<ProviderId>,
    /// Sensitivity: for the access filter.
    pub sensitivity: Sensitivity,
    /// Kind.
    pub kind: DocumentKind,
    /// How far its authentication has come.
    pub status: SignatureState,
    /// Title as it came.
    pub title: Untrusted,
    /// Who wrote it, if known: for facets.
    pub author_id: Option<ProviderId>,
    /// Author's name, `FAMILY,GIVEN`.
    pub author: Untrusted,
    /// Patient's name, `FAMILY,GIVEN`.
    pub patient_name: Untrusted,
    /// Patient's birth, if known.
    pub birth: Option<Moment>,
    /// Patient's sex.
    pub sex: Sex,
    /// Medical record number.
    pub mrn: Untrusted,
    /// Visit number.
    pub visit: Untrusted,
    /// Class of the visit.
    pub class: EncounterClass,
    /// When the visit began, if known.
    pub admitted: Option<Moment>,
    /// When the visit ended, if it did.
    pub discharged: Option<Moment>,
    /// Codes of the visit's diagnoses and procedures.
    pub codes: Vec<Untrusted>,
    /// Date of the document.
    pub at: Option<Moment>,
    /// When this version was taken in.
    pub taken: Instant,
    /// What its text says; `None` while nobody has read it.
    pub annotation: Option<Annotation>,
    /// Text.
    pub text: Untrusted,
    /// Whether it was entered in error (found only when asked for by identity; not indexed).
    pub retracted: bool,
}

named_enum! {
    /// Order of hits.
    #[derive(Default)]
    pub enum SearchOrder {
        /// Best first.
        #[default]
        Best = "best",
        /// Newest first.
        Newest = "newest",
    }
}

named_enum! {
    /// What hits are gathered by.
    #[derive(Default)]
    pub enum Grouping {
        /// Each document by itself.
        #[default]
        Document = "document",
        /// One hit, the best, for each patient.
        Patient = "patient",
        /// One hit, the best, for each stay; documents of no stay by patient.
        Stay = "stay",
    }
}

named_enum! {
    /// How far a query is widened by other names of its terms.
    #[derive(Default)]
    pub enum Widening {
        /// Words as typed only.
        #[default]
        Off = "off",
        /// Other names of what was typed, where there is no doubt what is meant.
        Sure = "sure",
        /// Every meaning of an ambiguous abbreviation, too.
        Every = "every",
    }
}

named_enum! {
    /// What the documents found can be counted by.
    pub enum FacetKind {
        /// Kind of document.
        Type = "type",
        /// Service.
        Service = "service",
        /// Author.
        Author = "author",
        /// Facility.
        Facility = "facility",
        /// Year of the document, by the facility's clock.
        Year = "year",
        /// What is said of the words searched for: affirmed, negated, history and so on.
        Assertion = "assertion",
    }
}

/// One value of a facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetValue {
    /// What is shown.
    pub label: Untrusted,
    /// What to add to the query to keep only these documents (`type:progress`).
    pub query: Untrusted,
    /// How many of the documents found have it, exact.
    pub count: usize,
}

/// The documents found, counted by one property. Counts only what the searcher may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// Which property.
    pub kind: FacetKind,
    /// Most frequent first; years newest first. At most [`MAX_FACET_VALUES`].
    pub values: Vec<FacetValue>,
    /// How many more values there are.
    pub more: usize,
}

/// Values of a facet that are given.
pub const MAX_FACET_VALUES: usize = 12;

named_enum! {
    /// Why something that was not typed is searched for as well.
    pub enum ExpansionKind {
        /// Another name of the same thing.
        Synonym = "synonym",
        /// A word of the charts that is spelt alike.
        Spelling = "spelling",
        /// A measured value, however its name is written.
        Value = "value",
    }
}

/// Something a query was, or could be, widened by. The searcher sees all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryExpansion {
    /// What was typed.
    pub typed: Untrusted,
    /// What is searched for as well.
    pub other: Untrusted,
    /// Which kind.
    pub kind: ExpansionKind,
    /// Why, in words.
    pub why: String,
    /// Whether the search did so. Otherwise it is only offered: it needs more widening.
    pub applied: bool,
}

/// A better spelling of a query that found nothing for a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The whole query with the better spelling.
    pub query: Untrusted,
    /// The word as typed.
    pub typed: Untrusted,
    /// The word of the charts that is meant perhaps.
    pub meant: Untrusted,
}

/// What is to be marked in texts: words in order and adjacent, the last perhaps unfinished.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mark {
    /// The words.
    pub text: Untrusted,
    /// Whether the last word may go on.
    pub open: bool,
}

/// What a searcher may see; always applied outside the user's part of a query.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SearchAccess {
    /// Only charts this provider is responsible for, and what is [owed](Self::owed).
    pub only_provider: Option<ProviderId>,
    /// Beside these charts, with [a provider](Self::only_provider): documents of others in which
    /// the provider, or somebody they stand in for, owes an item or the answer to a query. In
    /// ascending order. Sensitive ones among them are sensitive all the same.
    pub owed: Vec<DocumentId>,
    /// Whether restricted and Part 2 documents are included.
    pub sensitive: bool,
}

/// A search asked for, whoever asks. The default asks for nothing: fill in what is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchRequest {
    /// The query as typed.
    pub text: Untrusted,
    /// Order.
    pub order: SearchOrder,
    /// Skip so many hits.
    pub offset: usize,
    /// At most so many hits.
    pub limit: usize,
    /// Only in this visit.
    pub encounter: Option<EncounterId>,
    /// Only of this patient.
    pub patient: Option<PatientId>,
    /// Only what was taken in after this instant: what is new since somebody looked.
    pub taken_after: Option<Instant>,
    /// What hits are gathered by; offset and limit then count groups.
    pub grouping: Grouping,
    /// How far the query is widened by other names of its terms.
    pub widening: Widening,
    /// Whether facets are counted.
    pub facets: bool,
    /// Whether documents with some of the words will do when none has all of them.
    pub lenient: bool,
    /// How long it may take to find them. When that is over, the answer is what was found until
    /// then ([`SearchAnswer::cut`]). `None`: as long as it takes.
    pub within: Option<Duration>,
    /// Whether anybody waits for the answer; when nobody does, it ends with what it has.
    pub awaited: Awaited,
}

impl SearchRequest {
    /// The best documents for a query, nothing else.
    pub fn new(text: Untrusted, limit: usize) -> Self {
        Self {
            text,
            limit,
            ..Self::default()
        }
    }
}

/// A piece of a snippet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnippetPart {
    /// Text.
    pub text: Untrusted,
    /// Whether it is a match.
    pub hit: bool,
}

/// One hit.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchHit {
    /// The document.
    pub document: DocumentId,
    /// Its visit.
    pub encounter: Option<EncounterId>,
    /// Its patient.
    pub patient: PatientId,
    /// Kind.
    pub kind: DocumentKind,
    /// Title.
    pub title: Untrusted,
    /// Author.
    pub author: Untrusted,
    /// Patient's name.
    pub patient_name: Untrusted,
    /// Medical record number.
    pub mrn: Untrusted,
    /// Visit number.
    pub visit: Untrusted,
    /// Date.
    pub at: Option<Moment>,
    /// Relevance; 0 when newest first.
    pub score: f32,
    /// Documents found in its group, itself included; 1 when hits are not gathered.
    pub in_group: usize,
    /// The passage that matched best.
    pub snippet: Vec<SnippetPart>,
}

/// The answer to a search.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchAnswer {
    /// How many documents match, exact unless `cut`.
    pub count: usize,
    /// How many groups they make, exact unless `cut`; as `count` when hits are not gathered.
    pub groups: usize,
    /// The hits asked for.
    pub hits: Vec<SearchHit>,
    /// Counts by property, in the order of [`FacetKind::ALL`], if asked for. A property without
    /// values is left out.
    pub facets: Vec<Facet>,
    /// What the query was or could be widened by.
    pub expansions: Vec<QueryExpansion>,
    /// Whether no document has all the words, and these have some of them, the most telling first.
    pub partial: bool,
    /// Whether the time it was given ([`SearchRequest::within`]) was over before all were looked
    /// at: there may be more, and better ones; the counts are the least there are, and there are
    /// no facets.
    pub cut: bool,
    /// A better spelling, when a word stands in no chart the searcher may see.
    pub suggestion: Option<Suggestion>,
    /// What is to be marked in the texts of hits.
    pub marks: Vec<Mark>,
    /// Time the search took, in microseconds.
    pub micros: i64,
    /// Outbox position the index had reached.
    pub position: i64,
    /// The index is being built from nothing: there may be more than was found.
    pub building: bool,
}
