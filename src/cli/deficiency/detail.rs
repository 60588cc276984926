//! Deficiencies by their numbers, and everything about one, for `deficiency show`.

use crate::cli::args::Items;
use crate::cli::output::{Exit, Out, Result};
use crate::cli::session::Session;
use crate::cli::work::row_json;
use crate::domain::audit::HistoryEntry;
use crate::domain::deficiency::{DeficiencyDetail, Hold};
use crate::domain::ids::DeficiencyId;
use crate::domain::time::Instant;
use crate::text::show;
use serde_json::json;

fn entry_json(e: &HistoryEntry) -> serde_json::Value {
    json!({
        "id": e.id, "at": e.at.rfc3339(), "user_name": e.user_name, "action": e.action,
        "from": e.from, "to": e.to, "reason": e.reason
    })
}

fn hold_json(h: &Hold) -> serde_json::Value {
    json!({
        "id": h.id, "reason": h.reason, "comment": h.comment, "from": h.from.rfc3339(),
        "until": h.until.map(Instant::rfc3339), "placed_by": h.placed_by, "absence": h.absence
    })
}

/// Prints them.
pub fn show_items(session: &Session, items: &Items) -> Result {
    let mut out = Out::new(items.json.json);
    for d in details(session, items)? {
        if out.json {
            let mut value = row_json(&session.office, &d.row);
            if let Some(object) = value.as_object_mut() {
                object.insert("why".into(), d.why.clone().into());
                object.insert("clock".into(), d.clock_words.clone().into());
                object.insert("owner_why".into(), json!(d.owner_why));
                object.insert("explained".into(), d.explained.clone().into());
                object.insert("maybe_title".into(), json!(d.maybe_title));
                object.insert("source".into(), d.rule_source.clone().into());
                object.insert("history".into(), d.history.iter().map(entry_json).collect());
                object.insert("holds".into(), d.holds.iter().map(hold_json).collect());
            }
            out.object(&value)?;
            continue;
        }
        let zone = &session.office.zone;
        let when = |at: Instant| crate::domain::time::Moment::at(at).iso(zone);
        out.line(format_args!(
            "{} {}  {}  visit {}  {}",
            d.row.kind,
            d.rule_title,
            show(&d.row.patient_name),
            show(&d.row.visit),
            d.row.state.name()
        ))?;
        out.line(format_args!("  why     {}", d.why))?;
        out.line(format_args!(
            "  clock   {} -> due {}",
            d.clock_words,
            when(d.row.due)
        ))?;
        for sentence in &d.explained {
            out.line(format_args!("          {sentence}"))?;
        }
        if let Some(document) = d.maybe {
            out.line(format_args!(
                "  asks    does document {document} ({}) answer it? `deficiency complete {} --document` or `deficiency dismiss {}`",
                show(&d.maybe_title),
                d.row.id,
                d.row.id
            ))?;
        }
        out.line(format_args!(
            "  owner   {} ({})",
            show(&d.row.owner_name),
            show(&d.owner_why)
        ))?;
        out.line(format_args!(
            "  rule    {} v{}  {}",
            d.row.rule.id,
            d.row.rule.version,
            d.rule_source.join("; ")
        ))?;
        for e in &d.history {
            out.line(format_args!(
                "  {}  {}  {}",
                when(e.at),
                show(&e.user_name),
                show(&e.line())
            ))?;
        }
    }
    out.done(Exit::Done)
}

/// The items with these numbers, as they are now.
pub fn details(session: &Session, items: &Items) -> Result<Vec<DeficiencyDetail>> {
    items
        .ids
        .iter()
        .map(|id| Ok(session.office.detail(&session.actor, DeficiencyId(*id))?))
        .collect()
}
