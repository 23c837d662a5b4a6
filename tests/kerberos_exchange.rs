//! The exchanges from a password to a wrapped message, and every limit on the way.

#![allow(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod kerberos_support;

use kerberos_support::{NINE, PASSWORD, Realm, SKEW, at, forged, principal, refusal, token_at};
use regionsim::check::{Checks, Seconds};
use regionsim::protocol::kerberos::acceptor::{AcceptError, Acceptor};
use regionsim::protocol::kerberos::client::{self, Credentials, ReplyError, TicketRequest};
use regionsim::protocol::kerberos::error::{ErrorCode, KrbError};
use regionsim::protocol::kerberos::flags::{KdcOptions, TicketFlags};
use regionsim::protocol::kerberos::gss::GssFlags;
use regionsim::protocol::kerberos::kdc::{Entry, Status, answer};
use regionsim::protocol::kerberos::present::{AddressCheck, PresentError};
use regionsim::protocol::kerberos::replay::ReplayCache;
use regionsim::protocol::kerberos::ticket::{Address, TicketPart};
use regionsim::protocol::kerberos::transited::Transited;
use regionsim::protocol::kerberos::{EncryptionType, Key, Principal};

const HOUR: Seconds = 3600;

#[test]
fn from_password_to_wrapped_message_with_each_type() {
    for etype in EncryptionType::STRONGEST_FIRST {
        for flags in [GssFlags::CONFIDENTIALITY, GssFlags::CONFIDENTIALITY | GssFlags::MUTUAL] {
            let mut realm = Realm::new(&[etype]);
            let ticket = realm.ticket(NINE);
            assert_eq!(ticket.session_key.etype(), etype);
            let (token, initiator) = realm.token(&ticket, flags, NINE);
            let (acceptor, mut replay) = (realm.acceptor(), ReplayCache::default());
            let mut checks = Checks::new();
            let seen = acceptor.inspect(&token, at(NINE), &mut checks).unwrap();
            assert_eq!((&seen.client, seen.gss_flags), (&realm.client, flags));
            let mut accepted = acceptor
                .accept(&token, at(NINE), &mut replay, &mut realm.random, &mut checks)
                .unwrap();
            assert!(checks.taken().iter().all(|check| check.passed));
            let mutual = flags.has(GssFlags::MUTUAL);
            assert_eq!(accepted.output.is_empty(), !mutual);
            let mut context = if mutual {
                initiator.answered(&accepted.output, &mut checks).unwrap()
            } else {
                initiator.without_answer()
            };
            assert_eq!(context.key, accepted.context.key);
            let wrapped = accepted.context.wrap(true, b"PASSTCKT", &mut realm.random);
            assert_eq!(wrapped[2], if mutual { 7 } else { 3 });
            let opened = context.unwrap(&wrapped, &mut checks).unwrap();
            assert_eq!(opened.data, b"PASSTCKT");
            let back = context.wrap(false, b"thanks", &mut realm.random);
            assert_eq!(accepted.context.unwrap(&back, &mut checks).unwrap().data, b"thanks");
        }
    }
}

#[test]
fn the_same_random_stream_gives_the_same_octets() {
    let run = || {
        let mut realm = Realm::all_types();
        let ticket = realm.ticket(NINE);
        let (token, _) = realm.token(&ticket, GssFlags::MUTUAL, NINE);
        let mut replay = ReplayCache::default();
        let acceptor = realm.acceptor();
        let accepted =
            acceptor.accept(&token, at(NINE), &mut replay, &mut realm.random, &mut Checks::new());
        (ticket, token, accepted.unwrap())
    };
    assert_eq!(run(), run());
}

/// The error number of the KDC's answer; `None` for a ticket.
fn as_refusal(
    realm: &mut Realm,
    now: Seconds,
    change: impl FnOnce(&mut TicketRequest),
) -> Option<ErrorCode> {
    let mut request = realm.granting_request();
    change(&mut request);
    match realm.log_on(&request, now) {
        Ok(_) => None,
        Err(error) => Some(error.refused().unwrap_or_else(|| panic!("{error}"))),
    }
}

