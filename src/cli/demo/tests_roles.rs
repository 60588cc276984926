//! Every role at every screen of the demo hospital, with every command of the one table: it acts
//! or refuses in words, and nothing the permission function denies gets past the table.

use super::*;
use crate::cli::args::{Cli, Verb};
use crate::command::{ALL, Command, CommandSpec, Grants, Scope};
use crate::domain::permission::{Grant, Permission};
use crate::domain::user::{Actor, Role};
use crate::domain::worklist::{QueueFilter, QueueRequest, QueueSort, QueueView};
use crate::ops::{Opening, SiteFiles, Which};
use crate::tui::app::testing::{Bench, now};
use crate::tui::app::{Level, Size};
use crate::tui::office::OfficeDesk;
use crate::tui::screens;
use clap::Parser;
use std::collections::BTreeSet;

/// A demo hospital in memory, and a user of each role.
struct House {
    session: Session,
    _dir: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        Self::of("40")
    }

    fn of(charts: &str) -> Self {
        let cli = Cli::try_parse_from(["chartroom", "demo", "--charts", charts, "--no-open"]);
        let Some(Verb::Demo(args)) = cli.unwrap().verb else {
            panic!("not the demo");
        };
        let dir = tempfile::tempdir().unwrap();
        let vault = Vault::in_memory().unwrap();
        let clock = Arc::new(Backdated {
            present: Arc::new(FixedClock::new(now())),
            back: AtomicI64::new(0),
        });
        let opening = Opening {
            dir: dir.path(),
            vault: &vault,
            session: "session-0",
            clock: Arc::clone(&clock) as _,
            site: &SiteFiles::default(),
        };
        let first = ("lee", &"Lee".into());
        let office = Office::create(&opening, &FACILITY.into(), ZONE, first, "os").unwrap();
        let actor = office.sign_in("lee", "os", "tty", "session-0").unwrap();
        let session = Session {
            office: Arc::new(office),
            actor,
        };
        let (_, planted) = fill(&session, &args, now()).unwrap();
        ask(&session, &planted).unwrap();
        queries::plant(&session, &planted).unwrap();
        reviewing::plant(&session, &clock).unwrap();
        let office = &session.office;
        office
            .analyze(&session.actor, &Which::Changed, &mut |_| true)
            .unwrap();
        work::done(&session, &planted).unwrap();
        office.index_now(&mut |_| true).unwrap();
        office
            .act(&session.actor, &new_request(), &Action::ProposeSteps)
            .unwrap();
        Self { session, _dir: dir }
    }

    /// A user of this role; the provider is one who owes something.
    fn user(&self, role: Role) -> Actor {
        let office = &self.session.office;
        let request = QueueRequest {
            view: QueueView::All,
            filter: QueueFilter::default(),
            sort: QueueSort::Due,
            reverse: false,
            after: None,
            limit: 50,
        };
        let rows = office.queue(&self.session.actor, &request).unwrap().rows;
        let owner = rows.iter().find_map(|r| r.owner);
        let add = Action::AddUser {
            login: role.name().into(),
            name: role.name().into(),
            roles: vec![role],
            provider: owner.filter(|_| role == Role::Provider),
        };
        let added = office.act(&self.session.actor, &new_request(), &add);
        added.unwrap();
        office
            .sign_in(
                role.name(),
                "os",
                "tty",
                &format!("session-{}", role.name()),
            )
            .unwrap()
    }
}

/// A way to a screen: commands one after the other, each at what the one before opened.
struct Way {
    to: Scope,
    steps: &'static [&'static str],
}

const fn way(to: Scope, steps: &'static [&'static str]) -> Way {
    Way { to, steps }
}

/// Every screen; `every_screen_has_a_way` keeps it so.
const WAYS: &[Way] = &[
    way(Scope::Home, &["app.goto-home"]),
    way(Scope::Queue, &["app.goto-queue"]),
    way(Scope::Queries, &["app.goto-queries"]),
    way(Scope::Groups, &["app.goto-providers"]),
    way(Scope::Groups, &["app.goto-services"]),
    way(Scope::Dashboard, &["app.goto-dashboard"]),
    way(Scope::Suspension, &["app.goto-suspension"]),
    way(Scope::Covers, &["app.goto-covers"]),
    way(Scope::Letters, &["app.goto-letters"]),
    way(Scope::Waiting, &["app.goto-waiting"]),
    way(Scope::Reviews, &["app.goto-reviews"]),
    way(Scope::CdiFigures, &["app.goto-cdi-figures"]),
    way(Scope::Opportunities, &["app.goto-opportunities"]),
    way(Scope::Inbox, &["app.goto-inbox"]),
    way(Scope::Search, &["app.goto-search"]),
    way(Scope::Chart, &["app.goto-queue", "queue.open-chart"]),
    way(
        Scope::Chart,
        &["app.goto-queue", "queue.open-chart", "list.open"],
    ),
    way(
        Scope::Chart,
        &["app.goto-opportunities", "queue.open-chart"],
    ),
    way(Scope::Provider, &["app.goto-providers", "provider.open"]),
    way(Scope::Provider, &["app.goto-queue", "provider.open"]),
    way(Scope::Review, &["app.goto-reviews", "list.open"]),
    way(Scope::Lists, &["app.goto-lists"]),
    way(
        Scope::ReviewWords,
        &["app.goto-reviews", "list.open", "review.write"],
    ),
    way(Scope::Composer, &["app.goto-reviews", "query.compose"]),
];

