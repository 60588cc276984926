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
        let item = |name: Shown, n: i64| Item::new(name, Shown::own(count(n)));
        let mut items = vec![item(Shown::own("all"), all)];
        items.extend(counted.iter().map(|(name, n)| {
            let shown = show(name);
            let shown = if shown.as_str().is_empty() {
                Shown::own("(no service)")
            } else {
                shown
            };
            item(shown, *n)
        }));
        self.offered = counted.into_iter().map(|(name, _)| name).collect();
        let title = match tag {
            SERVICE => "Opportunities of a service",
            _ => "Opportunities of a topic",
        };
        Outcome::done().open(Dialog::pick(tag, Shown::own(title), items))
    }

    /// By the beginning of a name, as the command line gives it.
    fn named(&mut self, tag: &'static str, name: &str) -> Outcome {
        let wanted = name.trim().to_lowercase();
        let all = self.counted(tag);
        let found = all
            .into_iter()
            .find(|(n, _)| n.raw().to_lowercase().starts_with(&wanted));
        match found {
            Some((name, _)) => self.only(tag, Some(name)),
            None => Outcome::done().say(Level::Warning, "nothing of that name is in the list"),
        }
    }

    pub(super) fn chosen(&mut self, tag: &'static str, at: usize) -> Outcome {
        if tag != TOPIC && tag != SERVICE {
            return Outcome::done();
        }
        let name = at.checked_sub(1).and_then(|i| self.offered.get(i)).cloned();
        self.only(tag, name)
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
