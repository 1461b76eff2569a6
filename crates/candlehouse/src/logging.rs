//! What happens inside, line by line on standard error.

use std::io;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// Shows events of `level` and worse, and each span with its duration when it ends.
pub(crate) fn start(level: LevelFilter) {
    let lines = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(io::stderr)
        .finish();
    // Whoever runs this program inside their own may have a log already: that one stays.
    drop(tracing::subscriber::set_global_default(lines));
}
