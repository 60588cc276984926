//! Test cases in rule files: a small chart, and whether the rule asks.

use super::error::line_of;
use super::notes::Note;
use super::stay::Stay;
use super::{CheckResult, Engine};
use crate::domain::chart::Chart;
use crate::domain::clinical::{
    Diagnosis, DiagnosisFacts, DiagnosisKind, Medication, MedicationFacts, MedicationKind,
    Observation, ObservationCategory, ObservationFacts, PresentOnAdmission, Procedure,
    ProcedureFacts, ProcedureSetting, Status,
};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::document::{
    Document, DocumentFacts, DocumentKind, DocumentStatus, Sensitivity, SignatureState,
};
use crate::domain::encounter::{
    Disposition, Encounter, EncounterClass, EncounterFacts, EncounterStatus,
};
use crate::domain::ids::{
    DiagnosisId, DocumentId, EncounterId, MedicationId, ObservationId, PatientId, ProcedureId,
    ProviderId,
};
use crate::domain::people::{Patient, PatientFacts, Sex};
use crate::domain::time::{Instant, Moment};
use crate::domain::untrusted::Untrusted;
use crate::language::Language;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// When every case's visit begins.
const ADMITTED: &str = "2026-03-20 08:00";

/// A case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub name: Spanned<String>,
    /// Whether the rule asks.
    pub asks: bool,
    #[serde(default = "seventy")]
    pub age: i64,
    pub sex: Option<Sex>,
    #[serde(default)]
    pub class: Option<EncounterClass>,
    /// Measure, value, unit, time.
    #[serde(default)]
    pub values: Vec<(String, f64, String, String)>,
    /// The same, of earlier visits.
    #[serde(default)]
    pub earlier: Vec<(String, f64, String, String)>,
    /// Drug, route, time.
    #[serde(default)]
    pub drugs: Vec<(String, String, String)>,
    /// Title, time.
    #[serde(default)]
    pub procedures: Vec<(String, String)>,
    /// ICD-10-CM codes, with a present-on-admission indicator behind a blank if there is one.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Kind, time, text; the kind may name the author: `consult by lee`.
    #[serde(default)]
    pub notes: Vec<(String, String, String)>,
    /// Settings in force.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// Whether the published criterion alone is met, if the case says.
    pub plain: Option<bool>,
    /// Words that the evidence must hold.
    #[serde(default)]
    pub shows: Vec<String>,
}

fn seventy() -> i64 {
    70
}

/// Runs every case of every rule.
pub(super) fn check(engine: &Engine, language: &Language) -> Vec<CheckResult> {
    let mut out = Vec::new();
    for loaded in engine.rules.values() {
        for case in &loaded.file.cases {
            out.push(CheckResult {
                rule: loaded.file.id.get_ref().clone(),
                case: case.name.get_ref().clone(),
                file: loaded.name.clone(),
                line: line_of(&loaded.text, case.name.span().start),
                failure: run(engine, language, &loaded.file, case).err(),
            });
        }
    }
    out
}