fn spec(id: &str) -> &'static CommandSpec {
    ALL.iter().find(|s| s.id == id).unwrap()
}

/// One user at the workstation.
struct Seat {
    bench: Bench,
    desk: OfficeDesk,
    grants: Grants,
    /// What went wrong, with where.
    complaints: BTreeSet<String>,
    refused: usize,
    ran: usize,
}

impl Seat {
    fn new(house: &House, actor: Actor) -> Self {
        let grants = Grants::of_user(&actor.user);
        let bench = Bench::of_user(screens::make, Size::new(80, 24), &actor.user);
        let desk = OfficeDesk::new(Arc::clone(&house.session.office), actor);
        let mut seat = Self {
            bench,
            desk,
            grants,
            complaints: BTreeSet::new(),
            refused: 0,
            ran: 0,
        };
        seat.settle();
        seat
    }

    fn settle(&mut self) {
        self.bench.wait(500);
        self.bench.answered_by(&self.desk);
    }

    fn run(&mut self, id: &str) {
        let spec = spec(id);
        self.bench.run(spec.build(spec.shape.example()).unwrap());
        self.settle();
    }

    /// Back to the first screen by Esc alone.
    fn home(&mut self) {
        for _ in 0..12 {
            if self.bench.depth() == 1 && self.bench.dialogs() == 0 {
                return;
            }
            self.bench.run(Command::Back);
            self.settle();
        }
        self.complain("Esc", "does not lead back to the first screen");
    }

    fn complain(&mut self, what: &str, why: &str) {
        let place = self.bench.place().name();
        self.complaints.insert(format!("{place}: {what}: {why}"));
    }

    /// Goes there; whether the user may. Whoever may not is told so and stays.
    fn reach(&mut self, way: &Way) -> bool {
        self.home();
        for id in way.steps {
            if !spec(id).permitted(&self.grants) {
                self.refuses(spec(id));
                return false;
            }
            self.run(id);
        }
        if way.to == Scope::Search {
            self.bench.text("pain");
            self.bench.keys("Enter");
            self.settle();
        }
        let last = way.steps.last().unwrap_or(&"");
        self.look(last);
        self.bench.screen_at(120, 40);
        self.bench.screen_at(80, 24);
        self.bench.place() == way.to
    }

    /// A command the user may not give says who may, and does nothing.
    fn refuses(&mut self, spec: &CommandSpec) {
        let before = (self.bench.depth(), self.bench.dialogs());
        self.bench.run(spec.build(spec.shape.example()).unwrap());
        let asked = self.bench.waiting().len();
        let said = self.bench.message().map(|m| m.1).unwrap_or_default();
        let clear =
            said.starts_with(spec.title) && (said.contains("; you") || said.contains("account"));
        if !clear || said.len() > 120 {
            self.complain(spec.id, &format!("is refused with {said:?}"));
        }
        if asked > 0 || before != (self.bench.depth(), self.bench.dialogs()) {
            self.complain(spec.id, "is refused and does something");
        }
        self.refused += 1;
        self.settle();
    }

    /// A command the user may give: whatever becomes of it, the desk has nothing to forbid.
    fn takes(&mut self, spec: &CommandSpec) {
        let offered = spec.unavailable(&self.bench.facts()).is_none();
        self.run(spec.id);
        self.look(spec.id);
        if offered {
            self.holds(spec);
        }
        // A dialog is filled in and sent, too: what is asked for at length is not refused at its end.
        for _ in 0..6 {
            if self.bench.dialogs() == 0 || !self.bench.facts().text {
                break;
            }
            self.bench.text("x");
            self.bench.run(Command::Accept);
            self.settle();
            self.look(spec.id);
            self.holds(spec);
        }
        if self.bench.dialogs() > 0 {
            self.bench.run(Command::Yes);
            self.settle();
            self.look(spec.id);
            self.holds(spec);
        }
        self.ran += 1;
    }

    /// What footer and palette offered is not refused to the role afterwards.
    fn holds(&mut self, spec: &CommandSpec) {
        let said = self.bench.message().map(|m| m.1).unwrap_or_default();
        if said.contains(" may; you ") {
            self.complain(spec.id, &format!("is offered and then refused: {said}"));
        }
    }

