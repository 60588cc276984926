//! The vocabulary of `query_ladder.toml`.

use super::super::error::Fault;
use super::case::{AnswerCase, Case};
use crate::domain::deficiency::HoldReason;
use crate::domain::query_life::EscalationKind;
use jiff::civil::{Date, Weekday};
use serde::Deserialize;
use toml::Spanned;

/// From when days are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CountedFrom {
    /// From when the present provider was asked.
    Asked,
    /// From when the answer was due.
    Due,
}

/// Which days count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Count {
    /// Neither weekends nor holidays.
    Working,
    /// Every day.
    Every,
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Who {
    Provider,
    Department,
    PhysicianAdvisor,
    Administration,
}

impl Who {
    pub fn title(self) -> &'static str {
        match self {
            Self::Provider => "the provider",
            Self::Department => "the department",
            Self::PhysicianAdvisor => "the physician advisor",
            Self::Administration => "the administration",
        }
    }
}

/// The file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LadderFile {
    pub id: String,
    pub version: i64,
    pub title: String,
    pub source: Vec<String>,
    pub text: String,
    pub counted_from: CountedFrom,
    pub calendar: Calendar,
    pub answers: Answers,
    pub step: Vec<StepFile>,
    #[serde(default)]
    pub case: Vec<Spanned<Case>>,
    #[serde(default)]
    pub answer: Vec<Spanned<AnswerCase>>,
}

/// Which days do not count.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Calendar {
    pub count: Count,
    #[serde(default)]
    pub weekend: Vec<Spanned<String>>,
    #[serde(default)]
    pub holidays: Vec<Spanned<String>>,
    #[serde(default)]
    pub absences: Vec<HoldReason>,
}

/// What answers amount to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answers {
    pub other: Vec<String>,
    pub unable: Vec<String>,
    pub disagree: Vec<String>,
}

/// A step.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepFile {
    pub id: Spanned<String>,
    pub kind: EscalationKind,
    pub title: String,
    pub after_days: i64,
    pub who: Who,
    /// Which person that is.
    #[serde(default)]
    pub name: String,
    /// What is done.
    #[serde(default)]
    pub action: String,
}

/// Days off, read.
#[derive(Clone, Debug, Default)]
pub(crate) struct DaysOff {
    weekend: Vec<Weekday>,
    yearly: Vec<(i8, i8)>,
    dates: Vec<Date>,
}

impl DaysOff {
    fn of(calendar: &Calendar) -> Result<Self, Fault> {
        let mut off = Self::default();
        if calendar.count == Count::Every {
            return Ok(off);
        }
        for name in &calendar.weekend {
            let day = weekday(name.get_ref());
            let unknown = || {
                Fault::new(
                    name.span().start,
                    format!("no weekday `{}`", name.get_ref()),
                )
            };
            off.weekend.push(day.ok_or_else(unknown)?);
        }
        for text in &calendar.holidays {
            if let Ok(date) = text.get_ref().parse::<Date>() {
                off.dates.push(date);
                continue;
            }
            // A leap year knows every day there is.
            let yearly = format!("2024-{}", text.get_ref()).parse::<Date>();
            let unknown = |_| {
                let what = format!("`{}` is neither month-day nor a date", text.get_ref());
                Fault::new(text.span().start, what)
            };
            let date = yearly.map_err(unknown)?;
            off.yearly.push((date.month(), date.day()));
        }
        Ok(off)
    }

    pub fn has(&self, day: Date) -> bool {
        self.weekend.contains(&day.weekday())
            || self.yearly.contains(&(day.month(), day.day()))
            || self.dates.contains(&day)
    }
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

impl LadderFile {
    /// What the types do not say: steps in order with ids of their own, nothing behind an expiry,
    /// and days off that are days.
    pub fn verify(&self) -> Result<DaysOff, Fault> {
        for (order, step) in self.step.iter().enumerate() {
            let id = step.id.get_ref();
            let at = step.id.span().start;
            let earlier = &self.step[..order];
            if earlier.iter().any(|s| s.id.get_ref() == id) {
                return Err(Fault::new(at, format!("the step `{id}` occurs twice")));
            }
            if step.after_days < 0 {
                return Err(Fault::new(at, format!("`{id}` has negative days")));
            }
            let Some(last) = earlier.last() else {
                continue;
            };
            if last.after_days > step.after_days {
                let what = format!(
                    "`{id}` comes before `{}`: put steps in order",
                    last.id.get_ref()
                );
                return Err(Fault::new(at, what));
            }
            if last.kind == EscalationKind::Expiry {
                return Err(Fault::new(at, "nothing comes after an expiry"));
            }
        }
        DaysOff::of(&self.calendar)
    }
}
