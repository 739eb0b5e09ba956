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
        VehicleTerminal = "vehicle_terminal", "车载终端", "vehicle terminal";
    }
}

choices! {
    /// How a device speaks.
    pub enum DeviceProtocol {
        Mqtt = "mqtt", "MQTT", "MQTT";
        Hj212 = "hj212", "HJ 212", "HJ 212";
        Sl651 = "sl651", "SL 651", "SL 651";
        Jt808 = "jt808", "JT/T 808", "JT/T 808";
        Gb26875 = "gb26875", "GB/T 26875.3", "GB/T 26875.3";
        Http = "http", "HTTP", "HTTP";
    }
}

choices! {
    /// What the vehicle of a terminal is: rules of speed and rest differ.
    pub enum VehicleClass {
        DangerousGoods = "dangerous_goods", "危险货物运输车", "dangerous goods";
        Coach = "coach", "客运车辆（班线、包车、旅游）", "coach";
        Other = "other", "其他车辆", "other vehicle";
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
    /// When it was last calibrated (检定、校准).
    #[schemars(extend("x-title" = ["上次检定日期", "Calibrated on"], "x-flags" = "filterable", "format" = "date"))]
    pub calibrated_on: Option<String>,
    /// Months until it is due again.
    #[schemars(range(min = 1, max = 240), extend("x-title" = ["检定周期（月）", "Calibration period"], "x-flags" = "filterable", "x-unit" = "月"))]
    pub calibration_months: Option<u32>,
    /// Number of the certificate.
    #[schemars(extend("x-title" = ["检定证书编号", "Certificate"], "x-flags" = "searchable"))]
    pub calibration_certificate: Option<String>,
    /// Number plate of its vehicle.
    #[schemars(extend("x-title" = ["车牌号", "Number plate"], "x-flags" = "filterable searchable", "maxLength" = 20))]
    pub plate: Option<String>,
    /// What its vehicle is.
    #[schemars(extend("x-title" = ["车辆类别", "Vehicle class"], "x-flags" = "filterable"))]
    pub vehicle_class: Option<VehicleClass>,
    /// Greatest speed of its vehicle; by class if absent.
    #[schemars(range(min = 5, max = 120), extend("x-title" = ["限速", "Speed limit"], "x-flags" = "filterable", "x-unit" = "km/h"))]
    pub speed_limit_kmh: Option<u32>,
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
        // A period without a date is never due: nobody would notice.
        if self.calibration_months.is_some() && self.calibrated_on.is_none() {
            problems.push(Fault::field("attributes.calibrated_on", "required"));
        }
        if self.calibration_months.is_some_and(|months| !(1..=240).contains(&months)) {
            problems.push(
                Fault::field("attributes.calibration_months", "out_of_range").with("min", "1").with("max", "240"),
            );
        }
    }
}
