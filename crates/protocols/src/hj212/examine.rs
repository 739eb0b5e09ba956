//! Judges the bytes at the head of a stream: a frame, a reject, or not enough yet.

use super::crc::{self, CrcVariant};
use super::decoder::Tolerance;
use super::error::FrameError;
use super::frame::{CHECKSUM, Frame, FrameDeviation, HEADER, LINE_END, bad_checksum, find, read_checksum, read_digits};

const START: &[u8] = b"##";
/// `##` and the six digits some transmission units write.
const WIDE_HEADER: usize = 8;
const CLOSING: &[u8] = b"&&";

/// What the head of the stream is. Each count is at least one, so that reading always advances.
pub(super) enum Step {
    /// More bytes are needed.
    Wait,
    /// So many bytes of line end stand between frames.
    Blank(usize),
    /// A frame, and the bytes it takes.
    Found(Frame, usize),
    /// No frame, and the bytes to drop.
    Reject(FrameError, usize),
}

/// What the reader accepts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) tolerance: Tolerance,
    pub(super) max_segment: usize,
}

/// The length field: where the segment begins and how long it says the segment is.
struct Length {
    start: usize,
    declared: usize,
}

/// Judges `bytes`, the unread part of the stream. `last` says that nothing will follow them.
pub(super) fn examine(bytes: &[u8], rules: Rules, last: bool) -> Step {
    let blank = bytes.iter().take_while(|byte| LINE_END.contains(byte)).count();
    if blank > 0 {
        return Step::Blank(blank);
    }
    if !bytes.starts_with(START) {
        return skip_garbage(bytes, last);
    }
    match judge(bytes, rules) {
        Step::Wait if last => {
            let declared = read_length(bytes, rules).ok().flatten().map(|length| length.declared);
            let error = FrameError::Truncated { declared, available: bytes.len() };
            Step::Reject(error, next_start(bytes, bytes.len()))
        }
        step => step,
    }
}

fn skip_garbage(bytes: &[u8], last: bool) -> Step {
    // A lone `#` at the end may be the first half of a start.
    let keep = usize::from(!last && bytes.ends_with(b"#"));
    let skipped = find(bytes, START).unwrap_or(bytes.len() - keep);
    if skipped == 0 { Step::Wait } else { Step::Reject(FrameError::BadStart { skipped }, skipped) }
}

/// Where reading goes on after a false start: at the next `##` before `limit`, or at `limit`.
fn next_start(bytes: &[u8], limit: usize) -> usize {
    let limit = limit.clamp(1, bytes.len().max(1));
    if let Some(found) = bytes.get(1..limit).and_then(|rest| find(rest, START)) {
        return found + 1;
    }
    // A `#` at the very end may be the first half of a start.
    let half_start = limit > 1 && limit == bytes.len() && bytes.ends_with(b"#");
    limit - usize::from(half_start)
}

fn read_length(bytes: &[u8], rules: Rules) -> Result<Option<Length>, FrameError> {
    let Some(digits) = bytes.get(2..HEADER) else {
        return Ok(None);
    };
    let Some(declared) = read_digits(digits) else {
        return Err(FrameError::BadLength { text: String::from_utf8_lossy(digits).into_owned() });
    };
    let narrow = Length { start: HEADER, declared };
    if rules.tolerance == Tolerance::Strict {
        return Ok(Some(narrow));
    }
    // A segment begins with a name, so two more digits can only belong to the length.
    let Some(more) = bytes.get(HEADER..WIDE_HEADER) else {
        return Ok(if declared > rules.max_segment { Some(narrow) } else { None });
    };
    let wide = more.iter().all(u8::is_ascii_digit).then(|| bytes.get(2..WIDE_HEADER).and_then(read_digits)).flatten();
    Ok(Some(wide.map_or(narrow, |declared| Length { start: WIDE_HEADER, declared })))
}

fn judge(bytes: &[u8], rules: Rules) -> Step {
    let length = match read_length(bytes, rules) {
        Ok(Some(length)) => length,
        Ok(None) => return Step::Wait,
        Err(error) => return Step::Reject(error, next_start(bytes, bytes.len())),
    };
    if length.declared > rules.max_segment {
        let error = FrameError::Oversize { declared: length.declared, maximum: rules.max_segment };
        return Step::Reject(error, next_start(bytes, bytes.len()));
    }
    let end = length.start + length.declared;
    if let Some(found) = accept(bytes, &length, end, rules.tolerance) {
        return found;
    }
    match find(bytes, LINE_END) {
        Some(line_end) => judge_by_line_end(bytes, &length, line_end, rules.tolerance),
        None => judge_without_line_end(bytes, &length, rules),
    }
}

