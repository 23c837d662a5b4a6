//! PassTickets: the vectors of other implementations, windows to the second, replay, hostile texts.

#![allow(clippy::unwrap_used, reason = "a broken expectation ends the test")]

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regionsim::check::{Check, Checks, Seconds};
use regionsim::protocol::passticket::key::bytes_of;
use regionsim::protocol::passticket::{
    EnhancedKey, KeyError, LegacyKey, Method, Name, Parties, Refusal, ReplayCache, TicketType,
    Timeout,
};
use serde_json::Value;

const NOON: Seconds = 1_772_452_800;

/// The vectors of a group; the expected number makes sure that none is skipped.
fn vectors(group: &str, count: usize) -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("vectors/passticket.json")).unwrap();
    let vectors = file[group].as_array().unwrap().clone();
    assert_eq!(vectors.len(), count, "{group}");
    vectors
}

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap_or_else(|| panic!("{name} in {vector}"))
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn parties(user: &str, application: &str) -> Parties {
    Parties { user: name(user), application: name(application) }
}

fn parties_of(vector: &Value) -> Parties {
    parties(text(vector, "userid"), text(vector, "application"))
}

fn legacy(hex: &str) -> Method {
    Method::Legacy(LegacyKey::new(&bytes_of(hex).unwrap()).unwrap())
}

fn enhanced(hex: &str, kind: TicketType, timeout: i64) -> Method {
    let key = EnhancedKey::new(&bytes_of(hex).unwrap()).unwrap();
    Method::Enhanced { key, kind, timeout: Timeout::new(timeout).unwrap() }
}

fn method_of(vector: &Value) -> Method {
    match vector.get("type").and_then(Value::as_str) {
        None => legacy(text(vector, "key_hex")),
        Some("UPPER") => enhanced(text(vector, "hmac_key_hex"), TicketType::Upper, 60),
        Some(_) => enhanced(text(vector, "hmac_key_hex"), TicketType::Mixed, 60),
    }
}

/// One method of each kind, with keys of their own.
fn methods() -> Vec<Method> {
    let long = "5A".repeat(64);
    vec![
        legacy("E001193519561977"),
        enhanced(&long, TicketType::Upper, 60),
        enhanced(&long, TicketType::Mixed, 600),
        enhanced(&long, TicketType::Mixed, 1),
    ]
}

/// The verdict without replay protection.
fn verdict(method: &Method, who: &Parties, text: &str, now: Seconds) -> Result<(), Refusal> {
    method.evaluate(who, text, now, None, &mut Checks::new()).verdict
}

#[test]
fn the_file_has_these_groups_and_no_others() {
    let file: Value = serde_json::from_str(include_str!("vectors/passticket.json")).unwrap();
    let groups: Vec<&String> = file
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, it)| it.is_array())
        .map(|(id, _)| id)
        .collect();
    assert_eq!(groups.len(), 7, "{groups:?}: a new group needs a test");
}

#[test]
fn every_vector_is_generated_and_its_second_found_again() {
    for vector in vectors("legacy", 17).iter().chain(&vectors("enhanced", 10)) {
        let (method, who) = (method_of(vector), parties_of(vector));
        let time = vector["time_unix"].as_i64().unwrap();
        let passticket = text(vector, "passticket");
        assert_eq!(method.generate(&who, time).as_str(), passticket, "{vector}");
        assert_eq!(method.made(&who, passticket, time), Some(time), "{vector}");
        assert_eq!(verdict(&method, &who, passticket, time), Ok(()), "{vector}");
    }
}

