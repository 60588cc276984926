//! Whether conditions hold, and by which facts.
//!
//! A pure function of a condition and the facts of a stay. Start at [`Judge::holds`].

mod records;

use super::concepts::{Concepts, Named};
use super::facts::{Facts, Value};
use super::rule::{Condition, Limit};
use crate::domain::opportunity::Evidence;
use crate::domain::people::Sex;
use crate::domain::time::Instant;

/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// Facts of one kind shown for one condition.
const SHOWN: usize = 2;

/// A condition that holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Met {
    pub evidence: Vec<Evidence>,
    /// When it held: every time, in order.
    pub times: Vec<Instant>,
    /// Points it brings.
    pub points: i64,
}

impl Met {
    /// When it held for the first time.
    pub fn since(&self) -> Option<Instant> {
        self.times.first().copied()
    }
}

/// What conditions are judged with.
pub(super) struct Judge<'f, 's> {
    pub concepts: &'f Concepts,
    pub facts: &'f Facts<'s>,
}

impl Judge<'_, '_> {
    /// All conditions together; `None` if one does not hold.
    pub fn all(&self, conditions: &[Condition]) -> Option<Met> {
        let mut met = Met::default();
        let mut since = Vec::new();
        for condition in conditions {
            let one = self.holds(condition)?;
            since.extend(one.since());
            met.evidence.extend(one.evidence);
            met.points += one.points;
        }
        // All of them hold from the last first time on.
        met.times = since.into_iter().max().into_iter().collect();
        Some(met)
    }

    /// Points of conditions, with what was met.
    pub fn points(&self, conditions: &[Condition]) -> (i64, Met) {
        let mut sum = Met::default();
        for condition in conditions {
            if let Some(one) = self.holds(condition) {
                sum.points += one.points;
                sum.evidence.extend(one.evidence);
                sum.times.extend(one.times);
            }
        }
        sum.times.sort();
        (sum.points, sum)
    }

    /// Whether a condition holds.
    pub fn holds(&self, c: &Condition) -> Option<Met> {
        let mut met = self.look(c)?;
        met.points = c.points.unwrap_or(1);
        Some(met)
    }

    fn look(&self, c: &Condition) -> Option<Met> {
        if let Some(measure) = &c.value {
            return self.value(measure, c);
        }
        if let Some(id) = &c.drug {
            return self.drug(id, c);
        }
        if let Some(id) = &c.procedure {
            return self.procedure(id, c);
        }
        if let Some(id) = &c.coded {
            return self.coded(self.finding(id)?);
        }
        if let Some(id) = &c.stated {
            let coded = self.coded(self.finding(id)?);
            return coded.or_else(|| self.words(id, c));
        }
        if let Some(id) = &c.words {
            return self.words(id, c);
        }
        if let Some(id) = &c.conflict {
            return self.conflict(id, c);
        }
        if let Some(indicators) = &c.poa {
            return self.poa(indicators);
        }
        if let Some(stage) = c.kdigo {
            return self.kdigo(stage, c);
        }
        if let Some(any) = &c.any {
            let (points, met) = self.points(any);
            return (points >= c.need.unwrap_or(1)).then_some(met);
        }
        if let Some(all) = &c.all {
            return match c.within_hours {
                Some(hours) => self.together(all, hours),
                None => self.all(all),
            };
        }
        let none = c.none.as_deref().unwrap_or_default();
        let absent = none.iter().all(|one| self.holds(one).is_none());
        absent.then(Met::default)
    }

    /// Conditions that hold within some hours of each other.
    fn together(&self, all: &[Condition], hours: i64) -> Option<Met> {
        let met: Vec<Met> = all.iter().map(|c| self.holds(c)).collect::<Option<_>>()?;
        let (first, rest) = met.split_first()?;
        let near = |t: &Instant, m: &Met| {
            m.times.is_empty() || m.times.iter().any(|o| (o.0 - t.0).abs() <= hours * HOUR)
        };
        let times: Vec<Instant> = first
            .times
            .iter()
            .filter(|t| rest.iter().all(|m| near(t, m)))
            .copied()
            .collect();
        if times.is_empty() {
            return None;
        }
        Some(Met {
            evidence: met.into_iter().flat_map(|m| m.evidence).collect(),
            times,
            points: 1,
        })
    }

