//! Figures of clinical documentation integrity, from what was so at an instant.
//!
//! Each figure is a sum of parts ([`CdiPart`]): a query or a stay with what it adds above and
//! below the line. The list behind a figure is those same parts, so the two cannot differ. Start
//! reading at [`compute`] and [`parts`].

use crate::domain::cdi_figures::{
    CdiBy, CdiFigures, CdiMeasure, CdiPart, CdiRate, PastCoding, PastQuery, PastReview,
};
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::EncounterId;
use crate::domain::past::PastVisit;
use crate::domain::query_life::AnswerKind;
use crate::domain::time::Instant;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Microseconds in a minute.
const MINUTE_MICROS: i64 = 60_000_000;

/// Everything the figures of a period are made of, as known at its end.
pub struct Input<'a> {
    /// First day, in the hospital's time.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// The hospital's time zone.
    pub zone: &'a TimeZone,
    /// Classes of visits that are eligible for review.
    pub classes: &'a [EncounterClass],
    /// Visits discharged in the period (and around: days are looked at here).
    pub discharges: &'a [(EncounterId, PastVisit)],
    /// Signed reviews.
    pub reviews: &'a [PastReview],
    /// Issued queries, those of before the period included.
    pub queries: &'a [PastQuery],
    /// Stays whose codes are final.
    pub codings: &'a [PastCoding],
    /// Group of each provider.
    pub groups: &'a HashMap<i64, String>,
}

/// A part with the group it belongs to.
struct Grouped {
    key: String,
    measure: CdiMeasure,
    part: CdiPart,
}

/// Whose a part is, in every way it can be grouped.
struct Whose<'a> {
    day: Date,
    author: i64,
    provider: i64,
    topic: &'a str,
    visit: &'a PastVisit,
}

/// The figures of the whole (key empty), or of every group.
pub fn compute(input: &Input<'_>, by: CdiBy) -> BTreeMap<String, CdiFigures> {
    let measures: Vec<CdiMeasure> = CdiMeasure::ALL
        .iter()
        .copied()
        .filter(|m| m.goes_by(by))
        .collect();
    let mut sums: BTreeMap<(String, CdiMeasure), (CdiRate, Vec<i64>)> = BTreeMap::new();
    let mut keys = BTreeSet::new();
    if by == CdiBy::Total {
        keys.insert(String::new());
    }
    for grouped in all(input, by) {
        keys.insert(grouped.key.clone());
        let (rate, minutes) = sums.entry((grouped.key, grouped.measure)).or_default();
        rate.numerator += grouped.part.numerator;
        rate.denominator += grouped.part.denominator;
        minutes.extend(grouped.part.minutes);
    }
    let figures = |key: String| {
        let rate = |measure: &CdiMeasure| {
            let sum = sums.get(&(key.clone(), *measure)).cloned();
            let (mut rate, minutes) = sum.unwrap_or_default();
            rate.median_minutes = median(minutes);
            (*measure, rate)
        };
        let rates = measures.iter().map(rate).collect();
        (key, CdiFigures { rates })
    };
    keys.into_iter().map(figures).collect()
}

/// What one figure of one group is made of, in the order of time.
pub fn parts(input: &Input<'_>, by: CdiBy, key: &str, measure: CdiMeasure) -> Vec<CdiPart> {
    all(input, by)
        .into_iter()
        .filter(|g| g.measure == measure && g.key == key)
        .map(|g| g.part)
        .collect()
}

/// Answers of the period of which it is not kept what they amount to.
pub fn unclassified(input: &Input<'_>) -> i64 {
    let old = |q: &&PastQuery| input.holds(q.issued) && q.answered.is_some() && q.kind.is_none();
    input.queries.iter().filter(old).count() as i64
}

/// The middle value, or the mean of the two in the middle.
fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    let n = values.len();
    match n {
        0 => None,
        _ if n % 2 == 1 => Some(values[n / 2]),
        _ => Some((values[n / 2 - 1] + values[n / 2]) / 2),
    }
}

impl Input<'_> {
    fn holds_day(&self, day: Date) -> bool {
        day >= self.from && day <= self.to
    }

    fn holds(&self, at: Instant) -> bool {
        self.holds_day(at.day(self.zone))
    }

    fn key(&self, by: CdiBy, whose: &Whose<'_>) -> String {
        match by {
            CdiBy::Total => String::new(),
            CdiBy::Month => whose.day.strftime("%Y-%m").to_string(),
            CdiBy::Specialist => whose.author.to_string(),
            CdiBy::Provider => whose.provider.to_string(),
            CdiBy::Group => self
                .groups
                .get(&whose.provider)
                .cloned()
                .unwrap_or_default(),
            CdiBy::Service => whose.visit.service.to_string(),
            CdiBy::Topic => whose.topic.to_owned(),
        }
    }
}

