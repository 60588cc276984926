//! Rows of visits and of what was ordered, done, coded, measured and given in them.

use super::columns::{named, read_coding, read_moment};
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

mod writing;

pub(super) use writing::upsert_sql;

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
}
