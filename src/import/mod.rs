//! Bytes of any feed to (records, issues).
//!
//! Owns what a hospital exports: FHIR R4 (bundles, NDJSON), HL7 v2, tables by a mapping, and the
//! archives they come in. Parses what it can and reports the rest; a bad record never costs its neighbours. It
//! reads files and nothing else: no store, no clock, no guesses across sources, and no text of
//! a record in an issue. Start at [`read_paths`] and [`Sink`]; what codes mean is in `maps/`.

mod archive;
mod content;
mod csv;
mod emit;
mod fhir;
mod format;
mod hl7v2;
mod json;
mod limits;
mod maps;
mod markup;
mod names;
mod read;
mod source;
mod time;
mod walk;

pub use csv::{MAPPINGS, Mapping, MappingError};
pub use emit::{Parsed, Progress, Sink, Stop};
pub use limits::Limits;
pub use read::{Options, parse, read_paths};

#[cfg(test)]
mod tests;
