"""Worksheets of pay for performance: points, factors, ratings."""
