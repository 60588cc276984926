//! The grammar of the supervisor's verbs: `ladder`, `letters`, `report`, `daily`.

use super::Json;
use clap::{Args, Subcommand, ValueEnum};

/// Steps a verb acts on.
#[derive(Debug, Args)]
pub struct Steps {
    /// Numbers of steps, as `ladder list` shows them.
    #[arg(value_name = "ID", required_unless_present = "all")]
    pub ids: Vec<i64>,
    /// Every proposed step.
    #[arg(long, conflicts_with = "ids")]
    pub all: bool,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// `ladder …`.
#[derive(Debug, Subcommand)]
pub enum Ladder {
    /// List steps: proposed ones unless another state is named.
    List {
        /// proposed, confirmed, dismissed, withdrawn, or all.
        #[arg(long, default_value = "proposed")]
        state: String,
        /// notice, warning, delinquent, final_notice, suspension, lifting.
        #[arg(long)]
        kind: Option<String>,
        /// Part of a provider's name.
        #[arg(long)]
        provider: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 200)]
        limit: usize,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Show a step with its items and its history.
    Show {
        /// Its number.
        id: i64,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// The suspension list: who is suspended now.
    Suspended(Json),
    /// The daily run: propose what is due, withdraw what is not any more.
    Propose(Json),
    /// Confirm proposed steps: they take effect and their letters are made.
    Confirm {
        /// What to act on.
        #[command(flatten)]
        steps: Steps,
        /// For suspensions: administrative or professional_review (default: as the ladder says).
        #[arg(long)]
        suspension: Option<String>,
        /// A comment.
        #[arg(long, default_value = "")]
        comment: String,
    },
    /// Set proposed steps aside; they are not proposed again for these items.
    Dismiss {
        /// What to act on.
        #[command(flatten)]
        steps: Steps,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Lift a suspension before everything is completed.
    Lift {
        /// The suspension's number.
        id: i64,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// What a provider owes in numbers, and where they stand.
    Standing {
        /// Part of a provider's name.
        provider: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
}

/// What letters are printed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Paper {
    /// Plain text.
    Text,
    /// HTML with print layout.
    Html,
}

/// `letters …`.
#[derive(Debug, Subcommand)]
pub enum Letters {
    /// List letters, newest first.
    List {
        /// Only those never printed.
        #[arg(long)]
        unprinted: bool,
        /// Part of a provider's name.
        #[arg(long)]
        provider: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 200)]
        limit: usize,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Show a letter as it went out, and who printed it when.
    Show {
        /// Its number.
        id: i64,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Show the letter a proposed step would make; nothing is kept.
    Preview {
        /// The step's number.
        step: i64,
        /// As text or HTML.
        #[arg(long, value_enum, default_value = "text")]
        format: Paper,
    },
    /// Print letters: every one never printed, or those named. Who got what when is kept.
    Print {
        /// Numbers of letters (default: all that were never printed).
        #[arg(value_name = "ID")]
        ids: Vec<i64>,
        /// As text or HTML.
        #[arg(long, value_enum, default_value = "text")]
        format: Paper,
        /// Write a file for each into this folder instead of standard output.
        #[arg(long, value_name = "DIR")]
        to: Option<std::path::PathBuf>,
        /// One file for all of them, each beginning on a page of its own (`--to`).
        #[arg(long, requires = "to")]
        together: bool,
    },
    /// Print letters again, as they went out.
    Reprint {
        /// Numbers of letters.
        #[arg(value_name = "ID", required = true)]
        ids: Vec<i64>,
        /// As text or HTML.
        #[arg(long, value_enum, default_value = "text")]
        format: Paper,
        /// Write a file for each into this folder instead of standard output.
        #[arg(long, value_name = "DIR")]
        to: Option<std::path::PathBuf>,
        /// One file for all of them, each beginning on a page of its own (`--to`).
        #[arg(long, requires = "to")]
        together: bool,
    },
    /// Check the letter templates, the site's own included.
    Check,
    /// Copy the default templates into a folder.
    Copy {
        /// The folder.
        folder: std::path::PathBuf,
    },
}

/// Reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportName {
    /// Delinquent charts and their rates, with both denominators.
    Delinquency,
    /// Open items by age.
    Ageing,
    /// Items completed by their due time.
    OnTime,
    /// The quarterly test of delinquency.
    Quarterly,
    /// Days between discharge, dictation, transcription, signature, completion and coding.
    Stages,
    /// Stored figures day by day.
    Trend,
    /// Items opened and closed day by day, as the dashboard shows them.
    Flow,
    /// Who owes most.
    Providers,
    /// What one provider owes, oldest first, one page.
    Statement,
    /// Discharged stays that wait to be coded, by what and whom they wait for.
    Waiting,
    /// Stays that became ready to code and are not coded yet.
    Ready,
    /// Stays coded lately, and what says so.
    Coded,
    /// Work by person, in the order of names.
    Productivity,
    /// Store the figures of every day that is over.
    Snapshot,
    /// Figures of documentation integrity: reviews, queries, answers, with both numbers.
    Cdi,
}

/// What figures are broken down by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Not at all.
    Total,
    /// Facility.
    Facility,
    /// Clinical service.
    Service,
    /// Provider: items by owner, discharges by attending.
    Provider,
    /// Deficiency type.
    Type,
    /// Month (`cdi`).
    Month,
    /// Specialist (`cdi`).
    Specialist,
    /// Group of providers: service, else specialty (`cdi`).
    Group,
    /// Topic of the query (`cdi`).
    Topic,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Lines for a person.
    Text,
    /// Comma-separated values.
    Csv,
    /// One JSON object a line.
    Json,
    /// A page of HTML (statement only).
    Html,
}

/// `report`.
#[derive(Debug, Args)]
pub struct Report {
    /// Which report.
    #[arg(value_enum)]
    pub name: ReportName,
    /// For `statement`: part of a provider's name.
    pub who: Option<String>,
    /// The day the figures are of (default: today); any past day gives what was so then.
    #[arg(long)]
    pub date: Option<String>,
    /// For `productivity` and `cdi`: the first day (default: the first of the month; for `cdi` of
    /// the months the settings say).
    #[arg(long)]
    pub from: Option<String>,
    /// What figures are broken down by.
    #[arg(long, value_enum, default_value = "total")]
    pub by: By,
    /// For `trend` and `cdi --behind`: the group, as the KEY column shows it.
    #[arg(long, default_value = "")]
    pub key: String,
    /// For `cdi`: list what this figure is made of, such as response_rate.
    #[arg(long, value_name = "FIGURE")]
    pub behind: Option<String>,
    /// For `trend` and `flow`: days back.
    #[arg(long, default_value_t = 30)]
    pub days: i64,
    /// For `providers`: sort by late items.
    #[arg(long)]
    pub late: bool,
    /// The figures as they were stored that night, not computed again.
    #[arg(long)]
    pub stored: bool,
    /// With what is known now of visits: discharges recorded later count on the day they happened
    /// (`delinquency`, `ageing`, `on-time`).
    #[arg(long, conflicts_with = "stored")]
    pub restated: bool,
    /// At most so many rows (`providers`, `waiting`, `ready`, `coded`).
    #[arg(long, default_value_t = 100)]
    pub limit: usize,
    /// Text, CSV or JSON lines.
    #[arg(long, value_enum, default_value = "text")]
    pub format: ReportFormat,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// `coded`.
#[derive(Debug, Args)]
pub struct Coded {
    /// The visit.
    pub visit: String,
    /// The stay is coded now; without this, `--at` and `--not` it is only said whether it is.
    #[arg(long, conflicts_with_all = ["at", "not"])]
    pub now: bool,
    /// The stay was coded then: a day or an instant.
    #[arg(long, value_name = "WHEN", conflicts_with = "not")]
    pub at: Option<String>,
    /// The stay is not coded after all, whatever a feed says: why.
    #[arg(long, value_name = "REASON")]
    pub not: Option<String>,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// `note`.
#[derive(Debug, Args)]
pub struct Note {
    /// The visit.
    pub visit: String,
    /// The note; without it the notes so far are shown.
    pub words: Option<String>,
    #[command(flatten)]
    pub(crate) json: Json,
}
