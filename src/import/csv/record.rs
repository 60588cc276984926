//! A row to records, by the mapping of its table.
//!
//! Never guesses: a value that a field cannot take rejects the row, with the columns it came from
//! and no text of it. Start at [`Maker::arrivals`].

mod cells;

use super::super::limits::Limits;
use super::dictionary::Loaded;
use super::mapping::{Mapping, Table};
use crate::domain::clinical::{
    DiagnosisFacts, DiagnosisKind, MedicationFacts, MedicationKind, ObservationCategory,
    ObservationFacts, PresentOnAdmission, ProcedureFacts, ProcedureSetting, Status,
};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::coding::{CodedBy, CodingFacts};
use crate::domain::encounter::{Disposition, EncounterClass, EncounterFacts, EncounterStatus};
use crate::domain::people::{Identifier, PatientFacts, ProviderFacts, ProviderRole, Sex};
use crate::domain::record::{
    CodingRecord, DiagnosisRecord, EncounterRecord, Extent, Key, MedicationRecord,
    ObservationRecord, PatientRecord, PlaceRecord, ProcedureRecord, ProviderRecord, Record,
    RecordKind,
};
use crate::domain::time::{Moment, Precision};
use crate::domain::untrusted::Untrusted;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// What is wrong with a row.
pub(super) struct Fault {
    pub column: String,
    pub reason: String,
}

/// A record with its keys.
pub(super) struct Made {
    pub key: Key,
    pub also: Vec<Key>,
    pub extent: Extent,
    pub record: Record,
}

/// Everything that one row is read with.
pub(super) struct Maker<'a> {
    pub mapping: &'a Mapping,
    pub table: &'a Table,
    pub places: &'a BTreeMap<String, usize>,
    pub cells: &'a [String],
    pub loaded: &'a Loaded,
    pub zone: &'a TimeZone,
    pub limits: &'a Limits,
}

type Made2 = Vec<(Made, String)>;

