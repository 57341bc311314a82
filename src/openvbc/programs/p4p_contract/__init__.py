"""A payer's own pay-for-performance contract."""
