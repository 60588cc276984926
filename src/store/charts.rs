//! Rows of visits and of what was ordered, done, coded, measured and given in them.

use super::columns::{moment, named, read_coding, read_moment};
use super::driver::{Conn, Row, Value, v};
use super::error::Result;
use super::write::Tx;
use crate::domain::clinical::{
    Diagnosis, DiagnosisFacts, DiagnosisKind, Medication, MedicationFacts, MedicationKind,
    Observation, ObservationCategory, ObservationFacts, Order, OrderFacts, OrderKind,
    PresentOnAdmission, Procedure, ProcedureFacts, ProcedureSetting, Status,
};
use crate::domain::encounter::{
    Disposition, Encounter, EncounterClass, EncounterFacts, EncounterStatus,
};
use crate::domain::ids::{
    DiagnosisId, EncounterId, FacilityId, MedicationId, ObservationId, OrderId, PatientId,
    ProcedureId, ProviderId, ServiceId,
};
use std::sync::LazyLock;

/// Whose, and which visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Belongs {
    /// Patient.
    pub patient: PatientId,
    /// Visit, if it names one.
    pub encounter: Option<EncounterId>,
}

const ENCOUNTER: &str = "id, patient, visit, class, status, admitted, admitted_precision,
    discharged, discharged_precision, disposition, reason, location, payer, facility, service,
    attending, admitting";
const ORDER: &str = "id, kind, status, system, code, text, at, at_precision, verbal, signed,
    signed_precision, ordered_by, performer, to_service, patient, encounter";
const PROCEDURE: &str = "id, status, system, code, text, started, started_precision, ended,
    ended_precision, setting, anesthesia, emergency, performer, anesthetist, patient, encounter";
const DIAGNOSIS: &str =
    "id, kind, status, system, code, text, rank, poa, at, at_precision, patient, encounter";
pub(super) const OBSERVATION: &str =
    "id, category, status, system, code, text, value, value_text, unit, low,
    high, flag, at, at_precision, patient, encounter";
const MEDICATION: &str = "id, kind, status, system, code, text, dose, route, started,
    started_precision, ended, ended_precision, patient, encounter";

pub(super) fn read_encounter(r: &Row<'_>) -> Result<Encounter> {
    Ok(Encounter {
        id: EncounterId(r.int(0)?),
        patient: PatientId(r.int(1)?),
        facts: EncounterFacts {
            visit: r.untrusted(2)?,
            class: named(&r.text(3)?, EncounterClass::from_name)?,
            status: named(&r.text(4)?, EncounterStatus::from_name)?,
            admitted: read_moment(r, 5)?,
            discharged: read_moment(r, 7)?,
            disposition: named(&r.text(9)?, Disposition::from_name)?,
            reason: r.untrusted(10)?,
            location: r.untrusted(11)?,
            payer: r.untrusted(12)?,
        },
        facility: r.opt_int(13)?.map(FacilityId),
        service: r.opt_int(14)?.map(ServiceId),
        attending: r.opt_int(15)?.map(ProviderId),
        admitting: r.opt_int(16)?.map(ProviderId),
    })
}

fn belongs(r: &Row<'_>, at: usize) -> Result<Belongs> {
    Ok(Belongs {
        patient: PatientId(r.int(at)?),
        encounter: r.opt_int(at + 1)?.map(EncounterId),
    })
}

fn read_order(r: &Row<'_>) -> Result<(Order, Belongs)> {
    let row = Order {
        id: OrderId(r.int(0)?),
        facts: OrderFacts {
            kind: named(&r.text(1)?, OrderKind::from_name)?,
            status: named(&r.text(2)?, Status::from_name)?,
            what: read_coding(r, 3)?,
            at: read_moment(r, 6)?,
            verbal: r.flag(8)?,
            signed: read_moment(r, 9)?,
        },
        ordered_by: r.opt_int(11)?.map(ProviderId),
        performer: r.opt_int(12)?.map(ProviderId),
        to_service: r.opt_int(13)?.map(ServiceId),
    };
    Ok((row, belongs(r, 14)?))
}

