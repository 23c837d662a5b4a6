//! An acceptor's verdicts: limits, order of steps, keys, answers and wrapped messages.

#![allow(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod kerberos_support;

use kerberos_support::{NINE, Realm, at, forged, principal, refusal, ticket_error, token_at};
use rand_chacha::ChaCha20Rng;
use regionsim::check::{Checks, Seconds};
use regionsim::protocol::kerberos::acceptor::{AcceptError, Acceptor};
use regionsim::protocol::kerberos::client::Credentials;
use regionsim::protocol::kerberos::flags::{ApOptions, TicketFlags};
use regionsim::protocol::kerberos::gss::GssFlags;
use regionsim::protocol::kerberos::initiator::{self, MutualError, TokenOptions};
use regionsim::protocol::kerberos::present::{AddressCheck, PresentError, ServiceKey};
use regionsim::protocol::kerberos::replay::ReplayCache;
use regionsim::protocol::kerberos::ticket::{Address, TicketPart};
use regionsim::protocol::kerberos::transited::Transited;
use regionsim::protocol::kerberos::wrap::{Context, Role, UnwrapError};
use regionsim::protocol::kerberos::{EncryptionType, Key, Principal};

const HOUR: Seconds = 3600;

#[test]
fn an_authenticator_is_good_for_the_skew_in_both_directions() {
    let mut realm = Realm::all_types();
    let ticket = realm.ticket(NINE);
    let acceptor = realm.acceptor();
    let noon = NINE + 3 * HOUR;
    let token = token_at(&mut realm, &ticket, noon);
    for (apart, expected) in [(299, None), (300, None), (301, ticket_error(PresentError::Skew))] {
        assert_eq!(refusal(&acceptor, &token, noon + apart), expected, "{apart}");
        assert_eq!(refusal(&acceptor, &token, noon - apart), expected, "-{apart}");
    }
}

#[test]
fn microseconds_do_not_count_in_time_checks() {
    let mut realm = Realm::all_types();
    let ticket = realm.ticket(NINE);
    let token = token_at(&mut realm, &ticket, NINE);
    for micros in [0, 249_999, 250_001, 999_999] {
        for apart in [-300, 300] {
            let mut now = at(NINE + apart);
            now.micros = micros;
            assert!(realm.acceptor().inspect(&token, now, &mut Checks::new()).is_ok());
        }
    }
}

#[test]
fn a_ticket_is_good_from_start_less_skew_to_end_plus_skew() {
    let mut realm = Realm::all_types();
    let ticket = forged(&mut realm, |_| {});
    let without_start = forged(&mut realm, |part| part.times.start = None);
    let acceptor = realm.acceptor();
    for (ticket, edge, error) in [
        (&ticket, -1, PresentError::NotYetValid),
        (&without_start, -1, PresentError::NotYetValid),
        (&ticket, 1, PresentError::Expired),
    ] {
        for (beyond, refused) in [(299, false), (300, false), (301, true)] {
            let limit = if edge < 0 { ticket.times.valid_from() } else { ticket.times.end };
            let now = limit + edge * beyond;
            let token = token_at(&mut realm, ticket, now);
            let expected = refused.then(|| AcceptError::Ticket(error.clone()));
            assert_eq!(refusal(&acceptor, &token, now), expected, "{edge} {beyond}");
        }
    }
}

#[test]
fn of_two_faults_the_earlier_step_is_reported() {
    let mut realm = Realm::all_types();
    let acceptor = realm.acceptor();
    let invalid = |part: &mut TicketPart| part.flags = TicketFlags::INVALID;
    let ticket = forged(&mut realm, invalid);
    let token = token_at(&mut realm, &ticket, NINE);
    let refused = |now| refusal(&acceptor, &token, now);
    assert_eq!(refused(NINE), ticket_error(PresentError::Invalid));
    assert_eq!(refused(NINE + 301), ticket_error(PresentError::Skew));
    assert_eq!(refused(NINE - 301), ticket_error(PresentError::NotYetValid));
    assert_eq!(refused(NINE + HOUR + 301), ticket_error(PresentError::Expired));

    // Another client in the authenticator: told before any time.
    let mut mismatch = ticket.clone();
    mismatch.client = principal("mallory");
    let token = token_at(&mut realm, &mismatch, NINE);
    for now in [NINE, NINE + 301, NINE + HOUR + 301] {
        assert_eq!(refusal(&acceptor, &token, now), ticket_error(PresentError::ClientMismatch));
    }

    // A wrong key is told before the names inside, a wrong name before the key.
    let mut other_keys = acceptor.clone();
    for key in &mut other_keys.keys {
        key.key = Key::random(key.key.etype(), &mut realm.random);
    }
    let integrity = ticket_error(PresentError::Integrity);
    assert_eq!(refusal(&other_keys, &token, NINE + HOUR + 301), integrity);
    other_keys.principal = principal("HTTP/other.example.com");
    let wrong = ticket_error(PresentError::WrongPrincipal);
    assert_eq!(refusal(&other_keys, &token, NINE + HOUR + 301), wrong);
}

