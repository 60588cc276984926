//! Pages of the deficiency queue, its detail, and the counts of worklists.
//!
//! Pages are keyset pages over an index that matches their order; nothing here is OFFSET.

use super::columns::{named, read_moment};
use super::deficiencies::{ROW, read_row};
use super::driver::{Conn, Value, v};
use super::error::{Result, StoreError};
use super::holds::holds;
use super::open::Store;
use super::tally;
use crate::domain::deficiency::{DeficiencyDetail, QueueRow, StartEvent};
use crate::domain::ids::{DeficiencyId, DocumentId, ProviderId};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::{
    QueueCursor, QueueFilter, QueuePage, QueueRequest, QueueSort, QueueView, Reader, Scope,
    WorklistCounts,
};

#[cfg(test)]
mod bench;
mod groups;
#[cfg(test)]
mod plans;
mod typed;

/// Rows for which room is made beforehand; a longer page grows as it comes.
const PAGE: usize = 1_000;

/// A WHERE clause under construction.
struct Conditions<'a> {
    parts: Vec<String>,
    values: Vec<Value<'a>>,
}

impl<'a> Conditions<'a> {
    fn add(&mut self, part: &str, values: impl IntoIterator<Item = Value<'a>>) {
        let part = self.bound(part, values);
        self.parts.push(part);
    }

    /// A part with its values bound, to be put somewhere by the caller.
    fn bound(&mut self, part: &str, values: impl IntoIterator<Item = Value<'a>>) -> String {
        let mut part = part.to_owned();
        for value in values {
            self.values.push(value);
            part = part.replacen('?', &format!("${}", self.values.len()), 1);
        }
        part
    }

    fn clause(&self) -> String {
        self.parts.join(" AND ")
    }
}

fn conditions<'a>(
    request: &'a QueueRequest,
    reader: &Reader,
    covered: &[ProviderId],
    now: Instant,
) -> Conditions<'a> {
    let mut c = Conditions {
        parts: Vec::new(),
        values: Vec::new(),
    };
    let closed = request.view == QueueView::Closed;
    c.add(
        if closed {
            "outstanding = 0"
        } else {
            "outstanding = 1"
        },
        [],
    );
    let late = "late_at < ?";
    match request.view {
        QueueView::All | QueueView::Closed => {}
        QueueView::Mine => c.add("analyst = ?", [reader.user.into()]),
        QueueView::Unassigned => c.add("analyst = 0", []),
        QueueView::Late => c.add(late, [now.into()]),
        QueueView::DueThisWeek => {
            c.add(
                "late_at >= ? AND late_at < ?",
                [now.into(), now.plus_hours(7 * 24).into()],
            );
        }
        QueueView::Declined => c.add("state = 'declined'", []),
        QueueView::OnHold => c.add("held_since > 0", []),
        QueueView::Ownerless => c.add("owner = 0", []),
    }
    if let Scope::Provider(provider) = reader.scope {
        let slots = vec!["?"; covered.len() + 1].join(", ");
        c.add(
            &if covered.is_empty() {
                "owner = ?".to_owned()
            } else {
                format!("owner IN ({slots})")
            },
            std::iter::once(provider)
                .chain(covered.iter().copied())
                .map(Value::from),
        );
    }
    filter_conditions(&mut c, &request.filter, now);
    c
}

fn filter_conditions<'a>(c: &mut Conditions<'a>, f: &'a QueueFilter, now: Instant) {
    if let Some(typed) = &f.typed {
        let part = typed::condition(c, typed, now);
        c.parts.push(part);
    }
    if !f.kinds.is_empty() {
        let slots = vec!["?"; f.kinds.len()].join(", ");
        c.add(
            &format!("kind IN ({slots})"),
            f.kinds.iter().map(|k| k.to_uppercase().into()),
        );
    }
    if let Some(owner) = f.owner {
        c.add("owner = ?", [owner.into()]);
    }
    if let Some(service) = f.service_id {
        if service.0 == 0 {
            c.add("service IS NULL", []);
        } else {
            c.add("service = ?", [service.into()]);
        }
    }
    if let Some(band) = f.age {
        c.add("start < ?", [started_before(now, band.first).into()]);
        if let Some(last) = band.last {
            c.add("start >= ?", [started_before(now, last + 1).into()]);
        }
    }
    if let Some(encounter) = f.encounter {
        c.add("encounter = ?", [encounter.into()]);
    }
}

