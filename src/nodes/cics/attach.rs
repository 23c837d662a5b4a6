//! Attach: a transaction becomes a task, if its user and the ESM allow it.

use std::sync::Arc;

use sim::NodeId;

use super::calls::Call;
use super::channel::Channel;
use super::config::Switch;
use super::message::stamp;
use super::program::Program;
use super::task::{Level, StartedBy, TASK_NUMBER_MAX, Task, Waiting};
use super::{Region, rules};
use crate::catalogue::messages;
use crate::catalogue::saf::{self, SafReturn};
use crate::check::{Check, Operand, Unit};
use crate::nodes::frame::{
    Frame, Packet, SafService, StartReply, StartRequest, TaskEnd, WireContainer,
};
use crate::nodes::{Ctx, Decide, listed};
use crate::trace::Record;

/// Name of the channel in which a client's containers arrive (assumed).
const CLIENT_CHANNEL: &str = "CLIENT";
/// Resource class of transactions.
const TRANSACTION_CLASS: &str = "TCICSTRN";
/// Most tasks at one time (MXT) (assumed): it bounds memory.
const TASKS_MAX: i64 = 2_000;

impl Region {
    pub(super) fn start_requested(
        &mut self,
        from: NodeId,
        request: StartRequest,
        ctx: &mut Ctx<'_>,
    ) {
        let start = StartedBy::Client { node: from, request: request.request };
        let channel = Channel::from_wire(request.containers);
        let userid = request.userid.as_deref();
        self.attach(&request.transaction, userid, start, Some((CLIENT_CHANNEL, channel)), ctx);
    }

    /// Makes a task for a transaction. Its user is verified and its authority to the transaction is
    /// checked by the ESM before its program runs.
    pub(super) fn attach(
        &mut self,
        transaction: &str,
        userid: Option<&str>,
        start: StartedBy,
        channel: Option<(&str, Channel)>,
        ctx: &mut Ctx<'_>,
    ) {
        let user = userid.unwrap_or(self.setup.default_user()).to_owned();
        if !ctx.decide(self.has_room(start)) {
            let task = Task::new(0, transaction, &user, start);
            return self.refuse(task, "the region has its maximum of tasks".to_owned(), ctx);
        }
        let number = self.number_task();
        let mut task = Task::new(number, transaction, &user, start);
        let program = match self.first_program(transaction, ctx) {
            Ok(program) => program,
            Err(why) => return self.refuse(task, why.to_owned(), ctx),
        };
        let name = channel.map(|(name, channel)| {
            *task.channels.make(name) = channel;
            name.to_owned()
        });
        task.first = name.clone();
        task.levels.push(Level::new(program, name, None));
        // The default user was signed on at initialization and is not verified again.
        if self.setup.security() && userid.is_some() {
            task.waiting = Waiting::User;
            let purpose = Call::Task { task: number, timer: None };
            self.tasks.insert(number, task);
            self.verify_user(user, purpose, ctx);
        } else {
            self.authorize_transaction(task, ctx);
        }
    }

    /// Whether one more task fits. A task that runs while it starts another is not in the table.
    fn has_room(&self, start: StartedBy) -> Check {
        let running = i64::from(matches!(start, StartedBy::Start { channel: true }));
        let tasks = (self.tasks.len() as i64).saturating_add(running).saturating_add(1);
        Check::at_most(
            &rules::MAX_TASKS,
            (Operand::new("tasks with this one", tasks.to_string()), tasks),
            (Operand::new("maximum", TASKS_MAX.to_string()), TASKS_MAX),
            Unit::Count,
        )
    }

    pub(super) fn transaction_defined(&self, transaction: &str) -> Check {
        let defined = &self.setup.config.transactions;
        Check::holds(
            &rules::TRANSACTION_DEFINED,
            Operand::new("transaction", transaction.to_owned()),
            Operand::new("defined", listed(defined.keys().map(String::as_str))),
            defined.contains_key(transaction),
        )
    }

    pub(super) fn program_defined(&self, program: &str) -> Check {
        let defined = &self.setup.programs;
        Check::holds(
            &rules::PROGRAM_DEFINED,
            Operand::new("program", program.to_owned()),
            Operand::new("defined", listed(defined.keys().map(String::as_str))),
            defined.contains_key(program),
        )
    }

