//! Orders: consultations without answer, verbal orders without signature, addenda asked for.
//!
//! Owns the plants whose subject is an order.

use crate::demo::chart::{Chart, Item, key};
use crate::demo::design::Plant;
use crate::demo::truth::Expect::{MustFind, MustNotFind};
use crate::domain::clinical::{OrderKind, Status};
use crate::domain::document::DocumentKind as Kind;
use crate::domain::record::RecordKind;

pub(super) fn consult(chart: &mut Chart, plant: Plant) {
    let Some(order) = chart
        .orders
        .iter()
        .position(|o| o.record.facts.kind == OrderKind::Consult)
    else {
        return;
    };
    let Item { id, asked, record } = &chart.orders[order];
    let (subject, owner, at) = (
        Some(id.clone()),
        Some(*asked),
        record.facts.at.map(|m| m.at),
    );
    let answers = key(RecordKind::Order, id);
    let Some(answer) = chart
        .docs
        .iter()
        .position(|d| d.record.order.as_ref() == Some(&answers))
    else {
        return;
    };
    match plant {
        Plant::ConsultMissing => {
            chart.docs.remove(answer);
            chart.plant(
                MustFind,
                "CN-M",
                owner,
                subject,
                at,
                "consultation ordered, no report",
            );
        }
        Plant::ConsultCancelled => {
            chart.docs.remove(answer);
            chart.orders[order].record.facts.status = Status::Cancelled;
            chart.plant(
                MustNotFind,
                "CN-M",
                owner,
                subject,
                None,
                "the consultation was cancelled",
            );
        }
        _ => {
            chart.docs[answer].record.order = None;
            chart.plant(
                MustNotFind,
                "CN-M",
                owner,
                subject,
                None,
                "the report names no order; its author belongs to the service asked",
            );
        }
    }
}

pub(super) fn verbal(chart: &mut Chart) {
    let Some(order) = chart.orders.iter().position(|o| o.record.facts.verbal) else {
        return;
    };
    chart.orders[order].record.facts.signed = None;
    let (id, at) = (
        chart.orders[order].id.clone(),
        chart.orders[order].record.facts.at.map(|m| m.at),
    );
    chart.plant(
        MustFind,
        "VO",
        Some(chart.story.cast.attending),
        Some(id),
        at,
        "verbal order not signed",
    );
}

pub(super) fn addendum(chart: &mut Chart) {
    let kinds = [
        Kind::DischargeSummary,
        Kind::HistoryAndPhysical,
        Kind::Progress,
    ];
    let Some(doc) = kinds.iter().find_map(|k| chart.first(*k)) else {
        return;
    };
    let (author, subject) = (chart.docs[doc].author, chart.docs[doc].id.clone());
    let at = chart.docs[doc]
        .record
        .facts
        .at
        .map_or(chart.story.stay.until, |m| m.at)
        .plus_hours(1);
    let order = chart.order(
        OrderKind::Other,
        "Documentation addendum requested by HIM: please clarify by addendum",
        at,
        author,
    );
    let performer = chart.provider(author);
    chart.orders[order].record.performer = Some(performer);
    chart.orders[order].record.facts.status = Status::Active;
    chart.plant(
        MustFind,
        "ADD",
        Some(author),
        Some(subject),
        None,
        "addendum requested, none written",
    );
}
