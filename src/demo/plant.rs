//! Takes away from a complete chart, or alters it, and writes down what was done.
//!
//! Owns the truth of deficiencies (domain reference §3 and the defaults beside it). Each
//! function either does its work and records it, or does nothing and records nothing.

use super::chart::{Chart, Doc, Item, What, key};
use super::design::Plant;
use super::prose;
use super::scenario::CARDIOVERSION;
use super::truth::Expect::{MustFind, MustNotFind};
use crate::domain::clinical::{OrderKind, ProcedureFacts, ProcedureSetting, Status};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::document::{DocumentKind as Kind, DocumentStatus, SignatureState};
use crate::domain::encounter::{EncounterClass, EncounterStatus};
use crate::domain::record::{ProcedureRecord, RecordKind};
use crate::domain::time::{Instant, Moment};
use crate::domain::untrusted::Untrusted;

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
            | Plant::ConsentMissing
            | Plant::ProcedureNoteMissing
            | Plant::SmallProcedures
            | Plant::AnesthesiaBeforeMissing
            | Plant::AnesthesiaRecordMissing
            | Plant::AnesthesiaAfterMissing => procedure(chart, plant),
            Plant::SummaryMissing
            | Plant::ShortStay
            | Plant::DeathMissing
            | Plant::DeathSummaryOnly
            | Plant::AutopsyMissing
            | Plant::AutopsyDone
            | Plant::DischargeOrderMissing => leaving(chart, plant),
            Plant::ConsultMissing | Plant::ConsultCancelled | Plant::ConsultUnlinked => consult(chart, plant),
            Plant::DayMissing => day(chart),
            Plant::EmergencyMissing => emergency(chart),
            Plant::VerbalUnsigned => verbal(chart),
            Plant::AddendumAsked => addendum(chart),
            Plant::Preliminary => preliminary(chart),
            Plant::Incomplete | Plant::Dictated => incomplete(chart, plant),
            _ => signature(chart, plant),
        }
    }
}

/// A visit that does not count: only its nursing note is left.
fn visit(chart: &mut Chart, status: EncounterStatus) {
    chart.status = status;
    chart.docs.retain(|d| d.record.facts.kind == Kind::Nursing);
    chart.procedures.clear();
    chart.orders.clear();
    let why = if status == EncounterStatus::Cancelled { "visit cancelled: nothing is owed" } else { "visit recorded by mistake: nothing is owed" };
    let attending = Some(chart.story.cast.attending);
    chart.plant(MustNotFind, "HP-M", attending, None, None, why);
    if chart.story.stay.class == EncounterClass::Inpatient {
        chart.plant(MustNotFind, "DS-M", attending, None, None, why);
    }
}

fn history(chart: &mut Chart, plant: Plant) {
    let day_surgery = chart.story.stay.class == EncounterClass::DaySurgery;
    let owner = Some(if day_surgery { chart.story.cast.surgeon } else { chart.story.cast.admitting });
    let start = Some(chart.story.stay.admitted);
    match plant {
        Plant::HistoryMissing => {
            if chart.remove(Kind::HistoryAndPhysical).is_some() {
                chart.remove(Kind::HistoryUpdate);
                chart.plant(MustFind, "HP-M", owner, None, start, "no history and physical");
            }
        }
        Plant::HistoryStale => {
            // Without the update: it would update nothing that counts.
            chart.remove(Kind::HistoryUpdate);
            chart.plant(MustFind, "HP-M", owner, None, start, "the only history and physical is 45 days old");
        }
        Plant::UpdateMissing => {
            chart.remove(Kind::HistoryUpdate);
            let subject = chart.first(Kind::HistoryAndPhysical).map(|d| chart.docs[d].id.clone());
            chart.plant(MustFind, "HP-U", owner, subject, start, "history and physical 12 days old, no update");
        }
        Plant::HistoryUnlinked => {
            chart.plant(MustNotFind, "HP-M", owner, None, None, "history and physical 20 days old that names no visit, with update");
        }
        _ => chart.plant(MustNotFind, "HP-M", owner, None, None, "history and physical 20 days old, with update"),
    }
}

