//! Patient, Practitioner, PractitionerRole, Organization and Location.
//!
//! A location is remembered for the text of visits; it becomes a facility of its own only when
//! it is a site that no organization runs.

use super::super::emit::Stop;
use super::super::names;
use super::context::{Context, join};
use super::reference::key_of;
use super::session::Place;
use super::types::{Concept, HumanName, Identifier, Reference, Text};
use crate::domain::people::{self, PatientFacts, ProviderFacts, ProviderRole, Sex};
use crate::domain::record::{
    Extent, Key, PatientRecord, PlaceRecord, ProviderRecord, Record, RecordKind,
};
use crate::domain::untrusted::Untrusted;

fhir! {
    /// Patient.
    Patient {
        identifier: Vec<Identifier<'a>>,
        name: Vec<HumanName<'a>>,
        gender: Text<'a>,
        birth_date: Text<'a>,
        deceased_date_time: Text<'a>,
    }
    /// Practitioner.
    Practitioner {
        identifier: Vec<Identifier<'a>>,
        active: Text<'a>,
        name: Vec<HumanName<'a>>,
        qualification: Vec<Qualification<'a>>,
    }
    /// Practitioner.qualification.
    Qualification {
        code: Option<Concept<'a>>,
    }
    /// PractitionerRole.
    PractitionerRole {
        identifier: Vec<Identifier<'a>>,
        practitioner: Option<Reference<'a>>,
        code: Vec<Concept<'a>>,
        specialty: Vec<Concept<'a>>,
    }
    /// Organization.
    Organization {
        identifier: Vec<Identifier<'a>>,
        r#type: Vec<Concept<'a>>,
        name: Text<'a>,
    }
    /// Location.
    Location {
        identifier: Vec<Identifier<'a>>,
        name: Text<'a>,
        physical_type: Option<Concept<'a>>,
        managing_organization: Option<Reference<'a>>,
    }
}

