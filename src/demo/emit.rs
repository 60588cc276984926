//! A finished chart as arrivals, the way an importer would hand them over.
//!
//! Owns keys, provenance and the order: patient, visit, then what belongs to it, so that every
//! key a record names has been sent before it.

use super::chart::{Chart, Doc, key};
use super::measure::{TESTS, limits};
use super::prose;
use super::rng::Rng;
use super::scenario::{Dx, Med};
use super::staff::{Roster, SERVICES};
use super::truth::{Expect, Family, Planted};
use super::template::Mode;
use super::topics::Shade;
use super::{ChartBundle, Plan};
use crate::domain::clinical::{
    DiagnosisFacts, DiagnosisKind, MedicationFacts, MedicationKind, ObservationFacts, Status,
};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::document::{DocumentStatus, SignatureState};
use crate::domain::encounter::{Disposition, EncounterClass, EncounterFacts, EncounterStatus};
use crate::domain::people::{Identifier, PatientFacts, ProviderFacts};
use crate::domain::record::{
    Arrival, DiagnosisRecord, EncounterRecord, Extent, Key, MedicationRecord, ObservationRecord, PatientRecord,
    PlaceRecord, Provenance, ProviderRecord, Record, RecordKind,
};
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;

/// The authority of the hospital's numbers.
const HOSPITAL: &str = "urn:chartroom:demo-hospital";
/// The national provider identifier system.
const NPI: &str = "http://hl7.org/fhir/sid/us-npi";
/// Record id of the one facility.
pub(super) const FACILITY: &str = "F01";

fn arrival(id: &str, line: u64, record: Record) -> Arrival {
    let kind = record.kind();
    Arrival {
        key: key(kind, id),
        also: Vec::new(),
        provenance: Provenance { file: Untrusted::new("demo"), line, place: Untrusted::new(format!("{}/{id}", kind.name())) },
        extent: Extent::Whole,
        cleared: Vec::new(),
        record,
    }
}

fn identifier(kind: &str, authority: &str, value: &str) -> Identifier {
    Identifier { authority: authority.to_owned(), kind: kind.to_owned(), value: Untrusted::new(value) }
}

/// Facility, services and providers: the first bundle.
pub(super) fn hospital(plan: &Plan, roster: &Roster) -> ChartBundle {
    let mut arrivals = vec![arrival(FACILITY, 0, Record::Facility(PlaceRecord { name: plan.facility.clone() }))];
    for service in SERVICES {
        arrivals.push(arrival(service.id, 0, Record::Service(PlaceRecord { name: Untrusted::new(service.name) })));
    }
    for staff in &roster.staff {
        let service = &SERVICES[staff.service];
        let facts = ProviderFacts {
            family: Untrusted::new(staff.family),
            given: Untrusted::new(staff.given),
            credential: Untrusted::new(staff.credential),
            role: staff.role,
            specialty: Untrusted::new(service.name),
            active: true,
        };
        let record = ProviderRecord {
            facts,
            identifiers: vec![identifier("NPI", NPI, &staff.npi)],
            service: Some(key(RecordKind::Service, service.id)),
        };
        let mut provider = arrival(&staff.id, 0, Record::Provider(record));
        provider.also.push(Key::of(RecordKind::Provider, NPI, staff.npi.as_str()));
        arrivals.push(provider);
    }
    ChartBundle { arrivals, truth: Vec::new() }
}

/// One chart.
pub(super) fn chart(mut chart: Chart) -> ChartBundle {
    let line = chart.design.index + 1;
    let mut out = Vec::with_capacity(160);
    out.push(patient(&chart, line));
    out.push(visit(&chart, line));
    topic(&mut chart);
    if !matches!(chart.status, EncounterStatus::Retracted | EncounterStatus::Cancelled) {
        diagnoses(&chart, line, &mut out);
        observations(&chart, line, &mut out);
        medications(&chart, line, &mut out);
    }
    for doc in &mut chart.docs {
        close(&chart.story, doc);
    }
    for item in chart.orders {
        out.push(arrival(&item.id, line, Record::Order(Box::new(item.record))));
    }
    for done in chart.procedures {
        out.push(arrival(&done.id, line, Record::Procedure(Box::new(done.record))));
    }
    for doc in chart.docs {
        out.push(arrival(&doc.id, line, Record::Document(Box::new(doc.record))));
    }
    ChartBundle { arrivals: out, truth: chart.truth }
}