fn procedure(chart: &mut Chart, plant: Plant) {
    if plant == Plant::SmallProcedures {
        small(chart);
        return;
    }
    let Some(done) = chart.procedures.first() else { return };
    let (id, surgeon, end) = (done.id.clone(), done.surgeon, done.record.facts.end.map(|m| m.at));
    let start = done.record.facts.start.map(|m| m.at);
    let subject = Some(id);
    let anesthetist = chart.story.cast.anesthetist;
    match plant {
        Plant::ReportMissing => {
            if chart.remove(Kind::OperativeReport).is_some() {
                chart.plant(MustFind, "OP-M", Some(surgeon), subject, end, "operating room procedure without operative report");
                if chart.remove(Kind::BriefOperativeNote).is_some() {
                    chart.plant(MustFind, "OP-B", Some(surgeon), Some(chart.procedures[0].id.clone()), end, "neither report nor brief note");
                }
            }
        }
        Plant::ReportUnlinked => {
            if let Some(report) = chart.first(Kind::OperativeReport) {
                chart.docs[report].record.procedure = None;
                chart.plant(MustNotFind, "OP-M", Some(surgeon), subject, None, "the report names no procedure, but there is only one");
            }
        }
        Plant::BriefMissing => missing(chart, Kind::BriefOperativeNote, "OP-B", surgeon, end, "full report hours later and no brief note"),
        Plant::ConsentMissing => missing(chart, Kind::Consent, "CON", surgeon, start, "procedure without consent"),
        Plant::ProcedureNoteMissing => missing(chart, Kind::ProcedureNote, "PR-M", surgeon, end, "bedside procedure without note"),
        Plant::AnesthesiaBeforeMissing => missing(chart, Kind::AnesthesiaPre, "AN-PRE", anesthetist, start, "no preanesthesia evaluation"),
        Plant::AnesthesiaRecordMissing => missing(chart, Kind::AnesthesiaRecord, "AN-REC", anesthetist, end, "no anesthesia record"),
        _ => missing(chart, Kind::AnesthesiaPost, "AN-POST", anesthetist, end, "no postanesthesia evaluation"),
    }
}

fn missing(chart: &mut Chart, kind: Kind, code: &str, owner: usize, start: Option<Instant>, why: &str) {
    let subject = chart.procedures.first().map(|p| p.id.clone());
    if chart.remove(kind).is_some() {
        chart.plant(MustFind, code, Some(owner), subject, start, why);
    }
}

/// A bedside procedure with its note, and one that owes no report at all.
fn small(chart: &mut Chart) {
    let attending = chart.story.cast.attending;
    let at = chart.story.stay.admitted.plus_hours(9);
    let small = [
        (ProcedureSetting::Bedside, CARDIOVERSION.code, CARDIOVERSION.title),
        (ProcedureSetting::None, "4A12X45", "Ambulatory cardiac monitoring"),
    ];
    for (setting, code, title) in small {
        let id = format!("{}-P{:02}", chart.visit_id(), chart.procedures.len() + 1);
        let record = ProcedureRecord {
            facts: ProcedureFacts {
                what: Coding::new(CodeSystem::Icd10Pcs, code, title),
                start: Some(Moment::at(at)),
                end: Some(Moment::at(at.plus_seconds(900))),
                status: Status::Completed,
                setting,
                anesthesia: Some(false),
                emergency: Some(false),
            },
            patient: chart.patient_key(),
            encounter: Some(chart.visit_key()),
            performer: Some(chart.provider(attending)),
            anesthetist: None,
        };
        if setting == ProcedureSetting::Bedside {
            let operation = prose::Operation { proc: &CARDIOVERSION, start: at, end: at.plus_seconds(900), surgeon: attending, assistant: None, anesthetist: attending };
            let text = prose::procedure_note(&chart.scene(at.plus_seconds(1_800), attending), 0, &operation);
            if let Some(made) = chart.document(What::new(Kind::ProcedureNote, "28570-0", "Procedure note"), at.plus_seconds(1_800), attending, None, text) {
                chart.docs[made].record.procedure = Some(key(RecordKind::Procedure, &id));
            }
        }
        chart.plant(MustNotFind, "OP-M", Some(attending), Some(id.clone()), None, "not done in an operating room: no operative report is owed");
        chart.procedures.push(super::chart::Done { id, record, operation: None, surgeon: attending });
    }
}

