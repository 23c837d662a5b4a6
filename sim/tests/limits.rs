//! Runs that would not end, and worlds that cannot be.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::*;
use sim::*;

#[test]
fn a_runaway_is_stopped_and_can_be_given_more() {
    for limit in [1, 2, 3, 50] {
        let mut simulation = lively(1, limit).build().unwrap();
        assert_eq!(simulation.run(&mut ()), Stop::Events);
        assert_eq!(simulation.step(&mut ()), Some(Stop::Events));
        assert_eq!(simulation.events(), limit);
        simulation.set_limits(Limits { events: limit + 10, ..Limits::default() });
        assert_eq!(simulation.run(&mut ()), Stop::Events);
        assert_eq!(simulation.events(), limit + 10);
    }
}

#[test]
fn reaching_the_limit_with_nothing_left_is_the_end() {
    let mut builder = two();
    builder.limits(Limits { events: 2, ..Limits::default() });
    assert_eq!(builder.build().unwrap().run(&mut ()), Stop::Idle);
}

#[test]
fn time_stops_where_it_was_told_to() {
    let mut builder = two();
    builder.input(at(10), A, Do::Ring("ten"));
    let mut simulation = builder.build().unwrap();
    for (millis, stop, rung) in [(9, Stop::Until, 0), (10, Stop::Idle, 1), (11, Stop::Idle, 1)] {
        let until = Time::from_nanos(0) + ms(millis);
        assert_eq!(simulation.run_until(until, &mut ()), stop);
        assert_eq!(simulation.now(), until);
        assert_eq!(seen(&simulation, A).len(), rung);
    }
    // What is scheduled for the past happens now.
    simulation.input(at(5), A, Do::Ring("late"));
    assert_eq!(simulation.run(&mut ()), Stop::Idle);
    assert_eq!(seen(&simulation, A), [(10, Saw::Ring("ten")), (11, Saw::Ring("late"))]);
}

#[test]
fn a_tap_or_rule_that_keeps_too_much_ends_the_run() {
    for answer in [Answer::Hold, Answer::Tap("tap".to_owned())] {
        let mut builder = lively(1, 10_000);
        builder.rule(Rule { name: "keep".to_owned(), matching: Match::default(), answer });
        builder.limits(Limits { stored: 20, ..Limits::default() });
        let mut simulation = builder.build().unwrap();
        assert_eq!(simulation.run(&mut ()), Stop::Full);
        assert_eq!(simulation.run(&mut ()), Stop::Full);
    }
}

#[test]
fn the_ends_of_time_hold() {
    let mut builder = two();
    builder.input(At::True(Time::MAX), A, Do::Send(B, letter(&[1])));
    builder.input(At::True(Time::MIN), A, Do::Alarm(LocalTime::MAX, "never ends"));
    builder.input(at(0), A, Do::Alarm(LocalTime::MIN, "long ago"));
    let mut simulation = builder.build().unwrap();
    assert_eq!(simulation.run(&mut ()), Stop::Idle);
    assert_eq!(simulation.now(), Time::MAX);
    assert_eq!(simulation.node(A).unwrap().diary.len(), 3);
    assert_eq!(simulation.node(B).unwrap().diary.len(), 2);
}

#[test]
fn unsound_worlds_are_refused() {
    let nobody = NodeId::from_index(9);
    let nowhere = SystemId::from_index(9);
    let error = |change: fn(&mut Builder<Actor>, NodeId, SystemId)| {
        let mut builder = two();
        change(&mut builder, nobody, nowhere);
        builder.build().err()
    };
    assert_eq!(
        error(|b, _, _| _ = b.node("a", SYSA, Actor::default())),
        Some(BuildError::DuplicateName("a".to_owned()))
    );
    assert_eq!(
        error(|b, _, _| _ = b.system("SYSB", Clock::ideal())),
        Some(BuildError::DuplicateName("SYSB".to_owned()))
    );
    assert_eq!(
        error(|b, _, _| _ = b.link("second", B, A, Latency::ZERO)),
        Some(BuildError::DuplicateLink("second".to_owned()))
    );
    assert_eq!(
        error(|b, n, _| _ = b.link("loose", A, n, Latency::ZERO)),
        Some(BuildError::UnknownNode(nobody))
    );
    assert_eq!(
        error(|b, _, s| _ = b.node("c", s, Actor::default())),
        Some(BuildError::UnknownSystem(nowhere))
    );
    assert_eq!(error(|b, n, _| b.input(at(0), n, Do::Echo)), Some(BuildError::UnknownNode(nobody)));
    assert_eq!(
        error(|b, _, s| b.action(at(0), Action::Clock(s, ClockChange::Thaw))),
        Some(BuildError::UnknownSystem(nowhere))
    );
    assert_eq!(
        error(|b, _, s| b.input(At::Local(s, local(0)), A, Do::Echo)),
        Some(BuildError::UnknownSystem(nowhere))
    );
    assert_eq!(error(|_, _, _| {}), None);
}
