//! FHIR R4: resources, bundles, NDJSON.
//!
//! Takes the bytes of one JSON value and hands on the records in it. Types that are not used are
//! silently none of ours. A value of an unexpected type costs that field, not the record
//! (`repair`). It never looks anything up: references become keys. Start at [`Reader::value`].

#[macro_use]
mod types;

mod claim;
mod clinical;
mod context;
mod coverage;
mod document;
mod encounter;
mod medication;
mod observation;
mod payers;
mod person;
mod reference;
mod repair;
mod report;
mod resource;
mod scan;
mod session;

use super::emit::{Emitter, Stop};
use super::limits::Limits;
use super::maps::Maps;
use crate::domain::record::Severity;
use crate::text::counted;
use context::Context;
use jiff::tz::TimeZone;
use reference::{Contained, Links, key_of};
use scan::{Broken, Member};
pub(crate) use session::Session;
use std::borrow::Cow;

/// Bundles inside bundles that are read.
const BUNDLE_DEPTH: usize = 3;

/// What a JSON value turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A FHIR resource, used or not.
    Fhir,
    /// JSON, but no FHIR.
    NotFhir,
    /// Broken; an issue has been reported.
    Broken,
}

/// Whether a text is whole JSON, cut off, or no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wholeness {
    /// One whole value.
    Whole,
    /// The text ends inside a value.
    Truncated,
    /// No JSON, from this byte on.
    NotJson(usize),
}

/// Looks at the brackets of a text without parsing it.
pub(crate) fn wholeness(bytes: &[u8]) -> Wholeness {
    match scan::is_whole(bytes) {
        Ok(_) => Wholeness::Whole,
        Err(Broken::Truncated) => Wholeness::Truncated,
        Err(Broken::Syntax(at)) => Wholeness::NotJson(at),
    }
}

/// Order in which types of resource are taken: what others refer to comes first. (`Binary` comes
/// last: documents wait for their content more cheaply than contents for their documents.)
pub(crate) const RANKS: &[&str] = &[
    "Organization",
    "Location",
    "Practitioner",
    "PractitionerRole",
    "Patient",
    "Coverage",
    "Account",
    "Encounter",
    "Medication",
    "ServiceRequest",
    "Procedure",
];

/// Place of a type in [`RANKS`]; everything else comes last.
pub(crate) fn rank(kind: &str) -> usize {
    let last = RANKS.len() + usize::from(kind == "Binary");
    RANKS.iter().position(|r| *r == kind).unwrap_or(last)
}

/// Reads FHIR values.
pub(crate) struct Reader<'r, 's> {
    pub maps: &'r Maps,
    pub zone: &'r TimeZone,
    pub limits: &'r Limits,
    pub out: &'r mut Emitter<'s>,
    pub session: &'r mut Session,
}

/// What is known of a resource before it is parsed.
struct Head<'b> {
    kind: Cow<'b, str>,
    id: Cow<'b, str>,
    contained: Option<&'b [u8]>,
    depth: usize,
}

fn text_at<'b>(bytes: &'b [u8], member: &Member) -> Cow<'b, str> {
    serde_json::from_slice::<types::Text<'b>>(&bytes[member.value.clone()])
        .map(|t| t.0)
        .unwrap_or_default()
}

fn head(bytes: &[u8]) -> (Head<'_>, Vec<Member>, Option<Broken>) {
    let (members, broken) = scan::members(bytes, 0);
    let mut head = Head {
        kind: Cow::Borrowed(""),
        id: Cow::Borrowed(""),
        contained: None,
        depth: 1,
    };
    for member in &members {
        head.depth = head.depth.max(member.depth + 1);
        match &bytes[member.name.clone()] {
            br#""resourceType""# => head.kind = text_at(bytes, member),
            br#""id""# => head.id = text_at(bytes, member),
            br#""contained""# => head.contained = Some(&bytes[member.value.clone()]),
            _ => {}
        }
    }
    (head, members, broken)
}

impl Reader<'_, '_> {
    /// Reads one JSON value: a resource, a bundle or an array of resources. `line` is its line,
    /// 0 when it is a document of its own.
    pub(crate) fn value(&mut self, bytes: &[u8], line: u64) -> Result<Verdict, Stop> {
        let text;
        let bytes = match std::str::from_utf8(bytes) {
            Ok(_) => bytes,
            Err(error) => {
                let reason = format!(
                    "not UTF-8 at byte {}; read as Windows-1252",
                    error.valid_up_to() + 1
                );
                self.out.issue(Severity::Warning, line, "", &reason);
                text = encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned();
                text.as_bytes()
            }
        };
        let start = scan::skip_space(bytes, 0);
        let bytes = &bytes[start..];
        let links = Links::new();
        match bytes.first() {
            Some(b'{') => self.object(bytes, line, None, &links, 0),
            Some(b'[') => self.array(bytes, line),
            _ => Ok(Verdict::NotFhir),
        }
    }

