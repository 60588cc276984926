//! The sample chart: patient, visits, documents, values, texts.

use super::{ECHO, VISIT, moment};
use crate::domain::chart::{Chart, DocumentText};
use crate::domain::clinical::{
    Diagnosis, DiagnosisFacts, DiagnosisKind, Medication, MedicationFacts, MedicationKind,
    Observation, ObservationCategory, ObservationFacts, Order, OrderFacts, OrderKind,
    PresentOnAdmission, Procedure, ProcedureFacts, ProcedureSetting, Status,
};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::document::{
    Document, DocumentFacts, DocumentKind, DocumentStatus, Sensitivity, SignatureState,
};
use crate::domain::encounter::{
    Disposition, Encounter, EncounterClass, EncounterFacts, EncounterStatus,
};
use crate::domain::ids::*;
use crate::domain::people::{Patient, PatientFacts, Provider, ProviderFacts, ProviderRole, Sex};
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;

fn patient() -> Patient {
    Patient {
        id: PatientId(1),
        mrn: "4410123".into(),
        facts: PatientFacts {
            family: "ZZTEST".into(),
            given: "ANN".into(),
            birth: Some(Moment::day_only(jiff::civil::date(1961, 2, 3))),
            sex: Sex::Female,
            deceased: None,
        },
    }
}

/// A visit of the sample patient.
pub fn visit(id: EncounterId, number: &str, from: &str, to: Option<&str>) -> Encounter {
    Encounter {
        id,
        patient: PatientId(1),
        facts: EncounterFacts {
            visit: number.into(),
            class: EncounterClass::Inpatient,
            status: EncounterStatus::Finished,
            admitted: moment(from),
            discharged: to.and_then(moment),
            disposition: Disposition::Home,
            reason: "Shortness of breath".into(),
            location: "4 West".into(),
            payer: Untrusted::default(),
        },
        facility: None,
        service: None,
        attending: Some(ProviderId(21)),
        admitting: None,
    }
}

fn provider(id: i64, family: &str, given: &str) -> Provider {
    Provider {
        id: ProviderId(id),
        facts: ProviderFacts {
            family: family.into(),
            given: given.into(),
            credential: "MD".into(),
            role: ProviderRole::Attending,
            specialty: Untrusted::default(),
            active: true,
        },
        service: None,
    }
}

fn document(
    id: i64,
    kind: DocumentKind,
    date: &str,
    author: i64,
    signature: SignatureState,
) -> Document {
    Document {
        id: DocumentId(id),
        patient: PatientId(1),
        encounter: Some(VISIT),
        facts: DocumentFacts {
            kind,
            what: Coding::text_only(kind.title()),
            at: moment(date),
            signature,
            signed_at: None,
            status: DocumentStatus::Current,
            preliminary: false,
            sensitivity: Sensitivity::Normal,
            content_type: "text/plain".into(),
            url: Untrusted::default(),
        },
        author: Some(ProviderId(author)),
        assigned: None,
        authenticator: None,
        cosigner: None,
        procedure: None,
        order: None,
        parent: None,
        version: 1,
        text_bytes: 400,
    }
}

