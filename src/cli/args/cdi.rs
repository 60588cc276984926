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
    /// The worklist across stays, best first; stays that changed are looked at before.
    Worklist {
        /// Only this topic.
        #[arg(long)]
        topic: Option<String>,
        /// Only stays of the service of this name or code; a part of the name does if only one has it.
        #[arg(long)]
        service: Option<String>,
        /// Only of this rank and above.
        #[arg(long, default_value_t = 0)]
        min_rank: i64,
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: usize,
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

/// How a draft goes out.
#[derive(Debug, Args)]
pub struct SendArgs {
    /// Ask on purpose although the same was asked before in this visit.
    #[arg(long)]
    pub again: bool,
    /// Overrule what the compliance check blocks, with this reason (supervisor).
    #[arg(long = "override", value_name = "REASON")]
    pub overrule: Option<String>,
}

/// An answer.
#[derive(Debug, Args)]
pub struct AnswerArgs {
    /// The answer: the words of an option, or one's own (with `--option`: what fills its blank).
    pub answer: Option<String>,
    /// The option by its number, from 1.
    #[arg(long)]
    pub option: Option<usize>,
    /// A comment beside the answer.
    #[arg(long, default_value = "")]
    pub comment: String,
}

/// `query …`.
#[derive(Debug, Subcommand)]
pub enum Query {
    /// List queries.
    List {
        /// Only of this visit.
        #[arg(long)]
        visit: Option<String>,
        /// Only in this state: draft, issued, responded, reconciled, closed, withdrawn, expired,
        /// or late or escalated.
        #[arg(long)]
        state: Option<String>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Show a query with everything that happened to it.
    Show {
        /// Its number.
        id: i64,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Save a draft for a visit: about an opportunity, from a template, or in the words of a JSON
    /// object on standard input (see `lint`).
    Draft(Draft),
    /// Replace the words of a draft by those of a JSON object on standard input.
    Edit {
        /// Its number.
        id: i64,
        /// Whom to ask: part of a provider's name.
        #[arg(long)]
        to: Option<String>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// List the versions of a draft or query, newest first.
    Versions {
        /// Its number.
        id: i64,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Go back to a version of a draft; what stands now is kept as a version.
    Revert {
        /// Its number.
        id: i64,
        /// The version, as `query versions` numbers them.
        version: i64,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Issue a draft.
    Issue {
        /// Its number.
        id: i64,
        /// Whom to ask: part of a provider's name (default: whom the draft names).
        #[arg(long)]
        to: Option<String>,
        /// Answer due (default: as the settings say).
        #[arg(long)]
        due: Option<String>,
        /// How it goes out.
        #[command(flatten)]
        send: SendArgs,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Record a verbal query with its answer, from a draft of the form `verbal`.
    Verbal {
        /// Number of the draft.
        id: i64,
        /// Who was asked: part of a provider's name.
        #[arg(long)]
        to: String,
        /// When, local: 2026-03-22 14:00.
        #[arg(long)]
        asked: String,
        /// The answer.
        #[command(flatten)]
        answer: AnswerArgs,
        /// How it goes out.
        #[command(flatten)]
        send: SendArgs,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Ask another provider; the escalation begins anew.
    Redirect {
        /// Its number.
        id: i64,
        /// Whom to ask: part of a provider's name.
        #[arg(long)]
        to: String,
        /// Answer due (default: as the settings say).
        #[arg(long)]
        due: Option<String>,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Take the next step of the ladder now.
    Escalate {
        /// Its number.
        id: i64,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Leave it unanswered.
    Expire {
        /// Its number.
        id: i64,
        /// Why.
        #[arg(long)]
        reason: String,
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
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Answer a query (the provider it was sent to).
    Answer {
        /// Its number.
        id: i64,
        /// The answer.
        #[command(flatten)]
        answer: AnswerArgs,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
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
    /// Ask the answering provider for an addendum: a deficiency that clears when it is there.
    Addendum {
        /// Its number.
        id: i64,
        /// The document to add to (default: the provider's newest of the visit).
        #[arg(long)]
        document: Option<i64>,
        /// What to add.
        #[arg(long, default_value = "")]
        comment: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Record that the answer is in the record and the codes are final.
    Reconcile {
        /// Its number.
        id: i64,
        /// The document in which it is documented.
        #[arg(long)]
        document: Option<i64>,
        /// The final codes.
        #[arg(long, default_value = "")]
        codes: String,
        /// The effect on the record, in clinical words.
        #[arg(long)]
        effect: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Close a reconciled query.
    Close {
        /// Its number.
        id: i64,
        /// A comment.
        #[arg(long, default_value = "")]
        comment: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Show the ladder of escalation in force.
    Ladder(Json),
    /// Run the ladder now: reminders, escalation, expiry (`daily` does it too).
    Advance(Json),
    /// List the query templates, check them, or copy them to change them.
    Templates(Templates),
}

/// `query draft`.
#[derive(Debug, Args)]
pub struct Draft {
    /// The visit.
    pub visit: String,
    /// About what this rule finds in the visit: its template, with all its evidence cited.
    #[arg(long, value_name = "RULE")]
    pub from_opportunity: Option<String>,
    /// Begin with this template (`query templates` lists them).
    #[arg(long, value_name = "ID")]
    pub template: Option<String>,
    /// Value of a placeholder of the template.
    #[arg(long, value_name = "NAME=VALUE", requires = "template")]
    pub set: Vec<String>,
    /// Cite a line of a document.
    #[arg(long, value_name = "DOCUMENT:LINE")]
    pub cite: Vec<String>,
    /// Whom to ask: part of a provider's name.
    #[arg(long)]
    pub to: Option<String>,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// `query templates`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Templates {
    #[command(subcommand)]
    pub(crate) verb: Option<TemplatesVerb>,
    /// Only those of this topic.
    #[arg(long)]
    pub topic: Option<String>,
    /// Check every template by its example: compliance, title, placeholders.
    #[arg(long)]
    pub check: bool,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// What else to do with templates.
#[derive(Debug, Subcommand)]
pub enum TemplatesVerb {
    /// Copy the program's templates into a folder; what is there stays as it is.
    Copy {
        /// The folder; `query-templates` beside `config.toml` is where the program looks.
        folder: std::path::PathBuf,
    },
}
