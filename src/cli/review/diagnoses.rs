//! `review diagnoses`: the working and the final list of a stay.

use super::super::act::act;
use super::super::args::Diagnoses;
use super::super::output::{Exit, Failure, Out, Result};
use super::super::session::Session;
use super::{named, seen, show};
use crate::domain::action::Action;
use crate::domain::clinical::PresentOnAdmission;
use crate::domain::diagnosis_entry::{entry, of_record};
use crate::domain::review::{DiagnosisList, ListKind, ListedDiagnosis};
use crate::domain::review_action::ReviewAction;
use crate::ops::OpsError;

/// Runs `review diagnoses`.
pub fn run(session: &Session, args: &Diagnoses) -> Result {
    let kind = named(&args.list, "list", ListKind::ALL, ListKind::name)?;
    let (encounter, review) = seen(session, &args.visit)?;
    let list = review.list(kind);
    let changes = !args.add.is_empty()
        || !args.remove.is_empty()
        || args.principal.is_some()
        || !args.poa.is_empty()
        || args.from_record
        || args.from_working;
    if !changes {
        return print(session, args, &review.lists, kind);
    }
    let mut entries = if args.from_record {
        of_record(&review.recorded)
    } else if args.from_working {
        review.list(ListKind::Working).entries
    } else {
        list.entries.clone()
    };
    change(&mut entries, args)?;
    let action = ReviewAction::SetDiagnoses {
        encounter,
        list: kind,
        version: list.version,
        entries,
    };
    act(session, &Action::Review(action), args.json.json)
}

fn print(session: &Session, args: &Diagnoses, lists: &[DiagnosisList], kind: ListKind) -> Result {
    let mut out = Out::new(args.json.json);
    let states: Vec<&DiagnosisList> = lists.iter().filter(|l| l.kind == kind).collect();
    let most = if args.history { states.len() } else { 1 };
    for (at, list) in states.iter().take(most).enumerate() {
        let before = states.get(at + 1).map_or(&[][..], |l| &l.entries[..]);
        if out.json {
            out.object(&show::list_json(list, before))?;
        } else {
            show::list_text(session, &mut out, list, before)?;
        }
    }
    out.done(Exit::Done)
}

/// Lines count from 1 in the list as it was shown; what is added comes last.
fn change(entries: &mut Vec<ListedDiagnosis>, args: &Diagnoses) -> Result<()> {
    let line = |n: usize, len: usize| {
        let at = n.checked_sub(1).filter(|at| *at < len);
        at.ok_or_else(|| OpsError::Refused(format!("the list has no line {n}")))
    };
    for change in &args.poa {
        let parts = change.split_once('=');
        let number = parts.and_then(|(n, poa)| Some((n.trim().parse().ok()?, poa.trim())));
        let Some((number, poa)) = number else {
            return Err(Failure::Usage(format!(
                "{change}: write a line and its value, like 2=Y"
            )));
        };
        let at = line(number, entries.len())?;
        entries[at].poa = match poa {
            "-" => None,
            name => Some(named(
                &name.to_ascii_uppercase(),
                "present-on-admission indicator",
                PresentOnAdmission::ALL,
                PresentOnAdmission::name,
            )?),
        };
    }
    let mut gone = Vec::new();
    for number in &args.remove {
        gone.push(line(*number, entries.len())?);
    }
    let principal = match args.principal {
        Some(number) => Some(entries[line(number, entries.len())?].clone()),
        None => None,
    };
    let mut at = 0;
    entries.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
    if let Some(first) = principal {
        entries.retain(|e| *e != first);
        entries.insert(0, first);
    }
    entries.extend(args.add.iter().map(|text| entry(text)));
    Ok(())
}
