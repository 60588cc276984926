//! The command table itself: one entry for each command, and nothing about it anywhere else.

use super::argument::{Argument, ArgumentError, RowRange, Shape};
use super::facts::{Facts, Scope, Taken};
use super::{CommandSpec, Danger, Group};
use crate::domain::deficiency::DeficiencyState;
use crate::domain::permission::{Grant, Permission};
use crate::domain::review::{ListKind, Stage};

/// Makes the enumeration and the table from one list.
macro_rules! commands {
    ($($(#[doc = $doc:literal])+ $variant:ident $(($type:ty))? = $id:literal, $title:literal,
        $group:ident, [$($scope:ident),+], $shape:ident, $permission:expr, $danger:ident, $check:ident
        $(, $more:ident)?;)*) => {
        /// What a user can ask for.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Command {
            $($(#[doc = $doc])+ $variant $(($type))?,)*
        }

        /// The same without arguments, to find a row of the table.
        #[allow(clippy::enum_variant_names)]
        enum Row { $($variant,)* }

        impl Command {
            /// The row in [`ALL`].
            pub(super) fn index(&self) -> usize {
                match self { $(Self::$variant { .. } => Row::$variant as usize,)* }
            }
        }

        /// Every command.
        pub static ALL: &[CommandSpec] = &[$(CommandSpec {
            id: $id,
            title: $title,
            doc: concat!($($doc,)+),
            group: Group::$group,
            scopes: &[$(Scope::$scope),+],
            shape: Shape::$shape,
            permission: $permission,
            or: commands!(@or $($more)?),
            reach: commands!(@reach $($more)?),
            danger: Danger::$danger,
            check: $check,
            here: commands!(@here $($more)?),
            build: commands!(@build $variant $($type)?),
        },)*];
    };
    (@reach All) => { Grant::Yes };
    (@reach $($more:ident)?) => { Grant::Own };
    (@or OrCode) => { CODE };
    (@or OfStage) => { CODE };
    (@or OfList) => { CODE };
    (@or $($more:ident)?) => { None };
    (@here OfStage) => { of_stage };
    (@here OfList) => { of_list };
    (@here $($more:ident)?) => { |_| None };
    (@build $variant:ident) => {
        |text| match text {
            None => Ok(Command::$variant),
            Some(_) => Err(ArgumentError::Unwanted),
        }
    };
    (@build $variant:ident $type:ty) => {
        |text| <$type as Argument>::read(text).map(Command::$variant)
    };
}

const CREATE: Option<Permission> = Some(Permission::CreateDeficiency);
const COMPLETE: Option<Permission> = Some(Permission::CompleteDeficiency);
const SUPERVISE: Option<Permission> = Some(Permission::SuperviseDeficiency);
const OPEN: Option<Permission> = Some(Permission::OpenChart);
const SEARCH: Option<Permission> = Some(Permission::Search);
const LADDER: Option<Permission> = Some(Permission::ViewSuspension);
const DECIDE: Option<Permission> = Some(Permission::ManageSuspension);
const ANSWER: Option<Permission> = Some(Permission::AnswerQuery);
const FIGURES: Option<Permission> = Some(Permission::ViewCdiFigures);
const WRITE: Option<Permission> = Some(Permission::WriteQuery);
const CODE: Option<Permission> = Some(Permission::CodeStay);
const OVERRULE: Option<Permission> = Some(Permission::OverrideLint);
const REVIEWS: Option<Permission> = Some(Permission::ViewReview);
const REVIEW: Option<Permission> = Some(Permission::WriteReview);

commands! {
    /// Leaves the program; drafts are kept.
    Quit = "app.quit", "Quit", Program, [Global], None, None, None, always;
    /// Goes back one step: closes the dialog, clears the filter, leaves the screen.
    Back = "app.back", "Back", Program, [Global, Dialog, Text], None, None, None, always;
    /// Shows the keys and commands that work here.
    Help = "app.help", "Help", Program, [Global, Text], None, None, None, always;
    /// Opens the command line with completion.
    Palette = "app.palette", "Command line", Program, [Global, Text, Dialog], None, None, None, always;
    /// Reads the screen's data again.
    Refresh = "app.refresh", "Refresh", Program, [Global], None, None, None, always;
    /// Draws the whole screen again.
    Redraw = "app.redraw", "Redraw", Program, [Global, Text], None, None, None, always;
    /// Takes back the last change, if nothing has changed since.
    Undo = "app.undo", "Undo", Program, [Global], None, None, Reversible, can_undo;
    /// Does again what was just taken back.
    Redo = "app.redo", "Redo", Program, [Global], None, None, Reversible, can_redo;
    /// Changes the colours.
    Theme(Option<String>) = "app.theme", "Colours", Program, [Global], Theme, None, None, always;
    /// Changes the keys.
    Keymap(Option<String>) = "app.keymap", "Keys", Program, [Global], Keymap, None, None, always;
    /// Opens the first screen with the worklists.
    GotoHome = "app.goto-home", "Worklists", Program, [Global], None, None, None, not_root;
    /// Opens the deficiency queue.
    GotoQueue = "app.goto-queue", "Deficiencies", Program, [Global], None, OPEN, None, always;
    /// Opens full-text search.
    GotoSearch = "app.goto-search", "Search", Program, [Global], None, SEARCH, None, always;
    /// Opens the list of queries.
    GotoQueries = "app.goto-queries", "Query list", Program, [Global], None, OPEN, None, always;
    /// Opens the open items by provider.
    GotoProviders = "app.goto-providers", "By provider", Program, [Global], None, OPEN, None, always;
    /// Opens the open items by service.
    GotoServices = "app.goto-services", "By service", Program, [Global], None, OPEN, None, always;
    /// Opens the dashboard: ageing, services, types, what comes and goes.
    GotoDashboard = "app.goto-dashboard", "Dashboard", Program, [Global], None, OPEN, None, always, All;
    /// Opens the suspension list: proposed steps, suspensions in force.
    GotoSuspension = "app.goto-suspension", "Suspension list", Program, [Global], None, LADDER, None, always;
    /// Opens absences, who stands in for whom, and the coverage groups.
    GotoCovers = "app.goto-covers", "Absences and cover", Program, [Global], None, LADDER, None, always, All;
    /// Opens the letters: what waits to be printed, what went out to whom and when.
    GotoLetters = "app.goto-letters", "Letters", Program, [Global], None, LADDER, None, always, All;
    /// Opens the coder's list: stays that wait for documents, stays ready to code, stays coded.
    GotoWaiting = "app.goto-waiting", "Waiting to be coded", Program, [Global], None, OPEN, None, always, All;
    /// Opens the worklist of documentation integrity: stays to review.
    GotoReviews = "app.goto-reviews", "Stays to review", Program, [Global], None, REVIEWS, None, always;
    /// Opens the figures of documentation integrity: reviews, queries, answers.
    GotoCdiFigures = "app.goto-cdi-figures", "CDI figures", Program, [Global], None, FIGURES, None, always;
    /// Opens the query opportunities of all stays, best first.
    GotoOpportunities = "app.goto-opportunities", "Opportunity list", Program, [Global], None, WRITE, None, always;
    /// Opens what you owe yourself: items and queries, oldest first.
    GotoInbox = "app.goto-inbox", "My inbox", Program, [Global], None, ANSWER, None, always;
    /// Opens your named lists, and those shared with you.
    GotoLists = "app.goto-lists", "Lists", Program, [Global], None, OPEN, None, always;
    /// Sends the cell or line under the cursor to the terminal's clipboard.
    Copy = "app.copy", "Copy", Program, [Global], None, None, None, may_copy;

    /// Moves down one line.
    Down = "list.down", "Down", List, [List, Text], None, None, None, always;
    /// Moves up one line.
    Up = "list.up", "Up", List, [List, Text], None, None, None, always;
    /// Moves down one page.
    PageDown = "list.page-down", "Page down", List, [List, Text], None, None, None, always;
    /// Moves up one page.
    PageUp = "list.page-up", "Page up", List, [List, Text], None, None, None, always;
    /// Moves to the first line.
    Top = "list.top", "Top", List, [List], None, None, None, always;
    /// Moves to the last line.
    End = "list.end", "End", List, [List], None, None, None, always;
    /// Opens what is under the cursor.
    Open = "list.open", "Open", List, [List], None, None, None, has_rows;
    /// Goes to the next item without leaving the detail.
    Next = "list.next", "Next item", List, [List], None, None, None, always;
    /// Goes to the previous item without leaving the detail.
    Previous = "list.previous", "Previous item", List, [List], None, None, None, always;
    /// Goes to or marks rows by their numbers.
    SelectRows(RowRange) = "list.select-rows", "Select rows", List, [List], Rows, None, None, has_rows;
    /// Shows or hides the document beside the list.
    Split = "pane.split", "Show document", List, [Queue], None, None, None, always;
    /// Moves to the next pane.
    NextPane = "pane.next", "Next pane", List, [List], None, None, None, always;
    /// Moves to the previous pane.
    PreviousPane = "pane.previous", "Previous pane", List, [List], None, None, None, always;
    /// Narrows the list while you type.
    Filter = "list.filter", "Filter", List, [Queue, Chart, Queries, Groups, Inbox, Suspension, Waiting, Covers, Letters, Reviews, CdiFigures, Opportunities, Lists], None, None, None, always;
    /// Shows all rows again.
    ClearFilter = "list.clear-filter", "Clear filter", List, [Queue, Chart, Queries, Groups, Inbox, Suspension, Waiting, Covers, Letters, Reviews, CdiFigures, Opportunities, Lists], None, None, None, is_filtering;
    /// Marks or unmarks the row and moves on.
    Mark = "list.mark", "Mark", List, [Queue, Chart, Search, Suspension, Letters, Lists], None, None, None, has_rows;
    /// Marks all rows from the last marked one to the cursor.
    MarkRange = "list.mark-range", "Mark range", List, [Queue], None, None, None, has_rows;
    /// Marks all rows shown.
    MarkAll = "list.mark-all", "Mark all", List, [Queue, Search, Suspension, Letters, Lists], None, None, None, has_rows;
    /// Removes all marks.
    ClearMarks = "list.clear-marks", "Clear marks", List, [Queue, Chart, Search, Suspension, Letters, Lists], None, None, None, has_marks;
    /// Sorts by a column.
    Sort(Option<String>) = "list.sort", "Sort", List, [Queue, Chart, Queries, Groups, Inbox, Suspension, Waiting, Letters, Reviews, Opportunities, Lists], Sort, None, None, always;
    /// Turns the order round.
    Reverse = "list.reverse", "Reverse order", List, [Queue, Chart, Queries, Groups, Inbox, Suspension, Waiting, Letters, Reviews, Opportunities, Lists], None, None, None, always;
    /// Chooses the columns.
    Columns(Option<String>) = "list.columns", "Columns", List, [Queue], MaybeText, None, None, always;

    /// Accepts the field or the choice.
    Accept = "field.accept", "Accept", Field, [Text, Dialog], None, None, None, always;
    /// Goes to the next field.
    NextField = "field.next", "Next field", Field, [Text, Composer, ReviewWords], None, None, None, always;
    /// Goes to the previous field.
    PreviousField = "field.previous", "Previous field", Field, [Text, Composer, ReviewWords], None, None, None, always;
    /// Offers a list to choose the field's value from.
    Pick = "field.pick", "Pick list", Field, [Text, Composer, ReviewWords], None, None, None, always;
    /// Answers the question with yes.
    Yes = "dialog.yes", "Yes", Field, [Dialog], None, None, None, always;
    /// Answers the question with no.
    No = "dialog.no", "No", Field, [Dialog], None, None, None, always;

    /// Opens the view with this number on the first screen.
    GotoView(u16) = "view.goto", "View by number", View, [Global], Number, OPEN, None, always;
    /// Opens a view by its name.
    OpenView(Option<String>) = "view.open", "Open view", View, [Home, Queue], View, OPEN, None, always;
    /// Saves filter and order as a view under a name.
    SaveView(Option<String>) = "view.save", "Save view", View, [Queue], MaybeText, OPEN, Reversible, always;
    /// Deletes a saved view.
    DeleteView(Option<String>) = "view.delete", "Delete view", View, [Home, Queue], SavedView, OPEN, Reversible, always;

    /// Takes the chart, so that nobody else works it meanwhile.
    Take = "queue.take", "Take chart", Queue, [Queue, Chart], None, CREATE, Reversible, can_take;
    /// Takes the next chart that nobody has, passing over what is on hold, and opens it; a chart that is done is given back.
    TakeNext = "queue.take-next", "Next free chart", Queue, [Home, Queue, Chart, Groups], None, COMPLETE, Reversible, always, All;
    /// Gives the chart back.
    Release = "queue.release", "Give back", Queue, [Queue, Chart], None, CREATE, Reversible, can_release;
    /// Opens the chart of the row.
    OpenChart = "queue.open-chart", "Open chart", Queue, [Queue, Search, Queries, Inbox, Waiting, Reviews, Review, CdiFigures, Opportunities, Lists], None, OPEN, None, has_chart;
    /// Completes the marked items, or the one under the cursor.
    Complete = "queue.complete", "Complete", Queue, [Queue, Chart, Inbox], None, COMPLETE, Reversible, outstanding;
    /// Completes the items and asks for a comment first.
    CompleteWith = "queue.complete-comment", "Complete, comment", Queue, [Queue, Chart], None, COMPLETE, Reversible, outstanding;
    /// Gives the marked items, or the one under the cursor, to another owner.
    Assign = "queue.assign", "Assign", Queue, [Queue], None, CREATE, Reversible, assignable;
    /// Declines the item with a reason.
    Decline = "queue.decline", "Decline", Queue, [Queue, Inbox], None, COMPLETE, Reversible, outstanding;
    /// Answers a declined item: it stands, goes to another owner, or is voided.
    AnswerDecline = "queue.answer-decline", "Answer decline", Queue, [Queue], None, CREATE, Reversible, is_declined;
    /// Sets the item aside with a reason; it stays in history.
    Void = "queue.void", "Void", Queue, [Queue], None, SUPERVISE, Reversible, outstanding;
    /// Excuses the item for a time.
    Hold = "queue.hold", "Hold", Queue, [Queue], None, SUPERVISE, Reversible, can_hold;
    /// Ends the hold.
    ReleaseHold = "queue.release-hold", "End hold", Queue, [Queue], None, SUPERVISE, Reversible, on_hold;
    /// Puts the whole chart on hold: what the rules excuse is not charged, on what it owes now and later.
    HoldChart = "queue.hold-chart", "Hold chart", Queue, [Queue], None, SUPERVISE, Reversible, can_hold_chart;
    /// Ends the hold of the whole chart.
    ReleaseChart = "queue.release-chart-hold", "End hold of chart", Queue, [Queue], None, SUPERVISE, Reversible, chart_on_hold;
    /// Adds a deficiency of the catalogue to the chart, with the usual owner and due date.
    Add = "queue.add", "Add item", Queue, [Queue, Chart, Search], None, CREATE, Reversible, has_chart;
    /// Adds a deficiency by hand: type, owner, due date and comment are asked for.
    AddForm = "queue.add-form", "Add item, all fields", Queue, [Queue, Chart, Search], None, CREATE, Reversible, has_chart;
    /// Opens a closed or declined item again.
    Reopen = "queue.reopen", "Reopen", Queue, [Queue], None, CREATE, Reversible, reopenable;
    /// Shows why the item is here: rule, source, clock, owner, history.
    Why = "queue.why", "Why", Queue, [Queue, Inbox, Opportunities], None, OPEN, None, has_rows;
    /// Goes to the first item of the next chart.
    NextChart = "queue.next-chart", "Next chart", Queue, [Queue], None, OPEN, None, has_rows;
    /// Goes to the first item of the previous chart.
    PreviousChart = "queue.previous-chart", "Previous chart", Queue, [Queue], None, OPEN, None, has_rows;

    /// Opens the provider who owes the item or stands under the cursor.
    OpenProvider = "provider.open", "Open provider", Provider, [Queue, Groups, Suspension, Inbox, Covers, Letters], None, LADDER, None, has_provider;
    /// Opens the queue of everything the provider owes.
    OpenProviderQueue = "provider.queue", "Items owed", Provider, [Provider], None, OPEN, None, has_provider;
    /// Shows the provider's statement: what they owe, oldest first, on one page.
    Statement = "provider.statement", "Statement", Provider, [Provider], None, LADDER, None, has_provider;
    /// Gives everything the provider owes to another, as when they leave.
    ReassignAll = "provider.reassign-all", "Reassign all", Provider, [Provider], None, SUPERVISE, Reversible, has_provider;
    /// Records that the provider is away; what the rules excuse is not charged.
    AddAbsence = "provider.absence", "Absence", Provider, [Provider], None, SUPERVISE, Reversible, has_provider;
    /// Says when the absence under the cursor ends.
    EndAbsence = "provider.end-absence", "End absence", Provider, [Provider], None, SUPERVISE, Reversible, on_absence;
    /// Names somebody who stands in for the provider.
    AddStandIn = "provider.stand-in", "Stand-in", Provider, [Provider], None, SUPERVISE, Reversible, has_provider;
    /// Shows the letters of the provider, or all of them from the suspension list.
    ListLetters = "letter.list", "List of letters", Provider, [Suspension, Provider], None, LADDER, None, always;
    /// Prints the marked letters, or the one under the cursor, each to a file of its own or all to one.
    PrintLetters = "letter.print", "Print letters", Provider, [Letters], None, DECIDE, Outward, has_rows;
    /// Adds an absence, somebody who stands in, or a coverage group, as the view shows.
    AddCover = "cover.add", "New entry", Provider, [Covers], None, SUPERVISE, Reversible, always;
    /// Changes an absence, the last day of a cover, or the members or the name of a group.
    EditCover = "cover.edit", "Edit entry", Provider, [Covers], None, SUPERVISE, Reversible, has_rows;
    /// Ends the absence on a day, or the cover or group now.
    EndCover = "cover.end", "End entry", Provider, [Covers], None, SUPERVISE, Reversible, has_rows;
    /// Confirms the marked steps, or the one under the cursor: they take effect.
    ConfirmStep = "step.confirm", "Confirm step", Provider, [Suspension], None, DECIDE, Reversible, is_proposed;
    /// Sets the marked steps, or the one under the cursor, aside with a reason.
    DismissStep = "step.dismiss", "Dismiss step", Provider, [Suspension], None, DECIDE, Reversible, is_proposed;
    /// Takes the provider off the suspension list by hand.
    LiftSuspension = "step.lift", "Lift suspension", Provider, [Suspension], None, DECIDE, Reversible, is_suspended;
    /// Shows the letter of the step, as it went out or as it would be.
    StepLetter = "step.letter", "Letter", Provider, [Suspension], None, LADDER, None, sees_letter;
    /// Runs the delinquency ladder now: proposes, brings up to date, withdraws.
    ProposeSteps = "step.propose", "Run the ladder", Provider, [Suspension], None, DECIDE, Reversible, always;
    /// Shows what was worked in the last weeks, by name, nobody ranked.
    Productivity = "dashboard.productivity", "Work done", Provider, [Dashboard], None, CREATE, None, always;
    /// Leaves a note to the coder of the stay.
    NoteToCoder = "stay.note", "Note to the coder", Provider, [Waiting], None, CREATE, None, has_chart;
    /// Says that the stay is coded now.
    MarkCoded = "stay.coded", "Coded", Provider, [Waiting], None, CODE, Reversible, to_code;
    /// Says that the stay is not coded after all, with a reason.
    MarkNotCoded = "stay.not-coded", "Not coded", Provider, [Waiting], None, CODE, Reversible, is_coded;

    /// Shows the documents of the visit.
    Documents = "chart.documents", "Documents", Chart, [Chart], None, OPEN, None, always;
    /// Shows the patient's visits.
    Encounters = "chart.encounters", "Visits", Chart, [Chart], None, OPEN, None, always;
    /// Shows everything of the visit in time order.
    Timeline = "chart.timeline", "Timeline", Chart, [Chart], None, OPEN, None, always;
    /// Shows the deficiencies of the visit.
    Deficiencies = "chart.deficiencies", "Chart deficiencies", Chart, [Chart], None, OPEN, None, always;
    /// Finds words in the document.
    Find = "chart.find", "Find", Chart, [Chart], None, OPEN, None, has_document;
    /// Goes to the next match.
    NextMatch = "chart.next-match", "Next match", Chart, [Chart], None, OPEN, None, has_matches;
    /// Goes to the previous match.
    PreviousMatch = "chart.previous-match", "Previous match", Chart, [Chart], None, OPEN, None, has_matches;
    /// Opens the next document.
    NextDocument = "chart.next-document", "Next document", Chart, [Chart], None, OPEN, None, always;
    /// Opens the previous document.
    PreviousDocument = "chart.previous-document", "Previous document", Chart, [Chart], None, OPEN, None, always;
    /// Shows the versions of the document.
    Versions = "chart.versions", "Versions", Chart, [Chart], None, OPEN, None, has_document;
    /// Marks the passages that stand in earlier notes, and says where they come from.
    Copied = "chart.copied", "Copied text", Chart, [Chart], None, OPEN, None, has_document;
    /// Opens the earlier note at the passage under the cursor.
    CopiedSource = "chart.copied-source", "Source of the passage", Chart, [Chart], None, OPEN, None, has_matches;
    /// Searches for documents like this one: its most telling words, to be edited.
    Similar = "chart.similar", "Find similar", Chart, [Chart, Search], None, SEARCH, None, has_document;
    /// Searches within this chart.
    SearchChart = "chart.search", "Search chart", Chart, [Chart], None, SEARCH, None, always;

    /// Edits the search.
    EditSearch = "search.edit", "Edit search", Search, [Search], None, SEARCH, None, always;
    /// Changes between best first and newest first.
    SearchOrder = "search.order", "Order of hits", Search, [Search], None, SEARCH, None, always;
    /// Goes to the next match in the preview.
    NextHit = "search.next-match", "Next match in hit", Search, [Search], None, SEARCH, None, has_matches;
    /// Goes to the previous match in the preview.
    PreviousHit = "search.previous-match", "Previous match in hit", Search, [Search], None, SEARCH, None, has_matches;
    /// Gathers hits by patient, by stay, or not at all.
    GroupHits = "search.group", "Gather hits", Search, [Search], None, SEARCH, None, always;
    /// Shows every hit of the patient or stay under the cursor.
    WholeGroup = "search.group-open", "All of this patient", Search, [Search], None, SEARCH, None, has_rows;
    /// Changes how far other names of the words are searched for as well.
    Widen = "search.widen", "Other names", Search, [Search], None, SEARCH, None, always;
    /// When no document has all the words: shows those with most of them, or none.
    Lenient = "search.lenient", "Some of the words", Search, [Search], None, SEARCH, None, always;
    /// Searches for the better spelling that is offered.
    TakeSuggestion = "search.accept-suggestion", "Take the spelling", Search, [Search], None, SEARCH, None, always;
    /// Saves the search as a worklist under a name.
    SaveSearch(Option<String>) = "search.save", "Save search", Search, [Search], MaybeText, SEARCH, Reversible, always;
    /// Opens a saved search; what is new since it was looked at is counted.
    OpenSearch(Option<String>) = "search.open-saved", "Open saved search", Search, [Home, Search], SavedSearch, SEARCH, None, always;
    /// Gives the saved search another name.
    RenameSearch(Option<String>) = "search.rename", "Rename saved search", Search, [Home, Search], MaybeText, SEARCH, Reversible, always;
    /// Deletes a saved search.
    DeleteSearch(Option<String>) = "search.delete", "Delete saved search", Search, [Home, Search], SavedSearch, SEARCH, Reversible, always;
    /// Shows only what is new since the saved search was looked at, or everything again.
    OnlyNew = "search.only-new", "Only what is new", Search, [Search], None, SEARCH, None, always;
    /// Forgets what you searched for before.
    ClearHistory = "search.clear-history", "Clear search history", Search, [Search], None, SEARCH, Irreversible, always;
    /// Writes the hits, or the marked ones, to a file.
    ExportHits = "search.export", "Export hits", Search, [Search], None, SEARCH, Outward, has_document;
    /// Cites the hit in a query.
    CiteHit = "search.cite", "Cite hit", Search, [Search], None, WRITE, None, has_rows;

    /// Puts the marked hits or charts, or what is under the cursor, on a named list.
    AddToList(Option<String>) = "lists.add", "Add to a list", Search, [Queue, Chart, Search], NamedList, OPEN, Reversible, has_chart_or_document;
    /// Makes a named list.
    NewList = "lists.new", "New list", Search, [Lists], None, OPEN, Reversible, always;
    /// Gives everybody with a role your list, or nobody else.
    ShareList(Option<String>) = "lists.share", "Share", Search, [Lists], MaybeText, OPEN, Reversible, has_rows;
    /// Gives your list another name.
    RenameList(Option<String>) = "lists.rename", "Rename", Search, [Lists], MaybeText, OPEN, Reversible, has_rows;
    /// Deletes your list; what stood on it stays where it is.
    DeleteList = "lists.delete", "Delete list", Search, [Lists], None, OPEN, Reversible, has_rows;
    /// Ticks the marked entries, or the one under the cursor, off; or opens them again.
    EntryDone = "lists.done", "Done", Search, [Lists], None, OPEN, Reversible, has_entry;
    /// Notes something to the entry.
    EntryNote = "lists.note", "Note", Search, [Lists], None, OPEN, Reversible, has_entry;
    /// Takes the marked entries, or the one under the cursor, off the list.
    RemoveEntry = "lists.remove", "Take off", Search, [Lists], None, OPEN, Reversible, has_entry;

    /// Shows what is worth asking about in the chart, with its evidence.
    Opportunities = "chart.opportunities", "Opportunities", Query, [Chart], None, WRITE, None, has_chart;
    /// Sets the opportunity aside with a reason that is remembered.
    DismissOpportunity = "opportunity.dismiss", "Set aside", Query, [Chart, Opportunities], None, WRITE, Reversible, has_opportunity;
    /// Shows only the opportunities of a topic.
    OpportunityTopic(Option<String>) = "opportunity.topic", "Only a topic", Query, [Opportunities], MaybeText, WRITE, None, always;
    /// Shows only the opportunities of a service.
    OpportunityService(Option<String>) = "opportunity.service", "Only a service", Query, [Opportunities], MaybeText, WRITE, None, always;
    /// Shows only the opportunities of the rank under the cursor and above, or all again.
    OpportunityRank = "opportunity.rank", "Only of this rank", Query, [Opportunities], None, WRITE, None, always;
    /// Writes a query about the chart, or about the opportunity under the cursor.
    ComposeQuery = "query.compose", "Write query", Query, [Queue, Chart, Search, Waiting, Reviews, Review, Opportunities], None, WRITE, None, has_chart;
    /// Opens the query under the cursor.
    OpenQuery = "query.open", "Open query", Query, [Queries], None, OPEN, None, has_rows;
    /// Sends the query to the provider; its text is final from then on.
    Send = "query.send", "Send", Query, [Composer], None, WRITE, Outward, has_draft;
    /// Cites the line under the cursor as an indicator.
    Cite = "query.cite", "Cite", Query, [Chart, Composer], None, WRITE, None, always;
    /// Goes to the next finding of the compliance check.
    NextFinding = "query.next-finding", "Next finding", Query, [Composer], None, WRITE, None, has_findings;
    /// Goes to the finding before.
    PreviousFinding = "query.previous-finding", "Previous finding", Query, [Composer], None, WRITE, None, has_findings;
    /// Takes typing back.
    UndoTyping = "query.undo-typing", "Undo typing", Query, [Composer, ReviewWords], None, None, None, has_draft;
    /// Does again what was taken back of typing.
    RedoTyping = "query.redo-typing", "Redo typing", Query, [Composer, ReviewWords], None, None, None, has_draft;
    /// Shows the versions of the draft, and goes back to one.
    DraftVersions = "query.versions", "Draft versions", Query, [Composer], None, WRITE, None, has_draft;
    /// Adds an option.
    AddOption = "query.add-option", "Add option", Query, [Composer], None, WRITE, None, has_draft;
    /// Removes the option or indicator under the cursor.
    RemoveLine = "query.remove-line", "Remove line", Query, [Composer], None, WRITE, None, has_draft;
    /// Fills in a template.
    Template(Option<String>) = "query.template", "Template", Query, [Composer], MaybeText, WRITE, None, has_draft;
    /// Leaves the composer and keeps the draft.
    Keep = "query.keep", "Keep draft", Query, [Composer], None, WRITE, None, has_draft;
    /// Shows the query as the provider will read it.
    Preview = "query.preview", "Preview", Query, [Composer, Queries], None, OPEN, None, always;
    /// Adds an indicator typed by hand.
    AddIndicator = "query.add-indicator", "Add indicator", Query, [Composer], None, WRITE, None, has_draft;
    /// Answers the query.
    AnswerQuery = "query.answer", "Answer query", Query, [Queries, Inbox], None, ANSWER, Outward, is_answerable;
    /// Writes an issued query and its answer to a file: text, HTML or FHIR.
    ExportQuery = "query.export", "Export query", Query, [Queries], None, OPEN, Outward, was_issued;
    /// Chooses the period of the figures.
    CdiPeriod = "cdi.period", "Period", Query, [CdiFigures], None, FIGURES, None, always;
    /// Throws the draft away.
    Discard = "query.discard", "Discard draft", Query, [Composer, Queries], None, WRITE, Irreversible, always;
    /// Takes an issued query back.
    Withdraw = "query.withdraw", "Withdraw query", Query, [Queries], None, WRITE, Outward, is_issued;
    /// Asks another provider in place of the one who was asked.
    Redirect = "query.redirect", "Redirect query", Query, [Queries], None, WRITE, Outward, is_waiting;
    /// Takes the next step of the ladder of escalation now.
    Escalate = "query.escalate", "Escalate query", Query, [Queries], None, WRITE, Outward, is_waiting;
    /// Leaves the query unanswered for good.
    Expire = "query.expire", "Leave unanswered", Query, [Queries], None, WRITE, Outward, is_waiting;
    /// Asks the answering provider for an addendum: an item that clears when it is there.
    RequestAddendum = "query.addendum", "Request addendum", Query, [Queries], None, WRITE, Outward, is_answered;
    /// Records that the answer is in the record and the codes are final.
    Reconcile = "query.reconcile", "Reconcile query", Query, [Queries], None, WRITE, None, is_answered;
    /// Closes a reconciled query.
    CloseQuery = "query.close", "Close query", Query, [Queries], None, WRITE, None, is_reconciled;
    /// Records a query asked by word of mouth, with its answer.
    RecordVerbal = "query.verbal", "Record verbal query", Query, [Queries], None, WRITE, Outward, is_draft;
    /// Issues a draft although the compliance check blocks it, with a reason.
    Overrule = "query.override", "Issue with override", Query, [Queries], None, OVERRULE, Outward, is_draft;

    /// Opens the review of the stay.
    OpenReview = "review.open", "Review of the stay", Review, [Queue, Chart, Waiting, Queries], None, REVIEWS, None, has_chart;
    /// Writes a review, or goes on with your unfinished one.
    WriteReview = "review.write", "Write review", Review, [Review], None, REVIEW, Reversible, has_chart;
    /// Signs your unfinished review: it never changes from then on.
    SignReview = "review.sign", "Sign review", Review, [Review, ReviewWords], None, REVIEW, Outward, has_unfinished;
    /// Puts the addition or the note on record.
    FinishWords = "review.finish-words", "Put on record", Review, [ReviewWords], None, REVIEW, Outward, has_words, OrCode;
    /// Throws your unfinished review away.
    DiscardReview = "review.discard", "Discard review", Review, [Review, ReviewWords], None, REVIEW, Irreversible, has_unfinished;
    /// Adds to the signed review under the cursor.
    AddToReview = "review.add", "Add to review", Review, [Review], None, REVIEW, Outward, on_signed;
    /// Adds a diagnosis to the list under the cursor.
    AddDiagnosis = "diagnosis.add", "Add diagnosis", Review, [Review], None, REVIEW, Reversible, has_chart, OfList;
    /// Removes the diagnosis under the cursor.
    RemoveDiagnosis = "diagnosis.remove", "Remove diagnosis", Review, [Review], None, REVIEW, Reversible, on_diagnosis, OfList;
    /// Says whether the diagnosis was present on admission.
    PoaOfDiagnosis = "diagnosis.poa", "Present on admission", Review, [Review], None, REVIEW, Reversible, on_diagnosis, OfList;
    /// Makes the diagnosis the principal one.
    Principal = "diagnosis.principal", "Principal diagnosis", Review, [Review], None, REVIEW, Reversible, on_diagnosis, OfList;
    /// Moves the diagnosis up.
    RaiseDiagnosis = "diagnosis.raise", "Move up", Review, [Review], None, REVIEW, Reversible, on_diagnosis, OfList;
    /// Moves the diagnosis down.
    LowerDiagnosis = "diagnosis.lower", "Move down", Review, [Review], None, REVIEW, Reversible, on_diagnosis, OfList;
    /// Begins the list from the record's diagnoses, or the final one from the working one.
    CopyDiagnoses = "diagnosis.copy", "Begin list from", Review, [Review], None, REVIEW, Reversible, has_chart, OfList;
    /// Hands the stay over: to the coder, back to the specialist, or as finally coded.
    HandOver = "stay.hand-over", "Hand over", Review, [Reviews, Review, Waiting], None, REVIEW, Reversible, has_chart, OfStage;
    /// Leaves a note on the stay.
    NoteOnStay = "stay.add-note", "Note on the stay", Review, [Review], None, REVIEW, Reversible, has_chart, OrCode;
    /// Leaves a note that only you see.
    NoteToSelf = "stay.note-to-self", "Note to myself", Review, [Review], None, REVIEW, Reversible, has_chart, OrCode;
    /// Takes the stay, so that nobody else reviews or codes it meanwhile.
    TakeStay = "stay.take", "Take stay", Review, [Reviews, Review], None, REVIEW, None, can_take, OrCode;
    /// Gives the stay back.
    ReleaseStay = "stay.release", "Give stay back", Review, [Reviews, Review], None, REVIEW, None, can_release, OrCode;
}

fn always(_: &Facts) -> Option<&'static str> {
    None
}

fn unless(holds: bool, reason: &'static str) -> Option<&'static str> {
    (!holds).then_some(reason)
}

fn not_root(facts: &Facts) -> Option<&'static str> {
    unless(!facts.root, "you are there")
}

/// A stay is handed over by whoever's turn it is.
fn of_stage(facts: &Facts) -> Option<(Permission, &'static str)> {
    let stage = facts.stage?;
    let what = match stage {
        Stage::Cdi => "a stay with CDI",
        Stage::Coder => "a stay with the coder",
        Stage::Final => "a stay whose codes are final",
    };
    Some((stage.permission(), what))
}

/// A list of diagnoses is changed by whoever keeps it.
fn of_list(facts: &Facts) -> Option<(Permission, &'static str)> {
    let list = facts.list?;
    let what = match list {
        ListKind::Working => "the working diagnoses",
        ListKind::Final => "the final diagnoses",
    };
    Some((list.permission(), what))
}

fn has_rows(facts: &Facts) -> Option<&'static str> {
    unless(facts.rows, "the list is empty")
}

