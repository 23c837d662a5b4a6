//! Timers are set by clocks that go wrong, and fire when those clocks say so.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::*;
use proptest::prelude::*;
use sim::*;

fn rings(builder: Builder<Actor>) -> Vec<(i64, Saw)> {
    diary(builder, A)
}

fn clock(change: ClockChange) -> Action {
    Action::Clock(SYSA, change)
}

#[test]
fn step_forwards_past_a_timer_fires_it_at_once() {
    let mut builder = two();
    builder.input(at(0), A, Do::Alarm(local(1_000), "alarm"));
    builder.action(at(400), clock(ClockChange::Step(ms(5_000))));
    let mut simulation = builder.build().expect("a sound world");
    simulation.run(&mut ());
    assert_eq!(seen(&simulation, A), [(5_400, Saw::Ring("alarm"))]);
    assert_eq!(simulation.now(), Time::from_nanos(0) + ms(400));
}

#[test]
fn step_backwards_puts_a_timer_off() {
    let mut builder = two();
    builder.input(at(0), A, Do::Alarm(local(1_000), "alarm"));
    builder.action(at(999), clock(ClockChange::Step(ms(-300))));
    let mut simulation = builder.build().expect("a sound world");
    simulation.run(&mut ());
    assert_eq!(seen(&simulation, A), [(1_000, Saw::Ring("alarm"))]);
    assert_eq!(simulation.now(), Time::from_nanos(0) + ms(1_300));
}

#[test]
fn frozen_clock_stops_its_timers_until_it_thaws() {
    let mut builder = two();
    builder.input(at(0), A, Do::Alarm(local(1_000), "alarm"));
    builder.action(at(600), clock(ClockChange::Freeze));
    let mut simulation = builder.clone().build().unwrap();
    assert_eq!(simulation.run(&mut ()), Stop::Idle);
    assert_eq!(seen(&simulation, A), []);
    assert_eq!(simulation.pending(), 1);
    builder.action(at(2_000), clock(ClockChange::Thaw));
    assert_eq!(rings(builder), [(1_000, Saw::Ring("alarm"))]);
}

#[test]
fn timer_cancelled_on_a_frozen_clock_leaves_nothing_behind() {
    let mut builder = two();
    builder.action(at(1), clock(ClockChange::Freeze));
    builder.input(at(2), A, Do::Alarm(local(1_000), "alarm"));
    builder.input(at(3), A, Do::Cancel);
    builder.input(at(4), A, Do::Cancel);
    let mut simulation = builder.build().expect("a sound world");
    assert_eq!(simulation.run(&mut ()), Stop::Idle);
    assert_eq!(seen(&simulation, A), [(1, Saw::Cancelled(true)), (1, Saw::Cancelled(false))]);
    assert_eq!(simulation.pending(), 0);
}

#[test]
fn timers_overtaken_by_a_step_fire_in_the_order_of_their_times() {
    let mut builder = two();
    for (millis, text) in [(900, "c"), (700, "a"), (800, "b"), (700, "a2")] {
        builder.input(at(0), A, Do::Alarm(local(millis), text));
    }
    builder.action(at(100), clock(ClockChange::Set(local(2_000))));
    let texts = rings(builder).into_iter().map(|(_, saw)| saw);
    assert_eq!(texts.collect::<Vec<_>>(), ["a", "a2", "b", "c"].map(Saw::Ring));
}

#[test]
fn one_system_does_not_feel_the_clock_of_another() {
    let mut builder = two();
    builder.input(at(0), B, Do::Alarm(local(50), "alarm"));
    builder.action(at(10), clock(ClockChange::Step(ms(5_000))));
    assert_eq!(diary(builder, B), [(50, Saw::Ring("alarm"))]);
}

