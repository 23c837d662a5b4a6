//! A realm with a client and a region, and the way from a password to a context token.

#![allow(dead_code, reason = "each test program uses a part of it")]

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use regionsim::check::{Checks, Seconds};
use regionsim::protocol::kerberos::acceptor::{AcceptError, Acceptor};
use regionsim::protocol::kerberos::client::{self, Credentials, ReplyError, TicketRequest};
use regionsim::protocol::kerberos::error::KrbError;
use regionsim::protocol::kerberos::flags::TicketFlags;
use regionsim::protocol::kerberos::gss::GssFlags;
use regionsim::protocol::kerberos::initiator::{self, Initiator, TokenOptions};
use regionsim::protocol::kerberos::kdc::{
    Answer, Database, Entry, Policy, PrincipalKey, Registry, answer,
};
use regionsim::protocol::kerberos::present::{PresentError, ServiceKey};
use regionsim::protocol::kerberos::ticket::{TicketPart, TicketTimes};
use regionsim::protocol::kerberos::transited::Transited;
use regionsim::protocol::kerberos::{
    EncryptionType, KerberosTime, Key, KeyTable, Principal, StringToKey,
};

pub(crate) const REALM: &str = "EXAMPLE.COM";
pub(crate) const PASSWORD: &[u8] = b"correct horse";
/// 2026-03-02T09:00:00Z.
pub(crate) const NINE: Seconds = 1_772_442_000;
pub(crate) const SKEW: i64 = 300;

pub(crate) fn at(seconds: Seconds) -> KerberosTime {
    KerberosTime { seconds, micros: 250_000 }
}

pub(crate) fn principal(name: &str) -> Principal {
    Principal::parse(name, REALM).unwrap()
}

/// A whole plex of Kerberos: database, region keys, key cache, random stream.
pub(crate) struct Realm {
    pub(crate) registry: Registry,
    pub(crate) client: Principal,
    pub(crate) region: Principal,
    pub(crate) region_keys: Vec<ServiceKey>,
    pub(crate) table: KeyTable,
    pub(crate) random: ChaCha20Rng,
}

impl Realm {
    /// The client has a password and all types with few iterations, so that tests are quick; the
    /// services have random keys of the given types.
    pub(crate) fn new(etypes: &[EncryptionType]) -> Realm {
        let mut random = ChaCha20Rng::seed_from_u64(1402);
        let mut registry = Registry::new(Policy::new(REALM).unwrap());
        let mut table = KeyTable::new();
        let client = principal("alice");
        let salt = client.default_salt();
        let key = |etype| PrincipalKey {
            kvno: 3,
            key: table.key(etype, PASSWORD, &salt, 10),
            salt: Some(salt.clone()),
            iterations: 10,
        };
        let keys = EncryptionType::STRONGEST_FIRST.map(key).to_vec();
        registry.insert(Entry::new(client.clone(), keys));
        let region = principal("HTTP/region.example.com");
        let mut service = |principal: &Principal, registry: &mut Registry| {
            let key = |etype: &EncryptionType| PrincipalKey {
                kvno: 2,
                key: Key::random(*etype, &mut random),
                salt: None,
                iterations: 1,
            };
            let keys: Vec<PrincipalKey> = etypes.iter().map(key).collect();
            registry.insert(Entry::new(principal.clone(), keys.clone()));
            keys.into_iter().map(|key| ServiceKey { kvno: key.kvno, key: key.key }).collect()
        };
        let granting = registry.policy().ticket_granting().clone();
        let _: Vec<ServiceKey> = service(&granting, &mut registry);
        let region_keys = service(&region, &mut registry);
        Realm { registry, client, region, region_keys, table, random }
    }

    pub(crate) fn all_types() -> Realm {
        Realm::new(&EncryptionType::STRONGEST_FIRST)
    }

    pub(crate) fn answer(&mut self, now: Seconds, request: &[u8]) -> Answer {
        answer(&self.registry, at(now), None, &mut self.random, request)
    }

