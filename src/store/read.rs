//! Whole charts, and finding them.

use super::charts::{
    diagnoses, encounter, encounters_where, medications, observations, orders, procedures,
    read_encounter,
};
use super::driver::{Value, v};
use super::error::{Result, StoreError};
use super::open::Store;
use super::{documents, people};
use crate::domain::chart::Chart;
use crate::domain::encounter::Encounter;
use crate::domain::ids::{DeficiencyId, EncounterId, FacilityId, PatientId, ProviderId};
use crate::domain::people::Patient;
use crate::domain::time::Instant;

/// Days before admission in which a document that names no visit still belongs to its chart: an
/// H&P may be 30 days old (42 CFR 482.24(c)(4)(i)(A)).
const DAYS_BEFORE: i64 = 30;

/// Days after discharge in which a late document that names no visit still belongs to its chart.
const DAYS_AFTER: i64 = 30;

impl Store {
    /// A chart. `values` asks for observations and medications too.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such visit.
    pub fn chart(&self, id: EncounterId, values: bool) -> Result<Chart> {
        self.read(|c| {
            let missing = StoreError::NotFound {
                what: "visit",
                id: id.0,
            };
            let visit = encounter(c, id)?.ok_or(missing)?;
            let missing = StoreError::NotFound {
                what: "patient",
                id: visit.patient.0,
            };
            let patient = people::patient(c, visit.patient)?.ok_or(missing)?;
            let from = visit
                .facts
                .admitted
                .map_or(Instant(0), |m| m.at.plus_hours(-24 * DAYS_BEFORE));
            let to = visit
                .facts
                .discharged
                .map_or(Instant(i64::MAX), |m| m.at.plus_hours(24 * DAYS_AFTER));
            let mut chart = Chart {
                facility: visit
                    .facility
                    .map(|f| people::facility(c, f))
                    .transpose()?
                    .flatten(),
                service: visit
                    .service
                    .map(|s| people::service(c, s))
                    .transpose()?
                    .flatten(),
                documents: documents::of_chart(c, id, patient.id, from, to)?,
                orders: orders(c, id)?,
                procedures: procedures(c, id)?,
                diagnoses: diagnoses(c, id)?,
                observations: if values {
                    observations(c, id)?
                } else {
                    Vec::new()
                },
                medications: if values {
                    medications(c, id)?
                } else {
                    Vec::new()
                },
                providers: Vec::new(),
                patient,
                encounter: visit,
            };
            for id in named_providers(&chart) {
                chart.providers.extend(people::provider(c, id)?);
            }
            Ok(chart)
        })
    }

    /// A deficiency.
    ///
    /// # Errors
    /// As any read.
    pub fn deficiency(&self, id: DeficiencyId) -> Result<Option<super::DeficiencyRow>> {
        self.read(|c| Ok(super::deficiencies::full(c, "id = $1", v![id])?.pop()))
    }

    /// Name of a facility.
    ///
    /// # Errors
    /// As any read.
    pub fn facility_name(&self, id: FacilityId) -> Result<Option<String>> {
        self.read(|c| Ok(people::facility(c, id)?.map(|f| f.name.raw().to_owned())))
    }

    /// Every deficiency of a visit.
    ///
    /// # Errors
    /// As any read.
    pub fn deficiencies_of(&self, id: EncounterId) -> Result<Vec<super::DeficiencyRow>> {
        self.read(|c| super::deficiencies::full(c, "encounter = $1 ORDER BY id", v![id]))
    }

    /// The visits of a patient, newest first.
    ///
    /// # Errors
    /// As any read.
    pub fn encounters_of(&self, patient: PatientId) -> Result<Vec<Encounter>> {
        self.read(|c| {
            encounters_where(
                c,
                "patient = $1 AND stub = 0 ORDER BY admitted DESC, id DESC",
                patient.into(),
            )
        })
    }

    /// Visits with this visit number.
    ///
    /// # Errors
    /// As any read.
    pub fn encounters_by_visit(&self, visit: &str) -> Result<Vec<Encounter>> {
        self.read(|c| encounters_where(c, "visit = $1 ORDER BY id", visit.into()))
    }

    /// A visit.
    ///
    /// # Errors
    /// As any read.
    pub fn encounter(&self, id: EncounterId) -> Result<Option<Encounter>> {
        self.read(|c| encounter(c, id))
    }

    /// A patient.
    ///
    /// # Errors
    /// As any read.
    pub fn patient(&self, id: PatientId) -> Result<Option<Patient>> {
        self.read(|c| people::patient(c, id))
    }

