//! Takes away from a complete chart, or alters it, and writes down what was done.
//!
//! Owns the truth of deficiencies (domain reference §3 and the defaults beside it). Each
//! function either does its work and records it, or does nothing and records nothing. Start at
//! [`apply`]; what concerns procedures, orders and signatures has its own file.

mod orders;
mod procedures;
mod signing;

use crate::demo::chart::Chart;
use crate::demo::design::Plant;
use crate::demo::truth::Expect::{MustFind, MustNotFind};
use crate::domain::document::DocumentKind as Kind;
use crate::domain::encounter::{Disposition, EncounterClass, EncounterStatus};
use crate::domain::time::Instant;

/// Applies the plants of a chart's design.
pub(super) fn apply(chart: &mut Chart) {
    for plant in chart.design.plants.clone() {
        match plant {
            Plant::VisitRetracted => visit(chart, EncounterStatus::Retracted),
            Plant::VisitCancelled => visit(chart, EncounterStatus::Cancelled),
            Plant::HistoryMissing
            | Plant::HistoryStale
            | Plant::HistoryTwentyDays
            | Plant::HistoryUnlinked
            | Plant::UpdateMissing => history(chart, plant),
            Plant::ReportMissing
            | Plant::ReportUnlinked
            | Plant::BriefMissing
            | Plant::BriefIncomplete
            | Plant::ConsentMissing
            | Plant::ProcedureNoteMissing
            | Plant::SmallProcedures
            | Plant::AnesthesiaBeforeMissing
            | Plant::AnesthesiaRecordMissing
            | Plant::AnesthesiaAfterMissing => procedures::procedure(chart, plant),
            Plant::SummaryMissing
            | Plant::ShortStay
            | Plant::DeathMissing
            | Plant::DeathSummaryOnly
            | Plant::AutopsyMissing
            | Plant::AutopsyProvisional
            | Plant::AutopsyDone
            | Plant::DischargeOrderMissing
            | Plant::DischargeOrderConflict => leaving(chart, plant),
            Plant::QueryUnanswered => {
                let asked = Some(chart.story.cast.attending);
                let why = "a query issued and not answered";
                chart.plant(MustFind, "QRY", asked, None, None, why);
            }
            Plant::ConsultMissing | Plant::ConsultCancelled | Plant::ConsultUnlinked => {
                orders::consult(chart, plant)
            }
            Plant::DayMissing => day(chart),
            Plant::EmergencyMissing => emergency(chart),
            Plant::VerbalUnsigned => orders::verbal(chart),
            Plant::AddendumAsked => orders::addendum(chart),
            Plant::Preliminary => signing::preliminary(chart),
            Plant::Incomplete | Plant::Dictated => signing::incomplete(chart, plant),
            _ => signing::signature(chart, plant),
        }
    }
}

/// A visit that does not count: only its nursing note is left.
fn visit(chart: &mut Chart, status: EncounterStatus) {
    chart.status = status;
    chart.docs.retain(|d| d.record.facts.kind == Kind::Nursing);
    chart.procedures.clear();
    chart.orders.clear();
    let why = if status == EncounterStatus::Cancelled {
        "visit cancelled: nothing is owed"
    } else {
        "visit recorded by mistake: nothing is owed"
    };
    let attending = Some(chart.story.cast.attending);
    chart.plant(MustNotFind, "HP-M", attending, None, None, why);
    if chart.story.stay.class == EncounterClass::Inpatient {
        chart.plant(MustNotFind, "DS-M", attending, None, None, why);
    }
}

fn history(chart: &mut Chart, plant: Plant) {
    let day_surgery = chart.story.stay.class == EncounterClass::DaySurgery;
    let owner = Some(if day_surgery {
        chart.story.cast.surgeon
    } else {
        chart.story.cast.admitting
    });
    let start = Some(chart.story.stay.admitted);
    match plant {
        Plant::HistoryMissing => {
            if chart.remove(Kind::HistoryAndPhysical).is_some() {
                chart.remove(Kind::HistoryUpdate);
                chart.plant(
                    MustFind,
                    "HP-M",
                    owner,
                    None,
                    start,
                    "no history and physical",
                );
            }
        }
        Plant::HistoryStale => {
            // Without the update: it would update nothing that counts.
            chart.remove(Kind::HistoryUpdate);
            chart.plant(
                MustFind,
                "HP-M",
                owner,
                None,
                start,
                "the only history and physical is 45 days old",
            );
        }
        Plant::UpdateMissing => {
            chart.remove(Kind::HistoryUpdate);
            let subject = chart
                .first(Kind::HistoryAndPhysical)
                .map(|d| chart.docs[d].id.clone());
            chart.plant(
                MustFind,
                "HP-U",
                owner,
                subject,
                start,
                "history and physical 12 days old, no update",
            );
        }
        Plant::HistoryUnlinked => {
            chart.plant(
                MustNotFind,
                "HP-M",
                owner,
                None,
                None,
                "history and physical 20 days old that names no visit, with update",
            );
        }
        _ => chart.plant(
            MustNotFind,
            "HP-M",
            owner,
            None,
            None,
            "history and physical 20 days old, with update",
        ),
    }
}

