//! The tables that turn a feed's codes into the department's terms.
//!
//! The tables are TOML files under `maps/`, embedded as defaults; nothing is decided here that a
//! table could decide. Start at [`Maps::embedded`].

mod clinical;
mod documents;
mod people;

use crate::domain::code::{CodeSystem, Coding};
use crate::domain::document::DocumentKind;
use serde::Deserialize;
use std::collections::{HashMap, HashSet};

type Table = HashMap<String, String>;

#[derive(Deserialize, Default)]
struct KindRow {
    name: String,
    #[serde(default)]
    loinc: Vec<String>,
    #[serde(default)]
    hl7_0270: Vec<String>,
    #[serde(default)]
    local: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
}

#[derive(Deserialize, Default)]
struct DocumentFile {
    kind: Vec<KindRow>,
    generic: Table,
    section: Table,
    sensitivity: Table,
}

#[derive(Deserialize, Default)]
struct EncounterFile {
    class_fhir: Table,
    class_v2: Table,
    status_fhir: Table,
    disposition: Table,
    service: Table,
    payer: Table,
    self_pay: SelfPay,
}

/// Who pays when no insurance does.
#[derive(Deserialize, Default)]
struct SelfPay {
    name: String,
    /// Kinds of coverage that are none.
    codes: HashSet<String>,
}

#[derive(Deserialize, Default)]
struct RoleRow {
    words: Vec<String>,
    role: String,
}

#[derive(Deserialize, Default)]
struct Words {
    #[serde(default)]
    codes: HashSet<String>,
    #[serde(default)]
    sections: HashSet<String>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    modes: HashSet<String>,
    #[serde(default)]
    types: HashSet<String>,
    #[serde(default)]
    systems: HashSet<String>,
}

#[derive(Deserialize, Default)]
struct PeopleFile {
    credential: Table,
    role: Vec<RoleRow>,
    prefix: Words,
    identifier_type: Table,
    authority: Table,
    not_joining: Words,
}

#[derive(Deserialize, Default)]
struct CodeFile {
    system: Table,
    prefer: HashMap<String, Vec<String>>,
}

/// When results without numbers form a report.
#[derive(Deserialize, Default)]
struct ReportRule {
    least_characters: usize,
    text_types: HashSet<String>,
}

#[derive(Deserialize, Default)]
struct ClinicalFile {
    report: ReportRule,
    consult: Words,
    procedure_order: Words,
    status_fhir: Table,
    order_control: Table,
    order_status: Table,
    verbal: Words,
    result_status: Table,
    observation_category: Table,
    vital_loinc: Words,
    procedure_setting: Table,
    anesthesia: Words,
    diagnosis_kind: Table,
    facility_claim: Words,
}

/// All tables.
#[derive(Default)]
pub(crate) struct Maps {
    documents: DocumentFile,
    document_codes: HashMap<(String, String), DocumentKind>,
    encounters: EncounterFile,
    people: PeopleFile,
    codes: CodeFile,
    clinical: ClinicalFile,
}

/// Table keys are compared without case.
fn fold(table: &mut Table) {
    *table = table
        .drain()
        .map(|(key, value)| (key.to_uppercase(), value))
        .collect();
}

fn find<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    let key = key.trim();
    if key.is_empty() {
        return None;
    }
    table.get(&key.to_uppercase()).map(String::as_str)
}

impl Maps {
    /// The tables that come with the program. A test reads every one of them.
    pub(crate) fn embedded() -> Self {
        Self::read().unwrap_or_default()
    }

    fn read() -> Result<Self, toml::de::Error> {
        let mut maps = Self {
            documents: toml::from_str(include_str!("documents.toml"))?,
            document_codes: HashMap::new(),
            encounters: toml::from_str(include_str!("encounters.toml"))?,
            people: toml::from_str(include_str!("people.toml"))?,
            codes: toml::from_str(include_str!("codes.toml"))?,
            clinical: toml::from_str(include_str!("clinical.toml"))?,
        };
        maps.fold();
        Ok(maps)
    }

