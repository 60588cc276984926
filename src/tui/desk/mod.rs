//! The desk: everything screens ask for, as values, and the one place that answers.
//!
//! A [`Request`] goes out as an effect, a [`Reply`] or a [`Notice`] comes back as a message.
//! Whoever implements [`Desk`] knows the acting user, checks permissions and writes audit rows;
//! screens never do. Nothing here does any work.

mod reply;
mod request;

pub use reply::Reply;
pub use request::Request;

use crate::command::Grants;
use crate::domain::audit::HistoryEntry;
use crate::domain::ids::{EncounterId, RequestId};
use crate::domain::opportunity::{Dismissal, Opportunity};
use crate::domain::query::{Query, QueryFormat, QueryState};
use crate::domain::query_life::QueryStanding;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::Taken;
use crate::ops::AddendumAsked;
/// A search asked for. What the searcher may see is added by the desk.
pub use crate::ops::SearchAsk;
/// What was done, in words.
pub use crate::ops::{Deed, How};

/// Text of our own for the user: what happened, what was kept, what to do next. No patient text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub what: String,
    /// What was kept; empty if nothing was at stake.
    pub kept: String,
    /// What to do; empty if nothing helps.
    pub next: String,
    /// Nothing went wrong: it cannot be done as asked, and the words say why.
    pub refused: bool,
    /// The same will be answered in a moment: whoever asked asks again by itself.
    pub soon: bool,
    /// The session does not go on as it was.
    pub turn: Option<Turn>,
}

/// What became of the user of a session while it went on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The account was switched off: nothing is shown any more.
    Off,
    /// The roles were changed: from now on the user may do this.
    Roles(Box<Grants>),
}

impl Notice {
    /// A notice that only says what happened.
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            kept: String::new(),
            next: String::new(),
            refused: false,
            soon: false,
            turn: None,
        }
    }

    /// The sentences, one after the other.
    pub fn text(&self) -> String {
        let parts = [&self.what, &self.kept, &self.next];
        let parts = parts.into_iter().map(|p| p.trim());
        let mut text = String::new();
        for part in parts.filter(|p| !p.is_empty()) {
            if text.is_empty() {
                part.clone_into(&mut text);
                continue;
            }
            // What was said before may have ended its sentence itself.
            if !text.ends_with(['.', '!', '?']) {
                text.push('.');
            }
            text.push(' ');
            let mut letters = part.chars();
            text.extend(letters.next().into_iter().flat_map(char::to_uppercase));
            text.push_str(letters.as_str());
        }
        text
    }
}

/// What a pick list can be filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceKind {
    /// Providers, by name.
    Providers,
    /// Users, by name.
    Users,
    /// Deficiency types; the number is the position in the type table.
    DeficiencyTypes,
    /// Query templates; the number is the position in the list of templates.
    Templates,
}

/// Queries asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueriesAsk {
    /// Only in this state.
    pub state: Option<QueryState>,
    /// Only by this user.
    pub mine: bool,
    /// Only about this visit.
    pub encounter: Option<EncounterId>,
    /// Words that must occur in title, patient, MRN or provider.
    pub words: Vec<String>,
    /// At most so many rows.
    pub limit: usize,
}

/// A row of the list of queries.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryRow {
    /// The query.
    pub query: Query,
    /// Patient's name.
    pub patient_name: Untrusted,
    /// Medical record number.
    pub mrn: Untrusted,
    /// Visit number.
    pub visit: Untrusted,
    /// Who is asked; empty if nobody yet.
    pub provider_name: Untrusted,
    /// Who asks.
    pub author_name: Untrusted,
    /// Where it stands on the ladder of escalation.
    pub standing: QueryStanding,
    /// Of a draft: the template it began with, if that is still there.
    pub template: Option<Box<TemplateText>>,
}

/// A query with everything that happened to it.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryDetail {
    /// The query with names and standing.
    pub row: QueryRow,
    /// What happened, oldest first.
    pub history: Vec<HistoryEntry>,
    /// Addenda asked for after the answer.
    pub addenda: Vec<AddendumAsked>,
}

/// A query template as the composer fills it in; `{{name}}` is for the author to replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateText {
    /// Its id.
    pub id: String,
    /// What it is about (`aki`).
    pub topic: String,
    /// What it is called.
    pub name: String,
    /// Form of the query.
    pub format: QueryFormat,
    /// Title.
    pub title: String,
    /// Question.
    pub body: String,
    /// Options.
    pub options: Vec<String>,
    /// Kinds of evidence to look for in the chart.
    pub cite: Vec<String>,
}

/// What is worth asking about in a visit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StayOpportunities {
    /// Best first.
    pub open: Vec<Opportunity>,
    /// What was set aside, with its reason, where the rules still find it.
    pub aside: Vec<(Opportunity, Dismissal)>,
}

/// A version of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow {
    /// Version, from 1.
    pub version: i64,
    /// When it came.
    pub received: Instant,
    /// Length of its text in bytes.
    pub bytes: i64,
}

/// What became of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acted {
    /// The request.
    pub request: RequestId,
    /// What was done, in words.
    pub deed: Box<Deed>,
    /// How many things it was done to.
    pub done: usize,
    /// What was refused, and why, in words of our own ("changed by another analyst 20 s ago").
    pub refused: Vec<(i64, String)>,
    /// Whether it can be undone.
    pub undoable: bool,
    /// The chart that was taken, when the action chose it.
    pub taken: Option<Taken>,
}

/// Whoever answers. Called from worker threads, several at once.
pub trait Desk: Send + Sync {
    /// Answers one request.
    ///
    /// # Errors
    /// A notice that can be shown as it is.
    fn answer(&self, request: Request) -> Result<Reply, Notice>;

    /// The present, for ticks and the clock in the header.
    fn now(&self) -> Instant;
}
