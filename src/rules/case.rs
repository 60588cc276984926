//! Test cases in rule files: a chart in a few lines and what the rule must find in it.
//!
//! Owns the vocabulary of `[[case]]` and the running of cases. Charts built here are synthetic
//! and never leave this module. `rules check` and `cargo test` run the same cases.

use super::schema::Setting;
use crate::domain::chart::Chart;
use crate::domain::clinical::{
    Order, OrderFacts, OrderKind, Procedure, ProcedureFacts, ProcedureSetting, Status,
};
use crate::domain::code::Coding;
use crate::domain::deficiency::{Finding, Subject};
use crate::domain::document::{
    Document, DocumentFacts, DocumentKind, DocumentStatus, Sensitivity, SignatureState,
};
use crate::domain::encounter::{
    Disposition, Encounter, EncounterClass, EncounterFacts, EncounterStatus,
};
use crate::domain::ids::{
    DocumentId, EncounterId, OrderId, PatientId, ProcedureId, ProviderId, ServiceId,
};
use crate::domain::people::{Patient, PatientFacts, Provider, ProviderFacts, ProviderRole, Sex};
use crate::domain::time::{Instant, Moment};
use crate::domain::untrusted::Untrusted;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// Row identity of the visit in every case.
const VISIT: EncounterId = EncounterId(1);
/// Row identity of the patient in every case.
const PATIENT: PatientId = PatientId(1);

/// One case. Times are local: `2026-03-22 14:02`, or `2026-03-22` where only a date is recorded.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// What it shows.
    pub name: Spanned<String>,
    /// The moment of analysis.
    pub now: String,
    /// IANA time zone.
    #[serde(default = "new_york")]
    pub zone: String,
    /// The visit.
    pub visit: VisitCase,
    /// Roles and services of people; those not listed are attendings without service.
    #[serde(default)]
    pub people: BTreeMap<String, Person>,
    /// Documents.
    #[serde(default)]
    pub documents: Vec<DocumentCase>,
    /// Procedures.
    #[serde(default)]
    pub procedures: Vec<ProcedureCase>,
    /// Orders.
    #[serde(default)]
    pub orders: Vec<OrderCase>,
    /// Settings changed for this case.
    #[serde(default)]
    pub settings: BTreeMap<String, Setting>,
    /// What must be found, and nothing else.
    pub expect: Vec<Expected>,
}

fn new_york() -> String {
    "America/New_York".to_owned()
}

/// The visit of a case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VisitCase {
    class: EncounterClass,
    admitted: Option<String>,
    discharged: Option<String>,
    status: Option<EncounterStatus>,
    disposition: Option<Disposition>,
    attending: Option<String>,
    admitting: Option<String>,
}

/// A person of a case: a role, or role and service.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Person {
    /// Role only.
    Role(ProviderRole),
    /// Role and service.
    Full {
        /// Role.
        role: ProviderRole,
        /// Service.
        service: String,
    },
}

/// A document of a case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentCase {
    #[serde(default)]
    name: String,
    kind: DocumentKind,
    at: Option<String>,
    by: Option<String>,
    assigned: Option<String>,
    signed_by: Option<String>,
    cosigned_by: Option<String>,
    #[serde(default = "authenticated")]
    state: SignatureState,
    #[serde(default = "current")]
    status: DocumentStatus,
    #[serde(default)]
    preliminary: bool,
    /// The visit it names: this one, another, or none.
    #[serde(default)]
    names: Names,
    procedure: Option<String>,
    order: Option<String>,
    parent: Option<String>,
}

fn authenticated() -> SignatureState {
    SignatureState::Authenticated
}

fn current() -> DocumentStatus {
    DocumentStatus::Current
}

/// Which visit a document of a case names.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Names {
    /// The visit of the case.
    #[default]
    This,
    /// Another visit.
    Other,
    /// None.
    None,
}

/// A procedure of a case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProcedureCase {
    #[serde(default)]
    name: String,
    start: Option<String>,
    end: Option<String>,
    #[serde(default = "completed")]
    status: Status,
    #[serde(default = "operating_room")]
    setting: ProcedureSetting,
    by: Option<String>,
    anesthetist: Option<String>,
    anesthesia: Option<bool>,
    emergency: Option<bool>,
}

fn completed() -> Status {
    Status::Completed
}

fn operating_room() -> ProcedureSetting {
    ProcedureSetting::OperatingRoom
}

/// An order of a case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderCase {
    #[serde(default)]
    name: String,
    #[serde(default = "consult")]
    kind: OrderKind,
    at: Option<String>,
    #[serde(default = "completed")]
    status: Status,
    by: Option<String>,
    to: Option<String>,
    to_service: Option<String>,
    #[serde(default)]
    verbal: bool,
    signed: Option<String>,
}

