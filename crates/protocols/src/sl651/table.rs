//! The elements of table C.1 that are numbers, with unit and data definition `N(digits, decimals)`.

/// One row of table C.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ElementKind {
    /// The identifier in HEX coding.
    pub code: u16,
    /// The identifier in ASCII coding.
    pub symbol: &'static str,
    /// The field's own term.
    pub term: &'static str,
    /// Unit; empty for counts, codes and grades.
    pub unit: &'static str,
    /// Digits, those after the point included.
    pub digits: u8,
    /// Digits after the point. A frame's own definition goes before it.
    pub decimals: u8,
}

impl ElementKind {
    /// The definition byte the standard's own digits yield: bytes in the high five bits, decimals in the low three.
    pub fn definition(&self) -> u8 {
        self.digits.div_ceil(2) << 3 | self.decimals
    }
}

/// The row of a code; nothing for codes the table does not define as numbers.
pub fn element_kind(code: u16) -> Option<&'static ElementKind> {
    let index = KINDS.binary_search_by_key(&code, |kind| kind.code).ok()?;
    KINDS.get(index)
}

/// The row of an ASCII symbol, in either case.
pub fn element_kind_of_symbol(symbol: &str) -> Option<&'static ElementKind> {
    KINDS.iter().find(|kind| kind.symbol.eq_ignore_ascii_case(symbol))
}

const fn row(code: u16, symbol: &'static str, term: &'static str, unit: &'static str, size: (u8, u8)) -> ElementKind {
    ElementKind { code, symbol, term, unit, digits: size.0, decimals: size.1 }
}

