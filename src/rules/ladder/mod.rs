//! The delinquency ladder as data: which step a provider has reached, and when a suspension ends.
//!
//! Owns `defaults/ladder.toml` and the pure functions over it. Reads no clock and no store,
//! decides nothing about people: it proposes. Start reading at [`Ladder::propose`].

mod case;
mod schema;

use super::CheckResult;
use super::error::{Fault, RulesError};
use super::load::newest;
use crate::domain::deficiency::RuleRef;
use crate::domain::ids::{DeficiencyId, ProviderId};
use crate::domain::ladder::{LadderItem, StepKind, SuspensionKind, TakenStep};
use crate::domain::time::Instant;
use jiff::tz::TimeZone;
use schema::{CountedFrom, LadderFile, StepFile};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Name of the file, among the embedded ones and a site's.
pub const LADDER_FILE: &str = "ladder.toml";

/// Microseconds in a day of 24 hours, the unit of chargeable age.
const DAY_MICROS: i64 = 86_400_000_000;

/// The ladder in force.
#[derive(Clone, Debug)]
pub struct Ladder {
    file: LadderFile,
    name: String,
    text: String,
}

/// A step that a provider has reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Whose.
    pub provider: ProviderId,
    /// The step's id in the ladder.
    pub step: String,
    /// What it is.
    pub kind: StepKind,
    /// Its title.
    pub title: String,
    /// For suspensions: which kind.
    pub suspension: Option<SuspensionKind>,
    /// Items with the instant each had reached it, by item.
    pub items: Vec<(DeficiencyId, Instant)>,
    /// Chargeable days of the oldest of them.
    pub oldest_days: i64,
}

/// What a daily run finds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposals {
    /// Steps, by provider and in the order of the ladder.
    pub steps: Vec<Proposal>,
    /// Suspended providers with nothing past the limit any more.
    pub lift: Vec<ProviderId>,
}

impl Ladder {
    /// The ladder of the embedded file, or of the site's on top: the last file of that name wins.
    ///
    /// # Errors
    /// [`RulesError::Files`] with the place of the mistake.
    pub fn from_files(files: &[(String, String)]) -> Result<Self, RulesError> {
        let (name, text) = newest(files, LADDER_FILE)?;
        let file: LadderFile = toml::from_str(&text)
            .map_err(|e| RulesError::Files(vec![Fault::toml(&e).locate(&name, &text)]))?;
        file.verify()
            .map_err(|fault| RulesError::Files(vec![fault.locate(&name, &text)]))?;
        Ok(Self { file, name, text })
    }

    /// Its id and version.
    pub fn rule(&self) -> RuleRef {
        RuleRef {
            id: self.file.id.clone(),
            version: self.file.version,
        }
    }

    /// Its title, sources and explanation, for people.
    pub fn told(&self) -> (&str, &[String], &str) {
        (&self.file.title, &self.file.source, &self.file.text)
    }

    /// Its steps: id, what each is, title, days, letter template.
    pub fn steps(&self) -> impl Iterator<Item = (&str, StepKind, &str, i64, Option<&str>)> {
        self.file.step.iter().map(|s| {
            (
                s.id.get_ref().as_str(),
                s.kind,
                s.title.as_str(),
                s.after_days,
                s.letter.as_deref(),
            )
        })
    }

    /// The letter template of a step, or of lifting.
    pub fn letter(&self, step: &str, kind: StepKind) -> Option<&str> {
        if kind == StepKind::Lifting {
            return self.file.lift_letter.as_deref();
        }
        self.step(step).and_then(|s| s.letter.as_deref())
    }

    /// Days at least between a step and the one that requires it; 0 if none does.
    pub fn wait_after(&self, step: &str) -> i64 {
        let next = self
            .file
            .step
            .iter()
            .find(|s| s.requires.as_ref().is_some_and(|r| r.get_ref() == step));
        next.map_or(0, |s| s.wait_days)
    }

    /// Whether a suspension is lifted without asking.
    pub fn lifts_at_once(&self) -> bool {
        self.file.lift == schema::Lift::AtOnce
    }

    /// Days after which a chart is delinquent.
    pub fn limit_days(&self) -> i64 {
        self.file.limit_days
    }

    fn step(&self, id: &str) -> Option<&StepFile> {
        self.file.step.iter().find(|s| s.id.get_ref() == id)
    }

    /// The instant from which an item's days are counted; `None` if it does not count.
    pub fn counted_from(&self, item: &LadderItem, zone: &TimeZone) -> Option<Instant> {
        let f = &self.file;
        if !f.classes.contains(&item.class)
            || f.exempt.contains(&item.kind)
            || (item.declined && !f.declined)
        {
            return None;
        }
        match f.counted_from {
            CountedFrom::Discharge => item.discharged.map(|d| d.latest(zone).max(item.start)),
            CountedFrom::Start => Some(item.start),
            CountedFrom::Due => Some(item.due),
        }
    }

    /// When an item has reached an age of so many days, if it has by `now`: at the same local time
    /// so many days later, moved by the time on hold.
    pub fn reached(
        &self,
        item: &LadderItem,
        days: i64,
        now: Instant,
        zone: &TimeZone,
    ) -> Option<Instant> {
        let from = self.counted_from(item, zone)?;
        let at = Instant(
            from.plus_days(days, zone)
                .0
                .saturating_add(item.excused_micros),
        );
        // A hold stops the count where it stood.
        let until = item.held_since.map_or(now, |held| held.min(now));
        (at <= until).then_some(at)
    }

