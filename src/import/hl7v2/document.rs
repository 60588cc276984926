//! MDM: transcribed documents, their states and signatures.
//!
//! The state comes from TXA-17, TXA-10 and TXA-22 as the domain reference (§12) has it, never
//! from words in the text.

use super::super::emit::Stop;
use super::body;
use super::context::{Context, Made};
use super::message::{Part, Segment};
use super::patient;
use super::visit::{Happening, visit};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::document::{
    DocumentFacts, DocumentKind, DocumentStatus, Sensitivity, SignatureState,
};
use crate::domain::record::{DocumentRecord, Extent, Key, Record, RecordKind, Severity};
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;

/// Reads an MDM message.
pub(super) fn read(cx: &mut Context<'_, '_>) -> Result<(), Stop> {
    let message = cx.message;
    if !matches!(
        cx.event.as_str(),
        "T01" | "T02" | "T03" | "T04" | "T05" | "T06" | "T07" | "T08" | "T09" | "T10" | "T11"
    ) {
        return Ok(());
    }
    let Some(pid) = message.segment("PID") else {
        cx.missing(
            "PID",
            "the message names no patient; nothing of it was taken",
        );
        return Ok(());
    };
    let Some(txa) = message.segment("TXA") else {
        cx.missing(
            "TXA",
            "the message describes no document; nothing of it was taken",
        );
        return Ok(());
    };
    let Some(key) = key(cx, txa) else {
        cx.issue(
            Severity::Reject,
            txa,
            12,
            "the document has no number; nothing was taken",
        );
        return Ok(());
    };
    let Some(patient) = patient::patient(cx, pid)? else {
        return Ok(());
    };
    let encounter = visit(cx, &patient, Happening::default())?;
    let record = record(cx, txa, patient, encounter)?;
    let made = Made {
        key,
        also: Vec::new(),
        extent: Extent::Part,
        cleared: Vec::new(),
        record: Record::Document(Box::new(record)),
    };
    cx.push(txa, made)
}

/// The document's number, TXA-12; without it the message's own.
fn key(cx: &mut Context<'_, '_>, txa: Segment<'_>) -> Option<Key> {
    let stated = cx.entity(RecordKind::Document, txa.field(12));
    if stated.is_some() {
        return stated;
    }
    if cx.control.is_empty() {
        return None;
    }
    let reason = "the document has no number; it is known by that of its message";
    cx.issue(Severity::Warning, txa, 12, reason);
    Some(Key::of(
        RecordKind::Document,
        "message",
        cx.control.as_str(),
    ))
}

fn record(
    cx: &mut Context<'_, '_>,
    txa: Segment<'_>,
    patient: Key,
    encounter: Option<Key>,
) -> Result<DocumentRecord, Stop> {
    let observations = text_segments(cx);
    let body = body::gather(cx, &observations);
    let (kind, what) = kind(cx, txa, &observations);
    let mut author = cx.first_provider(txa.field(9))?;
    if author.is_none() {
        author = cx.first_provider(txa.field(5))?;
    }
    let assigned = cx.first_provider(txa.field(10))?;
    let signers = signers(cx, txa)?;
    let signed = state(cx, txa, assigned.as_ref(), &signers);
    let status = if signed == SignatureState::Retracted {
        DocumentStatus::Retracted
    } else {
        DocumentStatus::Current
    };
    let at = [4, 6, 7]
        .into_iter()
        .find_map(|field| cx.moment(txa, field));
    let facts = DocumentFacts {
        kind,
        what,
        at,
        signature: signed,
        signed_at: signers.iter().filter_map(|s| s.at).max(),
        status,
        preliminary: false,
        sensitivity: sensitivity(cx, txa.field(18)),
        content_type: Untrusted::new(content_type(txa, body.content_type)),
        url: Untrusted::new(body.url),
    };
    // The one assigned to sign is the authenticator if among the signers; another cosigned.
    let mut names: Vec<Key> = signers.into_iter().map(|s| s.key).collect();
    if let Some(index) = names.iter().position(|k| Some(k) == assigned.as_ref()) {
        names.swap(0, index);
    }
    let mut names = names.into_iter();
    Ok(DocumentRecord {
        facts,
        text: Untrusted::new(body.text),
        patient,
        encounter,
        author,
        assigned,
        authenticator: names.next(),
        cosigner: names.next(),
        procedure: None,
        order: cx.entity(RecordKind::Order, txa.field(14)),
        parent: cx.entity(RecordKind::Document, txa.field(13)),
    })
}

