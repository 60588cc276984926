//! What a provider answers: the option, the words, and what that amounts to.

use super::{expect, refused, transition};
use crate::domain::ids::{QueryId, UserId};
use crate::domain::permission::Permission;
use crate::domain::query::{Query, QueryFormat, QueryState, QueryText};
use crate::domain::query_life::{AnswerKind, GivenAnswer, QueryAnswer};
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::domain::worklist::Scope;
use crate::ops::Office;
use crate::ops::access::{allowed, denied};
use crate::ops::error::Result;
use crate::ops::outcome::Outcome;
use crate::store::Tx;

impl Office {
    /// Records a provider's answer, signed by who gives it; it never changes afterwards.
    pub(in crate::ops) fn answer_query(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        id: QueryId,
        version: i64,
        given: &GivenAnswer,
    ) -> Result<Outcome> {
        let scope = allowed(actor, Permission::AnswerQuery)?;
        let old = expect(tx, id, version, QueryState::Issued)?;
        if let Scope::Provider(me) = scope
            && old.provider != Some(me)
        {
            return Err(denied(actor, Permission::AnswerQuery));
        }
        let (answer, response) = self.answer_of(&old.text, given, actor.user.id)?;
        let new = Query {
            state: QueryState::Responded,
            answer: answer.clone(),
            answered: Some(tx.now),
            response: Some(response),
            ..old.clone()
        };
        transition(tx, &old, &new, "query.answer", &answer)
    }

    /// An answer in words and by its parts, or why it is none.
    pub(super) fn answer_of(
        &self,
        text: &QueryText,
        given: &GivenAnswer,
        by: UserId,
    ) -> Result<(Untrusted, QueryAnswer)> {
        let option = match given.option {
            None => None,
            Some(_) if text.format == QueryFormat::Open => {
                return refused("an open question has no options");
            }
            Some(at) => match text.options.get(at) {
                Some(option) => Some(option.raw()),
                None => return refused(format!("there is no option {}", at + 1)),
            },
        };
        let kind = self.query_ladder()?.amounts_to(option);
        if given.words.is_blank() && option.is_none() {
            return refused("an answer needs an option or words");
        }
        if given.words.is_blank() && kind == AnswerKind::Other {
            return refused("\"other\" needs words: what it is instead");
        }
        let answer = in_words(option, given.words.raw().trim(), given.comment.raw().trim());
        let response = QueryAnswer {
            kind,
            option: given.option,
            words: given.words.clone(),
            comment: given.comment.clone(),
            by,
        };
        Ok((answer.into(), response))
    }
}

/// The option chosen with what was written beside it: a blank is filled, words and comment follow.
fn in_words(option: Option<&str>, words: &str, comment: &str) -> String {
    let chosen = match option {
        None => words.to_owned(),
        Some(option) if words.is_empty() => option.to_owned(),
        Some(option) => {
            let begin = option.trim_end_matches(['_', ' ', ':', '.']);
            let begin = begin.split(" (").next().unwrap_or(begin);
            format!("{begin}: {words}")
        }
    };
    if comment.is_empty() {
        chosen
    } else {
        format!("{chosen}. {comment}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_keeps_option_words_and_comment() {
        assert_eq!(in_words(None, "words", ""), "words");
        assert_eq!(in_words(Some("Other: ____"), "anemia", ""), "Other: anemia");
        assert_eq!(
            in_words(Some("Other (please specify)"), "anemia", "since May"),
            "Other: anemia. since May"
        );
        assert_eq!(in_words(Some("Yes"), "", ""), "Yes");
        assert_eq!(in_words(Some("Yes"), "", "see note"), "Yes. see note");
    }
}
