//! `analyze` and `queue`.

use super::args::{Analyze, Place, Queue};
use super::named::visit;
use super::output::{Exit, Failure, Out, Result, column, identifier};
use super::search::offers;
use super::session::{Session, rule_files};
use crate::domain::deficiency::QueueRow;
use crate::domain::worklist::{GroupBy, QueueRequest, QueueSort, QueueView, WorkOrder};
use crate::ops::{Deed, Office, OpsError, Which};
use crate::rules::RuleSet;
use crate::text::{noun, show};
use serde_json::json;

/// Runs `analyze`.
pub fn analyze(place: &Place, args: &Analyze) -> Result {
    let session = place.open()?;
    let which = if args.all {
        Which::All
    } else if args.nightly {
        Which::Nightly
    } else if args.visits.is_empty() {
        Which::Changed
    } else {
        let ids = args
            .visits
            .iter()
            .map(|v| visit(&session, v))
            .collect::<Result<Vec<_>>>()?;
        Which::These(ids)
    };
    if args.what_if {
        return what_if(&session, args, &which);
    }
    let summary = session
        .office
        .analyze(&session.actor, &which, &mut |_| true)?;
    let mut out = Out::new(args.json.json);
    if out.json {
        let mut value = serde_json::to_value(&summary)?;
        if let Some(object) = value.as_object_mut() {
            object.insert("kind".into(), "summary".into());
        }
        out.object(&value)?;
    } else {
        out.line(format_args!(
            "{} {} analysed: {} opened, {} reopened, {} updated, {} cleared; \
             {} {} begun, {} {} ended",
            summary.visits,
            noun(summary.visits, "visit"),
            summary.opened,
            summary.reopened,
            summary.updated,
            summary.cleared,
            summary.absences_begun,
            noun(summary.absences_begun, "absence"),
            summary.holds_ended,
            noun(summary.holds_ended, "hold")
        ))?;
        if summary.queries.waiting > 0 {
            out.line(Deed::on_queries(&summary.queries).sentence())?;
        }
    }
    out.done(Exit::Done)
}

fn what_if(session: &Session, args: &Analyze, which: &Which) -> Result {
    let mut files = RuleSet::embedded_files();
    if let Some(dir) = &args.rules {
        files.extend(rule_files(dir)?);
    }
    let rules = RuleSet::from_files(&files).map_err(OpsError::from)?;
    let changes = session.office.what_if(&session.actor, &rules, which)?;
    let mut out = Out::new(args.json.json);
    for change in &changes {
        let verb = if change.opens { "open" } else { "clear" };
        if out.json {
            out.object(&json!({
                "kind": "change", "change": verb, "type": change.kind, "rule": change.rule.id,
                "rule_version": change.rule.version, "encounter": change.encounter,
                "visit": change.visit, "why": change.why
            }))?;
        } else {
            out.line(format_args!(
                "would {} {} visit {}  {} v{}  {}",
                column(verb, 5),
                column(&change.kind, 7),
                identifier(show(&change.visit).as_str(), 12),
                change.rule.id,
                change.rule.version,
                change.why
            ))?;
        }
    }
    let opens = changes.iter().filter(|c| c.opens).count();
    let clears = changes.len() - opens;
    if out.json {
        out.object(&json!({ "kind": "summary", "open": opens, "clear": clears }))?;
    } else {
        out.line(format_args!(
            "would open {opens}, clear {clears}; nothing was changed"
        ))?;
    }
    out.done(Exit::Done)
}

/// Open items by provider, service or type.
fn groups(session: &Session, args: &Queue, by: &str) -> Result {
    let by = GroupBy::from_name(by).ok_or_else(|| {
        let names: Vec<&str> = GroupBy::ALL.iter().map(|v| v.name()).collect();
        Failure::Usage(format!("no grouping {by}: {}", names.join(", ")))
    })?;
    let mut out = Out::new(args.json.json);
    let groups = session.office.groups(&session.actor, by)?;
    if !out.json {
        out.line(format_args!("{:>8} {:>8}  NAME", "OPEN", "LATE"))?;
    }
    for group in groups.iter().take(args.limit) {
        if out.json {
            let id = (group.id != 0).then_some(group.id);
            out.object(&json!({
                "kind": "group", "by": by.name(), "id": id, "name": group.name, "open": group.open, "late": group.late
            }))?;
        } else {
            let name = if group.name.is_blank() {
                "(none)".to_owned()
            } else {
                show(&group.name).into_string()
            };
            out.line(format_args!("{:>8} {:>8}  {name}", group.open, group.late))?;
        }
    }
    out.done(Exit::Done)
}