#[test]
fn steps_are_taken_in_the_measured_order() {
    let mut realm = Realm::all_types();
    let address = Address::ipv4([10, 0, 0, 7]);
    let bound = address.clone();
    let ticket = forged(&mut realm, |part| part.addresses = Some(vec![bound]));
    let token = token_at(&mut realm, &ticket, NINE);
    let acceptor = Acceptor { addresses: AddressCheck::From(address), ..realm.acceptor() };
    let mut checks = Checks::new();
    let (mut replay, now) = (ReplayCache::default(), at(NINE));
    acceptor.accept(&token, now, &mut replay, &mut realm.random, &mut checks).unwrap();
    let ids: Vec<&str> = checks.taken().iter().map(|check| check.rule.id).collect();
    assert_eq!(
        ids,
        [
            "gss.framing",
            "gss.mechanism",
            "gss.token-id",
            "kerberos.encoding",
            "kerberos.version",
            "kerberos.message-type",
            "kerberos.server-name",
            "kerberos.user-to-user",
            "kerberos.ticket-key",
            "kerberos.key-version",
            "kerberos.ticket-integrity",
            "kerberos.session-key",
            "kerberos.authenticator-integrity",
            "kerberos.client-match",
            "kerberos.address",
            "kerberos.replay",
            "kerberos.ticket-start",
            "kerberos.ticket-end",
            "kerberos.clock-skew",
            "kerberos.ticket-valid",
            "gss.checksum",
            "gss.initial-sequence",
            "racf.principal-length",
        ]
    );
}

#[test]
fn a_token_is_inspected_often_and_accepted_once() {
    let mut realm = Realm::all_types();
    let ticket = realm.ticket(NINE);
    let token = token_at(&mut realm, &ticket, NINE);
    let (acceptor, mut replay) = (realm.acceptor(), ReplayCache::default());
    let mut accept = |now: Seconds, token: &[u8], random: &mut ChaCha20Rng| {
        acceptor.accept(token, at(now), &mut replay, random, &mut Checks::new()).err()
    };
    assert_eq!(refusal(&acceptor, &token, NINE), None);
    assert_eq!(refusal(&acceptor, &token, NINE), None);
    assert_eq!(accept(NINE, &token, &mut realm.random), None);
    let replayed = ticket_error(PresentError::Replay);
    assert_eq!(accept(NINE + 1, &token, &mut realm.random), replayed);
    assert_eq!(refusal(&acceptor, &token, NINE + 1), None);
    let (again, _) = initiator::token(
        &ticket,
        &TokenOptions::new(GssFlags::CONFIDENTIALITY),
        at(NINE).next(),
        &mut realm.random,
    );
    assert_eq!(accept(NINE + 1, &again, &mut realm.random), None);

    // A use that is refused for its time counts as used.
    let ahead = token_at(&mut realm, &ticket, NINE + 301);
    let skewed = ticket_error(PresentError::Skew);
    assert_eq!(accept(NINE, &ahead, &mut realm.random), skewed);
    assert_eq!(accept(NINE + 2, &ahead, &mut realm.random), replayed);
}

#[test]
fn key_versions_and_types_are_told_apart() {
    let mut realm = Realm::all_types();
    let ticket = realm.ticket(NINE);
    let token = token_at(&mut realm, &ticket, NINE);
    let mut acceptor = realm.acceptor();
    for key in &mut acceptor.keys {
        key.kvno = 3;
    }
    assert_eq!(refusal(&acceptor, &token, NINE), ticket_error(PresentError::KeyVersion));
    // The previous key is kept: the ticket of before the password change still opens.
    acceptor.keys.extend(realm.region_keys.iter().cloned());
    assert_eq!(refusal(&acceptor, &token, NINE), None);
    acceptor.keys.retain(|key| key.key.etype() != EncryptionType::Aes256Sha2);
    assert_eq!(refusal(&acceptor, &token, NINE), ticket_error(PresentError::NoKey));
    acceptor.keys.clear();
    assert_eq!(refusal(&acceptor, &token, NINE), ticket_error(PresentError::NoKey));

    // A ticket without key version is tried with every version, the newest first.
    let key = Key::random(EncryptionType::Aes128Sha1, &mut realm.random);
    let part_of = forged(&mut realm, |_| {});
    let part = TicketPart {
        flags: TicketFlags::default(),
        session_key: part_of.session_key.clone(),
        client: realm.client.clone(),
        transited: Transited::default(),
        times: part_of.times,
        addresses: None,
    };
    let sealed = part.seal(&realm.region, None, &key, &mut realm.random);
    let token = token_at(&mut realm, &Credentials { ticket: sealed, ..part_of }, NINE);
    acceptor.keys = [9, 8, 7]
        .map(|kvno| ServiceKey { kvno, key: Key::random(key.etype(), &mut realm.random) })
        .to_vec();
    assert_eq!(refusal(&acceptor, &token, NINE), ticket_error(PresentError::Integrity));
    acceptor.keys[1].key = key;
    assert_eq!(refusal(&acceptor, &token, NINE), None);
}

