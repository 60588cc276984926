//! What was done, in a sentence: the one place where the messages of the screens and the lines of
//! the command line are made.
//!
//! A single act names what was done to what and what follows; of many it says how many. What is
//! named is what the acting user has just changed, by its type, its provider and its dates: never a
//! patient, whose disclosure would have to be told to the audit log first.

mod items;
mod providers;
mod queries;
mod stays;

use super::Office;
use super::act::name;
use super::outcome::Outcome;
use crate::domain::action::Action;
use crate::domain::happened::happened;
use crate::domain::ids::{EncounterId, ProviderId, RequestId};
use crate::domain::named_list::ListAction;
use crate::domain::time::{Instant, Moment};
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Role;
use crate::text::{capital, counted, noun, show};

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// To how many things.
    count: usize,
    /// What one of them is called; empty where the sentence is about a whole, however many things
    /// it touched.
    noun: &'static str,
    /// What was done to them: `completed`.
    past: String,
    /// The sentence about one of them, or about the whole.
    one: String,
    /// What follows for one of them, or from the whole; empty where nothing does.
    follows: String,
    /// What follows for several.
    follow: String,
}

impl Deed {
    /// Something done to each of some things.
    pub fn each(count: usize, noun: &'static str, past: impl Into<String>) -> Self {
        let past = past.into();
        Self {
            count,
            noun,
            one: format!("1 {noun} {past}"),
            past,
            follows: String::new(),
            follow: String::new(),
        }
    }

    /// Something done as a whole.
    pub fn whole(sentence: impl Into<String>) -> Self {
        Self {
            count: 1,
            noun: "",
            past: "done".to_owned(),
            one: sentence.into(),
            follows: String::new(),
            follow: String::new(),
        }
    }

    /// The sentence about one of them.
    #[must_use]
    pub fn one(self, sentence: impl Into<String>) -> Self {
        let one = sentence.into();
        Self { one, ..self }
    }

    /// What follows.
    #[must_use]
    pub fn then(self, follows: impl Into<String>) -> Self {
        let follows = follows.into();
        Self { follows, ..self }
    }

    /// What follows for several.
    #[must_use]
    fn then_all(self, follow: impl Into<String>) -> Self {
        let follow = follow.into();
        Self { follow, ..self }
    }

    /// The same done to so many.
    #[must_use]
    pub fn to(self, count: usize) -> Self {
        Self { count, ..self }
    }

    /// Both, where they were done together: of their number, if they are alike.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let alike = self.noun == other.noun && !self.noun.is_empty();
        let count = match alike {
            true => self.count + other.count,
            false => other.count,
        };
        other.clone().to(count)
    }

    fn about_one(&self) -> bool {
        self.noun.is_empty() || self.count == 1
    }

    /// What was done, without what follows.
    fn core(&self) -> String {
        match self.about_one() {
            true => self.one.clone(),
            false => format!("{} {}", counted(self.count, self.noun), self.past),
        }
    }

    /// What was done and what follows.
    pub fn sentence(&self) -> String {
        let follows = match self.about_one() {
            true => &self.follows,
            false => &self.follow,
        };
        let between = if follows.is_empty() { "" } else { "; " };
        capital(&format!("{}{between}{follows}", self.core()))
    }

    /// What became of an act: what was done to `done` things, what of it was refused, and why.
    pub fn told(&self, how: How, done: usize, refused: &[(i64, String)]) -> String {
        let (sentence, past) = match how {
            How::Done => (self.sentence(), self.past.as_str()),
            How::Undone => (format!("Undone: {}", self.core()), "undone"),
            How::Again => (format!("Done again: {}", self.core()), "done again"),
        };
        let Some((_, why)) = refused.first() else {
            return match self.count {
                0 if how == How::Done => format!("Nothing {past}"),
                _ => sentence,
            };
        };
        match (done, refused.len()) {
            (0, 1) => capital(&format!("not {past}: {why}")),
            (0, n) if self.noun.is_empty() => format!("{n} not {past}: {why}"),
            (0, n) => format!("{} not {past}: {why}", counted(n, self.noun)),
            (_, 1) => format!("{sentence}; 1 left as it is: {why}"),
            (_, n) => format!("{sentence}; {n} left as they are: {why}"),
        }
    }
}

/// How it came to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// For the first time.
    Done,
    /// It was taken back.
    Undone,
    /// It was taken back and is done again.
    Again,
}

