//! A second, simple reading of the deficiency defaults, to compare the manifest with.

use super::Seen;
use crate::demo::*;
use crate::domain::clinical::{OrderKind, ProcedureSetting, Status};
use crate::domain::document::{DocumentKind as Kind, DocumentStatus, SignatureState};
use crate::domain::encounter::{Disposition, EncounterClass, EncounterStatus};
use crate::domain::record::{Key, Record};
use std::collections::{BTreeSet, HashMap};

pub(super) type Owed = (String, Option<String>, Option<String>);

pub(super) fn owner(key: &Option<Key>) -> Option<String> {
    key.as_ref().map(|k| k.id.raw().to_owned())
}

/// What is owed by the defaults of the domain reference, for the types checked first.
pub(super) fn owed(seen: &Seen, service_of: &HashMap<String, String>) -> BTreeSet<Owed> {
    let mut out = BTreeSet::new();
    let facts = &seen.visit.facts;
    if matches!(
        facts.status,
        EncounterStatus::Retracted | EncounterStatus::Cancelled
    ) {
        return out;
    }
    let standing = || {
        seen.docs
            .iter()
            .filter(|(_, d)| d.facts.status != DocumentStatus::Retracted)
    };
    let of = |kind: Kind| standing().filter(move |(_, d)| d.facts.kind == kind);
    let admitted = facts.admitted.unwrap().at;
    let class = facts.class;
    let attending = owner(&seen.visit.attending);
    let surgical = matches!(
        class,
        EncounterClass::Inpatient | EncounterClass::DaySurgery
    );
    if surgical {
        let fresh = of(Kind::HistoryAndPhysical).any(|(_, d)| {
            let age = d.facts.at.unwrap().at.seconds_since(admitted);
            (-30 * 86_400..=86_400).contains(&age)
        });
        if !fresh {
            let surgeon = seen
                .procedures
                .first()
                .and_then(|(_, p)| owner(&p.performer));
            let who = if class == EncounterClass::DaySurgery {
                surgeon
            } else {
                owner(&seen.visit.admitting)
            };
            out.insert(("HP-M".to_owned(), who, None));
        }
        let rooms: Vec<_> = seen
            .procedures
            .iter()
            .filter(|(_, p)| {
                p.facts.setting == ProcedureSetting::OperatingRoom
                    && p.facts.status == Status::Completed
            })
            .collect();
        for (id, procedure) in &rooms {
            let answered = of(Kind::OperativeReport).any(|(_, d)| {
                d.procedure
                    .as_ref()
                    .map_or(rooms.len() == 1, |k| k.id.raw() == *id)
            });
            if !answered {
                out.insert((
                    "OP-M".to_owned(),
                    owner(&procedure.performer),
                    Some((*id).to_owned()),
                ));
            }
        }
    }
    let died = facts.disposition == Disposition::Died;
    let summary = of(Kind::DischargeSummary).next().is_some();
    let note = of(Kind::DeathNote).next().is_some();
    if let Some(left) = facts.discharged
        && class == EncounterClass::Inpatient
    {
        let short = left.at.hours_since(admitted) < 48
            && of(Kind::Progress)
                .any(|(_, d)| left.at.seconds_since(d.facts.at.unwrap().at) < 86_400);
        let answered = summary || short || (died && note);
        if !answered {
            out.insert(("DS-M".to_owned(), attending.clone(), None));
        }
    }
    if died
        && !note
        && !of(Kind::DischargeSummary).any(|(_, d)| d.facts.what.text.raw().contains("Death"))
    {
        out.insert(("DTH".to_owned(), attending.clone(), None));
    }
    if class == EncounterClass::Emergency && of(Kind::EmergencyRecord).next().is_none() {
        out.insert(("ED-M".to_owned(), attending.clone(), None));
    }
    if matches!(
        class,
        EncounterClass::Inpatient | EncounterClass::Observation | EncounterClass::Emergency
    ) {
        for (id, order) in &seen.orders {
            if order.facts.kind != OrderKind::Consult || order.facts.status == Status::Cancelled {
                continue;
            }
            let asked = owner(&order.to_service);
            let answered = of(Kind::Consult).any(|(_, d)| match &d.order {
                Some(key) => key.id.raw() == *id,
                None => owner(&d.author).and_then(|a| service_of.get(&a).cloned()) == asked,
            });
            if !answered {
                out.insert((
                    "CN-M".to_owned(),
                    owner(&order.performer),
                    Some((*id).to_owned()),
                ));
            }
        }
    }
    for (id, doc) in standing() {
        let subject = Some((*id).to_owned());
        match doc.facts.signature {
            SignatureState::Draft | SignatureState::Unsigned => {
                out.insert(("SIG".to_owned(), owner(&doc.author), subject));
            }
            SignatureState::Signed => {
                out.insert(("COS".to_owned(), attending.clone(), subject));
            }
            _ => {}
        }
    }
    out
}

pub(super) fn services(first: &ChartBundle) -> HashMap<String, String> {
    first
        .arrivals
        .iter()
        .filter_map(|a| match &a.record {
            Record::Provider(p) => Some((a.key.id.raw().to_owned(), owner(&p.service)?)),
            _ => None,
        })
        .collect()
}
