//! Opening the workstation.

use super::args::{Place, Screen};
use super::output::{Exit, Failure, Out, Result};
use super::session::Session;
use std::io::IsTerminal;

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
    workstation(place, place.open()?, screen)
}

/// Opens the workstation on an opened hospital.
pub fn workstation(_place: &Place, _session: Session, _screen: &Screen) -> Result {
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        return Err(Failure::Usage(
            "the workstation needs a terminal; the verbs (`chartroom help`) do not".to_owned(),
        ));
    }
    Ok(Exit::Done)
}