fn consult() -> OrderKind {
    OrderKind::Consult
}

/// One expected finding; only what is given is compared.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    /// Name of the document, procedure or order it is about.
    about: Option<String>,
    /// Owner; `nobody` for none.
    owner: Option<String>,
    /// Due, local time to the minute.
    due: Option<String>,
    /// Name of the document that may answer it; `nothing` for none.
    maybe: Option<String>,
    /// Words the clock must contain.
    clock: Option<String>,
}

/// Runs a case: `find` is the rule under test.
pub(super) fn run(
    case: &Case,
    find: impl Fn(&Chart, Instant, &TimeZone) -> Vec<Finding>,
) -> Result<(), String> {
    let zone = TimeZone::get(&case.zone).map_err(|_| format!("no time zone `{}`", case.zone))?;
    let mut builder = Builder {
        case,
        zone: zone.clone(),
        people: Vec::new(),
        services: Vec::new(),
    };
    let now = builder.moment(&case.now)?.at;
    let chart = builder.chart()?;
    let mut left = find(&chart, now, &zone);
    for expected in &case.expect {
        let mut matching = None;
        for (i, finding) in left.iter().enumerate() {
            if builder.matches(expected, finding)? {
                matching = Some(i);
                break;
            }
        }
        let Some(i) = matching else {
            let found: Vec<String> = left.iter().map(|f| builder.describe(f)).collect();
            return Err(format!("{expected:?} not among {found:?}"));
        };
        left.remove(i);
    }
    if left.is_empty() {
        return Ok(());
    }
    let found: Vec<String> = left.iter().map(|f| builder.describe(f)).collect();
    Err(format!("found beyond what is expected: {found:?}"))
}

struct Builder<'a> {
    case: &'a Case,
    zone: TimeZone,
    people: Vec<String>,
    services: Vec<String>,
}

impl Builder<'_> {
    fn chart(&mut self) -> Result<Chart, String> {
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
            facility: None,
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
                what: Coding::text_only(""),
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
                what: Coding::text_only(""),
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
                what: Coding::text_only(""),
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

    fn moment(&self, text: &str) -> Result<Moment, String> {
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

    fn matches(&self, expected: &Expected, finding: &Finding) -> Result<bool, String> {
        let subject = match &expected.about {
            None => None,
            Some(name) => Some(self.subject(name)?),
        };
        let maybe = finding.maybe.map(|d| self.document_name(d));
        let given = |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|w| w == is);
        Ok(subject.is_none_or(|s| s == finding.subject)
            && given(&expected.owner, &self.owner(finding))
            && given(&expected.due, &self.local(finding.clock.due))
            && given(&expected.maybe, maybe.as_deref().unwrap_or("nothing"))
            && expected
                .clock
                .as_ref()
                .is_none_or(|words| finding.clock.words.contains(words.as_str())))
    }

    fn subject(&self, name: &str) -> Result<Subject, String> {
        let mut subject = Subject::default();
        let case = self.case;
        if let Some(i) = row(
            case.documents.iter().map(|d| d.name.as_str()).collect(),
            name,
        ) {
            subject.document = Some(DocumentId(i));
        } else if let Some(i) = row(
            case.procedures.iter().map(|p| p.name.as_str()).collect(),
            name,
        ) {
            subject.procedure = Some(ProcedureId(i));
        } else if let Some(i) = row(case.orders.iter().map(|o| o.name.as_str()).collect(), name) {
            subject.order = Some(OrderId(i));
        } else {
            return Err(format!("nothing in the case is called `{name}`"));
        }
        Ok(subject)
    }

    fn owner(&self, finding: &Finding) -> String {
        let known = finding.owner.and_then(|p| self.people.get(p.0 as usize));
        known.cloned().unwrap_or("nobody".to_owned())
    }

    fn document_name(&self, id: DocumentId) -> String {
        let known = self.case.documents.get(id.0 as usize);
        known.map_or(String::new(), |d| d.name.clone())
    }

    fn local(&self, at: Instant) -> String {
        Moment::at(at).iso(&self.zone)
    }

    fn describe(&self, finding: &Finding) -> String {
        format!(
            "owner {}, due {} ({}), {:?}, maybe {:?}: {}",
            self.owner(finding),
            self.local(finding.clock.due),
            finding.clock.words,
            finding.subject,
            finding.maybe,
            finding.why
        )
    }
}

fn each<T, U>(
    items: &[T],
    mut make: impl FnMut(usize, &T) -> Result<U, String>,
) -> Result<Vec<U>, String> {
    items.iter().enumerate().map(|(i, x)| make(i, x)).collect()
}

fn row(names: Vec<&str>, name: &str) -> Option<i64> {
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
