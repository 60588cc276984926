//! A finished chart as arrivals, the way an importer would hand them over.
//!
//! Owns keys, provenance and the order: patient, visit, then what belongs to it, so that every
//! key a record names has been sent before it. Start at [`chart`].

mod data;

use crate::demo::chart::{Chart, Doc, key};
use crate::demo::prose;
use crate::demo::rng::Rng;
use crate::demo::staff::{Roster, SERVICES};
use crate::demo::template::Mode;
use crate::demo::topics::Shade;
use crate::demo::truth::{Expect, Family, Planted};
use crate::demo::{ChartBundle, Plan};
use crate::domain::clinical::Status;
use crate::domain::coding::{CodedBy, CodingFacts};
use crate::domain::document::{DocumentStatus, SignatureState};
use crate::domain::encounter::{Disposition, EncounterClass, EncounterFacts, EncounterStatus};
use crate::domain::people::{Identifier, PatientFacts, ProviderFacts};
use crate::domain::record::{
    Arrival, CodingRecord, EncounterRecord, Extent, Key, PatientRecord, PlaceRecord, Provenance,
    ProviderRecord, Record, RecordKind,
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
        provenance: Provenance {
            file: Untrusted::new("demo"),
            line,
            place: Untrusted::new(format!("{}/{id}", kind.name())),
        },
        extent: Extent::Whole,
        cleared: Vec::new(),
        record,
    }
}

fn identifier(kind: &str, authority: &str, value: &str) -> Identifier {
    Identifier {
        authority: authority.to_owned(),
        kind: kind.to_owned(),
        value: Untrusted::new(value),
    }
}

/// Facility, services and providers: the first bundle.
pub(super) fn hospital(plan: &Plan, roster: &Roster) -> ChartBundle {
    let mut arrivals = vec![arrival(
        FACILITY,
        0,
        Record::Facility(PlaceRecord {
            name: plan.facility.clone(),
        }),
    )];
    for service in SERVICES {
        arrivals.push(arrival(
            service.id,
            0,
            Record::Service(PlaceRecord {
                name: Untrusted::new(service.name),
            }),
        ));
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
        provider
            .also
            .push(Key::of(RecordKind::Provider, NPI, staff.npi.as_str()));
        arrivals.push(provider);
    }
    ChartBundle {
        arrivals,
        truth: Vec::new(),
    }
}

/// One chart.
pub(super) fn chart(mut chart: Chart) -> ChartBundle {
    let line = chart.design.index + 1;
    let mut out = Vec::with_capacity(160);
    out.push(patient(&chart, line));
    out.push(visit(&chart, line));
    topic(&mut chart);
    if !matches!(
        chart.status,
        EncounterStatus::Retracted | EncounterStatus::Cancelled
    ) {
        data::diagnoses(&chart, line, &mut out);
        data::observations(&chart, line, &mut out);
        data::medications(&chart, line, &mut out);
        out.extend(claim(&chart, line));
    }
    for doc in &mut chart.docs {
        close(&chart.story, doc);
    }
    for item in chart.orders {
        out.push(arrival(
            &item.id,
            line,
            Record::Order(Box::new(item.record)),
        ));
    }
    for done in chart.procedures {
        out.push(arrival(
            &done.id,
            line,
            Record::Procedure(Box::new(done.record)),
        ));
    }
    for doc in chart.docs {
        out.push(arrival(
            &doc.id,
            line,
            Record::Document(Box::new(doc.record)),
        ));
    }
    ChartBundle {
        arrivals: out,
        truth: chart.truth,
    }
}

/// Types of items without which a stay is not coded here.
const CODING_WAITS_FOR: &[&str] = &[
    "HP-M", "OP-M", "DS-M", "DTH", "CN-M", "PR-M", "ED-M", "TXT", "DX", "DC-O", "AUT", "AUT-P",
    "QRY",
];

/// The claim of a stay that nothing was missing of: it goes out three to five days after the discharge.
fn claim(chart: &Chart, line: u64) -> Option<Arrival> {
    let blocked =
        |p: &Planted| p.expect == Expect::MustFind && CODING_WAITS_FOR.contains(&p.kind.as_str());
    if chart.truth.iter().any(blocked) {
        return None;
    }
    let days = 3 + (chart.design.index % 3) as i64;
    let at = chart.left()?.plus_hours(24 * days);
    let record = CodingRecord {
        facts: CodingFacts {
            by: CodedBy::Claim,
            status: Status::Completed,
            at: Some(Moment::at(at)),
        },
        patient: chart.patient_key(),
        encounter: chart.visit_key(),
    };
    let id = format!("{}-claim", chart.visit_id());
    (at <= chart.story.stay.now).then(|| arrival(&id, line, Record::Coding(Box::new(record))))
}

