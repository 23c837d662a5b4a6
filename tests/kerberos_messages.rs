//! Hostile octets: every bit flipped, every truncation, encodings that are not DER, and noise.

#![allow(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod kerberos_support;

use kerberos_support::{NINE, PASSWORD, Realm, SKEW, at};
use proptest::prelude::*;
use regionsim::check::Checks;
use regionsim::protocol::gss::{KERBEROS_OID, SPNEGO_OID, frame, unframe};
use regionsim::protocol::kerberos::acceptor::{AcceptError, Acceptor};
use regionsim::protocol::kerberos::client::{self, TicketRequest};
use regionsim::protocol::kerberos::error::{ErrorCode, KrbError};
use regionsim::protocol::kerberos::gss::{ContextChecksum, GssFlags, TokenId, context_token};
use regionsim::protocol::kerberos::kdc::answer;
use regionsim::protocol::kerberos::present::PresentError;
use regionsim::protocol::kerberos::summary::{classify, summary};

/// The token of a full exchange, and the acceptor that takes it at nine.
fn token() -> (Vec<u8>, Acceptor) {
    let mut realm = Realm::all_types();
    let ticket = realm.ticket(NINE);
    let (token, _) = realm.token(&ticket, GssFlags::CONFIDENTIALITY, NINE);
    (token, realm.acceptor())
}

fn verdict(acceptor: &Acceptor, token: &[u8]) -> Result<(), AcceptError> {
    acceptor.inspect(token, at(NINE), &mut Checks::new()).map(drop)
}

fn find(within: &[u8], what: &[u8]) -> usize {
    let places: Vec<usize> =
        (0..within.len()).filter(|at| within[*at..].starts_with(what)).collect();
    assert_eq!(places.len(), 1, "{what:02X?}");
    places[0]
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[bit / 8] ^= 0x80 >> (bit % 8);
    changed
}

/// The bits of an AP-REQ that nothing protects: the AP options but one, and the type of the
/// service's name, which is a hint. `use-session-key` is refused, because it names another key.
fn unprotected(message: &[u8]) -> Vec<usize> {
    let options = find(message, &[0xA2, 7, 3, 5, 0]) + 5;
    let name_type = find(message, &[0xA0, 3, 2, 1, 3, 0xA1]) + 4;
    let use_session_key = options * 8 + 1;
    (options * 8..options * 8 + 32)
        .chain(name_type * 8..name_type * 8 + 8)
        .filter(|bit| *bit != use_session_key)
        .collect()
}

#[test]
fn every_flipped_bit_of_a_token_is_refused_except_the_unprotected_ones() {
    let (token, acceptor) = token();
    assert_eq!(verdict(&acceptor, &token), Ok(()));
    let accepted: Vec<usize> = (0..token.len() * 8)
        .filter(|bit| verdict(&acceptor, &flipped(&token, *bit)).is_ok())
        .collect();
    assert_eq!(accepted, unprotected(&token));
    assert_eq!(accepted.len(), 39);
}

#[test]
fn the_kind_of_refusal_tells_where_the_bit_was() {
    let (token, acceptor) = token();
    let options = find(&token, &[0xA2, 7, 3, 5, 0]) + 5;
    let refused = |bit| verdict(&acceptor, &flipped(&token, bit)).unwrap_err();
    let ticket = |error| AcceptError::Ticket(error);
    assert_eq!(refused(options * 8 + 1), ticket(PresentError::NoKey));
    let host = find(&token, b"region.example.com");
    assert_eq!(refused(host * 8 + 7), ticket(PresentError::WrongPrincipal));
    let version = find(&token, &[0xA1, 3, 2, 1, 2, 0xA2]) + 4;
    assert_eq!(refused(version * 8 + 7), ticket(PresentError::KeyVersion));
    let ticket_version = find(&token, &[0x61, 0x82]) + 4 + 4 + 4;
    assert_eq!(token[ticket_version], 5);
    assert_eq!(refused(ticket_version * 8 + 7), ticket(PresentError::Version));
    assert_eq!(refused(token.len() * 8 - 1), ticket(PresentError::Integrity));
    let message = find(&token, &[1, 0, 0x6E]);
    assert_eq!(refused(message * 8), AcceptError::TokenId(TokenId::ApReq));
    assert_eq!(refused(message * 8 - 1), AcceptError::Mechanism);
}

