//! PUT, GET and DELETE CONTAINER (CICS TS application programming, channels and containers).

use std::sync::Arc;

use super::{Execution, Judged, Step, demand, legal_channel};
use crate::catalogue::commands::{
    CCSID_NOT_CONVERTED, CHANNEL_NAME_NOT_VALID, CHANNEL_NONE, CHANNEL_UNKNOWN,
    CONTAINER_LENGTH_NOT_VALID, CONTAINER_NAME_NOT_VALID, CONTAINER_TRUNCATED,
    CONTAINER_TYPE_DIFFERS, CONTAINER_UNKNOWN, DELETE_READ_ONLY, PUT_READ_ONLY,
};
use crate::catalogue::response::Response;
use crate::check::{Check, Operand, Unit};
use crate::nodes::cics::channel::{
    CCSIDS, Channel, Container, LEGAL_NAMES, REGION_CCSID, convert, converts, name_is_legal,
};
use crate::nodes::cics::exec::{Command, Cvda, Opt};
use crate::nodes::cics::rules;
use crate::nodes::cics::task::Task;
use crate::nodes::{Ctx, listed};
use crate::trace::Value;

/// The data that FROM or TOKEN names: an area's bytes, or the storage behind a pointer.
pub(super) fn source(task: &Task, command: &Command) -> Vec<u8> {
    bytes_of(task, command, Opt::From)
}

pub(super) fn bytes_of(task: &Task, command: &Command, opt: Opt) -> Vec<u8> {
    let Some(level) = task.levels.last() else { return Vec::new() };
    match command.bytes(opt, &level.areas) {
        Some(bytes) => bytes.into_owned(),
        None => command
            .storage(opt, &level.areas)
            .and_then(|target| task.stored(target))
            .map(|bytes| bytes.to_vec())
            .unwrap_or_default(),
    }
}

/// The names of the channel and the container that a command works on.
fn named(task: &Task, command: &Command, ctx: &mut Ctx<'_>) -> Judged<(String, String)> {
    let areas = task.levels.last().map(|level| &level.areas);
    let text = |opt| areas.and_then(|areas| command.text(opt, areas));
    let channel = match text(Opt::Channel) {
        Some(name) => {
            legal_channel(&name, &CHANNEL_NAME_NOT_VALID, ctx)?;
            name
        }
        None => current_channel(task, ctx)?,
    };
    let container = text(Opt::Container).unwrap_or_default();
    let legal = Check::holds(
        &rules::CONTAINER_NAME,
        Operand::new("container", container.clone()),
        Operand::new("legal names", LEGAL_NAMES),
        name_is_legal(&container),
    );
    demand(legal, &CONTAINER_NAME_NOT_VALID, ctx)?;
    Ok((channel, container))
}

fn current_channel(task: &Task, ctx: &mut Ctx<'_>) -> Judged<String> {
    let current = task.channel_name(None);
    let there = Check::holds(
        &rules::CURRENT_CHANNEL,
        Operand::new("current channel", current.clone().unwrap_or_else(|| "none".to_owned())),
        Operand::new("CHANNEL", "not coded"),
        current.is_some(),
    );
    demand(there, &CHANNEL_NONE, ctx)?;
    current.ok_or(&CHANNEL_NONE)
}

/// The channel that a command reads; a program's current channel is always in scope.
fn in_scope<'a>(
    task: &'a mut Task,
    command: &Command,
    name: &str,
    ctx: &mut Ctx<'_>,
) -> Judged<&'a mut Channel> {
    if command.has(Opt::Channel) {
        let scope = listed(task.channels.names());
        let there = Check::holds(
            &rules::CHANNEL_IN_SCOPE,
            Operand::new("channel", name.to_owned()),
            Operand::new("channels in scope", scope),
            task.channel(name).is_some(),
        );
        demand(there, &CHANNEL_UNKNOWN, ctx)?;
    }
    task.channel(name).ok_or(&CHANNEL_UNKNOWN)
}

fn in_channel<'a>(channel: &'a Channel, name: &str, ctx: &mut Ctx<'_>) -> Judged<&'a Container> {
    let held = channel.get(name);
    let there = Check::holds(
        &rules::CONTAINER_IN_CHANNEL,
        Operand::new("container", name.to_owned()),
        Operand::new("containers of the channel", listed(channel.names())),
        held.is_some(),
    );
    demand(there, &CONTAINER_UNKNOWN, ctx)?;
    held.ok_or(&CONTAINER_UNKNOWN)
}

