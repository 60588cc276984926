//! A chart as the rules see it: what counts, and when things happened.
//!
//! Owns which documents, orders and procedures count at all (retracted ones never do) and the
//! time of each start event. Decides nothing about what is owed.

use super::rule::ConditionSpec;
use crate::domain::chart::{AskedQuery, Chart, Dossier};
use crate::domain::clinical::{Order, Procedure, ProcedureSetting, Status};
use crate::domain::deficiency::{StartEvent, Subject};
use crate::domain::document::{Document, DocumentKind, DocumentStatus, SignatureState};
use crate::domain::encounter::EncounterStatus;
use crate::domain::ids::{DocumentId, ProviderId, ServiceId};
use crate::domain::people::ProviderRole;
use crate::domain::time::{Instant, Moment, days_between};
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A chart with the moment and the place it is looked at.
pub(super) struct View<'a> {
    pub chart: &'a Chart,
    pub now: Instant,
    pub zone: &'a TimeZone,
    pub trainees: &'a [ProviderRole],
    /// What the department itself has recorded.
    pub dossier: &'a Dossier,
    /// Documents that count: not retracted, of this visit or of none.
    pub documents: Vec<&'a Document>,
}

/// What one finding is about.
#[derive(Clone, Copy)]
pub(super) enum About<'a> {
    Visit,
    Procedure(&'a Procedure),
    Order(&'a Order),
    Document(&'a Document),
    Day(Date),
    Query(&'a AskedQuery),
}

impl About<'_> {
    /// As the domain keeps it.
    pub fn subject(self) -> Subject {
        let mut subject = Subject::default();
        match self {
            Self::Visit | Self::Day(_) => {}
            Self::Procedure(p) => subject.procedure = Some(p.id),
            Self::Order(o) => subject.order = Some(o.id),
            Self::Document(d) => subject.document = Some(d.id),
            Self::Query(q) => subject.query = Some(q.query),
        }
        subject
    }
}

impl<'a> View<'a> {
    pub fn new(
        chart: &'a Chart,
        dossier: &'a Dossier,
        now: Instant,
        zone: &'a TimeZone,
        trainees: &'a [ProviderRole],
    ) -> Self {
        let visit = chart.encounter.id;
        let counts = |d: &&Document| {
            d.facts.status != DocumentStatus::Retracted
                && d.facts.signature != SignatureState::Retracted
                && d.encounter.is_none_or(|named| named == visit)
        };
        Self {
            chart,
            now,
            zone,
            trainees,
            dossier,
            documents: chart.documents.iter().filter(counts).collect(),
        }
    }

    /// Whether the visit took or takes place.
    pub fn visit_counts(&self) -> bool {
        !matches!(
            self.chart.encounter.facts.status,
            EncounterStatus::Planned | EncounterStatus::Cancelled | EncounterStatus::Retracted
        )
    }

    /// Whether a document names this visit.
    pub fn names_visit(&self, document: &Document) -> bool {
        document.encounter == Some(self.chart.encounter.id)
    }

    /// Whether a moment has surely passed: the clock that starts with it is running.
    pub fn passed(&self, moment: Moment) -> bool {
        moment.latest(self.zone) <= self.now
    }

    /// Whether a procedure was done, as far as the record says.
    pub fn done(&self, procedure: &Procedure) -> bool {
        let facts = &procedure.facts;
        let dated = facts.end.or(facts.start);
        match facts.status {
            Status::Completed => dated.is_none_or(|m| self.passed(m)),
            Status::Unknown => dated.is_some_and(|m| self.passed(m)),
            // Still planned or running, unless its end is known.
            Status::Active => facts.end.is_some_and(|m| self.passed(m)),
            Status::Cancelled | Status::Retracted => false,
        }
    }

    /// Procedures that are surgery by setting or anaesthesia, in time order; planned ones too.
    pub fn surgeries(
        &self,
        settings: &[ProcedureSetting],
        with_anesthesia: bool,
    ) -> impl Iterator<Item = &'a Procedure> {
        let settings = settings.to_vec();
        self.chart.procedures.iter().filter(move |p| {
            !matches!(p.facts.status, Status::Cancelled | Status::Retracted)
                && (settings.contains(&p.facts.setting)
                    || (with_anesthesia && p.facts.anesthesia == Some(true)))
        })
    }

    /// When an event happened, for what the finding is about.
    pub fn event(&self, event: StartEvent, about: About<'_>) -> Option<Moment> {
        let visit = &self.chart.encounter.facts;
        match (event, about) {
            (StartEvent::Admitted, _) => visit.admitted,
            (StartEvent::Discharged, _) => visit.discharged,
            (StartEvent::Died, _) => self.died(),
            (StartEvent::ProcedureEnded, About::Procedure(p)) => p.facts.end,
            (StartEvent::ProcedureStarted, About::Procedure(p)) => p.facts.start,
            (StartEvent::Ordered, About::Order(o)) => o.facts.at,
            (StartEvent::DocumentDated, About::Document(d)) => d.facts.at,
            (StartEvent::DayMissed, About::Day(day)) => Some(Moment::day_only(day)),
            (StartEvent::Assigned, _) => Some(Moment::at(self.now)),
            _ => None,
        }
    }

    /// Whether an event has happened; one whose time is not recorded may still be known by the
    /// status of the visit or of its subject.
    pub fn happened(&self, event: StartEvent, about: About<'_>) -> bool {
        if let About::Procedure(p) = about {
            return self.done(p);
        }
        match (self.event(event, about), event) {
            (Some(moment), _) => self.passed(moment),
            (None, StartEvent::Discharged | StartEvent::Died) => {
                self.chart.encounter.facts.status == EncounterStatus::Finished
            }
            (None, StartEvent::Ordered) => true,
            (None, _) => false,
        }
    }

    /// The recorded death, if it lies within the stay; else its end, which is then the death.
    fn died(&self) -> Option<Moment> {
        let visit = &self.chart.encounter.facts;
        let recorded = self.chart.patient.facts.deceased.filter(|death| {
            let day = death.day(self.zone);
            visit.admitted.is_none_or(|m| day >= m.day(self.zone))
                && visit.discharged.is_none_or(|m| day <= m.day(self.zone))
        });
        recorded.or(visit.discharged)
    }

    /// Length of the stay in whole hours; from the calendar days where a time is missing.
    pub fn stay_hours(&self) -> Option<i64> {
        let visit = &self.chart.encounter.facts;
        let (from, to) = (visit.admitted?, visit.discharged?);
        if from.is_exact() && to.is_exact() {
            return Some(to.at.hours_since(from.at));
        }
        Some(days_between(from.day(self.zone), to.day(self.zone)).saturating_mul(24))
    }

    /// Whether a condition on the visit holds. An unknown length of stay is not short.
    pub fn holds(&self, condition: &ConditionSpec) -> bool {
        let disposition = self.chart.encounter.facts.disposition;
        let short = |limit: i64| self.stay_hours().is_some_and(|hours| hours < limit);
        condition.stay_under_hours.is_none_or(short)
            && (condition.dispositions.is_empty() || condition.dispositions.contains(&disposition))
            && !condition.not_dispositions.contains(&disposition)
    }

    /// What a person decided about a document and what an item of a rule is about.
    pub fn decided(&self, rule: &str, about: About<'_>, document: DocumentId) -> Option<bool> {
        let subject = about.subject();
        let of = |a: &&crate::domain::chart::Answered| {
            a.rule == rule && a.subject == subject && a.document == document
        };
        self.dossier.answers.iter().find(of).map(|a| a.answers)
    }

    /// Role of a provider, where known.
    pub fn role(&self, provider: ProviderId) -> ProviderRole {
        let known = self.chart.provider(provider);
        known.map_or(ProviderRole::Unknown, |p| p.facts.role)
    }

    /// Whether a provider is known to be a trainee.
    pub fn is_trainee(&self, provider: ProviderId) -> bool {
        self.trainees.contains(&self.role(provider))
    }

    /// Service of a provider, where known.
    pub fn service(&self, provider: Option<ProviderId>) -> Option<ServiceId> {
        self.chart.provider(provider?)?.service
    }

    /// Whether a superseded document has been replaced by one that is in the chart: nobody can
    /// sign it any more.
    pub fn replaced(&self, document: &Document) -> bool {
        document.facts.status == DocumentStatus::Superseded
            && self
                .documents
                .iter()
                .any(|d| d.parent == Some(document.id) && d.facts.kind != DocumentKind::Addendum)
    }
}