fn has_marks(facts: &Facts) -> Option<&'static str> {
    unless(facts.marks > 0, "nothing is marked")
}

fn is_filtering(facts: &Facts) -> Option<&'static str> {
    unless(facts.filtering, "there is no filter")
}

fn can_undo(facts: &Facts) -> Option<&'static str> {
    unless(facts.undo, "nothing to undo")
}

fn can_redo(facts: &Facts) -> Option<&'static str> {
    unless(facts.redo, "nothing to redo")
}

fn may_copy(facts: &Facts) -> Option<&'static str> {
    unless(facts.may_copy, "copying out of Chartroom is switched off")
}

fn has_chart(facts: &Facts) -> Option<&'static str> {
    unless(facts.chart, "no chart under the cursor")
}

fn has_chart_or_document(facts: &Facts) -> Option<&'static str> {
    unless(facts.chart || facts.document, "no chart under the cursor")
}

fn has_entry(facts: &Facts) -> Option<&'static str> {
    unless(facts.entry, "no entry of a list under the cursor")
}

fn to_code(facts: &Facts) -> Option<&'static str> {
    has_chart(facts).or(unless(!facts.coded, "it is coded already"))
}

fn is_coded(facts: &Facts) -> Option<&'static str> {
    has_chart(facts).or(unless(facts.coded, "it is not coded"))
}