    /// Whether an item makes a discharged chart delinquent.
    pub fn is_delinquent(&self, item: &LadderItem, now: Instant, zone: &TimeZone) -> bool {
        item.discharged.is_some()
            && self
                .reached(item, self.file.limit_days, now, zone)
                .is_some()
    }

    /// Whole days counted for an item.
    pub fn counted_days(&self, item: &LadderItem, now: Instant, zone: &TimeZone) -> i64 {
        let until = item.held_since.map_or(now, |held| held.min(now));
        self.counted_from(item, zone).map_or(0, |from| {
            until
                .0
                .saturating_sub(from.0)
                .saturating_sub(item.excused_micros)
                .max(0)
                .div_euclid(DAY_MICROS)
        })
    }

    /// What a daily run at `now` proposes. `items` are the open items of active providers, `taken`
    /// the steps decided for them before, `suspended` who is on the suspension list.
    pub fn propose(
        &self,
        items: &[LadderItem],
        taken: &[TakenStep],
        suspended: &BTreeSet<ProviderId>,
        now: Instant,
        zone: &TimeZone,
    ) -> Proposals {
        let mut decided: HashMap<(DeficiencyId, ProviderId), Vec<&TakenStep>> = HashMap::new();
        for t in taken {
            decided
                .entry((t.deficiency, t.provider))
                .or_default()
                .push(t);
        }
        let mut found: BTreeMap<(ProviderId, usize), Proposal> = BTreeMap::new();
        let mut past_limit = BTreeSet::new();
        for item in items {
            if self.is_delinquent(item, now, zone) {
                past_limit.insert(item.owner);
            }
            let before = decided
                .get(&(item.deficiency, item.owner))
                .map_or(&[][..], Vec::as_slice);
            for (order, at) in self.next_steps(item, before, now, zone) {
                let step = &self.file.step[order];
                if step.kind == StepKind::Suspension && suspended.contains(&item.owner) {
                    continue;
                }
                let proposal = found
                    .entry((item.owner, order))
                    .or_insert_with(|| self.proposal(step, item.owner));
                proposal.items.push((item.deficiency, at));
                proposal.oldest_days = proposal.oldest_days.max(self.counted_days(item, now, zone));
            }
        }
        Proposals {
            steps: found.into_values().collect(),
            lift: suspended.difference(&past_limit).copied().collect(),
        }
    }

    fn proposal(&self, step: &StepFile, provider: ProviderId) -> Proposal {
        Proposal {
            provider,
            step: step.id.get_ref().clone(),
            kind: step.kind,
            title: step.title.clone(),
            suspension: (step.kind == StepKind::Suspension).then_some(self.file.suspension),
            items: Vec::new(),
            oldest_days: 0,
        }
    }

    /// The steps an item has reached and that were not decided for it: position in the ladder and
    /// when. A step that may be skipped is left out where a later one was reached or taken.
    fn next_steps(
        &self,
        item: &LadderItem,
        taken: &[&TakenStep],
        now: Instant,
        zone: &TimeZone,
    ) -> Vec<(usize, Instant)> {
        let was = |id: &str| taken.iter().find(|t| t.step == id);
        let mut reached: Vec<(usize, Instant)> = Vec::new();
        let mut latest = None;
        for (order, step) in self.file.step.iter().enumerate() {
            let Some(at) = self.reached(item, step.after_days, now, zone) else {
                continue;
            };
            if was(step.id.get_ref()).is_some() {
                latest = Some(order);
                continue;
            }
            let allowed = match &step.requires {
                None => true,
                Some(id) => was(id.get_ref()).is_some_and(|t| {
                    t.confirmed && t.decided.plus_days(step.wait_days, zone) <= now
                }),
            };
            if allowed {
                latest = Some(order);
                reached.push((order, at));
            }
        }
        reached.retain(|(order, _)| {
            !self.file.step[*order].skippable || latest.is_none_or(|last| *order >= last)
        });
        reached
    }

    /// Runs the test cases of the file.
    pub fn check(&self) -> Vec<CheckResult> {
        case::run(self, &self.name, &self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RuleSet;
    use crate::rules::load::is_named;

    fn of(text: &str) -> Result<Ladder, RulesError> {
        Ladder::from_files(&[(LADDER_FILE.to_owned(), text.to_owned())])
    }

    #[test]
    fn every_case_of_the_default_ladder_holds() {
        let results = Ladder::from_files(&[]).unwrap().check();
        assert!(results.len() >= 20);
        for r in results {
            assert_eq!(r.failure, None, "{}:{} {}", r.file, r.line, r.case);
        }
    }

    #[test]
    fn a_case_that_does_not_hold_is_told() {
        let embedded = RuleSet::embedded_files();
        let (_, text) = embedded
            .iter()
            .find(|(n, _)| is_named(n, LADDER_FILE))
            .unwrap();
        let ladder = of(&text.replace("after_days = 7\n", "after_days = 8\n")).unwrap();
        assert!(ladder.check().iter().any(|r| r.failure.is_some()));
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let embedded = RuleSet::embedded_files();
        let (_, text) = embedded
            .iter()
            .find(|(n, _)| is_named(n, LADDER_FILE))
            .unwrap();
        let check = |from: &str, to: &str, words: &str| {
            let error = of(&text.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
            assert!(error.starts_with("ladder.toml:"), "{error}");
        };
        check(
            "requires = \"final_notice\"",
            "requires = \"finale\"",
            "no step `finale`",
        );
        check("id = \"warning\"", "id = \"notice\"", "twice");
        check("after_days = 21", "after_days = 3", "before");
        check("limit_days = 30", "limit = 30", "limit");
    }
}