#[test]
fn every_truncation_and_every_addition_is_refused() {
    let (token, acceptor) = token();
    for at in 0..token.len() {
        assert!(verdict(&acceptor, &token[..at]).is_err(), "{at}");
    }
    let message = &unframe(&token).unwrap().inner[2..];
    for at in 0..message.len() {
        let refused = verdict(&acceptor, &context_token(TokenId::ApReq, &message[..at]));
        let encoding = matches!(refused, Err(AcceptError::Ticket(PresentError::Encoding(_))));
        assert!(encoding, "{at}: {refused:?}");
    }
    let longer = [message, &[0]].concat();
    assert!(verdict(&acceptor, &context_token(TokenId::ApReq, &longer)).is_err());
}

/// Wraps content in a tag with three length octets, which is one more than these need.
fn long_form(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len() as u32;
    [&[tag, 0x83], &length.to_be_bytes()[1..], content].concat()
}

#[test]
fn lengths_and_integers_must_be_in_their_shortest_form() {
    let (token, acceptor) = token();
    let message = &unframe(&token).unwrap().inner[2..];
    assert_eq!((message[0], message[1], message[4], message[5]), (0x6E, 0x82, 0x30, 0x82));
    let fields = &message[8..];
    let short = |tag: u8, content: &[u8]| {
        [&[tag, 0x82], &(content.len() as u16).to_be_bytes()[..], content].concat()
    };
    let send = |message: &[u8]| verdict(&acceptor, &context_token(TokenId::ApReq, message));
    assert_eq!(send(&short(0x6E, &short(0x30, fields))), Ok(()));
    assert_eq!(fields[..5], [0xA0, 3, 2, 1, 5]);
    let padded = [&[0xA0, 4, 2, 2, 0, 5], &fields[5..]].concat();
    for bad in [
        long_form(0x6E, &short(0x30, fields)),
        short(0x6E, &long_form(0x30, fields)),
        short(0x6E, &short(0x30, &padded)),
        short(0x6E, &short(0x31, fields)),
    ] {
        let refused = send(&bad).unwrap_err();
        let AcceptError::Ticket(PresentError::Encoding(error)) = &refused else {
            panic!("{refused:?}")
        };
        assert_eq!(error.message, "AP-REQ");
        assert_eq!(refused.code(), Some(ErrorCode::GENERIC));
    }
}

#[test]
fn other_mechanisms_and_messages_are_told_apart() {
    let (token, acceptor) = token();
    let inner = unframe(&token).unwrap().inner;
    assert_eq!(verdict(&acceptor, &frame(SPNEGO_OID, inner)), Err(AcceptError::Mechanism));
    let message = &inner[2..];
    for id in [TokenId::ApRep, TokenId::Error] {
        assert_eq!(
            verdict(&acceptor, &context_token(id, message)),
            Err(AcceptError::TokenId(TokenId::ApReq))
        );
    }
    assert_eq!(
        verdict(&acceptor, &frame(KERBEROS_OID, &[1])),
        Err(AcceptError::TokenId(TokenId::ApReq))
    );
    assert!(matches!(verdict(&acceptor, message), Err(AcceptError::Framing(_))));
}

