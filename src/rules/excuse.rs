//! What excuses time: which holds, which absences, from when, for how long after the return.
//!
//! Owns the type and the reading of the site's `[excuse]` and `[stages]` sections. A rule may say
//! otherwise for itself.

use super::schema::{Setting, Step};
use crate::domain::deficiency::{DeficiencyState, HoldReason};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use std::collections::BTreeMap;

/// What excuses time on an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excuse {
    /// Reasons of holds that stop the clock.
    pub holds: Vec<HoldReason>,
    /// Reasons of absences of the owner that stop it.
    pub absences: Vec<HoldReason>,
    /// Shorter absences, in calendar days, excuse nothing.
    pub minimum_days: i64,
    /// Whole days after the return that are excused too.
    pub grace_days: i64,
    /// Whether an item that is late already when the absence begins is excused.
    pub late_too: bool,
}

impl Excuse {
    /// Changes one thing as a setting says; what is wrong with the setting, otherwise.
    pub(super) fn set(&mut self, key: &str, value: &Setting) -> Result<(), String> {
        match (key, value) {
            ("holds", Setting::Names(names)) => self.holds = reasons(names)?,
            ("absences", Setting::Names(names)) => self.absences = reasons(names)?,
            ("minimum_days", Setting::Number(days)) => self.minimum_days = *days,
            ("grace_days", Setting::Number(days)) => self.grace_days = *days,
            ("late_too", Setting::Flag(on)) => self.late_too = *on,
            _ => {
                return Err(
                    "[excuse] knows the lists `holds` and `absences`, the numbers `minimum_days` \
                     and `grace_days`, and the switch `late_too`"
                        .to_owned(),
                );
            }
        }
        Ok(())
    }
}

fn reasons(names: &[String]) -> Result<Vec<HoldReason>, String> {
    let reason = |n: &String| HoldReason::from_name(n).ok_or(format!("no reason `{n}`"));
    names.iter().map(reason).collect()
}

/// What a site says of the stages.
#[derive(Clone, Debug, Default)]
pub(super) struct Stages {
    /// Whether what is signed waits for a review.
    pub review: bool,
    /// Who owns an item at a stage, whatever its rule says.
    pub owners: BTreeMap<DeficiencyState, Vec<Step>>,
}

impl Stages {
    /// Changes one thing as a setting says; what is wrong with the setting, otherwise.
    pub fn set(&mut self, key: &str, value: &Setting) -> Result<(), String> {
        match (key, DeficiencyState::from_name(key), value) {
            ("review", _, Setting::Flag(on)) => self.review = *on,
            (_, Some(stage), Setting::Names(names)) => {
                let step = |n: &String| {
                    let name: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
                        n.as_str().into_deserializer();
                    Step::deserialize(name).map_err(|_| format!("no owner `{n}`"))
                };
                let steps: Vec<Step> = names.iter().map(step).collect::<Result<_, _>>()?;
                if steps.is_empty() {
                    self.owners.remove(&stage);
                } else {
                    self.owners.insert(stage, steps);
                }
            }
            _ => {
                return Err(
                    "[stages] knows the switch `review` and lists of owners by stage: `dictated`, \
                     `transcribed`, `signed`"
                        .to_owned(),
                );
            }
        }
        Ok(())
    }
}