    fn finding(&self, id: &str) -> Option<&Named> {
        self.concepts.findings.iter().find(|f| f.id == id)
    }

    /// Whether a time lies in the part of the visit that is asked for.
    fn in_time(&self, c: &Condition, at: Instant) -> bool {
        let Some(admitted) = self.facts.admitted else {
            return c.first_hours.is_none() && c.after_hours.is_none();
        };
        let hours = |h: i64| admitted.0.saturating_add(h * HOUR);
        c.first_hours.is_none_or(|h| at.0 <= hours(h))
            && c.after_hours.is_none_or(|h| at.0 >= hours(h))
    }

    fn value(&self, measure: &str, c: &Condition) -> Option<Met> {
        let values = self.facts.all(measure);
        if c.fall.is_some() || c.rise.is_some() || c.rise_ratio.is_some() {
            return self.change(measure, values, c);
        }
        let fits: Vec<&Value<'_>> = values
            .iter()
            .filter(|v| !v.prior || (c.days.is_some() && v.at <= self.facts.until))
            .filter(|v| self.within(c, v))
            .filter(|v| v.prior || self.in_time(c, v.at))
            .filter(|v| {
                c.again_hours
                    .is_none_or(|h| next_draw(values, v.at, h).is_some())
            })
            .collect();
        let mut times: Vec<Instant> = fits.iter().map(|v| v.at).collect();
        times.dedup();
        let span = match (times.first(), times.last()) {
            (Some(first), Some(last)) => last.0 - first.0,
            _ => return None,
        };
        let long = c.hours.is_none_or(|h| span >= h * HOUR)
            && c.days.is_none_or(|d| span >= d * 24 * HOUR);
        // A value of this visit must be among them.
        let here = fits.iter().any(|v| !v.prior);
        if times.len() < c.times.unwrap_or(1) || !long || !here {
            return None;
        }
        let mut shown = extremes(&fits, c);
        if let Some(hours) = c.again_hours {
            // The draw that followed belongs to it.
            let last = shown.last().map(|v| v.at);
            let next = last.and_then(|at| next_draw(values, at, hours));
            shown.extend(next);
        }
        Some(Met {
            evidence: shown
                .into_iter()
                .map(|v| self.facts.evidence(measure, v))
                .collect(),
            times,
            points: 1,
        })
    }

    /// Whether a value lies within the limits.
    fn within(&self, c: &Condition, v: &Value<'_>) -> bool {
        let low = |l: &Limit| self.limit(l, v.low, true);
        let high = |l: &Limit| self.limit(l, v.high, false);
        c.below.as_ref().is_none_or(|l| v.value < low(l))
            && c.at_most.as_ref().is_none_or(|l| v.value <= low(l))
            && c.above.as_ref().is_none_or(|l| v.value > high(l))
            && c.at_least.as_ref().is_none_or(|l| v.value >= high(l))
    }

    fn limit(&self, limit: &Limit, own: Option<f64>, lower: bool) -> f64 {
        match (limit, self.facts.sex) {
            (Limit::Number(n), _) => *n,
            (Limit::Own { own_or }, _) => own.unwrap_or(*own_or),
            (Limit::Sex { female, .. }, Sex::Female) => *female,
            (Limit::Sex { male, .. }, Sex::Male) => *male,
            (Limit::Sex { female, male }, _) if lower => female.min(*male),
            (Limit::Sex { female, male }, _) => female.max(*male),
        }
    }

