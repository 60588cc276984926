//! Narrowing the worklist: topic, service, rank, each with counts.

use super::Opportunities;
use crate::command::Command;
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::{Dialog, Level, Outcome};
use crate::tui::screens::figures::count;
use crate::tui::widgets::Item;

const TOPIC: &str = "opportunities topic";
const SERVICE: &str = "opportunities service";

impl Opportunities {
    pub(super) fn narrow(&mut self, command: &Command) -> Outcome {
        match command {
            Command::OpportunityTopic(None) => self.offer(TOPIC),
            Command::OpportunityService(None) => self.offer(SERVICE),
            Command::OpportunityTopic(Some(name)) => self.named(TOPIC, name),
            Command::OpportunityService(Some(name)) => self.named(SERVICE, name),
            _ => self.rank(),
        }
    }

    /// Names with their counts: of topics, or of services.
    fn counted(&self, tag: &str) -> Vec<(Untrusted, i64)> {
        if tag == SERVICE {
            return self.page.services.clone();
        }
        let topics = self.page.topics.iter();
        topics
            .map(|(t, n)| (Untrusted::new(t.as_str()), *n))
            .collect()
    }

    fn offer(&mut self, tag: &'static str) -> Outcome {
        let counted = self.counted(tag);
        let all = counted.iter().map(|(_, n)| n).sum();
        let mut offered = vec![(None, all)];
        offered.extend(counted.into_iter().map(|(name, n)| (Some(name), n)));
        let title = match tag {
            SERVICE => "Opportunities of a service",
            _ => "Opportunities of a topic",
        };
        self.pick(tag, Shown::own(title), offered)
    }

    /// A list to choose from: names with their counts; no name is all of them.
    fn pick(
        &mut self,
        tag: &'static str,
        title: Shown,
        offered: Vec<(Option<Untrusted>, i64)>,
    ) -> Outcome {
        let label = |name: &Option<Untrusted>| match name {
            None => Shown::own("all"),
            Some(name) if name.is_blank() => Shown::own("(no service)"),
            Some(name) => show(name),
        };
        let item =
            |(name, n): &(Option<Untrusted>, i64)| Item::new(label(name), Shown::own(count(*n)));
        let items = offered.iter().map(item).collect();
        self.offered = offered.into_iter().map(|(name, _)| name).collect();
        Outcome::done().open(Dialog::pick(tag, title, items))
    }

    /// By a part of a name, as the command line gives it: the whole name means that one, a part that
    /// several have leaves the choice among them.
    fn named(&mut self, tag: &'static str, name: &str) -> Outcome {
        let wanted = name.trim().to_lowercase();
        let plain = |n: &Untrusted| n.raw().to_lowercase();
        let mut fit = self.counted(tag);
        fit.retain(|(n, _)| plain(n).contains(&wanted));
        let whole = fit.iter().find(|(n, _)| plain(n) == wanted).cloned();
        match (whole, fit.as_slice()) {
            (Some((name, _)), _) => self.only(tag, Some(name)),
            (None, [(name, _)]) => self.only(tag, Some(name.clone())),
            (None, []) => {
                Outcome::done().say(Level::Warning, "nothing of that name is in the list")
            }
            (None, several) => {
                let offered = several.iter().cloned().map(|(n, of)| (Some(n), of));
                let said = show(&Untrusted::new(name.trim()));
                let title = Shown::own(format!("Which one has \"{said}\" in its name?"));
                self.pick(tag, title, offered.collect())
            }
        }
    }

    pub(super) fn chosen(&mut self, tag: &'static str, at: usize) -> Outcome {
        if tag != TOPIC && tag != SERVICE {
            return Outcome::done();
        }
        match self.offered.get(at).cloned() {
            Some(name) => self.only(tag, name),
            None => Outcome::done(),
        }
    }

    fn only(&mut self, tag: &'static str, name: Option<Untrusted>) -> Outcome {
        match tag {
            SERVICE => self.filter.service = name,
            _ => self.filter.topic = name.map(|n| n.raw().to_owned()),
        }
        self.load()
    }

    /// The rank under the cursor and above, or every rank again.
    fn rank(&mut self) -> Outcome {
        self.filter.min_rank = match self.row() {
            Some(row) if self.filter.min_rank == 0 => row.rank,
            _ => 0,
        };
        self.load()
    }
}
