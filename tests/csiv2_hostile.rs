//! Messages and tokens of CORBA's security that nobody sends in good faith. The body is that of the fuzzer.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use proptest::prelude::*;
use regionsim::protocol::csiv2::giop::Message;
use regionsim::protocol::csiv2::sas::Body;
use regionsim::protocol::gss;
use regionsim::study::hostile::csiv2;
use serde_json::Value;

fn supplied() -> Vec<Vec<u8>> {
    let file: Value = serde_json::from_str(include_str!("vectors/csiv2.json")).unwrap();
    let octets = |vector: &Value| {
        let digits = vector["hex"].as_str().unwrap().as_bytes();
        let octet = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        digits.chunks(2).map(octet).collect()
    };
    file["vectors"].as_array().unwrap().iter().map(octets).collect()
}

#[test]
fn every_cut_and_every_changed_bit_is_told() {
    for whole in supplied() {
        assert_eq!(csiv2(&whole), Ok(()), "{whole:02x?}");
        for cut in 0..whole.len() {
            assert_eq!(csiv2(&whole[..cut]), Ok(()), "{:02x?}", &whole[..cut]);
        }
        for bit in 0..whole.len() * 8 {
            let mut other = whole.clone();
            other[bit / 8] ^= 0x80 >> (bit % 8);
            assert_eq!(csiv2(&other), Ok(()), "{other:02x?}");
        }
    }
}

#[test]
fn a_message_that_is_cut_is_no_message() {
    for whole in supplied() {
        for cut in 0..whole.len() {
            if Body::decode(&whole).is_ok() {
                assert!(Body::decode(&whole[..cut]).is_err(), "{cut} of {whole:02x?}");
            }
            if Message::decode(&whole).is_ok() {
                assert!(Message::decode(&whole[..cut]).is_err(), "{cut} of {whole:02x?}");
            }
        }
    }
}

/// Four octets anywhere as a length or discriminator that lies, in either order.
#[test]
fn lengths_and_discriminators_that_lie_cost_nothing() {
    for whole in supplied() {
        for at in (0..whole.len().saturating_sub(3)).step_by(2) {
            for lie in [u32::MAX, u32::MAX - 3, 0x8000_0000, 0x0001_0000, 0x4000, 16, 3] {
                for lie in [lie.to_be_bytes(), lie.to_le_bytes()] {
                    let mut other = whole.clone();
                    other[at..at + 4].copy_from_slice(&lie);
                    assert_eq!(csiv2(&other), Ok(()), "{other:02x?}");
                }
            }
        }
    }
}

#[test]
fn nesting_without_end_costs_nothing() {
    let ltpa = [0x2B, 0x12, 0x00, 0x02, 0x1E, 0x02];
    let (mut frames, mut shells) = (vec![0; 8], vec![4, 1]);
    while frames.len() < 60_000 {
        frames = gss::frame(&ltpa, &frames);
        let length = u32::try_from(shells.len()).unwrap().to_be_bytes();
        shells = [&[0, 0, 0, 0][..], &length, &shells].concat();
    }
    assert_eq!(csiv2(&frames), Ok(()));
    assert_eq!(csiv2(&shells), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spliced_messages_are_told(one in 0..63usize, other in 0..63usize, cut in 0..400usize, rest in 0..400usize) {
        let supplied = supplied();
        let head = &supplied[one][..cut.min(supplied[one].len())];
        let tail = &supplied[other][rest.min(supplied[other].len())..];
        prop_assert_eq!(csiv2(&[head, tail].concat()), Ok(()));
    }

    #[test]
    fn any_octets_are_told(order in 0..2u8, kind in 0..9u8, octets in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(csiv2(&octets), Ok(()));
        let start = if order == 0 { [0, 0, 0, kind] } else { [1, 0, kind, 0] };
        prop_assert_eq!(csiv2(&[&start, &octets[..]].concat()), Ok(()));
        let giop = [b"GIOP".as_slice(), &[1, kind % 3, order, kind], &octets];
        prop_assert_eq!(csiv2(&giop.concat()), Ok(()));
    }
}
