//! Statistics of chart completion, tables, letters and statements: numbers and words for people.
//!
//! Owns the formulas (each explained in `docs/reference/reports.md`), the letter templates and the
//! forms a table can take (text, CSV, JSON). Reads no store and no clock: everything comes in as
//! an argument. Start reading at [`figures::compute`] and [`letters::Letters`].

pub mod cdi;
pub mod cdi_tables;
pub mod figures;
pub mod letters;
pub mod query_fhir;
pub mod query_paper;
pub mod sheaf;
pub mod stages;
pub mod table;
pub mod tables;
