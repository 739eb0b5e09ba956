//! Plays recorded HJ 212 frames over TCP, as a logger does: send, wait for the acknowledgement, send again.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use fengsui_kernel::{Clock as _, SystemClock};
use fengsui_protocols::hj212::{Decoder, Segment};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::frames::{Frames, renew};

/// How long the centre may take to acknowledge; ten seconds are the custom.
const PATIENCE: Duration = Duration::from_secs(10);
const SHORTEST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// What to play, where to, and how fast.
pub struct Hj212Replay {
    /// The door, as HOST:PORT.
    pub address: String,
    /// The frames.
    pub frames: Frames,
    /// Time between frames.
    pub interval: Duration,
    /// Whether to begin again at the end.
    pub repeat: bool,
}

/// Sends every frame with the present time; returns when the last one is acknowledged.
pub async fn replay(replay: Hj212Replay, progress: impl Fn(String)) -> Result<()> {
    let Hj212Replay { address, frames, interval, repeat } = replay;
    let mut logger = Logger { address, stream: None };
    let (mut sent, mut next) = (0_u64, Instant::now());
    loop {
        for (index, segment) in frames.0.iter().enumerate() {
            sleep_until(next).await;
            let acknowledged = logger.deliver(segment).await?;
            sent += 1;
            let (at, total) = (index + 1, frames.0.len());
            let how = if acknowledged { "acknowledged" } else { "sent, wants no acknowledgement" };
            progress(format!("{} frame {at}/{total}: {how}, {sent} frames", SystemClock.now()));
            next = (next + interval).max(Instant::now());
        }
        if !repeat {
            return Ok(());
        }
    }
}

struct Logger {
    address: String,
    stream: Option<TcpStream>,
}

impl Logger {
    /// Sends until it is acknowledged; tells whether an acknowledgement was wanted at all.
    async fn deliver(&mut self, segment: &Segment) -> Result<bool> {
        let mut wait = SHORTEST_WAIT;
        loop {
            let (renewed, frame) = renew(segment, SystemClock.now())?;
            match self.attempt(&renewed, &frame).await {
                Ok(()) => return Ok(renewed.needs_acknowledgement()),
                Err(error) => tracing::warn!(door = %self.address, "{error:#}; trying again in {wait:?}"),
            }
            self.stream = None;
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn attempt(&mut self, segment: &Segment, frame: &[u8]) -> Result<()> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            vacant => {
                let connecting = timeout(PATIENCE, TcpStream::connect(&self.address));
                vacant.insert(connecting.await.context("no connection in time")?.context("no connection")?)
            }
        };
        timeout(PATIENCE, stream.write_all(frame)).await.context("the centre does not read")??;
        if !segment.needs_acknowledgement() {
            return Ok(());
        }
        timeout(PATIENCE, answer_to(stream, segment)).await.context("no acknowledgement in time")?
    }
}

/// Reads until the answer to this segment comes. Requests of the centre are passed over.
async fn answer_to(stream: &mut TcpStream, sent: &Segment) -> Result<()> {
    let (mut decoder, mut portion) = (Decoder::default(), [0_u8; 2048]);
    loop {
        let length = stream.read(&mut portion).await?;
        if length == 0 {
            bail!("the centre closed the connection");
        }
        for frame in decoder.feed(portion.get(..length).unwrap_or_default()).into_iter().flatten() {
            let Ok(segment) = Segment::parse(frame.segment()) else { continue };
            let answered = segment.qn.as_deref().or_else(|| segment.parameters.get("QN"));
            if segment.cn.is_answer() && answered == sent.qn.as_deref() {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use fengsui_protocols::hj212::{ReplyStyle, acknowledge};
    use tokio::net::TcpListener;

    use super::*;

    const FRAMES: &str = include_str!("../../../../data/demo/hj212_frames.txt");

    /// Acknowledges every frame but the second, at which it hangs up once; counts what it acknowledged.
    async fn centre(listener: TcpListener) -> usize {
        let (mut count, mut acknowledged) = (0, 0);
        while let Ok((mut stream, _)) = listener.accept().await {
            let (mut decoder, mut portion) = (Decoder::default(), [0_u8; 4096]);
            'connection: while let Ok(length @ 1..) = stream.read(&mut portion).await {
                for frame in decoder.feed(&portion[..length]) {
                    let frame = frame.expect("a sound frame");
                    let segment = Segment::parse(frame.segment()).expect("a segment");
                    count += 1;
                    if count == 2 {
                        break 'connection;
                    }
                    let reply = acknowledge(&segment, ReplyStyle::default()).expect("a reply");
                    stream.write_all(&reply.to_frame().expect("a frame")).await.expect("a logger that reads");
                    acknowledged += 1;
                    if acknowledged == 3 {
                        return acknowledged;
                    }
                }
            }
        }
        acknowledged
    }

    #[tokio::test]
    async fn frames_are_sent_until_they_are_acknowledged() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let centre = tokio::spawn(centre(listener));
        let three: Vec<&str> = FRAMES.lines().take(3).collect();
        let frames = Frames::read(&three.join("\n"), None).expect("frames");
        let work = Hj212Replay { address, frames, interval: Duration::from_millis(1), repeat: false };
        replay(work, |_| {}).await.expect("a replay");
        assert_eq!(centre.await.expect("the centre"), 3);
    }
}
