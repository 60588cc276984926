//! Evidence that a stay was coded, and what was known of it when.

use super::charts::{Belongs, upsert_sql};
use super::columns::{moment, named, read_moment};
use super::driver::{Conn, Row, Value, v};
use super::error::Result;
use super::open::Store;
use super::spans::{STILL, read_visit};
use super::write::Tx;
use crate::domain::clinical::Status;
use crate::domain::coding::{Coded, CodedBy, Coding, CodingFacts, PastCoded};
use crate::domain::ids::{CodingId, EncounterId, PatientId};
use crate::domain::time::{Instant, Moment};
use std::sync::LazyLock;

const CODING: &str = "id, evidence, status, at, at_precision, patient, encounter";
static SAVE: LazyLock<String> = LazyLock::new(|| upsert_sql("coding", CODING));

fn read_coding_row(r: &Row<'_>) -> Result<(Coding, Belongs)> {
    let row = Coding {
        id: CodingId(r.int(0)?),
        facts: CodingFacts {
            by: named(&r.text(1)?, CodedBy::from_name)?,
            status: named(&r.text(2)?, Status::from_name)?,
            at: read_moment(r, 3)?,
        },
    };
    let of = Belongs {
        patient: PatientId(r.int(5)?),
        encounter: r.opt_int(6)?.map(EncounterId),
    };
    Ok((row, of))
}

pub(super) fn read_coded(r: &Row<'_>, at: usize) -> Result<Coded> {
    Ok(Coded {
        by: named(&r.text(at)?, CodedBy::from_name)?,
        at: read_moment(r, at + 1)?,
    })
}

fn coded(c: &Conn, encounter: EncounterId) -> Result<Option<(i64, Instant, Coded)>> {
    c.one(
        "SELECT id, at, evidence, coded, coded_precision FROM coded_span
         WHERE encounter = $1 AND until = $2 ORDER BY id DESC LIMIT 1",
        v![encounter, STILL],
        |r| Ok((r.int(0)?, Instant(r.int(1)?), read_coded(r, 2)?)),
    )
}

impl Store {
    /// That a stay is coded, if it is.
    ///
    /// # Errors
    /// As any read.
    pub fn coded(&self, encounter: EncounterId) -> Result<Option<Coded>> {
        self.read(|c| Ok(coded(c, encounter)?.map(|(.., found)| found)))
    }

    /// Stays coded between two instants, as known at `to`, with when the last of their items of
    /// `kinds` was closed. A coding known by its date only stands at midnight UTC of that date.
    ///
    /// # Errors
    /// As any read.
    pub fn past_coded(
        &self,
        from: Instant,
        to: Instant,
        known: Instant,
        kinds: &[String],
    ) -> Result<Vec<PastCoded>> {
        let slots: Vec<String> = (0..kinds.len()).map(|i| format!("${}", 4 + i)).collect();
        let sql = format!(
            "SELECT k.encounter, k.coded, k.coded_precision,
               (SELECT max(s.at) FROM deficiency_span s WHERE s.encounter = k.encounter
                  AND s.outstanding = 0 AND s.at <= $3 AND s.until > $3 AND s.kind IN ({})),
               e.class, e.facility, e.service, e.attending, e.discharged, e.discharged_precision
             FROM coded_span k JOIN encounter_span e
               ON e.encounter = k.encounter AND e.at <= $3 AND e.until > $3 AND e.valid = 1
             WHERE k.coded > $1 AND k.coded <= $2 AND k.at <= $3 AND k.until > $3
             ORDER BY k.encounter",
            slots.join(", ")
        );
        let mut values: Vec<Value<'_>> = vec![from.into(), to.into(), known.into()];
        values.extend(kinds.iter().map(Value::from));
        self.read(|c| {
            let all = c.all(&sql, &values, |r| {
                let coded = read_moment(r, 1)?;
                let row = |coded| {
                    Ok(PastCoded {
                        encounter: EncounterId(r.int(0)?),
                        coded,
                        ready: r.opt_int(3)?.map(Instant),
                        visit: read_visit(r, 4)?,
                    })
                };
                coded.map(row).transpose()
            })?;
            Ok(all.into_iter().flatten().collect())
        })
    }
}

impl Tx<'_> {
    /// Evidence by its row.
    ///
    /// # Errors
    /// As any read.
    pub fn coding(&self, id: CodingId) -> Result<Option<(Coding, Belongs)>> {
        self.conn.one(
            &format!("SELECT {CODING} FROM coding WHERE id = $1 AND stub = 0"),
            v![id],
            read_coding_row,
        )
    }

    /// Everything that says something of the coding of a stay, in the order of its rows.
    ///
    /// # Errors
    /// As any read.
    pub fn codings_of(&self, encounter: EncounterId) -> Result<Vec<Coding>> {
        self.conn.all(
            &format!("SELECT {CODING} FROM coding WHERE encounter = $1 ORDER BY id"),
            v![encounter],
            |r| Ok(read_coding_row(r)?.0),
        )
    }

    /// Writes evidence; id 0 makes a new row.
    ///
    /// # Errors
    /// As any write.
    pub fn save_coding(&mut self, row: &Coding, of: Belongs, stub: bool) -> Result<CodingId> {
        let [at, at_precision] = moment(row.facts.at);
        let id = self.upsert(
            &SAVE,
            vec![
                (row.id.0 != 0).then_some(row.id).into(),
                row.facts.by.name().into(),
                row.facts.status.name().into(),
                at,
                at_precision,
                of.patient.into(),
                of.encounter.into(),
            ],
            stub,
        )?;
        Ok(CodingId(id))
    }

    /// That a stay is coded, if it is.
    ///
    /// # Errors
    /// As any read.
    pub fn coded(&self, encounter: EncounterId) -> Result<Option<Coded>> {
        Ok(coded(self.conn, encounter)?.map(|(.., found)| found))
    }

    /// Keeps from now on whether a stay is coded; false if nothing changed.
    ///
    /// # Errors
    /// As any write.
    pub fn set_coded(&mut self, encounter: EncounterId, new: Option<Coded>) -> Result<bool> {
        let old = coded(self.conn, encounter)?;
        if old.as_ref().map(|(.., was)| *was) == new {
            return Ok(false);
        }
        // A clock set back must not make a span end before it began.
        let now = old
            .as_ref()
            .map_or(self.now.0, |(_, at, _)| self.now.0.max(at.0));
        if let Some((id, ..)) = old {
            self.conn.run(
                "UPDATE coded_span SET until = $2 WHERE id = $1",
                v![id, now],
            )?;
        }
        if let Some(new) = new {
            let [coded, precision] = moment(new.at);
            self.conn.run(
                "INSERT INTO coded_span (encounter, at, until, evidence, coded, coded_precision)
                 VALUES ($1, $2, $3, $4, $5, $6)",
                &[
                    encounter.into(),
                    now.into(),
                    STILL.into(),
                    new.by.name().into(),
                    coded,
                    precision,
                ],
            )?;
        }
        Ok(true)
    }

    /// When a stay ended, as it is known now.
    ///
    /// # Errors
    /// As any read.
    pub fn discharged(&self, encounter: EncounterId) -> Result<Option<Moment>> {
        let found = self.conn.one(
            "SELECT discharged, discharged_precision FROM encounter WHERE id = $1
               AND stub = 0 AND status NOT IN ('cancelled', 'retracted', 'planned')",
            v![encounter],
            |r| read_moment(r, 0),
        )?;
        Ok(found.flatten())
    }
}
