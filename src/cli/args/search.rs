//! The grammar of the verbs that search and read text.

use super::Json;
use crate::domain::search::{Grouping, Widening};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `search`.
#[derive(Debug, Args)]
pub struct Search {
    /// Words, "phrases", "near words"~5, prefix*, fuzzy~, and fields: type: author: service:
    /// facility: class: mrn: name: visit: date: admitted: discharged: section: in: status: code:
    /// list: age: sex: affirmed: negated: uncertain: history: hypothetical: family:.
    #[arg(required_unless_present_any = ["saved", "similar"])]
    pub query: Vec<String>,
    /// A saved search; it counts as looked at.
    #[arg(long, value_name = "NAME", conflicts_with = "query")]
    pub saved: Option<String>,
    /// Only what is new since the saved search was looked at.
    #[arg(long, requires = "saved")]
    pub new: bool,
    /// Search by the most telling words of this document.
    #[arg(long, value_name = "DOCUMENT", conflicts_with_all = ["query", "saved"])]
    pub similar: Option<i64>,
    /// At most so many hits.
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
    /// Skip so many.
    #[arg(long, default_value_t = 0)]
    pub offset: usize,
    /// Newest first.
    #[arg(long)]
    pub newest: bool,
    /// How far to widen by other names: off, sure, every.
    #[arg(long, default_value = "sure", value_name = "HOW", value_parser = widening)]
    pub widen: Widening,
    /// Gather hits: document, patient, stay.
    #[arg(long, default_value = "document", value_name = "WHAT", value_parser = grouping)]
    pub by: Grouping,
    /// Count by type, service, author, facility, year and assertion.
    #[arg(long)]
    pub facets: bool,
    /// When no document has all the words, give those that have some, the most telling first.
    #[arg(long)]
    pub lenient: bool,
    /// Only in the visit with this number.
    #[arg(long)]
    pub visit: Option<String>,
    /// Tell what could come next after the query as typed so far, and search nothing.
    #[arg(long)]
    pub complete: bool,
    /// Export as comma-separated values: every hit unless --limit says otherwise.
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Export to a new file instead of standard output (CSV, or JSON lines with --json).
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// `searches …`.
#[derive(Debug, Subcommand)]
pub enum Searches {
    /// List your saved searches with what they find and what is new.
    List(Json),
    /// Save a search under a name; the same name again replaces it.
    Save {
        /// Its name.
        name: String,
        /// The query.
        #[arg(required = true)]
        query: Vec<String>,
        /// Newest first.
        #[arg(long)]
        newest: bool,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Give a saved search another name.
    Rename {
        /// Its name.
        name: String,
        /// The new name.
        to: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Delete a saved search.
    Delete {
        /// Its name.
        name: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Show what you searched for before, the newest first.
    History(Json),
    /// Forget what you searched for before.
    ClearHistory(Json),
}

/// `list …`.
#[derive(Debug, Subcommand)]
pub enum Lists {
    /// List your named lists, and those shared with you, with how much of each is open.
    List(Json),
    /// Show what stands on a list and is not done.
    Show {
        /// Its name.
        name: String,
        /// What is done, too.
        #[arg(long)]
        all: bool,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Put documents and stays on a list; it is made if you have none of this name.
    Add {
        /// Its name.
        name: String,
        /// A stay, by its visit number.
        #[arg(long = "visit", value_name = "NUMBER")]
        visits: Vec<String>,
        /// A document, by its number (`search --json` tells it).
        #[arg(long = "document", value_name = "ID")]
        documents: Vec<i64>,
        /// What to note to each.
        #[arg(long, default_value = "")]
        note: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Note something to an entry; no text takes the note away.
    Note {
        /// The list's name.
        name: String,
        /// The entry, by its number (`list show` tells it).
        entry: i64,
        /// The note.
        text: Vec<String>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Tick entries off.
    Done {
        /// The list's name.
        name: String,
        /// The entries, by their numbers.
        #[arg(required = true)]
        entries: Vec<i64>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Open entries again.
    Reopen {
        /// The list's name.
        name: String,
        /// The entries, by their numbers.
        #[arg(required = true)]
        entries: Vec<i64>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Take entries off a list.
    Remove {
        /// The list's name.
        name: String,
        /// The entries, by their numbers.
        #[arg(required = true)]
        entries: Vec<i64>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Give everybody with a role your list.
    Share {
        /// Its name.
        name: String,
        /// The role; nobody else has the list without it.
        #[arg(long, value_name = "ROLE")]
        with: Option<String>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Give your list another name.
    Rename {
        /// Its name.
        name: String,
        /// The new name.
        to: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Delete your list; what stood on it stays where it is.
    Delete {
        /// Its name.
        name: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
}

/// `annotate`.
#[derive(Debug, Args)]
pub struct Annotate {
    /// Read this file of plain text instead of JSON lines.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Read this document of the store instead of JSON lines.
    #[arg(long, value_name = "ID", conflicts_with = "file")]
    pub document: Option<i64>,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// `index …`.
#[derive(Debug, Subcommand)]
pub enum Index {
    /// Build the index anew.
    Rebuild,
    /// Bring the index up to date now.
    Update,
}

fn widening(text: &str) -> Result<Widening, String> {
    Widening::from_name(text).ok_or_else(|| "one of off, sure, every".to_owned())
}

fn grouping(text: &str) -> Result<Grouping, String> {
    Grouping::from_name(text).ok_or_else(|| "one of document, patient, stay".to_owned())
}
