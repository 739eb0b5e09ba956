//! Gates of function 4E (table 77).

use super::bcd;
use super::error::EncodeError;
use super::reader::Reader;

/// State of gates, or the state they are to take.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Gates {
    /// How many gates there are.
    pub count: u8,
    /// Bit 0 of the first byte is gate 1; set means open.
    pub open: Vec<u8>,
    /// How far each gate is open, in centimetres, 0–9999; nothing where the digits are none.
    pub openings: Vec<Option<u16>>,
}

impl Gates {
    /// Whether a gate, counted from 1, is open.
    pub fn is_open(&self, gate: u8) -> bool {
        let index = usize::from(gate.saturating_sub(1));
        gate != 0 && self.open.get(index / 8).is_some_and(|bits| bits & (1 << (index % 8)) != 0)
    }

    /// Reads count, bits and openings, and nothing more.
    pub(super) fn read(data: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let count = reader.byte()?;
        let open = reader.take(usize::from(count).div_ceil(8))?.to_vec();
        let openings = (0..count).map(|_| reader.take_array().map(centimetres)).collect::<Option<_>>()?;
        reader.is_empty().then_some(Self { count, open, openings })
    }

    pub(super) fn write(&self) -> Result<Vec<u8>, EncodeError> {
        let fits =
            self.open.len() == usize::from(self.count).div_ceil(8) && self.openings.len() == usize::from(self.count);
        if !fits {
            return Err(EncodeError::NotExpressible { what: "a number of gates that differs from their states" });
        }
        let mut data = vec![self.count];
        data.extend_from_slice(&self.open);
        for opening in &self.openings {
            match opening {
                Some(opening) => data.extend(bcd::write(&opening.to_string(), 2, 0)?),
                None => data.extend([0xFF, 0xFF]),
            }
        }
        Ok(data)
    }
}

fn centimetres(data: [u8; 2]) -> Option<u16> {
    bcd::read(&data, 0).number()?.parse().ok()
}
