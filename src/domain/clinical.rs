//! What was ordered, done, measured, given and coded.

use super::code::Coding;
use super::ids::{
    DiagnosisId, MedicationId, ObservationId, OrderId, ProcedureId, ProviderId, ServiceId,
};
use super::named::named_enum;
use super::time::Moment;
use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

named_enum! {
    /// What kind of order, as far as chart completion cares.
    pub enum OrderKind {
        /// A consultation was asked for.
        Consult = "consult",
        /// A procedure was ordered.
        Procedure = "procedure",
        /// Anything else.
        Other = "other",
    }
}

named_enum! {
    /// Where an order, a procedure or a medication stands.
    pub enum Status {
        /// Planned, requested or in progress.
        Active = "active",
        /// Done.
        Completed = "completed",
        /// Cancelled, stopped or not done.
        Cancelled = "cancelled",
        /// Recorded by mistake (`entered-in-error`); kept, not counted.
        Retracted = "retracted",
        /// Not stated.
        Unknown = "unknown",
    }
}

/// What a record says of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderFacts {
    /// Kind.
    pub kind: OrderKind,
    /// Status.
    pub status: Status,
    /// What was ordered.
    pub what: Coding,
    /// When it was ordered.
    pub at: Option<Moment>,
    /// Whether it was given verbally or by telephone.
    pub verbal: bool,
    /// When the verbal order was signed; `None` if it was not, or is not known to be.
    pub signed: Option<Moment>,
}

/// An order as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Row identity.
    pub id: OrderId,
    /// What is known.
    pub facts: OrderFacts,
    /// Who ordered.
    pub ordered_by: Option<ProviderId>,
    /// Who is asked to do it.
    pub performer: Option<ProviderId>,
    /// The service asked.
    pub to_service: Option<ServiceId>,
}

named_enum! {
    /// Where a procedure was done.
    pub enum ProcedureSetting {
        /// In an operating or procedure room: an operative report is owed.
        OperatingRoom = "operating_room",
        /// At the bedside: a procedure note is owed.
        Bedside = "bedside",
        /// Not a procedure that owes a report of its own (counselling, assessment, imaging).
        None = "none",
        /// Not stated.
        Unknown = "unknown",
    }
}

/// What a record says of a procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcedureFacts {
    /// What was done.
    pub what: Coding,
    /// Start.
    pub start: Option<Moment>,
    /// End.
    pub end: Option<Moment>,
    /// Status.
    pub status: Status,
    /// Where it was done, if the record says.
    pub setting: ProcedureSetting,
    /// Whether anaesthesia was given, if the record says.
    pub anesthesia: Option<bool>,
    /// Whether it was an emergency, if the record says.
    pub emergency: Option<bool>,
}

/// A procedure as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Procedure {
    /// Row identity.
    pub id: ProcedureId,
    /// What is known.
    pub facts: ProcedureFacts,
    /// Surgeon or proceduralist.
    pub performer: Option<ProviderId>,
    /// Who gave anaesthesia.
    pub anesthetist: Option<ProviderId>,
}

named_enum! {
    /// What a coded diagnosis is for.
    pub enum DiagnosisKind {
        /// On admission.
        Admitting = "admitting",
        /// While the patient is in house.
        Working = "working",
        /// Final, for billing.
        Final = "final",
        /// Problem list.
        Problem = "problem",
    }
}

named_enum! {
    /// Present-on-admission indicator.
    pub enum PresentOnAdmission {
        /// Present.
        Yes = "Y",
        /// Not present.
        No = "N",
        /// Documentation insufficient: ask.
        Unknown = "U",
        /// The provider cannot determine.
        Undetermined = "W",
        /// Exempt from reporting.
        Exempt = "1",
    }
}

/// What a record says of a diagnosis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnosisFacts {
    /// The diagnosis.
    pub what: Coding,
    /// What it is for.
    pub kind: DiagnosisKind,
    /// Rank among the visit's diagnoses; 1 is principal, 0 not stated.
    pub rank: i64,
    /// Present on admission, if stated.
    pub poa: Option<PresentOnAdmission>,
    /// Onset or recording time.
    pub at: Option<Moment>,
    /// Status.
    pub status: Status,
}

/// A diagnosis as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// Row identity.
    pub id: DiagnosisId,
    /// What is known.
    pub facts: DiagnosisFacts,
}

named_enum! {
    /// Family of an observation.
    pub enum ObservationCategory {
        /// Laboratory.
        Laboratory = "laboratory",
        /// Vital sign.
        VitalSign = "vital_sign",
        /// Intake, output, scores and other nursing measurements.
        Measurement = "measurement",
        /// Anything else.
        Other = "other",
    }
}

/// What a record says of an observation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObservationFacts {
    /// Family.
    pub category: ObservationCategory,
    /// What was measured.
    pub what: Coding,
    /// The number, if it is one.
    pub value: Option<f64>,
    /// The value as written, with any comparator (`<0.01`, `positive`).
    pub text: Untrusted,
    /// Unit, as written.
    pub unit: Untrusted,
    /// Lower reference limit.
    pub low: Option<f64>,
    /// Upper reference limit.
    pub high: Option<f64>,
    /// Abnormal flag as written (`H`, `LL`, …).
    pub flag: Untrusted,
    /// When it was taken.
    pub at: Option<Moment>,
    /// Status.
    pub status: Status,
}

/// An observation as kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Row identity.
    pub id: ObservationId,
    /// What is known.
    pub facts: ObservationFacts,
}

named_enum! {
    /// Whether a medication row is an order or a dose given.
    pub enum MedicationKind {
        /// Ordered.
        Order = "order",
        /// Given.
        Administration = "administration",
    }
}

/// What a record says of a medication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MedicationFacts {
    /// Order or administration.
    pub kind: MedicationKind,
    /// Drug.
    pub what: Coding,
    /// Dose as written.
    pub dose: Untrusted,
    /// Route as written.
    pub route: Untrusted,
    /// Start, or time given.
    pub start: Option<Moment>,
    /// End.
    pub end: Option<Moment>,
    /// Status.
    pub status: Status,
}

/// A medication as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Medication {
    /// Row identity.
    pub id: MedicationId,
    /// What is known.
    pub facts: MedicationFacts,
}
