//! The configuration is checked when the program starts, and names the key at fault.

use fengsui_matters::{Configuration, ConfigurationError};
use fengsui_storage::testkit;

use crate::*;

async fn check(text: &str) -> Result<(), String> {
    let store = testkit::sqlite().await;
    let built = Engine::builder(store.db.clone())
        .process::<process::Repair>()
        .process::<process::Errand>()
        .roles(["officer", "leader"])
        .configure(CONFIGURATION)
        .and_then(|builder| builder.configure(text))
        .and_then(fengsui_matters::Builder::build);
    built.map(|_| ()).map_err(|error: ConfigurationError| error.to_string())
}

#[tokio::test]
async fn names_the_key_at_fault() {
    let cases = [
        ("[repairs.clocks.report]\nminutes = 1", "repairs: there is no process `repairs`; there are: errand, repair"),
        ("[repair.actions.aprove]\nroles = []", "repair.actions.aprove: there is no action `aprove`"),
        ("[repair.actions.approve]\nroles = ['boss']", "repair.actions.approve.roles: there is no role `boss`"),
        ("[repair.clocks.reports]\nminutes = 1", "repair.clocks.reports: there is no clock `reports`"),
        ("[repair.clocks.report]\nminutes = 61", "repair.clocks.report.minutes: 61 minutes are longer than the 60"),
        ("[repair.clocks.report]\nminutes = 0", "repair.clocks.report.minutes: 0 minutes are outside"),
        ("[repair.clocks.report]\nremind_before_minutes = 60", "repair.clocks.report.remind_before_minutes: 60"),
        (
            "[repair.clocks.report]\nescalate_to_role = 'boss'",
            "repair.clocks.report.escalate_to_role: there is no role",
        ),
        ("[repair.settings.approve]\nred.roles = ['boss']", "repair.settings.approve.red.roles: there is no role"),
        ("[repair.clocks.report]\nminute = 5", "repair.clocks.report"),
        ("[repair.clocks.report]\nminutes = 'five'", "repair.clocks.report.minutes"),
        ("[repair", "TOML"),
    ];
    for (text, expected) in cases {
        let error = check(text).await.expect_err(text);
        assert!(error.contains(expected), "{text}: {error}");
    }
    assert!(check("[repair.clocks.report]\nminutes = 61").await.expect_err("law").contains("示例条例 §9"));
    let both = check("[repair.clocks.report]\nminutes = 61\n[odd]").await.expect_err("two faults");
    assert_eq!(both.lines().count(), 2, "{both}");
}

#[tokio::test]
async fn a_stricter_clock_is_welcome_and_shown() {
    let store = testkit::sqlite().await;
    let engine = Engine::builder(store.db.clone())
        .process::<process::Repair>()
        .configure(CONFIGURATION)
        .and_then(|builder| builder.configure("[repair.clocks.report]\nminutes = 30"))
        .and_then(fengsui_matters::Builder::build)
        .expect("stricter");
    let view = &engine.processes()[0];
    assert_eq!(view.clocks[0].minutes, 30);
    let roles =
        |name: &str| view.actions.iter().find(|action| action.descriptor.name == name).map(|it| it.roles.clone());
    assert_eq!(roles("approve"), Some(vec!["leader".to_owned()]), "later texts override single keys only");
}

#[tokio::test]
async fn forms_and_diagram_come_from_the_type() {
    let store = testkit::sqlite().await;
    let engine = engine(&store);
    let diagram = engine.diagram("repair").expect("diagram");
    assert_eq!((diagram.nodes.len(), diagram.edges.len()), (3, 6));
    assert_eq!(engine.diagram("no").expect_err("unknown").code(), "unknown_value");
    let views = engine.processes();
    let repair = views.iter().find(|view| view.name == "repair").expect("repair");
    let finish = repair.actions.iter().find(|action| action.descriptor.name == "finish").expect("finish");
    let properties = finish.schema["properties"].as_object().expect("properties");
    assert_eq!(properties.keys().collect::<Vec<_>>(), ["result", "cost", "until"]);
    assert_eq!(finish.schema["required"], serde_json::json!(["result"]));
    assert!(repair.opening_schema["properties"]["severity"].is_object());
}

/// The shipped file has the right shape; the composition checks it against all processes.
#[test]
fn the_shipped_defaults_have_the_right_shape() {
    let text = include_str!("../../../fengsui/config/processes.toml");
    let shipped: Configuration = toml::from_str(text).expect("processes.toml");
    assert!(shipped.processes.contains_key("warning"));
}
