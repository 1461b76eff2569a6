//! Good files of every kind, which are then spoiled.

use std::io::{Cursor, Write};
use std::path::Path;

use candle_files::{
    Candle, CandleSeries, Existing, ExportFormat, ExportWriter, Interval, SeriesKey, Target,
};
use flate2::Compression;
use flate2::write::GzEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const TEXTS: [&str; 9] = [
    "date,open,high,low,close,volume\n2024-01-02,1,3,0.5,2,10\n2024-01-03,2,3,1,2,11\n",
    "Ticker,Date,Open,High,Low,Close,Volume,Adj Close\nAAPL,01/31/2024,1,3,1,2,10,9\nMSFT,02/01/2024,2,3,1,2,11,9\n",
    "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\n2024.01.02\t09:30\t1\t3\t1\t2\t5\n2024.01.02\t09:31\t1\t3\t1\t2\t5\n",
    "20240102 093000;1.1;1.3;1.0;1.2;0\n20240102 093100;1.2;1.3;1.0;1.1;0\n",
    "1704067200000,1,3,1,2,10,1704067259999,20,5,1,2,0\n1704067260000,2,3,1,2,11,1704067319999,20,5,1,2,0\n",
    "Date;Time;Open;High;Low;Close;Volume\n02.01.2024;09:30;1.234,5;1.235,0;1.230,1;1.231,0;1.000\n02.01.2024;09:31;1.234,5;1.235,0;1.230,1;1.231,0;2.000\n",
    "time,symbol,exchange,interval,open,high,low,close,volume\n2024-01-02T09:30:00Z,:ZAP,,1m,1,3,1,2,10\n2024-01-02T09:31:00+01:00,NASDAQ:ZIP,,1m,1,3,1,2,10\n",
    "\u{feff}Disclaimer\n\n\"date\",\"open\",\"high\",\"low\",\"close\"\r\n\"2024-01-02 00:00:00-05:00\",\"1\",\"3\",\"1\",\"2\"\r\n\"2024-01-03 00:00:00-05:00\",\"1\",\"3\",\"1\",\"2\"\r\n",
    "unix,open,high,low,close\n1704067200,1,3,1,2\n1704067260,1,3,1,2\n1704067260,1,3,1,2\n",
];

/// Of other programs: with categories, compressed values and decimals, and a stream.
const FOREIGN: [&[u8]; 4] = [
    include_bytes!("../../../crates/candle-files/tests/columns/polars.arrow"),
    include_bytes!("../../../crates/candle-files/tests/columns/polars-stream.arrow"),
    include_bytes!("../../../crates/candle-files/tests/columns/polars-decimals.parquet"),
    include_bytes!("../../../crates/candle-files/tests/columns/pandas-nanoseconds.parquet"),
];

/// A file of each kind that is read.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let texts = TEXTS.map(|text| text.as_bytes().to_vec());
    let rows = long();
    let packed = [gzip(&rows), zstd::encode_all(&*rows, 0).unwrap(), zip(&rows)];
    let columns = [ExportFormat::Parquet, ExportFormat::Arrow].map(exported);
    let foreign = FOREIGN.map(<[u8]>::to_vec);
    texts.into_iter().chain(packed).chain(columns).chain(foreign).chain([rows]).collect()
}

/// A text of several pieces.
fn long() -> Vec<u8> {
    let row = |minute: u32| format!("{},1,3,1,2,{minute}\n", 1_704_067_200 + minute * 60);
    let rows = (0..400).map(row).collect::<String>();
    format!("timestamp,open,high,low,close,volume\n{rows}").into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(bytes: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("AAPL.csv", SimpleFileOptions::default()).unwrap();
    archive.write_all(bytes).unwrap();
    archive.finish().unwrap().into_inner()
}

fn exported(format: ExportFormat) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("candles");
    write(&path, format);
    std::fs::read(path).unwrap()
}

fn write(path: &Path, format: ExportFormat) {
    let key = SeriesKey::parse("NASDAQ:AAPL", Interval::DAY).unwrap();
    let candle = |day: &str| Candle {
        open_time: day.parse().unwrap(),
        open: 1.0,
        high: 3.0,
        low: 1.0,
        close: 2.0,
        volume: 10.0,
    };
    let candles = ["2024-01-02", "2024-01-03", "2024-01-04"].map(candle);
    let series = CandleSeries::from_candles(key, &candles).unwrap();
    let target = Target::File(path.to_owned());
    let mut writer = ExportWriter::create(&target, format, Existing::Keep).unwrap();
    writer.write(&series).unwrap();
    writer.finish().unwrap();
}
