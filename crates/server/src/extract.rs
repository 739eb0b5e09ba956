//! Doors: what comes in is parsed into types here, with errors that name the field.

use std::convert::Infallible;

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use aide::operation::{ParamLocation, add_parameters, parameters_from_schema};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Fault, Locale};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::layers::locale;
use crate::problem::ApiError;

/// Bytes that a JSON body may have.
pub const JSON_LIMIT: usize = 2 * 1024 * 1024;

/// A JSON body.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !says_json(request.headers()) {
            return Err(Fault::field("content-type", "unsupported_media_type").into());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| body_fault(&rejection))?;
        parse_json(&bytes).map(Self).map_err(ApiError)
    }
}

/// JSON by its media type; a request that names none is given the benefit of the doubt.
fn says_json(headers: &HeaderMap) -> bool {
    let Some(media) = headers.get(header::CONTENT_TYPE) else { return true };
    let essence = media.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn body_fault(rejection: &BytesRejection) -> Fault {
    if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        FaultKind::TooLarge { limit: JSON_LIMIT as u64 }.into()
    } else {
        Fault::field("body", "unreadable").into()
    }
}

/// Parses JSON; a wrong or missing field is named with its path.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::field("body", "invalid_utf8"))?;
    // No text of ours holds NUL, and PostgreSQL could not keep it.
    if text.contains("\\u0000") || text.contains('\0') {
        let value: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        let field = nul_in(&value, "").unwrap_or_else(|| "body".to_owned());
        return Err(Fault::field(&field, "control_character").into());
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| json_fault(&error))?;
    reader.end().map_err(|_| Fault::field("body", "malformed_json"))?;
    Ok(value)
}

/// The path of the first text that holds NUL.
fn nul_in(value: &serde_json::Value, path: &str) -> Option<String> {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        serde_json::Value::String(text) if text.contains('\0') => Some(path.to_owned()),
        serde_json::Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| nul_in(item, &below(&index.to_string())))
        }
        serde_json::Value::Object(map) => map.iter().find_map(|(name, inner)| nul_in(inner, &below(name))),
        _ => None,
    }
}

fn json_fault(error: &serde_path_to_error::Error<serde_json::Error>) -> Fault {
    let text = error.inner().to_string();
    let reason = text.split(" at line ").next().unwrap_or_default();
    let path = match error.path().to_string().as_str() {
        "." => "body".to_owned(),
        path => path.to_owned(),
    };
    let quoted = reason.split('`').nth(1).unwrap_or_default();
    if error.inner().is_syntax() || error.inner().is_eof() {
        return Fault::field("body", "malformed_json").with("reason", reason).into();
    }
    let below = |name: &str| if path == "body" { name.to_owned() } else { format!("{path}.{name}") };
    if reason.starts_with("missing field") {
        return Fault::field(&below(quoted), "required").into();
    }
    if reason.starts_with("unknown field") {
        let field = if path.ends_with(quoted) { path } else { below(quoted) };
        return Fault::field(&field, "unknown_field").into();
    }
    let code = match reason {
        "coordinates_swapped" => "coordinates_swapped",
        "coordinates_outside_china" => "coordinates_outside_china",
        _ if reason.starts_with("malformed") => "malformed_id",
        _ if reason.starts_with("a division code") => "malformed_division",
        _ if reason.starts_with("unknown variant") => "unknown_value",
        _ => "wrong_type",
    };
    Fault::field(&path, code).with("reason", reason).into()
}

impl<T: JsonSchema> OperationInput for Body<T> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        Json::<T>::operation_input(context, operation);
    }
}

/// A JSON body whose shape the use case judges itself; its description is given at the route.
pub struct AnyBody(pub serde_json::Value);

impl<S: Send + Sync> FromRequest<S> for AnyBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        Body::from_request(request, state).await.map(|Body(value)| Self(value))
    }
}

impl OperationInput for AnyBody {}

/// Query parameters; a parameter may repeat.
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        check_cursor(query)?;
        let parsed = serde_html_form::from_str(query);
        parsed.map(Self).map_err(|error| query_fault(&error.to_string()).into())
    }
}

