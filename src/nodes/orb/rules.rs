//! The rules by which a caller of methods decides, and both ends of a connection.

use crate::check::rules;

rules! {
    COMMON_FORM Documented "orb.common-form"
        "WebSphere, Identity assertion to the downstream server, choice of the format"
        "The caller can assert the identity in a form that the server takes."
    FORWARDABLE Documented "orb.forwardable"
        "IBM, troubleshooting NO_PERMISSION 0x49424307: no forwardable token"
        "A server that requires a token is called with one, or with an asserted identity and the sender's own."
    AGAIN Assumed "orb.again" "CORBA 3.0 section 24.3.4; assumed: once, since nothing has been done yet"
        "A request whose context the server does not know is sent again once, with its tokens."
    REPLY_TIME Assumed "orb.reply-timeout" "com.ibm.CORBA.RequestTimeout; assumed: its default"
        "The reply to a request comes before the caller's time for it is up."
    POSSESSION Documented "tls.possession" "RFC 8446 section 4.4.3"
        "Whoever shows a certificate signs with its private key what both ends have said."
    SEQUENCE Documented "tls.record-number" "RFC 8446 section 5.3"
        "Each record of a connection has the number behind that of the one before it."
    INTEGRITY Documented "tls.record-protection" "RFC 8446 section 5.2"
        "A record arrives as it was sent."
}
