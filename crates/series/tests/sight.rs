//! What callers see of devices and series as a whole, and where they may hand readings in, on both stores.

mod common;

use common::{DEVICE, plant, registration};
use fengsui_kernel::{Actor, FaultKind, Grant, Principal, Scope};
use fengsui_series::{DeviceFacts, SeriesRegistration};
use fengsui_storage::on_every_store;

const OTHER: &str = "01990000-0000-7000-8000-00000000d002";

fn caller(rights: &[(&str, Scope)]) -> Principal {
    let grant = |(action, scope): &(&str, Scope)| Grant {
        action: (*action).into(),
        kind: "series".into(),
        scope: scope.clone(),
        post: None,
        role: None,
    };
    let actor = Actor::User { id: "u".into(), name: "示例".into(), post: None };
    Principal { actor, posts: vec![], grants: rights.iter().map(grant).collect() }
}

fn within(division: &str) -> Scope {
    Scope::Subtree { division: division.parse().expect("a code") }
}

fn elsewhere() -> SeriesRegistration {
    let division = "640221".parse().expect("a code");
    let device = DeviceFacts {
        id: OTHER.into(),
        code: "GW-02".into(),
        serial: None,
        enterprise: None,
        category: None,
        division,
        ..registration("level").device
    };
    SeriesRegistration { device, division, enterprise: None, installation: None, ..registration("level") }
}

on_every_store!(each_sees_what_is_theirs, |store| async move {
    let plant = plant(store).await;
    plant.engine.register(&plant.system, registration("pressure")).await.expect("a series");
    let other = plant.engine.register(&plant.system, elsewhere()).await.expect("a series").id;
    plant.send("3.5").await;
    for device in [None, Some(DEVICE)] {
        let found = plant.engine.series_in_sight(&plant.system, device, 100).await.expect("series");
        let lasts: Vec<_> =
            found.iter().filter_map(|series| series.last.as_ref()).map(|last| last.value.clone()).collect();
        assert_eq!(lasts, ["3.5"], "the newest value is known at once, sealed or not");
    }
    let seen = async |who: &Principal, device: Option<&str>| {
        let series = plant.engine.series_in_sight(who, device, 100).await.expect("series");
        let devices = plant.engine.devices_in_sight(who, device).await.expect("devices");
        (series.len(), devices.into_iter().map(|device| device.code).collect::<Vec<_>>())
    };
    let (here, enterprise) =
        (within("640181"), Scope::Enterprise { id: "01990000-0000-7000-8000-00000000e001".into() });
    assert_eq!(seen(&plant.system, None).await, (3, vec!["GW-01".to_owned(), "GW-02".to_owned()]));
    for scope in [here.clone(), enterprise] {
        let who = caller(&[("read", scope)]);
        assert_eq!(seen(&who, None).await, (2, vec!["GW-01".to_owned()]));
        assert_eq!(seen(&who, Some(DEVICE)).await, (2, vec!["GW-01".to_owned()]));
        assert_eq!(seen(&who, Some(OTHER)).await, (0, vec![]), "named or not");
    }
    let nobody = caller(&[]);
    assert!(plant.engine.series_in_sight(&nobody, None, 100).await.is_err());
    assert!(plant.engine.devices_in_sight(&nobody, None).await.is_err());
    let many = plant.engine.series_in_sight(&plant.system, None, 2).await.expect_err("too many");
    assert!(matches!(*many.kind, FaultKind::TooLarge { limit: 2 }));
    let version = plant.engine.series(&plant.system, &other).await.expect("the series").version;
    plant.engine.delete_series(&plant.system, &other, version).await.expect("retired");
    assert_eq!(seen(&plant.system, None).await.0, 2, "what is out of use is gone");
});

on_every_store!(readings_are_handed_in_where_the_right_is_held, |store| async move {
    let plant = plant(store).await;
    let ask = async |who: Principal| plant.engine.intake(&who, &plant.series).await;
    let intake = ask(caller(&[("ingest", within("64"))])).await.expect("without the right to read");
    assert_eq!((intake.device_code.as_str(), intake.code.as_str(), &intake.series), ("GW-01", "level", &plant.series));
    let reader = ask(caller(&[("read", within("64"))])).await.expect_err("a reader");
    assert!(matches!(*reader.kind, FaultKind::Denied(_)));
    for rights in
        [vec![], vec![("ingest", within("640221"))], vec![("ingest", within("640221")), ("read", within("640221"))]]
    {
        assert_eq!(ask(caller(&rights)).await.expect_err("a stranger").code(), "not_found", "{rights:?}");
    }
});
