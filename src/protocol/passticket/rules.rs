//! The rules by which PassTickets are evaluated, each with its source.

use crate::check::{Mark, Rule};

/// Every rule of this module, in the order in which they are applied.
pub static ALL: &[&Rule] = &[&FORM, &LEGACY_WINDOW, &ENHANCED_WINDOW, &REPLAY];

/// The text is a PassTicket.
pub static FORM: Rule = Rule {
    id: "passticket.form",
    text: "A PassTicket is eight characters that the algorithm can give.",
    source: "z/OS RACF Macros and Interfaces, the PassTicket generator algorithms",
    mark: Mark::Documented,
};

/// The window of legacy PassTickets.
pub static LEGACY_WINDOW: Rule = Rule {
    id: "passticket.window",
    text: "A legacy PassTicket is valid for ten minutes before and after its generation, by the evaluator's clock.",
    source: "z/OS RACF Security Administrator's Guide, how RACF processes the password or PassTicket; \
             assumed: the limit itself is inside",
    mark: Mark::Documented,
};

/// The window of enhanced PassTickets.
pub static ENHANCED_WINDOW: Rule = Rule {
    id: "passticket.timeout",
    text: "An enhanced PassTicket is valid for its profile's TIMEOUT before and after its generation, \
           by the evaluator's clock.",
    source: "z/OS RACF education on enhanced PassTickets; assumed: it counts both ways, and the limit \
             itself is inside",
    mark: Mark::Assumed,
};

/// Replay protection.
pub static REPLAY: Rule = Rule {
    id: "passticket.replay",
    text: "A PassTicket (user, application, second of generation) signs on once on a system.",
    source: "z/OS RACF Security Administrator's Guide, how RACF processes the password or PassTicket",
    mark: Mark::Documented,
};
