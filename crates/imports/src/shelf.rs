//! Where the files of imports lie: the upload as it came, its rows one per line, what is wrong with them.
//!
//! Rows and findings have an index of their places, so that any page of them is read at once.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use fengsui_kernel::id::ImportId;
use fengsui_kernel::{Fault, FaultKind, Result};
use fengsui_storage::seal::{self, Sealer};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The directory of all imports.
#[derive(Clone)]
pub(crate) struct Shelf {
    root: PathBuf,
    /// Sheets hold personal data: nothing of them lies on the disk in clear.
    sealer: Sealer,
}

/// A list of lines under a number, in order of the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    /// All rows of the sheet.
    Rows,
    /// The mistakes of rows.
    Findings,
}

/// Bytes of an entry of the index: number and place.
const ENTRY: u64 = 16;

impl List {
    fn name(self) -> &'static str {
        match self {
            Self::Rows => "rows",
            Self::Findings => "findings",
        }
    }
}

impl Shelf {
    pub(crate) fn under(data_directory: &Path, sealer: Sealer) -> Self {
        Self { root: data_directory.join("imports"), sealer }
    }

    fn directory(&self, import: &ImportId) -> PathBuf {
        self.root.join(import.as_str())
    }

    fn path(&self, import: &ImportId, list: List, end: &str) -> PathBuf {
        self.directory(import).join(format!("{}.{end}", list.name()))
    }

    /// Keeps the upload; when this returns it is on the disk.
    pub(crate) fn keep(&self, import: &ImportId, file: &[u8]) -> Result<()> {
        let directory = self.directory(import);
        fs::create_dir_all(&directory).map_err(Fault::internal)?;
        private(&self.root);
        let mut kept = File::create(directory.join("source")).map_err(Fault::internal)?;
        kept.write_all(self.sealer.seal(&place(import, "source"), file)?.as_bytes()).map_err(Fault::internal)?;
        kept.sync_all().map_err(Fault::internal)
    }

    pub(crate) fn source(&self, import: &ImportId) -> Result<Vec<u8>> {
        let sealed = fs::read_to_string(self.directory(import).join("source")).map_err(|_| gone())?;
        self.sealer.open(&place(import, "source"), &sealed)
    }

    /// Forgets everything of an import.
    pub(crate) fn forget(&self, import: &ImportId) -> Result<()> {
        match fs::remove_dir_all(self.directory(import)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Fault::internal(error)),
            _ => Ok(()),
        }
    }

    /// Lays an empty file in the place of an older one, which stays whole for those who are reading it.
    fn renew(&self, import: &ImportId, list: List, end: &str) -> Result<()> {
        let (new, path) = (self.path(import, list, &format!("{end}.new")), self.path(import, list, end));
        File::create(&new).and_then(|_| fs::rename(&new, path)).map_err(Fault::internal)
    }

    /// Begins a list, keeping its first entries.
    pub(crate) fn write(&self, import: &ImportId, list: List, keep: u64) -> Result<ListWriter> {
        if keep == 0 {
            self.renew(import, list, "jsonl")?;
            self.renew(import, list, "idx")?;
        }
        let open = |end: &str| {
            let options = OpenOptions::new().create(true).truncate(false).read(true).write(true).clone();
            options.open(self.path(import, list, end)).map_err(Fault::internal)
        };
        let (mut lines, mut index) = (open("jsonl")?, open("idx")?);
        let have = index.metadata().map_err(Fault::internal)?.len() / ENTRY;
        let end =
            if keep < have { entry(&mut index, keep)?.1 } else { lines.metadata().map_err(Fault::internal)?.len() };
        let (end, keep) = if keep == 0 { (0, 0) } else { (end, keep.min(have)) };
        lines.set_len(end).map_err(Fault::internal)?;
        index.set_len(keep * ENTRY).map_err(Fault::internal)?;
        lines.seek(SeekFrom::End(0)).map_err(Fault::internal)?;
        index.seek(SeekFrom::End(0)).map_err(Fault::internal)?;
        let seal = Seal { sealer: self.sealer.clone(), place: place(import, list.name()) };
        Ok(ListWriter { seal, lines: BufWriter::new(lines), index: BufWriter::new(index), at: end, count: keep })
    }

    pub(crate) fn read(&self, import: &ImportId, list: List) -> Result<ListReader> {
        let open = |end: &str| File::open(self.path(import, list, end)).map_err(|_| gone());
        let (lines, index) = (open("jsonl")?, open("idx")?);
        let count = index.metadata().map_err(Fault::internal)?.len() / ENTRY;
        let seal = Seal { sealer: self.sealer.clone(), place: place(import, list.name()) };
        Ok(ListReader { seal, lines: BufReader::new(lines), index, count })
    }

    pub(crate) fn has(&self, import: &ImportId, list: List) -> bool {
        self.path(import, list, "idx").is_file()
    }
}

/// Uploads hold personal data: nobody else on the machine reads them.
fn private(directory: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    // A file system without permissions is the operator's choice.
    let _ = fs::set_permissions(directory, fs::Permissions::from_mode(0o700));
}

/// Under what the lines of a list are sealed.
struct Seal {
    sealer: Sealer,
    place: String,
}

fn place(import: &ImportId, what: &str) -> String {
    seal::place("import", import.as_str(), what)
}

fn gone() -> Fault {
    FaultKind::Refused(fengsui_kernel::Refusal::new("import_files_gone")).into()
}

