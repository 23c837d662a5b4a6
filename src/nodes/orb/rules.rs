//! The rules by which a caller of methods decides.

use crate::check::rules;

rules! {
    REPLY_TIME Assumed "orb.reply-timeout" "com.ibm.CORBA.RequestTimeout; assumed: its default"
        "The reply to a request comes before the caller's time for it is up."
}
