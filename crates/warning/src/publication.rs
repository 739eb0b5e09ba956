//! Makes the CAP message of every publication, once each, and reads them for feeds and maps.
//!
//! The state of a warning keeps all its publications with their frozen content, so a handler
//! that comes late or twice writes exactly what is missing.

use std::collections::BTreeMap;

use fengsui_cap::feed::{FeedEntry, FeedHeader, atom};
use fengsui_cap::{Alert, Reference, has_errors, to_xml, validate};
use fengsui_events::Event;
use fengsui_kernel::id::MatterId;
use fengsui_kernel::{Acting, DivisionCode, Fault, Mode, Principal, Result, Scope, Timestamp};
use fengsui_storage::events::LoggedEvent;
use fengsui_storage::warnings::{self, CapMessageRow};
use fengsui_storage::{Db, Subject, Tx, matters, records};
use serde_json::json;

use crate::cap_message::{self, Circumstances, Issuer};
use crate::process::{Publication, PublicationKind, WarningProcess, WarningState};
use fengsui_matters::process::Process as _;

/// Name of the handler, for its position in the event log.
pub const CONSUMER: &str = "warning.publication";

/// How many messages the public feed carries.
const FEED_LENGTH: u32 = 100;

/// Writes the messages that an event asks for. Idempotent; does not advance the handler's position.
pub async fn on_event(db: &Db, logged: &LoggedEvent) -> Result<()> {
    match &logged.event {
        Event::MatterChanged(change) if concerns(&change.process, &change.action) => {
            publish_missing(db, &change.matter).await
        }
        _ => Ok(()),
    }
}

fn concerns(process: &str, action: &str) -> bool {
    process == WarningProcess::NAME && matches!(action, "publish" | "approve_update" | "cancel")
}

/// Writes the messages of a warning that were not written yet.
pub async fn publish_missing(db: &Db, matter: &MatterId) -> Result<()> {
    let Some(row) = matters::get(db, matter).await?.filter(|row| row.process == WarningProcess::NAME) else {
        return Ok(());
    };
    let state: WarningState = serde_json::from_value(row.state)
        .map_err(|error| Fault::internal(format!("state of warning {matter}: {error}")))?;
    let publications = state.publications();
    if warnings::history(db, matter).await?.len() >= publications.len() {
        return Ok(());
    }
    let issuer = issuer_of(db, state.dossier().content.issuer.as_deref(), row.division).await?;
    let names = names_of(db, publications).await?;
    let mut tx = db.begin(Acting::system(CONSUMER, db.now())).await?;
    let mut writer = Writer { tx: &mut tx, matter, mode: row.mode, issuer: &issuer, names: &names };
    writer.write(publications).await?;
    tx.commit().await
}

async fn issuer_of(db: &Db, organisation: Option<&str>, division: DivisionCode) -> Result<Issuer> {
    let record = match organisation {
        Some(id) => records::by_id(db, id).await?,
        None => None,
    };
    // The organisation may be gone from the ledger by now; the warning is not.
    let (code, name) =
        record.map_or((String::new(), "未登记的发布单位".to_owned()), |record| (record.code, record.name));
    Ok(Issuer::new(&code, &name, division))
}

async fn names_of(db: &Db, publications: &[Publication]) -> Result<BTreeMap<DivisionCode, String>> {
    let codes = publications.iter().flat_map(|publication| publication.content.area.divisions.iter().copied());
    let mut codes: Vec<DivisionCode> = codes.collect();
    codes.sort_unstable();
    codes.dedup();
    let divisions = records::divisions_by_code(db, &codes).await?;
    Ok(divisions.into_iter().map(|division| (division.code, division.name)).collect())
}

struct Writer<'a> {
    tx: &'a mut Tx,
    matter: &'a MatterId,
    mode: Mode,
    issuer: &'a Issuer,
    names: &'a BTreeMap<DivisionCode, String>,
}

impl Writer<'_> {
    async fn write(&mut self, publications: &[Publication]) -> Result<()> {
        // Read again inside the transaction: another handler may have been faster.
        let written = warnings::of_matter(self.tx, self.matter).await?;
        let mut earlier: Vec<Reference> = written.iter().map(reference).collect();
        for (index, publication) in publications.iter().enumerate().skip(written.len()) {
            let row = self.message(publication, index + 1, &earlier).await?;
            warnings::insert(self.tx, &row).await?;
            let facts = json!({"identifier": row.identifier, "msg_type": row.msg_type, "status": row.status,
                "matter": self.matter, "headline": row.headline});
            self.tx.trace("warning.message", Subject::at("matter", self.matter, row.division), facts);
            earlier.push(reference(&row));
        }
        Ok(())
    }

    async fn message(
        &mut self,
        publication: &Publication,
        number: usize,
        earlier: &[Reference],
    ) -> Result<CapMessageRow> {
        let identifier = self.free_identifier(publication).await?;
        let (issuer, mode, names) = (self.issuer, self.mode, self.names);
        let circumstances = Circumstances { issuer, identifier: &identifier, mode, earlier, names };
        let alert = cap_message::build(publication, &circumstances);
        let findings = validate(&alert);
        if has_errors(&findings) {
            return Err(Fault::internal(format!("CAP message {identifier}: {findings:?}")));
        }
        let content = &publication.content;
        let status = if mode == Mode::Drill { "Exercise" } else { "Actual" };
        let color = content.color.as_str().to_owned();
        let event_type = content.event_type.clone();
        let area = serde_json::to_value(&content.area).map_err(Fault::internal)?;
        Ok(CapMessageRow {
            matter: self.matter.clone(),
            number: u32::try_from(number).unwrap_or(u32::MAX),
            sender: alert.sender.clone(),
            msg_type: kind_word(publication.kind).to_owned(),
            status: status.to_owned(),
            sent_at: publication.published.at,
            expires_at: content.expires_at,
            division: content.responsible_division(),
            headline: headline(&alert),
            xml: to_xml(&alert),
            superseded: false,
            identifier,
            color,
            event_type,
            area,
        })
    }

    /// Two warnings of one office in one second would share a name: the later one is numbered.
    async fn free_identifier(&mut self, publication: &Publication) -> Result<String> {
        let plain = cap_message::identifier(publication, self.issuer);
        let mut candidate = plain.clone();
        let mut count = 1;
        while warnings::is_taken(self.tx, &candidate).await? {
            count += 1;
            candidate = format!("{plain}_{count}");
        }
        Ok(candidate)
    }
}

