//! The documents, orders and procedures of a complete stay, and when each is written.
//!
//! Owns the timetable. Follows the rules of chart completion so closely that nothing is owed:
//! history before surgery, a note every day, reports at once, answers to every order.

use super::chart::{Chart, Done, What, key};
use super::design::Plant;
use super::prose::{self, Operation};
use super::rng::Rng;
use super::scenario::{Ask, Proc, Study};
use super::staff::SERVICES;
use crate::domain::clinical::{OrderKind, ProcedureFacts, ProcedureSetting, Status};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::document::DocumentKind as Kind;
use crate::domain::encounter::{Disposition, EncounterClass};
use crate::domain::record::{ProcedureRecord, RecordKind};
use crate::domain::time::{Instant, Moment};
use jiff::tz::TimeZone;

/// Fills a chart.
pub(super) fn fill(chart: &mut Chart) {
    let rng = chart.story.rng.fork("schedule");
    procedures(chart, &mut rng.fork("procedures"));
    match chart.story.scenario.class {
        EncounterClass::Inpatient | EncounterClass::Observation => ward(chart, &rng),
        EncounterClass::DaySurgery => {
            history(chart, &mut rng.fork("history"));
            reports(chart, &mut rng.fork("reports"));
            nurse(chart, chart.story.stay.leaves.plus_seconds(-1_200), "Discharge Nursing Note", 1);
        }
        EncounterClass::Emergency => {
            let admitted = chart.story.stay.admitted;
            nurse(chart, admitted.plus_seconds(420), "Triage Note", 0);
            emergency(chart, admitted.plus_seconds(rng.clone().range(1_800, 5_400)), &mut rng.fork("ed"));
            studies(chart, &mut rng.fork("studies"));
            reports(chart, &mut rng.fork("reports"));
            death(chart, &mut rng.fork("death"));
        }
        _ => {
            let at = chart.story.stay.leaves.plus_seconds(rng.clone().range(600, 14_400));
            let (author, cosigner) = writer(chart, 35, &mut rng.fork("clinic"));
            let text = prose::clinic_note(&chart.scene(at, author), 0);
            chart.document(What::new(Kind::Clinic, "34131-3", "Clinic note"), at, author, cosigner, text);
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
    nurse(chart, admitted.plus_seconds(2_400), "Nursing Admission Assessment", 0);
    studies(chart, &mut rng.fork("studies"));
    consults(chart, &mut rng.fork("consults"));
    reports(chart, &mut rng.fork("reports"));
    days(chart, &mut rng.fork("days"));
    verbal(chart, &mut rng.fork("verbal"));
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
    let (author, cosigner) = if own { writer(chart, 40, rng) } else { (chart.story.cast.emergency, None) };
    let text = prose::emergency_record(&chart.scene(at, author), 0);
    chart.document(What::new(Kind::EmergencyRecord, "34111-5", "Emergency department record"), at, author, cosigner, text);
}

/// History and physical: on admission, or earlier with an update.
fn history(chart: &mut Chart, rng: &mut Rng) {
    let stay = chart.story.stay;
    let surgery = chart.procedures.iter().filter_map(|p| p.operation.as_ref()).map(|o| o.start).min();
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
    let title = if rng.chance(50) { "History and physical" } else { "Admission H&P" };
    let (author, cosigner) = if elective { (chart.story.cast.surgeon, None) } else { writer(chart, 50, rng) };
    if let Some(days) = earlier {
        let then = stay.admitted.plus_days(-days, chart.story.zone).plus_seconds(rng.range(-7_200, 7_200));
        let text = prose::history_and_physical(&chart.scene(then, author), 0);
        let made = chart.document(What::new(Kind::HistoryAndPhysical, "34117-2", "Preoperative history and physical"), then, author, None, text);
        if let Some(made) = made
            && chart.design.has(Plant::HistoryUnlinked)
        {
            chart.docs[made].record.encounter = None;
        }
        let scene = chart.scene(at, author);
        let text = prose::history_update(&scene, 0, &scene.day(then));
        chart.document(What::new(Kind::HistoryUpdate, "", "H&P interval update"), at, author, None, text);
    } else {
        let text = prose::history_and_physical(&chart.scene(at, author), 0);
        chart.document(What::new(Kind::HistoryAndPhysical, "34117-2", title), at, author, cosigner, text);
    }
}

fn nurse(chart: &mut Chart, at: Instant, title: &str, number: u64) {
    if at.0 > chart.story.stay.until.0 {
        return;
    }
    let author = chart.story.cast.nurses[(number % 2) as usize];
    let extra = chart.story.told.map_or("", |t| t.case.nursing);
    let text = prose::nursing(&chart.scene(at, author), number, title, extra);
    chart.document(What::new(Kind::Nursing, "34746-8", title), at, author, None, text);
}

fn studies(chart: &mut Chart, rng: &mut Rng) {
    let list: &'static [Study] = chart.story.scenario.studies;
    for (number, study) in list.iter().enumerate() {
        let stay = chart.story.stay;
        let ordered = stay.admitted.plus_seconds(study.day * 86_400 + rng.range(300, 3_000));
        let read = ordered.plus_seconds(rng.range(2_400, 9_000));
        if read.0 > stay.until.0 {
            continue;
        }
        chart.order(OrderKind::Other, study.title, ordered, 0);
        let author = if study.heart { chart.story.roster.attending("CARD", rng) } else { chart.story.cast.radiologist };
        let text = prose::imaging(&chart.scene(read, author), number as u64, study);
        let tracing = study.title.contains("electrocardiogram");
        let what = if tracing { What::new(Kind::Ecg, "11524-6", study.title) } else { What::new(Kind::Imaging, "18748-4", study.title) };
        chart.document(what, read, author, None, text);
    }
}

fn consults(chart: &mut Chart, rng: &mut Rng) {
    let list: &'static [Ask] = chart.story.scenario.consults;
    for (number, ask) in list.iter().enumerate() {
        let stay = chart.story.stay;
        let span = (stay.hours() / 5).clamp(3, 11);
        let ordered = stay.admitted.plus_seconds(rng.range(5_400, span * 3_000));
        let seen = daytime(ordered.plus_seconds(rng.range(7_200, span * 3_600)), chart);
        let consultant = chart.story.roster.attending(ask.service, rng);
        let service = SERVICES.iter().find(|s| s.id == ask.service);
        let name = service.map_or("Consult", |s| s.name);
        let order = chart.order(OrderKind::Consult, &format!("Consult {name}"), ordered, consultant);
        let performer = chart.provider(consultant);
        let item = &mut chart.orders[order];
        item.record.performer = Some(performer);
        item.record.to_service = Some(key(RecordKind::Service, ask.service));
        let order_key = key(RecordKind::Order, &item.id);
        let text = prose::consult(&chart.scene(seen, consultant), number as u64, ask, name);
        let title = format!("{name} consultation");
        if let Some(made) = chart.document(What::new(Kind::Consult, "11488-4", title), seen, consultant, None, text) {
            chart.docs[made].record.order = Some(order_key);
        }
    }
}

/// Moves a visit of the small hours to the morning, if the stay lasts that long.
fn daytime(at: Instant, chart: &Chart) -> Instant {
    let zone = chart.story.zone;
    let morning = Instant::start_of(at.day(zone), zone).plus_seconds(7 * 3_600 + at.seconds_since(chart.story.stay.admitted) % 7_200);
    let surgery = chart.procedures.first().and_then(|p| p.record.facts.start).map_or(i64::MAX, |m| m.at.0);
    let latest = chart.story.stay.until.plus_hours(-4).0.min(surgery);
    if at.0 < morning.0 && morning.0 < latest { morning } else { at }
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
        chart.document(What::new(Kind::Progress, "11506-3", "Progress note"), at, author, cosigner, text);
        if day % 2 == 0 {
            nurse(chart, midnight.plus_seconds(rng.range(68_000, 79_000)), "Nursing Shift Note", day as u64);
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
    stay.ended() && stay.hours() < 47 && (!inpatient || planned || chart.story.rng.fork("short").chance(40))
}

fn verbal(chart: &mut Chart, rng: &mut Rng) {
    if !rng.chance(35) && !chart.design.has(Plant::VerbalUnsigned) {
        return;
    }
    let at = chart.story.stay.admitted.plus_seconds(rng.range(20_000, 60_000));
    if at.plus_hours(10).0 > chart.story.stay.until.0 {
        return;
    }
    let what = rng.pick(&["Acetaminophen 650 mg by mouth once, telephone order read back", "Melatonin 3 mg by mouth at bedtime, verbal order read back", "Lactated Ringer's 500 mL bolus, telephone order read back", "Ondansetron 4 mg IV once, verbal order read back"]);
    let order = chart.order(OrderKind::Other, what, at, chart.story.cast.attending);
    let facts = &mut chart.orders[order].record.facts;
    facts.verbal = true;
    facts.signed = Some(Moment::at(at.plus_seconds(rng.range(3_600, 30_000))));
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
    chart.order(OrderKind::Other, &format!("Discharge patient: {place}"), left.plus_seconds(-rng.range(1_800, 9_000)), 0);
    nurse(chart, left.plus_seconds(-900), "Discharge Nursing Note", 99);
    let (author, cosigner) = writer(chart, 45, rng);
    if short(chart) {
        let at = left.plus_seconds(-rng.range(2_400, 6_000));
        let text = prose::final_progress(&chart.scene(at, author), 0);
        chart.document(What::new(Kind::Progress, "11506-3", "Final progress note"), at, author, cosigner, text);
        return;
    }
    if matches!(chart.disposition, Disposition::Facility | Disposition::Transferred) {
        let at = left.plus_seconds(-3_600);
        let text = prose::transfer_summary(&chart.scene(at, author), 0);
        chart.document(What::new(Kind::TransferSummary, "18761-7", "Transfer summary"), at, author, cosigner, text);
    }
    summary(chart, left, rng);
}

/// The discharge summary, at the latest now.
fn summary(chart: &mut Chart, left: Instant, rng: &mut Rng) {
    let (author, cosigner) = writer(chart, 45, rng);
    let latest = chart.story.stay.now.plus_seconds(-600);
    let at = Instant(left.plus_seconds(rng.range(-3_000, 200_000)).0.min(latest.0));
    let died = chart.disposition == Disposition::Died;
    let text = prose::discharge_summary(&chart.scene(at, author), 0, died);
    let title = if died { "Death summary" } else { "Discharge summary" };
    chart.document(What::new(Kind::DischargeSummary, "18842-5", title), at, author, cosigner, text);
}

fn death(chart: &mut Chart, rng: &mut Rng) {
    if chart.disposition != Disposition::Died {
        return;
    }
    let Some(died) = chart.left() else { return };
    let (author, cosigner) = writer(chart, 30, rng);
    let at = died.plus_seconds(900);
    let text = prose::death_note(&chart.scene(at, author), 0);
    chart.document(What::new(Kind::DeathNote, "", "Death note"), at, author, cosigner, text);
    if chart.story.stay.class == EncounterClass::Inpatient && (chart.design.has(Plant::DeathSummaryOnly) || rng.chance(50)) {
        summary(chart, died, rng);
    }
}

/// The procedures themselves.
fn procedures(chart: &mut Chart, rng: &mut Rng) {
    let list: &'static [Proc] = chart.story.scenario.procedures;
    for proc in list {
        let stay = chart.story.stay;
        let start = stay.admitted.plus_seconds(rng.range(proc.hour.0 * 3_600, proc.hour.1 * 3_600));
        let end = start.plus_seconds(rng.range(proc.minutes.0, proc.minutes.1) * 60);
        if end.plus_seconds(1_800).0 > stay.until.0 {
            continue;
        }
        let own = proc.by.is_empty() || proc.by == chart.story.scenario.service;
        let surgeon = if own { chart.story.cast.surgeon } else { chart.story.roster.attending(proc.by, rng) };
        let operation = Operation {
            proc,
            start,
            end,
            surgeon,
            assistant: chart.story.cast.junior.filter(|_| own),
            anesthetist: chart.story.cast.anesthetist,
        };
        let record = record(chart, proc, &operation);
        let id = format!("{}-P{:02}", chart.visit_id(), chart.procedures.len() + 1);
        chart.procedures.push(Done { id, record, operation: Some(operation), surgeon });
        chart.order(OrderKind::Procedure, proc.title, start.plus_seconds(-7_000), surgeon);
    }
}

fn record(chart: &Chart, proc: &Proc, operation: &Operation) -> ProcedureRecord {
    let system = if proc.cpt { CodeSystem::Cpt } else { CodeSystem::Icd10Pcs };
    ProcedureRecord {
        facts: ProcedureFacts {
            what: Coding::new(system, proc.code, proc.title),
            start: Some(Moment::at(operation.start)),
            end: Some(Moment::at(operation.end)),
            status: Status::Completed,
            setting: proc.setting,
            anesthesia: Some(!proc.anesthesia.is_empty()),
            emergency: Some(proc.emergency),
        },
        patient: chart.patient_key(),
        encounter: Some(chart.visit_key()),
        performer: Some(chart.provider(operation.surgeon)),
        anesthetist: (!proc.anesthesia.is_empty()).then(|| chart.provider(operation.anesthetist)),
    }
}

/// Everything written around the procedures.
fn reports(chart: &mut Chart, rng: &mut Rng) {
    for number in 0..chart.procedures.len() {
        let Some(operation) = chart.procedures[number].operation.take() else { continue };
        let first = chart.docs.len();
        if operation.proc.setting == ProcedureSetting::OperatingRoom {
            room(chart, number as u64, &operation, rng);
        } else {
            let at = operation.end.plus_seconds(rng.range(300, 1_500));
            let text = prose::procedure_note(&chart.scene(at, operation.surgeon), number as u64, &operation);
            chart.document(What::new(Kind::ProcedureNote, "28570-0", "Procedure note"), at, operation.surgeon, None, text);
        }
        let procedure = key(RecordKind::Procedure, &chart.procedures[number].id);
        for doc in &mut chart.docs[first..] {
            doc.record.procedure = Some(procedure.clone());
        }
        chart.procedures[number].operation = Some(operation);
    }
}

fn room(chart: &mut Chart, number: u64, operation: &Operation, rng: &mut Rng) {
    let (start, end, surgeon) = (operation.start, operation.end, operation.surgeon);
    let consented = start.plus_seconds(-rng.range(2_400, 5_000));
    let text = prose::consent(&chart.scene(consented, surgeon), number, operation);
    chart.document(What::new(Kind::Consent, "59284-0", "Informed consent"), consented, surgeon, None, text);
    if !operation.proc.anesthesia.is_empty() {
        anesthesia(chart, number, operation, rng);
    }
    let late = chart.design.has(Plant::BriefMissing) || rng.chance(35);
    if late {
        let at = end.plus_seconds(rng.range(300, 900));
        let text = prose::brief_note(&chart.scene(at, surgeon), number, operation);
        chart.document(What::new(Kind::BriefOperativeNote, "", "Brief operative note"), at, surgeon, None, text);
    }
    let at = end.plus_seconds(if late { rng.range(16_000, 50_000) } else { rng.range(1_200, 2_700) });
    let at = Instant(at.0.min(chart.story.stay.now.plus_seconds(-600).0));
    let text = prose::operative_report(&chart.scene(at, surgeon), number, operation);
    chart.document(What::new(Kind::OperativeReport, "11504-8", "Operative report"), at, surgeon, None, text);
    if !operation.proc.pathology.is_empty() {
        let at = end.plus_hours(rng.range(26, 80));
        let author = chart.story.cast.pathologist;
        let text = prose::pathology(&chart.scene(at, author), number, operation);
        chart.document(What::new(Kind::Pathology, "11526-1", "Surgical pathology report"), at, author, None, text);
    }
}

fn anesthesia(chart: &mut Chart, number: u64, operation: &Operation, rng: &mut Rng) {
    let author = operation.anesthetist;
    let before = operation.start.plus_seconds(-rng.range(1_900, 2_600));
    let text = prose::anesthesia_before(&chart.scene(before, author), number, operation);
    chart.document(What::new(Kind::AnesthesiaPre, "", "Preanesthesia evaluation"), before, author, None, text);
    let at = operation.end.plus_seconds(600);
    let text = prose::anesthesia_record(&chart.scene(at, author), number, operation);
    chart.document(What::new(Kind::AnesthesiaRecord, "11485-0", "Anesthesia record"), at, author, None, text);
    let after = operation.end.plus_seconds(rng.range(2_000, 3_500));
    let text = prose::anesthesia_after(&chart.scene(after, author), number);
    chart.document(What::new(Kind::AnesthesiaPost, "", "Postanesthesia evaluation"), after, author, None, text);
}
