//! A chart: one visit with everything that belongs to it, as rules and screens read it.

use super::clinical::{Diagnosis, Medication, Observation, Order, Procedure};
use super::document::Document;
use super::encounter::{Encounter, Facility, Service};
use super::ids::{DocumentId, ProviderId};
use super::people::{Patient, Provider};
use super::untrusted::Untrusted;

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
