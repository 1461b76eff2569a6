//! Where the files are, and which are left alone.

use std::fs;

use super::*;

#[test]
fn an_existing_file_is_kept_unless_it_may_be_replaced() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.csv");
    fs::write(&path, "precious").unwrap();
    let target = Target::File(path.clone());
    let error = export(&target, Existing::Keep).unwrap_err();
    assert!(matches!(error, ExportError::Exists { .. }), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    assert_eq!(export(&target, Existing::Replace).unwrap(), 3);
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 4);
    assert_eq!(names(folder.path()), ["a.csv"]);
}

#[test]
fn a_file_that_comes_up_during_the_export_is_kept() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.csv");
    let target = Target::File(path.clone());
    let writer = ExportWriter::create(&target, ExportFormat::Csv, Existing::Keep).unwrap();
    fs::write(&path, "precious").unwrap();
    let error = writer.finish().unwrap_err();
    assert!(matches!(error, ExportError::Exists { .. }), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    assert_eq!(names(folder.path()), ["a.csv"]);
}

#[test]
fn a_missing_folder_and_a_folder_as_target_are_named() {
    let folder = TempDir::new().unwrap();
    let error = export(&target(&folder, "no/such/a.csv"), Existing::Keep).unwrap_err().to_string();
    assert!(error.contains("no/such/a.csv") && error.contains("no folder"), "{error}");
    fs::create_dir(folder.path().join("b.csv")).unwrap();
    let error = export(&target(&folder, "b.csv"), Existing::Replace).unwrap_err();
    assert!(matches!(error, ExportError::NotAFile { .. }), "{error}");
}

#[test]
fn only_csv_goes_to_standard_output() {
    for format in [ExportFormat::Parquet, ExportFormat::Arrow] {
        let error = ExportWriter::create(&Target::Stdout, format, Existing::Keep).err().unwrap();
        assert!(error.to_string().contains(format.name()), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_device_is_never_replaced_and_a_link_stays_a_link() {
    let error =
        ExportWriter::create(&Target::from("/dev/null"), ExportFormat::Parquet, Existing::Replace);
    assert!(matches!(error.err().unwrap(), ExportError::NotAFile { .. }));

    let folder = TempDir::new().unwrap();
    let (file, link) = (folder.path().join("file.csv"), folder.path().join("link.csv"));
    fs::write(&file, "old").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    export(&Target::File(link.clone()), Existing::Replace).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 4);
}

#[cfg(unix)]
#[test]
fn an_export_has_the_permissions_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt;

    let folder = TempDir::new().unwrap();
    export(&target(&folder, "a.csv"), Existing::Keep).unwrap();
    fs::write(folder.path().join("plain"), "").unwrap();
    let mode = |name| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode("a.csv"), mode("plain"));
}