    /// The program that a transaction runs first, or why there is none.
    fn first_program(
        &self,
        transaction: &str,
        ctx: &mut Ctx<'_>,
    ) -> Result<Arc<Program>, &'static str> {
        let none = "the transaction is not defined";
        if !ctx.decide(self.transaction_defined(transaction)) {
            return Err(none);
        }
        let definition = self.setup.config.transactions.get(transaction).ok_or(none)?;
        let none = "the transaction's program is not defined";
        if !ctx.decide(self.program_defined(&definition.program)) {
            return Err(none);
        }
        self.setup.programs.get(&definition.program).cloned().ok_or(none)
    }

    pub(super) fn user_verified(&mut self, task: Task, codes: SafReturn, ctx: &mut Ctx<'_>) {
        if codes == saf::SUCCESS {
            return self.authorize_transaction(task, ctx);
        }
        let why = format!("the user {} cannot be signed on: {codes}", task.userid);
        self.refuse(task, why, ctx);
    }

    fn authorize_transaction(&mut self, mut task: Task, ctx: &mut Ctx<'_>) {
        if !self.setup.security() || self.setup.config.sit.xtran == Switch::NO {
            return self.dispatch(task, ctx);
        }
        let service = SafService::Authorize {
            userid: task.userid.clone(),
            class: TRANSACTION_CLASS.to_owned(),
            resource: task.transaction.clone(),
            access: "READ".to_owned(),
        };
        let number = task.number;
        task.waiting = Waiting::Transaction;
        self.tasks.insert(number, task);
        self.call_saf(service, Call::Task { task: number, timer: None }, ctx);
    }

    pub(super) fn transaction_authorized(
        &mut self,
        task: Task,
        codes: SafReturn,
        ctx: &mut Ctx<'_>,
    ) {
        if codes == saf::SUCCESS {
            return self.dispatch(task, ctx);
        }
        let local = ctx.now().nanos();
        let form = self.setup.config.sit.datform;
        let (date, time) = stamp(local, self.setup.gmt_offset, form);
        let [saf, rc, rsn] = [codes.saf, codes.rc, codes.rsn].map(|code| format!("{code:08X}"));
        let (applid, tranid) = (&self.setup.applid, &task.transaction);
        // A task without a terminal has no port of entry; there is no SAF reason code.
        let (port, saf_reason) = ("", "00000000");
        let line = messages::DFHXS1111.text(&[
            &date,
            &time,
            applid,
            tranid,
            &task.userid,
            port,
            tranid,
            TRANSACTION_CLASS,
            &saf,
            saf_reason,
            &rc,
            &rsn,
            "FASTAUTH",
        ]);
        let line = line.unwrap_or_default();
        self.message(Some(task.number), messages::DFHXS1111.id, (line, None), ctx);
        let why = format!("{} is not authorized to the transaction: {codes}", task.userid);
        self.refuse(task, why, ctx);
    }

    /// Everything is allowed: the task runs.
    fn dispatch(&mut self, mut task: Task, ctx: &mut Ctx<'_>) {
        task.eib.time = ctx.now().nanos();
        let program = task.levels.first().map(|level| level.program.name.clone());
        task.attached = ctx.say(
            Record::new("task.attach")
                .task(task.number)
                .text("transaction", task.transaction.clone())
                .text("userid", task.userid.clone())
                .maybe("program", program),
        );
        self.run(task, ctx);
    }

    /// A transaction that never ran.
    pub(super) fn refuse(&mut self, task: Task, why: String, ctx: &mut Ctx<'_>) {
        ctx.say(
            Record::new("task.refused")
                .task(task.number)
                .text("transaction", task.transaction.clone())
                .text("userid", task.userid.clone())
                .text("why", why.clone()),
        );
        if let StartedBy::Client { node, request } = task.start {
            let task = Some(task.number);
            self.reply(node, request, task, TaskEnd::Refused(why), Vec::new(), ctx);
        }
    }

    /// A request that found no active region.
    pub(super) fn refuse_request(
        &mut self,
        from: NodeId,
        request: &StartRequest,
        why: String,
        ctx: &mut Ctx<'_>,
    ) {
        let start = StartedBy::Client { node: from, request: request.request };
        let userid = request.userid.as_deref().unwrap_or(self.setup.default_user());
        let task = Task::new(0, &request.transaction, userid, start);
        self.refuse(task, why, ctx);
    }

    pub(super) fn reply(
        &mut self,
        node: NodeId,
        request: u32,
        task: Option<u32>,
        end: TaskEnd,
        containers: Vec<WireContainer>,
        ctx: &mut Ctx<'_>,
    ) {
        let reply = StartReply { request, task, end, containers };
        ctx.send(node, Packet::frame(&Frame::Started(reply)));
    }

    /// The next free task number. There is one: the region has fewer tasks than numbers.
    fn number_task(&mut self) -> u32 {
        while self.tasks.contains_key(&self.task_next) {
            self.task_next = self.task_next % TASK_NUMBER_MAX + 1;
        }
        let number = self.task_next;
        self.task_next = number % TASK_NUMBER_MAX + 1;
        number
    }
}
