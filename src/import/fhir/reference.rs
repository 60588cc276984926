//! References: every form FHIR has, resolved to a key.
//!
//! `Type/id`, also at the end of a URL and with a version; a full URL of the bundle; `urn:uuid:`;
//! conditional (`Type?identifier=system|value`); contained (`#id`); by identifier alone. Whether
//! the thing has arrived is not asked. Start at [`Context::key`].

use super::context::Context;
use super::types::{HumanName, Identifier, Reference};
use crate::domain::record::{Key, RecordKind};
use std::collections::HashMap;

/// Where the full URLs of a bundle lead: resource type and id.
pub(super) type Links = HashMap<String, (String, String)>;

/// A resource inside the resource being read.
pub(super) struct Contained<'a> {
    pub id: String,
    pub kind: String,
    pub raw: &'a [u8],
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
        "Claim" | "ExplanationOfBenefit" => Key::local(RecordKind::Coding, typed()),
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
        RecordKind::Coding => "Claim",
    }
}

impl Context<'_, '_> {
    /// The key a reference means, if it is one of `kind`.
    pub(super) fn key(&self, reference: &Reference<'_>, kind: RecordKind) -> Option<Key> {
        if !reference.reference.is_empty() {
            return match self.target(&reference.reference)? {
                Target::Resource(Some(named), id) => key_of(named, id).filter(|k| k.kind == kind),
                Target::Resource(None, id) => key_of(main_type(kind), id),
                Target::Search(named, system, value) => {
                    let named = key_of(named, "")?;
                    (named.kind == kind)
                        .then(|| Key::of(kind, self.maps.authority(&system), value.trim()))
                }
                Target::Contained(id) => self.contained_key(id, kind),
            };
        }
        if let Some(identifier) = &reference.identifier
            && !identifier.value.trim().is_empty()
        {
            let system = self.maps.authority(identifier.system.trim());
            return Some(Key::of(kind, system, identifier.value.trim()));
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
            Some(i) => Key::of(kind, self.maps.authority(i.system.trim()), i.value.trim()),
            None => Key::local(kind, format!("{}#{id}", self.place)),
        })
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
}

fhir! {
    /// What is read of a contained resource to know whom it means.
    Identified {
        identifier: Vec<Identifier<'a>>,
        name: Vec<HumanName<'a>>,
        practitioner: Option<Reference<'a>>,
    }
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
