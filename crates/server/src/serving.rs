//! Accepts connections. Stricter than `axum::serve`, which waits for ever on whoever sends half a
//! header or a body drop by drop: a few hundred such clients would shut everybody out.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;
use tower_http::timeout::TimeoutBody;

use crate::crowd::{self, Crowd};
use crate::unread;

/// How patient the server is.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the header of a request; also how long an idle connection is kept.
    pub header: Duration,
    /// Between two pieces of a body.
    pub body: Duration,
    /// Connections at the same time; whoever comes later waits.
    pub connections: usize,
    /// Connections of one address at the same time; those beyond are closed, so that one machine
    /// cannot take the places of all others.
    pub per_address: usize,
    /// A proxy, which brings everybody.
    pub proxy: Option<IpAddr>,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(30),
            body: Duration::from_secs(30),
            connections: 8192,
            per_address: 512,
            proxy: None,
        }
    }
}

/// Serves until `stop` resolves, then lets the running requests end.
pub async fn serve(listener: TcpListener, router: Router, patience: Patience, stop: impl Future<Output = ()>) {
    let room = Arc::new(Semaphore::new(patience.connections));
    let crowd = Crowd::new(patience.per_address);
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer, permit) = tokio::select! {
            accepted = accept(&listener, &room) => accepted,
            () = &mut stop => break,
        };
        let exempt = patience.proxy == Some(peer.ip());
        let place = crowd.enter(&crowd::client(peer.ip()));
        if place.is_none() && !exempt {
            tracing::debug!(%peer, "too many connections from one address");
            continue;
        }
        let router = router.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(|body| Body::new(TimeoutBody::new(patience.body, body)));
            request.extensions_mut().insert(ConnectInfo(peer));
            let (request, rest) = unread::watch(request);
            let answering = router.clone().oneshot(request);
            async move {
                let answer = answering.await;
                rest.forget().await;
                answer
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(patience.header)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, %peer, "a connection ended early");
            }
            drop((permit, place));
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    loop {
        let Ok(permit) = Arc::clone(room).acquire_owned().await else { return std::future::pending().await };
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Events are small and urgent; a connection that refuses the option still works.
                let _ = stream.set_nodelay(true);
                return (stream, peer, permit);
            }
            Err(error) => {
                // Too many open files, or a client that left at once.
                tracing::warn!(%error, "accepting a connection failed");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use axum::routing::{get, post};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::oneshot;

    use super::*;

    async fn start(
        connections: usize,
        per_address: usize,
    ) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        let router = Router::new()
            .route("/", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }))
            .route("/body", post(|body: String| async move { body }))
            .route("/refused", post(|| async { StatusCode::FORBIDDEN }));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
        let address = listener.local_addr().expect("an address");
        let brief = Duration::from_millis(200);
        let (stop, stopped) = oneshot::channel();
        let patience = Patience { header: brief, body: brief, connections, per_address, proxy: None };
        let served = tokio::spawn(serve(listener, router, patience, async move { drop(stopped.await) }));
        (address, stop, served)
    }

    async fn say(address: SocketAddr, text: &str) -> String {
        let mut stream = TcpStream::connect(address).await.expect("connected");
        stream.write_all(text.as_bytes()).await.expect("written");
        let mut answer = String::new();
        let reading = stream.read_to_string(&mut answer);
        tokio::time::timeout(Duration::from_secs(5), reading).await.expect("the server lost patience").expect("read");
        answer
    }

    #[tokio::test]
    async fn loses_patience_with_slow_clients() {
        let (address, stop, served) = start(2, 9).await;
        assert!(say(address, "GET / HTTP/1.1\r\nhost: x\r\n").await.is_empty(), "half a header");
        let half = say(address, "POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf").await;
        assert!(half.starts_with("HTTP/1.1 400"), "{half}");
        let whole = say(address, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
        assert!(whole.starts_with("HTTP/1.1 200") && whole.ends_with("127.0.0.1"), "{whole}");
        stop.send(()).expect("running");
        served.await.expect("stopped");
    }

    #[tokio::test]
    async fn whoever_is_refused_while_still_sending_hears_why() {
        let (address, _stop, _served) = start(2, 9).await;
        let mut stream = TcpStream::connect(address).await.expect("connected");
        let body = vec![b'x'; 300_000];
        let head = format!("POST /refused HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
        for _ in 0..2 {
            stream.write_all(head.as_bytes()).await.expect("the connection is kept");
            // In two pieces: the refusal is known before the second is sent.
            for half in body.chunks(150_000) {
                stream.write_all(half).await.expect("read to the end");
                tokio::task::yield_now().await;
            }
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).await.expect("an answer");
            assert_eq!(&answer, b"HTTP/1.1 403");
            let mut rest = Vec::new();
            while !rest.ends_with(b"\r\n\r\n") {
                rest.push(stream.read_u8().await.expect("the rest of the header"));
            }
        }
        // Whoever asks first is not made to send what nobody wants.
        let asking = "POST /refused HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n";
        assert!(say(address, asking).await.starts_with("HTTP/1.1 403"));
    }

    #[tokio::test]
    async fn one_address_does_not_take_all_places() {
        let (address, _stop, _served) = start(100, 2).await;
        let mut kept = TcpStream::connect(address).await.expect("connected");
        kept.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("written");
        assert!(kept.read(&mut [0; 12]).await.expect("an answer") > 0);
        let second = TcpStream::connect(address).await.expect("connected");
        let mut third = TcpStream::connect(address).await.expect("the system accepts it");
        let _ = third.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
        let mut answer = Vec::new();
        let _ = third.read_to_end(&mut answer).await;
        assert!(answer.is_empty(), "closed without a word");
        drop(second);
        let served = say(address, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
        assert!(served.starts_with("HTTP/1.1 200") || served.is_empty(), "{served}");
    }

    #[tokio::test]
    async fn whoever_comes_too_many_waits() {
        let (address, _stop, _served) = start(1, 9).await;
        let _idle = TcpStream::connect(address).await.expect("connected");
        let served = say(address, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
        assert!(served.starts_with("HTTP/1.1 200"), "after the idle one was sent away");
    }
}