pub(super) fn put(task: &mut Task, command: &Arc<Command>, begin: u64, ctx: &mut Ctx<'_>) -> Step {
    let result = named(task, command, ctx).and_then(|names| store(task, command, names, ctx));
    let Some(execution) = Execution::new(task, command, begin) else { return Step::Return };
    match result {
        Ok(()) => execution.done(),
        Err(response) => execution.raise(response),
    }
}

fn store(
    task: &mut Task,
    command: &Command,
    (channel, name): (String, String),
    ctx: &mut Ctx<'_>,
) -> Judged<()> {
    let mut data = source(task, command);
    // A part of a secret is one.
    let secret = task.is_secret(&data);
    let Some(level) = task.levels.last() else { return Ok(()) };
    if let Some(length) = command.number(Opt::Flength, &level.areas) {
        let coded = (Operand::new("FLENGTH", length.to_string()), length);
        let area = ("area", 0..=data.len() as i64);
        let fits = Check::between(&rules::FLENGTH, coded, area, Unit::Bytes);
        demand(fits, &CONTAINER_LENGTH_NOT_VALID, ctx)?;
        data.truncate(usize::try_from(length).unwrap_or(0));
    }
    let ccsid = match command.number(Opt::Fromccsid, &level.areas) {
        Some(ccsid) => Some(known_ccsid(ccsid, ctx)?),
        None => match command.cvda(Opt::Datatype, &level.areas) {
            Ok(Some(Cvda::Char)) => Some(REGION_CCSID),
            _ => None,
        },
    };
    let channel = task.channels.make(&channel);
    let put = Container { ccsid, data, read_only: false, secret };
    let Some(held) = channel.get(&name) else {
        channel.put(&name, put);
        return Ok(());
    };
    writable(&name, held, &PUT_READ_ONLY, ctx)?;
    let same = Check::equal(
        &rules::CONTAINER_TYPE,
        (Operand::new("put as", put.type_word()), &put.type_word()),
        (Operand::new("container is", held.type_word()), &held.type_word()),
    );
    demand(same, &CONTAINER_TYPE_DIFFERS, ctx)?;
    if command.has(Opt::Append) {
        let wanted = i64::from(held.ccsid.unwrap_or(REGION_CCSID));
        let added = converted(&put, wanted, ctx)?;
        channel.append(&name, &added, secret);
    } else {
        channel.put(&name, put);
    }
    Ok(())
}

pub(super) fn get(task: &mut Task, command: &Arc<Command>, begin: u64, ctx: &mut Ctx<'_>) -> Step {
    let fetched = named(task, command, ctx).and_then(|names| fetch(task, command, names, ctx));
    let data = fetched.map(|(data, secret)| {
        if secret {
            task.conceal(&data);
        }
        data
    });
    let kept = match &data {
        Ok(data) if command.has(Opt::Set) => Some(task.keep(data)),
        _ => None,
    };
    let secret = data.as_ref().is_ok_and(|data| task.is_secret(data));
    let Some(mut execution) = Execution::new(task, command, begin) else { return Step::Return };
    let data = match data {
        Ok(data) => data,
        Err(response) => return execution.raise(response),
    };
    let offered = execution.number(Opt::Flength);
    execution.set_number(Opt::Flength, data.len() as i64);
    if let (Some(name), Some(kept)) = (command.variable(Opt::Set), kept) {
        // The translator has checked that it is a pointer.
        let _ = execution.areas.set_pointer(name, Some(kept));
        execution.reply.outputs.push((name.to_owned(), Value::Text(shown(&data, secret).into())));
    }
    match command.variable(Opt::Into) {
        Some(into) => receive(execution, into, (&data, secret), offered, ctx),
        None => execution.done(),
    }
}

/// Moves the data into an area. FLENGTH before the command is the room that the program offers, a
/// negative one is none; without it, the area.
fn receive(
    mut execution: Execution<'_>,
    into: &str,
    (data, secret): (&[u8], bool),
    offered: Option<i64>,
    ctx: &mut Ctx<'_>,
) -> Step {
    let area = execution.areas.bytes(into).map_or(0, <[u8]>::len) as i64;
    let room = offered.map_or(area, |offered| offered.clamp(0, area));
    let fits = Check::at_most(
        &rules::CONTAINER_ROOM,
        (Operand::new("length of the data", data.len().to_string()), data.len() as i64),
        (Operand::new("room", room.to_string()), room),
        Unit::Bytes,
    );
    let taken = data.get(..usize::try_from(room).unwrap_or(0)).unwrap_or(data);
    // The translator has checked that the area takes bytes.
    let _ = execution.areas.receive(into, taken);
    // A number tells more than its digest.
    let shown = match execution.areas.number(into).filter(|_| !secret) {
        Some(number) => Value::Int(number),
        None => Value::Text(shown(taken, secret).into()),
    };
    execution.reply.outputs.push((into.to_owned(), shown));
    match demand(fits, &CONTAINER_TRUNCATED, ctx) {
        Ok(()) => execution.done(),
        Err(response) => execution.raise(response),
    }
}