    fn array(&mut self, bytes: &[u8], line: u64) -> Result<Verdict, Stop> {
        let (elements, broken) = scan::elements(bytes, 0);
        let links = Links::new();
        let mut verdict = Verdict::NotFhir;
        let mut odd = Vec::new();
        for (index, (range, _)) in elements.iter().enumerate() {
            let number = index as u64 + 1;
            let element = &bytes[range.clone()];
            if element.first() != Some(&b'{') {
                odd.push(number);
                continue;
            }
            match self.object(element, number, None, &links, 0)? {
                Verdict::Fhir => verdict = Verdict::Fhir,
                Verdict::NotFhir => odd.push(number),
                Verdict::Broken => {}
            }
        }
        if verdict == Verdict::Fhir {
            for number in odd {
                self.out.issue(
                    Severity::Reject,
                    number,
                    "",
                    "an entry that is no FHIR resource",
                );
            }
        }
        if let Some(broken) = broken {
            let kept = format!("before it {} taken", counted(elements.len(), "entry"));
            self.broken(bytes, broken, line, &kept);
            return Ok(Verdict::Broken);
        }
        Ok(verdict)
    }

    /// Reports where JSON breaks.
    fn broken(&mut self, bytes: &[u8], broken: Broken, line: u64, kept: &str) {
        let (what, at) = match broken {
            Broken::Truncated => ("the JSON ends inside a value", bytes.len()),
            Broken::Syntax(at) => ("the JSON is broken", at),
        };
        let upto = &bytes[..at.min(bytes.len())];
        let breaks = upto.iter().filter(|b| **b == b'\n').count() as u64;
        let reason = format!("{what} at byte {}; {kept}", at + 1);
        self.out
            .issue(Severity::Reject, line.max(1) + breaks, "", &reason);
    }

