//! DocumentReference, and what all kinds of document have in common.
//!
//! Signatures follow domain reference §12: `final` means complete, not signed. Only an
//! authenticator or an attester says that somebody signed; without one the state is unknown,
//! never unsigned. Words in the text ("electronically signed by") are not looked at.

use super::super::content;
use super::super::emit::Stop;
use super::context::Context;
use super::types::{Attachment, Coding, Concept, Identifier, Meta, Period, Reference, Text};
use crate::domain::code;
use crate::domain::document::{
    DocumentFacts, DocumentKind, DocumentStatus, Sensitivity, SignatureState,
};
use crate::domain::record::{DocumentRecord, Extent, Key, Record, RecordKind};
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
}

/// Type codings of a document, with its titles as further evidence.
pub(super) fn kind_of(
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

pub(super) fn sensitivity<'l, 'a: 'l>(
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
pub(super) fn signature(status: &str, authenticated: bool) -> SignatureState {
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
pub(super) struct Chosen {
    pub text: String,
    pub content_type: Untrusted,
    pub url: Untrusted,
    /// Id of a `Binary` the content may still come from.
    pub binary: Option<String>,
}

pub(super) fn choose(cx: &mut Context<'_, '_>, attachments: &[&Attachment<'_>]) -> Chosen {
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
pub(super) fn push(
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
pub(super) fn patient_of(cx: &mut Context<'_, '_>, subject: Option<&Reference<'_>>) -> Option<Key> {
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
pub(super) fn parent(cx: &Context<'_, '_>, relations: &[Relation<'_>]) -> Option<Key> {
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
