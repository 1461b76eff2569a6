#![doc = include_str!("../README.md")]

mod export;
mod import;

pub use export::compression::Compression;
pub use export::destination::{Existing, Target};
pub use export::error::ExportError;
pub use export::folder::{ExportFolder, FolderReport};
pub use export::format::ExportFormat;
pub use export::options::ExportOptions;
pub use export::partition::Partitioning;
pub use export::writer::ExportWriter;
pub use import::archive::ArchiveFiles;
pub use import::endings::{COLUMN_ENDINGS, TEXT_ENDINGS};
pub use import::error::ImportError;
pub use import::file::CandleFile;
pub use import::file_names::published_symbol;
pub use import::options::{DateOrder, DecimalMark, ImportOptions, Stamp, TimeUnit};
pub use import::reject::Reject;
pub use import::rejects_file::{rejects_path, write_rejects};
pub use import::timezone::{Timezone, UnknownTimezone};
pub use market_model::{
    Candle, CandleSeries, Interval, ModelError, SeriesKey, SortedCandles, SymbolName,
};
