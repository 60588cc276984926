//! The grammar of the verbs that review stays.

use super::Json;
use clap::{Args, Subcommand};

/// `review …`.
#[derive(Debug, Subcommand)]
pub enum Review {
    /// The worklist: stays to review, first what has the highest priority.
    List(ReviewList),
    /// Everything about the review of a stay.
    Show {
        /// The visit.
        visit: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Begin a review of a stay, or go on with your unfinished one; what is not named stays.
    Write {
        /// The visit.
        visit: String,
        /// initial, follow_up, retrospective, pre_bill, post_bill (default: what fits the stay).
        #[arg(long)]
        kind: Option<String>,
        /// What was found.
        #[arg(long)]
        findings: Option<String>,
        /// no_query, query_issued, query_pending, awaiting_record, referred.
        #[arg(long)]
        outcome: Option<String>,
        /// Day of the next review: T+2, 2026-03-31, or none (default: as the settings say).
        #[arg(long)]
        next: Option<String>,
        /// Sign it: it never changes from then on.
        #[arg(long)]
        sign: bool,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Throw your unfinished review of a stay away.
    Discard {
        /// The visit.
        visit: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Add to a signed review.
    Add {
        /// Its number, as `review show` tells.
        id: i64,
        /// What.
        words: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Show or change the working or final diagnoses of a stay.
    Diagnoses(Diagnoses),
    /// Codes this hospital has used before that begin like this.
    Codes {
        /// Beginning of an ICD-10-CM code.
        code: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Leave a note on a stay.
    Note {
        /// The visit.
        visit: String,
        /// The note.
        words: String,
        /// Only you see it.
        #[arg(long)]
        private: bool,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Hand a stay over: to the coder, back to cdi, or as final (codes are final).
    HandOver {
        /// The visit.
        visit: String,
        /// cdi, coder or final.
        #[arg(long)]
        to: String,
        /// Why, or what to look at; giving back needs it.
        #[arg(long, default_value = "")]
        reason: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Take a stay, so that nobody else works it meanwhile.
    Take {
        /// The visit.
        visit: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Give a stay back.
    Release {
        /// The visit.
        visit: String,
        /// Output for programs.
        #[command(flatten)]
        json: Json,
    },
    /// Check the formula of the worklist's priority: ours, or with the site's file.
    Priority(Json),
}

/// `review list`.
#[derive(Debug, Args)]
pub struct ReviewList {
    /// View: in-house, discharged, new, due, mine, queries, coding, final.
    #[arg(long, default_value = "in-house")]
    pub view: String,
    /// Filter: words, -word, OR, payer: service: facility: class: los:>5 priority:40.. owner: name: mrn:
    /// visit: admitted: discharged:T-7..T.
    #[arg(long, default_value = "")]
    pub filter: String,
    /// Sort by priority, stay, discharged, reviewed, next, payer, service or patient.
    #[arg(long, default_value = "priority")]
    pub sort: String,
    /// From the other end.
    #[arg(long)]
    pub reverse: bool,
    /// At most so many rows.
    #[arg(long, default_value_t = 100)]
    pub limit: usize,
    /// Say of each stay what its priority is made of.
    #[arg(long)]
    pub why: bool,
    /// Only the counts of the views.
    #[arg(long)]
    pub counts: bool,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// `review diagnoses`.
#[derive(Debug, Args)]
pub struct Diagnoses {
    /// The visit.
    pub visit: String,
    /// working (the specialist's) or final (the coder's).
    pub list: String,
    /// Add one: a code, a code and words, or words; Y N U W or 1 between code and words says present on admission.
    #[arg(long, value_name = "TEXT")]
    pub add: Vec<String>,
    /// Remove the one in this line.
    #[arg(long, value_name = "LINE")]
    pub remove: Vec<usize>,
    /// Make the one in this line the principal diagnosis.
    #[arg(long, value_name = "LINE")]
    pub principal: Option<usize>,
    /// Say what is present on admission: LINE=Y, N, U, W, 1 (exempt) or - (not said).
    #[arg(long, value_name = "LINE=POA")]
    pub poa: Vec<String>,
    /// Begin from the diagnoses the record brought.
    #[arg(long, conflicts_with = "from_working")]
    pub from_record: bool,
    /// Begin from the working list.
    #[arg(long)]
    pub from_working: bool,
    /// Every state the list has had, newest first.
    #[arg(long)]
    pub history: bool,
    #[command(flatten)]
    pub(crate) json: Json,
}
