//! Queries to providers: what is worth asking, compliance lint, templates.
//!
//! Owns the rules that find indicators without a diagnosis (`opportunity/`), what a query must
//! and must not say (`defaults/lint.toml`), the names of diagnoses the lint knows, and the query
//! templates. Reads no store, sends nothing, and never says that a diagnosis is there. Start
//! reading at [`opportunity::Engine::evaluate`] and [`lint::Linter::lint`].

pub mod documented;
pub mod draft;
pub mod lint;
pub mod opportunity;
pub mod template;
pub mod worklist;
