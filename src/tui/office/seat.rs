//! What takes more than one call of `ops` to answer.

use super::{CHOICES, Seat};
use crate::domain::action::Action;
use crate::domain::ids::{LetterId, ProviderId, RequestId};
use crate::domain::ladder::{LetterFiles, LetterFormat};
use crate::domain::query::QueryState;
use crate::domain::report::GroupBy;
use crate::domain::search::SearchRequest;
use crate::domain::worklist::{Choice, QueueRequest};
use crate::ops::{ExportForm, Exported, OpsError, QueryTemplate};
use crate::text::show;
use crate::tui::desk::{Acted, ChoiceKind, QueriesAsk, QueryRow, Reply, TemplateText};
use std::path::PathBuf;

impl Seat<'_> {
    /// Where exports go.
    pub(super) fn folder(&self) -> Result<&PathBuf, OpsError> {
        self.exports.ok_or_else(|| {
            OpsError::Refused(
                "exporting from the workstation is switched off here; `exports` in config.toml \
                 names a folder"
                    .to_owned(),
            )
        })
    }

    pub(super) fn print(
        &self,
        request: &RequestId,
        letters: Vec<LetterId>,
        (format, files): (LetterFormat, LetterFiles),
    ) -> Result<Reply, OpsError> {
        let folder = self.folder()?;
        let printed =
            self.office
                .print_letters(self.actor, request, letters, (format, files), folder)?;
        Ok(Reply::Printed {
            letters: printed.letters,
            files: printed.files.len(),
            to: match printed.files.as_slice() {
                [one] if printed.letters > 1 => one.display().to_string(),
                _ => folder.display().to_string(),
            },
            refused: printed.refused,
        })
    }

    /// The file an export goes to. A name is a name: it leads nowhere out of the folder.
    pub(super) fn export_path(&self, name: &str) -> Result<PathBuf, OpsError> {
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

    pub(super) fn export(
        &self,
        search: &SearchRequest,
        which: &Exported,
        form: ExportForm,
        name: &str,
    ) -> Result<Reply, OpsError> {
        let path = self.export_path(name)?;
        let hits = self
            .office
            .export_hits(self.actor, search, which, form, &path)?;
        Ok(Reply::Exported {
            path: path.display().to_string(),
            hits,
        })
    }

    pub(super) fn queue(&self, mut request: QueueRequest, typed: &str) -> Result<Reply, OpsError> {
        let typed = self.office.queue_filter(self.actor, typed)?;
        request.filter = request.filter.and(typed);
        Ok(Reply::Queue(self.office.queue(self.actor, &request)?))
    }

    pub(super) fn choices(&self, kind: ChoiceKind, like: &str) -> Result<Reply, OpsError> {
        let choices = match kind {
            ChoiceKind::Providers => self.office.providers(self.actor, like, CHOICES)?,
            ChoiceKind::Users => self
                .office
                .users(self.actor)?
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

    pub(super) fn template(&self, at: i64) -> Result<Reply, OpsError> {
        let templates = self.office.templates()?;
        let found = usize::try_from(at).ok().and_then(|i| templates.get(i));
        let template = found.ok_or_else(|| OpsError::NotFound {
            what: "template",
            name: at.to_string(),
        })?;
        Ok(Reply::Template(Box::new(template_text(template))))
    }

    pub(super) fn queries(&self, ask: &QueriesAsk) -> Result<Reply, OpsError> {
        let me = self.actor.user.id;
        let rows = self.office.queries(self.actor, ask.encounter, ask.limit)?;
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
        let rows = rows.into_iter().filter(wanted).map(query_row);
        Ok(Reply::Queries(rows.map(|r| self.begun_with(r)).collect()))
    }

    /// A draft with the template it began with.
    fn begun_with(&self, row: QueryRow) -> QueryRow {
        let id = &row.query.text.template;
        if row.query.state != QueryState::Draft || id.is_empty() {
            return row;
        }
        let found = self.office.query_template(id).ok();
        QueryRow {
            template: found.map(|t| Box::new(template_text(t))),
            ..row
        }
    }

    /// What was worked in the days the trends show.
    pub(super) fn productivity(&self) -> Result<Reply, OpsError> {
        let today = self.office.today();
        let days = self.office.settings.trend_days.max(1) - 1;
        let from = today.saturating_sub(jiff::Span::new().days(days));
        let work = self.office.productivity(self.actor, from, today)?;
        Ok(Reply::Productivity(work))
    }

    /// A provider's standing, with the trend where the user may see figures.
    pub(super) fn standing(&self, id: ProviderId) -> Result<Reply, OpsError> {
        let standing = self.office.provider_standing(self.actor, id)?;
        let days = self.office.settings.trend_days;
        let key = id.0.to_string();
        let trend = self
            .office
            .trend(self.actor, GroupBy::Provider, &key, days)
            .unwrap_or_default();
        Ok(Reply::Standing {
            standing: Box::new(standing),
            trend,
            absences: self.office.absences(self.actor, Some(id))?,
        })
    }

    pub(super) fn act(&self, id: RequestId, action: &Action) -> Result<Reply, OpsError> {
        let outcome = self.office.act(self.actor, &id, action)?;
        Ok(Reply::Acted(Acted {
            request: id,
            deed: Box::new(self.office.deed(action, &outcome)),
            done: outcome.done.len(),
            refused: outcome.refused,
            undoable: outcome.undoable,
            taken: outcome.taken,
        }))
    }
}

pub(super) fn query_row(row: crate::ops::QueryRow) -> QueryRow {
    QueryRow {
        query: row.query,
        patient_name: row.patient_name,
        mrn: row.mrn,
        visit: row.visit,
        provider_name: row.provider_name,
        author_name: row.author_name,
        standing: row.standing,
        template: None,
    }
}

fn template_text(template: &QueryTemplate) -> TemplateText {
    TemplateText {
        id: template.id.clone(),
        topic: template.topic.clone(),
        name: template.name.clone(),
        format: template.format,
        title: template.title.clone(),
        body: template.body.clone(),
        options: template.options(),
        cite: template.cite.clone(),
    }
}

/// Whether a choice of a fixed list is meant by what was typed.
fn matches(choice: &Choice, like: &str) -> bool {
    let text = format!("{} {}", show(&choice.name), show(&choice.note)).to_lowercase();
    like.to_lowercase()
        .split_whitespace()
        .all(|w| text.contains(w))
}
