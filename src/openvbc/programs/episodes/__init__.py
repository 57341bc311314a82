"""A payer's own bundle, from its contract and a table of episodes."""
