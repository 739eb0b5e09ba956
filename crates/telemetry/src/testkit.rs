//! A disk in memory that fails on command and forgets at a power cut what was not synced.

mod chance;
mod content;

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::disk::{Disk, DiskFile};
pub use chance::Chance;
use content::Content;
pub use content::Keep;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The operation fails; a write may be done in part, a sync may have kept anything.
    Error,
    /// The same, for want of space.
    NoSpace,
    /// The power goes during the operation; nothing works until [`FaultDisk::restart`].
    PowerCut(Keep),
}

#[derive(Debug, Clone)]
enum Naming {
    Create(String, u64),
    Rename(String, String),
    Remove(String),
}

#[derive(Debug)]
struct State {
    files: BTreeMap<u64, Content>,
    names: BTreeMap<String, u64>,
    durable_names: BTreeMap<String, u64>,
    namings: Vec<Naming>,
    chance: Chance,
    faults: Vec<(u64, Fault)>,
    operations: u64,
    made: u64,
    power: bool,
    /// Counts power cuts: files opened before are of no use after.
    boots: u64,
    full: bool,
    capacity: Option<u64>,
    unreadable: Vec<(u64, Range<u64>)>,
}

/// The disk; clones are the same disk.
#[derive(Debug, Clone)]
pub struct FaultDisk {
    state: Arc<Mutex<State>>,
}

/// A file of it.
#[derive(Debug)]
pub struct FaultFile {
    state: Arc<Mutex<State>>,
    number: u64,
    boot: u64,
}

impl FaultDisk {
    /// An empty disk; all chance follows from the seed.
    pub fn new(seed: u64) -> Self {
        let state = State {
            files: BTreeMap::new(),
            names: BTreeMap::new(),
            durable_names: BTreeMap::new(),
            namings: Vec::new(),
            chance: Chance::new(seed),
            faults: Vec::new(),
            operations: 0,
            made: 0,
            power: true,
            boots: 0,
            full: false,
            capacity: None,
            unreadable: Vec::new(),
        };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many operations that change something were tried so far.
    pub fn operations(&self) -> u64 {
        self.state().operations
    }

    /// Lets the operation of this number fail, counted from 1 since the disk was made.
    pub fn fail_at(&self, operation: u64, fault: Fault) {
        self.state().faults.push((operation, fault));
    }

    /// While full, every creation and every write fails for want of space.
    pub fn set_full(&self, full: bool) {
        self.state().full = full;
    }

    /// The most bytes that files may take in all; `None` for no limit.
    pub fn set_capacity(&self, bytes: Option<u64>) {
        self.state().capacity = bytes;
    }

    /// Lets reading these bytes of a file fail until [`FaultDisk::heal`].
    pub fn spoil(&self, name: &str, place: Range<u64>) {
        let mut state = self.state();
        let number = state.names.get(name).copied();
        state.unreadable.extend(number.map(|number| (number, place)));
    }

    /// Makes all files readable again.
    pub fn heal(&self) {
        self.state().unreadable.clear();
    }

    /// Cuts the power now.
    pub fn cut_power(&self, keep: Keep) {
        self.state().cut(keep);
    }

    /// Whether the power is on.
    pub fn has_power(&self) -> bool {
        self.state().power
    }

    /// Gives the power back.
    pub fn restart(&self) {
        self.state().power = true;
    }

    /// The content of a file as it is seen now.
    pub fn content(&self, name: &str) -> Option<Vec<u8>> {
        let state = self.state();
        state.names.get(name).map(|number| state.files[number].seen().to_vec())
    }

    /// Makes a durable file with this content.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        let mut state = self.state();
        let number = state.number();
        state.files.insert(number, Content::durable(bytes));
        state.names.insert(name.to_owned(), number);
        state.durable_names.insert(name.to_owned(), number);
    }

    /// Flips bits of a byte of a file, as a failing medium does.
    pub fn flip(&self, name: &str, offset: usize, bits: u8) {
        let mut state = self.state();
        let number = state.names.get(name).copied();
        if let Some(content) = number.and_then(|number| state.files.get_mut(&number)) {
            content.flip(offset, bits);
        }
    }
}