/// An inpatient stay with eight documents, an operation without its report, an order and two
/// diagnoses.
pub fn chart() -> Chart {
    use DocumentKind as K;
    use SignatureState as S;
    let mut documents = vec![
        document(
            101,
            K::EmergencyRecord,
            "2026-02-03T14:10:00Z",
            22,
            S::Authenticated,
        ),
        document(
            102,
            K::HistoryAndPhysical,
            "2026-02-03T20:00:00Z",
            21,
            S::Authenticated,
        ),
        document(103, K::Imaging, "2026-02-04T15:30:00Z", 23, S::Signed),
        document(104, K::Progress, "2026-02-04T17:00:00Z", 22, S::Unsigned),
        document(
            105,
            K::Progress,
            "2026-02-05T12:00:00Z",
            22,
            S::Authenticated,
        ),
        document(106, K::Progress, "2026-02-06T12:00:00Z", 22, S::Unknown),
        document(
            107,
            K::Nursing,
            "2026-02-07T02:00:00Z",
            24,
            S::Authenticated,
        ),
        document(
            108,
            K::DischargeSummary,
            "2026-02-09T16:00:00Z",
            21,
            S::Amended,
        ),
    ];
    documents[2].facts.what = Coding::text_only("Transthoracic echocardiogram");
    documents[4].facts.status = DocumentStatus::Superseded;
    documents[6].facts.status = DocumentStatus::Retracted;
    documents[7].version = 3;
    Chart {
        patient: patient(),
        encounter: visit(
            VISIT,
            "V1001",
            "2026-02-03T14:00:00Z",
            Some("2026-02-09T17:00:00Z"),
        ),
        facility: None,
        service: None,
        providers: vec![
            provider(21, "SMITH", "A"),
            provider(22, "JONES", "B"),
            provider(23, "GARCIA LOPEZ", "MARIA"),
            provider(24, "NG", "W"),
        ],
        documents,
        orders: vec![Order {
            id: OrderId(51),
            facts: OrderFacts {
                kind: OrderKind::Consult,
                status: Status::Active,
                what: Coding::text_only("Cardiology consultation"),
                at: moment("2026-02-04T16:00:00Z"),
                verbal: true,
                signed: None,
            },
            ordered_by: Some(ProviderId(22)),
            performer: None,
            to_service: None,
        }],
        procedures: vec![Procedure {
            id: ProcedureId(61),
            facts: ProcedureFacts {
                what: Coding::text_only("Coronary artery bypass"),
                start: moment("2026-02-05T13:00:00Z"),
                end: moment("2026-02-05T17:30:00Z"),
                status: Status::Completed,
                setting: ProcedureSetting::OperatingRoom,
                anesthesia: Some(true),
                emergency: None,
            },
            performer: Some(ProviderId(21)),
            anesthetist: None,
        }],
        diagnoses: vec![Diagnosis {
            id: DiagnosisId(71),
            facts: DiagnosisFacts {
                what: Coding::new(CodeSystem::Icd10Cm, "I50.9", "Heart failure, unspecified"),
                kind: DiagnosisKind::Final,
                rank: 1,
                poa: Some(PresentOnAdmission::Yes),
                at: Some(Moment::day_only(jiff::civil::date(2026, 2, 9))),
                status: Status::Completed,
            },
        }],
        observations: Vec::new(),
        medications: Vec::new(),
    }
}

/// The same with a laboratory value, a vital sign and a dose.
pub fn chart_with_values() -> Chart {
    let mut chart = chart();
    let observation =
        |id, category, what: &str, value: &str, unit: &str, flag: &str, date| Observation {
            id: ObservationId(id),
            facts: ObservationFacts {
                category,
                what: Coding::text_only(what),
                value: value.replace(',', "").parse().ok(),
                text: value.into(),
                unit: unit.into(),
                low: None,
                high: None,
                flag: flag.into(),
                at: moment(date),
                status: Status::Completed,
            },
        };
    chart.observations = vec![
        observation(
            81,
            ObservationCategory::Laboratory,
            "BNP",
            "1,240",
            "pg/mL",
            "H",
            "2026-02-03T15:00:00Z",
        ),
        observation(
            82,
            ObservationCategory::VitalSign,
            "Oxygen saturation",
            "88",
            "%",
            "",
            "2026-02-03T14:05:00Z",
        ),
    ];
    chart.medications = vec![Medication {
        id: MedicationId(91),
        facts: MedicationFacts {
            kind: MedicationKind::Administration,
            what: Coding::text_only("Furosemide"),
            dose: "40 mg".into(),
            route: "IV".into(),
            start: moment("2026-02-03T16:00:00Z"),
            end: None,
            status: Status::Completed,
        },
    }];
    chart
}

/// The text of a document.
pub fn text(document: DocumentId) -> DocumentText {
    let text = if document == ECHO {
        "TRANSTHORACIC ECHOCARDIOGRAM\n\nLeft ventricular ejection fraction 30%.\n\
         Impression: heart failure with reduced ejection fraction.\n\
         No pericardial effusion. Heart rate 96."
            .to_owned()
    } else {
        let long = "Patient remains short of breath on exertion with bibasilar crackles and 2+ pitting edema. \
                    Treated for acute on chronic heart failure with intravenous furosemide. \
                    Net negative 1.8 L overnight; weight down 2 kg. Oxygen 2 L, saturation 94%.";
        format!(
            "PROGRESS NOTE\n\nSubjective:\n{long}\n\nPlan:\n1. Continue diuresis.\n2. Repeat BNP tomorrow.\n3. Heart failure teaching."
        )
    };
    DocumentText {
        document,
        version: 1,
        text: Untrusted::new(text),
    }
}
