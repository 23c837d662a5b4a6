//! Running a task: operation after operation until it waits or ends.

use super::channel::{Channel, decode};
use super::commands::{Reply, Step};
use super::exec::{Command, Opt};
use super::program::Operation;
use super::task::{StartedBy, Task, Waiting};
use super::{Region, rules};
use crate::catalogue::abends;
use crate::check::{Check, Operand, Unit};
use crate::nodes::frame::TaskEnd;
use crate::nodes::{Ctx, Decide};
use crate::trace::{Object, Record, Value};

/// Longest text of a container in the trace (characters); longer ones show their digest alone.
const SHOWN_MAX: usize = 256;

impl Region {
    /// Runs a task that is ready.
    pub(super) fn run(&mut self, mut task: Task, ctx: &mut Ctx<'_>) {
        loop {
            let Some(level) = task.levels.last_mut() else {
                return self.end(task, TaskEnd::Normal, ctx);
            };
            let Some(operation) = level.program.operations.get(level.next).cloned() else {
                // The end of the program's list is a RETURN.
                match self.return_from_level(&mut task, ctx) {
                    true => continue,
                    false => return self.end(task, TaskEnd::Normal, ctx),
                }
            };
            level.next += 1;
            match operation {
                Operation::Unless(condition, place) if condition.number() != task.eib.resp => {
                    level.next = place;
                }
                Operation::Unless(..) => {}
                Operation::Jump(place) => level.next = place,
                Operation::Loop(times) => level.rounds.push(times),
                Operation::Again(start) => {
                    match level.rounds.last_mut() {
                        Some(rounds) if *rounds > 1 => {
                            *rounds -= 1;
                            level.next = start;
                        }
                        _ => {
                            level.rounds.pop();
                        }
                    }
                    task.idle_rounds += 1;
                    if self.is_runaway(("rounds without a command", task.idle_rounds), ctx) {
                        return self.run_away(task, ctx);
                    }
                }
                Operation::Call(call) => match self.call_method(task, &call, ctx) {
                    Some(ready) => task = ready,
                    None => return,
                },
                Operation::Exec(command) => {
                    let begin = self.begin(&mut task, &command, ctx);
                    if self.is_runaway(("commands", task.commands), ctx) {
                        return self.run_away(task, ctx);
                    }
                    let step = self.execute(&mut task, &command, begin, ctx);
                    match self.apply(task, step, ctx) {
                        Some(ready) => task = ready,
                        None => return,
                    }
                }
            }
        }
    }

    /// Takes a task up again whose command has something to say.
    pub(super) fn resume(&mut self, mut task: Task, step: Step, ctx: &mut Ctx<'_>) {
        task.waiting = Waiting::Nothing;
        if let Some(task) = self.apply(task, step, ctx) {
            self.run(task, ctx);
        }
    }

    /// Carries out what a command decided. Gives the task back while it can go on.
    fn apply(&mut self, mut task: Task, step: Step, ctx: &mut Ctx<'_>) -> Option<Task> {
        match step {
            Step::Done(reply) => match self.finish(&mut task, reply, ctx) {
                None => Some(task),
                Some(abend) => {
                    self.end(task, TaskEnd::Abend(abend), ctx);
                    None
                }
            },
            Step::Wait(waiting) => {
                task.waiting = waiting;
                self.tasks.insert(task.number, task);
                None
            }
            Step::Linked => Some(task),
            Step::Return => {
                if self.return_from_level(&mut task, ctx) {
                    return Some(task);
                }
                self.end(task, TaskEnd::Normal, ctx);
                None
            }
            Step::Abend(code) => {
                self.end(task, TaskEnd::Abend(code), ctx);
                None
            }
        }
    }

