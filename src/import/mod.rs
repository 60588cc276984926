//! Bytes of any feed to (records, issues).
