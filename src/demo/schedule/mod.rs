//! The documents, orders and procedures of a complete stay, and when each is written.
//!
//! Owns the timetable. Follows the rules of chart completion so closely that nothing is owed:
//! history before surgery, a note every day, reports at once, answers to every order. Start at
//! [`fill`].

mod orders;
mod procedures;

use crate::demo::chart::{Chart, What};
use crate::demo::design::Plant;
use crate::demo::prose::{self};
use crate::demo::rng::Rng;
use crate::domain::clinical::OrderKind;
use crate::domain::code::Coding;
use crate::domain::document::DocumentKind as Kind;
use crate::domain::encounter::{Disposition, EncounterClass};
use crate::domain::time::Instant;
use jiff::tz::TimeZone;

/// Fills a chart.
pub(super) fn fill(chart: &mut Chart) {
    let rng = chart.story.rng.fork("schedule");
    procedures::procedures(chart, &mut rng.fork("procedures"));
    match chart.story.scenario.class {
        EncounterClass::Inpatient | EncounterClass::Observation => ward(chart, &rng),
        EncounterClass::DaySurgery => {
            history(chart, &mut rng.fork("history"));
            procedures::reports(chart, &mut rng.fork("reports"));
            nurse(
                chart,
                chart.story.stay.leaves.plus_seconds(-1_200),
                "Discharge Nursing Note",
                1,
            );
        }
        EncounterClass::Emergency => {
            let admitted = chart.story.stay.admitted;
            nurse(chart, admitted.plus_seconds(420), "Triage Note", 0);
            emergency(
                chart,
                admitted.plus_seconds(rng.clone().range(1_800, 5_400)),
                &mut rng.fork("ed"),
            );
            orders::studies(chart, &mut rng.fork("studies"));
            procedures::reports(chart, &mut rng.fork("reports"));
            death(chart, &mut rng.fork("death"));
        }
        _ => {
            let at = chart
                .story
                .stay
                .leaves
                .plus_seconds(rng.clone().range(600, 14_400));
            let (author, cosigner) = writer(chart, 35, &mut rng.fork("clinic"));
            let text = prose::clinic_note(&chart.scene(at, author), 0);
            chart.document(
                What::new(Kind::Clinic, "34131-3", "Clinic note"),
                at,
                author,
                cosigner,
                text,
            );
        }
    }
}

fn ward(chart: &mut Chart, rng: &Rng) {
    let admitted = chart.story.stay.admitted;
    chart.order(OrderKind::Other, "Admit to inpatient service", admitted, 0);
    if chart.story.scenario.class == EncounterClass::Observation
        && let Some(order) = chart.orders.last_mut()
    {
        order.record.facts.what = Coding::text_only("Place in observation");
    }
    if chart.story.scenario.emergency {
        let before = rng.fork("arrival").range(3_600, 12_600);
        emergency(chart, admitted.plus_seconds(-before), &mut rng.fork("ed"));
    }
    history(chart, &mut rng.fork("history"));
    nurse(
        chart,
        admitted.plus_seconds(2_400),
        "Nursing Admission Assessment",
        0,
    );
    orders::studies(chart, &mut rng.fork("studies"));
    orders::consults(chart, &mut rng.fork("consults"));
    procedures::reports(chart, &mut rng.fork("reports"));
    days(chart, &mut rng.fork("days"));
    orders::verbal(chart, &mut rng.fork("verbal"));
    leaving(chart, &mut rng.fork("leaving"));
}

/// Trainee with cosigning attending, or the attending alone.
fn writer(chart: &Chart, trainees: usize, rng: &mut Rng) -> (usize, Option<usize>) {
    let attending = chart.story.cast.attending;
    match chart.story.cast.junior {
        Some(junior) if rng.chance(trainees) => (junior, Some(attending)),
        _ => (attending, None),
    }
}

