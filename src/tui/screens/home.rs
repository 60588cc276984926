//! The first screen: worklists with their counts, and what to press.

mod draw;
pub(super) mod searches;

use crate::command::{Command, Facts, Grants, Scope, Shape};
use crate::domain::action::Action;
use crate::domain::permission::{Grant, Permission};
use crate::domain::review_list::ReviewView;
use crate::domain::saved_search::SearchList;
use crate::domain::worklist::{QueueView, SavedView, WorkOrder, WorklistCounts};
use crate::text::Shown;
use crate::tui::app::{
    Answer, Context, Dialog, Level, Outcome, Place, QueueStart, Screen, Slot, Step,
};
use crate::tui::desk::{Notice, Reply, Request};
use crate::tui::screens::saved_views;
use crate::tui::widgets::{Canvas, Item, List};
use ratatui::layout::Rect;

const PICK_VIEW: &str = "home view";
const DELETE_VIEW: &str = "home delete";

/// The first screen.
#[derive(Default)]
pub struct Home {
    list: List,
    counts: Option<WorklistCounts>,
    views: Vec<SavedView>,
    searches: Vec<SearchList>,
    grants: Grants,
    failed: bool,
}

/// A line of the list.
enum Row<'a> {
    View(usize, QueueView),
    Saved(&'a SavedView),
    SavedSearch(&'a SearchList),
    /// Another screen, by the command that opens it.
    Screen(&'static str, Command),
}

/// The screens beside the views, as far as the user may see them.
const SCREENS: [(&str, Command); 14] = [
    ("My inbox", Command::GotoInbox),
    ("By provider", Command::GotoProviders),
    ("By service", Command::GotoServices),
    ("Dashboard", Command::GotoDashboard),
    ("Suspension list", Command::GotoSuspension),
    ("Letters", Command::GotoLetters),
    ("Absences and cover", Command::GotoCovers),
    ("Waiting to be coded", Command::GotoWaiting),
    ("Stays to review", Command::GotoReviews),
    ("Query opportunities", Command::GotoOpportunities),
    ("Queries to providers", Command::GotoQueries),
    ("CDI figures", Command::GotoCdiFigures),
    ("Lists", Command::GotoLists),
    ("Search every document", Command::GotoSearch),
];

impl Home {
    /// The screens this user has; whose own work comes first has it on top.
    fn screens(&self) -> impl Iterator<Item = &'static (&'static str, Command)> + '_ {
        let facts = Facts {
            grants: self.grants.clone(),
            ..Facts::default()
        };
        SCREENS
            .iter()
            .filter(move |(_, command)| command.spec().unavailable(&facts).is_none())
    }

    fn row(&self, index: usize) -> Option<Row<'_>> {
        let own = self.own_first();
        if index < own {
            let found = self.screens().filter(|s| self.is_first(&s.1)).nth(index);
            return found.map(|(n, c)| Row::Screen(n, c.clone()));
        }
        let index = index - own;
        let views = self.own_views();
        if let Some(view) = views.get(index) {
            return Some(Row::View(index + 1, *view));
        }
        let index = index - views.len();
        if let Some(saved) = self.views.get(index) {
            return Some(Row::Saved(saved));
        }
        let index = index - self.views.len();
        if let Some(list) = self.searches.get(index) {
            return Some(Row::SavedSearch(list));
        }
        let mut rest = self.screens().filter(|s| !self.is_first(&s.1));
        let found = rest.nth(index - self.searches.len());
        found.map(|(n, c)| Row::Screen(n, c.clone()))
    }

    /// How many screens stand on top.
    fn own_first(&self) -> usize {
        self.screens().filter(|s| self.is_first(&s.1)).count()
    }

    /// Who owes things has them on top; whose work is documentation integrity has that.
    fn is_first(&self, command: &Command) -> bool {
        match command {
            Command::GotoInbox => self.grants.of(Permission::AnswerQuery) == Grant::Own,
            Command::GotoReviews
            | Command::GotoOpportunities
            | Command::GotoQueries
            | Command::GotoCdiFigures => self.is_cdi(),
            _ => false,
        }
    }

    /// Whose work is documentation integrity alone.
    fn is_cdi(&self) -> bool {
        self.grants.of(Permission::WriteReview) != Grant::No
            && self.grants.of(Permission::CompleteDeficiency) == Grant::No
    }

    /// The views of the program, for whoever may open charts.
    fn own_views(&self) -> &'static [QueueView] {
        if self.opens_charts() {
            QueueView::HOME
        } else {
            &[]
        }
    }

    fn opens_charts(&self) -> bool {
        self.grants.of(Permission::OpenChart) != Grant::No
    }

    fn rows(&self) -> usize {
        self.own_views().len() + self.views.len() + self.searches.len() + self.screens().count()
    }

    /// What Enter does on a line.
    fn enter(&self, index: usize) -> Outcome {
        let Some(row) = self.row(index) else {
            return Outcome::done();
        };
        match row {
            Row::View(_, view) => Outcome::done().goto(Place::Queue(QueueStart::View(view))),
            Row::Saved(saved) => {
                Outcome::done().goto(Place::Queue(QueueStart::Saved(saved.clone())))
            }
            Row::SavedSearch(list) => {
                Outcome::done().goto(Place::SavedSearch(Box::new(list.clone())))
            }
            // The line counts what is due: that is what it leads to.
            Row::Screen(_, Command::GotoReviews) if self.reviews_due() > 0 => {
                Outcome::done().goto(Place::Reviews(Some(ReviewView::Due)))
            }
            Row::Screen(_, command) => Outcome::done().step(Step::Run(command)),
        }
    }

    fn reviews_due(&self) -> i64 {
        let cdi = self.counts.as_ref().and_then(|counts| counts.cdi);
        cdi.map_or(0, |cdi| cdi.due)
    }

    fn load(&self) -> Outcome {
        if !self.opens_charts() {
            return Outcome::done();
        }
        let outcome = Outcome::done().ask(Request::Counts).ask(Request::Views);
        if self.grants.of(Permission::Search) == Grant::No {
            return outcome;
        }
        outcome.ask(Request::SearchLists)
    }

    fn named(&self, name: &str) -> Option<Place> {
        let view = QueueView::ALL
            .iter()
            .find(|v| v.name() == name || v.title().eq_ignore_ascii_case(name));
        let saved = self.views.iter().find(|v| v.name == name);
        saved
            .map(|s| QueueStart::Saved(s.clone()))
            .or_else(|| view.map(|v| QueueStart::View(*v)))
            .map(Place::Queue)
    }

    fn pick_view(&self) -> Dialog {
        let own = QueueView::ALL.iter().map(|v| Shown::own(v.title()));
        let saved = self.views.iter().map(|v| draw::shown(&v.name));
        let items = own.chain(saved).map(|n| Item::new(n, Shown::default()));
        Dialog::pick(PICK_VIEW, Shown::own("Open view"), items.collect())
    }

    fn sees_all(&self) -> bool {
        self.grants.of(Permission::OpenChart) == Grant::Yes
    }

    fn is_new(&self) -> bool {
        self.sees_all()
            && self
                .counts
                .as_ref()
                .is_some_and(|c| c.documents == 0 && c.encounters == 0)
    }
}

