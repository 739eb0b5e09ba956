//! CRC-8 of the user area: polynomial E5 (x⁸+x⁷+x⁶+x⁵+x²+1), initial value 0, not reflected.

/// The checksum of a user area.
pub fn crc8(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |crc, byte| (0..8).fold(crc ^ byte, |crc, _| shift(crc)))
}

fn shift(crc: u8) -> u8 {
    let polynomial = if crc & 0x80 == 0 { 0 } else { 0xE5 };
    (crc << 1) ^ polynomial
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_of_an_independent_implementation() {
        assert_eq!(crc8(&[0, 1, 2]), 0xA6);
        assert_eq!(crc8(&[]), 0);
    }
}
