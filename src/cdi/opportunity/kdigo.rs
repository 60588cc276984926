//! KDIGO 2012: stages of acute kidney injury by creatinine.
//!
//! A rise of 0.3 mg/dL within 48 hours or to 1.5 times the lowest value of 7 days is stage 1; 2
//! and 3 times are stages 2 and 3; 4.0 mg/dL is stage 3 if one of the two rises made it an
//! injury. Baselines are the lowest earlier values within the windows: nothing is imputed. The
//! numbers are data (`data/kdigo.toml`). Comparisons are made on the values as reported, in the
//! arithmetic of the published reference queries, so that both agree on every value. Start at
//! [`stages`].

use crate::domain::time::Instant;
use serde::Deserialize;

const DEFAULTS: &str = include_str!("data/kdigo.toml");

/// The numbers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Numbers {
    #[allow(dead_code)]
    source: String,
    pub rise_mg_dl: f64,
    pub rise_hours: i64,
    pub ratio_days: i64,
    pub stage_1_ratio: f64,
    pub stage_2_ratio: f64,
    pub stage_3_ratio: f64,
    pub stage_3_mg_dl: f64,
    pub stage_3_from_mg_dl: f64,
}

impl Numbers {
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
}
