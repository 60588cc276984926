//! The escalation of unanswered queries as data: which step has come, what comes next, and what an
//! answer amounts to.
//!
//! Owns `defaults/query_ladder.toml` and the pure functions over it. Reads no clock and no store.
//! Start reading at [`QueryLadder::due`].

mod case;
mod schema;

use super::CheckResult;
use super::error::{Fault, RulesError};
use super::load::newest;
use crate::domain::absence::Absence;
use crate::domain::deficiency::RuleRef;
use crate::domain::query_life::{AnswerKind, EscalationKind, NextStep};
use crate::domain::time::Instant;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schema::{CountedFrom, DaysOff, LadderFile, StepFile};

/// Name of the file, among the embedded ones and a site's.
pub const QUERY_LADDER_FILE: &str = "query_ladder.toml";

/// Days looked ahead at most: a step further away does not come.
const HORIZON_DAYS: i64 = 3_660;

/// The ladder in force.
#[derive(Clone, Debug)]
pub struct QueryLadder {
    file: LadderFile,
    off: DaysOff,
    name: String,
    text: String,
}

/// A query that waits for its answer, as the ladder sees it.
#[derive(Clone, Debug)]
pub struct Waiting<'a> {
    /// When the present provider was asked.
    pub asked: Instant,
    /// When the answer is due.
    pub due: Instant,
    /// The last step taken since then; empty for none.
    pub step: &'a str,
    /// When it was taken.
    pub taken: Option<Instant>,
    /// Absences of the provider.
    pub absences: &'a [Absence],
}

/// A step of the ladder.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a>(&'a StepFile);

impl<'a> Step<'a> {
    /// Its id.
    pub fn id(self) -> &'a str {
        self.0.id.get_ref()
    }

    /// What it does.
    pub fn kind(self) -> EscalationKind {
        self.0.kind
    }

    /// Its title.
    pub fn title(self) -> &'a str {
        &self.0.title
    }

    /// After how many counted days.
    pub fn after_days(self) -> i64 {
        self.0.after_days
    }

    /// What is done, in words.
    pub fn action(self) -> &'a str {
        &self.0.action
    }

    /// Who is told.
    pub fn who(self) -> String {
        if self.0.name.is_empty() {
            self.0.who.title().to_owned()
        } else {
            format!("{} ({})", self.0.who.title(), self.0.name)
        }
    }
}

impl QueryLadder {
    /// The ladder of the embedded file, or of the site's on top: the last file of that name wins.
    ///
    /// # Errors
    /// [`RulesError::Files`] with the place of the mistake.
    pub fn from_files(files: &[(String, String)]) -> Result<Self, RulesError> {
        let (name, text) = newest(files, QUERY_LADDER_FILE)?;
        let file: LadderFile = toml::from_str(&text)
            .map_err(|e| RulesError::Files(vec![Fault::toml(&e).locate(&name, &text)]))?;
        let off = file
            .verify()
            .map_err(|fault| RulesError::Files(vec![fault.locate(&name, &text)]))?;
        Ok(Self {
            file,
            off,
            name,
            text,
        })
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

    /// Its steps in order.
    pub fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        self.file.step.iter().map(Step)
    }

