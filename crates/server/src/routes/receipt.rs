//! The page on which a person without an account confirms a message that came by mail. Opening the
//! link does not confirm: programs that check links open it too. The button does.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use fengsui_storage::messages;

use crate::app::App;
use crate::problem::ApiResult;
use crate::routes::session;

/// `/receipt/{secret}`: GET shows, POST confirms.
pub fn routes() -> Router<App> {
    Router::new().route("/receipt/{secret}", get(show).post(confirm))
}

async fn show(State(app): State<App>, Path(secret): Path<String>) -> ApiResult<Response> {
    let Some(delivery) = messages::by_receipt(&app.db, &secret).await? else { return Ok(unknown()) };
    let done = delivery.confirmed_at.is_some();
    let action = if done {
        "<p role=status><strong>✓ 已确认收到 · Confirmed</strong></p>".to_owned()
    } else {
        "<form method=post><button>确认收到 · Confirm</button></form>".to_owned()
    };
    let body = format!("<h1>{}</h1><pre>{}</pre>{action}", escape(&delivery.subject), escape(&delivery.body));
    Ok(page(StatusCode::OK, &body))
}

async fn confirm(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Path(secret): Path<String>,
) -> ApiResult<Response> {
    app.limiter.take(&format!("receipt:{}", session::address(&app, &headers, peer)), app.db.now())?;
    if messages::by_receipt(&app.db, &secret).await?.is_none() {
        return Ok(unknown());
    }
    app.messenger.confirm_receipt(&secret, None).await?;
    Ok(page(StatusCode::OK, "<h1>✓ 已确认收到 · Confirmed</h1>"))
}

fn unknown() -> Response {
    page(StatusCode::NOT_FOUND, "<h1>链接无效 · This link is not valid</h1>")
}

fn page(status: StatusCode, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=zh-CN><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <title>烽燧 Fengsui</title><style>body{{font:18px/1.6 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}}\
         pre{{white-space:pre-wrap;font:inherit}}button{{font:inherit;padding:.8rem 2rem}}</style><main>{body}</main>"
    );
    (status, Html(html)).into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_subject_cannot_bring_markup() {
        assert_eq!(super::escape("<script>&\""), "&lt;script&gt;&amp;&quot;");
    }
}
