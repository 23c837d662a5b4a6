//! What each command does. One file per group; each command reads its options, decides, and says
//! how the task goes on.

mod basicauth;
mod containers;
mod flow;
pub(super) mod passticket;
mod password;
mod queues;
pub(super) mod signon;
mod time;
pub(super) mod verify_token;

use std::sync::Arc;

use super::exec::{Areas, Command, Opt, Verb};
use super::task::{Pending, Task, Waiting};
use super::{Ctx, Region};
use crate::catalogue::conditions::Condition;
use crate::catalogue::response::Response;
use crate::check::{Check, Operand};
use crate::nodes::Decide;
use crate::nodes::cics::channel::{LEGAL_NAMES, name_is_legal};
use crate::nodes::cics::rules;
use crate::trace::Value;

/// How a task goes on after a command.
#[derive(Debug)]
pub(super) enum Step {
    /// The command has ended.
    Done(Reply),
    /// The command waits.
    Wait(Waiting),
    /// A linked program runs next.
    Linked,
    /// The program returns.
    Return,
    /// The task abends.
    Abend(String),
}

/// What a command answers: its condition, and the areas that it set, as the trace may show them.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) command: Arc<Command>,
    pub(super) begin: u64,
    pub(super) resp: Condition,
    pub(super) resp2: i32,
    pub(super) outputs: Vec<(String, Value)>,
}

impl Reply {
    pub(super) fn normal(command: &Arc<Command>, begin: u64) -> Reply {
        let outputs = Vec::new();
        Reply { command: command.clone(), begin, resp: Condition::Normal, resp2: 0, outputs }
    }

    fn raised(self, response: &Response) -> Reply {
        Reply { resp: response.resp, resp2: response.resp2, ..self }
    }
}

/// A command in execution: the task's data areas and what has been answered so far.
struct Execution<'a> {
    command: &'a Command,
    areas: &'a mut Areas,
    reply: Reply,
}

impl<'a> Execution<'a> {
    /// None only for a task without a program, which does not execute commands.
    fn new(task: &'a mut Task, command: &'a Arc<Command>, begin: u64) -> Option<Execution<'a>> {
        let areas = &mut task.levels.last_mut()?.areas;
        Some(Execution { command, areas, reply: Reply::normal(command, begin) })
    }

    fn text(&self, opt: Opt) -> Option<String> {
        self.command.text(opt, self.areas)
    }

    fn number(&self, opt: Opt) -> Option<i64> {
        self.command.number(opt, self.areas)
    }

    /// Sets the area that an option names to characters.
    fn set_text(&mut self, opt: Opt, text: &str) {
        if let Some(name) = self.command.variable(opt) {
            // The translator has checked that the area takes characters.
            let _ = self.areas.assign_text(name, text);
            self.reply.outputs.push((name.to_owned(), text.to_owned().into()));
        }
    }

    /// Sets the area that an option names to a number.
    fn set_number(&mut self, opt: Opt, number: i64) {
        if let Some(name) = self.command.variable(opt) {
            // The translator has checked the type; what does not fit keeps the area as it was.
            if self.areas.set_number(name, number).is_ok() {
                self.reply.outputs.push((name.to_owned(), Value::Int(number)));
            }
        }
    }

    /// Sets the area to a fullword of 32 bits, as codes are returned (X'96C73A25' is negative).
    fn set_code(&mut self, opt: Opt, code: u32) {
        if let Some(name) = self.command.variable(opt) {
            let _ = self.areas.set_number(name, i64::from(code.cast_signed()));
            self.reply.outputs.push((name.to_owned(), format!("X'{code:08X}'").into()));
        }
    }

    /// Notes that an area was set to something that the trace does not show.
    fn redacted(&mut self, opt: Opt, what: String) {
        if let Some(name) = self.command.variable(opt) {
            self.reply.outputs.push((name.to_owned(), what.into()));
        }
    }

    fn done(self) -> Step {
        Step::Done(self.reply)
    }

    fn raise(self, response: &Response) -> Step {
        Step::Done(self.reply.raised(response))
    }
}

/// A command that goes on, or the response that ends it.
type Judged<T> = Result<T, &'static Response>;

/// Notes a decision; where it says no, the command ends with the response.
fn demand(check: Check, refusal: &'static Response, ctx: &mut Ctx<'_>) -> Judged<()> {
    if ctx.decide(check) { Ok(()) } else { Err(refusal) }
}

/// Demands that the name of a channel is legal.
fn legal_channel(name: &str, refusal: &'static Response, ctx: &mut Ctx<'_>) -> Judged<()> {
    let subject = Operand::new("channel", name.to_owned());
    let legal = Operand::new("legal names", LEGAL_NAMES);
    demand(Check::holds(&rules::CHANNEL_NAME, subject, legal, name_is_legal(name)), refusal, ctx)
}

impl Region {
    /// Whether the region calls the ESM at all.
    fn security_active(&self) -> Check {
        let active = self.setup.security();
        let sec = Operand::new("SEC", if active { "YES" } else { "NO" });
        Check::holds(&rules::SECURITY_ACTIVE, sec, Operand::new("needed", "YES"), active)
    }

    pub(super) fn execute(
        &mut self,
        task: &mut Task,
        command: &Arc<Command>,
        begin: u64,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        match command.verb() {
            Verb::Return => return Step::Return,
            Verb::Abend => return flow::abend(task, command),
            Verb::Link => return self.link(task, command, begin, ctx),
            Verb::RequestEncryptptkt | Verb::RequestPassticket => {
                return self.request_passticket(task, command, begin, ctx);
            }
            Verb::VerifyPassword | Verb::VerifyPhrase => {
                return self.verify_password(task, command, begin, ctx);
            }
            Verb::VerifyToken | Verb::SignonToken => {
                return self.verify_token(task, command, begin, ctx);
            }
            Verb::Signon => return self.signon(task, command, begin, ctx),
            Verb::Signoff => return self.signoff(task, command, begin, ctx),
            Verb::Delay => return self.delay(task, command, begin, ctx),
            Verb::WriteqTd => return self.writeq_td(task, command, begin, ctx),
            Verb::Start => return self.start(task, command, begin, ctx),
            Verb::Asktime => return self.asktime(task, command, begin, ctx),
            _ => {}
        }
        match command.verb() {
            Verb::Assign => self.assign(task, command, begin),
            Verb::Formattime => self.formattime(task, command, begin, ctx),
            Verb::PutContainer => containers::put(task, command, begin, ctx),
            Verb::GetContainer => containers::get(task, command, begin, ctx),
            _ => containers::delete(task, command, begin, ctx),
        }
    }
}

fn pending(command: &Arc<Command>, begin: u64) -> Pending {
    Pending { command: command.clone(), begin }
}
