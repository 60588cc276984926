//! The screens. Each is a file (or folder) of its own; [`make`] is the one place that knows all
//! of them. How to write one: `app/screen.rs`.

mod answering;
mod away;
mod banner;
mod bars;
pub mod cdi_figures;
pub mod chart;
pub mod composer;
pub mod covers;
pub mod dashboard;
mod figures;
pub mod groups;
pub mod home;
pub mod inbox;
mod keeping;
pub mod letters;
mod listing;
mod moving;
pub mod named_lists;
mod needles;
pub mod opportunities;
mod opportunity;
pub mod provider;
pub mod queries;
pub mod queue;
mod reader;
pub mod review;
pub mod reviews;
#[cfg(test)]
mod samples;
mod saved_views;
pub mod search;
pub mod suspension;
mod typing;
pub mod waiting;

use super::app::{Place, Screen};
use crate::text::Shown;

/// The screen of a place; `None` where this build has none.
pub fn make(place: Place) -> Option<Box<dyn Screen>> {
    match place {
        Place::Home => Some(Box::new(home::Home::default())),
        Place::Queue(start) => Some(Box::new(queue::Queue::new(start))),
        Place::Chart {
            encounter,
            document: None,
            ..
        } => Some(Box::new(chart::ChartScreen::new(encounter))),
        Place::Chart {
            encounter,
            document: Some(document),
            words,
        } => Some(Box::new(chart::ChartScreen::at_document(
            encounter, document, words,
        ))),
        Place::Deficiency {
            encounter,
            deficiency,
            work,
        } => Some(Box::new(chart::ChartScreen::at_deficiency(
            encounter, deficiency, *work,
        ))),
        Place::Opportunity { encounter, rule } => Some(Box::new(
            chart::ChartScreen::at_opportunity(encounter, &rule),
        )),
        Place::Opportunities => Some(Box::new(opportunities::Opportunities::default())),
        Place::ComposerAbout { encounter, rule } => {
            Some(Box::new(composer::Composer::about(encounter, &rule)))
        }
        Place::Search { encounter, text } => {
            let within = encounter.map_or(search::Within::All, |id| {
                search::Within::Visit(id, Shown::default())
            });
            Some(Box::new(search::Search::new(within, &text)))
        }
        Place::SavedSearch(list) => Some(Box::new(search::Search::saved(*list))),
        Place::Groups(by) => Some(Box::new(groups::Groups::new(by))),
        Place::Dashboard => Some(Box::new(dashboard::Dashboard::default())),
        Place::Suspension => Some(Box::new(suspension::Suspension::default())),
        Place::Provider(id) => Some(Box::new(provider::Provider::new(id))),
        Place::Covers => Some(Box::new(covers::Covers::default())),
        Place::Letters(provider) => Some(Box::new(letters::Letters::new(provider))),
        Place::Lists => Some(Box::new(named_lists::NamedLists::new(Vec::new()))),
        Place::Waiting => Some(Box::new(waiting::Waiting::default())),
        Place::CdiFigures => Some(Box::new(cdi_figures::CdiFigures::default())),
        Place::Reviews(view) => Some(Box::new(reviews::Reviews::at(view))),
        Place::Review(encounter) => Some(Box::new(review::Review::new(encounter))),
        Place::Inbox => Some(Box::new(inbox::Inbox::default())),
        Place::Queries => Some(Box::new(queries::Queries::default())),
        Place::Composer {
            encounter,
            query: Some(query),
            ..
        } => Some(Box::new(composer::Composer::draft(encounter, query))),
        Place::Composer {
            encounter,
            query: None,
            indicator,
        } => {
            let cited = indicator.map(|i| *i).into_iter().collect();
            Some(Box::new(composer::Composer::new(encounter, cited)))
        }
    }
}
