//! The online rate: from turns, over restarts, without what was out of service or not listened to; on both stores.

mod common;

use common::{DEVICE, Plant, device, plant, registration, submission};
use fengsui_kernel::Timestamp;
use fengsui_series::{DeviceFacts, DevicePresence, OutOfServiceInput, Presence, SeriesRegistration, Submission};
use fengsui_storage::on_every_store;

/// The device with what became of the time since `from`, in seconds: online, offline, unknown, out of service.
async fn since(plant: &Plant, from: Timestamp) -> (DevicePresence, [i64; 4]) {
    let mut devices = plant.engine.presence(&plant.system, &[from]).await.expect("devices");
    let device = devices.remove(0);
    let one = device.shares[0];
    let parts = [one.online, one.offline, one.unknown, one.out_of_service].map(|millis| millis / 1000);
    (device, parts)
}

/// Time passes with the program running: it ticks every half minute, the device sends where told to.
async fn pass(plant: &Plant, minutes: i64, sends: bool) {
    for _ in 0..minutes * 2 {
        plant.advance(30);
        if sends {
            plant.send("1").await;
        }
        plant.tick().await;
    }
}

on_every_store!(silence_counts_from_when_it_lasted_too_long_until_the_next_word, |store| async move {
    let plant = plant(store).await;
    let begin = plant.now();
    assert_eq!(since(&plant, begin).await.0.presence, Presence::Never);
    plant.send("1").await;
    pass(&plant, 10, true).await;
    let (device, parts) = since(&plant, begin).await;
    assert_eq!((device.presence, device.silent_after_seconds), (Presence::Online, Some(90)));
    assert_eq!(parts, [600, 0, 0, 0]);
    pass(&plant, 10, false).await;
    let (device, parts) = since(&plant, begin).await;
    assert_eq!((device.presence, device.outages), (Presence::Offline, 1));
    assert_eq!(parts, [600 + 90, 600 - 90, 0, 0], "silent since three missed intervals");
    pass(&plant, 10, true).await;
    assert_eq!(since(&plant, begin).await.1, [600 + 90 + 570, 600 - 90 + 30, 0, 0]);
});

on_every_store!(the_platforms_downtime_is_unknown_and_a_restart_changes_nothing_else, |store| async move {
    let mut plant = plant(store).await;
    let begin = plant.now();
    plant.send("1").await;
    pass(&plant, 5, true).await;
    plant.engine.stop().await;
    plant.advance(3600);
    plant = plant.restart().await;
    assert_eq!(since(&plant, begin).await.1, [300, 0, 3600, 0]);
    pass(&plant, 5, true).await;
    let (device, parts) = since(&plant, begin).await;
    assert_eq!((device.presence, parts), (Presence::Online, [600, 0, 3600, 0]));
    assert_eq!(device.shares[0].rate(), Some(1.0));
});

on_every_store!(out_of_service_is_neither_online_nor_offline, |store| async move {
    let plant = plant(store).await;
    let begin = plant.now();
    plant.send("1").await;
    pass(&plant, 5, true).await;
    let input = OutOfServiceInput { device: DEVICE.into(), series: None, reason: "检修".into(), minutes: 10 };
    plant.engine.take_out_of_service(&plant.system, &input).await.expect("out of service");
    pass(&plant, 5, false).await;
    let (device, parts) = since(&plant, begin).await;
    assert_eq!((device.presence, parts), (Presence::OutOfService, [300, 0, 0, 300]));
    pass(&plant, 15, false).await;
    let (device, parts) = since(&plant, begin).await;
    assert_eq!((device.presence, parts), (Presence::Offline, [300, 600, 0, 600]), "late by the rest of its silence");
});

/// A reading of the device with this number, which lies within its limits.
fn from(plant: &Plant, number: usize) -> Submission {
    Submission { device_key: format!("FLEET-{number}"), ..submission(vec![plant.reading("1")]) }
}

on_every_store!(a_fleet_that_comes_back_at_once_is_told_bit_by_bit_and_holds_no_alarm_back, |store| async move {
    const FLEET: usize = 620;
    let plant = plant(store).await;
    plant.rule(0, 0, 0.0).await;
    for number in 0..FLEET {
        let (id, code) = (format!("01990000-0000-7000-8000-{number:012}"), format!("FLEET-{number}"));
        let device = DeviceFacts { id, code, serial: None, ..device() };
        plant
            .engine
            .register(&plant.system, SeriesRegistration { device, ..registration("level") })
            .await
            .expect("one");
    }
    let online = async || plant.connection_events().await.into_iter().filter(|online| *online).count();
    let ingest = plant.engine.ingest();
    let all = futures::future::join_all((0..FLEET).map(|number| ingest.submit(from(&plant, number))));
    assert!(all.await.iter().all(|done| done.as_ref().is_ok_and(|done| done.accepted == 1)));
    assert_eq!(online().await, 500, "as many as a second has room for");
    plant.send("12.5").await;
    plant.only_alarm().await;
    plant.advance(1);
    plant.tick().await;
    assert_eq!(online().await, FLEET + 1, "and the rest in the next, without another word of them");
    plant.advance(3600);
    plant.tick().await;
    let silent = async || plant.connection_events().await.into_iter().filter(|online| !online).count();
    assert_eq!(silent().await, 500);
    plant.tick().await;
    assert_eq!(silent().await, FLEET + 1);
});
