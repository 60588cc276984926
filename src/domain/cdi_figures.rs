//! Figures of clinical documentation integrity: what is measured, by what it is broken down.
//!
//! Every figure is kept as its two numbers; formulas stand beside them and in
//! `docs/reference/reports.md`. Nothing here is about money, and nothing ranks people: groups
//! stand in the order of their names. The computing is in `report::cdi`.

use super::ids::{EncounterId, QueryId};
use super::named::named_enum;
use super::past::PastVisit;
use super::query_life::AnswerKind;
use super::time::Instant;
use super::untrusted::Untrusted;
use jiff::civil::Date;

named_enum! {
    /// What figures are broken down by.
    pub enum CdiBy {
        /// Not at all.
        Total = "total",
        /// Month: of discharge for stays, of issue for queries, of final codes for codes.
        Month = "month",
        /// Specialist: who reviewed, who asked.
        Specialist = "specialist",
        /// Provider: who was asked; for stays the attending.
        Provider = "provider",
        /// Group of providers: the provider's service, else specialty.
        Group = "group",
        /// Service of the stay.
        Service = "service",
        /// Topic of the query.
        Topic = "topic",
    }
}

impl CdiBy {
    /// Head of its column.
    pub fn title(self) -> &'static str {
        match self {
            Self::Total => "Total",
            Self::Month => "Month",
            Self::Specialist => "Specialist",
            Self::Provider => "Provider",
            Self::Group => "Provider group",
            Self::Service => "Service",
            Self::Topic => "Topic",
        }
    }
}

named_enum! {
    /// A figure (domain reference §8).
    pub enum CdiMeasure {
        /// Reviewed discharges.
        ReviewRate = "review_rate",
        /// Reviewed stays with a query.
        QueryRate = "query_rate",
        /// Queries on reviewed stays, the other way to count.
        QueriesPerReview = "queries_per_review",
        /// Queries answered.
        ResponseRate = "response_rate",
        /// Answers that chose an offered option.
        AgreeRate = "agree_rate",
        /// Answers that denied.
        DisagreeRate = "disagree_rate",
        /// Answers in the provider's own words.
        OtherRate = "other_rate",
        /// Answers that it cannot be determined.
        UnableRate = "unable_rate",
        /// Hours from issue to answer.
        ResponseHours = "response_hours",
        /// Queries taken back.
        WithdrawnRate = "withdrawn_rate",
        /// Queries without an answer when the codes were final.
        UnansweredAtFinal = "unanswered_at_final",
        /// Diagnoses on which specialist and coder agree.
        DiagnosisMatch = "diagnosis_match",
    }
}

named_enum! {
    /// What a figure is expressed in.
    pub enum CdiUnit {
        /// Hundredths.
        Percent = "percent",
        /// So many for each.
        Each = "each",
        /// Hours.
        Hours = "hours",
    }
}

