//! The rules by which a client decides, beside those of the Kerberos messages that it judges.

use crate::check::rules;

rules! {
    GRANTING_TICKET Documented "client.granting-ticket" "RFC 4120 section 3.3.1"
        "A ticket for a service is asked for with a ticket-granting ticket."
    CROSSING_TICKET Assumed "client.crossing-ticket"
        "assumed: clients keep the ticket-granting tickets of other realms in their cache"
        "A ticket-granting ticket for another realm is used until it ends; then a new one is asked for."
    TRIES Assumed "client.tries" "assumed: clients ask a few times and then give up"
        "A client asks its KDC no more often than it is set to."
    REPLY_AWAITED Assumed "client.reply-awaited"
        "assumed: a client asks from a new port each time, so that late answers and duplicates reach nobody"
        "An answer of the KDC is of the kind that the client waits for."
    PREAUTH_ETYPE Documented "client.preauth-etype" "RFC 4120 section 5.2.7.5"
        "The KDC offers an encryption type that the client has."
    TICKET Documented "client.ticket" "RFC 4120 section 3.2.1"
        "A token is made from a ticket for its service."
    TOKEN Assumed "client.token" "assumed: a script presents what the client has"
        "A token that is presented has been made before."
    PASSTICKET Assumed "client.passticket" "assumed: a script presents what the client has"
        "A PassTicket that is presented has been opened before."
    ENCRYPTED_PASSTICKET Documented "client.encrypted-passticket"
        "CICS TS, REQUEST ENCRYPTPTKT, description; the script names the container"
        "The program sends the encrypted PassTicket back to the sender of the token."
    SERVICE_PRINCIPAL Documented "client.service-principal" "RFC 4120 section 3.2.1"
        "A token is made for a service that has a principal."
    REPLY_TIME Assumed "client.reply-timeout" "assumed: a client waits for a while and then reports"
        "The answer to a request comes before the client's time for it is up."
    PROOF Documented "client.mutual-token" "RFC 4120 section 3.2.4"
        "A service that is asked to prove itself answers with a token."
}
