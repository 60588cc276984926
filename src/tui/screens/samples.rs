//! A synthetic chart, its texts, hits and queries, for the tests of screens. Tests only. What the
//! samples share stands here.

mod asked;
mod charts;
mod found;
mod owed;
mod reviewed;

pub use asked::*;
pub use charts::*;
pub use found::*;
pub use owed::*;
pub use reviewed::*;

use crate::domain::ids::*;
use crate::domain::time::{Instant, Moment};

/// The visit of the sample chart.
pub const VISIT: EncounterId = EncounterId(11);
/// The unsigned progress note.
pub const UNSIGNED: DocumentId = DocumentId(104);
/// The echocardiogram.
pub const ECHO: DocumentId = DocumentId(103);

/// An instant from RFC 3339.
pub fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn moment(text: &str) -> Option<Moment> {
    Some(Moment::at(at(text)))
}
