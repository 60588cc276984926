//! What every resource reader needs: references to keys, codes to codings, times, the way out.
//!
//! Start at [`Context::key`]. A reference is resolved to a key without looking whether the
//! thing has arrived.

use super::super::content::Content;
use super::super::emit::{Emitter, Stop};
use super::super::limits::Limits;
use super::super::maps::Maps;
use super::super::{content, names, time};
use super::session::Session;
use super::types::{Coding, Concept, HumanName, Identifier, Reference, Text};
use crate::domain::code;
use crate::domain::people;
use crate::domain::record::{
    Arrival, Extent, Key, PlaceRecord, ProviderRecord, Record, RecordKind, Severity,
};
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;
use jiff::tz::TimeZone;
use std::collections::HashMap;

/// Where the full URLs of a bundle lead: resource type and id.
pub(super) type Links = HashMap<String, (String, String)>;

/// A resource inside the resource being read.
pub(super) struct Contained<'a> {
    pub id: String,
    pub kind: String,
    pub raw: &'a [u8],
}

/// The resource being read, and everything around it.
pub(super) struct Context<'c, 's> {
    pub maps: &'c Maps,
    pub zone: &'c TimeZone,
    pub limits: &'c Limits,
    pub out: &'c mut Emitter<'s>,
    pub session: &'c mut Session,
    pub links: &'c Links,
    pub contained: Vec<Contained<'c>>,
    /// Line, or number of the entry in a bundle.
    pub line: u64,
    /// Type and id: `Encounter/123`.
    pub place: String,
    /// Id of the resource.
    pub id: String,
}

/// What a reference text leads to.
enum Target<'t> {
    /// A resource: type (if named) and id.
    Resource(Option<&'t str>, &'t str),
    /// Whatever has this identifier: type, system, value.
    Search(&'t str, String, String),
    /// A contained resource.
    Contained(&'t str),
}

/// The key of a resource. Types that share a kind with another carry their type in the id, since
/// FHIR ids are only unique within a type.
pub(super) fn key_of(kind: &str, id: &str) -> Option<Key> {
    let typed = || format!("{kind}/{id}");
    Some(match kind {
        "Patient" => Key::local(RecordKind::Patient, id),
        "Practitioner" => Key::local(RecordKind::Provider, id),
        "PractitionerRole" => Key::local(RecordKind::Provider, typed()),
        "Organization" => Key::local(RecordKind::Facility, id),
        "Location" => Key::local(RecordKind::Facility, typed()),
        "HealthcareService" => Key::local(RecordKind::Service, id),
        "Encounter" => Key::local(RecordKind::Encounter, id),
        "ServiceRequest" => Key::local(RecordKind::Order, id),
        "Procedure" => Key::local(RecordKind::Procedure, id),
        "Condition" => Key::local(RecordKind::Diagnosis, id),
        "Observation" => Key::local(RecordKind::Observation, id),
        "MedicationRequest" => Key::local(RecordKind::Medication, id),
        "MedicationAdministration" | "MedicationStatement" => {
            Key::local(RecordKind::Medication, typed())
        }
        "DocumentReference" => Key::local(RecordKind::Document, id),
        "DiagnosticReport" | "Composition" => Key::local(RecordKind::Document, typed()),
        _ => return None,
    })
}

/// The type that bare ids of a kind belong to.
fn main_type(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Patient => "Patient",
        RecordKind::Provider => "Practitioner",
        RecordKind::Facility => "Organization",
        RecordKind::Service => "HealthcareService",
        RecordKind::Encounter => "Encounter",
        RecordKind::Order => "ServiceRequest",
        RecordKind::Procedure => "Procedure",
        RecordKind::Diagnosis => "Condition",
        RecordKind::Observation => "Observation",
        RecordKind::Medication => "MedicationRequest",
        RecordKind::Document => "DocumentReference",
    }
}

impl Context<'_, '_> {
    // ----- references ---------------------------------------------------------------------

    /// The key a reference means, if it is one of `kind`.
    pub(super) fn key(&self, reference: &Reference<'_>, kind: RecordKind) -> Option<Key> {
        if !reference.reference.is_empty() {
            return match self.target(&reference.reference)? {
                Target::Resource(Some(named), id) => key_of(named, id).filter(|k| k.kind == kind),
                Target::Resource(None, id) => key_of(main_type(kind), id),
                Target::Search(named, system, value) => {
                    let named = key_of(named, "")?;
                    (named.kind == kind).then(|| Key::of(kind, system, value))
                }
                Target::Contained(id) => self.contained_key(id, kind),
            };
        }
        if let Some(identifier) = &reference.identifier
            && !identifier.value.trim().is_empty()
        {
            return Some(Key::of(kind, &*identifier.system, identifier.value.trim()));
        }
        None
    }

