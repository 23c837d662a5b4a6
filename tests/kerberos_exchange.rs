//! The exchanges from a password to a wrapped message, and every limit on the way.

mod kerberos_support;

use kerberos_support::{NINE, Realm, at};
use regionsim::check::Checks;
use regionsim::protocol::kerberos::EncryptionType;
use regionsim::protocol::kerberos::gss::GssFlags;
use regionsim::protocol::kerberos::replay::ReplayCache;

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
