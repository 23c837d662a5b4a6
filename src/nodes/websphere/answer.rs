//! What the caller is told.

use super::WebSphere;
use super::work::{Context, Credential, Work};
use crate::catalogue::assertion::Refusal;
use crate::nodes::frame::{Content, Frame, Packet, Segment};
use crate::nodes::orb::Raised;
use crate::nodes::orb::wire::{self, SasReply};
use crate::nodes::{Ctx, Decide};
use crate::trace::Record;

impl WebSphere {
    /// The caller is let in.
    pub(super) fn accept(&self, work: &Work, caller: &Credential, ctx: &mut Ctx<'_>) {
        ctx.say(
            Record::new("was.accept")
                .text("method", work.method.clone())
                .text("caller", caller.name()),
        );
    }

    /// The request is refused: an exception, and ContextError where the tokens are the reason.
    pub(super) fn refuse(
        &self,
        work: &Work,
        refusal: &'static Refusal,
        why: String,
        ctx: &mut Ctx<'_>,
    ) {
        let minor = (refusal.minor != 0).then(|| format!("{:08X}", refusal.minor));
        let status = refusal.context_error.map(|(major, minor)| format!("({major},{minor})"));
        ctx.say(
            Record::new("was.refuse")
                .text("method", work.method.clone())
                .text("outcome", refusal.name)
                .text("exception", refusal.exception.word())
                .maybe("minor", minor)
                .maybe("context_error", status)
                .maybe("message", refusal.message)
                .text("why", why),
        );
        let raised = Raised { exception: refusal.exception, minor: refusal.minor };
        let context = match (work.context, refusal.context_error) {
            (Context::Establish(id), Some((major, minor))) => {
                Some(SasReply::Error { context: id, major, minor })
            }
            _ => self.established(work),
        };
        self.reply(work, &Err(raised), context, ctx);
    }

    /// A method that was called has raised an exception, which ends this one too.
    pub(super) fn pass_on(&self, work: &Work, raised: &Raised, ctx: &mut Ctx<'_>) {
        let minor = (raised.minor != 0).then(|| format!("{:08X}", raised.minor));
        ctx.say(
            Record::new("was.raise")
                .text("method", work.method.clone())
                .text("exception", raised.exception.word())
                .maybe("minor", minor),
        );
        self.reply(work, &Err(raised.clone()), self.established(work), ctx);
    }

    /// The method returns the name of whoever it was called as.
    pub(super) fn method_returns(&self, work: &Work, ctx: &mut Ctx<'_>) {
        let caller = work.received.as_ref().map(Credential::name).unwrap_or_default();
        self.reply(work, &Ok(caller), self.established(work), ctx);
    }

    /// What the caller is told of the context that it has asked for.
    fn established(&self, work: &Work) -> Option<SasReply> {
        match work.context {
            Context::None => None,
            Context::Establish(id) => Some(SasReply::Complete { context: id, stateful: false }),
        }
    }

    fn reply(
        &self,
        work: &Work,
        answer: &Result<String, Raised>,
        sas: Option<SasReply>,
        ctx: &mut Ctx<'_>,
    ) {
        if work.reply {
            let content = Content::Giop(wire::reply(work.id, answer, sas.as_ref()));
            let segment = Segment { connection: work.from.connection, back: true, content };
            ctx.send(work.from.node, Packet::frame(&Frame::Segment(segment)));
        }
    }
}