/// Runs `queue`.
pub fn queue(place: &Place, args: &Queue) -> Result {
    let session = place.open()?;
    if let Some(by) = &args.by {
        return groups(&session, args, by);
    }
    if args.complete {
        return complete(&session, args);
    }
    let mut request = request(&session, args)?;
    let mut out = Out::new(args.json.json);
    if !out.json {
        out.line(format_args!(
            "{:>6} {:>5} {:<6} {:<12} {:<20} {:<16} {:<10} STATE",
            "ID", "AGE", "TYPE", "VISIT", "PATIENT", "OWNER", "DUE"
        ))?;
    }
    let mut left = args.limit;
    // Of no rows the total is told, too.
    let total = loop {
        request.limit = left.min(session.office.settings.page_rows);
        let page = session.office.queue(&session.actor, &request)?;
        for row in &page.rows {
            let declined = page.declines.iter().find(|(id, _)| *id == row.id);
            let declined = declined.map(|(_, why)| why);
            if out.json {
                let mut value = row_json(&session.office, row);
                if let (Some(object), Some(why)) = (value.as_object_mut(), declined) {
                    object.insert("declined".into(), json!(why));
                }
                out.object(&value)?;
            } else {
                let why = declined.map_or(String::new(), |why| format!(": {}", show(why)));
                out.line(format_args!("{}{why}", row_text(&session.office, row)))?;
            }
        }
        left -= page.rows.len();
        request.after = page.next;
        if request.after.is_none() || left == 0 {
            break page.total;
        }
    };
    if !out.json {
        out.line(format_args!("{} of {total}", args.limit - left))?;
    }
    out.done(Exit::Done)
}

fn request(session: &Session, args: &Queue) -> Result<QueueRequest> {
    let order = list(session, &args.view, &args.filter, &args.sort, args.reverse)?;
    Ok(QueueRequest {
        view: order.view,
        filter: order.filter,
        sort: order.sort,
        reverse: order.reverse,
        after: None,
        limit: args.limit,
    })
}

/// What could come next after a filter as typed so far.
fn complete(session: &Session, args: &Queue) -> Result {
    let (office, text) = (&session.office, args.filter.as_str());
    let found = office.complete_filter(&session.actor, text, text.len())?;
    offers(&found, args.json.json)
}

/// The list meant by a view, a filter and a sort order.
pub fn list(
    session: &Session,
    name: &str,
    filter: &str,
    sort: &str,
    reverse: bool,
) -> Result<WorkOrder> {
    let saved = session.office.saved_views(&session.actor)?;
    let saved = saved.iter().find(|v| v.name == name);
    let view = match (QueueView::from_name(name), saved) {
        (Some(view), _) => view,
        (None, Some(saved)) => saved.view,
        (None, None) => {
            let names: Vec<&str> = QueueView::ALL.iter().map(|v| v.name()).collect();
            return Err(Failure::Usage(format!(
                "no view {name}: {}, or a saved one",
                names.join(", ")
            )));
        }
    };
    let sort = QueueSort::from_name(sort).ok_or_else(|| {
        let names: Vec<&str> = QueueSort::ALL.iter().map(|v| v.name()).collect();
        Failure::Usage(format!("no sort order {sort}: {}", names.join(", ")))
    })?;
    let sort = if view == QueueView::Closed && sort == QueueSort::Due {
        QueueSort::Closed
    } else {
        sort
    };
    let saved_filter = saved.map(|s| s.filter.as_str()).unwrap_or_default();
    let meant = |text: &str| {
        let filter = session.office.queue_filter(&session.actor, text);
        filter.map_err(|e| Failure::Usage(e.to_string()))
    };
    // What is typed narrows a saved view further, whatever either says.
    let filter = meant(saved_filter)?.and(meant(filter)?);
    Ok(WorkOrder {
        view,
        filter,
        sort,
        reverse,
    })
}

/// A queue row as other programs rely on it.
pub fn row_json(office: &Office, row: &QueueRow) -> serde_json::Value {
    let ages = row.ages(office.now());
    json!({
        "id": row.id, "type": row.kind, "rule": row.rule.id, "rule_version": row.rule.version,
        "visit": row.visit, "mrn": row.mrn, "patient": row.patient_name, "class": row.class.name(),
        "service": row.service_name, "owner": row.owner_name, "state": row.state.name(),
        "start": row.start.rfc3339(), "due": row.due.rfc3339(), "age_days": ages.calendar_days,
        "chargeable_days": ages.chargeable_days, "late": ages.late, "held": row.held_since.is_some(),
        "document": row.subject.document, "procedure": row.subject.procedure, "order": row.subject.order,
        "query": row.subject.query, "maybe": row.maybe, "version": row.version
    })
}

fn row_text(office: &Office, row: &QueueRow) -> String {
    let ages = row.ages(office.now());
    let due = if ages.late {
        "LATE".to_owned()
    } else {
        row.due.day(&office.zone).to_string()
    };
    let state = if row.held_since.is_some() {
        "on hold"
    } else {
        row.state.name()
    };
    let asks = if row.maybe.is_some() {
        "  a document may answer it"
    } else {
        ""
    };
    format!(
        "{:>6} {:>4}d {} {} {} {} {} {state}{asks}",
        row.id,
        ages.calendar_days,
        column(&row.kind, 6),
        identifier(show(&row.visit).as_str(), 12),
        column(show(&row.patient_name).as_str(), 20),
        column(show(&row.owner_name).as_str(), 16),
        column(&due, 10),
    )
}
