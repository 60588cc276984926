//! What goes into the index and what comes out of it.

use super::document::{DocumentKind, Sensitivity};
use super::ids::{DocumentId, EncounterId, FacilityId, PatientId, ProviderId, ServiceId};
use super::named::named_enum;
use super::time::Moment;
use super::untrusted::Untrusted;

/// A document as the index takes it in.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexedDocument {
    /// Row identity.
    pub document: DocumentId,
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
    /// Title as it came.
    pub title: Untrusted,
    /// Author's name, `FAMILY,GIVEN`.
    pub author: Untrusted,
    /// Patient's name, `FAMILY,GIVEN`.
    pub patient_name: Untrusted,
    /// Medical record number.
    pub mrn: Untrusted,
    /// Visit number.
    pub visit: Untrusted,
    /// Date of the document.
    pub at: Option<Moment>,
    /// Text.
    pub text: Untrusted,
    /// Whether it was entered in error (found only when asked for by identity; not indexed).
    pub retracted: bool,
}

named_enum! {
    /// Order of hits.
    pub enum SearchOrder {
        /// Best first.
        Best = "best",
        /// Newest first.
        Newest = "newest",
    }
}

/// What a searcher may see; always applied outside the user's part of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchAccess {
    /// Only charts this provider is responsible for.
    pub only_provider: Option<ProviderId>,
    /// Whether restricted and Part 2 documents are included.
    pub sensitive: bool,
}

/// A search asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// What the searcher may see.
    pub access: SearchAccess,
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
    /// The passage that matched best.
    pub snippet: Vec<SnippetPart>,
}

/// The answer to a search.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchAnswer {
    /// How many documents match, exact.
    pub count: usize,
    /// The hits asked for.
    pub hits: Vec<SearchHit>,
    /// Time the search took, in microseconds.
    pub micros: i64,
    /// Outbox position the index had reached.
    pub position: i64,
}
