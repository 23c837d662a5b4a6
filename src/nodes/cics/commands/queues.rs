//! WRITEQ TD: a record for a transient data queue.

use std::sync::Arc;

use super::{Execution, Step, pending};
use crate::catalogue::commands::{TD_LENGTH_NOT_VALID, TD_NO_SPACE, TD_QUEUE_UNKNOWN};
use crate::nodes::Ctx;
use crate::nodes::cics::Region;
use crate::nodes::cics::exec::{Command, Opt};
use crate::nodes::cics::task::{Task, Waiting};

impl Region {
    pub(super) fn writeq_td(
        &mut self,
        task: &mut Task,
        command: &Arc<Command>,
        begin: u64,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        let number = task.number;
        let source = super::containers::source(task, command);
        let Some(execution) = Execution::new(task, command, begin) else { return Step::Return };
        let queue = execution.text(Opt::Queue).unwrap_or_default();
        let data = match execution.number(Opt::Length) {
            None => source,
            Some(length) => match usize::try_from(length).ok().and_then(|end| source.get(..end)) {
                Some(data) if !data.is_empty() => data.to_vec(),
                _ => return execution.raise(&TD_LENGTH_NOT_VALID),
            },
        };
        if !self.write_queue(number, queue, data, ctx) {
            return execution.raise(&TD_QUEUE_UNKNOWN);
        }
        Step::Wait(Waiting::Queue(pending(command, begin)))
    }

    /// The queue's destination has answered.
    pub(in crate::nodes::cics) fn queue_written(&self, task: &mut Task, written: bool) -> Step {
        let Waiting::Queue(pending) = task.waiting.clone() else { return Step::Return };
        let Some(execution) = Execution::new(task, &pending.command, pending.begin) else {
            return Step::Return;
        };
        if written { execution.done() } else { execution.raise(&TD_NO_SPACE) }
    }
}