fn entry(index: &mut File, at: u64) -> Result<(u64, u64)> {
    let mut bytes = [0_u8; 16];
    index.seek(SeekFrom::Start(at * ENTRY)).map_err(Fault::internal)?;
    index.read_exact(&mut bytes).map_err(Fault::internal)?;
    let number = |from: usize| {
        let mut own = [0_u8; 8];
        own.copy_from_slice(&bytes[from..from + 8]);
        u64::from_le_bytes(own)
    };
    Ok((number(0), number(8)))
}

/// Writes a list.
pub(crate) struct ListWriter {
    seal: Seal,
    lines: BufWriter<File>,
    index: BufWriter<File>,
    at: u64,
    count: u64,
}

impl ListWriter {
    pub(crate) fn push(&mut self, number: u64, what: &impl Serialize) -> Result<()> {
        let plain = serde_json::to_vec(what).map_err(Fault::internal)?;
        let mut line = self.seal.sealer.seal(&self.seal.place, &plain)?.into_bytes();
        line.push(b'\n');
        self.lines.write_all(&line).map_err(Fault::internal)?;
        self.index.write_all(&number.to_le_bytes()).map_err(Fault::internal)?;
        self.index.write_all(&self.at.to_le_bytes()).map_err(Fault::internal)?;
        self.at += line.len() as u64;
        self.count += 1;
        Ok(())
    }

    /// Entries so far; all of them can be read when this returns.
    pub(crate) fn settle(&mut self) -> Result<u64> {
        self.lines.flush().map_err(Fault::internal)?;
        self.index.flush().map_err(Fault::internal)?;
        Ok(self.count)
    }
}

/// Reads a list.
pub(crate) struct ListReader {
    seal: Seal,
    lines: BufReader<File>,
    index: File,
    count: u64,
}

impl ListReader {
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Goes to an entry; those after it follow by [`ListReader::next`].
    pub(crate) fn seek(&mut self, at: u64) -> Result<()> {
        let place = if at < self.count { SeekFrom::Start(entry(&mut self.index, at)?.1) } else { SeekFrom::End(0) };
        self.lines.seek(place).map(|_| ()).map_err(Fault::internal)
    }

    /// The first entry whose number is not below this one.
    pub(crate) fn position(&mut self, number: u64) -> Result<u64> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            if entry(&mut self.index, middle)?.0 < number { low = middle + 1 } else { high = middle }
        }
        Ok(low)
    }

    pub(crate) fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>> {
        let mut line = String::new();
        let got = self.lines.read_line(&mut line).map_err(Fault::internal)?;
        // A line without its end is still being written.
        if got == 0 || !line.ends_with('\n') {
            return Ok(None);
        }
        let plain = self.seal.sealer.open(&self.seal.place, line.trim_end())?;
        serde_json::from_slice(&plain).map(Some).map_err(Fault::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_found_again_by_number_and_cut_back() {
        let directory = tempfile::tempdir().expect("a directory");
        let shelf = Shelf::under(
            directory.path(),
            Sealer::new(seal::Keyring::new([7; 32], "2026-11-22T02:00:00Z".parse().expect("a time"))),
        );
        let import: ImportId = "01931000-0000-7000-8000-000000000001".parse().expect("an id");
        shelf.keep(&import, b"x").expect("kept");
        let mut writer = shelf.write(&import, List::Rows, 0).expect("a list");
        for number in [3_u64, 5, 9, 12] {
            writer.push(number, &format!("row {number}")).expect("written");
        }
        assert_eq!(writer.settle().expect("settled"), 4);
        let mut reader = shelf.read(&import, List::Rows).expect("a reader");
        assert_eq!([1, 3, 4, 12, 13].map(|number| reader.position(number).expect("a place")), [0, 0, 1, 3, 4]);
        reader.seek(2).expect("there");
        assert_eq!(reader.next::<String>().expect("read").as_deref(), Some("row 9"));
        let mut writer = shelf.write(&import, List::Rows, 2).expect("cut back");
        writer.push(7, &"row 7").expect("written");
        assert_eq!(writer.settle().expect("settled"), 3);
        let mut reader = shelf.read(&import, List::Rows).expect("a reader");
        reader.seek(1).expect("there");
        reader.seek(3).expect("behind the last");
        assert_eq!(reader.next::<String>().expect("read"), None);
        reader.seek(1).expect("there");
        let rest: Vec<String> = std::iter::from_fn(|| reader.next().expect("read")).collect();
        assert_eq!(rest, ["row 5", "row 7"]);
        let mut before = shelf.read(&import, List::Rows).expect("a reader");
        let mut writer = shelf.write(&import, List::Rows, 0).expect("begun anew");
        writer.push(1, &"another").expect("written");
        writer.settle().expect("settled");
        before.seek(1).expect("there");
        assert_eq!(before.next::<String>().expect("whole").as_deref(), Some("row 5"), "who reads is not disturbed");
        writer.lines.write_all(b"half a li").expect("written");
        writer.lines.flush().expect("flushed");
        let mut reader = shelf.read(&import, List::Rows).expect("a reader");
        let all: Vec<String> = std::iter::from_fn(|| reader.next().expect("read")).collect();
        assert_eq!(all, ["another"], "a line that is being written is not there yet");
        shelf.forget(&import).expect("forgotten");
        assert!(shelf.source(&import).is_err() && !shelf.has(&import, List::Rows));
    }
}
