//! A row that was refused, and why.

/// A row that cannot be a candle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The line it begins on; the first line of the file is 1.
    pub line: u64,
    /// The column that is wrong, as the file calls it.
    pub column: Option<String>,
    /// What is wrong.
    pub reason: String,
    /// The row as it stands in the file; bytes that are not UTF-8 are replaced.
    pub record: String,
}

/// A cell as a reason shows it: in quotes, and cut where it is long.
pub(crate) fn shown(cell: &str) -> String {
    const LONGEST: usize = 40;
    match cell.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{:?}...", &cell[..end]),
        None => format!("{cell:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_cell_is_cut_between_characters() {
        assert_eq!(shown("é"), "\"é\"");
        assert_eq!(shown(&"é".repeat(41)), format!("\"{}\"...", "é".repeat(40)));
    }
}
