"""What the peers do, by the name of the work, the peer and its setting."""

import os
import time

import clickhouse_connect
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
from arcticdb import Arctic, QueryBuilder

COLUMNS = "open_time, open, high, low, close, volume"
AGGREGATES = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
WORKS = {}


def work(name, peer, *settings):
    """The function is given the peers, the request and the setting; it returns nanoseconds and rows."""

    def add(function):
        for setting in settings or ["default"]:

            def run(peers, request, setting=setting):
                ns, rows = function(peers, request, setting)
                return {"ns": ns, **counted(rows)}

            WORKS.setdefault(name, {})[peer, setting] = run
        return function

    return add


def counted(rows):
    """How many rows, and the sum of their volumes."""
    if isinstance(rows, dict):
        return rows
    volume = rows["volume"]
    total = volume.to_numpy().sum() if isinstance(volume, pa.ChunkedArray) else volume.sum()
    return {"count": len(rows), "volume": float(total)}


def timed(function):
    begin = time.perf_counter_ns()
    rows = function()
    return time.perf_counter_ns() - begin, rows


def moment(ms):
    return pd.Timestamp(ms, unit="ms")


class Peers:
    """The stores of the peers, each made and filled when it is first asked for."""

    def __init__(self, folder):
        self.folder = folder
        self.made = {}
        self.clients = {}

    def once(self, key, make):
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]

    def arrow(self, name):
        """The candles that the program handed over."""
        read = lambda: pa.ipc.open_file(pa.memory_map(f"{self.folder}/{name}.arrow")).read_all()
        return self.once(("arrow", name), read)

    def frame(self, name):
        """The same as pandas has them, by open time."""

        def make():
            frame = self.arrow(name).to_pandas()
            times = pd.DatetimeIndex(frame.pop("open_time"), name="open_time")
            frame.index = times.tz_convert(None).as_unit("ns")
            return frame

        return self.once(("frame", name), make)

    def arctic(self, name=None):
        def make():
            arctic = Arctic(f"lmdb://{self.folder}/arctic?map_size=8GB")
            return arctic.get_library("bars", create_if_missing=True)

        library = self.once("arctic", make)
        if name:
            self.once(("arctic", name), lambda: library.write(name, self.frame(name)))
        return library

    def duck(self, name=None):
        connection = self.once("duck", lambda: duckdb.connect(f"{self.folder}/duck.db"))
        if name:

            def make():
                connection.register("bars", self.arrow(name))
                connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM bars")
                connection.execute("CHECKPOINT")

            self.once(("duck", name), make)
        return connection

    def parquet(self, name, setting):
        path = f"{self.folder}/{name}-{setting}.parquet"
        make = lambda: write_parquet(pl.from_arrow(self.arrow(name)), path, setting)
        self.once(("parquet", name, setting), make)
        return path

    def client(self, request, compress):
        """A client of clickhouse-connect; what it is used with is its own default."""
        options = request["server"]
        make = lambda: clickhouse_connect.get_client(**options, compress=compress)
        return self.once(("client", options["database"], compress), make)


def write_parquet(frame, path, setting):
    if setting == "default":
        frame.write_parquet(path)
    else:
        frame.write_parquet(path, compression="uncompressed", row_group_size=65_536)


# --- reading all of a series into columns ---


@work("read all", "ArcticDB", "default", "arrow")
def _(peers, request, setting):
    library, name = peers.arctic(request["name"]), request["name"]
    form = {"output_format": "pyarrow"} if setting == "arrow" else {}
    return timed(lambda: library.read(name, **form).data)


@work("read all", "DuckDB", "default", "no order asked", "numpy")
def _(peers, request, setting):
    duck, name = peers.duck(request["name"]), request["name"]
    order = "ORDER BY open_time" if setting == "default" else ""
    query = f"SELECT {COLUMNS} FROM {name} {order}"
    if setting == "numpy":
        ns, columns = timed(lambda: duck.execute(query).fetchnumpy())
        return ns, {"count": len(columns["volume"]), "volume": float(columns["volume"].sum())}
    return timed(lambda: duck.sql(query).to_arrow_table())


@work("read all", "Parquet + Polars", "default", "uncompressed")
def _(peers, request, setting):
    path = peers.parquet(request["name"], setting)
    return timed(lambda: pl.read_parquet(path))


# --- a range, the newest bar, one bar corrected ---


@work("range", "ArcticDB", "default", "arrow")
def _(peers, request, setting):
    library, name = peers.arctic(request["name"]), request["name"]
    form = {"output_format": "pyarrow"} if setting == "arrow" else {}
    span = (moment(request["first"]), moment(request["last"]))
    return timed(lambda: library.read(name, date_range=span, **form).data)


@work("range", "DuckDB")
def _(peers, request, setting):
    duck, name = peers.duck(request["name"]), request["name"]
    query = f"SELECT {COLUMNS} FROM {name} WHERE open_time BETWEEN ? AND ? ORDER BY open_time"
    span = [moment(request["first"]).tz_localize("UTC"), moment(request["last"]).tz_localize("UTC")]
    return timed(lambda: duck.sql(query, params=span).to_arrow_table())


