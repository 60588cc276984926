//! Patients and providers, and the identifiers they go by.

use super::ids::{PatientId, ProviderId, ServiceId};
use super::named::named_enum;
use super::time::Moment;
use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

/// An identifier some authority gave: a medical record number, a visit number, an NPI.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identifier {
    /// Who gave it (FHIR `system`, HL7 assigning authority); empty when not stated.
    pub authority: String,
    /// What it is (HL7 table 0203: `MR`, `VN`, `NPI`, …); empty when not stated.
    pub kind: String,
    /// The identifier itself.
    pub value: Untrusted,
}

named_enum! {
    /// Administrative sex as recorded.
    pub enum Sex {
        /// Female.
        Female = "F",
        /// Male.
        Male = "M",
        /// Another value was recorded.
        Other = "O",
        /// Not recorded.
        Unknown = "U",
    }
}

/// What a record says of a patient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientFacts {
    /// Family name.
    pub family: Untrusted,
    /// Given names.
    pub given: Untrusted,
    /// Date of birth, as exactly as stated.
    pub birth: Option<Moment>,
    /// Administrative sex.
    pub sex: Sex,
    /// Whether and when the patient died, if the record says so.
    pub deceased: Option<Moment>,
}

/// A patient as kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Patient {
    /// Row identity.
    pub id: PatientId,
    /// Medical record number as the hospital prints it.
    pub mrn: Untrusted,
    /// What is known.
    pub facts: PatientFacts,
}

named_enum! {
    /// What a provider is, as far as it decides who must sign and cosign.
    pub enum ProviderRole {
        /// A physician responsible for patients.
        Attending = "attending",
        /// Intern or resident: notes need an attending's cosignature.
        Resident = "resident",
        /// Fellow: a trainee like a resident.
        Fellow = "fellow",
        /// Medical student.
        Student = "student",
        /// Physician assistant.
        PhysicianAssistant = "physician_assistant",
        /// Nurse practitioner or other advanced-practice nurse.
        NursePractitioner = "nurse_practitioner",
        /// Registered nurse.
        Nurse = "nurse",
        /// Any other recorded role.
        Other = "other",
        /// Not recorded.
        Unknown = "unknown",
    }
}

/// What a record says of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderFacts {
    /// Family name.
    pub family: Untrusted,
    /// Given names.
    pub given: Untrusted,
    /// Credentials as printed (`MD`, `PA-C`); empty when not stated.
    pub credential: Untrusted,
    /// Role, where known.
    pub role: ProviderRole,
    /// Specialty as recorded; empty when not stated.
    pub specialty: Untrusted,
    /// Whether the provider still works here.
    pub active: bool,
}

/// A provider as kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provider {
    /// Row identity.
    pub id: ProviderId,
    /// What is known.
    pub facts: ProviderFacts,
    /// The service the provider belongs to, where known.
    pub service: Option<ServiceId>,
}
