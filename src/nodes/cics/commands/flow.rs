//! ASSIGN, LINK, START, ABEND: values of the task, and where control goes.

use std::sync::Arc;

use sim::Span;

use super::{Execution, Judged, Step, demand, legal_channel};
use crate::catalogue::commands::{
    LINK_CHANNEL_NAME_NOT_VALID, LINK_PROGRAM_UNKNOWN, START_CHANNEL_NAME_NOT_VALID,
    START_INTERVAL_NOT_VALID, START_TRANSID_UNKNOWN,
};
use crate::catalogue::{abends, dfhsaml};
use crate::check::{Check, Operand, Unit};
use crate::nodes::cics::exec::{Command, Opt};
use crate::nodes::cics::program::Program;
use crate::nodes::cics::task::{Level, StartedBy, Task};
use crate::nodes::cics::{Region, RegionWake, rules};
use crate::nodes::{Ctx, Wake};

/// Deepest chain of LINKs (assumed): it bounds memory.
const LEVELS_MAX: i64 = 100;

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
            StartedBy::Start { channel: true, .. } => "SD",
            StartedBy::Start { channel: false, .. } => "S",
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

    pub(super) fn link(
        &mut self,
        task: &mut Task,
        command: &Arc<Command>,
        begin: u64,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        let depth = task.levels.len() as i64;
        let Some(execution) = Execution::new(task, command, begin) else { return Step::Return };
        let named = execution.text(Opt::Channel);
        let program = match self.linked(&execution, depth, named.as_deref(), ctx) {
            Ok(program) => program,
            Err(response) => return execution.raise(response),
        };
        // A channel that does not exist is created (CICS TS 5.4, LINK, CHANNEL). Without CHANNEL the
        // program that is linked to has no current one (CICS TS 5.2, current channel, with LINK).
        if let Some(name) = &named {
            task.channels.make(name);
        }
        let Some(program) = program else {
            return self.link_dfhsaml(task, (command, begin), named, ctx);
        };
        task.levels.push(Level::new(program, named, Some((begin, command.clone()))));
        self.set_eib(task);
        Step::Linked
    }

    /// The program that a LINK names, or none where it is DFHSAML, which CICS supplies.
    fn linked(
        &self,
        execution: &Execution<'_>,
        depth: i64,
        channel: Option<&str>,
        ctx: &mut Ctx<'_>,
    ) -> Judged<Option<Arc<Program>>> {
        let name = execution.text(Opt::Program).unwrap_or_default();
        demand(self.program_defined(&name), &LINK_PROGRAM_UNKNOWN, ctx)?;
        let level = depth.saturating_add(1);
        let fits = Check::at_most(
            &rules::LINK_DEPTH,
            (Operand::new("level of the program", level.to_string()), level),
            (Operand::new("limit", LEVELS_MAX.to_string()), LEVELS_MAX),
            Unit::Count,
        );
        demand(fits, &LINK_PROGRAM_UNKNOWN, ctx)?;
        if let Some(name) = channel {
            legal_channel(name, &LINK_CHANNEL_NAME_NOT_VALID, ctx)?;
        }
        if name == dfhsaml::PROGRAM && !self.setup.programs.contains_key(&name) {
            return Ok(None);
        }
        self.setup.programs.get(&name).cloned().map(Some).ok_or(&LINK_PROGRAM_UNKNOWN)
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
        let generation = task.start.generation();
        let Some(execution) = Execution::new(task, command, begin) else { return Step::Return };
        let transaction = execution.text(Opt::Transid).unwrap_or_default();
        let named = execution.text(Opt::Channel);
        let after = match self.startable(&execution, &transaction, named.as_deref(), ctx) {
            Ok(after) => after,
            Err(response) => return execution.raise(response),
        };
        let step = execution.done();
        // One that does not exist is created empty (CICS TS 3.1, application programming, creating a
        // channel). The new task begins when this one waits or ends, also without an interval.
        let channel = named.map(|name| {
            let channel = task.channel(&name).cloned().unwrap_or_default();
            (name, channel)
        });
        let wake = RegionWake::Start { transaction, userid, channel, generation };
        ctx.set_timer_in(after, Wake::Region(wake));
        step
    }

    /// Whether a START can be carried out, and when.
    fn startable(
        &self,
        execution: &Execution<'_>,
        transaction: &str,
        channel: Option<&str>,
        ctx: &mut Ctx<'_>,
    ) -> Judged<Span> {
        demand(self.transaction_defined(transaction), &START_TRANSID_UNKNOWN, ctx)?;
        if let Some(name) = channel {
            legal_channel(name, &START_CHANNEL_NAME_NOT_VALID, ctx)?;
        }
        super::time::interval(execution, &START_INTERVAL_NOT_VALID, ctx)
    }
}

impl Region {
    /// Sets the fields of the EXEC interface block in the running program's areas.
    pub(in crate::nodes::cics) fn set_eib(&self, task: &mut Task) {
        let (number, eib, transaction) = (task.number, task.eib, task.transaction.clone());
        let terminal = task.terminal.clone().unwrap_or_default();
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
        let _ = level.areas.assign_text("EIBTRMID", &terminal);
    }
}