#[test]
fn a_first_request_is_told_how_to_make_the_key() {
    let mut realm = Realm::all_types();
    let request = realm.granting_request();
    let sent = client::as_req(&realm.client, &request, &mut realm.random);
    let answer = realm.answer(NINE, &sent.bytes);
    assert_eq!(answer.error, Some(ErrorCode::PREAUTH_REQUIRED));
    let refusal = KrbError::decode(&answer.reply).unwrap();
    let infos = refusal.etype_info();
    let etypes: Vec<_> = infos.iter().map(|info| info.etype).collect();
    assert_eq!(etypes, EncryptionType::STRONGEST_FIRST);
    assert!(infos.iter().all(|info| info.iterations == 10));
    assert_eq!(infos[0].salt.as_deref(), Some(&realm.client.default_salt()[..]));

    // Where it is not required, the ticket comes at once, without the flag.
    realm.registry.policy_mut().preauth_required = false;
    let answer = realm.answer(NINE, &sent.bytes);
    let table = &mut realm.table;
    let mut checks = Checks::new();
    let credentials =
        client::as_rep(&sent, &answer.reply, PASSWORD, table, NINE, SKEW, &mut checks).unwrap();
    assert_eq!(credentials.flags, TicketFlags::INITIAL);
    let wrong = client::as_rep(&sent, &answer.reply, b"wrong", table, NINE, SKEW, &mut checks);
    assert_eq!(wrong, Err(ReplyError::Integrity));
    realm.registry.entry_mut(&realm.client).unwrap().preauth_required = true;
    assert_eq!(realm.answer(NINE, &sent.bytes).error, Some(ErrorCode::PREAUTH_REQUIRED));
}

#[test]
fn names_and_states_of_principals_are_refused_with_their_numbers() {
    let mut realm = Realm::all_types();
    assert_eq!(as_refusal(&mut realm, NINE, |_| {}), None);
    let known = std::mem::replace(&mut realm.client, principal("nobody"));
    assert_eq!(as_refusal(&mut realm, NINE, |_| {}), Some(ErrorCode::C_PRINCIPAL_UNKNOWN));
    realm.client = known;
    let unknown = |request: &mut TicketRequest| request.server = principal("HTTP/nowhere");
    assert_eq!(as_refusal(&mut realm, NINE, unknown), Some(ErrorCode::S_PRINCIPAL_UNKNOWN));
    let abroad = |request: &mut TicketRequest| {
        request.server = Principal::ticket_granting("OTHER.COM", "OTHER.COM").unwrap();
    };
    assert_eq!(as_refusal(&mut realm, NINE, abroad), Some(ErrorCode::WRONG_REALM));
    for (status, code) in
        [(Status::Revoked, ErrorCode::CLIENT_REVOKED), (Status::KeyExpired, ErrorCode::KEY_EXPIRED)]
    {
        realm.registry.entry_mut(&realm.client).unwrap().status = status;
        assert_eq!(as_refusal(&mut realm, NINE, |_| {}), Some(code));
    }
    realm.registry.entry_mut(&realm.client).unwrap().status = Status::Active;
    let keyless = principal("HTTP/keyless");
    realm.registry.insert(Entry::new(keyless.clone(), Vec::new()));
    let ask = |request: &mut TicketRequest| request.server = keyless;
    assert_eq!(as_refusal(&mut realm, NINE, ask), Some(ErrorCode::NULL_KEY));
    let region = realm.region.clone();
    realm.registry.entry_mut(&region).unwrap().status = Status::Revoked;
    let ask = |request: &mut TicketRequest| request.server = region;
    assert_eq!(as_refusal(&mut realm, NINE, ask), Some(ErrorCode::SERVICE_REVOKED));
}

