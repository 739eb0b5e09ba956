use fengsui_kernel::{Actor, Place, Principal};

use super::*;

fn code(text: &str) -> DivisionCode {
    text.parse().expect("a division code")
}

fn holder(role: &str, division: &str, enterprise: Option<&str>) -> Principal {
    let roles = Roles::standard().expect("the default roles");
    let grants = roles.grants(role, code(division), enterprise, Some("post"));
    let actor = Actor::User { id: "u".into(), name: "示例".into(), post: None };
    Principal { actor, posts: vec!["post".into()], grants }
}

#[test]
fn a_county_sees_its_own_subtree_and_the_resources_of_its_province() {
    let officer = holder("duty_officer", "640181", None);
    let at = |division: &str| Place::of(code(division));
    assert!(officer.may("read", "enterprise", &at("640181100")));
    assert!(!officer.may("read", "enterprise", &at("640122")));
    assert!(officer.may("read", "rescue_team", &at("640500")), "@province");
    assert!(!officer.may("read", "rescue_team", &at("610000")), "another province");
    assert!(officer.may("read", "division", &at("110000")), "@country");
    assert!(officer.may("publish", "warning", &at("640181")));
    assert!(!officer.may("approve", "warning", &at("640181")), "separation of duties");
    assert!(holder("warning_approver", "6401", None).may("approve", "warning", &at("640181")));
    assert!(!holder("warning_approver", "6401", None).may("open", "warning", &at("640181")));
    assert!(!holder("administrator", "00", None).may("approve", "warning", &at("640181")));
}

#[test]
fn an_enterprise_sees_only_its_own() {
    let staff = holder("enterprise_safety", "640181", Some("e1"));
    let own = Place { division: code("640181"), enterprise: Some("e1".into()) };
    let other = Place { division: code("640181"), enterprise: Some("e2".into()) };
    assert!(staff.may("acknowledge", "alarm", &own));
    assert!(!staff.may("acknowledge", "alarm", &other));
    assert!(!staff.may("read", "enterprise", &Place::of(code("640181"))));
    assert!(staff.may("read", "warning", &Place::of(code("640181"))), "@division");
    assert!(!holder("enterprise_safety", "640181", None).may("read", "alarm", &own), "no enterprise, no rights");
}

#[test]
fn every_wanted_role_has_a_title_and_permissions() {
    let roles = Roles::standard().expect("the default roles");
    let names = [
        "administrator",
        "duty_officer",
        "duty_leader",
        "warning_approver",
        "commander",
        "rescue_leader",
        "enterprise_safety",
        "information_officer",
        "disaster_info_officer",
        "viewer",
    ];
    assert!(names.iter().all(|name| roles.contains(name)));
    assert_eq!(roles.views().len(), names.len());
    assert!(roles.views().iter().all(|view| !view.title.zh.is_empty() && !view.permissions.is_empty()));
    assert_eq!(roles.allowing("approve", "warning"), ["warning_approver"]);
    let view = roles.views().into_iter().find(|view| view.name == "viewer").expect("viewer");
    assert!(view.permissions.contains(&"rescue_team:read@province".to_owned()), "{:?}", view.permissions);
}

#[test]
fn errors_name_the_key() {
    let text = r#"
        [role.clerk]
        title.zh = "办事员"
        title.en = "Clerk"
        includes = ["nobody"]
        permissions = ["alarm:read", "alram:read", "alarm:approve", "alarm", "alarm:read@moon"]
    "#;
    let RolesError(errors) = Roles::parse(text, &Vocabulary::standard()).expect_err("five mistakes");
    assert_eq!(
        errors,
        [
            "role.clerk.permissions[1]: unknown kind `alram` in `alram:read`",
            "role.clerk.permissions[2]: `alarm` has no action `approve` in `alarm:approve`",
            "role.clerk.permissions[3]: `alarm` is not of the form `kind:action`",
            "role.clerk.permissions[4]: unknown reach `@moon` in `alarm:read@moon`; known are @division, @province, @country",
            "role.administrator: missing; the first account needs it",
            "role.clerk.includes: unknown role `nobody`",
        ]
    );
}

#[test]
fn shape_errors_name_the_key_too() {
    let text = "[role.clerk]\ntitle.zh = \"办事员\"\ntitle.en = \"Clerk\"\nscop = \"enterprise\"\npermissions = []\n";
    let RolesError(errors) = Roles::parse(text, &Vocabulary::standard()).expect_err("a misspelt key");
    assert!(errors[0].contains("scop") && errors[0].contains("line 4"), "{errors:?}");
}

#[test]
fn a_new_process_brings_its_own_words() {
    let text = DEFAULT_ROLES.replace("\"overview:read\",\n]", "\"overview:read\",\n\"drill:open|start\",\n]");
    assert!(Roles::parse(&text, &Vocabulary::standard()).is_err());
    assert!(Roles::parse(&text, &Vocabulary::standard().with_process("drill", &["start"])).is_ok());
}
