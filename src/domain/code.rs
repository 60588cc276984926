//! Codes from code systems, kept as they came.

use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

/// The code systems Chartroom knows by name; any other is kept by its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeSystem {
    /// LOINC.
    Loinc,
    /// SNOMED CT.
    Snomed,
    /// ICD-10-CM diagnoses.
    Icd10Cm,
    /// ICD-9-CM diagnoses.
    Icd9Cm,
    /// ICD-10-PCS procedures.
    Icd10Pcs,
    /// ICD-9-CM procedures.
    Icd9Proc,
    /// CPT or HCPCS.
    Cpt,
    /// RxNorm.
    RxNorm,
    /// HL7 table 0270, document type.
    Hl70270,
    /// Any other system, by the name the record gave it; empty when it gave none.
    Other(String),
}

impl CodeSystem {
    /// The short name kept in the store and shown.
    pub fn name(&self) -> &str {
        match self {
            Self::Loinc => "LOINC",
            Self::Snomed => "SNOMED",
            Self::Icd10Cm => "ICD-10-CM",
            Self::Icd9Cm => "ICD-9-CM",
            Self::Icd10Pcs => "ICD-10-PCS",
            Self::Icd9Proc => "ICD-9-PROC",
            Self::Cpt => "CPT",
            Self::RxNorm => "RxNorm",
            Self::Hl70270 => "HL70270",
            Self::Other(name) => name,
        }
    }

    /// From the short name; unknown names are kept.
    pub fn from_name(name: &str) -> Self {
        match name {
            "LOINC" => Self::Loinc,
            "SNOMED" => Self::Snomed,
            "ICD-10-CM" => Self::Icd10Cm,
            "ICD-9-CM" => Self::Icd9Cm,
            "ICD-10-PCS" => Self::Icd10Pcs,
            "ICD-9-PROC" => Self::Icd9Proc,
            "CPT" => Self::Cpt,
            "RxNorm" => Self::RxNorm,
            "HL70270" => Self::Hl70270,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// One coded concept: system, code as it came (dots and all), and the words beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coding {
    /// The code system.
    pub system: CodeSystem,
    /// The code, as written.
    pub code: Untrusted,
    /// The words, from the record.
    pub text: Untrusted,
}

impl Coding {
    /// A concept given by words alone.
    pub fn text_only(text: impl Into<Untrusted>) -> Self {
        Self {
            system: CodeSystem::Other(String::new()),
            code: Untrusted::default(),
            text: text.into(),
        }
    }

    /// A coded concept.
    pub fn new(system: CodeSystem, code: impl Into<Untrusted>, text: impl Into<Untrusted>) -> Self {
        Self {
            system,
            code: code.into(),
            text: text.into(),
        }
    }
}
