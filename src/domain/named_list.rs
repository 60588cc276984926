//! Named lists: documents and stays that somebody put together to work through.

use super::ids::{DocumentId, EncounterId, ListEntryId, ListId, PatientId, UserId};
use super::time::{Instant, Moment};
use super::untrusted::Untrusted;
use super::user::Role;
use serde::{Deserialize, Serialize};

/// A list as its reader sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedList {
    /// Row identity.
    pub id: ListId,
    /// Row version.
    pub version: i64,
    /// Its name, unique for its owner.
    pub name: String,
    /// Whose.
    pub owner: UserId,
    /// The owner's name.
    pub owner_name: Untrusted,
    /// Who else has it: everybody with this role.
    pub shared: Option<Role>,
    /// Entries the reader may see.
    pub entries: i64,
    /// Those of them that are not done.
    pub open: i64,
}

/// What can stand on a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ListThing {
    /// A document.
    Document(DocumentId),
    /// A stay, with all its documents.
    Stay(EncounterId),
}

/// An entry of a list that its reader may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListEntry {
    /// Row identity.
    pub id: ListEntryId,
    /// Row version.
    pub version: i64,
    /// What.
    pub thing: ListThing,
    /// The stay it is or belongs to, if any.
    pub encounter: Option<EncounterId>,
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: Untrusted,
    /// Medical record number.
    pub mrn: Untrusted,
    /// Visit number; empty without a visit.
    pub visit: Untrusted,
    /// What it is: title or kind of the document, or that it is a stay.
    pub what: Untrusted,
    /// Of when: the document's time, or when the stay began.
    pub at: Option<Moment>,
    /// What was noted.
    pub note: Untrusted,
    /// Whether it is done.
    pub done: bool,
    /// When it was put there.
    pub added: Instant,
    /// By whom.
    pub added_by: Untrusted,
}

/// What a list is asked for in a query: its name and the documents on it that are not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDocuments {
    /// The list's name.
    pub name: String,
    /// The documents, those of its stays included.
    pub documents: Vec<DocumentId>,
}

/// A change of lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListAction {
    /// Puts things on a list; the acting user's own is made if there is none of this name.
    Add {
        /// The list's name.
        list: String,
        /// What.
        things: Vec<ListThing>,
        /// A note to each; empty for none.
        note: Untrusted,
    },
    /// Changes what is noted to an entry.
    Note {
        /// The entry.
        entry: ListEntryId,
        /// The row version seen.
        version: i64,
        /// The note.
        note: Untrusted,
    },
    /// Says that entries are done, or not done after all.
    Done {
        /// The entries with the row versions seen.
        entries: Vec<(ListEntryId, i64)>,
        /// Which of the two.
        done: bool,
    },
    /// Takes entries off their list.
    Remove {
        /// The entries with the row versions seen.
        entries: Vec<(ListEntryId, i64)>,
    },
    /// Gives a list of the acting user to everybody with a role, or to nobody else.
    Share {
        /// The list's name.
        list: String,
        /// The role.
        with: Option<Role>,
    },
    /// Gives a list of the acting user another name.
    Rename {
        /// The list's name.
        list: String,
        /// The new name.
        to: String,
    },
    /// Deletes a list of the acting user.
    Delete {
        /// The list's name.
        list: String,
    },
}

impl ListAction {
    /// Its name in the audit log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Add { .. } => "list.add",
            Self::Note { .. } => "list.note",
            Self::Done { done: true, .. } => "list.done",
            Self::Done { done: false, .. } => "list.not_done",
            Self::Remove { .. } => "list.remove",
            Self::Share { .. } => "list.share",
            Self::Rename { .. } => "list.rename",
            Self::Delete { .. } => "list.delete",
        }
    }
}
