//! What is ordered and answered: studies, consultations, verbal orders.
//!
//! Owns their times: every answer lies before the end of the record.

use crate::demo::chart::{Chart, What, key};
use crate::demo::design::Plant;
use crate::demo::prose::{self};
use crate::demo::rng::Rng;
use crate::demo::scenario::{Ask, Study};
use crate::demo::staff::SERVICES;
use crate::domain::clinical::OrderKind;
use crate::domain::document::DocumentKind as Kind;
use crate::domain::record::RecordKind;
use crate::domain::time::{Instant, Moment};

pub(super) fn studies(chart: &mut Chart, rng: &mut Rng) {
    let list: &'static [Study] = chart.story.scenario.studies;
    for (number, study) in list.iter().enumerate() {
        let stay = chart.story.stay;
        let ordered = stay
            .admitted
            .plus_seconds(study.day * 86_400 + rng.range(300, 3_000));
        let read = ordered.plus_seconds(rng.range(2_400, 9_000));
        if read.0 > stay.until.0 {
            continue;
        }
        chart.order(OrderKind::Other, study.title, ordered, 0);
        let author = if study.heart {
            chart.story.roster.attending("CARD", rng)
        } else {
            chart.story.cast.radiologist
        };
        let text = prose::imaging(&chart.scene(read, author), number as u64, study);
        let tracing = study.title.contains("electrocardiogram");
        let what = if tracing {
            What::new(Kind::Ecg, "11524-6", study.title)
        } else {
            What::new(Kind::Imaging, "18748-4", study.title)
        };
        chart.document(what, read, author, None, text);
    }
}

pub(super) fn consults(chart: &mut Chart, rng: &mut Rng) {
    let list: &'static [Ask] = chart.story.scenario.consults;
    for (number, ask) in list.iter().enumerate() {
        let stay = chart.story.stay;
        let span = (stay.hours() / 5).clamp(3, 11);
        let ordered = stay.admitted.plus_seconds(rng.range(5_400, span * 3_000));
        let seen = daytime(ordered.plus_seconds(rng.range(7_200, span * 3_600)), chart);
        let consultant = chart.story.roster.attending(ask.service, rng);
        let service = SERVICES.iter().find(|s| s.id == ask.service);
        let name = service.map_or("Consult", |s| s.name);
        let order = chart.order(
            OrderKind::Consult,
            &format!("Consult {name}"),
            ordered,
            consultant,
        );
        let performer = chart.provider(consultant);
        let item = &mut chart.orders[order];
        item.record.performer = Some(performer);
        item.record.to_service = Some(key(RecordKind::Service, ask.service));
        let order_key = key(RecordKind::Order, &item.id);
        let text = prose::consult(&chart.scene(seen, consultant), number as u64, ask, name);
        let title = format!("{name} consultation");
        if let Some(made) = chart.document(
            What::new(Kind::Consult, "11488-4", title),
            seen,
            consultant,
            None,
            text,
        ) {
            chart.docs[made].record.order = Some(order_key);
        }
    }
}

/// Moves a visit of the small hours to the morning, if the stay lasts that long.
pub(super) fn daytime(at: Instant, chart: &Chart) -> Instant {
    let zone = chart.story.zone;
    let morning = Instant::start_of(at.day(zone), zone)
        .plus_seconds(7 * 3_600 + at.seconds_since(chart.story.stay.admitted) % 7_200);
    let surgery = chart
        .procedures
        .first()
        .and_then(|p| p.record.facts.start)
        .map_or(i64::MAX, |m| m.at.0);
    let latest = chart.story.stay.until.plus_hours(-4).0.min(surgery);
    if at.0 < morning.0 && morning.0 < latest {
        morning
    } else {
        at
    }
}

pub(super) fn verbal(chart: &mut Chart, rng: &mut Rng) {
    if !rng.chance(35) && !chart.design.has(Plant::VerbalUnsigned) {
        return;
    }
    let at = chart
        .story
        .stay
        .admitted
        .plus_seconds(rng.range(20_000, 60_000));
    if at.plus_hours(10).0 > chart.story.stay.until.0 {
        return;
    }
    let what = rng.pick(&[
        "Acetaminophen 650 mg by mouth once, telephone order read back",
        "Melatonin 3 mg by mouth at bedtime, verbal order read back",
        "Lactated Ringer's 500 mL bolus, telephone order read back",
        "Ondansetron 4 mg IV once, verbal order read back",
    ]);
    let order = chart.order(OrderKind::Other, what, at, chart.story.cast.attending);
    let facts = &mut chart.orders[order].record.facts;
    facts.verbal = true;
    facts.signed = Some(Moment::at(at.plus_seconds(rng.range(3_600, 30_000))));
}
