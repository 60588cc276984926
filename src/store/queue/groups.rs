//! Groups of open items from kept counts, who has the charts of a page, and the next free chart.

use super::{conditions, page_sql};
use crate::domain::deficiency::QueueRow;
use crate::domain::ids::EncounterId;
use crate::domain::lease::Lease;
use crate::domain::time::Instant;
use crate::domain::worklist::{Group, GroupBy, QueueRequest, Reader, Scope, Taken, WorkOrder};
use crate::store::deficiencies::read_row;
use crate::store::driver::{Conn, Row, v};
use crate::store::error::Result;
use crate::store::open::Store;
use crate::store::write::Tx;

impl Store {
    /// Open items by provider, service or type, most first, from kept counts.
    ///
    /// # Errors
    /// As any read.
    pub fn groups(&self, by: GroupBy, reader: &Reader) -> Result<Vec<Group>> {
        self.read(|c| groups(c, by, reader))
    }
}

impl Tx<'_> {
    /// The first item of a list whose chart nobody has.
    ///
    /// # Errors
    /// As any read.
    pub fn next_free(&self, from: &WorkOrder, reader: &Reader) -> Result<Option<Taken>> {
        let request = QueueRequest {
            view: from.view,
            filter: from.filter.clone(),
            sort: from.sort,
            reverse: from.reverse,
            after: None,
            limit: 1,
        };
        let mut c = conditions(&request, reader, self.now);
        c.add(
            "NOT EXISTS (SELECT 1 FROM lease l WHERE l.encounter = deficiency.encounter AND l.expires > ?)",
            [self.now.into()],
        );
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

fn groups(c: &Conn, by: GroupBy, reader: &Reader) -> Result<Vec<Group>> {
    let read = |r: &Row<'_>| {
        Ok(Group {
            id: r.int(0)?,
            name: r.untrusted(1)?,
            open: r.int(2)?,
        })
    };
    if let Scope::Provider(me) = reader.scope {
        let sql = match by {
            GroupBy::Provider => {
                "SELECT owner, owner_name, count(*) FROM deficiency
                 WHERE owner = $1 AND outstanding = 1 GROUP BY owner"
            }
            GroupBy::Service => {
                "SELECT coalesce(service, 0), service_name, count(*) FROM deficiency
                 WHERE owner = $1 AND outstanding = 1 GROUP BY coalesce(service, 0) ORDER BY 3 DESC, 2"
            }
            GroupBy::Kind => {
                "SELECT 0, kind, count(*) FROM deficiency
                 WHERE owner = $1 AND outstanding = 1 GROUP BY kind ORDER BY 3 DESC, 2"
            }
        };
        return c.all(sql, v![me], read);
    }
    let sql = match by {
        GroupBy::Provider => {
            "SELECT t.num, coalesce(p.name, ''), t.n FROM tally t LEFT JOIN provider p ON p.id = t.num
             WHERE t.dim = 'owner' AND t.key = '' AND t.n > 0 ORDER BY t.n DESC, 2, t.num"
        }
        GroupBy::Service => {
            "SELECT t.num, coalesce(s.name, ''), t.n FROM tally t LEFT JOIN service s ON s.id = t.num
             WHERE t.dim = 'service' AND t.key = '' AND t.n > 0 ORDER BY t.n DESC, 2, t.num"
        }
        GroupBy::Kind => {
            "SELECT 0, key, n FROM tally WHERE dim = 'kind' AND n > 0 ORDER BY n DESC, key"
        }
    };
    c.all(sql, v![], read)
}