fn read_procedure(r: &Row<'_>) -> Result<(Procedure, Belongs)> {
    let row = Procedure {
        id: ProcedureId(r.int(0)?),
        facts: ProcedureFacts {
            status: named(&r.text(1)?, Status::from_name)?,
            what: read_coding(r, 2)?,
            start: read_moment(r, 5)?,
            end: read_moment(r, 7)?,
            setting: named(&r.text(9)?, ProcedureSetting::from_name)?,
            anesthesia: r.opt_int(10)?.map(|x| x != 0),
            emergency: r.opt_int(11)?.map(|x| x != 0),
        },
        performer: r.opt_int(12)?.map(ProviderId),
        anesthetist: r.opt_int(13)?.map(ProviderId),
    };
    Ok((row, belongs(r, 14)?))
}

fn read_diagnosis(r: &Row<'_>) -> Result<(Diagnosis, Belongs)> {
    let row = Diagnosis {
        id: DiagnosisId(r.int(0)?),
        facts: DiagnosisFacts {
            kind: named(&r.text(1)?, DiagnosisKind::from_name)?,
            status: named(&r.text(2)?, Status::from_name)?,
            what: read_coding(r, 3)?,
            rank: r.int(6)?,
            poa: r
                .opt_text(7)?
                .and_then(|p| PresentOnAdmission::from_name(&p)),
            at: read_moment(r, 8)?,
        },
    };
    Ok((row, belongs(r, 10)?))
}

pub(super) fn read_observation(r: &Row<'_>) -> Result<(Observation, Belongs)> {
    let row = Observation {
        id: ObservationId(r.int(0)?),
        facts: ObservationFacts {
            category: named(&r.text(1)?, ObservationCategory::from_name)?,
            status: named(&r.text(2)?, Status::from_name)?,
            what: read_coding(r, 3)?,
            value: r.opt_real(6)?,
            text: r.untrusted(7)?,
            unit: r.untrusted(8)?,
            low: r.opt_real(9)?,
            high: r.opt_real(10)?,
            flag: r.untrusted(11)?,
            at: read_moment(r, 12)?,
        },
    };
    Ok((row, belongs(r, 14)?))
}

fn read_medication(r: &Row<'_>) -> Result<(Medication, Belongs)> {
    let row = Medication {
        id: MedicationId(r.int(0)?),
        facts: MedicationFacts {
            kind: named(&r.text(1)?, MedicationKind::from_name)?,
            status: named(&r.text(2)?, Status::from_name)?,
            what: read_coding(r, 3)?,
            dose: r.untrusted(6)?,
            route: r.untrusted(7)?,
            start: read_moment(r, 8)?,
            end: read_moment(r, 10)?,
        },
    };
    Ok((row, belongs(r, 12)?))
}

pub(super) fn encounter(c: &Conn, id: EncounterId) -> Result<Option<Encounter>> {
    c.one(
        &format!("SELECT {ENCOUNTER} FROM encounter WHERE id = $1"),
        v![id],
        read_encounter,
    )
}

/// Visits matching `clause`, which names at most parameter `$1`.
pub(super) fn encounters_where(c: &Conn, clause: &str, value: Value<'_>) -> Result<Vec<Encounter>> {
    c.all(
        &format!("SELECT {ENCOUNTER} FROM encounter WHERE {clause}"),
        &[value],
        read_encounter,
    )
}

macro_rules! lists {
    ($($name:ident, $row:ident, $columns:ident, $table:literal, $order:literal, $read:ident;)*) => {$(
        pub(super) fn $name(c: &Conn, encounter: EncounterId) -> Result<Vec<$row>> {
            c.all(
                &format!("SELECT {} FROM {} WHERE encounter = $1 AND stub = 0 ORDER BY {}, id", $columns, $table, $order),
                v![encounter],
                |r| Ok($read(r)?.0),
            )
        }
    )*};
}
lists! {
    orders, Order, ORDER, "ord", "at", read_order;
    procedures, Procedure, PROCEDURE, "procedure", "started", read_procedure;
    diagnoses, Diagnosis, DIAGNOSIS, "diagnosis", "rank", read_diagnosis;
    observations, Observation, OBSERVATION, "observation", "at", read_observation;
    medications, Medication, MEDICATION, "medication", "started", read_medication;
}

