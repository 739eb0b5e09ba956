//! The log of readings behind one trait: files beside an embedded store, a table in PostgreSQL.

use std::ops::ControlFlow;

use async_trait::async_trait;
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Acting, Fault, Result};
use fengsui_storage::Db;
use fengsui_storage::series::journal as table;
use fengsui_telemetry::{Directory, Log, LogError, LogSettings};

/// Bytes of one file of the log.
const SEGMENT_BYTES: u64 = 16 << 20;
/// Bytes of records read together.
const PORTION_BYTES: usize = 8 << 20;
/// Records of the table read together.
const PORTION_ROWS: u32 = 64;

/// Records with their sequences, in order.
pub(crate) type Records = Vec<(i64, Vec<u8>)>;

/// Keeps records in order and gives them back; written by one writer only.
#[async_trait]
pub(crate) trait Journal: Send {
    /// Appends a record; durable when this returns. Answers its sequence.
    async fn append(&mut self, body: Vec<u8>) -> Result<i64>;
    /// Some records from a sequence on; none at the end.
    async fn read(&self, from: i64) -> Result<Records>;
    /// Frees what lies before a sequence, as far as it can be freed.
    async fn release(&mut self, before: i64) -> Result<()>;
    /// Bytes held.
    fn bytes(&self) -> u64;
    /// The last sequence given.
    fn last(&self) -> i64;
    /// What must be released for anything to be freed.
    fn boundary(&self) -> Option<i64>;
}

/// Opens the log of a store. `known` is the last sequence that the store knows of.
pub(crate) async fn open(db: &Db, known: i64) -> Result<Box<dyn Journal>> {
    match db.readings_directory() {
        Some(path) => Ok(Box::new(FileJournal::open(&path, known)?)),
        None => Ok(Box::new(TableJournal::open(db, known).await?)),
    }
}

struct FileJournal(Log<Directory>);

#[allow(clippy::needless_pass_by_value, reason = "used as `map_err(refused)`")]
fn refused(error: LogError) -> Fault {
    tracing::error!(%error, "the log of readings could not be written");
    FaultKind::Unavailable(format!("readings cannot be stored: {error}")).into()
}

fn signed(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}

fn unsigned(sequence: i64) -> u64 {
    u64::try_from(sequence).unwrap_or(0)
}

impl FileJournal {
    fn open(path: &std::path::Path, known: i64) -> Result<Self> {
        // A second wall beside the lease: two writers would destroy each other's records.
        let disk = Directory::open_alone(path).map_err(Fault::internal)?;
        let settings = LogSettings { segment_bytes: SEGMENT_BYTES, ..LogSettings::default() };
        let (mut log, opened) = Log::open(disk, settings).map_err(refused)?;
        for damage in opened.damages {
            tracing::error!(?damage, "a part of the log of readings is damaged and was passed over");
        }
        log.set_floor(unsigned(known) + 1);
        Ok(Self(log))
    }
}

#[async_trait]
impl Journal for FileJournal {
    async fn append(&mut self, body: Vec<u8>) -> Result<i64> {
        let sequence = self.0.append(&body).map_err(refused)?;
        self.0.sync().map_err(refused)?;
        Ok(signed(sequence))
    }

    async fn read(&self, from: i64) -> Result<Records> {
        let (mut records, mut bytes) = (Vec::new(), 0);
        let mut take = |sequence: u64, body: &[u8]| {
            bytes += body.len();
            records.push((signed(sequence), body.to_vec()));
            if bytes < PORTION_BYTES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        self.0.read(unsigned(from), &mut take).map_err(refused)?;
        Ok(records)
    }

    async fn release(&mut self, before: i64) -> Result<()> {
        self.0.release(unsigned(before)).map(drop).map_err(refused)
    }

    fn bytes(&self) -> u64 {
        self.0.bytes()
    }

    fn last(&self) -> i64 {
        signed(self.0.next()) - 1
    }

    fn boundary(&self) -> Option<i64> {
        self.0.oldest_live_boundary().map(signed)
    }
}

struct TableJournal {
    db: Db,
    first: i64,
    last: i64,
    bytes: u64,
}

impl TableJournal {
    async fn open(db: &Db, known: i64) -> Result<Self> {
        let (first, last, bytes) = table::extent(db).await?.unwrap_or((known + 1, known, 0));
        Ok(Self { db: db.clone(), first, last: last.max(known), bytes })
    }
}

#[async_trait]
impl Journal for TableJournal {
    async fn append(&mut self, body: Vec<u8>) -> Result<i64> {
        let (sequence, bytes) = (self.last + 1, body.len() as u64);
        // Counted even if the answer is lost: the record may be there.
        self.last = sequence;
        let mut tx = self.db.begin(Acting::system("series", self.db.now())).await?;
        table::append(&mut tx, sequence, body).await?;
        tx.commit().await?;
        self.bytes += bytes;
        Ok(sequence)
    }

    async fn read(&self, from: i64) -> Result<Records> {
        table::read(&self.db, from, PORTION_ROWS).await
    }

    async fn release(&mut self, before: i64) -> Result<()> {
        let mut tx = self.db.begin(Acting::system("series", self.db.now())).await?;
        table::release(&mut tx, before).await?;
        tx.commit().await?;
        let (first, _, bytes) = table::extent(&self.db).await?.unwrap_or((self.last + 1, self.last, 0));
        (self.first, self.bytes) = (first, bytes);
        Ok(())
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }

    fn last(&self) -> i64 {
        self.last
    }

    fn boundary(&self) -> Option<i64> {
        (self.first < self.last).then(|| self.first + (self.last - self.first + 7) / 8)
    }
}
