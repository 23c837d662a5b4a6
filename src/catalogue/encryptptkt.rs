//! What REQUEST ENCRYPTPTKT answers, from the command's own page.

use super::conditions::Condition;
use super::response::Response;
use crate::check::Mark;

const COMMAND: &str = "REQUEST ENCRYPTPTKT";
const SOURCE: &str = "CICS TS, REQUEST ENCRYPTPTKT, Conditions";

/// ESMRESP of a PassTicket that was not produced.
pub const NOT_PRODUCED: u32 = 8;

/// All responses, in the order of the document.
pub static ROWS: [&Response; 8] = [
    &ESM_NOT_ACTIVE,
    &UNCLASSIFIED,
    &NOT_SUPPORTED,
    &KEY_NOT_VALID,
    &DEFAULT_USER,
    &NO_CONFIDENTIALITY,
    &NOT_BUILT,
    &REGION_NOT_AUTHORIZED,
];

/// CICS has no working interface to the ESM.
pub static ESM_NOT_ACTIVE: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 251,
    meaning: "The region has no active interface to the external security manager.",
    cause: "The region runs with SEC=NO, or the ESM is down.",
    cure: "Start the region with SEC=YES on a system whose ESM is active.",
    mark: Mark::Documented,
    source: SOURCE,
};

/// ESMRESP holds a value that CICS does not know.
pub static UNCLASSIFIED: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 252,
    meaning: "The ESM answered with a code in ESMRESP that CICS does not classify.",
    cause: "The service that builds or wraps the PassTicket failed in a way of its own.",
    cure: "Look up ESMRESP and ESMREASON under R_GenSec.",
    mark: Mark::Documented,
    source: SOURCE,
};

/// The ESM cannot make PassTickets.
pub static NOT_SUPPORTED: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 254,
    meaning: "The ESM has no support for PassTickets.",
    cause: "The product or level of the ESM on this system lacks the service.",
    cure: "Install an ESM level that supports PassTickets.",
    mark: Mark::Documented,
    source: SOURCE,
};

/// ENCRYPTKEY names no usable key.
pub static KEY_NOT_VALID: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 255,
    meaning: "ENCRYPTKEY does not name a usable key of this task.",
    cause: "The value was never issued to this task, was used already, or a later VERIFY TOKEN \
            with ENCRYPTKEY replaced it.",
    cure: "Run VERIFY TOKEN with ENCRYPTKEY on a fresh token in the same task, then use its value \
           once.",
    mark: Mark::Documented,
    source: SOURCE,
};

/// The task runs under the default user.
pub static DEFAULT_USER: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 256,
    meaning: "The task runs under the region's default user ID.",
    cause: "Nobody signed on where the task started and no user ID was given at START, so \
            DFLTUSER applies.",
    cure: "Attach the task under the end user: sign on, or START with USERID.",
    mark: Mark::Documented,
    source: SOURCE,
};

/// The token's sender cannot keep messages confidential.
pub static NO_CONFIDENTIALITY: Response = Response {
    command: COMMAND,
    resp: Condition::InvReq,
    resp2: 257,
    meaning: "The Kerberos token came from a system without message confidentiality.",
    cause: "The client set up its security context without the confidentiality flag.",
    cure: "Let the client ask for confidentiality when it makes the token.",
    mark: Mark::Documented,
    source: SOURCE,
};

/// The ESM refuses the combination of user and application.
pub static NOT_BUILT: Response = Response {
    command: COMMAND,
    resp: Condition::NotAuth,
    resp2: 250,
    meaning: "The ESM refused a PassTicket for this task's user and ESMAPPNAME.",
    cause: "No UPDATE access to the IRRPTAUTH resource of ESMAPPNAME and the user, or no PTKTDATA \
            profile with a key.",
    cure: "PERMIT UPDATE on IRRPTAUTH.esmappname.userid in class PTKTDATA, define the \
           application's key, and refresh the class.",
    mark: Mark::Documented,
    source: SOURCE,
};

/// The ESM lets this region make no PassTickets.
pub static REGION_NOT_AUTHORIZED: Response = Response {
    command: COMMAND,
    resp: Condition::NotAuth,
    resp2: 260,
    meaning: "The ESM does not let this region generate PassTickets.",
    cause: "XPTKT=YES is in force and the user has no UPDATE access to the IRRPTAUTH resource of \
            this region's applid.",
    cure: "PERMIT UPDATE on IRRPTAUTH.applid.userid in class PTKTDATA and refresh the class, or \
           run with XPTKT=NO.",
    mark: Mark::Documented,
    source: SOURCE,
};
