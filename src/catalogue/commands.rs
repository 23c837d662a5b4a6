//! What the commands around VERIFY TOKEN answer when they fail.
//!
//! Conditions are documented with the commands; most RESP2 values could not be read and are recalled.

use super::conditions::Condition;
use super::response::Response;
use crate::check::Mark;

const SOURCE: &str = "CICS TS command reference for the condition; assumed: the RESP2 is recalled";

/// All responses, by command. What several commands share stands once for each of them.
pub static ROWS: [&Response; 31] = [
    &CHANNEL_NAME_NOT_VALID,
    &CHANNEL_NONE.of("PUT CONTAINER"),
    &CONTAINER_NAME_NOT_VALID,
    &PUT_READ_ONLY,
    &CONTAINER_TYPE_DIFFERS,
    &CONTAINER_LENGTH_NOT_VALID,
    &CCSID_NOT_CONVERTED.of("PUT CONTAINER"),
    &CHANNEL_NAME_NOT_VALID.of("GET CONTAINER"),
    &CHANNEL_UNKNOWN,
    &CHANNEL_NONE,
    &CONTAINER_UNKNOWN,
    &CONTAINER_NAME_NOT_VALID.of("GET CONTAINER"),
    &CONTAINER_LENGTH_NOT_VALID.of("GET CONTAINER"),
    &CONTAINER_TRUNCATED,
    &CCSID_NOT_CONVERTED,
    &CHANNEL_NAME_NOT_VALID.of("DELETE CONTAINER"),
    &CHANNEL_UNKNOWN.of("DELETE CONTAINER"),
    &CHANNEL_NONE.of("DELETE CONTAINER"),
    &CONTAINER_UNKNOWN.of("DELETE CONTAINER"),
    &CONTAINER_NAME_NOT_VALID.of("DELETE CONTAINER"),
    &DELETE_READ_ONLY,
    &LINK_PROGRAM_UNKNOWN,
    &LINK_CHANNEL_NAME_NOT_VALID,
    &START_TRANSID_UNKNOWN,
    &START_CHANNEL_NAME_NOT_VALID,
    &START_INTERVAL_NOT_VALID,
    &DELAY_INTERVAL_NOT_VALID,
    &ABSTIME_NOT_VALID,
    &TD_QUEUE_UNKNOWN,
    &TD_LENGTH_NOT_VALID,
    &TD_NO_SPACE,
];

