//! The narrow table of each kind that lists are cut from: what a list filters and sorts by, in
//! columns of their own with an index each, so that no list reads a hundred thousand documents.
//! Triggers keep it in step with `record`, whoever writes; it can be made again at any time.

use fengsui_kernel::{Acting, Result};

use super::selection::{AttributeType, Field, identifier};
use crate::args;
use crate::{Db, Dialect, Tx};

/// Goes up when the shape of the tables changes for another reason than the declaration of a kind.
const SHAPE: u32 = 1;
/// Cells of the two grids that maps count in, per degree.
pub(super) const COARSE_PER_DEGREE: u32 = 20;
pub(super) const FINE_PER_DEGREE: u32 = 100;
/// A cell is `column * COLUMN_STRIDE + row`.
pub(super) const COLUMN_STRIDE: u32 = 100_000;

const FIXED: &str = "seq, code, name, division, enterprise, created_at, updated_at, lon, lat, coarse, fine";
const SORTED: [&str; 4] = ["name", "division", "created_at", "updated_at"];

/// The statements that make the ledger of one kind.
struct Design {
    dialect: Dialect,
    kind: String,
    /// Name and kept type of each attribute.
    attributes: Vec<(String, AttributeType)>,
    /// Closed lists that rows are ordered by.
    ranks: Vec<(String, Vec<String>)>,
}

/// The place of a choice in its list. Values come from declarations; quotes are doubled all the same.
fn rank(dialect: Dialect, row: &str, name: &str, options: &[String]) -> String {
    let text = AttributeType::Text.extract(dialect, row, name);
    let place = |(place, value): (usize, &String)| format!("WHEN '{}' THEN {place}", value.replace('\'', "''"));
    let places: Vec<String> = options.iter().enumerate().map(place).collect();
    format!("CASE {text} {} END", places.join(" "))
}

fn cell(dialect: Dialect, row: &str, per_degree: u32) -> String {
    let whole = |sum: String| match dialect {
        // Never negative: cutting off is rounding down.
        Dialect::Sqlite => format!("CAST({sum} AS BIGINT)"),
        Dialect::Postgres => format!("CAST(FLOOR({sum}) AS BIGINT)"),
    };
    let (column, line) =
        (whole(format!("(({row}.lon + 180) * {per_degree})")), whole(format!("(({row}.lat + 90) * {per_degree})")));
    format!("{column} * {COLUMN_STRIDE} + {line}")
}

impl Design {
    fn table(&self) -> String {
        let kind = &self.kind;
        let (key, collation) = match self.dialect {
            Dialect::Sqlite => ("INTEGER", ""),
            Dialect::Postgres => ("BIGINT", " COLLATE \"C\""),
        };
        let own = self.attributes.iter().map(|(name, kept)| match kept {
            AttributeType::Number => format!(", a_{name} DOUBLE PRECISION"),
            AttributeType::Boolean => format!(", a_{name} BIGINT"),
            AttributeType::Text | AttributeType::List => format!(", a_{name} TEXT{collation}"),
        });
        let ranks = self.ranks.iter().map(|(name, _)| format!(", o_{name} BIGINT"));
        format!(
            "CREATE TABLE ledger_{kind} (seq {key} PRIMARY KEY, code TEXT{collation} NOT NULL, name TEXT{collation} NOT NULL, \
             division TEXT{collation} NOT NULL, enterprise TEXT{collation}, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, \
             lon DOUBLE PRECISION, lat DOUBLE PRECISION, coarse BIGINT, fine BIGINT{})",
            own.chain(ranks).collect::<String>()
        )
    }

    fn columns(&self) -> String {
        let own = self.attributes.iter().map(|(name, _)| format!("a_{name}"));
        let ranks = self.ranks.iter().map(|(name, _)| format!("o_{name}"));
        std::iter::once(FIXED.to_owned()).chain(own).chain(ranks).collect::<Vec<_>>().join(", ")
    }

    /// What stands in the columns, from a row of `record`.
    fn values(&self, row: &str) -> String {
        let own = self.attributes.iter().map(|(name, kept)| format!(", {}", kept.extract(self.dialect, row, name)));
        let ranks = self.ranks.iter().map(|(name, options)| format!(", {}", rank(self.dialect, row, name, options)));
        format!(
            "{row}.seq, {row}.code, {row}.name, {row}.division, {row}.enterprise, {row}.created_at, {row}.updated_at, \
             {row}.lon, {row}.lat, {}, {}{}",
            cell(self.dialect, row, COARSE_PER_DEGREE),
            cell(self.dialect, row, FINE_PER_DEGREE),
            own.chain(ranks).collect::<String>()
        )
    }

    fn fill(&self) -> String {
        let (kind, columns) = (&self.kind, self.columns());
        let values = self.values("r");
        format!(
            "INSERT INTO ledger_{kind} ({columns}) SELECT {values} FROM record r WHERE r.kind = '{kind}' AND r.deleted = 0"
        )
    }

    fn indexes(&self) -> Vec<String> {
        let kind = &self.kind;
        // Lists are looked into, not looked up; and their text may be too long for an index.
        let single = self.attributes.iter().filter(|(_, kept)| *kept != AttributeType::List);
        let own = single.map(|(name, _)| format!("a_{name}"));
        let own = own.chain(self.ranks.iter().map(|(name, _)| format!("o_{name}")));
        let sorted = SORTED.iter().map(ToString::to_string).chain(own);
        let mut all: Vec<String> =
            sorted.map(|name| format!("CREATE INDEX ledger_{kind}_{name} ON ledger_{kind} ({name}, code)")).collect();
        all.push(format!("CREATE UNIQUE INDEX ledger_{kind}_code ON ledger_{kind} (code)"));
        for (name, columns) in [
            ("enterprise", "enterprise, code"),
            ("place", "lon, lat, division, enterprise"),
            ("coarse", "coarse, division, enterprise, lon, lat"),
            ("fine", "fine, division, enterprise, lon, lat"),
        ] {
            all.push(format!("CREATE INDEX ledger_{kind}_{name} ON ledger_{kind} ({columns})"));
        }
        all
    }

