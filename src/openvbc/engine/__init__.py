"""How SQL runs: DuckDB on one machine, Spark beyond it. Knows nothing of health care."""
