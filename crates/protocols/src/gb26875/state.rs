//! State words and operation bytes (8.2.1.1, 8.2.1.2, 8.2.1.4, 8.2.1.8, 8.2.1.9).

use super::coded::flag_set;

flag_set! {
    /// State of a fire-protection system (8.2.1.1). Several bits may be 1 at once.
    ///
    /// By the text, bit 0 being 0 means "under test". Many devices leave it 0 while they report a fire (the standard's
    /// own circulated example does), so its absence alone must never silence an alarm.
    SystemState(u16);
    /// One bit of a [`SystemState`].
    SystemFlag {
        0 Normal "normal" "正常运行状态"
        1 Fire "fire" "火警"
        2 Fault "fault" "故障"
        3 Shielded "shielded" "屏蔽"
        4 Supervised "supervised" "监管"
        5 Started "started" "启动（开启）"
        6 Feedback "feedback" "反馈"
        7 Delayed "delayed" "延时状态"
        8 MainsFault "mains_fault" "主电故障"
        9 BackupFault "backup_fault" "备电故障"
        10 BusFault "bus_fault" "总线故障"
        11 Manual "manual" "手动状态"
        12 ConfigurationChanged "configuration_changed" "配置改变"
        13 Reset "reset" "复位"
    }
}

flag_set! {
    /// State of a component (8.2.1.2). What is said of bit 0 at [`SystemState`] holds here too.
    ComponentState(u16);
    /// One bit of a [`ComponentState`].
    ComponentFlag {
        0 Normal "normal" "正常运行状态"
        1 Fire "fire" "火警"
        2 Fault "fault" "故障"
        3 Shielded "shielded" "屏蔽"
        4 Supervised "supervised" "监管"
        5 Started "started" "启动（开启）"
        6 Feedback "feedback" "反馈"
        7 Delayed "delayed" "延时状态"
        8 PowerFault "power_fault" "电源故障"
    }
}

flag_set! {
    /// State of a transmission device (8.2.1.8).
    DeviceState(u8);
    /// One bit of a [`DeviceState`].
    DeviceFlag {
        0 Normal "normal" "正常监视状态"
        1 Fire "fire" "火警"
        2 Fault "fault" "故障"
        3 MainsFault "mains_fault" "主电故障"
        4 BackupFault "backup_fault" "备电故障"
        5 CentreLinkFault "centre_link_fault" "与监控中心通信信道故障"
        6 PanelLineFault "panel_line_fault" "监测连接线路故障"
    }
}

flag_set! {
    /// What was done at a fire-protection system (8.2.1.4).
    SystemOperation(u8);
    /// One bit of a [`SystemOperation`].
    SystemOperationFlag {
        0 Reset "reset" "复位"
        1 Mute "mute" "消音"
        2 ManualAlarm "manual_alarm" "手动报警"
        3 AlarmCleared "alarm_cleared" "警情消除"
        4 SelfTest "self_test" "自检"
        5 Confirm "confirm" "确认"
        6 Test "test" "测试"
    }
}

flag_set! {
    /// What was done at a transmission device (8.2.1.9).
    DeviceOperation(u8);
    /// One bit of a [`DeviceOperation`].
    DeviceOperationFlag {
        0 Reset "reset" "复位"
        1 Mute "mute" "消音"
        2 ManualAlarm "manual_alarm" "手动报警"
        3 AlarmCleared "alarm_cleared" "警情消除"
        4 SelfTest "self_test" "自检"
        5 DutyAnswer "duty_answer" "查岗应答"
        6 Test "test" "测试"
    }
}
