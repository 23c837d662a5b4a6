//! Calls from the region to other nodes, and what happens when they return, fail or do not.

use sim::{NodeId, TimerId};

use super::config::MessageExit;
use super::task::Waiting;
use super::{Region, RegionWake, rules};
use crate::catalogue::dfhxs1402::Reason;
use crate::catalogue::saf::{self, SafReturn};
use crate::check::{Check, Operand};
use crate::nodes::frame::{Frame, Packet, SafRequest, SafResult, SafService, TdRecord, TdWrite};
use crate::nodes::{Ctx, Decide, Wake, listed};
use crate::trace::Record;

/// A call that has not returned.
#[derive(Clone, Debug)]
pub(super) enum Call {
    /// The verification of the default user at initialization.
    DefaultUser,
    /// A service for a task; with a timer where the region does not wait for ever.
    Task { task: u32, timer: Option<TimerId> },
    /// A message on its way to its queue.
    Message { task: Option<u32>, id: String, queue: String },
}

impl Region {
    fn number_call(&mut self, call: Call) -> u64 {
        let number = self.call_next;
        self.call_next += 1;
        self.calls.insert(number, call);
        number
    }

    /// Calls a SAF service. The trace keeps what is asked, never tokens themselves.
    pub(super) fn call_saf(
        &mut self,
        service: SafService,
        purpose: Call,
        ctx: &mut Ctx<'_>,
    ) -> u64 {
        let task = match &purpose {
            Call::Task { task, .. } => Some(*task),
            _ => None,
        };
        let call = self.number_call(purpose);
        let mut record = Record::new("saf.call").text("service", service.name());
        record.task = task;
        ctx.say(service.describe(record));
        let caller = self.setup.config.userid.clone();
        let request = Frame::Saf(SafRequest { call, caller, service });
        match self.setup.esm {
            Some(esm) => {
                ctx.send(esm, Packet::frame(&request));
            }
            None => self.unanswered(call, ctx),
        }
        call
    }

    /// Without an ESM on the system the SAF router answers by itself. Where there is one, its own
    /// checks tell what it decided, and a call that finds it stopped is recorded as refused: the
    /// decision is noted only here.
    fn unanswered(&mut self, call: u64, ctx: &mut Ctx<'_>) {
        let system = Operand::new("system", self.setup.config.system.clone());
        let there = Check::holds(&rules::SYSTEM_ESM, system, Operand::new("ESM", "none"), false);
        if !ctx.decide(there) {
            self.returned(call, saf::NO_DECISION, SafResult::None, ctx);
        }
    }

    /// As [`Region::call_saf`], for a service of the NAS that may never return.
    pub(super) fn call_kerberos(&mut self, service: SafService, task: u32, ctx: &mut Ctx<'_>) {
        let call = self.call_next;
        let wake = Wake::Region(RegionWake::KerberosTimeout { call });
        let patience = sim::Span::from_nanos(self.setup.config.kerberos_timeout.nanoseconds());
        let timer = Some(ctx.set_timer_in(patience, wake));
        self.call_saf(service, Call::Task { task, timer }, ctx);
    }

    pub(super) fn verify_user(&mut self, userid: String, purpose: Call, ctx: &mut Ctx<'_>) {
        self.call_saf(SafService::Verify { userid }, purpose, ctx);
    }

    /// A SAF service returned.
    pub(super) fn returned(
        &mut self,
        call: u64,
        codes: SafReturn,
        result: SafResult,
        ctx: &mut Ctx<'_>,
    ) {
        let Some(purpose) = self.calls.remove(&call) else { return };
        let mut record = Record::new("saf.return")
            .int("saf", codes.saf)
            .int("rc", codes.rc)
            .text("rsn", format!("X'{:08X}'", codes.rsn));
        if let Call::Task { task, .. } = purpose {
            record = record.task(task);
        }
        ctx.say(record);
        match purpose {
            Call::DefaultUser if codes == saf::SUCCESS => self.activate(ctx),
            Call::DefaultUser => self.fail(ctx),
            Call::Task { task, timer } => {
                if let Some(timer) = timer {
                    ctx.cancel_timer(timer);
                }
                self.task_returned(task, codes, result, ctx);
            }
            Call::Message { .. } => {}
        }
    }

    fn task_returned(
        &mut self,
        number: u32,
        codes: SafReturn,
        result: SafResult,
        ctx: &mut Ctx<'_>,
    ) {
        let Some(mut task) = self.tasks.remove(&number) else { return };
        match std::mem::replace(&mut task.waiting, Waiting::Nothing) {
            Waiting::User => self.user_verified(task, codes, ctx),
            Waiting::Transaction => self.transaction_authorized(task, codes, ctx),
            Waiting::Token(verify) => {
                let step = self.verify_returned(&mut task, *verify, codes, result, ctx);
                self.resume(task, step, ctx);
            }
            Waiting::PassTicket(request) => {
                let step = self.passticket_returned(&mut task, *request, codes, result, ctx);
                self.resume(task, step, ctx);
            }
            Waiting::Basic(userid, pending) => {
                let step = self.basic_judged(&mut task, &userid, &pending, codes);
                self.resume(task, step, ctx);
            }
            Waiting::SignOn(signing) => {
                let step = self.sign_on_judged(&mut task, &signing, codes, ctx);
                self.resume(task, step, ctx);
            }
            Waiting::Password(pending) => {
                let step = self.password_judged(&mut task, &pending, codes, ctx);
                self.resume(task, step, ctx);
            }
            Waiting::Saml(linked) => {
                let step = self.ring_returned(&mut task, *linked, (codes, result), ctx);
                self.resume(task, step, ctx);
            }
            waiting => {
                task.waiting = waiting;
                self.tasks.insert(number, task);
            }
        }
    }

