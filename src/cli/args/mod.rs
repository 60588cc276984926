//! The command line's grammar: one definition for parsing, help, completions and manual.

mod admin;
mod cdi;
mod cover;
mod review;
mod search;
mod supervisor;
mod work;

pub use admin::{Audit, Demo, Doctor, Import, Init, Rules, User};
pub use cdi::{
    AnswerArgs, Draft, Opportunities, OpportunityVerb, Query, QueryPaper, SendArgs, Templates,
    TemplatesVerb,
};
pub use cover::Cover;
pub use review::{Diagnoses, Review, ReviewList};
pub use search::{Annotate, Index, Lists, Search, Searches};
pub use supervisor::{
    By, Coded, Ladder, Letters, Note, Paper, Report, ReportFormat, ReportName, Steps,
};
pub use work::{Analyze, Deficiency, Items, Queue};

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What the process ends with, and what that says of the verb: one rule for all of them.
pub const EXIT_CODES: [(u8, &str); 5] = [
    (
        0,
        "done; also when a list, a search or a question finds nothing, when nothing waits for what takes \
         whatever waits (`letters print`, `index update`), and when things are already as asked",
    ),
    (
        1,
        "done, but some of what was named was left as it is (standard error says what and why); or import, \
         lint, annotate, query draft, a check, verify or doctor found something; or `coded` says no",
    ),
    (
        2,
        "usage: the arguments do not make sense, or what is searched or filtered for cannot be understood",
    ),
    (
        3,
        "nothing was done: everything that was named was left as it is, is not there, or cannot be done \
         now (standard error says why); or data or environment are at fault",
    ),
    (4, "not permitted"),
];

/// The exit codes at the end of the program's help and in its manual page.
fn exit_codes() -> String {
    let line = |(code, means): &(u8, &str)| format!("\n  {code}  {means}");
    let lines: String = EXIT_CODES.iter().map(line).collect();
    format!("Exit codes:{lines}")
}

/// Chartroom: chart deficiencies, queries and full-text search for hospital HIM.
#[derive(Debug, Parser)]
#[command(name = "chartroom", version, about, max_term_width = 100, after_long_help = exit_codes())]
pub struct Cli {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

/// Where the data is, what unlocks it, and who works.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// Data directory.
    #[arg(long, global = true, env = "CHARTROOM_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Directory of config.toml, keymap.toml, themes/, rules/, language/, settings.toml.
    #[arg(long, global = true, env = "CHARTROOM_CONFIG_DIR", value_name = "DIR")]
    pub config_dir: Option<PathBuf>,
    /// File with the passphrase in its first line.
    #[arg(
        long,
        global = true,
        env = "CHARTROOM_PASSPHRASE_FILE",
        value_name = "FILE"
    )]
    pub passphrase_file: Option<PathBuf>,
    /// Key file; must lie outside the data directory.
    #[arg(
        long,
        global = true,
        env = "CHARTROOM_KEY_FILE",
        value_name = "FILE",
        conflicts_with = "passphrase_file"
    )]
    pub key_file: Option<PathBuf>,
    /// Act as this user (on one's own machine; the operating system's user is recorded, too).
    #[arg(long = "as", global = true, value_name = "USER")]
    pub user: Option<String>,
}

/// Options of the workstation.
#[derive(Debug, Clone, Default, Args)]
pub struct Screen {
    /// Theme: dark, light, high-contrast, mono, phosphor, or one of your own.
    #[arg(long)]
    pub theme: Option<String>,
    /// Keymap: vim, function, emacs.
    #[arg(long)]
    pub keymap: Option<String>,
    /// Lines of ASCII even where UTF-8 works.
    #[arg(long)]
    pub ascii: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Open the workstation (the same as no verb at all).
    Open(Screen),
    /// Make a data directory.
    Init(Init),
    /// Open the workstation on a synthetic hospital.
    Demo(Demo),
    /// Take in records: files, folders, archives, or - for standard input.
    Import(Import),
    /// Run the deficiency rules.
    Analyze(Analyze),
    /// Show the deficiency queue.
    Queue(Queue),
    /// Work deficiencies.
    #[command(subcommand)]
    Deficiency(Deficiency),
    /// Absences of providers, and who stands in for whom.
    #[command(subcommand)]
    Cover(Cover),
    /// Show a chart by MRN or visit number.
    Chart(Chart),
    /// Search every word of every chart.
    Search(Search),
    /// Saved searches and the history of searches.
    #[command(subcommand)]
    Searches(Searches),
    /// Named lists of documents and stays, your own and those shared with you.
    #[command(subcommand, name = "list")]
    Lists(Lists),
    /// Indicators in charts without the diagnosis that would explain them.
    Opportunities(Opportunities),
    /// Write, issue and follow queries to providers.
    #[command(subcommand)]
    Query(Query),
    /// Review stays for documentation integrity: worklist, findings, diagnoses, hand-over.
    #[command(subcommand)]
    Review(Review),
    /// Check query drafts (JSON lines on standard input) against the compliance rules.
    Lint,
    /// Tell what texts (JSON lines on standard input) say: sections, findings, and whether they
    /// are affirmed, denied, past or somebody else's.
    Annotate(Annotate),
    /// The delinquency ladder: notices, warnings, suspension and its lifting.
    #[command(subcommand)]
    Ladder(Ladder),
    /// Letters to providers.
    #[command(subcommand)]
    Letters(Letters),
    /// Statistics, statements, and what coders wait for.
    Report(Report),
    /// The nightly run: the ladder of queries, analysis of what changed, ends of holds, snapshots,
    /// the delinquency ladder.
    Daily(Json),
    /// Leave a note to the coder of a stay, or read the notes.
    Note(Note),
    /// Say that a stay is coded or is not after all, or ask whether it is.
    Coded(Coded),
    /// Manage users.
    #[command(subcommand)]
    User(User),
    /// Read or verify the audit log.
    #[command(subcommand)]
    Audit(Audit),
    /// Check rule files, or copy the defaults to change them.
    #[command(subcommand)]
    Rules(Rules),
    /// The search index.
    #[command(subcommand)]
    Index(Index),
    /// Check the store, the audit chains, the clock and the site's own files.
    Doctor(Doctor),
    /// Print completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    Man,
}

/// Output for programs.
#[derive(Debug, Clone, Default, Args)]
pub struct Json {
    /// One JSON object a line.
    #[arg(long)]
    pub json: bool,
}

/// `chart`.
#[derive(Debug, Args)]
pub struct Chart {
    /// MRN or visit number.
    pub number: String,
    /// Print the text of this document of the chart.
    #[arg(long, value_name = "ID")]
    pub document: Option<i64>,
    /// Tell which passages of its documents (or of the one named) stand in earlier notes.
    #[arg(long)]
    pub copied: bool,
    /// Laboratory values, vital signs and medications too.
    #[arg(long)]
    pub values: bool,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// Whether text goes to a person or a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Lines for a person.
    Text,
    /// One JSON object a line.
    Json,
}