/// The frame, if the segment ends at `end` and a checksum the tolerance admits follows.
fn accept(bytes: &[u8], length: &Length, end: usize, tolerance: Tolerance) -> Option<Step> {
    let segment = bytes.get(length.start..end)?;
    let checksum = read_checksum(bytes.get(end..end + CHECKSUM)?)?;
    let variant = crc::recognise(segment, checksum)?;
    if tolerance == Tolerance::Strict && variant != CrcVariant::Standard {
        return None;
    }
    let after = end + CHECKSUM;
    let has_line_end = bytes.get(after..).is_some_and(|rest| rest.starts_with(LINE_END));
    let consumed = if has_line_end { after + LINE_END.len() } else { after };
    let mut frame = Frame::new(bytes.get(..consumed)?, length.start, end, checksum);
    if variant != CrcVariant::Standard {
        frame = frame.deviating(FrameDeviation::Checksum(variant));
    }
    if length.start == WIDE_HEADER {
        frame = frame.deviating(FrameDeviation::SixDigitLength);
    }
    let actual = end - length.start;
    if actual != length.declared {
        frame = frame.deviating(FrameDeviation::Length { declared: length.declared, actual });
    }
    Some(Step::Found(frame, consumed))
}

/// The declared length failed, but a line end shows where the frame stops.
fn judge_by_line_end(bytes: &[u8], length: &Length, line_end: usize, tolerance: Tolerance) -> Step {
    let end = line_end.saturating_sub(CHECKSUM).max(length.start);
    let segment = bytes.get(length.start..end).unwrap_or_default();
    if tolerance == Tolerance::Tolerant
        && segment.ends_with(CLOSING)
        && let Some(found) = accept(bytes, length, end, tolerance)
    {
        return found;
    }
    let error = checksum_failure(bytes, length)
        .unwrap_or(FrameError::LengthMismatch { declared: length.declared, actual: segment.len() });
    Step::Reject(error, next_start(bytes, line_end + LINE_END.len()))
}

/// Neither the declared length nor a line end ends the frame so far.
fn judge_without_line_end(bytes: &[u8], length: &Length, rules: Rules) -> Step {
    let after = length.start + length.declared + CHECKSUM;
    if let Some(error) = checksum_failure(bytes, length) {
        return Step::Reject(error, next_start(bytes, after));
    }
    if let Some(skipped) = frame_within(bytes, rules) {
        let error = FrameError::Truncated { declared: Some(length.declared), available: skipped };
        return Step::Reject(error, skipped);
    }
    // A length that is too small (Chinese counted in characters) shows its line end only later: wait for that,
    // within the size of a frame.
    let longest = match rules.tolerance {
        Tolerance::Strict => after,
        Tolerance::Tolerant => length.start + rules.max_segment + CHECKSUM + LINE_END.len(),
    };
    if bytes.len() < longest {
        return Step::Wait;
    }
    let actual = bytes.len().saturating_sub(length.start + CHECKSUM);
    let error = FrameError::LengthMismatch { declared: length.declared, actual };
    Step::Reject(error, next_start(bytes, bytes.len()))
}

/// The error, if the declared length leads to a plausible end of a segment: then only the checksum is wrong.
fn checksum_failure(bytes: &[u8], length: &Length) -> Option<FrameError> {
    let end = length.start + length.declared;
    let segment = bytes.get(length.start..end)?;
    let text = bytes.get(end..end + CHECKSUM)?;
    let plausible = segment.ends_with(CLOSING) && read_checksum(text).is_some();
    plausible.then(|| bad_checksum(text, segment))
}

/// Where a whole frame begins behind this start, which is then a false one and need not be waited for.
fn frame_within(bytes: &[u8], rules: Rules) -> Option<usize> {
    let mut position = 1;
    while let Some(found) = bytes.get(position..).and_then(|rest| find(rest, START)) {
        position += found;
        let rest = bytes.get(position..)?;
        if let Ok(Some(length)) = read_length(rest, rules) {
            let end = length.start + length.declared;
            // The cheap test first: hostile input is full of starts.
            let closed = rest.get(..end).is_some_and(|frame| frame.ends_with(CLOSING));
            if closed && accept(rest, &length, end, Tolerance::Strict).is_some() {
                return Some(position);
            }
        }
        position += 1;
    }
    None
}
