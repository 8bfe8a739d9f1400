"""CPU time of general readers of Python on the CSV file given: polars and pandas, one thread."""

import importlib.metadata
import os
import sys
import time

os.environ["POLARS_MAX_THREADS"] = "1"

import pandas
import polars

TURNS = 9


def fastest_and_median(read):
    spent = []
    for _ in range(TURNS):
        before = time.process_time()
        read()
        spent.append(time.process_time() - before)
    spent.sort()
    return spent[0], spent[TURNS // 2]


path = sys.argv[1]
size = os.path.getsize(path)
readers = {
    "polars": lambda: polars.read_csv(path, infer_schema_length=10_000),
    "pandas": lambda: pandas.read_csv(path),
    "pandas, exact": lambda: pandas.read_csv(path, float_precision="round_trip"),
}
for name, read in readers.items():
    read()
    version = importlib.metadata.version(name.split(",")[0])
    rates = [size / spent / 1e6 for spent in fastest_and_median(read)]
    print(f"{name + ' ' + version:<24} {rates[0]:>12.0f} {rates[1]:>12.0f}")