fn patient(chart: &Chart, line: u64) -> Arrival {
    let person = &chart.story.person;
    let died = (chart.disposition == Disposition::Died).then(|| chart.left()).flatten();
    let facts = PatientFacts {
        family: Untrusted::new(person.family),
        given: Untrusted::new(format!("{} {}", person.given, person.middle)),
        birth: Some(Moment::day_only(person.birth)),
        sex: person.sex,
        deceased: died.map(Moment::at),
    };
    let identifiers = vec![identifier("MR", HOSPITAL, &chart.story.mrn)];
    let mut out = arrival(&chart.patient_id(), line, Record::Patient(PatientRecord { facts, identifiers }));
    out.also.push(Key::of(RecordKind::Patient, HOSPITAL, chart.story.mrn.as_str()));
    out
}

const PAYERS: &[&str] = &["Medicare", "Medicare", "Medicare Advantage", "Medicaid", "Commercial PPO", "Commercial HMO", "Self pay", "Workers compensation"];

fn visit(chart: &Chart, line: u64) -> Arrival {
    let story = &chart.story;
    let mut rng = story.rng.fork("visit");
    let ward = match story.stay.class {
        EncounterClass::Inpatient => format!("{} {} {}", rng.range(2, 7), rng.pick(&["East", "West", "North", "South"]), rng.range(1, 32)),
        EncounterClass::Observation => format!("Observation {}", rng.range(1, 18)),
        EncounterClass::Emergency => format!("ED bay {}", rng.range(1, 26)),
        EncounterClass::DaySurgery => "Ambulatory Surgery".to_owned(),
        _ => "Clinic".to_owned(),
    };
    let reason = chart.scene(story.stay.admitted, story.cast.attending).say("{reason}", Mode::Free, &mut rng);
    let facts = EncounterFacts {
        visit: Untrusted::new(story.visit.as_str()),
        class: story.stay.class,
        status: chart.status,
        admitted: Some(Moment::at(story.stay.admitted)),
        discharged: chart.left().map(Moment::at),
        disposition: chart.disposition,
        reason: Untrusted::new(reason),
        location: Untrusted::new(ward),
        payer: Untrusted::new(if story.person.age >= 65 { PAYERS[rng.below(3)] } else { PAYERS[rng.below(5) + 3] }),
    };
    let record = EncounterRecord {
        facts,
        patient: chart.patient_key(),
        facility: Some(key(RecordKind::Facility, FACILITY)),
        service: Some(key(RecordKind::Service, story.scenario.service)),
        attending: Some(chart.provider(story.cast.attending)),
        admitting: Some(chart.provider(story.cast.admitting)),
    };
    let mut out = arrival(&chart.visit_id(), line, Record::Encounter(Box::new(record)));
    out.also.push(Key::of(RecordKind::Encounter, HOSPITAL, story.visit.as_str()));
    out
}

/// Records the query topic the chart tells.
fn topic(chart: &mut Chart) {
    let Some(told) = chart.story.told else { return };
    let (expect, words) = match told.shade {
        Shade::Open => (Expect::MustFind, "indicators without the diagnosis"),
        Shade::Stated => (Expect::MustNotFind, "diagnosis documented and coded"),
        Shade::Denied => (Expect::MustNotFind, "weighed and excluded in the record"),
    };
    let attending = chart.story.staff(chart.story.cast.attending);
    chart.truth.push(Planted {
        family: Family::Opportunity,
        expect,
        kind: told.case.topic.to_owned(),
        visit: chart.story.visit.clone(),
        mrn: chart.story.mrn.clone(),
        owner: Some(attending.id.clone()),
        owner_name: Some(attending.listed()),
        subject: None,
        start: None,
        later: false,
        why: format!("{words}: {}", told.case.why),
    });
}

fn diagnoses(chart: &Chart, line: u64, out: &mut Vec<Arrival>) {
    let story = &chart.story;
    let coded = chart.left().is_some_and(|left| story.stay.now.0 - left.0 > 3 * 86_400_000_000);
    let kind = if coded { DiagnosisKind::Final } else { DiagnosisKind::Working };
    for (position, dx) in story.diagnoses().iter().enumerate() {
        out.push(diagnosis(chart, line, position, dx, kind));
    }
}

fn diagnosis(chart: &Chart, line: u64, position: usize, dx: &Dx, kind: DiagnosisKind) -> Arrival {
    let inpatient = chart.story.stay.class == EncounterClass::Inpatient;
    let facts = DiagnosisFacts {
        what: Coding::new(CodeSystem::Icd10Cm, dx.code, dx.text),
        kind,
        rank: position as i64 + 1,
        poa: inpatient.then_some(dx.poa),
        at: Some(Moment::at(if kind == DiagnosisKind::Final { chart.story.stay.until } else { chart.story.stay.admitted })),
        status: Status::Active,
    };
    let record = DiagnosisRecord { facts, patient: chart.patient_key(), encounter: Some(chart.visit_key()) };
    arrival(&format!("{}-X{:02}", chart.visit_id(), position + 1), line, Record::Diagnosis(Box::new(record)))
}