    /// What stands on the screen and in the message.
    fn look(&mut self, what: &str) {
        if let Some((Level::Error, said)) = self.bench.message()
            && said.contains("not permitted")
        {
            self.complain(what, &said);
        }
        let screen = self.bench.screen();
        if screen.contains("could not be read") || screen.contains("not be opened") {
            self.complain(what, "shows that it could not be read");
        }
        let foot = screen.lines().last().unwrap_or_default().to_owned() + " ";
        let grants = self.grants.clone();
        for spec in ALL.iter().filter(|s| !s.permitted(&grants)) {
            if foot.contains(&format!("={} ", spec.title.to_lowercase())) {
                self.complain(spec.id, "is in the footer");
            }
        }
    }

    fn visit(&mut self, way: &Way, everything: bool) -> bool {
        if !self.reach(way) {
            return false;
        }
        let own = |s: &&CommandSpec| {
            s.scopes.contains(&way.to)
                || (everything && s.lives_in(way.to.chain(false)) && !s.id.starts_with("app.goto"))
        };
        let left = ["app.quit", "app.keymap", "app.redraw"];
        for spec in ALL.iter().filter(own).filter(|s| !left.contains(&s.id)) {
            if spec.permitted(&self.grants) {
                self.takes(spec);
            } else {
                self.refuses(spec);
            }
            let stands = self.bench.place() == way.to && self.bench.dialogs() == 0;
            // The last row of a list may be gone.
            if !stands && !self.reach(way) {
                return true;
            }
        }
        self.home();
        true
    }
}

#[test]
fn every_screen_has_a_way() {
    let fields = [Scope::Global, Scope::List, Scope::Text, Scope::Dialog];
    for scope in Scope::ALL.iter().filter(|s| !fields.contains(s)) {
        assert!(WAYS.iter().any(|w| w.to == *scope), "{}", scope.name());
    }
    for spec in ALL.iter().filter(|s| s.id.starts_with("app.goto-")) {
        assert!(WAYS.iter().any(|w| w.steps[0] == spec.id), "{}", spec.id);
    }
}

#[test]
fn every_role_acts_or_is_refused_in_words_on_every_screen() {
    let house = House::new();
    let mut reached: BTreeSet<Scope> = BTreeSet::new();
    let mut complaints: Vec<String> = Vec::new();
    // The provider comes first: what the others do gives items to whoever stands first.
    let mut roles = Role::ALL.to_vec();
    roles.sort_by_key(|r| *r != Role::Provider);
    for role in roles {
        let mut seat = Seat::new(&house, house.user(role));
        for way in WAYS {
            let lists = [Scope::Home, Scope::Queue, Scope::Chart, Scope::Letters];
            let everything = role == Role::Supervisor && lists.contains(&way.to);
            if seat.visit(way, everything) {
                reached.insert(way.to);
            }
        }
        let said = seat.complaints.iter();
        complaints.extend(said.map(|c| format!("{}: {c}", role.name())));
        assert!(seat.refused > 0, "{}", role.name());
        let works = seat.grants.of(Permission::OpenChart) > Grant::No;
        assert_eq!(seat.ran > 20, works, "{}: {}", role.name(), seat.ran);
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    let fields = [Scope::Global, Scope::List, Scope::Text, Scope::Dialog];
    for scope in Scope::ALL.iter().filter(|s| !fields.contains(s)) {
        assert!(reached.contains(scope), "{} was not reached", scope.name());
    }
}

#[test]
fn what_was_asked_was_asked_in_a_review_and_most_reviews_ask_nothing() {
    let house = House::of("80");
    let (office, actor) = (&house.session.office, &house.session.actor);
    let mut asked = 0;
    for row in office.queries(actor, None, 100).unwrap() {
        if row.query.asked.is_none() {
            continue;
        }
        asked += 1;
        let review = office.stay_review(actor, row.query.encounter).unwrap();
        assert!(
            review.reviews.iter().any(|r| r.signed.is_some()),
            "{}",
            row.query.id
        );
    }
    assert!(asked > 0);
    let to = office.today();
    let ask = crate::domain::cdi_figures::CdiAsk {
        from: office.cdi_from(to),
        to,
        by: crate::domain::cdi_figures::CdiBy::Total,
    };
    let rate = crate::domain::cdi_figures::CdiMeasure::QueryRate;
    let rows = office.cdi_behind(actor, &ask, rate, "").unwrap();
    let with: i64 = rows.iter().map(|r| r.part.numerator).sum();
    let all: i64 = rows.iter().map(|r| r.part.denominator).sum();
    assert!(all > with, "{with} of {all}");
    let unlooked = office.counts(actor).unwrap().cdi.unwrap().unlooked;
    assert_eq!(unlooked, 0);
}