fn patient(chart: &Chart, line: u64) -> Arrival {
    let person = &chart.story.person;
    let died = (chart.disposition == Disposition::Died)
        .then(|| chart.left())
        .flatten();
    let facts = PatientFacts {
        family: Untrusted::new(person.family),
        given: Untrusted::new(format!("{} {}", person.given, person.middle)),
        birth: Some(Moment::day_only(person.birth)),
        sex: person.sex,
        deceased: died.map(Moment::at),
    };
    let identifiers = vec![identifier("MR", HOSPITAL, &chart.story.mrn)];
    let mut out = arrival(
        &chart.patient_id(),
        line,
        Record::Patient(PatientRecord { facts, identifiers }),
    );
    out.also.push(Key::of(
        RecordKind::Patient,
        HOSPITAL,
        chart.story.mrn.as_str(),
    ));
    out
}

const PAYERS: &[&str] = &[
    "Medicare",
    "Medicare",
    "Medicare Advantage",
    "Medicaid",
    "Commercial PPO",
    "Commercial HMO",
    "Self pay",
    "Workers compensation",
];

fn visit(chart: &Chart, line: u64) -> Arrival {
    let story = &chart.story;
    let mut rng = story.rng.fork("visit");
    let ward = match story.stay.class {
        EncounterClass::Inpatient => format!(
            "{} {} {}",
            rng.range(2, 7),
            rng.pick(&["East", "West", "North", "South"]),
            rng.range(1, 32)
        ),
        EncounterClass::Observation => format!("Observation {}", rng.range(1, 18)),
        EncounterClass::Emergency => format!("ED bay {}", rng.range(1, 26)),
        EncounterClass::DaySurgery => "Ambulatory Surgery".to_owned(),
        _ => "Clinic".to_owned(),
    };
    let reason = chart.scene(story.stay.admitted, story.cast.attending).say(
        "{reason}",
        Mode::Free,
        &mut rng,
    );
    let facts = EncounterFacts {
        visit: Untrusted::new(story.visit.as_str()),
        class: story.stay.class,
        status: chart.status,
        admitted: Some(Moment::at(story.stay.admitted)),
        discharged: chart.left().map(Moment::at),
        disposition: chart.disposition,
        reason: Untrusted::new(reason),
        location: Untrusted::new(ward),
        payer: Untrusted::new(if story.person.age >= 65 {
            PAYERS[rng.below(3)]
        } else {
            PAYERS[rng.below(5) + 3]
        }),
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
    out.also.push(Key::of(
        RecordKind::Encounter,
        HOSPITAL,
        story.visit.as_str(),
    ));
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
        stage: "open",
        act: None,
        why: format!("{words}: {}", told.case.why),
    });
}

/// Adds the signature lines that the final state of a document carries.
fn close(story: &crate::demo::story::Story, doc: &mut Doc) {
    let facts = &doc.record.facts;
    if facts.status == DocumentStatus::Retracted || doc.record.text.is_blank() {
        return;
    }
    let mut rng: Rng = story.rng.fork(&doc.id);
    let scene = crate::demo::scene::Scene::new(
        story,
        facts.at.map_or(story.stay.until, |m| m.at),
        doc.author,
    );
    let signed = facts
        .signed_at
        .map(|m| scene.stamp(m.at))
        .unwrap_or_default();
    let writer = story.staff(doc.author).signature();
    let mut text = std::mem::take(&mut doc.record.text).into_raw();
    match facts.signature {
        SignatureState::Authenticated | SignatureState::Signed => {
            let verb = rng.pick(&[
                "Electronically signed by",
                "Signed electronically by",
                "Authenticated by",
            ]);
            if rng.chance(75) || doc.cosigner.is_some() {
                text.push_str(&format!("\n\n{verb} {writer} {signed}"));
            }
            if let Some(cosigner) = doc.cosigner {
                let attestation = rng.pick(prose::ATTESTATIONS);
                text.push_str(&format!(
                    "\n{attestation}\nCosigned by {} {signed}",
                    story.staff(cosigner).signature()
                ));
            }
        }
        _ if facts.preliminary => {
            text.push_str("\n\nPRELIMINARY INTERPRETATION, final read pending");
        }
        SignatureState::Draft => text.push_str(&format!("\n\nDRAFT - {writer}")),
        SignatureState::Unsigned if rng.chance(50) => text.push_str(&format!("\n\n{writer}")),
        _ => {}
    }
    doc.record.text = Untrusted::new(text);
}
