//! Rows of patients, providers, facilities and services.

use super::columns::{moment, named, read_moment};
use super::driver::{Conn, Row, v};
use super::error::Result;
use super::open::Store;
use super::write::Tx;
use crate::domain::encounter::{Facility, Service};
use crate::domain::ids::{FacilityId, PatientId, ProviderId, ServiceId};
use crate::domain::people::{
    Identifier, Patient, PatientFacts, Provider, ProviderFacts, ProviderRole, Sex,
};
use crate::domain::record::RecordKind;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::Choice;
use std::collections::BTreeSet;

const PATIENT: &str =
    "id, mrn, family, given, birth, birth_precision, sex, deceased, deceased_precision";
const PROVIDER: &str = "id, family, given, credential, role, specialty, active, service";

/// `FAMILY,GIVEN` as lists show a name; whichever part is there if one is missing.
pub(crate) fn list_name(family: &Untrusted, given: &Untrusted) -> String {
    match (family.is_blank(), given.is_blank()) {
        (false, false) => format!("{},{}", family.raw().trim(), given.raw().trim()),
        (false, true) => family.raw().trim().to_owned(),
        _ => given.raw().trim().to_owned(),
    }
}

fn read_patient(r: &Row<'_>) -> Result<Patient> {
    Ok(Patient {
        id: PatientId(r.int(0)?),
        mrn: r.untrusted(1)?,
        facts: PatientFacts {
            family: r.untrusted(2)?,
            given: r.untrusted(3)?,
            birth: read_moment(r, 4)?,
            sex: named(&r.text(6)?, Sex::from_name)?,
            deceased: read_moment(r, 7)?,
        },
    })
}

fn read_provider(r: &Row<'_>) -> Result<Provider> {
    Ok(Provider {
        id: ProviderId(r.int(0)?),
        facts: ProviderFacts {
            family: r.untrusted(1)?,
            given: r.untrusted(2)?,
            credential: r.untrusted(3)?,
            role: named(&r.text(4)?, ProviderRole::from_name)?,
            specialty: r.untrusted(5)?,
            active: r.flag(6)?,
        },
        service: r.opt_int(7)?.map(ServiceId),
    })
}

pub(super) fn patient(c: &Conn, id: PatientId) -> Result<Option<Patient>> {
    c.one(
        &format!("SELECT {PATIENT} FROM patient WHERE id = $1"),
        v![id],
        read_patient,
    )
}

pub(super) fn provider(c: &Conn, id: ProviderId) -> Result<Option<Provider>> {
    c.one(
        &format!("SELECT {PROVIDER} FROM provider WHERE id = $1"),
        v![id],
        read_provider,
    )
}

pub(super) fn facility(c: &Conn, id: FacilityId) -> Result<Option<Facility>> {
    c.one(
        "SELECT id, name, zone FROM facility WHERE id = $1",
        v![id],
        |r| {
            Ok(Facility {
                id: FacilityId(r.int(0)?),
                name: r.untrusted(1)?,
                zone: r.text(2)?,
            })
        },
    )
}

pub(super) fn service(c: &Conn, id: ServiceId) -> Result<Option<Service>> {
    c.one("SELECT id, name FROM service WHERE id = $1", v![id], |r| {
        Ok(Service {
            id: ServiceId(r.int(0)?),
            name: r.untrusted(1)?,
        })
    })
}

