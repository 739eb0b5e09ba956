//! Recorded HJ 212 frames, to be sent as if they were new.

use anyhow::{Context as _, Result, ensure};
use fengsui_kernel::Timestamp;
use fengsui_protocols::hj212::{Segment, decode_frame, time};

/// Frames without their times.
#[derive(Debug, Clone)]
pub struct Frames(pub(super) Vec<Segment>);

impl Frames {
    /// Reads one frame from each line; `mn` replaces the station they carry.
    pub fn read(text: &str, mn: Option<&str>) -> Result<Self> {
        let mut segments = Vec::new();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let place = || format!("line {}", index + 1);
            let frame = decode_frame(line.trim().as_bytes()).with_context(place)?;
            let mut segment = Segment::parse(frame.segment()).with_context(place)?;
            if let Some(mn) = mn {
                mn.clone_into(&mut segment.mn);
            }
            segments.push(segment);
        }
        ensure!(!segments.is_empty(), "there are no frames in the file");
        Ok(Self(segments))
    }
}

/// The frame as measured at `at`: new QN and DataTime, and with them a new length and checksum.
pub(super) fn renew(segment: &Segment, at: Timestamp) -> Result<(Segment, Vec<u8>)> {
    let mut renewed = segment.clone();
    renewed.qn = Some(time::format_request_number(at));
    for parameter in renewed.parameters.groups.iter_mut().flatten().filter(|parameter| parameter.name == "DataTime") {
        parameter.value = time::format(at);
    }
    let frame = renewed.to_frame()?;
    Ok((renewed, frame))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAMES: &str = include_str!("../../../../data/demo/hj212_frames.txt");

    #[test]
    fn a_renewed_frame_differs_only_in_its_times() {
        let frames = Frames::read(FRAMES, Some("OTHER-STATION")).expect("frames");
        assert_eq!(frames.0.len(), 60);
        let at: Timestamp = "2026-11-22T02:00:00.250Z".parse().expect("a time");
        let (_, bytes) = renew(&frames.0[38], at).expect("a frame");
        let frame = decode_frame(&bytes).expect("a sound frame");
        let segment = Segment::parse(frame.segment()).expect("a segment");
        assert_eq!(segment.qn.as_deref(), Some("20261122100000250"));
        assert_eq!(segment.mn, "OTHER-STATION");
        let readings = segment.readings();
        assert_eq!(readings[0].value_text, "51.00");
        assert_eq!(readings[0].observed_at.map(|at| at.to_string()).as_deref(), Some("2026-11-22T02:00:00Z"));
    }

    #[test]
    fn a_damaged_line_is_named() {
        let damaged = format!("{}\n##0010nonsense", FRAMES.lines().next().unwrap_or_default());
        let error = Frames::read(&damaged, None).expect_err("an error");
        assert_eq!(error.to_string(), "line 2");
    }
}
