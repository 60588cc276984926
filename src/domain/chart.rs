//! A chart: one visit with everything that belongs to it, as rules and screens read it.

use super::clinical::{Diagnosis, Medication, Observation, Order, Procedure};
use super::deficiency::Subject;
use super::document::Document;
use super::encounter::{Encounter, Facility, Service};
use super::ids::{DocumentId, ProviderId, QueryId};
use super::people::{Patient, Provider};
use super::time::Instant;
use super::untrusted::Untrusted;
use std::collections::BTreeMap;

/// One visit with everything that belongs to it. Lists are in time order, then by row identity.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Whose visit.
    pub patient: Patient,
    /// The visit.
    pub encounter: Encounter,
    /// Where, if known.
    pub facility: Option<Facility>,
    /// Which service, if known.
    pub service: Option<Service>,
    /// Every provider named anywhere in the chart.
    pub providers: Vec<Provider>,
    /// Documents of this visit, and those of the patient that name no visit and were written
    /// within its span or the 30 days before it.
    pub documents: Vec<Document>,
    /// Orders.
    pub orders: Vec<Order>,
    /// Procedures.
    pub procedures: Vec<Procedure>,
    /// Diagnoses.
    pub diagnoses: Vec<Diagnosis>,
    /// Observations; empty unless asked for.
    pub observations: Vec<Observation>,
    /// Medications; empty unless asked for.
    pub medications: Vec<Medication>,
}

impl Chart {
    /// The provider with this id.
    pub fn provider(&self, id: ProviderId) -> Option<&Provider> {
        self.providers.iter().find(|p| p.id == id)
    }

    /// The document with this id.
    pub fn document(&self, id: DocumentId) -> Option<&Document> {
        self.documents.iter().find(|d| d.id == id)
    }
}

/// What the department itself has recorded about a chart, beyond the record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dossier {
    /// What people decided about documents.
    pub answers: Vec<Answered>,
    /// Queries issued and not answered.
    pub queries: Vec<AskedQuery>,
    /// Texts of documents whose words rules read.
    pub texts: BTreeMap<DocumentId, Untrusted>,
}

/// A person's decision whether a document answers an owed item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Rule of the item.
    pub rule: String,
    /// What the item is about.
    pub subject: Subject,
    /// The document.
    pub document: DocumentId,
    /// Whether it answers.
    pub answers: bool,
}

/// A query that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedQuery {
    /// Which.
    pub query: QueryId,
    /// Who is asked.
    pub provider: Option<ProviderId>,
    /// When it was issued.
    pub issued: Instant,
    /// When the answer is due.
    pub due: Instant,
}

/// The text of one version of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentText {
    /// Which document.
    pub document: DocumentId,
    /// Which version.
    pub version: i64,
    /// The text.
    pub text: Untrusted,
}
