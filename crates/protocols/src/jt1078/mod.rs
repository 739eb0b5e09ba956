//! JT/T 1078-2016: sound and video of vehicles, and the attachments of T/JSATL 12-2017.
//!
//! Orders and answers travel in [`jt808`](crate::jt808) frames; their bodies are the structures of this module. The
//! stream travels on a connection of its own in [`Packet`]s, cut by [`Decoder`].

mod decoder;
mod describe;
mod packet;
pub(crate) mod signalling;

pub use decoder::{Decoder, Rejected};
pub use describe::{ComposeError, compose, describe};
pub use packet::{DataKind, Intervals, MAX_DATA, Packet, PacketError};
pub use signalling::{
    AttachmentEntry, AttachmentFile, AttachmentList, AttachmentRequest, AttachmentResult, ByteRange, CameraAdjustment,
    CameraRotation, LiveControl, LiveRequest, LiveState, PassengerCount, PlaybackControl, PlaybackRequest, Recording,
    RecordingList, RecordingQuery, UploadControl, UploadRequest, UploadResult, VideoAttributes,
};
