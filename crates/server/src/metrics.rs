//! Counters for operators, in Prometheus text.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct NameLabel {
    name: String,
}

/// What the platform counts.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Histogram,
    gateway: Family<NameLabel, Gauge<f64, AtomicU64>>,
    set_aside: Family<NameLabel, Gauge>,
    streams: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("fengsui");
        let requests = Family::default();
        let seconds = Histogram::new(exponential_buckets(0.001, 2.0, 14));
        let gateway = Family::default();
        let streams = Gauge::default();
        registry.register("http_requests", "HTTP requests by route and status", requests.clone());
        registry.register("http_request_seconds", "Time to answer a request", seconds.clone());
        registry.register("gateway", "Connections, frames and readings of the gateways", gateway.clone());
        let set_aside = Family::default();
        registry.register(
            "events_set_aside",
            "Events that a handler could not digest and that wait",
            set_aside.clone(),
        );
        registry.register("streams", "Browsers that follow the live stream", streams.clone());
        Self { registry, requests, seconds, gateway, set_aside, streams }
    }
}

impl Metrics {
    /// Counts a request.
    pub fn observe_request(&self, method: &str, route: &str, status: u16, elapsed: Duration) {
        let labels = RequestLabels { method: known(method).to_owned(), route: route.to_owned(), status };
        self.requests.get_or_create(&labels).inc();
        self.seconds.observe(elapsed.as_secs_f64());
    }

    /// Sets a figure of the gateways.
    pub fn set_gateway(&self, name: &str, value: f64) {
        self.gateway.get_or_create(&NameLabel { name: name.to_owned() }).set(value);
    }

    /// Sets how many events of a handler wait for a person.
    pub fn set_set_aside(&self, handler: &str, waiting: u64) {
        let waiting = i64::try_from(waiting).unwrap_or(i64::MAX);
        self.set_aside.get_or_create(&NameLabel { name: handler.to_owned() }).set(waiting);
    }

    /// A browser began to follow the stream; it is counted until the value is dropped.
    pub fn stream_opened(&self) -> StreamCount {
        self.streams.inc();
        StreamCount(self.streams.clone())
    }

    /// All figures as Prometheus text.
    pub fn render(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// Counts one open stream.
pub struct StreamCount(Gauge);

impl StreamCount {
    /// Says that the stream still lives; a closure that calls it owns the count.
    pub fn touch(&self) {}
}

impl Drop for StreamCount {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// HTTP lets a client make up methods; each would be counted, and kept, for ever.
fn known(method: &str) -> &str {
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    methods.into_iter().find(|name| *name == method).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_methods_are_one() {
        let metrics = Metrics::default();
        for number in 0..10 {
            metrics.observe_request(&format!("M{number}"), "/healthz", 405, Duration::ZERO);
        }
        let text = metrics.render();
        assert_eq!(text.lines().filter(|line| line.starts_with("fengsui_http_requests_total")).count(), 1, "{text}");
    }
}