impl Office {
    /// What an action did, as screens and command line say it. The act was done: what cannot be
    /// read now is left out.
    pub fn deed(&self, action: &Action, outcome: &Outcome) -> Deed {
        let n = outcome.done.len();
        match action {
            Action::AddDeficiency { .. }
            | Action::AddForDocuments { .. }
            | Action::AddFromCatalogue { .. }
            | Action::ChangeDeficiencies { .. }
            | Action::ReassignAll { .. } => self.deed_to_items(action, outcome),
            Action::HoldChart { .. }
            | Action::EndChartHold { .. }
            | Action::Take { .. }
            | Action::TakeNext { .. }
            | Action::Release { .. } => self.deed_to_chart(action, outcome),
            Action::AddAbsence { .. }
            | Action::EndAbsence { .. }
            | Action::ChangeAbsence { .. }
            | Action::AddCover { .. }
            | Action::EndCover { .. }
            | Action::SetCoverGroup { .. }
            | Action::RenameCoverGroup { .. } => self.deed_to_provider(action),
            Action::ProposeSteps
            | Action::DecideSteps { .. }
            | Action::LiftSuspension { .. }
            | Action::PrintLetters { .. } => self.deed_on_ladder(action, outcome),
            Action::IssueQuery { .. }
            | Action::RecordVerbal { .. }
            | Action::ChangeQuery { .. }
            | Action::AdvanceQueries
            | Action::WithdrawQuery { .. }
            | Action::DiscardDraft { .. }
            | Action::AnswerQuery { .. }
            | Action::DismissOpportunity { .. } => self.deed_to_query(action, outcome),
            Action::NoteToCoder { .. } | Action::MarkCoded { .. } | Action::MarkNotCoded { .. } => {
                stays::coding(action)
            }
            Action::Review(review) => stays::review(review),
            Action::List(list) => to_list(list, n),
            Action::Undo { request } => self.deed_of(request, outcome),
            Action::Import(_) => {
                let taken = outcome
                    .intake
                    .as_ref()
                    .map_or(0, |i| i.new.values().chain(i.updated.values()).sum::<i64>());
                Deed::each(taken.unsigned_abs() as usize, "record", "imported")
            }
            Action::ApplyFindings { .. } => Deed::each(n, "item", "found"),
            Action::AddUser { .. }
            | Action::ChangeUser { .. }
            | Action::SaveView(_)
            | Action::DeleteView { .. }
            | Action::SaveSearch(_)
            | Action::RenameSearch { .. }
            | Action::DeleteSearch { .. }
            | Action::ClearSearchHistory
            | Action::Prefer { .. } => Deed::whole(self.own_things(action)),
        }
    }

    fn own_things(&self, action: &Action) -> String {
        let own = |text: &str| show(&text.into());
        match action {
            Action::AddUser {
                login,
                name,
                roles,
                provider,
            } => format!(
                "User {} added; {}",
                user_called(login, name),
                self.works_as(roles, *provider)
            ),
            Action::ChangeUser { user, .. } => match self.store.user_by_id(*user).ok().flatten() {
                Some(user) => {
                    let may = match user.active {
                        true => self.works_as(&user.roles, user.provider),
                        false => "switched off".to_owned(),
                    };
                    format!(
                        "User {} changed; {may}",
                        user_called(&user.login, &user.name)
                    )
                }
                None => "User changed".to_owned(),
            },
            Action::SaveView(view) => format!("View {} saved", own(&view.name)),
            Action::DeleteView { name } => format!("View {} deleted", own(name)),
            Action::SaveSearch(search) => format!("Search {} saved", own(&search.name)),
            Action::RenameSearch { name, to } => {
                format!("Search {} renamed to {}", own(name), own(to))
            }
            Action::DeleteSearch { name } => format!("Search {} deleted", own(name)),
            Action::ClearSearchHistory => "History of searches cleared".to_owned(),
            Action::Prefer { key, value } => {
                format!("{} remembered: {}", capital(own(key).as_str()), own(value))
            }
            other => capital(past(other)),
        }
    }

    fn works_as(&self, roles: &[Role], provider: Option<ProviderId>) -> String {
        if roles.is_empty() {
            return "may do nothing yet".to_owned();
        }
        let roles: Vec<&str> = roles.iter().map(|r| r.name()).collect();
        let who = provider.map_or_else(String::new, |p| {
            format!(" = {}", self.provider_called(Some(p)))
        });
        format!("may work as {}{who}", roles.join(", "))
    }