    /// Reads one object: a bundle or a resource. `full` is the full URL of a bundle's entry.
    fn object(
        &mut self,
        bytes: &[u8],
        line: u64,
        full: Option<&str>,
        links: &Links,
        depth: usize,
    ) -> Result<Verdict, Stop> {
        let (head, members, broken) = head(bytes);
        if head.kind.is_empty() {
            if let Some(broken) = broken
                && bytes
                    .windows(14)
                    .any(|w| w == br#""resourceType""#.get(..14).unwrap_or(b""))
            {
                self.broken(bytes, broken, line, "nothing of it was taken");
                return Ok(Verdict::Broken);
            }
            return Ok(Verdict::NotFhir);
        }
        if &*head.kind == "Bundle" {
            self.bundle(bytes, &members, broken, line, depth)?;
            return Ok(Verdict::Fhir);
        }
        if let Some(broken) = broken {
            self.broken(bytes, broken, line, "the record was not taken");
            return Ok(Verdict::Broken);
        }
        let deepest = self.limits.json_depth;
        if head.depth + depth * 3 > deepest {
            let reason = format!("nested deeper than {deepest} levels; the record was not taken");
            self.out.issue(Severity::Reject, line, &head.kind, &reason);
            return Ok(Verdict::Broken);
        }
        self.resource(bytes, head, line, full, links)?;
        Ok(Verdict::Fhir)
    }

    fn bundle(
        &mut self,
        bytes: &[u8],
        members: &[Member],
        broken: Option<Broken>,
        line: u64,
        depth: usize,
    ) -> Result<(), Stop> {
        if depth >= BUNDLE_DEPTH {
            let reason = "a bundle inside a bundle inside a bundle; not taken";
            self.out.issue(Severity::Reject, line, "Bundle", reason);
            return Ok(());
        }
        let entry = members
            .iter()
            .find(|m| &bytes[m.name.clone()] == br#""entry""#)
            .filter(|m| bytes.get(m.value.start) == Some(&b'['));
        let Some(entry) = entry else {
            if let Some(broken) = broken {
                self.broken(bytes, broken, line, "no entry was taken");
            }
            return Ok(());
        };
        let (elements, inner) = scan::elements(&bytes[..entry.value.end], entry.value.start);
        let entries: Vec<Entry<'_>> = elements
            .iter()
            .enumerate()
            .filter_map(|(index, (range, _))| Entry::read(&bytes[range.clone()], index))
            .collect();
        let mut links = Links::new();
        for entry in &entries {
            if !entry.full.is_empty() && !entry.kind.is_empty() {
                let link = (entry.kind.to_string(), entry.id().to_owned());
                links.insert(entry.full.to_string(), link);
            }
        }
        let mut order: Vec<&Entry<'_>> = entries.iter().collect();
        order.sort_by_key(|e| (rank(&e.kind), e.number));
        self.learn_bills(&entries, &links);
        for entry in order {
            let full = Some(&*entry.full).filter(|f| !f.is_empty());
            let verdict = self.object(entry.resource, entry.number, full, &links, depth + 1)?;
            if verdict == Verdict::NotFhir {
                let reason = "an entry whose resource has no type";
                self.out
                    .issue(Severity::Reject, entry.number, "Bundle.entry", reason);
            }
        }
        if let Some(broken) = inner.or(broken) {
            let kept = format!("before it {} taken", counted(elements.len(), "entry"));
            self.broken(bytes, broken, line, &kept);
        }
        Ok(())
    }

    fn resource(
        &mut self,
        bytes: &[u8],
        head: Head<'_>,
        line: u64,
        full: Option<&str>,
        links: &Links,
    ) -> Result<(), Stop> {
        let id = if head.id.is_empty() {
            full.map_or("", id_of_url)
        } else {
            &*head.id
        };
        let known = key_of(&head.kind, "").is_some()
            || matches!(
                &*head.kind,
                "Binary" | "Medication" | "Coverage" | "Account"
            );
        if !known || &*head.kind == "HealthcareService" {
            return Ok(());
        }
        if id.is_empty() {
            let reason = "id: the resource has none, so it cannot be known again";
            self.out.issue(Severity::Reject, line, &head.kind, reason);
            return Ok(());
        }
        let kind = head.kind.clone();
        let mut cx = self.context(&head, id, line, links);
        resource::read(&mut cx, &kind, bytes)
    }

    /// Learns from the bills of a bundle who pays, before its stays are read.
    fn learn_bills(&mut self, entries: &[Entry<'_>], links: &Links) {
        let bills = entries
            .iter()
            .filter(|e| matches!(&*e.kind, "Claim" | "ExplanationOfBenefit"));
        for entry in bills {
            let (head, ..) = head(entry.resource);
            let mut cx = self.context(&head, entry.id(), entry.number, links);
            // What is wrong with it is said when it is read.
            if let Ok(bill) = serde_json::from_slice::<claim::Claim<'_>>(entry.resource) {
                claim::learn(&mut cx, &bill);
            }
        }
    }
}

impl<'s> Reader<'_, 's> {
    fn context<'c>(
        &'c mut self,
        head: &Head<'c>,
        id: &str,
        line: u64,
        links: &'c Links,
    ) -> Context<'c, 's> {
        Context {
            maps: self.maps,
            zone: self.zone,
            limits: self.limits,
            out: self.out,
            session: self.session,
            links,
            contained: head.contained.map(contained).unwrap_or_default(),
            line,
            place: format!("{}/{id}", head.kind),
            id: id.to_owned(),
        }
    }
}

/// An entry of a bundle.
struct Entry<'b> {
    full: Cow<'b, str>,
    kind: Cow<'b, str>,
    id: Cow<'b, str>,
    resource: &'b [u8],
    number: u64,
}

impl<'b> Entry<'b> {
    fn read(bytes: &'b [u8], index: usize) -> Option<Self> {
        let (members, _) = scan::members(bytes, 0);
        let mut full = Cow::Borrowed("");
        let mut resource = None;
        for member in &members {
            match &bytes[member.name.clone()] {
                br#""fullUrl""# => full = text_at(bytes, member),
                br#""resource""# => resource = Some(&bytes[member.value.clone()]),
                _ => {}
            }
        }
        let resource = resource.filter(|r| r.first() == Some(&b'{'))?;
        let (head, ..) = head(resource);
        Some(Self {
            full,
            kind: head.kind,
            id: head.id,
            resource,
            number: index as u64 + 1,
        })
    }

    fn id(&self) -> &str {
        if self.id.is_empty() {
            id_of_url(&self.full)
        } else {
            &self.id
        }
    }
}

/// The id a full URL ends in.
fn id_of_url(url: &str) -> &str {
    url.rsplit(['/', ':']).next().unwrap_or(url)
}

fn contained(bytes: &[u8]) -> Vec<Contained<'_>> {
    if bytes.first() != Some(&b'[') {
        return Vec::new();
    }
    let (elements, _) = scan::elements(bytes, 0);
    let objects = elements
        .into_iter()
        .map(|(range, _)| &bytes[range])
        .filter(|e| e.first() == Some(&b'{'));
    objects
        .map(|raw| {
            let (head, ..) = head(raw);
            Contained {
                id: head.id.into_owned(),
                kind: head.kind.into_owned(),
                raw,
            }
        })
        .collect()
}
