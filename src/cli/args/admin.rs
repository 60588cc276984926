//! The grammar of the verbs that set up, feed and keep a data directory.

use super::{Json, Screen};
use clap::{Args, Subcommand};
use std::path::PathBuf;

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
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// List users.
    List(Json),
    /// Change roles, or which provider somebody is.
    Roles {
        /// Login name.
        login: String,
        /// The new roles.
        #[arg(value_delimiter = ',', required = true)]
        roles: Vec<String>,
        /// Part of the name of the provider they are (default: the one they are already).
        #[arg(long)]
        provider: Option<String>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Switch an account off.
    Off {
        /// Login name.
        login: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Switch an account on.
    On {
        /// Login name.
        login: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
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
    /// Tell where rules, concepts, numbers and mappings are published.
    Sources {
        /// A mapping file of your own, too.
        #[arg(long, value_name = "NAME|FILE")]
        mapping: Option<PathBuf>,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
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

/// `doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Compare the words of every document with the index, not only of a sample (another one each day).
    #[arg(long)]
    pub deep: bool,
    /// Output for programs.
    #[command(flatten)]
    pub json: Json,
}
