//! The checksum of HJ 212 annex A and the MODBUS sum some makers send instead.

/// What eight shift-and-xor steps with polynomial `A001` make of each byte.
const TABLE: [u16; 256] = build_table();

const fn build_table() -> [u16; 256] {
    let mut table = [0_u16; 256];
    let mut index = 0;
    let mut start = 0_u16;
    while index < table.len() {
        let mut register = start;
        let mut step = 0;
        while step < 8 {
            let carry = register & 1;
            register >>= 1;
            if carry == 1 {
                register ^= 0xA001;
            }
            step += 1;
        }
        table[index] = register;
        index += 1;
        start += 1;
    }
    table
}

/// Which checksum a frame was found to carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CrcVariant {
    /// The register is shifted before the xor, as annex A has it.
    Standard,
    /// Plain CRC-16/MODBUS, high byte first.
    Modbus,
    /// Plain CRC-16/MODBUS, low byte first.
    ModbusSwapped,
}

/// The checksum of HJ 212-2017 annex A.
///
/// The register is shifted right by eight *before* the xor, so only its high byte lives on: no more than 256
/// different sums exist. Take a match as weaker evidence than that of a true CRC-16.
pub fn standard(data: &[u8]) -> u16 {
    data.iter().fold(0xFFFF, |register, byte| {
        let [high, _] = register.to_be_bytes();
        TABLE[usize::from(high ^ byte)]
    })
}

/// CRC-16/MODBUS.
pub fn modbus(data: &[u8]) -> u16 {
    data.iter().fold(0xFFFF, |register, byte| {
        let [high, low] = register.to_be_bytes();
        u16::from(high) ^ TABLE[usize::from(low ^ byte)]
    })
}

/// Which variant, if any, yields the declared sum. The standard wins when several do.
pub fn recognise(data: &[u8], declared: u16) -> Option<CrcVariant> {
    if standard(data) == declared {
        return Some(CrcVariant::Standard);
    }
    let modbus = modbus(data);
    if modbus == declared {
        Some(CrcVariant::Modbus)
    } else if modbus.swap_bytes() == declared {
        Some(CrcVariant::ModbusSwapped)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annex_a_example() {
        let data = b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;\
            CP=&&RtdInterval=30&&";
        assert_eq!(standard(data), 0x1C80);
        assert_eq!(recognise(data, 0x1C80), Some(CrcVariant::Standard));
    }

    #[test]
    fn modbus_check_value() {
        assert_eq!(modbus(b"123456789"), 0x4B37);
        assert_eq!(recognise(b"123456789", 0x4B37), Some(CrcVariant::Modbus));
        assert_eq!(recognise(b"123456789", 0x374B), Some(CrcVariant::ModbusSwapped));
        assert_eq!(recognise(b"123456789", 0x0000), None);
    }
}