@work("range", "Parquet + Polars", "default", "uncompressed")
def _(peers, request, setting):
    path = peers.parquet(request["name"], setting)
    span = (moment(request["first"]).tz_localize("UTC"), moment(request["last"]).tz_localize("UTC"))
    within = pl.col("open_time").is_between(*span)
    return timed(lambda: pl.scan_parquet(path).filter(within).collect())


@work("newest", "ArcticDB")
def _(peers, request, setting):
    library, name = peers.arctic(request["name"]), request["name"]
    return timed(lambda: library.tail(name, 1).data)


@work("newest", "DuckDB")
def _(peers, request, setting):
    duck, name = peers.duck(request["name"]), request["name"]
    query = f"SELECT {COLUMNS} FROM {name} ORDER BY open_time DESC LIMIT 1"
    return timed(lambda: duck.sql(query).to_arrow_table())


@work("newest", "Parquet + Polars")
def _(peers, request, setting):
    path = peers.parquet(request["name"], setting)
    return timed(lambda: pl.scan_parquet(path).tail(1).collect())


@work("correct", "ArcticDB", "default", "old versions pruned")
def _(peers, request, setting):
    library, name = peers.arctic(request["name"]), request["name"]
    place = peers.frame(name).index.get_loc(moment(request["first"]))
    bar = peers.frame(name).iloc[place : place + 1].assign(close=request["close"])
    prune = {} if setting == "default" else {"prune_previous_versions": True}
    ns, _ = timed(lambda: library.update(name, bar, **prune))
    return ns, library.read(name, date_range=(bar.index[0], bar.index[0])).data


@work("correct", "DuckDB")
def _(peers, request, setting):
    duck, name = peers.duck(request["name"]), request["name"]
    time = moment(request["first"]).tz_localize("UTC")
    update = f"UPDATE {name} SET close = ? WHERE open_time = ?"
    ns, _ = timed(lambda: duck.execute(update, [request["close"], time]).fetchall())
    query = f"SELECT {COLUMNS} FROM {name} WHERE open_time = ?"
    return ns, duck.sql(query, params=[time]).to_arrow_table()


# --- resampling to hours ---


@work("resample", "ArcticDB", "default", "arrow")
def _(peers, request, setting):
    library, name = peers.arctic(request["name"]), request["name"]
    form = {"output_format": "pyarrow"} if setting == "arrow" else {}
    to_hours = QueryBuilder().resample("1h").agg(AGGREGATES)
    return timed(lambda: library.read(name, query_builder=to_hours, **form).data)


@work("resample", "DuckDB")
def _(peers, request, setting):
    duck, name = peers.duck(request["name"]), request["name"]
    # Of times with a zone, `date_trunc` is slow; as plain times they are UTC all the same.
    query = f"""
        SELECT date_trunc('hour', open_time::TIMESTAMP) AS hour, arg_min(open, open_time) AS open,
            max(high) AS high, min(low) AS low, arg_max(close, open_time) AS close,
            sum(volume) AS volume
        FROM {name} GROUP BY hour ORDER BY hour"""
    duck.execute("SET TimeZone = 'UTC'")
    return timed(lambda: duck.sql(query).to_arrow_table())


@work("resample", "Parquet + Polars", "default", "uncompressed")
def _(peers, request, setting):
    path = peers.parquet(request["name"], setting)
    bars = [getattr(pl.col(column), how)() for column, how in AGGREGATES.items()]
    hours = lambda: pl.scan_parquet(path).group_by_dynamic("open_time", every="1h").agg(bars)
    return timed(lambda: hours().collect())


# --- storing a series; what it takes on disk ---


@work("store", "ArcticDB")
def _(peers, request, setting):
    library, frame = peers.arctic(), peers.frame(request["name"])
    ns, _ = timed(lambda: library.write("stored", frame))
    rows = library.read("stored").data
    library.delete("stored")
    return ns, rows


@work("store", "DuckDB")
def _(peers, request, setting):
    duck = peers.duck()
    duck.register("bars", peers.arrow(request["name"]))
    ns, _ = timed(lambda: duck.execute("CREATE TABLE stored AS SELECT * FROM bars").fetchall())
    rows = duck.sql("SELECT volume FROM stored").to_arrow_table()
    duck.execute("DROP TABLE stored")
    return ns, rows


@work("store", "Parquet + Polars", "default", "uncompressed")
def _(peers, request, setting):
    frame, path = pl.from_arrow(peers.arrow(request["name"])), f"{peers.folder}/stored.parquet"
    ns, _ = timed(lambda: write_parquet(frame, path, setting))
    rows = pl.read_parquet(path)
    os.remove(path)
    return ns, rows


def on_disk(path):
    if os.path.isfile(path):
        return os.path.getsize(path)
    return sum(os.path.getsize(os.path.join(at, f)) for at, _, files in os.walk(path) for f in files)


def size(peers, request, setting, path, store):
    store(path)
    bars = peers.arrow(request["name"])
    return on_disk(path), {"count": len(bars), "volume": float(bars["volume"].to_numpy().sum())}


