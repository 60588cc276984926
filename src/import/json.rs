//! JSON files: NDJSON line by line, or whole documents.
//!
//! The first line decides: a whole value on it means NDJSON, of which no more than a line is
//! ever held. Start at [`read`].

use super::emit::Stop;
use super::fhir::{Reader, Verdict, Wholeness, wholeness};
use super::source::{self, Line, Lines};
use crate::domain::record::Severity;
use crate::text::counted;
use std::io::BufRead;

/// Lines without FHIR after which a file with none is given up.
const FOREIGN_LINES: usize = 1_000;

/// What a file of JSON has shown so far.
#[derive(Default)]
struct Seen {
    fhir: bool,
    broken: bool,
    /// Lines that are no FHIR: rejects if the file turns out to be FHIR.
    foreign: Vec<u64>,
    /// Lines that are no JSON, with the byte.
    not_json: Vec<(u64, usize)>,
}

/// Reads a file of JSON.
pub(crate) fn read(reader: &mut Reader<'_, '_>, input: impl BufRead) -> Result<(), Stop> {
    let mut lines = Lines::new(input);
    let mut line = Vec::new();
    let mut seen = Seen::default();
    let limit = reader.limits.message_bytes;
    let mut first = true;
    loop {
        match lines.next(&mut line, limit) {
            Line::End => break,
            Line::TooLong => too_long(reader, lines.number),
            Line::Failed(error) => {
                failed(reader, &mut seen, &line, lines.number, &error)?;
                break;
            }
            Line::Text => {
                let text = trimmed(&line, lines.number == 1);
                if text.is_empty() {
                    continue;
                }
                if first && wholeness(text) == Wholeness::Truncated {
                    first = false;
                    document(reader, &mut lines, &mut line, &mut seen)?;
                    continue;
                }
                first = false;
                one_line(reader, text, lines.number, &mut seen)?;
                if !seen.fhir && seen.foreign.len() + seen.not_json.len() >= FOREIGN_LINES {
                    break;
                }
            }
        }
    }
    close(reader, &seen);
    Ok(())
}

fn trimmed(line: &[u8], is_first: bool) -> &[u8] {
    let line = if is_first {
        line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
    } else {
        line
    };
    line.trim_ascii()
}

fn too_long(reader: &mut Reader<'_, '_>, line: u64) {
    let reason = format!(
        "a line longer than {} MiB",
        reader.limits.message_bytes >> 20
    );
    reader.out.issue(Severity::Reject, line, "", &reason);
}

fn one_line(
    reader: &mut Reader<'_, '_>,
    text: &[u8],
    line: u64,
    seen: &mut Seen,
) -> Result<(), Stop> {
    match wholeness(text) {
        Wholeness::Whole => take(reader, text, line, seen),
        Wholeness::Truncated if !looks_like_fhir(text) => {
            seen.not_json.push((line, text.len()));
            Ok(())
        }
        Wholeness::Truncated => {
            seen.broken = true;
            let reason = format!("the JSON ends inside a value at byte {}", text.len() + 1);
            reader.out.issue(Severity::Reject, line, "", &reason);
            Ok(())
        }
        Wholeness::NotJson(at) => {
            seen.not_json.push((line, at));
            Ok(())
        }
    }
}

fn take(reader: &mut Reader<'_, '_>, text: &[u8], line: u64, seen: &mut Seen) -> Result<(), Stop> {
    match reader.value(text, line)? {
        Verdict::Fhir => seen.fhir = true,
        Verdict::NotFhir => seen.foreign.push(line),
        Verdict::Broken => seen.broken = true,
    }
    if seen.fhir && seen.foreign.len() + seen.not_json.len() > FOREIGN_LINES {
        close(reader, seen);
        seen.foreign.clear();
        seen.not_json.clear();
    }
    Ok(())
}

fn looks_like_fhir(text: &[u8]) -> bool {
    let wanted = b"\"resourceType\"";
    text.windows(wanted.len()).any(|w| w == wanted)
}

