"""A claim store on disk from a handful of claims in text (`episode_store`)."""

from openvbc.claims.model import TABLES
from openvbc.claims.report import StoreReport
from openvbc.engine.duckdb import DuckDBEngine


def written_store(store, folder):
    """Write the tables of a :class:`episode_store.Store`; return the folder."""
    report = StoreReport(folder, 1)
    with DuckDBEngine(threads=1) as engine:
        for name, table in store.tables().items():
            (folder / name).mkdir(parents=True)
            engine.register_small(table)
            path = folder / name / "bucket_000.parquet"
            columns = ", ".join(TABLES[name].names)
            report.rows[name] = engine.materialise(f"select {columns} from {name}", path)
    report.save()
    return folder
