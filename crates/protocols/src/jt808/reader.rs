//! Reading a body from front to back.

use super::edition::Edition;
use super::error::{BodyError, BodyProblem};

/// A place in a body, with what earlier fields say about later ones.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    /// Edition the body follows.
    pub(crate) edition: Edition,
    /// The last attribute word read; its bits tell which fields follow.
    pub(crate) attributes: u16,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(rest: &'a [u8]) -> Self {
        Self { rest, edition: Edition::V2013, attributes: 0 }
    }

    pub(crate) fn following(mut self, edition: Edition) -> Self {
        self.edition = edition;
        self
    }

    pub(crate) fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// What is left, without taking it.
    pub(crate) fn ahead(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], BodyError> {
        let short = BodyProblem::Truncated { needed: count, available: self.rest.len() };
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(short)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], BodyError> {
        let short = BodyProblem::Truncated { needed: N, available: self.rest.len() };
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(short)?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, BodyError> {
        self.array().map(u8::from_be_bytes)
    }

    pub(crate) fn word(&mut self) -> Result<u16, BodyError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn dword(&mut self) -> Result<u32, BodyError> {
        self.array().map(u32::from_be_bytes)
    }
}
