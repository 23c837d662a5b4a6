//! What the caller is told.

use super::WebSphere;
use super::work::{Context, Credential, Work};
use crate::catalogue::assertion::Refusal;
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
                .text("caller", caller.userid()),
        );
    }

    /// The request is refused: an exception, and ContextError where the tokens are the reason.
    pub(super) fn refuse(
        &mut self,
        work: &Work,
        refusal: &'static Refusal,
        why: String,
        ctx: &mut Ctx<'_>,
    ) {
        let status = refusal.context_error.and_then(|(major, minor)| {
            let context = match work.context {
                Context::None => return None,
                Context::Establish(context) | Context::Within { context, .. } => context,
            };
            Some(SasReply::Error { context, major, minor })
        });
        let raised = Raised { exception: refusal.exception, minor: refusal.minor };
        let record = Record::new("was.refuse")
            .text("method", work.method.clone())
            .text("outcome", refusal.name);
        ctx.say(
            raised
                .describe("exception", record)
                .maybe("context_error", status.as_ref().and_then(SasReply::status))
                .maybe("message", refusal.message)
                .text("why", why),
        );
        let sas = status.or_else(|| self.established(work));
        self.reply(work, &Err(raised), sas, ctx);
    }

    /// A method that was called has raised an exception, which ends this one too.
    pub(super) fn pass_on(&mut self, work: &Work, raised: &Raised, ctx: &mut Ctx<'_>) {
        let record = Record::new("was.raise").text("method", work.method.clone());
        ctx.say(raised.describe("exception", record));
        self.reply(work, &Err(raised.clone()), self.established(work), ctx);
    }

    /// The method returns the name of whoever it was called as.
    pub(super) fn method_returns(&mut self, work: &Work, ctx: &mut Ctx<'_>) {
        let caller = work.received.as_ref().map(Credential::userid).unwrap_or_default();
        self.reply(work, &Ok(caller), self.established(work), ctx);
    }

    /// What the caller is told of the context that it has asked for.
    fn established(&self, work: &Work) -> Option<SasReply> {
        match work.context {
            Context::None | Context::Within { .. } => None,
            Context::Establish(context) => {
                let stateful = context != 0 && self.setup.config.inbound.stateful;
                Some(SasReply::Complete { context, stateful })
            }
        }
    }

    fn reply(
        &mut self,
        work: &Work,
        answer: &Result<String, Raised>,
        sas: Option<SasReply>,
        ctx: &mut Ctx<'_>,
    ) {
        self.discard_context(work, ctx);
        if work.reply {
            let octets = wire::reply(work.id, answer, sas.as_ref());
            self.answer(work.from, octets, ctx);
        }
    }
}
