//! Program DFHSAML: the linkable interface of the secure token service (CICS TS, SAML linkable
//! interface DFHSAML).
//!
//! ```text
//!   LINK ─> containers ─> JVM server ─> key ring ─SAF─> parse, signature, path, times ─> containers
//!              │              │                             │
//!           3, 9 to 19,    6, 7, 33                   1, 15, 21 to 23, 30, 31
//!           24, 27 to 29                      issue: 25, 26, 30, 31
//! ```
//!
//! Whatever comes of it, the LINK itself ends normally: the answer is in container DFHSAML-RESPONSE.

mod inputs;
mod outputs;
mod ring;
mod rules;

pub use outputs::{Made, XML_NOT_VALID};
pub(in crate::nodes) use rules::ALL as RULES;

use std::sync::Arc;

use super::Region;
use super::calls::Call;
use super::commands::{Reply, Step};
use super::exec::Command;
use super::jvmserver::{HashAlgorithm, JvmServer, JvmStatus, Sts};
use super::task::{Pending, Task, Waiting};
use crate::catalogue::dfhsaml::{self as response, SamlResponse};
use crate::catalogue::saf::{self, SafReturn};
use crate::check::{Check, Checks, Operand};
use crate::nodes::frame::{SafResult, SafService};
use crate::nodes::{Ctx, Decide, NANOS, listed};
use crate::protocol::saml::{self, Assertion, Instant, Issuing, Policy, Refusal, Signed};
use crate::trace::{Record, Value};
use inputs::{Asked, Function, Wanted};
use outputs::Outputs;
pub(super) use ring::Ring;

/// What goes on, or the response that ends it.
type Judged<T> = Result<T, &'static SamlResponse>;

/// Notes a decision; where it says no, DFHSAML answers with the response.
fn demand(check: Check, refusal: &'static SamlResponse, ctx: &mut Ctx<'_>) -> Judged<()> {
    if ctx.decide(check) { Ok(()) } else { Err(refusal) }
}

/// A LINK to DFHSAML: its channel, and what it asks for once that is clear.
#[derive(Clone, Debug)]
struct Link {
    pending: Pending,
    channel: Option<String>,
    function: Option<Function>,
}

/// A LINK that waits for the key ring.
#[derive(Clone, Debug)]
pub(super) struct Linked {
    link: Link,
    asked: Asked,
}

/// What came of a request.
struct Answer {
    response: &'static SamlResponse,
    /// Why, where the token service tells more than the response.
    why: Option<String>,
    /// The token that goes out, and what it says.
    token: Option<(String, Option<Box<Assertion>>)>,
}

impl Answer {
    fn refused(response: &'static SamlResponse) -> Answer {
        Answer { response, why: None, token: None }
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Answer {
        // The codes of the token layer are those of the table.
        let row = response::lookup(refusal.response).unwrap_or(&response::INVALID_TOKEN);
        Answer { response: row, why: Some(refusal.reason), token: None }
    }
}

impl Region {
    /// The program is linked to, with this channel.
    pub(super) fn link_dfhsaml(
        &mut self,
        task: &mut Task,
        (command, begin): (&Arc<Command>, u64),
        channel: Option<String>,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        let pending = Pending { command: command.clone(), begin };
        let held = channel.as_deref().and_then(|name| task.channel(name)).map(|held| &*held);
        let opened = inputs::opened(held, ctx);
        let function = opened.as_ref().ok().map(|(_, function)| *function);
        let asked = opened.and_then(|(channel, function)| inputs::read(channel, function, ctx));
        let link = Link { pending, channel, function };
        let asked = match asked {
            Ok(asked) => asked,
            Err(refusal) => return link.end(task, None, Answer::refused(refusal), ctx),
        };
        ctx.say(
            Record::new("saml.request")
                .task(task.number)
                .text("function", asked.function.word())
                .text("jvmserver", asked.jvmserver.clone())
                .count("bytes", asked.token.len() as u64)
                .text("sha256", crate::trace::sha256(asked.token.as_bytes())),
        );
        let linked = Linked { link, asked };
        if let Err(refusal) = self.sts_of(&linked.asked.jvmserver, ctx) {
            return linked.end(task, Answer::refused(refusal), ctx);
        }
        match self.setup.config.sit.keyring.clone().filter(|_| linked.asked.needs_ring()) {
            Some(ring) => {
                let purpose = Call::Task { task: task.number, timer: None };
                self.call_saf(SafService::KeyRing { ring }, purpose, ctx);
                Step::Wait(Waiting::Saml(Box::new(linked)))
            }
            None => self.served(task, linked, None, ctx),
        }
    }

