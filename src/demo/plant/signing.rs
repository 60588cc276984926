//! Signatures and states of documents that are there.
//!
//! Owns the plants whose subject is a document.

use crate::demo::chart::{Chart, Doc};
use crate::demo::design::Plant;
use crate::demo::truth::Expect::{MustFind, MustNotFind};
use crate::domain::document::{DocumentKind as Kind, DocumentStatus, SignatureState};
use crate::domain::untrusted::Untrusted;

pub(super) fn preliminary(chart: &mut Chart) {
    let kinds = [Kind::Imaging, Kind::Ecg, Kind::Pathology];
    let Some(doc) = kinds.iter().find_map(|k| chart.first(*k)) else {
        return;
    };
    let Doc {
        id, record, author, ..
    } = &mut chart.docs[doc];
    record.facts.preliminary = true;
    // The feed says "preliminary" and nothing of a signature.
    unsign(record, SignatureState::Unknown);
    let (id, author, at) = (id.clone(), *author, record.facts.at.map(|m| m.at));
    chart.plant(
        MustFind,
        "DX",
        Some(author),
        Some(id),
        at,
        "preliminary read only",
    );
}

pub(super) fn unsign(record: &mut crate::domain::record::DocumentRecord, state: SignatureState) {
    record.facts.signature = state;
    record.facts.signed_at = None;
    record.authenticator = None;
    record.cosigner = None;
}

/// A progress note with gaps, or dictated and not yet typed.
pub(super) fn incomplete(chart: &mut Chart, plant: Plant) {
    let Some(doc) = chart.first(Kind::Progress) else {
        return;
    };
    let Doc {
        id, record, author, ..
    } = &mut chart.docs[doc];
    if plant == Plant::Dictated {
        unsign(record, SignatureState::Dictated);
        record.text = Untrusted::default();
    } else {
        unsign(record, SignatureState::Incomplete);
        let text = record.text.raw();
        let half = text
            .char_indices()
            .nth(text.chars().count() * 3 / 5)
            .map_or(text.len(), |(at, _)| at);
        record.text = Untrusted::new(format!(
            "{}_____ (inaudible) _____ mg, will ____",
            &text[..half]
        ));
    }
    let (id, author, at) = (id.clone(), *author, record.facts.at.map(|m| m.at));
    let why = if plant == Plant::Dictated {
        "dictated, no text yet"
    } else {
        "dictation with blanks"
    };
    chart.plant(MustFind, "TXT", Some(author), Some(id), at, why);
}

/// Documents a signature can be missing on, without side effects on other rules.
pub(super) fn signable(chart: &Chart, wanted: Option<Kind>, team: bool) -> Vec<usize> {
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
    (0..chart.docs.len())
        .filter(|d| fit(&chart.docs[*d]))
        .collect()
}

pub(super) fn signature(chart: &mut Chart, plant: Plant) {
    let wanted = match plant {
        Plant::SummaryUnsigned | Plant::SummaryCosign | Plant::Superseded => {
            Some(Kind::DischargeSummary)
        }
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
        fit.retain(|d| {
            !matches!(
                chart.docs[*d].record.facts.kind,
                Kind::OperativeReport | Kind::Consult | Kind::ProcedureNote
            )
        });
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
            chart.plant(
                MustNotFind,
                "SIG",
                Some(author),
                Some(id),
                None,
                "the record does not say whether it is signed",
            );
        }
        Plant::Superseded => {
            chart.docs[doc].record.facts.status = DocumentStatus::Superseded;
            chart.plant(
                MustNotFind,
                "DS-M",
                Some(chart.story.cast.attending),
                None,
                None,
                "the summary is marked superseded and still stands",
            );
        }
        Plant::RetractedDuplicate => retracted(chart, doc),
        Plant::Cosign | Plant::SummaryCosign => cosignature(chart, doc),
        _ => {
            let state = if plant == Plant::Draft {
                SignatureState::Draft
            } else {
                SignatureState::Unsigned
            };
            let assigned = chart.provider(author);
            unsign(&mut chart.docs[doc].record, state);
            if rng.chance(50) {
                chart.docs[doc].record.assigned = Some(assigned);
            }
            let why = if state == SignatureState::Draft {
                "draft, not signed"
            } else {
                "complete text, not signed"
            };
            chart.plant(MustFind, "SIG", Some(author), Some(id), at, why);
        }
    }
}

pub(super) fn cosignature(chart: &mut Chart, doc: usize) {
    let Some(junior) = chart.story.cast.junior else {
        return;
    };
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
    chart.plant(
        MustFind,
        "COS",
        Some(attending),
        Some(id),
        at,
        "signed by a trainee, PA or NP, not cosigned",
    );
}

/// An unsigned copy that was entered in error; the original stands.
pub(super) fn retracted(chart: &mut Chart, doc: usize) {
    let original = &chart.docs[doc];
    let mut record = original.record.clone();
    let author = original.author;
    let id = format!("{}-D{:03}", chart.visit_id(), 900 + doc);
    unsign(&mut record, SignatureState::Unsigned);
    record.facts.status = DocumentStatus::Retracted;
    record.text = Untrusted::new(format!(
        "ENTERED IN ERROR - duplicate of {}\n{}",
        original.id,
        record.text.raw()
    ));
    chart.docs.push(Doc {
        id: id.clone(),
        record,
        author,
        cosigner: None,
    });
    chart.plant(
        MustNotFind,
        "SIG",
        Some(author),
        Some(id),
        None,
        "unsigned duplicate, retracted",
    );
}
