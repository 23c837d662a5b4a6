//! Attach: a transaction becomes a task, if its user and the ESM allow it.

use std::sync::Arc;

use sim::NodeId;

use super::calls::Call;
use super::channel::Channel;
use super::config::Switch;
use super::message::stamp;
use super::program::Program;
use super::task::{Level, StartedBy, TASK_NUMBER_MAX, Task, Waiting};
use super::{Arrival, Region, rules};
use crate::catalogue::saf::{self, SafReturn};
use crate::catalogue::{dfhsaml, messages};
use crate::check::{Check, Operand, Unit};
use crate::nodes::frame::{Frame, Packet, SafService, StartReply, TaskEnd, WireContainer};
use crate::nodes::{Ctx, Decide, listed};
use crate::trace::Record;

/// Name of the channel in which a client's containers arrive (assumed).
const CLIENT_CHANNEL: &str = "CLIENT";
/// Resource class of transactions.
const TRANSACTION_CLASS: &str = "TCICSTRN";
/// Most tasks at one time (MXT) (assumed): it bounds memory.
const TASKS_MAX: i64 = 2_000;
/// Most tasks that start one another (assumed): it bounds the work.
const GENERATIONS_MAX: i64 = 10_000;

/// Whether too many tasks have started one another. Noted only where it is so, as a task that is in a
/// loop is: nobody wants to read after every START that a limit is far away.
fn starts_for_ever(start: StartedBy, ctx: &mut Ctx<'_>) -> bool {
    let generation = i64::from(start.generation());
    let few_enough = Check::at_most(
        &rules::GENERATIONS,
        (Operand::new("tasks that started one another", generation.to_string()), generation),
        (Operand::new("limit", GENERATIONS_MAX.to_string()), GENERATIONS_MAX),
        Unit::Count,
    );
    !few_enough.passed && !ctx.decide(few_enough)
}

/// By whom a task is started.
#[derive(Clone, Copy, Debug)]
pub(super) enum Identity<'a> {
    /// By nobody in particular: it runs under the default user.
    Default,
    /// By this user.
    User(&'a str),
    /// From this terminal, whoever is signed on there.
    Terminal(&'a str),
}

impl Region {
    pub(super) fn start_requested(&mut self, arrival: Arrival, ctx: &mut Ctx<'_>) {
        let Arrival { from, terminal, request } = arrival;
        let start = StartedBy::Client { node: from, request: request.request };
        let channel = Some((CLIENT_CHANNEL, Channel::from_wire(request.containers)));
        let identity = match (&terminal, &request.userid) {
            (Some(terminal), _) => Identity::Terminal(terminal),
            (None, Some(userid)) => Identity::User(userid),
            (None, None) => Identity::Default,
        };
        self.attach(&request.transaction, identity, start, channel, ctx);
    }

    /// Makes a task for a transaction. Its user is verified and its authority to the transaction is
    /// checked by the ESM before its program runs.
    pub(super) fn attach(
        &mut self,
        transaction: &str,
        identity: Identity<'_>,
        start: StartedBy,
        channel: Option<(&str, Channel)>,
        ctx: &mut Ctx<'_>,
    ) {
        let user = self.user_of(identity).to_owned();
        let mut task = Task::new(0, transaction, &user, start);
        if let Identity::Terminal(terminal) = identity {
            task.terminal = Some(terminal.to_owned());
            if let Err(why) = self.takes_input(terminal, ctx) {
                return self.refuse(task, why.to_owned(), ctx);
            }
        }
        if starts_for_ever(start, ctx) {
            return self.refuse(task, "its tasks start one another without end".to_owned(), ctx);
        }
        if !ctx.decide(self.has_room()) {
            return self.refuse(task, "the region has its maximum of tasks".to_owned(), ctx);
        }
        let number = self.number_task();
        task.number = number;
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
        if self.setup.security() && self.needs_verification(identity) {
            task.waiting = Waiting::User;
            let purpose = Call::Task { task: number, timer: None };
            self.tasks.insert(number, task);
            self.verify_user(user, purpose, ctx);
        } else {
            self.authorize_transaction(task, ctx);
        }
    }

    /// Under which user a task runs.
    fn user_of<'a>(&'a self, identity: Identity<'a>) -> &'a str {
        let default = self.setup.default_user();
        match identity {
            Identity::Default => default,
            Identity::User(userid) => userid,
            Identity::Terminal(terminal) => {
                let signed_on = self.signed_on.get(terminal).map(String::as_str);
                signed_on.or_else(|| self.setup.preset_user(terminal)).unwrap_or(default)
            }
        }
    }

    /// The default user was signed on at initialization, and a terminal's user when he signed on: they
    /// are not verified again. A preset user is, whenever his terminal is used (assumed).
    fn needs_verification(&self, identity: Identity<'_>) -> bool {
        match identity {
            Identity::Default => false,
            Identity::User(_) => true,
            Identity::Terminal(terminal) => self.setup.preset_user(terminal).is_some(),
        }
    }

    /// Whether a terminal is there and idle.
    fn takes_input(&self, terminal: &str, ctx: &mut Ctx<'_>) -> Result<(), &'static str> {
        let subject = || Operand::new("terminal", terminal.to_owned());
        let defined = &self.setup.config.terminals;
        let installed = Check::holds(
            &rules::TERMINAL_INSTALLED,
            subject(),
            Operand::new("defined", listed(defined.keys().map(String::as_str))),
            defined.contains_key(terminal),
        );
        if !ctx.decide(installed) {
            return Err("the terminal is not defined");
        }
        let runs = self.tasks.values().find(|task| task.terminal.as_deref() == Some(terminal));
        let state = runs.map_or("idle".to_owned(), |task| format!("runs task {}", task.number));
        let state = Operand::new("state", state);
        let idle = Check::holds(&rules::TERMINAL_IDLE, subject(), state, runs.is_none());
        if ctx.decide(idle) { Ok(()) } else { Err("the terminal runs a task") }
    }

    /// The port of entry as messages name it: empty for a task without a terminal, and for a terminal
    /// where nobody is signed on (CICS TS messages, DFHXS1111).
    pub(super) fn port(&self, task: &Task) -> String {
        let terminal =
            task.terminal.as_deref().filter(|_| task.userid != self.setup.default_user());
        terminal.map(|id| format!(" at netname {}", self.setup.netname(id))).unwrap_or_default()
    }

    /// Whether one more task fits.
    fn has_room(&self) -> Check {
        let tasks = (self.tasks.len() as i64).saturating_add(1);
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
        // Programs that CICS supplies come with their groups.
        let supplied = self.setup.config.has_saml().then_some(dfhsaml::PROGRAM);
        let defined = || self.setup.programs.keys().map(String::as_str).chain(supplied);
        Check::holds(
            &rules::PROGRAM_DEFINED,
            Operand::new("program", program.to_owned()),
            Operand::new("defined", listed(defined())),
            defined().any(|defined| defined == program),
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
        // There is no SAF reason code.
        let (port, saf_reason) = (self.port(&task), "00000000");
        let line = messages::DFHXS1111.text(&[
            &date,
            &time,
            applid,
            tranid,
            &task.userid,
            &port,
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
        self.set_eib(&mut task);
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
        Arrival { from, request, .. }: &Arrival,
        why: String,
        ctx: &mut Ctx<'_>,
    ) {
        let start = StartedBy::Client { node: *from, request: request.request };
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
