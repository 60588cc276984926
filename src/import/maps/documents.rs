//! What documents are.

use super::{Maps, find, has_words, title_words};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::document::{DocumentKind, Sensitivity};

impl Maps {
    /// What a document with these type codings is, and which of them says so. The narrower
    /// coding prevails over one that only says "note".
    pub(crate) fn document_kind(&self, codings: &[Coding]) -> (Option<DocumentKind>, usize) {
        for (index, coding) in codings.iter().enumerate() {
            if let Some(kind) = self.document_code(&coding.system, coding.code.raw()) {
                return (Some(kind), index);
            }
        }
        for (index, coding) in codings.iter().enumerate() {
            if self.is_generic(coding) {
                continue;
            }
            if let Some(kind) = self.document_title(coding.text.raw()) {
                return (Some(kind), index);
            }
        }
        for (index, coding) in codings.iter().enumerate() {
            let generic = find(&self.documents.generic, coding.code.raw());
            if let Some(kind) = generic.and_then(DocumentKind::from_name) {
                return (Some(kind), index);
            }
        }
        (None, 0)
    }

    fn is_generic(&self, coding: &Coding) -> bool {
        find(&self.documents.generic, coding.code.raw()).is_some()
    }

    fn document_code(&self, system: &CodeSystem, code: &str) -> Option<DocumentKind> {
        let code = code.trim().to_uppercase();
        if code.is_empty() {
            return None;
        }
        let get = |family: &str| {
            self.document_codes
                .get(&(family.to_owned(), code.clone()))
                .copied()
        };
        match system {
            CodeSystem::Loinc => get("LOINC"),
            CodeSystem::Hl70270 => get("HL70270"),
            CodeSystem::Other(_) => get("").or_else(|| get("LOINC")),
            _ => None,
        }
    }

    /// What a document of this title is.
    pub(crate) fn document_title(&self, title: &str) -> Option<DocumentKind> {
        if title.trim().is_empty() {
            return None;
        }
        if let Some(kind) = self
            .document_codes
            .get(&(String::new(), title.trim().to_uppercase()))
        {
            return Some(*kind);
        }
        let words = title_words(title);
        self.documents
            .kind
            .iter()
            .find(|row| row.words.iter().any(|entry| has_words(&words, entry)))
            .and_then(|row| DocumentKind::from_name(&row.name))
    }

    /// What a report of this section (OBR-24, category) is.
    pub(crate) fn document_section(&self, section: &str) -> Option<DocumentKind> {
        find(&self.documents.section, section).and_then(DocumentKind::from_name)
    }

    /// Sensitivity of a confidentiality code.
    pub(crate) fn sensitivity(&self, code: &str) -> Option<Sensitivity> {
        find(&self.documents.sensitivity, code).and_then(Sensitivity::from_name)
    }
}
