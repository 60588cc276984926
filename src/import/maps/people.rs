//! Visits, providers and identifiers.

use super::{Maps, find};
use crate::domain::encounter::{Disposition, EncounterClass, EncounterStatus};
use crate::domain::people::ProviderRole;
use crate::domain::untrusted::Untrusted;

impl Maps {
    /// Class of FHIR `Encounter.class`.
    pub(crate) fn class_fhir(&self, code: &str) -> EncounterClass {
        find(&self.encounters.class_fhir, code)
            .and_then(EncounterClass::from_name)
            .unwrap_or(EncounterClass::Unknown)
    }

    /// Class of PV1-2.
    pub(crate) fn class_v2(&self, code: &str) -> EncounterClass {
        find(&self.encounters.class_v2, code)
            .and_then(EncounterClass::from_name)
            .unwrap_or(EncounterClass::Unknown)
    }

    /// Status of FHIR `Encounter.status`.
    pub(crate) fn encounter_status(&self, code: &str) -> EncounterStatus {
        find(&self.encounters.status_fhir, code)
            .and_then(EncounterStatus::from_name)
            .unwrap_or(EncounterStatus::Unknown)
    }

    /// Disposition of a FHIR or UB-04 code or word; `None` if it is not known.
    pub(crate) fn disposition(&self, code: &str) -> Option<Disposition> {
        let code = code.trim();
        // UB-04 codes lose their leading zero in some feeds.
        let padded =
            (code.len() == 1 && code.as_bytes()[0].is_ascii_digit()).then(|| format!("0{code}"));
        find(
            &self.encounters.disposition,
            padded.as_deref().unwrap_or(code),
        )
        .and_then(Disposition::from_name)
    }

    /// Name of a service code, if it is a common one.
    pub(crate) fn service_name(&self, code: &str) -> Option<&str> {
        find(&self.encounters.service, code)
    }

    /// Who pays, in the department's words where there are some for it.
    pub(crate) fn payer(&self, words: &str) -> Untrusted {
        let known = find(&self.encounters.payer, words);
        Untrusted::new(known.unwrap_or(words.trim()))
    }

    /// The payer of a stay that no insurance pays for.
    pub(crate) fn self_pay(&self) -> &str {
        &self.encounters.self_pay.name
    }

    /// Whether a kind of coverage is none.
    pub(crate) fn is_self_pay(&self, code: &str) -> bool {
        let codes = &self.encounters.self_pay.codes;
        codes.iter().any(|c| c.eq_ignore_ascii_case(code.trim()))
    }

    /// Whether a word printed with a name is a credential or suffix, and the role it gives.
    pub(crate) fn credential(&self, word: &str) -> Option<Option<ProviderRole>> {
        let word: String = word.chars().filter(|c| *c != '.').collect();
        find(&self.people.credential, &word).map(ProviderRole::from_name)
    }

    /// Role named by words of a role, qualification or specialty.
    pub(crate) fn role(&self, text: &str) -> Option<ProviderRole> {
        let text = text.to_lowercase();
        if text.trim().is_empty() {
            return None;
        }
        self.people
            .role
            .iter()
            .find(|row| {
                row.words
                    .iter()
                    .any(|w| contains_word(&text, &w.to_lowercase()))
            })
            .and_then(|row| ProviderRole::from_name(&row.role))
    }

    /// Whether a word stands before names without being part of them.
    pub(crate) fn is_prefix(&self, word: &str) -> bool {
        let word = word.trim_end_matches('.').to_lowercase();
        self.people.prefix.words.contains(&word)
    }

    /// The usual spelling of an identifier type.
    pub(crate) fn identifier_type<'a>(&'a self, kind: &'a str) -> &'a str {
        find(&self.people.identifier_type, kind).unwrap_or(kind)
    }

    /// The one name of an authority that feeds name in several ways.
    pub(crate) fn authority<'a>(&'a self, name: &'a str) -> &'a str {
        find(&self.people.authority, name).unwrap_or(name)
    }

    /// Whether identifiers of this type and authority name one person or visit.
    pub(crate) fn joins(&self, kind: &str, system: &str) -> bool {
        !self.people.not_joining.types.contains(kind)
            && !self.people.not_joining.systems.contains(system)
    }
}

/// Whether lower-case text contains a word or phrase at word boundaries.
fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
