//! What is refused, in the form that clients of SensorThings read.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Fault, Locale};
use fengsui_protocols::sensorthings::QueryError;
use serde_json::json;

use crate::app::App;
use crate::catalogue;
use crate::problem::{self, ApiError};

/// Why a request is not served.
#[derive(Debug)]
pub enum StaFault {
    /// It was not written as it must be; says where.
    Query(QueryError),
    /// A fault of the floors below: rights, nothing there, too much.
    Fault(Fault),
    /// Something that this door does not do.
    Said(StatusCode, &'static str, BTreeMap<String, String>),
}

/// What every part of the door returns.
pub type StaResult<T> = Result<T, StaFault>;

impl From<QueryError> for StaFault {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

impl From<Fault> for StaFault {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// What this door does not do, or not with this much.
pub fn said(status: StatusCode, code: &'static str) -> StaFault {
    StaFault::Said(status, code, BTreeMap::new())
}

/// More would have to be read than one request may read.
pub fn too_much(limit: usize) -> StaFault {
    StaFault::Said(StatusCode::BAD_REQUEST, "sta_too_much", BTreeMap::from([("limit".to_owned(), limit.to_string())]))
}

/// Nothing at this path, or nothing that the caller may see.
pub fn nothing_at(path: &str) -> StaFault {
    StaFault::Fault(Fault::not_found("path", path.chars().take(200).collect::<String>()))
}

impl StaFault {
    /// The answer; denials are traced as at every other door.
    pub async fn answer(self, app: &App, locale: Locale) -> Response {
        match self {
            Self::Query(error) => {
                // A path that leads nowhere names nothing; all else was written wrongly.
                let lost = error.part == "path" && error.code != "sta_unreadable";
                let status = if lost { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST };
                let params = BTreeMap::from([
                    ("part".to_owned(), error.part.clone()),
                    ("at".to_owned(), error.at.to_string()),
                    ("detail".to_owned(), error.detail),
                ]);
                let mut body = body(status, error.code, &catalogue::message(locale, error.code, &params));
                body["part"] = json!(error.part);
                body["at"] = json!(error.at);
                respond(status, body)
            }
            Self::Said(status, code, params) => {
                respond(status, body(status, code, &catalogue::message(locale, code, &params)))
            }
            Self::Fault(fault) => of_fault(app, &fault, locale).await,
        }
    }
}

async fn of_fault(app: &App, fault: &Fault, locale: Locale) -> Response {
    match fault.kind.as_ref() {
        FaultKind::Denied(denial) => {
            if let Err(fault) = app.identity.trace_denial(denial).await {
                tracing::error!(%fault, "tracing a denial failed");
            }
        }
        FaultKind::Internal(reason) => tracing::error!(%reason, "internal fault"),
        FaultKind::Unavailable(reason) => tracing::warn!(%reason, "unavailable"),
        _ => {}
    }
    let document = problem::document(fault, locale);
    let status = match problem::status(fault) {
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        status => status,
    };
    let mut response = respond(status, body(status, &document.code, &document.detail));
    if status == StatusCode::UNAUTHORIZED {
        // Not `Basic`: browsers would ask people for their password, which opens nothing here.
        let challenge = HeaderValue::from_static("Bearer realm=\"sensorthings\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

fn body(status: StatusCode, reason: &str, message: &str) -> serde_json::Value {
    json!({"code": status.as_u16(), "type": "error", "message": message, "reason": reason})
}

fn respond(status: StatusCode, body: serde_json::Value) -> Response {
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

impl From<ApiError> for StaFault {
    fn from(error: ApiError) -> Self {
        Self::Fault(error.0)
    }
}