    /// Decided at every command, but noted only where it ends the task: a hundred thousand records
    /// that say that a limit is far away would tell nobody anything.
    fn is_runaway(&self, (what, count): (&'static str, u32), ctx: &mut Ctx<'_>) -> bool {
        let count = i64::from(count);
        let most = i64::from(self.setup.config.runaway_commands);
        let few_enough = Check::at_most(
            &rules::RUNAWAY,
            (Operand::new(what, count.to_string()), count),
            (Operand::new("limit", most.to_string()), most),
            Unit::Count,
        );
        !few_enough.passed && !ctx.decide(few_enough)
    }

    fn run_away(&mut self, task: Task, ctx: &mut Ctx<'_>) {
        self.end(task, TaskEnd::Abend(abends::RUNAWAY.code.to_owned()), ctx);
    }

    fn begin(&mut self, task: &mut Task, command: &Command, ctx: &mut Ctx<'_>) -> u64 {
        task.commands += 1;
        task.idle_rounds = 0;
        let program = task.levels.last().map(|level| level.program.name.clone());
        ctx.say(
            Record::new("exec.begin")
                .task(task.number)
                .maybe("program", program)
                .text("command", command.verb().word())
                .text("text", command.text_as_written().to_owned()),
        )
    }

    /// Sets EIB, RESP and RESP2; tells the abend code where nobody handles the condition.
    fn finish(&mut self, task: &mut Task, reply: Reply, ctx: &mut Ctx<'_>) -> Option<String> {
        let Reply { command, begin, resp, resp2, mut outputs } = reply;
        task.eib.resp = resp.number();
        task.eib.resp2 = resp2;
        let level = task.levels.last_mut()?;
        for (opt, value) in [(Opt::Resp, resp.number()), (Opt::Resp2, resp2)] {
            if let Some(name) = command.variable(opt) {
                // The translator has checked that the area is a fullword.
                let _ = level.areas.set_number(name, i64::from(value));
                outputs.push((name.to_owned(), Value::Int(i64::from(value))));
            }
        }
        self.set_eib(task);
        let mut record = Record::new("exec.end")
            .task(task.number)
            .text("command", command.verb().word())
            .text("resp", resp.name())
            .int("resp2", resp2);
        if !outputs.is_empty() {
            let outputs = outputs
                .into_iter()
                .fold(Object::new(), |object, (name, value)| object.with(name, value));
            record = record.with("outputs", Value::Object(outputs));
        }
        ctx.note_also(record, &[begin]);
        let handled = command.has(Opt::Resp) || command.has(Opt::Nohandle);
        if handled { None } else { resp.abend().map(str::to_owned) }
    }

    /// Leaves a linked program; false where the task's first program returns.
    fn return_from_level(&mut self, task: &mut Task, ctx: &mut Ctx<'_>) -> bool {
        let Some(level) = task.levels.pop() else { return false };
        let Some((begin, command)) = level.linked else { return false };
        // A LINK that came back raises nothing, so that no abend can follow.
        self.finish(task, Reply::normal(&command, begin), ctx);
        true
    }

    /// Ends a task, and answers the client that started it.
    pub(super) fn end(&mut self, task: Task, end: TaskEnd, ctx: &mut Ctx<'_>) {
        let first = task.first_channel();
        let containers = first.map(Channel::to_wire).unwrap_or_default();
        let record = match &end {
            TaskEnd::Abend(code) => {
                Record::new("task.abend").task(task.number).text("code", code.clone())
            }
            _ => Record::new("task.end").task(task.number),
        };
        let record = record.text("transaction", task.transaction.clone());
        let shown: Vec<Value> = containers.iter().map(shown).collect();
        let record =
            if shown.is_empty() { record } else { record.with("containers", Value::List(shown)) };
        ctx.note_also(record, &[task.attached]);
        if let StartedBy::Client { node, request } = task.start {
            self.reply(node, request, Some(task.number), end, containers, ctx);
        }
    }
}

/// A container as the trace shows it: short characters as they are, bytes by their digest, of a secret
/// the length alone.
fn shown(container: &crate::nodes::frame::WireContainer) -> Value {
    let mut object = Object::new()
        .with("name", container.name.clone())
        .with("type", if container.ccsid.is_some() { "CHAR" } else { "BIT" })
        .with("bytes", Value::Int(container.data.len() as i64));
    if container.secret {
        return Value::Object(object);
    }
    if let Some(ccsid) = container.ccsid.filter(|_| container.data.len() <= SHOWN_MAX) {
        let text = decode(&container.data, ccsid).unwrap_or_default();
        object.push("text".into(), text.trim_end().to_owned().into());
    }
    object.push("sha256".into(), crate::trace::sha256(&container.data).into());
    Value::Object(object)
}
