//! The desk over `ops`: one user's questions, answered with that user's permissions.

use super::desk::{
    Acted, ChoiceKind, Desk, Notice, QueriesAsk, QueryDetail, QueryRow, Reply, Request,
    StayOpportunities, TemplateText, VersionRow,
};
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::cdi_figures::CdiAsk;
use crate::domain::ids::{LetterId, ProviderId, RequestId};
use crate::domain::ladder::{LetterFormat, StepDecision};
use crate::domain::query_life::QueryChange;
use crate::domain::report::GroupBy;
use crate::domain::review_list::ReviewAsk;
use crate::domain::time::Instant;
use crate::domain::user::Actor;
use crate::domain::worklist::{Choice, QueueRequest};
use crate::ops::{ExportForm, Exported, Office, OpsError, Outcome, SearchAsk};
use crate::text::show;
use std::path::PathBuf;
use std::sync::Arc;

/// Most rows of a pick list.
const CHOICES: usize = 50;

/// Most stays of the coder's list read at once.
const STAYS: usize = 200;

/// Most stays of the worklist of documentation integrity read at once: what a large hospital has
/// in house and not coded.
const REVIEWS: usize = 5_000;

/// One user at one office.
pub struct OfficeDesk {
    office: Arc<Office>,
    actor: Actor,
    /// Where exports may be written; nowhere if `None`.
    exports: Option<PathBuf>,
}

impl OfficeDesk {
    /// A desk for `actor`.
    pub fn new(office: Arc<Office>, actor: Actor) -> Self {
        Self {
            office,
            actor,
            exports: None,
        }
    }

    /// The same, and exports may be written to a folder.
    #[must_use]
    pub fn exporting_to(mut self, folder: Option<PathBuf>) -> Self {
        self.exports = folder;
        self
    }

    /// Where exports go.
    fn folder(&self) -> Result<&PathBuf, OpsError> {
        self.exports.as_ref().ok_or_else(|| {
            OpsError::Refused(
                "exporting from the workstation is switched off here; `exports` in config.toml \
                 names a folder"
                    .to_owned(),
            )
        })
    }

    fn print(
        &self,
        request: &RequestId,
        letters: Vec<LetterId>,
        format: LetterFormat,
    ) -> Result<Reply, OpsError> {
        let folder = self.folder()?;
        let printed = self
            .office
            .print_letters(&self.actor, request, letters, format, folder)?;
        Ok(Reply::Printed {
            files: printed.files.len(),
            folder: folder.display().to_string(),
            refused: printed.refused,
        })
    }

    /// The file an export goes to. A name is a name: it leads nowhere out of the folder.
    fn export_path(&self, name: &str) -> Result<PathBuf, OpsError> {
        let folder = self.folder()?;
        let plain = !name.is_empty()
            && !name.starts_with('.')
            && !name.contains(['/', '\\'])
            && !name.chars().any(char::is_control);
        if !plain {
            return Err(OpsError::Refused(
                "a file name has no slashes and does not begin with a dot".to_owned(),
            ));
        }
        Ok(folder.join(name))
    }

    fn export(
        &self,
        ask: &SearchAsk,
        which: &Exported,
        form: ExportForm,
        name: &str,
    ) -> Result<Reply, OpsError> {
        let path = self.export_path(name)?;
        let hits = self
            .office
            .export_hits(&self.actor, ask, which, form, &path)?;
        Ok(Reply::Exported {
            path: path.display().to_string(),
            hits,
        })
    }

    fn queue(&self, mut request: QueueRequest, typed: &str) -> Result<Reply, OpsError> {
        let typed = self.office.queue_filter(&self.actor, typed)?;
        request.filter = request.filter.and(typed);
        Ok(Reply::Queue(self.office.queue(&self.actor, &request)?))
    }

    fn choices(&self, kind: ChoiceKind, like: &str) -> Result<Reply, OpsError> {
        let choices = match kind {
            ChoiceKind::Providers => self.office.providers(&self.actor, like, CHOICES)?,
            ChoiceKind::Users => self
                .office
                .users(&self.actor)?
                .into_iter()
                .map(|u| Choice {
                    id: u.id.0,
                    name: u.name,
                    note: u.login.into(),
                })
                .collect(),
            ChoiceKind::DeficiencyTypes => (0..)
                .zip(self.office.deficiency_types()?)
                .map(|(id, (kind, title))| Choice {
                    id,
                    name: kind.into(),
                    note: title.into(),
                })
                .filter(|c| matches(c, like))
                .collect(),
            ChoiceKind::Templates => (0..)
                .zip(self.office.templates()?)
                .map(|(id, t)| Choice {
                    id,
                    name: t.title.as_str().into(),
                    note: t.topic.as_str().into(),
                })
                .filter(|c| matches(c, like))
                .collect(),
        };
        Ok(Reply::Choices(choices))
    }

