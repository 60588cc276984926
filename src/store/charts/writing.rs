//! Writing visits and what was ordered, done, coded, measured and given in them.

use super::{Belongs, DIAGNOSIS, MEDICATION, OBSERVATION, ORDER, PROCEDURE};
use crate::domain::clinical::{
    Diagnosis, Medication, Observation, Order, PresentOnAdmission, Procedure,
};
use crate::domain::code::Coding;
use crate::domain::encounter::Encounter;
use crate::domain::ids::{
    DiagnosisId, EncounterId, MedicationId, ObservationId, OrderId, PatientId, ProcedureId,
};
use crate::store::columns::moment;
use crate::store::driver::{Value, v};
use crate::store::error::Result;
use crate::store::write::Tx;
use crate::store::{deficiencies, spans};
use std::sync::LazyLock;

impl Tx<'_> {
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
        spans::record_visit(self.conn, self.now, id, row, stub)?;
        if row.id.0 != 0 {
            let before = self.deficiencies_of(id)?;
            self.conn.run(
                "UPDATE deficiency SET visit = $2, class = $3, facility = $4, service = $5,
                   service_name = coalesce((SELECT name FROM service WHERE id = $5), '')
                 WHERE encounter = $1",
                v![id, &f.visit, f.class.name(), row.facility, row.service],
            )?;
            deficiencies::service_changed(self.conn, &before, row.service)?;
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
        self.add_to_analyse([id]);
        Ok(())
    }

    /// Marks every visit of a patient for analysis.
    ///
    /// # Errors
    /// As any write.
    pub fn patient_needs_analysis(&mut self, id: PatientId) -> Result<()> {
        let visits = self.conn.all(
            "UPDATE encounter SET stale = stale + 1, unseen = unseen + 1 WHERE patient = $1
             RETURNING id",
            v![id],
            |row| Ok(EncounterId(row.int(0)?)),
        )?;
        self.add_to_analyse(visits);
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
        let mut values = coded(row.id.0, &[f.kind.name(), f.status.name()], &f.what);
        values.extend([
            at,
            at_precision,
            f.verbal.into(),
            signed,
            signed_precision,
            row.ordered_by.into(),
            row.performer.into(),
            row.to_service.into(),
        ]);
        let id = self.save(&SAVE_ORDER, values, of, stub)?;
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
        let mut values = coded(row.id.0, &[f.status.name()], &f.what);
        values.extend([
            start,
            start_precision,
            end,
            end_precision,
            f.setting.name().into(),
            f.anesthesia.into(),
            f.emergency.into(),
            row.performer.into(),
            row.anesthetist.into(),
        ]);
        let id = self.save(&SAVE_PROCEDURE, values, of, stub)?;
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
        let mut values = coded(row.id.0, &[f.kind.name(), f.status.name()], &f.what);
        values.extend([
            f.rank.into(),
            f.poa.map(PresentOnAdmission::name).into(),
            at,
            at_precision,
        ]);
        let id = self.save(&SAVE_DIAGNOSIS, values, of, stub)?;
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
        let mut values = coded(row.id.0, &[f.category.name(), f.status.name()], &f.what);
        values.extend([
            f.value.into(),
            (&f.text).into(),
            (&f.unit).into(),
            f.low.into(),
            f.high.into(),
            (&f.flag).into(),
            at,
            at_precision,
        ]);
        let id = self.save(&SAVE_OBSERVATION, values, of, stub)?;
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
        let mut values = coded(row.id.0, &[f.kind.name(), f.status.name()], &f.what);
        values.extend([
            (&f.dose).into(),
            (&f.route).into(),
            start,
            start_precision,
            end,
            end_precision,
        ]);
        let id = self.save(&SAVE_MEDICATION, values, of, stub)?;
        Ok(MedicationId(id))
    }

    /// Inserts or updates a row of a chart, which ends with whom it is of.
    fn save(
        &mut self,
        sql: &str,
        mut values: Vec<Value<'_>>,
        of: Belongs,
        stub: bool,
    ) -> Result<i64> {
        values.extend([of.patient.into(), of.encounter.into()]);
        self.upsert(sql, values, stub)
    }

    /// Inserts or updates a row; `values` in the order of the statement's columns, `stub` last.
    pub(in crate::store) fn upsert(
        &mut self,
        sql: &str,
        mut values: Vec<Value<'_>>,
        stub: bool,
    ) -> Result<i64> {
        values.push(stub.into());
        Ok(self.conn.one(sql, &values, |r| r.int(0))?.unwrap_or(0))
    }
}

/// What a row of something coded begins with: its key (none if it is new), stable names, and the code.
fn coded<'a>(id: i64, names: &[&'static str], what: &'a Coding) -> Vec<Value<'a>> {
    let key = Value::from((id != 0).then_some(id));
    let mut values = vec![key];
    values.extend(names.iter().map(|name| Value::from(*name)));
    let system = what.system.name();
    values.extend([system.into(), (&what.code).into(), (&what.text).into()]);
    values
}

static SAVE_ORDER: LazyLock<String> = LazyLock::new(|| upsert_sql("ord", ORDER));
static SAVE_PROCEDURE: LazyLock<String> = LazyLock::new(|| upsert_sql("procedure", PROCEDURE));
static SAVE_DIAGNOSIS: LazyLock<String> = LazyLock::new(|| upsert_sql("diagnosis", DIAGNOSIS));
static SAVE_OBSERVATION: LazyLock<String> =
    LazyLock::new(|| upsert_sql("observation", OBSERVATION));
static SAVE_MEDICATION: LazyLock<String> = LazyLock::new(|| upsert_sql("medication", MEDICATION));

/// The statement that inserts or updates a row of `table`, whose key is the first of `columns`.
pub(in crate::store) fn upsert_sql(table: &str, columns: &str) -> String {
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
