//! Requests as they come: octets, then what they brought.

use super::config::WebSphereConfig;
use super::work::{Context, Evidence, Next, Source, Stage, Work};
use super::{WebSphere, rules};
use crate::catalogue::assertion::{self, Refusal};
use crate::check::{Check, Operand};
use crate::nodes::orb::wire::{self, Sas};
use crate::nodes::orb::{Sent, Target, words};
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
        stateful: inbound.stateful,
        tls: config.tls.is_some(),
        authentication: inbound.client_authentication,
        identity_types,
    })
}

impl WebSphere {
    /// A GIOP message from a caller.
    pub(super) fn receive(&mut self, from: Source, octets: &[u8], ctx: &mut Ctx<'_>) {
        let request = wire::open_request(octets).ok();
        // Callers know the methods of a server: an unknown one is what a fault has made of a name.
        let known = request.filter(|request| self.method(&request.method).is_some());
        let Some(request) = known else {
            return crate::nodes::unreadable_bytes(octets.len(), ctx);
        };
        let transport = Evidence {
            certificate: self.connections.get(&from).and_then(|own| own.certificate.clone()),
            started_task: self.setup.local.get(&from.node).cloned(),
            ..Evidence::default()
        };
        let (context, evidence, unusable) = match request.sas {
            None => (Context::None, transport, None),
            Some(Sas::Sent(Sent::Establish(establish))) => {
                let (token, identity) = (establish.token, establish.identity);
                let evidence = Evidence { token, identity, ..transport };
                (Context::Establish(establish.context), evidence, None)
            }
            Some(Sas::Sent(Sent::Within { context, discard })) => {
                (Context::Within { context, discard }, transport, None)
            }
            Some(Sas::Sent(Sent::None)) => (Context::None, transport, None),
            Some(Sas::Malformed(number, refusal, why)) => {
                (number.map_or(Context::None, Context::Establish), transport, Some((refusal, why)))
            }
        };
        let mut work = Work {
            from,
            id: request.id,
            method: request.method,
            reply: request.reply,
            context,
            evidence,
            stage: Stage::Sender,
            answer: None,
            principal: None,
            sender: None,
            received: None,
            invocation: None,
            roles_asked: 0,
            calls: Default::default(),
        };
        tell(&work, ctx);
        match self.admit(&mut work, unusable, ctx) {
            Next::Go(stage) => {
                work.stage = stage;
                self.advance(work, ctx);
            }
            Next::Refuse(refusal, why) => self.refuse(&work, refusal, why, ctx),
            Next::Ask(_) | Next::Wait(_) | Next::Raise(_) | Next::Return => {}
        }
    }

    /// What can be told of a request before anybody is asked.
    fn admit(
        &mut self,
        work: &mut Work,
        unusable: Option<(&'static Refusal, String)>,
        ctx: &mut Ctx<'_>,
    ) -> Next {
        if let Some((refusal, why)) = unusable {
            let found = Operand::new("octets", why.clone());
            let readable = Check::holds(
                &rules::DECODABLE,
                found,
                Operand::new("needed", "what the protocol has there"),
                false,
            );
            ctx.decide(readable);
            return Next::Refuse(refusal, why);
        }
        if let Some(token) = &work.evidence.token
            && let Err(why) = self.is_for_us(token, ctx)
        {
            return Next::Refuse(&assertion::TARGET_NOT_OWN, why);
        }
        if let Some(identity) = work.evidence.identity.clone()
            && !self.takes(&identity, ctx)
        {
            let why = format!("assertions in the form of {} are not taken", identity.form().word());
            return Next::Refuse(&assertion::FORM_NOT_TAKEN, why);
        }
        self.look_up_context(work, ctx)
    }
}

/// Notes what a request brought.
fn tell(work: &Work, ctx: &mut Ctx<'_>) {
    let Evidence { certificate, started_task, token, identity } = &work.evidence;
    let (shown, asserted) = words(token.as_ref(), identity.as_ref());
    let context = match work.context {
        Context::None => "none".to_owned(),
        Context::Establish(0) => "for this request alone".to_owned(),
        Context::Establish(number) => format!("establish {number}"),
        Context::Within { context, discard: false } => format!("within {context}"),
        Context::Within { context, discard: true } => format!("within {context}, then discard it"),
    };
    ctx.say(
        Record::new("was.request")
            .text("method", work.method.clone())
            .int("request", work.id)
            .text("sender", shown)
            .maybe("certificate", certificate.as_ref().map(|own| own.subject.clone()))
            .maybe("started_task", started_task.clone())
            .text("identity", asserted)
            .text("context", context),
    );
}
