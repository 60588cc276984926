//! What is wrong with a query, where, and what to do about it.

use super::Span;
use super::ast::Field;
use super::date::DateProblem;
use super::number::NumberProblem;

/// A query or filter that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct GrammarError {
    /// What is wrong and what to do.
    pub problem: Problem,
    /// The characters that are wrong.
    pub span: Span,
}

impl GrammarError {
    pub(super) fn new(problem: Problem, span: Span) -> Self {
        Self { problem, span }
    }

    /// What is wrong and at which character of the text, counted from 1: for where no caret can
    /// point at it.
    pub fn told(&self, text: &str) -> String {
        let before = text.get(..self.span.start).unwrap_or(text);
        let at = before.chars().count() + 1;
        format!("{} (at character {at})", self.problem)
    }
}

/// What is wrong. Each message is one line with its remedy, and none repeats what was typed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nothing was typed.
    #[error("nothing to search for: type a word")]
    Blank,
    /// More than 4 KiB.
    #[error("too long: at most 4,096 bytes")]
    TooLong,
    /// A quotation without its end.
    #[error("the quotation does not end: add a closing \"")]
    UnclosedQuote,
    /// A parenthesis without its partner.
    #[error("this parenthesis is never closed: add )")]
    UnclosedGroup,
    /// A closing parenthesis without its partner.
    #[error("nothing opens this parenthesis: take it out, or put the words in quotes")]
    UnexpectedClose,
    /// Parentheses, negations nested too deep.
    #[error("nested too deep: at most 32 parentheses or negations within each other")]
    TooDeep,
    /// An operator without what it joins.
    #[error("{0} needs a word {1}: add one, or put {0} in quotes to search for it")]
    MissingOperand(&'static str, &'static str),
    /// Only punctuation.
    #[error("no letter or digit here: only words and numbers can be searched for")]
    NothingToSearch,
    /// A star that does not end a word.
    #[error("a star can only end a word, as in cardio*")]
    StarInside,
    /// A prefix too short to be of use.
    #[error("too short: at least two letters before the star")]
    PrefixTooShort,
    /// A tilde after several words that are not in quotes.
    #[error("a tilde spells one word freely: for words near each other put them in quotes")]
    FuzzyOneWord,
    /// A word too short to be spelt freely.
    #[error("too short: at least four letters before the tilde, or it would find any word")]
    FuzzyTooShort,
    /// More edits than two.
    #[error("write ~, ~1 or ~2: at most two letters may differ")]
    FuzzyDistance,
    /// A gap that is none.
    #[error("write how many words may stand between, at most 50, as in \"renal failure\"~5")]
    NearGap,
    /// Words of which only one can be near itself.
    #[error("two words or more are needed to be near each other")]
    NearOneWord,
    /// More words near each other than can be told apart in reasonable time.
    #[error("at most eight words can be near each other")]
    NearTooMany,
    /// A tilde where a field takes none.
    #[error("{}: takes no tilde", .0.name())]
    TildeInField(Field),
    /// A field we do not have.
    #[error("no such field: there are {}; for text with a colon use quotes", names(.0))]
    UnknownField(&'static [Field]),
    /// A field of the language that says nothing of what is looked through.
    #[error("{}: has no meaning here; there are {}", .field.name(), names(.there))]
    NotHere {
        /// The field.
        field: Field,
        /// Those that have one.
        there: &'static [Field],
    },
    /// A field without a value.
    #[error("{}: needs a value right after the colon", .0.name())]
    MissingValue(Field),
    /// A field given twice where one is enough.
    #[error("{}: is given twice: keep one", .0.name())]
    Twice(Field),
    /// A date that is none.
    #[error(transparent)]
    Date(#[from] DateProblem),
    /// A number that is none.
    #[error(transparent)]
    Number(#[from] NumberProblem),
    /// A value that is none of those a field has.
    #[error("{} is one of {expected}", .field.name())]
    BadValue {
        /// The field.
        field: Field,
        /// The values it takes.
        expected: String,
    },
    /// Something search has and the filters of some lists have not.
    #[error("this filter has no OR, NOT or parentheses: every part must hold")]
    NotInFilters,
    /// Something that is found in texts only.
    #[error("only texts are searched for words spelt freely or near each other: take the ~ out")]
    OnlyInTexts,
    /// A filter with more parts than are looked at for each row.
    #[error("too many parts: at most 100")]
    TooManyConditions,
}

fn names(fields: &[Field]) -> String {
    let mut text = String::new();
    for (i, field) in fields.iter().enumerate() {
        if i > 0 {
            text.push_str(if i + 1 == fields.len() { " and " } else { ", " });
        }
        text.push_str(field.name());
        text.push(':');
    }
    text
}