    fn template(&self, at: i64) -> Result<Reply, OpsError> {
        let templates = self.office.templates()?;
        let found = usize::try_from(at).ok().and_then(|i| templates.get(i));
        let template = found.ok_or_else(|| OpsError::NotFound {
            what: "template",
            name: at.to_string(),
        })?;
        Ok(Reply::Template(Box::new(TemplateText {
            id: template.id.clone(),
            topic: template.topic.clone(),
            name: template.name.clone(),
            format: template.format,
            title: template.title.clone(),
            body: template.body.clone(),
            options: template.options(),
            cite: template.cite.clone(),
        })))
    }

    fn queries(&self, ask: &QueriesAsk) -> Result<Reply, OpsError> {
        let me = self.actor.user.id;
        let rows = self.office.queries(&self.actor, ask.encounter, ask.limit)?;
        let wanted = |row: &crate::ops::QueryRow| {
            let text = [
                &row.query.text.title,
                &row.patient_name,
                &row.mrn,
                &row.provider_name,
            ]
            .map(|t| t.raw().to_lowercase())
            .join(" ");
            ask.state.is_none_or(|s| row.query.state == s)
                && (!ask.mine || row.query.author == me)
                && ask.words.iter().all(|w| text.contains(&w.to_lowercase()))
        };
        Ok(Reply::Queries(
            rows.into_iter().filter(wanted).map(query_row).collect(),
        ))
    }

    /// What was worked in the days the trends show.
    fn productivity(&self) -> Result<Reply, OpsError> {
        let today = self.office.today();
        let days = self.office.settings.trend_days.max(1) - 1;
        let from = today.saturating_sub(jiff::Span::new().days(days));
        let work = self.office.productivity(&self.actor, from, today)?;
        Ok(Reply::Productivity(work))
    }

    /// A provider's standing, with the trend where the user may see figures.
    fn standing(&self, id: ProviderId) -> Result<Reply, OpsError> {
        let standing = self.office.provider_standing(&self.actor, id)?;
        let days = self.office.settings.trend_days;
        let key = id.0.to_string();
        let trend = self
            .office
            .trend(&self.actor, GroupBy::Provider, &key, days)
            .unwrap_or_default();
        Ok(Reply::Standing {
            standing: Box::new(standing),
            trend,
            absences: self.office.absences(&self.actor, Some(id))?,
        })
    }

    fn act(&self, id: RequestId, action: &Action) -> Result<Reply, OpsError> {
        let outcome = self.office.act(&self.actor, &id, action)?;
        Ok(Reply::Acted(acted(id, action, outcome)))
    }

    fn try_answer(&self, request: Request) -> Result<Reply, OpsError> {
        let (office, actor) = (&self.office, &self.actor);
        Ok(match request {
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
                    absences: office.absences(actor, None)?,
                    covers,
                    groups,
                }
            }
            Request::Letters(ask) => Reply::Letters(office.letters(actor, &ask)?),
            Request::PrintLetters {
                request,
                letters,
                format,
            } => self.print(&request, letters, format)?,
            Request::Letter(id) => Reply::Letter(Box::new(office.letter(actor, id)?)),
            Request::LetterPreview(id) => Reply::LetterPreview(
                office
                    .letter_preview(actor, id)?
                    .map(|words| (words.subject.into(), words.text.into())),
            ),
            Request::Waiting => {
                let page = office.waiting(actor, None, STAYS)?;
                Reply::Stays {
                    more: page.next.is_some(),
                    stays: page.stays,
                }
            }
            Request::Ready => {
                let stays = office.ready_to_code(actor, STAYS)?;
                Reply::Stays {
                    more: stays.len() == STAYS,
                    stays,
                }
            }
            Request::CodedStays => {
                let stays = office.coded_stays(actor, STAYS)?;
                Reply::Stays {
                    more: stays.len() == STAYS,
                    stays,
                }
            }
            Request::HandedOver => {
                let stays = office.handed_over(actor, STAYS)?;
                Reply::Stays {
                    more: stays.len() == STAYS,
                    stays,
                }
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
                ask,
                which,
                form,
                name,
            } => self.export(&ask, &which, form, &name)?,
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
        self.try_answer(request).map_err(|error| {
            let notice = crate::ops::Notice::from(&error);
            Notice {
                what: notice.what,
                kept: notice.kept,
                next: notice.next,
                soon: matches!(error, OpsError::Building),
            }
        })
    }

