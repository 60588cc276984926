//! ORU: results. Numbers and short values are observations, text reports are documents.

use super::super::emit::Stop;
use super::context::{Context, Made};
use super::message::Segment;
use super::patient;
use super::visit::Happening;
use super::{body, observation, visit};
use crate::domain::code::Coding;
use crate::domain::document::{
    DocumentFacts, DocumentKind, DocumentStatus, Sensitivity, SignatureState,
};
use crate::domain::record::{DocumentRecord, Extent, Key, Record, RecordKind, Severity};
use crate::domain::untrusted::Untrusted;
use std::collections::HashSet;

/// An OBR with its OBX segments.
pub(super) struct Group<'m> {
    pub obr: Segment<'m>,
    orc: Option<Segment<'m>>,
    obx: Vec<Segment<'m>>,
}

/// Whose results, of which visit, and which ids this message has used.
pub(super) struct Owner<'k> {
    pub patient: &'k Key,
    pub encounter: Option<&'k Key>,
    pub used: HashSet<Key>,
}

/// Reads an ORU message.
pub(super) fn read(cx: &mut Context<'_, '_>) -> Result<(), Stop> {
    let message = cx.message;
    let mut people = message.segments().filter(|s| s.name == "PID");
    let Some(pid) = people.next() else {
        cx.missing("PID", "the results name no patient; nothing was taken");
        return Ok(());
    };
    let second = people.next();
    let Some(patient) = patient::patient(cx, pid)? else {
        return Ok(());
    };
    let encounter = visit::visit(cx, &patient, Happening::default())?;
    let mut owner = Owner {
        patient: &patient,
        encounter: encounter.as_ref(),
        used: HashSet::new(),
    };
    let last = second.map_or(u64::MAX, |s| s.line);
    let groups = groups(message.segments().filter(|s| s.line < last));
    if groups.is_empty() {
        cx.missing("OBR", "a result message without a result");
    }
    for group in &groups {
        read_group(cx, group, &mut owner)?;
    }
    if let Some(second) = second {
        let reason = "a second patient in one message; its results were not taken";
        cx.issue(Severity::Reject, second, 1, reason);
    }
    Ok(())
}

fn groups<'m>(segments: impl Iterator<Item = Segment<'m>>) -> Vec<Group<'m>> {
    let mut groups: Vec<Group<'m>> = Vec::new();
    let mut orc = None;
    for segment in segments {
        match segment.name {
            "ORC" => orc = Some(segment),
            "OBR" => groups.push(Group {
                obr: segment,
                orc: orc.take(),
                obx: Vec::new(),
            }),
            "OBX" => {
                if let Some(group) = groups.last_mut() {
                    group.obx.push(segment);
                }
            }
            _ => {}
        }
    }
    groups
}

fn read_group(
    cx: &mut Context<'_, '_>,
    group: &Group<'_>,
    owner: &mut Owner<'_>,
) -> Result<(), Stop> {
    let (kind, codings) = report_kind(cx, group);
    let (text, values): (Vec<_>, Vec<_>) = group.obx.iter().copied().partition(|obx| {
        let kind = obx.field(2).value(1);
        cx.maps.is_report_type(&kind) || kind == "ST" || kind.is_empty()
    });
    let is_report = is_report(cx, kind, &text, &values);
    if is_report {
        report(cx, group, &text, kind, &codings, owner)?;
    }
    let rest = if is_report { &values } else { &group.obx };
    for (index, obx) in rest.iter().enumerate() {
        let number = (index + 1).to_string();
        observation::observation(cx, *obx, Some(group), &number, owner)?;
    }
    Ok(())
}

/// What a report of this order would be: by its code and title, else by its section.
fn report_kind(cx: &Context<'_, '_>, group: &Group<'_>) -> (Option<DocumentKind>, Vec<Coding>) {
    let codings = cx.codings(group.obr.field(4));
    let by_code = cx.maps.document_kind(&codings).0;
    let section = || cx.maps.document_section(&group.obr.field(24).value(1));
    (by_code.or_else(section), codings)
}

