//! The figures of one day, from what was so at its end.

use crate::domain::deficiency::DeficiencyState;
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::{DeficiencyId, EncounterId};
use crate::domain::past::{PastChange, PastItem, PastVisit};
use crate::domain::report::{Figures, GroupBy, Quarter, QuarterlyTest};
use crate::domain::time::Instant;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Microseconds in a day of 24 hours, the unit of ages.
const DAY_MICROS: i64 = 86_400_000_000;

/// Months of the average of monthly discharges.
pub const MONTHS: i64 = 12;

/// What a department decides about its statistics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    /// Ageing bands in days: first, last.
    pub bands: Vec<(i64, Option<i64>)>,
    /// Classes of visits that count as discharges and as charts.
    pub classes: Vec<EncounterClass>,
    /// Days beyond which an item counts for "% > 30".
    pub over_days: i64,
    /// Days of the period of the on-time rate and of the days between stages.
    pub period_days: i64,
}

/// Everything the figures of a day are made of, as known at its end.
pub struct Input<'a> {
    /// The day, in the hospital's time.
    pub day: Date,
    /// Its end.
    pub as_of: Instant,
    /// The hospital's time zone.
    pub zone: &'a TimeZone,
    /// Open items.
    pub items: &'a [PastItem],
    /// Visits discharged in the twelve months before (and around: days are looked at here).
    pub discharges: &'a [(EncounterId, PastVisit)],
    /// Changes of state in the period, the day included.
    pub changes: &'a [PastChange],
    /// Whether an item makes its chart delinquent.
    pub delinquent: &'a dyn Fn(&PastItem) -> bool,
    /// What the department decides.
    pub choices: &'a Choices,
}

/// The first day of the twelve months that end with `day`, and of its quarter.
pub fn period_starts(day: Date) -> (Date, Date) {
    let year = day
        .saturating_sub(jiff::Span::new().months(MONTHS))
        .saturating_add(jiff::Span::new().days(1));
    (year, quarter_start(day))
}

fn quarter_start(day: Date) -> Date {
    let month = (day.month() - 1) / 3 * 3 + 1;
    Date::new(day.year(), month, 1).unwrap_or(day)
}

/// Computes the figures of the whole and of every group.
pub fn compute(input: &Input<'_>, by: GroupBy) -> BTreeMap<String, Figures> {
    let mut sums = Sums {
        groups: BTreeMap::new(),
        charts: HashMap::new(),
        by,
        input,
    };
    if by == GroupBy::Total {
        sums.group(String::new());
    }
    for item in input.items {
        sums.item(item);
    }
    sums.discharges();
    sums.changes();
    sums.finish()
}

/// Charts of a group: with something open, and delinquent ones.
#[derive(Default)]
struct Charts {
    incomplete: BTreeSet<EncounterId>,
    delinquent: BTreeSet<EncounterId>,
}

struct Sums<'a> {
    groups: BTreeMap<String, Figures>,
    charts: HashMap<String, Charts>,
    by: GroupBy,
    input: &'a Input<'a>,
}

