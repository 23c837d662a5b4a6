//! ASSIGN, LINK, START, ABEND: values of the task, and where control goes.

use std::sync::Arc;

use super::{Execution, Step};
use crate::catalogue::abends;
use crate::catalogue::commands::CHANNEL_NAME_NOT_VALID;
use crate::catalogue::commands::{
    LINK_PROGRAM_UNKNOWN, START_INTERVAL_NOT_VALID, START_TRANSID_UNKNOWN,
};
use crate::nodes::cics::channel::name_is_legal;
use crate::nodes::cics::exec::{Command, Opt};
use crate::nodes::cics::task::{Level, StartedBy, Task};
use crate::nodes::cics::{Region, RegionWake};
use crate::nodes::{Ctx, Wake};

/// Deepest chain of LINKs (assumed): it bounds memory.
const LEVELS_MAX: usize = 100;

pub(super) fn abend(task: &Task, command: &Command) -> Step {
    let areas = task.levels.last().map(|level| &level.areas);
    let code = areas.and_then(|areas| command.text(Opt::Abcode, areas));
    Step::Abend(code.unwrap_or_else(|| abends::NO_ABCODE.code.to_owned()))
}

impl Region {
    pub(super) fn assign(&self, task: &mut Task, command: &Arc<Command>, begin: u64) -> Step {
        let names: Vec<String> =
            task.levels.iter().rev().take(2).map(|level| level.program.name.clone()).collect();
        let channel = task.channel_name(None).unwrap_or_default();
        let startcode = match task.start {
            StartedBy::Client { .. } => "TD",
            StartedBy::Start { channel: true } => "SD",
            StartedBy::Start { channel: false } => "S",
        };
        let caller = names.get(1).cloned().unwrap_or_default();
        let values = [
            (Opt::Applid, self.setup.applid.clone()),
            (Opt::Channel, channel),
            (Opt::Invokingprog, caller.clone()),
            (Opt::Program, names.first().cloned().unwrap_or_default()),
            (Opt::Returnprog, caller),
            (Opt::Startcode, startcode.to_owned()),
            (Opt::Sysid, self.setup.sysid().to_owned()),
            (Opt::Userid, task.userid.clone()),
        ];
        let Some(mut execution) = Execution::new(task, command, begin) else { return Step::Return };
        for (opt, value) in values {
            execution.set_text(opt, &value);
        }
        execution.done()
    }

    pub(super) fn link(&self, task: &mut Task, command: &Arc<Command>, begin: u64) -> Step {
        let current = task.channel_name(None);
        let depth = task.levels.len();
        let Some(execution) = Execution::new(task, command, begin) else { return Step::Return };
        let program = execution.text(Opt::Program).and_then(|name| self.setup.programs.get(&name));
        let (Some(program), true) = (program.cloned(), depth < LEVELS_MAX) else {
            return execution.raise(&LINK_PROGRAM_UNKNOWN);
        };
        let channel = match execution.text(Opt::Channel) {
            Some(name) if !name_is_legal(&name) => return execution.raise(&CHANNEL_NAME_NOT_VALID),
            Some(name) => Some(name),
            None => current,
        };
        if let Some(name) = &channel {
            task.channels.make(name);
        }
        task.levels.push(Level::new(program, channel, Some((begin, command.clone()))));
        Step::Linked
    }

    /// The started task runs under the user of the task that starts it.
    pub(super) fn start(
        &mut self,
        task: &mut Task,
        command: &Arc<Command>,
        begin: u64,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        let userid = task.userid.clone();
        let Some(execution) = Execution::new(task, command, begin) else { return Step::Return };
        let transaction = execution.text(Opt::Transid).unwrap_or_default();
        if !self.setup.config.transactions.contains_key(&transaction) {
            return execution.raise(&START_TRANSID_UNKNOWN);
        }
        let Some(after) = super::time::interval(&execution) else {
            return execution.raise(&START_INTERVAL_NOT_VALID);
        };
        let named = execution.text(Opt::Channel);
        let step = execution.done();
        match named {
            // A channel goes with the START at once: it has no interval.
            Some(name) => {
                let channel = task.channel(&name).cloned().unwrap_or_default();
                let start = StartedBy::Start { channel: true };
                self.attach(&transaction, Some(&userid), start, Some((&name, channel)), ctx);
            }
            None => {
                let wake = RegionWake::Start { transaction, userid };
                ctx.set_timer_in(after, Wake::Region(wake));
            }
        }
        step
    }
}

impl Region {
    /// Sets the fields of the EXEC interface block in the running program's areas.
    pub(in crate::nodes::cics) fn set_eib(&self, task: &mut Task) {
        let Task { number, eib, transaction, .. } = &*task;
        let (number, eib, transaction) = (*number, *eib, transaction.clone());
        let (date, time) = super::time::eib_date_time(eib.time, self.setup.gmt_offset);
        let Some(level) = task.levels.last_mut() else { return };
        let numbers = [
            ("EIBRESP", i64::from(eib.resp)),
            ("EIBRESP2", i64::from(eib.resp2)),
            ("EIBTASKN", i64::from(number)),
            ("EIBDATE", date),
            ("EIBTIME", time),
        ];
        for (name, value) in numbers {
            // The block has these fields with these types.
            let _ = level.areas.set_number(name, value);
        }
        let _ = level.areas.assign_text("EIBTRNID", &transaction);
    }
}
