//! What can be done from the review of a stay.

use super::jotter::Jotter;
use super::lines::{About, Section};
use super::writing::Writing;
use super::{Review, draw};
use crate::command::{Command, Grants};
use crate::domain::action::Action;
use crate::domain::clinical::PresentOnAdmission;
use crate::domain::diagnosis_entry::{entry, of_record};
use crate::domain::permission::Grant;
use crate::domain::query::QueryState;
use crate::domain::review::{Jotting, JottingKind, ListKind, ListedDiagnosis, ReviewWords};
use crate::domain::review_action::ReviewAction;
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Context, Dialog, Level, Outcome, Place};
use crate::tui::widgets::{Field, Form, Item};

const SIGN: &str = "review sign";
const DISCARD: &str = "review discard";
const DIAGNOSIS: &str = "review diagnosis";
const POA: &str = "review poa";
const COPY: &str = "review copy";

/// What is present on admission, in words (domain reference §1, POA).
fn poa_words(poa: PresentOnAdmission) -> &'static str {
    match poa {
        PresentOnAdmission::Yes => "Y  present on admission",
        PresentOnAdmission::No => "N  not present on admission",
        PresentOnAdmission::Unknown => "U  documentation insufficient: ask the provider",
        PresentOnAdmission::Undetermined => "W  the provider cannot determine it",
        PresentOnAdmission::Exempt => "1  exempt from reporting",
    }
}

fn review(action: ReviewAction) -> Outcome {
    Outcome::done().act(Action::Review(action))
}

impl Review {
    pub(super) fn act(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        let encounter = self.encounter;
        match command {
            Command::Open => self.open(context),
            Command::OpenChart => Outcome::done().goto(Place::Chart {
                encounter,
                document: None,
                words: Vec::new(),
            }),
            Command::ComposeQuery => self.compose(),
            Command::WriteReview => self.write(context),
            Command::SignReview => self.sign(),
            Command::DiscardReview => Outcome::done().open(Dialog::confirm_word(
                DISCARD,
                Shown::own("Discard your unfinished review?"),
                vec![
                    self.who(),
                    Shown::own("It is deleted. This cannot be undone."),
                ],
                "discard",
            )),
            Command::AddToReview => self.jot(JottingKind::Addition),
            Command::NoteOnStay => self.jot(JottingKind::Note),
            Command::NoteToSelf => self.jot(JottingKind::Own),
            Command::HandOver => match &self.review {
                Some(review) => self.hand.ask(&review.stay, review.version, context),
                None => Outcome::done(),
            },
            Command::TakeStay => review(ReviewAction::Take { encounter }),
            Command::ReleaseStay => review(ReviewAction::Release { encounter }),
            _ => self.diagnosis(command, context),
        }
    }

    /// The patient, for titles of dialogs.
    fn who(&self) -> Shown {
        self.review.as_ref().map_or_else(Shown::default, |r| {
            Shown::own(format!(
                "{} {}",
                show(&r.stay.mrn),
                show(&r.stay.patient_name)
            ))
        })
    }

    /// An addition to the review under the cursor, or a note, in an editor; what was begun goes on.
    fn jot(&self, kind: JottingKind) -> Outcome {
        let Some(review) = &self.review else {
            return Outcome::done();
        };
        let under = match (kind, self.about()) {
            (JottingKind::Addition, Some(About::Review(at))) => review.reviews.get(at),
            (JottingKind::Addition, _) => return Outcome::done(),
            _ => None,
        };
        let id = under.map(|r| r.id);
        let begun = review.jotting(kind, id).cloned();
        let jotting = begun.unwrap_or_else(|| Jotting {
            encounter: self.encounter,
            kind,
            review: id,
            words: Untrusted::default(),
        });
        let so_far = self.lines.iter().map(|l| (l.text.clone(), l.meaning));
        let screen = Jotter::new(jotting, self.who(), so_far.collect());
        Outcome::done().push(Box::new(screen))
    }

