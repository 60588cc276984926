//! Deleting saved views, on the first screen and in the queue: only those that were saved, never
//! those that are always there.

use crate::domain::action::Action;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::{QueueView, SavedView};
use crate::text::{Shown, show};
use crate::tui::app::{Dialog, Level, Outcome};
use crate::tui::widgets::Item;

/// Deletes the view named; without a name asks which, with `tag` for the answer.
pub(super) fn delete(views: &[SavedView], name: Option<&str>, tag: &'static str) -> Outcome {
    let say = |text: String| Outcome::done().say(Level::Warning, text);
    if views.is_empty() && name.is_none() {
        return say("no view is saved".to_owned());
    }
    let Some(name) = name else {
        let items = views.iter().map(|v| shown(&v.name));
        let items = items.map(|n| Item::new(n, Shown::default())).collect();
        return Outcome::done().open(Dialog::pick(tag, Shown::own("Delete view"), items));
    };
    if views.iter().any(|v| v.name == name) {
        let name = name.to_owned();
        return Outcome::done().act(Action::DeleteView { name });
    }
    let always = QueueView::from_name(name).is_some();
    say(match always {
        true => format!("the view {name} is always there; only saved ones can be deleted"),
        false => format!("there is no saved view \"{}\"", shown(name)),
    })
}

/// The answer to the question of [`delete`].
pub(super) fn chosen(views: &[SavedView], index: usize) -> Outcome {
    match views.get(index) {
        Some(view) => Outcome::done().act(Action::DeleteView {
            name: view.name.clone(),
        }),
        None => Outcome::done(),
    }
}

fn shown(name: &str) -> Shown {
    show(&Untrusted::new(name))
}
