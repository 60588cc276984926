//! Names of people as feeds print them, taken apart.
//!
//! Start at [`parse`]. A name that cannot be taken apart is kept whole as the family name.

use super::maps::Maps;
use crate::domain::people::{ProviderFacts, ProviderRole};
use crate::domain::untrusted::Untrusted;

/// A name printed in one piece, taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Name {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Credentials, as printed.
    pub credential: String,
}

/// Takes apart `Dr. Ann Lee`, `Lee, Ann MD` or `Ann Lee, PA-C`.
pub(crate) fn parse(text: &str, maps: &Maps) -> Name {
    let mut name = Name::default();
    let mut parts: Vec<Vec<&str>> = Vec::new();
    for part in text.split(',') {
        let mut words = Vec::new();
        for word in part.split_whitespace() {
            // A single letter is an initial, never a credential.
            let plain = word.trim_matches(|c: char| matches!(c, '.' | '(' | ')' | ';'));
            if plain.len() > 1 && maps.credential(plain).is_some() {
                if !name.credential.is_empty() {
                    name.credential.push(' ');
                }
                name.credential.push_str(plain);
            } else if !(words.is_empty() && maps.is_prefix(word)) {
                words.push(word);
            }
        }
        if !words.is_empty() {
            parts.push(words);
        }
    }
    match parts.as_slice() {
        [] => name.family = text.trim().to_owned(),
        [one] => {
            if let Some((last, first)) = one.split_last() {
                name.family = (*last).to_owned();
                name.given = first.join(" ");
            }
        }
        [family, rest @ ..] => {
            name.family = family.join(" ");
            name.given = rest.concat().join(" ");
        }
    }
    name
}

/// The role a name's credentials give.
pub(crate) fn role_of(credential: &str, maps: &Maps) -> Option<ProviderRole> {
    credential
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/'))
        .filter(|word| !word.is_empty())
        .find_map(|word| maps.credential(word).flatten())
}

/// What a printed name alone says of a provider.
pub(crate) fn provider(text: &str, maps: &Maps) -> ProviderFacts {
    let name = parse(text, maps);
    ProviderFacts {
        role: role_of(&name.credential, maps).unwrap_or(ProviderRole::Unknown),
        family: Untrusted::new(name.family),
        given: Untrusted::new(name.given),
        credential: Untrusted::new(name.credential),
        specialty: Untrusted::default(),
        active: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, family: &str, given: &str, credential: &str) {
        let name = parse(text, &Maps::embedded());
        assert_eq!(
            (
                name.family.as_str(),
                name.given.as_str(),
                name.credential.as_str()
            ),
            (family, given, credential),
            "{text}"
        );
    }

    #[test]
    fn names_are_taken_apart() {
        check("Dr. Chelsey293 Simonis280", "Simonis280", "Chelsey293", "");
        check("LEE, ANN B MD", "LEE", "ANN B", "MD");
        check("Ann B. Lee, PA-C", "Lee", "Ann B.", "PA-C");
        check("Ann Lee, M.D., FACS", "Lee", "Ann", "M.D FACS");
        check("van der Berg, Jan", "van der Berg", "Jan", "");
        check("Hospitalist", "Hospitalist", "", "");
        check("", "", "", "");
        check("Dr.", "Dr.", "", "");
    }

    #[test]
    fn credentials_give_the_role() {
        let maps = Maps::embedded();
        assert_eq!(
            provider("Ann Lee, PA-C", &maps).role,
            ProviderRole::PhysicianAssistant
        );
        assert_eq!(
            provider("Ann Lee, M.D., FACS", &maps).role,
            ProviderRole::Attending
        );
        assert_eq!(provider("Dr. Ann Lee", &maps).role, ProviderRole::Unknown);
    }
}
