//! The text of OBX segments: lines, repetitions, encapsulated data.

use super::super::content::{self, Content};
use super::context::Context;
use super::message::{Part, Segment};
use crate::domain::record::Severity;

/// Text gathered from several OBX segments, and what it was.
#[derive(Default)]
pub(super) struct Body {
    pub text: String,
    pub content_type: String,
    pub url: String,
}

/// Gathers the text of OBX segments. Where they name several things, each gets its name as a
/// heading.
pub(super) fn gather(cx: &mut Context<'_, '_>, segments: &[Segment<'_>]) -> Body {
    let mut body = Body::default();
    let mut names: Vec<String> = segments.iter().map(|s| name_of(*s)).collect();
    names.dedup();
    let headed = names.len() > 1;
    let mut heading = String::new();
    for obx in segments {
        let kind = obx.field(2).value(1);
        let name = name_of(*obx);
        let before = body.text.len();
        let start = if headed && name != heading && !name.is_empty() {
            format!("{name}:\n")
        } else {
            String::new()
        };
        if !body.text.is_empty() {
            body.text.push('\n');
        }
        body.text.push_str(&start);
        let empty = body.text.len();
        match kind.as_str() {
            "ED" => encapsulated(cx, *obx, &mut body),
            "RP" => pointer(*obx, &mut body),
            _ => lines(cx, *obx, &mut body.text),
        }
        if body.text.len() > empty {
            heading = name;
        } else if start.is_empty() {
            // An empty OBX is an empty line of the report.
        } else {
            body.text.truncate(before);
        }
    }
    let end = body.text.trim_end().len();
    body.text.truncate(end);
    let from = body.text.len() - body.text.trim_start_matches('\n').len();
    body.text.drain(..from);
    if body.content_type.is_empty() && !body.text.is_empty() {
        body.content_type = "text/plain".to_owned();
    }
    if body.text.len() as u64 > cx.limits.message_bytes {
        body.text.clear();
    }
    body
}

fn name_of(obx: Segment<'_>) -> String {
    let id = obx.field(3);
    let text = id.component(2).trimmed();
    // A code alone is no heading for people.
    if text == id.value(1) {
        String::new()
    } else {
        text
    }
}

/// The repetitions of OBX-5, one line each.
fn lines(cx: &mut Context<'_, '_>, obx: Segment<'_>, text: &mut String) {
    let field = obx.field(5);
    if !fits(cx, obx, field) {
        return;
    }
    for (index, repetition) in field.repetitions().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        text.push_str(&repetition.text());
    }
}

/// Whether a field is within its limit; says so if not.
pub(super) fn fits(cx: &mut Context<'_, '_>, obx: Segment<'_>, field: Part<'_>) -> bool {
    let most = cx.limits.field_bytes;
    if field.raw.len() as u64 <= most {
        return true;
    }
    let reason = format!("longer than {} MiB; left out", most >> 20);
    cx.issue(Severity::Warning, obx, 5, &reason);
    false
}

/// MIME type of an ED or RP, from its type and subtype.
fn content_type(kind: &str, subtype: &str) -> String {
    let (kind, subtype) = (kind.to_ascii_lowercase(), subtype.to_ascii_lowercase());
    if subtype.contains('/') {
        return subtype;
    }
    if kind.contains('/') {
        return kind;
    }
    match (kind.as_str(), subtype.as_str()) {
        (_, "pdf") => "application/pdf".to_owned(),
        (_, "rtf") => "text/rtf".to_owned(),
        (_, "html" | "htm") => "text/html".to_owned(),
        ("text" | "tx" | "ft" | "txt", "") | (_, "plain" | "txt") => "text/plain".to_owned(),
        ("tx" | "ft", other) => format!("text/{other}"),
        ("" | "ap" | "application", "") => "application/octet-stream".to_owned(),
        ("" | "ap", other) => format!("application/{other}"),
        ("im", other) => format!("image/{other}"),
        (kind, "") => kind.to_owned(),
        (kind, other) => format!("{kind}/{other}"),
    }
}

/// Reads an ED: source, type, subtype, encoding, data.
fn encapsulated(cx: &mut Context<'_, '_>, obx: Segment<'_>, body: &mut Body) {
    let field = obx.field(5);
    if !fits(cx, obx, field) {
        return;
    }
    let mime = content_type(&field.value(2), &field.value(3));
    let data = field.component(5);
    if body.content_type.is_empty() || content::is_text(&mime) {
        body.content_type.clone_from(&mime);
    }
    if data.is_empty() || !content::is_text(&mime) {
        return;
    }
    let bytes = match field.value(4).to_ascii_lowercase().as_str() {
        "base64" => content::base64(data.raw),
        "hex" => from_hex(data.raw),
        _ => Some(data.text().into_owned().into_bytes()),
    };
    let Some(bytes) = bytes else {
        cx.issue(
            Severity::Warning,
            obx,
            5,
            "the data cannot be decoded; left out",
        );
        return;
    };
    match content::text_of(&bytes, &mime, cx.limits.field_bytes) {
        Content::Text(text) => body.text.push_str(&text),
        Content::NotText => {}
        Content::TooLong => {
            cx.issue(
                Severity::Warning,
                obx,
                5,
                "the text is longer than a field may be; left out",
            );
        }
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    digits
        .chunks(2)
        .map(|pair| {
            let pair = std::str::from_utf8(pair).ok().filter(|p| p.len() == 2)?;
            u8::from_str_radix(pair, 16).ok()
        })
        .collect()
}

/// Reads an RP: pointer, application, type, subtype.
fn pointer(obx: Segment<'_>, body: &mut Body) {
    let field = obx.field(5);
    body.url = field.component(1).trimmed();
    if body.content_type.is_empty() {
        body.content_type = content_type(&field.value(3), &field.value(4));
    }
}