    /// The ESM has given the key ring, or refused it: then the JVM has an empty one (assumed).
    pub(super) fn ring_returned(
        &mut self,
        task: &mut Task,
        linked: Linked,
        (codes, result): (SafReturn, SafResult),
        ctx: &mut Ctx<'_>,
    ) -> Step {
        let entries = match result {
            SafResult::KeyRing(entries) if codes == saf::SUCCESS => entries,
            _ => Vec::new(),
        };
        let ring = Ring::of(self.ring.take(), entries);
        self.ring = Some(Arc::clone(&ring));
        self.served(task, linked, Some(&ring), ctx)
    }

    /// The secure token service of a JVM server.
    fn sts_of(&self, name: &str, ctx: &mut Ctx<'_>) -> Judged<&Sts> {
        let servers = &self.setup.config.jvmservers;
        let server = servers.get(name);
        let there = Check::holds(
            &rules::JVMSERVER,
            Operand::new("JVM server", name.to_owned()),
            Operand::new("of the region", listed(servers.keys().map(String::as_str))),
            server.is_some(),
        );
        demand(there, &response::JVMSERVER_NOT_FOUND, ctx)?;
        let server = server.ok_or(&response::JVMSERVER_NOT_FOUND)?;
        let status = self.jvm_status(name, server);
        let enabled = Check::equal(
            &rules::JVMSERVER_ENABLED,
            (Operand::new("status", status.word()), &status),
            (Operand::new("needed", JvmStatus::Enabled.word()), &JvmStatus::Enabled),
        );
        demand(enabled, &response::JVMSERVER_NOT_ENABLED, ctx)?;
        let sts = self.setup.sts.get(name);
        let configured = Check::holds(
            &rules::CONFIGURED,
            Operand::new("JVM server", name.to_owned()),
            Operand::new("secure token service", if sts.is_some() { "set up" } else { "none" }),
            sts.is_some(),
        );
        demand(configured, &response::NOT_CONFIGURED_FOR_SAML, ctx)?;
        sts.ok_or(&response::NOT_CONFIGURED_FOR_SAML)
    }

    /// The status as the script has left it.
    fn jvm_status(&self, name: &str, server: &JvmServer) -> JvmStatus {
        self.jvm_statuses.get(name).copied().unwrap_or(server.status)
    }

