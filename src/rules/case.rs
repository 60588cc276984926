//! Test cases in rule files: a chart in a few lines and what the rule must find in it.
//!
//! Owns the vocabulary of `[[case]]` and the running of cases. Charts built here are synthetic
//! and never leave this module. `rules check` and `cargo test` run the same cases.

use super::schema::Setting;
use super::specimen::{Specimen, row};
use crate::domain::chart::{Chart, Dossier};
use crate::domain::clinical::{OrderKind, ProcedureSetting, Status};
use crate::domain::deficiency::{Finding, Subject};
use crate::domain::document::{DocumentKind, DocumentStatus, SignatureState};
use crate::domain::encounter::{Disposition, EncounterClass, EncounterStatus};
use crate::domain::ids::{DocumentId, OrderId, ProcedureId, QueryId};
use crate::domain::people::ProviderRole;
use crate::domain::time::{Instant, Moment};
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

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
    /// Queries that wait for their answer.
    #[serde(default)]
    pub queries: Vec<QueryCase>,
    /// What a person decided about documents.
    #[serde(default)]
    pub decided: Vec<DecidedCase>,
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
    pub(super) class: EncounterClass,
    pub(super) admitted: Option<String>,
    pub(super) discharged: Option<String>,
    pub(super) status: Option<EncounterStatus>,
    pub(super) disposition: Option<Disposition>,
    pub(super) attending: Option<String>,
    pub(super) admitting: Option<String>,
    /// Name of the facility.
    pub(super) facility: Option<String>,
}

/// A query of a case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QueryCase {
    #[serde(default)]
    pub(super) name: String,
    pub(super) to: Option<String>,
    pub(super) issued: String,
    pub(super) due: String,
}

/// A person's decision in a case: whether a document answers the rule about a procedure, an
/// order, or the visit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecidedCase {
    pub(super) rule: String,
    pub(super) about: Option<String>,
    pub(super) document: String,
    pub(super) answers: bool,
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
    pub(super) name: String,
    pub(super) kind: DocumentKind,
    #[serde(default)]
    pub(super) title: String,
    /// Its text, for rules that read it.
    #[serde(default)]
    pub(super) text: String,
    pub(super) at: Option<String>,
    pub(super) by: Option<String>,
    pub(super) assigned: Option<String>,
    pub(super) signed_by: Option<String>,
    pub(super) cosigned_by: Option<String>,
    #[serde(default = "authenticated")]
    pub(super) state: SignatureState,
    #[serde(default = "current")]
    pub(super) status: DocumentStatus,
    #[serde(default)]
    pub(super) preliminary: bool,
    /// The visit it names: this one, another, or none.
    #[serde(default)]
    pub(super) names: Names,
    pub(super) procedure: Option<String>,
    pub(super) order: Option<String>,
    pub(super) parent: Option<String>,
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
    pub(super) name: String,
    #[serde(default)]
    pub(super) title: String,
    #[serde(default)]
    pub(super) code: String,
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
    #[serde(default = "completed")]
    pub(super) status: Status,
    #[serde(default = "operating_room")]
    pub(super) setting: ProcedureSetting,
    pub(super) by: Option<String>,
    pub(super) anesthetist: Option<String>,
    pub(super) anesthesia: Option<bool>,
    pub(super) emergency: Option<bool>,
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
    pub(super) name: String,
    #[serde(default)]
    pub(super) title: String,
    #[serde(default = "consult")]
    pub(super) kind: OrderKind,
    pub(super) at: Option<String>,
    #[serde(default = "completed")]
    pub(super) status: Status,
    pub(super) by: Option<String>,
    pub(super) to: Option<String>,
    pub(super) to_service: Option<String>,
    #[serde(default)]
    pub(super) verbal: bool,
    pub(super) signed: Option<String>,
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
    /// Words that must tell why.
    why: Option<String>,
    /// The stage; `none` for none.
    stage: Option<String>,
}

/// Runs a case: `find` is the rule under test.
pub(super) fn run(
    case: &Case,
    find: impl Fn(&Chart, &Dossier, Instant, &TimeZone) -> Vec<Finding>,
) -> Result<(), String> {
    let zone = TimeZone::get(&case.zone).map_err(|_| format!("no time zone `{}`", case.zone))?;
    let mut specimen = Specimen::new(case, zone.clone());
    let now = specimen.moment(&case.now)?.at;
    let chart = specimen.chart()?;
    let dossier = specimen.dossier()?;
    let mut left = find(&chart, &dossier, now, &zone);
    for expected in &case.expect {
        let mut matching = None;
        for (i, finding) in left.iter().enumerate() {
            if specimen.matches(expected, finding)? {
                matching = Some(i);
                break;
            }
        }
        let Some(i) = matching else {
            let found: Vec<String> = left.iter().map(|f| specimen.describe(f)).collect();
            return Err(format!("{expected:?} not among {found:?}"));
        };
        left.remove(i);
    }
    if left.is_empty() {
        return Ok(());
    }
    let found: Vec<String> = left.iter().map(|f| specimen.describe(f)).collect();
    Err(format!("found beyond what is expected: {found:?}"))
}

impl Specimen<'_> {
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
                .why
                .as_ref()
                .is_none_or(|words| finding.why.contains(words.as_str()))
            && given(&expected.stage, finding.stage.map_or("none", |s| s.name()))
            && expected
                .clock
                .as_ref()
                .is_none_or(|words| finding.clock.words.contains(words.as_str())))
    }

    pub(super) fn subject(&self, name: &str) -> Result<Subject, String> {
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
        } else if let Some(i) = row(case.queries.iter().map(|q| q.name.as_str()).collect(), name) {
            subject.query = Some(QueryId(i));
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
