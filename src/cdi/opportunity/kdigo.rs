//! KDIGO 2012: stages of acute kidney injury by creatinine; and CKD-EPI 2021: filtration from it.
//!
//! A rise of 0.3 mg/dL within 48 hours or to 1.5 times the lowest value of 7 days is stage 1; 2
//! and 3 times are stages 2 and 3; 4.0 mg/dL is stage 3 if one of the two rises made it an
//! injury. Baselines are the lowest earlier values within the windows: nothing is imputed. The
//! numbers are data (`data/kdigo.toml`). Comparisons are made on the values as reported, in the
//! arithmetic of the published reference queries, so that both agree on every value. Start at
//! [`stages`].

use crate::domain::people::Sex;
use crate::domain::time::Instant;
use serde::Deserialize;

const DEFAULTS: &str = include_str!("data/kdigo.toml");

/// The numbers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Numbers {
    source: String,
    pub rise_mg_dl: f64,
    pub rise_hours: i64,
    pub ratio_days: i64,
    pub stage_1_ratio: f64,
    pub stage_2_ratio: f64,
    pub stage_3_ratio: f64,
    pub stage_3_mg_dl: f64,
    pub stage_3_from_mg_dl: f64,
    ckd_epi: CkdEpi,
}

/// CKD-EPI 2021: `factor × min(Scr/kappa, 1)^alpha × max(Scr/kappa, 1)^beta × per_year^age`, times
/// `female` for women.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CkdEpi {
    source: String,
    factor: f64,
    beta: f64,
    per_year: f64,
    female: f64,
    female_kappa: f64,
    female_alpha: f64,
    male_kappa: f64,
    male_alpha: f64,
    youngest: i64,
}

impl Numbers {
    /// Where the numbers are published: of the stages, and of filtration.
    pub fn sources(&self) -> [(String, String); 2] {
        [
            ("kdigo.toml".to_owned(), self.source.clone()),
            (
                "kdigo.toml [ckd_epi]".to_owned(),
                self.ckd_epi.source.clone(),
            ),
        ]
    }

    /// Glomerular filtration in mL/min/1.73 m² from a creatinine in mg/dL; `None` for a child, or
    /// without age or sex: nothing is assumed.
    pub fn egfr(&self, mg_dl: f64, age: Option<i64>, sex: Sex) -> Option<f64> {
        let n = &self.ckd_epi;
        let age = age.filter(|a| *a >= n.youngest)?;
        let (kappa, alpha, factor) = match sex {
            Sex::Female => (n.female_kappa, n.female_alpha, n.female),
            Sex::Male => (n.male_kappa, n.male_alpha, 1.0),
            _ => return None,
        };
        let ratio = mg_dl / kappa;
        let by_creatinine = ratio.min(1.0).powf(alpha) * ratio.max(1.0).powf(n.beta);
        Some(n.factor * by_creatinine * n.per_year.powf(age as f64) * factor)
    }

    /// The published numbers.
    pub fn load() -> Result<Self, (String, usize, String)> {
        toml::from_str(DEFAULTS).map_err(|e| {
            let at = e.span().map_or(0, |s| s.start);
            ("kdigo.toml".to_owned(), at, e.message().to_owned())
        })
    }
}

/// Baselines and stage of one value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Staged {
    pub low_48h: Option<f64>,
    pub low_7d: Option<f64>,
    pub stage: i64,
}

/// Stages of values in the order of time. Values taken at the same time do not stand before each
/// other.
pub(super) fn stages(numbers: &Numbers, values: &[(Instant, f64)]) -> Vec<Staged> {
    let hours = |h: i64| h.saturating_mul(3_600_000_000);
    let (short, long) = (hours(numbers.rise_hours), hours(numbers.ratio_days * 24));
    let mut out = Vec::with_capacity(values.len());
    for (n, (at, value)) in values.iter().enumerate() {
        let lowest = |window: i64| {
            values[..n]
                .iter()
                .rev()
                .take_while(|(t, _)| at.0 - t.0 <= window)
                .filter(|(t, _)| t < at)
                .map(|(_, v)| *v)
                .reduce(f64::min)
        };
        let (low_48h, low_7d) = (lowest(short), lowest(long));
        out.push(Staged {
            low_48h,
            low_7d,
            stage: stage(numbers, *value, low_48h, low_7d),
        });
    }
    out
}

fn stage(n: &Numbers, value: f64, low_48h: Option<f64>, low_7d: Option<f64>) -> i64 {
    let times = |ratio: f64| low_7d.is_some_and(|low| value >= low * ratio);
    let rise = low_48h.is_some_and(|low| value >= low + n.rise_mg_dl);
    let from = low_48h.is_some_and(|low| low <= n.stage_3_from_mg_dl);
    let high = value >= n.stage_3_mg_dl && (from || times(n.stage_1_ratio));
    if times(n.stage_3_ratio) || high {
        3
    } else if times(n.stage_2_ratio) {
        2
    } else if rise || times(n.stage_1_ratio) {
        1
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[(i64, f64)], want: &[i64]) {
        let at: Vec<(Instant, f64)> = values
            .iter()
            .map(|(h, v)| (Instant(0).plus_hours(*h), *v))
            .collect();
        let got: Vec<i64> = stages(&Numbers::load().unwrap(), &at)
            .iter()
            .map(|s| s.stage)
            .collect();
        assert_eq!(got, want, "{values:?}");
    }

    #[test]
    fn stages_follow_the_published_numbers() {
        check(&[(0, 0.9)], &[0]);
        check(&[(0, 0.9), (24, 1.2)], &[0, 1]);
        // The rise of 0.3 counts for 48 hours, the ratio for seven days.
        check(&[(0, 1.0), (48, 1.3)], &[0, 1]);
        check(&[(0, 1.0), (49, 1.3)], &[0, 0]);
        check(&[(0, 1.0), (168, 1.5)], &[0, 1]);
        check(&[(0, 1.0), (169, 1.5)], &[0, 0]);
        check(&[(0, 1.0), (24, 2.0), (48, 3.0)], &[0, 2, 3]);
        // 4.0 needs a rise that makes it an injury.
        check(&[(0, 3.6), (24, 4.0)], &[0, 3]);
        check(&[(0, 3.8), (24, 4.0)], &[0, 0]);
        check(&[(0, 2.6), (100, 4.0)], &[0, 3]);
        // The same moment is not before itself; the lowest value counts.
        check(&[(0, 1.0), (0, 2.0)], &[0, 0]);
        check(&[(0, 1.4), (12, 1.0), (24, 1.5)], &[0, 0, 1]);
    }

    #[test]
    fn filtration_is_that_of_the_published_equation() {
        let numbers = Numbers::load().unwrap();
        let check = |mg_dl: f64, age: i64, sex: Sex, want: f64| {
            let got = numbers.egfr(mg_dl, Some(age), sex).unwrap();
            assert!((got - want).abs() < 0.5, "{mg_dl} {age}: {got}");
        };
        // 142 x 0.9938^50 at kappa; the other values follow from the equation by hand.
        check(0.9, 50, Sex::Male, 104.0);
        check(0.7, 50, Sex::Female, 105.3);
        check(1.8, 50, Sex::Male, 45.3);
        check(1.4, 70, Sex::Female, 40.5);
        assert_eq!(numbers.egfr(1.0, None, Sex::Male), None);
        assert_eq!(numbers.egfr(1.0, Some(9), Sex::Male), None);
        assert_eq!(numbers.egfr(1.0, Some(50), Sex::Unknown), None);
    }
}
