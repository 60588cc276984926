//! What was done, in the words of the message line.

use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::ids::RequestId;
use crate::domain::ladder::StepDecision;
use crate::domain::query_life::QueryChange;
use crate::ops::Outcome;
use crate::tui::desk::Acted;

pub(super) fn acted(request: RequestId, action: &Action, outcome: Outcome) -> Acted {
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
        Action::ChangeAbsence { .. } => "absence changed",
        Action::AddCover { .. } => "cover recorded",
        Action::EndCover { .. } => "cover ended",
        Action::SetCoverGroup { .. } => "coverage group set",
        Action::RenameCoverGroup { .. } => "coverage group renamed",
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