    /// A Kerberos service has not returned by the region's clock: the reason that says so, with its
    /// codes from the catalogue. A return that still comes is too late.
    pub(super) fn timed_out(&mut self, call: u64, ctx: &mut Ctx<'_>) {
        let Some(Call::Task { task, .. }) = self.calls.remove(&call) else { return };
        let Some(task) = self.tasks.get(&task) else { return };
        ctx.say(
            Record::new("saf.timeout")
                .task(task.number)
                .text("waited", self.setup.config.kerberos_timeout.to_string()),
        );
        let codes = Reason::KdcNotResponding.row().codes.unwrap_or(saf::NAS_LOCKED);
        self.task_returned(task.number, codes, SafResult::None, ctx);
    }

    /// Nobody listens where a message was sent. For a SAF call the SAF router answers in place of
    /// the ESM; a record for a queue is lost.
    pub(super) fn refused(&mut self, message: &Packet, ctx: &mut Ctx<'_>) {
        match message.open() {
            Ok(Frame::Saf(request)) => {
                self.returned(request.call, saf::NO_DECISION, SafResult::None, ctx);
            }
            Ok(Frame::TdWrite(write)) => self.written(write.call, false, ctx),
            Ok(Frame::Segment(segment)) => {
                let answers = self.orb.refused(&segment, ctx);
                self.methods_answered(answers, ctx);
            }
            _ => {}
        }
    }

    /// Writes a message: the exit at XMEOUT first, then its queue.
    pub(super) fn message(
        &mut self,
        task: Option<u32>,
        id: &'static str,
        (line, reason): (String, Option<String>),
        ctx: &mut Ctx<'_>,
    ) {
        let exit = self.setup.config.xmeout.get(id).cloned();
        let passes = exit.as_ref().is_none_or(|exit| ctx.decide(passes_exit(id, exit)));
        if !passes {
            let record = Record::new("message.suppressed").text("id", id);
            ctx.say(with_task(record, task).maybe("reason", reason).text("line", line));
            return;
        }
        let queue = match exit {
            Some(MessageExit::Route(queue)) => queue,
            _ => CSCS.to_owned(),
        };
        let Some(node) = self.queue_node(&queue, ctx) else {
            ctx.say(lost(task, id, &queue, "the queue is not defined"));
            return;
        };
        let id = id.to_owned();
        let call = self.number_call(Call::Message { task, id: id.clone(), queue: queue.clone() });
        let record = TdRecord::Message { id, line, reason };
        self.write(
            node,
            TdWrite { call, applid: self.setup.applid.clone(), task, queue, record },
            ctx,
        );
    }

    /// The node that a queue of the region writes to.
    pub(super) fn queue_node(&self, queue: &str, ctx: &mut Ctx<'_>) -> Option<NodeId> {
        let defined = &self.setup.queues;
        let node = defined.get(queue).copied();
        let known = Check::holds(
            &rules::QUEUE_DEFINED,
            Operand::new("queue", queue.to_owned()),
            Operand::new("defined", listed(defined.keys().map(String::as_str))),
            node.is_some(),
        );
        if ctx.decide(known) { node } else { None }
    }

    /// A destination has taken a record, or not.
    pub(super) fn written(&mut self, call: u64, written: bool, ctx: &mut Ctx<'_>) {
        match self.calls.remove(&call) {
            Some(Call::Message { task, id, queue }) if !written => {
                ctx.say(lost(task, &id, &queue, "its destination is full or not there"));
            }
            Some(Call::Task { task, .. }) => {
                let Some(task) = self.tasks.remove(&task) else { return };
                let mut task = task;
                let step = self.queue_written(&mut task, written);
                self.resume(task, step, ctx);
            }
            _ => {}
        }
    }

    /// Sends a record of WRITEQ TD; its destination answers.
    pub(super) fn write_queue(
        &mut self,
        task: u32,
        node: NodeId,
        queue: String,
        data: Vec<u8>,
        ctx: &mut Ctx<'_>,
    ) {
        let call = self.number_call(Call::Task { task, timer: None });
        let (applid, record) = (self.setup.applid.clone(), TdRecord::Data(data));
        self.write(node, TdWrite { call, applid, task: Some(task), queue, record }, ctx);
    }

    fn write(&self, node: NodeId, write: TdWrite, ctx: &mut Ctx<'_>) {
        ctx.send(node, Packet::frame(&Frame::TdWrite(write)));
    }
}

/// What an exit that is enabled for a message decides about it.
fn passes_exit(id: &'static str, exit: &MessageExit) -> Check {
    let (passes, decision) = match exit {
        MessageExit::Suppress => (false, "suppress".to_owned()),
        MessageExit::Route(queue) => (true, format!("write to {queue}")),
    };
    let (message, exit) = (Operand::new("message", id), Operand::new("XMEOUT", decision));
    Check::holds(&rules::MESSAGE_EXIT, message, exit, passes)
}

/// The queue of the region's security messages.
const CSCS: &str = crate::catalogue::dfhxs1402::DESTINATION;

fn with_task(mut record: Record, task: Option<u32>) -> Record {
    record.task = task;
    record
}

fn lost(task: Option<u32>, id: &str, queue: &str, why: &'static str) -> Record {
    with_task(Record::new("message.lost"), task)
        .text("id", id.to_owned())
        .text("queue", queue.to_owned())
        .text("why", why)
}
