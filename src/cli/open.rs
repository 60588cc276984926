//! Opening the workstation.

use super::args::{Place, Screen};
use super::beside::Beside;
use super::ending;
use super::output::{Exit, Failure, Out, Result};
use super::session::{Session, new_id};
use crate::command::Grants;
use crate::config::{Config, user_keymap, user_theme};
use crate::domain::action::Action;
use crate::domain::ids::RequestId;
use crate::ops::Office;
use crate::text::{Shown, show};
use crate::tui::app::{Session as Seat, Start};
use crate::tui::keymap::Keymap;
use crate::tui::office::OfficeDesk;
use crate::tui::runner::{Environment, Kept, run_local};
use crate::tui::theme::{Depth, Theme};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The theme when nothing else is chosen.
const THEME: &str = "dark";
/// The keymap when nothing else is chosen.
const KEYMAP: &str = "vim";

/// Runs the program without a verb: the workstation, or what to do when there is no data yet.
pub fn run(place: &Place, screen: &Screen) -> Result {
    let dir = place.data_dir()?;
    if !dir.join("chartroom.db").exists() {
        let mut out = Out::new(false);
        out.line(format_args!("There is no data yet at {}.", dir.display()))?;
        out.line("")?;
        out.line("  chartroom demo                                   look around in a synthetic hospital")?;
        out.line("  chartroom init --facility NAME --time-zone ZONE  make a data directory")?;
        out.line(
            "  chartroom import PATH...                         take in FHIR or HL7 v2 exports",
        )?;
        return out.done(Exit::Done);
    }
    workstation(place, &place.open()?, screen)
}

/// Refuses early, before work is done for nothing.
pub fn needs_terminal() -> Result<()> {
    let why = match std::io::stdout().is_terminal() && std::io::stdin().is_terminal() {
        true if environment().term != "dumb" => return Ok(()),
        true => "a terminal that can place its cursor (TERM is dumb)",
        false => "a terminal",
    };
    Err(Failure::Usage(format!(
        "the workstation needs {why}; the verbs (`chartroom help`) do not"
    )))
}

/// Opens the workstation on an opened hospital.
pub fn workstation(place: &Place, session: &Session, screen: &Screen) -> Result {
    needs_terminal()?;
    let words = work(place, session, screen);
    if Arc::strong_count(&session.office) > 1 {
        // Whoever else holds the office is a thread that took longer than anybody waits.
        ending::at_once();
    }
    if let Some(words) = words? {
        // All is done: a terminal that went away meanwhile is no failure.
        let _ = say(&words);
    }
    Ok(Exit::Done)
}

fn say(words: &Shown) -> Result {
    let mut out = Out::new(false);
    out.line(format_args!("chartroom: {words}"))?;
    out.done(Exit::Done)
}

/// Runs the workstation to its end; gives what is to be said then, if anything.
fn work(place: &Place, session: &Session, screen: &Screen) -> Result<Option<Shown>> {
    let config_dir = place.config_dir()?;
    let config = Config::load(&config_dir).map_err(anyhow::Error::from)?;
    let mut environment = environment();
    if screen.ascii || config.ascii {
        environment.locale.clear();
    }
    let start = start(session, &config_dir, &config, screen, environment.depth())?;
    let here = (!environment.over_ssh).then(|| PathBuf::from("."));
    let desk = OfficeDesk::new(Arc::clone(&session.office), session.actor.clone());
    let desk = Arc::new(desk.exporting_to(config.exports.clone().or(here)));
    let _beside = Beside::of(session);
    let (office, actor) = (Arc::clone(&session.office), session.actor.clone());
    let keep = move |kept: Kept| {
        let (key, value) = match kept {
            Kept::Theme(name) => ("theme", name),
            Kept::Keymap(name) => ("keymap", name),
        };
        let action = Action::Prefer {
            key: key.to_owned(),
            value,
        };
        // A preference that cannot be kept is asked for again next time.
        let _ = office.act(&actor, &RequestId(new_id()), &action);
    };
    Ok(run_local(start, desk, &environment, Box::new(keep))?)
}

fn start(
    session: &Session,
    config_dir: &Path,
    config: &Config,
    screen: &Screen,
    depth: Depth,
) -> Result<Start> {
    let (office, actor) = (&session.office, &session.actor);
    let chosen = |option: &Option<String>,
                  key: &str,
                  config: &Option<String>,
                  default: &str|
     -> Result<String> {
        Ok(match option {
            Some(name) => name.clone(),
            None => office
                .preference(actor, key)?
                .or_else(|| config.clone())
                .unwrap_or_else(|| default.to_owned()),
        })
    };
    let theme_name = chosen(&screen.theme, "theme", &config.theme, THEME)?;
    let keymap_name = chosen(&screen.keymap, "keymap", &config.keymap, KEYMAP)?;
    let own_keymap = user_keymap(config_dir)
        .map_err(anyhow::Error::from)?
        .map(|(path, text)| (path.display().to_string(), text));
    let own = own_keymap
        .as_ref()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    let keymap = Keymap::load(&keymap_name, own).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Failure::Usage(lines.join("\n"))
    })?;
    Ok(Start {
        session: Seat {
            user: actor.user.id,
            user_name: show(&actor.user.name),
            place: Shown::own(if std::env::var_os("SSH_CONNECTION").is_some() {
                "SSH"
            } else {
                ""
            }),
            zone: office.zone.clone(),
            grants: Grants::of_user(&actor.user),
            may_copy: config.clipboard,
            search_pause: i64::from(config.search_pause_ms) * 1_000,
            name: actor.session.clone(),
        },
        now: office.now(),
        // The runner asks the terminal before the first frame.
        size: crate::tui::app::Size::new(80, 24),
        keymap,
        theme: theme(config_dir, &theme_name, depth)?,
        depth,
        user_keymap: own_keymap,
        warning: warning(office),
        make: crate::tui::screens::make,
    })
}

/// What whoever works here must know at once: that nothing is analysed.
fn warning(office: &Office) -> Option<Shown> {
    let mistakes = office.rule_mistakes();
    let first = mistakes.first()?;
    Some(show(&format!("nothing is analysed: {first}").into()))
}

fn theme(config_dir: &Path, name: &str, depth: Depth) -> Result<Theme> {
    let own = user_theme(config_dir, name).map_err(anyhow::Error::from)?;
    match own {
        Some((path, text)) => Theme::read(name, &path.display().to_string(), &text, depth),
        None => Theme::bundled(name, depth),
    }
    .map_err(|e| Failure::Usage(e.to_string()))
}

/// What the environment says of the terminal.
fn environment() -> Environment {
    let var = |name: &str| std::env::var(name).unwrap_or_default();
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .map(var)
        .find(|v| !v.is_empty())
        .unwrap_or_default();
    Environment {
        term: var("TERM"),
        colorterm: var("COLORTERM"),
        no_color: std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty()),
        locale,
        over_ssh: std::env::var_os("SSH_CONNECTION").is_some(),
    }
}
