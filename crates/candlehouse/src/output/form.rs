//! How rows are printed: the format, and the columns that were asked for.

use super::column::Column;
use super::error::{OutputError, Result};
use super::format::Format;

/// How rows are printed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    pub(crate) format: Format,
    /// The names of columns, in the order in which they are printed; none for those that the format has.
    pub(crate) columns: Vec<String>,
}

impl From<Format> for Form {
    fn from(format: Format) -> Self {
        Self { format, columns: Vec::new() }
    }
}

impl Form {
    /// The places of the columns that are printed, in order. What is asked for is printed in every
    /// format, whoever reads it otherwise.
    ///
    /// # Errors
    /// [`OutputError::UnknownColumn`] and [`OutputError::RepeatedColumn`].
    pub(super) fn places(&self, columns: &[Column]) -> Result<Vec<usize>> {
        if self.columns.is_empty() {
            let is_printed = |column: &Column| match self.format {
                Format::Table => column.is_for_people(),
                Format::Json | Format::Jsonl | Format::Csv => column.is_for_programs(),
            };
            return Ok((0..columns.len()).filter(|place| is_printed(&columns[*place])).collect());
        }
        let mut places = Vec::new();
        for name in &self.columns {
            let place = columns.iter().position(|column| column.name == name);
            let place = place.ok_or_else(|| OutputError::UnknownColumn {
                name: name.clone(),
                known: columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", "),
            })?;
            if places.contains(&place) {
                return Err(OutputError::RepeatedColumn { name: name.clone() });
            }
            places.push(place);
        }
        Ok(places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(format: Format, names: &[&str]) -> Result<Vec<usize>> {
        let columns = [
            Column::text("name", "symbol").for_people(),
            Column::text("symbol", "symbol").for_programs(),
            Column::number("close", "close"),
        ];
        let columns_asked = names.iter().map(|name| (*name).to_owned()).collect();
        Form { format, columns: columns_asked }.places(&columns)
    }

    #[test]
    fn a_format_has_its_own_columns_unless_some_are_asked_for() {
        assert_eq!(places(Format::Table, &[]).unwrap(), [0, 2]);
        assert_eq!(places(Format::Csv, &[]).unwrap(), [1, 2]);
        for format in [Format::Table, Format::Json, Format::Jsonl, Format::Csv] {
            assert_eq!(places(format, &["close", "symbol"]).unwrap(), [2, 1]);
        }
    }

    #[test]
    fn what_is_no_column_is_told_those_there_are() {
        let error = places(Format::Csv, &["close", "price"]).unwrap_err().to_string();
        assert!(error.contains("\"price\"") && error.contains("name, symbol, close"), "{error}");
        let error = places(Format::Csv, &["close", "close"]).unwrap_err().to_string();
        assert!(error.contains("close is named twice"), "{error}");
    }
}