#[test]
fn encryption_types_are_negotiated_for_the_session_and_not_for_the_ticket() {
    let mut realm = Realm::all_types();
    let weak = |request: &mut TicketRequest| request.etypes = vec![23, 3, 16];
    assert_eq!(as_refusal(&mut realm, NINE, weak), Some(ErrorCode::ETYPE_NOSUPP));
    let none = |request: &mut TicketRequest| request.etypes = Vec::new();
    assert_eq!(as_refusal(&mut realm, NINE, none), Some(ErrorCode::ETYPE_NOSUPP));
    let mut request = realm.granting_request();
    request.etypes = vec![23, 17, 18];
    let granting = realm.log_on(&request, NINE).unwrap();
    assert_eq!(granting.session_key.etype(), EncryptionType::Aes128Sha1);
    let request = TicketRequest { server: realm.region.clone(), ..request };
    let ticket = realm.service_ticket(&granting, &request, NINE).unwrap();
    assert_eq!(ticket.session_key.etype(), EncryptionType::Aes128Sha1);
    // The ticket is under the region's strongest key although the client does not list its type.
    let token = token_at(&mut realm, &ticket, NINE);
    let mut acceptor = realm.acceptor();
    acceptor.keys.retain(|key| key.key.etype() == EncryptionType::Aes256Sha2);
    assert_eq!(refusal(&acceptor, &token, NINE), None);

    // A client without a key of a listed type.
    let mut only = Realm::all_types();
    let entry = only.registry.entry_mut(&only.client).unwrap();
    entry.keys.retain(|key| key.key.etype() == EncryptionType::Aes128Sha1);
    only.registry.policy_mut().preauth_required = false;
    let request = TicketRequest { etypes: vec![18], ..only.granting_request() };
    let sent = client::as_req(&only.client, &request, &mut only.random);
    assert_eq!(only.answer(NINE, &sent.bytes).error, Some(ErrorCode::ETYPE_NOSUPP));
}

#[test]
fn options_that_the_kdc_does_not_have_are_refused_and_wishes_are_left_ungranted() {
    let mut realm = Realm::all_types();
    for option in [
        KdcOptions::FORWARDED,
        KdcOptions::PROXY,
        KdcOptions::ALLOW_POSTDATE,
        KdcOptions::ENC_TKT_IN_SKEY,
        KdcOptions::RENEW,
        KdcOptions::VALIDATE,
        KdcOptions::REQUEST_ANONYMOUS,
        KdcOptions::CNAME_IN_ADDL_TKT,
    ] {
        let ask = |request: &mut TicketRequest| request.options = option;
        assert_eq!(as_refusal(&mut realm, NINE, ask), Some(ErrorCode::BADOPTION), "{option:?}");
    }
    let postdated = |request: &mut TicketRequest| request.options = KdcOptions::POSTDATED;
    assert_eq!(as_refusal(&mut realm, NINE, postdated), Some(ErrorCode::CANNOT_POSTDATE));
    for option in [
        KdcOptions::FORWARDABLE,
        KdcOptions::RENEWABLE,
        KdcOptions::RENEWABLE_OK,
        KdcOptions::CANONICALIZE,
    ] {
        let mut request = realm.granting_request();
        request.options = option;
        let granted = realm.log_on(&request, NINE).unwrap();
        assert_eq!(granted.flags, TicketFlags::INITIAL.with(TicketFlags::PRE_AUTHENT));
    }
}

#[test]
fn lifetimes_are_the_least_of_all_limits_and_not_below_the_minimum() {
    let mut realm = Realm::all_types();
    let mut life = |till: Seconds| {
        let mut request = realm.granting_request();
        request.till = till;
        realm.log_on(&request, NINE).map(|granted| granted.times.end - NINE)
    };
    assert_eq!(life(0).unwrap(), 10 * HOUR);
    assert_eq!(life(NINE + 8 * HOUR).unwrap(), 8 * HOUR);
    assert_eq!(life(NINE + 24 * HOUR).unwrap(), 24 * HOUR);
    assert_eq!(life(NINE + 24 * HOUR + 1).unwrap(), 24 * HOUR);
    assert_eq!(life(NINE + 31).unwrap(), 31);
    assert_eq!(life(NINE + 30).unwrap(), 30);
    for short in [29, 0, -1] {
        assert_eq!(life(NINE + short).unwrap_err().refused(), Some(ErrorCode::NEVER_VALID));
    }
    realm.registry.entry_mut(&realm.client).unwrap().most_life = Some(5 * HOUR);
    let granting = realm.log_on(&realm.granting_request(), NINE).unwrap();
    assert_eq!(granting.times.end, NINE + 5 * HOUR);
    let region = realm.region.clone();
    let request = TicketRequest { till: NINE + 20 * HOUR, ..TicketRequest::new(region.clone()) };
    let ticket = realm.service_ticket(&granting, &request, NINE + HOUR).unwrap();
    assert_eq!(ticket.times.end, NINE + 5 * HOUR, "not longer than the granting ticket");
    assert_eq!((ticket.times.auth, ticket.times.start), (NINE, Some(NINE + HOUR)));
    realm.registry.entry_mut(&region).unwrap().most_life = Some(HOUR);
    let ticket = realm.service_ticket(&granting, &request, NINE + HOUR).unwrap();
    assert_eq!(ticket.times.end, NINE + 2 * HOUR);
    let late = NINE + 5 * HOUR - 29;
    let refused = realm.service_ticket(&granting, &request, late).unwrap_err();
    assert_eq!(refused.refused(), Some(ErrorCode::NEVER_VALID));
}