/// A damaged paging mark must not silently become the first page: a client would loop for ever.
fn check_cursor(query: &str) -> Result<(), Fault> {
    let marks = query.split('&').filter_map(|pair| pair.strip_prefix("cursor="));
    // A position, or the mark of a ledger, which the ledger itself reads.
    let keyed = |mark: &str| {
        mark.strip_prefix('k')
            .is_some_and(|rest| rest.bytes().all(|byte| matches!(byte, b'-' | b'_') || byte.is_ascii_alphanumeric()))
    };
    let sound = |mark: &str| keyed(mark) || mark.parse::<i64>().is_ok_and(|at| at >= 0);
    let damaged = marks.filter(|mark| !mark.is_empty()).any(|mark| !sound(mark));
    if damaged { Err(Fault::field("cursor", "cursor").into()) } else { Ok(()) }
}

fn query_fault(reason: &str) -> fengsui_kernel::Problem {
    let quoted = reason.split('`').nth(1).unwrap_or("query").to_owned();
    let code = if reason.starts_with("missing field") { "required" } else { "unreadable" };
    Fault::field(&quoted, code).with("reason", reason)
}

impl<T: JsonSchema> OperationInput for Params<T> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        let schema = context.schema.subschema_for::<T>();
        let parameters = parameters_from_schema(context, schema, ParamLocation::Query);
        add_parameters(context, operation, parameters);
    }
}

/// The language that the caller reads.
pub struct Language(pub Locale);

impl<S: Send + Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(locale(&parts.headers)))
    }
}

impl OperationInput for Language {}

/// Path segments; one that is malformed names nothing, hence 404.
pub struct Segments<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Segments<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = parts.uri.path().to_owned();
        let found = Path::<T>::from_request_parts(parts, state).await;
        found.map(|Path(segments)| Self(segments)).map_err(|_| ApiError(Fault::not_found("path", path)))
    }
}

impl<T: JsonSchema> OperationInput for Segments<T> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        let schema = context.schema.subschema_for::<T>();
        let parameters = parameters_from_schema(context, schema, ParamLocation::Path);
        add_parameters(context, operation, parameters);
    }
}

#[cfg(test)]
mod tests {
    use fengsui_kernel::Point;
    use serde::Deserialize;

    use super::parse_json;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only parsed")]
    struct Input {
        name: String,
        location: Option<Point>,
    }

    fn code_of(text: &[u8]) -> (String, String) {
        let fault = parse_json::<Input>(text).expect_err("a fault");
        let fengsui_kernel::FaultKind::Invalid(problems) = *fault.kind else { panic!("{fault}") };
        (problems.0[0].field.clone(), problems.0[0].code.clone())
    }

    #[test]
    fn a_damaged_cursor_is_refused() {
        assert!(super::check_cursor("limit=5&cursor=100").is_ok() && super::check_cursor("cursor=").is_ok());
        assert!(super::check_cursor("limit=5&cursor=garbage").is_err());
        assert!(
            super::check_cursor("cursor=-1").is_err() && super::check_cursor("cursor=99999999999999999999").is_err()
        );
    }

    #[test]
    fn names_the_field_at_fault() {
        let check = |text: &[u8], field: &str, code: &str| {
            assert_eq!(code_of(text), (field.to_owned(), code.to_owned()));
        };
        check(b"{}", "name", "required");
        check(br#"{"name":1}"#, "name", "wrong_type");
        check(br#"{"name":"x","size":1}"#, "size", "unknown_field");
        check(br#"{"name":"x","location":{"lon":38.0,"lat":106.0}}"#, "location", "coordinates_swapped");
        check(b"{\"name\":", "body", "malformed_json");
        check(b"\xff\xfe", "body", "invalid_utf8");
        check(br#"{"name":"a\u0000b"}"#, "name", "control_character");
        check(br#"{"name":"x"} trailing"#, "body", "malformed_json");
    }
}
