//! Pictures, sound and video stored on the terminal: 0800 to 0805 and 8800 to 8805.

use super::field::layout;
use super::groups::{Counted, IfMore, Nested};
use super::location::{Basic, Location};
use super::texts::MediaData;
use super::time::LocalTime;

layout! {
    /// 0800: something was recorded.
    MediaEvent {
        /// Id of the recording, from 1.
        media_id: u32,
        /// 0 picture, 1 sound, 2 video.
        media_type: u8,
        /// 0 JPEG, 1 TIF, 2 MP3, 3 WAV, 4 WMV.
        media_format: u8,
        /// Why: 0 ordered, 1 timed, 2 robbery alarm, 3 collision or rollover, 4 door opened, 5 door closed, 6 door
        /// opened and speed above 20 km/h, 7 distance.
        event: u8,
        /// Channel.
        channel: u8,
    }
}

layout! {
    /// 0801: a recording, as a rule in many sub-packets.
    MediaUpload {
        /// Id of the recording, from 1.
        media_id: u32,
        /// As in 0800.
        media_type: u8,
        /// As in 0800.
        media_format: u8,
        /// As in 0800.
        event: u8,
        /// Channel.
        channel: u8,
        /// Where and when.
        location: Location as Basic,
        /// The recording.
        data: Vec<u8> as MediaData,
    }
}

layout! {
    /// 8800: answer to 0801.
    MediaAnswer {
        /// Id of the recording.
        media_id: u32,
        /// Numbers of the sub-packets to send again; absent if all is here.
        missing: Option<Vec<u16>> as IfMore<Counted<u8, u16>>,
    }
}

layout! {
    /// 8801: take pictures or a video.
    CameraOrder {
        /// Channel, from 1.
        channel: u8,
        /// How many pictures; 0 stops, FFFF is a video.
        count: u16,
        /// Interval of pictures or length of the video, s; 0 is as fast as can be, or without end.
        interval_s: u16,
        /// 0 upload at once, 1 keep.
        save: u8,
        /// 1 320×240, 2 640×480, 3 800×600, 4 1024×768, 5 QCIF, 6 CIF, 7 HD1, 8 D1.
        resolution: u8,
        /// 1 best quality to 10 most compressed.
        quality: u8,
        /// 0 to 255.
        brightness: u8,
        /// 0 to 127.
        contrast: u8,
        /// 0 to 127.
        saturation: u8,
        /// 0 to 255.
        chroma: u8,
    }
}

layout! {
    /// 0805: answer to 8801.
    CameraAnswer {
        /// Serial of the order.
        ack_serial: u16,
        /// 0 done, 1 failed, 2 channel not supported.
        result: u8,
        /// Ids of the recordings, if done.
        media_ids: Option<Vec<u32>> as IfMore<Counted<u16, u32>>,
    }
}

layout! {
    /// 8802: look for stored recordings.
    MediaQuery {
        /// As in 0800.
        media_type: u8,
        /// Channel; 0 is all.
        channel: u8,
        /// As in 0800.
        event: u8,
        /// From when; zeros are any time.
        start: LocalTime,
        /// Until when.
        end: LocalTime,
    }
}

layout! {
    /// One stored recording.
    StoredMedia {
        /// Id of the recording.
        media_id: u32,
        /// As in 0800.
        media_type: u8,
        /// Channel.
        channel: u8,
        /// As in 0800.
        event: u8,
        /// Where and when.
        location: Location as Basic,
    }
}

layout! {
    /// 0802: recordings found, in answer to 8802.
    MediaQueryAnswer {
        /// Serial of the query.
        ack_serial: u16,
        /// The recordings.
        media: Vec<StoredMedia> as Counted<u16, Nested<StoredMedia>>,
    }
}

layout! {
    /// 8803: upload stored recordings.
    MediaRequest {
        /// As in 0800.
        media_type: u8,
        /// Channel; 0 is all.
        channel: u8,
        /// As in 0800.
        event: u8,
        /// From when.
        start: LocalTime,
        /// Until when.
        end: LocalTime,
        /// 0 keep afterwards, 1 delete.
        delete: u8,
    }
}

layout! {
    /// 8804: record sound.
    SoundOrder {
        /// 0 stop, 1 start.
        command: u8,
        /// How long, s; 0 is without end.
        seconds: u16,
        /// 0 upload at once, 1 keep.
        save: u8,
        /// 0 8 kHz, 1 11 kHz, 2 23 kHz, 3 32 kHz.
        sampling: u8,
    }
}

layout! {
    /// 8805: upload one stored recording.
    MediaSingleRequest {
        /// Id of the recording.
        media_id: u32,
        /// 0 keep afterwards, 1 delete.
        delete: u8,
    }
}