impl CdiMeasure {
    /// In a few words.
    pub fn title(self) -> &'static str {
        match self {
            Self::ReviewRate => "Review rate",
            Self::QueryRate => "Query rate (stays)",
            Self::QueriesPerReview => "Queries per review",
            Self::ResponseRate => "Response rate",
            Self::AgreeRate => "Agree rate",
            Self::DisagreeRate => "Answered: denied",
            Self::OtherRate => "Answered: other",
            Self::UnableRate => "Answered: unable",
            Self::ResponseHours => "Response time",
            Self::WithdrawnRate => "Withdrawn",
            Self::UnansweredAtFinal => "Unanswered at final",
            Self::DiagnosisMatch => "CDI-coder match",
        }
    }

    /// How it is computed: numerator ÷ denominator.
    pub fn formula(self) -> &'static str {
        match self {
            Self::ReviewRate => {
                "discharges of the period with a signed review ÷ eligible discharges of the period"
            }
            Self::QueryRate => {
                "reviewed discharges with at least one query not withdrawn ÷ reviewed discharges"
            }
            Self::QueriesPerReview => {
                "queries not withdrawn on reviewed discharges ÷ reviewed discharges (counts queries, not stays)"
            }
            Self::ResponseRate => {
                "queries issued in the period and answered ÷ (queries issued in the period − withdrawn)"
            }
            Self::AgreeRate => "answers that chose an offered, supported option ÷ answers",
            Self::DisagreeRate => "answers that denied ÷ answers",
            Self::OtherRate => "answers in the provider's own words ÷ answers",
            Self::UnableRate => "answers that it cannot be determined ÷ answers",
            Self::ResponseHours => {
                "median of the hours from issue to answer, by the calendar; the denominator is the number of answers"
            }
            Self::WithdrawnRate => {
                "queries issued in the period and withdrawn ÷ queries issued in the period"
            }
            Self::UnansweredAtFinal => {
                "queries without an answer when the stay was coded ÷ queries not withdrawn of stays coded in the period (codes final: by a coder or by a feed)"
            }
            Self::DiagnosisMatch => {
                "diagnoses the same in the specialist's and the coder's list (code and POA) ÷ all diagnoses of both lists, stays coded in the period"
            }
        }
    }

    /// What it is expressed in.
    pub fn unit(self) -> CdiUnit {
        match self {
            Self::QueriesPerReview => CdiUnit::Each,
            Self::ResponseHours => CdiUnit::Hours,
            _ => CdiUnit::Percent,
        }
    }

    /// Whether it can be broken down this way: a topic has no discharges, a specialist no
    /// discharges to review.
    pub fn goes_by(self, by: CdiBy) -> bool {
        match by {
            CdiBy::Topic => !matches!(
                self,
                Self::ReviewRate | Self::QueryRate | Self::QueriesPerReview | Self::DiagnosisMatch
            ),
            CdiBy::Specialist => self != Self::ReviewRate,
            _ => true,
        }
    }
}

/// A figure's two numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CdiRate {
    /// Above the line; for a median nothing.
    pub numerator: i64,
    /// Below the line.
    pub denominator: i64,
    /// Minutes, for a median.
    pub median_minutes: Option<i64>,
}

impl CdiRate {
    /// The figure in thousandths of its unit (a percent, one for each, an hour), rounded; `None`
    /// without a denominator.
    pub fn thousandths(self, measure: CdiMeasure) -> Option<i64> {
        let (n, d) = (self.numerator, self.denominator);
        let of = |whole: i64| (d > 0).then(|| (n * 2 * whole + d) / (2 * d));
        match measure.unit() {
            CdiUnit::Percent => of(100_000),
            CdiUnit::Each => of(1_000),
            CdiUnit::Hours => self.median_minutes.map(|m| (m * 1_000 + 30) / 60),
        }
    }

    /// The figure in words: `75.0 %`, `1.67`, `9.0 h`; `-` without a denominator.
    pub fn told(self, measure: CdiMeasure) -> String {
        let Some(value) = self.thousandths(measure) else {
            return "-".to_owned();
        };
        let tenths = (value + 50) / 100;
        match measure.unit() {
            CdiUnit::Percent => format!("{}.{} %", tenths / 10, tenths % 10),
            CdiUnit::Each => {
                let hundredths = (value + 5) / 10;
                format!("{}.{:02}", hundredths / 100, hundredths % 100)
            }
            CdiUnit::Hours => format!("{}.{} h", tenths / 10, tenths % 10),
        }
    }

    /// The two numbers: `3/4`; for a median only how many it is of.
    pub fn fraction(self, measure: CdiMeasure) -> String {
        match measure.unit() {
            CdiUnit::Hours => format!("n={}", self.denominator),
            _ => format!("{}/{}", self.numerator, self.denominator),
        }
    }
}

/// The figures of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CdiFigures {
    /// Each figure that can be broken down this way, in the order of [`CdiMeasure::ALL`].
    pub rates: Vec<(CdiMeasure, CdiRate)>,
}

impl CdiFigures {
    /// A figure; nothing over nothing if it is not there.
    pub fn rate(&self, measure: CdiMeasure) -> CdiRate {
        let found = self.rates.iter().find(|(m, _)| *m == measure);
        found.map_or(CdiRate::default(), |(_, r)| *r)
    }
}

/// A group with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CdiGroup {
    /// Its key: a row number, a month, a topic.
    pub key: String,
    /// Its name; empty if it is not known.
    pub name: Untrusted,
    /// Figures.
    pub figures: CdiFigures,
}

/// A period asked for, both days included, and how to break it down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CdiAsk {
    /// First day.
    pub from: Date,
    /// Last day; everything is told as it was known at its end.
    pub to: Date,
    /// How.
    pub by: CdiBy,
}