#[test]
fn vectors_of_evaluation_and_of_malformed_texts() {
    let legacy = vectors("legacy", 17);
    for vector in vectors("legacy_evaluate", 6) {
        let of = legacy.iter().find(|it| it["id"] == vector["vector"]).unwrap();
        let now = vector["now_unix"].as_i64().unwrap();
        let verdict = verdict(&method_of(of), &parties_of(of), text(of, "passticket"), now);
        assert_eq!(verdict.is_ok(), text(&vector, "expect") == "valid", "{vector}");
        assert!(verdict.is_ok() || verdict == Err(Refusal::Window));
    }
    for vector in vectors("legacy_malformed", 5) {
        let string = text(&vector, "string");
        let found = verdict(&method_of(&legacy[0]), &parties_of(&legacy[0]), string, NOON);
        assert_eq!(found, Err(Refusal::Form), "{vector}");
    }
}

#[test]
fn windows_are_inclusive_on_both_sides_and_the_margin_counts_to_the_limit() {
    let who = parties("IBMUSER", "TSOR001");
    for method in methods() {
        let text = method.generate(&who, NOON);
        let window = method.window();
        for apart in
            (-window - 2..=window + 2).filter(|apart| apart.abs() > window - 2 || *apart == 0)
        {
            let mut checks = Checks::new();
            let evaluation = method.evaluate(&who, text.as_str(), NOON + apart, None, &mut checks);
            assert_eq!(evaluation.made, Some(NOON));
            let inside = apart.abs() <= window;
            assert_eq!(evaluation.verdict, if inside { Ok(()) } else { Err(Refusal::Window) });
            let limits = |check: &&Check| check.margin.is_some();
            let check: &Check = checks.taken().iter().rfind(limits).unwrap();
            assert_eq!(check.margin.unwrap().value, window - apart.abs(), "{check}");
            assert_eq!(check.passed, inside);
            let edges = checks.taken().iter().filter(|it| it.rule.id == "passticket.window-edge");
            assert_eq!(
                edges.count(),
                usize::from(apart.abs() == window),
                "assumed at the edge alone"
            );
            assert_eq!(check.limit.as_deref(), Some(format!("{window} s").as_str()));
        }
    }
}

#[test]
fn one_second_of_the_window_gives_a_text_and_no_other() {
    let who = parties("USER0001", "CICSAPP1");
    for method in methods() {
        let text = method.generate(&who, NOON);
        let window = method.window();
        let seconds = NOON - window..=NOON + window;
        let made: Vec<Seconds> = seconds.filter(|at| method.generate(&who, *at) == text).collect();
        assert_eq!(made, [NOON]);
        assert_eq!(method.made(&who, text.as_str(), NOON + window), Some(NOON));
    }
}

#[test]
fn twins_of_a_second_are_one_string_and_the_second_use_is_a_replay() {
    for method in methods() {
        let who = parties("ALICE", "CICSPRD1");
        let (one, twin) = (method.generate(&who, NOON), method.generate(&who, NOON));
        assert_eq!(one, twin);
        assert_ne!(one, method.generate(&who, NOON + 1));
        let mut cache = ReplayCache::default();
        let mut use_it = |text: &str, now| {
            let mut checks = Checks::new();
            let verdict = method.evaluate(&who, text, now, Some(&mut cache), &mut checks).verdict;
            let failed = checks.taken().iter().filter(|check| !check.passed).count();
            assert_eq!(failed, usize::from(verdict.is_err()), "a refusal is one failed check");
            verdict
        };
        assert_eq!(use_it(one.as_str(), NOON), Ok(()));
        assert_eq!(use_it(twin.as_str(), NOON), Err(Refusal::Replay));
        assert_eq!(use_it(one.as_str(), NOON + 1), Err(Refusal::Replay));
        assert_eq!(use_it(method.generate(&who, NOON + 1).as_str(), NOON + 1), Ok(()));
        assert_eq!(use_it(one.as_str(), NOON + method.window()), Err(Refusal::Replay));
        assert_eq!(use_it(one.as_str(), NOON + method.window() + 1), Err(Refusal::Window));
        // Another system has a cache of its own, and a profile may switch the protection off.
        let elsewhere = &mut ReplayCache::default();
        let there = method.evaluate(&who, one.as_str(), NOON, Some(elsewhere), &mut Checks::new());
        assert_eq!(there.verdict, Ok(()));
        assert_eq!(verdict(&method, &who, one.as_str(), NOON), Ok(()));
    }
}