impl Sums<'_> {
    fn group(&mut self, key: String) -> &mut Figures {
        let bands = self.input.choices.bands.len();
        self.groups.entry(key).or_insert_with(|| Figures {
            bands: vec![0; bands],
            ..Figures::default()
        })
    }

    fn key(&self, kind: &str, owner: i64, visit: &PastVisit) -> String {
        match self.by {
            GroupBy::Total => String::new(),
            GroupBy::Facility => visit.facility.to_string(),
            GroupBy::Service => visit.service.to_string(),
            GroupBy::Provider => owner.to_string(),
            GroupBy::Kind => kind.to_owned(),
        }
    }

    fn item(&mut self, item: &PastItem) {
        let input = self.input;
        let days = input
            .as_of
            .0
            .saturating_sub(item.start.0)
            .div_euclid(DAY_MICROS);
        let until = item.held_since.map_or(input.as_of, |h| h.min(input.as_of));
        let late = until.0 > item.due.0.saturating_add(item.excused_micros);
        let band = input
            .choices
            .bands
            .iter()
            .position(|(first, last)| days >= *first && last.is_none_or(|l| days <= l));
        let key = self.key(&item.kind, item.owner, &item.visit);
        let over = days > input.choices.over_days;
        let figures = self.group(key.clone());
        figures.open += 1;
        figures.late += i64::from(late);
        figures.held += i64::from(item.held_since.is_some());
        figures.over_limit += i64::from(over);
        if let Some(n) = band.and_then(|b| figures.bands.get_mut(b)) {
            *n += 1;
        }
        if item.visit.discharged.is_some() && input.choices.classes.contains(&item.visit.class) {
            let delinquent = (input.delinquent)(item);
            let charts = self.charts.entry(key).or_default();
            charts.incomplete.insert(item.encounter);
            if delinquent {
                charts.delinquent.insert(item.encounter);
            }
        }
    }

    fn discharges(&mut self) {
        let input = self.input;
        let (year, quarter) = period_starts(input.day);
        let (mut all_year, mut all_quarter) = (0, 0);
        for (_, visit) in input.discharges {
            let Some(day) = visit.discharged.map(|d| d.day(input.zone)) else {
                continue;
            };
            if day < year || day > input.day || !input.choices.classes.contains(&visit.class) {
                continue;
            }
            let in_quarter = i64::from(day >= quarter);
            all_year += 1;
            all_quarter += in_quarter;
            if self.by != GroupBy::Kind {
                let key = self.key("", visit.attending, visit);
                let figures = self.group(key);
                figures.discharges_year += 1;
                figures.discharges_quarter += in_quarter;
            }
        }
        // A type has no discharges of its own: all of them are its denominator.
        if self.by == GroupBy::Kind {
            for figures in self.groups.values_mut() {
                figures.discharges_year = all_year;
                figures.discharges_quarter = all_quarter;
            }
        }
    }

    fn changes(&mut self) {
        let input = self.input;
        let start = Instant::start_of(input.day, input.zone);
        let mut last: HashMap<DeficiencyId, &PastChange> = HashMap::new();
        for change in input.changes {
            let was = change.from.is_some_and(DeficiencyState::is_outstanding);
            let is = change.to.is_outstanding();
            if change.at >= start && was != is {
                let key = self.key(&change.kind, change.owner, &change.visit);
                let figures = self.group(key);
                figures.opened += i64::from(is);
                figures.closed += i64::from(was);
            }
            last.insert(change.deficiency, change);
        }
        // An item counts once, as it stands at the end.
        for change in last.into_values() {
            if change.to == DeficiencyState::Completed {
                let key = self.key(&change.kind, change.owner, &change.visit);
                let figures = self.group(key);
                figures.completed += 1;
                figures.on_time += i64::from(change.at <= change.late_at);
            }
        }
    }

    fn finish(mut self) -> BTreeMap<String, Figures> {
        for (key, charts) in std::mem::take(&mut self.charts) {
            let figures = self.group(key);
            figures.incomplete_charts = charts.incomplete.len() as i64;
            figures.delinquent_charts = charts.delinquent.len() as i64;
        }
        self.groups
    }
}

/// `part` of `whole` in thousandths, rounded; `None` if there is no whole.
pub fn permille(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| (part * 2_000 + whole) / (2 * whole))
}

/// Delinquent charts in thousandths of the average monthly discharges.
pub fn rate_of_month(f: &Figures) -> Option<i64> {
    permille(f.delinquent_charts * MONTHS, f.discharges_year)
}

/// Delinquent charts in thousandths of the discharges of the quarter.
pub fn rate_of_quarter(f: &Figures) -> Option<i64> {
    permille(f.delinquent_charts, f.discharges_quarter)
}

/// Average monthly discharges, in tenths.
pub fn monthly_tenths(f: &Figures) -> i64 {
    (f.discharges_year * 10 + MONTHS / 2) / MONTHS
}

