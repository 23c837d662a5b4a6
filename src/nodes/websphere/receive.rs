//! Requests as they come: octets, then what they brought.

use sim::NodeId;

use super::WebSphere;
use super::config::WebSphereConfig;
use super::work::{Context, Evidence, Source, Stage, Work};
use crate::nodes::frame::{Content, Segment};
use crate::nodes::orb::wire::{self, Sas};
use crate::nodes::orb::{Identity, Target};
use crate::nodes::{Ctx, Decide};
use crate::trace::Record;

/// The reference to a server: what it asks of callers.
pub fn reference(name: &str, config: &WebSphereConfig) -> Vec<u8> {
    let inbound = &config.inbound;
    let identity_types = match inbound.identity_assertion {
        true => inbound.identity_types.clone(),
        false => Vec::new(),
    };
    wire::ior(&Target {
        object: name.to_owned(),
        realm: config.realm.clone(),
        authentication: inbound.client_authentication,
        identity_types,
    })
}

impl WebSphere {
    /// A segment from a caller.
    pub(super) fn receive(&mut self, node: NodeId, segment: &Segment, ctx: &mut Ctx<'_>) {
        let Content::Giop(octets) = &segment.content else { return };
        let Ok(request) = wire::open_request(octets) else {
            ctx.say(Record::new("net.unreadable").count("bytes", octets.len() as u64));
            return;
        };
        let from = Source { node, connection: segment.connection };
        let (context, evidence) = match request.sas {
            None => (Context::None, Evidence::default()),
            Some(Ok(Sas::Establish(establish))) => {
                let evidence = Evidence { token: establish.token, identity: establish.identity };
                (Context::Establish(establish.context), evidence)
            }
            Some(Ok(Sas::Reply) | Err(_)) => (Context::None, Evidence::default()),
        };
        let shown = evidence.token.as_ref();
        let shown = shown.map_or("nothing".to_owned(), |token| format!("user {}", token.userid));
        let asserted = evidence.identity.as_ref();
        ctx.say(
            Record::new("was.request")
                .text("method", request.method.clone())
                .int("request", request.id)
                .text("sender", shown)
                .text("identity", asserted.map_or("absent".to_owned(), Identity::words)),
        );
        let asserts = evidence.identity.is_some();
        self.advance(
            Work {
                from,
                id: request.id,
                method: request.method,
                reply: request.reply,
                context,
                evidence,
                stage: if asserts { Stage::Trust } else { Stage::Authenticate },
                answer: None,
                received: None,
                invocation: None,
                calls: Default::default(),
            },
            ctx,
        );
    }
}
