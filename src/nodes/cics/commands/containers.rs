//! PUT, GET and DELETE CONTAINER (`cics.md` section 6, channels and containers).

use std::sync::Arc;

use super::{Execution, Step};
use crate::catalogue::commands::{
    CCSID_NOT_CONVERTED, CHANNEL_NAME_NOT_VALID, CHANNEL_NONE, CHANNEL_UNKNOWN,
    CONTAINER_LENGTH_NOT_VALID, CONTAINER_NAME_NOT_VALID, CONTAINER_TRUNCATED,
    CONTAINER_TYPE_DIFFERS, CONTAINER_UNKNOWN,
};
use crate::catalogue::response::Response;
use crate::nodes::cics::channel::{Container, REGION_CCSID, converts, name_is_legal};
use crate::nodes::cics::exec::{Command, Cvda, Opt};
use crate::nodes::cics::task::Task;
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

/// The names of the channel and the container, or the response to wrong ones.
fn names(
    task: &Task,
    execution_names: (Option<String>, Option<String>),
) -> Result<(String, String), &'static Response> {
    let (channel, container) = execution_names;
    if channel.as_deref().is_some_and(|name| !name_is_legal(name)) {
        return Err(&CHANNEL_NAME_NOT_VALID);
    }
    let channel = task.channel_name(channel).ok_or(&CHANNEL_NONE)?;
    let container =
        container.filter(|name| name_is_legal(name)).ok_or(&CONTAINER_NAME_NOT_VALID)?;
    Ok((channel, container))
}

fn named(task: &Task, command: &Command) -> Result<(String, String), &'static Response> {
    let areas = task.levels.last().map(|level| &level.areas);
    let text = |opt| areas.and_then(|areas| command.text(opt, areas));
    names(task, (text(Opt::Channel), text(Opt::Container)))
}

pub(super) fn put(task: &mut Task, command: &Arc<Command>, begin: u64) -> Step {
    let data = source(task, command);
    let result = named(task, command).and_then(|names| store(task, command, names, data));
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
    mut data: Vec<u8>,
) -> Result<(), &'static Response> {
    let Some(level) = task.levels.last() else { return Ok(()) };
    if let Some(length) = command.number(Opt::Flength, &level.areas) {
        let length = usize::try_from(length).map_err(|_| &CONTAINER_LENGTH_NOT_VALID)?;
        if length > data.len() {
            return Err(&CONTAINER_LENGTH_NOT_VALID);
        }
        data.truncate(length);
    }
    let ccsid = match command.number(Opt::Fromccsid, &level.areas) {
        Some(ccsid) => Some(
            u16::try_from(ccsid)
                .ok()
                .filter(|ccsid| converts(*ccsid))
                .ok_or(&CCSID_NOT_CONVERTED)?,
        ),
        None => match command.cvda(Opt::Datatype, &level.areas) {
            Ok(Some(Cvda::Char)) => Some(REGION_CCSID),
            _ => None,
        },
    };
    let channel = task.channels.make(&channel);
    match channel.get(&name) {
        Some(held) if held.ccsid.is_some() != ccsid.is_some() => Err(&CONTAINER_TYPE_DIFFERS),
        Some(held) if command.has(Opt::Append) => {
            let added = Container { ccsid, data };
            let wanted = held.ccsid;
            let added =
                added.converted(wanted.unwrap_or(REGION_CCSID)).ok_or(&CCSID_NOT_CONVERTED)?;
            channel.append(&name, &added);
            Ok(())
        }
        _ => {
            channel.put(&name, Container { ccsid, data });
            Ok(())
        }
    }
}

pub(super) fn get(task: &mut Task, command: &Arc<Command>, begin: u64) -> Step {
    let data = named(task, command).and_then(|names| fetch(task, command, names));
    let kept = match &data {
        Ok(data) if command.has(Opt::Set) => Some(task.keep(data)),
        _ => None,
    };
    let Some(mut execution) = Execution::new(task, command, begin) else { return Step::Return };
    let data = match data {
        Ok(data) => data,
        Err(response) => return execution.raise(response),
    };
    let real = data.len() as i64;
    let room = execution.number(Opt::Flength);
    execution.set_number(Opt::Flength, real);
    if let (Some(name), Some(kept)) = (command.variable(Opt::Set), kept) {
        // The translator has checked that it is a pointer.
        let _ = execution.areas.set_pointer(name, Some(kept));
        execution
            .reply
            .outputs
            .push((name.to_owned(), Value::Text(crate::trace::sha256(&data).into())));
    }
    let Some(into) = command.variable(Opt::Into) else { return execution.done() };
    // FLENGTH before the command is the room that the program offers; without it, the area.
    let offered = room.and_then(|room| usize::try_from(room).ok());
    let taken = data.get(..offered.unwrap_or(data.len()).min(data.len())).unwrap_or_default();
    let truncated = match execution.areas.receive(into, taken) {
        Ok(stored) => stored.truncated() || taken.len() < data.len(),
        Err(_) => true,
    };
    execution
        .reply
        .outputs
        .push((into.to_owned(), Value::Text(crate::trace::sha256(taken).into())));
    if truncated { execution.raise(&CONTAINER_TRUNCATED) } else { execution.done() }
}

fn fetch(
    task: &mut Task,
    command: &Command,
    (channel, name): (String, String),
) -> Result<Vec<u8>, &'static Response> {
    let Some(level) = task.levels.last() else { return Ok(Vec::new()) };
    let wanted = match command.number(Opt::Intoccsid, &level.areas) {
        Some(ccsid) => u16::try_from(ccsid).map_err(|_| &CCSID_NOT_CONVERTED)?,
        None => REGION_CCSID,
    };
    let offset = command.number(Opt::Byteoffset, &level.areas).unwrap_or(0);
    let channel = task.channel(&channel).ok_or(&CHANNEL_UNKNOWN)?;
    let held = channel.get(&name).ok_or(&CONTAINER_UNKNOWN)?;
    let data = held.converted(wanted).ok_or(&CCSID_NOT_CONVERTED)?;
    let offset = usize::try_from(offset).map_err(|_| &CONTAINER_LENGTH_NOT_VALID)?;
    data.get(offset..).map(<[u8]>::to_vec).ok_or(&CONTAINER_LENGTH_NOT_VALID)
}

pub(super) fn delete(task: &mut Task, command: &Arc<Command>, begin: u64) -> Step {
    let result = named(task, command).and_then(|(channel, name)| {
        let channel = task.channel(&channel).ok_or(&CHANNEL_UNKNOWN)?;
        if channel.delete(&name) { Ok(()) } else { Err(&CONTAINER_UNKNOWN) }
    });
    let Some(execution) = Execution::new(task, command, begin) else { return Step::Return };
    match result {
        Ok(()) => execution.done(),
        Err(response) => execution.raise(response),
    }
}