fn observations(chart: &Chart, line: u64, out: &mut Vec<Arrival>) {
    let visit = chart.visit_id();
    for (position, (number, at, value, flag)) in chart.story.readings.all().enumerate() {
        let test = &TESTS[number];
        let (low, high) = limits(test, chart.story.person.sex);
        let digits = test.digits;
        let facts = ObservationFacts {
            category: test.category,
            what: Coding::new(CodeSystem::Loinc, test.loinc, test.name),
            value: Some(value),
            text: Untrusted::new(format!("{value:.digits$}")),
            unit: Untrusted::new(test.unit),
            low,
            high,
            flag: Untrusted::new(flag),
            at: Some(Moment::at(at)),
            status: Status::Completed,
        };
        let record = ObservationRecord { facts, patient: chart.patient_key(), encounter: Some(chart.visit_key()) };
        out.push(arrival(&format!("{visit}-L{:03}", position + 1), line, Record::Observation(Box::new(record))));
    }
}

/// Orders, and the doses of the first days.
fn medications(chart: &Chart, line: u64, out: &mut Vec<Arrival>) {
    let stay = &chart.story.stay;
    let mut rng = chart.story.rng.fork("medications");
    let meds: Vec<&Med> = chart.story.meds().collect();
    for (position, med) in meds.into_iter().enumerate() {
        let from = stay.admitted.plus_seconds(med.days.0 * 86_400 + rng.range(1_500, 5_400));
        if from.0 >= stay.until.0 {
            continue;
        }
        let to = stay.admitted.plus_seconds((med.days.1 + 1) * 86_400);
        let over = to.0 <= stay.until.0 || stay.ended();
        let id = format!("{}-M{:02}", chart.visit_id(), position + 1);
        let end = over.then_some(crate::domain::time::Instant(to.0.min(stay.until.0)));
        out.push(medication(chart, line, &id, med, MedicationKind::Order, from, end, if over { Status::Completed } else { Status::Active }));
        for dose in 0..(med.days.1 - med.days.0 + 1).min(3) {
            let at = from.plus_seconds(dose * 86_400 + rng.range(900, 3_600));
            if at.0 < stay.until.0 {
                let id = format!("{id}-A{}", dose + 1);
                out.push(medication(chart, line, &id, med, MedicationKind::Administration, at, Some(at), Status::Completed));
            }
        }
    }
}

#[allow(clippy::too_many_arguments)]
fn medication(chart: &Chart, line: u64, id: &str, med: &Med, kind: MedicationKind, start: crate::domain::time::Instant, end: Option<crate::domain::time::Instant>, status: Status) -> Arrival {
    let dose = if kind == MedicationKind::Order { format!("{} {}", med.dose, med.often) } else { med.dose.to_owned() };
    let facts = MedicationFacts {
        kind,
        what: Coding::text_only(med.drug),
        dose: Untrusted::new(dose),
        route: Untrusted::new(med.route),
        start: Some(Moment::at(start)),
        end: end.map(Moment::at),
        status,
    };
    let record = MedicationRecord { facts, patient: chart.patient_key(), encounter: Some(chart.visit_key()) };
    arrival(id, line, Record::Medication(Box::new(record)))
}

/// Adds the signature lines that the final state of a document carries.
fn close(story: &super::story::Story, doc: &mut Doc) {
    let facts = &doc.record.facts;
    if facts.status == DocumentStatus::Retracted || doc.record.text.is_blank() {
        return;
    }
    let mut rng: Rng = story.rng.fork(&doc.id);
    let scene = super::story::Scene::new(story, facts.at.map_or(story.stay.until, |m| m.at), doc.author);
    let signed = facts.signed_at.map(|m| scene.stamp(m.at)).unwrap_or_default();
    let writer = story.staff(doc.author).signature();
    let mut text = std::mem::take(&mut doc.record.text).into_raw();
    match facts.signature {
        SignatureState::Authenticated | SignatureState::Signed => {
            let verb = rng.pick(&["Electronically signed by", "Signed electronically by", "Authenticated by"]);
            if rng.chance(75) || doc.cosigner.is_some() {
                text.push_str(&format!("\n\n{verb} {writer} {signed}"));
            }
            if let Some(cosigner) = doc.cosigner {
                let attestation = rng.pick(prose::ATTESTATIONS);
                text.push_str(&format!("\n{attestation}\nCosigned by {} {signed}", story.staff(cosigner).signature()));
            }
        }
        SignatureState::Draft => text.push_str(&format!("\n\nDRAFT - {writer}")),
        SignatureState::Unsigned if rng.chance(50) => text.push_str(&format!("\n\n{writer}")),
        _ => {}
    }
    doc.record.text = Untrusted::new(text);
}
