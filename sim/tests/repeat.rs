//! Runs repeat to the bit: with either queue, from a checkpoint, watched or not; and where two differ is found.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::*;
use sim::*;

fn finish(builder: Builder<Actor>) -> (u64, u64, Vec<String>) {
    let mut simulation = builder.build().expect("a sound world");
    let lines = lines(&mut simulation);
    (simulation.fingerprint(), simulation.entries(), lines)
}

#[test]
fn a_run_repeats_and_either_queue_gives_it() {
    for seed in 0..5 {
        let first = finish(lively(seed, 5_000));
        assert_eq!(first, finish(lively(seed, 5_000)));
        let mut heap = lively(seed, 5_000);
        heap.queue(QueueKind::Heap);
        assert_eq!(first, finish(heap));
        assert_ne!(first.0, finish(lively(seed + 1, 5_000)).0);
    }
}

#[test]
fn watching_changes_nothing_and_numbers_count_all_the_same() {
    let mut unseen = lively(1, 3_000).build().unwrap();
    unseen.run(&mut ());
    let (fingerprint, entries, lines) = finish(lively(1, 3_000));
    assert_eq!((unseen.fingerprint(), unseen.entries()), (fingerprint, entries));
    for (n, line) in lines.iter().enumerate() {
        assert!(line.starts_with(&format!("{} ", n + 1)), "{line}");
    }
}

#[test]
fn a_fork_at_any_point_finishes_as_the_original() {
    let (fingerprint, entries, lines_of_all) = finish(lively(3, 2_000));
    for events in [0, 1, 2, 77, 500, 1_999] {
        let mut original = lively(3, 2_000).build().unwrap();
        while original.events() < events {
            assert_eq!(original.step(&mut ()), None);
        }
        let mut fork = original.clone();
        let seen = original.entries() as usize;
        for simulation in [&mut original, &mut fork] {
            assert_eq!(lines(simulation), lines_of_all[seen..]);
            assert_eq!((simulation.fingerprint(), simulation.entries()), (fingerprint, entries));
        }
    }
}

#[test]
fn run_until_in_pieces_is_the_same_run() {
    let mut whole = lively(4, 100_000).build().unwrap();
    let until = Time::from_secs(2);
    assert_eq!(whole.run_until(until, &mut ()), Stop::Until);
    let mut pieces = lively(4, 100_000).build().unwrap();
    for millis in (0..=2_000).step_by(13).chain([2_000]) {
        pieces.run_until(Time::from_nanos(0) + ms(millis), &mut ());
    }
    assert_eq!(whole.fingerprint(), pieces.fingerprint());
    assert_eq!((whole.now(), pieces.now()), (until, until));
}

#[test]
fn causes_come_before_effects_and_only_the_outside_has_none() {
    let mut simulation = lively(5, 3_000).build().unwrap();
    let mut check = |entry: &Entry<'_, Actor>| {
        let outside = matches!(
            entry.what,
            What::Started | What::Input(_) | What::ClockChanged { .. } | What::NodeChanged { .. }
        );
        assert_eq!(entry.cause.is_none(), outside, "{}", line(entry));
        assert!(entry.cause.is_none_or(|cause| cause < entry.n));
        assert!(entry.also.iter().all(|also| *also < entry.n));
    };
    simulation.run(&mut check);
}

#[test]
fn handling_is_a_chain_of_causes() {
    let mut builder = two();
    builder.input(at(0), B, Do::Echo);
    builder.input(at(5), A, Do::Send(B, letter(&[1])));
    assert_eq!(
        lines(&mut builder.build().expect("a sound world"))[3..],
        [
            "4 @5 0 <- [] input",
            "5 @5 0 <4 [] sent [1]",
            "6 @15 1 <5 [] delivered [1]",
            "7 @15 1 <6 [] note echo",
            "8 @15 1 <7 [] sent [1]",
            "9 @25 0 <8 [] delivered [1]",
        ]
    );
}

#[test]
fn first_difference_is_the_event_that_was_tampered_with() {
    // A letter of its own, sent at a time of its own, is the first and only difference.
    let with = |millis: i64, byte: u8| {
        let mut builder = lively(6, 20_000);
        builder.input(at(millis), A, Do::Send(B, letter(&[byte])));
        builder.build()
    };
    assert!(first_difference(|| with(500, 1), || with(500, 1)).unwrap().is_none());
    for millis in [7, 500, 6_000] {
        let difference = first_difference(|| with(millis, 1), || with(millis, 2)).unwrap().unwrap();
        let (mut a, mut b) = (difference.a, difference.b);
        assert_eq!((a.events(), a.fingerprint()), (b.events(), b.fingerprint()));
        assert_eq!(a.events() + 1, difference.event);
        let (mut line_a, mut line_b) = (String::new(), String::new());
        a.step(&mut |entry: &Entry<'_, Actor>| line_a += &line(entry));
        b.step(&mut |entry: &Entry<'_, Actor>| line_b += &line(entry));
        assert_ne!(a.fingerprint(), b.fingerprint());
        assert_ne!(line_a, line_b);
        // Arrival: the sending itself is an input event with no bytes of its own in the fingerprint.
        assert!(a.now() >= Time::from_nanos(0) + ms(millis));
    }
}

#[test]
fn first_difference_of_a_run_that_ends_earlier_is_behind_its_end() {
    let with = |events| lively(6, events).build();
    let difference = first_difference(|| with(900), || with(5_000)).unwrap().unwrap();
    assert_eq!(difference.event, 901);
}

#[test]
fn simulations_can_move_to_other_threads() {
    fn sendable<T: Send>(_: &T) {}
    sendable(&lively(1, 1).build().unwrap());
}