#[test]
fn every_flipped_bit_of_a_service_request_is_refused_except_the_unprotected_ones() {
    let mut realm = Realm::all_types();
    let granting = realm.log_on(&realm.granting_request(), NINE).unwrap();
    let request = TicketRequest::new(realm.region.clone());
    let sent = client::tgs_req(&granting, &request, at(NINE), &mut realm.random).bytes;
    let options = find(&sent, &[0xA2, 7, 3, 5, 0]) + 5;
    let name_type = find(&sent, &[0xA0, 3, 2, 1, 2, 0xA1]) + 4;
    for bit in 0..sent.len() * 8 {
        let reply = realm.answer(NINE, &flipped(&sent, bit));
        let free = (options * 8..options * 8 + 32).contains(&bit) && bit != options * 8 + 1
            || (name_type * 8..name_type * 8 + 8).contains(&bit);
        assert_eq!(reply.error.is_none(), free, "bit {bit}: {:?}", reply.error);
    }
}

#[test]
fn a_flipped_bit_of_a_reply_never_changes_what_the_client_learns() {
    let mut realm = Realm::all_types();
    realm.registry.policy_mut().preauth_required = false;
    let request = realm.granting_request();
    let sent = client::as_req(&realm.client, &request, &mut realm.random);
    let reply = realm.answer(NINE, &sent.bytes).reply;
    let mut judge = |reply: &[u8]| {
        let table = &mut realm.table;
        client::as_rep(&sent, reply, PASSWORD, table, NINE, SKEW, &mut Checks::new())
    };
    let right = judge(&reply).unwrap();
    let mut unnoticed = 0;
    for bit in 0..reply.len() * 8 {
        // Flips in the clear-text iterations would only make the test slow.
        if reply[..bit / 8].ends_with(&[0xA2, 6, 4, 4])
            || reply[..bit / 8].ends_with(&[0xA2, 6, 4, 4, 0])
            || reply[..bit / 8].ends_with(&[0xA2, 6, 4, 4, 0, 0])
        {
            continue;
        }
        if let Ok(learned) = judge(&flipped(&reply, bit)) {
            unnoticed += 1;
            let ticket = right.ticket.clone();
            assert_eq!(client::Credentials { ticket, ..learned }, right, "bit {bit}");
        }
    }
    // The ticket inside is opaque to the client; its damage shows at the service.
    assert!(unnoticed > 8 * 100);
}

#[test]
fn messages_have_names_and_clear_text_facts() {
    let mut realm = Realm::all_types();
    let request = realm.granting_request();
    let first = client::as_req(&realm.client, &request, &mut realm.random).bytes;
    let facts = summary(&first);
    assert_eq!(classify(&first), "AS-REQ");
    assert_eq!(facts[0], ("client", "alice@EXAMPLE.COM".to_owned()));
    assert_eq!(facts[1], ("server", "krbtgt/EXAMPLE.COM@EXAMPLE.COM".to_owned()));
    let refusal = realm.answer(NINE, &first).reply;
    assert_eq!(classify(&refusal), "KRB-ERROR");
    assert_eq!(summary(&refusal)[0], ("error", "25 PREAUTH_REQUIRED".to_owned()));
    let (token, _) = token();
    assert_eq!(classify(&token), "AP-REQ");
    let facts = summary(&token);
    assert_eq!(facts[0], ("options", "none".to_owned()));
    assert_eq!(facts[1], ("server", "HTTP/region.example.com@EXAMPLE.COM".to_owned()));
    assert!(facts[2].1.starts_with("aes256-cts-hmac-sha384-192, kvno 2, "), "{facts:?}");
    let message = &unframe(&token).unwrap().inner[2..];
    assert_eq!(summary(message), facts);
    assert_eq!(summary(&message[..50])[0].0, "problem");
    assert_eq!((classify(b"hello"), summary(b"hello")), ("unknown", Vec::new()));
    assert_eq!(classify(&[]), "unknown");
    assert_eq!(classify(&[5, 4, 3, 0xFF]), "GSS-WRAP");
}

