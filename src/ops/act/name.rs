//! What actions are called in the audit log.

use crate::domain::action::Action;

/// The action's name in the audit log.
pub(in crate::ops) fn name(action: &Action) -> &'static str {
    match action {
        Action::Import(_) => "import.batch",
        Action::ApplyFindings { .. } => "analysis.run",
        Action::AddDeficiency { .. }
        | Action::AddForDocuments { .. }
        | Action::AddFromCatalogue { .. } => "deficiency.add",
        Action::ChangeDeficiencies { change, .. } => change.name(),
        Action::ReassignAll { .. } => "deficiency.reassign_all",
        Action::HoldChart { .. } => "chart.hold",
        Action::EndChartHold { .. } => "chart.release_hold",
        Action::AddAbsence { .. } => "absence.add",
        Action::EndAbsence { .. } => "absence.end",
        Action::ChangeAbsence { .. } => "absence.change",
        Action::AddCover { .. } => "cover.add",
        Action::EndCover { .. } => "cover.end",
        Action::SetCoverGroup { .. } => "cover.group",
        Action::RenameCoverGroup { .. } => "cover.rename",
        Action::Take { .. } | Action::TakeNext { .. } => "chart.take",
        Action::Release { .. } => "chart.release",
        Action::IssueQuery { .. } => "query.issue",
        Action::RecordVerbal { .. } => "query.verbal",
        Action::ChangeQuery { change, .. } => change.name(),
        Action::AdvanceQueries => "query.advance",
        Action::WithdrawQuery { .. } => "query.withdraw",
        Action::DiscardDraft { .. } => "query.discard",
        Action::AnswerQuery { .. } => "query.answer",
        Action::DismissOpportunity { .. } => "opportunity.dismiss",
        Action::AddUser { .. } => "user.add",
        Action::ChangeUser { .. } => "user.change",
        Action::SaveView(_) => "view.save",
        Action::DeleteView { .. } => "view.delete",
        Action::SaveSearch(_) => "search.save",
        Action::RenameSearch { .. } => "search.rename",
        Action::DeleteSearch { .. } => "search.delete",
        Action::ClearSearchHistory => "search.clear_history",
        Action::Prefer { .. } => "preference.set",
        Action::ProposeSteps => "ladder.propose",
        Action::DecideSteps { decision, .. } => decision.name(),
        Action::LiftSuspension { .. } => "ladder.lift",
        Action::PrintLetters { .. } => "letter.print",
        Action::NoteToCoder { .. } => "coder.note",
        Action::MarkCoded { .. } => "coding.coded",
        Action::MarkNotCoded { .. } => "coding.not_coded",
        Action::Review(action) => action.name(),
        Action::List(action) => action.name(),
        Action::Undo { .. } => "undo",
    }
}
