//! Pages of the deficiency queue, its detail, and the counts of worklists.
//!
//! Pages are keyset pages over an index that matches their order; nothing here is OFFSET.

use super::deficiencies::{ROW, read_row};
use super::driver::{Value, v};
use super::error::Result;
use super::open::Store;
use crate::domain::deficiency::{DeficiencyDetail, QueueRow};
use crate::domain::ids::{DeficiencyId, DocumentId, EncounterId, ProviderId};
use crate::domain::time::Instant;
use crate::domain::worklist::{
    QueueCursor, QueuePage, QueueRequest, QueueSort, QueueView, Reader, Scope, WorklistCounts,
};
use counts::{counts_of_all, counts_of_provider, covered_by, kept_total};
use detail::detail;
use filter::{Conditions, conditions};
use std::collections::BTreeSet;

#[cfg(test)]
mod bench;
mod counts;
mod detail;
mod filter;
mod groups;
#[cfg(test)]
mod plans;
mod typed;

/// Rows for which room is made beforehand; a longer page grows as it comes.
const PAGE: usize = 1_000;

/// The column a sort order uses, and whether it holds text.
fn sort_column(sort: QueueSort) -> (&'static str, bool) {
    match sort {
        QueueSort::Due => ("due", false),
        QueueSort::Age => ("start", false),
        QueueSort::Patient => ("patient_name", true),
        QueueSort::Owner => ("owner_name", true),
        QueueSort::Kind => ("kind", true),
        QueueSort::Closed => ("closed", false),
    }
}

fn cursor_of(row: &QueueRow, sort: QueueSort) -> QueueCursor {
    let number = match sort {
        QueueSort::Due => row.due.0,
        QueueSort::Age => row.start.0,
        QueueSort::Closed => row.closed.map_or(0, |t| t.0),
        _ => 0,
    };
    let text = match sort {
        QueueSort::Patient => row.patient_name.raw(),
        QueueSort::Owner => row.owner_name.raw(),
        QueueSort::Kind => &row.kind,
        _ => "",
    };
    QueueCursor {
        number,
        text: text.to_owned(),
        id: row.id.0,
    }
}

/// The statement of a page and its parameters.
fn page_sql<'a>(request: &'a QueueRequest, mut c: Conditions<'a>) -> (String, Vec<Value<'a>>) {
    let (column, text) = sort_column(request.sort);
    let down = request.reverse != (request.sort == QueueSort::Closed);
    if let Some(after) = &request.after {
        let key = if text {
            Value::from(&after.text)
        } else {
            Value::from(after.number)
        };
        let than = if down { "<" } else { ">" };
        c.add(
            &format!("({column}, id) {than} (?, ?)"),
            [key, after.id.into()],
        );
    }
    let direction = if down { "DESC" } else { "ASC" };
    c.values.push((request.limit as i64 + 1).into());
    let order = format!(
        "ORDER BY {column} {direction}, id {direction} LIMIT ${}",
        c.values.len()
    );
    let clause = c.clause();
    let sql = match request.view {
        // Open and closed rows have indexes of their own: a page of each, and of these the first.
        QueueView::Every => {
            let half = |of: &str| {
                format!(
                    "SELECT * FROM (SELECT {ROW} FROM deficiency WHERE {of} AND {clause} {order})"
                )
            };
            let (open, closed) = (half("outstanding = 1"), half("outstanding = 0"));
            format!("{open} UNION ALL {closed} {order}")
        }
        _ => format!("SELECT {ROW} FROM deficiency WHERE {clause} {order}"),
    };
    (sql, c.values)
}

/// Documents of the stays in which provider $1 owes something and that $2 does not lead.
const DOCUMENTS_OWED: &str = "SELECT d.id
   FROM (SELECT encounter FROM deficiency WHERE owner = $1 AND outstanding = 1
         UNION SELECT encounter FROM query WHERE provider = $1 AND state = 'issued') o
   JOIN encounter e ON e.id = o.encounter
   JOIN document d ON d.encounter = e.id
  WHERE coalesce(e.attending, 0) <> $2 AND coalesce(e.admitting, 0) <> $2";

