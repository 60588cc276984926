//! Letters the ladder makes: as lists show them, with their words and copies, and how they are printed.

use crate::domain::ids::{LetterId, ProviderId, StepId};
use crate::domain::named::named_enum;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

/// A letter: all a list shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterRow {
    /// Row identity.
    pub id: LetterId,
    /// To whom.
    pub provider: ProviderId,
    /// Their name, `FAMILY,GIVEN`.
    pub provider_name: Untrusted,
    /// The step it tells of.
    pub step: StepId,
    /// Template it was made from.
    pub template: String,
    /// Subject line.
    pub subject: Untrusted,
    /// When it was made.
    pub made: Instant,
    /// Copies printed so far.
    pub copies: i64,
    /// When the first copy was printed.
    pub first_printed: Option<Instant>,
    /// Whether it was withdrawn before it was printed.
    pub withdrawn: bool,
}

/// One printed copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterCopy {
    /// 1 for the first, more for reprints.
    pub number: i64,
    /// When.
    pub at: Instant,
    /// Who printed it.
    pub user_name: Untrusted,
    /// As what.
    pub format: LetterFormat,
}

/// A letter with its words, as they went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The list's row.
    pub row: LetterRow,
    /// Plain text.
    pub text: Untrusted,
    /// A page of HTML with its print layout.
    pub html: String,
    /// Copies, oldest first.
    pub copies: Vec<LetterCopy>,
}

named_enum! {
    /// What a letter is printed as.
    pub enum LetterFormat {
        /// Plain text.
        Text = "text",
        /// HTML with print layout.
        Html = "html",
    }
}

named_enum! {
    /// How printed letters are put into files.
    pub enum LetterFiles {
        /// A file for each.
        Each = "each",
        /// All in one, each beginning on a page of its own.
        Together = "together",
    }
}

/// Which letters a list asks for, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LetterRequest {
    /// Only to this provider.
    pub provider: Option<ProviderId>,
    /// Only those never printed (and not withdrawn).
    pub unprinted: bool,
    /// Letters older than this one: the last of the page before.
    pub before: Option<LetterId>,
    /// At most so many.
    pub limit: usize,
}
