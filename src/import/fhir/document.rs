//! DocumentReference, DiagnosticReport, Composition and Binary.
//!
//! Signatures follow domain reference §12: `final` means complete, not signed. Only an
//! authenticator or an attester says that somebody signed; without one the state is unknown,
//! never unsigned. Words in the text ("electronically signed by") are not looked at.

use super::super::emit::Stop;
use super::super::{content, markup};
use super::context::{Context, key_of};
use super::types::{
    Attachment, Coding, Concept, Identifier, Meta, Narrative, Period, Reference, Text,
};
use crate::domain::code;
use crate::domain::document::{
    DocumentFacts, DocumentKind, DocumentStatus, Sensitivity, SignatureState,
};
use crate::domain::record::{DocumentRecord, Extent, Key, Record, RecordKind};
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;

fhir! {
    /// DocumentReference.
    DocumentReference {
        meta: Option<Meta<'a>>,
        identifier: Vec<Identifier<'a>>,
        master_identifier: Option<Identifier<'a>>,
        status: Text<'a>,
        doc_status: Text<'a>,
        r#type: Option<Concept<'a>>,
        category: Vec<Concept<'a>>,
        subject: Option<Reference<'a>>,
        date: Text<'a>,
        author: Vec<Reference<'a>>,
        authenticator: Option<Reference<'a>>,
        relates_to: Vec<Relation<'a>>,
        description: Text<'a>,
        security_label: Vec<Concept<'a>>,
        content: Vec<Content<'a>>,
        context: Option<DocumentContext<'a>>,
    }
    /// DocumentReference.relatesTo and Composition.relatesTo.
    Relation {
        code: Text<'a>,
        target: Option<Reference<'a>>,
        target_reference: Option<Reference<'a>>,
    }
    /// DocumentReference.content.
    Content {
        attachment: Option<Attachment<'a>>,
    }
    /// DocumentReference.context.
    DocumentContext {
        encounter: Vec<Reference<'a>>,
        period: Option<Period<'a>>,
        related: Vec<Reference<'a>>,
    }
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

/// Type codings of a document, with its titles as further evidence.
fn kind_of(
    cx: &Context<'_, '_>,
    types: &[&Concept<'_>],
    titles: &[&str],
) -> (Option<DocumentKind>, code::Coding) {
    let mut codings: Vec<code::Coding> = types.iter().flat_map(|t| cx.codings(t)).collect();
    codings.retain(|c| !(c.code.is_blank() && c.text.is_blank()));
    let stated = codings.len();
    let titles = types.iter().map(|t| &*t.text).chain(titles.iter().copied());
    codings.extend(
        titles
            .filter(|t| !t.is_empty())
            .map(code::Coding::text_only),
    );
    let (kind, index) = cx.maps.document_kind(&codings);
    // The coding kept is one of the type's own, even when a title decided.
    let kept = if index < stated { index } else { 0 };
    let what = codings.into_iter().nth(kept);
    (kind, what.unwrap_or_else(|| code::Coding::text_only("")))
}

fn sensitivity<'l, 'a: 'l>(
    cx: &Context<'_, '_>,
    labels: impl IntoIterator<Item = &'l Coding<'a>>,
) -> Sensitivity {
    let mut found = Sensitivity::Normal;
    for label in labels {
        match cx.maps.sensitivity(&label.code) {
            Some(Sensitivity::Part2) => return Sensitivity::Part2,
            Some(other) => found = other,
            None => {}
        }
    }
    found
}

/// The state of a document by its status and whoever authenticated it.
fn signature(status: &str, authenticated: bool) -> SignatureState {
    match (status, authenticated) {
        ("entered-in-error", _) => SignatureState::Retracted,
        ("amended" | "appended" | "corrected", _) => SignatureState::Amended,
        ("preliminary", false) => SignatureState::Unsigned,
        ("preliminary", true) => SignatureState::Signed,
        (_, true) => SignatureState::Authenticated,
        (_, false) => SignatureState::Unknown,
    }
}

/// The text of a document among its attachments, and the attachment that decides its type.
struct Chosen {
    text: String,
    content_type: Untrusted,
    url: Untrusted,
    /// Id of a `Binary` the content may still come from.
    binary: Option<String>,
}

fn choose(cx: &mut Context<'_, '_>, attachments: &[&Attachment<'_>]) -> Chosen {
    let with_text = attachments
        .iter()
        .find(|a| content::is_text(&a.content_type) && !(a.data.is_empty() && a.url.is_empty()))
        .or_else(|| attachments.first());
    let Some(attachment) = with_text else {
        return Chosen {
            text: String::new(),
            content_type: Untrusted::default(),
            url: Untrusted::default(),
            binary: None,
        };
    };
    let mut content_type = Untrusted::new(&*attachment.content_type);
    let mut text = cx
        .attachment_text(&attachment.data, &attachment.content_type)
        .unwrap_or_default();
    let mut binary = binary_id(cx, &attachment.url);
    if let Some(id) = &binary {
        if text.is_empty() {
            let known = cx.session.waiting.text(id).cloned();
            if let Some((known, known_type)) = known {
                text = known;
                if content_type.is_blank() {
                    content_type = Untrusted::new(known_type);
                }
            }
        }
        if !text.is_empty() || !content::is_text(&attachment.content_type) {
            binary = None;
        }
    }
    Chosen {
        text,
        content_type,
        url: Untrusted::new(&*attachment.url),
        binary,
    }
}

fn binary_id(cx: &Context<'_, '_>, url: &str) -> Option<String> {
    let reference = Reference {
        reference: Text(url.into()),
        ..Reference::default()
    };
    match cx.resource(&reference)? {
        ("Binary", id) => Some(id.to_owned()),
        ("", id) if url.starts_with("urn:") => Some(id.to_owned()),
        _ => None,
    }
}

/// Hands on a document, or lets it wait for its `Binary`.
fn push(
    cx: &mut Context<'_, '_>,
    key: Key,
    also: Vec<Key>,
    record: DocumentRecord,
    binary: Option<String>,
) -> Result<(), Stop> {
    let arrival = cx.arrival(key, also, Extent::Whole, Record::Document(Box::new(record)));
    match binary {
        None => cx.out.push(arrival),
        Some(id) => match cx.session.waiting.wait(&id, arrival) {
            Some(oldest) => cx.out.push(oldest),
            None => Ok(()),
        },
    }
}

/// The patient, or a word why the record does not go in.
fn patient_of(cx: &mut Context<'_, '_>, subject: Option<&Reference<'_>>) -> Option<Key> {
    match cx.patient(subject) {
        Ok(key) => Some(key),
        Err(true) => {
            cx.reject("subject: the document names no patient");
            None
        }
        Err(false) => None,
    }
}

/// The document another one amends or replaces.
fn parent(cx: &Context<'_, '_>, relations: &[Relation<'_>]) -> Option<Key> {
    relations
        .iter()
        .filter(|r| matches!(&*r.code, "appends" | "replaces"))
        .filter_map(|r| r.target.as_ref().or(r.target_reference.as_ref()))
        .find_map(|target| cx.key(target, RecordKind::Document))
}

/// Reads a DocumentReference.
pub(super) fn document_reference(
    cx: &mut Context<'_, '_>,
    r: &DocumentReference<'_>,
) -> Result<(), Stop> {
    let Some(patient) = patient_of(cx, r.subject.as_ref()) else {
        return Ok(());
    };
    let attachments: Vec<&Attachment<'_>> = r
        .content
        .iter()
        .filter_map(|c| c.attachment.as_ref())
        .collect();
    let chosen = choose(cx, &attachments);
    let title = attachments.first().map_or("", |a| &*a.title);
    let types: Vec<&Concept<'_>> = r.r#type.iter().collect();
    let (kind, what) = kind_of(cx, &types, &[&r.description, title]);
    let related = r.context.as_ref();
    let period = related.and_then(|c| c.period.as_ref());
    let mut at = cx.moment(&r.date, "date");
    for other in [
        period.map(|p| &*p.start),
        attachments.first().map(|a| &*a.creation),
    ] {
        if at.is_none() {
            at = other.and_then(|t| cx.moment(t, "context.period"));
        }
    }
    let author = cx.first_provider(&r.author)?;
    let authenticator = match &r.authenticator {
        Some(reference) => cx.provider(reference)?,
        None => None,
    };
    let (status, docstatus) = match (&*r.status, &*r.doc_status) {
        ("entered-in-error", _) | (_, "entered-in-error") => {
            (DocumentStatus::Retracted, "entered-in-error")
        }
        ("superseded", other) => (DocumentStatus::Superseded, other),
        (_, other) => (DocumentStatus::Current, other),
    };
    let authenticated = r.authenticator.as_ref().is_some_and(|a| !a.is_empty());
    let labels = r.security_label.iter().flat_map(|l| l.coding.iter());
    let meta = r.meta.iter().flat_map(|m| m.security.iter());
    let facts = DocumentFacts {
        kind: kind.unwrap_or(DocumentKind::Other),
        what,
        at,
        signature: signature(docstatus, authenticated),
        signed_at: None,
        status,
        preliminary: false,
        sensitivity: sensitivity(cx, labels.chain(meta)),
        content_type: chosen.content_type,
        url: chosen.url,
    };
    let related = related.map(|c| c.related.as_slice()).unwrap_or_default();
    let encounters = r.context.as_ref().map(|c| c.encounter.as_slice());
    let encounters = encounters.unwrap_or_default();
    let record = DocumentRecord {
        facts,
        text: Untrusted::new(chosen.text),
        patient,
        encounter: encounters
            .iter()
            .find_map(|e| cx.key(e, RecordKind::Encounter)),
        author,
        assigned: None,
        authenticator,
        cosigner: None,
        procedure: related
            .iter()
            .find_map(|e| cx.key(e, RecordKind::Procedure)),
        order: related.iter().find_map(|e| cx.key(e, RecordKind::Order)),
        parent: parent(cx, &r.relates_to),
    };
    let (_, mut also) = cx.identifiers(&r.identifier, RecordKind::Document);
    if let Some(master) = &r.master_identifier {
        also.extend(
            cx.identifiers(std::slice::from_ref(master), RecordKind::Document)
                .1,
        );
    }
    also.dedup();
    let key = Key::local(RecordKind::Document, cx.id.as_str());
    push(cx, key, also, record, chosen.binary)
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