fn has_document(facts: &Facts) -> Option<&'static str> {
    unless(facts.document, "no document is open")
}

fn has_matches(facts: &Facts) -> Option<&'static str> {
    unless(facts.matches, "no matches")
}

fn has_draft(facts: &Facts) -> Option<&'static str> {
    unless(facts.draft, "no draft is open")
}

fn has_findings(facts: &Facts) -> Option<&'static str> {
    unless(facts.findings, "the check found nothing")
}

fn has_opportunity(facts: &Facts) -> Option<&'static str> {
    unless(facts.opportunity, "no opportunity under the cursor")
}

fn is_issued(facts: &Facts) -> Option<&'static str> {
    unless(facts.issued, "only an issued query can be withdrawn")
}

fn is_waiting(facts: &Facts) -> Option<&'static str> {
    unless(facts.issued, "the query does not wait for an answer")
}

fn is_answered(facts: &Facts) -> Option<&'static str> {
    unless(
        facts.answered,
        "the query is not answered, or reconciled already",
    )
}

fn is_reconciled(facts: &Facts) -> Option<&'static str> {
    unless(facts.reconciled, "only a reconciled query can be closed")
}

fn is_draft(facts: &Facts) -> Option<&'static str> {
    unless(facts.draft, "only for a draft that was not issued")
}

