//! What can be done with a hit: read it beside the list, open its chart, mark it, cite it, raise
//! a deficiency from it.

use super::{Search, Within};
use crate::command::Command;
use crate::domain::action::Action;
use crate::domain::encounter::Encounter;
use crate::domain::ids::{DocumentId, EncounterId};
use crate::domain::query::{Indicator, IndicatorKind};
use crate::domain::search::{Grouping, SearchHit};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, counted, show};
use crate::tui::app::{Context, Dialog, FieldValue, Level, Outcome};
use crate::tui::desk::{ChoiceKind, Request};
use crate::tui::screens::banner::day;
use crate::tui::screens::chart::ChartScreen;
use crate::tui::screens::composer::Composer;
use crate::tui::screens::reader::Reader;
use crate::tui::widgets::{Field, Form};

/// Tag of the form for a deficiency.
pub(super) const ADD: &str = "search add";

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

    pub(super) fn open(&mut self) -> Outcome {
        let Some(hit) = self.hit() else {
            return Outcome::done();
        };
        match hit.encounter {
            Some(encounter) => self.open_at(encounter),
            None => {
                let patient = hit.patient;
                self.homeless = Some(hit.clone());
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

    /// Every hit of the patient or stay under the cursor, as a search of its own.
    pub(super) fn whole_group(&self) -> Outcome {
        let Some(hit) = self.hit() else {
            return Outcome::done();
        };
        let name = format!("{}  MRN {}", show(&hit.patient_name), show(&hit.mrn));
        let within = match (self.grouping, hit.encounter) {
            (Grouping::Stay, Some(encounter)) => {
                let name = format!("{name}  visit {}", show(&hit.visit));
                Within::Visit(encounter, Shown::own(name))
            }
            _ => Within::Patient(hit.patient, Shown::own(name)),
        };
        // The blank ends the last word: what was meant stands in the line already.
        let text = format!("{} ", self.asked_for);
        let mut search = Self::new(within, &text);
        search.widening = self.widening;
        search.order = self.order;
        search.pane = super::Pane::Hits;
        Outcome::done().push(Box::new(search))
    }

    // Marks.

    /// Whether a document's hit is marked.
    pub(super) fn is_marked(&self, document: DocumentId) -> bool {
        self.marks.iter().any(|h| h.document == document)
    }

    pub(super) fn mark(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        match command {
            Command::ClearMarks => self.marks.clear(),
            Command::MarkAll => {
                let hits = self.found.as_ref().map_or(&[][..], |f| &f.hits);
                let new = hits.iter().filter(|h| !self.is_marked(h.document)).cloned();
                let new: Vec<SearchHit> = new.collect();
                self.marks.extend(new);
            }
            _ => {
                let Some(hit) = self.hit().cloned() else {
                    return Outcome::done();
                };
                if self.is_marked(hit.document) {
                    self.marks.retain(|h| h.document != hit.document);
                } else {
                    self.marks.push(hit);
                }
                return self.moved(&Command::Down, context);
            }
        }
        Outcome::done()
    }

    /// What an action takes: the marked hits, else the one under the cursor.
    pub(super) fn meant_hits(&self) -> Vec<&SearchHit> {
        if self.marks.is_empty() {
            return self.hit().into_iter().collect();
        }
        self.marks.iter().collect()
    }

    // Citing.

    /// The line of the preview under its match, else the passage of the hit.
    pub(super) fn citation(
        &self,
        hit: &SearchHit,
        context: &Context<'_>,
    ) -> Option<(EncounterId, Indicator)> {
        let encounter = hit.encounter?;
        let read = self
            .reader
            .as_ref()
            .filter(|_| self.preview == Some(hit.document));
        let passage = read.and_then(Reader::passage_text);
        let line = read.and_then(Reader::passage_line).unwrap_or_default();
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
            line,
            ..Indicator::default()
        };
        Some((encounter, indicator))
    }

    pub(super) fn compose(&self, cite: bool, context: &Context<'_>) -> Outcome {
        let hits = self.meant_hits();
        if hits.is_empty() {
            return Outcome::done().say(Level::Info, "no hit under the cursor");
        }
        let cited = hits.iter().filter_map(|hit| self.citation(hit, context));
        let cited: Vec<(EncounterId, Indicator)> = cited.collect();
        let Some(encounter) = cited.first().map(|c| c.0) else {
            return Outcome::done().say(
                Level::Warning,
                "this document belongs to no visit: open the chart and cite from there",
            );
        };
        if cited.iter().any(|c| c.0 != encounter) {
            return Outcome::done().say(
                Level::Warning,
                "a query is about one chart: the marked hits are of several",
            );
        }
        let indicators = cited.into_iter().map(|c| c.1).filter(|_| cite).collect();
        Outcome::done().push(Box::new(Composer::new(encounter, indicators)))
    }

    // Raising deficiencies.

    pub(super) fn ask_add(&self) -> Outcome {
        let hits = self.meant_hits();
        let named = match hits.as_slice() {
            [] => return Outcome::done().say(Level::Info, "no hit under the cursor"),
            [one] => format!("{} MRN {}", show(&one.patient_name), show(&one.mrn)),
            several => format!("{}, one item each", counted(several.len(), "marked hit")),
        };
        if hits.iter().all(|h| h.encounter.is_none()) {
            return Outcome::done().say(
                Level::Warning,
                "this document belongs to no visit, so nothing can be owed on its chart",
            );
        }
        let form = Form::new(vec![
            Field::remote("Type", ChoiceKind::DeficiencyTypes, true),
            Field::remote("Owner", ChoiceKind::Providers, false),
            Field::date("Due", true).with_text("T+7"),
            Field::text("Why", true),
        ]);
        let title = Shown::own(format!("Add an item: {named}"));
        Outcome::done().open(Dialog::form(ADD, title, form))
    }

    /// One item for each hit, about its document.
    pub(super) fn add(&mut self, fields: &[FieldValue], context: &Context<'_>) -> Outcome {
        let [kind, owner, due, why] = fields else {
            return Outcome::done();
        };
        let day = due.day.unwrap_or_else(|| context.today());
        // The code stands first in the name that was chosen.
        let code = kind.text.split_whitespace().next().unwrap_or_default();
        let hits = self.meant_hits().into_iter();
        let documents = hits.filter_map(|hit| Some((hit.encounter?, hit.document)));
        // One change, so that one undo takes all of it back.
        Outcome::done().act(Action::AddForDocuments {
            documents: documents.collect(),
            kind: code.to_owned(),
            owner: owner.number.map(crate::domain::ids::ProviderId),
            due: Instant::end_of(day, &context.session.zone),
            comment: why.text.clone().into(),
        })
    }
}