/// The ends of the `count` quarters up to `day`, oldest first, each with its name; the last one is
/// `day` itself if its quarter is not over.
pub fn quarter_ends(day: Date, count: usize) -> Vec<(Date, String)> {
    let mut ends = Vec::new();
    let mut start = quarter_start(day);
    let mut end = day;
    for _ in 0..count {
        let name = format!("{}-Q{}", start.year(), (start.month() - 1) / 3 + 1);
        ends.push((end, name));
        end = start.saturating_sub(jiff::Span::new().days(1));
        start = quarter_start(end);
    }
    ends.reverse();
    ends
}

/// The quarterly test over figures of quarter ends.
pub fn quarterly_test(quarters: Vec<Quarter>, benchmark_percent: i64) -> QuarterlyTest {
    let rates: Vec<Option<i64>> = quarters.iter().map(|q| rate_of_month(&q.figures)).collect();
    let known: Option<Vec<i64>> = rates.iter().copied().collect();
    let mean = known
        .as_ref()
        .filter(|k| !k.is_empty())
        .map(|k| k.iter().sum::<i64>() / k.len() as i64);
    let limit = benchmark_percent * 10;
    QuarterlyTest {
        met: known
            .zip(mean)
            .map(|(k, mean)| mean <= limit && k.iter().all(|r| *r <= limit)),
        quarters,
        benchmark_percent,
        rates_permille: rates,
        mean_permille: mean,
    }
}

/// Visits with something open of these types, for what coders wait for.
pub fn waiting_charts(items: &[PastItem], kinds: &[String]) -> HashSet<EncounterId> {
    items
        .iter()
        .filter(|i| kinds.contains(&i.kind))
        .map(|i| i.encounter)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn both_denominators_of_the_known_example() {
        // 561 delinquent charts, 1,700 discharges a month: 33 % of a month, 11 % of a quarter.
        let f = Figures {
            delinquent_charts: 561,
            discharges_year: 1_700 * 12,
            discharges_quarter: 1_700 * 3,
            ..Figures::default()
        };
        assert_eq!(rate_of_month(&f), Some(330));
        assert_eq!(rate_of_quarter(&f), Some(110));
        assert_eq!(monthly_tenths(&f), 17_000);
        assert_eq!(rate_of_month(&Figures::default()), None);
    }

    #[test]
    fn periods_end_with_the_day() {
        assert_eq!(
            period_starts(date(2026, 3, 31)),
            (date(2025, 4, 1), date(2026, 1, 1))
        );
        // Twelve months before a leap day end with the last day of a shorter February.
        assert_eq!(period_starts(date(2028, 2, 29)).0, date(2027, 3, 1));
    }

    #[test]
    fn quarters_are_named_and_in_order() {
        let ends = quarter_ends(date(2026, 2, 10), 3);
        let told: Vec<String> = ends.iter().map(|(d, n)| format!("{n} {d}")).collect();
        assert_eq!(
            told,
            [
                "2025-Q3 2025-09-30",
                "2025-Q4 2025-12-31",
                "2026-Q1 2026-02-10"
            ]
        );
    }

    #[test]
    fn the_quarterly_test_looks_at_the_mean_and_at_each_quarter() {
        let quarter = |delinquent| Quarter {
            day: date(2026, 3, 31),
            name: "q".into(),
            figures: Figures {
                delinquent_charts: delinquent,
                discharges_year: 1_200,
                ..Figures::default()
            },
        };
        let check = |charts: &[i64], met| {
            let test = quarterly_test(charts.iter().map(|c| quarter(*c)).collect(), 50);
            assert_eq!(test.met, met, "{charts:?}");
        };
        check(&[50, 50, 50, 50], Some(true));
        check(&[10, 10, 10, 51], Some(false));
        check(&[50, 50, 50, 51], Some(false));
        let mut none = quarter(1);
        none.figures.discharges_year = 0;
        assert_eq!(quarterly_test(vec![none], 50).met, None);
    }
}
