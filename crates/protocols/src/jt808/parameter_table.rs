//! The parameters the standard knows (table 12) and those of JT/T 1078 (table 1).

/// How the value of a parameter is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterKind {
    /// A number of four bytes.
    Dword,
    /// A number of two bytes.
    Word,
    /// A number of one byte.
    Byte,
    /// Text.
    Text,
    /// A structure.
    Bytes,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    id: u32,
    /// The name, with the unit.
    pub(super) name: &'static str,
    pub(super) kind: ParameterKind,
}

pub(super) fn find(id: u32) -> Option<&'static Entry> {
    TABLE.binary_search_by_key(&id, |entry| entry.id).ok().and_then(|index| TABLE.get(index))
}

macro_rules! table {
    ($($id:literal $kind:ident $name:literal),* $(,)?) => {
        &[$(Entry { id: $id, name: $name, kind: ParameterKind::$kind }),*]
    };
}

/// By rising id.
const TABLE: &[Entry] = table![
    0x0001 Dword "heartbeat_s",
    0x0002 Dword "tcp_answer_timeout_s",
    0x0003 Dword "tcp_retries",
    0x0004 Dword "udp_answer_timeout_s",
    0x0005 Dword "udp_retries",
    0x0006 Dword "sms_answer_timeout_s",
    0x0007 Dword "sms_retries",
    0x0010 Text "main_access_point",
    0x0011 Text "main_user",
    0x0012 Text "main_password",
    0x0013 Text "main_address",
    0x0014 Text "spare_access_point",
    0x0015 Text "spare_user",
    0x0016 Text "spare_password",
    0x0017 Text "spare_address",
    0x0018 Dword "tcp_port",
    0x0019 Dword "udp_port",
    0x001A Text "card_server_address",
    0x001B Dword "card_server_tcp_port",
    0x001C Dword "card_server_udp_port",
    0x001D Text "card_server_spare_address",
    0x0020 Dword "report_strategy",
    0x0021 Dword "report_scheme",
    0x0022 Dword "driverless_interval_s",
    0x0023 Text "follower_access_point",
    0x0024 Text "follower_user",
    0x0025 Text "follower_password",
    0x0026 Text "follower_address",
    0x0027 Dword "sleep_interval_s",
    0x0028 Dword "emergency_interval_s",
    0x0029 Dword "default_interval_s",
    0x002C Dword "default_distance_m",
    0x002D Dword "driverless_distance_m",
    0x002E Dword "sleep_distance_m",
    0x002F Dword "emergency_distance_m",
    0x0030 Dword "corner_angle_deg",
    0x0031 Word "fence_radius_m",
    0x0032 Bytes "forbidden_hours",
    0x0040 Text "platform_telephone",
    0x0041 Text "reset_telephone",
    0x0042 Text "factory_reset_telephone",
    0x0043 Text "platform_sms_telephone",
    0x0044 Text "alarm_sms_telephone",
    0x0045 Dword "call_answer_strategy",
    0x0046 Dword "longest_call_s",
    0x0047 Dword "longest_calls_month_s",
    0x0048 Text "listening_telephone",
    0x0049 Text "supervisor_sms_telephone",
    0x0050 Dword "alarm_mask",
    0x0051 Dword "alarm_sms_mask",
    0x0052 Dword "alarm_picture_mask",
    0x0053 Dword "alarm_picture_keep_mask",
    0x0054 Dword "key_alarm_mask",
    0x0055 Dword "highest_speed_kmh",
    0x0056 Dword "overspeed_duration_s",
    0x0057 Dword "driving_limit_s",
    0x0058 Dword "day_driving_limit_s",
    0x0059 Dword "shortest_rest_s",
    0x005A Dword "longest_parking_s",
    0x005B Word "overspeed_warning_margin_0.1kmh",
    0x005C Word "fatigue_warning_margin_s",
    0x005D Word "collision_setting",
    0x005E Word "rollover_angle_deg",
    0x0064 Dword "timed_picture_setting",
    0x0065 Dword "distance_picture_setting",
    0x0070 Dword "picture_quality",
    0x0071 Dword "brightness",
    0x0072 Dword "contrast",
    0x0073 Dword "saturation",
    0x0074 Dword "chroma",
    0x0075 Bytes "video_setting",
    0x0076 Bytes "video_channels",
    0x0077 Bytes "video_channel_settings",
    0x0079 Bytes "alarm_recording_setting",
    0x007A Dword "video_alarm_mask",
    0x007B Bytes "image_analysis_setting",
    0x007C Bytes "video_wake_setting",
    0x0080 Dword "mileage_0.1km",
    0x0081 Word "province",
    0x0082 Word "city",
    0x0083 Text "plate",
    0x0084 Byte "plate_color",
    0x0090 Byte "gnss_mode",
    0x0091 Byte "gnss_baud_rate",
    0x0092 Byte "gnss_output_rate",
    0x0093 Dword "gnss_sampling_s",
    0x0094 Byte "gnss_upload_mode",
    0x0095 Dword "gnss_upload_setting",
    0x0100 Dword "can_1_sampling_ms",
    0x0101 Word "can_1_upload_s",
    0x0102 Dword "can_2_sampling_ms",
    0x0103 Word "can_2_upload_s",
    0x0110 Bytes "can_id_sampling",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(TABLE.is_sorted_by(|one, next| one.id < next.id));
        assert_eq!(find(0x0028).map(|entry| entry.name), Some("emergency_interval_s"));
    }
}
