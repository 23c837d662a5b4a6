//! The server's ends of connections: TLS, and what each connection tells of whoever is at its other end.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::WebSphere;
use super::work::Source;
use crate::check::Checks;
use crate::nodes::frame::{Content, Frame, Packet, Segment};
use crate::nodes::orb::noted_unless_next;
use crate::nodes::orb::tls::{self, End, Randoms, Records};
use crate::nodes::{Ctx, Decide, NANOS};
use crate::protocol::x509::Certificate;
use crate::trace::Record;

/// The server's ends of connections with TLS.
pub(super) type Connections = BTreeMap<Source, Secure>;

/// The server's end of a connection with TLS.
#[derive(Clone, Debug)]
pub(super) struct Secure {
    /// Records that came.
    came: Records,
    /// The number of the last record that went out.
    sent: u64,
    /// Whether the handshake is over.
    is_open: bool,
    /// The certificate that the caller has shown.
    pub certificate: Option<Arc<Certificate>>,
}

impl WebSphere {
    /// A segment from a caller.
    pub(super) fn segment_came(&mut self, from: Source, content: &Content, ctx: &mut Ctx<'_>) {
        match content {
            Content::Giop(octets) => match self.connections.contains_key(&from) {
                // Not as a record: nobody who has agreed on TLS sends so.
                true => crate::nodes::unreadable_bytes(octets.len(), ctx),
                false => self.receive(from, octets, ctx),
            },
            Content::Record { number, giop, seal } => {
                let Some(secure) = self.connections.get_mut(&from).filter(|own| own.is_open) else {
                    return self.post(from, Content::Reset, ctx);
                };
                let mut checks = Checks::new();
                let is_next = secure.came.accept(*number, giop, seal, &mut checks);
                noted_unless_next(is_next, checks, ctx);
                if is_next {
                    self.receive(from, giop, ctx);
                }
            }
            Content::Hello { random } => self.hello(from, *random, ctx),
            Content::Proof { chain, signature } => self.proof(from, (chain, signature), ctx),
            Content::Alert(_) | Content::Reset => {
                self.connections.remove(&from);
                self.contexts.remove(&from);
            }
            Content::ServerHello { .. } | Content::Finished => {}
        }
    }

    fn hello(&mut self, from: Source, caller: [u8; 32], ctx: &mut Ctx<'_>) {
        let Some(keys) = self.setup.keys.clone() else {
            return self.post(from, Content::Alert("the server has no TLS".to_owned()), ctx);
        };
        let mut server = [0; 32];
        rand_core::Rng::fill_bytes(ctx.random("tls"), &mut server);
        let randoms = Randoms { caller, server };
        let (chain, signature) = tls::prove(&keys, End::Server, &randoms);
        let came = Records { randoms, end: End::Caller, last: 0 };
        let secure = Secure { came, sent: 0, is_open: false, certificate: None };
        self.connections.insert(from, secure);
        self.post(from, Content::ServerHello { random: server, chain, signature }, ctx);
    }

    fn proof(&mut self, from: Source, shown: (&[Vec<u8>], &[u8]), ctx: &mut Ctx<'_>) {
        let keys = self.setup.keys.clone();
        let Some((secure, keys)) = self.connections.get_mut(&from).zip(keys) else { return };
        let judged = if shown.0.is_empty() {
            Ok(None)
        } else {
            let mut checks = Checks::new();
            let now = ctx.now().nanos().div_euclid(NANOS);
            let ends = (End::Caller, &secure.came.randoms);
            let judged = tls::judge(shown, ends, &keys.trusted, now, &mut checks);
            ctx.decided(checks);
            judged.map(|chain| chain.first().cloned())
        };
        match judged {
            Ok(certificate) => {
                let subject = certificate.as_ref().map(|own| own.subject.clone());
                ctx.say(Record::new("was.connection").maybe("certificate", subject));
                secure.certificate = certificate;
                secure.is_open = true;
                self.post(from, Content::Finished, ctx);
            }
            Err(why) => {
                self.connections.remove(&from);
                self.post(from, Content::Alert(why), ctx);
            }
        }
    }

    /// Sends a GIOP message back.
    pub(super) fn answer(&mut self, from: Source, giop: Vec<u8>, ctx: &mut Ctx<'_>) {
        let content = match self.connections.get_mut(&from) {
            None => Content::Giop(giop),
            Some(secure) => {
                secure.sent += 1;
                let number = secure.sent;
                let seal = tls::seal(End::Server, &secure.came.randoms, number, &giop);
                Content::Record { number, giop, seal }
            }
        };
        self.post(from, content, ctx);
    }

    fn post(&self, to: Source, content: Content, ctx: &mut Ctx<'_>) {
        let segment = Segment { connection: to.connection, back: true, content };
        ctx.send(to.node, Packet::frame(&Frame::Segment(segment)));
    }
}
