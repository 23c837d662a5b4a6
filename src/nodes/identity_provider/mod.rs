//! An issuer of SAML assertions: what a client wants, signed with the provider's key, at the time of
//! the provider's own clock.

mod config;
mod template;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use config::{
    Algorithm, AttributeWanted, Authentication, AuthenticationMethod, Canonicalization,
    Confirmation, IdentityProviderConfig, Method, Proxy, SignatureWanted, Subject, Version, Wanted,
};

use super::frame::{AssertionCall, Frame, Issued, Packet};
use super::{Ctx, Decide, Event, NANOS};
use crate::protocol::saml::{self, Instant};
use crate::protocol::x509::{Certificate, Identity};
use crate::trace::Record;

/// The actor.
#[derive(Clone)]
pub struct IdentityProvider {
    setup: Arc<Setup>,
}

/// What does not change while a provider runs.
struct Setup {
    issuer: String,
    identity: Identity,
}

impl IdentityProvider {
    /// A provider with its certificate and key read from the files that it names.
    ///
    /// # Errors
    /// The field of the declaration and what is wrong with its file; whoever declared it replaces it.
    pub fn new(
        config: &IdentityProviderConfig,
        files: &BTreeMap<String, Arc<[u8]>>,
    ) -> Result<IdentityProvider, (String, String)> {
        let bytes = |name: &str| files.get(name).map(|bytes| &**bytes).unwrap_or_default();
        let certificate = |field: String, name: &str| {
            let read = Certificate::read(bytes(name));
            read.map(Arc::new).map_err(|error| (field, format!("{name}: {error}")))
        };
        let own = certificate("certificate".to_owned(), &config.certificate)?;
        let chain = config.chain.iter().zip(0..);
        let chain = chain.map(|(name, index)| certificate(format!("chain.{index}"), name));
        let chain = chain.collect::<Result<Vec<_>, _>>()?;
        let identity = Identity::read(&own, bytes(&config.key));
        let identity =
            identity.map_err(|error| ("key".to_owned(), format!("{}: {error}", config.key)))?;
        let setup = Setup { issuer: config.issuer.clone(), identity: identity.with_chain(chain) };
        Ok(IdentityProvider { setup: Arc::new(setup) })
    }

    pub(super) fn handle(&mut self, event: Event, ctx: &mut Ctx<'_>) {
        let Event::Message { from, message } = event else { return };
        let call = match message.open() {
            Ok(Frame::Assertion(call)) => call,
            _ => return super::unreadable(&message, ctx),
        };
        let AssertionCall { request, wanted } = call;
        let Ok(wanted) = serde_json::from_slice::<Wanted>(&wanted) else {
            return super::unreadable(&message, ctx);
        };
        let token = self.issue(&wanted, ctx).into_bytes();
        ctx.send(from, Packet::frame(&Frame::Issued(Issued { request, token })));
    }

    fn issue(&self, wanted: &Wanted, ctx: &mut Ctx<'_>) -> String {
        let nanos = ctx.now().nanos();
        let mut drawn = [0; 16];
        rand_core::Rng::fill_bytes(ctx.random("assertion"), &mut drawn);
        let template = self.template(wanted, nanos, saml::id(drawn));
        let signature = wanted.signature.map(|signature| saml::Signing {
            identity: &self.setup.identity,
            hash: match signature.algorithm {
                Algorithm::Sha1 => saml::Hash::Sha1,
                Algorithm::Sha256 => saml::Hash::Sha256,
                Algorithm::Sha384 => saml::Hash::Sha384,
                Algorithm::Sha512 => saml::Hash::Sha512,
            },
            exclusive: signature.canonicalization == Canonicalization::Exclusive,
            key_info: signature.certificate,
        });
        let token = saml::make(&template, signature.as_ref());
        let window =
            [("not_before", template.not_before), ("not_on_or_after", template.not_on_or_after)];
        let record = Record::new("idp.assertion")
            .text("id", template.id.clone())
            .text("subject", wanted.subject.name.clone());
        let record = window.into_iter().fold(record, |record, (name, time)| {
            record.maybe(name, time.map(|time| time.to_string()))
        });
        let record = record
            .count("bytes", token.len() as u64)
            .text("sha256", crate::trace::sha256(token.as_bytes()));
        ctx.note_also(record, ctx.clock_changed().as_slice());
        token
    }
}

/// A moment, as SAML tells time.
fn instant(nanos: i64) -> Instant {
    Instant { seconds: nanos.div_euclid(NANOS), nanos: nanos.rem_euclid(NANOS) as u32 }
}
