//! The chart of a test case: from the few lines of a `[[case]]` to a whole chart.
//!
//! Owns the numbering of what a case names. Charts built here are synthetic and never leave the
//! rules room.

use super::case::{Case, DocumentCase, Names, OrderCase, Person, ProcedureCase};
use crate::domain::chart::{Answered, AskedQuery, Chart, Dossier};
use crate::domain::clinical::{Order, OrderFacts, Procedure, ProcedureFacts};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::deficiency::Subject;
use crate::domain::document::{Document, DocumentFacts, Sensitivity};
use crate::domain::encounter::{Disposition, Encounter, EncounterFacts, EncounterStatus, Facility};
use crate::domain::ids::{
    DocumentId, EncounterId, FacilityId, OrderId, PatientId, ProcedureId, ProviderId, QueryId,
    ServiceId,
};
use crate::domain::people::{Patient, PatientFacts, Provider, ProviderFacts, ProviderRole, Sex};
use crate::domain::time::{Instant, Moment};
use crate::domain::untrusted::Untrusted;
use jiff::tz::TimeZone;

/// Row identity of the visit in every case.
const VISIT: EncounterId = EncounterId(1);
/// Row identity of the patient in every case.
const PATIENT: PatientId = PatientId(1);

/// A chart under construction.
pub(super) struct Specimen<'a> {
    pub(super) case: &'a Case,
    pub(super) zone: TimeZone,
    pub(super) people: Vec<String>,
    pub(super) services: Vec<String>,
}

impl<'a> Specimen<'a> {
    /// Nothing yet.
    pub fn new(case: &'a Case, zone: TimeZone) -> Self {
        Self {
            case,
            zone,
            people: Vec::new(),
            services: Vec::new(),
        }
    }

    /// The chart of the case.
    pub fn chart(&mut self) -> Result<Chart, String> {
        let case = self.case;
        // People with a role first, so that every one of them is in the chart.
        for name in case.people.keys() {
            self.person(Some(name));
        }
        let encounter = self.encounter()?;
        let documents = each(&case.documents, |i, d| self.document(i, d))?;
        let procedures = each(&case.procedures, |i, p| self.procedure(i, p))?;
        let orders = each(&case.orders, |i, o| self.order(i, o))?;
        Ok(Chart {
            patient: patient(),
            encounter,
            facility: case.visit.facility.as_ref().map(|name| Facility {
                id: FacilityId(1),
                name: name.as_str().into(),
                zone: case.zone.clone(),
            }),
            service: None,
            providers: self.providers(),
            documents,
            orders,
            procedures,
            diagnoses: Vec::new(),
            observations: Vec::new(),
            medications: Vec::new(),
        })
    }

    /// What the department itself knows of it.
    pub fn dossier(&mut self) -> Result<Dossier, String> {
        let case = self.case;
        let mut dossier = Dossier::default();
        for (i, d) in case.documents.iter().enumerate() {
            dossier
                .texts
                .insert(DocumentId(i as i64), d.text.as_str().into());
        }
        for (i, q) in case.queries.iter().enumerate() {
            dossier.queries.push(AskedQuery {
                query: QueryId(i as i64),
                provider: self.person(q.to.as_ref()),
                issued: self.moment(&q.issued)?.at,
                due: self.moment(&q.due)?.at,
            });
        }
        for d in &case.decided {
            let subject = match &d.about {
                Some(name) => self.subject(name)?,
                None => Subject::default(),
            };
            let names = case.documents.iter().map(|d| d.name.as_str()).collect();
            let document =
                row(names, &d.document).ok_or(format!("no document `{}`", d.document))?;
            dossier.answers.push(Answered {
                rule: d.rule.clone(),
                subject,
                document: DocumentId(document),
                answers: d.answers,
            });
        }
        Ok(dossier)
    }

    fn encounter(&mut self) -> Result<Encounter, String> {
        let visit = &self.case.visit;
        let ended = visit.discharged.is_some();
        let status = visit.status.unwrap_or(if ended {
            EncounterStatus::Finished
        } else {
            EncounterStatus::Active
        });
        Ok(Encounter {
            id: VISIT,
            patient: PATIENT,
            facts: EncounterFacts {
                visit: Untrusted::new("V1"),
                class: visit.class,
                status,
                admitted: self.maybe_moment(visit.admitted.as_deref())?,
                discharged: self.maybe_moment(visit.discharged.as_deref())?,
                disposition: visit.disposition.unwrap_or(Disposition::Unknown),
                reason: Untrusted::default(),
                location: Untrusted::default(),
                payer: Untrusted::default(),
            },
            facility: None,
            service: None,
            attending: self.person(visit.attending.as_ref()),
            admitting: self.person(visit.admitting.as_ref()),
        })
    }

