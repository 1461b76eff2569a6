//! Whether a file is a whole shared library for this machine.

use std::fs::File;
use std::path::Path;

use db_port::{DbError, Result};
use object::read::{Object, ObjectSegment, ReadCache};

/// Checks that `path` is a whole shared library for this machine. Loading a damaged one would end
/// the process with a signal instead of an error.
pub(crate) fn check(path: &Path, key: &str) -> Result<()> {
    let refuse = |reason: String| {
        Err(DbError::Configuration {
            key: key.into(),
            reason: format!(
                "{} {reason}; delete it and run `make engine` to fetch it again",
                path.display()
            ),
        })
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => return refuse(format!("cannot be read ({error})")),
    };
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let cache = ReadCache::new(file);
    let library = match object::File::parse(&cache) {
        Ok(library) => library,
        Err(error) => return refuse(format!("is damaged or not a library ({error})")),
    };
    let end = library.segments().map(|segment| {
        let (start, size) = segment.file_range();
        start.saturating_add(size)
    });
    if end.max().unwrap_or(u64::MAX) > length {
        return refuse(format!("is cut off after {length} bytes"));
    }
    let machine = format!("{:?}", library.architecture()).to_lowercase();
    if machine != std::env::consts::ARCH {
        let here = std::env::consts::ARCH;
        return refuse(format!("is made for {machine}, this machine is {here}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn this_program() -> Vec<u8> {
        fs::read(std::env::current_exe().unwrap()).unwrap()
    }

    fn refusal(content: &[u8]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("libchdb.so");
        fs::write(&path, content).unwrap();
        check(&path, "engine library").unwrap_err().to_string()
    }

    #[test]
    fn a_whole_library_for_this_machine_passes() {
        check(&std::env::current_exe().unwrap(), "engine library").unwrap();
    }

    #[test]
    fn damaged_files_are_refused_instead_of_loaded() {
        let library = this_program();
        for content in [&[][..], b"not a library", &library[..1000], &library[..library.len() / 2]]
        {
            let error = refusal(content);
            assert!(error.contains("libchdb.so") && error.contains("make engine"), "{error}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_library_for_another_machine_is_refused() {
        let mut library = this_program();
        let other = if cfg!(target_arch = "x86_64") { 183_u16 } else { 62 };
        library[18..20].copy_from_slice(&other.to_le_bytes());
        let error = refusal(&library);
        assert!(error.contains("is made for"), "{error}");
    }
}
