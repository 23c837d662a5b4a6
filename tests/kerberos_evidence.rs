//! Tokens judged with a key table: MIT's tokens to the second, names, versions, replay, damage.

#![allow(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod kerberos_support;

use kerberos_support::{NINE, Realm, at, forged, principal, ticket_error, token_at};
use regionsim::check::Seconds;
use regionsim::protocol::kerberos::acceptor::AcceptError;
use regionsim::protocol::kerberos::error::ErrorCode;
use regionsim::protocol::kerberos::evidence::{NoKeys, Verification, Verifier};
use regionsim::protocol::kerberos::gss::GssFlags;
use regionsim::protocol::kerberos::keytab::{Keytab, KeytabEntry};
use regionsim::protocol::kerberos::present::PresentError;
use regionsim::protocol::kerberos::replay::ReplayCache;
use regionsim::protocol::kerberos::{EncryptionType, KerberosTime, Key, Principal};

const TOKENS: [(EncryptionType, &[u8]); 4] = [
    (EncryptionType::Aes128Sha1, include_bytes!("interop/kerberos/mit/e17.token")),
    (EncryptionType::Aes256Sha1, include_bytes!("interop/kerberos/mit/e18.token")),
    (EncryptionType::Aes128Sha2, include_bytes!("interop/kerberos/mit/e19.token")),
    (EncryptionType::Aes256Sha2, include_bytes!("interop/kerberos/mit/e20.token")),
];

fn mit_keytab() -> Keytab {
    Keytab::decode(include_bytes!("interop/kerberos/mit/services.keytab")).unwrap()
}

/// The service of MIT's files whose key is of a type.
fn principal_of(etype: EncryptionType) -> Principal {
    let name = format!("HTTP/e{}.example", etype.number());
    Principal::parse(&name, "TEST.EXAMPLE").unwrap()
}

fn verify(keytab: &Keytab, named: Option<&Principal>, token: &[u8], now: Seconds) -> Verification {
    let verifier = Verifier::new(keytab, named, 300).unwrap();
    let now = KerberosTime::whole(now);
    let verification = verifier.verify(token, now, &mut ReplayCache::default());
    let last = verification.checks.taken().last().map(|check| check.passed);
    assert_eq!(last, Some(verification.verdict.is_ok()), "the last check is the verdict");
    verification
}

fn number(keytab: &Keytab, named: Option<&Principal>, token: &[u8], now: Seconds) -> i32 {
    match verify(keytab, named, token, now).verdict {
        Ok(()) => 0,
        Err(error) => error.code().unwrap_or(ErrorCode(-1)).0,
    }
}

/// The keys of the region in a key table, under another name or version perhaps.
fn keytab_of(realm: &Realm, name: &str, version: Option<u32>) -> Keytab {
    let entries = realm
        .region_keys
        .iter()
        .map(|key| KeytabEntry::new(principal(name), version.unwrap_or(key.kvno), &key.key, 0));
    Keytab { entries: entries.collect() }
}

#[test]
fn tokens_of_mits_are_judged_to_the_second_and_read() {
    let keytab = mit_keytab();
    for (etype, token) in TOKENS {
        // Made at 09:00:20, the ticket is valid from 09:00:00 to 09:10:00; MIT's acceptor says the same.
        for (now, expected) in [
            (-301, 33),
            (-300, 37),
            (-281, 37),
            (-280, 0),
            (0, 0),
            (320, 0),
            (321, 37),
            (900, 37),
            (901, 32),
        ] {
            assert_eq!(number(&keytab, None, token, NINE + now), expected, "{etype} {now}");
        }
        for now in [NINE, NINE + 901] {
            let contents = verify(&keytab, None, token, now).contents.unwrap();
            assert_eq!(contents.client.to_string(), "alice@TEST.EXAMPLE");
            assert_eq!(contents.key_principal, principal_of(etype));
            assert_eq!((contents.etype, contents.session_etype), (etype, etype));
            assert_eq!((contents.times.valid_from(), contents.times.end), (NINE, NINE + 600));
            assert_eq!(contents.made.unwrap().seconds, NINE + 20);
            assert!(contents.gss_flags.unwrap().has(GssFlags::MUTUAL | GssFlags::CONFIDENTIALITY));
        }
    }
}

#[test]
fn every_bit_of_a_token_of_mits_is_protected_or_known_not_to_be() {
    let keytab = mit_keytab();
    for (etype, token) in [TOKENS[0], TOKENS[3]] {
        let service = principal_of(etype);
        let mut free = 0;
        for bit in 0..token.len() * 8 {
            let mut changed = token.to_vec();
            changed[bit / 8] ^= 0x80 >> (bit % 8);
            let named = verify(&keytab, Some(&service), &changed, NINE).verdict;
            free += usize::from(named.is_ok());
            // Without a name, name and key version of the service in clear text play no part either.
            let unnamed = verify(&keytab, None, &changed, NINE);
            let renamed = unnamed.server.as_ref() != Some(&service);
            let version = named.clone().err() == ticket_error(PresentError::KeyVersion);
            let expected = named.is_ok() || (unnamed.contents.is_some() && (renamed || version));
            assert_eq!(unnamed.verdict.is_ok(), expected, "{etype} bit {bit}");
        }
        // All AP options but one, and a name type (see the acceptor).
        assert_eq!(free, 31 + 8, "{etype}");
    }
}

