//! Arguments of `cover`: absences of providers, who stands in, coverage groups.

use super::Json;
use clap::Subcommand;

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
    /// Tell an absence anew, over or not: what is left out stays as it was (supervisor). Clocks are
    /// reckoned again.
    Change {
        /// Its number, as `list` shows it.
        absence: i64,
        /// illness, leave, vacation, other.
        #[arg(long)]
        reason: Option<String>,
        /// First day: 2026-03-22, T+7.
        #[arg(long)]
        from: Option<String>,
        /// Last day.
        #[arg(long)]
        until: Option<String>,
        /// The last day is not known.
        #[arg(long, conflicts_with = "until")]
        open: bool,
        /// A comment.
        #[arg(long)]
        comment: Option<String>,
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
    /// End standing in, now or on a day.
    End {
        /// Its number, as `list` shows it.
        cover: i64,
        /// Last day (default: it ends now).
        #[arg(long)]
        until: Option<String>,
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
    /// Give a coverage group another name (supervisor).
    Rename {
        /// Its name.
        name: String,
        /// The new name.
        to: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// List absences, who stands in for whom, and coverage groups.
    List {
        /// Only absences of this provider, past ones too.
        #[arg(long)]
        provider: Option<String>,
        /// Also absences that were over within the period of the figures.
        #[arg(long)]
        lately: bool,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
}
