//! The rules that driving is judged by, in words.

use fengsui_registry::kind::Title;
use schemars::JsonSchema;
use serde::Serialize;

/// A rule with its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Clause {
    /// Which: `speeding`, `continuous`, `night`, `displaced`.
    pub rule: &'static str,
    /// What it says and where that stands.
    pub text: Title,
}

const CLAUSES: [(&str, &str, &str); 4] = [
    (
        "speeding",
        "连续两个及以上定位点的速度超过限值。限值取车辆台账的限速；未登记时危险货物运输车 80 km/h（《危险货物道路运输安全管理办法》第四十六条，高速公路；其他道路为 60 km/h，平台不识别道路等级，取较高值），其他车辆 100 km/h。客运车辆 22:00 至次日 6:00 按 80% 执行（《道路旅客运输企业安全管理规范》）。",
        "Two or more positions in a row faster than the limit: that of the vehicle's record; else 80 km/h for dangerous goods (Measures for Road Transport of Dangerous Goods, art. 46, motorways; 60 elsewhere, but the platform does not know the road), 100 km/h for others. Coaches: 80 % of it from 22:00 to 06:00.",
    ),
    (
        "continuous",
        "连续驾驶超过 4 小时未停车休息，或停车休息时间少于 20 分钟（《道路交通安全法实施条例》第六十二条第七项）。平台按车判断，不识别换驾。",
        "More than 4 hours of driving without a rest of 20 minutes (Regulation on the Road Traffic Safety Law, art. 62(7)). The vehicle is judged; a change of drivers is not seen.",
    ),
    (
        "night",
        "22:00 至次日 6:00 连续驾驶超过 2 小时未停车休息 20 分钟（《道路旅客运输企业安全管理规范》；对客运车辆为强制，对其他车辆为提示）。",
        "More than 2 hours of driving between 22:00 and 06:00 without a rest of 20 minutes (binding for coaches, advice for others).",
    ),
    (
        "displaced",
        "离线位移：5 分钟以上没有定位，其间位置移动超过 500 米，可能是终端断电、遮挡或信号盲区。",
        "No position for more than 5 minutes while the vehicle moved more than 500 metres: the terminal was off, covered or without signal.",
    ),
];

/// All of them.
pub fn clauses() -> Vec<Clause> {
    let clause = |(rule, zh, en): (&'static str, &str, &str)| {
        let text = Title { zh: zh.to_owned(), en: en.to_owned() };
        Clause { rule, text }
    };
    CLAUSES.into_iter().map(clause).collect()
}