fn leaving(chart: &mut Chart, plant: Plant) {
    let attending = Some(chart.story.cast.attending);
    let left = chart.left();
    let inpatient = chart.story.stay.class == EncounterClass::Inpatient;
    match plant {
        Plant::SummaryMissing => {
            if chart.remove(Kind::DischargeSummary).is_some() {
                chart.plant(
                    MustFind,
                    "DS-M",
                    attending,
                    None,
                    left,
                    "discharged without discharge summary",
                );
            }
        }
        Plant::ShortStay => chart.plant(
            MustNotFind,
            "DS-M",
            attending,
            None,
            None,
            "stay under 48 hours with a final progress note",
        ),
        Plant::DeathMissing => {
            if chart.remove(Kind::DeathNote).is_some() {
                chart.remove(Kind::DischargeSummary);
                chart.plant(
                    MustFind,
                    "DTH",
                    attending,
                    None,
                    left,
                    "died, neither death note nor death summary",
                );
                if inpatient {
                    chart.plant(
                        MustFind,
                        "DS-M",
                        attending,
                        None,
                        left,
                        "died in hospital, no summary and no death note",
                    );
                }
            }
        }
        Plant::DeathSummaryOnly => {
            if chart.remove(Kind::DeathNote).is_some() {
                chart.plant(
                    MustNotFind,
                    "DTH",
                    attending,
                    None,
                    None,
                    "a death summary answers it",
                );
                chart.plant(
                    MustNotFind,
                    "DS-M",
                    attending,
                    None,
                    None,
                    "the death summary is the summary",
                );
            }
        }
        // After a death or a leave against advice no order is looked for.
        Plant::DischargeOrderMissing | Plant::DischargeOrderConflict
            if matches!(
                chart.disposition,
                Disposition::Died | Disposition::AgainstAdvice
            ) => {}
        Plant::DischargeOrderConflict => {
            let other = if chart.disposition == Disposition::Facility {
                "home"
            } else {
                "skilled nursing facility"
            };
            let order = chart.orders.iter_mut().find(|o| {
                let text = o.record.facts.what.text.raw();
                text.starts_with("Discharge patient")
            });
            if let Some(order) = order {
                order.record.facts.what.text = format!("Discharge patient: {other}").into();
                chart.plant(
                    MustFind,
                    "DC-O",
                    attending,
                    None,
                    left,
                    "the discharge order says another place",
                );
            }
        }
        Plant::DischargeOrderMissing => {
            let before = chart.orders.len();
            chart.orders.retain(|o| {
                !o.record
                    .facts
                    .what
                    .text
                    .raw()
                    .starts_with("Discharge patient")
            });
            if chart.orders.len() < before {
                chart.plant(
                    MustFind,
                    "DC-O",
                    attending,
                    None,
                    left,
                    "discharged without discharge order",
                );
            }
        }
        _ => procedures::autopsy(chart, plant),
    }
}

/// A day in the middle of the stay without any progress note.
fn day(chart: &mut Chart) {
    let zone = chart.story.zone.clone();
    let wanted = chart.story.stay.admitted.plus_days(2, &zone).day(&zone);
    if wanted >= chart.story.stay.until.day(&zone) {
        return;
    }
    let before = chart.docs.len();
    chart.docs.retain(|d| {
        d.record.facts.kind != Kind::Progress
            || d.record.facts.at.is_none_or(|m| m.day(&zone) != wanted)
    });
    if chart.docs.len() < before {
        // The day is looked at once it is over.
        let start = Instant::end_of(wanted, &zone);
        chart.plant(
            MustFind,
            "PN-M",
            Some(chart.story.cast.attending),
            None,
            Some(start),
            "a day of the stay without progress note",
        );
    }
}

fn emergency(chart: &mut Chart) {
    if chart.remove(Kind::EmergencyRecord).is_some() {
        let owner = Some(chart.story.cast.attending);
        chart.plant(
            MustFind,
            "ED-M",
            owner,
            None,
            None,
            "emergency visit without emergency record",
        );
    }
}