/// The first line ended inside a value: a document over many lines, or NDJSON whose first line
/// is broken (then the next line is a whole object).
fn document(
    reader: &mut Reader<'_, '_>,
    lines: &mut Lines<impl BufRead>,
    line: &mut Vec<u8>,
    seen: &mut Seen,
) -> Result<(), Stop> {
    let mut whole = trimmed(line, lines.number == 1).to_vec();
    let start = lines.number;
    let limit = reader.limits.message_bytes;
    let mut second = true;
    loop {
        match lines.next(line, limit) {
            Line::End => break,
            Line::TooLong => {
                too_long(reader, lines.number);
                seen.broken = true;
                return Ok(());
            }
            Line::Failed(error) => {
                whole.push(b'\n');
                whole.extend_from_slice(line);
                let reason = format!(
                    "{}; what came before it was looked at",
                    source::reason(&error)
                );
                reader
                    .out
                    .issue(Severity::Reject, lines.number, "", &reason);
                seen.broken = true;
                break;
            }
            Line::Text => {
                let text = trimmed(line, false);
                let object = text.first() == Some(&b'{') && line.first() == Some(&b'{');
                if second && object && wholeness(text) == Wholeness::Whole {
                    one_line(reader, &whole, start, seen)?;
                    return one_line(reader, text, lines.number, seen);
                }
                second = second && text.is_empty();
                if (whole.len() + line.len()) as u64 > limit {
                    let reason = format!("a JSON document larger than {} MiB", limit >> 20);
                    reader
                        .out
                        .issue(Severity::Reject, lines.number, "", &reason);
                    seen.broken = true;
                    skip_rest(lines, line, limit);
                    return Ok(());
                }
                whole.push(b'\n');
                whole.extend_from_slice(line);
            }
        }
    }
    values(reader, &whole, start, seen)
}

/// Passes over what is left of a document that is too large.
fn skip_rest(lines: &mut Lines<impl BufRead>, line: &mut Vec<u8>, limit: u64) {
    while matches!(lines.next(line, limit), Line::Text | Line::TooLong) {}
}

/// The values of a text over many lines, one after the other.
fn values(
    reader: &mut Reader<'_, '_>,
    text: &[u8],
    start: u64,
    seen: &mut Seen,
) -> Result<(), Stop> {
    let mut rest = text.trim_ascii();
    let mut line = start;
    while !rest.is_empty() {
        let (end, whole) = match wholeness(rest) {
            Wholeness::Whole => (rest.len(), true),
            Wholeness::NotJson(at) if at > 0 => (at, true),
            Wholeness::NotJson(_) => (rest.len(), false),
            Wholeness::Truncated => (rest.len(), looks_like_fhir(rest)),
        };
        let value = &rest[..end];
        if whole {
            take(reader, value, line, seen)?;
        } else {
            seen.not_json.push((line, 0));
        }
        line += value.iter().filter(|b| **b == b'\n').count() as u64;
        rest = &rest[end..];
    }
    Ok(())
}

/// Reading failed inside a file: what came before was taken, the line it failed in is lost.
fn failed(
    reader: &mut Reader<'_, '_>,
    seen: &mut Seen,
    line: &[u8],
    number: u64,
    error: &std::io::Error,
) -> Result<(), Stop> {
    let text = trimmed(line, number <= 1);
    let mut taken = number.saturating_sub(1);
    if !text.is_empty() && wholeness(text) == Wholeness::Whole {
        one_line(reader, text, number, seen)?;
        taken = number;
    }
    seen.broken = true;
    let reason = format!(
        "{}; before it {} taken",
        source::reason(error),
        counted(taken, "line")
    );
    reader
        .out
        .issue(Severity::Reject, number.max(1), "", &reason);
    Ok(())
}

/// Says at the end what was no FHIR.
fn close(reader: &mut Reader<'_, '_>, seen: &Seen) {
    if seen.fhir {
        let foreign = seen.foreign.iter().map(|line| (*line, None));
        let not_json = seen.not_json.iter().map(|(line, at)| (*line, Some(*at)));
        let mut odd: Vec<(u64, Option<usize>)> = foreign.chain(not_json).collect();
        odd.sort_unstable();
        for (line, at) in odd {
            let reason = match at {
                None => "JSON that is no FHIR resource".to_owned(),
                Some(at) => format!("not valid JSON at byte {}", at + 1),
            };
            reader.out.issue(Severity::Reject, line, "", &reason);
        }
    } else if !seen.broken {
        let reason = if seen.foreign.is_empty() {
            "neither FHIR nor other JSON"
        } else {
            "JSON, but not FHIR"
        };
        reader.out.issue(Severity::Skip, 0, "", reason);
    }
}