#[test]
fn only_an_accepted_passticket_counts_as_used() {
    let method = legacy("E001193519561977");
    let who = parties("ALICE", "CICSPRD1");
    let text = method.generate(&who, NOON);
    let mut cache = ReplayCache::default();
    let mut at = |now| {
        method.evaluate(&who, text.as_str(), now, Some(&mut cache), &mut Checks::new()).verdict
    };
    assert_eq!(at(NOON - 601), Err(Refusal::Window));
    assert_eq!(at(NOON - 600), Ok(()));
    assert_eq!(at(NOON - 600), Err(Refusal::Replay));
}

#[test]
fn a_cache_tells_users_and_applications_apart_and_forgets_what_cannot_be_used() {
    let method = legacy("E001193519561977");
    let mut cache = ReplayCache::new(3);
    let mut use_it = |who: Parties, made: Seconds, now: Seconds| {
        let text = method.generate(&who, made);
        let cache = &mut cache;
        let verdict = method.evaluate(&who, text.as_str(), now, Some(cache), &mut Checks::new());
        (verdict.verdict, cache.len())
    };
    let [alice, bob] = ["ALICE", "BOB"].map(|user| parties(user, "CICSPRD1"));
    assert_eq!(use_it(alice, NOON, NOON), (Ok(()), 1));
    assert_eq!(use_it(bob, NOON, NOON), (Ok(()), 2));
    assert_eq!(use_it(parties("ALICE", "CICSPRD2"), NOON, NOON), (Ok(()), 3));
    assert_eq!(use_it(alice, NOON, NOON), (Err(Refusal::Replay), 3));
    // The bound: what ends first goes.
    assert_eq!(use_it(bob, NOON + 9, NOON + 9), (Ok(()), 3));
    assert_eq!(use_it(alice, NOON + 1, NOON + 9), (Ok(()), 3));
    assert_eq!(use_it(alice, NOON + 1, NOON + 9), (Err(Refusal::Replay), 3));
    // The last second of all that were made at noon is over.
    assert_eq!(use_it(bob, NOON + 601, NOON + 601), (Ok(()), 3));
    assert_eq!(use_it(bob, NOON + 610, NOON + 610), (Ok(()), 2));
}

#[test]
fn another_key_user_or_application_gives_another_second() {
    let who = parties("ALICE", "CICSPRD1");
    for (method, other) in [
        (legacy("0123456789ABCDEF"), legacy("0123456789ABCDE9")),
        (
            enhanced(&"00".repeat(32), TicketType::Mixed, 60),
            enhanced(&"01".repeat(32), TicketType::Mixed, 60),
        ),
    ] {
        let text = method.generate(&who, NOON);
        let refused = Err(Refusal::Window);
        assert_eq!(verdict(&other, &who, text.as_str(), NOON), refused);
        assert_eq!(verdict(&method, &parties("ALICF", "CICSPRD1"), text.as_str(), NOON), refused);
        assert_eq!(verdict(&method, &parties("ALICE", "CICSPRD2"), text.as_str(), NOON), refused);
        assert_eq!(verdict(&method, &parties("alice", "cicsprd1"), text.as_str(), NOON), Ok(()));
    }
}

