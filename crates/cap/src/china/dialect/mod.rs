//! The XML dialect of the national warning release system: derived from CAP, but not CAP.
//!
//! Known only from the comments of three public Java programs; no real message was found.
//! Agree on a sample with the receiving platform before trusting the writer, above all on the
//! order of latitude and longitude in polygons, which is taken to be that of CAP.
//!
//! In an [`crate::Alert`] the 14-digit issuer code is the `sender`, the agency's name is the
//! `sender_name` of every info block, and the person who signed is a parameter.

mod read;
mod write;

pub use read::parse_dialect;
pub use write::{DialectError, to_dialect_xml};

/// The namespace of the dialect; whether it is still current is not verified.
pub(crate) const NAMESPACE: &str = "http://com.icss.amp";

/// Name of the code list of event types (GB/T 35561 with the system's own extensions).
const EVENT_TYPE_LIST: &str = "eventType";

/// Parameter with the name of the person who signed the warning.
const SIGNER: &str = "signer";

/// Parameter with the security classification: None or Inner.
const CLASSIFICATION: &str = "secClassification";

/// Parameter with the issuer's telephone number.
const PHONE: &str = "phone";
