//! Adding, changing and ending what the list shows; everything can be undone.

use super::Covers;
use super::line::{AHEAD, AWAY, Line, OVER, STANDING_IN};
use crate::command::Command;
use crate::domain::absence::CoverGroup;
use crate::domain::action::Action;
use crate::domain::ids::ProviderId;
use crate::domain::time::Instant;
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Context, Dialog, FieldValue, Level, Outcome};
use crate::tui::desk::ChoiceKind;
use crate::tui::screens::away;
use crate::tui::widgets::{Field, Form, Item};
use jiff::tz::TimeZone;

const ABSENCE: &str = "covers absence";
const CHANGE: &str = "covers change";
const RENAME: &str = "covers rename";
const COVER: &str = "covers cover";
const GROUP: &str = "covers group";
const LAST_DAY: &str = "covers last day";
const MEMBERS: &str = "covers members";
const MEMBER: &str = "covers member";

impl Covers {
    pub(super) fn act(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        match command {
            Command::AddCover => self.ask_new(),
            Command::EditCover => self.edit(context),
            Command::EndCover => self.end(),
            _ => Outcome::ignored(),
        }
    }

    /// Asks for a new line of the view that is open.
    fn ask_new(&self) -> Outcome {
        let who = |label| Field::remote(label, ChoiceKind::Providers, true);
        let (tag, title, fields) = match self.list.view() {
            AWAY | AHEAD | OVER => {
                let mut fields = vec![who("Who")];
                fields.extend(away::absence_fields());
                (ABSENCE, "New absence", fields)
            }
            STANDING_IN => {
                let mut fields = vec![who("For")];
                fields.extend(away::cover_fields());
                (COVER, "New stand-in", fields)
            }
            _ => {
                let fields = vec![Field::text("Name", true), who("Member"), who("And")];
                (GROUP, "New coverage group", fields)
            }
        };
        Outcome::done().open(Dialog::form(tag, Shown::own(title), Form::new(fields)))
    }

    fn edit(&self, context: &Context<'_>) -> Outcome {
        let zone = &context.session.zone;
        match self.list.row() {
            Some(Line::Absence { absence, .. }) => {
                let title = Shown::own(format!("Absence of {}", show(&absence.provider_name)));
                let form = Form::new(away::absence_as_it_is(absence, zone));
                Outcome::done().open(Dialog::form(CHANGE, title, form))
            }
            Some(Line::Cover(cover)) => {
                let (by, whom) = (show(&cover.by_name), show(&cover.provider_name));
                ask_last_day(format!("{by} for {whom}"), cover.until, zone)
            }
            Some(Line::Group(group)) => pick_member(group),
            None => Outcome::done(),
        }
    }

    /// Ends the line under the cursor: an absence on a day that is asked for, the others now.
    fn end(&self) -> Outcome {
        match self.list.row() {
            Some(Line::Absence { absence, .. }) => {
                let title = format!("Absence of {}", show(&absence.provider_name));
                let form = Form::new(vec![Field::date("Last day", true).with_text("T")]);
                Outcome::done().open(Dialog::form(LAST_DAY, Shown::own(title), form))
            }
            Some(Line::Cover(cover)) => Outcome::done().act(Action::EndCover {
                cover: cover.id,
                until: None,
            }),
            Some(Line::Group(group)) => set_group(group, Vec::new()),
            None => Outcome::done(),
        }
    }

    pub(super) fn answered(&self, tag: &'static str, answer: &Answer, zone: &TimeZone) -> Outcome {
        match (tag, answer) {
            (MEMBERS, Answer::Chosen(index)) => self.chosen(*index),
            (_, Answer::Fields(fields)) => self.filled_in(tag, fields, zone),
            _ => Outcome::done(),
        }
    }

