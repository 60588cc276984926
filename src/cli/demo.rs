//! `demo`: the synthetic hospital, entered through import actions, and what its department has done.

mod queries;
mod reviewing;
mod work;

#[cfg(test)]
mod tests_roles;

use super::args::{Demo, Init, Place};
use super::output::{Exit, Failure, Out, Result, stderr_is_terminal};
use super::session::{Session, new_id, new_request};
use super::{import, open, setup};
use crate::demo::{Act, Expect, Hospital, Plan, Planted};
use crate::domain::action::{Action, ImportBatch};
use crate::domain::deficiency::Subject;
use crate::domain::record::Arrival;
use crate::domain::time::{Clock, FixedClock, Instant, SystemClock};
use crate::ops::{Office, OpsError};
use crate::text::noun;
use crate::vault::Vault;
use anyhow::Context;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Where the demo hospital stands.
const ZONE: &str = "America/New_York";
/// Its name.
const FACILITY: &str = "Harbor View Medical Center (demo)";
/// Microseconds of a day of 24 hours.
const DAY: i64 = 86_400_000_000;
/// Records in a batch.
const BATCH: usize = 1_000;

/// Runs `demo`.
pub fn run(place: &Place, args: &Demo) -> Result {
    if !args.no_open {
        open::needs_terminal()?;
    }
    let clock: Arc<dyn Clock> = match &args.now {
        None => Arc::new(SystemClock),
        Some(text) => Arc::new(FixedClock::new(Instant::parse(text).ok_or_else(|| {
            Failure::Usage(format!(
                "{text} is no instant: write it like 2026-03-22T14:00:00Z"
            ))
        })?)),
    };
    let backdated = Arc::new(Backdated {
        present: clock,
        back: AtomicI64::new(0),
    });
    let clock: Arc<dyn Clock> = Arc::clone(&backdated) as _;
    let home = Home::new(place)?;
    let init = Init {
        facility: FACILITY.to_owned(),
        time_zone: ZONE.to_owned(),
        login: None,
        name: None,
    };
    let office = setup::make(place, &home.dir, &home.vault, Arc::clone(&clock), &init)?;
    let session = place.sign_in(office, &new_id())?;
    let (charts, planted) = fill(&session, args, clock.now())?;
    ask(&session, &planted)?;
    queries::plant(&session, &planted)?;
    reviewing::plant(&session, &backdated)?;
    if args.no_open {
        if home.kept() {
            import::settle(&session, &crate::ops::Which::Changed, None)?;
        } else {
            session
                .office
                .analyze(&session.actor, &crate::ops::Which::Changed, &mut |_| true)?;
        }
        work::done(&session, &planted)?;
        let counts = session.office.counts(&session.actor)?;
        let mut out = Out::new(args.json.json);
        if out.json {
            out.object(&serde_json::json!({
                "kind": "summary", "charts": charts, "patients": counts.patients,
                "encounters": counts.encounters, "documents": counts.documents,
                "open": counts.views.first().map_or(0, |v| v.1), "data_dir": home.dir
            }))?;
        } else {
            let open = counts.views.first().map_or(0, |v| v.1);
            out.line(format_args!(
                "{charts} {}, {} {}, {open} open {}",
                noun(charts, "chart"),
                counts.documents,
                noun(counts.documents, "document"),
                noun(open, "deficiency")
            ))?;
        }
        return out.done(Exit::Done);
    }
    session
        .office
        .analyze(&session.actor, &crate::ops::Which::Changed, &mut |_| true)?;
    work::done(&session, &planted)?;
    open::workstation(place, &session, &args.screen)
}

/// The clock of a demo that is being made: what people did in the last days is done on its day.
struct Backdated {
    present: Arc<dyn Clock>,
    /// Microseconds before the present.
    back: AtomicI64,
}

impl Backdated {
    /// Goes so many days of 24 hours back from the present.
    fn set_back(&self, days: i64) {
        self.back.store(days * DAY, Ordering::SeqCst);
    }
}

impl Clock for Backdated {
    fn now(&self) -> Instant {
        Instant(self.present.now().0 - self.back.load(Ordering::SeqCst))
    }
}

