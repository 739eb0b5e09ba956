//! Orders to a terminal: control, attributes, upgrade, tracking, alarms, calls, vehicle control.

use super::field::layout;
use super::groups::IfMore;
use super::numbers::{Bcd, Bits, numbered};
use super::texts::{Fixed, Measured, MeasuredBytes, RestText, Wide};

numbered! {
    /// What a terminal is to do (8105, table 17).
    TerminalCommand {
        /// Upgrade over the air; parameters follow.
        1 Upgrade,
        /// Connect to the named server; parameters follow.
        2 ConnectTo,
        /// Switch itself off.
        3 SwitchOff,
        /// Reset.
        4 Reset,
        /// Restore the factory settings.
        5 FactoryReset,
        /// Close the data connection.
        6 CloseData,
        /// Close all radio connections.
        7 CloseRadio,
    }
}

layout! {
    /// 8105: control of the terminal.
    TerminalControl {
        /// What it is to do.
        command: TerminalCommand,
        /// Parameters parted by semicolons; empty for most commands.
        parameters: String as RestText,
    }
}

layout! {
    /// 0107: attributes of a terminal, in answer to 8107 (table 20).
    TerminalAttributes {
        /// Kinds of vehicles it fits, bits: 0 passengers, **1 dangerous goods**, 2 goods, 3 taxi, 6 hard disk,
        /// 7 in parts.
        kind: u16 as Bits<u16>,
        /// Code of the maker.
        maker: String as Wide<5>,
        /// Model.
        model: String as Fixed<20, 20, 30>,
        /// Id of the terminal.
        terminal_id: String as Fixed<7, 7, 30>,
        /// ICCID of the SIM card, 20 digits.
        iccid: String as Bcd<10>,
        /// Version of the hardware.
        hardware: String as Measured<u8>,
        /// Version of the firmware.
        firmware: String as Measured<u8>,
        /// Satellite systems, bits: 0 GPS, 1 Beidou, 2 GLONASS, 3 Galileo.
        gnss: u8,
        /// Radio systems, bits: 0 GPRS, 1 CDMA, 2 TD-SCDMA, 3 WCDMA, 4 CDMA2000, 5 TD-LTE, 7 others.
        communication: u8,
    }
}

layout! {
    /// 8108: a package for an upgrade.
    UpgradePackage {
        /// 0 terminal, 12 card reader, 52 satellite module.
        kind: u8,
        /// Code of the maker.
        maker: String as Wide<5>,
        /// Version.
        version: String as Measured<u8>,
        /// The package.
        data: Vec<u8> as MeasuredBytes<u32>,
    }
}

layout! {
    /// 0108: how an upgrade went.
    UpgradeResult {
        /// As in 8108.
        kind: u8,
        /// 0 success, 1 failure, 2 given up.
        result: u8,
    }
}

layout! {
    /// 8202: report the location more often for a while.
    Tracking {
        /// Interval, s; 0 stops.
        interval_s: u16,
        /// For how long, s; may be absent when stopping.
        valid_s: Option<u32> as IfMore<u32>,
    }
}

layout! {
    /// 8203: alarms were confirmed by a person.
    AlarmConfirmation {
        /// Serial of the report; 0 for all alarms of these kinds.
        ack_serial: u16,
        /// Bits of the alarm word: 0, 3, 20 to 22, 27 and 28.
        alarm: u32 as Bits<u32>,
    }
}

layout! {
    /// 8400: the terminal is to call back.
    CallBack {
        /// 0 normal call, 1 listen in.
        kind: u8,
        /// Number to call, at most 20 characters.
        telephone: String as RestText,
    }
}

layout! {
    /// 8500 in 2011 and 2013: vehicle control. In 2019 public sources disagree (D10) and the body stays bytes.
    VehicleControl {
        /// Bit 0: 0 unlock, 1 lock the doors.
        flag: u8,
    }
}
