//! What REQUEST PASSTICKET answers: what its relative answers, and a refusal of the name itself.

use super::conditions::Condition;
use super::encryptptkt;
use super::response::Response;
use crate::check::Mark;

const COMMAND: &str = "REQUEST PASSTICKET";
const SOURCE: &str = "CICS TS, REQUEST PASSTICKET, Conditions";
const RECALLED: &str = "assumed: documented for REQUEST ENCRYPTPTKT";

/// All responses.
pub static ROWS: [&Response; 7] = [
    &NAME_NOT_VALID,
    &ESM_NOT_ACTIVE,
    &UNCLASSIFIED,
    &NOT_SUPPORTED,
    &DEFAULT_USER,
    &NOT_BUILT,
    &REGION_NOT_AUTHORIZED,
];

/// ESMAPPNAME is no name.
pub static NAME_NOT_VALID: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 247,
    meaning: "ESMAPPNAME is not valid.",
    cause: "It is blank, has a blank inside, or another character than letters, digits, $, @ and #.",
    cure: "Pass the name by which the ESM knows the application; for a CICS region its applid.",
    mark: Mark::Documented,
    source: SOURCE,
};

/// CICS has no working interface to the ESM.
pub static ESM_NOT_ACTIVE: Response =
    Response { command: COMMAND, source: SOURCE, ..encryptptkt::ESM_NOT_ACTIVE };

/// ESMRESP holds a value that CICS does not know.
pub static UNCLASSIFIED: Response = Response {
    command: COMMAND,
    source: SOURCE,
    cause: "The service that builds the PassTicket failed in a way of its own.",
    ..encryptptkt::UNCLASSIFIED
};

/// The ESM cannot make PassTickets.
pub static NOT_SUPPORTED: Response =
    Response { command: COMMAND, source: SOURCE, ..encryptptkt::NOT_SUPPORTED };

/// The task runs under the default user.
pub static DEFAULT_USER: Response =
    Response { command: COMMAND, source: SOURCE, ..encryptptkt::DEFAULT_USER };

/// The ESM refuses the combination of user and application.
pub static NOT_BUILT: Response =
    Response { command: COMMAND, source: SOURCE, ..encryptptkt::NOT_BUILT };

/// The ESM lets this region make no PassTickets.
pub static REGION_NOT_AUTHORIZED: Response = Response {
    command: COMMAND,
    mark: Mark::Assumed,
    source: RECALLED,
    ..encryptptkt::REGION_NOT_AUTHORIZED
};
