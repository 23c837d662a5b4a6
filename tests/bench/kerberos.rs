//! What a ticket's way costs with the password's keys cached.

#![allow(clippy::unwrap_used, reason = "a broken expectation ends the test")]

#[path = "../kerberos_support/mod.rs"]
mod kerberos_support;

use divan::Bencher;
use kerberos_support::{NINE, Realm, at};
use regionsim::check::Checks;
use regionsim::protocol::kerberos::EncryptionType;
use regionsim::protocol::kerberos::gss::GssFlags;
use regionsim::protocol::kerberos::replay::ReplayCache;

fn main() {
    divan::main();
}

/// Both AS exchanges, the TGS exchange, a token, and its acceptance with an answer.
#[divan::bench(args = EncryptionType::STRONGEST_FIRST)]
fn password_to_accepted_token(bencher: Bencher<'_, '_>, etype: &EncryptionType) {
    let mut realm = Realm::new(&[*etype]);
    bencher.bench_local(move || {
        let ticket = realm.ticket(NINE);
        let (token, initiator) = realm.token(&ticket, GssFlags::MUTUAL, NINE);
        let acceptor = realm.acceptor();
        let mut checks = Checks::new();
        acceptor.inspect(&token, at(NINE), &mut checks).unwrap();
        let mut replay = ReplayCache::default();
        let random = &mut realm.random;
        let accepted = acceptor.accept(&token, at(NINE), &mut replay, random, &mut checks);
        initiator.answered(&accepted.unwrap().output, &mut checks).unwrap()
    });
}

/// R_ticketserv alone.
#[divan::bench]
fn inspect(bencher: Bencher<'_, '_>) {
    let mut realm = Realm::all_types();
    let ticket = realm.ticket(NINE);
    let (token, _) = realm.token(&ticket, GssFlags::MUTUAL, NINE);
    let acceptor = realm.acceptor();
    bencher.bench_local(move || acceptor.inspect(&token, at(NINE), &mut Checks::new()).unwrap());
}

/// One sealed PassTicket.
#[divan::bench]
fn wrap(bencher: Bencher<'_, '_>) {
    let mut realm = Realm::all_types();
    let ticket = realm.ticket(NINE);
    let (_, initiator) = realm.token(&ticket, GssFlags::CONFIDENTIALITY, NINE);
    let mut context = initiator.without_answer();
    bencher.bench_local(move || context.wrap(true, b"PASSTCKT", &mut realm.random));
}