fn emergency(chart: &mut Chart, at: Instant, rng: &mut Rng) {
    // The physician of an emergency visit is its attending; a ward patient met another one.
    let own = chart.story.scenario.class == EncounterClass::Emergency;
    let (author, cosigner) = if own {
        writer(chart, 40, rng)
    } else {
        (chart.story.cast.emergency, None)
    };
    let text = prose::emergency_record(&chart.scene(at, author), 0);
    chart.document(
        What::new(
            Kind::EmergencyRecord,
            "34111-5",
            "Emergency department record",
        ),
        at,
        author,
        cosigner,
        text,
    );
}

/// History and physical: on admission, or earlier with an update.
fn history(chart: &mut Chart, rng: &mut Rng) {
    let stay = chart.story.stay;
    let surgery = chart
        .procedures
        .iter()
        .filter_map(|p| p.operation.as_ref())
        .map(|o| o.start)
        .min();
    let elective = !chart.story.scenario.emergency;
    let usual = elective && rng.chance(40);
    let earlier = match chart.design {
        d if d.has(Plant::HistoryStale) => Some(45),
        d if d.has(Plant::HistoryTwentyDays) || d.has(Plant::HistoryUnlinked) => Some(20),
        d if d.has(Plant::UpdateMissing) => Some(12),
        _ if usual => Some(rng.range(3, 21)),
        _ => None,
    };
    let mut at = stay.admitted.plus_seconds(rng.range(3_000, 16_000));
    if let Some(surgery) = surgery {
        at = Instant(at.0.min(surgery.plus_seconds(-2_700).0));
    }
    let title = if rng.chance(50) {
        "History and physical"
    } else {
        "Admission H&P"
    };
    let (author, cosigner) = if elective {
        (chart.story.cast.surgeon, None)
    } else {
        writer(chart, 50, rng)
    };
    if let Some(days) = earlier {
        let then = stay
            .admitted
            .plus_days(-days, chart.story.zone)
            .plus_seconds(rng.range(-7_200, 7_200));
        let text = prose::history_and_physical(&chart.scene(then, author), 0);
        let made = chart.document(
            What::new(
                Kind::HistoryAndPhysical,
                "34117-2",
                "Preoperative history and physical",
            ),
            then,
            author,
            None,
            text,
        );
        if let Some(made) = made
            && chart.design.has(Plant::HistoryUnlinked)
        {
            chart.docs[made].record.encounter = None;
        }
        let scene = chart.scene(at, author);
        let text = prose::history_update(&scene, 0, &scene.day(then));
        chart.document(
            What::new(Kind::HistoryUpdate, "", "H&P interval update"),
            at,
            author,
            None,
            text,
        );
    } else {
        let text = prose::history_and_physical(&chart.scene(at, author), 0);
        chart.document(
            What::new(Kind::HistoryAndPhysical, "34117-2", title),
            at,
            author,
            cosigner,
            text,
        );
    }
}

fn nurse(chart: &mut Chart, at: Instant, title: &str, number: u64) {
    if at.0 > chart.story.stay.until.0 {
        return;
    }
    let author = chart.story.cast.nurses[(number % 2) as usize];
    // What the case adds belongs to the stay, not to the way out.
    let staying = chart.story.stay.leaves.hours_since(at) > 12;
    let told = chart.story.told.filter(|_| staying);
    let extra = told.map_or("", |t| t.case.nursing);
    let text = prose::nursing(&chart.scene(at, author), number, title, extra);
    chart.document(
        What::new(Kind::Nursing, "34746-8", title),
        at,
        author,
        None,
        text,
    );
}

/// Progress notes for every day between admission and discharge.
fn days(chart: &mut Chart, rng: &mut Rng) {
    let stay = chart.story.stay;
    let zone = chart.story.zone.clone();
    let length = stay.leaves.days_since(stay.admitted, &zone).max(1);
    for day in 1..=length {
        let midnight = midnight(stay.admitted, day, &zone);
        let at = midnight.plus_seconds(rng.range(25_200, 39_000));
        let last = day == length;
        // On the last day the discharge summary or final note may do.
        if at.0 > stay.until.0 || (last && (short(chart) || rng.chance(50))) {
            continue;
        }
        let (author, cosigner) = writer(chart, 60, rng);
        let share = (day - 1) as f64 / length as f64;
        let text = prose::progress(&chart.scene(at, author), day as u64, share);
        chart.document(
            What::new(Kind::Progress, "11506-3", "Progress note"),
            at,
            author,
            cosigner,
            text,
        );
        if day % 2 == 0 {
            nurse(
                chart,
                midnight.plus_seconds(rng.range(68_000, 79_000)),
                "Nursing Shift Note",
                day as u64,
            );
        }
    }
}

