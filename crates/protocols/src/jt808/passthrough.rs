//! Data the protocol only carries, and keys.

use super::field::layout;
use super::texts::{MeasuredBytes, Rest};

layout! {
    /// 0900 and 8900: data carried through.
    Passthrough {
        /// Whose data: 00 satellite module, 0B card of transport certificates, 41 and 42 serial ports, F0 to FF
        /// makers' own.
        kind: u8,
        /// The data.
        data: Vec<u8> as Rest,
    }
}

layout! {
    /// 0901: data compressed with gzip.
    Compressed {
        /// The compressed data.
        data: Vec<u8> as MeasuredBytes<u32>,
    }
}

layout! {
    /// 0A00 and 8A00: the RSA public key of one side.
    PublicKey {
        /// The exponent.
        exponent: u32,
        /// The modulus.
        modulus: [u8; 128],
    }
}
