//! One function for each kind of record: what was known, what it says, what is written.

use super::Desk;
use super::identity::{
    blank_encounter, blank_facility, blank_patient, blank_provider, blank_service,
};
use super::overlay::{self, Laying};
use crate::domain::clinical::{
    Diagnosis, Medication, Observation, Order, OrderFacts, OrderKind, Procedure, ProcedureFacts,
    ProcedureSetting, Status,
};
use crate::domain::code::Coding;
use crate::domain::document::{
    Document, DocumentFacts, DocumentKind, DocumentStatus, Sensitivity, SignatureState,
};
use crate::domain::ids::{
    DiagnosisId, DocumentId, EncounterId, FacilityId, MedicationId, ObservationId, OrderId,
    PatientId, ProcedureId, ProviderId, ServiceId,
};
use crate::domain::record::{
    Arrival, DocumentRecord, EncounterRecord, Extent, OrderRecord, PatientRecord, PlaceRecord,
    ProcedureRecord, ProviderRecord, Record, RecordKind,
};
use crate::domain::untrusted::Untrusted;
use crate::store::{Belongs, Event, StoreError, hex_digest};
use serde::Serialize;

type Result<T> = std::result::Result<T, StoreError>;

/// What writing a record did.
pub(super) struct Taken {
    /// The row.
    pub object: i64,
    /// Whether anything is different from before.
    pub changed: bool,
    /// Whether it was the same document under another name.
    pub joined: bool,
}

impl Taken {
    fn row(object: i64, changed: bool) -> Self {
        Self {
            object,
            changed,
            joined: false,
        }
    }
}

/// How a record lies over what is known.
struct Lay<'a> {
    /// The record describes all of it.
    whole: bool,
    laying: Laying<'a>,
}

impl Desk<'_, '_> {
    /// Writes what a record says. `stub` says that the row is only a placeholder so far.
    pub(super) fn save(
        &mut self,
        arrival: &Arrival,
        object: Option<i64>,
        stub: bool,
    ) -> Result<Taken> {
        let lay = Lay {
            whole: arrival.extent == Extent::Whole,
            laying: Laying {
                fill_only: arrival.extent == Extent::Mention,
                cleared: &arrival.cleared,
            },
        };
        let still = arrival.extent == Extent::Mention;
        let id = object.unwrap_or(0);
        match &arrival.record {
            Record::Patient(r) => self.patient(r, id, &lay, still),
            Record::Provider(r) => self.provider(r, id, &lay, still),
            Record::Facility(r) => self.facility(r, id, still),
            Record::Service(r) => self.service(r, id, still),
            Record::Encounter(r) => self.encounter(r, id, &lay, stub, still),
            Record::Order(r) => self.order(r, id, &lay, still),
            Record::Procedure(r) => self.procedure(r, id, &lay, still),
            Record::Diagnosis(r) => {
                let of = self.belongs(&r.patient, r.encounter.as_ref())?;
                let old = self.tx.diagnosis(DiagnosisId(id))?;
                let new = Diagnosis {
                    id: DiagnosisId(id),
                    facts: r.facts.clone(),
                };
                self.keep("diagnosis", old, (new, of), of.encounter, |tx, row| {
                    Ok(tx.save_diagnosis(&row.0, row.1, still)?.0)
                })
            }
            Record::Observation(r) => {
                let of = self.belongs(&r.patient, r.encounter.as_ref())?;
                let old = self.tx.observation(ObservationId(id))?;
                let new = Observation {
                    id: ObservationId(id),
                    facts: r.facts.clone(),
                };
                self.keep("observation", old, (new, of), None, |tx, row| {
                    Ok(tx.save_observation(&row.0, row.1, still)?.0)
                })
            }
            Record::Medication(r) => {
                let of = self.belongs(&r.patient, r.encounter.as_ref())?;
                let old = self.tx.medication(MedicationId(id))?;
                let facts = match &old {
                    Some((old, _)) if !lay.whole => {
                        overlay::medication(lay.laying, &old.facts, r.facts.clone())
                    }
                    _ => r.facts.clone(),
                };
                let new = Medication {
                    id: MedicationId(id),
                    facts,
                };
                self.keep("medication", old, (new, of), None, |tx, row| {
                    Ok(tx.save_medication(&row.0, row.1, still)?.0)
                })
            }
            Record::Document(r) => self.document(r, id, &lay, stub),
            // Handled before a row is looked for.
            Record::Merge(_) => Ok(Taken::row(0, false)),
        }
    }