/// The directory of the demo: a temporary one that goes with it, or one that is kept.
struct Home {
    dir: PathBuf,
    vault: Vault,
    temporary: Option<tempfile::TempDir>,
}

impl Home {
    fn new(place: &Place) -> Result<Self> {
        if place.data_dir.is_some() {
            let dir = place.data_dir()?;
            let vault = Vault::create(&dir, &place.key_source(true)?).map_err(OpsError::from)?;
            return Ok(Self {
                dir,
                vault,
                temporary: None,
            });
        }
        let temporary = tempfile::Builder::new()
            .prefix("chartroom-demo-")
            .tempdir()
            .context("a temporary directory for the demo")?;
        Ok(Self {
            dir: temporary.path().to_owned(),
            vault: Vault::in_memory().map_err(OpsError::from)?,
            temporary: Some(temporary),
        })
    }

    fn kept(&self) -> bool {
        self.temporary.is_none()
    }
}

/// Makes the charts and takes them in; gives their number, and every item that was planted.
fn fill(session: &Session, args: &Demo, now: Instant) -> Result<(u64, Vec<Planted>)> {
    let office: &Office = &session.office;
    let plan = Plan {
        seed: args.seed,
        charts: args.charts,
        now,
        zone: office.zone.clone(),
        facility: FACILITY.into(),
    };
    let mut manifest = args
        .manifest
        .as_ref()
        .map(|path| {
            std::fs::File::create(path)
                .map(std::io::BufWriter::new)
                .with_context(|| path.display().to_string())
        })
        .transpose()?;
    let bar = if stderr_is_terminal() {
        indicatif::ProgressBar::new(args.charts)
    } else {
        indicatif::ProgressBar::hidden()
    };
    let mut waiting: Vec<Arrival> = Vec::new();
    let mut to_do: Vec<Planted> = Vec::new();
    for bundle in Hospital::new(plan) {
        if let Some(file) = &mut manifest {
            // An overdue query takes days to become one: a demo of a moment has none.
            let told = |p: &&Planted| p.act != Some(Act::LetQueryPass);
            for planted in bundle.truth.iter().filter(told) {
                serde_json::to_writer(&mut *file, planted)?;
                file.write_all(b"\n")?;
            }
        }
        bar.inc(1);
        let wanted = |p: &Planted| p.expect == Expect::MustFind;
        to_do.extend(bundle.truth.iter().filter(|p| wanted(p)).cloned());
        waiting.extend(bundle.arrivals);
        while waiting.len() >= BATCH {
            let rest = waiting.split_off(BATCH);
            take(session, std::mem::replace(&mut waiting, rest))?;
        }
    }
    take(session, waiting)?;
    bar.finish_and_clear();
    if let Some(mut file) = manifest {
        file.flush()?;
    }
    Ok((args.charts, to_do))
}

/// Asks for the addenda that were planted.
fn ask(session: &Session, planted: &[Planted]) -> Result<()> {
    let office: &Office = &session.office;
    let asked = |p: &&Planted| p.act == Some(Act::AskAddendum);
    for p in planted.iter().filter(asked) {
        let (Some(document), Some(owner)) = (&p.subject, &p.owner) else {
            continue;
        };
        let visit = super::named::visit(session, &p.visit)?;
        let request = Action::AddDeficiency {
            encounter: visit,
            kind: p.kind.clone(),
            subject: Subject {
                document: office.document_named(document)?,
                ..Subject::default()
            },
            owner: office.provider_named(owner)?,
            due: office.usual_due(&session.actor, visit, &p.kind)?,
            comment: p.why.as_str().into(),
        };
        office.act(&session.actor, &new_request(), &request)?;
    }
    Ok(())
}

fn take(session: &Session, arrivals: Vec<Arrival>) -> Result<()> {
    let action = Action::Import(ImportBatch {
        source: "demo".to_owned(),
        arrivals,
        first: None,
    });
    let outcome = session
        .office
        .act(&session.actor, &new_request(), &action)?;
    match outcome.intake.map(|i| i.issues.len()).unwrap_or(0) {
        0 => Ok(()),
        n => Err(anyhow::anyhow!("records of the demo hospital refused: {n}").into()),
    }
}
