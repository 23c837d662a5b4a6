//! Outcomes that are mistaken for one another, and how to tell them apart.
//!
//! Each group is one confusion. Its members say what they alone mean, so that whoever reads about
//! one of them sees the others beside it.

/// One outcome of a group: its key, and what tells it from the others.
pub type Member = (&'static str, &'static str);

/// The other members of every group that holds an outcome, each once, in the order of the groups.
pub fn of(key: &str) -> Vec<Member> {
    let mut found: Vec<Member> = Vec::new();
    for group in GROUPS.iter().filter(|group| group.iter().any(|(own, _)| *own == key)) {
        for member in group.iter().filter(|(other, _)| *other != key) {
            if !found.iter().any(|(known, _)| *known == member.0) {
                found.push(*member);
            }
        }
    }
    found
}

/// Every group.
pub static GROUPS: &[&[Member]] = &[
    // The three times of a token.
    &[
        ("DFHXS1402/9", "the ticket is past its end: a new token of the same ticket fails too"),
        ("DFHXS1402/10", "the ticket is good, the token's own time is too far from the region's"),
        ("DFHXS1402/11", "a ticket that is not valid yet comes like this, with X'96C73A21'"),
    ],
    &[
        ("X'96C73A20'", "the ticket's end is past"),
        ("X'96C73A21'", "the ticket's start is still to come"),
        ("X'96C73A25'", "the ticket is good, the token's own time is too far from the verifier's"),
    ],
    // Who is missing: the region's security, the ESM, the KDC.
    &[
        ("DFHXS1402/2", "the region was started without security: nobody was called"),
        ("DFHXS1402/3", "the region has security, the ESM of its system is not there"),
    ],
    &[
        ("DFHXS1402/3", "the ESM itself is not there, so that nobody asks the KDC"),
        ("DFHXS1402/4", "SKRBKDC is not started: the call is refused at once"),
        ("DFHXS1402/5", "SKRBKDC is started and keeps silent: the call takes its time to fail"),
        ("DFHXS1402/6", "SKRBKDC answers: it has no principal with a key for this region"),
    ],
    &[
        ("R_ticketserv 8/12/16", "SKRBKDC is not started"),
        ("R_ticketserv 8/12/20", "SKRBKDC abended in the call"),
        ("R_ticketserv 8/12/24", "SKRBKDC holds its lock"),
    ],
    &[
        ("R_GenSec 8/12/16", "SKRBKDC is not started"),
        ("R_GenSec 8/12/20", "SKRBKDC abended in the call"),
        ("R_GenSec 8/12/24", "SKRBKDC holds its lock"),
    ],
    &[
        ("REQUEST ENCRYPTPTKT INVREQ 251", "the region has no security, or the ESM is down"),
        ("REQUEST ENCRYPTPTKT INVREQ 252", "the ESM answered with a code that CICS does not know"),
        ("REQUEST ENCRYPTPTKT INVREQ 254", "the ESM is there and cannot make PassTickets at all"),
    ],
    &[
        ("VERIFY TOKEN INVREQ 53", "the Kerberos service is missing, or the region's principal"),
        (
            "VERIFY TOKEN INVREQ 100",
            "security or the ESM is missing, or the ESM said the unexpected",
        ),
    ],
    // The same codes of three services.
    &[
        ("R_ticketserv 8/8/16", "the region may not use R_ticketserv"),
        ("R_usermap 8/8/16", "nobody is mapped to the name: no question of authority"),
        ("R_GenSec 8/8/16", "the region may not use R_GenSec"),
    ],
    &[
        ("DFHXS1402/1", "the region may not use R_ticketserv (IRR.RTICKETSERV)"),
        ("DFHXS1402/14", "the region may not use R_usermap (IRR.RUSERMAP)"),
        ("DFHXS1402/11", "R_GenSec refused for want of IRR.GSSERV comes like this, with 8/8/16"),
    ],
    &[
        ("DFHXS1402/1", "with these codes R_ticketserv refuses the region"),
        ("DFHXS1402/13", "with these codes R_usermap finds no user"),
    ],
    // Whose name or bytes are wrong.
    &[
        ("DFHXS1402/7", "the token is good and the client's name is too long to be returned"),
        ("DFHXS1402/8", "the bytes are no token, or were changed, or another key is needed"),
        ("DFHXS1402/12", "the token is good and for another service"),
        ("DFHXS1402/13", "the token is good and no user bears the client's name"),
    ],
    &[
        ("X'861B6D0B'", "the bytes are no Kerberos token"),
        ("X'96C73A1F'", "a token that was changed, or sealed with a key that has changed since"),
        ("X'96C73A2C'", "a token of a key version that the service no longer has"),
        ("X'96C73A2D'", "a token of an encryption type for which the service has no key"),
    ],
    &[
        ("X'96C73A23'", "the ticket cannot be for this service"),
        ("X'96C73A90'", "the ticket names another service than the one expected"),
    ],
    &[
        ("X'96C73A06'", "the KDC does not know the client"),
        ("X'96C73A07'", "the KDC does not know the service"),
        ("X'861B6D06'", "the client is known and his name does not fit"),
    ],
    &[
        ("X'96C73A18'", "wrong password: the timestamp does not open"),
        ("X'96C73A19'", "no refusal: the KDC asks for pre-authentication first"),
        ("X'96C73A25'", "right password, wrong clock"),
    ],
    // Used twice, or too late.
    &[
        ("DFHXS1402/15", "the very same token was accepted before, and is still fresh"),
        ("DFHXS1402/10", "a token that is sent again late is refused for its age first"),
    ],
    &[
        ("X'96C73A22'", "the acceptor saw the authenticator before"),
        ("X'96C73AA3'", "the replay cache reports the same for its own part"),
    ],
    &[
        ("DFHXS1402/16", "the accept succeeded and gave nothing to send back"),
        ("VERIFY TOKEN INVREQ 52", "the program has no OUTTOKEN, so that nothing was accepted"),
    ],
    // Who is not allowed.
    &[
        ("DFHXS1402/13", "the token's principal has no user"),
        ("DFHXS1111", "the task's user has no authority to a resource"),
        ("RACROUTE VERIFY 8/28/0", "the user exists and is revoked"),
    ],
    &[
        ("VERIFY TOKEN NOTAUTH 20", "no user for the principal"),
        ("VERIFY TOKEN NOTAUTH 61", "the ESM refused the token, or the region's request"),
        ("VERIFY TOKEN NOTAUTH 70", "the user of a BASICAUTH token is revoked"),
    ],
    &[
        ("REQUEST ENCRYPTPTKT NOTAUTH 250", "refused for the application named in ESMAPPNAME"),
        ("REQUEST ENCRYPTPTKT NOTAUTH 260", "refused for this region's own applid"),
    ],
    &[
        ("RACROUTE AUTH 4/0/0", "nothing was decided: the class is not active"),
        ("RACROUTE AUTH 4/4/0", "no profile covers the resource"),
        ("RACROUTE AUTH 8/8/0", "a profile covers it and refuses"),
    ],
    &[
        ("RACROUTE VERIFY 8/4/0", "no such user"),
        ("RACROUTE VERIFY 8/8/0", "wrong password, phrase or PassTicket"),
        ("RACROUTE VERIFY 8/12/0", "right password, but expired"),
        ("RACROUTE VERIFY 8/28/0", "revoked user, whatever the password"),
        ("RACROUTE VERIFY 8/36/0", "the user is good, his connection to the group is revoked"),
    ],
    &[
        ("DFHXS1201", "the password is wrong"),
        ("DFHXS1202", "the password is right and expired; also a PassTicket on the fast path"),
        ("DFHXS1206", "the password is right, after wrong ones"),
    ],
    &[
        ("DFHSN1120", "on CSCS, for the administrator"),
        ("DFHCE3546", "at the terminal, for the revoked user himself"),
    ],
    &[
        ("DFHXS1400", "its text is not public"),
        ("DFHXS1401", "its text is not public"),
        ("DFHXS1402", "the one with the reason"),
    ],
    // Numbers near one another.
    &[
        ("VERIFY TOKEN INVREQ 31", "the type of token is wrong"),
        ("VERIFY TOKEN INVREQ 32", "the type of data is wrong"),
        ("VERIFY TOKEN INVREQ 65", "the type is right and not supported"),
    ],
    &[
        ("VERIFY TOKEN INVREQ 36", "the characters are no BASE64"),
        ("VERIFY TOKEN INVREQ 37", "they are, and decode to nothing or to too much"),
        ("VERIFY TOKEN INVREQ 50", "they decode to bytes that are no token"),
    ],
    &[
        ("VERIFY TOKEN INVREQ 60", "TOKENLEN is zero, or longer than the area"),
        ("VERIFY TOKEN LENGERR 45", "TOKENLEN fits the area and is longer than any token"),
    ],
    &[
        ("VERIFY TOKEN INVREQ 51", "a region that refuses such a token at once"),
        ("REQUEST ENCRYPTPTKT INVREQ 257", "the same token, found out when its key is used"),
    ],
    &[
        ("REQUEST ENCRYPTPTKT INVREQ 255", "the key is not this task's, used, or replaced"),
        ("REQUEST ENCRYPTPTKT INVREQ 257", "the key is good and its context cannot encrypt"),
    ],
    &[
        ("GET CONTAINER CHANNELERR 1", "no channel could bear the name"),
        ("GET CONTAINER CHANNELERR 2", "no channel in scope bears it"),
        ("GET CONTAINER CONTAINERERR 10", "the channel is there, the container is not"),
        ("GET CONTAINER CONTAINERERR 18", "no container could bear the name"),
        ("GET CONTAINER INVREQ 4", "no channel is named and the program has none"),
    ],
    &[
        ("PUT CONTAINER CHANNELERR 1", "no channel could bear the name"),
        ("PUT CONTAINER CONTAINERERR 18", "no container could bear the name"),
        ("PUT CONTAINER INVREQ 4", "no channel is named and the program has none"),
    ],
    &[
        ("DELETE CONTAINER CHANNELERR 2", "no channel in scope bears the name"),
        ("DELETE CONTAINER CONTAINERERR 10", "the channel is there, the container is not"),
        ("DELETE CONTAINER INVREQ 4", "no channel is named and the program has none"),
    ],
    &[
        ("GET CONTAINER LENGERR 1", "reading would begin behind the end of the data"),
        ("GET CONTAINER LENGERR 11", "the data does not fit the area, which is filled"),
    ],
    // Abends by one letter.
    &[
        ("AEIP", "INVREQ: the request was not valid"),
        ("AEY7", "NOTAUTH: the request was valid and refused"),
        ("AEIV", "LENGERR: a length was wrong"),
    ],
    &[
        ("AEI0", "PGMIDERR: a program is missing"),
        ("AEI1", "TRANSIDERR: a transaction is missing"),
        ("AEYH", "QIDERR: a queue is missing"),
    ],
    &[
        ("AEZJ", "CONTAINERERR: the container"),
        ("AEZV", "CHANNELERR: the channel"),
        ("AEZW", "CCSIDERR: the coded character set"),
        ("AEZY", "CODEPAGEERR: the code page"),
    ],
    &[
        ("CHANNELERR", "the channel is missing, or its name is not legal"),
        ("CONTAINERERR", "the container is missing, or its name is not legal"),
    ],
    &[
        ("INVREQ", "the request could never work as it was made"),
        ("NOTAUTH", "the request was well made, and security refused it"),
    ],
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::entries;

    #[test]
    fn every_member_is_an_entry_and_has_somebody_to_be_mistaken_for() {
        let entries = entries();
        for group in GROUPS {
            assert!(group.len() > 1, "{group:?}");
            for (key, tell) in *group {
                assert!(entries.iter().any(|entry| entry.key == *key), "{key}");
                assert!(!tell.is_empty() && !tell.ends_with('.'), "{key}");
                assert!(of(key).iter().any(|(other, _)| other != key), "{key}");
            }
        }
        assert_eq!(of("NORMAL"), []);
    }

    #[test]
    fn whoever_has_two_confusions_sees_both_and_nobody_twice() {
        let keys: Vec<_> = of("DFHXS1402/1").into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["DFHXS1402/14", "DFHXS1402/11", "DFHXS1402/13"]);
        assert!(of("DFHXS1402/10").iter().any(|(key, _)| *key == "DFHXS1402/9"));
    }
}
