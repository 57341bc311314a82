"""Worksheets of contract terms: the pieces that every payer's own contract is put together from."""
