//! E-mail by SMTP.

use async_trait::async_trait;
use fengsui_kernel::{Fault, Result};
use fengsui_storage::messages::Delivery;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::channel::{Failure, Outside, Sender};

/// How the line to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// Plain; for a server on the same machine only.
    None,
    /// Plain at first, then TLS.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// Where mail goes out.
#[derive(Clone)]
pub struct EmailSettings {
    /// Host of the mail server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Protection of the line.
    pub tls: MailTls,
    /// Name and password, where the server wants them.
    pub credentials: Option<(String, String)>,
    /// Sender address.
    pub from: String,
}

/// Sends mail.
pub struct EmailSender {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl EmailSender {
    /// Checks the settings; does not connect yet.
    pub fn new(settings: &EmailSettings) -> Result<Self> {
        let malformed = |error: lettre::transport::smtp::Error| Fault::internal(format!("mail.host: {error}"));
        let builder = match settings.tls {
            MailTls::None => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host),
            MailTls::StartTls => {
                AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&settings.host).map_err(malformed)?
            }
            MailTls::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&settings.host).map_err(malformed)?,
        };
        let builder = builder.port(settings.port).timeout(Some(std::time::Duration::from_secs(20)));
        let builder = match &settings.credentials {
            Some((name, password)) => builder.credentials(Credentials::new(name.clone(), password.clone())),
            None => builder,
        };
        let from = settings.from.parse().map_err(|error| Fault::internal(format!("mail.from: {error}")))?;
        Ok(Self { transport: builder.build(), from })
    }

    fn message(&self, delivery: &Delivery, receipt_url: &str) -> Result<Message, Failure> {
        let to: Mailbox = delivery.address.parse().map_err(|error| Failure::Final(format!("address: {error}")))?;
        let confirm =
            if delivery.tone == "notice" { String::new() } else { format!("\n\n收到请确认：{receipt_url}\n") };
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(delivery.subject.replace(['\r', '\n'], " "))
            .header(ContentType::TEXT_PLAIN)
            .message_id(Some(format!("<{}@fengsui>", delivery.id)))
            .body(format!("{}{confirm}", delivery.body))
            .map_err(|error| Failure::Final(error.to_string()))
    }
}

#[async_trait]
impl Sender for EmailSender {
    async fn send(&self, delivery: &Delivery, receipt_url: &str) -> Result<Outside, Failure> {
        let message = self.message(delivery, receipt_url)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(Outside::Sent),
            Err(error) if error.is_permanent() => Err(Failure::Final(error.to_string())),
            Err(error) => Err(Failure::Passing(error.to_string())),
        }
    }
}