    /// Visits that changed since they were analysed, with the state they are in: (visit, stamp).
    ///
    /// # Errors
    /// As any read.
    pub fn stale_encounters(
        &self,
        after: EncounterId,
        limit: usize,
    ) -> Result<Vec<(EncounterId, i64)>> {
        self.stamps(
            "stale > 0 AND id > $1 ORDER BY id LIMIT $2",
            v![after, limit as i64],
        )
    }

    /// Of these visits, those that changed since they were analysed, each with its stamp.
    ///
    /// # Errors
    /// As any read.
    pub fn stale_among(&self, visits: &[EncounterId]) -> Result<Vec<(EncounterId, i64)>> {
        self.read(|c| {
            let mut stale = Vec::new();
            for id in visits {
                let sql = "SELECT stale FROM encounter WHERE id = $1 AND stale > 0";
                let stamp = c.one(sql, v![*id], |row| row.int(0))?;
                stale.extend(stamp.map(|stamp| (*id, stamp)));
            }
            Ok(stale)
        })
    }

    /// Every visit's identity with its stamp, in order, for a whole run of the analysis.
    ///
    /// # Errors
    /// As any read.
    pub fn all_encounters(
        &self,
        after: EncounterId,
        limit: usize,
    ) -> Result<Vec<(EncounterId, i64)>> {
        self.stamps(
            "stub = 0 AND id > $1 ORDER BY id LIMIT $2",
            v![after, limit as i64],
        )
    }

    /// Visits at which the nightly analysis looks: changed, in house at `now`, ended after
    /// `ended_after`, or with a query that is overdue.
    ///
    /// # Errors
    /// As any read.
    pub fn nightly_encounters(
        &self,
        after: EncounterId,
        now: Instant,
        ended_after: Instant,
        limit: usize,
    ) -> Result<Vec<(EncounterId, i64)>> {
        self.stamps(
            "stub = 0 AND id > $1 AND (stale > 0
               OR (discharged IS NULL AND status NOT IN ('planned', 'cancelled', 'retracted', 'finished'))
               OR discharged >= $3
               OR id IN (SELECT encounter FROM query WHERE state = 'issued' AND due < $2))
             ORDER BY id LIMIT $4",
            v![after, now, ended_after, limit as i64],
        )
    }

    /// Visits with the stamp of the state they are in.
    fn stamps(&self, which: &str, values: &[Value<'_>]) -> Result<Vec<(EncounterId, i64)>> {
        let sql = format!("SELECT id, stale FROM encounter WHERE {which}");
        self.read(|c| c.all(&sql, values, |r| Ok((EncounterId(r.int(0)?), r.int(1)?))))
    }

    /// Patients and visits whose name, MRN or visit number begins with `text`: the newest visit
    /// of each patient first.
    ///
    /// # Errors
    /// As any read.
    pub fn find_charts(&self, text: &str, limit: usize) -> Result<Vec<(Patient, Encounter)>> {
        let prefix = text.trim().to_uppercase();
        let end = format!("{prefix}\u{10FFFF}");
        self.read(|c| {
            let visits = c.all(
                "SELECT e.id, e.patient, e.visit, e.class, e.status, e.admitted, e.admitted_precision,
                   e.discharged, e.discharged_precision, e.disposition, e.reason, e.location, e.payer,
                   e.facility, e.service, e.attending, e.admitting
                 FROM encounter e WHERE e.stub = 0 AND (e.visit = $3 OR e.patient IN
                   (SELECT id FROM patient WHERE mrn = $3 UNION
                    SELECT id FROM patient WHERE name >= $1 AND name < $2 UNION
                    SELECT id FROM patient WHERE upper(name) >= $1 AND upper(name) < $2))
                 ORDER BY e.admitted DESC, e.id DESC LIMIT $4",
                v![&prefix, &end, text.trim(), limit as i64],
                read_encounter,
            )?;
            let mut out = Vec::new();
            for visit in visits {
                if let Some(patient) = people::patient(c, visit.patient)? {
                    out.push((patient, visit));
                }
            }
            Ok(out)
        })
    }
}

fn named_providers(chart: &Chart) -> Vec<ProviderId> {
    let e = &chart.encounter;
    let mut ids: Vec<ProviderId> = [e.attending, e.admitting].into_iter().flatten().collect();
    for d in &chart.documents {
        ids.extend(
            [d.author, d.assigned, d.authenticator, d.cosigner]
                .into_iter()
                .flatten(),
        );
    }
    for o in &chart.orders {
        ids.extend([o.ordered_by, o.performer].into_iter().flatten());
    }
    for p in &chart.procedures {
        ids.extend([p.performer, p.anesthetist].into_iter().flatten());
    }
    ids.sort_unstable();
    ids.dedup();
    ids
}