/// The channel's name is not legal.
pub static CHANNEL_NAME_NOT_VALID: Response = Response {
    command: "PUT CONTAINER",
    resp: Condition::ChannelErr,
    resp2: 1,
    meaning: "The channel's name is not legal.",
    cause: "It has a character that names may not have, or more than 16 characters.",
    cure: "Use letters, digits and the documented special characters.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// There is no such channel in scope.
pub static CHANNEL_UNKNOWN: Response = Response {
    command: "GET CONTAINER",
    resp: Condition::ChannelErr,
    resp2: 2,
    meaning: "There is no such channel in scope.",
    cause: "The program names a channel that nobody made or passed.",
    cure: "Name the channel that the program received, or PUT a container into it first.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// The program has no current channel.
pub static CHANNEL_NONE: Response = Response {
    command: "GET CONTAINER",
    resp: Condition::InvReq,
    resp2: 4,
    meaning: "The program has no current channel.",
    cause: "It was started without a channel and names none.",
    cure: "Name a channel, or start the program with one.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// There is no such container in the channel.
pub static CONTAINER_UNKNOWN: Response = Response {
    command: "GET CONTAINER",
    resp: Condition::ContainerErr,
    resp2: 10,
    meaning: "There is no such container in the channel.",
    cause: "Nobody put it there, or its name is spelt otherwise.",
    cure: "Compare the names on both sides; they keep their case.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// The container's name is not legal.
pub static CONTAINER_NAME_NOT_VALID: Response = Response {
    command: "PUT CONTAINER",
    resp: Condition::ContainerErr,
    resp2: 18,
    meaning: "The container's name is not legal.",
    cause: "It has a character that names may not have, a blank inside, or it is empty.",
    cure: "Use 1 to 16 letters, digits and the documented special characters.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// The container is read-only.
pub static PUT_READ_ONLY: Response = Response {
    command: "PUT CONTAINER",
    resp: Condition::InvReq,
    resp2: 30,
    meaning: "The container is read-only.",
    cause: "CICS made it for programs to read, as program DFHSAML does.",
    cure: "Put the data into a container of another name.",
    mark: Mark::Assumed,
    source: "CICS TS, Application programming for SAML; assumed: the number is recalled",
};

/// The container is read-only.
pub static DELETE_READ_ONLY: Response = Response {
    cure: "Leave it: it goes with its channel.",
    ..PUT_READ_ONLY.of("DELETE CONTAINER")
};

/// The container exists with the other data type.
pub static CONTAINER_TYPE_DIFFERS: Response = Response {
    command: "PUT CONTAINER",
    resp: Condition::InvReq,
    resp2: 33,
    meaning: "The container exists with the other data type.",
    cause: "A CHAR container was put as BIT, or the reverse.",
    cure: "Delete the container first, or put it with its own type.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// FLENGTH or BYTEOFFSET lies outside the data.
pub static CONTAINER_LENGTH_NOT_VALID: Response = Response {
    command: "PUT CONTAINER",
    resp: Condition::LengErr,
    resp2: 1,
    meaning: "FLENGTH or BYTEOFFSET lies outside the data.",
    cause: "The length is negative, or longer than the area; or the offset is behind the end of the container.",
    cure: "Pass the real length of the data.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// The area is shorter than the container's data.
pub static CONTAINER_TRUNCATED: Response = Response {
    command: "GET CONTAINER",
    resp: Condition::LengErr,
    resp2: 11,
    meaning: "The area is shorter than the container's data.",
    cause: "INTO names an area that is too short, or FLENGTH offers too few bytes. FLENGTH now has the real length.",
    cure: "Give the program a longer area, or FLENGTH its length before the command.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// The coded character set is not one that the region converts.
pub static CCSID_NOT_CONVERTED: Response = Response {
    command: "GET CONTAINER",
    resp: Condition::CcsidErr,
    resp2: 1,
    meaning: "The coded character set is not one that the region converts.",
    cause: "FROMCCSID or INTOCCSID names a set other than 37 and 1208, or the data is not valid in its set.",
    cure: "Use 37 or 1208.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// The program is not defined, or programs are linked too deeply.
pub static LINK_PROGRAM_UNKNOWN: Response = Response {
    command: "LINK",
    resp: Condition::PgmIdErr,
    resp2: 1,
    meaning: "The program is not defined, or programs are linked too deeply.",
    cause: "PROGRAM names a program that the region does not have.",
    cure: "Define the program, or correct the name.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// The channel's name is not legal.
pub static LINK_CHANNEL_NAME_NOT_VALID: Response = Response {
    command: "LINK",
    resp: Condition::ChannelErr,
    resp2: 1,
    meaning: "The channel's name is not legal.",
    cause: "It has a character that names may not have, or a blank inside.",
    cure: "Use letters, digits and the documented special characters. A legal name of a channel that does not exist is no error: an empty channel is created.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// The transaction is not defined.
pub static START_TRANSID_UNKNOWN: Response = Response {
    command: "START",
    resp: Condition::TransIdErr,
    resp2: 1,
    meaning: "The transaction is not defined.",
    cause: "TRANSID names a transaction that the region does not have.",
    cure: "Define the transaction, or correct the name.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// The channel's name is not legal.
pub static START_CHANNEL_NAME_NOT_VALID: Response = Response {
    command: "START",
    resp: Condition::ChannelErr,
    resp2: 1,
    meaning: "The channel's name is not legal.",
    cause: "It has a character that names may not have, or a blank inside.",
    cure: "Use letters, digits and the documented special characters. A legal name of a channel that does not exist is no error: an empty channel is created.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// A part of the interval is out of its range.
pub static START_INTERVAL_NOT_VALID: Response = Response {
    command: "START",
    resp: Condition::InvReq,
    resp2: 4,
    meaning: "A part of the interval is out of its range.",
    cause: "Hours above 99, or minutes or seconds above 59 beside others.",
    cure: "Correct the interval.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// A part of the interval is out of its range.
pub static DELAY_INTERVAL_NOT_VALID: Response = Response {
    command: "DELAY",
    resp: Condition::InvReq,
    resp2: 4,
    meaning: "A part of the interval is out of its range.",
    cause: "Hours above 99, or minutes or seconds above 59 beside others.",
    cure: "Correct the interval.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// ABSTIME is no absolute time.
pub static ABSTIME_NOT_VALID: Response = Response {
    command: "FORMATTIME",
    resp: Condition::InvReq,
    resp2: 1,
    meaning: "ABSTIME is no absolute time.",
    cause: "The area holds no packed decimal number, or a negative one.",
    cure: "Set it with ASKTIME first.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// The queue is not defined.
pub static TD_QUEUE_UNKNOWN: Response = Response {
    command: "WRITEQ TD",
    resp: Condition::QidErr,
    resp2: 0,
    meaning: "The queue is not defined.",
    cause: "QUEUE names a queue that the region does not have.",
    cure: "Define the queue, or correct the name.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// LENGTH is not the length of a record.
pub static TD_LENGTH_NOT_VALID: Response = Response {
    command: "WRITEQ TD",
    resp: Condition::LengErr,
    resp2: 0,
    meaning: "LENGTH is not the length of a record.",
    cause: "It is zero, negative, or longer than the area.",
    cure: "Pass the real length of the record.",
    mark: Mark::Assumed,
    source: SOURCE,
};

/// The data set of the queue has no room.
pub static TD_NO_SPACE: Response = Response {
    command: "WRITEQ TD",
    resp: Condition::NoSpace,
    resp2: 0,
    meaning: "The data set of the queue has no room.",
    cause: "It is full, or its destination is not there.",
    cure: "Empty or enlarge the data set.",
    mark: Mark::Assumed,
    source: SOURCE,
};