fn run(
    engine: &Engine,
    language: &Language,
    rule: &super::rule::RuleFile,
    case: &Case,
) -> Result<(), String> {
    let zone = TimeZone::UTC;
    let made = Made::of(engine, case)?;
    let notes: Vec<Note<'_>> = made
        .chart
        .documents
        .iter()
        .zip(&made.texts)
        .map(|(document, text)| Note { document, text })
        .collect();
    let stay = Stay {
        chart: &made.chart,
        notes: &notes,
        prior: &made.prior,
        now: at("2026-03-30 08:00")?,
        zone: &zone,
    };
    let mut own = rule.clone();
    own.enabled = true;
    let mut chosen = engine.clone();
    chosen.settings.extend(case.settings.clone());
    // The rules it yields to run too.
    let others = engine.rules.values().map(|l| &l.file);
    let rules = others
        .filter(|r| rule.yields_to.contains(r.id.get_ref()) && chosen.runs(r))
        .chain([&own].into_iter().filter(|r| chosen.runs(r)));
    let found = chosen.evaluate_with(language, &stay, rules);
    let id = rule.id.get_ref();
    let judged = found.judged.iter().find(|j| j.rule == *id);
    let why = judged.map_or_else(
        || "the rule did not look".to_owned(),
        |j| [j.answered.as_str(), j.why_not.as_str()].concat(),
    );
    let asked = found.opportunities.iter().find(|o| o.rule == *id);
    if asked.is_some() != case.asks {
        let verb = if asked.is_some() {
            "asks"
        } else {
            "does not ask"
        };
        return Err(format!("it {verb}: {why}"));
    }
    if let Some(plain) = case.plain
        && judged.map(|j| j.plain) != Some(plain)
    {
        return Err(format!("the published criterion alone is not {plain}"));
    }
    let shown: Vec<String> = asked
        .iter()
        .flat_map(|o| &o.evidence)
        .map(|e| {
            let value = e.value.map(|v| v.to_string()).unwrap_or_default();
            let (text, unit) = (e.text.raw(), e.unit.raw());
            format!("{} {value} {text} {unit} {}", e.name.raw(), e.source)
        })
        .collect();
    match case
        .shows
        .iter()
        .find(|w| !shown.iter().any(|s| s.contains(*w)))
    {
        Some(absent) => Err(format!("the evidence does not show `{absent}`: {shown:?}")),
        None => Ok(()),
    }
}

/// A chart of a case.
struct Made {
    chart: Chart,
    texts: Vec<Untrusted>,
    prior: Vec<(Observation, Option<EncounterId>)>,
}

impl Made {
    fn of(engine: &Engine, case: &Case) -> Result<Self, String> {
        let observe = |(n, v): (usize, &(String, f64, String, String))| observation(engine, n, v);
        let observations: Vec<Observation> = case
            .values
            .iter()
            .enumerate()
            .map(observe)
            .collect::<Result<_, _>>()?;
        let prior = case
            .earlier
            .iter()
            .enumerate()
            .map(|(n, v)| Ok((observation(engine, 10_000 + n, v)?, Some(EncounterId(2)))))
            .collect::<Result<_, String>>()?;
        let mut texts = Vec::new();
        let mut documents = Vec::new();
        for (n, (kind, time, text)) in case.notes.iter().enumerate() {
            documents.push(document(n, kind, time)?);
            texts.push(Untrusted::new(text.as_str()));
        }
        let chart = Chart {
            patient: patient(case),
            encounter: encounter(case)?,
            facility: None,
            service: None,
            providers: Vec::new(),
            documents,
            orders: Vec::new(),
            procedures: each(&case.procedures, procedure)?,
            diagnoses: each(&case.codes, |n, code| diagnosis(n, code))?,
            observations,
            medications: each(&case.drugs, medication)?,
        };
        Ok(Self {
            chart,
            texts,
            prior,
        })
    }
}

fn each<T, U>(list: &[T], make: impl Fn(i64, &T) -> Result<U, String>) -> Result<Vec<U>, String> {
    let numbered = list.iter().enumerate();
    numbered.map(|(n, one)| make(n as i64 + 1, one)).collect()
}

fn at(text: &str) -> Result<Instant, String> {
    let civil: DateTime = text
        .parse()
        .map_err(|_| format!("`{text}` is no time like 2026-03-20 08:00"))?;
    let zoned = civil.to_zoned(TimeZone::UTC).map_err(|e| e.to_string())?;
    Ok(Instant::from_timestamp(zoned.timestamp()))
}

fn moment(text: &str) -> Result<Option<Moment>, String> {
    Ok(Some(Moment::at(at(text)?)))
}

fn patient(case: &Case) -> Patient {
    let year = 2026 - case.age;
    let day = jiff::civil::Date::new(year as i16, 1, 1).ok();
    Patient {
        id: PatientId(1),
        mrn: Untrusted::new("1"),
        facts: PatientFacts {
            family: Untrusted::default(),
            given: Untrusted::default(),
            birth: day.map(Moment::day_only),
            sex: case.sex.unwrap_or(Sex::Unknown),
            deceased: None,
        },
    }
}

