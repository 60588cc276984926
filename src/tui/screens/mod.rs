//! The screens. Each is a file (or folder) of its own and knows no other; [`make`] is the one
//! place that knows all of them. How to write one: `app/screen.rs`.

mod figures;
pub mod home;
pub mod queue;

use super::app::{Place, Screen};

/// The screen of a place; `None` where this build has none.
pub fn make(place: Place) -> Option<Box<dyn Screen>> {
    match place {
        Place::Home => Some(Box::new(home::Home::default())),
        Place::Queue(start) => Some(Box::new(queue::Queue::new(start))),
        Place::Chart { .. } | Place::Search { .. } | Place::Queries | Place::Composer { .. } => {
            None
        }
    }
}