    fn triggers(&self) -> Vec<String> {
        let (kind, columns, values) = (&self.kind, self.columns(), self.values("NEW"));
        let (forget, take) = (
            format!("DELETE FROM ledger_{kind} WHERE seq = OLD.seq;"),
            format!("INSERT INTO ledger_{kind} ({columns}) SELECT {values} WHERE NEW.deleted = 0;"),
        );
        match self.dialect {
            Dialect::Sqlite => vec![
                format!(
                    "CREATE TRIGGER ledger_{kind}_insert AFTER INSERT ON record WHEN NEW.kind = '{kind}' BEGIN {take} END"
                ),
                format!(
                    "CREATE TRIGGER ledger_{kind}_update AFTER UPDATE ON record WHEN NEW.kind = '{kind}' BEGIN {forget} {take} END"
                ),
                format!(
                    "CREATE TRIGGER ledger_{kind}_delete AFTER DELETE ON record WHEN OLD.kind = '{kind}' BEGIN {forget} END"
                ),
            ],
            Dialect::Postgres => vec![
                format!(
                    "CREATE FUNCTION ledger_{kind}_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                     IF TG_OP <> 'INSERT' THEN {forget} END IF; IF TG_OP <> 'DELETE' THEN {take} END IF; RETURN NULL; END $$"
                ),
                format!(
                    "CREATE TRIGGER ledger_{kind}_write AFTER INSERT OR UPDATE ON record FOR EACH ROW WHEN (NEW.kind = '{kind}') EXECUTE FUNCTION ledger_{kind}_follow()"
                ),
                format!(
                    "CREATE TRIGGER ledger_{kind}_delete AFTER DELETE ON record FOR EACH ROW WHEN (OLD.kind = '{kind}') EXECUTE FUNCTION ledger_{kind}_follow()"
                ),
            ],
        }
    }

    /// Takes away what an earlier declaration made.
    fn removals(&self) -> Vec<String> {
        let kind = &self.kind;
        let names: &[&str] = match self.dialect {
            Dialect::Sqlite => &["insert", "update", "delete"],
            Dialect::Postgres => &["write", "delete"],
        };
        let on = if self.dialect == Dialect::Postgres { " ON record" } else { "" };
        let mut all: Vec<String> =
            names.iter().map(|name| format!("DROP TRIGGER IF EXISTS ledger_{kind}_{name}{on}")).collect();
        if self.dialect == Dialect::Postgres {
            all.push(format!("DROP FUNCTION IF EXISTS ledger_{kind}_follow()"));
        }
        all.push(format!("DROP TABLE IF EXISTS ledger_{kind}"));
        // The indexes over documents that stood in its place until migration 11.
        all.extend(self.attributes.iter().map(|(name, _)| format!("DROP INDEX IF EXISTS record_{kind}_{name}")));
        all
    }

    /// Everything that was decided, for comparison with what stands in the store.
    fn text(&self) -> String {
        let parts = [vec![SHAPE.to_string(), self.table()], self.indexes(), self.triggers()].concat();
        parts.join(";\n")
    }
}

/// Makes sure that a kind has its ledger with these attributes; makes it anew when the declaration changed.
pub async fn ensure_ledger(db: &Db, kind: &str, attributes: &[Field]) -> Result<()> {
    let (mut own, mut ranks) = (Vec::with_capacity(attributes.len()), Vec::new());
    for field in attributes {
        match field {
            Field::Attribute { name, kept, .. } => own.push((identifier(name)?.to_owned(), *kept)),
            Field::Rank { name, options, .. } => ranks.push((identifier(name)?.to_owned(), options.clone())),
            Field::Column(_) => {}
        }
    }
    let design = Design { dialect: db.dialect(), kind: identifier(kind)?.to_owned(), attributes: own, ranks };
    let text = design.text();
    let sql = "SELECT design FROM ledger WHERE kind = $1";
    let stands = |row: Option<crate::Row>| row.map(|row| row.get::<String>("design")).transpose();
    if stands(db.query_one(sql, args![kind]).await?)?.as_ref() == Some(&text) {
        return Ok(());
    }
    let mut tx = db.begin(Acting::system("registry", db.now())).await?;
    if db.dialect() == Dialect::Postgres {
        // Two processes may start at once.
        tx.execute("LOCK TABLE ledger IN EXCLUSIVE MODE", Vec::new()).await?;
    }
    if stands(tx.query_one(sql, args![kind]).await?)?.as_ref() != Some(&text) {
        make(&mut tx, &design, &text).await?;
    }
    tx.commit().await
}

async fn make(tx: &mut Tx, design: &Design, text: &str) -> Result<()> {
    let steps = [design.removals(), vec![design.table(), design.fill()], design.indexes(), design.triggers()];
    for sql in steps.concat() {
        tx.execute(&sql, Vec::new()).await?;
    }
    let sql =
        "INSERT INTO ledger (kind, design) VALUES ($1, $2) ON CONFLICT (kind) DO UPDATE SET design = excluded.design";
    tx.execute(sql, args![design.kind, text]).await?;
    if tx.dialect() == Dialect::Postgres {
        tx.execute(&format!("ANALYZE ledger_{}", design.kind), Vec::new()).await?;
    }
    Ok(())
}
