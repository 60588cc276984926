//! The vocabulary of `ladder.toml`.

use super::super::error::Fault;
use super::case::Case;
use crate::domain::encounter::EncounterClass;
use crate::domain::ladder::{StepKind, SuspensionKind};
use serde::Deserialize;
use toml::Spanned;

/// From when days are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CountedFrom {
    /// From the later of discharge and the start of the item's clock.
    Discharge,
    /// From the start of the item's clock.
    Start,
    /// From its due time.
    Due,
}

/// How a suspension ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Lift {
    /// A supervisor decides.
    Propose,
    /// The daily run lifts it.
    AtOnce,
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
    pub classes: Vec<EncounterClass>,
    #[serde(default)]
    pub exempt: Vec<String>,
    #[serde(default)]
    pub declined: bool,
    pub limit_days: i64,
    pub suspension: SuspensionKind,
    pub lift: Lift,
    pub lift_letter: Option<String>,
    pub step: Vec<StepFile>,
    #[serde(default)]
    pub case: Vec<Spanned<Case>>,
}

/// A step.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepFile {
    pub id: Spanned<String>,
    pub kind: StepKind,
    pub title: String,
    pub after_days: i64,
    /// Whether a later step makes this one unnecessary.
    #[serde(default)]
    pub skippable: bool,
    /// A step that must have been confirmed for the same item and provider.
    pub requires: Option<Spanned<String>>,
    /// Days at least between that one and this.
    #[serde(default)]
    pub wait_days: i64,
    /// Template of its letter.
    pub letter: Option<String>,
}

impl LadderFile {
    /// What the types do not say: steps in order, with ids of their own, requiring earlier ones.
    pub fn verify(&self) -> Result<(), Fault> {
        for (order, step) in self.step.iter().enumerate() {
            let id = step.id.get_ref();
            let at = step.id.span().start;
            let earlier = &self.step[..order];
            if step.kind == StepKind::Lifting {
                return Err(Fault::new(at, "lifting is no step: see `lift`"));
            }
            if earlier.iter().any(|s| s.id.get_ref() == id) {
                return Err(Fault::new(at, format!("the step `{id}` occurs twice")));
            }
            if let Some(last) = earlier.last()
                && last.after_days > step.after_days
            {
                let what = format!(
                    "`{id}` comes before `{}`: put steps in order",
                    last.id.get_ref()
                );
                return Err(Fault::new(at, what));
            }
            if step.after_days < 0 || step.wait_days < 0 {
                return Err(Fault::new(at, format!("`{id}` has negative days")));
            }
            if let Some(needed) = &step.requires
                && !earlier.iter().any(|s| s.id.get_ref() == needed.get_ref())
            {
                let what = format!("there is no step `{}` before `{id}`", needed.get_ref());
                return Err(Fault::new(needed.span().start, what));
            }
        }
        Ok(())
    }
}