fn is_answerable(facts: &Facts) -> Option<&'static str> {
    unless(facts.issued, "only an issued query can be answered")
}

fn was_issued(facts: &Facts) -> Option<&'static str> {
    unless(
        facts.chart && !facts.draft,
        "only an issued query can be exported",
    )
}

fn on_diagnosis(facts: &Facts) -> Option<&'static str> {
    unless(facts.diagnosis, "no diagnosis is under the cursor")
}

fn has_unfinished(facts: &Facts) -> Option<&'static str> {
    unless(
        facts.unfinished,
        "you have no unfinished review of this stay",
    )
}

fn has_words(facts: &Facts) -> Option<&'static str> {
    unless(
        facts.draft && !facts.unfinished,
        "no addition and no note is being written",
    )
}

fn on_signed(facts: &Facts) -> Option<&'static str> {
    unless(facts.signed, "no signed review is under the cursor")
}

fn can_take(facts: &Facts) -> Option<&'static str> {
    has_chart(facts).or(match facts.taken {
        Taken::Me => Some("you have taken it already"),
        Taken::Nobody | Taken::Other => None,
    })
}

fn can_release(facts: &Facts) -> Option<&'static str> {
    has_chart(facts).or(unless(facts.taken == Taken::Me, "you have not taken it"))
}

