//! Filters of the deficiency queue, in the same language: words, `type:`, `owner:`, `service:`,
//! `class:`, `state:`, `mrn:`, `visit:`, `late`, `-late`.

use super::ast::Field;
use super::error::{GrammarError, Problem};
use super::lexer::{Text, Token, TokenKind, lex};
use crate::domain::deficiency::DeficiencyState;
use crate::domain::encounter::EncounterClass;
use crate::domain::worklist::QueueFilter;

/// The filter a person typed; blank text is the filter that lets everything through.
///
/// # Errors
/// A [`GrammarError`] that points at the characters and says what to do.
pub fn queue_filter(text: &str) -> Result<QueueFilter, GrammarError> {
    let tokens = lex(text, Field::QUEUE)?;
    let mut filter = QueueFilter::default();
    let mut negation: Option<Token> = None;
    for token in tokens {
        match token.kind {
            TokenKind::Minus => {
                if negation.replace(token).is_some() {
                    return Err(GrammarError::new(Problem::NotInFilters, token.span));
                }
            }
            TokenKind::Text(word) => {
                let minus = negation.take();
                add_word(&mut filter, text, token, word, minus.is_some())?;
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

fn add_word(
    filter: &mut QueueFilter,
    text: &str,
    token: Token,
    word: Text,
    negated: bool,
) -> Result<(), GrammarError> {
    if let Some(tilde) = word.tilde {
        return Err(GrammarError::new(Problem::NotInFilters, tilde));
    }
    let typed = word.span.of(text);
    if !word.quoted && !word.star {
        let late = match typed.to_ascii_lowercase().as_str() {
            "late" => Some(!negated),
            "not-late" if !negated => Some(false),
            _ => None,
        };
        if let Some(late) = late {
            return once(&mut filter.late, late, Field::Late, token);
        }
    }
    if negated {
        return Err(GrammarError::new(Problem::NotInFilters, token.span));
    }
    if word.star {
        // Words match anywhere in a name, so a star would promise less than they do.
        return Err(GrammarError::new(Problem::StarInside, token.span));
    }
    if !typed.chars().any(char::is_alphanumeric) {
        return Err(GrammarError::new(Problem::NothingToSearch, token.span));
    }
    filter.words.push(typed.to_owned());
    Ok(())
}

fn add_field(
    filter: &mut QueueFilter,
    text: &str,
    token: Token,
    field: Field,
    value: Text,
) -> Result<(), GrammarError> {
    if value.star {
        return Err(GrammarError::new(Problem::StarInside, value.span));
    }
    if let Some(tilde) = value.tilde {
        return Err(GrammarError::new(Problem::TildeInField(field), tilde));
    }
    let typed = value.span.of(text).trim();
    let bad = |expected: String| {
        let problem = Problem::BadValue { field, expected };
        GrammarError::new(problem, value.span)
    };
    let whole = Some(typed.to_owned());
    match field {
        Field::Type => {
            let codes = typed.split(',').map(str::trim).filter(|c| !c.is_empty());
            filter.kinds.extend(codes.map(str::to_uppercase));
            Ok(())
        }
        Field::Owner => once_text(&mut filter.owner_name, whole, field, token),
        Field::Service => once_text(&mut filter.service, whole, field, token),
        Field::Mrn => once_text(&mut filter.mrn, whole, field, token),
        Field::Visit => once_text(&mut filter.visit, whole, field, token),
        Field::Class => {
            let class = EncounterClass::from_name(&typed.to_ascii_uppercase())
                .ok_or_else(|| bad(list(EncounterClass::ALL, EncounterClass::name)))?;
            once(&mut filter.class, class, field, token)
        }
        Field::State => {
            let state = DeficiencyState::from_name(&typed.to_ascii_lowercase())
                .ok_or_else(|| bad(list(DeficiencyState::ALL, DeficiencyState::name)))?;
            once(&mut filter.state, state, field, token)
        }
        Field::Late => {
            let late = match typed.to_ascii_lowercase().as_str() {
                "yes" | "y" => true,
                "no" | "n" => false,
                _ => return Err(bad("yes, no".to_owned())),
            };
            once(&mut filter.late, late, field, token)
        }
        // Not reached: the lexer knows only the queue's fields here.
        _ => Err(GrammarError::new(
            Problem::UnknownField(Field::QUEUE),
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

fn once_text(
    slot: &mut Option<String>,
    value: Option<String>,
    field: Field,
    token: Token,
) -> Result<(), GrammarError> {
    match value {
        Some(value) => once(slot, value, field, token),
        None => Ok(()),
    }
}

fn list<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> String {
    let names: Vec<&str> = all.iter().map(|&value| name(value)).collect();
    names.join(", ")
}
