//! Devices (设备): gateways, loggers, detectors, cameras.

use fengsui_kernel::{Fault, Problems, Text};
use fengsui_registry::{Kind, choices};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// What a device is.
    pub enum DeviceCategory {
        Gateway = "gateway", "采集网关", "gateway";
        Logger = "logger", "数采仪", "data logger";
        Camera = "camera", "摄像机", "camera";
        GasDetector = "gas_detector", "气体探测器", "gas detector";
    }
}

choices! {
    /// How a device speaks.
    pub enum DeviceProtocol {
        Mqtt = "mqtt", "MQTT", "MQTT";
        Hj212 = "hj212", "HJ 212", "HJ 212";
        Http = "http", "HTTP", "HTTP";
    }
}

/// A device that sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// What it is.
    #[schemars(extend("x-title" = ["设备类别", "Category"], "x-flags" = "filterable searchable listed"))]
    pub category: DeviceCategory,
    /// How it speaks.
    #[schemars(extend("x-title" = ["通信协议", "Protocol"], "x-flags" = "filterable listed"))]
    pub protocol: DeviceProtocol,
    /// Model.
    #[schemars(extend("x-title" = ["型号", "Model"], "x-flags" = "searchable listed"))]
    pub model: Option<String>,
    /// What it watches.
    #[schemars(extend("x-title" = ["所在设施", "Installation"], "x-flags" = "filterable listed", "x-reference" = "installation"))]
    pub installation: Option<String>,
    /// Serial number; of an HJ 212 station its MN.
    #[schemars(extend("x-title" = ["序列号", "Serial"], "x-flags" = "filterable searchable"))]
    pub serial: Option<String>,
}

impl Kind for Device {
    const NAME: &'static str = "device";
    const TITLE: Text = Text::new("设备", "Device");
    const ICON: &'static str = "sensor";

    fn validate(&self, problems: &mut Problems) {
        // Frames of HJ 212 carry nothing but the MN to tell who sent them.
        if self.protocol == DeviceProtocol::Hj212 && self.serial.is_none() {
            problems.push(Fault::field("attributes.serial", "required"));
        }
    }
}