/// The name in use: official, else usual, else the first that is no former one.
fn in_use<'n, 'a>(names: &'n [HumanName<'a>]) -> Option<&'n HumanName<'a>> {
    let named = |wanted: &str| names.iter().find(|n| &*n.r#use == wanted);
    named("official")
        .or_else(|| named("usual"))
        .or_else(|| {
            names
                .iter()
                .find(|n| !matches!(&*n.r#use, "old" | "maiden"))
        })
        .or_else(|| names.first())
}

/// Family and given names; a name given as one text is taken apart.
fn family_and_given(name: &HumanName<'_>, cx: &Context<'_, '_>) -> (String, String) {
    if name.family.is_empty() && name.given.is_empty() {
        let name = names::parse(&name.text, cx.maps);
        return (name.family, name.given);
    }
    (name.family.trim().to_owned(), join(&name.given))
}

/// Reads a Patient.
pub(super) fn patient(cx: &mut Context<'_, '_>, r: &Patient<'_>) -> Result<(), Stop> {
    let (mut identifiers, also) = cx.identifiers(&r.identifier, RecordKind::Patient);
    first_mrn(&mut identifiers, &r.identifier, &cx.id);
    let (family, given) = in_use(&r.name)
        .map(|n| family_and_given(n, cx))
        .unwrap_or_default();
    let facts = PatientFacts {
        family: Untrusted::new(family),
        given: Untrusted::new(given),
        birth: cx.moment(&r.birth_date, "birthDate"),
        sex: sex(&r.gender),
        deceased: cx.moment(&r.deceased_date_time, "deceasedDateTime"),
    };
    let record = Record::Patient(PatientRecord { facts, identifiers });
    let key = Key::local(RecordKind::Patient, cx.id.as_str());
    cx.push(key, also, Extent::Whole, record)
}

/// Administrative sex of a FHIR gender.
fn sex(gender: &str) -> Sex {
    match gender {
        "female" => Sex::Female,
        "male" => Sex::Male,
        "other" => Sex::Other,
        _ => Sex::Unknown,
    }
}

/// Puts the identifier to print first: type MR, else the usual one, else the first with no
/// other meaning, else the id of the record.
fn first_mrn(identifiers: &mut Vec<people::Identifier>, raw: &[Identifier<'_>], id: &str) {
    let usual = raw
        .iter()
        .find(|i| &*i.r#use == "usual" && !i.value.trim().is_empty())
        .map(|i| i.value.trim().to_owned());
    let best = identifiers
        .iter()
        .position(|i| i.kind == "MR")
        .or_else(|| {
            let usual = usual?;
            identifiers.iter().position(|i| i.value.raw() == usual)
        })
        .or_else(|| {
            identifiers
                .iter()
                .position(|i| matches!(i.kind.as_str(), "" | "PI" | "PT"))
        });
    match best {
        Some(index) => {
            let first = identifiers.remove(index);
            identifiers.insert(0, first);
        }
        None if identifiers.is_empty() => identifiers.push(people::Identifier {
            authority: String::new(),
            kind: String::new(),
            value: Untrusted::new(id),
        }),
        None => {}
    }
}

/// Reads a Practitioner. It says nothing of roles and services (PractitionerRole does), so what
/// it leaves out changes nothing.
pub(super) fn practitioner(cx: &mut Context<'_, '_>, r: &Practitioner<'_>) -> Result<(), Stop> {
    let (identifiers, also) = cx.identifiers(&r.identifier, RecordKind::Provider);
    let name = in_use(&r.name);
    let (family, given) = name.map(|n| family_and_given(n, cx)).unwrap_or_default();
    let qualifications: Vec<&str> = r
        .qualification
        .iter()
        .filter_map(|q| q.code.as_ref())
        .map(Concept::words)
        .filter(|w| !w.is_empty())
        .collect();
    let mut credential = name.map(|n| join(&n.suffix)).unwrap_or_default();
    let abbreviated: Vec<&str> = r
        .qualification
        .iter()
        .filter_map(|q| q.code.as_ref())
        .flat_map(|c| c.coding.iter().map(|c| &*c.code).chain([&*c.text]))
        .filter(|word| cx.maps.credential(word).is_some())
        .collect();
    if credential.is_empty() {
        credential = abbreviated
            .first()
            .map_or(String::new(), |w| (*w).to_owned());
    }
    let role = qualifications
        .iter()
        .find_map(|q| cx.maps.role(q))
        .filter(|r| *r != ProviderRole::Attending)
        .or_else(|| names::role_of(&credential, cx.maps))
        .or_else(|| abbreviated.iter().find_map(|w| names::role_of(w, cx.maps)))
        .or_else(|| qualifications.iter().find_map(|q| cx.maps.role(q)));
    let facts = ProviderFacts {
        family: Untrusted::new(family),
        given: Untrusted::new(given),
        credential: Untrusted::new(credential),
        role: role.unwrap_or(ProviderRole::Unknown),
        specialty: Untrusted::default(),
        active: &*r.active != "false",
    };
    let record = Record::Provider(ProviderRecord {
        facts,
        identifiers,
        service: None,
    });
    let key = Key::local(RecordKind::Provider, cx.id.as_str());
    cx.push(key, also, Extent::Part, record)
}

/// Reads a PractitionerRole: role and specialty of the practitioner it names.
pub(super) fn practitioner_role(
    cx: &mut Context<'_, '_>,
    r: &PractitionerRole<'_>,
) -> Result<(), Stop> {
    let (_, mut also) = cx.identifiers(&r.identifier, RecordKind::Provider);
    let mut facts = names::provider("", cx.maps);
    if let Some(reference) = &r.practitioner {
        if let Some(key) = cx.key(reference, RecordKind::Provider) {
            also.insert(0, key);
        }
        facts = names::provider(reference.display.trim(), cx.maps);
    }
    let words = |list: &[Concept<'_>]| -> Vec<String> {
        list.iter()
            .flat_map(|c| {
                let codings = c.coding.iter().flat_map(|c| [&*c.display, &*c.code]);
                [&*c.text].into_iter().chain(codings)
            })
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let roles = words(&r.code);
    let specialties = words(&r.specialty);
    let named = roles.iter().chain(&specialties);
    if let Some(role) = named.filter_map(|w| cx.maps.role(w)).next() {
        facts.role = role;
    }
    let specialty = r.specialty.first().map_or("", Concept::words);
    facts.specialty = Untrusted::new(specialty);
    let record = Record::Provider(ProviderRecord {
        facts,
        identifiers: Vec::new(),
        service: None,
    });
    if let Some(key) = key_of("PractitionerRole", &cx.id) {
        cx.push(key, also, Extent::Part, record)?;
    }
    Ok(())
}

/// Reads an Organization. Payers are no place where patients are seen.
pub(super) fn organization(cx: &mut Context<'_, '_>, r: &Organization<'_>) -> Result<(), Stop> {
    let id = cx.id.clone();
    cx.session.payers.name(&id, &r.name);
    let (_, also) = cx.identifiers(&r.identifier, RecordKind::Facility);
    for key in &also {
        let number = format!("{}|{}", key.authority, key.id.raw());
        cx.session.payers.name(&number, &r.name);
    }
    let mut types = r.r#type.iter().flat_map(|t| t.coding.iter()).peekable();
    let only_payer =
        types.peek().is_some() && types.all(|c| matches!(&*c.code, "ins" | "pay" | "bus"));
    if only_payer {
        return Ok(());
    }
    let record = Record::Facility(PlaceRecord {
        name: Untrusted::new(r.name.trim()),
    });
    let key = Key::local(RecordKind::Facility, cx.id.as_str());
    cx.push(key, also, Extent::Whole, record)
}

/// Reads a Location.
pub(super) fn location(cx: &mut Context<'_, '_>, r: &Location<'_>) -> Result<(), Stop> {
    let managed_by = match &r.managing_organization {
        Some(reference) => cx.key(reference, RecordKind::Facility),
        None => None,
    };
    let physical = r.physical_type.iter().flat_map(|t| t.coding.iter());
    let site = physical
        .map(|c| &*c.code)
        .all(|code| matches!(code, "si" | "bu" | "area"));
    let place = || Place {
        name: Untrusted::new(r.name.trim()),
        managed_by: managed_by.clone(),
    };
    let id = cx.id.clone();
    cx.session.places.put(&id, place());
    let (_, mut also) = cx.identifiers(&r.identifier, RecordKind::Facility);
    for key in &also {
        cx.session
            .places
            .put(&format!("{}|{}", key.authority, key.id.raw()), place());
    }
    if site && managed_by.is_none() && !r.name.trim().is_empty() {
        let record = Record::Facility(PlaceRecord {
            name: Untrusted::new(r.name.trim()),
        });
        if let Some(key) = key_of("Location", &cx.id) {
            also.retain(|k| *k != key);
            cx.push(key, also, Extent::Whole, record)?;
        }
    }
    Ok(())
}
