//! Analogue quantities: units, scaling and valid ranges (8.2.1.3, table 6).

use super::coded::coded_enum;

coded_enum! {
    /// What an analogue value measures.
    Quantity {
        0 Unused "unused" "未用"
        1 EventCount "event_count" "事件计数"
        2 Height "height" "高度"
        3 Temperature "temperature" "温度"
        4 PressureMegapascal "pressure_megapascal" "压力（兆帕）"
        5 PressureKilopascal "pressure_kilopascal" "压力（千帕）"
        6 GasConcentration "gas_concentration" "气体浓度"
        7 Time "time" "时间"
        8 Voltage "voltage" "电压"
        9 Current "current" "电流"
        10 Flow "flow" "流量"
        11 AirVolume "air_volume" "风量"
        12 WindSpeed "wind_speed" "风速"
    }
}

impl Quantity {
    /// Unit of the scaled value; none where the table gives none.
    pub fn unit(self) -> Option<&'static str> {
        Some(match self {
            Self::EventCount => "件",
            Self::Height => "m",
            Self::Temperature => "℃",
            Self::PressureMegapascal => "MPa",
            Self::PressureKilopascal => "kPa",
            Self::GasConcentration => "%LEL",
            Self::Time => "s",
            Self::Voltage => "V",
            Self::Current => "A",
            Self::Flow => "L/s",
            Self::AirVolume => "m³/min",
            Self::WindSpeed => "m/s",
            Self::Unused | Self::Reserved(_) | Self::UserDefined(_) => return None,
        })
    }

    /// Decimal places of the smallest step: 2 for 0.01 m, 0 where the table says nothing.
    pub fn decimals(self) -> u8 {
        match self {
            Self::Height => 2,
            Self::Temperature
            | Self::PressureMegapascal
            | Self::PressureKilopascal
            | Self::GasConcentration
            | Self::Voltage
            | Self::Current
            | Self::Flow
            | Self::AirVolume => 1,
            _ => 0,
        }
    }

    /// Whether the raw value lies in the valid range of the table; none where the table gives no range.
    pub fn admits(self, raw: i16) -> Option<bool> {
        let range = match self {
            Self::Temperature => -2730..=32000,
            Self::GasConcentration => 0..=1000,
            Self::WindSpeed => 0..=20,
            _ => {
                self.unit()?;
                0..=32000
            }
        };
        Some(range.contains(&raw))
    }

    /// The scaled value as decimal text, in [`unit`](Self::unit).
    pub fn scale(self, raw: i16) -> String {
        let magnitude = raw.unsigned_abs();
        let sign = if raw < 0 { "-" } else { "" };
        match self.decimals() {
            0 => format!("{sign}{magnitude}"),
            1 => format!("{sign}{}.{}", magnitude / 10, magnitude % 10),
            _ => format!("{sign}{}.{:02}", magnitude / 100, magnitude % 100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_values_are_scaled_as_text() {
        assert_eq!(Quantity::GasConcentration.scale(200), "20.0");
        assert_eq!(Quantity::Temperature.scale(-5), "-0.5");
        assert_eq!(Quantity::Height.scale(i16::MIN), "-327.68");
        assert_eq!(Quantity::WindSpeed.scale(12), "12");
        assert_eq!(Quantity::from_number(200).scale(7), "7");
    }

    #[test]
    fn values_outside_the_range_are_told() {
        assert_eq!(Quantity::GasConcentration.admits(1000), Some(true));
        assert_eq!(Quantity::GasConcentration.admits(1001), Some(false));
        assert_eq!(Quantity::Temperature.admits(-2731), Some(false));
        assert_eq!(Quantity::from_number(99).admits(1), None);
    }
}
