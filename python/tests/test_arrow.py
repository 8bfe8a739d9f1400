"""Tables go to pandas, polars, pyarrow and DuckDB through the Arrow PyCapsule interface."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

TABLES = ["recordings", "limbs", "strides", "curves", "angles", "events"]


@pytest.mark.parametrize("name", TABLES)
def test_every_library_reads_every_table(analysis, name):
    table = mine = getattr(analysis, name)
    arrow = pa.table(table)
    assert arrow.column_names == table.column_names
    assert arrow.num_rows == len(table)
    frames = [table.to_pandas(), pl.DataFrame(table), table.to_polars(), duckdb.sql("SELECT * FROM mine").df()]  # DuckDB finds `mine` by its name
    if hasattr(pd.DataFrame, "from_arrow"):  # pandas 3
        frames.append(pd.DataFrame.from_arrow(table))
    for frame in frames:
        assert list(frame.columns) == table.column_names
        assert len(frame) == len(table)
    for column in table.column_names:
        values = arrow[column].to_pylist()
        assert pl.DataFrame(table)[column].to_list() == values
        if isinstance(table[column], np.ndarray):
            numbers = [np.nan if value is None else value for value in values]
            np.testing.assert_array_equal(table[column], numbers)
            np.testing.assert_array_equal(frames[0][column].to_numpy(dtype=float, na_value=np.nan), numbers)
        else:
            assert table[column] == values


def test_the_columns_have_types(analysis):
    schema = pa.schema(analysis.strides)
    assert schema.field("recording").type == pa.string()
    assert schema.field("stride").type == pa.int64()
    assert schema.field("used").type == pa.bool_()
    assert schema.field("drop_ss_deg").type == pa.float64()
    assert pa.schema(analysis.events).field("frame").type == pa.int64()


def test_no_copy_is_made(analysis):
    """Two tables of one object share the memory of their columns, and a NumPy view of it is one, too."""
    curves = analysis.curves
    column = "pelvis_drop_deg"
    addresses = {pa.table(curves)[column].chunk(0).buffers()[1].address for _ in range(2)}
    assert len(addresses) == 1
    polars = pl.DataFrame(curves)[column].to_arrow()
    assert polars.buffers()[1].address in addresses
    view = pa.table(curves)["pct"].chunk(0).to_numpy(zero_copy_only=True)
    assert view[:3].tolist() == [0, 1, 2]


def test_a_stream_outlives_its_table(analysis):
    arrow = pa.table(analysis.strides)
    import gc

    gc.collect()
    assert arrow["side"][0].as_py() == "left"


def test_a_capsule_that_nobody_takes_does_no_harm(analysis):
    for _ in range(100):
        analysis.strides.__arrow_c_stream__()
        analysis.strides.__arrow_c_schema__()


def test_duckdb_groups(analysis):
    strides = analysis.strides
    sql = "SELECT side, avg(drop_ss_deg) AS drop_deg FROM strides WHERE used GROUP BY side ORDER BY side"
    (left, low), (right, high) = duckdb.sql(sql).fetchall()
    assert (left, right) == ("left", "right")
    assert high - low > 4