fn leaving(chart: &mut Chart, plant: Plant) {
    let attending = Some(chart.story.cast.attending);
    let left = chart.left();
    let inpatient = chart.story.stay.class == EncounterClass::Inpatient;
    match plant {
        Plant::SummaryMissing => {
            if chart.remove(Kind::DischargeSummary).is_some() {
                chart.plant(MustFind, "DS-M", attending, None, left, "discharged without discharge summary");
            }
        }
        Plant::ShortStay => chart.plant(MustNotFind, "DS-M", attending, None, None, "stay under 48 hours with a final progress note"),
        Plant::DeathMissing => {
            if chart.remove(Kind::DeathNote).is_some() {
                chart.remove(Kind::DischargeSummary);
                chart.plant(MustFind, "DTH", attending, None, left, "died, neither death note nor death summary");
                if inpatient {
                    chart.plant(MustFind, "DS-M", attending, None, left, "died in hospital, no summary and no death note");
                }
            }
        }
        Plant::DeathSummaryOnly => {
            if chart.remove(Kind::DeathNote).is_some() {
                chart.plant(MustNotFind, "DTH", attending, None, None, "a death summary answers it");
                chart.plant(MustNotFind, "DS-M", attending, None, None, "the death summary is the summary");
            }
        }
        Plant::DischargeOrderMissing => {
            let before = chart.orders.len();
            chart.orders.retain(|o| !o.record.facts.what.text.raw().starts_with("Discharge patient"));
            if chart.orders.len() < before {
                chart.plant(MustFind, "DC-O", attending, None, left, "discharged without discharge order");
            }
        }
        _ => autopsy(chart, plant == Plant::AutopsyDone),
    }
}

fn autopsy(chart: &mut Chart, report: bool) {
    let Some(died) = chart.left() else { return };
    let pathologist = chart.story.cast.pathologist;
    let at = died.plus_hours(20);
    let id = format!("{}-P{:02}", chart.visit_id(), chart.procedures.len() + 1);
    let record = ProcedureRecord {
        facts: ProcedureFacts {
            what: Coding::text_only("Autopsy, complete"),
            start: Some(Moment::at(at)),
            end: Some(Moment::at(at.plus_hours(3))),
            status: Status::Completed,
            setting: ProcedureSetting::None,
            anesthesia: Some(false),
            emergency: Some(false),
        },
        patient: chart.patient_key(),
        encounter: Some(chart.visit_key()),
        performer: Some(chart.provider(pathologist)),
        anesthetist: None,
    };
    chart.procedures.push(super::chart::Done { id: id.clone(), record, operation: None, surgeon: pathologist });
    if report {
        let at = died.plus_days(30, chart.story.zone);
        let text = prose::autopsy(&chart.scene(at, pathologist), 0);
        if let Some(made) = chart.document(What::new(Kind::Autopsy, "18743-5", "Autopsy report"), at, pathologist, None, text) {
            chart.docs[made].record.procedure = Some(key(RecordKind::Procedure, &id));
            chart.plant(MustNotFind, "AUT", Some(pathologist), Some(id), None, "autopsy with its report");
        }
    } else {
        chart.plant(MustFind, "AUT", Some(pathologist), Some(id), Some(at), "autopsy without report");
    }
}

