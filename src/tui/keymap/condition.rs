//! Conditions of bindings: `list-at-end && !filtering`.

use crate::command::{CONDITIONS, Facts};

/// All parts must hold; a part may be negated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition(Vec<(usize, bool)>);

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// The name that is no condition.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        for part in text.split("&&") {
            let part = part.trim();
            let (name, wanted) = match part.strip_prefix('!') {
                Some(rest) => (rest.trim(), false),
                None => (part, true),
            };
            match CONDITIONS.iter().position(|(known, _)| *known == name) {
                Some(index) => parts.push((index, wanted)),
                None => return Err(name.to_owned()),
            }
        }
        parts.sort_unstable();
        parts.dedup();
        Ok(Self(parts))
    }

    /// Whether it holds.
    pub fn holds(&self, facts: &Facts) -> bool {
        self.0
            .iter()
            .all(|(index, wanted)| (CONDITIONS[*index].1)(facts) == *wanted)
    }

    /// Whether both can never hold at once, because one negates a part of the other.
    pub fn excludes(&self, other: &Self) -> bool {
        self.0
            .iter()
            .any(|(index, wanted)| other.0.contains(&(*index, !wanted)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_hold_together_and_may_be_negated() {
        let condition = Condition::parse("list-at-end && !filtering").unwrap();
        let mut facts = Facts {
            at_end: true,
            ..Facts::default()
        };
        assert!(condition.holds(&facts));
        facts.filtering = true;
        assert!(!condition.holds(&facts));
        assert_eq!(Condition::parse("rainy && busy"), Err("rainy".into()));
        let not = Condition::parse("filtering").unwrap();
        assert!(condition.excludes(&not));
        assert!(!condition.excludes(&Condition::parse("busy").unwrap()));
    }
}
