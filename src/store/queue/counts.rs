//! Counts of worklists, from the kept tallies; a provider's own from their few rows.

use super::filter::{conditions, started_before};
use crate::domain::ids::ProviderId;
use crate::domain::time::Instant;
use crate::domain::worklist::{
    QueueFilter, QueueRequest, QueueSort, QueueView, Reader, Scope, WorklistCounts,
};
use crate::store::driver::{Conn, v};
use crate::store::error::Result;
use crate::store::{absences, tally};

/// Those whose items a provider works besides their own.
pub(super) fn covered_by(c: &Conn, reader: &Reader, now: Instant) -> Result<Vec<ProviderId>> {
    match reader.scope {
        Scope::All => Ok(Vec::new()),
        Scope::Provider(me) => absences::covered(c, me, now),
    }
}

/// The total of a request that is kept as a count.
pub(super) fn kept_total(
    c: &Conn,
    request: &QueueRequest,
    reader: &Reader,
    covered: &[ProviderId],
    now: Instant,
) -> Result<Option<i64>> {
    if request.filter == QueueFilter::default() {
        return match (reader.scope, request.view) {
            (Scope::All, view) => view_count(c, view, reader, now).map(Some),
            (Scope::Provider(me), QueueView::All) => {
                let mut total = tally::count(c, "owner", "", me.0)?;
                for other in covered {
                    total += tally::count(c, "owner", "", other.0)?;
                }
                Ok(Some(total))
            }
            (Scope::Provider(_), _) => Ok(None),
        };
    }
    if request.view != QueueView::All || reader.scope != Scope::All {
        return Ok(None);
    }
    group_total(c, &request.filter, now)
}

/// The total of a filter that is one group, as the screens of groups open it.
fn group_total(c: &Conn, filter: &QueueFilter, now: Instant) -> Result<Option<i64>> {
    let nothing = QueueFilter::default();
    let rest = QueueFilter {
        owner: None,
        service_id: None,
        kinds: Vec::new(),
        age: None,
        ..filter.clone()
    };
    if rest != nothing {
        return Ok(None);
    }
    let total = match (
        filter.owner,
        filter.service_id,
        filter.kinds.as_slice(),
        filter.age,
    ) {
        (Some(owner), None, [], None) => tally::count(c, "owner", "", owner.0)?,
        (None, Some(service), [], None) => tally::count(c, "service", "", service.0)?,
        (None, None, [kind], None) => tally::count(c, "kind", &kind.to_uppercase(), 0)?,
        (None, None, [], Some(band)) => {
            let younger = tally::before(c, "start", "start", started_before(now, band.first))?;
            let older = match band.last {
                Some(last) => tally::before(c, "start", "start", started_before(now, last + 1))?,
                None => 0,
            };
            younger - older
        }
        _ => return Ok(None),
    };
    Ok(Some(total))
}

fn view_count(c: &Conn, view: QueueView, reader: &Reader, now: Instant) -> Result<i64> {
    match view {
        QueueView::All => tally::count(c, "open", "", 0),
        QueueView::Mine => tally::count(c, "analyst", "", reader.user.0),
        QueueView::Unassigned => tally::count(c, "analyst", "", 0),
        QueueView::Late => tally::before(c, "late", "late_at", now),
        QueueView::DueThisWeek => Ok(tally::before(c, "late", "late_at", now.plus_hours(7 * 24))?
            - tally::before(c, "late", "late_at", now)?),
        QueueView::Declined => tally::count(c, "state", "declined", 0),
        QueueView::OnHold => tally::count(c, "held", "", 0),
        QueueView::Ownerless => tally::count(c, "owner", "", 0),
        QueueView::Closed => tally::count(c, "closed", "", 0),
        QueueView::Every => Ok(tally::count(c, "open", "", 0)? + tally::count(c, "closed", "", 0)?),
    }
}

