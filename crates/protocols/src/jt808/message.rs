//! All messages, by their ids.

use super::areas::{
    AreaAnswer, AreaDeletion, AreaQuery, CircleSetting, PolygonSetting, RectangleSetting, RouteSetting,
};
use super::edition::Edition;
use super::error::{BodyError, ComposeError, EncodeError};
use super::field::{Layout, Object, hexadecimal};
use super::location::{Location, LocationAnswer, LocationBatch};
use super::media::{
    CameraAnswer, CameraOrder, MediaAnswer, MediaEvent, MediaQuery, MediaQueryAnswer, MediaRequest, MediaSingleRequest,
    MediaUpload, SoundOrder,
};
use super::notices::{
    DriverText, EventReport, EventSetting, InformationMenu, InformationRequest, InformationService, Question,
    QuestionAnswer, TelephoneBook,
};
use super::orders::{
    AlarmConfirmation, CallBack, TerminalAttributes, TerminalControl, Tracking, UpgradePackage, UpgradeResult,
    VehicleControl,
};
use super::parameters::{ParameterAnswer, ParameterOrder, ParameterQuery};
use super::passthrough::{Compressed, Passthrough, PublicKey};
use super::reader::Reader;
use super::records::{CanUpload, DriverIdentity, RecorderAnswer, RecorderOrder, Waybill};
use super::session::{Authentication, GeneralAnswer, Registration, RegistrationAnswer, ResendRequest, TimeAnswer};
use super::writer::Writer;
use crate::jt1078::signalling::{
    AttachmentFile, AttachmentList, AttachmentRequest, AttachmentResult, CameraAdjustment, CameraRotation, LiveControl,
    LiveRequest, LiveState, PassengerCount, PlaybackControl, PlaybackRequest, RecordingList, RecordingQuery,
    UploadControl, UploadRequest, UploadResult, VideoAttributes,
};