#[test]
fn requests_that_are_none_are_answered_with_an_error() {
    let mut realm = Realm::all_types();
    for (bytes, code) in [
        (&b""[..], ErrorCode::MSG_TYPE),
        (b"hello", ErrorCode::MSG_TYPE),
        (&[0x6A], ErrorCode::GENERIC),
        (&[0x6C, 2, 0x30, 0], ErrorCode::GENERIC),
    ] {
        let answer = realm.answer(NINE, bytes);
        assert_eq!(answer.error, Some(code), "{bytes:02X?}");
        let error = KrbError::decode(&answer.reply).unwrap();
        assert_eq!((error.code, error.time), (code, at(NINE)));
    }
    // A request for a service ticket needs a granting ticket.
    let request = realm.granting_request();
    let mut request = client::as_req(&realm.client, &request, &mut realm.random).bytes;
    request[0] = 0x6C;
    assert_eq!(realm.answer(NINE, &request).error, Some(ErrorCode::MSG_TYPE));
    let kind = find(&request, &[0xA2, 3, 2, 1, 10]) + 4;
    request[kind] = 12;
    assert_eq!(realm.answer(NINE, &request).error, Some(ErrorCode::PADATA_TYPE_NOSUPP));
    request[kind - 5] = 4;
    assert_eq!(realm.answer(NINE, &request).error, Some(ErrorCode::BAD_PVNO));
}

/// Everything that reads octets from outside, fed with the same ones.
fn feed(bytes: &[u8]) {
    let (mut realm, acceptor) = (Realm::all_types(), token().1);
    let _ = (classify(bytes), summary(bytes), unframe(bytes), ContextChecksum::decode(bytes));
    let _ = KrbError::decode(bytes).map(|error| error.etype_info());
    assert!(verdict(&acceptor, bytes).is_err());
    assert!(verdict(&acceptor, &context_token(TokenId::ApReq, bytes)).is_err());
    let reply = answer(&realm.registry, at(NINE), None, &mut realm.random, bytes);
    assert!(KrbError::decode(&reply.reply).is_ok());
    let request = realm.granting_request();
    let sent = client::as_req(&realm.client, &request, &mut realm.random);
    let judged =
        client::as_rep(&sent, bytes, PASSWORD, &mut realm.table, NINE, SKEW, &mut Checks::new());
    assert!(judged.is_err());
}

#[test]
fn long_and_deep_messages_are_refused_quickly() {
    for tag in [0x6A, 0x6C, 0x6E, 0x7E, 0x60, 0x30] {
        feed(&vec![tag; 70_000]);
        let mut nested = Vec::new();
        while nested.len() < 60_000 {
            let length = nested.len();
            let octets = (length as u32).to_be_bytes();
            let header: Vec<u8> = match length {
                0..0x80 => vec![tag, length as u8],
                0x80..0x100 => vec![tag, 0x81, octets[3]],
                _ => vec![tag, 0x82, octets[2], octets[3]],
            };
            nested.extend(header.iter().rev());
        }
        nested.reverse();
        feed(&nested);
    }
}

fn configuration() -> ProptestConfig {
    ProptestConfig {
        cases: 200,
        rng_seed: proptest::test_runner::RngSeed::Fixed(1402),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(configuration())]

    #[test]
    fn noise_is_refused_everywhere(
        tag in prop::sample::select(vec![0x6Au8, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x7E, 0x60, 0x30]),
        noise in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let length = noise.len() as u16;
        let whole = [&[tag, 0x82], &length.to_be_bytes()[..], &noise].concat();
        feed(&whole);
        feed(&noise);
    }

    #[test]
    fn a_token_with_several_damaged_octets_is_refused(
        damage in prop::collection::vec((any::<prop::sample::Index>(), 1u8..), 2..20),
    ) {
        let (token, acceptor) = token();
        let mut changed = token.clone();
        for (at, with) in damage {
            changed[at.index(token.len())] ^= with;
        }
        let free = unprotected(&token);
        let harmless = (0..token.len() * 8)
            .filter(|bit| (changed[bit / 8] ^ token[bit / 8]) & (0x80 >> (bit % 8)) != 0)
            .all(|bit| free.contains(&bit));
        prop_assert_eq!(verdict(&acceptor, &changed).is_ok(), harmless);
    }
}