@work("size", "ArcticDB")
def _(peers, request, setting):
    def store(path):
        library = Arctic(f"lmdb://{path}?map_size=1GB").get_library("bars", create_if_missing=True)
        library.write("bars", peers.frame(request["name"]))

    return size(peers, request, setting, f"{peers.folder}/size-arctic-{request['name']}", store)


@work("size", "DuckDB")
def _(peers, request, setting):
    def store(path):
        with duckdb.connect(path) as duck:
            duck.register("bars", peers.arrow(request["name"]))
            duck.execute("CREATE TABLE stored AS SELECT * FROM bars")
            duck.execute("CHECKPOINT")

    return size(peers, request, setting, f"{peers.folder}/size-{request['name']}.db", store)


@work("size", "Parquet + Polars", "default", "uncompressed")
def _(peers, request, setting):
    store = lambda path: write_parquet(pl.from_arrow(peers.arrow(request["name"])), path, setting)
    path = f"{peers.folder}/size-{request['name']}-{setting}.parquet"
    return size(peers, request, setting, path, store)


# --- a CSV file into a table ---

TYPES = {"open_time": "TIMESTAMP", **dict.fromkeys(AGGREGATES, "DOUBLE")}


@work("csv", "DuckDB", "default", "types given")
def _(peers, request, setting):
    duck, path = peers.duck(), request["path"]
    types = "" if setting == "default" else f", header = true, columns = {TYPES}"
    load = f"CREATE OR REPLACE TABLE loaded AS SELECT * FROM read_csv('{path}'{types})"
    ns, _ = timed(lambda: duck.execute(load).fetchall())
    return ns, duck.sql("SELECT volume FROM loaded").to_arrow_table()


@work("csv", "Parquet + Polars", "read only")
def _(peers, request, setting):
    return timed(lambda: pl.read_csv(request["path"], try_parse_dates=True))


# --- from a server ---


@work("read all from a server", "clickhouse-connect", "arrow", "arrow, no compression", "numpy")
def _(peers, request, setting):
    client = peers.client(request, compress=setting != "arrow, no compression")
    if setting == "numpy":
        ns, rows = timed(lambda: client.query_np(request["sql"]))
        return ns, {"count": len(rows), "volume": float(rows["volume"].sum())}
    return timed(lambda: client.query_arrow(request["sql"]))


# --- daily bars of many series: one table with a column of names ---


def many(peers, request):
    def make():
        peers.duck().register("bars", peers.arrow(request["name"]))
        peers.duck().execute("CREATE OR REPLACE TABLE daily AS SELECT * FROM bars")
        peers.duck().execute("CHECKPOINT")

    peers.once("daily", make)
    return peers.duck()


@work("one of many", "DuckDB")
def _(peers, request, setting):
    duck = many(peers, request)
    query = f"SELECT {COLUMNS} FROM daily WHERE symbol = ? ORDER BY open_time"
    return timed(lambda: duck.execute(query, [request["symbol"]]).to_arrow_table())


@work("one day of all", "DuckDB")
def _(peers, request, setting):
    duck = many(peers, request)
    day = moment(request["first"]).tz_localize("UTC")
    query = f"SELECT symbol, {COLUMNS} FROM daily WHERE open_time = ? ORDER BY symbol"
    return timed(lambda: duck.sql(query, params=[day]).to_arrow_table())


@work("newest of all", "DuckDB")
def _(peers, request, setting):
    duck = many(peers, request)
    newest = ", ".join(f"arg_max({column}, open_time) AS {column}" for column in AGGREGATES)
    query = f"SELECT symbol, max(open_time) AS open_time, {newest} FROM daily GROUP BY symbol ORDER BY symbol"
    return timed(lambda: duck.sql(query).to_arrow_table())


def many_parquet(peers, request, setting):
    frame = lambda: pl.from_arrow(peers.arrow(request["name"]))
    path = f"{peers.folder}/daily-{setting}.parquet"
    peers.once(("parquet", "daily", setting), lambda: write_parquet(frame(), path, setting))
    return path


@work("one of many", "Parquet + Polars", "default", "uncompressed")
def _(peers, request, setting):
    path = many_parquet(peers, request, setting)
    this = pl.col("symbol") == request["symbol"]
    return timed(lambda: pl.scan_parquet(path).filter(this).collect())


@work("one day of all", "Parquet + Polars", "default", "uncompressed")
def _(peers, request, setting):
    path = many_parquet(peers, request, setting)
    this = pl.col("open_time") == moment(request["first"]).tz_localize("UTC")
    return timed(lambda: pl.scan_parquet(path).filter(this).collect())


@work("newest of all", "Parquet + Polars", "default", "uncompressed")
def _(peers, request, setting):
    path = many_parquet(peers, request, setting)
    newest = [pl.col(column).last() for column in ["open_time", *AGGREGATES]]
    return timed(lambda: pl.scan_parquet(path).group_by("symbol", maintain_order=True).agg(newest).collect())