/// Whether an order's text is a report. One of a known kind is; an unknown or laboratory one
/// must consist of text, and be long or come as a file.
fn is_report(
    cx: &Context<'_, '_>,
    kind: Option<DocumentKind>,
    text: &[Segment<'_>],
    values: &[Segment<'_>],
) -> bool {
    let filled = text.iter().any(|obx| !obx.field(5).is_empty());
    if !filled {
        return false;
    }
    if kind.is_some_and(|k| k != DocumentKind::Laboratory) {
        return true;
    }
    let types: Vec<String> = text.iter().map(|obx| obx.field(2).value(1)).collect();
    if types.iter().any(|t| matches!(t.as_str(), "ED" | "RP")) {
        return true;
    }
    let long: usize = text.iter().map(|obx| obx.field(5).raw.trim().len()).sum();
    values.is_empty()
        && types.iter().any(|t| cx.maps.is_report_type(t))
        && long >= cx.maps.report_characters()
}

/// The number of an order: filler (OBR-3), placer (OBR-2), the same of ORC, else the message.
pub(super) fn order_key(cx: &Context<'_, '_>, group: &Group<'_>, kind: RecordKind) -> Key {
    let obr = group.obr;
    let orc = group.orc;
    let fields = [
        Some(obr.field(3)),
        orc.map(|o| o.field(3)),
        Some(obr.field(2)),
        orc.map(|o| o.field(2)),
    ];
    let stated = fields
        .into_iter()
        .flatten()
        .find_map(|f| cx.entity(kind, f));
    stated.unwrap_or_else(|| {
        let id = format!("{}/{}", cx.control, obr.field(1).value(1));
        Key::of(kind, "message", id)
    })
}

/// A key that no other record of the message has.
pub(super) fn unused(mut key: Key, owner: &mut Owner<'_>, suffix: &str) -> Key {
    if owner.used.contains(&key) {
        key.id = Untrusted::new(format!("{}.{suffix}", key.id.raw()));
    }
    owner.used.insert(key.clone());
    key
}

fn report(
    cx: &mut Context<'_, '_>,
    group: &Group<'_>,
    text: &[Segment<'_>],
    kind: Option<DocumentKind>,
    codings: &[Coding],
    owner: &mut Owner<'_>,
) -> Result<(), Stop> {
    let obr = group.obr;
    let body = body::gather(cx, text);
    let author = match cx.first_provider(obr.field(32))? {
        Some(author) => Some(author),
        None => cx.first_provider(text[0].field(16))?,
    };
    let stated = [obr.field(25).value(1), text[0].field(11).value(1)];
    let status = stated
        .into_iter()
        .find(|s| !s.is_empty())
        .unwrap_or_default();
    // A result's status says how far the result is, not who signed it.
    let (signature, standing) = match status.as_str() {
        "D" | "W" => (SignatureState::Retracted, DocumentStatus::Retracted),
        _ => (SignatureState::Unknown, DocumentStatus::Current),
    };
    let at = [7, 22, 6]
        .into_iter()
        .find_map(|field| cx.moment(obr, field));
    let facts = DocumentFacts {
        kind: kind.unwrap_or(DocumentKind::Other),
        what: codings
            .first()
            .cloned()
            .unwrap_or_else(|| Coding::text_only("")),
        at: at.or_else(|| cx.moment(text[0], 14)),
        signature,
        signed_at: None,
        status: standing,
        preliminary: matches!(status.as_str(), "P" | "R" | "S" | "A"),
        sensitivity: Sensitivity::Normal,
        content_type: Untrusted::new(body.content_type),
        url: Untrusted::new(body.url),
    };
    let placer = [Some(obr), group.orc].into_iter().flatten();
    let record = DocumentRecord {
        facts,
        text: Untrusted::new(body.text),
        patient: owner.patient.clone(),
        encounter: owner.encounter.cloned(),
        author,
        assigned: None,
        authenticator: None,
        cosigner: None,
        procedure: None,
        order: placer
            .filter_map(|s| cx.entity(RecordKind::Order, s.field(2)))
            .next(),
        parent: None,
    };
    let key = order_key(cx, group, RecordKind::Document);
    let made = Made {
        key: unused(key, owner, &obr.field(1).value(1)),
        also: Vec::new(),
        extent: Extent::Part,
        cleared: Vec::new(),
        record: Record::Document(Box::new(record)),
    };
    cx.push(obr, made)
}
