//! Files that belong to matters.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fengsui_kernel::Fault;
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::AttachmentId;
use fengsui_matters::Attachment;
use fengsui_matters::attachments::LARGEST_BYTES;

use super::matter_id;
use crate::app::App;
use crate::auth::Caller;
use crate::created::Created;
use crate::extract::Segments;
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/matters/{id}/attachments",
            post_with(attach, |op| op.summary("Attach a file (multipart field `file`)")),
        )
        // The engine's own limit decides and names itself; this one only bounds memory.
        .layer(DefaultBodyLimit::max(LARGEST_BYTES + 1024 * 1024))
        .api_route("/attachments/{id}", get_with(download, |op| op.summary("Download an attachment")))
}

async fn attach(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
    multipart: Multipart,
) -> ApiResult<Created<Attachment>> {
    let id = matter_id(&path)?;
    // Before the body: nobody without the right may make the node read 20 MB.
    app.matters.demand_attach(caller.principal(), &id).await?;
    let (name, bytes) = file_of(multipart, LARGEST_BYTES).await?;
    Ok(Created(app.matters.attach(caller.principal(), &id, &name, bytes).await?))
}

/// The field `file` of a multipart body.
pub async fn file_of(mut multipart: Multipart, limit: usize) -> ApiResult<(String, Vec<u8>)> {
    let unreadable = |error: &axum::extract::multipart::MultipartError| -> ApiError {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            ApiError(FaultKind::TooLarge { limit: limit as u64 }.into())
        } else {
            Fault::field("file", "unreadable").with("reason", &error.body_text()).into()
        }
    };
    while let Some(field) = multipart.next_field().await.map_err(|error| unreadable(&error))? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or("file").to_owned();
            let bytes = field.bytes().await.map_err(|error| unreadable(&error))?;
            return Ok((name, bytes.to_vec()));
        }
    }
    Err(Fault::field("file", "required").into())
}

async fn download(State(app): State<App>, caller: Caller, Segments(path): Segments<ById>) -> ApiResult<Response> {
    let id: AttachmentId = path.id.parse().map_err(|_| ApiError(Fault::not_found("attachment", &path.id)))?;
    let file = app.matters.attachment(caller.principal(), &id).await?;
    let name = percent_encoding::utf8_percent_encode(&file.attachment.name, percent_encoding::NON_ALPHANUMERIC);
    // Only pictures are shown in place; everything else is saved, so that no file acts in our name.
    let disposition = if file.attachment.media_type.starts_with("image/") { "inline" } else { "attachment" };
    let mut response = file.bytes.into_response();
    let headers = response.headers_mut();
    let media = HeaderValue::from_str(&file.attachment.media_type)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, media);
    if let Ok(value) = HeaderValue::from_str(&format!("{disposition}; filename*=UTF-8''{name}")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    Ok(response)
}
