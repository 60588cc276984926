//! What comes first on the worklist of documentation integrity, as data with cases.
//!
//! Owns `priority.toml` and the pure function over it. A priority is a sum of named parts, so that
//! a screen can say what it is made of. It knows nothing of what a stay is paid, and never may.
//! Start reading at [`Priority::of`].

use crate::domain::named::named_enum;
use serde::Deserialize;
use std::collections::BTreeMap;

const DEFAULTS: &str = include_str!("priority.toml");

/// Name of a site's own file beside `config.toml`.
pub const PRIORITY_FILE: &str = "review_priority.toml";

named_enum! {
    /// What a part of the priority counts.
    pub enum Measure {
        /// Rank of the best opportunity, 1 to 99; 0 if there is none.
        BestRank = "best_rank",
        /// Opportunities beside the best one.
        MoreOpportunities = "more_opportunities",
        /// Queries whose answer is overdue.
        LateQueries = "late_queries",
        /// Queries answered and not reconciled.
        AnsweredQueries = "answered_queries",
        /// Queries that wait for an answer, overdue ones too.
        OpenQueries = "open_queries",
        /// 1 if the stay was never reviewed.
        NeverReviewed = "never_reviewed",
        /// 1 if the day of the next review has come.
        ReviewDue = "review_due",
        /// Calendar days since the last signed review.
        DaysSinceReview = "days_since_review",
        /// Calendar days since discharge.
        DaysSinceDischarge = "days_since_discharge",
        /// Calendar days of the stay.
        StayDays = "stay_days",
    }
}

/// What is measured of a stay; what is not there is 0.
pub type Measures = BTreeMap<Measure, i64>;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    measure: Measure,
    points: i64,
    #[serde(default)]
    beyond: i64,
    #[serde(default)]
    most: i64,
    #[serde(default)]
    words: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    measures: Measures,
    priority: i64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    part: Vec<Part>,
    #[serde(default)]
    case: Vec<Case>,
}

/// A mistake in the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {what}")]
pub struct PriorityError {
    file: String,
    what: String,
}

/// The formula in force.
#[derive(Clone, Debug)]
pub struct Priority {
    parts: Vec<Part>,
    cases: Vec<Case>,
}

impl Priority {
    /// The default formula with a site's own file on top: its parts replace ours by measure. With a
    /// file of its own the site's cases hold, and ours no longer need to.
    ///
    /// # Errors
    /// A [`PriorityError`] naming the file and the mistake.
    pub fn load(site: Option<&str>) -> Result<Self, PriorityError> {
        let mut file = read("priority.toml", DEFAULTS)?;
        if let Some(text) = site {
            let own = read(PRIORITY_FILE, text)?;
            for mut part in own.part {
                let old = file.part.iter().position(|p| p.measure == part.measure);
                match old {
                    Some(at) => {
                        if part.words.is_empty() {
                            part.words = std::mem::take(&mut file.part[at].words);
                        }
                        file.part[at] = part;
                    }
                    None => file.part.push(part),
                }
            }
            file.case = own.case;
        }
        Ok(Self {
            parts: file.part,
            cases: file.case,
        })
    }

    /// The priority of a stay and what it is made of: words with the measure, and points; most
    /// points first.
    pub fn of(&self, measures: &Measures) -> (i64, Vec<(String, i64)>) {
        let mut why: Vec<(String, i64)> = self
            .parts
            .iter()
            .filter_map(|part| {
                let n = measures.get(&part.measure).copied().unwrap_or(0);
                let units = n.saturating_sub(part.beyond).max(0);
                let points = units.saturating_mul(part.points).clamp(0, part.most.max(0));
                let words = match part.measure {
                    Measure::NeverReviewed | Measure::ReviewDue => part.words.clone(),
                    _ => format!("{} {n}", part.words),
                };
                (points > 0).then_some((words, points))
            })
            .collect();
        why.sort_by_key(|(_, points)| -points);
        (why.iter().map(|(_, points)| points).sum(), why)
    }

    /// Cases that do not hold, in words; none when all is well.
    pub fn failures(&self) -> Vec<String> {
        let wrong = |case: &Case| {
            let (found, _) = self.of(&case.measures);
            (found != case.priority).then(|| {
                format!(
                    "case \"{}\" wants {}, the formula gives {found}",
                    case.name, case.priority
                )
            })
        };
        self.cases.iter().filter_map(wrong).collect()
    }

    /// How many cases there are.
    pub fn cases(&self) -> usize {
        self.cases.len()
    }
}

fn read(name: &str, text: &str) -> Result<File, PriorityError> {
    let fault = |what: String| PriorityError {
        file: name.to_owned(),
        what,
    };
    let file: File = toml::from_str(text).map_err(|e| {
        // The parser draws the place over several lines; a message is one.
        let start = e.span().map_or(0, |span| span.start.min(text.len()));
        let line = text.as_bytes()[..start]
            .iter()
            .filter(|b| **b == b'\n')
            .count()
            + 1;
        fault(format!("line {line}: {}", e.message().replace('\n', " ")))
    })?;
    for (at, part) in file.part.iter().enumerate() {
        let again = |p: &Part| p.measure == part.measure;
        if file.part[..at].iter().any(again) {
            return Err(fault(format!("{} stands twice", part.measure.name())));
        }
        if part.points < 0 || part.most < 0 {
            return Err(fault(format!(
                "{}: points and most are not below 0",
                part.measure.name()
            )));
        }
        if part.points > 0 && part.most == 0 {
            return Err(fault(format!("{}: most is missing", part.measure.name())));
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_of_the_priority_holds() {
        let priority = Priority::load(None).unwrap();
        assert_eq!(priority.failures(), Vec::<String>::new());
        assert!(priority.cases() >= 4);
    }

    #[test]
    fn every_measure_has_a_part_and_every_part_says_its_words() {
        let priority = Priority::load(None).unwrap();
        for measure in Measure::ALL {
            let (points, why) = priority.of(&Measures::from([(*measure, 50)]));
            assert!(points > 0, "{}", measure.name());
            assert!(why[0].0.len() > 8, "{}", measure.name());
        }
        assert_eq!(priority.of(&Measures::new()), (0, Vec::new()));
    }

    #[test]
    fn a_site_changes_a_part_and_is_told_of_mistakes() {
        let own = "[[part]]\nmeasure = \"best_rank\"\npoints = 2\nmost = 50\n\
                   [[case]]\nname = \"ours\"\nmeasures = { best_rank = 10 }\npriority = 21\n";
        let priority = Priority::load(Some(own)).unwrap();
        let (points, why) = priority.of(&Measures::from([(Measure::BestRank, 90)]));
        assert_eq!(
            (points, why[0].0.as_str()),
            (50, "best opportunity has rank 90")
        );
        assert_eq!(priority.failures().len(), 1);
        for wrong in [
            "[[part]]\nmeasure = \"weight\"\npoints = 1\nmost = 1\n",
            "[[part]]\nmeasure = \"best_rank\"\npoints = 1\n",
            "[[part]]\nmeasure = \"best_rank\"\npoints = -1\nmost = 5\n",
            "[[part]]\nmeasure = \"best_rank\"\npoints = 1\nmost = 5\n[[part]]\nmeasure = \"best_rank\"\npoints = 1\nmost = 5\n",
        ] {
            let error = Priority::load(Some(wrong)).unwrap_err();
            assert!(error.to_string().starts_with(PRIORITY_FILE), "{error}");
        }
    }
}