fn consult(chart: &mut Chart, plant: Plant) {
    let Some(order) = chart.orders.iter().position(|o| o.record.facts.kind == OrderKind::Consult) else { return };
    let Item { id, asked, record } = &chart.orders[order];
    let (subject, owner, at) = (Some(id.clone()), Some(*asked), record.facts.at.map(|m| m.at));
    let answers = key(RecordKind::Order, id);
    let Some(answer) = chart.docs.iter().position(|d| d.record.order.as_ref() == Some(&answers)) else { return };
    match plant {
        Plant::ConsultMissing => {
            chart.docs.remove(answer);
            chart.plant(MustFind, "CN-M", owner, subject, at, "consultation ordered, no report");
        }
        Plant::ConsultCancelled => {
            chart.docs.remove(answer);
            chart.orders[order].record.facts.status = Status::Cancelled;
            chart.plant(MustNotFind, "CN-M", owner, subject, None, "the consultation was cancelled");
        }
        _ => {
            chart.docs[answer].record.order = None;
            chart.plant(MustNotFind, "CN-M", owner, subject, None, "the report names no order; its author belongs to the service asked");
        }
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
    chart.docs.retain(|d| d.record.facts.kind != Kind::Progress || d.record.facts.at.is_none_or(|m| m.day(&zone) != wanted));
    if chart.docs.len() < before {
        let start = Instant::start_of(wanted, &zone);
        chart.plant(MustFind, "PN-M", Some(chart.story.cast.attending), None, Some(start), "a day of the stay without progress note");
    }
}

fn emergency(chart: &mut Chart) {
    if chart.remove(Kind::EmergencyRecord).is_some() {
        let owner = Some(chart.story.cast.attending);
        chart.plant(MustFind, "ED-M", owner, None, None, "emergency visit without emergency record");
    }
}

fn verbal(chart: &mut Chart) {
    let Some(order) = chart.orders.iter().position(|o| o.record.facts.verbal) else { return };
    chart.orders[order].record.facts.signed = None;
    let (id, at) = (chart.orders[order].id.clone(), chart.orders[order].record.facts.at.map(|m| m.at));
    chart.plant(MustFind, "VO", Some(chart.story.cast.attending), Some(id), at, "verbal order not signed");
}

fn addendum(chart: &mut Chart) {
    let kinds = [Kind::DischargeSummary, Kind::HistoryAndPhysical, Kind::Progress];
    let Some(doc) = kinds.iter().find_map(|k| chart.first(*k)) else { return };
    let (author, subject) = (chart.docs[doc].author, chart.docs[doc].id.clone());
    let at = chart.docs[doc].record.facts.at.map_or(chart.story.stay.until, |m| m.at).plus_hours(1);
    let order = chart.order(OrderKind::Other, "Documentation addendum requested by HIM: please clarify by addendum", at, author);
    let performer = chart.provider(author);
    chart.orders[order].record.performer = Some(performer);
    chart.orders[order].record.facts.status = Status::Active;
    chart.plant(MustFind, "ADD", Some(author), Some(subject), Some(at), "addendum requested, none written");
}

fn preliminary(chart: &mut Chart) {
    let kinds = [Kind::Imaging, Kind::Ecg, Kind::Pathology];
    let Some(doc) = kinds.iter().find_map(|k| chart.first(*k)) else { return };
    let Doc { id, record, author, .. } = &mut chart.docs[doc];
    record.facts.preliminary = true;
    // The feed says "preliminary" and nothing of a signature.
    unsign(record, SignatureState::Unknown);
    let (id, author, at) = (id.clone(), *author, record.facts.at.map(|m| m.at));
    chart.plant(MustFind, "DX", Some(author), Some(id), at, "preliminary read only");
}

fn unsign(record: &mut crate::domain::record::DocumentRecord, state: SignatureState) {
    record.facts.signature = state;
    record.facts.signed_at = None;
    record.authenticator = None;
    record.cosigner = None;
}

/// A progress note with gaps, or dictated and not yet typed.
fn incomplete(chart: &mut Chart, plant: Plant) {
    let Some(doc) = chart.first(Kind::Progress) else { return };
    let Doc { id, record, author, .. } = &mut chart.docs[doc];
    if plant == Plant::Dictated {
        unsign(record, SignatureState::Dictated);
        record.text = Untrusted::default();
    } else {
        unsign(record, SignatureState::Incomplete);
        let text = record.text.raw();
        let half = text.char_indices().nth(text.chars().count() * 3 / 5).map_or(text.len(), |(at, _)| at);
        record.text = Untrusted::new(format!("{}_____ (inaudible) _____ mg, will ____", &text[..half]));
    }
    let (id, author, at) = (id.clone(), *author, record.facts.at.map(|m| m.at));
    let why = if plant == Plant::Dictated { "dictated, no text yet" } else { "dictation with blanks" };
    chart.plant(MustFind, "TXT", Some(author), Some(id), at, why);
}

/// Documents a signature can be missing on, without side effects on other rules.
fn signable(chart: &Chart, wanted: Option<Kind>, team: bool) -> Vec<usize> {
    const KINDS: [Kind; 10] = [
        Kind::Progress,
        Kind::HistoryAndPhysical,
        Kind::DischargeSummary,
        Kind::Consult,
        Kind::OperativeReport,
        Kind::EmergencyRecord,
        Kind::Clinic,
        Kind::TransferSummary,
        Kind::ProcedureNote,
        Kind::DeathNote,
    ];
    let cast = &chart.story.cast;
    let fit = |d: &Doc| {
        let facts = &d.record.facts;
        let kind = wanted.map_or(KINDS.contains(&facts.kind), |w| w == facts.kind);
        let ours = !team || d.author == cast.attending || Some(d.author) == cast.junior;
        kind && ours
            && facts.signature == SignatureState::Authenticated
            && facts.status == DocumentStatus::Current
            && d.record.encounter.is_some()
    };
    (0..chart.docs.len()).filter(|d| fit(&chart.docs[*d])).collect()
}

fn signature(chart: &mut Chart, plant: Plant) {
    let wanted = match plant {
        Plant::SummaryUnsigned | Plant::SummaryCosign | Plant::Superseded => Some(Kind::DischargeSummary),
        Plant::HistoryUnsigned => Some(Kind::HistoryAndPhysical),
        Plant::ReportUnsigned => Some(Kind::OperativeReport),
        _ => None,
    };
    let cosign = matches!(plant, Plant::Cosign | Plant::SummaryCosign);
    if cosign && chart.story.cast.junior.is_none() {
        return;
    }
    let mut fit = signable(chart, wanted, cosign);
    if cosign {
        fit.retain(|d| !matches!(chart.docs[*d].record.facts.kind, Kind::OperativeReport | Kind::Consult | Kind::ProcedureNote));
    }
    if fit.is_empty() {
        return;
    }
    let mut rng = chart.story.rng.fork("signature").nth(plant as u64);
    let doc = rng.pick(&fit);
    let at = chart.docs[doc].record.facts.at.map(|m| m.at);
    let (id, author) = (chart.docs[doc].id.clone(), chart.docs[doc].author);
    match plant {
        Plant::Unknown => {
            unsign(&mut chart.docs[doc].record, SignatureState::Unknown);
            chart.plant(MustNotFind, "SIG", Some(author), Some(id), None, "the record does not say whether it is signed");
        }
        Plant::Superseded => {
            chart.docs[doc].record.facts.status = DocumentStatus::Superseded;
            chart.plant(MustNotFind, "DS-M", Some(chart.story.cast.attending), None, None, "the summary is marked superseded and still stands");
        }
        Plant::RetractedDuplicate => retracted(chart, doc),
        Plant::Cosign | Plant::SummaryCosign => cosignature(chart, doc),
        _ => {
            let state = if plant == Plant::Draft { SignatureState::Draft } else { SignatureState::Unsigned };
            let assigned = chart.provider(author);
            unsign(&mut chart.docs[doc].record, state);
            if rng.chance(50) {
                chart.docs[doc].record.assigned = Some(assigned);
            }
            let why = if state == SignatureState::Draft { "draft, not signed" } else { "complete text, not signed" };
            chart.plant(MustFind, "SIG", Some(author), Some(id), at, why);
        }
    }
}

fn cosignature(chart: &mut Chart, doc: usize) {
    let Some(junior) = chart.story.cast.junior else { return };
    let attending = chart.story.cast.attending;
    let (writer, signer) = (chart.provider(junior), chart.provider(attending));
    let item = &mut chart.docs[doc];
    item.author = junior;
    item.cosigner = None;
    item.record.author = Some(writer.clone());
    item.record.authenticator = Some(writer);
    item.record.assigned = Some(signer);
    item.record.cosigner = None;
    item.record.facts.signature = SignatureState::Signed;
    let (id, at) = (item.id.clone(), item.record.facts.at.map(|m| m.at));
    chart.plant(MustFind, "COS", Some(attending), Some(id), at, "signed by a trainee, PA or NP, not cosigned");
}

/// An unsigned copy that was entered in error; the original stands.
fn retracted(chart: &mut Chart, doc: usize) {
    let original = &chart.docs[doc];
    let mut record = original.record.clone();
    let author = original.author;
    let id = format!("{}-D{:03}", chart.visit_id(), 900 + doc);
    unsign(&mut record, SignatureState::Unsigned);
    record.facts.status = DocumentStatus::Retracted;
    record.text = Untrusted::new(format!("ENTERED IN ERROR - duplicate of {}\n{}", original.id, record.text.raw()));
    chart.docs.push(Doc { id: id.clone(), record, author, cosigner: None });
    chart.plant(MustNotFind, "SIG", Some(author), Some(id), None, "unsigned duplicate, retracted");
}
