//! The rules by which PassTickets are evaluated, each with its source, in the order of the steps.

crate::check::rules! {
    FORM Documented "passticket.form"
        "z/OS RACF Macros and Interfaces, the PassTicket generator algorithms"
        "A PassTicket is eight characters that the algorithm can give."
    LEGACY_WINDOW Documented "passticket.window"
        "z/OS RACF Security Administrator's Guide, how RACF processes the password or PassTicket"
        "A legacy PassTicket is valid for ten minutes before and after its generation, by the evaluator's clock."
    WINDOW_EDGE Assumed "passticket.window-edge" "assumed: the limit itself is inside"
        "A PassTicket that is exactly as old as the window allows is valid."
    ENHANCED_WINDOW Assumed "passticket.timeout"
        "z/OS RACF education on enhanced PassTickets; assumed: it counts both ways, and the limit itself is inside"
        "An enhanced PassTicket is valid for its profile's TIMEOUT before and after its generation, by the evaluator's clock."
    REPLAY Documented "passticket.replay"
        "z/OS RACF Security Administrator's Guide, how RACF processes the password or PassTicket"
        "A PassTicket (user, application, second of generation) signs on once on a system."
}
