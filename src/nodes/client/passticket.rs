//! Encrypted PassTickets: opened in the context of the token that went to the region, kept, and sent
//! on in place of a password.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Client, Token, failed, rules};
use crate::check::{Check, Checks, Operand};
use crate::nodes::esm::database::Password;
use crate::nodes::frame::{StartReply, WireContainer};
use crate::nodes::{Ctx, Decide, listed};
use crate::protocol::charset;
use crate::protocol::kerberos::wrap::Context;
use crate::trace::Record;

/// An encrypted PassTicket that a region will return.
#[derive(Clone, Debug)]
pub struct Open {
    /// The container that holds it.
    pub container: String,
    /// The token whose context it belongs to, by its name; without it the one of the request.
    pub token: Option<String>,
    /// The name under which the PassTicket is kept.
    pub name: String,
}

/// What goes to a region in a container and is shown nowhere.
#[derive(Clone, Debug)]
pub enum Secret {
    /// A PassTicket that is kept under this name.
    PassTicket(String),
    /// A password or phrase as it is typed.
    Text(Password),
    /// A BASICAUTH token in base64 with a PassTicket as the password.
    BasicAuth {
        /// The user ID.
        userid: String,
        /// The name under which the PassTicket is kept.
        passticket: String,
    },
}

/// A PassTicket, and the record of its opening.
#[derive(Clone)]
pub(super) struct Kept {
    text: Password,
    record: u64,
}

impl Client {
    /// Containers with the secrets, and the records that they rest on; none where one is not kept.
    pub(super) fn secrets(
        &self,
        secrets: &BTreeMap<String, Secret>,
        also: &mut Vec<u64>,
        ctx: &mut Ctx<'_>,
    ) -> Option<Vec<WireContainer>> {
        let mut containers = Vec::new();
        for (container, secret) in secrets {
            let kept = match secret {
                Secret::Text(_) => None,
                Secret::PassTicket(name) | Secret::BasicAuth { passticket: name, .. } => {
                    Some(self.passticket(name, ctx)?)
                }
            };
            also.extend(kept.map(|kept| kept.record));
            let kept = kept.map_or("", |kept| kept.text.reveal());
            let data = charset::encode_lossy(&match secret {
                Secret::Text(text) => text.reveal().to_owned(),
                Secret::PassTicket(_) => kept.to_owned(),
                Secret::BasicAuth { userid, .. } => STANDARD.encode(format!("{userid}:{kept}")),
            });
            let name = container.clone();
            containers.push(WireContainer { name, ccsid: None, data, secret: true });
        }
        Some(containers)
    }

    fn passticket(&self, name: &str, ctx: &mut Ctx<'_>) -> Option<&Kept> {
        let kept = self.passtickets.get(name);
        let has = listed(self.passtickets.keys().map(String::as_str));
        let there = Check::holds(
            &rules::PASSTICKET,
            Operand::new("PassTicket", name.to_owned()),
            Operand::new("kept", has),
            kept.is_some(),
        );
        if !ctx.decide(there) {
            failed(ctx, "Start", format!("no PassTicket {name:?} was opened"));
        }
        kept
    }

    /// Opens an encrypted PassTicket that came back from a region.
    pub(super) fn open_passticket(
        &mut self,
        open: &Open,
        own: Option<&Token>,
        reply: &StartReply,
        ctx: &mut Ctx<'_>,
    ) {
        let record = Record::new("client.passticket").text("name", open.name.clone());
        let mut record = record.text("container", open.container.clone());
        record.task = reply.task;
        match self.opened(open, own, reply, ctx) {
            Ok(text) => {
                let record = ctx.say(record.text("verdict", "accepted"));
                self.passtickets.insert(open.name.clone(), Kept { text, record });
            }
            Err(why) => {
                ctx.say(record.text("verdict", "refused").text("why", why));
            }
        }
    }

    fn opened(
        &self,
        open: &Open,
        own: Option<&Token>,
        reply: &StartReply,
        ctx: &mut Ctx<'_>,
    ) -> Result<Password, String> {
        let held = reply.containers.iter().find(|held| held.name == open.container);
        let present = Check::holds(
            &rules::ENCRYPTED_PASSTICKET,
            Operand::new("container", open.container.clone()),
            Operand::new("containers", listed(reply.containers.iter().map(|c| c.name.as_str()))),
            held.is_some(),
        );
        let none = "the region sent no encrypted PassTicket";
        let present = ctx.decide(present);
        let held = held.filter(|_| present).ok_or(none)?;
        let token = match &open.token {
            Some(name) => self.tokens.get(name),
            None => own,
        };
        let mut checks = Checks::new();
        let context = context(token, reply, &mut checks);
        let opened = context.and_then(|mut context| {
            context.unwrap(&held.data, &mut checks).map_err(|error| error.to_string())
        });
        ctx.decided(checks);
        Ok(Password::new(charset::decode(&opened?.data)))
    }
}

/// The client's end of the context: with the region's own key where it has proved itself.
fn context(
    token: Option<&Token>,
    reply: &StartReply,
    checks: &mut Checks,
) -> Result<Context, String> {
    let initiator = token.and_then(|token| token.initiator.clone());
    let initiator = initiator.ok_or("the client did not make the token itself")?;
    match reply.containers.iter().find(|held| held.name == super::start::PROOF_CONTAINER) {
        Some(proof) => initiator.answered(&proof.data, checks).map_err(|error| error.to_string()),
        None => Ok(initiator.without_answer()),
    }
}
