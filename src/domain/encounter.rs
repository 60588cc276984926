//! Visits, and the places they happen in.

use super::ids::{EncounterId, FacilityId, PatientId, ProviderId, ServiceId};
use super::named::named_enum;
use super::time::Moment;
use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

named_enum! {
    /// Class of a visit, which decides what its chart must contain.
    pub enum EncounterClass {
        /// Inpatient.
        Inpatient = "IP",
        /// Observation.
        Observation = "OBS",
        /// Emergency department.
        Emergency = "ED",
        /// Day surgery.
        DaySurgery = "SDS",
        /// Outpatient.
        Outpatient = "OP",
        /// Not stated or not known to us.
        Unknown = "UNK",
    }
}

named_enum! {
    /// Where a visit stands.
    pub enum EncounterStatus {
        /// Planned or preadmitted.
        Planned = "planned",
        /// The patient is here.
        Active = "active",
        /// The visit has ended.
        Finished = "finished",
        /// It did not take place.
        Cancelled = "cancelled",
        /// It was recorded by mistake; kept, not worked.
        Retracted = "retracted",
        /// Not stated.
        Unknown = "unknown",
    }
}

named_enum! {
    /// How a visit ended.
    pub enum Disposition {
        /// Home or self care.
        Home = "home",
        /// Home with home health services.
        HomeHealth = "home_health",
        /// Skilled nursing, rehabilitation or long-term care.
        Facility = "facility",
        /// Transferred to another acute hospital.
        Transferred = "transferred",
        /// Admitted as an inpatient (from ED or observation).
        Admitted = "admitted",
        /// Left against medical advice.
        AgainstAdvice = "against_advice",
        /// Hospice.
        Hospice = "hospice",
        /// Died.
        Died = "died",
        /// Another recorded disposition.
        Other = "other",
        /// Not stated.
        Unknown = "unknown",
    }
}

/// What a record says of a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncounterFacts {
    /// The visit number the hospital prints (identifier type VN, PV1-19), else the record's id.
    pub visit: Untrusted,
    /// Class.
    pub class: EncounterClass,
    /// Status.
    pub status: EncounterStatus,
    /// Start of the visit.
    pub admitted: Option<Moment>,
    /// End of the visit; absent while the patient is in house.
    pub discharged: Option<Moment>,
    /// How it ended.
    pub disposition: Disposition,
    /// Reason for the visit in words.
    pub reason: Untrusted,
    /// Unit, room or clinic as recorded.
    pub location: Untrusted,
    /// Payer as recorded.
    pub payer: Untrusted,
}

/// A visit as kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Encounter {
    /// Row identity.
    pub id: EncounterId,
    /// Whose visit it is.
    pub patient: PatientId,
    /// What is known.
    pub facts: EncounterFacts,
    /// Where.
    pub facility: Option<FacilityId>,
    /// Which service.
    pub service: Option<ServiceId>,
    /// Attending of record (at discharge, once discharged).
    pub attending: Option<ProviderId>,
    /// Admitting provider.
    pub admitting: Option<ProviderId>,
}

/// A hospital or site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facility {
    /// Row identity.
    pub id: FacilityId,
    /// Name.
    pub name: Untrusted,
    /// IANA time zone in which its local times are read and shown.
    pub zone: String,
}

/// A clinical service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Row identity.
    pub id: ServiceId,
    /// Name.
    pub name: Untrusted,
}