impl Maker<'_> {
    /// The records of the row, each with its place in words; none if the table leaves it out.
    pub fn arrivals(&self) -> Result<Made2, Fault> {
        for (column, values) in &self.table.only {
            if !values.iter().any(|v| *v == self.cell(column)) {
                return Ok(Vec::new());
            }
        }
        let mut mentions = Vec::new();
        let key = self.key(RecordKind::Patient, "id").map(|k| Key {
            kind: self.table.kind,
            ..k
        });
        let Some(key) = key else {
            return Err(self.fault("id", "the row has no id"));
        };
        let mut also = Vec::new();
        let record = match self.table.kind {
            RecordKind::Patient => Record::Patient(self.patient(&key, &mut also)?),
            RecordKind::Encounter => {
                Record::Encounter(Box::new(self.encounter(&key, &mut also, &mut mentions)?))
            }
            RecordKind::Diagnosis => Record::Diagnosis(Box::new(self.diagnosis()?)),
            RecordKind::Procedure => Record::Procedure(Box::new(self.procedure()?)),
            RecordKind::Observation => Record::Observation(Box::new(self.observation()?)),
            _ => Record::Medication(Box::new(self.medication()?)),
        };
        let place = format!("{}/{}", self.table.kind.name(), key.id.raw());
        let made = Made {
            key,
            also,
            extent: Extent::Whole,
            record,
        };
        mentions.push((made, place));
        mentions.extend(self.coded()?);
        Ok(mentions)
    }

    /// When the stay of the row was coded, if a column says so.
    fn coded(&self) -> Result<Option<(Made, String)>, Fault> {
        let stay = self.key(RecordKind::Encounter, "id");
        let (RecordKind::Encounter, Some(stay), Some(at)) =
            (self.table.kind, stay, self.moment("coded")?)
        else {
            return Ok(None);
        };
        let made = Made {
            key: Key {
                kind: RecordKind::Coding,
                ..stay.clone()
            },
            also: Vec::new(),
            extent: Extent::Whole,
            record: Record::Coding(Box::new(CodingRecord {
                facts: CodingFacts {
                    by: CodedBy::Table,
                    status: Status::Completed,
                    at: Some(at),
                },
                patient: self.patient_key()?,
                encounter: stay.clone(),
            })),
        };
        let place = format!("{}/{}", RecordKind::Encounter.name(), stay.id.raw());
        Ok(Some((made, place)))
    }

    fn patient(&self, key: &Key, also: &mut Vec<Key>) -> Result<PatientRecord, Fault> {
        let birth = match self.moment("birth")? {
            Some(birth) => Some(birth),
            None => self.born()?,
        };
        let mrn = self.untrusted("mrn");
        let mrn = if mrn.is_blank() { key.id.clone() } else { mrn };
        let authority = self.text("authority").unwrap_or_default();
        if !authority.is_empty() {
            let named = Key::of(RecordKind::Patient, authority.clone(), mrn.clone());
            also.push(named);
        }
        Ok(PatientRecord {
            facts: PatientFacts {
                family: self.untrusted("family"),
                given: self.untrusted("given"),
                birth,
                sex: self.named("sex", Sex::from_name)?.unwrap_or(Sex::Unknown),
                deceased: self.moment("deceased")?,
            },
            identifiers: vec![Identifier {
                authority,
                kind: "MR".to_owned(),
                value: mrn,
            }],
        })
    }

    /// Born in `birth_year`, or `age` years before it.
    fn born(&self) -> Result<Option<Moment>, Fault> {
        let Some(year) = self.number("birth_year")? else {
            return Ok(None);
        };
        let year = year - self.number("age")?.unwrap_or(0.0);
        let day = jiff::civil::Date::new(year as i16, 1, 1);
        let day = day.map_err(|_| self.fault("birth_year", "that is no year"))?;
        Ok(Some(Moment::date(day, Precision::Year)))
    }

    fn encounter(
        &self,
        key: &Key,
        also: &mut Vec<Key>,
        mentions: &mut Made2,
    ) -> Result<EncounterRecord, Fault> {
        let visit = self.untrusted("visit");
        let visit = if visit.is_blank() {
            key.id.clone()
        } else {
            visit
        };
        if let Some(authority) = self.text("authority") {
            also.push(Key::of(RecordKind::Encounter, authority, visit.clone()));
        }
        let discharged = self.moment("discharged")?;
        let status = match self.named("status", EncounterStatus::from_name)? {
            Some(status) => status,
            None if discharged.is_some() => EncounterStatus::Finished,
            None => EncounterStatus::Active,
        };
        let facts = EncounterFacts {
            visit,
            class: self
                .named("class", EncounterClass::from_name)?
                .unwrap_or(EncounterClass::Unknown),
            status,
            admitted: self.moment("admitted")?,
            discharged,
            disposition: self
                .named("disposition", Disposition::from_name)?
                .unwrap_or(Disposition::Unknown),
            reason: self.untrusted("reason"),
            location: self.untrusted("location"),
            payer: self.untrusted("payer"),
        };
        Ok(EncounterRecord {
            facts,
            patient: self.patient_key()?,
            facility: None,
            service: self.mention(RecordKind::Service, "service", mentions),
            attending: self.mention(RecordKind::Provider, "attending", mentions),
            admitting: self.mention(RecordKind::Provider, "admitting", mentions),
        })
    }

    /// A provider or service known by the name or number in a field.
    fn mention(&self, kind: RecordKind, field: &str, mentions: &mut Made2) -> Option<Key> {
        let name = self.text(field)?;
        let key = Key::local(kind, name.as_str());
        let record = match kind {
            RecordKind::Service => Record::Service(PlaceRecord {
                name: Untrusted::new(name.as_str()),
            }),
            _ => Record::Provider(ProviderRecord {
                facts: ProviderFacts {
                    family: Untrusted::new(name.as_str()),
                    given: Untrusted::default(),
                    credential: Untrusted::default(),
                    role: ProviderRole::Unknown,
                    specialty: Untrusted::default(),
                    active: true,
                },
                identifiers: Vec::new(),
                service: None,
            }),
        };
        let made = Made {
            key: key.clone(),
            also: Vec::new(),
            extent: Extent::Mention,
            record,
        };
        mentions.push((made, format!("{}/{name}", kind.name())));
        Some(key)
    }

    fn diagnosis(&self) -> Result<DiagnosisRecord, Fault> {
        Ok(DiagnosisRecord {
            facts: DiagnosisFacts {
                what: self.coding()?,
                kind: self
                    .named("kind", DiagnosisKind::from_name)?
                    .unwrap_or(DiagnosisKind::Final),
                rank: self.number("rank")?.unwrap_or(0.0) as i64,
                poa: self.named("poa", PresentOnAdmission::from_name)?,
                at: self.moment("at")?,
                status: self.status(Status::Active)?,
            },
            patient: self.patient_key()?,
            encounter: self.key(RecordKind::Encounter, "encounter"),
        })
    }

    fn procedure(&self) -> Result<ProcedureRecord, Fault> {
        Ok(ProcedureRecord {
            facts: ProcedureFacts {
                what: self.coding()?,
                start: self.moment("start")?,
                end: self.moment("end")?,
                status: self.status(Status::Completed)?,
                setting: self
                    .named("setting", ProcedureSetting::from_name)?
                    .unwrap_or(ProcedureSetting::Unknown),
                anesthesia: None,
                emergency: None,
            },
            patient: self.patient_key()?,
            encounter: self.key(RecordKind::Encounter, "encounter"),
            performer: None,
            anesthetist: None,
        })
    }

    fn observation(&self) -> Result<ObservationRecord, Fault> {
        let value = self.number("value")?;
        let result = self.text("result").or_else(|| self.text("value"));
        Ok(ObservationRecord {
            facts: ObservationFacts {
                category: self
                    .named("category", ObservationCategory::from_name)?
                    .unwrap_or(ObservationCategory::Other),
                what: self.coding()?,
                value,
                text: Untrusted::new(result.unwrap_or_default()),
                unit: self.untrusted("unit"),
                low: self.number("low")?,
                high: self.number("high")?,
                flag: self.untrusted("flag"),
                at: self.moment("at")?,
                status: self.status(Status::Completed)?,
            },
            patient: self.patient_key()?,
            encounter: self.key(RecordKind::Encounter, "encounter"),
        })
    }

    fn medication(&self) -> Result<MedicationRecord, Fault> {
        Ok(MedicationRecord {
            facts: MedicationFacts {
                kind: self
                    .named("kind", MedicationKind::from_name)?
                    .unwrap_or(MedicationKind::Order),
                what: self.coding()?,
                dose: self.untrusted("dose"),
                route: self.untrusted("route"),
                start: self.moment("start")?,
                end: self.moment("end")?,
                status: self.status(Status::Completed)?,
            },
            patient: self.patient_key()?,
            encounter: self.key(RecordKind::Encounter, "encounter"),
        })
    }

    fn status(&self, otherwise: Status) -> Result<Status, Fault> {
        Ok(self
            .named("status", Status::from_name)?
            .unwrap_or(otherwise))
    }

    /// The first coding whose code is not blank, with the words of the row.
    fn coding(&self) -> Result<Coding, Fault> {
        let text = self.untrusted("text");
        for (system, code) in &self.table.codings {
            let (Some(system), Some(code)) = (self.fill(system), self.fill(code)) else {
                continue;
            };
            let system = CodeSystem::from_name(&system);
            let code = if self.table.dots {
                dotted(&system, &code)
            } else {
                code
            };
            return Ok(Coding::new(system, code, text));
        }
        if text.is_blank() {
            return Err(self.fault("text", "the row has neither a code nor words"));
        }
        Ok(Coding::text_only(text))
    }
}

/// A diagnosis or procedure code with the dot that exports leave out.
fn dotted(system: &CodeSystem, code: &str) -> String {
    let place = match system {
        CodeSystem::Icd10Cm => 3,
        CodeSystem::Icd9Cm if code.starts_with(['E', 'e']) => 4,
        CodeSystem::Icd9Cm => 3,
        CodeSystem::Icd9Proc => 2,
        _ => return code.to_owned(),
    };
    match (code.contains('.'), code.get(..place), code.get(place..)) {
        (false, Some(front), Some(back)) if !back.is_empty() => format!("{front}.{back}"),
        _ => code.to_owned(),
    }
}
