//! Messages, receipts, subscribers.

use aide::axum::ApiRouter;
use aide::axum::routing::{delete_with, get_with, post_with};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::response::NoContent;
use fengsui_events::Channel;
use fengsui_kernel::id::{DeliveryId, MessageId};
use fengsui_kernel::{Fault, Page, PageQuery};
use fengsui_messaging::{AudienceDraft, MessageDraft, Preview};
use fengsui_registry::mask;
use fengsui_storage::messages::{Delivery, SentMessage, Subscriber};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

use crate::app::App;
use crate::auth::Caller;
use crate::created::Created;
use crate::extract::{Body, Params, Segments};
use crate::openapi::anonymous;
use crate::problem::{ApiError, ApiResult};
use crate::routes::{ById, session};

/// Routes of messages.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/messages", get_with(list, |op| op.summary("Deliveries that I may see")))
        .api_route("/messages/mine", get_with(mine, |op| op.summary("My messages")))
        .merge(written_routes())
        .api_route("/deliveries/{id}/confirm", post_with(confirm, |op| op.summary("Confirm a message")))
        .api_route(
            "/receipts/{id}",
            post_with(receipt, |op| anonymous(op.summary("A receipt from outside, with its secret"))),
        )
        .api_route(
            "/subscribers",
            get_with(subscribers, |op| op.summary("Subscribers of feeds"))
                .post_with(subscribe, |op| op.summary("Add a subscriber")),
        )
        .api_route("/subscribers/{id}", delete_with(unsubscribe, |op| op.summary("Remove a subscriber")))
}

fn written_routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/messages/sent",
            get_with(sent, |op| op.summary("Messages that people wrote, with how far they came"))
                .post_with(send, |op| op.summary("Write to people, posts, groups or an area")),
        )
        .api_route(
            "/messages/preview",
            post_with(preview, |op| op.summary("Whom an audience reaches, and how; nothing is sent")),
        )
        .api_route("/messages/{id}", get_with(one, |op| op.summary("One message with its receipts")))
}

async fn sent(
    State(app): State<App>,
    caller: Caller,
    Params(page): Params<PageQuery>,
) -> ApiResult<Json<Page<SentMessage>>> {
    Ok(Json(app.messenger.sent(caller.principal(), &page).await?))
}

/// A message with what became of it towards each recipient.
#[derive(Serialize, JsonSchema)]
struct MessagePage {
    #[serde(flatten)]
    message: SentMessage,
    /// Its deliveries.
    receipts: Vec<Delivery>,
}

async fn one(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<Json<MessagePage>> {
    let id: MessageId = path.id.parse().map_err(|_| ApiError(Fault::not_found("message", &path.id)))?;
    let (message, receipts) = app.messenger.message(caller.principal(), &id).await?;
    Ok(Json(MessagePage { message, receipts }))
}

async fn send(
    State(app): State<App>,
    caller: Caller,
    Body(draft): Body<MessageDraft>,
) -> ApiResult<Created<MessagePage>> {
    if app.registry.division_names(std::slice::from_ref(&draft.division)).await?.is_empty() {
        let code = draft.division.to_string();
        return Err(Fault::field("division", "unknown_division").with("value", &code).into());
    }
    let id = app.messenger.send_plain(caller.principal(), draft, caller.why.clone()).await?;
    let (message, receipts) = app.messenger.message(caller.principal(), &id).await?;
    Ok(Created(MessagePage { message, receipts }))
}

async fn preview(State(app): State<App>, caller: Caller, Body(draft): Body<AudienceDraft>) -> ApiResult<Json<Preview>> {
    Ok(Json(app.messenger.preview(caller.principal(), &draft).await?))
}

#[derive(Deserialize, JsonSchema)]
struct MessageQuery {
    /// Of one matter.
    matter: Option<String>,
    /// Rows to return.
    limit: Option<u32>,
    /// The `next` value of the page before.
    cursor: Option<String>,
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<MessageQuery>,
) -> ApiResult<Json<Page<Delivery>>> {
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    Ok(Json(app.messenger.list(caller.principal(), query.matter.as_deref(), &page).await?))
}

#[derive(Deserialize, JsonSchema)]
struct MineQuery {
    /// Only those that I did not confirm.
    #[serde(default)]
    unconfirmed: bool,
    /// Rows to return.
    limit: Option<u32>,
    /// The `next` value of the page before.
    cursor: Option<String>,
}

async fn mine(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<MineQuery>,
) -> ApiResult<Json<Page<Delivery>>> {
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    Ok(Json(app.messenger.mine(caller.principal(), query.unconfirmed, &page).await?))
}

/// A confirmation.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    /// Plain text.
    #[serde(default)]
    note: Option<String>,
}

async fn confirm(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(body): Body<Confirmation>,
) -> ApiResult<Json<Delivery>> {
    let id: DeliveryId = path.id.parse().map_err(|_| ApiError(Fault::not_found("delivery", &path.id)))?;
    Ok(Json(app.messenger.confirm(caller.principal(), &id, body.note.as_deref()).await?))
}

async fn receipt(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Segments(path): Segments<ById>,
    Body(body): Body<Confirmation>,
) -> ApiResult<NoContent> {
    // Secrets of 128 bits are not guessed, but nobody needs to try at full speed either.
    let network = session::network(&session::address(&app, &headers, peer));
    app.limiter.take(&format!("receipt:{network}"), app.db.now())?;
    app.messenger.confirm_receipt(&path.id, body.note.as_deref()).await?;
    Ok(NoContent)
}

async fn subscribers(State(app): State<App>, caller: Caller) -> ApiResult<Json<Vec<Subscriber>>> {
    let mut all = app.messenger.subscribers(caller.principal()).await?;
    for subscriber in &mut all {
        subscriber.address = hidden(&subscriber.channel, &subscriber.address);
    }
    Ok(Json(all))
}

/// An e-mail address is personal, and the path of a web hook often holds its secret: a list shows
/// whose it is and on which host.
fn hidden(channel: &str, address: &str) -> String {
    if channel != "webhook" {
        return mask::text(address);
    }
    let host = address.split_once("://").map(|(scheme, rest)| (scheme, rest.split(['/', '?', '#']).next()));
    match host {
        Some((scheme, Some(host))) => format!("{scheme}://{}/…", host.rsplit('@').next().unwrap_or_default()),
        _ => mask::text(address),
    }
}

/// A subscriber to be added.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewSubscriber {
    /// The list: `warnings`.
    list: String,
    /// `email` or `webhook`.
    channel: Channel,
    /// The address.
    address: String,
    /// Whose it is.
    name: String,
    /// Whether it takes part in drills.
    #[serde(default)]
    drills: bool,
}

async fn subscribe(
    State(app): State<App>,
    caller: Caller,
    Body(new): Body<NewSubscriber>,
) -> ApiResult<Created<Subscriber>> {
    if new.list != "warnings" {
        return Err(Fault::field("list", "unknown_value").with("value", &new.list).into());
    }
    if new.name.trim().is_empty() || new.name.chars().count() > 100 {
        return Err(Fault::field("name", "required").into());
    }
    let made = app
        .messenger
        .subscribe(caller.principal(), &new.list, new.channel, &new.address, new.name.trim(), new.drills)
        .await?;
    Ok(Created(made))
}

async fn unsubscribe(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<NoContent> {
    app.messenger.unsubscribe(caller.principal(), &path.id).await?;
    Ok(NoContent)
}
