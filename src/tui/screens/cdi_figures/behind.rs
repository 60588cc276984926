//! What a figure is made of: its queries, or its stays.

use crate::command::{Command, Facts, Scope};
use crate::domain::cdi_figures::{CdiAsk, CdiBy, CdiMeasure, CdiPartRow, CdiRate};
use crate::domain::ids::{EncounterId, QueryId};
use crate::text::{Shown, show};
use crate::tui::app::{Context, Dialog, Level, Outcome, Place, Screen, SharedList, Slot};
use crate::tui::desk::{QueriesAsk, Reply, Request};
use crate::tui::screens::listing::{Listed, Listing, Look, Plan, Split, View, column};
use crate::tui::screens::queries;
use crate::tui::widgets::{Align, Canvas, RowView};
use ratatui::layout::Rect;

/// Queries of a stay read at a time.
const OF_STAY: usize = 200;

static PLAN: Plan<CdiPartRow> = Plan {
    what: "rows",
    views: &[
        View {
            title: "All",
            holds: Some(|_| true),
        },
        View {
            title: "Counted",
            holds: Some(|r| r.part.numerator > 0),
        },
        View {
            title: "Not counted",
            holds: Some(|r| r.part.numerator == 0),
        },
    ],
    sorts: &[],
    marks: false,
    split: Split::NONE,
};

impl Listed for CdiPartRow {
    type Key = (EncounterId, Option<QueryId>);

    fn key(&self) -> Self::Key {
        (self.part.encounter, self.part.query)
    }

    fn haystack(&self) -> String {
        let texts = [
            &self.visit,
            &self.mrn,
            &self.patient_name,
            &self.provider_name,
            &self.title,
        ];
        texts.map(|t| show(t).into_string()).join(" ")
    }
}

/// The list behind a figure.
pub(super) struct Behind {
    ask: CdiAsk,
    measure: CdiMeasure,
    key: String,
    name: Shown,
    list: Listing<CdiPartRow>,
    /// The query to show once the queries of its stay are read.
    wanted: Option<QueryId>,
}

impl Behind {
    pub fn new(ask: CdiAsk, measure: CdiMeasure, key: &str, name: &Shown) -> Self {
        Self {
            ask,
            measure,
            key: key.to_owned(),
            name: name.clone(),
            list: Listing::new(&PLAN),
            wanted: None,
        }
    }

    fn load(&self) -> Outcome {
        Outcome::done().ask(Request::CdiBehind {
            ask: self.ask,
            measure: self.measure,
            key: self.key.clone(),
        })
    }

    /// Reads the query, or opens the chart of a stay.
    fn open(&mut self) -> Outcome {
        let Some(row) = self.list.row() else {
            return Outcome::done();
        };
        let Some(query) = row.part.query else {
            return self.open_chart();
        };
        let encounter = Some(row.part.encounter);
        self.wanted = Some(query);
        Outcome::done().ask_in(
            Slot::Other(2),
            Request::Queries(QueriesAsk {
                encounter,
                limit: OF_STAY,
                ..QueriesAsk::default()
            }),
        )
    }

    fn open_chart(&self) -> Outcome {
        match self.list.row() {
            Some(row) => Outcome::done().goto(Place::Chart {
                encounter: row.part.encounter,
                document: None,
                words: Vec::new(),
            }),
            None => Outcome::done(),
        }
    }
}

impl Screen for Behind {
    fn scope(&self) -> Scope {
        Scope::CdiFigures
    }

    fn facts(&self, facts: &mut Facts) {
        self.list.facts(facts);
        facts.chart = self.list.row().is_some();
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        let of = if self.ask.by == CdiBy::Total {
            String::new()
        } else {
            format!(" of {}", self.name)
        };
        Shown::own(format!(
            "BEHIND {}{of} {}",
            self.measure.title().to_uppercase(),
            self.list.numbers()
        ))
    }

    fn hints(&self) -> Vec<Command> {
        self.list.hints().unwrap_or_else(|| {
            vec![
                Command::Open,
                Command::OpenChart,
                Command::NextPane,
                Command::Filter,
                Command::Back,
            ]
        })
    }

    fn shared(&self) -> Option<&dyn SharedList> {
        Some(&self.list)
    }

    fn shared_mut(&mut self) -> Option<&mut dyn SharedList> {
        Some(&mut self.list)
    }

    fn opened(&mut self, _: &Context<'_>) -> Outcome {
        self.load()
    }

    fn returned(&mut self, _: &Context<'_>, changed: bool) -> Outcome {
        if changed {
            self.load()
        } else {
            Outcome::done()
        }
    }

    fn own(&mut self, command: &Command, _: &Context<'_>) -> Outcome {
        match command {
            Command::Open => self.open(),
            Command::OpenChart => self.open_chart(),
            _ => Outcome::ignored(),
        }
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::CdiBehind(rows) => {
                self.list.arrived(rows, false, context.body);
                Outcome::done()
            }
            Reply::Queries(rows) => {
                let wanted = self.wanted.take();
                let Some(row) = rows.iter().find(|r| Some(r.query.id) == wanted) else {
                    return Outcome::done().say(Level::Info, "the query cannot be read");
                };
                let title = Shown::own(format!("Query {}", row.query.id));
                let pager = queries::pager(row, &context.session.zone);
                Outcome::done().open(Dialog::read(title, pager))
            }
            _ => Outcome::done(),
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let look = Look {
            columns: &[
                column("COUNTS", 6, 0, Align::Left),
                column("QUERY", 5, 0, Align::Right),
                column("MRN", 9, 0, Align::Ends),
                column("PATIENT", 14, 1, Align::Left),
                column("PROVIDER", 12, 1, Align::Left),
                column("ISSUED", 10, 0, Align::Left),
                column("HOURS", 6, 0, Align::Right),
                column("TITLE", 6, 2, Align::Left),
            ],
            identity: 4,
            empty: format!(
                "Nothing is counted here. {} shows the others.",
                (context.keys)(&Command::NextPane)
            ),
        };
        let zone = &context.session.zone;
        self.list.render(canvas, area, context, &look, |row| {
            let part = &row.part;
            let counts = match (part.denominator, part.numerator) {
                (1, 0) => "no".to_owned(),
                (1, 1) => "yes".to_owned(),
                (below, above) => format!("{above}/{below}"),
            };
            let hours = CdiRate {
                median_minutes: part.minutes,
                ..CdiRate::default()
            };
            let hours = part.minutes.map_or(String::new(), |_| {
                let told = hours.told(CdiMeasure::ResponseHours);
                told.trim_end_matches(" h").to_owned()
            });
            let query = part.query.map_or(String::new(), |q| q.to_string());
            let issued = row
                .issued
                .map_or(String::new(), |at| at.day(zone).to_string());
            let cell = |text: String| (Shown::own(text), "text");
            RowView {
                cells: vec![
                    cell(counts),
                    cell(query),
                    (show(&row.mrn), "text"),
                    (show(&row.patient_name), "text"),
                    (show(&row.provider_name), "text"),
                    cell(issued),
                    cell(hours),
                    (show(&row.title), "dim"),
                ],
                marked: false,
            }
        });
    }
}
