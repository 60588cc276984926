//! `annotate`: texts in, what they say out.
//!
//! Reads JSON lines (`{"id","text","concept"?}`) or one file of plain text; prints one JSON
//! object for each, or lines for a person. Needs no data directory, only the site's word lists.
//! A line that cannot be read is reported with its number and skipped. Start reading at [`run`].

use super::args::{Annotate, Place};
use super::output::{Exit, Out, Result, complain};
use crate::domain::ids::DocumentId;
use crate::domain::untrusted::Untrusted;
use crate::language::{Assertion, Finding, Language, Reading, Reason, Span, Time};
use crate::text::{Shown, show};
use anyhow::Context;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::io::{BufRead, Read};

/// Longest line read: 16 MiB, the limit of a document.
const LINE_LIMIT: u64 = 16 << 20;

/// A text to be read.
#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    id: Value,
    text: String,
    concept: Option<String>,
}

/// What is said of a concept. `trigger` is null if nothing but the statement itself speaks.
#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    polarity: &'static str,
    time: &'static str,
    who: &'static str,
    trigger: Option<&'a str>,
    /// Where the concept stands; null if the text does not hold it (the rest is then the default).
    concept: Option<Span>,
    #[serde(flatten)]
    by: By<'a>,
}

/// Which trigger decided what, where it stands and how far it reaches.
#[derive(Serialize)]
struct By<'a> {
    polarity_by: Option<&'a Reason>,
    time_by: Option<&'a Reason>,
    who_by: Option<&'a Reason>,
}

impl<'a> By<'a> {
    fn of(assertion: &'a Assertion) -> Self {
        Self {
            polarity_by: assertion.polarity_by.as_ref(),
            time_by: assertion.time_by.as_ref(),
            who_by: assertion.who_by.as_ref(),
        }
    }
}

/// Runs `annotate`.
pub fn run(place: &Place, args: &Annotate) -> Result {
    let language = language(place)?;
    let mut out = Out::new(args.json.json);
    if let Some(file) = &args.file {
        let bytes =
            std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
        let text = String::from_utf8_lossy(&bytes);
        note(&mut out, &language, &Value::Null, &text)?;
        return out.done(Exit::Done);
    }
    if let Some(id) = args.document {
        let session = place.open()?;
        let office = &session.office;
        let view = office.document(&session.actor, DocumentId(id), None)?;
        let text = view.text.text.raw();
        note(&mut out, office.language()?, &id.into(), text)?;
        return out.done(Exit::Done);
    }
    let mut exit = Exit::Done;
    let mut stdin = std::io::stdin().lock();
    let mut number = 0u64;
    while let Some(line) = next_line(&mut stdin)? {
        number += 1;
        if line.as_deref().is_ok_and(|l| l.trim_ascii().is_empty()) {
            continue;
        }
        let input = line.and_then(|l| {
            serde_json::from_slice::<Input>(&l).map_err(|e| format!("no text to annotate: {e}"))
        });
        match input {
            Ok(input) => match &input.concept {
                Some(concept) => answer(&mut out, &language, &input, concept)?,
                None => note(&mut out, &language, &input.id, &input.text)?,
            },
            Err(what) => {
                complain(&format!("standard input:{number}: {what}"));
                exit = Exit::Found;
            }
        }
    }
    out.done(exit)
}

/// The word lists in force: ours, and the site's of `language/` in the configuration directory.
fn language(place: &Place) -> Result<Language> {
    let site = place.language_files()?;
    let site: Vec<_> = site.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    Ok(Language::load(&site).map_err(anyhow::Error::from)?)
}

/// The next line without its end; an error in words if it is too long. `None` at the end.
fn next_line(
    input: &mut impl BufRead,
) -> std::io::Result<Option<std::result::Result<Vec<u8>, String>>> {
    let mut line = Vec::new();
    if input
        .by_ref()
        .take(LINE_LIMIT)
        .read_until(b'\n', &mut line)?
        == 0
    {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') || (line.len() as u64) < LINE_LIMIT {
        return Ok(Some(Ok(line)));
    }
    // The rest of it is no line of its own.
    loop {
        let mut rest = Vec::new();
        let read = input.by_ref().take(1 << 16).read_until(b'\n', &mut rest)?;
        if read == 0 || rest.last() == Some(&b'\n') {
            let what = format!("longer than {} MiB", LINE_LIMIT >> 20);
            return Ok(Some(Err(what)));
        }
    }
}

