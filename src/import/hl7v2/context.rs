//! What every message reader needs: keys from CX, EI and XCN, codings from CWE, times, the way
//! out.

use super::super::emit::{Emitter, Stop};
use super::super::limits::Limits;
use super::super::maps::Maps;
use super::super::{names, time};
use super::message::{Message, Part, Segment};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::people::{Identifier, ProviderFacts, ProviderRole};
use crate::domain::record::{
    Arrival, Extent, Key, PlaceRecord, ProviderRecord, Record, RecordKind, Severity,
};
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;
use jiff::tz::TimeZone;

/// A message being read, and everything around it.
pub(super) struct Context<'c, 's> {
    pub maps: &'c Maps,
    pub zone: &'c TimeZone,
    pub limits: &'c Limits,
    pub out: &'c mut Emitter<'s>,
    pub message: &'c Message,
    /// Message type and event (`ADT`, `A01`).
    pub kind: String,
    pub event: String,
    /// Sending application and control id: names what has no number of its own.
    pub control: String,
}

/// A record without its provenance.
pub(super) struct Made {
    pub key: Key,
    pub also: Vec<Key>,
    pub extent: Extent,
    pub cleared: Vec<String>,
    pub record: Record,
}

impl Context<'_, '_> {
    // ----- identifiers --------------------------------------------------------------------

    /// Authority of an HD: its namespace, else its universal id.
    fn authority(&self, hd: Part<'_>) -> String {
        let namespace = hd.sub(1).trimmed();
        let name = if namespace.is_empty() {
            hd.sub(2).trimmed()
        } else {
            namespace
        };
        self.maps.authority(&name).to_owned()
    }

    /// A key for an id given by an authority, which may be unnamed.
    pub(super) fn named(&self, kind: RecordKind, authority: String, id: String) -> Option<Key> {
        if id.is_empty() {
            return None;
        }
        Some(if authority.is_empty() {
            Key::local(kind, id)
        } else {
            Key::of(kind, authority, id)
        })
    }

    /// The key of an EI (order and document numbers).
    pub(super) fn entity(&self, kind: RecordKind, part: Part<'_>) -> Option<Key> {
        let namespace = part.value(2);
        let authority = if namespace.is_empty() {
            part.value(3)
        } else {
            namespace
        };
        self.named(kind, authority, part.value(1))
    }

    /// An identifier of a CX and the key it makes.
    pub(super) fn identifier(&self, kind: RecordKind, cx: Part<'_>) -> Option<(Identifier, Key)> {
        let value = cx.value(1);
        let authority = self.authority(cx.component(4));
        let code = cx.value(5);
        let key = self.named(kind, authority.clone(), value.clone())?;
        let identifier = Identifier {
            authority,
            kind: self.maps.identifier_type(&code).to_owned(),
            value: Untrusted::new(value),
        };
        Some((identifier, key))
    }

    // ----- people -------------------------------------------------------------------------

    /// The provider of one XCN (or PPN); mentioned with the name beside the number.
    pub(super) fn provider(&mut self, xcn: Part<'_>) -> Result<Option<Key>, Stop> {
        let first = xcn.component(1);
        // CNN, as in NDL: the same parts one level lower.
        let lower = first.has_subs();
        let at = |position: usize| {
            if lower {
                first.sub(position).trimmed()
            } else {
                xcn.value(position)
            }
        };
        let id = at(1);
        let (family, given) = (at(2), [at(3), at(4)].join(" ").trim().to_owned());
        let authority = if lower {
            at(9)
        } else {
            self.authority(xcn.component(9))
        };
        if id.is_empty() && family.is_empty() {
            return Ok(None);
        }
        let key = match self.named(RecordKind::Provider, authority, id.clone()) {
            Some(key) => key,
            None => {
                let name = format!("{family}, {given}");
                Key::of(RecordKind::Provider, "display", name.trim_end_matches(", "))
            }
        };
        if !self.out.mentioned(&key) {
            let facts = self.provider_facts(&family, &given, [at(5), at(7)], &id);
            let record = Record::Provider(ProviderRecord {
                facts,
                identifiers: Vec::new(),
                service: None,
            });
            self.mention(key.clone(), record)?;
        }
        Ok(Some(key))
    }

