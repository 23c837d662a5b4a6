//! The rules that Kerberos decisions apply, each with its source.

use crate::check::{Mark, Rule};

/// Declares the rules and the list of all of them from one table.
macro_rules! rules {
    ($($name:ident $mark:ident $id:literal $source:literal $text:literal)*) => {
        $(
            #[doc = $text]
            pub static $name: Rule =
                Rule { id: $id, text: $text, source: $source, mark: Mark::$mark };
        )*

        /// Every rule of this module, in the order of the steps that apply them.
        pub static ALL: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    FRAMING Documented "gss.framing" "RFC 2743 section 3.1"
        "A context token starts with X'60', its length and the mechanism's object identifier."
    MECHANISM Documented "gss.mechanism" "RFC 4121 section 4.1"
        "The mechanism is Kerberos 5; SPNEGO and others are not unwrapped."
    TOKEN_ID Documented "gss.token-id" "RFC 4121 section 4.1"
        "The token id in front of the message is the one that is due."
    ENCODING Documented "kerberos.encoding" "RFC 4120 section 5.1"
        "A message is the one DER encoding of its ASN.1 type."
    VERSION Documented "kerberos.version" "RFC 4120 section 3.2.3"
        "Protocol and ticket version are 5."
    MESSAGE_TYPE Documented "kerberos.message-type" "RFC 4120 section 3.2.3"
        "The message type is the one that is due."
    USER_TO_USER Assumed "kerberos.user-to-user" "RFC 4120 section 3.2.3"
        "A ticket under a session key needs the server's own ticket-granting ticket, which it does not have."
    KEYTAB_KEY Documented "kerberos.keytab-key" "MIT Kerberos, acceptor without a name of its own"
        "Where no principal is named, any key of the key table may open the ticket, under whatever name and version."
    SERVER_NAME Documented "kerberos.server-name" "RFC 4120 section 3.2.3"
        "The ticket names the principal that the server is."
    TICKET_ETYPE Documented "kerberos.ticket-key" "RFC 4120 section 3.2.3"
        "The server has a key of the ticket's encryption type."
    KEY_VERSION Documented "kerberos.key-version" "RFC 4120 section 3.2.3"
        "The server still has the key version that the ticket names."
    TICKET_INTEGRITY Documented "kerberos.ticket-integrity" "RFC 4120 section 3.2.3"
        "The ticket opens with the server's key."
    SESSION_KEY Documented "kerberos.session-key" "RFC 4120 section 3.2.3"
        "The session key is of a type that the server supports, and the authenticator uses it."
    AUTHENTICATOR_INTEGRITY Documented "kerberos.authenticator-integrity" "RFC 4120 section 3.2.3"
        "The authenticator opens with the session key of the ticket."
    CLIENT_MATCH Documented "kerberos.client-match" "RFC 4120 section 3.2.3"
        "The authenticator names the client of the ticket."
    ADDRESS Documented "kerberos.address" "RFC 4120 section 3.2.3"
        "The sender's address is among the addresses of the ticket."
    REPLAY Documented "kerberos.replay" "RFC 4120 section 3.2.3; measured: before the time checks"
        "An authenticator (server, client, time, microseconds) is accepted once."
    TICKET_START Documented "kerberos.ticket-start" "RFC 4120 section 3.2.3; measured: the limit is inclusive"
        "A ticket is valid from its start time, less the clock skew."
    TICKET_END Documented "kerberos.ticket-end" "RFC 4120 section 3.2.3; measured: the limit is inclusive"
        "A ticket is valid until its end time, plus the clock skew."
    AUTHENTICATOR_SKEW Documented "kerberos.clock-skew" "RFC 4120 section 3.2.3; measured: the limit is inclusive"
        "Authenticator time and server time differ by no more than the clock skew, either way."
    TICKET_VALID Documented "kerberos.ticket-valid" "RFC 4120 section 3.2.3; measured: the last check"
        "The ticket does not have the INVALID flag."
    CONTEXT_CHECKSUM Documented "gss.checksum" "RFC 4121 section 4.1.1"
        "The authenticator carries an X'8003' checksum of at least 24 octets."
    INITIAL_SEQUENCE Documented "gss.initial-sequence" "RFC 4121 section 4.1"
        "The authenticator carries an initial sequence number."
    CLIENT_NAME_LENGTH Documented "racf.principal-length" "z/OS Security Server RACF Callable Services, R_ticketserv"
        "The client's name fits the 240 bytes of the result area."
    WRAP_FLAGS Documented "gss.wrap-flags" "RFC 4121 section 4.2.2"
        "A wrap token comes from the other end and uses the subkey that was agreed."
    WRAP_INTEGRITY Documented "gss.wrap-integrity" "RFC 4121 section 4.2.4"
        "A wrap token opens with the context key and repeats its own header inside."
    WRAP_SEQUENCE Documented "gss.wrap-sequence" "RFC 4121 section 4.2.1"
        "A wrap token has the sequence number that is due."
    REQUEST_REALM Documented "kdc.realm" "RFC 4120 section 3.1.3"
        "The request is for the realm that the KDC serves."
    REQUEST_OPTIONS Documented "kdc.options" "RFC 4120 section 3.3.3"
        "The request asks only for options that the KDC supports."
    CLIENT_KNOWN Documented "kdc.client-known" "RFC 4120 section 3.1.3"
        "The client is in the database."
    SERVER_KNOWN Documented "kdc.server-known" "RFC 4120 section 3.1.3"
        "The service is in the database."
    CLIENT_STATUS Assumed "kdc.client-status" "RFC 4120 section 3.1.3"
        "The client is neither revoked nor in need of a new password."
    SERVER_STATUS Assumed "kdc.server-status" "RFC 4120 section 3.1.3"
        "The service is not revoked."
    CLIENT_KEY Documented "kdc.client-key" "RFC 4120 section 3.1.3"
        "The client has a key of an encryption type that the request lists."
    SERVER_KEY Documented "kdc.server-key" "RFC 4120 section 3.1.3"
        "The service has a key."
    SESSION_ETYPE Assumed "kdc.session-etype" "RFC 4120 section 3.1.3"
        "The request lists an encryption type of which the service has a key; the first one is used."
    START_TIME Documented "kdc.start-time" "RFC 4120 section 3.1.3"
        "The requested start is not later than now plus the clock skew: nothing is postdated."
    LEAST_LIFE Documented "kdc.least-life" "RFC 4120 section 3.1.3"
        "The ticket lives at least the minimum of the realm."
    PREAUTH_REQUIRED Assumed "kdc.preauth-required" "RFC 4120 section 3.1.3"
        "The request is pre-authenticated where realm and client demand it."
    PREAUTH_INTEGRITY Documented "kdc.preauth-integrity" "RFC 4120 section 5.2.7.2"
        "The encrypted timestamp opens with the client's key."
    PREAUTH_SKEW Documented "kdc.preauth-skew" "RFC 4120 section 5.2.7.2"
        "Encrypted timestamp and KDC time differ by no more than the clock skew, either way."
    TGS_PREAUTH Documented "kdc.tgs-preauth" "RFC 4120 section 3.3.2"
        "A request for a service ticket carries a ticket-granting ticket in an AP-REQ."
    BODY_CHECKSUM_TYPE Documented "kdc.body-checksum-type" "RFC 4120 section 3.3.2"
        "The authenticator has a keyed checksum of the session key's type."
    BODY_CHECKSUM Documented "kdc.body-checksum" "RFC 4120 section 3.3.2"
        "The checksum in the authenticator is that of the request body."
    TRANSITED Documented "kdc.transited" "RFC 4120 section 3.3.3.2"
        "The client's realm is this one or the one that issued the ticket-granting ticket."
    REPLY_INTEGRITY Documented "client.reply-integrity" "RFC 4120 section 3.1.5"
        "The reply opens with the key that the client shares with the KDC."
    REPLY_NONCE Documented "client.reply-nonce" "RFC 4120 section 3.1.5"
        "The reply repeats the nonce of the request."
    REPLY_NAMES Documented "client.reply-names" "RFC 4120 section 3.1.5"
        "The reply names the client and the service of the request."
    REPLY_CLOCK Documented "client.reply-clock" "RFC 4120 section 3.1.5"
        "The ticket's first instant and the client's time differ by no more than the clock skew."
    MUTUAL_INTEGRITY Documented "client.mutual-integrity" "RFC 4120 section 3.2.5"
        "The AP-REP opens with the session key."
    MUTUAL_TIME Documented "client.mutual-time" "RFC 4120 section 3.2.5"
        "The AP-REP repeats time and microseconds of the authenticator."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_texts_are_sentences() {
        for (at, rule) in ALL.iter().enumerate() {
            assert!(ALL.iter().skip(at + 1).all(|other| other.id != rule.id), "{}", rule.id);
            assert!(rule.text.ends_with('.') && !rule.source.is_empty());
        }
    }
}
