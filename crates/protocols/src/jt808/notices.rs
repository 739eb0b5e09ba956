//! Texts, events, questions and information shown to the driver, and the telephone book.

use super::field::layout;
use super::groups::{Counted, Nested, RestList, Since2019, When};
use super::texts::{Measured, RestText};

layout! {
    /// 8300: text for the driver, at most 1,024 bytes of GBK.
    DriverText {
        /// Bits: 0 urgent, 2 on the display, 3 spoken, 4 on the advertising screen, 5 fault code instead of navigation.
        text_flag: u8,
        /// 2019: 1 notice, 2 service.
        text_type: Option<u8> as When<Since2019, u8>,
        /// The text.
        text: String as RestText,
    }
}

impl DriverText {
    /// Urgent, shown and spoken: what a driver must not miss. 2019 wants the type, earlier editions have none.
    pub fn urgent(text: impl Into<String>, edition: super::Edition) -> Self {
        let text_type = (edition >= super::Edition::V2019).then_some(1);
        Self { text_flag: 0b0000_1101, text_type, text: text.into() }
    }
}

layout! {
    /// One event a driver can report.
    EventEntry {
        /// Id of the event.
        id: u8,
        /// Its text.
        text: String as Measured<u8>,
    }
}

layout! {
    /// 8301: events a driver can report.
    EventSetting {
        /// 0 delete all, 1 replace, 2 add, 3 change, 4 delete some.
        kind: u8,
        /// The events.
        events: Vec<EventEntry> as Counted<u8, Nested<EventEntry>>,
    }
}

layout! {
    /// 0301: the driver reported an event.
    EventReport {
        /// Id of the event.
        event_id: u8,
    }
}

layout! {
    /// One answer a driver can choose.
    AnswerChoice {
        /// Id of the answer.
        id: u8,
        /// Its text.
        text: String as Measured<u16>,
    }
}

layout! {
    /// 8302: a question to the driver.
    Question {
        /// Bits: 0 urgent, 3 spoken, 4 on the advertising screen.
        flag: u8,
        /// The question.
        question: String as Measured<u8>,
        /// The answers.
        answers: Vec<AnswerChoice> as RestList<Nested<AnswerChoice>>,
    }
}

layout! {
    /// 0302: the driver's answer to 8302.
    QuestionAnswer {
        /// Serial of the question.
        ack_serial: u16,
        /// Id of the answer.
        answer_id: u8,
    }
}

layout! {
    /// One kind of information a driver can subscribe to.
    InformationEntry {
        /// Kind of the information.
        kind: u8,
        /// Its name.
        name: String as Measured<u16>,
    }
}

layout! {
    /// 8303: the menu of information.
    InformationMenu {
        /// 0 delete all, 1 replace, 2 add, 3 change.
        kind: u8,
        /// The entries.
        entries: Vec<InformationEntry> as Counted<u8, Nested<InformationEntry>>,
    }
}

layout! {
    /// 0303: the driver subscribes or cancels.
    InformationRequest {
        /// Kind of the information.
        kind: u8,
        /// 0 cancel, 1 subscribe.
        flag: u8,
    }
}

layout! {
    /// 8304: information for subscribers.
    InformationService {
        /// Kind of the information.
        kind: u8,
        /// The text.
        text: String as Measured<u16>,
    }
}

layout! {
    /// One contact.
    Contact {
        /// 1 may call, 2 may be called, 3 both.
        flag: u8,
        /// Number.
        telephone: String as Measured<u8>,
        /// Name.
        name: String as Measured<u8>,
    }
}

layout! {
    /// 8401: the telephone book.
    TelephoneBook {
        /// 0 delete all, 1 replace, 2 add, 3 change.
        kind: u8,
        /// The contacts.
        contacts: Vec<Contact> as Counted<u8, Nested<Contact>>,
    }
}
