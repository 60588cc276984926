//! Filters of the worklist of documentation integrity, in the same language: words, `-word`,
//! `payer:`, `service:`, `facility:`, `class:`, `los:`, `priority:`, `mrn:`, `visit:`.

use super::ast::Field;
use super::error::{GrammarError, Problem};
use super::lexer::{Text, Token, TokenKind, lex};
use super::number::parse_numbers;
use super::values::choice_is_meant;
use crate::domain::encounter::EncounterClass;
use crate::domain::review_list::ReviewFilter;

/// The filter a person typed; blank text is the filter that lets everything through.
///
/// # Errors
/// A [`GrammarError`] that points at the characters and says what to do.
pub fn review_filter(text: &str) -> Result<ReviewFilter, GrammarError> {
    let mut filter = ReviewFilter::default();
    let mut negation: Option<Token> = None;
    for token in lex(text, Field::REVIEW)? {
        match token.kind {
            TokenKind::Minus if negation.is_none() => negation = Some(token),
            TokenKind::Text(word) => {
                let without = negation.take().is_some();
                let typed = plain(text, token, word)?;
                let list = if without {
                    &mut filter.without
                } else {
                    &mut filter.words
                };
                list.push(typed);
            }
            TokenKind::Field(field, value) if negation.is_none() => {
                add_field(&mut filter, text, token, field, value)?;
            }
            TokenKind::And if negation.is_none() => {}
            _ => return Err(GrammarError::new(Problem::NotInFilters, token.span)),
        }
    }
    Ok(filter)
}

/// A word as typed: parts of names are found anyhow, so stars and tildes would promise less.
fn plain(text: &str, token: Token, word: Text) -> Result<String, GrammarError> {
    if let Some(tilde) = word.tilde {
        return Err(GrammarError::new(Problem::NotInFilters, tilde));
    }
    if word.star {
        return Err(GrammarError::new(Problem::StarInside, token.span));
    }
    let typed = word.span.of(text).trim();
    if !typed.chars().any(char::is_alphanumeric) {
        return Err(GrammarError::new(Problem::NothingToSearch, token.span));
    }
    Ok(typed.to_owned())
}

fn add_field(
    filter: &mut ReviewFilter,
    text: &str,
    token: Token,
    field: Field,
    value: Text,
) -> Result<(), GrammarError> {
    let typed = value.span.of(text).trim();
    let bad = |expected: String| {
        let problem = Problem::BadValue { field, expected };
        GrammarError::new(problem, value.span)
    };
    let numbers = || {
        let found = parse_numbers(typed).map_err(|e| bad(e.to_string()))?;
        Ok((found.from, found.to))
    };
    let words = plain(text, token, value);
    match field {
        Field::Payer => once(&mut filter.payer, words?, field, token),
        Field::Service => once(&mut filter.service, words?, field, token),
        Field::Facility => once(&mut filter.facility, words?, field, token),
        Field::Mrn => once(&mut filter.mrn, words?, field, token),
        Field::Visit => once(&mut filter.visit, words?, field, token),
        Field::Los => once(&mut filter.stay_days, numbers()?, field, token),
        Field::Priority => once(&mut filter.priority, numbers()?, field, token),
        Field::Class => {
            let meant = choice_is_meant(field, typed).next();
            let class = meant.and_then(EncounterClass::from_name).ok_or_else(|| {
                let names: Vec<&str> = EncounterClass::ALL.iter().map(|c| c.name()).collect();
                bad(names.join(", "))
            })?;
            once(&mut filter.class, class, field, token)
        }
        // Not reached: the lexer knows only the worklist's fields here.
        _ => Err(GrammarError::new(
            Problem::UnknownField(Field::REVIEW),
            token.span,
        )),
    }
}

/// Sets a condition that can be given once; the same again is harmless.
fn once<T: PartialEq>(
    slot: &mut Option<T>,
    value: T,
    field: Field,
    token: Token,
) -> Result<(), GrammarError> {
    if slot.as_ref().is_some_and(|old| *old != value) {
        return Err(GrammarError::new(Problem::Twice(field), token.span));
    }
    *slot = Some(value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_fields_are_understood() {
        let f = review_filter("smith -home payer:medicare los:>5 priority:40.. class:inpatient")
            .unwrap();
        assert_eq!(f.words, ["smith"]);
        assert_eq!(f.without, ["home"]);
        assert_eq!(f.payer.as_deref(), Some("medicare"));
        assert_eq!(f.stay_days, Some((Some(6), None)));
        assert_eq!(f.priority, Some((Some(40), None)));
        assert_eq!(f.class, Some(EncounterClass::Inpatient));
        let f = review_filter("service:\"General Surgery\" mrn:44").unwrap();
        assert_eq!(f.service.as_deref(), Some("General Surgery"));
        assert_eq!(review_filter("  ").unwrap(), ReviewFilter::default());
    }

    #[test]
    fn mistakes_point_at_their_place() {
        for (text, start) in [
            ("los:many", 4),
            ("payer:a payer:b", 8),
            ("a (b)", 2),
            ("class:zz", 6),
            ("smi*", 0),
        ] {
            assert_eq!(review_filter(text).unwrap_err().span.start, start, "{text}");
        }
    }
}
