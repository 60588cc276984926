//! `search`: every word of every chart.

use super::args::{Place, Search};
use super::output::{Exit, Out, Result, note};
use super::session::Session;
use crate::domain::ids::DocumentId;
use crate::domain::search::{SearchHit, SearchOrder};
use crate::ops::{ExportForm, Exported, MOST_EXPORTED, SearchAsk};
use crate::text::show;
use serde_json::json;

/// The default of `--limit`.
const DEFAULT_LIMIT: usize = 20;

/// Runs `search`.
pub fn run(place: &Place, args: &Search) -> Result {
    let session = place.open()?;
    // Whatever was acknowledged is found: the index catches up first, unless another process is
    // at it.
    session.office.index_now(&mut |_| true)?;
    let ask = ask(&session, args)?;
    if args.csv || args.output.is_some() {
        return export(&session, args, &ask);
    }
    let answer = session.office.search(&session.actor, &ask)?;
    let mut out = Out::new(args.json.json);
    let ms = answer.micros as f64 / 1000.0;
    if out.json {
        out.object(&json!({ "kind": "summary", "count": answer.count, "ms": ms }))?;
    } else {
        out.line(format_args!("{} documents in {ms:.1} ms", answer.count))?;
    }
    for hit in &answer.hits {
        let date = hit
            .at
            .map(|m| m.iso(&session.office.zone))
            .unwrap_or_default();
        if out.json {
            out.object(&json!({
                "kind": "hit", "document": hit.document, "visit": hit.visit, "mrn": hit.mrn,
                "patient": hit.patient_name, "type": hit.kind.name(), "author": hit.author,
                "date": date, "score": hit.score, "snippet": snippet(hit, "", "")
            }))?;
            continue;
        }
        out.line(format_args!(
            "{date}  {}  {}  {}  document {}",
            show(&hit.mrn),
            show(&hit.patient_name),
            hit.kind.title(),
            hit.document
        ))?;
        out.line(format_args!("    {}", snippet(hit, "[", "]")))?;
    }
    out.done(Exit::Done)
}

/// What is asked for: words, a saved search, or notes like one.
fn ask(session: &Session, args: &Search) -> Result<SearchAsk> {
    let mut ask = SearchAsk {
        text: args.query.join(" ").into(),
        order: if args.newest {
            SearchOrder::Newest
        } else {
            SearchOrder::Best
        },
        offset: args.offset,
        limit: args.limit,
        remember: args.saved.is_none() && args.similar.is_none(),
        ..SearchAsk::default()
    };
    if let Some(name) = &args.saved {
        let list = session.office.saved_search(&session.actor, name)?;
        ask.text = list.search.text;
        ask.widening = list.search.widening;
        ask.taken_after = args.new.then_some(list.looked);
        ask.saved = Some(name.clone());
        if !args.newest {
            ask.order = list.search.order;
        }
    }
    if let Some(document) = args.similar {
        let similar = session
            .office
            .similar(&session.actor, DocumentId(document))?;
        ask.text = similar.query.into();
    }
    Ok(ask)
}

/// Writes every hit asked for as CSV or JSON lines.
fn export(session: &Session, args: &Search, ask: &SearchAsk) -> Result {
    let form = if args.json.json {
        ExportForm::Json
    } else {
        ExportForm::Csv
    };
    // The default of --limit is about what a person reads.
    let all = ask.limit == DEFAULT_LIMIT;
    let ask = SearchAsk {
        limit: if all { MOST_EXPORTED } else { ask.limit },
        saved: None,
        remember: false,
        ..ask.clone()
    };
    if let Some(path) = &args.output {
        let (office, actor) = (&session.office, &session.actor);
        let hits = office.export_hits(actor, &ask, &Exported::All, form, path)?;
        note(&format!("{hits} hits written to {}", path.display()));
        return Ok(Exit::Done);
    }
    let mut out = Out::new(false);
    for line in session.office.export_lines(&session.actor, &ask, form)? {
        out.line(line)?;
    }
    out.done(Exit::Done)
}

fn snippet(hit: &SearchHit, open: &str, close: &str) -> String {
    hit.snippet
        .iter()
        .map(|part| {
            let text = show(&part.text);
            if part.hit {
                format!("{open}{text}{close}")
            } else {
                text.into_string()
            }
        })
        .collect()
}
