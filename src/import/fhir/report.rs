//! DiagnosticReport, Composition and Binary.

use super::super::emit::Stop;
use super::super::markup;
use super::context::Context;
use super::document::{
    Relation, choose, kind_of, parent, patient_of, push, sensitivity, signature,
};
use super::reference::key_of;
use super::types::{
    Attachment, Coding, Concept, Identifier, Meta, Narrative, Period, Reference, Text,
};
use crate::domain::document::{DocumentFacts, DocumentKind, DocumentStatus, SignatureState};
use crate::domain::record::{DocumentRecord, RecordKind};
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;

fhir! {
    /// DiagnosticReport.
    DiagnosticReport {
        meta: Option<Meta<'a>>,
        identifier: Vec<Identifier<'a>>,
        based_on: Vec<Reference<'a>>,
        status: Text<'a>,
        category: Vec<Concept<'a>>,
        code: Option<Concept<'a>>,
        subject: Option<Reference<'a>>,
        encounter: Option<Reference<'a>>,
        effective_date_time: Text<'a>,
        effective_period: Option<Period<'a>>,
        issued: Text<'a>,
        performer: Vec<Reference<'a>>,
        results_interpreter: Vec<Reference<'a>>,
        conclusion: Text<'a>,
        presented_form: Vec<Attachment<'a>>,
    }
    /// Composition.
    Composition {
        meta: Option<Meta<'a>>,
        identifier: Option<Identifier<'a>>,
        status: Text<'a>,
        r#type: Option<Concept<'a>>,
        subject: Option<Reference<'a>>,
        encounter: Option<Reference<'a>>,
        date: Text<'a>,
        author: Vec<Reference<'a>>,
        title: Text<'a>,
        confidentiality: Text<'a>,
        attester: Vec<Attester<'a>>,
        relates_to: Vec<Relation<'a>>,
        section: Vec<Section<'a>>,
    }
    /// Composition.attester.
    Attester {
        mode: Text<'a>,
        time: Text<'a>,
        party: Option<Reference<'a>>,
    }
    /// Composition.section.
    Section {
        title: Text<'a>,
        text: Option<Narrative<'a>>,
        section: Vec<Section<'a>>,
    }
    /// Binary.
    Binary {
        content_type: Text<'a>,
        data: Text<'a>,
    }
}

/// Reads a DiagnosticReport: a document if it carries one; its results are observations.
pub(super) fn diagnostic_report(
    cx: &mut Context<'_, '_>,
    r: &DiagnosticReport<'_>,
) -> Result<(), Stop> {
    if r.presented_form.is_empty() && r.conclusion.trim().is_empty() {
        return Ok(());
    }
    let Some(patient) = patient_of(cx, r.subject.as_ref()) else {
        return Ok(());
    };
    let attachments: Vec<&Attachment<'_>> = r.presented_form.iter().collect();
    let mut chosen = choose(cx, &attachments);
    if chosen.text.is_empty() && !r.conclusion.trim().is_empty() {
        chosen.text = r.conclusion.trim().to_owned();
        chosen.binary = None;
    }
    let mut types: Vec<&Concept<'_>> = r.code.iter().collect();
    let (mut kind, mut what) = kind_of(cx, &types, &[]);
    if kind.is_none() {
        let sections = r.category.iter().flat_map(|c| c.coding.iter());
        kind = sections
            .filter_map(|c| cx.maps.document_section(&c.code))
            .next();
    }
    if kind.is_none() {
        // Some exports put the note type into the category.
        types = r.category.iter().collect();
        let (by_category, category) = kind_of(cx, &types, &[]);
        kind = by_category;
        if what.text.is_blank() {
            what = category;
        }
    }
    let at = report_time(cx, r);
    let mut author = cx.first_provider(&r.results_interpreter)?;
    if author.is_none() {
        author = cx.first_provider(&r.performer)?;
    }
    let retracted = &*r.status == "entered-in-error";
    let facts = DocumentFacts {
        kind: kind.unwrap_or(DocumentKind::Other),
        what,
        at,
        // A report's status says how far the result is, not who signed it.
        signature: if retracted {
            SignatureState::Retracted
        } else {
            SignatureState::Unknown
        },
        signed_at: None,
        status: if retracted {
            DocumentStatus::Retracted
        } else {
            DocumentStatus::Current
        },
        preliminary: matches!(&*r.status, "preliminary" | "partial" | "registered"),
        sensitivity: sensitivity(cx, r.meta.iter().flat_map(|m| m.security.iter())),
        content_type: chosen.content_type,
        url: chosen.url,
    };
    let encounter = r
        .encounter
        .iter()
        .find_map(|e| cx.key(e, RecordKind::Encounter));
    let record = DocumentRecord {
        facts,
        text: Untrusted::new(chosen.text),
        patient,
        encounter,
        author,
        assigned: None,
        authenticator: None,
        cosigner: None,
        procedure: r
            .based_on
            .iter()
            .find_map(|e| cx.key(e, RecordKind::Procedure)),
        order: r.based_on.iter().find_map(|e| cx.key(e, RecordKind::Order)),
        parent: None,
    };
    let (_, also) = cx.identifiers(&r.identifier, RecordKind::Document);
    match key_of("DiagnosticReport", &cx.id) {
        Some(key) => push(cx, key, also, record, chosen.binary),
        None => Ok(()),
    }
}

