//! PassTickets generated and evaluated a second on one core, against the bare DES and HMAC-SHA-512
//! operations that they cannot do without, in the same run.
//!
//! Every PassTicket has a user, a key and a time of its own. Key schedules are made beforehand, for
//! the bare operations too; names are read from text, and evaluation takes its decisions as checks and
//! keeps a replay cache.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock"
)]
#![allow(clippy::float_arithmetic, clippy::print_stdout, reason = "rates for people")]
#![allow(clippy::unwrap_used, reason = "a broken expectation ends the benchmark")]

use std::hint::black_box;
use std::time::Instant;

use des::Des;
use des::cipher::{Array, BlockCipherEncrypt as _, KeyInit as _};
use hmac::{Hmac, Mac as _};
use regionsim::check::{Checks, Seconds};
use regionsim::protocol::passticket::{
    EnhancedKey, LegacyKey, Method, Name, Parties, ReplayCache, TicketType, Timeout,
};
use sha2::Sha512;

/// The share of the bare rate that is asked for.
const ASKED: f64 = 0.8;
const NOON: Seconds = 1_772_452_800;
/// Blocks that one legacy PassTicket needs: two for user and application, one a round.
const BLOCKS: usize = 8;
/// Digests that one enhanced PassTicket needs: one for user and application, one a round.
const DIGESTS: usize = 7;
/// PassTickets of one sample: about a millisecond, so that most samples are not interrupted.
const SAMPLE: usize = 200;

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let count = SAMPLE * if quick { 5 } else { 200 };
    let keys: Vec<[u8; 64]> = (0..count).map(key_bytes).collect();
    let each = keys.iter();
    let des: Vec<Des> = each.clone().map(|key| Des::new_from_slice(&key[..8]).unwrap()).collect();
    let legacy = each.clone().map(|key| Method::Legacy(LegacyKey::new(&key[..8]).unwrap()));
    report("legacy", &legacy.collect::<Vec<_>>(), |from, to| bare_des(&des[from..to]));
    let macs = each.clone().map(|key| Hmac::new_from_slice(key).unwrap());
    let macs: Vec<Hmac<Sha512>> = macs.collect();
    for kind in [TicketType::Upper, TicketType::Mixed] {
        let methods = each.clone().map(|key| Method::Enhanced {
            key: EnhancedKey::new(key).unwrap(),
            kind,
            timeout: Timeout::default(),
        });
        let name = format!("enhanced, {}", kind.word());
        report(&name, &methods.collect::<Vec<_>>(), |from, to| bare_hmac(&macs[from..to]));
    }
}

fn key_bytes(number: usize) -> [u8; 64] {
    let mut key = [0x5A; 64];
    key[..8].copy_from_slice(&(number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    key
}

/// Rates of generation and evaluation as shares of the bare rate; each time is the median of its
/// samples, which are taken in turn.
fn report(name: &str, methods: &[Method], bare: impl Fn(usize, usize)) {
    let users: Vec<String> = (0..methods.len()).map(|number| format!("U{number:07}")).collect();
    let mut cache = ReplayCache::default();
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    for from in (0..methods.len()).step_by(SAMPLE) {
        let to = from + SAMPLE;
        let part = || (from..to).zip(&methods[from..to]).zip(&users[from..to]);
        let mut texts = Vec::with_capacity(SAMPLE);
        times[0].push(seconds(|| bare(from, to)));
        times[1].push(seconds(|| {
            for ((number, method), user) in part() {
                texts.push(method.generate(&parties(user), NOON + number as i64));
            }
        }));
        times[2].push(seconds(|| {
            for (((number, method), user), text) in part().zip(&texts) {
                let (now, mut checks) = (NOON + number as i64 + 30, Checks::new());
                let (who, text) = (parties(user), text.as_str());
                let found = method.evaluate(&who, text, now, Some(&mut cache), &mut checks);
                assert!(found.verdict.is_ok() && checks.taken().len() == 3);
            }
        }));
    }
    let samples = times[0].len();
    let [floor, generated, evaluated] = times.map(|mut times| median(&mut times));
    let rate = |time: f64| SAMPLE as f64 / time;
    println!("{name}: the bare primitives for {:.0} PassTickets a second", rate(floor));
    let both = (generated + evaluated) / 2.0;
    for (what, time) in [("generated", generated), ("evaluated", evaluated), ("both", both)] {
        let share = floor / time;
        let verdict = if share >= ASKED { "met" } else { "missed" };
        println!(
            "  {what:<9} {:>8.0} a second, {share:.2} of that (asked {ASKED}: {verdict}; median of {samples})",
            rate(time)
        );
    }
}

fn parties(user: &str) -> Parties {
    let name = |text| Name::new(text).unwrap();
    Parties { user: name(user), application: name("CICSPRD1") }
}

fn bare_des(keys: &[Des]) {
    let mut block = Array([0; 8]);
    for key in keys {
        for _ in 0..BLOCKS {
            key.encrypt_block(&mut block);
        }
    }
    black_box(block);
}

fn bare_hmac(keys: &[Hmac<Sha512>]) {
    let mut message = [0; 20];
    for key in keys {
        for _ in 0..DIGESTS {
            let mut mac = key.clone();
            mac.update(&message);
            message.copy_from_slice(&mac.finalize().into_bytes()[..20]);
        }
    }
    black_box(message);
}

fn seconds(work: impl FnOnce()) -> f64 {
    let begin = Instant::now();
    work();
    begin.elapsed().as_secs_f64()
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
