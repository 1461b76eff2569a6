//! The part of a table between the least and the greatest key of a batch.

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMillisecondType, UInt64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use db_port::adapter::quoted_identifier;
use db_port::{Statement, Value};

/// A part of a table that holds every row that could be equal to one of a batch.
pub(super) struct KeyRange(Vec<Bound>);

/// The least and the greatest value of a column, and how SQL writes a parameter of its type.
struct Bound {
    column: String,
    parameter: fn(&str) -> String,
    least: Value,
    greatest: Value,
}

impl KeyRange {
    /// Bounds the columns among `keys` that are in the batch and have an order that Rust and SQL
    /// agree on; what else is in the key is not restricted, nor is a text that may be too long to
    /// be sent.
    pub(super) fn of<'a>(batch: &RecordBatch, keys: impl Iterator<Item = &'a str>) -> Self {
        let bound = |name: &str| {
            let array = batch.column_by_name(name)?;
            let (parameter, least, greatest) = range(array)?;
            Some(Bound { column: quoted_identifier(name), parameter, least, greatest })
        };
        Self(keys.filter_map(bound).collect())
    }

    pub(super) fn condition(&self) -> String {
        let between = |(position, bound): (usize, &Bound)| {
            let Bound { column, parameter, .. } = bound;
            let least = parameter(&format!("least_{position}"));
            let greatest = parameter(&format!("greatest_{position}"));
            format!("{column} BETWEEN {least} AND {greatest}")
        };
        let conditions: Vec<_> = self.0.iter().enumerate().map(between).collect();
        if conditions.is_empty() { "1".into() } else { conditions.join(" AND ") }
    }

    pub(super) fn bind(self, statement: Statement) -> Statement {
        self.0.into_iter().enumerate().fold(statement, |statement, (position, bound)| {
            statement
                .bind(format!("least_{position}"), bound.least)
                .bind(format!("greatest_{position}"), bound.greatest)
        })
    }
}

type Range = (fn(&str) -> String, Value, Value);

fn range(array: &dyn Array) -> Option<Range> {
    if array.null_count() > 0 {
        return None;
    }
    match array.data_type() {
        DataType::Utf8 => {
            let values = || array.as_string::<i32>().iter().flatten();
            let text = |name: &str| format!("{{{name}:String}}");
            let (least, greatest) = (values().min()?, values().max()?);
            let may_be_sent = |text: &str| text.len() <= Statement::MAX_PARAMETER_BYTES / 2;
            (may_be_sent(least) && may_be_sent(greatest))
                .then(|| (text as fn(&str) -> String, least.into(), greatest.into()))
        }
        DataType::Int64 => {
            let values = || array.as_primitive::<Int64Type>().values().iter().copied();
            let number = |name: &str| format!("{{{name}:Int64}}");
            Some((number, values().min()?.into(), values().max()?.into()))
        }
        DataType::UInt64 => {
            let values = || array.as_primitive::<UInt64Type>().values().iter().copied();
            let number = |name: &str| format!("{{{name}:UInt64}}");
            Some((number, values().min()?.into(), values().max()?.into()))
        }
        DataType::Timestamp(TimeUnit::Millisecond, Some(zone)) if &**zone == "UTC" => {
            let times = array.as_primitive::<TimestampMillisecondType>();
            let values = || times.values().iter().copied();
            let time = |name: &str| format!("fromUnixTimestamp64Milli({{{name}:Int64}}, 'UTC')");
            Some((time, values().min()?.into(), values().max()?.into()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, Int64Array, StringArray, TimestampMillisecondArray};

    use super::*;

    #[test]
    fn keys_are_bounded_by_the_least_and_the_greatest_value() {
        let symbol: ArrayRef = Arc::new(StringArray::from(vec!["MSFT", "AAPL"]));
        let n: ArrayRef = Arc::new(Int64Array::from(vec![7, -3]));
        let time = TimestampMillisecondArray::from(vec![5, 4]).with_timezone("UTC");
        let batch = RecordBatch::try_from_iter([
            ("symbol", symbol),
            ("n", n),
            ("time", Arc::new(time) as ArrayRef),
        ])
        .unwrap();
        let range = KeyRange::of(&batch, ["symbol", "toYear(time)", "time"].into_iter());
        let condition = range.condition();
        assert_eq!(
            condition,
            "`symbol` BETWEEN {least_0:String} AND {greatest_0:String} AND `time` BETWEEN \
             fromUnixTimestamp64Milli({least_1:Int64}, 'UTC') AND \
             fromUnixTimestamp64Milli({greatest_1:Int64}, 'UTC')"
        );
        let statement = range.bind(Statement::from_audited_text(condition));
        statement.check().unwrap();
        assert_eq!(statement.parameter("least_0"), Some(&"AAPL".into()));
        assert_eq!(statement.parameter("greatest_1"), Some(&5_i64.into()));
    }

    #[test]
    fn what_has_no_order_in_common_or_is_too_long_is_not_bounded() {
        let price: ArrayRef = Arc::new(Float64Array::from(vec![f64::NAN]));
        let long = "'".repeat(Statement::MAX_PARAMETER_BYTES / 2 + 1);
        let text: ArrayRef = Arc::new(StringArray::from(vec![long]));
        let batch = RecordBatch::try_from_iter([("price", price), ("text", text)]).unwrap();
        assert_eq!(KeyRange::of(&batch, ["price", "text", "other"].into_iter()).condition(), "1");
    }
}
