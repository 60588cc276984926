//! What the opportunity rules need beyond a chart: earlier values, and what was set aside.

use super::charts::{OBSERVATION, read_observation};
use super::driver::{Conn, Row, v};
use super::error::Result;
use super::open::Store;
use super::write::Tx;
use crate::domain::clinical::Observation;
use crate::domain::ids::{EncounterId, PatientId};
use crate::domain::opportunity::Dismissal;
use crate::domain::time::Instant;

const DISMISSAL: &str = "d.encounter, d.rule, d.reason, coalesce(u.login, ''), d.at";

fn read_dismissal(r: &Row<'_>) -> Result<Dismissal> {
    Ok(Dismissal {
        encounter: EncounterId(r.int(0)?),
        rule: r.text(1)?,
        reason: r.untrusted(2)?,
        by: r.text(3)?,
        at: Instant(r.int(4)?),
    })
}

fn dismissals(c: &Conn, encounter: EncounterId) -> Result<Vec<Dismissal>> {
    c.all(
        &format!(
            "SELECT {DISMISSAL} FROM opportunity_dismissal d LEFT JOIN user u ON u.id = d.user
             WHERE d.encounter = $1 ORDER BY d.rule"
        ),
        v![encounter],
        read_dismissal,
    )
}

impl Store {
    /// Measurements of a patient with one of these codes that belong to another visit or to
    /// none, in the order of time; with the visit they belong to.
    ///
    /// # Errors
    /// As any read.
    pub fn other_values(
        &self,
        patient: PatientId,
        not_of: EncounterId,
        codes: &[String],
    ) -> Result<Vec<(Observation, Option<EncounterId>)>> {
        self.read(|c| {
            let mut all = Vec::new();
            for code in codes {
                let more = c.all(
                    &format!(
                        "SELECT {OBSERVATION} FROM observation
                         WHERE patient = $1 AND code = $2 AND stub = 0
                           AND (encounter IS NULL OR encounter <> $3)
                         ORDER BY at, id"
                    ),
                    v![patient, code, not_of],
                    |r| {
                        let (row, of) = read_observation(r)?;
                        Ok((row, of.encounter))
                    },
                )?;
                all.extend(more);
            }
            all.sort_by_key(|(o, _)| (o.facts.at, o.id));
            Ok(all)
        })
    }

    /// What was set aside in a visit.
    ///
    /// # Errors
    /// As any read.
    pub fn dismissals(&self, encounter: EncounterId) -> Result<Vec<Dismissal>> {
        self.read(|c| dismissals(c, encounter))
    }
}

impl Tx<'_> {
    /// Sets an opportunity aside; `None` if it was set aside already. Gives the row.
    ///
    /// # Errors
    /// As any write.
    pub fn dismiss(
        &mut self,
        encounter: EncounterId,
        rule: &str,
        rule_version: i64,
        reason: &crate::domain::untrusted::Untrusted,
    ) -> Result<Option<i64>> {
        self.conn.one(
            "INSERT INTO opportunity_dismissal (encounter, rule, rule_version, reason, user, at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (encounter, rule) DO NOTHING RETURNING id",
            v![encounter, rule, rule_version, reason, self.user, self.now],
            |r| r.int(0),
        )
    }

    /// Takes back what set an opportunity aside; gives its visit, `None` if it is gone.
    ///
    /// # Errors
    /// As any write.
    pub fn undismiss(&mut self, id: i64) -> Result<Option<EncounterId>> {
        let of = self.conn.one(
            "DELETE FROM opportunity_dismissal WHERE id = $1 RETURNING encounter",
            v![id],
            |r| r.int(0),
        )?;
        Ok(of.map(EncounterId))
    }
}