#[test]
fn addresses_count_only_where_the_realm_checks_them_and_the_ticket_has_some() {
    let mut realm = Realm::all_types();
    let (here, there) = (Address::ipv4([10, 0, 0, 7]), Address::ipv4([10, 0, 0, 8]));
    let bound = here.clone();
    let ticket = forged(&mut realm, |part| part.addresses = Some(vec![bound]));
    let bound = token_at(&mut realm, &ticket, NINE);
    let ticket = forged(&mut realm, |_| {});
    let free = token_at(&mut realm, &ticket, NINE);
    let mut acceptor = realm.acceptor();
    assert_eq!(refusal(&acceptor, &bound, NINE), None);
    acceptor.addresses = AddressCheck::From(there);
    assert_eq!(refusal(&acceptor, &free, NINE), None);
    assert_eq!(refusal(&acceptor, &bound, NINE), ticket_error(PresentError::Address));
    acceptor.addresses = AddressCheck::From(here);
    assert_eq!(refusal(&acceptor, &bound, NINE), None);
}

#[test]
fn a_client_name_fits_240_bytes_or_is_refused_last() {
    let mut realm = Realm::all_types();
    for (length, refused) in [(239, false), (240, false), (241, true)] {
        // `/.../PARTNER.COM/` has 17 bytes.
        let name = "a".repeat(length - 17);
        let client = Principal::parse(&name, "PARTNER.COM").unwrap();
        let ticket = forged(&mut realm, |part| part.client = client);
        let token = token_at(&mut realm, &ticket, NINE);
        let expected = refused.then_some(AcceptError::ClientName);
        assert_eq!(refusal(&realm.acceptor(), &token, NINE), expected, "{length}");
        let late = refusal(&realm.acceptor(), &token, NINE + 301);
        assert_eq!(late, ticket_error(PresentError::Skew));
    }
}

#[test]
fn mutual_in_clear_text_alone_gets_no_answer() {
    let mut realm = Realm::all_types();
    let ticket = realm.ticket(NINE);
    for (flags, mutual_required, answered) in [
        (GssFlags::CONFIDENTIALITY, true, false),
        (GssFlags::MUTUAL, false, true),
        (GssFlags::MUTUAL, true, true),
    ] {
        let options = TokenOptions { mutual_required, ..TokenOptions::new(flags) };
        let (token, _) = initiator::token(&ticket, &options, at(NINE), &mut realm.random);
        let (acceptor, mut replay) = (realm.acceptor(), ReplayCache::default());
        let accepted =
            acceptor.accept(&token, at(NINE), &mut replay, &mut realm.random, &mut Checks::new());
        let accepted = accepted.unwrap();
        assert_eq!(accepted.output.is_empty(), !answered);
        assert_eq!(accepted.token.ap_options.has(ApOptions::MUTUAL_REQUIRED), mutual_required);
    }
}

#[test]
fn the_acceptor_subkey_is_of_its_favourite_type_that_the_client_lists() {
    let mut realm = Realm::new(&[EncryptionType::Aes128Sha1]);
    let ticket = realm.ticket(NINE);
    for (listed, expected) in [
        (EncryptionType::STRONGEST_FIRST.to_vec(), EncryptionType::Aes256Sha2),
        (vec![EncryptionType::Aes256Sha1], EncryptionType::Aes256Sha1),
        (vec![], EncryptionType::Aes128Sha1),
    ] {
        let options = TokenOptions { etypes: listed, ..TokenOptions::new(GssFlags::MUTUAL) };
        let (token, initiator) = initiator::token(&ticket, &options, at(NINE), &mut realm.random);
        let (acceptor, mut replay) = (realm.acceptor(), ReplayCache::default());
        let mut checks = Checks::new();
        let accepted =
            acceptor.accept(&token, at(NINE), &mut replay, &mut realm.random, &mut checks);
        let accepted = accepted.unwrap();
        assert_eq!(accepted.context.key.etype(), expected);
        let context = initiator.answered(&accepted.output, &mut checks).unwrap();
        assert!(context.acceptor_subkey && context.key == accepted.context.key);
    }
}