    /// Enter: a review, a list's history, an opportunity or a query in full; a draft goes on in
    /// the composer.
    fn open(&self, context: &Context<'_>) -> Outcome {
        let (Some(review), Some(about)) = (&self.review, self.about()) else {
            return Outcome::done();
        };
        if let About::Query(at) = about
            && let Some(asked) = review.queries.get(at)
            && asked.query.state == QueryState::Draft
        {
            return Outcome::done().goto(Place::Composer {
                encounter: self.encounter,
                query: Some(asked.query.id),
                indicator: None,
            });
        }
        if matches!(about, About::Nothing(Section::Reviews)) {
            return Outcome::done();
        }
        let title = self.who();
        Outcome::done().open(Dialog::read(title, draw::in_full(review, about, context)))
    }

    /// A query about the opportunity under the cursor, with its evidence cited, or about nothing
    /// in particular.
    fn compose(&self) -> Outcome {
        if let (Some(review), Some(About::Opportunity(at))) = (&self.review, self.about())
            && let Some(found) = review.opportunities.get(at)
        {
            return Outcome::done().goto(Place::ComposerAbout {
                encounter: self.encounter,
                rule: found.rule.clone(),
            });
        }
        Outcome::done().goto(Place::Composer {
            encounter: self.encounter,
            query: None,
            indicator: None,
        })
    }

    /// The writer's unfinished review, or a new one, in an editor.
    fn write(&self, context: &Context<'_>) -> Outcome {
        let Some(review) = &self.review else {
            return Outcome::done();
        };
        let draft = review.draft_of(self.me);
        let (fresh, kinds) = (&review.fresh, &review.kinds);
        let writing = Writing::new(self.encounter, self.who(), draft, fresh, kinds, context);
        let so_far = self.lines.iter().map(|l| (l.text.clone(), l.meaning));
        Outcome::done().push(Box::new(writing.beside(so_far.collect())))
    }

    fn sign(&self) -> Outcome {
        let draft = self.review.as_ref().and_then(|r| r.draft_of(self.me));
        let Some(draft) = draft else {
            return Outcome::done();
        };
        let lines = vec![
            self.who(),
            show(&draft.words.findings),
            Shown::own("A signed review never changes; it can be added to."),
        ];
        Outcome::done().open(Dialog::confirm(SIGN, Shown::own("Sign the review?"), lines))
    }

    fn sign_now(&self, words: ReviewWords) -> Outcome {
        let draft = self.review.as_ref().and_then(|r| r.draft_of(self.me));
        review(ReviewAction::Save {
            encounter: self.encounter,
            draft: draft.map(|d| (d.id, d.version)),
            words,
            sign: true,
        })
    }

    // Diagnoses.

    /// The list the cursor is in; where it is in none, the one this user keeps.
    pub(super) fn list_here(&self, grants: &Grants) -> ListKind {
        let keeps = |kind: &ListKind| grants.of(kind.permission()) != Grant::No;
        let own = ListKind::ALL.iter().copied().find(keeps);
        self.about()
            .and_then(About::list)
            .or(own)
            .unwrap_or(ListKind::Working)
    }

    fn entries(&self, kind: ListKind) -> Vec<ListedDiagnosis> {
        self.review
            .as_ref()
            .map_or_else(Vec::new, |r| r.list(kind).entries)
    }

    fn set(&self, kind: ListKind, entries: Vec<ListedDiagnosis>) -> Outcome {
        let Some(seen) = &self.review else {
            return Outcome::done();
        };
        review(ReviewAction::SetDiagnoses {
            encounter: self.encounter,
            list: kind,
            version: seen.list(kind).version,
            entries,
        })
    }

    fn diagnosis(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        if matches!(command, Command::AddDiagnosis | Command::CopyDiagnoses) {
            self.listing = self.list_here(&context.session.grants);
            return match command {
                Command::AddDiagnosis => self.ask_diagnosis(),
                _ => self.ask_copy(),
            };
        }
        let Some(About::Diagnosis(kind, at)) = self.about() else {
            return Outcome::ignored();
        };
        let mut entries = self.entries(kind);
        if at >= entries.len() {
            return Outcome::done();
        }
        let to = match command {
            Command::PoaOfDiagnosis => return self.ask_poa(kind, at),
            Command::RemoveDiagnosis => {
                entries.remove(at);
                return self.set(kind, entries);
            }
            Command::Principal => 0,
            Command::RaiseDiagnosis => at.saturating_sub(1),
            Command::LowerDiagnosis => (at + 1).min(entries.len() - 1),
            _ => return Outcome::ignored(),
        };
        if to == at {
            return Outcome::done().say(Level::Info, "it stands there already");
        }
        let moved = entries.remove(at);
        entries.insert(to, moved);
        // The cursor goes with the diagnosis.
        let there = |l: &super::lines::Line| l.about == About::Diagnosis(kind, to);
        if let Some(line) = self.lines.iter().position(there) {
            self.list.cursor = line;
        }
        self.set(kind, entries)
    }

