//! SAML assertions and other documents: asked of an identity provider, kept from answers of regions,
//! sent in containers.

use std::collections::BTreeMap;
use std::sync::Arc;

use sim::{NodeId, TimerId};

use super::{Busy, Client, ClientWake, failed, rules};
use crate::check::{Check, Operand};
use crate::nodes::frame::{AssertionCall, Frame, Issued, Packet, StartReply, WireContainer};
use crate::nodes::identity_provider::Wanted;
use crate::nodes::{Ctx, Decide, Wake, listed};
use crate::trace::Record;

/// CCSID of an assertion as its issuer sends it: UTF-8.
pub(super) const UTF_8: u16 = 1208;

/// A document that goes to a region in a CHAR container.
#[derive(Clone, Debug)]
pub struct Document {
    /// Where it comes from.
    pub source: DocumentSource,
    /// The CCSID that the container says its data is in; without it, the document's own.
    pub ccsid: Option<u16>,
}

/// Where a document comes from.
#[derive(Clone, Debug)]
pub enum DocumentSource {
    /// It is kept under this name.
    Kept(String),
    /// These bytes.
    Bytes(Arc<[u8]>),
}

/// A document that is kept, and the record of its arrival.
#[derive(Clone)]
pub(super) struct Held {
    data: Vec<u8>,
    ccsid: u16,
    record: u64,
    /// Whether it is a secret, of which no trace shows a digest.
    secret: bool,
}

/// A question to an identity provider that waits for its answer.
#[derive(Clone)]
pub(super) struct Asking {
    request: u32,
    name: String,
    timer: TimerId,
}

impl Client {
    /// Asks an identity provider for an assertion.
    pub(super) fn get_assertion(
        &mut self,
        provider: NodeId,
        (name, wanted): (&str, &Wanted),
        ctx: &mut Ctx<'_>,
    ) {
        let request = self.request_next;
        self.request_next = self.request_next.wrapping_add(1);
        // A type of plain values always has a JSON form.
        let wanted = serde_json::to_vec(wanted).unwrap_or_default();
        ctx.send(provider, Packet::frame(&Frame::Assertion(AssertionCall { request, wanted })));
        let wake = Wake::Client(ClientWake::NoAssertion { request });
        let timer = ctx.set_timer_in(self.setup.patience, wake);
        self.busy = Some(Busy::Assertion(Asking { request, name: name.to_owned(), timer }));
    }

    /// The question that is in hand, if it has this number.
    fn asked(&mut self, request: u32) -> Option<Asking> {
        let own = |busy: &mut Busy| matches!(busy, Busy::Assertion(own) if own.request == request);
        match self.busy.take_if(own) {
            Some(Busy::Assertion(asking)) => Some(asking),
            _ => None,
        }
    }

    /// The identity provider has answered. An answer to an earlier question is ignored.
    pub(super) fn assertion_issued(&mut self, reply: Issued, ctx: &mut Ctx<'_>) {
        let Some(asking) = self.asked(reply.request) else { return };
        ctx.cancel_timer(asking.timer);
        let record = ctx.say(
            Record::new("client.document")
                .text("name", asking.name.clone())
                .count("bytes", reply.token.len() as u64)
                .text("sha256", crate::trace::sha256(&reply.token)),
        );
        let held = Held { data: reply.token, ccsid: UTF_8, record, secret: false };
        self.documents.insert(asking.name, held);
        self.go_on(ctx);
    }

    /// No assertion will come, or none in time.
    pub(super) fn no_assertion(&mut self, request: u32, why: &'static str, ctx: &mut Ctx<'_>) {
        let Some(asking) = self.asked(request) else { return };
        ctx.cancel_timer(asking.timer);
        failed(ctx, "GetAssertion", why);
        self.go_on(ctx);
    }

    /// Containers with documents, and the records that they rest on; none where one is not kept.
    pub(super) fn sent_documents(
        &self,
        documents: &BTreeMap<String, Document>,
        also: &mut Vec<u64>,
        ctx: &mut Ctx<'_>,
    ) -> Option<Vec<WireContainer>> {
        let mut containers = Vec::new();
        for (container, document) in documents {
            let (data, own, secret) = match &document.source {
                DocumentSource::Bytes(bytes) => (bytes.to_vec(), UTF_8, false),
                DocumentSource::Kept(name) => {
                    let held = self.document(name, ctx)?;
                    also.push(held.record);
                    (held.data.clone(), held.ccsid, held.secret)
                }
            };
            let ccsid = Some(document.ccsid.unwrap_or(own));
            containers.push(WireContainer { name: container.clone(), ccsid, data, secret });
        }
        Some(containers)
    }

    fn document(&self, name: &str, ctx: &mut Ctx<'_>) -> Option<&Held> {
        let held = self.documents.get(name);
        let there = Check::holds(
            &rules::DOCUMENT,
            Operand::new("document", name.to_owned()),
            Operand::new("kept", listed(self.documents.keys().map(String::as_str))),
            held.is_some(),
        );
        if !ctx.decide(there) {
            failed(ctx, "Start", format!("no document {name:?} is kept"));
        }
        held
    }

    /// Keeps a container of a task's answer. What the task did not return is not kept.
    pub(super) fn keep_document(
        &mut self,
        (container, name): (&str, &str),
        reply: &StartReply,
        ctx: &mut Ctx<'_>,
    ) {
        let held = reply.containers.iter().find(|held| held.name == container);
        let there = Check::holds(
            &rules::ANSWER,
            Operand::new("container", container.to_owned()),
            Operand::new("containers", listed(reply.containers.iter().map(|c| c.name.as_str()))),
            held.is_some(),
        );
        if let (true, Some(held)) = (ctx.decide(there), held) {
            let mut record = Record::new("client.document")
                .text("name", name.to_owned())
                .count("bytes", held.data.len() as u64)
                .maybe("sha256", (!held.secret).then(|| crate::trace::sha256(&held.data)));
            record.task = reply.task;
            let record = ctx.say(record);
            let ccsid = held.ccsid.unwrap_or(UTF_8);
            let (data, secret) = (held.data.clone(), held.secret);
            self.documents.insert(name.to_owned(), Held { data, ccsid, record, secret });
        }
    }
}