/// Outstanding items in each ageing band, from the buckets of their days.
pub(super) fn ageing(
    c: &Conn,
    now: Instant,
    bands: &[(i64, Option<i64>)],
) -> Result<Vec<(i64, Option<i64>, i64)>> {
    // Where one band ends the next begins: each edge is counted once.
    let mut edges: Vec<(i64, i64)> = Vec::with_capacity(bands.len() + 1);
    let mut older_than = |days: i64| -> Result<i64> {
        if let Some((_, n)) = edges.iter().find(|(edge, _)| *edge == days) {
            return Ok(*n);
        }
        let n = tally::before(c, "start", "start", started_before(now, days))?;
        edges.push((days, n));
        Ok(n)
    };
    let mut out = Vec::with_capacity(bands.len());
    for (first, last) in bands {
        let older = last.map_or(Ok(0), |last| older_than(last + 1))?;
        out.push((*first, *last, older_than(*first)? - older));
    }
    Ok(out)
}

pub(super) fn counts_of_all(
    c: &Conn,
    reader: &Reader,
    now: Instant,
    bands: &[(i64, Option<i64>)],
) -> Result<WorklistCounts> {
    let mut counts = WorklistCounts::default();
    for view in QueueView::ALL {
        counts
            .views
            .push((*view, view_count(c, *view, reader, now)?));
    }
    counts.kinds = c.all(
        "SELECT key, n FROM tally WHERE dim = 'kind' AND n > 0 ORDER BY n DESC, key",
        v![],
        |r| Ok((r.text(0)?, r.int(1)?)),
    )?;
    counts.bands = ageing(c, now, bands)?;
    counts.charts = tally::count(c, "charts", "", 0)?;
    counts.queries = c.all(
        "SELECT key, n FROM tally WHERE dim = 'query' AND n > 0 ORDER BY key",
        v![],
        |r| Ok((r.text(0)?, r.int(1)?)),
    )?;
    if !reader.all_drafts {
        let own = c.number(
            "SELECT count(*) FROM query WHERE author = $1 AND state = 'draft'",
            v![reader.user],
        )?;
        counts.queries.retain(|(state, _)| state != "draft");
        if own > 0 {
            counts.queries.insert(0, ("draft".to_owned(), own));
        }
    }
    counts.patients = tally::count(c, "record", "patient", 0)?;
    counts.encounters = tally::count(c, "record", "encounter", 0)?;
    counts.documents = tally::count(c, "record", "document", 0)?;
    Ok(counts)
}

/// A provider's own counts come from their own rows, of which there are few.
pub(super) fn counts_of_provider(
    c: &Conn,
    reader: &Reader,
    now: Instant,
    bands: &[(i64, Option<i64>)],
) -> Result<WorklistCounts> {
    let mut counts = WorklistCounts::default();
    let covered = covered_by(c, reader, now)?;
    for view in QueueView::ALL {
        let request = QueueRequest {
            view: *view,
            filter: QueueFilter::default(),
            sort: QueueSort::Due,
            reverse: false,
            after: None,
            limit: 1,
        };
        let all = conditions(&request, reader, &covered, now);
        let n = c.number(
            &format!("SELECT count(*) FROM deficiency WHERE {}", all.clause()),
            &all.values,
        )?;
        counts.views.push((*view, n));
    }
    if let Scope::Provider(provider) = reader.scope {
        counts.kinds = c.all(
            "SELECT kind, count(*) FROM deficiency WHERE owner = $1 AND outstanding = 1
             GROUP BY kind ORDER BY 2 DESC, kind",
            v![provider],
            |r| Ok((r.text(0)?, r.int(1)?)),
        )?;
        for (first, last) in bands {
            let newest = started_before(now, *first);
            let oldest = last.map_or(Instant(i64::MIN), |last| started_before(now, last + 1));
            let n = c.number(
                "SELECT count(*) FROM deficiency WHERE owner = $1 AND outstanding = 1
                   AND start < $2 AND start >= $3",
                v![provider, newest, oldest],
            )?;
            counts.bands.push((*first, *last, n));
        }
        counts.charts = c.number(
            "SELECT count(DISTINCT encounter) FROM deficiency WHERE owner = $1 AND outstanding = 1",
            v![provider],
        )?;
        counts.queries = c.all(
            "SELECT state, count(*) FROM query WHERE provider = $1 AND state <> 'draft' GROUP BY state ORDER BY state",
            v![provider],
            |r| Ok((r.text(0)?, r.int(1)?)),
        )?;
    }
    Ok(counts)
}
