//! Leases on charts, with expiry and fencing token.

use super::driver::{Conn, v};
use super::error::Result;
use super::open::Store;
use super::write::Tx;
use crate::domain::ids::{EncounterId, UserId};
use crate::domain::lease::Lease;
use crate::domain::time::Instant;

pub(super) fn current(c: &Conn, encounter: EncounterId, now: Instant) -> Result<Option<Lease>> {
    c.one(
        "SELECT l.encounter, l.user, coalesce(u.name, ''), l.session, l.token, l.since, l.expires
         FROM lease l LEFT JOIN user u ON u.id = l.user WHERE l.encounter = $1 AND l.expires > $2",
        v![encounter, now],
        |r| {
            Ok(Lease {
                encounter: EncounterId(r.int(0)?),
                user: UserId(r.int(1)?),
                user_name: r.untrusted(2)?,
                session: r.text(3)?,
                token: r.int(4)?,
                since: Instant(r.int(5)?),
                expires: Instant(r.int(6)?),
            })
        },
    )
}

impl Store {
    /// Who has a chart now.
    ///
    /// # Errors
    /// As any read.
    pub fn lease(&self, encounter: EncounterId, now: Instant) -> Result<Option<Lease>> {
        self.read(|c| current(c, encounter, now))
    }
}

impl Tx<'_> {
    /// Who has a chart now.
    ///
    /// # Errors
    /// As any read.
    pub fn lease(&self, encounter: EncounterId) -> Result<Option<Lease>> {
        current(self.conn, encounter, self.now)
    }

    /// Gives the chart to a session. A new holder gets a higher token; the same one keeps its own.
    ///
    /// # Errors
    /// As any write.
    pub fn grant_lease(
        &mut self,
        encounter: EncounterId,
        user: UserId,
        session: &str,
        expires: Instant,
    ) -> Result<i64> {
        let token = self.conn.one(
            "INSERT INTO lease (encounter, user, session, token, since, expires) VALUES ($1, $2, $3, 1, $4, $5)
             ON CONFLICT (encounter) DO UPDATE SET
               token = CASE WHEN lease.session = excluded.session THEN lease.token ELSE lease.token + 1 END,
               since = CASE WHEN lease.session = excluded.session THEN lease.since ELSE excluded.since END,
               user = excluded.user, session = excluded.session, expires = excluded.expires
             RETURNING token",
            v![encounter, user, session, self.now, expires],
            |r| r.int(0),
        )?;
        Ok(token.unwrap_or(0))
    }

    /// Ends a lease; its token stays used.
    ///
    /// # Errors
    /// As any write.
    pub fn end_lease(&mut self, encounter: EncounterId) -> Result<()> {
        self.conn.run(
            "UPDATE lease SET expires = 0, session = '' WHERE encounter = $1",
            v![encounter],
        )?;
        Ok(())
    }

    /// Sets the analyst of a chart for items still to come.
    ///
    /// # Errors
    /// As any write.
    pub fn set_chart_analyst(
        &mut self,
        encounter: EncounterId,
        analyst: Option<UserId>,
    ) -> Result<()> {
        self.conn.run(
            "UPDATE encounter SET analyst = $2 WHERE id = $1",
            v![encounter, analyst.map_or(0, |u| u.0)],
        )?;
        Ok(())
    }
}
