"""Worksheets of shared savings: benchmark, sharing, losses."""