/// Clocks that started before this instant have run for at least so many whole days.
fn started_before(now: Instant, days: i64) -> Instant {
    Instant(now.plus_hours(-days * 24).0 + 1)
}

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
    let sql = format!(
        "SELECT {ROW} FROM deficiency WHERE {} ORDER BY {column} {direction}, id {direction} LIMIT ${}",
        c.clause(),
        c.values.len()
    );
    (sql, c.values)
}

/// Those whose items a provider works besides their own.
fn covered_by(c: &Conn, reader: &Reader, now: Instant) -> Result<Vec<ProviderId>> {
    match reader.scope {
        Scope::All => Ok(Vec::new()),
        Scope::Provider(me) => super::absences::covered(c, me, now),
    }
}

/// The total of a request that is kept as a count.
fn kept_total(
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
    }
}

impl Store {
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
            Ok(QueuePage {
                rows,
                total,
                next,
                holders,
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
            Scope::Provider(_) => counts_of_provider(c, reader, now),
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

/// Outstanding items in each ageing band, from the buckets of their days.
fn ageing(
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

fn counts_of_all(
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
    counts.patients = tally::count(c, "record", "patient", 0)?;
    counts.encounters = tally::count(c, "record", "encounter", 0)?;
    counts.documents = tally::count(c, "record", "document", 0)?;
    Ok(counts)
}

/// A provider's own counts come from their own rows, of which there are few.
fn counts_of_provider(c: &Conn, reader: &Reader, now: Instant) -> Result<WorklistCounts> {
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

fn detail(c: &Conn, id: DeficiencyId, now: Instant) -> Result<DeficiencyDetail> {
    let missing = StoreError::NotFound {
        what: "deficiency",
        id: id.0,
    };
    let row = c
        .one(
            &format!("SELECT {ROW} FROM deficiency WHERE id = $1"),
            v![id],
            read_row,
        )?
        .ok_or(missing)?;
    let start_event = c
        .one(
            "SELECT start_event FROM deficiency WHERE id = $1",
            v![id],
            |r| named(&r.text(0)?, StartEvent::from_name),
        )?
        .unwrap_or(StartEvent::Assigned);
    let (clock_words, why, owner_why) = c
        .one(
            "SELECT clock, why, owner_why FROM deficiency_words WHERE deficiency = $1",
            v![id],
            |r| Ok((r.text(0)?, r.text(1)?, r.text(2)?)),
        )?
        .unwrap_or_default();
    let (admitted, discharged, birth) = c
        .one(
            "SELECT e.admitted, e.admitted_precision, e.discharged, e.discharged_precision,
               p.birth, p.birth_precision
             FROM encounter e JOIN patient p ON p.id = e.patient WHERE e.id = $1",
            v![row.encounter],
            |r| Ok((read_moment(r, 0)?, read_moment(r, 2)?, read_moment(r, 4)?)),
        )?
        .unwrap_or_default();
    Ok(DeficiencyDetail {
        subject_title: subject_title(c, &row)?,
        holds: holds(c, id)?,
        history: super::history::of(c, "deficiency", id.0)?,
        lease: super::leases::current(c, row.encounter, now)?,
        birth: birth
            .map(|b| b.iso(&jiff::tz::TimeZone::UTC))
            .unwrap_or_default(),
        maybe: row.maybe,
        maybe_title: match row.maybe {
            Some(document) => document_title(c, document)?,
            None => Untrusted::default(),
        },
        explained: Vec::new(),
        row,
        // The rules are not the store's; `ops` fills these in.
        rule_title: String::new(),
        rule_source: Vec::new(),
        rule_text: String::new(),
        clock_words,
        start_event,
        why,
        owner_why,
        admitted,
        discharged,
    })
}

fn document_title(c: &Conn, id: DocumentId) -> Result<Untrusted> {
    let sql = "SELECT title FROM document WHERE id = $1";
    Ok(c.one(sql, v![id], |r| r.untrusted(0))?.unwrap_or_default())
}

fn subject_title(c: &Conn, row: &QueueRow) -> Result<Untrusted> {
    if let Some(id) = row.subject.document {
        return document_title(c, id);
    }
    let (sql, id) = if let Some(id) = row.subject.procedure {
        ("SELECT text FROM procedure WHERE id = $1", id.0)
    } else if let Some(id) = row.subject.order {
        ("SELECT text FROM ord WHERE id = $1", id.0)
    } else {
        return Ok(Untrusted::default());
    };
    Ok(c.one(sql, v![id], |r| r.untrusted(0))?.unwrap_or_default())
}
