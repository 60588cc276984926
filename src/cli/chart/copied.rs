//! `chart … --copied`: which passages of notes stand in earlier notes of the patient.

use super::{Args, moment};
use crate::cli::output::{Exit, Out, Result, column};
use crate::cli::session::Session;
use crate::domain::copied::{CopiedSource, CopiedText};
use crate::domain::ids::DocumentId;
use crate::domain::untrusted::Untrusted;
use crate::ops::{FoundChart, OpsError};
use crate::text::{noun, show, show_lines};
use serde_json::json;

/// Runs `chart NUMBER --copied`, for one document or for all of the charts found.
pub(super) fn run(session: &Session, args: &Args, found: &[FoundChart]) -> Result {
    let mut out = Out::new(args.json.json);
    if let Some(id) = args.document {
        let copied = session.office.copied(&session.actor, DocumentId(id))?;
        one(session, &mut out, &copied)?;
        return out.done(Exit::Done);
    }
    if found.is_empty() {
        return Err(OpsError::NotFound {
            what: "MRN or visit",
            name: args.number.clone(),
        }
        .into());
    }
    for visit in found {
        let chart = session
            .office
            .chart(&session.actor, visit.encounter.id, false)?;
        for document in chart.documents.iter().filter(|d| d.text_bytes > 0) {
            let copied = session.office.copied(&session.actor, document.id)?;
            summary(session, &mut out, &copied, document.facts.kind.title())?;
        }
    }
    out.done(Exit::Done)
}

fn summary(session: &Session, out: &mut Out, copied: &CopiedText, kind: &str) -> Result<()> {
    if out.json {
        return head(session, out, copied);
    }
    let from: Vec<String> = copied.sources.iter().map(|s| source(session, s)).collect();
    out.line(format_args!(
        "  {:>7} {} {:>3} % copied  {}",
        copied.document,
        column(kind, 22),
        copied.percent(),
        from.join("; ")
    ))
}

/// The first object: figures and sources.
fn head(session: &Session, out: &mut Out, copied: &CopiedText) -> Result<()> {
    let sources: Vec<_> = copied
        .sources
        .iter()
        .map(|s| {
            json!({
                "document": s.document, "type": s.kind.name(), "title": s.title,
                "author": s.author, "date": moment(session, s.at)
            })
        })
        .collect();
    out.object(&json!({
        "kind": "copied", "document": copied.document, "words": copied.words,
        "copied_words": copied.copied(), "template_words": copied.template,
        "percent": copied.percent(), "compared": copied.compared, "sources": sources
    }))
}

fn one(session: &Session, out: &mut Out, copied: &CopiedText) -> Result<()> {
    let text = copied.text.raw();
    let part = |from: usize, to: usize| Untrusted::new(text.get(from..to).unwrap_or_default());
    if out.json {
        head(session, out, copied)?;
    } else {
        out.line(format_args!(
            "{} of {} {} in earlier notes ({} %), {} {} compared, {} {} of headings or template text",
            copied.copied(),
            copied.words,
            noun(copied.words, "word"),
            copied.percent(),
            copied.compared,
            noun(copied.compared, "note"),
            copied.template,
            noun(copied.template, "word")
        ))?;
    }
    for passage in &copied.passages {
        let (Some(from), Some(first)) = (
            copied.sources.get(passage.source),
            copied.sources.get(passage.first),
        ) else {
            continue;
        };
        if out.json {
            out.object(&json!({
                "kind": "passage", "document": copied.document, "start": passage.start,
                "end": passage.end, "words": passage.words,
                "text": part(passage.start, passage.end), "source": from.document,
                "source_start": passage.source_start, "source_end": passage.source_end,
                "first": first.document
            }))?;
            continue;
        }
        let since = if first.document == from.document {
            String::new()
        } else {
            format!(", first in {}", source(session, first))
        };
        out.line(format_args!(
            "\n{} {} from {}{since}:",
            passage.words,
            noun(passage.words, "word"),
            source(session, from)
        ))?;
        for line in show_lines(&part(passage.start, passage.end)) {
            out.line(format_args!("    {line}"))?;
        }
    }
    Ok(())
}

/// A source in a few words.
fn source(session: &Session, source: &CopiedSource) -> String {
    let author = show(&source.author);
    let date = moment(session, source.at);
    let words = [
        source.kind.title().to_owned(),
        date,
        author.into_string(),
        format!("document {}", source.document),
    ];
    let words: Vec<String> = words.into_iter().filter(|w| !w.is_empty()).collect();
    words.join(" ")
}
