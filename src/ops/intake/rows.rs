//! One function for each kind of record: what was known, what it says, what is written.

use super::Desk;
use super::blank::{blank_encounter, blank_facility, blank_patient, blank_provider, blank_service};
use super::overlay::{self, Laying};
use crate::domain::clinical::{Diagnosis, Medication, Observation, Order, Procedure};
use crate::domain::coding::Coding;
use crate::domain::ids::{
    CodingId, DiagnosisId, EncounterId, FacilityId, MedicationId, ObservationId, OrderId,
    PatientId, ProcedureId, ProviderId, ServiceId,
};
use crate::domain::record::{
    Arrival, CodingRecord, EncounterRecord, Extent, OrderRecord, PatientRecord, PlaceRecord,
    ProcedureRecord, ProviderRecord, Record, RecordKind,
};
use crate::domain::untrusted::Untrusted;
use crate::ops::coding;
use crate::store::{Event, StoreError};
use serde::Serialize;

pub(super) type Result<T> = std::result::Result<T, StoreError>;

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
    pub fn row(object: i64, changed: bool) -> Self {
        Self {
            object,
            changed,
            joined: false,
        }
    }
}

/// How a record lies over what is known.
pub(super) struct Lay<'a> {
    /// The record describes all of it.
    pub whole: bool,
    /// What its empty fields do.
    pub laying: Laying<'a>,
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
            Record::Coding(r) => self.coding(r, id, still),
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
    pub(super) fn updated<R: Serialize>(
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
            // Who pays is told beside the visit more often than in it.
            if new.facts.payer.is_blank() {
                new.facts.payer = base.facts.payer.clone();
            }
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
        // Evidence of its coding may have come before the visit, or counts only now that it ended.
        coding::settle(
            self.tx,
            self.coders,
            EncounterId(taken.object),
            coding::Because::Told,
        )?;
        if taken.changed || stub {
            self.tx.needs_analysis(EncounterId(taken.object))?;
        }
        if taken.changed || (stub && !fresh) {
            self.tx.changed("encounter", taken.object)?;
        }
        Ok(taken)
    }

    fn coding(&mut self, r: &CodingRecord, id: i64, still: bool) -> Result<Taken> {
        let of = self.belongs(&r.patient, Some(&r.encounter))?;
        let old = self.tx.coding(CodingId(id))?;
        let left = old.as_ref().and_then(|(_, was)| was.encounter);
        let new = Coding {
            id: CodingId(id),
            facts: r.facts.clone(),
        };
        let taken = self.keep("coding", old, (new, of), None, |tx, row| {
            Ok(tx.save_coding(&row.0, row.1, still)?.0)
        })?;
        let visits = [of.encounter, left.filter(|v| Some(*v) != of.encounter)];
        for visit in visits.into_iter().flatten() {
            coding::settle(self.tx, self.coders, visit, coding::Because::Told)?;
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
}
