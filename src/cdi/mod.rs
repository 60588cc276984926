//! Queries to providers: compliance lint and templates.
//!
//! Owns what a query must and must not say (`defaults/lint.toml`), the names of diagnoses the
//! lint knows, and the query templates. Reads no chart and no store, sends nothing, and never
//! suggests a diagnosis. Start reading at [`lint::Linter::lint`].

pub mod lint;
pub mod template;
