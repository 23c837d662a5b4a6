//! Octets against those of others, and against damage.

use super::*;
use crate::nodes::orb::{IdentityType, Layer};

fn octets(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn alice(context: u64) -> Sent {
    let token = Token::basic("CICSUSR1@SAFREALM".to_owned(), Password::new("TICKET08"));
    let token = Some(token.meant_for("SAFREALM"));
    let identity = Some(Identity::Principal("alice@SAFREALM".to_owned()));
    Sent::Establish(Establish { context, identity, token })
}

/// What other people's CDR wrote: omniORB's encapsulations of the SAS messages, and frames that its
/// server took.
#[test]
fn messages_are_those_of_others_in_both_byte_orders() {
    let big = "00000000000000000000000000000007000000000000000200000026000000000000001e0401000806066781020101010000000e616c696365405341465245414c4d00000000004e604c060667810201010100000000000000114349435355535231405341465245414c4d000000000000085449434b4554303800000018040100080606678102010101000000085341465245414c4d";
    let little = "01000000000000000700000000000000000000000200000026000000010000001e0000000401000806066781020101010000000e616c696365405341465245414c4d00004e000000604c060667810201010101000000110000004349435355535231405341465245414c4d000000080000005449434b4554303818000000040100080606678102010101000000085341465245414c4d";
    assert_eq!(body(&alice(7)).map(|body| body.encode()), Some(octets(big)));
    for hex in [big, little] {
        assert!(matches!(open_body(&octets(hex)), Sas::Sent(sent) if sent == alice(7)), "{hex}");
    }
    for (hex, discard, context) in [
        ("0000000500000000000000000000000700", false, 7),
        ("0100050000000000efcdab896745230101", true, 0x0123_4567_89ab_cdef),
    ] {
        let sent = Sent::Within { context, discard };
        assert!(matches!(open_body(&octets(hex)), Sas::Sent(own) if own == sent), "{hex}");
    }
    let name = "000000000000000000000000000000000000000000000008000000480000000000000040303e310b3009060355040613027573310c300a060355040a130369626d3111300f060355040b13087365637572697479310e300c06035504031305757365723100000000";
    let Sas::Sent(Sent::Establish(own)) = open_body(&octets(name)) else { panic!("{name}") };
    assert_eq!(own.identity, Some(Identity::Name("CN=user1,OU=security,O=ibm,C=us".to_owned())));
    let refused = "47494f5001020101640000000600000002000000010000000f0000001c00000001000400000000000700000000000000040000000100000000000000000000002400000049444c3a6f6d672e6f72672f434f5242412f4e4f5f5045524d495353494f4e3a312e30000000000001000000";
    let reply = open_reply(&octets(refused)).unwrap();
    let exception = Exception::NoPermission;
    assert_eq!(reply.answer, Answer::Raised(Raised { exception, minor: 0 }));
    assert_eq!(reply.sas.unwrap().status().unwrap(), "(4,1)");
}

#[test]
fn references_say_what_the_server_takes() {
    for authentication in [Layer::Never, Layer::Supported, Layer::Required] {
        for (stateful, tls) in [(false, true), (true, false)] {
            for count in 0..=IdentityType::ALL.len() {
                let identity_types = IdentityType::ALL[..count].to_vec();
                let (object, realm) = ("WASDOWN".to_owned(), "SYSB".to_owned());
                let target =
                    Target { object, realm, stateful, tls, authentication, identity_types };
                assert_eq!(open_ior(&ior(&target)).unwrap(), target);
            }
        }
    }
}

/// Nothing that a link can make of a message is more than an error.
#[test]
fn damaged_messages_are_told_from_whole_ones_without_panic() {
    let target = Target {
        object: "WASDOWN".to_owned(),
        realm: "SYSB".to_owned(),
        stateful: true,
        tls: true,
        authentication: Layer::Supported,
        identity_types: IdentityType::ALL.to_vec(),
    };
    let raised = Raised { exception: Exception::NoPermission, minor: 1 };
    let error = SasReply::Error { context: 7, major: 3, minor: 1 };
    let (whole, answer, ior) = (
        request(5, "Ledger.post", &alice(7), &target),
        reply(5, &Err(raised), Some(&error)),
        ior(&target),
    );
    for message in [&whole, &answer, &ior] {
        for cut in 0..message.len() {
            let short = message.get(..cut).unwrap();
            assert!(open_request(short).is_err() && open_reply(short).is_err(), "{cut}");
            assert!(open_ior(short).is_err(), "{cut}");
        }
        for bit in 0..message.len() * 8 {
            let mut damaged = message.clone();
            damaged[bit / 8] ^= 0x80 >> (bit % 8);
            let _ = (open_request(&damaged).is_ok(), open_reply(&damaged).is_ok());
            let _ = open_ior(&damaged).is_ok();
        }
    }
}
