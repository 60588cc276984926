//! Versions of a draft: looking at them, and going back to one.

use super::{Composer, pick, preview};
use crate::domain::query::QueryVersion;
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Context, Dialog, Level, Outcome};
use crate::tui::desk::Request;
use crate::tui::screens::figures::moment;
use crate::tui::widgets::Item;

const VERSIONS: &str = "composer versions";
const GO_BACK: &str = "composer go back";
/// Lines of a version that a question of 24 lines has room for.
const MOST_LINES: usize = 14;

impl Composer {
    pub(super) fn ask_versions(&mut self) -> Outcome {
        match self.keep.row {
            // What stands now becomes a version first: nothing is lost by looking.
            Some((query, _)) => {
                self.keep.matters();
                self.save_now().ask(Request::QueryVersions(query))
            }
            None => Outcome::done().say(Level::Info, "nothing is saved yet: there are no versions"),
        }
    }

    pub(super) fn offer_versions(
        &mut self,
        versions: Vec<QueryVersion>,
        context: &Context<'_>,
    ) -> Outcome {
        if versions.is_empty() {
            return Outcome::done().say(Level::Info, "there are no earlier versions");
        }
        let zone = &context.session.zone;
        let item = |v: &QueryVersion| {
            let words = show(&v.text.body);
            let words = if words.as_str().is_empty() {
                show(&v.text.title)
            } else {
                words
            };
            let label = format!("{:>3}  {}", v.number, moment(v.at, zone));
            let note = format!("{} cited  {words}", v.text.indicators.len());
            Item::new(Shown::own(label), Shown::own(note))
        };
        let items = versions.iter().map(item).collect();
        let title = Shown::own(format!("Versions of this draft: {}", self.who()));
        self.versions = versions;
        Outcome::done().open(Dialog::pick(VERSIONS, title, items))
    }

    /// Answers of the dialogs about versions; `None` for any other dialog.
    pub(super) fn version_answered(
        &mut self,
        tag: &'static str,
        answer: &Answer,
        context: &Context<'_>,
    ) -> Option<Outcome> {
        match (tag, answer) {
            (VERSIONS, Answer::Chosen(at)) => {
                if *at >= self.versions.len() {
                    return Some(Outcome::done());
                }
                self.versions.swap(0, *at);
                self.versions.truncate(1);
                Some(self.show_version(context))
            }
            (GO_BACK, Answer::Yes) => {
                let version = self.versions.pop();
                Some(version.map_or_else(Outcome::done, |v| self.go_back(&v, context)))
            }
            _ => None,
        }
    }

    fn show_version(&self, context: &Context<'_>) -> Outcome {
        let Some(version) = self.versions.first() else {
            return Outcome::done();
        };
        let zone = &context.session.zone;
        let form = pick::format_words(version.text.format);
        let mut lines = vec![
            self.who(),
            Shown::own(format!(
                "Version {} of {}, {form}",
                version.number,
                moment(version.at, zone)
            )),
        ];
        lines.extend(preview::plain(&version.text, zone));
        if lines.len() > MOST_LINES {
            lines.truncate(MOST_LINES);
            lines.push(Shown::own("…"));
        }
        lines.push(Shown::own(
            "What stands now is kept as a version of its own.",
        ));
        Outcome::done().open(Dialog::confirm(
            GO_BACK,
            Shown::own("Go back to this version?"),
            lines,
        ))
    }

    fn go_back(&mut self, version: &QueryVersion, context: &Context<'_>) -> Outcome {
        self.put(&version.text);
        let of = &version.text.template;
        self.template = self.template.take().filter(|t| t.id == *of);
        self.fit(context);
        self.keep.matters();
        self.edited(context)
            .say(Level::Done, format!("back at version {}", version.number))
    }
}