fn encounter(case: &Case) -> Result<Encounter, String> {
    Ok(Encounter {
        id: EncounterId(1),
        patient: PatientId(1),
        facts: EncounterFacts {
            visit: Untrusted::new("1"),
            class: case.class.unwrap_or(EncounterClass::Inpatient),
            status: EncounterStatus::Active,
            admitted: moment(ADMITTED)?,
            discharged: None,
            disposition: Disposition::Unknown,
            reason: Untrusted::default(),
            location: Untrusted::default(),
            payer: Untrusted::default(),
        },
        facility: None,
        service: None,
        attending: None,
        admitting: None,
    })
}

fn observation(
    engine: &Engine,
    n: usize,
    (measure, value, unit, time): &(String, f64, String, String),
) -> Result<Observation, String> {
    let known = engine.concepts.measures.iter().find(|m| m.id == *measure);
    let known = known.ok_or_else(|| format!("there is no measure `{measure}`"))?;
    let code = known.codes.first();
    let code = code.ok_or_else(|| format!("the measure `{measure}` has no code"))?;
    Ok(Observation {
        id: ObservationId(n as i64 + 1),
        facts: ObservationFacts {
            category: ObservationCategory::Laboratory,
            what: Coding::new(CodeSystem::Loinc, code.as_str(), known.name.as_str()),
            value: Some(*value),
            text: Untrusted::new(value.to_string()),
            unit: Untrusted::new(unit.as_str()),
            low: None,
            high: None,
            flag: Untrusted::default(),
            at: moment(time)?,
            status: Status::Completed,
        },
    })
}

fn document(n: usize, kind: &str, time: &str) -> Result<Document, String> {
    let (kind, author) = kind.split_once(" by ").unwrap_or((kind, "adams"));
    let known = DocumentKind::from_name(kind);
    // Names become numbers by their letters: the same name is the same person.
    let author = author.bytes().fold(7i64, |a, b| a * 31 + i64::from(b));
    Ok(Document {
        id: DocumentId(n as i64 + 1),
        version: 1,
        patient: PatientId(1),
        encounter: Some(EncounterId(1)),
        facts: DocumentFacts {
            kind: known.ok_or_else(|| format!("no document kind `{kind}`"))?,
            what: Coding::text_only(kind),
            at: moment(time)?,
            signature: SignatureState::Authenticated,
            signed_at: None,
            status: DocumentStatus::Current,
            preliminary: false,
            sensitivity: Sensitivity::Normal,
            content_type: Untrusted::new("text/plain"),
            url: Untrusted::default(),
        },
        author: Some(ProviderId(author)),
        assigned: None,
        authenticator: None,
        cosigner: None,
        procedure: None,
        order: None,
        parent: None,
        text_bytes: 0,
    })
}

fn procedure(n: i64, (title, time): &(String, String)) -> Result<Procedure, String> {
    Ok(Procedure {
        id: ProcedureId(n),
        facts: ProcedureFacts {
            what: Coding::text_only(title.as_str()),
            start: moment(time)?,
            end: None,
            status: Status::Completed,
            setting: ProcedureSetting::Unknown,
            anesthesia: None,
            emergency: None,
        },
        performer: None,
        anesthetist: None,
    })
}

fn diagnosis(n: i64, code: &str) -> Result<Diagnosis, String> {
    let (code, poa) = code.split_once(' ').unwrap_or((code, ""));
    Ok(Diagnosis {
        id: DiagnosisId(n),
        facts: DiagnosisFacts {
            what: Coding::new(CodeSystem::Icd10Cm, code, code),
            kind: DiagnosisKind::Working,
            rank: n,
            poa: PresentOnAdmission::from_name(poa),
            at: None,
            status: Status::Active,
        },
    })
}

fn medication(
    n: i64,
    (drug, route, time): &(String, String, String),
) -> Result<Medication, String> {
    Ok(Medication {
        id: MedicationId(n),
        facts: MedicationFacts {
            kind: MedicationKind::Administration,
            what: Coding::text_only(drug.as_str()),
            dose: Untrusted::default(),
            route: Untrusted::new(route.as_str()),
            start: moment(time)?,
            end: None,
            status: Status::Completed,
        },
    })
}
