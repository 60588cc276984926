//! HL7 v2.
use super::emit::{Emitter, Stop};
use super::limits::Limits;
use super::maps::Maps;
use jiff::tz::TimeZone;
use std::io::BufRead;

pub(crate) struct Reader<'r, 's> {
    pub maps: &'r Maps,
    pub zone: &'r TimeZone,
    pub limits: &'r Limits,
    pub out: &'r mut Emitter<'s>,
}

pub(crate) fn read(_reader: &mut Reader<'_, '_>, _input: impl BufRead) -> Result<(), Stop> {
    Ok(())
}