#[test]
fn inputs_and_actions_can_follow_a_clock_too() {
    let mut builder = two();
    builder.input(At::Local(SYSA, local(100)), B, Do::Ring("by the clock of a"));
    builder.action(at(10), clock(ClockChange::Step(ms(60))));
    builder.action(At::Local(SYSB, local(20)), Action::Node(A, Condition::Stopped));
    let mut simulation = builder.build().expect("a sound world");
    simulation.run(&mut ());
    assert_eq!(seen(&simulation, B), [(40, Saw::Ring("by the clock of a"))]);
    assert_eq!(simulation.condition(A), Condition::Stopped);
}

#[test]
fn rearmed_timer_names_the_change_that_moved_it() {
    let mut builder = two();
    builder.input(at(0), A, Do::Alarm(local(1_000), "alarm"));
    builder.action(at(400), clock(ClockChange::Step(ms(100))));
    let lines = lines(&mut builder.build().expect("a sound world"));
    assert_eq!(lines[2], "3 @0 0 <- [] input");
    assert_eq!(lines[3], "4 @400 - <- [] clock Step(Span(100000000))");
    assert_eq!(lines[4], "5 @900 0 <3 [4] timer 1000");
}

#[test]
fn an_ideal_clock_and_changes_that_change_nothing_give_the_same_events() {
    let run = |still: bool| {
        let mut builder = two();
        builder.input(at(0), A, Do::Chatter(B, ms(3)));
        builder.limits(Limits { events: 500, ..Limits::default() });
        if still {
            builder.action(at(50), clock(ClockChange::Step(Span::ZERO)));
            builder.action(at(60), clock(ClockChange::Slew(1_000)));
        }
        let mut simulation = builder.build().expect("a sound world");
        simulation.run(&mut ());
        seen(&simulation, B)[..100].to_vec()
    };
    assert_eq!(run(false), run(true));
}

fn change() -> impl Strategy<Value = ClockChange> {
    prop_oneof![
        (-400_i64..400).prop_map(|n| ClockChange::Step(Span::from_nanos(n))),
        (-100_i64..2_000).prop_map(|n| ClockChange::Set(LocalTime::from_nanos(n))),
        (-999_999_999_i64..1_000_000_000).prop_map(ClockChange::Drift),
        Just(ClockChange::Freeze),
        Just(ClockChange::Thaw),
        (1_i64..1_000_000_000).prop_map(ClockChange::Slew),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever happens to the clock, the timer fires at the first nanosecond at which the clock shows its time,
    /// found here by looking at the clock every nanosecond.
    #[test]
    fn timer_fires_at_the_first_nanosecond(
        mut changes in prop::collection::vec((1_i64..900, change()), 0..5),
        wanted in 1_i64..1_200,
    ) {
        changes.sort_by_key(|(at, _)| *at);
        changes.dedup_by_key(|(at, _)| *at);
        let mut builder = two();
        builder.input(At::True(Time::from_nanos(0)), A, Do::Alarm(LocalTime::from_nanos(wanted), "alarm"));
        for (at, change) in &changes {
            builder.action(At::True(Time::from_nanos(*at)), clock(*change));
        }
        let mut simulation = builder.build().expect("a sound world");
        let mut fired = None;
        let mut watch = |entry: &Entry<'_, Actor>| {
            if let What::TimerFired { .. } = entry.what {
                fired = Some(entry.time.nanos());
            }
        };
        simulation.run_until(Time::from_nanos(5_000), &mut watch);

        let mut model = Clock::ideal();
        let mut first = None;
        let mut coming = changes.iter().peekable();
        for nanos in 0..=5_000 {
            let now = Time::from_nanos(nanos);
            // A reading shows the time both before and after a change at the same nanosecond.
            let mut reached = model.read(now).nanos() >= wanted;
            while let Some((_, change)) = coming.next_if(|(at, _)| *at == nanos) {
                model.change(now, *change);
                reached |= model.read(now).nanos() >= wanted;
            }
            if reached {
                first = Some(nanos);
                break;
            }
        }
        // An alarm due at the nanosecond of a change is behind that change in the order, and may be put off by it.
        let put_off = first.is_some_and(|first| changes.iter().any(|(at, _)| *at == first));
        prop_assert!(fired == first || put_off, "fired {fired:?}, first {first:?}");
    }
}
