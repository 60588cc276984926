//! The one command table.
