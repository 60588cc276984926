//! `chart`: a chart and its documents.

mod copied;

use super::args::{Chart as Args, Place};
use super::output::{Exit, Out, Result, column, identifier};
use super::session::Session;
use crate::domain::chart::Chart;
use crate::domain::document::Document;
use crate::domain::encounter::Encounter;
use crate::domain::ids::{DocumentId, ProviderId};
use crate::domain::people::Patient;
use crate::domain::time::Moment;
use crate::ops::{FoundChart, OpsError};
use crate::text::{show, show_lines};
use serde_json::json;

/// Runs `chart`.
pub fn run(place: &Place, args: &Args) -> Result {
    let session = place.open()?;
    let found = session
        .office
        .find_charts(&session.actor, &args.number.as_str().into(), 500)?;
    let exact: Vec<FoundChart> = found
        .into_iter()
        .filter(|f| {
            f.patient.mrn.raw() == args.number || f.encounter.facts.visit.raw() == args.number
        })
        .collect();
    if args.copied {
        return copied::run(&session, args, &exact);
    }
    if let Some(id) = args.document {
        return document(&session, id, args.json.json);
    }
    let mut out = Out::new(args.json.json);
    match exact.as_slice() {
        [] => {
            return Err(OpsError::NotFound {
                what: "MRN or visit",
                name: args.number.clone(),
            }
            .into());
        }
        [one] => one_chart(&session, &mut out, one, args.values)?,
        several => {
            for f in several {
                visit_line(&session, &mut out, &f.patient, &f.encounter)?;
            }
        }
    }
    out.done(Exit::Done)
}

pub(super) fn moment(session: &Session, at: Option<Moment>) -> String {
    at.map(|m| m.iso(&session.office.zone)).unwrap_or_default()
}

fn visit_json(session: &Session, patient: &Patient, e: &Encounter) -> serde_json::Value {
    json!({
        "kind": "visit", "visit": e.facts.visit, "mrn": patient.mrn, "class": e.facts.class.name(),
        "status": e.facts.status.name(), "admitted": moment(session, e.facts.admitted),
        "discharged": moment(session, e.facts.discharged), "disposition": e.facts.disposition.name(),
        "reason": e.facts.reason
    })
}

fn visit_line(session: &Session, out: &mut Out, patient: &Patient, e: &Encounter) -> Result<()> {
    if out.json {
        return out.object(&visit_json(session, patient, e));
    }
    out.line(format_args!(
        "{} {} {} {} {}",
        identifier(show(&e.facts.visit).as_str(), 36),
        column(e.facts.class.name(), 4),
        column(&moment(session, e.facts.admitted), 16),
        column(&moment(session, e.facts.discharged), 16),
        show(&e.facts.reason)
    ))
}

fn name(chart: &Chart, id: Option<ProviderId>) -> String {
    id.and_then(|id| chart.provider(id))
        .map(|p| format!("{},{}", show(&p.facts.family), show(&p.facts.given)))
        .unwrap_or_default()
}

fn document_json(session: &Session, chart: &Chart, d: &Document) -> serde_json::Value {
    json!({
        "kind": "document", "id": d.id, "type": d.facts.kind.name(), "title": d.facts.what.text,
        "date": moment(session, d.facts.at), "author": name(chart, d.author),
        "signature": d.facts.signature.name(), "status": d.facts.status.name(), "version": d.version,
        "bytes": d.text_bytes
    })
}

fn one_chart(session: &Session, out: &mut Out, found: &FoundChart, values: bool) -> Result<()> {
    let chart = session
        .office
        .chart(&session.actor, found.encounter.id, values)?;
    let p = &chart.patient;
    if out.json {
        out.object(&json!({
            "kind": "patient", "mrn": p.mrn, "family": p.facts.family, "given": p.facts.given,
            "birth": moment(session, p.facts.birth), "sex": p.facts.sex.name()
        }))?;
    } else {
        out.line(format_args!(
            "{},{}  MRN {}  born {}  {}",
            show(&p.facts.family),
            show(&p.facts.given),
            show(&p.mrn),
            moment(session, p.facts.birth),
            p.facts.sex.name()
        ))?;
    }
    visit_line(session, out, p, &chart.encounter)?;
    for d in &chart.documents {
        if out.json {
            out.object(&document_json(session, &chart, d))?;
        } else {
            out.line(format_args!(
                "  {:>7} {} {} {} {}",
                d.id,
                column(&moment(session, d.facts.at), 16),
                column(d.facts.kind.title(), 22),
                column(&name(&chart, d.author), 20),
                d.facts.signature.name()
            ))?;
        }
    }
    events(session, out, &chart)
}

/// Everything of a chart that is not a document: (list name, when, what, note).
fn events(session: &Session, out: &mut Out, chart: &Chart) -> Result<()> {
    let mut rows: Vec<(&str, Option<Moment>, String, String)> = Vec::new();
    rows.extend(chart.orders.iter().map(|o| {
        (
            "order",
            o.facts.at,
            show(&o.facts.what.text).into_string(),
            o.facts.status.name().to_owned(),
        )
    }));
    rows.extend(chart.procedures.iter().map(|p| {
        (
            "procedure",
            p.facts.start,
            show(&p.facts.what.text).into_string(),
            name(chart, p.performer),
        )
    }));
    rows.extend(chart.diagnoses.iter().map(|d| {
        (
            "diagnosis",
            d.facts.at,
            show(&d.facts.what.text).into_string(),
            show(&d.facts.what.code).into_string(),
        )
    }));
    rows.extend(chart.observations.iter().map(|o| {
        let value = format!(
            "{} {} {}",
            show(&o.facts.text),
            show(&o.facts.unit),
            show(&o.facts.flag)
        );
        (
            "observation",
            o.facts.at,
            show(&o.facts.what.text).into_string(),
            value.trim_end().to_owned(),
        )
    }));
    rows.extend(chart.medications.iter().map(|m| {
        let dose = format!("{} {}", show(&m.facts.dose), show(&m.facts.route));
        (
            "medication",
            m.facts.start,
            show(&m.facts.what.text).into_string(),
            dose,
        )
    }));
    for (kind, at, what, note) in rows {
        if out.json {
            out.object(
                &json!({ "kind": kind, "date": moment(session, at), "text": what, "note": note }),
            )?;
        } else {
            out.line(format_args!(
                "  {} {} {what}  {note}",
                column(kind, 12),
                column(&moment(session, at), 16)
            ))?;
        }
    }
    Ok(())
}

fn document(session: &Session, id: i64, json: bool) -> Result {
    let view = session
        .office
        .document(&session.actor, DocumentId(id), None)?;
    let mut out = Out::new(json);
    if json {
        out.object(&json!({
            "kind": "document", "id": id, "type": view.document.facts.kind.name(),
            "title": view.document.facts.what.text, "signature": view.document.facts.signature.name(),
            "version": view.text.version, "text": view.text.text
        }))?;
    } else {
        for line in show_lines(&view.text.text) {
            out.line(line)?;
        }
    }
    out.done(Exit::Done)
}
