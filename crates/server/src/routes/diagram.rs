//! State diagrams: where a matter can be, what leads on, and who may do it.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
use fengsui_kernel::{Fault, Text};
use fengsui_matters::process::Phase;
use fengsui_matters::{Edge, ProcessView};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::auth::Caller;
use crate::extract::Segments;
use crate::problem::ApiResult;
use crate::routes::ById;

/// Routes of diagrams.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/processes/{id}/diagram", get_with(diagram, |op| op.summary("State diagram of a process")))
}

/// The state diagram of a process.
#[derive(Serialize, JsonSchema)]
struct DiagramView {
    /// The process.
    process: &'static str,
    /// Its name for people.
    title: Text,
    /// The phases, in usual order.
    nodes: Vec<Phase>,
    /// The actions from phase to phase.
    edges: Vec<EdgeView>,
}

/// One way from a phase to a phase, and who may take it.
#[derive(Serialize, JsonSchema)]
struct EdgeView {
    #[serde(flatten)]
    edge: Edge,
    /// The roles that may take it, each at its place; the process may narrow it further.
    roles: Vec<RoleName>,
}

/// A role by name.
#[derive(Clone, Serialize, JsonSchema)]
struct RoleName {
    /// Its name.
    name: String,
    /// Its name for people.
    title: fengsui_registry::kind::Title,
}

async fn diagram(
    State(app): State<App>,
    _caller: Caller,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<DiagramView>> {
    let diagram = app.matters.diagram(&path.id)?;
    let process = app.matters.processes().into_iter().find(|process| process.name == path.id);
    let process = process.ok_or_else(|| Fault::not_found("process", &path.id))?;
    let edges = diagram.edges.into_iter();
    let edges = edges.map(|edge| EdgeView { roles: roles(&app, &process, edge.action), edge }).collect();
    Ok(Json(DiagramView { process: process.name, title: process.title, nodes: diagram.nodes, edges }))
}

/// Those whose permission allows it, narrowed to the roles that the configuration asks for.
fn roles(app: &App, process: &ProcessView, action: &str) -> Vec<RoleName> {
    let configured = process.actions.iter().find(|known| known.descriptor.name == action);
    let configured: &[String] = configured.map(|known| known.roles.as_slice()).unwrap_or_default();
    let allowing = app.identity.roles().allowing(action, process.name);
    let named = |view: fengsui_identity::roles::RoleView| RoleName {
        title: fengsui_registry::kind::Title { zh: view.title.zh, en: view.title.en },
        name: view.name,
    };
    let views = app.identity.roles().views().into_iter().filter(|view| allowing.contains(&view.name));
    views.filter(|view| configured.is_empty() || configured.contains(&view.name)).map(named).collect()
}
