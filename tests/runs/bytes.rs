//! Only bytes cross a link: whatever bit is turned over, the verdict is that of the standard.

use regionsim::nodes::Actor;
use regionsim::scenario::build::build;
use regionsim::scenario::plan::Plan;
use regionsim::trace::{Record, Value};
use sim::{
    Action, Answer, At, Corruption, Match, Message as _, Offset, Rule, Simulation, Time, What,
};

use crate::fixture::{KEYS, plan_of};

const SUCCESS: &str = "scenarios/dfhxs1402/success.ron";

/// The simulation before the time at which the first message of a kind is sent, so that a rule can
/// still be added, with the bytes of that message.
fn before(plan: &Plan, kind: &str) -> (Simulation<Actor>, Vec<u8>) {
    let mut table = KEYS.snapshot();
    let mut simulation = build(plan, &mut table, sim::QueueKind::default()).unwrap();
    KEYS.merge(table);
    let mut checkpoint = simulation.clone();
    loop {
        let last = simulation.clone();
        let mut sent = None;
        let mut observer = |entry: &sim::Entry<'_, Actor>| {
            if let What::Sent { message, .. } = &entry.what
                && message.kind() == kind
                && sent.is_none()
            {
                sent = Some(message.bytes().to_vec());
            }
        };
        let stop = simulation.step(&mut observer);
        if simulation.now() > last.now() {
            checkpoint = last;
        }
        if let Some(bytes) = sent {
            return (checkpoint, bytes);
        }
        assert_eq!(stop, None, "nobody sends a {kind}");
    }
}

/// What a run comes to when one bit of the first message of a kind is turned over: the end of
/// VERIFY TOKEN, and the reason of DFHXS1402.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Verdict {
    verify: Option<(String, i64)>,
    reason: Option<String>,
    /// What ISUSERID gave.
    user: Option<String>,
    /// Digests of the tokens that SAF services were given.
    tokens: Vec<String>,
    /// A client said that it cannot go on, a receiver that it cannot read, or nobody answered.
    noticed: bool,
    ended: bool,
}

fn flipped(checkpoint: &Simulation<Actor>, kind: &str, bit: usize) -> Verdict {
    let mut simulation = checkpoint.clone();
    let byte = Offset::FromStart(u32::try_from(bit / 8).unwrap());
    let corruption = Corruption::FlipBit { byte, bit: 7 - (bit % 8) as u8 };
    let matching =
        Match { kind: Some(kind.to_owned()), ordinal: sim::Ordinal::Nth(1), ..Match::default() };
    let rule = Rule { name: "flip".to_owned(), matching, answer: Answer::Corrupt(corruption) };
    let now: Time = simulation.now();
    simulation.action(At::True(now), Action::AddRule(rule));
    let mut verdict = Verdict::default();
    let mut observer = |entry: &sim::Entry<'_, Actor>| {
        if let What::Note(record) = &entry.what {
            verdict.note(record);
        }
    };
    simulation.run(&mut observer);
    verdict
}

impl Verdict {
    fn note(&mut self, record: &Record) {
        let text = |name: &str| record.get(name).and_then(Value::as_text).map(str::to_owned);
        match record.kind.as_ref() {
            "exec.end" if text("command").as_deref() == Some("VERIFY TOKEN") => {
                let resp2 = record.get("resp2").and_then(Value::as_int).unwrap();
                self.verify = Some((text("resp").unwrap(), resp2));
                let outputs = record.get("outputs").and_then(Value::as_object);
                let user = outputs.and_then(|outputs| outputs.get("USER")?.as_text());
                self.user = user.map(str::to_owned);
            }
            "cscs.message" => self.reason = text("reason"),
            "saf.call" => self.tokens.extend(text("sha256")),
            "net.unreadable" | "client.failed" | "saf.timeout" => self.noticed = true,
            "task.end" => self.ended = true,
            _ => {}
        }
    }

    fn accepted(&self) -> bool {
        self.verify.as_ref().is_some_and(|(resp, _)| resp == "NORMAL")
    }
}

fn find(within: &[u8], what: &[u8]) -> usize {
    within.windows(what.len()).position(|window| window == what).expect("the bytes")
}

/// The range of the token in a start frame: behind the name of its container, its missing CCSID and
/// its length.
fn token_range(frame: &[u8]) -> std::ops::Range<usize> {
    let mut at = find(frame, b"KRBTOKEN") + 8 + 1;
    let mut length = 0_usize;
    for shift in (0..).step_by(7) {
        length |= usize::from(frame[at] & 0x7F) << shift;
        at += 1;
        if frame[at - 1] & 0x80 == 0 {
            break;
        }
    }
    at..at + length
}