/// Figures of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CdiReport {
    /// What was asked for.
    pub ask: CdiAsk,
    /// The instant they are of.
    pub as_of: Instant,
    /// The whole.
    pub total: CdiFigures,
    /// Groups in the order of their names, months in the order of time.
    pub groups: Vec<CdiGroup>,
    /// Classes of visits that are eligible, in words.
    pub classes: String,
    /// Answers of which it is not kept what they amount to (from before it was).
    pub unclassified: i64,
}

/// What a figure is made of: a query, or a stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CdiPart {
    /// The stay.
    pub encounter: EncounterId,
    /// The query; none where stays are counted.
    pub query: Option<QueryId>,
    /// What it adds above the line.
    pub numerator: i64,
    /// What it adds below the line.
    pub denominator: i64,
    /// Minutes from issue to answer, where they are measured.
    pub minutes: Option<i64>,
}

/// The same with what people know it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CdiPartRow {
    /// What it is.
    pub part: CdiPart,
    /// Visit number.
    pub visit: Untrusted,
    /// Medical record number.
    pub mrn: Untrusted,
    /// Patient.
    pub patient_name: Untrusted,
    /// The query's title; empty for a stay.
    pub title: Untrusted,
    /// Who was asked, for a stay the attending; empty if not known.
    pub provider_name: Untrusted,
    /// When it was issued, for a query.
    pub issued: Option<Instant>,
}

/// An issued query as it was known at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastQuery {
    /// Which.
    pub query: QueryId,
    /// Of which stay.
    pub encounter: EncounterId,
    /// Who was asked, 0 for nobody.
    pub provider: i64,
    /// Who asked.
    pub author: i64,
    /// Topic; empty if none was said.
    pub topic: String,
    /// When it was issued.
    pub issued: Instant,
    /// When it was answered, if it was known by then.
    pub answered: Option<Instant>,
    /// What the answer amounts to, if that is kept.
    pub kind: Option<AnswerKind>,
    /// Whether it was withdrawn by then.
    pub withdrawn: bool,
    /// What was known of the visit.
    pub visit: PastVisit,
}

/// A signed review as it was known at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastReview {
    /// Of which stay.
    pub encounter: EncounterId,
    /// Who signed it.
    pub reviewer: i64,
    /// When.
    pub at: Instant,
}

/// A coded stay, as it was known at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastCoding {
    /// Which.
    pub encounter: EncounterId,
    /// When it was coded; the end of the day where only that is known.
    pub at: Instant,
    /// Diagnoses the same in both lists.
    pub matched: i64,
    /// Diagnoses of both lists; 0 if one of the lists was never written.
    pub compared: i64,
    /// What was known of the visit.
    pub visit: PastVisit,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(numerator: i64, denominator: i64, median_minutes: Option<i64>) -> CdiRate {
        CdiRate {
            numerator,
            denominator,
            median_minutes,
        }
    }

    #[test]
    fn figures_are_told_rounded_and_never_without_a_denominator() {
        let told = |m, r: CdiRate| (r.told(m), r.fraction(m));
        let own = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let agree = CdiMeasure::AgreeRate;
        assert_eq!(told(agree, rate(2, 3, None)), own("66.7 %", "2/3"));
        assert_eq!(told(agree, rate(0, 0, None)), own("-", "0/0"));
        assert_eq!(told(agree, rate(4, 4, None)), own("100.0 %", "4/4"));
        let per = CdiMeasure::QueriesPerReview;
        assert_eq!(told(per, rate(5, 3, None)), own("1.67", "5/3"));
        let hours = CdiMeasure::ResponseHours;
        assert_eq!(told(hours, rate(0, 4, Some(545))), own("9.1 h", "n=4"));
        assert_eq!(told(hours, rate(0, 0, None)), own("-", "n=0"));
    }

    #[test]
    fn every_figure_says_how_it_is_computed() {
        for measure in CdiMeasure::ALL {
            let formula = measure.formula();
            assert!(
                formula.contains('÷') || formula.contains("median"),
                "{formula}"
            );
            assert!(measure.title().len() <= 20, "{}", measure.title());
            assert!(measure.goes_by(CdiBy::Total) && measure.goes_by(CdiBy::Month));
        }
    }
}
