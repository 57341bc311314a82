"""SQL that turns staged feed rows into the tables of the claim store."""
