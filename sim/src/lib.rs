//! A deterministic discrete-event engine: clocks that go wrong, links that fail, runs that repeat to the bit.
//!
//! ```text
//!   system A (clock: 2 s fast)             system B (clock: drifts)
//!   ┌───────────────┐                      ┌───────────────┐
//!   │ node  client  │──── link, 3 ms ──────│ node  server  │
//!   └───────────────┘     rules: lose,     └───────────────┘
//!                         hold, corrupt …
//! ```
//!
//! A model is made of **nodes**: state machines that handle one [`Event`] at a time and speak through a [`Context`].
//! Nodes live on **systems**; each system has a [`Clock`] of its own, and a node sees no other time than that. What
//! nodes send each other crosses **links**, which take time ([`Latency`]) and may fail. Faults are values, not code in
//! the model: a [`Rule`] says which messages it is about and what becomes of them, an [`Action`] changes a clock, a
//! node or the rules at a set time.
//!
//! What it promises:
//!
//! * **Runs repeat.** Time is in whole nanoseconds, events are ordered by (time, sequence number), and there is no
//!   thread, wall clock, hash iteration or floating point in a run. Equal worlds and seeds give equal
//!   [fingerprints](Simulation::fingerprint).
//! * **Luck is local.** Each node draws from a [`Stream`] of its own for each purpose, and so do links and rules: one
//!   draw more in one place shifts none in another.
//! * **A clone is a checkpoint.** A [`Simulation`] is a value. A fork untouched ends as the original does.
//! * **Timers believe their clocks.** A timer fires at the first nanosecond at which its system's clock shows its
//!   time, through drift, steps, freezes and slews.
//! * **Watching is free of effect.** An [`Observer`] sees each [`Entry`] with what caused it, and changes nothing.
//! * **Differences are found.** [`first_difference`] names the first event at which two runs part.
//!
//! ```
//! use sim::*;
//!
//! #[derive(Clone)]
//! struct Text(Vec<u8>);
//!
//! impl Message for Text {
//!     fn kind(&self) -> &'static str { "text" }
//!     fn bytes(&self) -> &[u8] { &self.0 }
//!     fn with_bytes(&self, bytes: Vec<u8>) -> Self { Text(bytes) }
//! }
//!
//! /// Answers what it gets, and remembers when that was.
//! #[derive(Clone, Default)]
//! struct Echo { heard: Vec<LocalTime> }
//!
//! impl Node for Echo {
//!     type Message = Text;
//!     type Timer = NodeId; // as an input: whom to call
//!     type Note = ();
//!
//!     fn handle(&mut self, event: Event<Text, NodeId>, context: &mut Context<'_, Self>) {
//!         match event {
//!             Event::Input(other) => _ = context.send(other, Text(b"hello".to_vec())),
//!             Event::Message { from, message } => {
//!                 self.heard.push(context.now());
//!                 if self.heard.len() < 3 { context.send(from, message); }
//!             }
//!             _ => {}
//!         }
//!     }
//! }
//!
//! let mut builder = Builder::new(42, Time::from_secs(0));
//! let a = builder.system("A", Clock::skewed(Span::from_secs(2)));
//! let b = builder.system("B", Clock::ideal());
//! let client = builder.node("client", a, Echo::default());
//! let server = builder.node("server", b, Echo::default());
//! builder.link("wire", client, server, Latency::Fixed(Span::from_millis(3)));
//! builder.input(At::True(Time::from_secs(1)), client, server);
//!
//! let mut simulation = builder.build()?;
//! assert_eq!(simulation.run(&mut ()), Stop::Idle);
//! let heard = simulation.node(client).map(|client| client.heard[0]);
//! assert_eq!(heard, Some(LocalTime::from_secs(3) + Span::from_millis(6)));
//! # Ok::<(), BuildError>(())
//! ```
//!
//! The examples beside this crate show one thing each: `lossy_ping`, `clock_step`, `fork`, `find_difference` and
//! `faults_as_data`.

mod action;
mod builder;
mod clock;
mod context;
mod difference;
mod fault;
mod fingerprint;
mod latency;
mod node;
mod observe;
mod queue;
mod random;
mod simulation;
mod state;
mod time;

pub use action::{Action, At, Condition, Which};
pub use builder::{BuildError, Builder};
pub use clock::{Clock, ClockChange};
pub use context::Context;
pub use difference::{Difference, first_difference};
pub use fault::{Answer, Corruption, Match, Offset, Ordinal, Rule};
pub use fingerprint::{Fingerprint, Ladder};
pub use latency::{Bucket, Latency};
pub use node::{Event, LinkId, Message, Node, NodeId, SystemId, TimerId};
pub use observe::{Entry, Loss, Observer, What};
pub use queue::QueueKind;
pub use random::Stream;
pub use simulation::{Limits, Simulation, Stop};
pub use time::{LocalTime, Span, Time};