#[test]
fn without_a_name_any_key_opens_and_with_one_name_and_version_count() {
    let mut realm = Realm::all_types();
    let ticket = realm.ticket(NINE);
    let token = token_at(&mut realm, &ticket, NINE);
    let region = realm.region.clone();
    let name = region.name();
    for (keytab, unnamed, named) in
        [(keytab_of(&realm, &name, None), 0, 0), (keytab_of(&realm, &name, Some(9)), 0, 44)]
    {
        assert_eq!(number(&keytab, None, &token, NINE), unnamed);
        assert_eq!(number(&keytab, Some(&region), &token, NINE), named);
    }
    let alias = keytab_of(&realm, "HTTP/alias", None);
    let found = verify(&alias, None, &token, NINE);
    assert_eq!(found.verdict, Ok(()));
    assert_eq!(found.contents.unwrap().key_principal, principal("HTTP/alias"));
    assert_eq!(found.server, Some(region.clone()));
    assert_eq!(number(&alias, Some(&principal("HTTP/alias")), &token, NINE), 35);
    let none = Verifier::new(&alias, Some(&region), 300).map(drop).unwrap_err();
    assert_eq!(none, NoKeys::Principal(region));
    assert_eq!(none.to_string(), "the key table has no key of HTTP/region.example.com@EXAMPLE.COM");
    let empty = Verifier::new(&Keytab::default(), None, 300).map(drop);
    assert_eq!(empty.unwrap_err(), NoKeys::Empty);
}

#[test]
fn a_token_that_no_key_opens_is_refused_with_the_reason_of_its_own_service() {
    let mut realm = Realm::new(&[EncryptionType::Aes256Sha1]);
    let ticket = realm.ticket(NINE);
    let token = token_at(&mut realm, &ticket, NINE);
    let name = realm.region.name();
    let other = Key::random(EncryptionType::Aes256Sha1, &mut realm.random);
    let weak = Key::random(EncryptionType::Aes128Sha1, &mut realm.random);
    for (name, kvno, key, expected) in [
        (name.as_str(), 2, &other, PresentError::Integrity),
        (name.as_str(), 3, &other, PresentError::KeyVersion),
        (name.as_str(), 2, &weak, PresentError::NoKey),
        ("HTTP/other", 2, &other, PresentError::WrongPrincipal),
    ] {
        let keytab = Keytab { entries: vec![KeytabEntry::new(principal(name), kvno, key, 0)] };
        let found = verify(&keytab, None, &token, NINE);
        assert_eq!(found.verdict.err(), ticket_error(expected), "{name} {kvno}");
        assert_eq!(found.contents, None);
        assert_eq!(found.server.as_ref(), Some(&realm.region));
        let first = &found.checks.taken()[0];
        assert_eq!((first.rule.id, first.passed), ("kerberos.keytab-key", false));
    }
}

#[test]
fn the_verdict_is_the_acceptors() {
    let mut realm = Realm::all_types();
    let ticket = forged(&mut realm, |_| {});
    let keytab = keytab_of(&realm, &realm.region.name(), None);
    let region = realm.region.clone();
    let acceptor = realm.acceptor();
    for made in [NINE - 400, NINE, NINE + 3600, NINE + 4000] {
        let token = token_at(&mut realm, &ticket, made);
        for now in (NINE - 700..NINE + 4700).step_by(50) {
            let expected = kerberos_support::refusal(&acceptor, &token, now);
            let verdict = verify(&keytab, Some(&region), &token, now).verdict;
            assert_eq!(verdict.err(), expected, "{made} {now}");
            assert_eq!(verify(&keytab, None, &token, now).verdict.err(), expected);
        }
    }
}

#[test]
fn tokens_of_one_call_share_a_replay_cache() {
    let mut realm = Realm::all_types();
    let ticket = realm.ticket(NINE);
    let (one, two) = (token_at(&mut realm, &ticket, NINE), token_at(&mut realm, &ticket, NINE + 1));
    let keytab = keytab_of(&realm, &realm.region.name(), None);
    let verifier = Verifier::new(&keytab, None, 300).unwrap();
    let mut replay = ReplayCache::default();
    let mut verdict = |token: &[u8]| verifier.verify(token, at(NINE + 1), &mut replay).verdict;
    assert_eq!(verdict(&one), Ok(()));
    assert_eq!(verdict(&two), Ok(()));
    assert_eq!(verdict(&one).err(), ticket_error(PresentError::Replay));
}

#[test]
fn what_is_no_token_is_refused_at_its_frame() {
    let keytab = mit_keytab();
    for (bytes, expected) in [
        (&b""[..], -1),
        (b"garbage", -1),
        // SPNEGO, and a wrap token.
        (b"\x60\x0b\x06\x06\x2b\x06\x01\x05\x05\x02\xa0\x01\x00", -1),
        (b"\x05\x04\x00\xff", -1),
    ] {
        let found = verify(&keytab, None, bytes, NINE);
        assert_eq!(found.verdict.as_ref().err().and_then(AcceptError::code), None, "{expected}");
        assert!(found.verdict.is_err() && found.server.is_none() && found.contents.is_none());
    }
    for (_, token) in TOKENS {
        for at in 0..token.len() {
            assert_ne!(number(&keytab, None, &token[..at], NINE), 0, "{at}");
        }
    }
}