/// The OBX segments that are the document: those after TXA that hold text or a file. Others
/// (the id of a study) only go with it.
fn text_segments<'m>(cx: &Context<'m, '_>) -> Vec<Segment<'m>> {
    let message = cx.message;
    let is_text = |obx: &Segment<'_>| {
        let kind = obx.field(2).value(1);
        cx.maps.is_report_type(&kind) || matches!(kind.as_str(), "ST" | "")
    };
    message
        .segments()
        .skip_while(|s| s.name != "TXA")
        .filter(|s| s.name == "OBX" && is_text(s))
        .collect()
}

fn content_type(txa: Segment<'_>, of_body: String) -> String {
    if !of_body.is_empty() {
        return of_body;
    }
    match txa.field(3).value(1).as_str() {
        "TX" | "FT" | "TEXT" => "text/plain".to_owned(),
        other if other.contains('/') => other.to_owned(),
        _ => String::new(),
    }
}

/// Kind and type of the document. An addendum is one whatever it is an addendum to.
fn kind(cx: &Context<'_, '_>, txa: Segment<'_>, obx: &[Segment<'_>]) -> (DocumentKind, Coding) {
    let field = txa.field(2);
    let mut codings = cx.codings(field);
    let unnamed = |c: &Coding| matches!(&c.system, CodeSystem::Other(name) if name.is_empty());
    let mut what = codings
        .first()
        .cloned()
        .unwrap_or_else(|| Coding::text_only(""));
    if let Some(first) = codings.first().filter(|c| unnamed(c)) {
        // TXA-2 is of table 0270 unless it says otherwise.
        let table = Coding {
            system: CodeSystem::Hl70270,
            ..first.clone()
        };
        if cx
            .maps
            .document_kind(std::slice::from_ref(&table))
            .0
            .is_some()
        {
            what = table.clone();
        }
        let title = Coding::text_only(first.code.raw());
        codings.insert(0, table);
        codings.push(title);
    }
    codings.extend(obx.first().map(|obx| cx.coding(obx.field(3))));
    let kind = cx
        .maps
        .document_kind(&codings)
        .0
        .unwrap_or(DocumentKind::Other);
    if matches!(cx.event.as_str(), "T05" | "T06") {
        return (DocumentKind::Addendum, what);
    }
    (kind, what)
}

fn sensitivity(cx: &Context<'_, '_>, field: Part<'_>) -> Sensitivity {
    cx.maps
        .sensitivity(&field.value(1))
        .unwrap_or(Sensitivity::Normal)
}

/// Someone who signed, and when.
struct Signer {
    key: Key,
    at: Option<Moment>,
}

/// TXA-22: who signed, with the time in component 15.
fn signers(cx: &mut Context<'_, '_>, txa: Segment<'_>) -> Result<Vec<Signer>, Stop> {
    let mut signers = Vec::new();
    for person in txa.field(22).repetitions() {
        let text = person.value(15);
        let at = super::super::time::hl7(&text, cx.zone);
        if at.is_none() && !text.is_empty() {
            cx.issue(Severity::Warning, txa, 22, "not a date or time; left out");
        }
        if let Some(key) = cx.provider(person)? {
            signers.push(Signer { key, at });
        }
    }
    Ok(signers)
}

/// The state of the document by its event, completion and availability, and who signed.
fn state(
    cx: &mut Context<'_, '_>,
    txa: Segment<'_>,
    assigned: Option<&Key>,
    signers: &[Signer],
) -> SignatureState {
    let available = txa.field(19).value(1);
    if cx.event == "T11" || matches!(available.as_str(), "CA" | "OB") {
        return SignatureState::Retracted;
    }
    let owner_signed = assigned.is_none_or(|a| signers.iter().any(|s| s.key == *a));
    let state = match txa.field(17).value(1).to_ascii_uppercase().as_str() {
        "DI" => SignatureState::Dictated,
        "DO" | "IP" => SignatureState::Draft,
        "IN" => SignatureState::Incomplete,
        "PA" => SignatureState::Unsigned,
        "AU" if owner_signed => SignatureState::Authenticated,
        "AU" => SignatureState::Signed,
        "LA" => SignatureState::Authenticated,
        "" if signers.is_empty() => SignatureState::Unknown,
        "" if owner_signed => SignatureState::Authenticated,
        "" => SignatureState::Signed,
        _ => {
            let reason = "not a completion status of table 0271; kept as unknown";
            cx.issue(Severity::Warning, txa, 17, reason);
            SignatureState::Unknown
        }
    };
    let changes = matches!(
        cx.event.as_str(),
        "T05" | "T06" | "T07" | "T08" | "T09" | "T10"
    );
    if changes && state == SignatureState::Authenticated {
        return SignatureState::Amended;
    }
    state
}
