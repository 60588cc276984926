//! The command line: the second screen. Whatever a screen does, a verb does.
//!
//! Owns arguments, printing, exit codes and the wiring of everything else; decides nothing that
//! `ops` decides. Start reading at [`main`], then [`args`].

mod act;
mod admin;
mod annotate;
pub mod args;
mod beside;
mod chart;
mod cover;
mod defaults;
mod deficiency;
mod demo;
mod ending;
mod import;
mod ladder;
mod letters;
mod lists;
mod named;
mod open;
mod opportunities;
mod output;
mod passphrase;
mod query;
mod report;
mod review;
mod search;
mod searches;
mod session;
mod setup;
mod shell;
mod sources;
mod users;
mod work;

use crate::domain::time::{Clock, SystemClock};
use args::{Cli, Screen, Verb};
use clap::Parser;
use output::Result;
use std::process::ExitCode;

/// Runs the program.
pub fn main() -> ExitCode {
    shell::protect_memory();
    shell::survive_size_limits();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            if error.use_stderr() {
                // It repeats what was typed, or stood in a script.
                output::note(error.render().to_string().trim_end());
                return ExitCode::from(2);
            }
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
    };
    ending::leave(output::finish(run(cli)))
}

fn run(cli: Cli) -> Result {
    session::clock_makes_sense(SystemClock.now())?;
    let place = &cli.place;
    match cli.verb.unwrap_or(Verb::Open(Screen::default())) {
        Verb::Open(screen) => open::run(place, &screen),
        Verb::Init(args) => setup::init(place, &args),
        Verb::Demo(args) => demo::run(place, &args),
        Verb::Import(args) => import::run(place, &args),
        Verb::Analyze(args) => work::analyze(place, &args),
        Verb::Queue(args) => work::queue(place, &args),
        Verb::Deficiency(verb) => deficiency::run(place, &verb),
        Verb::Cover(verb) => cover::run(place, &verb),
        Verb::Chart(args) => chart::run(place, &args),
        Verb::Search(args) => search::run(place, &args),
        Verb::Opportunities(args) => opportunities::run(place, &args),
        Verb::Searches(verb) => searches::run(place, &verb),
        Verb::Lists(verb) => lists::run(place, &verb),
        Verb::Query(verb) => query::run(place, &verb),
        Verb::Review(verb) => review::run(place, &verb),
        Verb::Lint => query::lint(),
        Verb::Annotate(args) => annotate::run(place, &args),
        Verb::Ladder(verb) => ladder::run(place, &verb),
        Verb::Letters(verb) => letters::run(place, &verb),
        Verb::Report(args) => report::run(place, &args),
        Verb::Daily(args) => ladder::daily(place, &args),
        Verb::Note(args) => report::note(place, &args),
        Verb::Coded(args) => report::coded(place, &args),
        Verb::User(verb) => users::run(place, &verb),
        Verb::Audit(verb) => admin::audit(place, &verb),
        Verb::Rules(verb) => admin::rules(place, &verb),
        Verb::Index(verb) => admin::index(place, &verb),
        Verb::Doctor(args) => admin::doctor(place, &args),
        Verb::Completions { shell } => shell::completions(shell),
        Verb::Man => shell::man(),
    }
}