impl Tx<'_> {
    /// A patient's row.
    ///
    /// # Errors
    /// As any read.
    pub fn patient(&self, id: PatientId) -> Result<Option<Patient>> {
        patient(self.conn, id)
    }

    /// Writes a patient; id 0 makes a new row. Lists that show the name or number follow.
    ///
    /// # Errors
    /// As any write.
    pub fn save_patient(&mut self, row: &Patient, stub: bool) -> Result<PatientId> {
        let [birth, birth_precision] = moment(row.facts.birth);
        let [died, died_precision] = moment(row.facts.deceased);
        let name = list_name(&row.facts.family, &row.facts.given);
        let id = (row.id.0 != 0).then_some(row.id);
        let id = self.conn.one(
            "INSERT INTO patient (id, mrn, family, given, name, birth, birth_precision, sex,
               deceased, deceased_precision, merged_into, stub)
             VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,0,$11)
             ON CONFLICT (id) DO UPDATE SET mrn = excluded.mrn, family = excluded.family,
               given = excluded.given, name = excluded.name, birth = excluded.birth,
               birth_precision = excluded.birth_precision, sex = excluded.sex,
               deceased = excluded.deceased, deceased_precision = excluded.deceased_precision,
               stub = excluded.stub
             RETURNING id",
            &[
                id.into(),
                (&row.mrn).into(),
                (&row.facts.family).into(),
                (&row.facts.given).into(),
                (&name).into(),
                birth,
                birth_precision,
                row.facts.sex.name().into(),
                died,
                died_precision,
                stub.into(),
            ],
            |r| r.int(0),
        )?;
        let id = PatientId(id.unwrap_or(row.id.0));
        self.conn.run(
            "UPDATE deficiency SET patient_name = $2, mrn = $3
             WHERE encounter IN (SELECT id FROM encounter WHERE patient = $1)
               AND (patient_name <> $2 OR mrn <> $3)",
            v![id, &name, &row.mrn],
        )?;
        Ok(id)
    }

    /// Marks a patient as merged into another.
    ///
    /// # Errors
    /// As any write.
    pub fn retire_patient(&mut self, retired: PatientId, survivor: PatientId) -> Result<()> {
        self.conn.run(
            "UPDATE patient SET merged_into = $2 WHERE id = $1",
            v![retired, survivor],
        )?;
        Ok(())
    }

    /// Replaces the identifiers of a patient, provider or visit.
    ///
    /// # Errors
    /// As any write.
    pub fn save_identifiers(
        &mut self,
        kind: RecordKind,
        object: i64,
        identifiers: &[Identifier],
    ) -> Result<()> {
        for identifier in identifiers {
            self.conn.run(
                "INSERT INTO identifier (kind, object, authority, type, value) VALUES ($1,$2,$3,$4,$5)
                 ON CONFLICT (kind, object, authority, value) DO UPDATE SET type = excluded.type",
                v![kind.name(), object, &identifier.authority, &identifier.kind, &identifier.value],
            )?;
        }
        Ok(())
    }

    /// A provider's row.
    ///
    /// # Errors
    /// As any read.
    pub fn provider(&self, id: ProviderId) -> Result<Option<Provider>> {
        provider(self.conn, id)
    }

    /// Writes a provider; id 0 makes a new row. Lists that show the name follow.
    ///
    /// # Errors
    /// As any write.
    pub fn save_provider(&mut self, row: &Provider, stub: bool) -> Result<ProviderId> {
        let facts = &row.facts;
        let name = list_name(&facts.family, &facts.given);
        let id = self.conn.one(
            "INSERT INTO provider (id, family, given, name, credential, role, specialty, active, service, stub)
             VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)
             ON CONFLICT (id) DO UPDATE SET family = excluded.family, given = excluded.given,
               name = excluded.name, credential = excluded.credential, role = excluded.role,
               specialty = excluded.specialty, active = excluded.active, service = excluded.service,
               stub = excluded.stub
             RETURNING id",
            v![
                (row.id.0 != 0).then_some(row.id), &facts.family, &facts.given, &name,
                &facts.credential, facts.role.name(), &facts.specialty, facts.active, row.service, stub
            ],
            |r| r.int(0),
        )?;
        let id = ProviderId(id.unwrap_or(row.id.0));
        self.conn.run(
            "UPDATE deficiency SET owner_name = $2 WHERE owner = $1 AND owner_name <> $2",
            v![id, &name],
        )?;
        Ok(id)
    }

    /// A facility's row.
    ///
    /// # Errors
    /// As any read.
    pub fn facility(&self, id: FacilityId) -> Result<Option<Facility>> {
        facility(self.conn, id)
    }

    /// Writes a facility; id 0 makes a new row.
    ///
    /// # Errors
    /// As any write.
    pub fn save_facility(&mut self, row: &Facility, stub: bool) -> Result<FacilityId> {
        let id = self.conn.one(
            "INSERT INTO facility (id, name, zone, stub) VALUES ($1,$2,$3,$4)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, zone = excluded.zone, stub = excluded.stub
             RETURNING id",
            v![(row.id.0 != 0).then_some(row.id), &row.name, &row.zone, stub],
            |r| r.int(0),
        )?;
        Ok(FacilityId(id.unwrap_or(row.id.0)))
    }

    /// A service's row.
    ///
    /// # Errors
    /// As any read.
    pub fn service(&self, id: ServiceId) -> Result<Option<Service>> {
        service(self.conn, id)
    }

    /// Writes a service; id 0 makes a new row. Lists that show the name follow.
    ///
    /// # Errors
    /// As any write.
    pub fn save_service(&mut self, row: &Service, stub: bool) -> Result<ServiceId> {
        let id = self.conn.one(
            "INSERT INTO service (id, name, stub) VALUES ($1,$2,$3)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, stub = excluded.stub RETURNING id",
            v![(row.id.0 != 0).then_some(row.id), &row.name, stub],
            |r| r.int(0),
        )?;
        let id = ServiceId(id.unwrap_or(row.id.0));
        self.conn.run(
            "UPDATE deficiency SET service_name = $2 WHERE service = $1 AND service_name <> $2",
            v![id, &row.name],
        )?;
        Ok(id)
    }
}

