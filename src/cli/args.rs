//! The command line's grammar: one definition for parsing, help, completions and manual.

use super::supervisor_args::{Ladder, Letters, Note, Report};
use crate::domain::search::{Grouping, Widening};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Chartroom: chart deficiencies, queries and full-text search for hospital HIM.
#[derive(Debug, Parser)]
#[command(name = "chartroom", version, about, max_term_width = 100)]
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
    /// Act as this user (on one's own machine; the operating system's user is in the audit row).
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
    /// Indicators in charts without the diagnosis that would explain them.
    Opportunities(Opportunities),
    /// Write, issue and follow queries to providers.
    #[command(subcommand)]
    Query(Query),
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
    /// The nightly run: analysis of what changed, ends of holds, snapshots, the ladder.
    Daily(Json),
    /// Leave a note to the coder of a stay, or read the notes.
    Note(Note),
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
    /// Check store, audit chains and index.
    Doctor(Json),
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

/// `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The facility's name.
    #[arg(long)]
    pub facility: String,
    /// Its time zone, such as America/New_York.
    #[arg(long)]
    pub time_zone: String,
    /// Login name of the first user (default: yours).
    #[arg(long)]
    pub login: Option<String>,
    /// Their name.
    #[arg(long)]
    pub name: Option<String>,
}

/// `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Charts to make.
    #[arg(long, default_value_t = 200)]
    pub charts: u64,
    /// Seed: the same seed makes the same hospital.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// "Now" of the demo, RFC 3339; dates are relative to it (default: the real now).
    #[arg(long, value_name = "INSTANT")]
    pub now: Option<String>,
    /// Write what was planted (what must and must not be found) to this file, JSON lines.
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
    /// Do not open the workstation.
    #[arg(long)]
    pub no_open: bool,
    #[command(flatten)]
    pub(crate) screen: Screen,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// `import`.
