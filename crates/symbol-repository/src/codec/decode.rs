//! Rows into symbols.

use arrow_array::types::Date32Type;
use arrow_array::{Array, Date32Array, Decimal128Array, RecordBatch, StringArray, UInt64Array};
use chrono::NaiveDate;
use db_port::{DbError, column, nullable_column};
use market_model::decimal::{SCALE, from_scaled};
use market_model::{Decimal, ModelError, Symbol, Violation, qualified};

use crate::error::{Result, StoreContext, SymbolError};

/// The symbols in the rows of `batch`.
pub(crate) fn decode(batch: &RecordBatch) -> Result<Vec<Symbol>> {
    let columns = Columns::of(batch).while_doing("reading symbols")?;
    (0..batch.num_rows()).map(|row| columns.symbol(row)).collect()
}

/// The highest revision in `batch`, zero without rows.
pub(crate) fn highest_revision(batch: &RecordBatch) -> Result<u64> {
    let revisions =
        column::<UInt64Array>(batch, "revision").while_doing("reading the revisions of symbols")?;
    Ok(revisions.values().iter().copied().max().unwrap_or(0))
}

struct Columns<'a> {
    exchange: &'a StringArray,
    name: &'a StringArray,
    asset_class: &'a StringArray,
    status: &'a StringArray,
    base: &'a StringArray,
    quote: &'a StringArray,
    tick_size: &'a Decimal128Array,
    lot_size: &'a Decimal128Array,
    listed: &'a Date32Array,
    delisted: &'a Date32Array,
}

impl<'a> Columns<'a> {
    fn of(batch: &'a RecordBatch) -> db_port::Result<Self> {
        Ok(Self {
            exchange: column(batch, "exchange")?,
            name: column(batch, "name")?,
            asset_class: column(batch, "asset_class")?,
            status: column(batch, "status")?,
            base: nullable_column(batch, "base")?,
            quote: nullable_column(batch, "quote")?,
            tick_size: decimal_column(batch, "tick_size")?,
            lot_size: decimal_column(batch, "lot_size")?,
            listed: nullable_column(batch, "listed")?,
            delisted: nullable_column(batch, "delisted")?,
        })
    }

    fn symbol(&self, row: usize) -> Result<Symbol> {
        self.sound_symbol(row).map_err(|violation| SymbolError::Unreadable {
            symbol: qualified(self.exchange.value(row), self.name.value(row)),
            violation,
        })
    }

    fn sound_symbol(&self, row: usize) -> Result<Symbol, Violation> {
        let asset_class = word("asset_class", self.asset_class.value(row))?;
        Symbol::builder(self.exchange.value(row), self.name.value(row), asset_class)
            .status(word("status", self.status.value(row))?)
            .base(text(self.base, row))
            .quote(text(self.quote, row))
            .tick_size(size("tick_size", self.tick_size, row)?)
            .lot_size(size("lot_size", self.lot_size, row)?)
            .listed(date("listed", self.listed, row)?)
            .delisted(date("delisted", self.delisted, row)?)
            .build()
            .map_err(|error| match error {
                ModelError::InvalidSymbol { violation, .. } => violation,
                other => Violation::new("symbol", other.to_string()),
            })
    }
}

/// A number of another scale would be read wrong by powers of ten.
fn decimal_column<'a>(batch: &'a RecordBatch, name: &str) -> db_port::Result<&'a Decimal128Array> {
    let array: &Decimal128Array = nullable_column(batch, name)?;
    if array.scale() == SCALE as i8 {
        return Ok(array);
    }
    Err(DbError::UnexpectedResult {
        expected: format!("column {name} with {SCALE} fractional digits"),
        found: array.data_type().to_string(),
    })
}

fn word<T>(field: &'static str, text: &str) -> Result<T, Violation>
where
    T: std::str::FromStr<Err = ModelError>,
{
    text.parse().map_err(|error: ModelError| Violation::new(field, error.to_string()))
}

fn text(array: &StringArray, row: usize) -> Option<&str> {
    array.is_valid(row).then(|| array.value(row))
}

fn size(
    field: &'static str,
    array: &Decimal128Array,
    row: usize,
) -> Result<Option<Decimal>, Violation> {
    let scaled = array.is_valid(row).then(|| array.value(row));
    scaled.map(from_scaled).transpose().map_err(|reason| Violation::new(field, reason))
}

fn date(
    field: &'static str,
    array: &Date32Array,
    row: usize,
) -> Result<Option<NaiveDate>, Violation> {
    let to_date = |days| {
        Date32Type::to_naive_date_opt(days)
            .ok_or_else(|| Violation::new(field, format!("{days} days after 1970 is no date")))
    };
    array.is_valid(row).then(|| array.value(row)).map(to_date).transpose()
}
