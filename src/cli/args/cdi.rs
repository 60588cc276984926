//! The grammar of the verbs of clinical documentation integrity.

use super::Json;
use clap::{Args, Subcommand, ValueEnum};

/// `opportunities`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Opportunities {
    #[command(subcommand)]
    pub(crate) verb: Option<OpportunityVerb>,
    /// Visits by number (default: every visit).
    #[arg(value_name = "VISIT")]
    pub visits: Vec<String>,
    /// Only this topic, such as aki.
    #[arg(long)]
    pub topic: Option<String>,
    /// Show what the rules looked at and what they made of it; for aki every creatinine.
    #[arg(long)]
    pub trace: bool,
    /// Those that were set aside, too.
    #[arg(long)]
    pub dismissed: bool,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// What else to do with opportunities.
#[derive(Debug, Subcommand)]
pub enum OpportunityVerb {
    /// Set one aside, with a reason that is remembered.
    Dismiss {
        /// The visit.
        visit: String,
        /// The rule, as `opportunities` names it.
        rule: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// List the rules.
    Rules(Json),
}

/// The form of an exported query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum QueryPaper {
    /// Plain text.
    Text,
    /// HTML with print layout.
    Html,
    /// A FHIR R4 bundle.
    Fhir,
}

/// `query …`.
#[derive(Debug, Subcommand)]
pub enum Query {
    /// List queries.
    List {
        /// Only of this visit.
        #[arg(long)]
        visit: Option<String>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Show a query.
    Show {
        /// Its number.
        id: i64,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Save a draft for a visit: the words as a JSON object on standard input (see `lint`).
    Draft {
        /// The visit.
        visit: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Issue a draft.
    Issue {
        /// Its number.
        id: i64,
        /// Whom to ask: part of a provider's name.
        #[arg(long)]
        to: String,
        /// Answer due (default: as the settings say).
        #[arg(long)]
        due: Option<String>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Take an issued query back.
    Withdraw {
        /// Its number.
        id: i64,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Answer a query (the provider it was sent to).
    Answer {
        /// Its number.
        id: i64,
        /// The answer.
        answer: String,
    },
    /// Write an issued query and its answer for the record: text, HTML with print layout, or a
    /// FHIR R4 bundle.
    Export {
        /// Its number.
        id: i64,
        /// In which form.
        #[arg(long, value_enum, default_value = "text")]
        format: QueryPaper,
        /// Write to this new file instead of standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<std::path::PathBuf>,
    },
    /// List the query templates.
    Templates(Json),
}
