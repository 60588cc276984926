//! ORU: results. Numbers and short values are observations, text reports are documents.

use super::super::emit::Stop;
use super::context::{Context, Made};
use super::message::Segment;
use super::patient;
use super::visit::Happening;
use super::{body, visit};
use crate::domain::clinical::{ObservationCategory, ObservationFacts, Status};
use crate::domain::code::Coding;
use crate::domain::document::{
    DocumentFacts, DocumentKind, DocumentStatus, Sensitivity, SignatureState,
};
use crate::domain::record::{
    DocumentRecord, Extent, Key, ObservationRecord, Record, RecordKind, Severity,
};
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;
use std::collections::HashSet;

/// An OBR with its OBX segments.
struct Group<'m> {
    obr: Segment<'m>,
    orc: Option<Segment<'m>>,
    obx: Vec<Segment<'m>>,
}

/// Whose results, of which visit, and which ids this message has used.
struct Owner<'k> {
    patient: &'k Key,
    encounter: Option<&'k Key>,
    used: HashSet<Key>,
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
        observation(cx, *obx, Some(group), &number, owner)?;
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
fn order_key(cx: &Context<'_, '_>, group: &Group<'_>, kind: RecordKind) -> Key {
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
fn unused(mut key: Key, owner: &mut Owner<'_>, suffix: &str) -> Key {
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
    let status = obr.field(25).value(1);
    let status = if status.is_empty() {
        text[0].field(11).value(1)
    } else {
        status
    };
    let retracted = matches!(status.as_str(), "D" | "W");
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
        // A result's status says how far the result is, not who signed it.
        signature: if retracted {
            SignatureState::Retracted
        } else {
            SignatureState::Unknown
        },
        signed_at: None,
        status: if retracted {
            DocumentStatus::Retracted
        } else {
            DocumentStatus::Current
        },
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

/// Reads the OBX segments of a message that has no OBR.
pub(super) fn loose(
    cx: &mut Context<'_, '_>,
    patient: &Key,
    encounter: Option<&Key>,
) -> Result<(), Stop> {
    let mut owner = Owner {
        patient,
        encounter,
        used: HashSet::new(),
    };
    for (index, obx) in cx
        .message
        .segments()
        .filter(|s| s.name == "OBX")
        .enumerate()
    {
        observation(cx, obx, None, &(index + 1).to_string(), &mut owner)?;
    }
    Ok(())
}

fn observation(
    cx: &mut Context<'_, '_>,
    obx: Segment<'_>,
    group: Option<&Group<'_>>,
    number: &str,
    owner: &mut Owner<'_>,
) -> Result<(), Stop> {
    let what = cx
        .maps
        .prefer("observation", cx.codings(obx.field(3)))
        .unwrap_or_else(|| Coding::text_only(""));
    let value = value(obx);
    if what.code.is_blank() && what.text.is_blank() && value.text.trim().is_empty() {
        return Ok(());
    }
    let mut at = cx.moment(obx, 14);
    if at.is_none()
        && let Some(group) = group
    {
        at = group_time(cx, group);
    }
    let category = category(cx, group, &what);
    let (low, high) = limits(&obx.field(7).trimmed());
    let state = obx.field(11).value(1);
    let facts = ObservationFacts {
        category,
        value: value.number,
        text: Untrusted::new(value.text),
        unit: Untrusted::new(visit::words_or_code(obx.field(6))),
        low,
        high,
        flag: Untrusted::new(obx.field(8).value(1)),
        at,
        status: match cx.maps.result_status(&state) {
            Status::Unknown if state.is_empty() => group.map_or(Status::Unknown, |g| {
                cx.maps.result_status(&g.obr.field(25).value(1))
            }),
            status => status,
        },
        what,
    };
    let key = observation_key(cx, obx, group, number, owner);
    let record = ObservationRecord {
        facts,
        patient: owner.patient.clone(),
        encounter: owner.encounter.cloned(),
    };
    let made = Made {
        key,
        also: Vec::new(),
        extent: Extent::Part,
        cleared: Vec::new(),
        record: Record::Observation(Box::new(record)),
    };
    cx.push(obx, made)
}

/// The order's number, the code and the sub-id: a corrected result has the same ones.
fn observation_key(
    cx: &Context<'_, '_>,
    obx: Segment<'_>,
    group: Option<&Group<'_>>,
    number: &str,
    owner: &mut Owner<'_>,
) -> Key {
    let id = obx.field(3);
    let code = [id.value(1), id.component(2).trimmed(), id.value(4)];
    let code = code.into_iter().find(|c| !c.is_empty()).unwrap_or_default();
    let sub = obx.field(4).value(1);
    let mut key = match group {
        Some(group) => order_key(cx, group, RecordKind::Observation),
        None => {
            let of = owner.encounter.unwrap_or(owner.patient);
            let at = obx.field(14).value(1);
            let at = if at.is_empty() {
                cx.control.clone()
            } else {
                at
            };
            Key::local(RecordKind::Observation, format!("{}@{at}", of.id.raw()))
        }
    };
    let sub = if sub.is_empty() {
        sub
    } else {
        format!("/{sub}")
    };
    key.id = Untrusted::new(format!("{}/{code}{sub}", key.id.raw()));
    unused(key, owner, number)
}

fn group_time(cx: &mut Context<'_, '_>, group: &Group<'_>) -> Option<Moment> {
    // A time that cannot be read has been said once for the order's report or first value.
    [7, 14, 22, 6]
        .into_iter()
        .find_map(|field| super::super::time::hl7(&group.obr.field(field).value(1), cx.zone))
}

fn category(cx: &Context<'_, '_>, group: Option<&Group<'_>>, what: &Coding) -> ObservationCategory {
    if cx.maps.is_vital(what) {
        return ObservationCategory::VitalSign;
    }
    let Some(group) = group else {
        return ObservationCategory::Measurement;
    };
    let order = group.obr.field(4);
    let section = group.obr.field(24).value(1);
    [order.component(2).trimmed(), order.value(1), section]
        .iter()
        .find_map(|word| cx.maps.observation_category(word))
        .unwrap_or(ObservationCategory::Laboratory)
}

/// The value of an OBX.
struct Value {
    number: Option<f64>,
    text: String,
}

fn value(obx: Segment<'_>) -> Value {
    let field = obx.field(5);
    let kind = obx.field(2).value(1);
    let mut texts = Vec::new();
    let mut number = None;
    for part in field.repetitions() {
        match kind.as_str() {
            "NM" => {
                let text = part.value(1);
                number = text.parse::<f64>().ok().filter(|n| n.is_finite());
                texts.push(text);
            }
            "SN" => {
                let parts = [1, 2, 3, 4].map(|p| part.value(p));
                // A comparator or a second number makes it a bound, a range or a ratio.
                if matches!(parts[0].as_str(), "" | "=") && parts[3].is_empty() {
                    number = parts[1].parse::<f64>().ok().filter(|n| n.is_finite());
                }
                texts.push(parts.concat());
            }
            "CE" | "CWE" | "CNE" | "CF" => texts.push(coded(part)),
            "TX" | "FT" | "ST" | "" => texts.push(part.text().trim().to_owned()),
            "ED" | "RP" => {}
            _ => texts.push(part.value(1)),
        }
    }
    texts.retain(|t| !t.is_empty());
    if texts.len() > 1 {
        number = None;
    }
    if matches!(kind.as_str(), "ST" | "") && texts.len() == 1 {
        number = texts[0].parse::<f64>().ok().filter(|n| n.is_finite());
    }
    Value {
        number,
        text: texts.join(if kind == "NM" { ", " } else { "\n" }),
    }
}

fn coded(part: super::message::Part<'_>) -> String {
    [2, 9, 5]
        .into_iter()
        .map(|position| part.component(position).trimmed())
        .chain([part.value(1)])
        .find(|t| !t.is_empty())
        .unwrap_or_default()
}

/// Reference limits of `49 - 92`, `<5`, `>= 60`.
fn limits(text: &str) -> (Option<f64>, Option<f64>) {
    let number = |t: &str| t.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    if let Some(high) = text.strip_prefix('<') {
        return (None, number(high.trim_start_matches('=')));
    }
    if let Some(low) = text.strip_prefix('>') {
        return (number(low.trim_start_matches('=')), None);
    }
    // The dash after the first number: the first character may be a sign.
    let dash = text
        .char_indices()
        .skip(1)
        .find(|(_, c)| matches!(c, '-' | '–' | '_'));
    match dash {
        Some((at, c)) => {
            let (low, high) = (number(&text[..at]), number(&text[at + c.len_utf8()..]));
            if low.is_some() && high.is_some() {
                (low, high)
            } else {
                (None, None)
            }
        }
        None => (None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::limits;

    #[test]
    fn reference_limits_are_read() {
        assert_eq!(limits("49 - 92"), (Some(49.0), Some(92.0)));
        assert_eq!(limits("3.5-5.1"), (Some(3.5), Some(5.1)));
        assert_eq!(limits("-2-2"), (Some(-2.0), Some(2.0)));
        assert_eq!(limits("<5"), (None, Some(5.0)));
        assert_eq!(limits(">=60"), (Some(60.0), None));
        assert_eq!(limits("negative"), (None, None));
        assert_eq!(limits("2020-01-01"), (None, None));
        assert_eq!(limits(""), (None, None));
    }
}