fn all(input: &Input<'_>, by: CdiBy) -> Vec<Grouped> {
    let mut out = Vec::new();
    of_stays(input, by, &mut out);
    of_queries(input, by, &mut out);
    of_codings(input, by, &mut out);
    out.retain(|g| g.measure.goes_by(by));
    out
}

fn of_stay(encounter: EncounterId, numerator: i64) -> CdiPart {
    CdiPart {
        encounter,
        query: None,
        numerator,
        denominator: 1,
        minutes: None,
    }
}

/// Review rate and both query rates: of the eligible discharges of the period.
fn of_stays(input: &Input<'_>, by: CdiBy, out: &mut Vec<Grouped>) {
    let mut reviewers: HashMap<EncounterId, BTreeSet<i64>> = HashMap::new();
    for review in input.reviews {
        let who = reviewers.entry(review.encounter).or_default();
        who.insert(review.reviewer);
    }
    let mut asked: HashMap<EncounterId, Vec<&PastQuery>> = HashMap::new();
    for query in input.queries.iter().filter(|q| !q.withdrawn) {
        asked.entry(query.encounter).or_default().push(query);
    }
    for (encounter, visit) in input.discharges {
        let Some(day) = visit.discharged.map(|d| d.day(input.zone)) else {
            continue;
        };
        if !input.holds_day(day) || !input.classes.contains(&visit.class) {
            continue;
        }
        let whose = |author| Whose {
            day,
            author,
            provider: visit.attending,
            topic: "",
            visit,
        };
        let reviewed = reviewers.get(encounter);
        let mut push = |measure, author, numerator| {
            out.push(Grouped {
                key: input.key(by, &whose(author)),
                measure,
                part: of_stay(*encounter, numerator),
            });
        };
        push(CdiMeasure::ReviewRate, 0, i64::from(reviewed.is_some()));
        let Some(reviewed) = reviewed else { continue };
        let queries = asked.get(encounter).map(Vec::as_slice).unwrap_or_default();
        // By specialist a stay counts for each who reviewed it, with the queries that one asked.
        let who: Vec<Option<i64>> = match by {
            CdiBy::Specialist => reviewed.iter().copied().map(Some).collect(),
            _ => vec![None],
        };
        for specialist in who {
            let theirs = |q: &&&PastQuery| specialist.is_none_or(|s| q.author == s);
            let n = queries.iter().filter(theirs).count() as i64;
            let author = specialist.unwrap_or(0);
            push(CdiMeasure::QueryRate, author, i64::from(n > 0));
            push(CdiMeasure::QueriesPerReview, author, n);
        }
    }
}

/// What became of the queries issued in the period.
fn of_queries(input: &Input<'_>, by: CdiBy, out: &mut Vec<Grouped>) {
    for query in input.queries.iter().filter(|q| input.holds(q.issued)) {
        let key = input.key(by, &of_query(query, query.issued.day(input.zone)));
        let mut push = |measure, counts: bool, minutes| {
            out.push(Grouped {
                key: key.clone(),
                measure,
                part: part_of(query, counts, minutes),
            });
        };
        push(CdiMeasure::WithdrawnRate, query.withdrawn, None);
        if query.withdrawn {
            continue;
        }
        push(CdiMeasure::ResponseRate, query.answered.is_some(), None);
        let Some(answered) = query.answered else {
            continue;
        };
        for (measure, kind) in [
            (CdiMeasure::AgreeRate, AnswerKind::Agree),
            (CdiMeasure::DisagreeRate, AnswerKind::Disagree),
            (CdiMeasure::OtherRate, AnswerKind::Other),
            (CdiMeasure::UnableRate, AnswerKind::Unable),
        ] {
            push(measure, query.kind == Some(kind), None);
        }
        let minutes = answered.0.saturating_sub(query.issued.0) / MINUTE_MICROS;
        push(CdiMeasure::ResponseHours, false, Some(minutes.max(0)));
    }
}

fn of_query(query: &PastQuery, day: Date) -> Whose<'_> {
    Whose {
        day,
        author: query.author,
        provider: query.provider,
        topic: &query.topic,
        visit: &query.visit,
    }
}

fn part_of(query: &PastQuery, counts: bool, minutes: Option<i64>) -> CdiPart {
    CdiPart {
        encounter: query.encounter,
        query: Some(query.query),
        numerator: i64::from(counts),
        denominator: 1,
        minutes,
    }
}

