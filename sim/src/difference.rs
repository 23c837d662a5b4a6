//! Where two runs part: the first event that differs, found from their ladders.

use crate::node::Node;
use crate::simulation::Simulation;

/// Two runs at the point where they part.
#[derive(Clone)]
pub struct Difference<N: Node> {
    /// The number of the first event that differs, counted from 1.
    pub event: u64,
    /// The first run, about to run that event. Step it with an observer to see what it does.
    pub a: Simulation<N>,
    /// The second run, at the same point.
    pub b: Simulation<N>,
}

/// Finds the first event at which two runs differ; `None` if they never do.
///
/// Each run is made twice. The first time it runs to its end (or its limit of events), and bisection over the two
/// ladders finds the last rung on which both agree. The second time it runs to that rung, is checkpointed there, and
/// goes on step by step. So a difference in a run of n events costs two runs and about n/512 steps, and little memory.
///
/// ```
/// # use sim::*;
/// # #[derive(Clone)] struct Letter;
/// # impl Message for Letter {
/// #     fn kind(&self) -> &'static str { "letter" }
/// #     fn bytes(&self) -> &[u8] { &[] }
/// #     fn with_bytes(&self, _: Vec<u8>) -> Self { Letter }
/// # }
/// # #[derive(Clone)] struct Dice;
/// # impl Node for Dice {
/// #     type Message = Letter; type Timer = (); type Note = ();
/// #     fn handle(&mut self, _: Event<Letter, ()>, context: &mut Context<'_, Self>) {
/// #         let pause = context.random("dice").below(6) as i64;
/// #         context.set_timer_in(Span::from_secs(1 + pause), ());
/// #     }
/// # }
/// let run = |seed| {
///     let mut builder = Builder::new(seed, Time::from_secs(0));
///     let system = builder.system("SYSA", Clock::ideal());
///     builder.node("dice", system, Dice);
///     builder.limits(Limits { events: 10_000, ..Limits::default() });
///     builder.build()
/// };
/// assert!(first_difference(|| run(1), || run(1))?.is_none());
/// let difference = first_difference(|| run(1), || run(2))?.expect("other dice");
/// assert!(difference.event > 1); // the start of the node is the same
/// # Ok::<(), BuildError>(())
/// ```
///
/// # Errors
/// Whatever making a run returns.
pub fn first_difference<N: Node, E>(
    mut make_a: impl FnMut() -> Result<Simulation<N>, E>,
    mut make_b: impl FnMut() -> Result<Simulation<N>, E>,
) -> Result<Option<Difference<N>>, E> {
    let (mut a, mut b) = (make_a()?, make_b()?);
    a.run(&mut ());
    b.run(&mut ());
    if (a.events(), a.fingerprint()) == (b.events(), b.fingerprint()) {
        return Ok(None);
    }
    let common = a.ladder().agree_until(b.ladder());
    let (checkpoint_a, checkpoint_b) = (at(make_a()?, common), at(make_b()?, common));
    let (mut a, mut b) = (checkpoint_a.clone(), checkpoint_b.clone());
    let mut same = common;
    while (a.step(&mut ()), b.step(&mut ())) == (None, None) && a.fingerprint() == b.fingerprint() {
        same += 1;
    }
    let (a, b) = (at(checkpoint_a, same), at(checkpoint_b, same));
    Ok(Some(Difference { event: same + 1, a, b }))
}

/// The run after so many events.
fn at<N: Node>(mut simulation: Simulation<N>, events: u64) -> Simulation<N> {
    while simulation.events() < events && simulation.step(&mut ()).is_none() {}
    simulation
}
