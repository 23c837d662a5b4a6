//! JVM servers of a region, and the secure token service that one of them may run (CICS TS,
//! Configuring the CICS security token service).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::protocol::xml::{Document, NodeId};
use crate::scalar::Duration;

/// The JVM server that program DFHSAML uses where no container names another one.
pub const DEFAULT_NAME: &str = "DFHXSTS";

/// A JVM server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct JvmServer {
    /// Whether it takes work.
    pub status: JvmStatus,
    /// The configuration of the secure token service; without it the JVM server is not configured for
    /// SAML.
    pub sts: Option<Sts>,
    /// The configuration as the file `sts.xml` has it, beside the plex, in place of `sts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = null))]
    pub sts_file: Option<String>,
}

/// The status of a JVM server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum JvmStatus {
    /// It takes work.
    #[default]
    Enabled,
    /// It is installed and takes no work.
    Disabled,
}

impl JvmStatus {
    /// The word of SET JVMSERVER.
    pub fn word(self) -> &'static str {
        match self {
            JvmStatus::Enabled => "ENABLED",
            JvmStatus::Disabled => "DISABLED",
        }
    }
}

/// The STS configuration file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Sts {
    /// `<keystore>`: how the JVM reads the key ring of the region. Both kinds read the same ring.
    pub keystore: Keystore,
    /// `<issuer>`: who a re-issued token says that it is from; without it the issuer stays.
    pub issuer: Option<StsIssuer>,
    /// `<signature>`: how a re-issued token is signed; without it none can be issued.
    pub signature: Option<StsSignature>,
    /// `<clock_skew>`: how much the clocks of issuer and system may differ. Applied to every time in a
    /// token's conditions, in whole milliseconds.
    pub clock_skew: Duration,
}

impl Default for Sts {
    fn default() -> Sts {
        Sts {
            keystore: Keystore::default(),
            issuer: None,
            signature: None,
            clock_skew: Duration::from_seconds(180),
        }
    }
}

/// The type of a key store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Keystore {
    /// Keys in software.
    #[default]
    JCERACFKS,
    /// Keys in cryptographic hardware.
    JCECCARACFKS,
}

/// `<issuer>` of the STS configuration file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StsIssuer {
    /// `<format>`: the format of the issuer's name (SAML 2.0).
    pub format: Option<String>,
    /// `<uri>`.
    pub uri: String,
}

impl Default for StsIssuer {
    fn default() -> StsIssuer {
        StsIssuer { format: None, uri: "http://cics".to_owned() }
    }
}

/// `<signature>` of the STS configuration file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StsSignature {
    /// `hash_algorithm`.
    pub hash_algorithm: HashAlgorithm,
    /// `<label>` of the certificate on the key ring.
    pub label: String,
}

impl Default for StsSignature {
    fn default() -> StsSignature {
        StsSignature { hash_algorithm: HashAlgorithm::Sha2, label: "CICSCERT".to_owned() }
    }
}

/// The hash of a signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum HashAlgorithm {
    /// `sha-1`.
    #[serde(rename = "sha-1")]
    Sha1,
    /// `sha-2`: SHA-256 (assumed).
    #[default]
    #[serde(rename = "sha-2")]
    Sha2,
}

/// The namespace of the STS configuration file.
const NAMESPACE: &str = "https://www.ibm.com/xmlns/prod/cics/JVMSERVER/stsconfig";

/// Reads the STS configuration file.
///
/// # Errors
/// What is wrong with it, and where; whoever wrote it mends it.
pub fn read_sts(bytes: &[u8]) -> Result<Sts, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "the file is not UTF-8".to_owned())?;
    let document = Document::parse(text).map_err(|error| error.to_string())?;
    let root = document.root();
    if !document.is(root, NAMESPACE, "sts_configuration") {
        return Err(format!("the document element is not sts_configuration of {NAMESPACE}"));
    }
    let mut sts = Sts::default();
    for (name, id) in elements(&document, root)? {
        match name {
            "keystore" => sts.keystore = keystore(&document, id)?,
            "issuer" => {
                let [format, uri] = texts(&document, id, ["format", "uri"])?;
                let uri = uri.unwrap_or_else(|| StsIssuer::default().uri);
                sts.issuer = Some(StsIssuer { format, uri });
            }
            "signature" => sts.signature = Some(signature(&document, id)?),
            "clock_skew" => {
                let text = document.text(id);
                let skew = text.trim().parse().ok().and_then(|millis: u32| {
                    Duration::from_nanoseconds(i64::from(millis) * 1_000_000)
                });
                sts.clock_skew = skew
                    .ok_or_else(|| format!("clock_skew {text:?} is no number of milliseconds"))?;
            }
            other => return Err(format!("element {other} is not known")),
        }
    }
    Ok(sts)
}

