//! Use cases: permission, decision, transaction.
