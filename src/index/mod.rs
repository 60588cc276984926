//! Full-text search: all tantivy lives here.
