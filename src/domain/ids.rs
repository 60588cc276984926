//! Identifiers: one newtype for each kind of row, so that a document's number can never be
//! handed to something that wants a patient's.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A patient.
    PatientId;
    /// A clinician who writes, signs or owes.
    ProviderId;
    /// A hospital or site.
    FacilityId;
    /// A clinical service ("Cardiology").
    ServiceId;
    /// One visit; its documents together are the chart.
    EncounterId;
    /// An order.
    OrderId;
    /// A procedure done on the patient.
    ProcedureId;
    /// A coded diagnosis.
    DiagnosisId;
    /// A laboratory value, vital sign or other measurement.
    ObservationId;
    /// A medication order or administration.
    MedicationId;
    /// Evidence that a stay was coded.
    CodingId;
    /// A named list.
    ListId;
    /// An entry of a named list.
    ListEntryId;
    /// A document in the chart.
    DocumentId;
    /// A chart deficiency.
    DeficiencyId;
    /// A hold that excuses an owed item.
    HoldId;
    /// A hold of a whole chart.
    ChartHoldId;
    /// A provider's absence.
    AbsenceId;
    /// One provider standing in for another.
    CoverId;
    /// A step of the delinquency ladder.
    StepId;
    /// A letter to a provider.
    LetterId;
    /// A query to a provider.
    QueryId;
    /// A review of a stay.
    ReviewId;
    /// A note on a stay.
    NoteId;
    /// A person who works with Chartroom.
    UserId;
    /// A row of the event history.
    EventId;
    /// A saved view of a worklist.
    ViewId;
    /// A saved search.
    SearchId;
    /// A source of records, as named by `import --source`.
    SourceId;
}

/// Names one request, so that sending it twice changes nothing twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub String);

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
