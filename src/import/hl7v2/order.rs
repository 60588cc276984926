//! ORM, OMG and OML: orders.

use super::super::emit::Stop;
use super::context::{Context, Made, is_blank};
use super::message::Segment;
use super::patient;
use super::visit::{Happening, visit};
use crate::domain::clinical::OrderFacts;
use crate::domain::code::Coding;
use crate::domain::record::{Extent, Key, OrderRecord, Record, RecordKind, Severity};
use crate::domain::untrusted::Untrusted;
use std::collections::HashSet;

/// An ORC with the segment that says what is ordered.
struct Order<'m> {
    orc: Option<Segment<'m>>,
    detail: Option<Segment<'m>>,
    /// Not the first detail under its ORC, whose numbers are those of the first.
    further: bool,
}

/// Reads an order message.
pub(super) fn read(cx: &mut Context<'_, '_>) -> Result<(), Stop> {
    let message = cx.message;
    let Some(pid) = message.segment("PID") else {
        cx.missing("PID", "the order names no patient; nothing was taken");
        return Ok(());
    };
    let orders = orders(message.segments());
    if orders.is_empty() {
        cx.missing("ORC", "an order message without an order");
        return Ok(());
    }
    let Some(patient) = patient::patient(cx, pid)? else {
        return Ok(());
    };
    let encounter = visit(cx, &patient, Happening::default())?;
    let owner = (&patient, encounter.as_ref());
    let mut used = HashSet::new();
    for (index, order) in orders.iter().enumerate() {
        read_order(cx, order, index + 1, owner, &mut used)?;
    }
    Ok(())
}

fn orders<'m>(segments: impl Iterator<Item = Segment<'m>>) -> Vec<Order<'m>> {
    let mut orders: Vec<Order<'m>> = Vec::new();
    for segment in segments {
        match segment.name {
            "ORC" => orders.push(Order {
                orc: Some(segment),
                detail: None,
                further: false,
            }),
            "OBR" | "RXO" | "ODS" | "RQD" => match orders.last_mut() {
                Some(last) if last.detail.is_none() => last.detail = Some(segment),
                last => {
                    let orc = last.and_then(|o| o.orc);
                    orders.push(Order {
                        orc,
                        detail: Some(segment),
                        further: orc.is_some(),
                    });
                }
            },
            _ => {}
        }
    }
    orders
}

/// The key of an order and its other numbers: placer and filler number of ORC and OBR; what has
/// none is known by its message.
fn keys(cx: &mut Context<'_, '_>, order: &Order<'_>, number: usize) -> Option<(Key, Vec<Key>)> {
    let obr = order.detail.filter(|d| d.name == "OBR");
    // A further test under the same ORC has its own numbers, or none but those of the ORC.
    let order_of = if order.further {
        [obr, order.orc]
    } else {
        [order.orc, obr]
    };
    let numbers = |field: usize| order_of.into_iter().flatten().map(move |s| s.field(field));
    let mut keys: Vec<Key> = numbers(2)
        .chain(numbers(3))
        .filter_map(|f| cx.entity(RecordKind::Order, f))
        .collect();
    if order.further {
        keys.truncate(1);
    }
    if keys.is_empty() {
        let segment = order.detail.or(order.orc)?;
        if cx.control.is_empty() {
            let reason = "the order has neither a placer nor a filler number";
            cx.issue(Severity::Reject, segment, 2, reason);
            return None;
        }
        let reason = "the order has no number; it is known by that of its message";
        cx.issue(Severity::Warning, segment, 2, reason);
        let id = format!("{}/{number}", cx.control);
        return Some((Key::of(RecordKind::Order, "message", id), Vec::new()));
    }
    let key = keys.remove(0);
    keys.retain(|k| *k != key && !k.authority.is_empty());
    keys.dedup();
    Some((key, keys))
}

fn read_order(
    cx: &mut Context<'_, '_>,
    order: &Order<'_>,
    number: usize,
    (patient, encounter): (&Key, Option<&Key>),
    used: &mut HashSet<Key>,
) -> Result<(), Stop> {
    let own = order.orc.filter(|_| !order.further);
    let Some(segment) = own.or(order.detail) else {
        return Ok(());
    };
    let obr = order.detail.filter(|d| d.name == "OBR");
    let Some((mut key, mut also)) = keys(cx, order, number) else {
        return Ok(());
    };
    let what = order.detail.map(|detail| what(cx, detail));
    let what = what
        .filter(|w| !is_blank(w))
        .unwrap_or_else(|| Coding::text_only(""));
    if used.contains(&key) {
        // One number for several tests of a panel: told apart by what was ordered.
        key.id = Untrusted::new(format!("{}/{}", key.id.raw(), what.code.raw()));
        also.clear();
    }
    used.insert(key.clone());
    let section = obr.map_or_else(String::new, |o| o.field(24).value(1));
    let kind = cx
        .maps
        .order_kind(&[what.code.raw()], &section, what.text.raw());
    let at = order_time(cx, order);
    let mut ordered_by = match order.orc {
        Some(orc) => cx.first_provider(orc.field(12))?,
        None => None,
    };
    if let (None, Some(obr)) = (&ordered_by, obr) {
        ordered_by = cx.first_provider(obr.field(16))?;
    }
    let text = |field: usize| {
        order
            .orc
            .map_or_else(String::new, |o| o.field(field).value(1))
    };
    let facts = OrderFacts {
        kind,
        status: cx.maps.order_status(&text(1), &text(5)),
        what,
        at,
        verbal: cx.maps.is_verbal(&text(30)),
        signed: None,
    };
    let record = OrderRecord {
        facts,
        patient: patient.clone(),
        encounter: encounter.cloned(),
        ordered_by,
        performer: None,
        to_service: None,
    };
    let made = Made {
        key,
        also,
        extent: Extent::Part,
        cleared: Vec::new(),
        record: Record::Order(Box::new(record)),
    };
    cx.push(segment, made)
}

/// What is ordered: OBR-4, or the first code of a diet or medication order.
fn what(cx: &Context<'_, '_>, detail: Segment<'_>) -> Coding {
    let field = match detail.name {
        "OBR" => 4,
        "ODS" | "RQD" => 3,
        _ => 1,
    };
    let codings = cx.codings(detail.field(field));
    cx.maps
        .prefer("order", codings)
        .unwrap_or_else(|| Coding::text_only(""))
}

/// ORC-9 (transaction), ORC-15 (effective), OBR-6 (requested).
fn order_time(cx: &mut Context<'_, '_>, order: &Order<'_>) -> Option<crate::domain::time::Moment> {
    if let Some(orc) = order.orc {
        let at = cx.moment(orc, 9).or_else(|| cx.moment(orc, 15));
        if at.is_some() {
            return at;
        }
    }
    let obr = order.detail.filter(|d| d.name == "OBR")?;
    cx.moment(obr, 6)
}