    /// What taking a request back did, told by what the request had done.
    fn deed_of(&self, request: &RequestId, outcome: &Outcome) -> Deed {
        let done = self.store.request(request).ok().flatten();
        let event = done.and_then(|r| r.events.into_iter().find(|e| !e.before.is_empty()));
        let Some(event) = event else {
            return Deed::each(outcome.done.len(), "change", "undone");
        };
        let past = happened(&event.action).unwrap_or("changed");
        let n = outcome.done.len();
        let deed = match event.kind.as_str() {
            "deficiency" => self.named_item(Deed::each(n, "item", past), outcome),
            super::ladder::STEP => self.named_step(Deed::each(n, "step", past), outcome),
            _ => Deed::whole(past),
        };
        let undone = format!("Undone: {}", deed.core());
        Deed {
            past: "undone".to_owned(),
            ..Deed::whole(undone)
        }
    }

    /// A provider's name, `FAMILY,GIVEN`; who cannot be read is nobody in particular.
    fn provider_called(&self, provider: Option<ProviderId>) -> String {
        let Some(id) = provider else {
            return "nobody".to_owned();
        };
        match self.store.provider(id).ok().flatten() {
            Some(p) if p.facts.given.is_blank() => show(&p.facts.family).into_string(),
            Some(p) if p.facts.family.is_blank() => show(&p.facts.given).into_string(),
            Some(p) => format!("{},{}", show(&p.facts.family), show(&p.facts.given)),
            None => format!("provider {id}"),
        }
    }

    /// A day, and the time of it where it ends in the middle of that day.
    fn by_day(&self, at: Instant) -> String {
        let end = Instant::end_of(at.day(&self.zone), &self.zone);
        if (0..60).contains(&end.seconds_since(at)) {
            return at.day(&self.zone).to_string();
        }
        Moment::at(at).iso(&self.zone)
    }

    /// How many items are still owed on a chart.
    fn owed_on(&self, encounter: EncounterId) -> Option<usize> {
        let all = self.store.deficiencies_of(encounter).ok()?;
        Some(
            all.iter()
                .filter(|i| i.mutable.state.is_outstanding())
                .count(),
        )
    }
}

/// A user by login, and by name where that is another.
fn user_called(login: &str, name: &Untrusted) -> String {
    let told = show(&login.into());
    match name.is_blank() || name.raw() == login {
        true => told.into_string(),
        false => format!("{told} ({})", show(name)),
    }
}

/// What was done, in the words of history.
fn past(action: &Action) -> &'static str {
    happened(name(action)).unwrap_or("done")
}

fn to_list(action: &ListAction, n: usize) -> Deed {
    let own = |text: &str| show(&text.into());
    match action {
        ListAction::Add { list, things, .. } if things.is_empty() => {
            Deed::whole(format!("List {} made", own(list)))
        }
        ListAction::Add { list, .. } => {
            let past = format!("put on the list {}", own(list));
            Deed::each(n, "entry", past.as_str()).one(past)
        }
        ListAction::Note { .. } => Deed::each(n, "entry", "noted").one("Note of the entry kept"),
        ListAction::Done { done: true, .. } => {
            Deed::each(n, "entry", "done").one("The entry is done")
        }
        ListAction::Done { done: false, .. } => {
            Deed::each(n, "entry", "open again").one("The entry is open again")
        }
        ListAction::Remove { .. } => {
            Deed::each(n, "entry", "taken off the list").one("Taken off the list")
        }
        ListAction::Share { list, with } => Deed::whole(match with {
            Some(role) => format!("List {} shared with every {}", own(list), role.name()),
            None => format!("List {} is yours alone", own(list)),
        }),
        ListAction::Rename { list, to } => {
            Deed::whole(format!("List {} renamed to {}", own(list), own(to)))
        }
        ListAction::Delete { list } => Deed::whole(format!("List {} deleted", own(list))),
    }
}

/// Parts of a sentence that are not empty.
fn parts(parts: &[(i64, &str, &str)]) -> String {
    let told = parts.iter().filter(|(n, _, _)| *n > 0);
    let told: Vec<String> = told
        .map(|(n, thing, past)| match thing.is_empty() {
            true => format!("{n} {past}"),
            false => format!("{} {} {past}", crate::text::count(*n), noun(*n, thing)),
        })
        .collect();
    told.join(", ")
}

#[cfg(test)]
mod tests;
