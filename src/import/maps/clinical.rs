//! Orders, results, procedures and diagnoses.

use super::{Maps, Table, Words, find, has_words, title_words};
use crate::domain::clinical::{
    DiagnosisKind, ObservationCategory, OrderKind, ProcedureSetting, Status,
};
use crate::domain::code::{CodeSystem, Coding};

impl Maps {
    /// What kind of order these codings and sections describe.
    pub(crate) fn order_kind(&self, codes: &[&str], section: &str, text: &str) -> OrderKind {
        let words = title_words(text);
        let matches = |table: &Words| {
            codes.iter().any(|code| table.codes.contains(*code))
                || table.sections.contains(section)
                || table.words.iter().any(|entry| has_words(&words, entry))
        };
        if matches(&self.clinical.consult) {
            OrderKind::Consult
        } else if matches(&self.clinical.procedure_order) {
            OrderKind::Procedure
        } else {
            OrderKind::Other
        }
    }

    /// Status of a FHIR request, event or statement.
    pub(crate) fn status(&self, code: &str) -> Status {
        status(&self.clinical.status_fhir, code)
    }

    /// Status of an order, from order control (ORC-1) and order status (ORC-5).
    pub(crate) fn order_status(&self, control: &str, state: &str) -> Status {
        match status(&self.clinical.order_control, control) {
            Status::Cancelled => Status::Cancelled,
            control => match status(&self.clinical.order_status, state) {
                Status::Unknown => control,
                state => state,
            },
        }
    }

    /// Status of a result (OBX-11, OBR-25).
    pub(crate) fn result_status(&self, code: &str) -> Status {
        status(&self.clinical.result_status, code)
    }

    /// Whether an enterer authorization mode means a spoken order.
    pub(crate) fn is_verbal(&self, mode: &str) -> bool {
        self.clinical.verbal.modes.contains(mode)
    }

    /// Whether an OBX-2 type holds report text.
    pub(crate) fn is_report_type(&self, kind: &str) -> bool {
        self.clinical.report.text_types.contains(kind)
    }

    /// Characters from which text of an unnamed kind is a report rather than a value.
    pub(crate) fn report_characters(&self) -> usize {
        self.clinical.report.least_characters
    }

    /// Family of an observation category code.
    pub(crate) fn observation_category(&self, code: &str) -> Option<ObservationCategory> {
        find(&self.clinical.observation_category, code).and_then(ObservationCategory::from_name)
    }

    /// Whether a LOINC code is a vital sign.
    pub(crate) fn is_vital(&self, coding: &Coding) -> bool {
        coding.system == CodeSystem::Loinc
            && self.clinical.vital_loinc.codes.contains(coding.code.raw())
    }

    /// Where a procedure of this category code was done, if the code says.
    pub(crate) fn procedure_setting(&self, code: &str) -> Option<ProcedureSetting> {
        find(&self.clinical.procedure_setting, code).and_then(ProcedureSetting::from_name)
    }

    /// Whether a performer's function is anaesthesia.
    pub(crate) fn gives_anesthesia(&self, code: &str, text: &str) -> bool {
        let text = text.to_lowercase();
        self.clinical.anesthesia.codes.contains(code)
            || self
                .clinical
                .anesthesia
                .words
                .iter()
                .any(|word| text.contains(word.as_str()))
    }

    /// Whether a claim of this type is the bill of the facility, whose codes are those of the stay;
    /// a claim of no type is taken for one.
    pub(crate) fn is_facility_claim(&self, code: &str) -> bool {
        let types = &self.clinical.facility_claim.types;
        code.is_empty() || types.iter().any(|t| t.eq_ignore_ascii_case(code))
    }

    /// What a diagnosis of this use or type is for.
    pub(crate) fn diagnosis_kind(&self, code: &str) -> Option<DiagnosisKind> {
        find(&self.clinical.diagnosis_kind, code).and_then(DiagnosisKind::from_name)
    }
}

fn status(table: &Table, code: &str) -> Status {
    find(table, code)
        .and_then(Status::from_name)
        .unwrap_or(Status::Unknown)
}
