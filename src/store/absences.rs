//! Rows of absences and of cover.

use super::columns::{instant_or_none, named};
use super::driver::{Conn, Row, v};
use super::error::{Result, StoreError};
use super::open::Store;
use super::write::Tx;
use crate::domain::absence::{Absence, Cover, CoverGroup};
use crate::domain::deficiency::HoldReason;
use crate::domain::ids::{AbsenceId, CoverId, ProviderId, UserId};
use crate::domain::time::Instant;
use serde::{Deserialize, Serialize};

const ABSENCE: &str = "SELECT a.id, a.version, a.provider, coalesce(p.name, ''), a.reason,
    a.comment, a.from_at, a.until, a.removed, a.placed_by
    FROM absence a LEFT JOIN provider p ON p.id = a.provider";

fn read_absence(r: &Row<'_>) -> Result<Absence> {
    Ok(Absence {
        id: AbsenceId(r.int(0)?),
        version: r.int(1)?,
        provider: ProviderId(r.int(2)?),
        provider_name: r.untrusted(3)?,
        reason: named(&r.text(4)?, HoldReason::from_name)?,
        comment: r.untrusted(5)?,
        from: Instant(r.int(6)?),
        until: instant_or_none(r.int(7)?),
        removed: r.flag(8)?,
        placed_by: UserId(r.int(9)?),
    })
}

/// When a cover ends: said beforehand, or by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverEnd {
    /// Ended by hand, or taken back.
    pub ended: bool,
    /// The last instant, if known.
    pub until: Option<Instant>,
}

const COVER: &str = "SELECT c.id, c.provider, coalesce(p.name, ''), c.by_provider,
    coalesce(b.name, ''), c.from_at, c.until, c.reason
    FROM cover c LEFT JOIN provider p ON p.id = c.provider
      LEFT JOIN provider b ON b.id = c.by_provider";

fn read_cover(r: &Row<'_>) -> Result<Cover> {
    Ok(Cover {
        id: CoverId(r.int(0)?),
        provider: ProviderId(r.int(1)?),
        provider_name: r.untrusted(2)?,
        by: ProviderId(r.int(3)?),
        by_name: r.untrusted(4)?,
        from: Instant(r.int(5)?),
        until: instant_or_none(r.int(6)?),
        reason: r.untrusted(7)?,
    })
}

/// Absences of a provider that count, oldest first.
fn absences_of(c: &Conn, provider: ProviderId) -> Result<Vec<Absence>> {
    c.all(
        &format!("{ABSENCE} WHERE a.provider = $1 AND a.removed = 0 ORDER BY a.from_at, a.id"),
        v![provider],
        read_absence,
    )
}

/// For whom a provider stands in now: by name, or as a member of the same coverage group.
pub(super) fn covered(c: &Conn, by: ProviderId, now: Instant) -> Result<Vec<ProviderId>> {
    c.all(
        "SELECT provider FROM cover WHERE by_provider = $1 AND ended = 0 AND from_at <= $2
           AND (until = 0 OR until >= $2)
         UNION SELECT o.provider FROM cover_group m JOIN cover_group o ON o.name = m.name
           WHERE m.provider = $1 AND o.provider <> $1
         ORDER BY 1",
        v![by, now],
        |r| Ok(ProviderId(r.int(0)?)),
    )
}

impl Store {
    /// Absences that count: those of one provider, or all that are not over by `now`.
    ///
    /// # Errors
    /// As any read.
    pub fn absences(&self, provider: Option<ProviderId>, now: Instant) -> Result<Vec<Absence>> {
        self.read(|c| match provider {
            Some(provider) => absences_of(c, provider),
            None => c.all(
                &format!(
                    "{ABSENCE} WHERE a.removed = 0 AND (a.until = 0 OR a.until >= $1)
                     ORDER BY a.from_at, a.id"
                ),
                v![now],
                read_absence,
            ),
        })
    }

    /// An absence that counts.
    ///
    /// # Errors
    /// As any read.
    pub fn absence(&self, id: AbsenceId) -> Result<Option<Absence>> {
        self.read(|c| {
            c.one(
                &format!("{ABSENCE} WHERE a.id = $1 AND a.removed = 0"),
                v![id],
                read_absence,
            )
        })
    }

