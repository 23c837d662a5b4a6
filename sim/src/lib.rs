//! A deterministic discrete-event engine.

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
