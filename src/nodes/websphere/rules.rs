//! The rules by which a server decides about a request.

use crate::check::rules;

rules! {
    TRUSTED Documented "was.trusted-principal"
        "WebSphere, Identity assertion to the downstream server, trust of a GSSUP token"
        "A sending server that sends its user ID is on the trusted principal list of the receiving server."
    SENDER Documented "was.sender-authenticated"
        "WebSphere, Identity assertion to the downstream server, authentication of the sending server"
        "User ID and password of the client authentication token are those of the receiving server's registry."
    PRESENT Documented "was.user-present"
        "WebSphere, Identity assertion to the downstream server, presence in the registry"
        "The receiving server's registry has the user."
    ROLE Documented "was.role" "WebSphere, message SECJ0053E"
        "The caller has one of the roles that the method needs."
}
