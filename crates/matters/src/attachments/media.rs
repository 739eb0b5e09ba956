//! What bytes are, told from the bytes: neither the name nor the sender's word counts.

/// An allowed kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Media {
    pub(super) media_type: &'static str,
    /// Usual endings of names; the first is added where none fits.
    endings: &'static [&'static str],
}

const fn media(media_type: &'static str, endings: &'static [&'static str]) -> Media {
    Media { media_type, endings }
}

const JPEG: Media = media("image/jpeg", &["jpg", "jpeg"]);
const PNG: Media = media("image/png", &["png"]);
const WEBP: Media = media("image/webp", &["webp"]);
const PDF: Media = media("application/pdf", &["pdf"]);
const MP4: Media = media("video/mp4", &["mp4", "m4v"]);
const M4A: Media = media("audio/mp4", &["m4a", "mp4"]);
const MP3: Media = media("audio/mpeg", &["mp3"]);
const OGG: Media = media("audio/ogg", &["ogg", "oga", "opus"]);
const WAV: Media = media("audio/wav", &["wav"]);
const TEXT: Media = media("text/plain", &["txt", "csv", "log", "md"]);

/// Longest shown name in characters.
const LONGEST_NAME: usize = 120;

/// Finds an allowed kind; `None` for anything else, however it is named.
pub(super) fn sniff(bytes: &[u8]) -> Option<Media> {
    let at = |offset: usize, magic: &[u8]| bytes.get(offset..offset + magic.len()) == Some(magic);
    let found = if at(0, &[0xFF, 0xD8, 0xFF]) {
        JPEG
    } else if at(0, b"\x89PNG\r\n\x1a\n") {
        PNG
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        WEBP
    } else if at(0, b"RIFF") && at(8, b"WAVE") {
        WAV
    } else if at(0, b"%PDF-") {
        PDF
    } else if at(4, b"ftyp") {
        return mp4_family(bytes.get(8..12)?);
    } else if at(0, b"OggS") {
        OGG
    } else if at(0, b"ID3") || mp3_frame(bytes) {
        MP3
    } else {
        return plain_text(bytes).then_some(TEXT);
    };
    Some(found)
}

/// The same container also holds HEIC pictures and QuickTime films, which browsers do not show.
fn mp4_family(brand: &[u8]) -> Option<Media> {
    match brand {
        b"M4A " | b"M4B " => Some(M4A),
        b"isom" | b"iso2" | b"iso3" | b"iso4" | b"iso5" | b"iso6" | b"mp41" | b"mp42" | b"avc1" | b"M4V " | b"dash"
        | b"MSNV" | b"3gp4" | b"3gp5" | b"3gp6" => Some(MP4),
        _ => None,
    }
}

/// Frame header of MPEG audio layer III: sync, version, layer, and neither a free nor a forbidden rate.
fn mp3_frame(bytes: &[u8]) -> bool {
    let Some([0xFF, second, third, ..]) = bytes.first_chunk::<4>() else { return false };
    second & 0xE0 == 0xE0 && second & 0x18 != 0x08 && second & 0x06 == 0x02 && !matches!(third >> 4, 0 | 15)
}

fn plain_text(bytes: &[u8]) -> bool {
    let plain = |letter: char| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r');
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(plain))
}

impl Media {
    /// A harmless name to show and to download as: no path, no control characters, a fitting end.
    pub(super) fn name_for(&self, given: &str) -> String {
        let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
        // Invisible characters that turn the direction of writing make `fdp.exe` read `exe.pdf`.
        let shown = |letter: &char| {
            !letter.is_control()
                && !matches!(letter, '"' | '<' | '>' | ':' | '|' | '?' | '*')
                && !matches!(*letter, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
        };
        let clean: String = last.chars().filter(shown).collect();
        let clean = clean.trim().trim_start_matches('.');
        let (stem, ending) = clean.rsplit_once('.').unwrap_or((clean, ""));
        let fits = self.endings.iter().any(|known| ending.eq_ignore_ascii_case(known));
        let (stem, ending) = if fits { (stem, ending) } else { (clean, self.endings[0]) };
        let stem = if stem.is_empty() { "attachment" } else { stem };
        let stem: String = stem.chars().take(LONGEST_NAME).collect();
        format!("{stem}.{ending}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_kinds_from_bytes_alone() {
        assert_eq!(sniff(b"\xFF\xD8\xFF\xE0...."), Some(JPEG));
        assert_eq!(sniff(b"%PDF-1.7\n"), Some(PDF));
        assert_eq!(sniff(b"\0\0\0\x18ftypisom\0\0"), Some(MP4));
        assert_eq!(sniff(b"RIFF\0\0\0\0WAVEfmt "), Some(WAV));
        assert_eq!(sniff(&[0xFF, 0xFB, 0x90, 0x00]), Some(MP3));
        assert_eq!(sniff("现场情况\n".as_bytes()), Some(TEXT));
    }

    #[test]
    fn refuses_everything_else() {
        for bad in [&b"MZ\x90\0\x03"[..], b"\x7FELF\x02", b"\0\0\0\x18ftypheic\0\0", b"PK\x03\x04\0", b"GIF89a\x01\0"] {
            assert_eq!(sniff(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn names_are_shown_and_never_followed() {
        assert_eq!(JPEG.name_for("../../etc/passwd"), "passwd.jpg");
        assert_eq!(JPEG.name_for("C:\\照片\\现场 1.JPG"), "现场 1.JPG");
        assert_eq!(PDF.name_for("report\u{202E}fdp.exe\0"), "reportfdp.exe.pdf");
        assert_eq!(TEXT.name_for(""), "attachment.txt");
        assert_eq!(PNG.name_for(".png"), "png.png");
    }
}