#[derive(Debug, Args)]
pub struct Import {
    /// Files, folders, archives (.gz .zst .zip .tar), or -.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Name of the source: records are known by it.
    #[arg(long, default_value = "import")]
    pub source: String,
    /// What the columns of tables (CSV) mean: a mapping file, or `mimic`.
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<String>,
    /// Only read and report; change nothing.
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// `analyze`.
#[derive(Debug, Args)]
pub struct Analyze {
    /// Visits by number (default: every visit that changed since it was analysed).
    #[arg(value_name = "VISIT")]
    pub visits: Vec<String>,
    /// Every visit.
    #[arg(long, conflicts_with = "visits")]
    pub all: bool,
    /// The nightly run: changed visits, patients in house, what ended lately, overdue queries;
    /// begins absences and ends holds that ran out.
    #[arg(long, conflicts_with_all = ["visits", "all"])]
    pub nightly: bool,
    /// Try the rules of this folder instead of the site's.
    #[arg(long, value_name = "DIR", requires = "what_if")]
    pub rules: Option<PathBuf>,
    /// Only tell what would open and close.
    #[arg(long)]
    pub what_if: bool,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// `queue`.
#[derive(Debug, Args)]
pub struct Queue {
    /// View: all, mine, unassigned, late, due, declined, hold, ownerless, closed, or a saved one.
    #[arg(long, default_value = "all")]
    pub view: String,
    /// Filter, as typed in the workstation: words, type: owner: service: class: state: mrn: visit: late.
    #[arg(long, default_value = "")]
    pub filter: String,
    /// Sort by due, age, patient, owner, type or closed.
    #[arg(long, default_value = "due")]
    pub sort: String,
    /// From the other end.
    #[arg(long)]
    pub reverse: bool,
    /// At most so many rows.
    #[arg(long, default_value_t = 100)]
    pub limit: usize,
    /// Counts by provider, service or type in place of rows.
    #[arg(long, value_name = "GROUP", conflicts_with_all = ["filter", "sort", "reverse", "view"])]
    pub by: Option<String>,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// What a deficiency verb acts on.
#[derive(Debug, Args)]
pub struct Items {
    /// Numbers of deficiencies, as `queue` shows them.
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<i64>,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// `deficiency …`.
#[derive(Debug, Subcommand)]
pub enum Deficiency {
    /// Add one by hand.
    Add {
        /// The visit.
        visit: String,
        /// Type code, such as DS-M.
        kind: String,
        /// Who owes it: part of a provider's name (without owner, due and comment: the usual ones).
        #[arg(long)]
        owner: Option<String>,
        /// Due: T+7, 2026-03-31 (default: as the settings say).
        #[arg(long)]
        due: Option<String>,
        /// A comment.
        #[arg(long, default_value = "")]
        comment: String,
        /// The document it is about; an addendum request (ADD) needs one.
        #[arg(long, value_name = "ID")]
        document: Option<i64>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Show everything about one.
    Show(Items),
    /// Take the next chart of a list that nobody has, and say which.
    Next {
        /// View, as in `queue`.
        #[arg(long, default_value = "all")]
        view: String,
        /// Filter, as in `queue`.
        #[arg(long, default_value = "")]
        filter: String,
        /// Sort order, as in `queue`.
        #[arg(long, default_value = "due")]
        sort: String,
        /// From the other end.
        #[arg(long)]
        reverse: bool,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Take the charts of these: they become yours, and nobody else works them meanwhile.
    Take(Items),
    /// Give the charts of these back.
    Release(Items),
    /// Give them to another provider.
    Assign {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// The new owner: part of a name; `none` for nobody.
        #[arg(long)]
        to: String,
        /// Why.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Put them on hold: the time is not charged.
    Hold {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// illness, leave, vacation, chart_unavailable, awaiting_other, legal, other.
        #[arg(long)]
        reason: String,
        /// Until: T+7, 2026-03-31.
        #[arg(long)]
        until: Option<String>,
        /// A comment.
        #[arg(long, default_value = "")]
        comment: String,
    },
    /// End their hold.
    Unhold {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// A comment.
        #[arg(long, default_value = "")]
        comment: String,
    },
    /// Complete them.
    Complete {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// This document answers them; without a number, the document each asks about.
        #[arg(long, value_name = "ID", num_args = 0..=1, default_missing_value = "0")]
        document: Option<i64>,
        /// A comment.
        #[arg(long, default_value = "")]
        comment: String,
    },
    /// The document each asks about does not answer it.
    Dismiss {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// A comment.
        #[arg(long, default_value = "")]
        comment: String,
    },
    /// Move them along the stages.
    Advance {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// dictated, transcribed, signed, reviewed.
        #[arg(long)]
        to: String,
    },
    /// HIM's answer to a decline: they stand and go back to their owner.
    Uphold {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Give everything a provider owes to another, as when they leave (supervisor).
    ReassignAll {
        /// Whose: part of a provider's name.
        #[arg(long)]
        from: String,
        /// The new owner: part of a name; `attending` for the attending of each visit.
        #[arg(long)]
        to: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Decline them.
    Decline {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// Everything their owners owe on the same charts too.
        #[arg(long)]
        whole_chart: bool,
        /// not_my_patient, other_provider_performed, already_documented, not_required,
        /// resident_responsibility, off_service, duplicate, wrong_patient, record_unavailable, other.
        #[arg(long)]
        reason: String,
        /// A comment.
        #[arg(long, default_value = "")]
        comment: String,
    },
    /// Void them (supervisor).
    Void {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Open closed or declined ones again.
    Reopen {
        /// What to act on.
        #[command(flatten)]
        items: Items,
        /// Why.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Undo your last change, or the request named.
    Undo {
        /// A request id, as a change prints it with --json.
        request: Option<String>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
}

/// `cover …`.
#[derive(Debug, Subcommand)]
pub enum Cover {
    /// A provider is away: what the rules excuse is not charged (supervisor).
    Away {
        /// Who: part of a provider's name.
        provider: String,
        /// illness, leave, vacation, other.
        #[arg(long)]
        reason: String,
        /// First day: 2026-03-22, T+7.
        #[arg(long)]
        from: String,
        /// Last day, if known.
        #[arg(long)]
        until: Option<String>,
        /// A comment.
        #[arg(long, default_value = "")]
        comment: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Set the last day of an absence.
    Back {
        /// Its number, as `list` shows it.
        absence: i64,
        /// Last day away (default: yesterday).
        #[arg(long)]
        until: Option<String>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// One provider stands in for another and may complete what they owe (supervisor).
    For {
        /// For whom: part of a provider's name.
        provider: String,
        /// Who stands in: part of a provider's name.
        #[arg(long)]
        by: String,
        /// First day (default: now).
        #[arg(long)]
        from: Option<String>,
        /// Last day, if known.
        #[arg(long)]
        until: Option<String>,
        /// Why.
        #[arg(long, default_value = "")]
        reason: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// End standing in.
    End {
        /// Its number, as `list` shows it.
        cover: i64,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Set a coverage group, each of whom may complete for the others; nobody dissolves it.
    Group {
        /// Its name.
        name: String,
        /// Parts of providers' names.
        members: Vec<String>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// List absences, who stands in for whom, and coverage groups.
    List {
        /// Only absences of this provider, past ones too.
        #[arg(long)]
        provider: Option<String>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
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

/// `search`.
#[derive(Debug, Args)]
pub struct Search {
    /// Words, "phrases", "near words"~5, prefix*, fuzzy~, and fields: type: author: service:
    /// facility: class: mrn: name: visit: date: admitted: discharged: section: in: status: code:
    /// age: sex: affirmed: negated: uncertain: history: hypothetical: family:.
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
    /// List the query templates.
    Templates(Json),
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

/// `user …`.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Add a user.
    Add {
        /// Login name.
        login: String,
        /// Name shown.
        #[arg(long)]
        name: Option<String>,
        /// Roles: analyst, cdi, coder, provider, supervisor, privacy, release, registrar, auditor, admin.
        #[arg(long, value_delimiter = ',', required = true)]
        roles: Vec<String>,
        /// For the provider role: part of the provider's name.
        #[arg(long)]
        provider: Option<String>,
    },
    /// List users.
    List(Json),
    /// Change roles.
    Roles {
        /// Login name.
        login: String,
        /// The new roles.
        #[arg(value_delimiter = ',', required = true)]
        roles: Vec<String>,
    },
    /// Switch an account off.
    Off {
        /// Login name.
        login: String,
    },
    /// Switch an account on.
    On {
        /// Login name.
        login: String,
    },
}

/// `audit …`.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Recompute every chain and name the first bad entry.
    Verify(Json),
    /// The newest entries.
    Show {
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: usize,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
}

/// `rules …`.
#[derive(Debug, Subcommand)]
pub enum Rules {
    /// Validate rule files and run their test cases.
    Check {
        /// Folder with a site's rule files (default: that of the configuration directory).
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// List the rules in force.
    List(Json),
    /// Tell how many items each version of a rule made, and which are open.
    Who {
        /// Rule id, such as DS-M; `manual` for those added by hand.
        rule: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Copy the default rule files into a folder.
    Copy {
        /// The folder.
        folder: PathBuf,
    },
}

/// `index …`.
#[derive(Debug, Subcommand)]
pub enum Index {
    /// Build the index anew.
    Rebuild,
    /// Bring the index up to date now.
    Update,
}

/// Whether text goes to a person or a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Lines for a person.
    Text,
    /// One JSON object a line.
    Json,
}

fn widening(text: &str) -> Result<Widening, String> {
    Widening::from_name(text).ok_or_else(|| "one of off, sure, every".to_owned())
}

fn grouping(text: &str) -> Result<Grouping, String> {
    Grouping::from_name(text).ok_or_else(|| "one of document, patient, stay".to_owned())
}
