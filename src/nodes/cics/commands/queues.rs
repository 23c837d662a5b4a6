//! WRITEQ TD: a record for a transient data queue.

use std::sync::Arc;

use sim::NodeId;

use super::{Execution, Judged, Step, demand, pending};
use crate::catalogue::commands::{TD_LENGTH_NOT_VALID, TD_NO_SPACE, TD_QUEUE_UNKNOWN};
use crate::check::{Check, Operand, Unit};
use crate::nodes::Ctx;
use crate::nodes::cics::exec::{Command, Opt};
use crate::nodes::cics::task::{Task, Waiting};
use crate::nodes::cics::{Region, rules};

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
        let length = execution.number(Opt::Length);
        match self.writable(&queue, length, source, ctx) {
            Ok((node, data)) => self.write_queue(number, node, queue, data, ctx),
            Err(response) => return execution.raise(response),
        }
        Step::Wait(Waiting::Queue(pending(command, begin)))
    }

    /// Where a record goes, and the part of the area that is the record.
    fn writable(
        &self,
        queue: &str,
        length: Option<i64>,
        mut area: Vec<u8>,
        ctx: &mut Ctx<'_>,
    ) -> Judged<(NodeId, Vec<u8>)> {
        if let Some(length) = length {
            let coded = (Operand::new("LENGTH", length.to_string()), length);
            let range = ("area", 1..=area.len() as i64);
            let fits = Check::between(&rules::RECORD_LENGTH, coded, range, Unit::Bytes);
            demand(fits, &TD_LENGTH_NOT_VALID, ctx)?;
            area.truncate(usize::try_from(length).unwrap_or(0));
        }
        let node = self.queue_node(queue, ctx).ok_or(&TD_QUEUE_UNKNOWN)?;
        Ok((node, area))
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
