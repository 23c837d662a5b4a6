//! Tickets that go from realm to realm: keys that two KDCs share, the realms that are written down on
//! the way, and what each side refuses.

#![allow(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod kerberos_support;

use kerberos_support::{
    NINE, PASSWORD, Realm as Region, at, forged, refusal, ticket_error, token_at,
};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use regionsim::check::{Checks, Seconds};
use regionsim::protocol::kerberos::acceptor::{AcceptError, Acceptor};
use regionsim::protocol::kerberos::client::{self, Credentials, ReplyError, TicketRequest};
use regionsim::protocol::kerberos::error::ErrorCode;
use regionsim::protocol::kerberos::evidence::{Contents, Verifier};
use regionsim::protocol::kerberos::flags::TicketFlags;
use regionsim::protocol::kerberos::gss::GssFlags;
use regionsim::protocol::kerberos::initiator::{self, TokenOptions};
use regionsim::protocol::kerberos::kdc::{
    Database, Entry, Policy, PrincipalKey, Registry, answer, names,
};
use regionsim::protocol::kerberos::keytab::{Keytab, KeytabEntry};
use regionsim::protocol::kerberos::present::PresentError;
use regionsim::protocol::kerberos::replay::ReplayCache;
use regionsim::protocol::kerberos::ticket::{TicketPart, TicketTimes};
use regionsim::protocol::kerberos::transited::Transited;
use regionsim::protocol::kerberos::{EncryptionType, Key, KeyTable, Principal, StringToKey};

const HOUR: Seconds = 3600;

fn granting(realm: &str, issuer: &str) -> Principal {
    Principal::ticket_granting(realm, issuer).unwrap()
}

/// Realms with their KDCs, by name: `A`, `B`, `C`.
struct World {
    realms: Vec<Registry>,
    table: KeyTable,
    random: ChaCha20Rng,
}

impl World {
    fn new() -> World {
        let mut world = World {
            realms: ["A", "B", "C"].map(|name| Registry::new(Policy::new(name).unwrap())).into(),
            table: KeyTable::new(),
            random: ChaCha20Rng::seed_from_u64(7),
        };
        for name in ["A", "B", "C"] {
            world.add(name, &granting(name, name), 1, b"own");
            world.add(name, &Principal::parse("alice", name).unwrap(), 1, PASSWORD);
            world.add(name, &Principal::parse("HTTP/h", name).unwrap(), 1, b"service");
        }
        world
    }

    fn realm(&mut self, name: &str) -> &mut Registry {
        let is_it = |realm: &&mut Registry| realm.policy().realm() == name;
        self.realms.iter_mut().find(is_it).unwrap()
    }

    /// A principal with keys of all types from a password.
    fn add(&mut self, realm: &str, principal: &Principal, kvno: u32, password: &[u8]) {
        let keys = self.keys(principal, kvno, password);
        self.realm(realm).insert(Entry::new(principal.clone(), keys));
    }

    fn keys(&mut self, principal: &Principal, kvno: u32, password: &[u8]) -> Vec<PrincipalKey> {
        let salt = principal.default_salt();
        let key = |etype| PrincipalKey {
            kvno,
            key: self.table.key(etype, password, &salt, 10),
            salt: None,
            iterations: 10,
        };
        EncryptionType::STRONGEST_FIRST.map(key).to_vec()
    }

    /// The same key on both sides: clients of `from` may come to `to`.
    fn trust(&mut self, from: &str, to: &str) {
        for realm in [from, to] {
            self.add(realm, &granting(to, from), 1, b"shared");
        }
    }

    fn log_on(&mut self, realm: &str) -> Credentials {
        let alice = Principal::parse("alice", realm).unwrap();
        let request = TicketRequest::new(granting(realm, realm));
        let key = self.keys(&alice, 1, PASSWORD)[0].key.clone();
        let now = at(NINE);
        let sent = client::as_req_preauthenticated(&alice, &request, &key, now, &mut self.random);
        let reply = self.answer(realm, &sent.bytes, NINE);
        let (table, checks) = (&mut self.table, &mut Checks::new());
        client::as_rep(&sent, &reply, PASSWORD, table, NINE, 300, checks).unwrap()
    }

    fn answer(&mut self, realm: &str, request: &[u8], now: Seconds) -> Vec<u8> {
        let is_it = |known: &&Registry| known.policy().realm() == realm;
        let registry = self.realms.iter().find(is_it).unwrap();
        answer(registry, at(now), None, &mut self.random, request).reply
    }