    /// Covers not ended by `now`.
    ///
    /// # Errors
    /// As any read.
    pub fn covers(&self, now: Instant) -> Result<Vec<Cover>> {
        self.read(|c| {
            c.all(
                &format!(
                    "{COVER} WHERE c.ended = 0 AND (c.until = 0 OR c.until >= $1)
                     ORDER BY c.from_at, c.id"
                ),
                v![now],
                read_cover,
            )
        })
    }

    /// A cover, ended or not.
    ///
    /// # Errors
    /// As any read.
    pub fn cover(&self, id: CoverId) -> Result<Option<Cover>> {
        self.read(|c| c.one(&format!("{COVER} WHERE c.id = $1"), v![id], read_cover))
    }

    /// Coverage groups by name.
    ///
    /// # Errors
    /// As any read.
    pub fn cover_groups(&self) -> Result<Vec<CoverGroup>> {
        let rows = self.read(|c| {
            c.all(
                "SELECT g.name, g.provider, coalesce(p.name, '') FROM cover_group g
                   LEFT JOIN provider p ON p.id = g.provider ORDER BY g.name, p.name, g.provider",
                v![],
                |r| Ok((r.text(0)?, ProviderId(r.int(1)?), r.untrusted(2)?)),
            )
        })?;
        let mut groups: Vec<CoverGroup> = Vec::new();
        for (name, provider, shown) in rows {
            match groups.last_mut().filter(|g| g.name == name) {
                Some(group) => group.members.push((provider, shown)),
                None => groups.push(CoverGroup {
                    name,
                    members: vec![(provider, shown)],
                }),
            }
        }
        Ok(groups)
    }

    /// For whom a provider stands in now.
    ///
    /// # Errors
    /// As any read.
    pub fn covered(&self, by: ProviderId, now: Instant) -> Result<Vec<ProviderId>> {
        self.read(|c| covered(c, by, now))
    }
}