fn reference(row: &CapMessageRow) -> Reference {
    let sent = fengsui_cap::Time::in_china(row.sent_at).to_string();
    Reference { sender: row.sender.clone(), identifier: row.identifier.clone(), sent }
}

fn kind_word(kind: PublicationKind) -> &'static str {
    match kind {
        PublicationKind::Alert => "Alert",
        PublicationKind::Update => "Update",
        PublicationKind::Cancel => "Cancel",
    }
}

fn headline(alert: &Alert) -> String {
    alert.infos.first().and_then(|info| info.headline.clone()).unwrap_or_default()
}

/// Warnings in force that concern the caller: those of their area, and of areas around it.
pub async fn in_force(db: &Db, principal: &Principal, mode: Mode) -> Result<Vec<CapMessageRow>> {
    let scopes = principal.scopes("read", WarningProcess::NAME)?;
    let mut rows = warnings::in_force(db, status_of(mode), db.now()).await?;
    rows.retain(|row| scopes.iter().any(|scope| concerns_scope(row, scope)));
    Ok(rows)
}

/// A message with the time at which it ceased to hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The message.
    pub row: CapMessageRow,
    /// When it was replaced, lifted or ran out; absent: no end is set.
    pub until: Option<Timestamp>,
}

/// How many messages [`held_since`] looks back over.
const HISTORY_LENGTH: u32 = 500;

/// The messages that were in force at some time since, as far as they concern the caller.
pub async fn held_since(db: &Db, principal: &Principal, mode: Mode, since: Timestamp) -> Result<Vec<Held>> {
    let scopes = principal.scopes("read", WarningProcess::NAME)?;
    let rows = warnings::latest(db, status_of(mode), HISTORY_LENGTH).await?;
    let next = |row: &CapMessageRow| {
        let later = rows.iter().filter(|other| other.matter == row.matter && other.number > row.number);
        later.map(|other| other.sent_at).min()
    };
    let held = rows.iter().filter(|row| row.msg_type != "Cancel").map(|row| {
        let until = [next(row), row.expires_at].into_iter().flatten().min();
        Held { row: row.clone(), until }
    });
    let concerned = held.filter(|held| scopes.iter().any(|scope| concerns_scope(&held.row, scope)));
    Ok(concerned.filter(|held| held.until.is_none_or(|until| until >= since)).collect())
}

fn concerns_scope(row: &CapMessageRow, scope: &Scope) -> bool {
    match scope {
        Scope::Subtree { division } => division.contains(&row.division) || row.division.contains(division),
        // Real warnings are public anyway; an enterprise sees them all.
        Scope::Enterprise { .. } => row.status == "Actual",
    }
}

/// How many warnings are in force, for the portal.
pub async fn count_in_force(db: &Db, principal: &Principal) -> Result<usize> {
    Ok(in_force(db, principal, Mode::Real).await?.len())
}

/// A message for the public: never one of a drill.
pub async fn by_identifier(db: &Db, identifier: &str) -> Result<Option<CapMessageRow>> {
    Ok(warnings::by_identifier(db, identifier).await?.filter(|row| row.status == status_of(Mode::Real)))
}

/// The latest public messages, newest first; lifted and expired ones stay, since a vanished entry
/// is not a lifted warning.
pub async fn feed_entries(db: &Db) -> Result<Vec<CapMessageRow>> {
    warnings::latest(db, status_of(Mode::Real), FEED_LENGTH).await
}

/// The public Atom feed. `base` is the public address of the node, without a slash at its end.
pub async fn feed(db: &Db, base: &str, title: &str, author: &str) -> Result<String> {
    let rows = feed_entries(db).await?;
    let mut messages = Vec::with_capacity(rows.len());
    for row in &rows {
        let (alert, _) =
            fengsui_cap::parse(&row.xml).map_err(|error| Fault::internal(format!("{}: {error}", row.identifier)))?;
        messages.push((alert, format!("{base}/cap/{}.xml", row.identifier)));
    }
    let entries: Vec<FeedEntry<'_>> = messages.iter().map(|(alert, address)| FeedEntry { alert, address }).collect();
    let address = format!("{base}/cap/feed.atom");
    let header = FeedHeader {
        id: address.clone(),
        title: title.to_owned(),
        author: author.to_owned(),
        self_address: address,
        language: Some("zh-CN".to_owned()),
        updated: rows.first().map_or_else(|| db.now(), |row| row.sent_at),
    };
    Ok(atom(&entries, &header))
}

fn status_of(mode: Mode) -> &'static str {
    match mode {
        Mode::Real => "Actual",
        Mode::Drill => "Exercise",
    }
}
