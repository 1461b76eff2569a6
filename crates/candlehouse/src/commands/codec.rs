//! `codec`: how prices and volumes are compressed, and rewriting them with another codec.

use std::time::Duration;

use candle_repository::{PriceCodec, RewriteLeft};
use clap::{Args, ValueEnum};
use tokio::time::sleep;

use crate::args::OutputArgs;
use crate::error::{CliError, note};
use crate::output::{Column, Report};
use crate::progress::Progress;
use crate::store::Store;

/// How prices and volumes are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Codec {
    /// The smallest and the fastest to read; ClickHouse calls it experimental
    Alp,
    /// What every supported server knows
    Delta,
}

impl From<Codec> for PriceCodec {
    fn from(codec: Codec) -> Self {
        match codec {
            Codec::Alp => Self::Alp,
            Codec::Delta => Self::Delta,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct CodecArgs {
    /// The codec to rewrite them with [default: only show which one it is]
    #[arg(value_enum)]
    pub(crate) codec: Option<Codec>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

const EACH: Duration = Duration::from_millis(200);

pub(super) async fn run(store: &Store, args: CodecArgs) -> Result<(), CliError> {
    if let Some(codec) = args.codec {
        store.candles.begin_rewrite(codec.into()).await?;
        rewrite(store).await?;
    }
    let codec = store.candles.price_codec().await?;
    let (stats, left) = (store.candles.table_stats().await?, store.candles.rewrite_left().await?);
    let mut report = Report::new([
        Column::text("codec", "codec"),
        Column::quantity("bytes", "bytes"),
        Column::quantity("parts_left", "parts left"),
        Column::quantity("bytes_left", "bytes left"),
    ]);
    report.push([
        codec.map_or("another", PriceCodec::name).into(),
        stats.bytes.into(),
        left.as_ref().map_or(0, |left| left.parts).into(),
        left.as_ref().map_or(0, |left| left.bytes).into(),
    ]);
    Ok(report.print(args.output.format)?)
}

/// Waits until everything is rewritten.
async fn rewrite(store: &Store) -> Result<(), CliError> {
    let Some(first) = store.candles.rewrite_left().await? else {
        note("there is nothing left to rewrite");
        return Ok(());
    };
    let RewriteLeft { parts, bytes, .. } = first;
    note(&format!(
        "{parts} parts with {bytes} bytes are being rewritten. Interrupting this ends the waiting \
         only: the database goes on while it runs, and the same command waits again"
    ));
    let progress = Progress::bytes("rewriting", bytes);
    let (mut done, mut failure) = (0, None);
    while let Some(left) = store.candles.rewrite_left().await? {
        if left.failure.is_some() && left.failure != failure {
            let reason = left.failure.as_deref().unwrap_or_default();
            note(&format!("a part could not be rewritten, which is tried again: {reason}"));
        }
        failure = left.failure;
        let now = bytes.saturating_sub(left.bytes).max(done);
        progress.advance(now - done);
        done = now;
        sleep(EACH).await;
    }
    Ok(())
}