    /// The step with this id.
    pub fn step(&self, id: &str) -> Option<Step<'_>> {
        self.steps().find(|s| s.id() == id)
    }

    /// When a step comes; `None` while the provider is away and nobody knows until when.
    pub fn comes(&self, step: Step<'_>, of: &Waiting<'_>, zone: &TimeZone) -> Option<Instant> {
        let from = match self.file.counted_from {
            CountedFrom::Asked => of.asked,
            CountedFrom::Due => of.due,
        };
        let mut counted = 0;
        let mut days = 0;
        while counted < step.after_days() {
            days += 1;
            if days > HORIZON_DAYS {
                return None;
            }
            let day = from.plus_days(days, zone).day(zone);
            counted += i64::from(!self.is_off(day, of.absences, zone));
        }
        Some(from.plus_days(days, zone))
    }

    fn is_off(&self, day: Date, absences: &[Absence], zone: &TimeZone) -> bool {
        let away = |a: &Absence| {
            !a.removed
                && self.file.calendar.absences.contains(&a.reason)
                && a.from.day(zone) <= day
                && a.until.is_none_or(|until| day <= until.day(zone))
        };
        self.off.has(day) || absences.iter().any(away)
    }

    /// The steps that have not been taken yet, in order.
    fn ahead<'s>(&'s self, of: &Waiting<'_>, zone: &TimeZone) -> Vec<Step<'s>> {
        let steps = self.steps();
        if of.step.is_empty() {
            return steps.collect();
        }
        match self
            .file
            .step
            .iter()
            .position(|s| s.id.get_ref() == of.step)
        {
            Some(at) => steps.skip(at + 1).collect(),
            // The ladder was changed: what had come by then is behind.
            None => steps
                .filter(|s| {
                    let comes = self.comes(*s, of, zone);
                    comes.is_none_or(|at| of.taken.is_none_or(|taken| at > taken))
                })
                .collect(),
        }
    }

    /// The steps to take at `now`, in order, with the instant each came.
    pub fn due<'s>(
        &'s self,
        of: &Waiting<'_>,
        now: Instant,
        zone: &TimeZone,
    ) -> Vec<(Step<'s>, Instant)> {
        let ahead = self.ahead(of, zone).into_iter();
        let come: Vec<(Step<'s>, Instant)> = ahead
            .filter_map(|s| Some((s, self.comes(s, of, zone)?)))
            .filter(|(_, at)| *at <= now)
            .collect();
        let last = come.len().saturating_sub(1);
        let kept = |(order, found): (usize, (Step<'s>, Instant))| {
            let overtaken = found.0.kind() == EscalationKind::Reminder && order < last;
            (!overtaken).then_some(found)
        };
        come.into_iter().enumerate().filter_map(kept).collect()
    }

    /// The next step whether or not it has come.
    pub fn following(&self, of: &Waiting<'_>, zone: &TimeZone) -> Option<Step<'_>> {
        self.ahead(of, zone).into_iter().next()
    }

    /// What comes next, for people.
    pub fn next(&self, of: &Waiting<'_>, zone: &TimeZone) -> Option<NextStep> {
        let step = self.following(of, zone)?;
        Some(NextStep {
            title: step.title().to_owned(),
            who: step.who(),
            at: self.comes(step, of, zone),
        })
    }

    /// What an answer amounts to: the option chosen, or words alone.
    pub fn amounts_to(&self, option: Option<&str>) -> AnswerKind {
        let Some(option) = option else {
            return AnswerKind::Other;
        };
        let text = option.trim().to_lowercase();
        let answers = &self.file.answers;
        let begins = |words: &[String]| words.iter().any(|w| text.starts_with(&w.to_lowercase()));
        let denies = |words: &[String]| {
            words.iter().any(|w| {
                let w = w.to_lowercase();
                // "no," begins a denial; a longer phrase denies wherever it stands.
                if w.starts_with("no") && w.len() <= 4 {
                    text.starts_with(&w)
                } else {
                    text.contains(&w)
                }
            })
        };
        if begins(&answers.other) {
            AnswerKind::Other
        } else if begins(&answers.unable) {
            AnswerKind::Unable
        } else if text == "no" || denies(&answers.disagree) {
            AnswerKind::Disagree
        } else {
            AnswerKind::Agree
        }
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

    fn of(text: &str) -> Result<QueryLadder, RulesError> {
        QueryLadder::from_files(&[(QUERY_LADDER_FILE.to_owned(), text.to_owned())])
    }

    fn embedded() -> String {
        let files = RuleSet::embedded_files();
        let found = files
            .into_iter()
            .find(|(n, _)| is_named(n, QUERY_LADDER_FILE));
        found.unwrap().1
    }

    #[test]
    fn every_case_of_the_ladder_of_queries_holds() {
        let results = QueryLadder::from_files(&[]).unwrap().check();
        assert!(results.len() >= 20);
        for r in results {
            assert_eq!(r.failure, None, "{}:{} {}", r.file, r.line, r.case);
        }
    }

    #[test]
    fn a_case_of_queries_that_does_not_hold_is_told() {
        let text = embedded();
        let failing = |from: &str, to: &str| {
            let ladder = of(&text.replacen(from, to, 1)).unwrap();
            ladder
                .check()
                .iter()
                .filter(|r| r.failure.is_some())
                .count()
        };
        assert!(failing("after_days = 2\n", "after_days = 1\n") > 2);
        assert!(failing("weekend = [\"saturday\", \"sunday\"]", "weekend = []") > 1);
        assert!(failing("holidays = [\"01-01\"", "holidays = [\"02-02\"") == 0);
        assert!(failing("\"ruled out\", ", "") == 1);
    }

    #[test]
    fn mistakes_in_the_ladder_of_queries_are_told_with_their_place() {
        let text = embedded();
        let check = |from: &str, to: &str, words: &str| {
            let error = of(&text.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
            assert!(error.starts_with("query_ladder.toml:"), "{error}");
        };
        check("id = \"second\"", "id = \"reminder\"", "twice");
        check("after_days = 4", "after_days = 1", "before");
        check("\"sunday\"", "\"sonntag\"", "no weekday");
        check("\"07-04\"", "\"07-44\"", "neither month-day nor a date");
        check(
            "kind = \"escalation\"",
            "kind = \"expiry\"",
            "after an expiry",
        );
    }
}
