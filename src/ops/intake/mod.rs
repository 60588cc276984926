//! Taking records in: keys to rows, one thing for one thing, versions for what changed.
//!
//! Works inside one write transaction for a batch. A record that cannot go in is rejected on its
//! own; its neighbours stay. Start reading at [`take_batch`].

mod blank;
mod documents;
mod identity;
mod overlay;
mod rows;
mod turn;

use super::coding::Coders;
use crate::domain::action::ImportBatch;
use crate::domain::ids::EncounterId;
use crate::domain::record::{Arrival, Extent, Issue, Record, RecordKind, Severity};
use crate::store::{StoreError, Tx, hex_digest};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a batch did, by kind of record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intake {
    /// New things.
    pub new: BTreeMap<RecordKind, i64>,
    /// Things that changed.
    pub updated: BTreeMap<RecordKind, i64>,
    /// Things that were known just so.
    pub unchanged: BTreeMap<RecordKind, i64>,
    /// Records that could not go in.
    pub issues: Vec<Issue>,
    /// The number of the first batch of the import.
    #[serde(default)]
    pub first: Option<i64>,
    /// The visits to be analysed again for what came.
    #[serde(skip)]
    pub visits: BTreeSet<EncounterId>,
}

impl Intake {
    /// Whether any record was new or changed something.
    pub fn took_something(&self) -> bool {
        !self.new.is_empty() || !self.updated.is_empty()
    }

    /// Adds another batch's numbers.
    pub fn add(&mut self, other: Self) {
        for (mine, theirs) in [
            (&mut self.new, other.new),
            (&mut self.updated, other.updated),
            (&mut self.unchanged, other.unchanged),
        ] {
            for (kind, n) in theirs {
                *mine.entry(kind).or_default() += n;
            }
        }
        self.issues.extend(other.issues);
        self.first = self.first.or(other.first);
        self.visits.extend(other.visits);
    }
}

/// What one record did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    New,
    Updated,
    Unchanged,
    /// Nothing that is counted.
    Mentioned,
}

/// The transaction with what every record of a batch needs.
struct Desk<'t, 'c> {
    tx: &'t mut Tx<'c>,
    source: i64,
    batch: i64,
    /// The first batch of the import.
    first: i64,
    coders: Coders<'t>,
}

/// Takes a batch in.
///
/// # Errors
/// What the store says of the batch as a whole (full, busy, read-only).
pub(super) fn take_batch(
    tx: &mut Tx<'_>,
    batch: &ImportBatch,
    coders: Coders<'_>,
) -> Result<Intake, StoreError> {
    let source = tx.source(&batch.source)?;
    let number = tx.batch(source, batch.arrivals.len())?;
    let first = batch.first.unwrap_or(number);
    let mut intake = Intake {
        first: Some(first),
        ..Intake::default()
    };
    for arrival in &batch.arrivals {
        let effect = tx.nested(|tx| {
            let mut desk = Desk {
                tx,
                source,
                batch: number,
                first,
                coders,
            };
            desk.take(arrival)
        });
        let kind = arrival.record.kind();
        match effect {
            Ok(Effect::New) => *intake.new.entry(kind).or_default() += 1,
            Ok(Effect::Updated) => *intake.updated.entry(kind).or_default() += 1,
            Ok(Effect::Unchanged) => *intake.unchanged.entry(kind).or_default() += 1,
            Ok(Effect::Mentioned) => {}
            Err(StoreError::Sql(reason)) => intake.issues.push(Issue {
                provenance: arrival.provenance.clone(),
                severity: Severity::Reject,
                reason: format!("the store refused the record: {reason}"),
            }),
            Err(other) => return Err(other),
        }
    }
    intake.visits.clone_from(tx.to_analyse());
    Ok(intake)
}

impl Desk<'_, '_> {
    fn take(&mut self, arrival: &Arrival) -> Result<Effect, StoreError> {
        if let Record::Merge(merge) = &arrival.record {
            return self.merge(merge, arrival);
        }
        let digest = digest_of(arrival)?;
        let found = self.find(arrival)?;
        if arrival.extent == Extent::Whole && found.digest == digest && found.object.is_some() {
            return Ok(Effect::Unchanged);
        }
        let kind = arrival.record.kind();
        let stub = match found.object {
            Some(object) => self.tx.is_stub(kind, object)?,
            None => true,
        };
        if stub && arrival.adds_only() {
            return Ok(Effect::Mentioned);
        }
        let adds_only = arrival.adds_only();
        if arrival.extent == Extent::Part && !self.tx.first_time(&digest)? {
            return Ok(match adds_only {
                true => Effect::Mentioned,
                false => Effect::Unchanged,
            });
        }
        if arrival.extent == Extent::Mention && !stub {
            self.name_all(arrival, found.object.unwrap_or(0), None)?;
            return Ok(Effect::Mentioned);
        }
        let taken = self.save(arrival, found.object, stub)?;
        // A part says nothing of what the whole record was: its digest is kept apart (`applied`).
        let own = match arrival.extent {
            Extent::Whole => Some(digest.as_slice()),
            Extent::Part => Some(found.digest.as_slice()),
            Extent::Mention => None,
        };
        self.name_all(arrival, taken.object, own)?;
        if arrival.extent == Extent::Mention {
            return Ok(Effect::Mentioned);
        }
        if taken.joined {
            return Ok(Effect::Unchanged);
        }
        if stub {
            self.tx.count_record(kind)?;
            return Ok(Effect::New);
        }
        Ok(match taken.changed {
            // A visit of this very import is counted: as new, mostly.
            true if adds_only && found.batch >= self.first => Effect::Mentioned,
            true => Effect::Updated,
            false if adds_only => Effect::Mentioned,
            false => Effect::Unchanged,
        })
    }
}

/// Digest of what a record says. A part is one message among many: where it stands belongs to it.
fn digest_of(arrival: &Arrival) -> Result<Vec<u8>, StoreError> {
    let place = match arrival.extent {
        Extent::Part => arrival.provenance.place.raw(),
        Extent::Whole | Extent::Mention => "",
    };
    let text = serde_json::to_string(&(
        &arrival.key,
        &arrival.also,
        &arrival.cleared,
        place,
        &arrival.record,
    ))
    .map_err(StoreError::from)?;
    Ok(hex_digest::short(text.as_bytes()))
}
