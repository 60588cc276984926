//! What every resource reader needs: references to keys, codes to codings, times, the way out.
//!
//! Start at [`Context::key`]. A reference is resolved to a key without looking whether the
//! thing has arrived.

use super::super::content::Content;
use super::super::emit::{Emitter, Stop};
use super::super::limits::Limits;
use super::super::maps::Maps;
use super::super::{content, names, time};
use super::reference::{Contained, Identified, Links};
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

impl Context<'_, '_> {
    // ----- people and places --------------------------------------------------------------

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
            let system = self.maps.authority(identifier.system.trim());
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
        if data.len() as u64 / 4 * 3 > self.limits.field_bytes.saturating_add(4) {
            self.too_long();
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
                self.too_long();
                None
            }
        }
    }

    fn too_long(&mut self) {
        let limit = self.limits.field_bytes >> 20;
        self.warn(&format!(
            "content: text longer than {limit} MiB; kept without its text"
        ));
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
