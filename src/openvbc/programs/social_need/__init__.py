"""Social needs, areas and results by strata, from the claim store and the user's files."""
