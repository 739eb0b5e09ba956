//! Messages of JT/T 1078-2016 and T/JSATL 12-2017 that travel in JT/T 808 frames.

use crate::jt808::field::layout;
use crate::jt808::groups::{Counted, Nested};
use crate::jt808::numbers::Bits;
use crate::jt808::safety::AlarmIdentity;
use crate::jt808::texts::{Measured, Wide};
use crate::jt808::time::LocalTime;

layout! {
    /// 1003: what the terminal can do with sound and video, in answer to 9003.
    VideoAttributes {
        /// Coding of sound it sends.
        audio_coding: u8,
        /// Channels of sound it sends.
        audio_channels: u8,
        /// 0 8 kHz, 1 22.05 kHz, 2 44.1 kHz, 3 48 kHz.
        audio_rate: u8,
        /// 0 8 bits, 1 16 bits, 2 32 bits.
        audio_bits: u8,
        /// Length of a sound frame.
        audio_frame_length: u16,
        /// Whether it can play sound.
        audio_output: u8,
        /// Coding of video.
        video_coding: u8,
        /// Most physical channels of sound.
        most_audio_channels: u8,
        /// Most physical channels of video.
        most_video_channels: u8,
    }
}

layout! {
    /// 1005: passengers counted.
    PassengerCount {
        /// From when.
        start: LocalTime,
        /// Until when.
        end: LocalTime,
        /// Who got on.
        boarded: u16,
        /// Who got off.
        alighted: u16,
    }
}

layout! {
    /// 9101: start a live stream; answered with 0001, then the stream on a connection of its own.
    LiveRequest {
        /// Address of the media server.
        ip: String as Measured<u8>,
        /// TCP port; 0 for none.
        tcp_port: u16,
        /// UDP port; 0 for none.
        udp_port: u16,
        /// Logical channel.
        channel: u8,
        /// 0 sound and video, 1 video, 2 talk, 3 listen, 4 broadcast, 5 pass through.
        data_type: u8,
        /// 0 main stream, 1 sub-stream.
        stream_type: u8,
    }
}

layout! {
    /// 9102: control a live stream.
    LiveControl {
        /// Logical channel.
        channel: u8,
        /// 0 close, 1 switch stream, 2 pause, 3 resume, 4 end the talk.
        command: u8,
        /// When closing: 0 sound and video, 1 sound only, 2 video only.
        close_type: u8,
        /// When switching: 0 main stream, 1 sub-stream.
        stream_type: u8,
    }
}

layout! {
    /// 9105: how many packets of a live stream are lost.
    LiveState {
        /// Logical channel.
        channel: u8,
        /// Packets lost, %.
        loss_percent: u8,
    }
}

layout! {
    /// 9201: play a recording back.
    PlaybackRequest {
        /// Address of the media server.
        ip: String as Measured<u8>,
        /// TCP port; 0 for none.
        tcp_port: u16,
        /// UDP port; 0 for none.
        udp_port: u16,
        /// Logical channel.
        channel: u8,
        /// 0 sound and video, 1 sound, 2 video, 3 either.
        data_type: u8,
        /// 0 either, 1 main stream, 2 sub-stream.
        stream_type: u8,
        /// 0 either, 1 main storage, 2 spare storage.
        storage: u8,
        /// 0 normal, 1 fast forward, 2 key frames back, 3 key frames, 4 single frame.
        mode: u8,
        /// 1, 2, 4, 8, 16 times are 1 to 5; 0 where it has no meaning.
        speed: u8,
        /// From when.
        start: LocalTime,
        /// Until when; zeros are without end.
        end: LocalTime,
    }
}

layout! {
    /// 9202: control playback.
    PlaybackControl {
        /// Logical channel.
        channel: u8,
        /// 0 start, 1 pause, 2 end, 3 fast forward, 4 key frames back, 5 go to, 6 key frames.
        command: u8,
        /// As in 9201.
        speed: u8,
        /// Where to go to.
        time: LocalTime,
    }
}

layout! {
    /// 9205: list recordings.
    RecordingQuery {
        /// Logical channel; 0 is all.
        channel: u8,
        /// From when; zeros are any time.
        start: LocalTime,
        /// Until when.
        end: LocalTime,
        /// Alarm bits: low half as in 808, high half video alarms; 0 is all.
        alarms: u64 as Bits<u64>,
        /// As in 9201.
        data_type: u8,
        /// As in 9201.
        stream_type: u8,
        /// As in 9201.
        storage: u8,
    }
}

