//! Kinds of fire-protection systems (8.2.1.1, table 4).

use super::coded::coded_enum;

coded_enum! {
    /// Kind of a building's fire-protection system.
    SystemType {
        0 General "general" "通用"
        1 FireAlarm "fire_alarm" "火灾报警系统"
        10 LinkageController "linkage_controller" "消防联动控制器"
        11 Hydrant "hydrant" "消火栓系统"
        12 Sprinkler "sprinkler" "自动喷水灭火系统"
        13 GasExtinguishing "gas_extinguishing" "气体灭火系统"
        14 WaterSprayPump "water_spray_pump" "水喷雾灭火系统（泵启动方式）"
        15 WaterSprayVessel "water_spray_vessel" "水喷雾灭火系统（压力容器启动方式）"
        16 Foam "foam" "泡沫灭火系统"
        17 Powder "powder" "干粉灭火系统"
        18 SmokeExhaust "smoke_exhaust" "防烟排烟系统"
        19 FireDoorShutter "fire_door_shutter" "防火门及卷帘系统"
        20 FireLift "fire_lift" "消防电梯"
        21 EmergencyBroadcast "emergency_broadcast" "消防应急广播"
        22 EmergencyLighting "emergency_lighting" "消防应急照明和疏散指示系统"
        23 FirePower "fire_power" "消防电源"
        24 FireTelephone "fire_telephone" "消防电话"
    }
}
