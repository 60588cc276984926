//! The tables that turn a feed's codes into the department's terms.
//!
//! The tables are TOML files under `maps/`, embedded as defaults; nothing is decided here that a
//! table could decide. Start at [`Maps::embedded`].

use crate::domain::clinical::{
    DiagnosisKind, ObservationCategory, OrderKind, ProcedureSetting, Status,
};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::document::{DocumentKind, Sensitivity};
use crate::domain::encounter::{Disposition, EncounterClass, EncounterStatus};
use crate::domain::people::ProviderRole;
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
            documents: toml::from_str(include_str!("maps/documents.toml"))?,
            document_codes: HashMap::new(),
            encounters: toml::from_str(include_str!("maps/encounters.toml"))?,
            people: toml::from_str(include_str!("maps/people.toml"))?,
            codes: toml::from_str(include_str!("maps/codes.toml"))?,
            clinical: toml::from_str(include_str!("maps/clinical.toml"))?,
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
            &mut self.people.credential,
            &mut self.people.identifier_type,
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

    // ----- documents ----------------------------------------------------------------------

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

    // ----- visits -------------------------------------------------------------------------

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

    // ----- people -------------------------------------------------------------------------

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

    /// Whether identifiers of this type and authority name one person or visit.
    pub(crate) fn joins(&self, kind: &str, system: &str) -> bool {
        !self.people.not_joining.types.contains(kind)
            && !self.people.not_joining.systems.contains(system)
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

    // ----- clinical -----------------------------------------------------------------------

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

/// Whether lower-case text contains a word or phrase at word boundaries.
fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
