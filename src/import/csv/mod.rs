//! Tables (CSV, TSV) to records, by a mapping that is data.
//!
//! Owns what an export of tables needs to become records: which file is which table, which column
//! is what, which dictionary explains a code. Nothing about a vendor stands in code: see
//! `mimic.toml` for a whole mapping. A bad row costs itself alone, even one with a stray quote.
//! Start reading at [`Mapping`], then [`Reader`].

mod dictionary;
mod mapping;
mod record;
mod row;
mod template;
#[cfg(test)]
mod tests;

pub use mapping::{Mapping, MappingError};

use super::emit::{Emitter, Stop};
use super::limits::Limits;
use crate::domain::record::Severity;
pub(crate) use dictionary::Loaded;
use jiff::tz::TimeZone;
use mapping::Table;
use row::{Next, Rows};
use std::io::BufRead;

/// The mapping of the MIMIC-IV hospital and ICU tables, which comes with the program.
pub const MIMIC: &str = include_str!("mimic.toml");

/// The mappings that come with the program: name and text.
pub const MAPPINGS: &[(&str, &str)] = &[("mimic", MIMIC)];

/// Reads tables.
pub(crate) struct Reader<'r, 's> {
    pub mapping: &'r Mapping,
    pub zone: &'r TimeZone,
    pub limits: &'r Limits,
    pub out: &'r mut Emitter<'s>,
    /// Dictionaries read from files so far.
    pub loaded: &'r mut Loaded,
}

/// Reads one table. The file's name and its header tell which it is.
pub(crate) fn read(reader: &mut Reader<'_, '_>, input: impl BufRead) -> Result<(), Stop> {
    let file = reader.out.file().to_owned();
    let mut rows = Rows::new(input, reader.mapping.delimiter, reader.limits);
    let header = match rows.next() {
        Next::Row(row) => row.cells,
        Next::End => return Ok(()),
        Next::Bad { line, reason } | Next::Broken { line, reason } => {
            reader.out.issue(Severity::Reject, line, "", &reason);
            return Ok(());
        }
    };
    let header: Vec<String> = header.iter().map(|c| heading(c)).collect();
    if let Some(name) = reader.mapping.dictionary_of(&file) {
        return dictionary(reader, &name, &header, rows);
    }
    match reader.mapping.table_of(&file, &header) {
        Ok(table) => table_rows(reader, table, &header, rows),
        Err(reason) => {
            reader.out.issue(Severity::Skip, 0, "", &reason);
            Ok(())
        }
    }
}

/// A heading as mappings name it: trimmed, lower case, without a byte order mark.
fn heading(cell: &str) -> String {
    cell.trim_start_matches('\u{feff}').trim().to_lowercase()
}

fn dictionary<R: BufRead>(
    reader: &mut Reader<'_, '_>,
    name: &str,
    header: &[String],
    mut rows: Rows<'_, R>,
) -> Result<(), Stop> {
    let Some(dictionary) = reader.mapping.dictionaries.get(name) else {
        return Ok(());
    };
    let columns = [&dictionary.key, &dictionary.value].map(|wanted| {
        header
            .iter()
            .position(|h| Some(h.as_str()) == wanted.as_deref())
    });
    let [Some(key), Some(value)] = columns else {
        let reason = format!("the dictionary {name} needs columns this file has not");
        reader.out.issue(Severity::Reject, 1, "", &reason);
        return Ok(());
    };
    loop {
        match rows.next() {
            Next::End => return Ok(()),
            Next::Broken { line, reason } => {
                reader.out.issue(Severity::Reject, line, "", &reason);
                return Ok(());
            }
            Next::Bad { line, reason } => {
                reader.out.issue(Severity::Reject, line, "", &reason);
            }
            Next::Row(row) => {
                if let (Some(key), Some(value)) = (row.cells.get(key), row.cells.get(value)) {
                    let (key, value) = (key.trim(), value.trim());
                    if !reader.loaded.add(name, key, value, reader.limits) {
                        let reason = format!(
                            "dictionaries hold {} entries at the most; the rest is not known",
                            reader.limits.remembered
                        );
                        reader.out.issue(Severity::Reject, row.line, "", &reason);
                        return Ok(());
                    }
                }
            }
        }
    }
}

fn table_rows<R: BufRead>(
    reader: &mut Reader<'_, '_>,
    table: &Table,
    header: &[String],
    mut rows: Rows<'_, R>,
) -> Result<(), Stop> {
    let places = table.places(header);
    loop {
        let row = match rows.next() {
            Next::End => return Ok(()),
            Next::Broken { line, reason } => {
                reader.out.issue(Severity::Reject, line, "", &reason);
                return Ok(());
            }
            Next::Bad { line, reason } => {
                reader.out.issue(Severity::Reject, line, "", &reason);
                continue;
            }
            Next::Row(row) => row,
        };
        if row.cells.len() != header.len() {
            let reason = format!(
                "the row has {} cells, the header {}",
                row.cells.len(),
                header.len()
            );
            reader.out.issue(Severity::Reject, row.line, "", &reason);
            continue;
        }
        let maker = record::Maker {
            mapping: reader.mapping,
            table,
            places: &places,
            cells: &row.cells,
            loaded: reader.loaded,
            zone: reader.mapping.zone.as_ref().unwrap_or(reader.zone),
            limits: reader.limits,
        };
        match maker.arrivals() {
            Ok(made) => {
                for (made, place) in made {
                    let arrival = crate::domain::record::Arrival {
                        key: made.key,
                        also: made.also,
                        provenance: reader.out.provenance(row.line, &place),
                        extent: made.extent,
                        cleared: Vec::new(),
                        record: made.record,
                    };
                    reader.out.push(arrival)?;
                }
            }
            Err(fault) => {
                reader
                    .out
                    .issue(Severity::Reject, row.line, &fault.column, &fault.reason);
            }
        }
    }
}
