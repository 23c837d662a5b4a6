//! Tokens of other software with their certificates, and the containers that an assertion fills.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use regionsim::protocol::saml::{Assertion, Instant, Policy, Signed};
use regionsim::protocol::x509::{Certificate, Identity, KeyRing};

/// Most items of a kind (CICS TS, SAML linkable interface DFHSAML).
const ITEMS_MAX: usize = 999;

/// The clock of the corpus, and how far clocks may be apart (ns).
pub(crate) const AT: &str = "2026-06-15T12:00:00Z";
pub(crate) const SKEW: i64 = 180_000_000_000;

pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/interop/saml").join(name)
}

pub(crate) fn bytes(name: &str) -> Vec<u8> {
    fs::read(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub(crate) fn text(name: &str) -> String {
    String::from_utf8(bytes(name)).expect(name)
}

pub(crate) fn certificate(name: &str) -> Arc<Certificate> {
    Arc::new(Certificate::read(&bytes(&format!("pki/{name}.pem"))).expect(name))
}

/// The signer whose private key is public.
pub(crate) fn sts() -> Identity {
    let key = bytes("pki/TEST-ONLY-cicscert.key.pem");
    Identity::read(&certificate("cicscert"), &key).expect("a key")
}

pub(crate) fn ring<'a>(names: impl IntoIterator<Item = &'a str>) -> KeyRing {
    let mut ring = KeyRing::default();
    names.into_iter().for_each(|name| ring.connect(name, certificate(name)));
    ring
}

pub(crate) fn at(text: &str) -> Instant {
    Instant::parse(text).expect(text)
}

/// The policy of most runs of the corpus.
pub(crate) fn policy(ring: &KeyRing) -> Policy<'_> {
    Policy { now: at(AT), skew: SKEW, signed: Signed::Required, ring: Some(ring) }
}

/// What an assertion fills, by the names of containers and fields; nothing where there is nothing.
pub(crate) fn filled(own: &Assertion) -> BTreeMap<&'static str, Vec<String>> {
    let one = |value: &Option<String>| value.iter().cloned().collect::<Vec<_>>();
    let time = |value: Option<Instant>| value.iter().map(Instant::to_string).collect::<Vec<_>>();
    let some = |values: &[String]| values.iter().take(ITEMS_MAX).cloned().collect::<Vec<_>>();
    let count = |count: usize| vec![count.min(ITEMS_MAX).to_string()];
    let flag = |is: bool| vec![if is { "Y" } else { "N" }.to_owned()];
    let signer = own.signer.as_ref();
    let values = own.attributes.iter().take(ITEMS_MAX);
    BTreeMap::from([
        ("DFHSAML-ASSQNAME", vec![own.version.namespace().to_owned()]),
        ("DFHSAML-SAMLID", vec![own.id.clone()]),
        ("DFHSAML-ISSUER", vec![own.issuer.clone()]),
        ("DFHSAML-NAMID", one(&own.subject.name)),
        ("DFHSAML-NAMIDF", one(&own.subject.format)),
        ("DFHSAML-NAMIDQ", one(&own.subject.name_qualifier)),
        ("DFHSAML-NAMIDSPQ", one(&own.subject.sp_name_qualifier)),
        ("DFHSAML-NAMIDSP", one(&own.subject.sp_provided_id)),
        ("DFHSAML-CONFMETH", one(&own.confirmation_method)),
        ("DFHSAML-AUTHMETH", one(&own.authentication_method)),
        ("DFHSAML-SUBJDNS", one(&own.subject_dns)),
        ("DFHSAML-SUBJADDR", one(&own.subject_address)),
        ("DFHSAML-AUDNR", some(&own.audiences)),
        ("DFHSAML-PROXY", some(&own.proxy_audiences)),
        ("SAMLC-AUDRNUM", count(own.audiences.len())),
        ("SAMLC-ATTRNUM", count(own.attributes.len())),
        ("SAMLC-PROXYNUM", count(own.proxy_audiences.len())),
        ("SAMLB-PROXYRST", flag(own.proxy_restricted)),
        ("SAMLB-ONETIME", flag(own.one_time)),
        ("SAMLT-NOTBEFORE", time(own.not_before)),
        ("SAMLT-EXPIRES", time(own.not_on_or_after)),
        ("SAMLT-AUTHTIME", time(own.authentication_instant)),
        ("SAMLT-CERTNBEF", time(signer.map(|own| own.not_before))),
        ("SAMLT-CERTNAFT", time(signer.map(|own| own.not_after))),
        ("attribute_value", values.flat_map(|own| some(&own.values)).collect()),
    ])
}