    fn fold(&mut self) {
        for table in [
            &mut self.documents.generic,
            &mut self.documents.section,
            &mut self.documents.sensitivity,
            &mut self.encounters.class_fhir,
            &mut self.encounters.class_v2,
            &mut self.encounters.status_fhir,
            &mut self.encounters.disposition,
            &mut self.encounters.service,
            &mut self.encounters.payer,
            &mut self.people.credential,
            &mut self.people.identifier_type,
            &mut self.people.authority,
            &mut self.codes.system,
            &mut self.clinical.status_fhir,
            &mut self.clinical.order_control,
            &mut self.clinical.order_status,
            &mut self.clinical.result_status,
            &mut self.clinical.observation_category,
            &mut self.clinical.procedure_setting,
            &mut self.clinical.diagnosis_kind,
        ] {
            fold(table);
        }
        for row in &self.documents.kind {
            let Some(kind) = DocumentKind::from_name(&row.name) else {
                continue;
            };
            let families = [
                ("LOINC", &row.loinc),
                ("HL70270", &row.hl7_0270),
                ("", &row.local),
            ];
            for (family, codes) in families {
                for code in codes {
                    self.document_codes
                        .entry((family.to_owned(), code.to_uppercase()))
                        .or_insert(kind);
                }
            }
        }
    }

    // ----- codes --------------------------------------------------------------------------

    /// The code system a feed means by a URL, OID or mnemonic.
    pub(crate) fn code_system(&self, name: &str) -> CodeSystem {
        match find(&self.codes.system, name) {
            Some(short) => CodeSystem::from_name(short),
            None => CodeSystem::Other(name.trim().to_owned()),
        }
    }

    /// The coding to keep of several: of the system preferred for this use, else the first
    /// with a code, else the first.
    pub(crate) fn prefer(&self, use_for: &str, codings: Vec<Coding>) -> Option<Coding> {
        let preferred = self.codes.prefer.get(use_for);
        let best = codings
            .iter()
            .enumerate()
            .min_by_key(|(index, coding)| {
                let rank = preferred
                    .and_then(|list| list.iter().position(|s| s == coding.system.name()))
                    .unwrap_or(usize::MAX - 1);
                let rank = if coding.code.is_blank() {
                    usize::MAX
                } else {
                    rank
                };
                (rank, *index)
            })
            .map(|(index, _)| index)?;
        codings.into_iter().nth(best)
    }
}

/// Words of a title, lower case; `&` and `-` stay inside a word.
fn title_words(title: &str) -> Vec<String> {
    title
        .to_lowercase()
        .replace(" & ", "&")
        .split(|c: char| !(c.is_alphanumeric() || c == '&' || c == '-'))
        .filter(|word| !word.is_empty() && !matches!(*word, "and" | "of" | "the" | "to"))
        .map(str::to_owned)
        .collect()
}