#[rustfmt::skip]
const KINDS: &[ElementKind] = &[
    row(0x01, "AC", "断面面积", "m²", (8, 2)),
    row(0x02, "AI", "瞬时气温", "°C", (3, 1)),
    row(0x03, "C", "瞬时水温", "°C", (3, 1)),
    row(0x05, "DT", "时段长,降水、引排水、抽水历时", "h.min", (4, 2)),
    row(0x06, "ED", "日蒸发量", "mm", (5, 1)),
    row(0x07, "EJ", "当前蒸发", "mm", (5, 1)),
    row(0x08, "FL", "气压", "hPa", (5, 0)),
    row(0x09, "GH", "闸坝、水库闸门开启高度", "m", (5, 2)),
    row(0x0A, "GN", "输水设备、闸门(组)编号", "", (3, 0)),
    row(0x0B, "GS", "输水设备类别", "", (1, 0)),
    row(0x0C, "GT", "水库、闸坝闸门开启孔数", "", (3, 0)),
    row(0x0D, "GTP", "地温", "°C", (3, 1)),
    row(0x0E, "H", "地下水瞬时埋深", "m", (6, 2)),
    row(0x0F, "HW", "波浪高度", "m", (5, 2)),
    row(0x10, "M10", "10厘米处土壤含水量", "%", (4, 1)),
    row(0x11, "M20", "20厘米处土壤含水量", "%", (4, 1)),
    row(0x12, "M30", "30厘米处土壤含水量", "%", (4, 1)),
    row(0x13, "M40", "40厘米处土壤含水量", "%", (4, 1)),
    row(0x14, "M50", "50厘米处土壤含水量", "%", (4, 1)),
    row(0x15, "M60", "60厘米处土壤含水量", "%", (4, 1)),
    row(0x16, "M80", "80厘米处土壤含水量", "%", (4, 1)),
    row(0x17, "M100", "100厘米处土壤含水量", "%", (4, 1)),
    row(0x18, "MST", "湿度", "%", (4, 1)),
    row(0x19, "NS", "开机台数", "", (2, 0)),
    row(0x1A, "P1", "1小时时段降水量", "mm", (5, 1)),
    row(0x1B, "P2", "2小时时段降水量", "mm", (5, 1)),
    row(0x1C, "P3", "3小时时段降水量", "mm", (5, 1)),
    row(0x1D, "P6", "6小时时段降水量", "mm", (5, 1)),
    row(0x1E, "P12", "12小时时段降水量", "mm", (5, 1)),
    row(0x1F, "PD", "日降水量", "mm", (5, 1)),
    row(0x20, "PJ", "当前降水量", "mm", (5, 1)),
    row(0x21, "PN01", "1分钟时段降水量", "mm", (5, 1)),
    row(0x22, "PN05", "5分钟时段降水量", "mm", (5, 1)),
    row(0x23, "PN10", "10分钟时段降水量", "mm", (5, 1)),
    row(0x24, "PN30", "30分钟时段降水量", "mm", (5, 1)),
    row(0x25, "PR", "暴雨量", "mm", (5, 1)),
    row(0x26, "PT", "降水量累计值", "mm", (6, 1)),
    row(0x27, "Q", "瞬时流量、抽水流量", "m³/s", (9, 3)),
    row(0x28, "Q1", "取(排)水口流量1", "m³/s", (9, 3)),
    row(0x29, "Q2", "取(排)水口流量2", "m³/s", (9, 3)),
    row(0x2A, "Q3", "取(排)水口流量3", "m³/s", (9, 3)),
    row(0x2B, "Q4", "取(排)水口流量4", "m³/s", (9, 3)),
    row(0x2C, "Q5", "取(排)水口流量5", "m³/s", (9, 3)),
    row(0x2D, "Q6", "取(排)水口流量6", "m³/s", (9, 3)),
    row(0x2E, "Q7", "取(排)水口流量7", "m³/s", (9, 3)),
    row(0x2F, "Q8", "取(排)水口流量8", "m³/s", (9, 3)),
    row(0x30, "QA", "总出库流量、过闸总流量", "m³/s", (9, 3)),
    row(0x31, "QZ", "输水设备流量、过闸(组)流量", "m³/s", (9, 3)),
    row(0x32, "SW", "输沙量", "10⁴t", (11, 3)),
    row(0x33, "UC", "风向", "", (2, 0)),
    row(0x34, "UE", "风力(级)", "", (2, 0)),
    row(0x35, "US", "风速", "m/s", (4, 1)),
    row(0x36, "VA", "断面平均流速", "m/s", (5, 3)),
    row(0x37, "VJ", "当前瞬时流速", "m/s", (5, 3)),
    row(0x38, "VT", "电源电压", "V", (4, 2)),
    row(0x39, "Z", "瞬时河道水位、潮位", "m", (7, 3)),
    row(0x3A, "ZB", "库(闸、站)下水位", "m", (7, 3)),
    row(0x3B, "ZU", "库(闸、站)上水位", "m", (7, 3)),
    row(0x3C, "Z1", "取(排)水口水位1", "m", (7, 3)),
    row(0x3D, "Z2", "取(排)水口水位2", "m", (7, 3)),
    row(0x3E, "Z3", "取(排)水口水位3", "m", (7, 3)),
    row(0x3F, "Z4", "取(排)水口水位4", "m", (7, 3)),
    row(0x40, "Z5", "取(排)水口水位5", "m", (7, 3)),
    row(0x41, "Z6", "取(排)水口水位6", "m", (7, 3)),
    row(0x42, "Z7", "取(排)水口水位7", "m", (7, 3)),
    row(0x43, "Z8", "取(排)水口水位8", "m", (7, 3)),
    row(0x44, "SQ", "含沙量", "kg/m³", (9, 3)),
    row(0x46, "pH", "pH值", "", (4, 2)),
    row(0x47, "DO", "溶解氧", "mg/L", (4, 1)),
    row(0x48, "COND", "电导率", "µS/cm", (5, 0)),
    row(0x49, "TURB", "浊度", "NTU", (3, 0)),
    row(0x4A, "CODMN", "高锰酸盐指数", "mg/L", (4, 1)),
    row(0x4B, "REDOX", "氧化还原电位", "mV", (5, 1)),
    row(0x4C, "NH4N", "氨氮", "mg/L", (6, 2)),
    row(0x4D, "TP", "总磷", "mg/L", (5, 3)),
    row(0x4E, "TN", "总氮", "mg/L", (5, 2)),
    row(0x4F, "TOC", "总有机碳", "mg/L", (4, 2)),
    row(0x50, "CU", "铜", "mg/L", (7, 4)),
    row(0x51, "ZN", "锌", "mg/L", (6, 4)),
    row(0x52, "SE", "硒", "mg/L", (7, 5)),
    row(0x53, "AS", "砷", "mg/L", (7, 5)),
    row(0x54, "THG", "总汞", "mg/L", (7, 5)),
    row(0x55, "CD", "镉", "mg/L", (7, 5)),
    row(0x56, "PB", "铅", "mg/L", (7, 5)),
    row(0x57, "CHLA", "叶绿素a", "mg/L", (4, 2)),
    row(0x58, "WP1", "水压1", "kPa", (5, 2)),
    row(0x59, "WP2", "水压2", "kPa", (5, 2)),
    row(0x5A, "WP3", "水压3", "kPa", (5, 2)),
    row(0x5B, "WP4", "水压4", "kPa", (5, 2)),
    row(0x5C, "WP5", "水压5", "kPa", (5, 2)),
    row(0x5D, "WP6", "水压6", "kPa", (5, 2)),
    row(0x5E, "WP7", "水压7", "kPa", (5, 2)),
    row(0x5F, "WP8", "水压8", "kPa", (5, 2)),
    row(0x60, "SYL1", "水表1剩余水量", "m³", (11, 3)),
    row(0x61, "SYL2", "水表2剩余水量", "m³", (11, 3)),
    row(0x62, "SYL3", "水表3剩余水量", "m³", (11, 3)),
    row(0x63, "SYL4", "水表4剩余水量", "m³", (11, 3)),
    row(0x64, "SYL5", "水表5剩余水量", "m³", (11, 3)),
    row(0x65, "SYL6", "水表6剩余水量", "m³", (11, 3)),
    row(0x66, "SYL7", "水表7剩余水量", "m³", (11, 3)),
    row(0x67, "SYL8", "水表8剩余水量", "m³", (11, 3)),
    row(0x68, "SBL1", "水表1每小时水量", "m³/h", (10, 2)),
    row(0x69, "SBL2", "水表2每小时水量", "m³/h", (10, 2)),
    row(0x6A, "SBL3", "水表3每小时水量", "m³/h", (10, 2)),
    row(0x6B, "SBL4", "水表4每小时水量", "m³/h", (10, 2)),
    row(0x6C, "SBL5", "水表5每小时水量", "m³/h", (10, 2)),
    row(0x6D, "SBL6", "水表6每小时水量", "m³/h", (10, 2)),
    row(0x6E, "SBL7", "水表7每小时水量", "m³/h", (10, 2)),
    row(0x6F, "SBL8", "水表8每小时水量", "m³/h", (10, 2)),
    row(0x70, "VTA", "交流A相电压", "V", (4, 1)),
    row(0x71, "VTB", "交流B相电压", "V", (4, 1)),
    row(0x72, "VTC", "交流C相电压", "V", (4, 1)),
    row(0x73, "VIA", "交流A相电流", "A", (4, 1)),
    row(0x74, "VIB", "交流B相电流", "A", (4, 1)),
    row(0x75, "VIC", "交流C相电流", "A", (4, 1)),
    row(0xF4, "DRP", "1小时内每5分钟时段雨量", "mm", (3, 1)),
    row(0xF5, "DRZ1", "1小时内5分钟间隔相对水位1", "m", (5, 2)),
    row(0xF6, "DRZ2", "1小时内5分钟间隔相对水位2", "m", (5, 2)),
    row(0xF7, "DRZ3", "1小时内5分钟间隔相对水位3", "m", (5, 2)),
    row(0xF8, "DRZ4", "1小时内5分钟间隔相对水位4", "m", (5, 2)),
    row(0xF9, "DRZ5", "1小时内5分钟间隔相对水位5", "m", (5, 2)),
    row(0xFA, "DRZ6", "1小时内5分钟间隔相对水位6", "m", (5, 2)),
    row(0xFB, "DRZ7", "1小时内5分钟间隔相对水位7", "m", (5, 2)),
    row(0xFC, "DRZ8", "1小时内5分钟间隔相对水位8", "m", (5, 2)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_complete() {
        assert!(KINDS.windows(2).all(|pair| matches!(pair, [first, second] if first.code < second.code)));
        assert_eq!(KINDS.len(), 0x75 - 2 + 9);
        let definition = |code| element_kind(code).map(ElementKind::definition);
        assert_eq!((definition(0x39), definition(0x20), definition(0x38)), (Some(0x23), Some(0x19), Some(0x12)));
        assert_eq!(element_kind_of_symbol("PH").map(|kind| kind.code), Some(0x46));
    }
}
