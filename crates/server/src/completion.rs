//! What an action names, the ledger completes: the tasks of a plan, the name and leader of a team, the
//! post of the enterprise concerned. Processes are pure and cannot look it up; a caller must not have
//! to copy it.

use fengsui_command::matching::tasks_of;
use fengsui_kernel::id::MatterId;
use fengsui_kernel::scale::ResponseLevel;
use fengsui_kernel::{Principal, Result};
use serde_json::{Map, Value, json};

use crate::app::App;

/// Completes the actions of incidents; all others stay as they are.
pub async fn complete(app: &App, caller: &Principal, id: &MatterId, action: Value) -> Result<Value> {
    let Value::Object(mut fields) = action else { return Ok(action) };
    match fields.get("action").and_then(Value::as_str) {
        Some("start_response") => {
            plan_tasks(app, &mut fields).await?;
            enterprise_posts(app, caller, id, &mut fields).await?;
        }
        Some("assign_tasks") => enterprise_posts(app, caller, id, &mut fields).await?,
        Some("dispatch" | "reassign") => team(app, &mut fields).await?,
        _ => {}
    }
    Ok(Value::Object(fields))
}

/// A plan named without tasks means its own tasks of that level; an empty list means none.
async fn plan_tasks(app: &App, fields: &mut Map<String, Value>) -> Result<()> {
    let Some(plan) = text(fields, "plan") else { return Ok(()) };
    let Some(record) = app.registry.find_by_id(&plan).await?.filter(|record| record.kind == "plan") else {
        return Ok(());
    };
    if fields.get("plan_name").is_none_or(Value::is_null) {
        fields.insert("plan_name".to_owned(), json!(record.name));
    }
    let level = text(fields, "level").and_then(|level| level.parse::<ResponseLevel>().ok());
    if let Some(level) = level
        && fields.get("tasks").is_none_or(Value::is_null)
    {
        fields.insert("tasks".to_owned(), json!(tasks_of(&record.attributes, level)));
    }
    Ok(())
}

/// The ledger knows what a team is called and who leads it.
async fn team(app: &App, fields: &mut Map<String, Value>) -> Result<()> {
    let Some(team) = text(fields, "team") else { return Ok(()) };
    let Some(record) = app.registry.find_by_id(&team).await?.filter(|record| record.kind == "rescue_team") else {
        return Ok(());
    };
    fields.insert("team_name".to_owned(), json!(record.name));
    let leader = match record.text("leader_post") {
        Some(code) => app.registry.find_by_code("post", code).await?,
        None => None,
    };
    if let Some(leader) = leader {
        fields.insert("team_post".to_owned(), json!(leader.id));
    }
    Ok(())
}

/// A role that exists in every enterprise means the post of the enterprise concerned.
async fn enterprise_posts(app: &App, caller: &Principal, id: &MatterId, fields: &mut Map<String, Value>) -> Result<()> {
    let Some(tasks) = fields.get_mut("tasks").and_then(Value::as_array_mut) else { return Ok(()) };
    let Some(enterprise) = app.matters.get(caller, id).await?.enterprise else { return Ok(()) };
    for task in tasks.iter_mut().filter_map(Value::as_object_mut) {
        let role = text(task, "role").filter(|role| app.identity.roles().needs_enterprise(role));
        let Some(role) = role.filter(|_| text(task, "post").is_none()) else { continue };
        let posts = app.registry.with_attribute("post", "role", &role, None).await?;
        if let Some(post) = posts.into_iter().find(|post| post.enterprise.as_deref() == Some(enterprise.as_str())) {
            task.insert("post".to_owned(), json!(post.id));
            task.insert("role".to_owned(), Value::Null);
        }
    }
    Ok(())
}

fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    fields.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}