#[test]
fn every_flipped_bit_of_a_delivered_token_has_the_verdict_of_the_standard() {
    let plan = plan_of(SUCCESS, &[]);
    let (checkpoint, frame) = before(&plan, "start");
    let token = token_range(&frame);
    assert!(frame[token.clone()].starts_with(&[0x60, 0x82]), "a GSS-API token");
    let options = token.start + find(&frame[token.clone()], &[0xA2, 7, 3, 5, 0]) + 5;
    let name_type = token.start + find(&frame[token.clone()], &[0xA0, 3, 2, 1, 3, 0xA1]) + 4;
    let (use_session_key, mutual) = (options * 8 + 1, options * 8 + 2);
    let unprotected = |bit: usize| {
        (options * 8..options * 8 + 32).contains(&bit) && bit != use_session_key
            || (name_type * 8..name_type * 8 + 8).contains(&bit)
    };
    let mut accepted = 0;
    for bit in token.start * 8..token.end * 8 {
        let verdict = flipped(&checkpoint, "start", bit);
        let at = bit - token.start * 8;
        if bit == mutual {
            // The region now has to answer, and the program offers no OUTTOKEN.
            assert_eq!(verdict.verify, Some(("INVREQ".to_owned(), 52)), "bit {at}");
        } else if unprotected(bit) {
            assert!(verdict.accepted(), "bit {at}: {verdict:?}");
            accepted += 1;
        } else {
            assert!(verdict.verify.is_some() && !verdict.accepted(), "bit {at}: {verdict:?}");
            assert!(verdict.reason.is_some(), "bit {at}: {verdict:?}");
        }
        assert!(verdict.ended, "CICS continues, bit {at}");
    }
    assert_eq!(accepted, 38, "39 bits of the standard, less the one that asks for an answer");
}

#[test]
fn a_flipped_bit_around_the_token_lets_no_other_token_in() {
    let plan = plan_of(SUCCESS, &[]);
    let (checkpoint, frame) = before(&plan, "start");
    let token = token_range(&frame);
    let digest = regionsim::trace::sha256(&frame[token.clone()]);
    for bit in (0..frame.len() * 8).filter(|bit| !token.contains(&(bit / 8))) {
        let verdict = flipped(&checkpoint, "start", bit);
        if verdict.accepted() {
            assert_eq!(verdict.user.as_deref(), Some("ALICE"), "bit {bit}");
            assert!(verdict.tokens.iter().all(|token| *token == digest), "bit {bit}");
        }
    }
}

#[test]
fn a_flipped_bit_of_a_kdc_reply_is_noticed_or_does_no_harm() {
    let plan = plan_of(SUCCESS, &[]);
    for kind in ["AS-REP", "TGS-REP"] {
        let (checkpoint, reply) = before(&plan, kind);
        let mut noticed = 0;
        for bit in (0..reply.len() * 8).step_by(7) {
            let verdict = flipped(&checkpoint, kind, bit);
            if verdict.accepted() {
                assert_eq!(verdict.user.as_deref(), Some("ALICE"), "{kind} bit {bit}");
            } else {
                assert!(
                    verdict.noticed || verdict.reason.is_some(),
                    "{kind} bit {bit}: {verdict:?}"
                );
                noticed += 1;
            }
        }
        assert!(noticed * 7 * 10 > reply.len() * 8 * 9, "{kind}: nine of ten and more are noticed");
    }
}

#[test]
fn a_flipped_bit_of_a_nas_call_is_refused_unless_it_is_unprotected() {
    let plan = plan_of(SUCCESS, &[]);
    let (checkpoint, call) = before(&plan, "nas-call");
    let start = find(&call, &[0x60, 0x82]);
    // Behind the clear text of the AP-REQ everything is sealed.
    for bit in ((start + 200) * 8..call.len() * 8).step_by(5) {
        let verdict = flipped(&checkpoint, "nas-call", bit);
        assert!(!verdict.accepted() && verdict.reason.is_some(), "bit {bit}: {verdict:?}");
        assert!(verdict.ended, "CICS continues, bit {bit}");
    }
}

#[test]
fn a_flipped_bit_of_a_saf_frame_hangs_no_task() {
    let plan = plan_of(SUCCESS, &[]);
    for kind in ["saf-call", "saf-return", "nas-return"] {
        let (checkpoint, frame) = before(&plan, kind);
        for bit in (0..frame.len() * 8).step_by(3) {
            let verdict = flipped(&checkpoint, kind, bit);
            // Calls within a system have no integrity of their own: the verdict may be any, but a
            // task that has begun VERIFY TOKEN comes to its end.
            assert!(verdict.ended || verdict.tokens.is_empty(), "{kind} bit {bit}: {verdict:?}");
        }
    }
}
