//! What a handler left unread of a body. Whoever is refused before the body was read (no permission, too large)
//! is still sending it: to close the connection then makes the sender's machine throw the answer away, and the
//! person sees "network error" instead of the reason. So the rest is read and forgotten first, within measure.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::EXPECT;
use futures::StreamExt as _;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::oneshot;

/// How much of a refused body is read; the largest sheet with some room. Who sends more loses the connection.
const LARGEST_REST: u64 = 64 * 1024 * 1024;
/// How long that may take.
const LONGEST_REST: Duration = Duration::from_secs(30);

/// A body that hands itself back when it is dropped before its end.
struct Watched {
    body: Body,
    /// The sender waits to be asked for it (`Expect: 100-continue`), and was not.
    unasked: bool,
    unread: Option<oneshot::Sender<Body>>,
}

/// Where the rest of a watched body arrives.
pub struct Rest {
    body: oneshot::Receiver<Body>,
}

/// Watches the body of `request`; the rest is what the handler leaves of it.
pub fn watch(request: Request) -> (Request, Rest) {
    let (unread, rest) = oneshot::channel();
    let unasked = request.headers().contains_key(EXPECT);
    let request = request.map(|body| Body::new(Watched { body, unasked, unread: Some(unread) }));
    (request, Rest { body: rest })
}

impl Rest {
    /// Reads what was left, if the handler is done with the body, until its end, too much, or too long.
    pub async fn forget(mut self) {
        let Ok(body) = self.body.try_recv() else { return };
        if HttpBody::size_hint(&body).lower() > LARGEST_REST {
            return;
        }
        let reading = async {
            let mut read = 0;
            let mut pieces = body.into_data_stream();
            while let Some(Ok(piece)) = pieces.next().await {
                read += piece.len() as u64;
                if read > LARGEST_REST {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(LONGEST_REST, reading).await;
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.unasked = false;
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if self.unasked || self.body.is_end_stream() {
            return;
        }
        if let Some(unread) = self.unread.take() {
            // Nobody waits once the answer is on its way.
            let _ = unread.send(std::mem::take(&mut self.body));
        }
    }
}