impl Tx<'_> {
    /// Absences of a provider that count, oldest first.
    ///
    /// # Errors
    /// As any read.
    pub fn absences_of(&self, provider: ProviderId) -> Result<Vec<Absence>> {
        absences_of(self.conn, provider)
    }

    /// An absence, taken back or not.
    ///
    /// # Errors
    /// As any read.
    pub fn absence(&self, id: AbsenceId) -> Result<Option<Absence>> {
        self.conn
            .one(&format!("{ABSENCE} WHERE a.id = $1"), v![id], read_absence)
    }

    /// Records an absence; `begun` if its effect on items is written in the same transaction.
    ///
    /// # Errors
    /// As any write.
    pub fn add_absence(&mut self, new: &Absence, begun: bool) -> Result<AbsenceId> {
        let id = self.conn.insert(
            "INSERT INTO absence (version, provider, reason, comment, from_at, until, begun, removed, placed_by)
             VALUES (1, $1, $2, $3, $4, $5, $6, 0, $7)",
            v![
                new.provider,
                new.reason.name(),
                &new.comment,
                new.from,
                new.until.map_or(0, |t| t.0),
                begun,
                new.placed_by
            ],
        )?;
        Ok(AbsenceId(id))
    }

    /// Changes what is told of an absence and whether it counts. Holds it has brought begin with
    /// it; those of items that came to the provider during it, when they came. Whether it excuses
    /// them is for whoever reckons anew.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if the row is no longer in version `old.version`.
    pub fn change_absence(&mut self, old: &Absence, new: &Absence) -> Result<()> {
        let rows = self.conn.run(
            "UPDATE absence SET version = version + 1, until = $3, removed = $4, reason = $5,
               comment = $6, from_at = $7, begun = $7 <= $8
             WHERE id = $1 AND version = $2",
            v![
                old.id,
                old.version,
                new.until.map_or(0, |t| t.0),
                new.removed,
                new.reason.name(),
                &new.comment,
                new.from,
                self.now
            ],
        )?;
        if rows == 0 {
            return Err(StoreError::Stale);
        }
        self.conn.run(
            "UPDATE hold SET reason = $2, comment = $3,
               from_at = CASE WHEN from_at = $4 THEN $5 ELSE max(from_at, $5) END
             WHERE absence = $1",
            v![old.id, new.reason.name(), &new.comment, old.from, new.from],
        )?;
        Ok(())
    }

    /// Absences whose first instant has come and whose effect is not written yet.
    ///
    /// # Errors
    /// As any read.
    pub fn beginning_absences(&self, limit: usize) -> Result<Vec<Absence>> {
        self.conn.all(
            &format!(
                "{ABSENCE} WHERE a.begun = 0 AND a.removed = 0 AND a.from_at <= $1
                 ORDER BY a.from_at, a.id LIMIT $2"
            ),
            v![self.now, limit as i64],
            read_absence,
        )
    }

    /// Marks an absence as written to the items it excuses.
    ///
    /// # Errors
    /// As any write.
    pub fn absence_begun(&mut self, id: AbsenceId) -> Result<()> {
        self.conn
            .run("UPDATE absence SET begun = 1 WHERE id = $1", v![id])?;
        Ok(())
    }

    /// For whom a provider stands in now.
    ///
    /// # Errors
    /// As any read.
    pub fn covered(&self, by: ProviderId) -> Result<Vec<ProviderId>> {
        covered(self.conn, by, self.now)
    }

    /// Records a cover.
    ///
    /// # Errors
    /// As any write.
    pub fn add_cover(&mut self, new: &Cover, placed_by: UserId) -> Result<CoverId> {
        let id = self.conn.insert(
            "INSERT INTO cover (provider, by_provider, from_at, until, ended, reason, placed_by)
             VALUES ($1, $2, $3, $4, 0, $5, $6)",
            v![
                new.provider,
                new.by,
                new.from,
                new.until.map_or(0, |t| t.0),
                &new.reason,
                placed_by
            ],
        )?;
        Ok(CoverId(id))
    }

    /// A cover, ended or not, and how it ends.
    ///
    /// # Errors
    /// As any read.
    pub fn cover(&self, id: CoverId) -> Result<Option<(Cover, CoverEnd)>> {
        let found = self
            .conn
            .one(&format!("{COVER} WHERE c.id = $1"), v![id], read_cover)?;
        let Some(cover) = found else {
            return Ok(None);
        };
        let ended = self
            .conn
            .number("SELECT ended FROM cover WHERE id = $1", v![id])?;
        let end = CoverEnd {
            ended: ended != 0,
            until: cover.until,
        };
        Ok(Some((cover, end)))
    }

    /// Sets how a cover ends.
    ///
    /// # Errors
    /// As any write.
    pub fn set_cover_end(&mut self, id: CoverId, end: &CoverEnd) -> Result<()> {
        self.conn.run(
            "UPDATE cover SET ended = $2, until = $3 WHERE id = $1",
            v![id, end.ended, end.until.map_or(0, |t| t.0)],
        )?;
        Ok(())
    }

    /// Who belongs to a coverage group.
    ///
    /// # Errors
    /// As any read.
    pub fn cover_group_members(&self, name: &str) -> Result<Vec<ProviderId>> {
        self.conn.all(
            "SELECT provider FROM cover_group WHERE name = $1 ORDER BY provider",
            v![name],
            |r| Ok(ProviderId(r.int(0)?)),
        )
    }

    /// Gives a coverage group another name, which no other has.
    ///
    /// # Errors
    /// As any write.
    pub fn rename_cover_group(&mut self, name: &str, to: &str) -> Result<()> {
        self.conn.run(
            "UPDATE cover_group SET name = $2 WHERE name = $1",
            v![name, to],
        )?;
        Ok(())
    }

    /// Sets who belongs to a coverage group; nobody dissolves it.
    ///
    /// # Errors
    /// As any write.
    pub fn set_cover_group(&mut self, name: &str, members: &[ProviderId]) -> Result<()> {
        self.conn
            .run("DELETE FROM cover_group WHERE name = $1", v![name])?;
        for member in members {
            self.conn.run(
                "INSERT INTO cover_group (name, provider) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                v![name, *member],
            )?;
        }
        Ok(())
    }
}