fn outstanding(facts: &Facts) -> Option<&'static str> {
    if facts.marks > 0 {
        return None;
    }
    match facts.state {
        None => Some("no item under the cursor"),
        Some(state) => unless(state.is_outstanding(), "the item is closed"),
    }
}

fn has_provider(facts: &Facts) -> Option<&'static str> {
    unless(facts.provider, "no provider is under the cursor")
}

fn on_absence(facts: &Facts) -> Option<&'static str> {
    unless(facts.absence, "no absence is under the cursor")
}

fn is_proposed(facts: &Facts) -> Option<&'static str> {
    unless(
        facts.proposed || facts.marks > 0,
        "only a proposed step can be decided",
    )
}

/// What is only proposed is between those who decide it.
fn sees_letter(facts: &Facts) -> Option<&'static str> {
    let decides = facts.grants.of(Permission::ManageSuspension) != Grant::No;
    has_rows(facts).or(unless(
        decides || !facts.proposed,
        "a step that is only proposed has sent no letter yet",
    ))
}

fn is_suspended(facts: &Facts) -> Option<&'static str> {
    unless(facts.suspended, "no suspension is in force there")
}

fn is_declined(facts: &Facts) -> Option<&'static str> {
    unless(
        facts.marks > 0 || facts.state == Some(DeficiencyState::Declined),
        "the item was not declined",
    )
}

