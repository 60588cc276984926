//! What a person asks for about a document (an addendum, a correction), and whether it is there.

use super::RuleSet;
use super::answer::is_such;
use super::clock::after;
use super::matching::{Pointing, Strength, Verdict};
use super::rule::{Look, Rule};
use super::view::View;
use crate::domain::chart::{Chart, Dossier};
use crate::domain::document::Document;
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::{DocumentId, ProviderId};
use crate::domain::time::Instant;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

impl RuleSet {
    /// The rule by which a person asks for a document of this deficiency type, if it is one that
    /// is asked for.
    pub fn requested(&self, kind: &str) -> Option<&Rule> {
        let asks = |r: &&Rule| r.kind == kind && matches!(r.look, Look::Requested(_));
        self.rules().find(|r| asks(r) && r.enabled)
    }

    /// When what a person asks for at `now` is due, by its rule.
    pub fn due_of_request(
        &self,
        rule: &Rule,
        class: EncounterClass,
        now: Instant,
        zone: &TimeZone,
    ) -> Instant {
        after(now, rule.clock.of(class, None), zone)
    }

    /// What became of each request of a chart, in their order.
    ///
    /// A document that names what it adds to answers what was asked for about that, from the day
    /// of the request on. One that names nothing is matched by its author: it answers where exactly
    /// one request can be meant, else a person is asked. What somebody decided goes before both.
    pub fn requests_met(&self, chart: &Chart, requests: &[Request], zone: &TimeZone) -> Vec<Met> {
        let kinds: BTreeSet<&str> = requests.iter().map(|r| r.kind.as_str()).collect();
        let mut met = vec![Met::Not; requests.len()];
        for kind in kinds {
            let Some(Look::Requested(answers)) = self.requested(kind).map(|r| &r.look) else {
                continue;
            };
            let (nothing, trainees) = (Dossier::default(), &self.site.trainees);
            // What such an answer is does not hang on the time of day.
            let view = View::new(chart, &nothing, Instant(0), zone, trainees);
            let such: Vec<&Document> = view
                .documents
                .iter()
                .filter(|d| answers.iter().any(|a| is_such(a, d)))
                .copied()
                .collect();
            let of: Vec<usize> = (0..requests.len())
                .filter(|i| requests[*i].kind == kind)
                .collect();
            let asked: Vec<&Request> = of.iter().map(|i| &requests[*i]).collect();
            for (at, verdict) in of.iter().zip(met_by(&view, &such, &asked)) {
                met[*at] = verdict;
            }
        }
        met
    }
}

/// Something a person asked for about a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Deficiency type code.
    pub kind: String,
    /// The document it is about.
    pub document: DocumentId,
    /// Who owes it.
    pub owner: Option<ProviderId>,
    /// When it was asked for.
    pub since: Instant,
    /// When a person closed it: what is dated later is not about it any more.
    pub closed: Option<Instant>,
    /// What people decided: documents, and whether they answer it.
    pub decided: Vec<(DocumentId, bool)>,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    /// What was asked for is there.
    Yes,
    /// This document may be it: a person must decide.
    Perhaps(DocumentId),
    /// Nothing of the kind is there.
    Not,
}

impl Request {
    /// What a person decided about a document.
    fn decided(&self, document: DocumentId) -> Option<bool> {
        let mut all = self.decided.iter();
        all.find(|(d, _)| *d == document).map(|(_, yes)| *yes)
    }

    /// Whether a document answers by what it names, or because somebody said so.
    fn named_by(&self, document: &Document, zone: &TimeZone) -> bool {
        let day = self.since.day(zone);
        let named = || {
            document.parent == Some(self.document)
                && document.facts.at.is_none_or(|m| m.day(zone) >= day)
        };
        self.decided(document.id).unwrap_or_else(named)
    }

    /// How strongly a document that names nothing points to this request.
    fn meant_by(&self, document: &Document, view: &View<'_>) -> Option<Strength> {
        if self.decided(document.id) == Some(false) {
            return None;
        }
        if let Some(at) = document.facts.at {
            let before = at.latest(view.zone) < self.since;
            let after = self.closed.is_some_and(|c| at.earliest(view.zone) > c);
            if before || after {
                return None;
            }
        }
        let about = view.chart.documents.iter().find(|d| d.id == self.document);
        let whose = [self.owner, about.and_then(|d| d.author)];
        match document.author {
            None => Some(Strength::Possible),
            Some(author) if whose.contains(&Some(author)) => Some(Strength::Person),
            Some(_) => None,
        }
    }
}

/// What became of requests of one kind, from documents that could be what was asked for.
fn met_by(view: &View<'_>, such: &[&Document], asked: &[&Request]) -> Vec<Met> {
    let zone = view.zone;
    let named: Vec<bool> = asked
        .iter()
        .map(|r| such.iter().any(|d| r.named_by(d, zone)))
        .collect();
    // A document that is known to answer something answers nothing else.
    let free: Vec<&Document> = such
        .iter()
        .filter(|d| d.parent.is_none() && view.names_visit(d))
        .filter(|d| !asked.iter().any(|r| r.decided(d.id) == Some(true)))
        .copied()
        .collect();
    let pointing = Pointing::new(free.len(), asked.len(), |d, r| {
        asked[r].meant_by(free[d], view)
    });
    let verdicts = pointing.decide(&named);
    let met = |verdict: Verdict| match verdict {
        Verdict::Answered => Met::Yes,
        Verdict::Ask(d) => Met::Perhaps(free[d].id),
        Verdict::Open => Met::Not,
    };
    verdicts.into_iter().map(met).collect()
}