layout! {
    /// One recording.
    Recording {
        /// Logical channel.
        channel: u8,
        /// From when.
        start: LocalTime,
        /// Until when.
        end: LocalTime,
        /// Alarm bits.
        alarms: u64 as Bits<u64>,
        /// 0 sound and video, 1 sound, 2 video.
        data_type: u8,
        /// 1 main stream, 2 sub-stream.
        stream_type: u8,
        /// 1 main storage, 2 spare storage.
        storage: u8,
        /// Size in bytes.
        size: u32,
    }
}

layout! {
    /// 1205: recordings, in answer to 9205.
    RecordingList {
        /// Serial of the query.
        ack_serial: u16,
        /// The recordings.
        recordings: Vec<Recording> as Counted<u32, Nested<Recording>>,
    }
}

layout! {
    /// 9206: upload recordings by FTP.
    UploadRequest {
        /// Address of the FTP server.
        server: String as Measured<u8>,
        /// Port of the FTP server.
        port: u16,
        /// User.
        user: String as Measured<u8>,
        /// Password.
        password: String as Measured<u8>,
        /// Path to put files at.
        path: String as Measured<u8>,
        /// Logical channel.
        channel: u8,
        /// From when.
        start: LocalTime,
        /// Until when.
        end: LocalTime,
        /// Alarm bits.
        alarms: u64 as Bits<u64>,
        /// As in 9201.
        data_type: u8,
        /// As in 9201.
        stream_type: u8,
        /// As in 9201.
        storage: u8,
        /// When it may be done, bits: 0 wireless LAN, 1 wired LAN, 2 mobile network.
        condition: u8,
    }
}

layout! {
    /// 1206: an upload is done.
    UploadResult {
        /// Serial of the request.
        ack_serial: u16,
        /// 0 success, 1 failure.
        result: u8,
    }
}

layout! {
    /// 9207: control an upload.
    UploadControl {
        /// Serial of the request.
        ack_serial: u16,
        /// 0 pause, 1 resume, 2 cancel.
        command: u8,
    }
}

layout! {
    /// 9301: turn the camera.
    CameraRotation {
        /// Logical channel.
        channel: u8,
        /// 0 stop, 1 up, 2 down, 3 left, 4 right.
        direction: u8,
        /// 0 to 255.
        speed: u8,
    }
}

layout! {
    /// 9302 to 9306: focus, aperture, wiper, infrared light, zoom.
    CameraAdjustment {
        /// Logical channel.
        channel: u8,
        /// Focus and zoom: 0 larger, 1 smaller; aperture: 0 larger, 1 smaller; wiper and light: 0 stop, 1 start.
        command: u8,
    }
}

layout! {
    /// 9208: upload the attachments of an active-safety alarm (T/JSATL 12).
    AttachmentRequest {
        /// Address of the attachment server.
        ip: String as Measured<u8>,
        /// TCP port.
        tcp_port: u16,
        /// UDP port.
        udp_port: u16,
        /// Identity of the alarm, as in the location item.
        identity: AlarmIdentity as Nested<AlarmIdentity>,
        /// Number the platform gave the alarm, 32 characters.
        alarm_number: String as Wide<32>,
        /// Reserved.
        reserved: [u8; 16],
    }
}

layout! {
    /// A file of 1210.
    AttachmentEntry {
        /// Name.
        name: String as Measured<u8>,
        /// Size in bytes.
        size: u32,
    }
}

layout! {
    /// 1210: which attachments there are; first on the attachment connection.
    AttachmentList {
        /// Id of the terminal, 7 characters.
        terminal_id: String as Wide<7>,
        /// Identity of the alarm.
        identity: AlarmIdentity as Nested<AlarmIdentity>,
        /// Number the platform gave the alarm, 32 characters.
        alarm_number: String as Wide<32>,
        /// 0 normal, 1 sent again.
        kind: u8,
        /// The files.
        files: Vec<AttachmentEntry> as Counted<u8, Nested<AttachmentEntry>>,
    }
}

layout! {
    /// 1211 and 1212: a file begins, and is done.
    AttachmentFile {
        /// Name.
        name: String as Measured<u8>,
        /// 0 picture, 1 sound, 2 video, 3 text, 4 other.
        kind: u8,
        /// Size in bytes.
        size: u32,
    }
}

layout! {
    /// A range of bytes.
    ByteRange {
        /// Where it begins.
        offset: u32,
        /// How long it is.
        length: u32,
    }
}

layout! {
    /// 9212: answer to 1212.
    AttachmentResult {
        /// Name.
        name: String as Measured<u8>,
        /// As in 1211.
        kind: u8,
        /// 0 done, 1 more is needed.
        result: u8,
        /// What is needed again.
        missing: Vec<ByteRange> as Counted<u8, Nested<ByteRange>>,
    }
}