#[test]
fn an_answer_to_another_token_or_from_another_acceptor_is_refused() {
    let mut realm = Realm::all_types();
    let ticket = realm.ticket(NINE);
    let answer = |realm: &mut Realm, token: &[u8]| {
        let acceptor = realm.acceptor();
        let mut replay = ReplayCache::default();
        let random = &mut realm.random;
        acceptor.accept(token, at(NINE), &mut replay, random, &mut Checks::new()).unwrap().output
    };
    let (_, first) = realm.token(&ticket, GssFlags::MUTUAL, NINE);
    let (token, second) = realm.token(&ticket, GssFlags::MUTUAL, NINE + 1);
    let output = answer(&mut realm, &token);
    assert_eq!(first.answered(&output, &mut Checks::new()), Err(MutualError::Time));
    let other = realm.ticket(NINE + 2);
    let (_, stranger) = realm.token(&other, GssFlags::MUTUAL, NINE + 1);
    assert_eq!(stranger.answered(&output, &mut Checks::new()), Err(MutualError::Integrity));
    for at in 0..output.len() * 8 {
        let mut changed = output.clone();
        changed[at / 8] ^= 1 << (at % 8);
        assert!(second.clone().answered(&changed, &mut Checks::new()).is_err(), "bit {at}");
    }
    assert!(second.answered(&output, &mut Checks::new()).is_ok());
}

#[test]
fn wrapped_messages_are_refused_when_changed_reflected_or_out_of_order() {
    for etype in EncryptionType::STRONGEST_FIRST {
        let mut realm = Realm::new(&[etype]);
        let ticket = realm.ticket(NINE);
        let flags = GssFlags::CONFIDENTIALITY | GssFlags::SEQUENCE;
        let (token, initiator) = realm.token(&ticket, flags, NINE);
        let acceptor = realm.acceptor();
        let mut replay = ReplayCache::default();
        let accepted =
            acceptor.accept(&token, at(NINE), &mut replay, &mut realm.random, &mut Checks::new());
        let mut sender = accepted.unwrap().context;
        let mut receiver = initiator.without_answer();
        for sealed in [true, false] {
            let wrapped = sender.wrap(sealed, b"PASSTCKT", &mut realm.random);
            let body = wrapped.len() - 16;
            for bit in 0..wrapped.len() * 8 {
                let mut changed = wrapped.clone();
                changed[bit / 8] ^= 0x80 >> (bit % 8);
                let opened = receiver.clone().unwrap(&changed, &mut Checks::new());
                // RRC is not protected, and a rotation by whole turns changes nothing.
                let rotation = usize::from(u16::from_be_bytes([changed[6], changed[7]]));
                let harmless = rotation != 0 && rotation % body == 0;
                assert_eq!(opened.is_ok(), harmless, "{etype} bit {bit}");
            }
            for at in 0..wrapped.len() {
                assert!(receiver.clone().unwrap(&wrapped[..at], &mut Checks::new()).is_err());
            }
            let mut rotated = wrapped.clone();
            rotated[16..].rotate_right(5);
            rotated[7] = 5;
            let mut checks = Checks::new();
            assert!(receiver.clone().unwrap(&rotated, &mut checks).is_ok());
            assert_eq!(sender.unwrap(&wrapped, &mut checks), Err(UnwrapError::Flags));
            assert!(receiver.unwrap(&wrapped, &mut checks).is_ok());
            assert_eq!(receiver.unwrap(&wrapped, &mut checks), Err(UnwrapError::Sequence));
        }
    }
}

#[test]
fn sequence_numbers_bind_as_far_as_the_flags_ask() {
    let refused = Err(UnwrapError::Sequence);
    for (flags, repeated, skipped) in [
        (GssFlags::CONFIDENTIALITY, false, false),
        (GssFlags::REPLAY, true, false),
        (GssFlags::SEQUENCE, true, true),
    ] {
        let mut realm = Realm::all_types();
        let ticket = realm.ticket(NINE);
        let (_, initiator) = realm.token(&ticket, flags, NINE);
        let mut receiver = initiator.without_answer();
        let mut sender = Context { role: Role::Acceptor, ..receiver.clone() };
        let mut wrap = || sender.wrap(true, b"x", &mut realm.random);
        let (first, _lost, third) = (wrap(), wrap(), wrap());
        let mut open = |token: &[u8]| receiver.unwrap(token, &mut Checks::new()).map(drop);
        assert_eq!(open(&first), Ok(()));
        assert_eq!(open(&first), if repeated { refused } else { Ok(()) });
        assert_eq!(open(&third), if skipped { refused } else { Ok(()) });
    }
}
