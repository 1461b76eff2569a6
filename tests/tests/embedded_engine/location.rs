//! Where data is, who shares it, and which places can be used.

use std::fs;
use std::path::{Path, PathBuf};

use db_chdb::{ChdbConfig, ChdbExecutor};
use db_port::{DbError, QueryExecutor};

use crate::{alone, numbers};

fn on_disk(path: impl Into<PathBuf>) -> ChdbExecutor {
    ChdbExecutor::new(ChdbConfig::on_disk(path))
}

fn in_memory() -> ChdbExecutor {
    ChdbExecutor::new(ChdbConfig::in_memory())
}

async fn store(db: &ChdbExecutor, number: u64) {
    numbers::create(db).await;
    db.insert(numbers::insert([number])).await.unwrap();
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = entries.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

async fn refusal(db: &ChdbExecutor) -> String {
    db.connect().await.unwrap_err().to_string()
}

#[tokio::test]
async fn data_on_disk_is_there_for_the_next_executor() {
    let _engine = alone().await;
    let folder = tempfile::tempdir().unwrap();
    for round in 1..=3 {
        let db = on_disk(folder.path());
        store(&db, round).await;
        assert_eq!(numbers::count(&db).await, round);
        db.close().await.unwrap();
    }
    let db = on_disk(folder.path());
    store(&db, 4).await;
    drop(db);
    let db = on_disk(folder.path());
    assert_eq!(numbers::count(&db).await, 4);
    db.close().await.unwrap();
}

#[tokio::test]
async fn executors_on_one_folder_share_it_however_its_path_is_written() {
    let _engine = alone().await;
    let folder = tempfile::tempdir().unwrap();
    let store_path = folder.path().join("store");
    let first = on_disk(&store_path);
    store(&first, 1).await;
    let second = on_disk(folder.path().join("store/../store/"));
    store(&second, 2).await;
    assert_eq!(numbers::count(&first).await, 2);
    first.close().await.unwrap();
    assert_eq!(numbers::count(&second).await, 2);
    first.connect().await.unwrap();
    second.close().await.unwrap();
    assert_eq!(numbers::count(&first).await, 2);
    first.close().await.unwrap();
}

#[tokio::test]
async fn data_in_memory_lasts_until_the_last_executor_closes() {
    let _engine = alone().await;
    let (first, second) = (in_memory(), in_memory());
    store(&first, 1).await;
    store(&second, 2).await;
    first.close().await.unwrap();
    let third = in_memory();
    assert_eq!(numbers::count(&third).await, 2);
    second.close().await.unwrap();
    third.close().await.unwrap();
    let afterwards = in_memory();
    numbers::create(&afterwards).await;
    assert_eq!(numbers::count(&afterwards).await, 0);
    afterwards.close().await.unwrap();
}

#[tokio::test]
async fn a_second_location_is_refused_until_the_first_is_closed() {
    let _engine = alone().await;
    let folder = tempfile::tempdir().unwrap();
    let [one, two] = ["one", "two"].map(|name| on_disk(folder.path().join(name)));
    let locations = [one, two, in_memory()];
    for open in &locations {
        open.connect().await.unwrap();
        for other in locations.iter().filter(|other| other.to_string() != open.to_string()) {
            let error = other.connect().await.unwrap_err();
            assert!(matches!(error, DbError::Unavailable { .. }), "{error:?}");
            let error = error.to_string();
            for location in [open.to_string(), other.to_string()] {
                assert!(error.contains(&location), "{error}");
            }
            assert!(!other.is_connected());
        }
        numbers::works(open).await.unwrap();
        open.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_location_is_free_as_soon_as_close_returns_whatever_was_given_up_before() {
    let _engine = alone().await;
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..5 {
        for db in [in_memory(), on_disk(folder.path())] {
            drop(numbers::endless(&db).await);
            db.close().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_folder_of_any_name_is_used_as_it_is() {
    let _engine = alone().await;
    for name in
        ["with space", "a#b", "a?b=c", "a%20b", "%2F..", "it's", "\"q\"", "a\\b", "<&>", "日本é"]
    {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join(name);
        let db = on_disk(&path);
        store(&db, 1).await;
        db.close().await.unwrap();
        assert_eq!(names_in(parent.path()), [name]);
        let content = names_in(&path);
        assert!(content.contains(&"store".to_owned()), "{name}: {content:?}");
        let db = on_disk(&path);
        assert_eq!(numbers::count(&db).await, 1, "{name}");
        db.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_folder_name_that_the_engine_would_change_is_refused() {
    let _engine = alone().await;
    let parent = tempfile::tempdir().unwrap();
    let error = refusal(&on_disk(parent.path().join("store "))).await;
    assert!(error.contains("store \" ends in white space"), "{error}");
    assert!(!parent.path().join("store").exists());
}

#[tokio::test]
async fn a_folder_that_a_newer_engine_used_is_refused() {
    let _engine = alone().await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("engine_version"), "99.1.2.3\n").unwrap();
    let error = refusal(&on_disk(folder.path())).await;
    assert!(error.contains("ClickHouse 99.1.2.3 has used it"), "{error}");
    assert_eq!(names_in(folder.path()), ["engine_version"], "the engine has not seen it");
    let empty = tempfile::tempdir().unwrap();
    let db = on_disk(empty.path());
    numbers::works(&db).await.unwrap();
    let version = db.health_check().await.unwrap().version;
    db.close().await.unwrap();
    let noted = fs::read_to_string(empty.path().join("engine_version")).unwrap();
    assert_eq!(noted.trim(), version);
}

#[tokio::test]
async fn a_folder_that_the_engine_cannot_open_gets_no_version() {
    let _engine = alone().await;
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("metadata")).unwrap();
    fs::write(folder.path().join("metadata/broken.sql"), "garbage").unwrap();
    let error = refusal(&on_disk(folder.path())).await;
    assert!(error.contains("the engine did not start"), "{error}");
    assert!(!folder.path().join("engine_version").exists());
}

#[tokio::test]
async fn a_path_that_is_a_file_is_refused_and_the_file_left_alone() {
    let _engine = alone().await;
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("candles.csv");
    fs::write(&file, "mine").unwrap();
    for path in [file.clone(), file.join("store")] {
        let error = refusal(&on_disk(&path)).await;
        assert!(
            error.contains(path.to_str().unwrap()) && error.contains("name a folder"),
            "{error}"
        );
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    let db = on_disk(parent.path().join("store"));
    store(&db, 1).await;
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_relative_path_begins_where_the_process_runs() {
    let _engine = alone().await;
    let folder = tempfile::tempdir().unwrap();
    let absolute = folder.path().canonicalize().unwrap().join("store");
    let here = std::env::current_dir().unwrap().canonicalize().unwrap();
    let up = here.components().skip(1).map(|_| "..").collect::<PathBuf>();
    let relative = up.join(absolute.strip_prefix("/").unwrap());
    let db = on_disk(&relative);
    store(&db, 1).await;
    let same = on_disk(&absolute);
    assert_eq!(numbers::count(&same).await, 1);
    db.close().await.unwrap();
    same.close().await.unwrap();
    assert_eq!(names_in(folder.path()), ["store"]);
}