#[test]
fn keys_have_their_lengths_and_no_message_or_debug_text_shows_them() {
    for (bytes, legacy, enhanced) in [
        (0, false, false),
        (7, false, false),
        (8, true, false),
        (9, false, false),
        (16, false, false),
        (31, false, false),
        (32, false, true),
        (64, false, true),
        (256, false, true),
        (257, false, false),
    ] {
        let key = bytes_of(&"A7".repeat(bytes)).unwrap();
        assert_eq!(LegacyKey::new(&key).is_ok(), legacy, "{bytes}");
        assert_eq!(EnhancedKey::new(&key).is_ok(), enhanced, "{bytes}");
    }
    let shown = [
        format!("{:?}", methods()),
        bytes_of("E00119351956197X").unwrap_err().to_string(),
        bytes_of("E0011935195619777").unwrap_err().to_string(),
        LegacyKey::new(&bytes_of("E00119351956197744").unwrap()).unwrap_err().to_string(),
        format!("{:?}", methods()[0].generate(&parties("A", "B"), NOON)),
    ];
    for text in shown {
        assert!(!text.contains("E001") && !text.contains("5A5A"), "{text}");
    }
    let half = bytes_of("E0011").unwrap_err();
    assert_eq!(
        half.to_string(),
        "the key is not in hexadecimal digits: 5 digits do not make whole bytes"
    );
    assert_eq!(LegacyKey::new(&[0; 9]).unwrap_err(), KeyError::LegacyLength(9));
    // Parity plays no part, and weak keys are keys.
    let who = parties("USER0001", "CICSAPP1");
    let pair = ["0123456789ABCDEF", "0022446688AACCEE"].map(|key| legacy(key).generate(&who, NOON));
    assert_eq!(pair[0], pair[1]);
    for weak in ["0101010101010101", "FEFEFEFEFEFEFEFE", "E0E0E0E0F1F1F1F1"] {
        let text = legacy(weak).generate(&who, NOON);
        assert_eq!(verdict(&legacy(weak), &who, text.as_str(), NOON), Ok(()));
    }
}

fn any_parties() -> impl Strategy<Value = Parties> {
    ("[A-Z0-9$#@]{1,8}", "[A-Z0-9$#@]{1,8}").prop_map(|(user, appl)| parties(&user, &appl))
}

fn any_method() -> impl Strategy<Value = Method> {
    let legacy = any::<[u8; 8]>().prop_map(|key| Method::Legacy(LegacyKey::new(&key).unwrap()));
    let key = proptest::collection::vec(any::<u8>(), 32..=256);
    let enhanced = (key, any::<bool>(), 1i64..=600).prop_map(|(key, upper, timeout)| {
        let kind = if upper { TicketType::Upper } else { TicketType::Mixed };
        let timeout = Timeout::new(timeout).unwrap();
        Method::Enhanced { key: EnhancedKey::new(&key).unwrap(), kind, timeout }
    });
    prop_oneof![legacy, enhanced]
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn a_generated_passticket_gives_its_second_back(
        method in any_method(), who in any_parties(), made in 0i64..1 << 32, apart in -700i64..700,
    ) {
        let text = method.generate(&who, made);
        prop_assert_eq!(text.as_str().len(), 8);
        let now = made + apart;
        prop_assert_eq!(method.made(&who, text.as_str(), now), Some(made));
        let found = verdict(&method, &who, text.as_str(), now);
        prop_assert_eq!(found.is_ok(), apart.abs() <= method.window());
    }

    #[test]
    fn a_text_with_a_second_is_the_passticket_of_that_second(
        method in any_method(), who in any_parties(), text in "[A-Z0-9]{8}|[0-9A-Za-z_-]{8}|\\PC{0,12}",
    ) {
        if let Some(made) = method.made(&who, &text, NOON) {
            let again = method.generate(&who, made);
            prop_assert_eq!(again.as_str(), text.as_str());
        }
    }

    #[test]
    fn no_text_and_no_time_is_too_strange(
        method in any_method(), who in any_parties(), text in ".*", now in any::<i64>(),
    ) {
        let mut cache = ReplayCache::new(1);
        let evaluation = method.evaluate(&who, &text, now, Some(&mut cache), &mut Checks::new());
        prop_assert_eq!(evaluation.verdict.is_ok(), cache.len() == 1);
        let _ = method.generate(&who, now);
        let _ = Name::new(&text);
        let _ = bytes_of(&text);
    }
}
