"""Makes the files beside it: pandas 2.3.3 with pyarrow 26.0.1, Polars 2.1.0 and DuckDB 2.0.1."""

import datetime as dt
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl

HERE = Path(__file__).parent
PRICES = ["Open", "High", "Low", "Close"]

frame = pd.DataFrame(
    {
        "Open": [187.15, 184.22, 182.15],
        "High": [188.44, 185.88, 183.0872],
        "Low": [183.885, 183.43, 180.88],
        "Close": [185.64, 184.25, 181.91],
        "Volume": [82488700, 58414500, 71983600],
    },
    index=pd.to_datetime(["2024-01-02", "2024-01-03", "2024-01-04"]),
)
frame.to_parquet(HERE / "pandas-unnamed-index.parquet")

zoned = frame.tz_localize("America/New_York").rename_axis("Date")
zoned.to_parquet(HERE / "pandas-zone.parquet")

minutes = pd.date_range("2024-01-02 14:30", periods=3, freq="min", tz="UTC", unit="ns", name="time")
frame.set_index(minutes).to_parquet(HERE / "pandas-nanoseconds.parquet", compression="gzip")

frame.rename_axis("Date").reset_index().to_feather(HERE / "pandas.feather")

narrow = frame.rename_axis("date").reset_index()
narrow["symbol"] = pd.Categorical(["AAPL"] * 3)
narrow["Volume"] = [1.0, None, 3.0]
narrow[PRICES] = narrow[PRICES].astype("float32")
narrow.to_parquet(HERE / "pandas-float32.parquet")

table = pl.DataFrame(
    {
        "ticker": ["AAPL"] * 3,
        "date": [dt.date(2024, 1, day) for day in (2, 3, 4)],
        **{name.lower(): frame[name].tolist() for name in frame.columns},
    }
)
table.write_parquet(HERE / "polars-dates.parquet")
table.write_ipc_stream(HERE / "polars-stream.arrow")
categories = table.with_columns(pl.col("ticker").cast(pl.Categorical))
categories.write_ipc(HERE / "polars.arrow", compression="zstd")
decimals = [pl.col(name.lower()).cast(pl.Decimal(12, 4)) for name in PRICES]
table.with_columns(decimals).write_parquet(HERE / "polars-decimals.parquet", compression="lz4")

duckdb.from_arrow(table.to_arrow()).write_parquet(str(HERE / "duckdb.parquet"))