fn midnight(from: Instant, day: i64, zone: &TimeZone) -> Instant {
    Instant::start_of(from.plus_days(day, zone).day(zone), zone)
}

/// Whether a final progress note closes this stay.
fn short(chart: &Chart) -> bool {
    let stay = chart.story.stay;
    let planned = chart.design.has(Plant::ShortStay);
    let inpatient = stay.class == EncounterClass::Inpatient;
    stay.ended()
        && stay.hours() < 47
        && (!inpatient || planned || chart.story.rng.fork("short").chance(40))
}

/// Discharge order and whatever closes the stay.
fn leaving(chart: &mut Chart, rng: &mut Rng) {
    let Some(left) = chart.left() else { return };
    if chart.disposition == Disposition::Died {
        death(chart, rng);
        return;
    }
    let place = match chart.disposition {
        Disposition::HomeHealth => "home with home health",
        Disposition::Facility => "skilled nursing facility",
        Disposition::Transferred => "acute care hospital",
        Disposition::AgainstAdvice => "left against medical advice",
        _ => "home",
    };
    chart.order(
        OrderKind::Other,
        &format!("Discharge patient: {place}"),
        left.plus_seconds(-rng.range(1_800, 9_000)),
        0,
    );
    nurse(chart, left.plus_seconds(-900), "Discharge Nursing Note", 99);
    let (author, cosigner) = writer(chart, 45, rng);
    if short(chart) {
        let at = left.plus_seconds(-rng.range(2_400, 6_000));
        let text = prose::final_progress(&chart.scene(at, author), 0);
        chart.document(
            What::new(Kind::Progress, "11506-3", "Final progress note"),
            at,
            author,
            cosigner,
            text,
        );
        return;
    }
    if matches!(
        chart.disposition,
        Disposition::Facility | Disposition::Transferred
    ) {
        let at = left.plus_seconds(-3_600);
        let text = prose::transfer_summary(&chart.scene(at, author), 0);
        chart.document(
            What::new(Kind::TransferSummary, "18761-7", "Transfer summary"),
            at,
            author,
            cosigner,
            text,
        );
    }
    summary(chart, left, rng);
}

/// The discharge summary, at the latest now.
fn summary(chart: &mut Chart, left: Instant, rng: &mut Rng) {
    let (author, cosigner) = writer(chart, 45, rng);
    let latest = chart.story.stay.now.plus_seconds(-600);
    let at = Instant(
        left.plus_seconds(rng.range(-3_000, 200_000))
            .0
            .min(latest.0),
    );
    let died = chart.disposition == Disposition::Died;
    let text = prose::discharge_summary(&chart.scene(at, author), 0, died);
    let title = if died {
        "Death summary"
    } else {
        "Discharge summary"
    };
    chart.document(
        What::new(Kind::DischargeSummary, "18842-5", title),
        at,
        author,
        cosigner,
        text,
    );
}

fn death(chart: &mut Chart, rng: &mut Rng) {
    if chart.disposition != Disposition::Died {
        return;
    }
    let Some(died) = chart.left() else { return };
    let (author, cosigner) = writer(chart, 30, rng);
    let at = died.plus_seconds(900);
    let text = prose::death_note(&chart.scene(at, author), 0);
    chart.document(
        What::new(Kind::DeathNote, "", "Death note"),
        at,
        author,
        cosigner,
        text,
    );
    if chart.story.stay.class == EncounterClass::Inpatient
        && (chart.design.has(Plant::DeathSummaryOnly) || rng.chance(50))
    {
        summary(chart, died, rng);
    }
}
