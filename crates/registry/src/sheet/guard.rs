//! A workbook is a zip archive: it is measured before anything opens it.

use std::io::{Cursor, Read};

use fengsui_kernel::{Fault, FaultKind, Result};

/// The most that a workbook may inflate to.
const MAX_INFLATED: u64 = 500 * 1024 * 1024;
/// Beyond this ratio it is an attack; honest workbooks of repeated text reach about 30.
const MAX_RATIO: u64 = 150;
/// Small archives may have any ratio.
const RATIO_MATTERS_FROM: u64 = 20 * 1024 * 1024;
/// Parts of an honest workbook number a few dozen.
const MAX_PARTS: usize = 2000;

/// Inflates every part into nothing and counts while it runs; what the archive declares is not believed.
pub(crate) fn judge(file: &[u8]) -> Result<()> {
    let unreadable = || Fault::from(Fault::field("file", "unreadable_file"));
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).map_err(|_| unreadable())?;
    if archive.len() > MAX_PARTS {
        return Err(Fault::field("file", "suspicious_archive").into());
    }
    let mut inflated = 0_u64;
    let mut buffer = vec![0_u8; 1 << 16];
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|_| unreadable())?;
        if part.size() > MAX_INFLATED {
            return Err(FaultKind::TooLarge { limit: MAX_INFLATED }.into());
        }
        loop {
            let got = part.read(&mut buffer).map_err(|_| unreadable())?;
            if got == 0 {
                break;
            }
            inflated += got as u64;
            within_limits(inflated, file.len() as u64)?;
        }
    }
    Ok(())
}

fn within_limits(inflated: u64, packed: u64) -> Result<()> {
    if inflated > MAX_INFLATED {
        return Err(FaultKind::TooLarge { limit: MAX_INFLATED }.into());
    }
    if inflated > RATIO_MATTERS_FROM && inflated / packed.max(1) > MAX_RATIO {
        return Err(Fault::field("file", "suspicious_archive").into());
    }
    Ok(())
}
