//! `search`: every word of every chart.

use super::args::{Place, Search};
use super::named::visit;
use super::output::{Exit, Out, Result, note};
use super::session::Session;
use crate::domain::ids::DocumentId;
use crate::domain::search::{
    Facet, QueryExpansion, SearchAnswer, SearchHit, SearchOrder, SearchRequest,
};
use crate::grammar::Completions;
use crate::ops::{ExportForm, Exported, MOST_EXPORTED, SearchAsk};
use crate::text::{noun, show};
use serde_json::json;

/// The default of `--limit`.
const DEFAULT_LIMIT: usize = 20;

/// Runs `search`.
pub fn run(place: &Place, args: &Search) -> Result {
    let session = place.open()?;
    // Whatever was acknowledged is found: the index catches up first, unless another process is
    // at it.
    session.office.index_now(&mut |_| true)?;
    if args.complete {
        return complete(&session, &args.query.join(" "), args.json.json);
    }
    let ask = ask(&session, args)?;
    if args.csv || args.output.is_some() {
        return export(&session, args, &ask.request);
    }
    let answer = session.office.search(&session.actor, &ask)?;
    let mut out = Out::new(args.json.json);
    summary(&mut out, &answer)?;
    for expansion in &answer.expansions {
        widened(&mut out, expansion)?;
    }
    if let Some(better) = &answer.suggestion {
        if out.json {
            out.object(&json!({
                "kind": "suggestion", "query": better.query, "typed": better.typed,
                "meant": better.meant
            }))?;
        } else {
            out.line(format_args!("Did you mean: {}", show(&better.query)))?;
        }
    }
    for facet in &answer.facets {
        counted(&mut out, facet)?;
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
                "date": date, "score": hit.score, "in_group": hit.in_group,
                "snippet": snippet(hit, "", "")
            }))?;
            continue;
        }
        let more = match hit.in_group {
            0 | 1 => String::new(),
            all => format!(" and {} more", all - 1),
        };
        out.line(format_args!(
            "{date}  {}  {}  {}  document {}{more}",
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
    let within = args.visit.as_deref();
    let mut request = SearchRequest {
        text: args.query.join(" ").into(),
        order: if args.newest {
            SearchOrder::Newest
        } else {
            SearchOrder::Best
        },
        offset: args.offset,
        limit: args.limit,
        encounter: within.map(|v| visit(session, v)).transpose()?,
        grouping: args.by,
        widening: args.widen,
        facets: args.facets,
        lenient: args.lenient,
        ..SearchRequest::default()
    };
    if let Some(name) = &args.saved {
        let list = session.office.saved_search(&session.actor, name)?;
        request.text = list.search.text;
        request.widening = list.search.widening;
        request.taken_after = args.new.then_some(list.looked);
        if !args.newest {
            request.order = list.search.order;
        }
    }
    if let Some(document) = args.similar {
        let similar = session
            .office
            .similar(&session.actor, DocumentId(document))?;
        request.text = similar.query.into();
    }
    Ok(SearchAsk {
        request,
        saved: args.saved.clone(),
        remember: args.saved.is_none() && args.similar.is_none(),
        beginning: false,
    })
}

/// Writes every hit asked for as CSV or JSON lines.
fn export(session: &Session, args: &Search, request: &SearchRequest) -> Result {
    let form = if args.json.json {
        ExportForm::Json
    } else {
        ExportForm::Csv
    };
    // The default of --limit is about what a person reads.
    let all = request.limit == DEFAULT_LIMIT;
    let request = SearchRequest {
        limit: if all { MOST_EXPORTED } else { request.limit },
        ..request.clone()
    };
    if let Some(path) = &args.output {
        let (office, actor) = (&session.office, &session.actor);
        let hits = office.export_hits(actor, &request, &Exported::All, form, path)?;
        let what = noun(hits, "hit");
        note(&format!("{hits} {what} written to {}", path.display()));
        return Ok(Exit::Done);
    }
    let mut out = Out::new(false);
    for line in session
        .office
        .export_lines(&session.actor, &request, form)?
    {
        out.line(line)?;
    }
    out.done(Exit::Done)
}

fn summary(out: &mut Out, answer: &SearchAnswer) -> Result<()> {
    let ms = answer.micros as f64 / 1000.0;
    if out.json {
        return out.object(&json!({
            "kind": "summary", "count": answer.count, "groups": answer.groups, "ms": ms,
            "partial": answer.partial, "building": answer.building
        }));
    }
    if answer.partial {
        out.line(format_args!(
            "No document has all the words; these have some:"
        ))?;
    }
    if answer.building {
        out.line(format_args!("The index is being built; there may be more."))?;
    }
    let count = answer.count;
    let what = noun(count, "document");
    match answer.groups == count {
        true => out.line(format_args!("{count} {what} in {ms:.1} ms")),
        false => out.line(format_args!(
            "{count} {what} in {} {} in {ms:.1} ms",
            answer.groups,
            noun(answer.groups, "group")
        )),
    }
}

fn widened(out: &mut Out, expansion: &QueryExpansion) -> Result<()> {
    if out.json {
        return out.object(&json!({
            "kind": "expansion", "typed": expansion.typed, "other": expansion.other,
            "of": expansion.kind.name(), "why": expansion.why, "applied": expansion.applied
        }));
    }
    let done = if expansion.applied { "also" } else { "not" };
    out.line(format_args!(
        "  {done}: {} ({})",
        show(&expansion.other),
        show(&expansion.why.as_str().into())
    ))
}

fn counted(out: &mut Out, facet: &Facet) -> Result<()> {
    for value in &facet.values {
        if out.json {
            out.object(&json!({
                "kind": "facet", "facet": facet.kind.name(), "label": value.label,
                "query": value.query, "count": value.count
            }))?;
        } else {
            out.line(format_args!(
                "  {:9} {:6}  {}",
                facet.kind.name(),
                value.count,
                show(&value.label)
            ))?;
        }
    }
    if facet.more > 0 && !out.json {
        out.line(format_args!(
            "  {:9} and {} more",
            facet.kind.name(),
            facet.more
        ))?;
    }
    Ok(())
}

fn complete(session: &Session, text: &str, json: bool) -> Result {
    let office = &session.office;
    let found = office.complete_search(&session.actor, text, text.len())?;
    offers(&found, json)
}

/// What could stand where a query or a filter ends.
pub fn offers(found: &Completions, json: bool) -> Result {
    let mut out = Out::new(json);
    for item in &found.items {
        if out.json {
            out.object(&json!({
                "kind": "completion", "start": found.span.start, "end": found.span.end,
                "insert": item.insert, "label": item.label, "note": item.note
            }))?;
        } else {
            out.line(format_args!("{}  {}", show(&item.label), item.note))?;
        }
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
