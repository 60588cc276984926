//! OBX segments that are values: numbers, codes, short texts.

use super::super::emit::Stop;
use super::super::time;
use super::context::{Context, Made};
use super::message::{Part, Segment};
use super::result::{Group, Owner, order_key, unused};
use super::{body, visit};
use crate::domain::clinical::{ObservationCategory, ObservationFacts, Status};
use crate::domain::code::Coding;
use crate::domain::record::{Extent, Key, ObservationRecord, Record, RecordKind};
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;
use std::collections::HashSet;

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

pub(super) fn observation(
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
    let value = if body::fits(cx, obx, obx.field(5)) {
        value(obx)
    } else {
        Value::default()
    };
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
        .find_map(|field| time::hl7(&group.obr.field(field).value(1), cx.zone))
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
#[derive(Default)]
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

fn coded(part: Part<'_>) -> String {
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