    fn now(&self) -> Instant {
        self.office.now()
    }
}

fn query_row(row: crate::ops::QueryRow) -> QueryRow {
    QueryRow {
        query: row.query,
        patient_name: row.patient_name,
        mrn: row.mrn,
        visit: row.visit,
        provider_name: row.provider_name,
        author_name: row.author_name,
        standing: row.standing,
    }
}

/// Whether a choice of a fixed list is meant by what was typed.
fn matches(choice: &Choice, like: &str) -> bool {
    let text = format!("{} {}", show(&choice.name), show(&choice.note)).to_lowercase();
    like.to_lowercase()
        .split_whitespace()
        .all(|w| text.contains(w))
}

fn acted(request: RequestId, action: &Action, outcome: Outcome) -> Acted {
    Acted {
        request,
        words: past(action).to_owned(),
        done: outcome.done.len(),
        refused: outcome.refused,
        undoable: outcome.undoable,
        taken: outcome.taken,
    }
}

/// What was done, as the message line says it.
fn past(action: &Action) -> &'static str {
    match action {
        Action::Import(_) => "imported",
        Action::ApplyFindings { .. } => "analysed",
        Action::AddDeficiency { .. }
        | Action::AddForDocuments { .. }
        | Action::AddFromCatalogue { .. } => "added",
        Action::ChangeDeficiencies { change, .. } => match change {
            DeficiencyChange::Complete { .. } => "completed",
            DeficiencyChange::Assign { .. } => "reassigned",
            DeficiencyChange::Decline { .. } => "declined",
            DeficiencyChange::Void { .. } => "voided",
            DeficiencyChange::PlaceHold { .. } => "put on hold",
            DeficiencyChange::ReleaseHold { .. } => "taken off hold",
            DeficiencyChange::Answer { .. } => "answered by the document",
            DeficiencyChange::NotAnswer { .. } => "not answered by the document",
            DeficiencyChange::Uphold { .. } => "upheld",
            DeficiencyChange::Reopen { .. } => "reopened",
            DeficiencyChange::Advance { .. } => "moved on",
        },
        Action::ReassignAll { .. } => "reassigned",
        Action::HoldChart { .. } => "put on hold",
        Action::EndChartHold { .. } => "taken off hold",
        Action::AddAbsence { .. } => "absence recorded",
        Action::EndAbsence { .. } => "end of absence recorded",
        Action::AddCover { .. } => "cover recorded",
        Action::EndCover { .. } => "cover ended",
        Action::SetCoverGroup { .. } => "coverage group set",
        Action::Take { .. } | Action::TakeNext { .. } => "taken",
        Action::Release { .. } => "given back",
        Action::IssueQuery { .. } => "issued",
        Action::RecordVerbal { .. } => "recorded",
        Action::ChangeQuery { change, .. } => match change {
            QueryChange::Redirect { .. } => "redirected",
            QueryChange::Escalate { .. } => "escalated",
            QueryChange::Expire { .. } => "left unanswered",
            QueryChange::RequestAddendum { .. } => "addendum requested",
            QueryChange::Reconcile(_) => "reconciled",
            QueryChange::Close { .. } => "closed",
        },
        Action::AdvanceQueries => "ladder of queries run",
        Action::WithdrawQuery { .. } => "withdrawn",
        Action::DiscardDraft { .. } => "discarded",
        Action::AnswerQuery { .. } => "answered",
        Action::DismissOpportunity { .. } => "set aside",
        Action::AddUser { .. } => "user added",
        Action::ChangeUser { .. } => "user changed",
        Action::SaveView(_) => "view saved",
        Action::DeleteView { .. } => "view deleted",
        Action::SaveSearch(_) => "search saved",
        Action::RenameSearch { .. } => "search renamed",
        Action::DeleteSearch { .. } => "search deleted",
        Action::ClearSearchHistory => "history of searches cleared",
        Action::Prefer { .. } => "remembered",
        Action::ProposeSteps => "ladder run",
        Action::DecideSteps { decision, .. } => match decision {
            StepDecision::Confirm { .. } => "confirmed",
            StepDecision::Dismiss { .. } => "dismissed",
        },
        Action::LiftSuspension { .. } => "lifted",
        Action::PrintLetters { .. } => "printed",
        Action::NoteToCoder { .. } => "noted",
        Action::MarkCoded { .. } => "coded",
        Action::MarkNotCoded { .. } => "not coded",
        Action::Review(action) => action.past(),
        Action::List(action) => action.past(),
        Action::Undo { .. } => "undone",
    }
}