    /// The JVM server does what was asked.
    fn served(
        &self,
        task: &mut Task,
        linked: Linked,
        ring: Option<&Ring>,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        let sts = self.setup.sts.get(&linked.asked.jvmserver).cloned().unwrap_or_default();
        let answer = match linked.asked.function {
            Function::Extract => validated(&linked.asked, &sts, ring, ctx),
            Function::Validate => {
                let answer = validated(&linked.asked, &sts, ring, ctx);
                // SAML-VALIDATE extracts nothing.
                let token = answer.token.map(|(token, _)| (token, None));
                Answer { token, ..answer }
            }
            Function::Issue => match issued(&linked.asked, &sts, ring, ctx) {
                Ok(answer) => answer,
                Err(refusal) => Answer::refused(refusal),
            },
        };
        linked.end(task, answer, ctx)
    }
}

impl Asked {
    /// Whether a signature is verified or made.
    fn needs_ring(&self) -> bool {
        self.function == Function::Issue || self.signed == Signed::Required
    }
}

fn validated(asked: &Asked, sts: &Sts, ring: Option<&Ring>, ctx: &mut Ctx<'_>) -> Answer {
    let policy = Policy {
        now: now(ctx),
        skew: sts.clock_skew.nanoseconds(),
        signed: asked.signed,
        ring: ring.map(|ring| &ring.trusted),
    };
    let validation = saml::validate(&asked.token, &policy);
    ctx.decided(validation.checks);
    match validation.outcome {
        Ok(assertion) => {
            let token = Some((asked.token.clone(), Some(Box::new(assertion))));
            Answer { response: &response::OK, why: None, token }
        }
        Err(refusal) => refusal.into(),
    }
}

fn issued(asked: &Asked, sts: &Sts, ring: Option<&Ring>, ctx: &mut Ctx<'_>) -> Judged<Answer> {
    let configured = Check::holds(
        &rules::SIGNATURE_CONFIGURED,
        Operand::new("<signature>", if sts.signature.is_some() { "configured" } else { "none" }),
        Operand::new("needed", "configured"),
        sts.signature.is_some(),
    );
    demand(configured, &response::NO_SIGNATURE_CONFIGURED, ctx)?;
    let signature = sts.signature.clone().ok_or(&response::NO_SIGNATURE_CONFIGURED)?;
    let has_ring = Check::holds(
        &rules::KEYRING,
        Operand::new("KEYRING", if ring.is_some() { "specified" } else { "none" }),
        Operand::new("needed", "specified"),
        ring.is_some(),
    );
    demand(has_ring, &response::NO_KEY_RING, ctx)?;
    let ring = ring.ok_or(&response::NO_KEY_RING)?;
    let signer = ring.signer(&signature.label);
    let there = Check::holds(
        &rules::LABEL,
        Operand::new("certificate", signature.label.clone()),
        Operand::new("with a private key", ring.signers()),
        signer.is_some(),
    );
    demand(there, &response::CERTIFICATE_NOT_FOUND, ctx)?;
    let signer = signer.ok_or(&response::CERTIFICATE_NOT_FOUND)?;
    let mut drawn = [0; 16];
    rand_core::Rng::fill_bytes(ctx.random("saml"), &mut drawn);
    let issuing = Issuing {
        additions: &asked.additions,
        issuer: sts.issuer.as_ref().map(|issuer| (issuer.uri.as_str(), issuer.format.as_deref())),
        signer,
        hash: match signature.hash_algorithm {
            HashAlgorithm::Sha1 => saml::Hash::Sha1,
            HashAlgorithm::Sha2 => saml::Hash::Sha256,
        },
        now: now(ctx),
        id: saml::id(drawn),
    };
    let mut checks = Checks::new();
    let issued = saml::issue(&asked.token, &issuing, &mut checks);
    ctx.decided(checks);
    Ok(match issued {
        Ok(token) => Answer { response: &response::OK, why: None, token: Some((token, None)) },
        Err(refusal) => refusal.into(),
    })
}

/// The clock of the system.
fn now(ctx: &Ctx<'_>) -> Instant {
    let nanos = ctx.now().nanos();
    Instant { seconds: nanos.div_euclid(NANOS), nanos: nanos.rem_euclid(NANOS) as u32 }
}

impl Linked {
    fn end(self, task: &mut Task, result: Answer, ctx: &mut Ctx<'_>) -> Step {
        self.link.end(task, Some(&self.asked.wanted), result, ctx)
    }
}

impl Link {
    /// Puts the answer into the channel, as far as it is wanted, and ends the LINK.
    fn end(
        self,
        task: &mut Task,
        wanted: Option<&Wanted>,
        result: Answer,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        let Answer { response, why, token } = result;
        let mut made = Vec::new();
        // Without a channel there is nowhere to put it.
        if let Some(channel) = self.channel.as_deref().and_then(|name| task.channel(name)) {
            let issues = self.function.is_none_or(|function| function == Function::Issue);
            let mut outputs = Outputs::new(channel, issues);
            outputs.response(response.code);
            if response.code == response::NOT_PARSED.code {
                outputs.not_parsed();
            }
            if let Some((token, assertion)) = &token {
                outputs.token(token);
                if let (Some(assertion), Some(wanted)) = (assertion, wanted) {
                    outputs.assertion(assertion, wanted);
                }
            }
            made = outputs.made;
        }
        ctx.say(
            Record::new("saml.response")
                .task(task.number)
                .maybe("function", self.function.map(Function::word))
                .int("response", response.code)
                .text("name", response.name)
                .maybe("why", why)
                .maybe("sha256", token.map(|(token, _)| crate::trace::sha256(token.as_bytes())))
                .with("containers", Value::List(made.into_iter().map(Value::from).collect())),
        );
        Step::Done(Reply::normal(&self.pending.command, self.pending.begin))
    }
}
