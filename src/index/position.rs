//! How far an index has come: kept in every commit, so that after any crash the index itself
//! says exactly what it has.

use super::schema::SCHEMA_VERSION;
use serde::{Deserialize, Serialize};

/// Which store an index follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreIdentity {
    /// The store's own id.
    pub store_id: String,
    /// Counts restores: after one, positions mean other changes.
    pub epoch: i64,
}

/// A place in a store's outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The store's own id.
    pub store_id: String,
    /// Counts restores.
    pub epoch: i64,
    /// Number of the last outbox row taken in.
    pub number: i64,
    /// Version of the index's schema.
    pub schema: u32,
}

impl Position {
    /// A position in `store`, for the schema of this version.
    pub fn new(store: &StoreIdentity, number: i64) -> Self {
        Self {
            store_id: store.store_id.clone(),
            epoch: store.epoch,
            number,
            schema: SCHEMA_VERSION,
        }
    }

    /// Whether the position is one of `store`.
    pub fn is_of(&self, store: &StoreIdentity) -> bool {
        self.store_id == store.store_id && self.epoch == store.epoch
    }
}

/// What a commit carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Payload {
    #[serde(flatten)]
    pub position: Position,
    /// False while a rebuild goes on: the position counts for nothing until it is finished.
    pub complete: bool,
}