    fn document(&mut self, i: usize, d: &DocumentCase) -> Result<Document, String> {
        let named = |kind: &str, name: &Option<String>, names: Vec<&str>| match name {
            None => Ok(None),
            Some(n) => row(names, n).map(Some).ok_or(format!("no {kind} `{n}`")),
        };
        let procedures = self
            .case
            .procedures
            .iter()
            .map(|p| p.name.as_str())
            .collect();
        let orders = self.case.orders.iter().map(|o| o.name.as_str()).collect();
        let documents = self
            .case
            .documents
            .iter()
            .map(|d| d.name.as_str())
            .collect();
        Ok(Document {
            id: DocumentId(i as i64),
            patient: PATIENT,
            encounter: match d.names {
                Names::This => Some(VISIT),
                Names::Other => Some(EncounterId(2)),
                Names::None => None,
            },
            facts: DocumentFacts {
                kind: d.kind,
                what: Coding::text_only(d.title.as_str()),
                at: self.maybe_moment(d.at.as_deref())?,
                signature: d.state,
                signed_at: None,
                status: d.status,
                preliminary: d.preliminary,
                sensitivity: Sensitivity::Normal,
                content_type: Untrusted::default(),
                url: Untrusted::default(),
            },
            author: self.person(d.by.as_ref()),
            assigned: self.person(d.assigned.as_ref()),
            authenticator: self.person(d.signed_by.as_ref()),
            cosigner: self.person(d.cosigned_by.as_ref()),
            procedure: named("procedure", &d.procedure, procedures)?.map(ProcedureId),
            order: named("order", &d.order, orders)?.map(OrderId),
            parent: named("document", &d.parent, documents)?.map(DocumentId),
            version: 1,
            text_bytes: 0,
        })
    }

    fn procedure(&mut self, i: usize, p: &ProcedureCase) -> Result<Procedure, String> {
        Ok(Procedure {
            id: ProcedureId(i as i64),
            facts: ProcedureFacts {
                what: Coding::new(CodeSystem::from_name(""), p.code.as_str(), p.title.as_str()),
                start: self.maybe_moment(p.start.as_deref())?,
                end: self.maybe_moment(p.end.as_deref())?,
                status: p.status,
                setting: p.setting,
                anesthesia: p.anesthesia,
                emergency: p.emergency,
            },
            performer: self.person(p.by.as_ref()),
            anesthetist: self.person(p.anesthetist.as_ref()),
        })
    }

    fn order(&mut self, i: usize, o: &OrderCase) -> Result<Order, String> {
        Ok(Order {
            id: OrderId(i as i64),
            facts: OrderFacts {
                kind: o.kind,
                status: o.status,
                what: Coding::text_only(o.title.as_str()),
                at: self.maybe_moment(o.at.as_deref())?,
                verbal: o.verbal,
                signed: self.maybe_moment(o.signed.as_deref())?,
            },
            ordered_by: self.person(o.by.as_ref()),
            performer: self.person(o.to.as_ref()),
            to_service: o.to_service.as_ref().map(|s| self.service(s)),
        })
    }

    fn providers(&mut self) -> Vec<Provider> {
        let names = self.people.clone();
        let numbered = names.iter().enumerate();
        numbered
            .map(|(i, name)| {
                let (role, service) = match self.case.people.get(name) {
                    None => (ProviderRole::Attending, None),
                    Some(Person::Role(role)) => (*role, None),
                    Some(Person::Full { role, service }) => (*role, Some(self.service(service))),
                };
                Provider {
                    id: ProviderId(i as i64),
                    facts: provider_facts(role),
                    service,
                }
            })
            .collect()
    }

    fn person(&mut self, name: Option<&String>) -> Option<ProviderId> {
        Some(ProviderId(index(&mut self.people, name?)))
    }

    fn service(&mut self, name: &str) -> ServiceId {
        ServiceId(index(&mut self.services, name))
    }

    fn maybe_moment(&self, text: Option<&str>) -> Result<Option<Moment>, String> {
        text.map(|t| self.moment(t)).transpose()
    }

    /// A local time or a date.
    pub fn moment(&self, text: &str) -> Result<Moment, String> {
        if let Ok(day) = text.parse::<jiff::civil::Date>()
            && text.len() == 10
        {
            return Ok(Moment::day_only(day));
        }
        let local: jiff::civil::DateTime = text
            .parse()
            .map_err(|_| format!("`{text}` is neither date nor date and time"))?;
        let zoned = local
            .to_zoned(self.zone.clone())
            .map_err(|_| format!("`{text}` does not exist in this time zone"))?;
        Ok(Moment::at(Instant::from_timestamp(zoned.timestamp())))
    }
}

fn each<T, U>(
    items: &[T],
    mut make: impl FnMut(usize, &T) -> Result<U, String>,
) -> Result<Vec<U>, String> {
    items.iter().enumerate().map(|(i, x)| make(i, x)).collect()
}

/// Row identity of what is called `name`: its place in the list.
pub(super) fn row(names: Vec<&str>, name: &str) -> Option<i64> {
    let found = names.iter().position(|n| *n == name && !n.is_empty());
    found.map(|i| i as i64)
}

fn index(names: &mut Vec<String>, name: &str) -> i64 {
    let at = names.iter().position(|n| n == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    });
    at as i64
}

fn patient() -> Patient {
    Patient {
        id: PATIENT,
        mrn: Untrusted::new("M1"),
        facts: PatientFacts {
            family: Untrusted::new("EXAMPLE"),
            given: Untrusted::new("RULE"),
            birth: None,
            sex: Sex::Unknown,
            deceased: None,
        },
    }
}

fn provider_facts(role: ProviderRole) -> ProviderFacts {
    ProviderFacts {
        family: Untrusted::default(),
        given: Untrusted::default(),
        credential: Untrusted::default(),
        role,
        specialty: Untrusted::default(),
        active: true,
    }
}
