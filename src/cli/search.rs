//! `search`: every word of every chart.

use super::args::{Place, Search};
use super::output::{Exit, Out, Result};
use crate::domain::search::{SearchHit, SearchOrder};
use crate::ops::SearchAsk;
use crate::text::show;
use serde_json::json;

/// Runs `search`.
pub fn run(place: &Place, args: &Search) -> Result {
    let session = place.open()?;
    // Whatever was acknowledged is found: the index catches up first, unless another process is
    // at it.
    session.office.index_now(&mut |_| true)?;
    let ask = SearchAsk {
        text: args.query.join(" ").into(),
        order: if args.newest {
            SearchOrder::Newest
        } else {
            SearchOrder::Best
        },
        offset: args.offset,
        limit: args.limit,
        ..SearchAsk::default()
    };
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
