//! Which row a record or a reference means.

use super::blank::{
    blank_document, blank_encounter, blank_facility, blank_order, blank_patient, blank_procedure,
    blank_provider, blank_service,
};
use super::{Desk, Effect};
use crate::domain::ids::{EncounterId, FacilityId, PatientId, ProviderId, ServiceId};
use crate::domain::record::{Arrival, Key, MergeRecord, RecordKind};
use crate::store::{Belongs, Event, StoreError};

/// What a record's keys led to.
pub(super) struct Found {
    /// The row.
    pub object: Option<i64>,
    /// Digest of the whole record last taken in under the record's own key.
    pub digest: Vec<u8>,
    /// The batch that last named it by the record's own key; 0 if none did.
    pub batch: i64,
}

impl Desk<'_, '_> {
    /// The row of a record: by its own key, else by any other name it goes by. Placeholders that
    /// turn out to be the same thing are joined.
    pub(super) fn find(&mut self, arrival: &Arrival) -> Result<Found, StoreError> {
        let own = self.tx.known(self.source, &arrival.key)?;
        let mut object = own.as_ref().map(|k| k.object);
        for key in &arrival.also {
            let Some(known) = self.tx.known(self.source, key)? else {
                continue;
            };
            match object {
                None => object = Some(known.object),
                Some(mine) if mine == known.object => {}
                Some(mine) => object = Some(self.join(key.kind, mine, known.object)?),
            }
        }
        Ok(Found {
            object,
            batch: own.as_ref().map_or(0, |k| k.batch),
            digest: own.map(|k| k.digest).unwrap_or_default(),
        })
    }

    /// Two rows were named for one thing: whichever is only a placeholder goes. Two real rows
    /// stay apart; only a merge may join them.
    fn join(&mut self, kind: RecordKind, a: i64, b: i64) -> Result<i64, StoreError> {
        let (keep, drop) = if self.tx.is_stub(kind, b)? {
            (a, b)
        } else if self.tx.is_stub(kind, a)? {
            (b, a)
        } else {
            return Ok(a);
        };
        self.tx.repoint(kind, drop, keep)?;
        self.tx.drop_stub(kind, drop)?;
        Ok(keep)
    }

    /// Lets every key of a record name its row.
    pub(super) fn name_all(
        &mut self,
        arrival: &Arrival,
        object: i64,
        digest: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        let taken = digest.map(|d| (d, &arrival.provenance));
        self.tx
            .name(self.source, &arrival.key, object, self.batch, taken)?;
        for key in &arrival.also {
            self.tx.name(self.source, key, object, self.batch, None)?;
        }
        Ok(())
    }

    /// The row a reference means, made as a placeholder if it has not arrived.
    pub(super) fn refer(&mut self, key: &Key, of: Option<PatientId>) -> Result<i64, StoreError> {
        if let Some(known) = self.tx.known(self.source, key)? {
            return Ok(known.object);
        }
        let object = self.placeholder(key, of)?;
        self.tx.name(self.source, key, object, self.batch, None)?;
        Ok(object)
    }

    fn placeholder(&mut self, key: &Key, of: Option<PatientId>) -> Result<i64, StoreError> {
        let patient = of.unwrap_or(PatientId(0));
        let of = Belongs {
            patient,
            encounter: None,
        };
        Ok(match key.kind {
            RecordKind::Patient => self.tx.save_patient(&blank_patient(), true)?.0,
            RecordKind::Provider => self.tx.save_provider(&blank_provider(), true)?.0,
            RecordKind::Facility => self.tx.save_facility(&blank_facility(), true)?.0,
            RecordKind::Service => self.tx.save_service(&blank_service(), true)?.0,
            RecordKind::Encounter => {
                self.tx
                    .save_encounter(&blank_encounter(patient, &key.id), true)?
                    .0
            }
            RecordKind::Procedure => self.tx.save_procedure(&blank_procedure(), of, true)?.0,
            RecordKind::Order => self.tx.save_order(&blank_order(), of, true)?.0,
            RecordKind::Document => {
                self.tx
                    .save_document(&blank_document(patient), &[], None, true)?
                    .0
            }
            // Nothing refers to these.
            RecordKind::Diagnosis
            | RecordKind::Observation
            | RecordKind::Medication
            | RecordKind::Coding => 0,
        })
    }

    pub(super) fn provider_ref(
        &mut self,
        key: Option<&Key>,
    ) -> Result<Option<ProviderId>, StoreError> {
        key.map(|k| self.refer(k, None).map(ProviderId)).transpose()
    }

    pub(super) fn service_ref(
        &mut self,
        key: Option<&Key>,
    ) -> Result<Option<ServiceId>, StoreError> {
        key.map(|k| self.refer(k, None).map(ServiceId)).transpose()
    }

    pub(super) fn facility_ref(
        &mut self,
        key: Option<&Key>,
    ) -> Result<Option<FacilityId>, StoreError> {
        key.map(|k| self.refer(k, None).map(FacilityId)).transpose()
    }

    /// Whose a record is.
    pub(super) fn belongs(
        &mut self,
        patient: &Key,
        encounter: Option<&Key>,
    ) -> Result<Belongs, StoreError> {
        let patient = PatientId(self.refer(patient, None)?);
        let encounter = encounter
            .map(|k| self.refer(k, Some(patient)).map(EncounterId))
            .transpose()?;
        Ok(Belongs { patient, encounter })
    }

    /// Two patients are one: everything of the retired one belongs to the survivor from now on.
    pub(super) fn merge(
        &mut self,
        merge: &MergeRecord,
        arrival: &Arrival,
    ) -> Result<Effect, StoreError> {
        let survivor = self.refer(&merge.survivor, None)?;
        let retired = self.refer(&merge.retired, None)?;
        if survivor == retired {
            return Ok(Effect::Unchanged);
        }
        self.tx.repoint(RecordKind::Patient, retired, survivor)?;
        self.tx
            .retire_patient(PatientId(retired), PatientId(survivor))?;
        self.tx.patient_needs_analysis(PatientId(survivor))?;
        self.tx.event(&Event {
            action: "patient.merge",
            kind: "patient",
            object: survivor,
            encounter: 0,
            from: "",
            to: "",
            reason: &arrival.provenance.place,
            detail: String::new(),
            before: String::new(),
        })?;
        self.tx.changed("patient", survivor)?;
        Ok(Effect::Updated)
    }
}