fn report_time(cx: &mut Context<'_, '_>, r: &DiagnosticReport<'_>) -> Option<Moment> {
    let period = r.effective_period.as_ref().map_or("", |p| &*p.start);
    let stated = [&*r.effective_date_time, period, &*r.issued];
    let first = stated.into_iter().find(|t| !t.is_empty())?;
    cx.moment(first, "effective")
}

/// Reads a Composition: its sections' narratives are the text.
pub(super) fn composition(cx: &mut Context<'_, '_>, r: &Composition<'_>) -> Result<(), Stop> {
    let Some(patient) = patient_of(cx, r.subject.as_ref()) else {
        return Ok(());
    };
    let types: Vec<&Concept<'_>> = r.r#type.iter().collect();
    let (kind, what) = kind_of(cx, &types, &[&r.title]);
    let at = cx.moment(&r.date, "date");
    let author = cx.first_provider(&r.author)?;
    let attester = ["legal", "official", "professional", "personal"]
        .iter()
        .find_map(|mode| r.attester.iter().find(|a| &*a.mode == *mode))
        .or_else(|| r.attester.first());
    let mut authenticator = None;
    let mut signed_at = None;
    if let Some(attester) = attester {
        if let Some(party) = &attester.party {
            authenticator = cx.provider(party)?;
        }
        signed_at = cx.moment(&attester.time, "attester.time");
    }
    let mut text = String::new();
    for section in &r.section {
        narrative(section, &mut text, 0);
    }
    if text.len() as u64 > cx.limits.field_bytes {
        cx.warn("section: text longer than a field may be; kept without its text");
        text.clear();
    }
    let retracted = &*r.status == "entered-in-error";
    let confidentiality = Coding {
        code: r.confidentiality.clone(),
        ..Coding::default()
    };
    let labels = r.meta.iter().flat_map(|m| m.security.iter());
    let facts = DocumentFacts {
        kind: kind.unwrap_or(DocumentKind::Other),
        what,
        at,
        signature: signature(&r.status, attester.is_some()),
        signed_at,
        status: if retracted {
            DocumentStatus::Retracted
        } else {
            DocumentStatus::Current
        },
        preliminary: false,
        sensitivity: sensitivity(cx, labels.chain([&confidentiality])),
        content_type: Untrusted::new("application/xhtml+xml"),
        url: Untrusted::default(),
    };
    let record = DocumentRecord {
        facts,
        text: Untrusted::new(text),
        patient,
        encounter: r
            .encounter
            .iter()
            .find_map(|e| cx.key(e, RecordKind::Encounter)),
        author,
        assigned: None,
        authenticator,
        cosigner: None,
        procedure: None,
        order: None,
        parent: parent(cx, &r.relates_to),
    };
    let identifier = r.identifier.as_slice();
    let (_, also) = cx.identifiers(identifier, RecordKind::Document);
    match key_of("Composition", &cx.id) {
        Some(key) => push(cx, key, also, record, None),
        None => Ok(()),
    }
}

/// Titles and narratives of a section and the sections in it. The depth is bounded by the depth
/// of JSON; the bound here only says so once more.
fn narrative(section: &Section<'_>, text: &mut String, depth: usize) {
    if depth > 64 {
        return;
    }
    let body = section
        .text
        .as_ref()
        .map_or(String::new(), |n| markup::from_html(&n.div));
    let title = section.title.trim();
    if !title.is_empty() {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(title);
        text.push('\n');
    }
    // Narratives often repeat the title as their first line.
    let body = body
        .strip_prefix(title)
        .map_or(body.as_str(), str::trim_start);
    if !body.is_empty() {
        if title.is_empty() && !text.is_empty() {
            text.push('\n');
        }
        text.push_str(body);
    }
    for inner in &section.section {
        narrative(inner, text, depth + 1);
    }
}

/// Reads a Binary: the content of documents that name it.
pub(super) fn binary(cx: &mut Context<'_, '_>, r: &Binary<'_>) -> Result<(), Stop> {
    let Some(text) = cx.attachment_text(&r.data, &r.content_type) else {
        return Ok(());
    };
    let id = cx.id.clone();
    let content_type = r.content_type.to_string();
    for arrival in cx.session.waiting.learn(&id, text, content_type) {
        cx.out.push(arrival)?;
    }
    Ok(())
}
