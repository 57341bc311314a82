"""Exact arithmetic, cited line by line: from small tables to money."""
