//! Symbols into rows.

use std::sync::Arc;

use arrow_array::types::Date32Type;
use arrow_array::{ArrayRef, Date32Array, Decimal128Array, RecordBatch, StringArray, UInt64Array};
use chrono::NaiveDate;
use db_port::DbError;
use market_model::decimal::{PRECISION, SCALE, to_scaled};
use market_model::{Decimal, ModelError, Symbol, Violation};

use crate::error::{Result, StoreContext};

const PREPARING: &str = "preparing symbols to be stored";

/// The rows of `symbols`, all with the same `revision`.
pub(crate) fn encode(symbols: &[&Symbol], revision: u64) -> Result<RecordBatch> {
    let rows = Rows(symbols);
    let columns: [(&str, ArrayRef, bool); 11] = [
        ("exchange", rows.text(Symbol::exchange), false),
        ("name", rows.text(Symbol::name), false),
        ("asset_class", rows.text(|symbol| symbol.asset_class().as_str()), false),
        ("status", rows.text(|symbol| symbol.status().as_str()), false),
        ("base", rows.optional_text(Symbol::base), true),
        ("quote", rows.optional_text(Symbol::quote), true),
        ("tick_size", rows.decimals("tick_size", Symbol::tick_size)?, true),
        ("lot_size", rows.decimals("lot_size", Symbol::lot_size)?, true),
        ("listed", rows.dates(Symbol::listed), true),
        ("delisted", rows.dates(Symbol::delisted), true),
        ("revision", Arc::new(UInt64Array::from_value(revision, symbols.len())), false),
    ];
    RecordBatch::try_from_iter_with_nullable(columns).map_err(refused).while_doing(PREPARING)
}

struct Rows<'a>(&'a [&'a Symbol]);

impl<'a> Rows<'a> {
    fn text(&self, field: impl Fn(&'a Symbol) -> &'a str) -> ArrayRef {
        Arc::new(StringArray::from_iter_values(self.0.iter().map(|symbol| field(symbol))))
    }

    fn optional_text(&self, field: impl Fn(&'a Symbol) -> Option<&'a str>) -> ArrayRef {
        Arc::new(self.0.iter().map(|symbol| field(symbol)).collect::<StringArray>())
    }

    fn decimals(
        &self,
        name: &'static str,
        field: impl Fn(&Symbol) -> Option<Decimal>,
    ) -> Result<ArrayRef> {
        let scaled = self.0.iter().map(|symbol| {
            field(symbol).map(to_scaled).transpose().map_err(|reason| ModelError::InvalidSymbol {
                symbol: symbol.to_string(),
                violation: Violation::new(name, reason),
            })
        });
        let array = scaled.collect::<Result<Decimal128Array, _>>()?;
        let array = array.with_precision_and_scale(PRECISION, SCALE as i8).map_err(refused);
        Ok(Arc::new(array.while_doing(PREPARING)?))
    }

    fn dates(&self, field: impl Fn(&Symbol) -> Option<NaiveDate>) -> ArrayRef {
        let days = |symbol: &&Symbol| field(symbol).map(Date32Type::from_naive_date);
        Arc::new(self.0.iter().map(days).collect::<Date32Array>())
    }
}

fn refused(reason: impl ToString) -> DbError {
    DbError::InvalidInput { what: "batch of symbols".into(), reason: reason.to_string() }
}