    pub(crate) fn granting_request(&self) -> TicketRequest {
        TicketRequest::new(self.registry.policy().ticket_granting().clone())
    }

    /// Both AS exchanges.
    pub(crate) fn log_on(
        &mut self,
        request: &TicketRequest,
        now: Seconds,
    ) -> Result<Credentials, ReplyError> {
        let first = client::as_req(&self.client, request, &mut self.random);
        let reply = self.answer(now, &first.bytes).reply;
        let refusal = KrbError::decode(&reply).unwrap();
        let key = client::preauth_key(&refusal, &self.client, PASSWORD, &mut self.table);
        let Some(key) = key else { return Err(ReplyError::Refused(Box::new(refusal))) };
        let sent =
            client::as_req_preauthenticated(&self.client, request, &key, at(now), &mut self.random);
        let reply = self.answer(now, &sent.bytes).reply;
        let table = &mut self.table;
        client::as_rep(&sent, &reply, PASSWORD, table, now, SKEW, &mut Checks::new())
    }

    /// The TGS exchange.
    pub(crate) fn service_ticket(
        &mut self,
        granting: &Credentials,
        request: &TicketRequest,
        now: Seconds,
    ) -> Result<Credentials, ReplyError> {
        let sent = client::tgs_req(granting, request, at(now), &mut self.random);
        let reply = self.answer(now, &sent.bytes).reply;
        client::tgs_rep(&sent, &reply, granting, &mut Checks::new())
    }

    /// Everything up to a ticket for the region.
    pub(crate) fn ticket(&mut self, now: Seconds) -> Credentials {
        let granting = self.log_on(&self.granting_request(), now).unwrap();
        let request = TicketRequest::new(self.region.clone());
        self.service_ticket(&granting, &request, now).unwrap()
    }

    pub(crate) fn token(
        &mut self,
        credentials: &Credentials,
        flags: GssFlags,
        now: Seconds,
    ) -> (Vec<u8>, Initiator) {
        initiator::token(credentials, &TokenOptions::new(flags), at(now), &mut self.random)
    }

    pub(crate) fn acceptor(&self) -> Acceptor {
        Acceptor::new(self.region.clone(), self.region_keys.clone())
    }
}

/// What an acceptor says about a token: `None` for accepted.
pub(crate) fn refusal(acceptor: &Acceptor, token: &[u8], now: Seconds) -> Option<AcceptError> {
    let mut checks = Checks::new();
    let verdict = acceptor.inspect(token, at(now), &mut checks).err();
    let failed = checks.taken().iter().filter(|check| !check.passed).count();
    assert_eq!(failed, usize::from(verdict.is_some()), "a refusal is one failed check");
    assert_eq!(checks.taken().last().map(|check| check.passed), Some(verdict.is_none()));
    verdict
}

pub(crate) fn ticket_error(error: PresentError) -> Option<AcceptError> {
    Some(AcceptError::Ticket(error))
}

/// A ticket to order, valid from nine to ten, and its credentials.
pub(crate) fn forged(realm: &mut Realm, change: impl FnOnce(&mut TicketPart)) -> Credentials {
    let key = realm.region_keys[0].clone();
    let session_key = Key::random(EncryptionType::Aes256Sha1, &mut realm.random);
    let mut part = TicketPart {
        flags: TicketFlags::default(),
        session_key: session_key.clone(),
        client: realm.client.clone(),
        transited: Transited::default(),
        times: TicketTimes { auth: NINE, start: Some(NINE), end: NINE + 3600, renew_till: None },
        addresses: None,
    };
    change(&mut part);
    Credentials {
        client: part.client.clone(),
        server: realm.region.clone(),
        session_key,
        ticket: part.seal(&realm.region, Some(key.kvno), &key.key, &mut realm.random),
        times: part.times,
        flags: part.flags,
    }
}

pub(crate) fn token_at(realm: &mut Realm, credentials: &Credentials, now: Seconds) -> Vec<u8> {
    realm.token(credentials, GssFlags::CONFIDENTIALITY, now).0
}