/// Whether a title's words contain the words of a table entry, one after the other.
fn has_words(title: &[String], entry: &str) -> bool {
    let entry: Vec<&str> = entry
        .split_whitespace()
        .filter(|word| !matches!(*word, "to" | "of"))
        .collect();
    !entry.is_empty()
        && title
            .windows(entry.len())
            .any(|run| run.iter().zip(&entry).all(|(a, b)| a == b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clinical::{DiagnosisKind, ObservationCategory, ProcedureSetting, Status};
    use crate::domain::document::Sensitivity;
    use crate::domain::encounter::{Disposition, EncounterClass, EncounterStatus};
    use crate::domain::people::ProviderRole;

    fn coding(system: CodeSystem, code: &str, text: &str) -> Coding {
        Coding::new(system, code, text)
    }

    #[test]
    fn every_table_reads_and_names_known_values() {
        let maps = Maps::read().unwrap();
        for row in &maps.documents.kind {
            assert!(DocumentKind::from_name(&row.name).is_some(), "{}", row.name);
        }
        for name in maps
            .documents
            .section
            .values()
            .chain(maps.documents.generic.values())
        {
            assert!(DocumentKind::from_name(name).is_some(), "{name}");
        }
        for name in maps.documents.sensitivity.values() {
            assert!(Sensitivity::from_name(name).is_some(), "{name}");
        }
        let classes = maps.encounters.class_fhir.values();
        for name in classes.chain(maps.encounters.class_v2.values()) {
            assert!(EncounterClass::from_name(name).is_some(), "{name}");
        }
        for name in maps.encounters.disposition.values() {
            assert!(Disposition::from_name(name).is_some(), "{name}");
        }
        for name in maps.encounters.status_fhir.values() {
            assert!(EncounterStatus::from_name(name).is_some(), "{name}");
        }
        for row in &maps.people.role {
            assert!(ProviderRole::from_name(&row.role).is_some(), "{}", row.role);
        }
        for name in maps.people.credential.values().filter(|n| !n.is_empty()) {
            assert!(ProviderRole::from_name(name).is_some(), "{name}");
        }
        for name in maps.codes.system.values() {
            assert!(
                !matches!(CodeSystem::from_name(name), CodeSystem::Other(_)),
                "{name}"
            );
        }
        for table in [
            &maps.clinical.status_fhir,
            &maps.clinical.order_control,
            &maps.clinical.order_status,
            &maps.clinical.result_status,
        ] {
            for name in table.values() {
                assert!(Status::from_name(name).is_some(), "{name}");
            }
        }
        for name in maps.clinical.observation_category.values() {
            assert!(ObservationCategory::from_name(name).is_some(), "{name}");
        }
        for name in maps.clinical.procedure_setting.values() {
            assert!(ProcedureSetting::from_name(name).is_some(), "{name}");
        }
        for name in maps.clinical.diagnosis_kind.values() {
            assert!(DiagnosisKind::from_name(name).is_some(), "{name}");
        }
    }

    #[test]
    fn the_narrower_coding_decides_what_a_document_is() {
        let maps = Maps::embedded();
        let check = |codings: &[Coding], want: Option<DocumentKind>| {
            assert_eq!(maps.document_kind(codings).0, want);
        };
        let generic = coding(CodeSystem::Loinc, "51847-2", "Evaluation + Plan note");
        let specific = coding(CodeSystem::Loinc, "34117-2", "History and physical note");
        check(
            &[generic.clone(), specific],
            Some(DocumentKind::HistoryAndPhysical),
        );
        check(&[generic], Some(DocumentKind::Progress));
        check(
            &[coding(CodeSystem::Hl70270, "PN", "")],
            Some(DocumentKind::ProcedureNote),
        );
        check(
            &[coding(CodeSystem::Hl70270, "PR", "")],
            Some(DocumentKind::Progress),
        );
        check(
            &[Coding::text_only("Interval H&P Update")],
            Some(DocumentKind::HistoryUpdate),
        );
        check(
            &[Coding::text_only("Hospital Discharge Summary")],
            Some(DocumentKind::DischargeSummary),
        );
        check(
            &[Coding::text_only("Nurse Discharge Summary")],
            Some(DocumentKind::Nursing),
        );
        check(
            &[Coding::text_only("Brief Op Note")],
            Some(DocumentKind::BriefOperativeNote),
        );
        check(
            &[Coding::text_only("Consultation - Cardiology")],
            Some(DocumentKind::Consult),
        );
        check(&[Coding::text_only("Something else")], None);
    }

    #[test]
    fn roles_and_credentials() {
        let maps = Maps::embedded();
        assert_eq!(maps.credential("M.D."), Some(Some(ProviderRole::Attending)));
        assert_eq!(
            maps.credential("PA-C"),
            Some(Some(ProviderRole::PhysicianAssistant))
        );
        assert_eq!(maps.credential("FACS"), Some(None));
        assert_eq!(maps.credential("Smith"), None);
        assert_eq!(
            maps.role("Resident Physician"),
            Some(ProviderRole::Resident)
        );
        assert_eq!(maps.role("Internal Medicine"), None);
        assert_eq!(
            maps.role("General Practice Physician"),
            Some(ProviderRole::Attending)
        );
        assert_eq!(maps.disposition("1"), Some(Disposition::Home));
        assert_eq!(maps.disposition("20"), Some(Disposition::Died));
    }
}
