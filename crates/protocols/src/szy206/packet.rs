//! Messages split over several frames.

use super::control::{Control, Direction};
use super::frame::{Address, Frame, Function};

/// Puts the frames of one terminal's split messages together; one message at a time.
///
/// The count of frames left runs down to 1. At most 255 frames of 255 bytes are held.
#[derive(Debug, Clone, Default)]
pub struct Assembly {
    pending: Option<Pending>,
}

#[derive(Debug, Clone)]
struct Pending {
    whole: Frame,
    left: u8,
}

impl Assembly {
    /// An assembly without frames.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a frame and yields the message it is or completes, with `frames_left` none.
    ///
    /// A repeated frame is passed over. A frame that does not continue the message begins another one and drops what
    /// there was; whether its beginning was lost cannot be seen, the count being the only number.
    pub fn take(&mut self, frame: Frame) -> Option<Frame> {
        let Some(left) = frame.control.frames_left else { return Some(frame) };
        match self.pending.as_mut().filter(|pending| key(&pending.whole) == key(&frame)) {
            Some(pending) if pending.left == left => {}
            Some(pending) if pending.left.checked_sub(1) == Some(left) => {
                pending.whole.data.extend_from_slice(&frame.data);
                pending.left = left;
            }
            _ => {
                let whole = Frame { control: Control { frames_left: None, ..frame.control }, ..frame };
                self.pending = Some(Pending { whole, left });
            }
        }
        if left <= 1 { self.pending.take().map(|pending| pending.whole) } else { None }
    }

    /// How many bytes of an incomplete message are held.
    pub fn held(&self) -> usize {
        self.pending.as_ref().map_or(0, |pending| pending.whole.data.len())
    }
}

fn key(frame: &Frame) -> (Direction, Address, Function) {
    (frame.control.direction, frame.address, frame.function)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::szy206::DataKind;

    fn frame(left: Option<u8>, byte: u8) -> Frame {
        let control =
            Control { direction: Direction::Up, frames_left: left, repetition: 3, kind: DataKind::WaterQuality };
        Frame { control, address: Address([1; 5]), function: Function::SelfReport, data: vec![byte] }
    }

    #[test]
    fn frames_become_one_message() {
        let mut assembly = Assembly::new();
        assert_eq!(assembly.take(frame(Some(3), 1)), None);
        assert_eq!(assembly.take(frame(Some(3), 1)), None);
        assert_eq!(assembly.take(frame(Some(2), 2)), None);
        assert_eq!(assembly.held(), 2);
        let whole = assembly.take(frame(Some(1), 3)).expect("the message");
        assert_eq!((whole.data.as_slice(), whole.control.frames_left), ([1, 2, 3].as_slice(), None));
        assert_eq!(assembly.held(), 0);
        assert_eq!(assembly.take(frame(None, 9)), Some(frame(None, 9)));
    }

    #[test]
    fn a_gap_drops_what_there_was() {
        let mut assembly = Assembly::new();
        assert_eq!(assembly.take(frame(Some(5), 1)), None);
        assert_eq!(assembly.take(frame(Some(3), 2)), None);
        assert_eq!(assembly.held(), 1);
    }
}
