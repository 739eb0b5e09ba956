//! What a connection has handed over and not yet answered, in the order of arrival.

use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesOrdered;

/// What to do when a message became durable, or could not.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Send these bytes; none for messages that want no answer.
    Answer(Vec<u8>),
    /// The message was not stored: end the connection, so that the device sends it again.
    GiveUp,
}

struct Settled {
    verdict: Verdict,
    messages: usize,
    bytes: usize,
}

/// Messages under way, bounded in number and bytes.
pub(crate) struct Pending {
    queue: FuturesOrdered<BoxFuture<'static, Settled>>,
    messages: usize,
    bytes: usize,
    most: usize,
    most_bytes: usize,
}

impl Pending {
    pub(crate) fn new(most: usize, most_bytes: usize) -> Self {
        Self { queue: FuturesOrdered::new(), messages: 0, bytes: 0, most: most.max(1), most_bytes }
    }

    /// Whether another message may be read.
    pub(crate) fn has_room(&self) -> bool {
        self.messages < self.most && self.bytes <= self.most_bytes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Adds a message of so many bytes; its verdict is told after those before it.
    pub(crate) fn push(&mut self, bytes: usize, work: impl Future<Output = Verdict> + Send + 'static) {
        self.push_many(1, bytes, work);
    }

    /// Adds messages that have one verdict together.
    pub(crate) fn push_many(
        &mut self,
        messages: usize,
        bytes: usize,
        work: impl Future<Output = Verdict> + Send + 'static,
    ) {
        self.messages += messages;
        self.bytes += bytes;
        self.queue.push_back(Box::pin(async move { Settled { verdict: work.await, messages, bytes } }));
    }

    /// The next verdict; nothing when nothing is under way.
    pub(crate) async fn next(&mut self) -> Option<Verdict> {
        let settled = self.queue.next().await?;
        self.messages = self.messages.saturating_sub(settled.messages);
        self.bytes = self.bytes.saturating_sub(settled.bytes);
        Some(settled.verdict)
    }

    /// Waits for all that is under way; answers what is still to be sent, up to the first failure.
    pub(crate) async fn drain(&mut self) -> Vec<u8> {
        let mut output = Vec::new();
        let mut answering = true;
        while let Some(verdict) = self.next().await {
            match verdict {
                Verdict::Answer(bytes) if answering => output.extend(bytes),
                Verdict::Answer(_) => {}
                Verdict::GiveUp => answering = false,
            }
        }
        output
    }
}
