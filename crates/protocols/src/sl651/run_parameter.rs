//! The run parameters of table D.4, read and written by functions 42 and 43.

/// One row of table D.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunParameter {
    /// The identifier.
    pub code: u16,
    /// The field's own term.
    pub term: &'static str,
    /// Unit; empty where there is none.
    pub unit: &'static str,
    /// Digits, those after the point included.
    pub digits: u8,
    /// Digits after the point.
    pub decimals: u8,
}

impl RunParameter {
    /// The definition byte the standard's own digits yield.
    pub fn definition(&self) -> u8 {
        self.digits.div_ceil(2) << 3 | self.decimals
    }
}

/// The row of a code. 97 (wipe stored data) and 98 (factory settings) carry no value and have none.
pub fn run_parameter(code: u16) -> Option<&'static RunParameter> {
    let index = PARAMETERS.binary_search_by_key(&code, |parameter| parameter.code).ok()?;
    PARAMETERS.get(index)
}

const fn row(code: u16, term: &'static str, unit: &'static str, digits: u8, decimals: u8) -> RunParameter {
    RunParameter { code, term, unit, digits, decimals }
}

// The draft gives the limits of pH as N(2,1) though 14.0 needs three digits, which makes two bytes.
#[rustfmt::skip]
const PARAMETERS: &[RunParameter] = &[
    row(0x20, "定时报时间间隔", "h", 2, 0),
    row(0x21, "加报时间间隔", "min", 2, 0),
    row(0x22, "降水量日起始时间", "h", 2, 0),
    row(0x23, "采样间隔", "s", 4, 0),
    row(0x24, "水位数据存储间隔", "min", 2, 0),
    row(0x25, "雨量计分辨力", "mm", 2, 1),
    row(0x26, "水位计分辨力", "cm", 2, 1),
    row(0x27, "雨量加报阈值", "mm", 2, 0),
    row(0x28, "水位基值1", "m", 7, 3),
    row(0x29, "水位基值2", "m", 7, 3),
    row(0x2A, "水位基值3", "m", 7, 3),
    row(0x2B, "水位基值4", "m", 7, 3),
    row(0x2C, "水位基值5", "m", 7, 3),
    row(0x2D, "水位基值6", "m", 7, 3),
    row(0x2E, "水位基值7", "m", 7, 3),
    row(0x2F, "水位基值8", "m", 7, 3),
    row(0x30, "水位修正基值1", "m", 5, 3),
    row(0x31, "水位修正基值2", "m", 5, 3),
    row(0x32, "水位修正基值3", "m", 5, 3),
    row(0x33, "水位修正基值4", "m", 5, 3),
    row(0x34, "水位修正基值5", "m", 5, 3),
    row(0x35, "水位修正基值6", "m", 5, 3),
    row(0x36, "水位修正基值7", "m", 5, 3),
    row(0x37, "水位修正基值8", "m", 5, 3),
    row(0x38, "加报水位1", "m", 4, 2),
    row(0x39, "加报水位2", "m", 4, 2),
    row(0x3A, "加报水位3", "m", 4, 2),
    row(0x3B, "加报水位4", "m", 4, 2),
    row(0x3C, "加报水位5", "m", 4, 2),
    row(0x3D, "加报水位6", "m", 4, 2),
    row(0x3E, "加报水位7", "m", 4, 2),
    row(0x3F, "加报水位8", "m", 4, 2),
    row(0x40, "加报水位以上加报阈值", "m", 3, 2),
    row(0x41, "加报水位以下加报阈值", "m", 3, 2),
    row(0x42, "流量加报阈值", "m³/s", 6, 3),
    row(0x43, "流速加报阈值", "m/s", 5, 3),
    row(0x44, "闸位加报阈值", "m", 3, 2),
    row(0x45, "功率加报阈值", "kW", 6, 0),
    row(0x46, "气压加报阈值", "hPa", 4, 0),
    row(0x47, "风速加报阈值", "m/s", 4, 2),
    row(0x48, "水温加报阈值", "°C", 2, 1),
    row(0x49, "取(排)水口1上限水位", "m", 4, 2),
    row(0x4A, "取(排)水口1下限水位", "m", 4, 2),
    row(0x4B, "取(排)水口2上限水位", "m", 4, 2),
    row(0x4C, "取(排)水口2下限水位", "m", 4, 2),
    row(0x4D, "取(排)水口3上限水位", "m", 4, 2),
    row(0x4E, "取(排)水口3下限水位", "m", 4, 2),
    row(0x4F, "取(排)水口4上限水位", "m", 4, 2),
    row(0x50, "取(排)水口4下限水位", "m", 4, 2),
    row(0x51, "取(排)水口5上限水位", "m", 4, 2),
    row(0x52, "取(排)水口5下限水位", "m", 4, 2),
    row(0x53, "取(排)水口6上限水位", "m", 4, 2),
    row(0x54, "取(排)水口6下限水位", "m", 4, 2),
    row(0x55, "取(排)水口7上限水位", "m", 4, 2),
    row(0x56, "取(排)水口7下限水位", "m", 4, 2),
    row(0x57, "取(排)水口8上限水位", "m", 4, 2),
    row(0x58, "取(排)水口8下限水位", "m", 4, 2),
    row(0x59, "取(排)水口1上限水压", "kPa", 8, 2),
    row(0x5A, "取(排)水口1下限水压", "kPa", 8, 2),
    row(0x5B, "取(排)水口2上限水压", "kPa", 8, 2),
    row(0x5C, "取(排)水口2下限水压", "kPa", 8, 2),
    row(0x5D, "取(排)水口3上限水压", "kPa", 8, 2),
    row(0x5E, "取(排)水口3下限水压", "kPa", 8, 2),
    row(0x5F, "取(排)水口4上限水压", "kPa", 8, 2),
    row(0x60, "取(排)水口4下限水压", "kPa", 8, 2),
    row(0x61, "取(排)水口5上限水压", "kPa", 8, 2),
    row(0x62, "取(排)水口5下限水压", "kPa", 8, 2),
    row(0x63, "取(排)水口6上限水压", "kPa", 8, 2),
    row(0x64, "取(排)水口6下限水压", "kPa", 8, 2),
    row(0x65, "取(排)水口7上限水压", "kPa", 8, 2),
    row(0x66, "取(排)水口7下限水压", "kPa", 8, 2),
    row(0x67, "取(排)水口8上限水压", "kPa", 8, 2),
    row(0x68, "取(排)水口8下限水压", "kPa", 8, 2),
    row(0x69, "水温上限", "°C", 3, 1),
    row(0x6A, "水温下限", "°C", 3, 1),
    row(0x6B, "pH值上限", "", 3, 1),
    row(0x6C, "pH值下限", "", 3, 1),
    row(0x6D, "溶解氧上限", "mg/L", 4, 1),
    row(0x6E, "溶解氧下限", "mg/L", 4, 1),
    row(0x6F, "高锰酸盐指数上限", "mg/L", 4, 1),
    row(0x70, "高锰酸盐指数下限", "mg/L", 4, 1),
    row(0x71, "电导率上限", "µS/cm", 5, 0),
    row(0x72, "电导率下限", "µS/cm", 5, 0),
    row(0x73, "氧化还原电位上限", "mV", 5, 1),
    row(0x74, "氧化还原电位下限", "mV", 5, 1),
    row(0x75, "浊度上限", "NTU", 3, 0),
    row(0x76, "浊度下限", "NTU", 3, 0),
    row(0x77, "氨氮上限", "mg/L", 6, 2),
    row(0x78, "氨氮下限", "mg/L", 6, 2),
    row(0x79, "总氮上限", "mg/L", 5, 2),
    row(0x7A, "总氮下限", "mg/L", 5, 2),
    row(0x7B, "铜上限", "mg/L", 7, 4),
    row(0x7C, "铜下限", "mg/L", 7, 4),
    row(0x7D, "锌上限", "mg/L", 6, 4),
    row(0x7E, "锌下限", "mg/L", 6, 4),
    row(0x7F, "氟化物上限", "mg/L", 5, 2),
    row(0x80, "氟化物下限", "mg/L", 5, 2),
    row(0x81, "硒上限", "mg/L", 7, 5),
    row(0x82, "硒下限", "mg/L", 7, 5),
    row(0x83, "砷上限", "mg/L", 7, 5),
    row(0x84, "砷下限", "mg/L", 7, 5),
    row(0x85, "汞上限", "mg/L", 7, 5),
    row(0x86, "汞下限", "mg/L", 7, 5),
    row(0x87, "镉上限", "mg/L", 7, 5),
    row(0x88, "镉下限", "mg/L", 7, 5),
    row(0x89, "总有机碳上限", "mg/L", 4, 2),
    row(0x8A, "总有机碳下限", "mg/L", 4, 2),
    row(0x8B, "叶绿素上限", "mg/L", 4, 2),
    row(0x8C, "叶绿素下限", "mg/L", 4, 2),
    row(0x8D, "流量上限", "m³/s", 11, 3),
    row(0x8E, "水表1充值水量", "m³", 11, 3),
    row(0x8F, "水表2充值水量", "m³", 11, 3),
    row(0x90, "水表3充值水量", "m³", 11, 3),
    row(0x91, "水表4充值水量", "m³", 11, 3),
    row(0x92, "水表5充值水量", "m³", 11, 3),
    row(0x93, "水表6充值水量", "m³", 11, 3),
    row(0x94, "水表7充值水量", "m³", 11, 3),
    row(0x95, "水表8充值水量", "m³", 11, 3),
    row(0x96, "水量定值量", "m³", 11, 3),
    row(0x99, "水表1水量表底(初始)值", "m³", 11, 3),
    row(0x9A, "水表2水量表底(初始)值", "m³", 11, 3),
    row(0x9B, "水表3水量表底(初始)值", "m³", 11, 3),
    row(0x9C, "水表4水量表底(初始)值", "m³", 11, 3),
    row(0x9D, "水表5水量表底(初始)值", "m³", 11, 3),
    row(0x9E, "水表6水量表底(初始)值", "m³", 11, 3),
    row(0x9F, "水表7水量表底(初始)值", "m³", 11, 3),
    row(0xA0, "水表8水量表底(初始)值", "m³", 11, 3),
    row(0xA1, "水表1剩余水量报警值", "m³", 11, 3),
    row(0xA2, "水表2剩余水量报警值", "m³", 11, 3),
    row(0xA3, "水表3剩余水量报警值", "m³", 11, 3),
    row(0xA4, "水表4剩余水量报警值", "m³", 11, 3),
    row(0xA5, "水表5剩余水量报警值", "m³", 11, 3),
    row(0xA6, "水表6剩余水量报警值", "m³", 11, 3),
    row(0xA7, "水表7剩余水量报警值", "m³", 11, 3),
    row(0xA8, "水表8剩余水量报警值", "m³", 11, 3),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_complete() {
        assert!(PARAMETERS.windows(2).all(|pair| matches!(pair, [first, second] if first.code < second.code)));
        assert_eq!(PARAMETERS.len(), 0xA8 - 0x20 + 1 - 2);
        assert_eq!(run_parameter(0x20).map(RunParameter::definition), Some(0x08));
        assert_eq!(run_parameter(0x28).map(RunParameter::definition), Some(0x23));
        assert_eq!(run_parameter(0x97), None);
    }
}