    fn ask_diagnosis(&self) -> Outcome {
        let title = Shown::own(format!(
            "Add to the {} diagnoses: {}",
            self.listing.name(),
            self.who()
        ));
        let poa = std::iter::once("not said")
            .chain(PresentOnAdmission::ALL.iter().map(|p| poa_words(*p)));
        let form = Form::new(vec![
            Field::text("Code, or words", true),
            Field::choice("On admission", poa),
        ]);
        Outcome::done().open(Dialog::form(DIAGNOSIS, title, form))
    }

    fn ask_poa(&mut self, kind: ListKind, at: usize) -> Outcome {
        (self.listing, self.place) = (kind, at);
        let entry = self.entries(kind).get(at).cloned();
        let title = entry.map_or_else(Shown::default, |e| {
            Shown::own(format!("{} {}", show(&e.code), show(&e.words)))
        });
        let items = PresentOnAdmission::ALL
            .iter()
            .map(|p| poa_words(*p))
            .chain(std::iter::once("-  not said"))
            .map(|w| Item::new(Shown::own(w), Shown::default()))
            .collect();
        Outcome::done().open(Dialog::pick(POA, title, items))
    }

    fn ask_copy(&self) -> Outcome {
        let Some(review) = &self.review else {
            return Outcome::done();
        };
        let count = |n: usize| Shown::own(format!("{n} diagnoses"));
        let record = of_record(&review.recorded).len();
        let mut items = vec![Item::new(Shown::own("the record's"), count(record))];
        if self.listing == ListKind::Final {
            let working = review.list(ListKind::Working).entries.len();
            items.push(Item::new(Shown::own("the working ones"), count(working)));
        }
        let title = format!("Begin the {} diagnoses from", self.listing.name());
        Outcome::done().open(Dialog::pick(COPY, Shown::own(title), items))
    }

    /// A dialog was answered.
    pub(super) fn answered(&mut self, tag: &'static str, answer: Answer) -> Outcome {
        match (tag, &answer) {
            (SIGN, Answer::Yes) => {
                let draft = self.review.as_ref().and_then(|r| r.draft_of(self.me));
                match draft.map(|d| d.words.clone()) {
                    Some(words) => self.sign_now(words),
                    None => Outcome::done(),
                }
            }
            (DISCARD, Answer::Yes) => {
                let draft = self.review.as_ref().and_then(|r| r.draft_of(self.me));
                match draft.map(|d| d.id) {
                    Some(id) => review(ReviewAction::Discard { review: id }),
                    None => Outcome::done(),
                }
            }
            (DIAGNOSIS, Answer::Fields(fields)) => self.add_diagnosis(fields),
            (POA, Answer::Chosen(chosen)) => {
                let mut entries = self.entries(self.listing);
                if let Some(e) = entries.get_mut(self.place) {
                    e.poa = PresentOnAdmission::ALL.get(*chosen).copied();
                }
                self.set(self.listing, entries)
            }
            (COPY, Answer::Chosen(chosen)) => {
                let entries = match chosen {
                    0 => self
                        .review
                        .as_ref()
                        .map_or_else(Vec::new, |r| of_record(&r.recorded)),
                    _ => self.entries(ListKind::Working),
                };
                self.set(self.listing, entries)
            }
            _ => Outcome::done(),
        }
    }

    fn add_diagnosis(&self, fields: &[crate::tui::app::FieldValue]) -> Outcome {
        let mut entries = self.entries(self.listing);
        let mut new = entry(&fields.first().map(|f| f.text.clone()).unwrap_or_default());
        let chosen = fields.get(1).and_then(|f| f.number).unwrap_or(0);
        let poa = usize::try_from(chosen - 1)
            .ok()
            .and_then(|at| PresentOnAdmission::ALL.get(at).copied());
        new.poa = poa.or(new.poa);
        entries.push(new);
        self.set(self.listing, entries)
    }
}