    fn ask(
        &mut self,
        kdc: &str,
        held: &Credentials,
        server: Principal,
        now: Seconds,
    ) -> Result<Credentials, ErrorCode> {
        let request = TicketRequest::new(server);
        let sent = client::tgs_req(held, &request, at(now), &mut self.random);
        let reply = self.answer(kdc, &sent.bytes, now);
        match client::tgs_rep(&sent, &reply, held, &mut Checks::new()) {
            Ok(credentials) => Ok(credentials),
            Err(ReplyError::Refused(error)) => Err(error.code),
            Err(error) => panic!("{error}"),
        }
    }

    /// From KDC to KDC along a path of realms to the service of the last.
    fn walk(&mut self, path: &[&str]) -> Result<Credentials, ErrorCode> {
        let mut held = self.log_on(path[0]);
        for pair in path.windows(2) {
            held = self.ask(pair[0], &held, granting(pair[1], pair[0]), NINE)?;
        }
        let last = path[path.len() - 1];
        self.ask(last, &held, Principal::parse("HTTP/h", last).unwrap(), NINE)
    }

    /// What the service finds in a ticket, and whether it accepts a token of it.
    fn presented(&mut self, held: &Credentials) -> (Contents, Option<AcceptError>) {
        let mut keytab = Keytab::default();
        for key in self.keys(&held.server, 1, b"service") {
            keytab.entries.push(KeytabEntry::new(held.server.clone(), key.kvno, &key.key, 0));
        }
        let options = TokenOptions::new(GssFlags::CONFIDENTIALITY);
        let (token, _) = initiator::token(held, &options, at(NINE), &mut self.random);
        let verifier = Verifier::new(&keytab, Some(&held.server), 300).unwrap();
        let found = verifier.verify(&token, at(NINE), &mut ReplayCache::default());
        (found.contents.unwrap(), found.verdict.err())
    }

    fn accept(&mut self, realm: &str, between: &[&str]) {
        let between = between.iter().map(|name| (*name).to_owned()).collect();
        self.realm(realm).policy_mut().transit = between;
    }
}

fn between(contents: &Contents) -> Vec<&str> {
    contents.realms_between.iter().flatten().map(String::as_str).collect()
}

#[test]
fn a_client_of_one_realm_gets_a_ticket_of_another() {
    let mut world = World::new();
    world.trust("A", "B");
    let held = world.walk(&["A", "B"]).unwrap();
    assert_eq!(held.server.to_string(), "HTTP/h@B");
    let (contents, refused) = world.presented(&held);
    assert_eq!((contents.client.to_string(), refused), ("alice@A".to_owned(), None));
    assert_eq!(between(&contents), [""; 0], "the realms at both ends are not between");
    assert!(contents.flags.has(TicketFlags::TRANSITED_CHECKED));
    assert!(!contents.flags.has(TicketFlags::INITIAL));
    // The other direction is another key.
    assert_eq!(world.walk(&["B", "A"]), Err(ErrorCode::S_PRINCIPAL_UNKNOWN));
    world.trust("B", "A");
    assert_eq!(world.walk(&["B", "A"]).unwrap().client.to_string(), "alice@B");
}

#[test]
fn a_ticket_of_another_realm_never_outlives_the_first() {
    let mut world = World::new();
    world.trust("A", "B");
    world.realm("A").policy_mut().default_life = HOUR;
    let held = world.walk(&["A", "B"]).unwrap();
    assert_eq!(held.times.end, NINE + HOUR);
    assert_eq!(held.times.auth, NINE);
}

#[test]
fn both_realms_must_have_the_same_key_in_the_same_version() {
    for (there, code) in [
        (None, ErrorCode::NOKEY),
        (Some((1, &b"another"[..])), ErrorCode::BAD_INTEGRITY),
        (Some((2, &b"shared"[..])), ErrorCode::BADKEYVER),
    ] {
        let mut world = World::new();
        let key = granting("B", "A");
        world.add("A", &key, 1, b"shared");
        if let Some((kvno, password)) = there {
            world.add("B", &key, kvno, password);
        }
        assert_eq!(world.walk(&["A", "B"]), Err(code));
    }
}

#[test]
fn the_realms_between_are_written_down_and_must_be_accepted() {
    let mut world = World::new();
    world.trust("A", "B");
    world.trust("B", "C");
    assert_eq!(world.walk(&["A", "B", "C"]), Err(ErrorCode::PATH_NOT_ACCEPTED));
    world.accept("C", &["A"]);
    assert_eq!(world.walk(&["A", "B", "C"]), Err(ErrorCode::PATH_NOT_ACCEPTED));
    world.accept("C", &["B"]);
    let held = world.walk(&["A", "B", "C"]).unwrap();
    let (contents, refused) = world.presented(&held);
    assert_eq!((between(&contents), refused), (vec!["B"], None));
    assert_eq!(contents.client.to_string(), "alice@A");
    // Back again over all of them: nobody vouches for a client of the realm itself.
    world.trust("C", "B");
    world.trust("B", "A");
    world.accept("A", &["B", "C"]);
    world.accept("B", &["A", "B", "C"]);
    assert_eq!(world.walk(&["A", "B", "A"]), Err(ErrorCode::POLICY));
    assert_eq!(world.walk(&["B", "A", "B", "C"]), Err(ErrorCode::POLICY));
}

