//! PID and MRG: who the message is about, and which two patients are one.

use super::super::emit::Stop;
use super::super::{names, time};
use super::context::{Context, Made};
use super::message::{Part, Segment};
use crate::domain::people::{PatientFacts, Sex};
use crate::domain::record::{
    Extent, Key, MergeRecord, PatientRecord, Record, RecordKind, Severity,
};
use crate::domain::untrusted::Untrusted;

/// Reads a PID: hands on the patient and gives the key, or rejects the message.
pub(super) fn patient(cx: &mut Context<'_, '_>, pid: Segment<'_>) -> Result<Option<Key>, Stop> {
    let mut found: Vec<_> = pid
        .field(3)
        .repetitions()
        .filter_map(|r| cx.identifier(RecordKind::Patient, r))
        .collect();
    if found.is_empty() {
        // Before version 2.3 the number stood in PID-2 or PID-4.
        for old in [2, 4] {
            let field = pid.field(old);
            found.extend(
                field
                    .repetitions()
                    .filter_map(|r| cx.identifier(RecordKind::Patient, r)),
            );
        }
    }
    if found.is_empty() {
        let reason = "the message names no patient; nothing of it was taken";
        cx.issue(Severity::Reject, pid, 3, reason);
        return Ok(None);
    }
    // The MRN first; else the first that is no number of another kind (social security, …).
    let first = found
        .iter()
        .position(|(i, _)| i.kind == "MR")
        .or_else(|| {
            found
                .iter()
                .position(|(i, _)| cx.maps.joins(&i.kind, &i.authority))
        })
        .unwrap_or(0);
    let first = found.remove(first);
    found.insert(0, first);
    let key = found[0].1.clone();
    let also = found[1..]
        .iter()
        .filter(|(i, k)| !k.authority.is_empty() && cx.maps.joins(&i.kind, &i.authority))
        .map(|(_, k)| k.clone())
        .collect();
    let identifiers = found.into_iter().map(|(i, _)| i).collect();
    let mut cleared = Vec::new();
    let facts = facts(cx, pid, &mut cleared);
    let made = Made {
        key: key.clone(),
        also,
        extent: Extent::Part,
        cleared,
        record: Record::Patient(PatientRecord { facts, identifiers }),
    };
    cx.push(pid, made)?;
    Ok(Some(key))
}

fn facts(cx: &mut Context<'_, '_>, pid: Segment<'_>, cleared: &mut Vec<String>) -> PatientFacts {
    let name = legal_name(pid.field(5));
    let family = name.value(1);
    let given = [name.value(2), name.value(3)].join(" ").trim().to_owned();
    let (family, given) = if given.is_empty() && family.contains(',') {
        // Some senders write the whole name into the first component.
        let whole = names::parse(&family, cx.maps);
        (whole.family, whole.given)
    } else {
        (family, given)
    };
    let birth = pid.field(7);
    let birth_text = birth.value(1);
    let born = time::hl7_day(&birth_text);
    if born.is_none() && !birth_text.is_empty() {
        cx.issue(Severity::Warning, pid, 7, "not a date; left out");
    }
    let sex = match pid.field(8).value(1).to_ascii_uppercase().as_str() {
        "F" | "FEMALE" => Sex::Female,
        "M" | "MALE" => Sex::Male,
        "O" | "A" | "X" | "OTHER" => Sex::Other,
        _ => Sex::Unknown,
    };
    let alive = pid.field(30).value(1).eq_ignore_ascii_case("N");
    let deceased = if alive { None } else { cx.moment(pid, 29) };
    if pid.field(29).is_delete() || (alive && !pid.field(29).is_empty()) {
        cleared.push("deceased".to_owned());
    }
    if birth.is_delete() {
        cleared.push("birth".to_owned());
    }
    PatientFacts {
        family: Untrusted::new(family),
        given: Untrusted::new(given),
        birth: born,
        sex,
        deceased,
    }
}

/// The legal or current name of several; the first if none is called so.
fn legal_name(field: Part<'_>) -> Part<'_> {
    field
        .repetitions()
        .find(|r| matches!(r.component(7).raw, "L" | "D"))
        .or_else(|| field.repetitions().next())
        .unwrap_or(field)
}

/// Reads the MRG segments of a merge: each follows the PID of the patient that remains.
pub(super) fn merges(cx: &mut Context<'_, '_>) -> Result<(), Stop> {
    let message = cx.message;
    let mut survivor = None;
    let mut any = false;
    for segment in message.segments() {
        match segment.name {
            "PID" => survivor = patient(cx, segment)?,
            "MRG" => {
                any = true;
                if let Some(survivor) = &survivor {
                    merge(cx, segment, survivor.clone())?;
                }
            }
            _ => {}
        }
    }
    if !any {
        cx.missing("MRG", "a merge without the patient that is no longer used");
    } else if message.segment("PID").is_none() {
        cx.missing("PID", "a merge without the patient that remains");
    }
    Ok(())
}

fn merge(cx: &mut Context<'_, '_>, mrg: Segment<'_>, survivor: Key) -> Result<(), Stop> {
    let mut retired: Vec<_> = mrg
        .field(1)
        .repetitions()
        .filter_map(|r| cx.identifier(RecordKind::Patient, r))
        .collect();
    retired.sort_by_key(|(i, _)| (i.kind != "MR", !cx.maps.joins(&i.kind, &i.authority)));
    let Some((_, retired)) = retired.into_iter().find(|(_, k)| *k != survivor) else {
        let reason = "names no patient other than the one that remains";
        cx.issue(Severity::Reject, mrg, 1, reason);
        return Ok(());
    };
    let made = Made {
        key: retired.clone(),
        also: Vec::new(),
        extent: Extent::Part,
        cleared: Vec::new(),
        record: Record::Merge(MergeRecord { survivor, retired }),
    };
    cx.push(mrg, made)
}
