//! Rows of which nothing is known yet.

use crate::domain::clinical::{
    Order, OrderFacts, OrderKind, Procedure, ProcedureFacts, ProcedureSetting, Status,
};
use crate::domain::code::Coding;
use crate::domain::document::{
    Document, DocumentFacts, DocumentKind, DocumentStatus, Sensitivity, SignatureState,
};
use crate::domain::encounter::{
    Disposition, Encounter, EncounterClass, EncounterFacts, EncounterStatus, Facility, Service,
};
use crate::domain::ids::{
    DocumentId, EncounterId, FacilityId, OrderId, PatientId, ProcedureId, ProviderId, ServiceId,
};
use crate::domain::people::{Patient, PatientFacts, Provider, ProviderFacts, ProviderRole, Sex};
use crate::domain::untrusted::Untrusted;

pub(super) fn blank_patient() -> Patient {
    Patient {
        id: PatientId(0),
        mrn: Untrusted::default(),
        facts: PatientFacts {
            family: Untrusted::default(),
            given: Untrusted::default(),
            birth: None,
            sex: Sex::Unknown,
            deceased: None,
        },
    }
}

pub(super) fn blank_provider() -> Provider {
    Provider {
        id: ProviderId(0),
        facts: ProviderFacts {
            family: Untrusted::default(),
            given: Untrusted::default(),
            credential: Untrusted::default(),
            role: ProviderRole::Unknown,
            specialty: Untrusted::default(),
            active: true,
        },
        service: None,
    }
}

pub(super) fn blank_facility() -> Facility {
    Facility {
        id: FacilityId(0),
        name: Untrusted::default(),
        zone: String::new(),
    }
}

pub(super) fn blank_service() -> Service {
    Service {
        id: ServiceId(0),
        name: Untrusted::default(),
    }
}

pub(super) fn blank_encounter(patient: PatientId, visit: &Untrusted) -> Encounter {
    Encounter {
        id: EncounterId(0),
        patient,
        facts: EncounterFacts {
            visit: visit.clone(),
            class: EncounterClass::Unknown,
            status: EncounterStatus::Unknown,
            admitted: None,
            discharged: None,
            disposition: Disposition::Unknown,
            reason: Untrusted::default(),
            location: Untrusted::default(),
            payer: Untrusted::default(),
        },
        facility: None,
        service: None,
        attending: None,
        admitting: None,
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