/// Data as the trace shows it: by its digest; of a secret, which could be guessed from one, the length.
fn shown(data: &[u8], secret: bool) -> String {
    if secret { format!("{} bytes, not shown", data.len()) } else { crate::trace::sha256(data) }
}

/// The data that GET moves, and whether it comes from a secret container.
fn fetch(
    task: &mut Task,
    command: &Command,
    (channel, name): (String, String),
    ctx: &mut Ctx<'_>,
) -> Judged<(Vec<u8>, bool)> {
    let Some(level) = task.levels.last() else { return Ok((Vec::new(), false)) };
    let number = |opt| command.number(opt, &level.areas);
    let wanted = number(Opt::Intoccsid).unwrap_or(i64::from(REGION_CCSID));
    let offset = number(Opt::Byteoffset);
    let channel = in_scope(task, command, &channel, ctx)?;
    let container = in_channel(channel, &name, ctx)?;
    let (data, secret) = (converted(container, wanted, ctx)?, container.secret);
    let Some(offset) = offset else { return Ok((data, secret)) };
    let inside = Check::at_most(
        &rules::BYTEOFFSET,
        (Operand::new("BYTEOFFSET", offset.to_string()), offset),
        (Operand::new("length of the data", data.len().to_string()), data.len() as i64),
        Unit::Bytes,
    );
    demand(inside, &CONTAINER_LENGTH_NOT_VALID, ctx)?;
    // A negative offset is taken as zero.
    let from = usize::try_from(offset).unwrap_or(0);
    Ok((data.get(from..).unwrap_or_default().to_vec(), secret))
}

/// The data as a program of the region receives it: CHAR data in the wanted CCSID, BIT data as it
/// is.
fn converted(container: &Container, wanted: i64, ctx: &mut Ctx<'_>) -> Judged<Vec<u8>> {
    let own = container.ccsid.filter(|own| i64::from(*own) != wanted);
    let Some(own) = own else { return Ok(container.data.clone()) };
    let wanted = known_ccsid(wanted, ctx)?;
    let own = known_ccsid(i64::from(own), ctx)?;
    let data = convert(&container.data, own, wanted);
    let valid = Check::holds(
        &rules::CCSID_DATA,
        Operand::new("data", if data.is_some() { "valid" } else { "not valid" }),
        Operand::new("CCSID", own.to_string()),
        data.is_some(),
    );
    demand(valid, &CCSID_NOT_CONVERTED, ctx)?;
    data.ok_or(&CCSID_NOT_CONVERTED)
}

/// Whether programs may change a container. Noted only where they may not: of others it is no
/// question.
fn writable(
    name: &str,
    held: &Container,
    refusal: &'static Response,
    ctx: &mut Ctx<'_>,
) -> Judged<()> {
    if !held.read_only {
        return Ok(());
    }
    let subject = Operand::new("container", name.to_owned());
    let state = Operand::new("state", "read-only");
    demand(Check::holds(&rules::CONTAINER_WRITABLE, subject, state, false), refusal, ctx)
}

fn known_ccsid(ccsid: i64, ctx: &mut Ctx<'_>) -> Judged<u16> {
    let known = u16::try_from(ccsid).ok().filter(|ccsid| converts(*ccsid));
    let check = Check::holds(
        &rules::CCSID,
        Operand::new("CCSID", ccsid.to_string()),
        Operand::new("converted", CCSIDS),
        known.is_some(),
    );
    demand(check, &CCSID_NOT_CONVERTED, ctx)?;
    known.ok_or(&CCSID_NOT_CONVERTED)
}

pub(super) fn delete(
    task: &mut Task,
    command: &Arc<Command>,
    begin: u64,
    ctx: &mut Ctx<'_>,
) -> Step {
    let result = named(task, command, ctx).and_then(|(channel, name)| {
        let channel = in_scope(task, command, &channel, ctx)?;
        let held = in_channel(channel, &name, ctx)?;
        writable(&name, held, &DELETE_READ_ONLY, ctx)?;
        channel.delete(&name);
        Ok(())
    });
    let Some(execution) = Execution::new(task, command, begin) else { return Step::Return };
    match result {
        Ok(()) => execution.done(),
        Err(response) => execution.raise(response),
    }
}
