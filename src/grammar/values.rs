//! The values of fields that have only a few, and what a person means by one.

use super::ast::Field;
use super::terms::folded;
use crate::domain::deficiency::DeficiencyState;
use crate::domain::document::SignatureState;
use crate::domain::encounter::EncounterClass;
use crate::domain::people::Sex;

/// The stable names of a field's values; `None` for a field that takes any.
pub fn choices(field: Field) -> Option<Vec<&'static str>> {
    Some(match field {
        Field::Class => EncounterClass::ALL.iter().map(|c| c.name()).collect(),
        Field::Sex => Sex::ALL.iter().map(|s| s.name()).collect(),
        Field::Status => SignatureState::ALL.iter().map(|s| s.name()).collect(),
        Field::State => DeficiencyState::ALL.iter().map(|s| s.name()).collect(),
        Field::Late => vec!["yes", "no"],
        _ => return None,
    })
}

/// Other words for a value.
fn words(field: Field, name: &str) -> &'static [&'static str] {
    match (field, name) {
        (Field::Class, "IP") => &["inpatient"],
        (Field::Class, "OBS") => &["observation"],
        (Field::Class, "ED") => &["emergency", "er"],
        (Field::Class, "SDS") => &["day surgery", "surgery"],
        (Field::Class, "OP") => &["outpatient"],
        (Field::Class, "UNK") | (Field::Sex, "U") => &["unknown"],
        (Field::Sex, "F") => &["female", "woman"],
        (Field::Sex, "M") => &["male", "man"],
        (Field::Sex, "O") => &["other"],
        _ => &[],
    }
}

/// The values of a field that typed text means: the name itself, another word for it, or the
/// beginning of one.
pub fn choice_is_meant(field: Field, typed: &str) -> impl Iterator<Item = &'static str> {
    let all = choices(field).unwrap_or_default();
    let typed = folded(typed).join(" ");
    let exact = |name: &&str| {
        let plain = |text: &str| folded(text).join(" ");
        plain(name) == typed || words(field, name).contains(&typed.as_str())
    };
    let whole: Vec<&'static str> = all.iter().copied().filter(|name| exact(name)).collect();
    let meant = if whole.is_empty() && !typed.is_empty() {
        let begins = |name: &&&str| {
            let lower = name.to_lowercase();
            lower.starts_with(&typed) || words(field, name).iter().any(|w| w.starts_with(&typed))
        };
        all.iter().filter(begins).copied().collect()
    } else {
        whole
    };
    meant.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_other_words_and_beginnings_are_understood() {
        let meant = |field, typed| choice_is_meant(field, typed).collect::<Vec<_>>();
        assert_eq!(meant(Field::Class, "ip"), ["IP"]);
        assert_eq!(meant(Field::Class, "Inpatient"), ["IP"]);
        assert_eq!(meant(Field::Class, "emer"), ["ED"]);
        assert_eq!(meant(Field::Class, "o"), ["OBS", "OP"]);
        assert_eq!(meant(Field::Sex, "f"), ["F"]);
        assert_eq!(meant(Field::Status, "unsigned"), ["unsigned"]);
        assert_eq!(meant(Field::Status, "auth"), ["authenticated"]);
        assert!(meant(Field::Sex, "x").is_empty());
        assert!(meant(Field::Author, "x").is_empty());
    }
}
