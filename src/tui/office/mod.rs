//! The desk over `ops`: one user's questions, answered with that user's permissions.

mod seat;

use crate::command::Grants;
use crate::domain::cdi_figures::CdiAsk;
use crate::domain::review_list::ReviewAsk;
use crate::domain::time::Instant;
use crate::domain::user::Actor;
use crate::ops::{Office, OpsError};
use crate::tui::desk::{
    Desk, Notice, QueryDetail, Reply, Request, StayOpportunities, Turn, VersionRow,
};
use seat::query_row;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Most rows of a pick list.
const CHOICES: usize = 50;

/// Stays of a page of the coder's lists.
const STAYS: usize = 200;

/// Most stays of the worklist of documentation integrity read at once: what a large hospital has
/// in house and not coded.
const REVIEWS: usize = 5_000;

/// One user at one office. Before each question the user's account is looked at again: a right
/// that was taken away is gone before the next action or view.
pub struct OfficeDesk {
    office: Arc<Office>,
    /// The user as the session began: drafts that were begun then are kept whatever becomes of
    /// them since.
    first: Actor,
    /// The user as they were last seen.
    seen: Mutex<Actor>,
    /// Where exports may be written; nowhere if `None`.
    exports: Option<PathBuf>,
}

impl OfficeDesk {
    /// A desk for `actor`.
    pub fn new(office: Arc<Office>, actor: Actor) -> Self {
        Self {
            office,
            first: actor.clone(),
            seen: Mutex::new(actor),
            exports: None,
        }
    }

    /// The same, and exports may be written to a folder.
    #[must_use]
    pub fn exporting_to(mut self, folder: Option<PathBuf>) -> Self {
        self.exports = folder;
        self
    }

    /// Answers as one user.
    fn answer_as(&self, actor: &Actor, request: Request) -> Result<Reply, Notice> {
        let seat = Seat {
            office: &self.office,
            actor,
            exports: self.exports.as_ref(),
        };
        seat.try_answer(request).map_err(|error| notice(&error))
    }

    /// The user as they are now.
    fn look(&self) -> Result<Actor, Notice> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.office.still(&seen).map_err(|error| notice(&error))?;
        if now.user.version == seen.user.version {
            return Ok(now);
        }
        let may = Grants::of_user(&now.user);
        *seen = now;
        let error = OpsError::RolesChanged(seen.user.login.clone());
        Err(Notice {
            turn: Some(Turn::Roles(Box::new(may))),
            ..notice(&error)
        })
    }
}

/// An error as the session is told of it.
fn notice(error: &OpsError) -> Notice {
    let told = crate::ops::Notice::from(error);
    Notice {
        what: told.what,
        kept: told.kept,
        next: told.next,
        refused: matches!(error, OpsError::Refused(_) | OpsError::Mistaken(_)),
        soon: matches!(error, OpsError::Building),
        turn: matches!(error, OpsError::SwitchedOff(_)).then_some(Turn::Off),
    }
}

/// One user at one office, for one question.
struct Seat<'a> {
    office: &'a Office,
    actor: &'a Actor,
    exports: Option<&'a PathBuf>,
}