    /// Type and id of the resource a reference leads to, for names that are looked up.
    pub(super) fn resource<'r>(
        &'r self,
        reference: &'r Reference<'_>,
    ) -> Option<(&'r str, &'r str)> {
        match self.target(&reference.reference)? {
            Target::Resource(kind, id) => Some((kind.unwrap_or(""), id)),
            _ => None,
        }
    }

    fn target<'r>(&'r self, text: &'r str) -> Option<Target<'r>> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        if let Some(id) = text.strip_prefix('#') {
            return Some(Target::Contained(id));
        }
        let bare = text.split("/_history/").next().unwrap_or(text);
        if let Some((kind, id)) = self.links.get(bare) {
            return Some(Target::Resource(Some(kind), id));
        }
        if let Some(id) = bare
            .strip_prefix("urn:uuid:")
            .or_else(|| bare.strip_prefix("urn:oid:"))
        {
            return Some(Target::Resource(None, id));
        }
        if let Some((path, query)) = text.split_once('?') {
            let kind = path.rsplit('/').next().unwrap_or(path);
            let token = query
                .split('&')
                .find_map(|part| part.strip_prefix("identifier="))?;
            let token = percent_decode(token);
            let (system, value) = token.split_once('|').unwrap_or(("", &token));
            return Some(Target::Search(kind, system.to_owned(), value.to_owned()));
        }
        let mut parts = bare.trim_end_matches('/').rsplit('/');
        let id = parts.next().filter(|id| !id.is_empty())?;
        Some(Target::Resource(parts.next(), id))
    }

    fn contained(&self, id: &str) -> Option<&Contained<'_>> {
        self.contained.iter().find(|c| c.id == id)
    }

    /// Type and bytes of a contained resource a reference leads to.
    pub(super) fn contained_resource(&self, reference: &Reference<'_>) -> Option<(&str, &[u8])> {
        match self.target(&reference.reference)? {
            Target::Contained(id) => self.contained(id).map(|c| (c.kind.as_str(), c.raw)),
            _ => None,
        }
    }

    fn contained_key(&self, id: &str, kind: RecordKind) -> Option<Key> {
        let inner = self.contained(id)?;
        let identified: Identified = serde_json::from_slice(inner.raw).ok()?;
        if inner.kind == "PractitionerRole" {
            // One level: a role points at its practitioner.
            let reference = identified.practitioner.as_ref()?;
            return match self.target(&reference.reference) {
                Some(Target::Contained(next)) if next == id => None,
                Some(Target::Contained(next)) => {
                    let next = self.contained(next)?;
                    let identified: Identified = serde_json::from_slice(next.raw).ok()?;
                    self.identified_key(&next.kind, &next.id, &identified, kind)
                }
                _ => self.key(reference, kind),
            };
        }
        self.identified_key(&inner.kind, &inner.id, &identified, kind)
    }

    fn identified_key(
        &self,
        named: &str,
        id: &str,
        identified: &Identified<'_>,
        kind: RecordKind,
    ) -> Option<Key> {
        if key_of(named, "")?.kind != kind {
            return None;
        }
        let identifier = identified
            .identifier
            .iter()
            .find(|i| !i.value.is_empty() && !i.system.is_empty());
        Some(match identifier {
            Some(i) => Key::of(kind, &*i.system, i.value.trim()),
            None => Key::local(kind, format!("{}#{id}", self.place)),
        })
    }

    /// The provider a reference means; one named beside it is mentioned.
    pub(super) fn provider(&mut self, reference: &Reference<'_>) -> Result<Option<Key>, Stop> {
        let mut display = reference.display.trim().to_owned();
        let key = match self.key(reference, RecordKind::Provider) {
            Some(key) => key,
            // A name alone is a key of its own; a reference to someone else is none.
            None if reference.reference.is_empty() && !display.is_empty() => {
                Key::of(RecordKind::Provider, "display", display.as_str())
            }
            None => return Ok(None),
        };
        if let Some((_, raw)) = self.contained_resource(reference)
            && let Ok(inner) = serde_json::from_slice::<Identified>(raw)
            && let Some(name) = inner.name.first()
        {
            display = printed(name);
        }
        if !display.is_empty() && !self.out.mentioned(&key) {
            let record = Record::Provider(ProviderRecord {
                facts: names::provider(&display, self.maps),
                identifiers: Vec::new(),
                service: None,
            });
            self.push(key.clone(), Vec::new(), Extent::Mention, record)?;
        }
        Ok(Some(key))
    }

    /// The first provider of several references.
    pub(super) fn first_provider<'r>(
        &mut self,
        references: impl IntoIterator<Item = &'r Reference<'r>>,
    ) -> Result<Option<Key>, Stop> {
        for reference in references {
            if let Some(key) = self.provider(reference)? {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }

    /// The hospital a reference means; one named beside it is mentioned.
    pub(super) fn facility(&mut self, reference: &Reference<'_>) -> Result<Option<Key>, Stop> {
        let display = reference.display.trim();
        let key = match self.key(reference, RecordKind::Facility) {
            Some(key) => key,
            None if reference.reference.is_empty() && !display.is_empty() => {
                Key::of(RecordKind::Facility, "display", display)
            }
            None => return Ok(None),
        };
        if !display.is_empty() && !self.out.mentioned(&key) {
            let record = Record::Facility(PlaceRecord {
                name: Untrusted::new(display),
            });
            self.push(key.clone(), Vec::new(), Extent::Mention, record)?;
        }
        Ok(Some(key))
    }

    /// The service a concept means.
    pub(super) fn service(&mut self, concept: &Concept<'_>) -> Result<Option<Key>, Stop> {
        let coding = concept.coding.iter().find(|c| !c.code.is_empty());
        let known = coding.and_then(|c| self.maps.service_name(&c.code));
        let words = concept.words();
        let is_code = coding.is_some_and(|c| &*c.code == words);
        let name = if is_code {
            known.unwrap_or(words)
        } else {
            words
        };
        let key = match coding {
            Some(c) => Key::of(RecordKind::Service, &*c.system, &*c.code),
            None if !words.is_empty() => Key::of(RecordKind::Service, "display", words),
            None => return Ok(None),
        };
        let record = Record::Service(PlaceRecord {
            name: Untrusted::new(name),
        });
        self.push(key.clone(), Vec::new(), Extent::Mention, record)?;
        Ok(Some(key))
    }

    /// The patient a resource is about. `Err(true)` when there should be one and is none,
    /// `Err(false)` when it is about something that is not a patient.
    pub(super) fn patient(&self, reference: Option<&Reference<'_>>) -> Result<Key, bool> {
        let reference = reference.filter(|r| !r.is_empty()).ok_or(true)?;
        if let Some(key) = self.key(reference, RecordKind::Patient) {
            return Ok(key);
        }
        match self.target(&reference.reference) {
            Some(Target::Resource(Some(_), _) | Target::Search(..)) => Err(false),
            _ => Err(true),
        }
    }

    // ----- values -------------------------------------------------------------------------

    /// A time; one that cannot be read is left out and said.
    pub(super) fn moment(&mut self, text: &str, field: &str) -> Option<Moment> {
        if text.is_empty() {
            return None;
        }
        let moment = time::fhir(text, self.zone);
        if moment.is_none() {
            self.warn(&format!("{field}: not a date or time; left out"));
        }
        moment
    }

    /// All codings of a concept; its text alone if there is none.
    pub(super) fn codings(&self, concept: &Concept<'_>) -> Vec<code::Coding> {
        if concept.coding.is_empty() {
            return vec![code::Coding::text_only(&*concept.text)];
        }
        let coding = |c: &Coding<'_>| {
            let words = if c.display.is_empty() {
                &concept.text
            } else {
                &c.display
            };
            code::Coding::new(self.maps.code_system(&c.system), &*c.code, &**words)
        };
        concept.coding.iter().map(coding).collect()
    }

    /// The coding to keep of a concept, with the concept's own words when it has some.
    pub(super) fn coding(&self, concept: &Concept<'_>, use_for: &str) -> code::Coding {
        let mut coding = self
            .maps
            .prefer(use_for, self.codings(concept))
            .unwrap_or_else(|| code::Coding::text_only(""));
        if !concept.text.is_empty() {
            coding.text = Untrusted::new(&*concept.text);
        }
        // Some systems use the words themselves as codes.
        let words = |c: char| c.is_lowercase() || c == ' ';
        if coding.text.is_blank() && coding.code.raw().contains(words) {
            coding.text = coding.code.clone();
        }
        coding
    }

    /// Identifiers, and the keys by which others may refer to their holder.
    pub(super) fn identifiers(
        &self,
        list: &[Identifier<'_>],
        kind: RecordKind,
    ) -> (Vec<people::Identifier>, Vec<Key>) {
        let mut identifiers = Vec::new();
        let mut also: Vec<Key> = Vec::new();
        for identifier in list {
            let value = identifier.value.trim();
            if value.is_empty() {
                continue;
            }
            let concept = identifier.r#type.as_ref();
            let code = concept
                .and_then(|t| t.coding.iter().find(|c| !c.code.is_empty()))
                .map_or_else(|| concept.map_or("", |t| &*t.text), |c| &*c.code);
            let code = self.maps.identifier_type(code);
            let system = identifier.system.trim();
            if !system.is_empty() && self.maps.joins(code, system) {
                let key = Key::of(kind, system, value);
                if !also.contains(&key) {
                    also.push(key);
                }
            }
            identifiers.push(people::Identifier {
                authority: system.to_owned(),
                kind: code.to_owned(),
                value: Untrusted::new(value),
            });
        }
        (identifiers, also)
    }

    /// Text of base64 content; `None` when it is not text, too long or broken (said).
    pub(super) fn attachment_text(&mut self, data: &str, content_type: &str) -> Option<String> {
        if data.is_empty() || !content::is_text(content_type) {
            return None;
        }
        let Some(bytes) = content::base64(data) else {
            self.warn("content: not base64; kept without its text");
            return None;
        };
        match content::text_of(&bytes, content_type, self.limits.field_bytes) {
            Content::Text(text) => Some(text),
            Content::NotText => None,
            Content::TooLong => {
                let limit = self.limits.field_bytes >> 20;
                self.warn(&format!(
                    "content: text longer than {limit} MiB; kept without its text"
                ));
                None
            }
        }
    }

    // ----- the way out --------------------------------------------------------------------

    /// Hands on a record.
    pub(super) fn push(
        &mut self,
        key: Key,
        also: Vec<Key>,
        extent: Extent,
        record: Record,
    ) -> Result<(), Stop> {
        let arrival = self.arrival(key, also, extent, record);
        self.out.push(arrival)
    }

    /// A record with this resource's provenance.
    pub(super) fn arrival(
        &self,
        key: Key,
        also: Vec<Key>,
        extent: Extent,
        record: Record,
    ) -> Arrival {
        Arrival {
            key,
            also,
            provenance: self.out.provenance(self.line, &self.place),
            extent,
            cleared: Vec::new(),
            record,
        }
    }

    /// Says that part of the record was not understood.
    pub(super) fn warn(&mut self, reason: &str) {
        let place = self.place.clone();
        self.out.issue(Severity::Warning, self.line, &place, reason);
    }

    /// Says that the record could not go in.
    pub(super) fn reject(&mut self, reason: &str) {
        let place = self.place.clone();
        self.out.issue(Severity::Reject, self.line, &place, reason);
    }
}

fhir! {
    /// What is read of a contained resource to know whom it means.
    Identified {
        identifier: Vec<Identifier<'a>>,
        name: Vec<HumanName<'a>>,
        practitioner: Option<Reference<'a>>,
    }
}

/// A name in one piece.
pub(super) fn printed(name: &HumanName<'_>) -> String {
    if name.family.is_empty() {
        return name.text.trim().to_owned();
    }
    let given = join(&name.given);
    let suffix = join(&name.suffix);
    format!("{}, {given} {suffix}", &*name.family)
        .trim()
        .to_owned()
}

/// Texts joined by spaces.
pub(super) fn join(texts: &[Text<'_>]) -> String {
    let texts: Vec<&str> = texts
        .iter()
        .map(|t| t.trim())
        .filter(|t| !t.is_empty())
        .collect();
    texts.join(" ")
}

/// Decodes `%7C` and the like; what is no escape stays.
fn percent_decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%')
            .then(|| bytes.get(at + 1..at + 3))
            .flatten()
            .and_then(|h| std::str::from_utf8(h).ok())
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        match hex {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