    fn filled_in(&self, tag: &'static str, fields: &[FieldValue], zone: &TimeZone) -> Outcome {
        let number = |i: usize| fields.get(i).and_then(|f| f.number).map(ProviderId);
        let rest = fields.get(1..).unwrap_or_default();
        let action = match tag {
            ABSENCE => number(0).and_then(|who| away::absence(who, rest, zone)),
            COVER => number(0).and_then(|who| away::cover(who, rest, zone)),
            CHANGE => match self.list.row() {
                Some(Line::Absence { absence, .. }) => away::change(absence, fields, zone),
                _ => None,
            },
            RENAME => match (self.list.row(), fields.first()) {
                (Some(Line::Group(group)), Some(to)) => Some(Action::RenameCoverGroup {
                    name: group.name.clone(),
                    to: to.text.trim().to_owned(),
                }),
                _ => None,
            },
            LAST_DAY => self.last_day(fields, zone),
            GROUP => return self.new_group(fields),
            MEMBER => match (self.list.row(), number(0)) {
                (Some(Line::Group(group)), Some(new)) => {
                    let mut members = ids(group);
                    members.push(new);
                    return set_group(group, members);
                }
                _ => None,
            },
            _ => None,
        };
        action.map_or_else(Outcome::done, |action| Outcome::done().act(action))
    }

    fn last_day(&self, fields: &[FieldValue], zone: &TimeZone) -> Option<Action> {
        let until = Instant::end_of(fields.first()?.day?, zone);
        match self.list.row()? {
            Line::Absence { absence, .. } => Some(Action::EndAbsence {
                absence: absence.id,
                until,
            }),
            Line::Cover(cover) => Some(Action::EndCover {
                cover: cover.id,
                until: Some(until),
            }),
            Line::Group(_) => None,
        }
    }

    /// A group of a name that is there already would lose its members: it is left alone.
    fn new_group(&self, fields: &[FieldValue]) -> Outcome {
        let name = fields.first().map_or("", |f| f.text.trim()).to_owned();
        let there = |l: &Line| matches!(l, Line::Group(g) if g.name == name);
        if self.list.rows().iter().any(there) {
            return Outcome::done().say(
                Level::Warning,
                "there is a group of that name: edit it instead",
            );
        }
        let members = fields.iter().skip(1).filter_map(|f| f.number);
        Outcome::done().act(Action::SetCoverGroup {
            name,
            members: members.map(ProviderId).collect(),
        })
    }

    /// A line of the group was chosen: the first adds a member, the second gives the group another
    /// name, the others take a member out.
    fn chosen(&self, index: usize) -> Outcome {
        let Some(Line::Group(group)) = self.list.row() else {
            return Outcome::done();
        };
        let name = show(&group.name.as_str().into());
        let Some(out) = index.checked_sub(2) else {
            let (tag, title, field) = match index {
                0 => {
                    let who = Field::remote("Who", ChoiceKind::Providers, true);
                    (MEMBER, format!("New member of {name}"), who)
                }
                _ => {
                    let field = Field::text("Name", true).with_text(name.as_str());
                    (RENAME, format!("Group {name}"), field)
                }
            };
            let form = Form::new(vec![field]);
            return Outcome::done().open(Dialog::form(tag, Shown::own(title), form));
        };
        let mut members = ids(group);
        if out < members.len() {
            members.remove(out);
        }
        set_group(group, members)
    }
}

fn ask_last_day(title: String, until: Option<Instant>, zone: &TimeZone) -> Outcome {
    let now = until.map_or("T".to_owned(), |at| at.day(zone).to_string());
    let form = Form::new(vec![Field::date("Last day", true).with_text(&now)]);
    Outcome::done().open(Dialog::form(LAST_DAY, Shown::own(title), form))
}

fn pick_member(group: &CoverGroup) -> Outcome {
    let own = |words| Item::new(Shown::own(words), Shown::default());
    let mut items = vec![own("add a member"), own("rename the group")];
    let member = |(_, name): &(ProviderId, _)| Item::new(show(name), Shown::own("take out"));
    items.extend(group.members.iter().map(member));
    let title = Shown::own(format!("Group {}", show(&group.name.as_str().into())));
    Outcome::done().open(Dialog::pick(MEMBERS, title, items))
}

fn ids(group: &CoverGroup) -> Vec<ProviderId> {
    group.members.iter().map(|m| m.0).collect()
}

fn set_group(group: &CoverGroup, members: Vec<ProviderId>) -> Outcome {
    Outcome::done().act(Action::SetCoverGroup {
        name: group.name.clone(),
        members,
    })
}
