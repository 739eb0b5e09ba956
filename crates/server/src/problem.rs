//! Faults become RFC 9457 problem documents, in the reader's language. The only place that does so.

use std::collections::BTreeMap;

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{MediaType, Operation, Response as ApiResponse, SchemaObject, StatusCode as StatusKey};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Fault, Locale};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::catalogue;

/// A fault on its way out. The `problems` layer writes its body, since only it knows the language.
#[derive(Debug, Clone)]
pub struct ApiError(pub Fault);

/// What every handler returns.
pub type ApiResult<T> = Result<T, ApiError>;

impl<F: Into<Fault>> From<F> for ApiError {
    fn from(fault: F) -> Self {
        Self(fault.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = status(&self.0).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The HTTP status of a fault.
pub fn status(fault: &Fault) -> StatusCode {
    match fault.kind.as_ref() {
        FaultKind::Invalid(_) => match fault.code() {
            "method_not_allowed" => StatusCode::METHOD_NOT_ALLOWED,
            "unsupported_media_type" => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unreadable_request" => StatusCode::BAD_REQUEST,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        },
        FaultKind::NotFound { .. } => StatusCode::NOT_FOUND,
        FaultKind::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        FaultKind::Denied(_) => StatusCode::FORBIDDEN,
        FaultKind::Stale { .. } | FaultKind::Duplicate { .. } | FaultKind::Refused(_) => StatusCode::CONFLICT,
        FaultKind::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        FaultKind::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        FaultKind::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A problem document (RFC 9457) with the fields at fault.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProblemDocument {
    /// `urn:fengsui:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do, in the reader's language.
    pub detail: String,
    /// The key of the message.
    pub code: String,
    /// The fields at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// The stored version, when the caller's was stale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<Value>,
    /// What the caller sent, when it was stale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted: Option<Value>,
    /// The clause that a refusal rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
}

/// One field at fault.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FieldProblem {
    /// Path of the field.
    pub field: String,
    /// The key of the message.
    pub code: String,
    /// What is wrong, in the reader's language.
    pub message: String,
    /// Facts of the message.
    pub params: BTreeMap<String, String>,
}

/// The document of a fault.
pub fn document(fault: &Fault, locale: Locale) -> ProblemDocument {
    let status = status(fault);
    let mut document = ProblemDocument {
        kind: format!("urn:fengsui:problem:{}", fault.code()),
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        detail: String::new(),
        code: fault.code().to_owned(),
        errors: Vec::new(),
        current: None,
        submitted: None,
        clause: None,
    };
    fill(&mut document, fault, locale);
    document
}

fn fill(document: &mut ProblemDocument, fault: &Fault, locale: Locale) {
    let mut params = BTreeMap::new();
    match fault.kind.as_ref() {
        FaultKind::Invalid(problems) => {
            document.errors = problems.0.iter().map(|problem| field(problem, locale)).collect();
            if let [only] = problems.0.as_slice() {
                params.clone_from(&only.params);
            }
        }
        FaultKind::Stale { current, submitted } => {
            document.current = Some(current.clone());
            document.submitted = Some(submitted.clone());
        }
        FaultKind::Refused(refusal) => {
            document.clause.clone_from(&refusal.clause);
            params.clone_from(&refusal.params);
        }
        FaultKind::NotFound { noun, id } => params.extend([("noun".into(), noun.clone()), ("id".into(), id.clone())]),
        FaultKind::Duplicate { field, .. } => {
            let problem = Fault::field(field, "duplicate");
            document.errors = vec![self::field(&problem, locale)];
            params.insert("field".into(), field.clone());
        }
        FaultKind::TooLarge { limit } => drop(params.insert("limit".into(), limit.to_string())),
        FaultKind::TooMany { seconds } => drop(params.insert("seconds".into(), seconds.to_string())),
        FaultKind::Denied(denial) => {
            params.extend([("action".into(), denial.action.clone()), ("kind".into(), denial.kind.clone())]);
        }
        _ => {}
    }
    document.detail = catalogue::message(locale, &document.code, &params);
}

fn field(problem: &fengsui_kernel::Problem, locale: Locale) -> FieldProblem {
    let message = catalogue::message(locale, &problem.code, &problem.params);
    FieldProblem { field: problem.field.clone(), code: problem.code.clone(), message, params: problem.params.clone() }
}

/// The response with its body, and with `Retry-After` where it applies.
pub fn render(fault: &Fault, locale: Locale) -> Response {
    let mut response = (status(fault), Json(document(fault, locale))).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let FaultKind::TooMany { seconds } = fault.kind.as_ref()
        && let Ok(value) = HeaderValue::from_str(&seconds.to_string())
    {
        headers.insert(header::RETRY_AFTER, value);
    }
    response
}

impl OperationOutput for ApiError {
    type Inner = ProblemDocument;

    fn operation_response(context: &mut GenContext, _operation: &mut Operation) -> Option<ApiResponse> {
        let schema = context.schema.subschema_for::<ProblemDocument>();
        let media = MediaType {
            schema: Some(SchemaObject { json_schema: schema, example: None, external_docs: None }),
            ..MediaType::default()
        };
        Some(ApiResponse {
            description: "A problem document (RFC 9457).".into(),
            content: IndexMap::from_iter([("application/problem+json".into(), media)]),
            ..ApiResponse::default()
        })
    }

    fn inferred_responses(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<StatusKey>, ApiResponse)> {
        Self::operation_response(context, operation).map(|response| (None, response)).into_iter().collect()
    }
}
