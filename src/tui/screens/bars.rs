//! The queues behind bars of days: what came and what went on a day, what was owed at its end. The
//! rows of such a queue are as many as the bar says.

use crate::domain::ids::ProviderId;
use crate::domain::report::TrendDay;
use crate::domain::time::Instant;
use crate::domain::worklist::{Condition, QueueFilter, QueueTime, QueueView};
use crate::text::Shown;
use crate::tui::app::{Outcome, Place, QueueStart};
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A queue behind a bar.
pub struct Behind {
    /// What the bar is called beside others of its line.
    pub name: &'static str,
    /// What the queue is called.
    pub title: Shown,
    /// Its view.
    pub view: QueueView,
    /// Its conditions.
    pub filter: QueueFilter,
    /// What the bar counts.
    pub count: i64,
}

impl Behind {
    /// Opens it.
    pub fn go(self) -> Outcome {
        Outcome::done().goto(Place::Queue(QueueStart::Narrowed {
            title: self.title,
            view: self.view,
            filter: Box::new(self.filter),
        }))
    }
}

fn typed(condition: Condition) -> QueueFilter {
    QueueFilter {
        typed: Some(condition),
        ..QueueFilter::default()
    }
}

/// The queues of a day's flow (day, opened, closed, closed late), without the empty ones.
pub fn of_day(flow: (Date, i64, i64, i64), zone: &TimeZone) -> Vec<Behind> {
    let (day, opened, closed, late) = flow;
    let on = |what| Condition::on_day(what, day, zone);
    let of = |name, words: &str, view, condition, count| Behind {
        name,
        title: Shown::own(format!("{words} {day}")),
        view,
        filter: typed(condition),
        count,
    };
    let late_ones = Condition::All(vec![on(QueueTime::Closed), Condition::Late(true)]);
    let closed_ones = on(QueueTime::Closed);
    let mut all = vec![
        of(
            "opened",
            "Opened",
            QueueView::Every,
            on(QueueTime::Opened),
            opened,
        ),
        of("closed", "Closed", QueueView::Closed, closed_ones, closed),
        of(
            "closed late",
            "Closed late",
            QueueView::Closed,
            late_ones,
            late,
        ),
    ];
    all.retain(|behind| behind.count > 0);
    all
}

/// The queue of what was owed at the end of a day, by one provider or by all.
pub fn owed_at_end(day: &TrendDay, by: Option<ProviderId>, zone: &TimeZone) -> Behind {
    let at = Instant::end_of(day.day, zone);
    Behind {
        name: "owed",
        title: Shown::own(format!("Owed {}", day.day)),
        view: QueueView::Every,
        filter: typed(Condition::Owed { at, by }),
        count: day.figures.open,
    }
}
