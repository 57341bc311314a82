"""Fact tables about the feeds: field positions, record lengths, code lists."""