impl State {
    fn number(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    /// Counts an operation and gives what goes wrong with it.
    fn step(&mut self) -> io::Result<Option<Fault>> {
        self.powered()?;
        self.operations += 1;
        let now = self.operations;
        Ok(self.faults.iter().find(|(at, _)| *at == now).map(|(_, fault)| *fault))
    }

    fn powered(&self) -> io::Result<()> {
        if self.power { Ok(()) } else { Err(io::Error::other("no power")) }
    }

    /// The error of a fault; a power cut takes place.
    fn strike(&mut self, fault: Fault) -> io::Error {
        match fault {
            Fault::Error => io::Error::other("the disk failed"),
            Fault::NoSpace => io::Error::from(io::ErrorKind::StorageFull),
            Fault::PowerCut(keep) => {
                self.cut(keep);
                io::Error::other("the power went")
            }
        }
    }

    fn cut(&mut self, keep: Keep) {
        for content in self.files.values_mut() {
            content.cut(keep, &mut self.chance);
        }
        let kept = match keep {
            Keep::Nothing => 0,
            Keep::All => self.namings.len(),
            Keep::Prefix | Keep::Any => self.chance.below(self.namings.len() + 1),
        };
        for naming in std::mem::take(&mut self.namings).into_iter().take(kept) {
            rename(&mut self.durable_names, naming);
        }
        self.names.clone_from(&self.durable_names);
        self.power = false;
        self.boots += 1;
    }

    fn name(&mut self, naming: Naming) {
        rename(&mut self.names, naming.clone());
        self.namings.push(naming);
    }

    fn room_for(&self, bytes: u64) -> io::Result<()> {
        let held: u64 = self.names.values().map(|number| self.files[number].seen().len() as u64).sum();
        if self.full || self.capacity.is_some_and(|most| held + bytes > most) {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        Ok(())
    }
}

fn rename(names: &mut BTreeMap<String, u64>, naming: Naming) {
    match naming {
        Naming::Create(name, number) => {
            names.insert(name, number);
        }
        Naming::Rename(from, to) => {
            if let Some(number) = names.remove(&from) {
                names.insert(to, number);
            }
        }
        Naming::Remove(name) => {
            names.remove(&name);
        }
    }
}

impl Disk for FaultDisk {
    type File = FaultFile;

    fn list(&self) -> io::Result<Vec<String>> {
        let state = self.state();
        state.powered()?;
        Ok(state.names.keys().cloned().collect())
    }

    fn create(&self, name: &str, bytes: u64) -> io::Result<FaultFile> {
        let mut state = self.state();
        let begun = state.step()?;
        state.room_for(bytes)?;
        let number = state.number();
        // A file that was begun may be of any size.
        let part = state.chance.below(usize::try_from(bytes).map_err(io::Error::other)?);
        state.files.insert(number, Content::durable(&vec![0; part]));
        state.name(Naming::Create(name.to_owned(), number));
        if let Some(fault) = begun {
            return Err(state.strike(fault));
        }
        state.files.insert(number, Content::durable(&vec![0; usize::try_from(bytes).map_err(io::Error::other)?]));
        if let Some(fault) = state.step()? {
            return Err(state.strike(fault));
        }
        state.settle_names();
        Ok(FaultFile { state: Arc::clone(&self.state), number, boot: state.boots })
    }

    fn open(&self, name: &str) -> io::Result<FaultFile> {
        let state = self.state();
        state.powered()?;
        let number = *state.names.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(FaultFile { state: Arc::clone(&self.state), number, boot: state.boots })
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.state();
        let fault = state.step()?;
        if fault.is_none() && !state.names.contains_key(from) {
            return Err(io::Error::from(io::ErrorKind::NotFound));
        }
        if matches!(fault, None | Some(Fault::PowerCut(_))) {
            state.name(Naming::Rename(from.to_owned(), to.to_owned()));
        }
        fault.map_or(Ok(()), |fault| Err(state.strike(fault)))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.state();
        let fault = state.step()?;
        if fault.is_none() && !state.names.contains_key(name) {
            return Err(io::Error::from(io::ErrorKind::NotFound));
        }
        if matches!(fault, None | Some(Fault::PowerCut(_))) {
            state.name(Naming::Remove(name.to_owned()));
        }
        fault.map_or(Ok(()), |fault| Err(state.strike(fault)))
    }

    fn sync_directory(&self) -> io::Result<()> {
        let mut state = self.state();
        if let Some(fault) = state.step()? {
            return Err(state.strike(fault));
        }
        state.settle_names();
        Ok(())
    }
}

impl State {
    fn settle_names(&mut self) {
        for naming in std::mem::take(&mut self.namings) {
            rename(&mut self.durable_names, naming);
        }
    }
}

impl FaultFile {
    /// The state, unless the power went since the file was opened.
    fn state(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.powered()?;
        if state.boots == self.boot { Ok(state) } else { Err(io::Error::other("opened before the power went")) }
    }
}

impl State {
    fn content(&mut self, number: u64) -> io::Result<(&mut Content, &mut Chance)> {
        let content = self.files.get_mut(&number).ok_or(io::ErrorKind::NotFound)?;
        Ok((content, &mut self.chance))
    }
}

impl DiskFile for FaultFile {
    fn bytes(&self) -> io::Result<u64> {
        Ok(self.state()?.content(self.number)?.0.seen().len() as u64)
    }

    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut state = self.state()?;
        let until = offset + into.len() as u64;
        let hit =
            |(number, place): &(u64, Range<u64>)| *number == self.number && place.start < until && offset < place.end;
        if state.unreadable.iter().any(hit) {
            return Err(io::Error::other("unreadable"));
        }
        let (content, _) = state.content(self.number)?;
        let from = usize::try_from(offset).map_err(io::Error::other)?;
        let left = content.seen().get(from..).unwrap_or_default();
        let length = left.len().min(into.len());
        into[..length].copy_from_slice(&left[..length]);
        Ok(length)
    }

    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut state = self.state()?;
        let fault = state.step()?.or(state.full.then_some(Fault::NoSpace));
        let (content, chance) = state.content(self.number)?;
        let offset = usize::try_from(offset).map_err(io::Error::other)?;
        let done = match fault {
            Some(Fault::Error | Fault::NoSpace) => chance.below(bytes.len() + 1),
            _ => bytes.len(),
        };
        content.write(&bytes[..done], offset);
        fault.map_or(Ok(()), |fault| Err(state.strike(fault)))
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.state()?;
        let fault = state.step()?;
        let (content, chance) = state.content(self.number)?;
        match fault {
            None => content.sync(),
            Some(Fault::Error | Fault::NoSpace) => content.fail_to_sync(chance),
            Some(Fault::PowerCut(_)) => {}
        }
        fault.map_or(Ok(()), |fault| Err(state.strike(fault)))
    }
}