impl Store {
    /// Whether one of these providers owes anything in a visit: an item, or the answer to a query.
    ///
    /// # Errors
    /// As any read.
    pub fn owes(&self, encounter: EncounterId, who: &[ProviderId]) -> Result<bool> {
        self.read(|c| {
            for provider in who {
                let owed = c.number(
                    "SELECT (SELECT count(*) FROM deficiency
                               WHERE encounter = $1 AND owner = $2 AND outstanding = 1)
                          + (SELECT count(*) FROM query
                               WHERE encounter = $1 AND provider = $2 AND state = 'issued')",
                    v![encounter, *provider],
                )?;
                if owed > 0 {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    /// Documents of the stays in which one of these providers owes an item or the answer to a
    /// query, and which are not `own`'s as attending or admitting; in the order of their ids.
    ///
    /// # Errors
    /// As any read.
    pub fn documents_owed(&self, own: ProviderId, who: &[ProviderId]) -> Result<Vec<DocumentId>> {
        self.read(|c| {
            let mut documents = BTreeSet::new();
            for provider in who {
                documents.extend(c.all(DOCUMENTS_OWED, v![*provider, own], |r| {
                    Ok(DocumentId(r.int(0)?))
                })?);
            }
            Ok(documents.into_iter().collect())
        })
    }

    /// A page of the queue.
    ///
    /// # Errors
    /// As any read.
    pub fn queue_page(
        &self,
        request: &QueueRequest,
        reader: &Reader,
        now: Instant,
    ) -> Result<QueuePage> {
        self.read(|c| {
            let covered = covered_by(c, reader, now)?;
            let total = match kept_total(c, request, reader, &covered, now)? {
                Some(total) => total,
                None => {
                    let all = conditions(request, reader, &covered, now);
                    c.number(
                        &format!("SELECT count(*) FROM deficiency WHERE {}", all.clause()),
                        &all.values,
                    )?
                }
            };
            let (sql, values) = page_sql(request, conditions(request, reader, &covered, now));
            let mut rows = c.about(request.limit.min(PAGE) + 1, &sql, &values, read_row)?;
            let more = rows.len() > request.limit;
            rows.truncate(request.limit);
            let next = rows
                .last()
                .filter(|_| more)
                .map(|row| cursor_of(row, request.sort));
            let holders = groups::holders(c, &rows, now)?;
            let declines = match request.view {
                QueueView::Declined => groups::declines(c, &rows)?,
                _ => Vec::new(),
            };
            Ok(QueuePage {
                rows,
                total,
                next,
                holders,
                declines,
            })
        })
    }

    /// Counts for the home screen. `bands` are ageing bands in days: first day, last day.
    ///
    /// # Errors
    /// As any read.
    pub fn worklist_counts(
        &self,
        reader: &Reader,
        now: Instant,
        bands: &[(i64, Option<i64>)],
    ) -> Result<WorklistCounts> {
        self.read(|c| match reader.scope {
            Scope::All => counts_of_all(c, reader, now, bands),
            Scope::Provider(_) => counts_of_provider(c, reader, now, bands),
        })
    }

    /// Everything the detail pane shows of one deficiency.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is none.
    pub fn deficiency_detail(&self, id: DeficiencyId, now: Instant) -> Result<DeficiencyDetail> {
        self.read(|c| detail(c, id, now))
    }

    /// One row of the queue.
    ///
    /// # Errors
    /// As any read.
    pub fn queue_row(&self, id: DeficiencyId) -> Result<Option<QueueRow>> {
        self.read(|c| {
            c.one(
                &format!("SELECT {ROW} FROM deficiency WHERE id = $1"),
                v![id],
                read_row,
            )
        })
    }
}
