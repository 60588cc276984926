//! Workers: two that read, one that writes in the order of the asking.
//!
//! A question whose answer would be dropped anyway is dropped before it is asked: a newer one of
//! the same screen and slot takes its place in the queue. A search under way is told that nobody
//! waits for it any more, and ends. Changes are never replaced.

use super::{Background, Wake};
use crate::domain::awaited::Awaited;
use crate::tui::app::Ticket;
use crate::tui::desk::{Desk, Notice, Request};
use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Threads that read.
const READERS: usize = 2;

#[derive(Default)]
struct Queue {
    jobs: VecDeque<(Ticket, Request)>,
    running: Vec<(Ticket, Awaited)>,
    closed: bool,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // A queue is right whoever panicked while holding it.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// Waits until nothing is under way or queued.
    fn rest(&self, until: Instant) {
        let mut queue = self.lock();
        while (!queue.running.is_empty() || !queue.jobs.is_empty()) && Instant::now() < until {
            let left = until.saturating_duration_since(Instant::now());
            queue = self
                .changed
                .wait_timeout(queue, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

/// The worker threads of a session.
pub struct Workers {
    reads: Arc<Shared>,
    writes: Arc<Shared>,
    threads: Vec<Background>,
}

impl Workers {
    /// Starts them.
    ///
    /// # Errors
    /// A thread cannot be started.
    pub fn start(desk: Arc<dyn Desk>, send: Sender<Wake>) -> io::Result<Self> {
        let mut workers = Self {
            reads: Arc::default(),
            writes: Arc::default(),
            threads: Vec::with_capacity(READERS + 1),
        };
        for _ in 0..READERS {
            let reader = spawn("reader", &workers.reads, &desk, &send)?;
            workers.threads.push(reader);
        }
        let writer = spawn("writer", &workers.writes, &desk, &send)?;
        workers.threads.push(writer);
        Ok(workers)
    }

    /// Queues a question; gives those it takes the place of, which nobody will answer.
    pub fn ask(&self, ticket: Ticket, mut request: Request) -> usize {
        let keeps_all = ticket.slot.keeps_all();
        let shared = if keeps_all { &self.writes } else { &self.reads };
        let mut queue = shared.lock();
        let before = queue.jobs.len();
        if !keeps_all {
            let same = |t: &Ticket| (t.screen, t.slot) == (ticket.screen, ticket.slot);
            queue.jobs.retain(|(t, _)| !same(t));
            let overtaken = queue.running.iter().filter(|(t, _)| same(t));
            overtaken.for_each(|(_, awaited)| awaited.no_longer());
        }
        let replaced = before - queue.jobs.len();
        if let Request::Search(ask) = &mut request {
            ask.request.awaited = Awaited::until_told();
        }
        queue.jobs.push_back((ticket, request));
        drop(queue);
        shared.changed.notify_one();
        replaced
    }

    /// Waits for writes, lets the threads end, and waits for them. Questions that nobody began to
    /// answer are forgotten, and searches end; a question that takes longer than anybody waits is
    /// left to the end of the process.
    pub fn finish(&mut self, at_most: Duration) {
        let until = Instant::now() + at_most;
        self.writes.rest(until);
        let mut reads = self.reads.lock();
        reads.jobs.clear();
        reads
            .running
            .iter()
            .for_each(|(_, awaited)| awaited.no_longer());
        drop(reads);
        for shared in [&self.reads, &self.writes] {
            shared.lock().closed = true;
            shared.changed.notify_all();
        }
        for thread in &mut self.threads {
            thread.has_ended(until.saturating_duration_since(Instant::now()));
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.finish(Duration::ZERO);
    }
}

fn spawn(
    name: &str,
    shared: &Arc<Shared>,
    desk: &Arc<dyn Desk>,
    send: &Sender<Wake>,
) -> io::Result<Background> {
    let (shared, desk, send) = (Arc::clone(shared), Arc::clone(desk), send.clone());
    Background::start(name, move || work(&shared, desk.as_ref(), &send))
}

fn work(shared: &Shared, desk: &dyn Desk, send: &Sender<Wake>) {
    loop {
        let mut queue = shared.lock();
        let (ticket, request) = loop {
            if let Some(job) = queue.jobs.pop_front() {
                break job;
            }
            if queue.closed {
                return;
            }
            queue = shared
                .changed
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
        };
        let awaited = match &request {
            Request::Search(ask) => ask.request.awaited.clone(),
            _ => Awaited::default(),
        };
        queue.running.push((ticket, awaited));
        drop(queue);
        // One broken answer must not end the session.
        let answer = catch_unwind(AssertUnwindSafe(|| desk.answer(request)));
        let result = answer.unwrap_or_else(|_| {
            Err(Notice {
                what: "Something in the program broke while answering".to_owned(),
                kept: "Nothing was changed".to_owned(),
                next: "Try again; if it stays so, restart".to_owned(),
                refused: false,
                soon: false,
                turn: None,
            })
        });
        let heard = send.send(Wake::Done(ticket, result)).is_ok();
        shared.lock().running.retain(|(t, _)| *t != ticket);
        shared.changed.notify_all();
        if !heard {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::search::SearchRequest;
    use crate::domain::time::Instant as Moment;
    use crate::tui::app::{ScreenId, Slot};
    use crate::tui::desk::Reply;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::{Receiver, channel};
    use std::thread;

    /// A desk whose answers wait until they may go on.
    struct Held {
        began: Mutex<Sender<()>>,
        go_on: Mutex<Receiver<()>>,
        answered: AtomicUsize,
    }

    impl Desk for Held {
        fn answer(&self, _: Request) -> Result<Reply, Notice> {
            self.began.lock().unwrap().send(()).unwrap();
            self.go_on.lock().unwrap().recv().unwrap();
            (0..1_000).for_each(|_| thread::yield_now());
            self.answered.fetch_add(1, Ordering::SeqCst);
            Ok(Reply::Remembered)
        }
        fn now(&self) -> Moment {
            crate::tui::app::testing::now()
        }
    }

    #[test]
    fn questions_under_way_end_before_the_session_and_those_replaced_are_counted() {
        let (began, has_begun) = channel();
        let (go_on, may_go_on) = channel();
        let desk = Arc::new(Held {
            began: Mutex::new(began),
            go_on: Mutex::new(may_go_on),
            answered: AtomicUsize::new(0),
        });
        let (send, _heard) = channel();
        let mut workers = Workers::start(Arc::clone(&desk) as Arc<dyn Desk>, send).unwrap();
        let ask = |slot, generation| {
            let ticket = Ticket {
                screen: ScreenId(1),
                slot,
                generation,
            };
            workers.ask(ticket, Request::Counts)
        };
        assert_eq!((ask(Slot::Counts, 1), ask(Slot::Rows, 2)), (0, 0));
        has_begun.recv().unwrap();
        has_begun.recv().unwrap();
        assert_eq!((ask(Slot::Text, 3), ask(Slot::Text, 4)), (0, 1));
        go_on.send(()).unwrap();
        go_on.send(()).unwrap();
        // Should a reader take the third question up, it goes on, too.
        go_on.send(()).unwrap();
        workers.finish(Duration::from_secs(60));
        let answered = desk.answered.load(Ordering::SeqCst);
        assert!(answered >= 2, "{answered}");
        // Who is last to hold the store closes it: that must not be a thread nobody waits for.
        assert_eq!(Arc::strong_count(&desk), 1);
    }

    /// A desk that searches until nobody waits any more.
    struct Endless(Mutex<Sender<()>>);

    impl Desk for Endless {
        fn answer(&self, request: Request) -> Result<Reply, Notice> {
            self.0.lock().unwrap().send(()).unwrap();
            if let Request::Search(ask) = request {
                while ask.request.text.raw() == "long" && !ask.request.awaited.is_over() {
                    thread::yield_now();
                }
            }
            Ok(Reply::Remembered)
        }
        fn now(&self) -> Moment {
            crate::tui::app::testing::now()
        }
    }

    #[test]
    fn a_search_under_way_ends_when_the_same_screen_asks_for_something_else() {
        let (began, has_begun) = channel();
        let (send, heard) = channel();
        let desk = Arc::new(Endless(Mutex::new(began)));
        let mut workers = Workers::start(desk, send).unwrap();
        let ask = |workers: &Workers, screen, generation, text: &str| {
            let ticket = Ticket {
                screen: ScreenId(screen),
                slot: Slot::Rows,
                generation,
            };
            let request = SearchRequest::new(text.into(), 0);
            workers.ask(ticket, Request::Search(request.into()));
            has_begun.recv().unwrap();
        };
        ask(&workers, 1, 1, "long");
        // Another screen's question is no reason to end.
        ask(&workers, 2, 2, "short");
        assert!(matches!(heard.recv().unwrap(), Wake::Done(t, _) if t.generation == 2));
        ask(&workers, 1, 3, "short");
        let ended = [heard.recv().unwrap(), heard.recv().unwrap()];
        let ended =
            ended.map(|wake| matches!(wake, Wake::Done(t, _) if [1, 3].contains(&t.generation)));
        assert_eq!(ended, [true, true]);
        ask(&workers, 1, 4, "long");
        workers.finish(Duration::from_secs(60));
        assert!(workers.reads.lock().running.is_empty());
    }
}
