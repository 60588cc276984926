//! Saved searches: live worklists with what is new since their owner looked.

use super::search::{Grouping, SearchOrder, Widening};
use super::time::Instant;
use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

/// A search somebody saved under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedSearch {
    /// Its name, unique for its owner.
    pub name: String,
    /// The query as typed.
    pub text: Untrusted,
    /// Order of hits.
    pub order: SearchOrder,
    /// What hits are gathered by.
    pub grouping: Grouping,
    /// How far the query is widened.
    pub widening: Widening,
}

/// A saved search as a worklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchList {
    /// The search.
    pub search: SavedSearch,
    /// When its owner looked last; when it was saved, before that.
    pub looked: Instant,
    /// What it finds now; `None` while the index cannot say.
    pub count: Option<SearchCount>,
}

/// What a saved search finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SearchCount {
    /// Documents, exact.
    pub all: usize,
    /// Those of them that came, or came anew, since its owner looked.
    pub new: usize,
}