/// The elements in an element, each name once.
fn elements(document: &Document, id: NodeId) -> Result<Vec<(&str, NodeId)>, String> {
    let mut found: Vec<(&str, NodeId)> = Vec::new();
    for child in document.elements(id) {
        let name = document.element(child).map_or("", |element| element.name.local.as_str());
        if document.namespace(child) != NAMESPACE {
            return Err(format!("element {name} is of another namespace"));
        }
        if found.iter().any(|(known, _)| *known == name) {
            return Err(format!("element {name} stands twice"));
        }
        found.push((name, child));
    }
    Ok(found)
}

/// The texts of elements in an element, which holds no others.
fn texts<const N: usize>(
    document: &Document,
    id: NodeId,
    names: [&str; N],
) -> Result<[Option<String>; N], String> {
    let found = elements(document, id)?;
    if let Some((other, _)) = found.iter().find(|(name, _)| !names.contains(name)) {
        return Err(format!("element {other} is not known there"));
    }
    Ok(names.map(|name| {
        let own = found.iter().find(|(known, _)| *known == name);
        own.map(|(_, id)| document.text(*id).trim().to_owned())
    }))
}

fn keystore(document: &Document, id: NodeId) -> Result<Keystore, String> {
    let [kind] = texts(document, id, ["type"])?;
    match kind.as_deref() {
        None | Some("JCERACFKS") => Ok(Keystore::JCERACFKS),
        Some("JCECCARACFKS") => Ok(Keystore::JCECCARACFKS),
        Some(other) => Err(format!("keystore type {other:?} is none of JCERACFKS, JCECCARACFKS")),
    }
}

fn signature(document: &Document, id: NodeId) -> Result<StsSignature, String> {
    let hash_algorithm = match document.attribute(id, "hash_algorithm") {
        None | Some("sha-2") => HashAlgorithm::Sha2,
        Some("sha-1") => HashAlgorithm::Sha1,
        Some(other) => return Err(format!("hash_algorithm {other:?} is none of sha-1, sha-2")),
    };
    let mut label = None;
    for (name, certificate) in elements(document, id)? {
        if name != "certificate" {
            return Err(format!("element {name} is not known there"));
        }
        [label] = texts(document, certificate, ["label"])?;
    }
    let label = label.unwrap_or_else(|| StsSignature::default().label);
    Ok(StsSignature { hash_algorithm, label })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(inside: &str) -> Result<Sts, String> {
        read_sts(
            format!("<sts_configuration xmlns=\"{NAMESPACE}\">{inside}</sts_configuration>")
                .as_bytes(),
        )
    }

    #[test]
    fn what_the_file_leaves_out_is_the_default() {
        assert_eq!(read(""), Ok(Sts::default()));
        let named = read("<issuer/><signature><certificate/></signature><keystore/>").unwrap();
        assert_eq!(named.issuer, Some(StsIssuer::default()));
        assert_eq!(named.signature, Some(StsSignature::default()));
    }

    #[test]
    fn every_element_is_read() {
        let sts = read(
            "<keystore><type>JCECCARACFKS</type></keystore><issuer><format>f</format><uri> u </uri></issuer>\
             <signature hash_algorithm='sha-1'><certificate><label>MINE</label></certificate></signature>\
             <clock_skew>1500</clock_skew>",
        )
        .unwrap();
        assert_eq!(sts.keystore, Keystore::JCECCARACFKS);
        assert_eq!(
            sts.issuer,
            Some(StsIssuer { format: Some("f".to_owned()), uri: "u".to_owned() })
        );
        let signature =
            StsSignature { hash_algorithm: HashAlgorithm::Sha1, label: "MINE".to_owned() };
        assert_eq!(sts.signature, Some(signature));
        assert_eq!(sts.clock_skew.nanoseconds(), 1_500_000_000);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (inside, why) in [
            ("<clock_skew>3m</clock_skew>", "clock_skew \"3m\" is no number"),
            ("<clock_skew>-1</clock_skew>", "is no number"),
            ("<skew/>", "element skew is not known"),
            ("<issuer/><issuer/>", "element issuer stands twice"),
            ("<issuer xmlns='urn:x'/>", "of another namespace"),
            ("<signature hash_algorithm='md5'/>", "none of sha-1, sha-2"),
            ("<keystore><type>JKS</type></keystore>", "none of JCERACFKS"),
            ("<issuer><name/></issuer>", "element name is not known there"),
            ("<issuer>", "line 1"),
        ] {
            let error = read(inside).unwrap_err();
            assert!(error.contains(why), "{inside}: {error}");
        }
        assert!(
            read_sts(b"<sts_configuration/>").unwrap_err().contains("is not sts_configuration of")
        );
        assert!(read_sts(&[0xFF]).unwrap_err().contains("UTF-8"));
    }
}
