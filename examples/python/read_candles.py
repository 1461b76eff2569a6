"""Reads a series of candles into pandas and Polars: read_candles.py EXCHANGE SYMBOL INTERVAL"""

import os
import sys
from pathlib import Path

import clickhouse_connect
import polars

# Of a candle that was corrected, FINAL reads the newest revision alone.
CANDLES = """
    SELECT open_time, open, high, low, close, volume
    FROM candles FINAL
    WHERE exchange = {exchange:String} AND symbol = {symbol:String} AND interval = {interval:String}
    ORDER BY open_time
"""

exchange, symbol, interval = sys.argv[1:]
series = {"exchange": exchange, "symbol": symbol, "interval": interval}
client = clickhouse_connect.get_client(
    host=os.environ.get("CLICKHOUSE_HOST", "127.0.0.1"),
    port=int(os.environ.get("CLICKHOUSE_PORT", "8123")),
    username=os.environ["CLICKHOUSE_USER"],
    password=Path(os.environ["CLICKHOUSE_PASSWORD_FILE"]).read_text().removesuffix("\n"),
    database="default",
)

candles = client.query_df(CANDLES, parameters=series).set_index("open_time")
print("pandas:", len(candles), "candles, last close", candles["close"].iloc[-1])
print(candles["close"].resample("YE").last().tail(3))

candles = polars.from_arrow(client.query_arrow(CANDLES, parameters=series))
print("Polars:", candles.height, "candles, last close", candles["close"][-1])
print(candles.group_by_dynamic("open_time", every="1y").agg(polars.col("close").last()).tail(3))