    /// Writes a row if it differs from what was, with its history, and marks its visit.
    fn keep<R: PartialEq + Serialize>(
        &mut self,
        kind: &'static str,
        old: Option<R>,
        new: R,
        visit: Option<EncounterId>,
        write: impl FnOnce(&mut crate::store::Tx<'_>, &R) -> Result<i64>,
    ) -> Result<Taken> {
        let id = write(self.tx, &new)?;
        let changed = old.as_ref().is_some_and(|old| *old != new);
        if let (true, Some(old)) = (changed, &old) {
            self.updated(kind, id, visit, old)?;
        }
        if let Some(visit) = visit
            && (changed || old.is_none())
        {
            self.tx.needs_analysis(visit)?;
            // Documents are found by the codes of their visit.
            if matches!(kind, "diagnosis" | "procedure") {
                self.tx.changed("encounter", visit.0)?;
            }
        }
        Ok(Taken::row(id, changed))
    }

    /// The line of history of a change: what it was before stays readable.
    fn updated<R: Serialize>(
        &mut self,
        kind: &str,
        object: i64,
        visit: Option<EncounterId>,
        old: &R,
    ) -> Result<()> {
        let was = serde_json::to_string(old)?;
        self.tx.event(&Event {
            action: "import.update",
            kind,
            object,
            encounter: visit.map_or(0, |v| v.0),
            from: "",
            to: "",
            reason: &Untrusted::default(),
            detail: was,
            before: String::new(),
        })?;
        Ok(())
    }

    fn patient(&mut self, r: &PatientRecord, id: i64, lay: &Lay<'_>, still: bool) -> Result<Taken> {
        let old = self.tx.patient(PatientId(id))?;
        let base = old.clone().unwrap_or_else(blank_patient);
        let mut new = base.clone();
        new.facts = if lay.whole {
            r.facts.clone()
        } else {
            overlay::patient(lay.laying, &base.facts, r.facts.clone())
        };
        if let Some(first) = r.identifiers.first()
            && (lay.whole || new.mrn.is_blank())
        {
            new.mrn = first.value.clone();
        }
        let taken = self.keep("patient", old, new, None, |tx, row| {
            Ok(tx.save_patient(row, still)?.0)
        })?;
        self.tx
            .save_identifiers(RecordKind::Patient, taken.object, &r.identifiers)?;
        if taken.changed {
            self.tx.changed("patient", taken.object)?;
            self.tx.patient_needs_analysis(PatientId(taken.object))?;
        }
        Ok(taken)
    }

    fn provider(
        &mut self,
        r: &ProviderRecord,
        id: i64,
        lay: &Lay<'_>,
        still: bool,
    ) -> Result<Taken> {
        let service = self.service_ref(r.service.as_ref())?;
        let old = self.tx.provider(ProviderId(id))?;
        let base = old.clone().unwrap_or_else(blank_provider);
        let mut new = base.clone();
        if lay.whole {
            // A second whole record of a provider (its roles) adds to the first.
            let laying = Laying {
                fill_only: false,
                cleared: &[],
            };
            new.facts = overlay::provider(laying, &base.facts, r.facts.clone());
            new.service = service.or(base.service);
        } else {
            new.facts = overlay::provider(lay.laying, &base.facts, r.facts.clone());
            new.service = lay.laying.option("service", &base.service, service);
        }
        let taken = self.keep("provider", old, new, None, |tx, row| {
            Ok(tx.save_provider(row, still)?.0)
        })?;
        self.tx
            .save_identifiers(RecordKind::Provider, taken.object, &r.identifiers)?;
        if taken.changed {
            self.tx.changed("provider", taken.object)?;
        }
        Ok(taken)
    }

    fn facility(&mut self, r: &PlaceRecord, id: i64, still: bool) -> Result<Taken> {
        let old = self.tx.facility(FacilityId(id))?;
        let mut new = old.clone().unwrap_or_else(blank_facility);
        if !r.name.is_blank() {
            new.name = r.name.clone();
        }
        self.keep("facility", old, new, None, |tx, row| {
            Ok(tx.save_facility(row, still)?.0)
        })
    }

    fn service(&mut self, r: &PlaceRecord, id: i64, still: bool) -> Result<Taken> {
        let old = self.tx.service(ServiceId(id))?;
        let mut new = old.clone().unwrap_or_else(blank_service);
        if !r.name.is_blank() {
            new.name = r.name.clone();
        }
        self.keep("service", old, new, None, |tx, row| {
            Ok(tx.save_service(row, still)?.0)
        })
    }

    fn encounter(
        &mut self,
        r: &EncounterRecord,
        id: i64,
        lay: &Lay<'_>,
        stub: bool,
        still: bool,
    ) -> Result<Taken> {
        let patient = PatientId(self.refer(&r.patient, None)?);
        let facility = self.facility_ref(r.facility.as_ref())?;
        let service = self.service_ref(r.service.as_ref())?;
        let attending = self.provider_ref(r.attending.as_ref())?;
        let admitting = self.provider_ref(r.admitting.as_ref())?;
        let old = self.tx.encounter(EncounterId(id))?;
        let base = old
            .clone()
            .unwrap_or_else(|| blank_encounter(patient, &Untrusted::default()));
        let mut new = base.clone();
        new.patient = patient;
        if lay.whole {
            new.facts = r.facts.clone();
            (new.facility, new.service, new.attending, new.admitting) =
                (facility, service, attending, admitting);
        } else {
            let l = lay.laying;
            new.facts = overlay::encounter(l, &base.facts, r.facts.clone());
            new.facility = l.option("facility", &base.facility, facility);
            new.service = l.option("service", &base.service, service);
            new.attending = l.option("attending", &base.attending, attending);
            new.admitting = l.option("admitting", &base.admitting, admitting);
        }
        // A placeholder's visit number was only the key it was named by.
        if stub && !lay.whole && !r.facts.visit.is_blank() {
            new.facts.visit = r.facts.visit.clone();
        }
        let fresh = old.is_none();
        let taken = self.keep("encounter", old, new, None, |tx, row| {
            Ok(tx.save_encounter(row, still)?.0)
        })?;
        if taken.changed || stub {
            self.tx.needs_analysis(EncounterId(taken.object))?;
        }
        if taken.changed || (stub && !fresh) {
            self.tx.changed("encounter", taken.object)?;
        }
        Ok(taken)
    }

    fn order(&mut self, r: &OrderRecord, id: i64, lay: &Lay<'_>, still: bool) -> Result<Taken> {
        let of = self.belongs(&r.patient, r.encounter.as_ref())?;
        let ordered_by = self.provider_ref(r.ordered_by.as_ref())?;
        let performer = self.provider_ref(r.performer.as_ref())?;
        let to_service = self.service_ref(r.to_service.as_ref())?;
        let old = self.tx.order(OrderId(id))?;
        let new = match &old {
            Some((old, _)) if !lay.whole => Order {
                id: OrderId(id),
                facts: overlay::order(lay.laying, &old.facts, r.facts.clone()),
                ordered_by: lay.laying.option("ordered_by", &old.ordered_by, ordered_by),
                performer: lay.laying.option("performer", &old.performer, performer),
                to_service: lay.laying.option("to_service", &old.to_service, to_service),
            },
            _ => Order {
                id: OrderId(id),
                facts: r.facts.clone(),
                ordered_by,
                performer,
                to_service,
            },
        };
        self.keep("order", old, (new, of), of.encounter, |tx, row| {
            Ok(tx.save_order(&row.0, row.1, still)?.0)
        })
    }

    fn procedure(
        &mut self,
        r: &ProcedureRecord,
        id: i64,
        lay: &Lay<'_>,
        still: bool,
    ) -> Result<Taken> {
        let of = self.belongs(&r.patient, r.encounter.as_ref())?;
        let performer = self.provider_ref(r.performer.as_ref())?;
        let anesthetist = self.provider_ref(r.anesthetist.as_ref())?;
        let old = self.tx.procedure(ProcedureId(id))?;
        let new = match &old {
            Some((old, _)) if !lay.whole => Procedure {
                id: ProcedureId(id),
                facts: overlay::procedure(lay.laying, &old.facts, r.facts.clone()),
                performer: lay.laying.option("performer", &old.performer, performer),
                anesthetist: lay
                    .laying
                    .option("anesthetist", &old.anesthetist, anesthetist),
            },
            _ => Procedure {
                id: ProcedureId(id),
                facts: r.facts.clone(),
                performer,
                anesthetist,
            },
        };
        self.keep("procedure", old, (new, of), of.encounter, |tx, row| {
            Ok(tx.save_procedure(&row.0, row.1, still)?.0)
        })
    }

    fn document(
        &mut self,
        r: &DocumentRecord,
        id: i64,
        lay: &Lay<'_>,
        stub: bool,
    ) -> Result<Taken> {
        let of = self.belongs(&r.patient, r.encounter.as_ref())?;
        let mut new = self.document_row(r, of)?;
        let digest = if r.text.raw().is_empty() {
            Vec::new()
        } else {
            hex_digest::short(r.text.raw().as_bytes())
        };
        if (id == 0 || stub)
            && let Some(same) = self.same_note(&new, &digest)?
        {
            return self.second_origin(r, same, new, &digest);
        }
        let old = self.tx.document(DocumentId(id))?;
        let known = old.as_ref().filter(|_| !stub);
        let mut text_digest = digest;
        let mut text = r.text.clone();
        if let Some(old) = known {
            if !lay.whole {
                new = overlaid(lay.laying, old, new);
            }
            let old_digest = self.tx.text_digest(old.id)?;
            if !lay.whole && text.raw().is_empty() {
                text = self.tx.document_text(old)?;
                text_digest.clone_from(&old_digest);
            }
            new.id = old.id;
            new.version = old.version;
            new.text_bytes = text.raw().len() as i64;
            if *old == new && old_digest == text_digest {
                return Ok(Taken::row(id, false));
            }
            new.version += 1;
        } else {
            new.id = DocumentId(id);
        }
        let saved = self
            .tx
            .save_document(&new, &text_digest, Some((&text, self.batch)), false)?;
        if let Some(old) = known {
            self.updated("document", saved.0, old.encounter, old)?;
            if old.encounter != new.encounter
                && let Some(left) = old.encounter
            {
                self.tx.needs_analysis(left)?;
            }
        }
        self.document_changed(saved, &new)?;
        Ok(Taken::row(saved.0, known.is_some()))
    }

    fn document_changed(&mut self, id: DocumentId, row: &Document) -> Result<()> {
        self.tx.changed("document", id.0)?;
        match row.encounter {
            Some(visit) => self.tx.needs_analysis(visit),
            None => self.tx.patient_needs_analysis(row.patient),
        }
    }

    fn document_row(&mut self, r: &DocumentRecord, of: Belongs) -> Result<Document> {
        let patient = Some(of.patient);
        Ok(Document {
            id: DocumentId(0),
            patient: of.patient,
            encounter: of.encounter,
            facts: r.facts.clone(),
            author: self.provider_ref(r.author.as_ref())?,
            assigned: self.provider_ref(r.assigned.as_ref())?,
            authenticator: self.provider_ref(r.authenticator.as_ref())?,
            cosigner: self.provider_ref(r.cosigner.as_ref())?,
            procedure: r
                .procedure
                .as_ref()
                .map(|k| self.refer(k, patient).map(ProcedureId))
                .transpose()?,
            order: r
                .order
                .as_ref()
                .map(|k| self.refer(k, patient).map(OrderId))
                .transpose()?,
            parent: r
                .parent
                .as_ref()
                .map(|k| self.refer(k, patient).map(DocumentId))
                .transpose()?,
            version: 1,
            text_bytes: r.text.raw().len() as i64,
        })
    }

    /// The note this one is word for word: same stay, date, author and text (what one of the two
    /// does not say counts as the same).
    fn same_note(&mut self, new: &Document, digest: &[u8]) -> Result<Option<Document>> {
        if digest.is_empty() {
            return Ok(None);
        }
        let rows = self.tx.documents_with_text(new.patient, digest)?;
        Ok(rows.into_iter().find(|old| {
            agree(old.encounter, new.encounter)
                && agree(old.author, new.author)
                && agree(
                    old.facts.at.map(|m| m.day(&jiff::tz::TimeZone::UTC)),
                    new.facts.at.map(|m| m.day(&jiff::tz::TimeZone::UTC)),
                )
        }))
    }

    /// A second origin of a note adds what the first did not say.
    fn second_origin(
        &mut self,
        r: &DocumentRecord,
        old: Document,
        new: Document,
        digest: &[u8],
    ) -> Result<Taken> {
        let fill = Laying {
            fill_only: true,
            cleared: &[],
        };
        let mut joined = overlaid(fill, &old, new);
        joined.id = old.id;
        joined.version = old.version;
        joined.text_bytes = old.text_bytes;
        if joined != old {
            joined.version += 1;
            let id = self
                .tx
                .save_document(&joined, digest, Some((&r.text, self.batch)), false)?;
            self.updated("document", id.0, old.encounter, &old)?;
            self.document_changed(id, &joined)?;
        }
        Ok(Taken {
            object: old.id.0,
            changed: false,
            joined: true,
        })
    }
}

fn agree<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    }
}