impl Store {
    /// Providers to choose from, by name; `like` is part of a name.
    ///
    /// # Errors
    /// As any read.
    pub fn provider_choices(&self, like: &str, limit: usize) -> Result<Vec<Choice>> {
        let pattern = super::like_pattern(like);
        self.read(|c| {
            let mut found = c.all(
                "SELECT p.id, p.name, coalesce(s.name, p.specialty) FROM provider p
                   LEFT JOIN service s ON s.id = p.service
                 WHERE p.name <> '' AND p.active = 1 AND p.name LIKE $1 ESCAPE '\\'
                 ORDER BY p.name, p.id LIMIT $2",
                v![&pattern, limit as i64],
                |r| {
                    Ok(Choice {
                        id: r.int(0)?,
                        name: r.untrusted(1)?,
                        note: r.untrusted(2)?,
                    })
                },
            )?;
            for of_a_name in found.chunk_by_mut(same_name) {
                tell_apart(c, of_a_name)?;
            }
            Ok(found)
        })
    }

    /// Every clinical service, by name.
    ///
    /// # Errors
    /// As any read.
    pub fn services(&self) -> Result<Vec<Service>> {
        self.read(|c| {
            c.all(
                "SELECT id, name FROM service ORDER BY name, id",
                v![],
                |r| {
                    Ok(Service {
                        id: ServiceId(r.int(0)?),
                        name: r.untrusted(1)?,
                    })
                },
            )
        })
    }

    /// Every facility, by name.
    ///
    /// # Errors
    /// As any read.
    pub fn facilities(&self) -> Result<Vec<Facility>> {
        self.read(|c| {
            c.all(
                "SELECT id, name, zone FROM facility ORDER BY name, id",
                v![],
                |r| {
                    Ok(Facility {
                        id: FacilityId(r.int(0)?),
                        name: r.untrusted(1)?,
                        zone: r.text(2)?,
                    })
                },
            )
        })
    }

    /// A provider.
    ///
    /// # Errors
    /// As any read.
    pub fn provider(&self, id: ProviderId) -> Result<Option<Provider>> {
        self.read(|c| provider(c, id))
    }

    /// Patients with this medical record number.
    ///
    /// # Errors
    /// As any read.
    pub fn patients_by_mrn(&self, mrn: &str) -> Result<Vec<Patient>> {
        self.read(|c| {
            c.all(
                &format!(
                    "SELECT {PATIENT} FROM patient WHERE mrn = $1 AND merged_into = 0 ORDER BY id"
                ),
                v![mrn],
                read_patient,
            )
        })
    }
}

fn same_name(a: &Choice, b: &Choice) -> bool {
    a.name.raw().to_lowercase() == b.name.raw().to_lowercase()
}

/// Puts beside providers of one name what they are known by outside, unless what stands there
/// tells them apart already.
fn tell_apart(c: &Conn, choices: &mut [Choice]) -> Result<()> {
    let notes: BTreeSet<&str> = choices.iter().map(|c| c.note.raw().trim()).collect();
    if choices.len() == notes.len() && (choices.len() == 1 || !notes.contains("")) {
        return Ok(());
    }
    for choice in choices {
        let known = c.one(
            "SELECT external FROM record_key WHERE kind = $1 AND object = $2
             ORDER BY authority = 0, authority, external LIMIT 1",
            v![RecordKind::Provider.name(), choice.id],
            |r| r.text(0),
        )?;
        let known = known.unwrap_or_else(|| format!("row {}", choice.id));
        let note = choice.note.raw().trim();
        choice.note = match note {
            "" => known.into(),
            note => format!("{note}, {known}").into(),
        };
    }
    Ok(())
}