/// Reassigning several at once is the supervisor's (domain reference §10).
fn assignable(facts: &Facts) -> Option<&'static str> {
    let supervises = facts.grants.of(Permission::SuperviseDeficiency) != Grant::No;
    outstanding(facts).or(unless(
        facts.marks < 2 || supervises,
        "reassigning several at once needs a supervisor",
    ))
}

fn can_hold(facts: &Facts) -> Option<&'static str> {
    outstanding(facts).or(unless(
        !facts.held || facts.marks > 0,
        "it is on hold already",
    ))
}

fn on_hold(facts: &Facts) -> Option<&'static str> {
    if facts.marks > 0 {
        return None;
    }
    match (facts.held, facts.hold_placed, facts.chart_held) {
        (_, Some(true), _) | (true, None, _) => None,
        (false, ..) => Some("it is not on hold"),
        (.., Some(true)) => Some("its whole chart is on hold: end that hold instead"),
        _ => Some("its owner's absence excuses it: end the absence instead"),
    }
}

fn can_hold_chart(facts: &Facts) -> Option<&'static str> {
    has_chart(facts).or(unless(
        facts.marks > 0 || facts.chart_held != Some(true),
        "the chart is on hold already",
    ))
}

fn chart_on_hold(facts: &Facts) -> Option<&'static str> {
    has_chart(facts).or(unless(
        facts.marks > 0 || facts.chart_held != Some(false),
        "the chart is not on hold",
    ))
}

fn reopenable(facts: &Facts) -> Option<&'static str> {
    let closed = |state: DeficiencyState| {
        !state.is_outstanding() || matches!(state, DeficiencyState::Declined)
    };
    unless(
        facts.marks > 0 || facts.state.is_some_and(closed),
        "the item is open",
    )
}
