//! The type flag of an application data unit (8.1.1, table 3).

use super::coded::coded_enum;
use super::command::Command;

coded_enum! {
    /// What kind of information objects an application data unit holds.
    TypeFlag {
        1 SystemState "system_state" "上传建筑消防设施系统状态"
        2 ComponentState "component_state" "上传建筑消防设施部件运行状态"
        3 Analogue "analogue" "上传建筑消防设施部件模拟量值"
        4 SystemOperation "system_operation" "上传建筑消防设施操作信息"
        5 SystemVersion "system_version" "上传建筑消防设施软件版本"
        6 SystemConfiguration "system_configuration" "上传建筑消防设施系统配置情况"
        7 ComponentConfiguration "component_configuration" "上传建筑消防设施部件配置情况"
        8 SystemTime "system_time" "上传建筑消防设施系统时间"
        21 DeviceState "device_state" "上传用户信息传输装置运行状态"
        24 DeviceOperation "device_operation" "上传用户信息传输装置操作信息"
        25 DeviceVersion "device_version" "上传用户信息传输装置软件版本"
        26 DeviceConfiguration "device_configuration" "上传用户信息传输装置配置情况"
        28 DeviceTime "device_time" "上传用户信息传输装置系统时间"
        61 ReadSystemState "read_system_state" "读建筑消防设施系统状态"
        62 ReadComponentState "read_component_state" "读建筑消防设施部件运行状态"
        63 ReadAnalogue "read_analogue" "读建筑消防设施部件模拟量值"
        64 ReadSystemOperation "read_system_operation" "读建筑消防设施操作信息"
        65 ReadSystemVersion "read_system_version" "读建筑消防设施软件版本"
        66 ReadSystemConfiguration "read_system_configuration" "读建筑消防设施系统配置情况"
        67 ReadComponentConfiguration "read_component_configuration" "读建筑消防设施部件配置情况"
        68 ReadSystemTime "read_system_time" "读建筑消防设施系统时间"
        81 ReadDeviceState "read_device_state" "读用户信息传输装置运行状态"
        84 ReadDeviceOperation "read_device_operation" "读用户信息传输装置操作信息记录"
        85 ReadDeviceVersion "read_device_version" "读用户信息传输装置软件版本"
        86 ReadDeviceConfiguration "read_device_configuration" "读用户信息传输装置配置情况"
        88 ReadDeviceTime "read_device_time" "读用户信息传输装置系统时间"
        89 Initialise "initialise" "初始化用户信息传输装置"
        90 SetClock "set_clock" "同步用户信息传输装置时钟"
        91 DutyCheck "duty_check" "查岗命令"
    }
}

/// Which way an application data unit travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the transmission device to the monitoring centre.
    Up,
    /// From the monitoring centre to the transmission device.
    Down,
}

impl TypeFlag {
    /// The direction table 3 states, for reserved numbers too; none for 0, 92 to 127 and user-defined numbers.
    pub fn direction(self) -> Option<Direction> {
        match self.number() {
            1..=60 => Some(Direction::Up),
            61..=91 => Some(Direction::Down),
            _ => None,
        }
    }

    /// The command of a frame that carries this type on its sender's own initiative.
    pub fn command(self) -> Option<Command> {
        match self {
            Self::Initialise | Self::SetClock | Self::DutyCheck => Some(Command::Control),
            Self::Reserved(_) | Self::UserDefined(_) => None,
            _ => self.direction().map(|direction| match direction {
                Direction::Up => Command::Send,
                Direction::Down => Command::Request,
            }),
        }
    }

    /// The type a device answers a request of this type with: 61 with 1, 88 with 28.
    pub fn answer(self) -> Option<Self> {
        (self.command() == Some(Command::Request)).then(|| Self::from_number(self.number().saturating_sub(60)))
    }

    /// How many objects the standard admits in one unit (8.3).
    pub fn most_objects(self) -> Option<u8> {
        match self {
            Self::SystemState | Self::SystemOperation | Self::ReadSystemState => Some(102),
            Self::ComponentState | Self::ReadComponentState => Some(22),
            Self::Analogue | Self::ReadAnalogue => Some(63),
            Self::SystemConfiguration | Self::ReadSystemConfiguration => Some(3),
            Self::ComponentConfiguration | Self::ReadComponentConfiguration => Some(26),
            Self::DeviceOperation => Some(127),
            Self::Reserved(_) | Self::UserDefined(_) => None,
            _ => Some(1),
        }
    }
}