/// What was open and what agreed when the codes became final in the period.
fn of_codings(input: &Input<'_>, by: CdiBy, out: &mut Vec<Grouped>) {
    let mut of: HashMap<EncounterId, Vec<&PastQuery>> = HashMap::new();
    for query in input.queries.iter().filter(|q| !q.withdrawn) {
        of.entry(query.encounter).or_default().push(query);
    }
    for coding in input.codings.iter().filter(|c| input.holds(c.at)) {
        let day = coding.at.day(input.zone);
        let asked = of.get(&coding.encounter).into_iter().flatten();
        for query in asked.filter(|q| q.issued <= coding.at) {
            let open = query.answered.is_none_or(|at| at > coding.at);
            out.push(Grouped {
                key: input.key(by, &of_query(query, day)),
                measure: CdiMeasure::UnansweredAtFinal,
                part: part_of(query, open, None),
            });
        }
        if coding.compared == 0 {
            continue;
        }
        let last = input
            .reviews
            .iter()
            .filter(|r| r.encounter == coding.encounter && r.at <= coding.at)
            .max_by_key(|r| r.at);
        let whose = Whose {
            day,
            author: last.map_or(0, |r| r.reviewer),
            provider: coding.visit.attending,
            topic: "",
            visit: &coding.visit,
        };
        out.push(Grouped {
            key: input.key(by, &whose),
            measure: CdiMeasure::DiagnosisMatch,
            part: CdiPart {
                denominator: coding.compared,
                ..of_stay(coding.encounter, coding.matched)
            },
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::QueryId;
    use crate::domain::time::Moment;
    use jiff::civil::date;

    const HOUR: i64 = 3_600_000_000;
    static UTC: TimeZone = TimeZone::UTC;

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    fn visit(discharged: &str, attending: i64, service: i64) -> PastVisit {
        PastVisit {
            class: EncounterClass::Inpatient,
            facility: 1,
            service,
            attending,
            discharged: Some(Moment::at(at(discharged))),
        }
    }

    fn query(id: i64, stay: i64, issued: &str, hours: Option<i64>, kind: AnswerKind) -> PastQuery {
        let issued = at(issued);
        PastQuery {
            query: QueryId(id),
            encounter: EncounterId(stay),
            provider: 20 + stay % 2,
            author: 7,
            topic: "aki".into(),
            issued,
            answered: hours.map(|h| Instant(issued.0 + h * HOUR)),
            kind: hours.map(|_| kind),
            withdrawn: false,
            visit: visit("2026-03-10T12:00:00Z", 20, 5),
        }
    }

    /// Four eligible discharges of March and one of February; three reviewed; seven queries.
    struct Sample {
        discharges: Vec<(EncounterId, PastVisit)>,
        reviews: Vec<PastReview>,
        queries: Vec<PastQuery>,
        codings: Vec<PastCoding>,
        groups: HashMap<i64, String>,
    }

    fn sample() -> Sample {
        let stay = |id, day: &str| (EncounterId(id), visit(day, 20, 5));
        let mut outpatient = stay(6, "2026-03-11T12:00:00Z");
        outpatient.1.class = EncounterClass::Outpatient;
        let review = |stay, reviewer| PastReview {
            encounter: EncounterId(stay),
            reviewer,
            at: at("2026-03-02T12:00:00Z"),
        };
        let mut withdrawn = query(16, 1, "2026-03-05T12:00:00Z", None, AnswerKind::Other);
        withdrawn.withdrawn = true;
        let mut old = query(17, 3, "2026-03-06T12:00:00Z", Some(8), AnswerKind::Other);
        old.kind = None;
        let mut other = query(15, 2, "2026-03-05T12:00:00Z", Some(30), AnswerKind::Other);
        other.author = 8;
        other.topic = "sepsis".into();
        Sample {
            discharges: vec![
                stay(1, "2026-03-10T12:00:00Z"),
                stay(2, "2026-03-12T12:00:00Z"),
                stay(3, "2026-03-31T23:00:00Z"),
                stay(4, "2026-03-01T12:00:00Z"),
                stay(5, "2026-02-28T12:00:00Z"),
                outpatient,
            ],
            reviews: vec![
                review(1, 7),
                review(1, 8),
                review(2, 7),
                review(4, 8),
                review(6, 8),
            ],
            queries: vec![
                query(11, 1, "2026-03-02T12:00:00Z", Some(4), AnswerKind::Agree),
                query(12, 1, "2026-03-03T12:00:00Z", Some(10), AnswerKind::Agree),
                query(13, 1, "2026-03-04T12:00:00Z", None, AnswerKind::Agree),
                query(14, 2, "2026-02-20T12:00:00Z", Some(99), AnswerKind::Unable),
                other,
                withdrawn,
                old,
            ],
            codings: vec![PastCoding {
                encounter: EncounterId(1),
                at: at("2026-03-03T18:00:00Z"),
                matched: 4,
                compared: 5,
                visit: visit("2026-03-10T12:00:00Z", 20, 5),
            }],
            groups: HashMap::from([(20, "Medicine".into()), (21, "Surgery".into())]),
        }
    }

    impl Sample {
        fn input(&self) -> Input<'_> {
            Input {
                from: date(2026, 3, 1),
                to: date(2026, 3, 31),
                zone: &UTC,
                classes: &[EncounterClass::Inpatient],
                discharges: &self.discharges,
                reviews: &self.reviews,
                queries: &self.queries,
                codings: &self.codings,
                groups: &self.groups,
            }
        }
    }

    fn rate(figures: &CdiFigures, measure: CdiMeasure) -> (i64, i64) {
        let rate = figures.rate(measure);
        (rate.numerator, rate.denominator)
    }

    #[test]
    fn every_figure_has_the_numerator_and_denominator_its_formula_says() {
        let sample = sample();
        let total = compute(&sample.input(), CdiBy::Total).remove("").unwrap();
        for (measure, expected) in [
            (CdiMeasure::ReviewRate, (3, 4)),
            (CdiMeasure::QueryRate, (2, 3)),
            (CdiMeasure::QueriesPerReview, (5, 3)),
            (CdiMeasure::ResponseRate, (4, 5)),
            (CdiMeasure::AgreeRate, (2, 4)),
            (CdiMeasure::DisagreeRate, (0, 4)),
            (CdiMeasure::OtherRate, (1, 4)),
            (CdiMeasure::UnableRate, (0, 4)),
            (CdiMeasure::ResponseHours, (0, 4)),
            (CdiMeasure::WithdrawnRate, (1, 6)),
            // Of stay 1 two queries were asked by then; the second was answered after it.
            (CdiMeasure::UnansweredAtFinal, (1, 2)),
            (CdiMeasure::DiagnosisMatch, (4, 5)),
        ] {
            assert_eq!(rate(&total, measure), expected, "{}", measure.name());
        }
        // 4, 8, 10 and 30 hours.
        let median = total.rate(CdiMeasure::ResponseHours).median_minutes;
        assert_eq!(median, Some(9 * 60));
        assert_eq!(unclassified(&sample.input()), 1);
        assert_eq!(total.rates.len(), CdiMeasure::ALL.len());
    }

    #[test]
    fn groups_add_up_to_the_whole_and_so_do_the_lists_behind_them() {
        let sample = sample();
        let input = sample.input();
        let total = compute(&input, CdiBy::Total).remove("").unwrap();
        for by in CdiBy::ALL {
            for measure in CdiMeasure::ALL.iter().filter(|m| m.goes_by(*by)) {
                let groups = compute(&input, *by);
                let mut sum = (0, 0);
                for (key, figures) in &groups {
                    let (n, d) = rate(figures, *measure);
                    sum = (sum.0 + n, sum.1 + d);
                    let parts = parts(&input, *by, key, *measure);
                    let listed: (i64, i64) = parts
                        .iter()
                        .fold((0, 0), |s, p| (s.0 + p.numerator, s.1 + p.denominator));
                    assert_eq!(listed, (n, d), "{} {}", by.name(), measure.name());
                }
                // A stay reviewed by two counts for both.
                if *by != CdiBy::Specialist {
                    assert_eq!(
                        sum,
                        rate(&total, *measure),
                        "{} {}",
                        by.name(),
                        measure.name()
                    );
                }
            }
        }
    }

    #[test]
    fn a_specialist_has_the_queries_they_asked_and_no_discharges_to_review() {
        let sample = sample();
        let groups = compute(&sample.input(), CdiBy::Specialist);
        let seven = &groups["7"];
        assert_eq!(rate(seven, CdiMeasure::QueryRate), (2, 2));
        assert_eq!(rate(&groups["8"], CdiMeasure::QueryRate), (0, 2));
        assert_eq!(rate(&groups["8"], CdiMeasure::ResponseRate), (1, 1));
        assert!(
            !seven
                .rates
                .iter()
                .any(|(m, _)| *m == CdiMeasure::ReviewRate)
        );
        let topics = compute(&sample.input(), CdiBy::Topic);
        assert_eq!(topics.keys().collect::<Vec<_>>(), ["aki", "sepsis"]);
        let providers = compute(&sample.input(), CdiBy::Group);
        assert_eq!(
            rate(&providers["Surgery"], CdiMeasure::ResponseRate),
            (3, 4)
        );
    }

    #[test]
    fn an_empty_period_has_figures_without_denominator() {
        let sample = sample();
        let input = Input {
            from: date(2025, 1, 1),
            to: date(2025, 1, 31),
            ..sample.input()
        };
        let total = compute(&input, CdiBy::Total).remove("").unwrap();
        assert!(total.rates.iter().all(|(_, r)| r.denominator == 0));
        assert!(compute(&input, CdiBy::Provider).is_empty());
    }
}