macro_rules! messages {
    (
        bare { $($(#[$bare_meta:meta])* $bare_id:literal $bare:ident,)* }
        full { $($(#[$meta:meta])* $id:literal $variant:ident($layout:ty),)* }
    ) => {
        /// A message: what a body says.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Message {
            $($(#[$bare_meta])* $bare,)*
            $($(#[$meta])* $variant($layout),)*
            /// A message unknown here, or in an edition whose layout is in dispute.
            Unknown {
                /// Its id.
                id: u16,
                /// Its body.
                body: Vec<u8>,
            },
        }

        impl Message {
            /// Ids of all messages known here.
            pub const IDS: &[u16] = &[$($bare_id,)* $($id,)*];

            /// The id.
            pub fn id(&self) -> u16 {
                match self {
                    $(Self::$bare => $bare_id,)*
                    $(Self::$variant(_) => $id,)*
                    Self::Unknown { id, .. } => *id,
                }
            }

            fn read_known(id: u16, reader: &mut Reader<'_>) -> Result<Self, BodyError> {
                Ok(match id {
                    $($bare_id => Self::$bare,)*
                    $($id => Self::$variant(<$layout>::read(reader)?),)*
                    id => Self::Unknown { id, body: reader.rest().to_vec() },
                })
            }

            fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
                match self {
                    $(Self::$bare => Ok(()),)*
                    $(Self::$variant(layout) => layout.write(writer),)*
                    Self::Unknown { body, .. } => {
                        writer.put(body);
                        Ok(())
                    }
                }
            }

            pub(super) fn describe(&self, into: &mut Object) {
                match self {
                    $(Self::$bare => (),)*
                    $(Self::$variant(layout) => layout.describe(into),)*
                    Self::Unknown { body, .. } if body.is_empty() => (),
                    Self::Unknown { body, .. } => {
                        into.insert("body".to_owned(), super::digits::text(body).into());
                    }
                }
            }

            pub(super) fn compose(id: u16, from: &Object) -> Result<Self, ComposeError> {
                if let Some(body) = from.get("body") {
                    let body = hexadecimal(Some(body)).map_err(|error| error.at("body"))?;
                    return Ok(Self::Unknown { id, body });
                }
                Ok(match id {
                    $($bare_id => Self::$bare,)*
                    $($id => Self::$variant(<$layout>::compose(from)?),)*
                    id => Self::Unknown { id, body: Vec::new() },
                })
            }
        }
    };
}

messages! {
    bare {
        /// 0002: heartbeat.
        0x0002 Heartbeat,
        /// 0003: the terminal logs out; its registration ends.
        0x0003 Logout,
        /// 0004 (2019): the terminal asks for the time.
        0x0004 TimeQuery,
        /// 8104: ask for all parameters.
        0x8104 AllParametersQuery,
        /// 8107: ask for the attributes of the terminal.
        0x8107 AttributesQuery,
        /// 8201: ask for the location.
        0x8201 LocationQuery,
        /// 8204 (2019): is the link alive?
        0x8204 LinkCheck,
        /// 8702: ask for the identity of the driver.
        0x8702 DriverQuery,
        /// 9003 (JT/T 1078): ask for the attributes of sound and video.
        0x9003 VideoAttributesQuery,
    }
    full {
        /// 0001: general answer of the terminal.
        0x0001 TerminalAnswer(GeneralAnswer),
        /// 0005 (2019): the terminal misses sub-packets.
        0x0005 TerminalResendRequest(ResendRequest),
        /// 0100: registration.
        0x0100 Registration(Registration),
        /// 0102: authentication.
        0x0102 Authentication(Authentication),
        /// 0104: parameters.
        0x0104 ParameterAnswer(ParameterAnswer),
        /// 0107: attributes of the terminal.
        0x0107 TerminalAttributes(TerminalAttributes),
        /// 0108: how an upgrade went.
        0x0108 UpgradeResult(UpgradeResult),
        /// 0200: location.
        0x0200 Location(Location),
        /// 0201: location, asked for.
        0x0201 LocationAnswer(LocationAnswer),
        /// 0301: the driver reported an event.
        0x0301 EventReport(EventReport),
        /// 0302: the driver answered a question.
        0x0302 QuestionAnswer(QuestionAnswer),
        /// 0303: the driver subscribes to information or cancels.
        0x0303 InformationRequest(InformationRequest),
        /// 0500: answer to vehicle control.
        0x0500 VehicleControlAnswer(LocationAnswer),
        /// 0608 (2019): areas or routes, asked for.
        0x0608 AreaAnswer(AreaAnswer),
        /// 0700: data of the recorder.
        0x0700 RecorderAnswer(RecorderAnswer),
        /// 0701: electronic waybill.
        0x0701 Waybill(Waybill),
        /// 0702: identity of the driver.
        0x0702 DriverIdentity(DriverIdentity),
        /// 0704: locations in a batch.
        0x0704 LocationBatch(LocationBatch),
        /// 0705: messages of the vehicle's bus.
        0x0705 CanUpload(CanUpload),
        /// 0800: something was recorded.
        0x0800 MediaEvent(MediaEvent),
        /// 0801: a recording.
        0x0801 MediaUpload(MediaUpload),
        /// 0802: recordings found.
        0x0802 MediaQueryAnswer(MediaQueryAnswer),
        /// 0805: answer to a camera order.
        0x0805 CameraAnswer(CameraAnswer),
        /// 0900: data carried up.
        0x0900 PassthroughUp(Passthrough),
        /// 0901: compressed data.
        0x0901 Compressed(Compressed),
        /// 0A00: public key of the terminal.
        0x0A00 TerminalKey(PublicKey),
        /// 1003 (JT/T 1078): attributes of sound and video.
        0x1003 VideoAttributes(VideoAttributes),
        /// 1005 (JT/T 1078): passengers counted.
        0x1005 PassengerCount(PassengerCount),
        /// 1205 (JT/T 1078): list of recordings.
        0x1205 RecordingList(RecordingList),
        /// 1206 (JT/T 1078): an upload is done.
        0x1206 UploadResult(UploadResult),
        /// 1210 (T/JSATL 12): list of attachments.
        0x1210 AttachmentList(AttachmentList),
        /// 1211 (T/JSATL 12): an attachment begins.
        0x1211 AttachmentStart(AttachmentFile),
        /// 1212 (T/JSATL 12): an attachment is done.
        0x1212 AttachmentEnd(AttachmentFile),
        /// 8001: general answer of the platform.
        0x8001 PlatformAnswer(GeneralAnswer),
        /// 8003: the platform misses sub-packets.
        0x8003 PlatformResendRequest(ResendRequest),
        /// 8004 (2019): the time of the platform.
        0x8004 TimeAnswer(TimeAnswer),
        /// 8100: answer to a registration.
        0x8100 RegistrationAnswer(RegistrationAnswer),
        /// 8103: set parameters.
        0x8103 ParameterOrder(ParameterOrder),
        /// 8105: control of the terminal.
        0x8105 TerminalControl(TerminalControl),
        /// 8106: ask for some parameters.
        0x8106 ParameterQuery(ParameterQuery),
        /// 8108: a package for an upgrade.
        0x8108 UpgradePackage(UpgradePackage),
        /// 8202: report the location more often for a while.
        0x8202 Tracking(Tracking),
        /// 8203: alarms were confirmed by a person.
        0x8203 AlarmConfirmation(AlarmConfirmation),
        /// 8300: text for the driver.
        0x8300 DriverText(DriverText),
        /// 8301: events a driver can report.
        0x8301 EventSetting(EventSetting),
        /// 8302: a question to the driver.
        0x8302 Question(Question),
        /// 8303: the menu of information.
        0x8303 InformationMenu(InformationMenu),
        /// 8304: information for subscribers.
        0x8304 InformationService(InformationService),
        /// 8400: call back.
        0x8400 CallBack(CallBack),
        /// 8401: the telephone book.
        0x8401 TelephoneBook(TelephoneBook),
        /// 8500 (2011 and 2013): vehicle control.
        0x8500 VehicleControl(VehicleControl),
        /// 8600: circles.
        0x8600 CircleSetting(CircleSetting),
        /// 8601: delete circles.
        0x8601 CircleDeletion(AreaDeletion),
        /// 8602: rectangles.
        0x8602 RectangleSetting(RectangleSetting),
        /// 8603: delete rectangles.
        0x8603 RectangleDeletion(AreaDeletion),
        /// 8604: a polygon.
        0x8604 PolygonSetting(PolygonSetting),
        /// 8605: delete polygons.
        0x8605 PolygonDeletion(AreaDeletion),
        /// 8606: a route.
        0x8606 RouteSetting(RouteSetting),
        /// 8607: delete routes.
        0x8607 RouteDeletion(AreaDeletion),
        /// 8608 (2019): ask for areas or routes.
        0x8608 AreaQuery(AreaQuery),
        /// 8700: collect data of the recorder.
        0x8700 RecorderQuery(RecorderOrder),
        /// 8701: set parameters of the recorder.
        0x8701 RecorderOrder(RecorderOrder),
        /// 8800: answer to a recording.
        0x8800 MediaAnswer(MediaAnswer),
        /// 8801: take pictures or a video.
        0x8801 CameraOrder(CameraOrder),
        /// 8802: look for stored recordings.
        0x8802 MediaQuery(MediaQuery),
        /// 8803: upload stored recordings.
        0x8803 MediaRequest(MediaRequest),
        /// 8804: record sound.
        0x8804 SoundOrder(SoundOrder),
        /// 8805: upload one stored recording.
        0x8805 MediaSingleRequest(MediaSingleRequest),
        /// 8900: data carried down.
        0x8900 PassthroughDown(Passthrough),
        /// 8A00: public key of the platform.
        0x8A00 PlatformKey(PublicKey),
        /// 9101 (JT/T 1078): start a live stream.
        0x9101 LiveRequest(LiveRequest),
        /// 9102 (JT/T 1078): control a live stream.
        0x9102 LiveControl(LiveControl),
        /// 9105 (JT/T 1078): state of a live stream.
        0x9105 LiveState(LiveState),
        /// 9201 (JT/T 1078): play a recording back.
        0x9201 PlaybackRequest(PlaybackRequest),
        /// 9202 (JT/T 1078): control playback.
        0x9202 PlaybackControl(PlaybackControl),
        /// 9205 (JT/T 1078): list recordings.
        0x9205 RecordingQuery(RecordingQuery),
        /// 9206 (JT/T 1078): upload recordings.
        0x9206 UploadRequest(UploadRequest),
        /// 9207 (JT/T 1078): control an upload.
        0x9207 UploadControl(UploadControl),
        /// 9208 (T/JSATL 12): upload attachments.
        0x9208 AttachmentRequest(AttachmentRequest),
        /// 9212 (T/JSATL 12): answer to an attachment.
        0x9212 AttachmentResult(AttachmentResult),
        /// 9301 (JT/T 1078): turn the camera.
        0x9301 CameraRotation(CameraRotation),
        /// 9302 (JT/T 1078): focus.
        0x9302 CameraFocus(CameraAdjustment),
        /// 9303 (JT/T 1078): aperture.
        0x9303 CameraAperture(CameraAdjustment),
        /// 9304 (JT/T 1078): wiper.
        0x9304 CameraWiper(CameraAdjustment),
        /// 9305 (JT/T 1078): infrared light.
        0x9305 CameraLight(CameraAdjustment),
        /// 9306 (JT/T 1078): zoom.
        0x9306 CameraZoom(CameraAdjustment),
    }
}

impl Message {
    /// Reads a body; what it leaves unread stays in the reader.
    pub(super) fn read(id: u16, reader: &mut Reader<'_>) -> Result<Self, BodyError> {
        // Public sources disagree about 8500 in 2019 (register of disagreements, D10).
        if id == 0x8500 && reader.edition == Edition::V2019 {
            return Ok(Self::Unknown { id, body: reader.rest().to_vec() });
        }
        Self::read_known(id, reader)
    }

    /// The body in the layout of an edition.
    pub fn to_body(&self, edition: Edition) -> Result<Vec<u8>, EncodeError> {
        let mut writer = Writer::new(edition);
        self.write(&mut writer)?;
        Ok(writer.into_bytes())
    }
}
