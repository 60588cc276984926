//! What a person asks for about a document (an addendum, a correction), and whether it is there.

use super::RuleSet;
use super::answer::is_such;
use super::clock::after;
use super::rule::{Look, Rule};
use super::view::View;
use crate::domain::chart::{Chart, Dossier};
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::DocumentId;
use crate::domain::time::Instant;
use jiff::tz::TimeZone;

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

    /// Whether what was asked for about a document at `since` is there: such a document with that
    /// one as its parent, not dated before the day it was asked for.
    pub fn answered(
        &self,
        kind: &str,
        chart: &Chart,
        document: DocumentId,
        since: Instant,
        zone: &TimeZone,
    ) -> bool {
        let Some(Look::Requested(answers)) = self.requested(kind).map(|r| &r.look) else {
            return false;
        };
        let day = since.day(zone);
        let (nothing, trainees) = (Dossier::default(), &self.site.trainees);
        let view = View::new(chart, &nothing, since, zone, trainees);
        view.documents.iter().any(|d| {
            d.parent == Some(document)
                && answers.iter().any(|a| is_such(a, d))
                && d.facts.at.is_none_or(|m| m.day(zone) >= day)
        })
    }
}