/// A ticket-granting ticket for C that B, which C shares a key with, makes as it likes.
fn made_by_b(
    world: &mut World,
    client: &str,
    transited: Transited,
) -> Result<Credentials, ErrorCode> {
    let server = granting("C", "B");
    let key = world.keys(&server, 1, b"shared").remove(0);
    let (name, realm) = Principal::split_realm(client);
    let client = Principal::parse(name, realm.unwrap()).unwrap();
    let session_key = Key::random(EncryptionType::Aes256Sha2, &mut world.random);
    let times = TicketTimes { auth: NINE, start: Some(NINE), end: NINE + HOUR, renew_till: None };
    let flags = TicketFlags::PRE_AUTHENT;
    let part = TicketPart { flags, session_key, client, transited, times, addresses: None };
    let held = Credentials {
        ticket: part.seal(&server, Some(1), &key.key, &mut world.random),
        client: part.client,
        session_key: part.session_key,
        server,
        times,
        flags,
    };
    world.ask("C", &held, Principal::parse("HTTP/h", "C").unwrap(), NINE)
}

#[test]
fn a_realm_between_cannot_hide_itself_or_another() {
    let mut world = World::new();
    world.trust("B", "C");
    world.accept("C", &["B", "D.E"]);
    let path = |contents: &str| Transited::new(1, contents.as_bytes().to_vec());
    for (client, transited, result) in [
        ("bob@B", path(""), Ok(vec![])),
        ("bob@A", path(""), Ok(vec!["B"])),
        ("bob@A", path("D.E"), Ok(vec!["D.E", "B"])),
        ("bob@A", path("E,D."), Err(ErrorCode::PATH_NOT_ACCEPTED)),
        ("bob@A", path("A\\"), Err(ErrorCode::PATH_NOT_ACCEPTED)),
        ("bob@A", Transited::new(2, b"D.E".to_vec()), Err(ErrorCode::TRTYPE_NOSUPP)),
        ("bob@A", Transited::new(0, Vec::new()), Ok(vec!["B"])),
        ("bob@B", path("A"), Err(ErrorCode::PATH_NOT_ACCEPTED)),
        ("bob@C", path(""), Err(ErrorCode::POLICY)),
    ] {
        let got = made_by_b(&mut world, client, transited.clone());
        let got = got.map(|held| world.presented(&held).0);
        let got = got.as_ref().map(between).map_err(|code| *code);
        assert_eq!(got, result, "{client} {transited:?}");
    }
}

#[test]
fn a_service_takes_its_kdcs_word_for_the_path() {
    let mut region = Region::all_types();
    let acceptor: Acceptor = region.acceptor();
    for (path, flags, due) in [
        ("", TicketFlags::default(), None),
        ("B", TicketFlags::TRANSITED_CHECKED, None),
        ("B", TicketFlags::default(), ticket_error(PresentError::Path)),
    ] {
        let held = forged(&mut region, |part| {
            part.flags = flags;
            part.transited = Transited::new(1, path.as_bytes().to_vec());
        });
        let token = token_at(&mut region, &held, NINE);
        assert_eq!(refusal(&acceptor, &token, NINE), due, "{path} {flags:?}");
    }
    assert_eq!(PresentError::Path.code(), ErrorCode::AP_PATH_NOT_ACCEPTED);
}

#[test]
fn a_kdc_looks_up_the_key_of_the_realm_that_issued_the_ticket() {
    let mut world = World::new();
    world.trust("A", "B");
    let first = world.log_on("A");
    let cross = world.ask("A", &first, granting("B", "A"), NINE).unwrap();
    for (held, server, looked_up) in [
        (&first, Principal::parse("HTTP/h", "A").unwrap(), ["krbtgt/A", "HTTP/h"]),
        (&first, granting("B", "A"), ["krbtgt/A", "krbtgt/B"]),
        (&cross, Principal::parse("HTTP/h", "B").unwrap(), ["/.../A/krbtgt/B", "HTTP/h"]),
    ] {
        let request = TicketRequest::new(server);
        let sent = client::tgs_req(held, &request, at(NINE), &mut world.random);
        assert_eq!(names(&sent.bytes), looked_up);
    }
}
