//! Orders to devices (指令): what can be ordered, giving one, following it, taking it back.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::Json;
use axum::extract::State;
use fengsui_events::DeviceOrderState;
use fengsui_kernel::id::DeviceOrderId;
use fengsui_kernel::{Fault, Page, PageQuery};
use fengsui_registry::Record;
use fengsui_series::{DeviceOrderInput, DeviceOrderView, OrdersOffered};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::auth::Caller;
use crate::created::Created;
use crate::extract::{Body, Params, Segments};
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;
use crate::sensing;

/// Routes of orders to devices.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/devices/{id}/orders",
            get_with(of_device, |op| op.summary("Orders given to a device, newest first"))
                .post_with(give, |op| op.summary("Give a device an order; it waits until the device is connected")),
        )
        .api_route(
            "/devices/{id}/orders/offered",
            get_with(offered, |op| op.summary("What can be ordered of a device, and whether it is connected")),
        )
        .api_route("/device-orders", get_with(list, |op| op.summary("Orders given to devices, newest first")))
        .api_route(
            "/device-orders/{id}/cancel",
            post_with(cancel, |op| op.summary("Take back an order that was not sent yet")),
        )
}

#[derive(Deserialize, JsonSchema)]
struct OrdersQuestion {
    /// Only orders in this state.
    state: Option<DeviceOrderState>,
    /// Rows to return, 1 to 500; 50 if absent.
    limit: Option<u32>,
    /// The `next` value of the page before.
    cursor: Option<String>,
}

impl OrdersQuestion {
    fn page(self) -> PageQuery {
        PageQuery { limit: self.limit, cursor: self.cursor }
    }
}

/// The device of the path, by id or code.
async fn device(app: &App, path: &ById) -> ApiResult<Record> {
    let record = sensing::find(&app.registry, "device", &path.id).await?;
    Ok(record.ok_or_else(|| Fault::not_found("device", &path.id))?)
}

async fn offered(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<OrdersOffered>> {
    let device = device(&app, &path).await?;
    let offered = app.series.orders_offered(caller.principal(), device.id.as_str(), device.text("protocol"));
    Ok(Json(offered.await?))
}

async fn of_device(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Params(question): Params<OrdersQuestion>,
) -> ApiResult<Json<Page<DeviceOrderView>>> {
    let (device, state) = (device(&app, &path).await?, question.state);
    let page = question.page();
    Ok(Json(app.series.device_orders(caller.principal(), Some(device.id.as_str()), state, &page).await?))
}

async fn give(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    Body(input): Body<DeviceOrderInput>,
) -> ApiResult<Created<DeviceOrderView>> {
    let device = device(&app, &path).await?;
    let given = app.series.give_order(caller.principal(), device.id.as_str(), device.text("protocol"), input);
    Ok(Created(given.await?))
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(question): Params<OrdersQuestion>,
) -> ApiResult<Json<Page<DeviceOrderView>>> {
    let state = question.state;
    Ok(Json(app.series.device_orders(caller.principal(), None, state, &question.page()).await?))
}

async fn cancel(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<DeviceOrderView>> {
    let id: DeviceOrderId = path.id.parse().map_err(|_| ApiError(Fault::not_found("device_order", &path.id)))?;
    Ok(Json(app.series.cancel_order(caller.principal(), &id).await?))
}