impl Screen for Home {
    fn scope(&self) -> Scope {
        Scope::Home
    }

    fn facts(&self, facts: &mut Facts) {
        facts.rows = self.rows() > 0;
        facts.at_start = self.list.at_start();
        facts.at_end = self.list.at_end();
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        Shown::own("WORKLISTS")
    }

    fn hints(&self) -> Vec<Command> {
        vec![
            Command::Open,
            Command::TakeNext,
            Command::GotoSearch,
            Command::Refresh,
            Command::Quit,
        ]
    }

    fn opened(&mut self, context: &Context<'_>) -> Outcome {
        self.grants = context.session.grants.clone();
        self.list = List::new(self.rows());
        self.load()
    }

    fn returned(&mut self, _: &Context<'_>, _: bool) -> Outcome {
        self.load()
    }

    fn offering(&mut self) -> Outcome {
        self.load()
    }

    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        let height = draw::list_height(context.body);
        match command {
            Command::Down => self.list.down(1, height),
            Command::Up => self.list.up(1, height),
            Command::PageDown => self.list.page_down(height),
            Command::PageUp => self.list.page_up(height),
            Command::Top => self.list.go(0, height),
            Command::End => self.list.go(usize::MAX, height),
            Command::SelectRows(rows) => {
                // Views keep their numbers, whatever stands above them.
                if let Some(row) = rows.single() {
                    self.list.go(row + self.own_first(), height);
                }
            }
            Command::Open => return self.enter(self.list.cursor),
            Command::TakeNext => {
                return Outcome::done().act(Action::TakeNext {
                    from: WorkOrder::default(),
                    leave: None,
                });
            }
            Command::OpenView(None) => return Outcome::done().open(self.pick_view()),
            Command::OpenView(Some(name)) => {
                return match self.named(name) {
                    Some(place) => Outcome::done().goto(place),
                    None => Outcome::done().say(
                        Level::Warning,
                        format!("there is no view \"{}\"", draw::shown(name)),
                    ),
                };
            }
            Command::DeleteView(name) => {
                return saved_views::delete(&self.views, name.as_deref(), DELETE_VIEW);
            }
            other => return self.search_command(other),
        }
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, _: &Context<'_>) -> Outcome {
        if let Some(outcome) = self.search_answer(tag, &answer) {
            return outcome;
        }
        let Answer::Chosen(index) = answer else {
            return Outcome::done();
        };
        match tag {
            PICK_VIEW => self.enter(index + self.own_first()),
            DELETE_VIEW => saved_views::chosen(&self.views, index),
            _ => Outcome::done(),
        }
    }

    fn reply(&mut self, _: Slot, reply: Reply, _: &Context<'_>) -> Outcome {
        match reply {
            Reply::Counts(counts) => {
                self.counts = Some(counts);
                self.failed = false;
            }
            Reply::Views(views) => {
                self.views = views;
                self.list.set_len(self.rows());
            }
            Reply::SearchLists(searches) => {
                self.searches = searches;
                self.list.set_len(self.rows());
            }
            Reply::Acted(acted) => {
                return match acted.taken {
                    Some(taken) => self.load().goto(Place::Deficiency {
                        encounter: taken.encounter,
                        deficiency: taken.deficiency,
                        work: Box::default(),
                    }),
                    None => self.load(),
                };
            }
            _ => {}
        }
        Outcome::done()
    }

    fn failed(&mut self, slot: Slot, _: &Notice, _: &Context<'_>) -> Outcome {
        self.failed |= slot == Slot::Counts;
        Outcome::done()
    }

    fn completions(&self, shape: Shape) -> Vec<String> {
        if shape == Shape::SavedSearch {
            let names = self.searches.iter().map(|l| l.search.name.clone());
            return names.collect();
        }
        let saved = self.views.iter().map(|v| v.name.clone());
        match shape {
            Shape::View => QueueView::ALL
                .iter()
                .map(|v| v.name().to_owned())
                .chain(saved)
                .collect(),
            Shape::SavedView => saved.collect(),
            _ => Vec::new(),
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::worklist::CdiCounts;
    use crate::tui::app::testing::{Bench, assert_screen, assert_state};

    fn counts() -> Reply {
        let views = QueueView::HOME
            .iter()
            .zip([4180, 312, 3868, 977, 640, 12, 88, 31, 1204]);
        Reply::Counts(WorklistCounts {
            views: views.map(|(v, n)| (*v, n)).collect(),
            kinds: [("DS-M", 1200), ("OP-M", 640), ("H&P-U", 410), ("VO-U", 77)]
                .map(|(k, n)| (k.to_owned(), n))
                .to_vec(),
            bands: vec![
                (0, Some(7), 1800),
                (8, Some(14), 1000),
                (15, Some(30), 403),
                (31, None, 977),
            ],
            charts: 2211,
            queries: vec![("draft".into(), 2), ("issued".into(), 15)],
            patients: 51_200,
            encounters: 88_020,
            documents: 1_204_113,
            cdi: None,
        })
    }

    fn views() -> Reply {
        let saved = |name: &str| SavedView {
            name: name.into(),
            view: QueueView::Mine,
            filter: "late".into(),
            sort: crate::domain::worklist::QueueSort::Age,
            reverse: false,
        };
        Reply::Views(vec![saved("Mine-late"), saved("Dr\u{1b}[31m Smith")])
    }

    fn full() -> Bench {
        let mut bench = Bench::new(crate::tui::screens::make);
        bench.reply(counts());
        bench.reply(views());
        bench
    }

    #[test]
    fn every_state_looks_as_it_should() {
        let mut bench = Bench::new(crate::tui::screens::make);
        assert_state("home_busy", &mut bench);
        bench.reply(Reply::Counts(WorklistCounts::default()));
        assert_state("home_empty", &mut bench);
        let mut bench = full();
        assert_screen("home_full_80x24", &bench.screen());
        assert_screen("home_full_120x40", &bench.screen_at(120, 40));
        assert_screen("home_full_60x15", &bench.screen_at(60, 15));
        assert_screen("home_tiny_20x5", &bench.screen_at(20, 5));
    }

    #[test]
    fn only_views_that_were_saved_are_offered_and_deleted() {
        let mut bench = full();
        bench.asked();
        bench.keys(":");
        bench.text("view.delete ");
        let offered = bench.screen();
        assert!(offered.contains("view.delete Mine-late"), "{offered}");
        assert!(!offered.contains("view.delete all"), "{offered}");
        bench.keys("Esc");
        bench.asked();
        let delete = |name: &str| Command::DeleteView(Some(name.into()));
        bench.run(delete("late"));
        let message = bench.message().unwrap().1;
        assert!(message.contains("late is always there"), "{message}");
        bench.run(delete("nosuch"));
        assert!(bench.message().unwrap().1.contains("no saved view"));
        assert!(bench.asked().is_empty());
        bench.run(delete("Mine-late"));
        assert!(matches!(&bench.asked()[..], [Request::Act(..)]));
        let mut bench = Bench::new(crate::tui::screens::make);
        bench.run(Command::DeleteView(None));
        assert!(bench.message().unwrap().1.contains("no view is saved"));
    }

    #[test]
    fn a_failure_says_what_to_do() {
        let mut bench = Bench::new(crate::tui::screens::make);
        bench.reply(views());
        bench.fail("The store is locked by a restore");
        assert_state("home_error", &mut bench);
    }

    #[test]
    fn who_opens_no_charts_is_told_so_and_asks_for_nothing() {
        let size = ratatui::layout::Size::new(80, 24);
        let roles = [crate::domain::user::Role::Admin];
        let mut bench = Bench::with(crate::tui::screens::make, size, "vim", &roles);
        assert!(bench.asked().is_empty());
        let screen = bench.screen();
        assert!(screen.contains("Your role opens no charts"), "{screen}");
        assert!(!screen.contains("All open"), "{screen}");
        bench.keys("Enter j k G");
        assert!(bench.asked().is_empty());
        assert!(!bench.screen().contains("Enter=open"));
    }

    #[test]
    fn a_specialist_of_documentation_integrity_sees_that_work_first() {
        let size = ratatui::layout::Size::new(80, 24);
        let roles = [crate::domain::user::Role::Cdi];
        let mut bench = Bench::with(crate::tui::screens::make, size, "vim", &roles);
        let mut of_all = counts();
        if let Reply::Counts(counts) = &mut of_all {
            counts.queries.push(("responded".into(), 4));
            counts.cdi = Some(CdiCounts {
                due: 5,
                opportunities: 42,
                unlooked: 3,
                late: 2,
            });
        }
        bench.reply(of_all);
        assert_screen("home_cdi_80x24", &bench.screen());
        assert_screen("home_cdi_120x40", &bench.screen_at(120, 40));
        // Views keep their numbers below; the first line is the stays to review.
        bench.asked();
        bench.keys("Enter");
        let screen = bench.screen();
        assert!(
            screen.contains("STAYS TO REVIEW due for review"),
            "{screen}"
        );
        assert_eq!(bench.asked(), [Request::Reviews(ReviewView::Due)]);
        bench.run(Command::GotoHome);
        let nothing_due = CdiCounts::default();
        bench.reply(Reply::Counts(WorklistCounts {
            cdi: Some(nothing_due),
            ..WorklistCounts::default()
        }));
        bench.keys("Enter");
        let in_house = Request::Reviews(ReviewView::InHouse);
        assert!(bench.waiting().contains(&&in_house));
        bench.run(Command::GotoHome);
        bench.keys("j j j");
        assert!(
            bench.screen().contains(">   CDI figures"),
            "{}",
            bench.screen()
        );
        bench.keys("j j Enter");
        let asked = bench.asked();
        let mine = |r: &&Request| matches!(r, Request::Queue { request, .. } if request.view == QueueView::Mine);
        assert_eq!(asked.iter().filter(mine).count(), 1);
    }

    #[test]
    fn enter_opens_the_list_under_the_cursor() {
        let mut bench = full();
        bench.keys("j Enter");
        assert!(bench.screen().contains("Mine"));
        let asked = bench.asked();
        assert!(
            asked
                .iter()
                .any(|r| matches!(r, Request::Queue { request, .. }
            if request.view == QueueView::Mine))
        );
        bench.run(Command::GotoView(4));
        let asked = bench.asked();
        assert!(
            asked
                .iter()
                .any(|r| matches!(r, Request::Queue { request, .. }
            if request.view == QueueView::Late))
        );
        bench.run(Command::GotoHome);
        bench.reply(views());
        bench.keys("1 0 Enter");
        let asked = bench.asked();
        assert!(
            asked
                .iter()
                .any(|r| matches!(r, Request::Queue { typed, .. } if typed == "late"))
        );
    }

    #[test]
    fn moving_the_cursor_costs_at_most_160_bytes() {
        let mut bench = full();
        bench.frame_bytes();
        for _ in 0..8 {
            bench.keys("j");
            let bytes = bench.frame_bytes();
            assert!(bytes <= 160, "{bytes}");
        }
    }
}
