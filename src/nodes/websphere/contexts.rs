//! The contexts that a server keeps for its connections.
//!
//! Groups, revocation and presence are looked up when a context is established; what was learnt holds
//! until the context ends.

use std::collections::BTreeMap;

use super::work::{Context, Credential, Evidence, Next, Source, Stage, Work};
use super::{WebSphere, rules};
use crate::catalogue::assertion;
use crate::check::{Check, Operand};
use crate::nodes::orb::{Identity, Token};
use crate::nodes::{Ctx, Decide};
use crate::trace::Record;

/// The contexts of one connection.
pub(super) type Contexts = BTreeMap<u64, Kept>;

/// A context.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// The tokens that established it.
    token: Option<Token>,
    identity: Option<Identity>,
    /// Who calls in it.
    credential: Credential,
    /// The record of its establishment.
    record: u64,
    /// When it was used last, by the server's clock (ns).
    used: i64,
}

impl WebSphere {
    /// What a request says of contexts: the next decision, where that is clear already.
    pub(super) fn look_up_context(&mut self, work: &mut Work, ctx: &mut Ctx<'_>) -> Next {
        match work.context {
            Context::None | Context::Establish(0) => Next::Go(Stage::Sender),
            Context::Establish(number) => self.established_before(number, work, ctx),
            Context::Within { context, .. } => self.within(context, work, ctx),
        }
    }

    /// A number that is in use already means the same context, or the request is refused.
    fn established_before(&mut self, number: u64, work: &mut Work, ctx: &mut Ctx<'_>) -> Next {
        self.drop_idle(work.from, number, ctx);
        let Some(kept) = self.kept(work.from, number) else { return Next::Go(Stage::Sender) };
        let Evidence { token, identity, .. } = &work.evidence;
        let is_same = (token, identity) == (&kept.token, &kept.identity);
        let same = Check::holds(
            &rules::SAME_EVIDENCE,
            Operand::new("context", number.to_string()),
            Operand::new("tokens", if is_same { "the same" } else { "others" }),
            is_same,
        );
        let (credential, record) = (kept.credential.clone(), kept.record);
        note_with(same, record, ctx);
        if !is_same {
            let why = format!("context {number} was established with other tokens");
            return Next::Refuse(&assertion::CONFLICT, why);
        }
        work.received = Some(credential);
        Next::Go(Stage::Authorize)
    }

    /// The context that a request names.
    fn within(&mut self, number: u64, work: &mut Work, ctx: &mut Ctx<'_>) -> Next {
        self.drop_idle(work.from, number, ctx);
        let now = ctx.now().nanos();
        let kept = self.contexts.get_mut(&work.from).and_then(|own| own.get_mut(&number));
        let known = Check::holds(
            &rules::CONTEXT_KNOWN,
            Operand::new("context", number.to_string()),
            Operand::new("of the connection", if kept.is_some() { "kept" } else { "not known" }),
            kept.is_some(),
        );
        let Some(kept) = kept else {
            ctx.decide(known);
            let why = format!("context {number} is not known");
            return Next::Refuse(&assertion::CONTEXT_UNKNOWN, why);
        };
        kept.used = now;
        work.received = Some(kept.credential.clone());
        let record = kept.record;
        note_with(known, record, ctx);
        Next::Go(Stage::Authorize)
    }

    fn kept(&self, from: Source, number: u64) -> Option<&Kept> {
        self.contexts.get(&from)?.get(&number)
    }

    /// Keeps the context of a request whose caller is known now.
    pub(super) fn keep_context(&mut self, work: &Work, ctx: &mut Ctx<'_>) {
        let keeps = self.setup.config.inbound.stateful;
        let Context::Establish(number @ 1..) = work.context else { return };
        if !keeps || self.kept(work.from, number).is_some() {
            return;
        }
        let credential = work.received.clone().unwrap_or_else(Credential::unauthenticated);
        let record = ctx.say(
            Record::new("was.context")
                .text("what", "kept")
                .text("context", number.to_string())
                .text("userid", credential.userid()),
        );
        let Evidence { token, identity, .. } = work.evidence.clone();
        let kept = Kept { token, identity, credential, record, used: ctx.now().nanos() };
        self.contexts.entry(work.from).or_default().insert(number, kept);
    }

    /// Ends a context that the caller wants to end with this request.
    pub(super) fn discard_context(&mut self, work: &Work, ctx: &mut Ctx<'_>) {
        let Context::Within { context, discard: true } = work.context else { return };
        self.drop_context(work.from, context, "discarded", ctx);
    }

    /// Ends a context that nobody has used for too long.
    fn drop_idle(&mut self, from: Source, number: u64, ctx: &mut Ctx<'_>) {
        let Some(most) = self.setup.config.inbound.context_idle else { return };
        let Some(kept) = self.kept(from, number) else { return };
        let idle = ctx.now().nanos().saturating_sub(kept.used);
        let left = i128::from(most.nanoseconds()) - i128::from(idle);
        let seconds = idle.div_euclid(crate::nodes::NANOS);
        let in_use = Check::moments(
            &rules::CONTEXT_IDLE,
            Operand::new("not used for", format!("{seconds} s")),
            Operand::new("kept for", most.to_string()),
            Some(most.to_string()),
            left,
        );
        if !ctx.decide(in_use) {
            self.drop_context(from, number, "idle for too long", ctx);
        }
    }

    fn drop_context(&mut self, from: Source, number: u64, why: &'static str, ctx: &mut Ctx<'_>) {
        let kept = self.contexts.get_mut(&from).and_then(|own| own.remove(&number));
        let Some(kept) = kept else { return };
        let record = Record::new("was.context")
            .text("what", why)
            .text("context", number.to_string())
            .text("userid", kept.credential.userid());
        ctx.note_also(record, &[kept.record]);
    }
}

/// Notes a decision that rests on the establishment of a context.
fn note_with(check: Check, record: u64, ctx: &mut Ctx<'_>) {
    ctx.note_also(check.into(), &[record]);
}
