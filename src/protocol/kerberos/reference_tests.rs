//! The reference encodings of the MIT source tree (`tests/interop/kerberos`) through the strict
//! decoder: what it takes, it gives back octet for octet.

use rasn_kerberos as asn1;

use super::der;

type Decoder = fn(&[u8]) -> Result<Vec<u8>, super::WireError>;

fn strict<T: rasn::Decode + rasn::Encode>(bytes: &[u8]) -> Result<Vec<u8>, super::WireError> {
    der::decode::<T>("reference", bytes).map(|value| der::encode(&value))
}

/// The types of RFC 4120 and its registered data by the name in the file; other names are those of
/// extensions that this model does not have.
fn decoder(name: &str) -> Option<Decoder> {
    Some(match name.strip_prefix("encode_krb5_")? {
        "authenticator" => strict::<asn1::Authenticator>,
        "ticket" => strict::<asn1::Ticket>,
        "keyblock" => strict::<asn1::EncryptionKey>,
        "enc_tkt_part" => strict::<asn1::EncTicketPart>,
        // The reference encodes the common part with the tag of a TGS reply.
        "enc_kdc_rep_part" => strict::<asn1::EncTgsRepPart>,
        "as_rep" => strict::<asn1::AsRep>,
        "tgs_rep" => strict::<asn1::TgsRep>,
        "ap_req" => strict::<asn1::ApReq>,
        "ap_rep" => strict::<asn1::ApRep>,
        "ap_rep_enc_part" => strict::<asn1::EncApRepPart>,
        "as_req" => strict::<asn1::AsReq>,
        "tgs_req" => strict::<asn1::TgsReq>,
        "kdc_req_body" => strict::<asn1::KdcReqBody>,
        "safe" => strict::<asn1::KrbSafe>,
        "priv" => strict::<asn1::KrbPriv>,
        "enc_priv_part" => strict::<asn1::EncKrbPrivPart>,
        "cred" => strict::<asn1::KrbCred>,
        "enc_cred_part" => strict::<asn1::EncKrbCredPart>,
        "error" => strict::<asn1::KrbError>,
        "authorization_data" => strict::<asn1::AuthorizationData>,
        "padata_sequence" => strict::<asn1::MethodData>,
        "typed_data" => strict::<rasn::types::SequenceOf<asn1::TypedDataItem>>,
        "etype_info" => strict::<asn1::EtypeInfo>,
        "etype_info2" => strict::<asn1::EtypeInfo2>,
        "pa_enc_ts" => strict::<asn1::PaEncTsEnc>,
        "enc_data" => strict::<asn1::EncryptedData>,
        "ad_kdcissued" => strict::<asn1::AdKdcIssued>,
        "cammac" => strict::<asn1::AdCammac>,
        _ => return None,
    })
}

#[test]
fn fifty_of_fifty_three_go_through_and_the_other_three_are_refused() {
    let file = include_str!("../../../tests/interop/kerberos/reference_encode.out");
    let (mut same, mut refused) = (Vec::new(), Vec::new());
    for line in file.lines() {
        let (name, hex) = line.split_once(": ").unwrap();
        let stem = name.split_once('(').map_or(name, |(stem, _)| stem.trim());
        let Some(decode) = decoder(stem) else { continue };
        let octets = hex.split_whitespace().map(|octet| u8::from_str_radix(octet, 16).unwrap());
        let octets: Vec<u8> = octets.collect();
        match decode(&octets) {
            Ok(again) => {
                assert_eq!(again, octets, "{name}");
                same.push(name);
            }
            Err(_) => refused.push(name),
        }
    }
    // Key versions are unsigned, and CAMMAC's verifiers are not optional in the library's type.
    assert_eq!(
        refused,
        [
            "encode_krb5_enc_data(MSB-set kvno)",
            "encode_krb5_enc_data(kvno=-1)",
            "encode_krb5_cammac(optionals NULL)",
        ]
    );
    assert_eq!(same.len(), 50, "{same:#?}");
}

#[test]
fn every_truncation_of_every_reference_is_refused() {
    let file = include_str!("../../../tests/interop/kerberos/reference_encode.out");
    for line in file.lines() {
        let (name, hex) = line.split_once(": ").unwrap();
        let stem = name.split_once('(').map_or(name, |(stem, _)| stem.trim());
        let Some(decode) = decoder(stem) else { continue };
        let octets = hex.split_whitespace().map(|octet| u8::from_str_radix(octet, 16).unwrap());
        let octets: Vec<u8> = octets.collect();
        for at in 0..octets.len() {
            assert!(decode(&octets[..at]).is_err(), "{name} {at}");
        }
    }
}
