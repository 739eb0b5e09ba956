//! Loading and finding divisions.

use std::io::Read;

use fengsui_kernel::{Acting, DivisionCode, DivisionLevel, Fault, Point, Result};
use fengsui_storage::records::{self, DivisionFilter, StoredDivision};
use fengsui_storage::{Db, Subject};
use serde::Deserialize;
use serde_json::json;

use super::answer::{Division, DivisionDetail};
use crate::registry::Registry;
use crate::search;

/// One line of the table.
#[derive(Debug, Deserialize)]
struct Line {
    code: String,
    name: String,
    level: String,
    parent: String,
    population: Option<u64>,
    lon: Option<f64>,
    lat: Option<f64>,
    source: String,
}

/// Unpacks what starts like gzip; the rest is taken as it is.
pub(crate) fn unpacked<'a>(mut reader: impl Read + Send + 'a) -> Result<Box<dyn Read + Send + 'a>> {
    let mut head = [0_u8; 2];
    let mut got = 0;
    while got < 2 {
        match reader.read(&mut head[got..]).map_err(Fault::internal)? {
            0 => break,
            more => got += more,
        }
    }
    let whole = std::io::Cursor::new(head[..got].to_vec()).chain(reader);
    Ok(if head == [0x1f, 0x8b] { Box::new(flate2::read::MultiGzDecoder::new(whole)) } else { Box::new(whole) })
}

/// The date in `census7:2020-11-01`, a part of what an entry rests on.
fn population_date(source: &str) -> Option<String> {
    let dates = source.split(';').filter_map(|part| part.rsplit_once(':').map(|(_, date)| date.trim()));
    dates.filter(|date| crate::check::date(date)).map(ToOwned::to_owned).next_back()
}

fn read(line: Line) -> Result<StoredDivision> {
    let code: DivisionCode = line.code.parse()?;
    let parent = match line.parent.trim() {
        "" => DivisionCode::COUNTRY,
        parent => parent.parse()?,
    };
    let location = line.lon.zip(line.lat).map(|(lon, lat)| Point::new(lon, lat)).transpose()?;
    Ok(StoredDivision {
        code,
        initials: search::initials(&line.name),
        name: line.name,
        level: line.level,
        parent: Some(parent),
        population_as_of: line.population.and(population_date(&line.source)),
        population: line.population,
        location,
        source: line.source,
        has_children: false,
    })
}

fn country() -> StoredDivision {
    StoredDivision {
        code: DivisionCode::COUNTRY,
        name: "中华人民共和国".into(),
        level: "country".into(),
        parent: None,
        population: None,
        population_as_of: None,
        location: None,
        initials: search::initials("中华人民共和国"),
        source: "built in".into(),
        has_children: true,
    }
}

impl Registry {
    /// Loads the table of divisions: csv, plain or gzipped, with the columns
    /// `code,name,level,parent,population,lon,lat,source`. May be repeated with newer tables.
    pub async fn load_divisions(db: &Db, reader: impl Read + Send) -> Result<usize> {
        let mut divisions = vec![country()];
        for (index, line) in csv::Reader::from_reader(unpacked(reader)?).deserialize::<Line>().enumerate() {
            let wrong = |why: &dyn std::fmt::Display| {
                Fault::field("divisions", "unreadable_line")
                    .with("line", &(index + 2).to_string())
                    .with("detail", &why.to_string())
            };
            divisions.push(read(line.map_err(|error| wrong(&error))?).map_err(|fault| wrong(&fault.code()))?);
        }
        let mut tx = db.begin(Acting::system("registry", db.now())).await?;
        records::upsert_divisions(&mut tx, &divisions).await?;
        tx.trace("divisions.load", Subject::new("division", "table"), json!({"rows": divisions.len()}));
        tx.commit().await?;
        Ok(divisions.len())
    }

    /// Divisions below a parent, or that fit a text, a level; without any of them the provinces.
    pub async fn divisions(
        &self,
        parent: Option<DivisionCode>,
        text: Option<&str>,
        level: Option<DivisionLevel>,
        limit: u32,
    ) -> Result<Vec<Division>> {
        let text = text.map(str::trim).filter(|text| !text.is_empty()).map(ToOwned::to_owned);
        let top = parent.is_none() && text.is_none() && level.is_none();
        let level = level.map(|level| match level {
            DivisionLevel::Country => "country",
            DivisionLevel::Province => "province",
            DivisionLevel::City => "city",
            DivisionLevel::County => "county",
            DivisionLevel::Township => "township",
            DivisionLevel::Village => "village",
        });
        let filter = DivisionFilter {
            parent: if top { Some(DivisionCode::COUNTRY) } else { parent },
            text,
            level: level.map(ToOwned::to_owned),
        };
        let found = records::divisions_matching(&self.db, &filter, limit.clamp(1, 5000)).await?;
        Ok(found.into_iter().map(Division::from).collect())
    }

    /// One division with those above it.
    pub async fn division(&self, code: DivisionCode) -> Result<DivisionDetail> {
        let own = records::division_by_code(&self.db, code).await?.ok_or_else(|| Fault::not_found("division", code))?;
        let path = records::divisions_by_code(&self.db, &code.lineage()).await?;
        Ok(DivisionDetail { division: own.into(), path: path.into_iter().map(Division::from).collect() })
    }

    /// Names of divisions, for those who show codes.
    pub async fn division_names(&self, codes: &[DivisionCode]) -> Result<Vec<(DivisionCode, String)>> {
        let found = records::divisions_by_code(&self.db, codes).await?;
        Ok(found.into_iter().map(|division| (division.code, division.name)).collect())
    }
}
