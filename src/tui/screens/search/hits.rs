//! What can be done with a hit: read it beside the list, open its chart, cite it.

use super::Search;
use crate::domain::encounter::Encounter;
use crate::domain::ids::EncounterId;
use crate::domain::query::{Indicator, IndicatorKind};
use crate::domain::untrusted::Untrusted;
use crate::text::show;
use crate::tui::app::{Context, Level, Outcome};
use crate::tui::desk::Request;
use crate::tui::screens::banner::day;
use crate::tui::screens::chart::ChartScreen;
use crate::tui::screens::composer::Composer;
use crate::tui::screens::reader::Reader;

impl Search {
    pub(super) fn read_preview(&mut self) -> Outcome {
        self.preview_at = None;
        let Some(document) = self.hit().map(|h| h.document) else {
            return Outcome::done();
        };
        self.preview = Some(document);
        self.reader = None;
        Outcome::done().ask(Request::Text(document, None))
    }

    pub(super) fn open(&mut self, context: &Context<'_>) -> Outcome {
        let Some(hit) = self.hit() else {
            return Outcome::done();
        };
        match hit.encounter {
            Some(encounter) => self.open_at(encounter),
            None => {
                let patient = hit.patient;
                self.homeless = Some(hit.clone());
                let _ = context;
                Outcome::done().ask(Request::Encounters(patient))
            }
        }
    }

    pub(super) fn open_at(&self, encounter: EncounterId) -> Outcome {
        let Some(hit) = self.homeless.as_ref().or(self.hit()) else {
            return Outcome::done();
        };
        let needles = self
            .found
            .as_ref()
            .map(|f| f.needles.clone())
            .unwrap_or_default();
        let chart = ChartScreen::at_document(encounter, hit.document, needles);
        Outcome::done().push(Box::new(chart))
    }

    /// A document that names no visit belongs to the charts of the visits around its date.
    pub(super) fn visits(&mut self, visits: &[Encounter], context: &Context<'_>) -> Outcome {
        let Some(hit) = self.homeless.clone() else {
            return Outcome::done();
        };
        let zone = &context.session.zone;
        let at = hit.at.map(|m| m.earliest(zone));
        let home = visits.iter().find(|visit| {
            let facts = &visit.facts;
            let from = facts
                .admitted
                .map(|m| m.earliest(zone).plus_days(-30, zone));
            let to = facts.discharged.map(|m| m.latest(zone));
            at.is_some_and(|at| from.is_some_and(|f| f <= at) && to.is_none_or(|t| at <= t))
        });
        let outcome = match home {
            Some(visit) => self.open_at(visit.id),
            None => Outcome::done().say(
                Level::Warning,
                "this document belongs to no visit: read it in the preview",
            ),
        };
        self.homeless = None;
        outcome
    }

    /// The line of the preview under its match, else the passage of the hit.
    pub(super) fn citation(&self, context: &Context<'_>) -> Option<(EncounterId, Indicator)> {
        let hit = self.hit()?;
        let encounter = hit.encounter?;
        let read = self
            .reader
            .as_ref()
            .filter(|_| self.preview == Some(hit.document));
        let passage = read.and_then(Reader::passage_text);
        let snippet = || {
            let parts: String = hit
                .snippet
                .iter()
                .map(|p| show(&p.text).into_string())
                .collect();
            parts.trim_matches('.').trim().to_owned()
        };
        let kind = hit.kind.title();
        let date = day(hit.at, &context.session.zone);
        let indicator = Indicator {
            kind: IndicatorKind::Document,
            text: Untrusted::new(passage.unwrap_or_else(snippet)),
            date: hit.at,
            document: Some(hit.document),
            source: Untrusted::new(format!("{kind} {date}")),
            prior: false,
        };
        Some((encounter, indicator))
    }

    pub(super) fn compose(&self, cite: bool, context: &Context<'_>) -> Outcome {
        match (self.hit(), self.citation(context)) {
            (None, _) => Outcome::done().say(Level::Info, "no hit under the cursor"),
            (Some(_), None) => Outcome::done().say(
                Level::Warning,
                "this document belongs to no visit: open the chart and cite from there",
            ),
            (_, Some((encounter, indicator))) => {
                let cited = if cite { vec![indicator] } else { Vec::new() };
                Outcome::done().push(Box::new(Composer::new(encounter, cited)))
            }
        }
    }
}
