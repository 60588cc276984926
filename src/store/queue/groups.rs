//! What one provider owes in groups, who has the charts of a page, and the next free chart.

use super::{conditions, page_sql};
use crate::domain::deficiency::QueueRow;
use crate::domain::ids::{DeficiencyId, EncounterId, ProviderId};
use crate::domain::lease::Lease;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::{Group, GroupBy, QueueRequest, QueueView, Reader, Taken, WorkOrder};
use crate::store::deficiencies::read_row;
use crate::store::driver::{Conn, v};
use crate::store::error::Result;
use crate::store::open::Store;
use crate::store::write::Tx;

impl Store {
    /// What one provider owes, by provider, service or type, most first: their own rows, of which
    /// there are few.
    ///
    /// # Errors
    /// As any read.
    pub fn groups_of(&self, owner: ProviderId, by: GroupBy, now: Instant) -> Result<Vec<Group>> {
        let (id, name) = match by {
            GroupBy::Provider => ("owner", "owner_name"),
            GroupBy::Service => ("coalesce(service, 0)", "service_name"),
            GroupBy::Kind => ("0", "kind"),
        };
        let sql = format!(
            "SELECT max({id}), {name}, count(*), sum(late_at < $2) FROM deficiency
             WHERE owner = $1 AND outstanding = 1 GROUP BY {name} ORDER BY 3 DESC, 2"
        );
        self.read(|c| {
            c.all(&sql, v![owner, now], |r| {
                Ok(Group {
                    id: r.int(0)?,
                    name: r.untrusted(1)?,
                    open: r.int(2)?,
                    late: r.int(3)?,
                })
            })
        })
    }
}

impl Tx<'_> {
    /// The first item of a list that is not on hold and whose chart nobody has; of the list of
    /// what is on hold the first whose chart nobody has.
    ///
    /// # Errors
    /// As any read.
    pub fn next_free(&self, from: &WorkOrder, reader: &Reader) -> Result<Option<Taken>> {
        let request = QueueRequest {
            // What is closed is nothing to work on.
            view: match from.view {
                QueueView::Every => QueueView::All,
                view => view,
            },
            filter: from.filter.clone(),
            sort: from.sort,
            reverse: from.reverse,
            after: None,
            limit: 1,
        };
        let mut c = conditions(&request, reader, &[], self.now);
        c.add(
            "NOT EXISTS (SELECT 1 FROM lease l WHERE l.encounter = deficiency.encounter AND l.expires > ?)",
            [self.now.into()],
        );
        // Whoever works through what is on hold has asked for that.
        if request.view != QueueView::OnHold {
            c.add("held_since = 0", []);
        }
        let (sql, values) = page_sql(&request, c);
        let row = self.conn.one(&sql, &values, read_row)?;
        Ok(row.map(|row| Taken {
            encounter: row.encounter,
            deficiency: row.id,
        }))
    }
}

/// Who has charts of a page. Only rows that somebody has taken are looked at: taking a chart
/// names its taker on every row.
pub(super) fn holders(c: &Conn, rows: &[QueueRow], now: Instant) -> Result<Vec<Lease>> {
    let mut charts: Vec<EncounterId> = rows
        .iter()
        .filter(|r| r.analyst.is_some())
        .map(|r| r.encounter)
        .collect();
    charts.sort_unstable();
    charts.dedup();
    let mut holders = Vec::new();
    for chart in charts {
        holders.extend(crate::store::leases::current(c, chart, now)?);
    }
    Ok(holders)
}

/// Why the rows of a page were declined, in the words that were given last.
pub(super) fn declines(c: &Conn, rows: &[QueueRow]) -> Result<Vec<(DeficiencyId, Untrusted)>> {
    let mut reasons = Vec::with_capacity(rows.len());
    for row in rows {
        let reason = c.one(
            "SELECT reason FROM event WHERE kind = 'deficiency' AND object = $1
               AND action = 'deficiency.decline' ORDER BY id DESC LIMIT 1",
            v![row.id],
            |r| r.untrusted(0),
        )?;
        reasons.extend(reason.map(|reason| (row.id, reason)));
    }
    Ok(reasons)
}
