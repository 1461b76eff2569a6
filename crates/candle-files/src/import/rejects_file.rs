//! The file that refused rows are written to.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::error::ImportError;
use super::reject::Reject;

/// Where the rejects of `input` go: beside it, `prices.csv` to `prices.csv.rejects`, and those of
/// `archive.zip/2024/prices.csv` to `archive.zip-2024-prices.csv.rejects`.
#[must_use]
pub fn rejects_path(input: &Path) -> PathBuf {
    let archive = input.ancestors().skip(1).find(|path| path.is_file());
    let mut name = OsString::from(archive.unwrap_or(input));
    for part in archive.iter().flat_map(|archive| input.strip_prefix(archive)).flatten() {
        name.push("-");
        name.push(part);
    }
    name.push(".rejects");
    PathBuf::from(name)
}

/// Writes `rejects` to `path` as CSV: `line,column,reason,record`. A file of that name is replaced.
///
/// # Errors
/// [`ImportError::RejectsNotWritten`] when the file cannot be written.
pub fn write_rejects(path: &Path, rejects: &[Reject]) -> Result<(), ImportError> {
    write(path, rejects)
        .map_err(|source| ImportError::RejectsNotWritten { path: path.to_owned(), source })
}

fn write(path: &Path, rejects: &[Reject]) -> csv::Result<()> {
    let mut writer = csv::Writer::from_path(path)?;
    writer.write_record(["line", "column", "reason", "record"])?;
    for Reject { line, column, reason, record } in rejects {
        let column = column.as_deref().unwrap_or_default();
        writer.write_record([&line.to_string(), column, reason, record])?;
    }
    Ok(writer.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_are_written_beside_the_file_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = rejects_path(&folder.path().join("prices.csv"));
        assert_eq!(path, folder.path().join("prices.csv.rejects"));
        let reject = Reject {
            line: 7,
            column: Some("High".into()),
            reason: "high 1 is below low 2".into(),
            record: "2024-01-02,\"1,5\",1,2,1".into(),
        };
        let whole_row = Reject { column: None, ..reject.clone() };
        write_rejects(&path, &[reject, whole_row]).unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(
            text,
            "line,column,reason,record\n\
             7,High,high 1 is below low 2,\"2024-01-02,\"\"1,5\"\",1,2,1\"\n\
             7,,high 1 is below low 2,\"2024-01-02,\"\"1,5\"\",1,2,1\"\n"
        );
    }

    #[test]
    fn a_rejects_file_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing/prices.csv.rejects");
        let error = write_rejects(&path, &[]).unwrap_err().to_string();
        assert!(error.contains("prices.csv.rejects"), "{error}");
    }
}