    /// A fall or a rise between two values, the later one within the limits and the stay.
    fn change(&self, measure: &str, values: &[Value<'_>], c: &Condition) -> Option<Met> {
        let window = c.within_hours.map(|h| h * HOUR);
        let mut best: Option<(f64, usize, usize)> = None;
        let mut times = Vec::new();
        for (n, later) in values.iter().enumerate() {
            if later.prior || !self.within(c, later) || !self.in_time(c, later.at) {
                continue;
            }
            for (m, earlier) in values[..n].iter().enumerate() {
                let apart = later.at.0 - earlier.at.0;
                if apart <= 0 || window.is_some_and(|w| apart > w) {
                    continue;
                }
                let lasts = |hours: i64| {
                    let mut after = values[n..]
                        .iter()
                        .filter(|v| v.at.0 >= later.at.0 + hours * HOUR);
                    after.any(|v| self.within(c, v) && changed(c, earlier.value, v.value))
                };
                if !changed(c, earlier.value, later.value) || !c.lasting_hours.is_none_or(lasts) {
                    continue;
                }
                let by = later.value - earlier.value;
                times.push(later.at);
                if best.is_none_or(|(b, ..)| by.abs() > b) {
                    best = Some((by.abs(), m, n));
                }
            }
        }
        let (_, earlier, later) = best?;
        times.dedup();
        Some(Met {
            evidence: [earlier, later]
                .iter()
                .map(|n| self.facts.evidence(measure, &values[*n]))
                .collect(),
            times,
            points: 1,
        })
    }

    fn kdigo(&self, stage: i64, c: &Condition) -> Option<Met> {
        let here = self.facts.stay.chart.encounter.id;
        let staged: Vec<_> = self
            .facts
            .creatinine
            .iter()
            .filter(|p| p.encounter == Some(here) && p.stage >= stage && self.in_time(c, p.at))
            .collect();
        let mut times: Vec<Instant> = staged.iter().map(|p| p.at).collect();
        times.dedup();
        let span = match (times.first(), times.last()) {
            (Some(first), Some(last)) => last.0 - first.0,
            _ => return None,
        };
        if times.len() < c.times.unwrap_or(1) || c.hours.is_some_and(|h| span < h * HOUR) {
            return None;
        }
        let peak = staged.iter().max_by(|a, b| {
            (a.stage, a.mg_dl)
                .partial_cmp(&(b.stage, b.mg_dl))
                .unwrap_or(std::cmp::Ordering::Equal)
        })?;
        let low = peak.low_7d.or(peak.low_48h);
        let values = self.facts.all("creatinine");
        let base = values
            .iter()
            .rev()
            .find(|v| v.at < peak.at && Some(v.value) == low);
        let top = self.facts.value_of("creatinine", peak.observation);
        Some(Met {
            evidence: base
                .into_iter()
                .chain(top)
                .map(|v| self.facts.evidence("creatinine", v))
                .collect(),
            times,
            points: 1,
        })
    }
}

/// Whether a value fell or rose to another one by as much as is asked for.
fn changed(c: &Condition, from: f64, to: f64) -> bool {
    let by = to - from;
    c.fall.is_none_or(|f| -by >= f - 1e-9)
        && c.rise.is_none_or(|r| by >= r - 1e-9)
        && c.rise_ratio.is_none_or(|r| to >= from * r - 1e-9)
}

/// The draw that followed one within some hours.
fn next_draw<'v, 's>(values: &'v [Value<'s>], at: Instant, hours: i64) -> Option<&'v Value<'s>> {
    let within = |v: &&Value<'_>| v.at > at && v.at.0 - at.0 <= hours * HOUR;
    values.iter().find(within)
}

/// The values that say most: the farthest, and the first.
fn extremes<'v, 's>(fits: &[&'v Value<'s>], c: &Condition) -> Vec<&'v Value<'s>> {
    let downwards = c.below.is_some() || c.at_most.is_some();
    let order = |a: &&&Value<'s>, b: &&&Value<'s>| {
        let by = a.value.total_cmp(&b.value);
        if downwards { by } else { by.reverse() }
    };
    let Some(worst) = fits.iter().min_by(order) else {
        return Vec::new();
    };
    let mut out = vec![*worst];
    let more = c.times.unwrap_or(1) > 1 || c.hours.is_some() || c.days.is_some();
    if more {
        let other = if c.days.is_some() {
            fits.first()
        } else {
            fits.iter().filter(|v| v.at != worst.at).min_by(order)
        };
        out.extend(other);
        out.sort_by_key(|v| v.at);
        out.dedup_by_key(|v| v.at);
    }
    out.truncate(SHOWN);
    out
}