/// What a text says of one concept.
fn answer(out: &mut Out, language: &Language, input: &Input, concept: &str) -> Result<()> {
    let reading = language.read(&input.text);
    let place = reading.locate(concept);
    let assertion = place.map(|p| reading.assert(p)).unwrap_or_default();
    let trigger = assertion.reason().map(|r| r.trigger.of(&input.text));
    if out.json {
        return out.object(&Answer {
            id: &input.id,
            polarity: assertion.polarity.name(),
            time: assertion.time.name(),
            who: assertion.who.name(),
            trigger,
            concept: place,
            by: By::of(&assertion),
        });
    }
    let id = shown(&match &input.id {
        Value::String(id) => id.clone(),
        other => other.to_string(),
    });
    out.line(format_args!(
        "{id}  {}  {}  {}  {}",
        assertion.polarity.name(),
        assertion.time.name(),
        assertion.who.name(),
        shown(trigger.unwrap_or("-"))
    ))
}

/// Everything a text says: sections, findings, values.
fn note(out: &mut Out, language: &Language, id: &Value, text: &str) -> Result<()> {
    let reading = language.read(text);
    if !out.json {
        return print(out, &reading, text);
    }
    let findings = reading.findings();
    let finding = |f: &Finding| {
        let a = &f.assertion;
        json!({
            "start": f.span.start, "end": f.span.end, "text": f.span.of(text),
            "meanings": f.meanings, "polarity": a.polarity, "time": a.time, "who": a.who,
            "trigger": a.reason().map(|r| r.trigger.of(text)), "by": By::of(a)
        })
    };
    out.object(&json!({
        "id": id,
        "sections": reading.sections(),
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
        "values": reading.measurements()
    }))
}

fn print(out: &mut Out, reading: &Reading<'_>, text: &str) -> Result<()> {
    let findings = reading.findings();
    let values = reading.measurements();
    for section in reading.sections() {
        let inside = |span: Span| section.body.overlaps(span);
        out.line(format_args!(
            "{}  {}",
            section.kind,
            shown(section.title.of(text))
        ))?;
        for f in findings.iter().filter(|f| inside(f.span)) {
            let a = &f.assertion;
            let mut says = vec![a.polarity.name()];
            says.extend((a.time != Time::Current).then(|| a.time.name()));
            says.extend((a.who != crate::language::Who::Patient).then(|| a.who.name()));
            let by = a
                .reason()
                .map(|r| format!("  ({})", shown(r.trigger.of(text))));
            out.line(format_args!(
                "  {:>7}  {}  {}{}",
                f.span.start,
                shown(f.span.of(text)),
                says.join(", "),
                by.unwrap_or_default()
            ))?;
        }
        for v in values.iter().filter(|v| inside(v.span)) {
            out.line(format_args!(
                "  {:>7}  {}  {} {} {}",
                v.span.start,
                shown(v.span.of(text)),
                v.analyte,
                v.value,
                v.unit.as_deref().unwrap_or_default()
            ))?;
        }
    }
    Ok(())
}

fn shown(text: &str) -> Shown {
    show(&Untrusted::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_one_bad_line() {
        let mut text = vec![b'x'; LINE_LIMIT as usize + 5];
        text.extend(b"\n{}\nlast");
        let mut input = std::io::Cursor::new(text);
        assert!(next_line(&mut input).unwrap().unwrap().is_err());
        assert_eq!(next_line(&mut input).unwrap().unwrap().unwrap(), b"{}\n");
        assert_eq!(next_line(&mut input).unwrap().unwrap().unwrap(), b"last");
        assert!(next_line(&mut input).unwrap().is_none());
    }
}
