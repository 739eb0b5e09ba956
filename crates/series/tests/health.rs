//! The health of a device without rules: its clock, its line, jumps; kept over a restart; on both stores.

mod common;

use common::{DEVICE, Plant, plant, submission};
use fengsui_series::{DeviceHealth, DeviceTrouble, Reading};
use fengsui_storage::on_every_store;
use jiff::SignedDuration;

async fn health(plant: &Plant) -> DeviceHealth {
    plant.engine.device_health(&plant.system, Some(DEVICE)).await.expect("health").remove(0)
}

async fn troubles(plant: &Plant) -> Vec<DeviceTrouble> {
    health(plant).await.troubles.into_iter().map(|one| one.trouble).collect()
}

/// A reading whose time is off by so many seconds: positive for a slow clock.
fn behind(plant: &Plant, seconds: i64) -> Reading {
    let observed_at = plant.now().checked_sub(SignedDuration::from_secs(seconds)).expect("a time");
    Reading { observed_at, ..plant.reading("5") }
}

on_every_store!(a_slow_clock_is_told_and_so_is_a_fast_one_whose_readings_are_refused, |store| async move {
    let plant = plant(store).await;
    assert_eq!(troubles(&plant).await, [DeviceTrouble::Never]);
    for _ in 0..5 {
        plant.advance(30);
        plant.engine.ingest().submit(submission(vec![behind(&plant, 720)])).await.expect("taken");
    }
    let slow = health(&plant).await;
    assert_eq!((slow.clock_seconds, slow.troubles[0].trouble), (Some(720), DeviceTrouble::Clock));
    for _ in 0..9 {
        plant.advance(30);
        let done = plant.engine.ingest().submit(submission(vec![behind(&plant, -900)])).await.expect("taken");
        assert_eq!(done.quarantined, 1, "beyond what is tolerated of the future");
    }
    assert_eq!(health(&plant).await.clock_seconds, Some(-900));
});

on_every_store!(a_line_that_never_moves_and_a_jump_are_told_after_a_restart_too, |store| async move {
    let mut plant = plant(store).await;
    for _ in 0..25 {
        plant.send("5").await;
        plant.advance(3600);
    }
    plant.send("5").await;
    assert_eq!(troubles(&plant).await, [DeviceTrouble::Still]);
    plant = plant.restart().await;
    assert_eq!(troubles(&plant).await, [DeviceTrouble::Still]);
    plant.advance(30);
    plant.send("14").await;
    plant.advance(30);
    plant.send("16").await;
    plant = plant.restart().await;
    let found = health(&plant).await;
    assert_eq!(troubles(&plant).await, [DeviceTrouble::Jump, DeviceTrouble::OutOfScale]);
    assert_eq!(
        (found.troubles[0].before, found.troubles[0].value, found.clock_seconds),
        (Some(5.0), Some(14.0), Some(0))
    );
});