#[test]
fn nothing_starts_later_than_the_skew_ahead() {
    let mut realm = Realm::all_types();
    for (ahead, refused) in
        [(-HOUR, None), (299, None), (300, None), (301, Some(ErrorCode::CANNOT_POSTDATE))]
    {
        let ask = |request: &mut TicketRequest| request.from = Some(NINE + ahead);
        assert_eq!(as_refusal(&mut realm, NINE, ask), refused, "{ahead}");
    }
}

#[test]
fn the_encrypted_timestamp_is_judged_by_key_type_and_clock() {
    let mut realm = Realm::all_types();
    let request = realm.granting_request();
    let entry = realm.registry.entry_mut(&realm.client).unwrap().clone();
    let key = entry.keys[0].key.clone();
    let send = |realm: &mut Realm, key: &Key, stamp: Seconds| {
        let client = realm.client.clone();
        let now = at(stamp);
        let sent = client::as_req_preauthenticated(&client, &request, key, now, &mut realm.random);
        realm.answer(NINE, &sent.bytes)
    };
    for (apart, refused) in [(299, None), (300, None), (301, Some(ErrorCode::SKEW))] {
        assert_eq!(send(&mut realm, &key, NINE + apart).error, refused);
        assert_eq!(send(&mut realm, &key, NINE - apart).error, refused);
    }
    let wrong = Key::random(key.etype(), &mut realm.random);
    let failed = send(&mut realm, &wrong, NINE + 301);
    assert_eq!(failed.error, Some(ErrorCode::PREAUTH_FAILED));
    assert_eq!(KrbError::decode(&failed.reply).unwrap().etype_info().len(), 4);
    realm.registry.entry_mut(&realm.client).unwrap().keys.remove(0);
    assert_eq!(send(&mut realm, &key, NINE).error, Some(ErrorCode::ETYPE_NOSUPP));
}

#[test]
fn a_granting_ticket_is_judged_like_any_ticket() {
    let mut realm = Realm::all_types();
    let granting = realm.log_on(&realm.granting_request(), NINE).unwrap();
    let request = TicketRequest::new(realm.region.clone());
    let ask = |realm: &mut Realm, granting: &Credentials, sent: Seconds, now: Seconds| {
        let sent = client::tgs_req(granting, &request, at(sent), &mut realm.random);
        realm.answer(now, &sent.bytes).error
    };
    for (apart, refused) in [(299, None), (300, None), (301, Some(ErrorCode::SKEW))] {
        let noon = NINE + 3 * HOUR;
        assert_eq!(ask(&mut realm, &granting, noon + apart, noon), refused);
        assert_eq!(ask(&mut realm, &granting, noon - apart, noon), refused);
    }
    let end = granting.times.end;
    // Within the skew the ticket is still taken, but nothing is left of its life.
    assert_eq!(ask(&mut realm, &granting, end + 300, end + 300), Some(ErrorCode::NEVER_VALID));
    assert_eq!(ask(&mut realm, &granting, end + 301, end + 301), Some(ErrorCode::TKT_EXPIRED));
    assert_eq!(ask(&mut realm, &granting, NINE - 301, NINE - 301), Some(ErrorCode::TKT_NYV));
    let mut mallory = granting.clone();
    mallory.client = principal("mallory");
    assert_eq!(ask(&mut realm, &mallory, NINE, NINE), Some(ErrorCode::BADMATCH));
    let ticket = realm.service_ticket(&granting, &request, NINE).unwrap();
    assert_eq!(ask(&mut realm, &ticket, NINE, NINE), Some(ErrorCode::NOT_US));
    let service = realm.registry.entry_mut(&granting.server).unwrap();
    for key in &mut service.keys {
        key.kvno = 3;
    }
    assert_eq!(ask(&mut realm, &granting, NINE, NINE), Some(ErrorCode::BADKEYVER));
    realm.registry.entry_mut(&granting.server).unwrap().keys.clear();
    assert_eq!(ask(&mut realm, &granting, NINE, NINE), Some(ErrorCode::NOKEY));
}

