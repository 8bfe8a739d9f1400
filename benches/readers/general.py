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
with open(path) as file:
    names = file.readline().strip().split(",")
# told the type of every column: guessing it takes polars four times as long as reading
schema = dict.fromkeys(names, polars.Float64)
readers = {
    "polars": lambda: polars.read_csv(path, schema=schema),
    "pandas": lambda: pandas.read_csv(path),
}
for name, read in readers.items():
    read()
    version = importlib.metadata.version(name)
    rates = [size / spent / 1e6 for spent in fastest_and_median(read)]
    label = f"{name} {version}"
    print(f"{label:<24} {rates[0]:>12.0f} {rates[1]:>12.0f}")