impl Seat<'_> {
    fn try_answer(&self, request: Request) -> Result<Reply, OpsError> {
        let (office, actor) = (self.office, self.actor);
        Ok(match request {
            Request::Still => Reply::Still,
            Request::Counts => Reply::Counts(office.counts(actor)?),
            Request::Groups(by) => Reply::Groups(office.groups(actor, by)?),
            Request::Catalogue => Reply::Catalogue(office.catalogue(actor)?),
            Request::Dashboard => Reply::Dashboard(Box::new(office.dashboard(actor)?)),
            Request::Productivity => self.productivity()?,
            Request::Steps(ask) => Reply::Steps(office.steps(actor, &ask)?),
            Request::Step(id) => Reply::Step(Box::new(office.step(actor, id)?)),
            Request::Standing(id) => self.standing(id)?,
            Request::Statement(id) => Reply::Statement(office.statement(actor, id)?.text),
            Request::Covers => {
                let (covers, groups) = office.covers(actor)?;
                Reply::Covers {
                    absences: office.absences_lately(actor)?,
                    covers,
                    groups,
                }
            }
            Request::Letters(ask) => Reply::Letters(office.letters(actor, &ask)?),
            Request::PrintLetters {
                request,
                letters,
                format,
                files,
            } => self.print(&request, letters, (format, files))?,
            Request::Letter(id) => Reply::Letter(Box::new(office.letter(actor, id)?)),
            Request::LetterPreview(id) => Reply::LetterPreview(
                office
                    .letter_preview(actor, id)?
                    .map(|words| (words.subject.into(), words.text.into())),
            ),
            Request::Stays(list, after) => {
                Reply::Stays(office.stay_page(actor, list, after, STAYS)?)
            }
            Request::Reviews(view) => {
                let ask = ReviewAsk {
                    view,
                    limit: REVIEWS,
                    ..ReviewAsk::default()
                };
                Reply::Reviews(Box::new(office.review_list(actor, &ask)?))
            }
            Request::StayReview(id) => Reply::StayReview(Box::new(office.stay_review(actor, id)?)),
            Request::Queue { request, typed } => self.queue(*request, &typed)?,
            Request::Detail(id) => Reply::Detail(Box::new(office.detail(actor, id)?)),
            Request::Chart(id) => Reply::Chart(Box::new(office.chart(actor, id, true)?)),
            Request::Encounters(id) => Reply::Encounters(office.encounters_of(actor, id)?),
            Request::Text(id, version) => Reply::Text(office.document(actor, id, version)?.text),
            Request::Versions(id) => Reply::Versions(
                office
                    .document_versions(actor, id)?
                    .into_iter()
                    .map(|v| VersionRow {
                        version: v.version,
                        received: v.at,
                        bytes: v.text_bytes,
                    })
                    .collect(),
            ),
            Request::Copied(id) => Reply::Copied(Box::new(office.copied(actor, id)?)),
            Request::Similar(id) => Reply::Similar(Box::new(office.similar(actor, id)?)),
            Request::Search(ask) => Reply::Search(Box::new(office.search(actor, &ask)?)),
            Request::SearchLists => Reply::SearchLists(office.search_lists(actor)?),
            Request::NamedLists => Reply::NamedLists(office.named_lists(actor)?),
            Request::ListEntries(name) => Reply::ListEntries(office.list_entries(actor, &name)?),
            Request::SearchHistory => Reply::SearchHistory(office.search_history(actor)?),
            Request::CompleteSearch(text, cursor) => {
                Reply::Completions(office.complete_search(actor, &text, cursor)?)
            }
            Request::CompleteFilter(text, cursor) => {
                Reply::Completions(office.complete_filter(actor, &text, cursor)?)
            }
            Request::Export {
                search,
                which,
                form,
                name,
            } => self.export(&search, &which, form, &name)?,
            Request::CdiFigures { period, by } => {
                let (from, to) = period.unwrap_or_else(|| {
                    let today = office.today();
                    (office.cdi_from(today), today)
                });
                let ask = CdiAsk { from, to, by };
                Reply::CdiFigures(Box::new(office.cdi_figures(actor, &ask)?))
            }
            Request::CdiBehind { ask, measure, key } => {
                Reply::CdiBehind(office.cdi_behind(actor, &ask, measure, &key)?)
            }
            Request::ExportQuery { query, form, name } => {
                let path = self.export_path(&name)?;
                office.export_query_to(actor, query, form, &path)?;
                Reply::QueryExported(path.display().to_string())
            }
            Request::RememberSearch(text) => {
                office.remember_search(actor, &text)?;
                Reply::Remembered
            }
            Request::Choices(kind, like) => self.choices(kind, &like)?,
            Request::Template(at) => self.template(at)?,
            Request::Views => Reply::Views(office.saved_views(actor)?),
            Request::Queries(ask) => self.queries(&ask)?,
            Request::Query(id) => {
                let detail = office.query_detail(actor, id)?;
                Reply::Query(Box::new(QueryDetail {
                    row: query_row(detail.row),
                    history: detail.history,
                    addenda: detail.addenda,
                }))
            }
            Request::SaveDraft(draft) => {
                let (query, version) = office.save_draft(actor, &draft)?;
                Reply::Saved {
                    query,
                    version,
                    at: office.now(),
                }
            }
            Request::SaveReview(review) => {
                let (review, version) = office.keep_review(actor, &review)?;
                Reply::ReviewSaved {
                    review,
                    version,
                    at: office.now(),
                }
            }
            Request::SaveJotting(jotting) => {
                Reply::JottingSaved(office.keep_jotting(actor, &jotting)?)
            }
            Request::SaveVersion(draft) => {
                let (query, version) = office.keep_draft(actor, &draft, true)?;
                Reply::Saved {
                    query,
                    version,
                    at: office.now(),
                }
            }
            Request::QueryVersions(id) => Reply::QueryVersions(office.query_versions(actor, id)?),
            Request::Opportunities(id) => {
                let found = office.opportunities_of(actor, id)?;
                Reply::Opportunities(Box::new(StayOpportunities {
                    open: found.found.opportunities,
                    aside: found.dismissed,
                }))
            }
            Request::OpportunityList(filter) => {
                let rows = office.settings.opportunity_rows;
                Reply::OpportunityList(Box::new(office.opportunity_page(actor, &filter, rows)?))
            }
            Request::SeeOpportunities(at_most) => {
                Reply::Seen(office.see_opportunities(actor, at_most)?)
            }
            Request::BeginQuery(id, rule, template) => {
                let begun = office.begin_query(actor, id, &rule, template.as_deref())?;
                Reply::Begun(Box::new(begun))
            }
            Request::Lint(draft) => Reply::Lint(office.lint_draft(actor, &draft)?.findings),
            Request::Act(id, action) => self.act(id, &action)?,
        })
    }
}

impl Desk for OfficeDesk {
    fn answer(&self, request: Request) -> Result<Reply, Notice> {
        match self.look() {
            Ok(actor) => match self.answer_as(&actor, request) {
                // The account was changed between the look and the answer.
                Err(refused) if refused.turn.is_none() => self.look().and(Err(refused)),
                answer => answer,
            },
            // What was typed before is kept.
            Err(_) if matches!(request, Request::SaveDraft(_)) => {
                self.answer_as(&self.first, request)
            }
            Err(notice) => Err(notice),
        }
    }

    fn now(&self) -> Instant {
        self.office.now()
    }
}
