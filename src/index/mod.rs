//! Full-text search: the only room that knows tantivy.
//!
//! Owns the encrypted index on disk ([`Writer`]), searching it ([`Reader`]), snippets and
//! highlights ([`Highlighter`]). Nothing lives only here: every commit carries the outbox
//! position it has reached, and an index that is missing, foreign, damaged or of another
//! schema is rebuilt from the store. It must never let a query reach what the searcher may not
//! see (`access` is ANDed outside the user's part), and never hand typed text to tantivy's own
//! query parser.
//!
//! On disk, everything sealed but the empty lock files:
//!
//! ```text
//! index/current          which generation answers
//! index/writer.lock      held by the one process that writes
//! index/gen-000001/      one tantivy index; a rebuild makes the next and then swaps
//! ```
//!
//! Start reading at `schema`, then `writer`, `reader` and `answer`; `directory` is the encryption,
//! `texts` and `heads` are what each segment has beside tantivy's own files.

mod access;
mod ahead;
mod answer;
mod bound;
mod cache;
mod check;
mod codes;
mod compile;
mod confined;
mod counting;
mod deltas;
mod directory;
mod error;
mod exclusion;
mod facets;
mod fields;
mod finding;
mod generation;
mod head_sets;
mod heads;
mod live;
mod marks;
mod needles;
mod open;
mod parts;
mod places;
mod position;
mod positional;
mod reader;
mod room;
mod schema;
mod sealed;
mod sight;
mod snippet;
mod spans;
mod spelling;
mod standing;
mod stored;
mod stretches;
mod suggest;
mod tally;
mod texts;
mod tokens;
mod view;
mod widen;
mod words;
mod writer;

pub use check::Inventory;
pub use error::{IndexError, RebuildReason};
pub use needles::Highlighter;
pub use position::{Position, StoreIdentity};
pub use reader::{Reader, SearchContext, highlights};
pub use schema::SCHEMA_VERSION;
pub use writer::{Change, Needs, Writer};

#[cfg(test)]
mod tests;
