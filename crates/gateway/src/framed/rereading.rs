//! Frames of the log, read once more: after the device was registered or its series were made. Readings come in under
//! their own time as from a device's memory: they fill charts and raise nothing, and of two readings with one time one
//! holds, so that reading frames twice changes nothing.

use fengsui_kernel::Result;
use fengsui_series::{Accepted, LoggedFrame, QuarantineReason, SeriesEngine, Submission};

use super::{Dialect, Found, Heard, gb26875, hj212, jt808, sl651};
use crate::config::FramedProtocol;

/// What reading a frame once more came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reread {
    /// It bears readings; so many were stored, so many wait in the quarantine.
    Stored(Accepted),
    /// It bears none.
    Nothing,
    /// It cannot be read.
    Unreadable(QuarantineReason),
}

/// Reads frames of one device, oldest first, and hands their readings in. Parts of a message count where all of them
/// are given.
pub async fn reread(engine: &SeriesEngine, frames: &[LoggedFrame]) -> Result<Vec<Reread>> {
    let mut dialects: Vec<(FramedProtocol, Box<dyn Dialect>)> = Vec::new();
    let mut told = Vec::with_capacity(frames.len());
    for frame in frames {
        let found = match FramedProtocol::ALL.into_iter().find(|one| one.as_str() == frame.protocol) {
            Some(protocol) => {
                if !dialects.iter().any(|(own, _)| *own == protocol) {
                    dialects.push((protocol, dialect(engine, protocol)));
                }
                let dialect = dialects.iter_mut().find(|(own, _)| *own == protocol);
                dialect.map(|(_, dialect)| heard(dialect.as_mut(), frame)).unwrap_or_default()
            }
            None => Vec::new(),
        };
        told.push(hand_in(engine, found).await?);
    }
    Ok(told)
}

fn dialect(engine: &SeriesEngine, protocol: FramedProtocol) -> Box<dyn Dialect> {
    match protocol {
        FramedProtocol::Hj212 => Box::new(hj212::Hj212::default()),
        FramedProtocol::Sl651 => Box::new(sl651::Sl651::default()),
        FramedProtocol::Jt808 => Box::new(jt808::Jt808::proved(engine.clone())),
        FramedProtocol::Gb26875 => Box::new(gb26875::Gb26875::default()),
    }
}

fn heard(dialect: &mut dyn Dialect, frame: &LoggedFrame) -> Vec<Found> {
    let mut found = dialect.feed(&frame.bytes, frame.at);
    found.extend(dialect.expire(frame.at));
    found
}

async fn hand_in(engine: &SeriesEngine, found: Vec<Found>) -> Result<Reread> {
    let mut told = Reread::Nothing;
    for Found { heard, .. } in found {
        match heard {
            Heard::Data { submission, .. } if !submission.readings.is_empty() => {
                told = Reread::Stored(engine.ingest().submit(remembered(submission)).await?);
            }
            Heard::Reject { reason, .. } => told = Reread::Unreadable(reason),
            _ => {}
        }
    }
    Ok(told)
}

fn remembered(mut submission: Submission) -> Submission {
    submission.readings.iter_mut().for_each(|reading| reading.historical = true);
    submission
}
