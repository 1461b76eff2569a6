"""The peers of `make bench`: does one piece of work for each line of JSON that it reads, and answers
with how long it took and what came out.

    peers.py FOLDER                      answer requests, with the stores of the peers in FOLDER
    peers.py FOLDER once PEER NAME       answer for the newest bar of a series stored before, and end
"""

import json
import sys
import time

# What is imported here counts for "start of the program to first answer".
if sys.argv[2:3] == ["once"]:
    folder, peer, name = sys.argv[1], sys.argv[3], sys.argv[4]
    if peer == "ArcticDB":
        from arcticdb import Arctic

        print(Arctic(f"lmdb://{folder}/arctic?map_size=8GB")["bars"].tail(name, 1).data)
    elif peer == "DuckDB":
        import duckdb

        con = duckdb.connect(f"{folder}/duck.db", read_only=True)
        print(con.execute(f"SELECT * FROM {name} ORDER BY open_time DESC LIMIT 1").fetchall())
    else:
        import polars as pl

        print(pl.scan_parquet(f"{folder}/{name}-default.parquet").tail(1).collect())
    sys.exit()

from functions import WORKS, Peers  # noqa: E402


def answer(peers, request):
    if request["work"] == "list":
        return {"works": [[work, *names] for work in WORKS for names in WORKS[work]]}
    work = WORKS[request["work"]][request["peer"], request["setting"]]
    return work(peers, request)


peers = Peers(sys.argv[1])
for line in sys.stdin:
    begin = time.perf_counter_ns()
    try:
        reply = answer(peers, json.loads(line))
    except Exception as error:  # noqa: BLE001
        reply = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(reply), flush=True)