impl Tx<'_> {
    /// A visit's row.
    ///
    /// # Errors
    /// As any read.
    pub fn encounter(&self, id: EncounterId) -> Result<Option<Encounter>> {
        encounter(self.conn, id)
    }

    /// An order and whose it is.
    ///
    /// # Errors
    /// As any read.
    pub fn order(&self, id: OrderId) -> Result<Option<(Order, Belongs)>> {
        self.conn.one(
            &format!("SELECT {ORDER} FROM ord WHERE id = $1"),
            v![id],
            read_order,
        )
    }

    /// A procedure and whose it is.
    ///
    /// # Errors
    /// As any read.
    pub fn procedure(&self, id: ProcedureId) -> Result<Option<(Procedure, Belongs)>> {
        self.conn.one(
            &format!("SELECT {PROCEDURE} FROM procedure WHERE id = $1"),
            v![id],
            read_procedure,
        )
    }

    /// A diagnosis and whose it is.
    ///
    /// # Errors
    /// As any read.
    pub fn diagnosis(&self, id: DiagnosisId) -> Result<Option<(Diagnosis, Belongs)>> {
        self.conn.one(
            &format!("SELECT {DIAGNOSIS} FROM diagnosis WHERE id = $1"),
            v![id],
            read_diagnosis,
        )
    }

    /// An observation and whose it is.
    ///
    /// # Errors
    /// As any read.
    pub fn observation(&self, id: ObservationId) -> Result<Option<(Observation, Belongs)>> {
        self.conn.one(
            &format!("SELECT {OBSERVATION} FROM observation WHERE id = $1"),
            v![id],
            read_observation,
        )
    }

    /// A medication and whose it is.
    ///
    /// # Errors
    /// As any read.
    pub fn medication(&self, id: MedicationId) -> Result<Option<(Medication, Belongs)>> {
        self.conn.one(
            &format!("SELECT {MEDICATION} FROM medication WHERE id = $1"),
            v![id],
            read_medication,
        )
    }

    /// Writes a visit; id 0 makes a new row. Lists that show its number, class or place follow.
    ///
    /// # Errors
    /// As any write.
    pub fn save_encounter(&mut self, row: &Encounter, stub: bool) -> Result<EncounterId> {
        let f = &row.facts;
        let [admitted, admitted_precision] = moment(f.admitted);
        let [discharged, discharged_precision] = moment(f.discharged);
        let id = self.conn.one(
            "INSERT INTO encounter (id, patient, visit, class, status, admitted, admitted_precision,
               discharged, discharged_precision, disposition, reason, location, payer, facility,
               service, attending, admitting, open_items, analyst, analyzed, stale, stub)
             VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,0,0,0,1,$18)
             ON CONFLICT (id) DO UPDATE SET patient = excluded.patient, visit = excluded.visit,
               class = excluded.class, status = excluded.status, admitted = excluded.admitted,
               admitted_precision = excluded.admitted_precision, discharged = excluded.discharged,
               discharged_precision = excluded.discharged_precision, disposition = excluded.disposition,
               reason = excluded.reason, location = excluded.location, payer = excluded.payer,
               facility = excluded.facility, service = excluded.service,
               attending = excluded.attending, admitting = excluded.admitting, stub = excluded.stub
             RETURNING id",
            &[
                (row.id.0 != 0).then_some(row.id).into(), row.patient.into(), (&f.visit).into(),
                f.class.name().into(), f.status.name().into(), admitted, admitted_precision,
                discharged, discharged_precision, f.disposition.name().into(), (&f.reason).into(),
                (&f.location).into(), (&f.payer).into(), row.facility.into(), row.service.into(),
                row.attending.into(), row.admitting.into(), stub.into(),
            ],
            |r| r.int(0),
        )?;
        let id = EncounterId(id.unwrap_or(row.id.0));
        super::spans::record_visit(self.conn, self.now, id, row, stub)?;
        if row.id.0 != 0 {
            let before = self.deficiencies_of(id)?;
            self.conn.run(
                "UPDATE deficiency SET visit = $2, class = $3, facility = $4, service = $5,
                   service_name = coalesce((SELECT name FROM service WHERE id = $5), '')
                 WHERE encounter = $1",
                v![id, &f.visit, f.class.name(), row.facility, row.service],
            )?;
            super::deficiencies::service_changed(self.conn, &before, row.service)?;
        }
        Ok(id)
    }

    /// Marks a visit for analysis.
    ///
    /// # Errors
    /// As any write.
    pub fn needs_analysis(&mut self, id: EncounterId) -> Result<()> {
        self.conn.run(
            "UPDATE encounter SET stale = stale + 1, unseen = unseen + 1 WHERE id = $1",
            v![id],
        )?;
        Ok(())
    }

    /// Marks every visit of a patient for analysis.
    ///
    /// # Errors
    /// As any write.
    pub fn patient_needs_analysis(&mut self, id: PatientId) -> Result<()> {
        self.conn.run(
            "UPDATE encounter SET stale = stale + 1, unseen = unseen + 1 WHERE patient = $1",
            v![id],
        )?;
        Ok(())
    }

    /// Records that a visit was analysed in the state `stale` says.
    ///
    /// # Errors
    /// As any write.
    pub fn analyzed(&mut self, id: EncounterId, stale: i64) -> Result<()> {
        self.conn.run(
            "UPDATE encounter SET analyzed = $2, stale = CASE WHEN stale = $3 THEN 0 ELSE stale END WHERE id = $1",
            v![id, self.now, stale],
        )?;
        Ok(())
    }

    /// Writes an order; id 0 makes a new row.
    ///
    /// # Errors
    /// As any write.
    pub fn save_order(&mut self, row: &Order, of: Belongs, stub: bool) -> Result<OrderId> {
        let f = &row.facts;
        let [at, at_precision] = moment(f.at);
        let [signed, signed_precision] = moment(f.signed);
        let id = self.upsert(
            &SAVE_ORDER,
            vec![
                (row.id.0 != 0).then_some(row.id).into(),
                f.kind.name().into(),
                f.status.name().into(),
                f.what.system.name().into(),
                (&f.what.code).into(),
                (&f.what.text).into(),
                at,
                at_precision,
                f.verbal.into(),
                signed,
                signed_precision,
                row.ordered_by.into(),
                row.performer.into(),
                row.to_service.into(),
                of.patient.into(),
                of.encounter.into(),
            ],
            stub,
        )?;
        Ok(OrderId(id))
    }

    /// Writes a procedure; id 0 makes a new row.
    ///
    /// # Errors
    /// As any write.
    pub fn save_procedure(
        &mut self,
        row: &Procedure,
        of: Belongs,
        stub: bool,
    ) -> Result<ProcedureId> {
        let f = &row.facts;
        let [start, start_precision] = moment(f.start);
        let [end, end_precision] = moment(f.end);
        let id = self.upsert(
            &SAVE_PROCEDURE,
            vec![
                (row.id.0 != 0).then_some(row.id).into(),
                f.status.name().into(),
                f.what.system.name().into(),
                (&f.what.code).into(),
                (&f.what.text).into(),
                start,
                start_precision,
                end,
                end_precision,
                f.setting.name().into(),
                f.anesthesia.into(),
                f.emergency.into(),
                row.performer.into(),
                row.anesthetist.into(),
                of.patient.into(),
                of.encounter.into(),
            ],
            stub,
        )?;
        Ok(ProcedureId(id))
    }

    /// Writes a diagnosis; id 0 makes a new row.
    ///
    /// # Errors
    /// As any write.
    pub fn save_diagnosis(
        &mut self,
        row: &Diagnosis,
        of: Belongs,
        stub: bool,
    ) -> Result<DiagnosisId> {
        let f = &row.facts;
        let [at, at_precision] = moment(f.at);
        let id = self.upsert(
            &SAVE_DIAGNOSIS,
            vec![
                (row.id.0 != 0).then_some(row.id).into(),
                f.kind.name().into(),
                f.status.name().into(),
                f.what.system.name().into(),
                (&f.what.code).into(),
                (&f.what.text).into(),
                f.rank.into(),
                f.poa.map(PresentOnAdmission::name).into(),
                at,
                at_precision,
                of.patient.into(),
                of.encounter.into(),
            ],
            stub,
        )?;
        Ok(DiagnosisId(id))
    }

    /// Writes an observation; id 0 makes a new row.
    ///
    /// # Errors
    /// As any write.
    pub fn save_observation(
        &mut self,
        row: &Observation,
        of: Belongs,
        stub: bool,
    ) -> Result<ObservationId> {
        let f = &row.facts;
        let [at, at_precision] = moment(f.at);
        let id = self.upsert(
            &SAVE_OBSERVATION,
            vec![
                (row.id.0 != 0).then_some(row.id).into(),
                f.category.name().into(),
                f.status.name().into(),
                f.what.system.name().into(),
                (&f.what.code).into(),
                (&f.what.text).into(),
                f.value.into(),
                (&f.text).into(),
                (&f.unit).into(),
                f.low.into(),
                f.high.into(),
                (&f.flag).into(),
                at,
                at_precision,
                of.patient.into(),
                of.encounter.into(),
            ],
            stub,
        )?;
        Ok(ObservationId(id))
    }

    /// Writes a medication; id 0 makes a new row.
    ///
    /// # Errors
    /// As any write.
    pub fn save_medication(
        &mut self,
        row: &Medication,
        of: Belongs,
        stub: bool,
    ) -> Result<MedicationId> {
        let f = &row.facts;
        let [start, start_precision] = moment(f.start);
        let [end, end_precision] = moment(f.end);
        let id = self.upsert(
            &SAVE_MEDICATION,
            vec![
                (row.id.0 != 0).then_some(row.id).into(),
                f.kind.name().into(),
                f.status.name().into(),
                f.what.system.name().into(),
                (&f.what.code).into(),
                (&f.what.text).into(),
                (&f.dose).into(),
                (&f.route).into(),
                start,
                start_precision,
                end,
                end_precision,
                of.patient.into(),
                of.encounter.into(),
            ],
            stub,
        )?;
        Ok(MedicationId(id))
    }

    /// Inserts or updates a row; `values` in the order of the statement's columns, `stub` last.
    pub(super) fn upsert(
        &mut self,
        sql: &str,
        mut values: Vec<Value<'_>>,
        stub: bool,
    ) -> Result<i64> {
        values.push(stub.into());
        Ok(self.conn.one(sql, &values, |r| r.int(0))?.unwrap_or(0))
    }
}