/// A document with a partial one laid over it.
fn overlaid(l: Laying<'_>, old: &Document, new: Document) -> Document {
    Document {
        id: old.id,
        patient: new.patient,
        encounter: l.option("encounter", &old.encounter, new.encounter),
        facts: overlay::document(l, &old.facts, new.facts),
        author: l.option("author", &old.author, new.author),
        assigned: l.option("assigned", &old.assigned, new.assigned),
        authenticator: l.option("authenticator", &old.authenticator, new.authenticator),
        cosigner: l.option("cosigner", &old.cosigner, new.cosigner),
        procedure: l.option("procedure", &old.procedure, new.procedure),
        order: l.option("order", &old.order, new.order),
        parent: l.option("parent", &old.parent, new.parent),
        version: old.version,
        text_bytes: new.text_bytes,
    }
}

pub(super) fn blank_procedure() -> Procedure {
    Procedure {
        id: ProcedureId(0),
        facts: ProcedureFacts {
            what: Coding::text_only(""),
            start: None,
            end: None,
            status: Status::Unknown,
            setting: ProcedureSetting::Unknown,
            anesthesia: None,
            emergency: None,
        },
        performer: None,
        anesthetist: None,
    }
}

pub(super) fn blank_order() -> Order {
    Order {
        id: OrderId(0),
        facts: OrderFacts {
            kind: OrderKind::Other,
            status: Status::Unknown,
            what: Coding::text_only(""),
            at: None,
            verbal: false,
            signed: None,
        },
        ordered_by: None,
        performer: None,
        to_service: None,
    }
}

pub(super) fn blank_document(patient: PatientId) -> Document {
    Document {
        id: DocumentId(0),
        patient,
        encounter: None,
        facts: DocumentFacts {
            kind: DocumentKind::Other,
            what: Coding::text_only(""),
            at: None,
            signature: SignatureState::Unknown,
            signed_at: None,
            status: DocumentStatus::Current,
            preliminary: false,
            sensitivity: Sensitivity::Normal,
            content_type: Untrusted::default(),
            url: Untrusted::default(),
        },
        author: None,
        assigned: None,
        authenticator: None,
        cosigner: None,
        procedure: None,
        order: None,
        parent: None,
        version: 1,
        text_bytes: 0,
    }
}
