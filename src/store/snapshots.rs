//! Stored figures of past days, and what statistics need beside the spans.

use super::driver::{Conn, v};
use super::error::{Result, StoreError};
use super::open::Store;
use super::write::Tx;
use crate::domain::ids::UserId;
use crate::domain::report::{AnalystWork, Figures, Group, GroupBy};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;

/// What the program did by itself, in whoever's name it ran.
const BY_ITSELF: &str = "'deficiency.open', 'deficiency.clear', 'deficiency.hold_ended',
    'deficiency.hold_changed', 'ladder.propose', 'ladder.update', 'ladder.withdraw', 'ladder.end'";

/// Figures of a group on a day, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotRow {
    /// How groups are made; [`GroupBy::Total`] for the whole.
    pub by: GroupBy,
    /// The group's key; empty for the whole.
    pub key: String,
    /// Days since 1970-01-01, in the hospital's time.
    pub day: i64,
    /// The instant they are of.
    pub as_of: Instant,
    /// The figures.
    pub figures: Figures,
}

fn figures(text: &str) -> Result<Figures> {
    serde_json::from_str(text).map_err(StoreError::from)
}

/// The name of a group, as lists show it.
fn group_name(c: &Conn, by: GroupBy, key: &str) -> Result<Untrusted> {
    let sql = match by {
        GroupBy::Total => return Ok(Untrusted::default()),
        GroupBy::Kind => return Ok(Untrusted::new(key)),
        GroupBy::Facility => "SELECT name FROM facility WHERE id = $1",
        GroupBy::Service => "SELECT name FROM service WHERE id = $1",
        GroupBy::Provider => "SELECT name FROM provider WHERE id = $1",
    };
    Ok(
        c.one(sql, v![key.parse::<i64>().unwrap_or(0)], |r| r.untrusted(0))?
            .unwrap_or_default(),
    )
}

impl Store {
    /// Names groups, and puts them in the order of their names.
    ///
    /// # Errors
    /// As any read.
    pub fn name_groups(&self, by: GroupBy, groups: Vec<(String, Figures)>) -> Result<Vec<Group>> {
        self.read(|c| {
            let mut named = groups
                .into_iter()
                .map(|(key, figures)| {
                    Ok(Group {
                        name: group_name(c, by, &key)?,
                        key,
                        figures,
                    })
                })
                .collect::<Result<Vec<_>>>()?;
            named.sort_by(|a, b| (&a.name, &a.key).cmp(&(&b.name, &b.key)));
            Ok(named)
        })
    }

    /// Figures of one group over the days from `first`, oldest first.
    ///
    /// # Errors
    /// As any read.
    pub fn snapshot_series(
        &self,
        by: GroupBy,
        key: &str,
        first: i64,
    ) -> Result<Vec<(i64, Figures)>> {
        self.read(|c| {
            c.all(
                "SELECT day, figures FROM snapshot WHERE dim = $1 AND key = $2 AND day >= $3 ORDER BY day",
                v![by.name(), key, first],
                |r| Ok((r.int(0)?, figures(&r.text(1)?)?)),
            )
        })
    }

    /// Everything stored of a day.
    ///
    /// # Errors
    /// As any read.
    pub fn snapshot_of(&self, day: i64) -> Result<Vec<SnapshotRow>> {
        self.read(|c| {
            c.all(
                "SELECT dim, key, day, as_of, figures FROM snapshot WHERE day = $1 ORDER BY dim, key",
                v![day],
                |r| {
                    Ok(SnapshotRow {
                        by: super::columns::named(&r.text(0)?, GroupBy::from_name)?,
                        key: r.text(1)?,
                        day: r.int(2)?,
                        as_of: Instant(r.int(3)?),
                        figures: figures(&r.text(4)?)?,
                    })
                },
            )
        })
    }

    /// The newest day that is stored.
    ///
    /// # Errors
    /// As any read.
    pub fn last_snapshot(&self) -> Result<Option<i64>> {
        self.read(|c| {
            c.one(
                "SELECT day FROM snapshot WHERE dim = 'total' AND key = '' ORDER BY day DESC LIMIT 1",
                v![],
                |r| r.int(0),
            )
        })
    }

    /// What people did from one instant up to another, by name: work on deficiencies and charts,
    /// letters, steps. Not what the program did by itself.
    ///
    /// # Errors
    /// As any read.
    pub fn work_of(&self, from: Instant, to: Instant) -> Result<Vec<AnalystWork>> {
        self.read(|c| {
            let people = c.all(
                &format!(
                    "SELECT e.user, u.name, count(DISTINCT nullif(e.encounter, 0)),
                   count(DISTINCT e.at / 86400000000)
                 FROM event e JOIN user u ON u.id = e.user
                 WHERE e.at >= $1 AND e.at < $2 AND e.kind IN ('deficiency', 'provider_step')
                   AND e.action NOT IN ({BY_ITSELF})
                 GROUP BY e.user, u.name ORDER BY u.name, e.user"
                ),
                v![from, to],
                |r| Ok((UserId(r.int(0)?), r.untrusted(1)?, r.int(2)?, r.int(3)?)),
            )?;
            people
                .into_iter()
                .map(|(user, name, charts, days)| {
                    Ok(AnalystWork {
                        actions: actions_of(c, user, from, to)?,
                        user,
                        name,
                        charts,
                        days,
                    })
                })
                .collect()
        })
    }
}

fn actions_of(c: &Conn, user: UserId, from: Instant, to: Instant) -> Result<Vec<(String, i64)>> {
    c.all(
        &format!(
            "SELECT action, count(*) FROM event WHERE user = $1 AND at >= $2 AND at < $3
           AND kind IN ('deficiency', 'provider_step')
           AND action NOT IN ({BY_ITSELF})
         GROUP BY action ORDER BY action"
        ),
        v![user, from, to],
        |r| Ok((r.text(0)?, r.int(1)?)),
    )
}

impl Tx<'_> {
    /// Stores figures; what is stored of that day and group stays. Gives whether it was new.
    ///
    /// # Errors
    /// As any write.
    pub fn add_snapshot(&mut self, row: &SnapshotRow) -> Result<bool> {
        let text = serde_json::to_string(&row.figures).map_err(StoreError::from)?;
        let rows = self.conn.run(
            "INSERT INTO snapshot (dim, key, day, as_of, figures) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (dim, key, day) DO NOTHING",
            v![row.by.name(), &row.key, row.day, row.as_of, text],
        )?;
        Ok(rows > 0)
    }
}