#[test]
fn a_reply_is_refused_by_nonce_name_and_clock() {
    let mut realm = Realm::all_types();
    let request = realm.granting_request();
    let entry = realm.registry.entry_mut(&realm.client).unwrap();
    let key = entry.keys[0].key.clone();
    let client = realm.client.clone();
    let send = |realm: &mut Realm| {
        client::as_req_preauthenticated(&client, &request, &key, at(NINE), &mut realm.random)
    };
    let (first, second) = (send(&mut realm), send(&mut realm));
    let reply = realm.answer(NINE, &first.bytes).reply;
    let mut judge = |sent, now| {
        let table = &mut realm.table;
        client::as_rep(sent, &reply, PASSWORD, table, now, SKEW, &mut Checks::new()).err()
    };
    assert_eq!(judge(&second, NINE), Some(ReplyError::Nonce));
    for (apart, refused) in [(300, None), (301, Some(ReplyError::Clock))] {
        assert_eq!(judge(&first, NINE + apart), refused);
        assert_eq!(judge(&first, NINE - apart), refused);
    }
}

#[test]
fn a_partner_realm_with_a_shared_key_is_trusted_for_its_own_clients_only() {
    let mut realm = Realm::all_types();
    let shared = Key::random(EncryptionType::Aes256Sha2, &mut realm.random);
    let trust = Principal::ticket_granting(kerberos_support::REALM, "PARTNER.COM").unwrap();
    let mut entry = realm.registry.entry_mut(&realm.region).unwrap().clone();
    entry.principal = trust.clone();
    entry.keys.truncate(1);
    entry.keys[0].key = shared.clone();
    realm.registry.insert(entry);
    let request = TicketRequest::new(realm.region.clone());
    for (home, expected) in [
        ("PARTNER.COM", None),
        (kerberos_support::REALM, Some(ErrorCode::POLICY)),
        ("ELSEWHERE.COM", Some(ErrorCode::PATH_NOT_ACCEPTED)),
    ] {
        let client = Principal::parse("carol", home).unwrap();
        let mut granting = forged(&mut realm, |part| part.client = client.clone());
        let part = TicketPart {
            flags: TicketFlags::default(),
            session_key: granting.session_key.clone(),
            client: client.clone(),
            transited: Transited::default(),
            times: granting.times,
            addresses: None,
        };
        granting.ticket = part.seal(&trust, Some(2), &shared, &mut realm.random);
        let sent = client::tgs_req(&granting, &request, at(NINE), &mut realm.random);
        let answer = realm.answer(NINE, &sent.bytes);
        assert_eq!(answer.error, expected, "{home}");
        assert_eq!(answer.client, Some(client));
    }
}

#[test]
fn the_kdc_checks_addresses_where_its_policy_says_so_and_it_knows_the_sender() {
    let mut realm = Realm::all_types();
    let (here, there) = (Address::ipv4([10, 0, 0, 7]), Address::ipv4([10, 0, 0, 8]));
    let mut request = realm.granting_request();
    request.addresses = Some(vec![here.clone()]);
    let granting = realm.log_on(&request, NINE).unwrap();
    let request = TicketRequest::new(realm.region.clone());
    let sent = client::tgs_req(&granting, &request, at(NINE), &mut realm.random);
    for (checked, peer, refused) in [
        (false, Some(&there), None),
        (true, Some(&there), Some(ErrorCode::BADADDR)),
        (true, Some(&here), None),
        (true, None, None),
    ] {
        realm.registry.policy_mut().check_addresses = checked;
        let (registry, random) = (&realm.registry, &mut realm.random);
        assert_eq!(answer(registry, at(NINE), peer, random, &sent.bytes).error, refused);
    }
    // The service ticket inherits the addresses, so the region can check them as well.
    let ticket = realm.service_ticket(&granting, &request, NINE + 1).unwrap();
    let token = token_at(&mut realm, &ticket, NINE);
    let acceptor = Acceptor { addresses: AddressCheck::From(there), ..realm.acceptor() };
    let refused = AcceptError::Ticket(PresentError::Address);
    assert_eq!(refusal(&acceptor, &token, NINE), Some(refused));
}