    fn provider_facts(
        &self,
        family: &str,
        given: &str,
        [suffix, degree]: [String; 2],
        id: &str,
    ) -> ProviderFacts {
        if family.is_empty() {
            // Only a number, or a name written where the number belongs.
            return names::provider(id, self.maps);
        }
        let credential = if degree.is_empty() { suffix } else { degree };
        ProviderFacts {
            role: names::role_of(&credential, self.maps).unwrap_or(ProviderRole::Unknown),
            family: Untrusted::new(family),
            given: Untrusted::new(given),
            credential: Untrusted::new(credential),
            specialty: Untrusted::default(),
            active: true,
        }
    }

    /// The first provider of a repeated field.
    pub(super) fn first_provider(&mut self, field: Part<'_>) -> Result<Option<Key>, Stop> {
        for repetition in field.repetitions() {
            if let Some(key) = self.provider(repetition)? {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }

    /// A facility or service known by a code or name of the feed's own.
    pub(super) fn place(
        &mut self,
        kind: RecordKind,
        id: &str,
        name: &str,
    ) -> Result<Option<Key>, Stop> {
        if id.is_empty() {
            return Ok(None);
        }
        let key = Key::local(kind, id);
        let place = PlaceRecord {
            name: Untrusted::new(if name.is_empty() { id } else { name }),
        };
        let record = match kind {
            RecordKind::Facility => Record::Facility(place),
            _ => Record::Service(place),
        };
        if !self.out.mentioned(&key) {
            self.mention(key.clone(), record)?;
        }
        Ok(Some(key))
    }

    // ----- values -------------------------------------------------------------------------

    /// A time; one that cannot be read is left out and said.
    pub(super) fn moment(&mut self, segment: Segment<'_>, position: usize) -> Option<Moment> {
        let field = segment.field(position);
        let text = field.value(1);
        if text.is_empty() {
            return None;
        }
        let moment = time::hl7(&text, self.zone);
        if moment.is_none() {
            let reason = "not a date or time; left out";
            self.issue(Severity::Warning, segment, position, reason);
        }
        moment
    }

    /// A coding of a CWE: code, text and system; the alternate one if the first has no code.
    pub(super) fn coding(&self, cwe: Part<'_>) -> Coding {
        let text = cwe.component(2).trimmed();
        let code = cwe.value(1);
        let alternate = cwe.value(4);
        if code.is_empty() && !alternate.is_empty() {
            let system = self.maps.code_system(&cwe.value(6));
            return Coding::new(system, alternate, cwe.component(5).trimmed());
        }
        let original = cwe.component(9).trimmed();
        let text = [text, original].into_iter().find(|t| !t.is_empty());
        Coding::new(
            self.maps.code_system(&cwe.value(3)),
            code,
            text.unwrap_or_default(),
        )
    }

    /// All codings of a CWE: the first and the alternate one.
    pub(super) fn codings(&self, cwe: Part<'_>) -> Vec<Coding> {
        let mut codings = vec![self.coding(cwe)];
        let alternate = cwe.value(4);
        if !alternate.is_empty() {
            let system = self.maps.code_system(&cwe.value(6));
            codings.push(Coding::new(system, alternate, cwe.component(5).trimmed()));
        }
        codings.retain(|c| !(c.code.is_blank() && c.text.is_blank()));
        codings
    }

    // ----- the way out --------------------------------------------------------------------

    /// Hands on a record found in a segment.
    pub(super) fn push(&mut self, segment: Segment<'_>, made: Made) -> Result<(), Stop> {
        let provenance = self.out.provenance(segment.line, segment.name);
        self.out.push(Arrival {
            key: made.key,
            also: made.also,
            provenance,
            extent: made.extent,
            cleared: made.cleared,
            record: made.record,
        })
    }

    fn mention(&mut self, key: Key, record: Record) -> Result<(), Stop> {
        let provenance = self.out.provenance(self.message.line, &self.kind);
        self.out.push(Arrival {
            key,
            also: Vec::new(),
            provenance,
            extent: Extent::Mention,
            cleared: Vec::new(),
            record,
        })
    }

    /// Reports an issue at a field of a segment.
    pub(super) fn issue(
        &mut self,
        severity: Severity,
        segment: Segment<'_>,
        position: usize,
        reason: &str,
    ) {
        let place = format!("{}-{position}", segment.name);
        self.out.issue(severity, segment.line, &place, reason);
    }

    /// Reports that the message, or a part of it, could not go in for want of a segment.
    pub(super) fn missing(&mut self, name: &str, reason: &str) {
        let line = self.message.line;
        self.out.issue(Severity::Reject, line, name, reason);
    }
}

/// Whether a coding says nothing.
pub(super) fn is_blank(coding: &Coding) -> bool {
    coding.code.is_blank()
        && coding.text.is_blank()
        && coding.system == CodeSystem::Other(String::new())
}