static SAVE_ORDER: LazyLock<String> = LazyLock::new(|| upsert_sql("ord", ORDER));
static SAVE_PROCEDURE: LazyLock<String> = LazyLock::new(|| upsert_sql("procedure", PROCEDURE));
static SAVE_DIAGNOSIS: LazyLock<String> = LazyLock::new(|| upsert_sql("diagnosis", DIAGNOSIS));
static SAVE_OBSERVATION: LazyLock<String> =
    LazyLock::new(|| upsert_sql("observation", OBSERVATION));
static SAVE_MEDICATION: LazyLock<String> = LazyLock::new(|| upsert_sql("medication", MEDICATION));

/// The statement that inserts or updates a row of `table`, whose key is the first of `columns`.
pub(super) fn upsert_sql(table: &str, columns: &str) -> String {
    let names: Vec<&str> = columns.split(',').map(str::trim).chain(["stub"]).collect();
    let slots: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
    let sets: Vec<String> = names[1..]
        .iter()
        .map(|n| format!("{n} = excluded.{n}"))
        .collect();
    format!(
        "INSERT INTO {table} ({}) VALUES ({}) ON CONFLICT (id) DO UPDATE SET {} RETURNING id",
        names.join(", "),
        slots.join(", "),
        sets.join(", ")
    )
}
